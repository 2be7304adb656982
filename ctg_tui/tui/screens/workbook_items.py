"""The lists of a workbook that was read, as items: what to do, what is to be confirmed, not read, read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.answers import answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.errors import typeset
from ctg_tui.services.import_spreadsheet import WorkbookFile
from ctg_tui.services.take_spreadsheet import Completion
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, Item, Line, Piece, hanging
from ctg_tui.wording.french import assessment_name
from ctg_tui.wording.imports import key_name, summary

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
    yield _action(NEW, "Commencer une évaluation avec ce tableur")
    if completion is not None:
        yield _action(INTO, f"Compléter {assessment_name(completion.identity)}")
    yield gap()
    rows = _rows(file)
    conflicts = [
        _Row(one.address, key_name(file.grid, one.line), one.workbook, f"Déjà répondu ici : {one.here}.")
        for one in (completion.plan.conflicts if completion else ())
    ]
    doubtful = [*(row for row in rows if row.doubt), *conflicts]
    if doubtful:
        yield section_title(f"À confirmer ({len(doubtful)})", typeset("Entrée : prendre ou laisser"))
        for row in doubtful:
            yield _doubtful(row, is_taken=row.address in confirmed)
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
    sure = [row for row in rows if not row.doubt]
    yield section_title(f"Lu ({len(sure)})")
    if not sure:
        yield sentence(typeset("Aucune réponse : c’est un tableur vierge."))
    for row in sure:
        yield _row(row.address, f"{row.line} : {row.value}", SOFT)
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


def _action(key: str, label: str) -> Item:
    text = shown(label)
    return Item(key, lambda _width: ((Piece(text, STRONG),),))


def _doubtful(row: _Row, *, is_taken: bool) -> Item:
    mark = "[x] " if is_taken else "[ ] "
    head = Piece(f"{mark}{shown(row.address)}  ", ACCENT if is_taken else PLAIN)
    text = shown(typeset(f"{row.line} : {row.value} – {row.doubt}"))

    def lines(width: int) -> Sequence[Line]:
        return hanging(head, text, width)

    return Item(f"{CONFIRM}{row.address}", lines)


def _row(address: str, text: str, role: str = PLAIN) -> Item:
    head = Piece(f"{shown(address)}  ", SOFT)
    words = shown(typeset(text))
    return Item(None, lambda width: hanging(head, words, width, role))
