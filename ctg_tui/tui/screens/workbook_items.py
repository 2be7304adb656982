"""The lists of a workbook that was read, as items: what to do, what is to be confirmed, not read, read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.errors import typeset
from ctg_tui.services.spreadsheet.reading import Completion, WorkbookFile
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, Item, Piece, ends, hung, row, soft, strong
from ctg_tui.wording.french import assessment_name
from ctg_tui.wording.spreadsheet import key_name, summary

NEW: Final = "nouvelle"
INTO: Final = "completer"
CONFIRM: Final = "confirmer:"


class _Row(NamedTuple):
    address: str
    line: str
    value: str
    doubt: str = ""


def items(file: WorkbookFile, completion: Completion | None, confirmed: frozenset[str]) -> Iterator[Item]:
    """Yield the lists of a workbook; `completion` is the assessment that it can complete, if any."""
    yield sentence(summary(file.counts, file.grid, is_new_grid=file.new_grid is not None))
    yield row(NEW, ends(strong("Commencer une évaluation avec ce tableur")))
    if completion is not None:
        yield row(INTO, ends(strong(shown(f"Compléter {assessment_name(completion.identity)}"))))
    yield gap()
    rows = _rows(file)
    conflicts = [
        _Row(one.address, key_name(file.grid, one.line), one.workbook, f"Déjà répondu ici : {one.here}.")
        for one in (completion.plan.conflicts if completion else ())
    ]
    doubtful = [*(one for one in rows if one.doubt), *conflicts]
    if doubtful:
        yield section_title(f"À confirmer ({len(doubtful)})", typeset("Entrée : prendre ou laisser"))
        yield from (_doubtful(one, is_taken=one.address in confirmed) for one in doubtful)
        yield gap()
    reading = file.reading
    if reading.unread:
        yield section_title(f"Non lu ({len(reading.unread)})")
        for unread in reading.unread:
            value = f"« {unread.value} » : " if unread.value else ""
            yield _row(unread.address, typeset(f"{value}{unread.reason}"))
        yield gap()
    if reading.differences:
        yield section_title(f"Pourcentages différents ({len(reading.differences)})")
        for one in reading.differences:
            yield _row(one.address, f"le tableur affiche {one.shown}, ses notes donnent {one.computed}")
        yield gap()
    sure = [one for one in rows if not one.doubt]
    yield section_title(f"Lu ({len(sure)})")
    if not sure:
        yield sentence(typeset("Aucune réponse : c’est un tableur vierge."))
    yield from (_row(one.address, f"{one.line} : {one.value}", SOFT) for one in sure)
    yield gap()


def _rows(file: WorkbookFile) -> list[_Row]:
    reading, grid = file.reading, file.grid
    notes = [
        _Row(note.address, key_name(grid, cell_key(note.cell)), answer_text(note.answer), note.doubt)
        for note in reading.notes
    ]
    comments = [
        _Row(one.address, key_name(grid, one.activity), one.text, one.doubt) for one in reading.comments
    ]
    indicators = [
        _Row(
            one.address,
            key_name(grid, one.indicator),
            " · ".join(text for text in ("" if one.number is None else str(one.number), one.comment) if text),
            one.doubt,
        )
        for one in reading.indicators
    ]
    return [*notes, *comments, *indicators]


def _doubtful(one: _Row, *, is_taken: bool) -> Item:
    mark = "[x] " if is_taken else "[ ] "
    head = Piece(f"{mark}{shown(one.address)}  ", ACCENT if is_taken else PLAIN)
    text = shown(typeset(f"{one.line} : {one.value} – {one.doubt}"))
    return row(f"{CONFIRM}{one.address}", hung(head, text))


def _row(address: str, text: str, role: str = PLAIN) -> Item:
    return row(None, hung(soft(f"{shown(address)}  "), shown(typeset(text)), role))
