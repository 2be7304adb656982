"""The assessments received as items of a list, the territories expected, and what an import did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.cells import cell_len

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import match_rank
from ctg_tui.services.received.intake import Outcome, State
from ctg_tui.services.received.kept import Expected, Lineage
from ctg_tui.system.computer import local_time
from ctg_tui.tui.screens.answer_items import reading_items
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, TITLE, Item, Line, Piece, ends, hung, row, soft
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, STATUSES, count
from ctg_tui.wording.received import import_summary, left_aside, receipt

_WHEN, _STATE, _AT, _LONG_AT = 17, 19, 5, 10
"""Columns of year and moment, state and revision, day received without and with its year."""
_WIDE: Final = 100
_STATES: Final = {
    State.TAKEN: "reçu",
    State.ALREADY: "déjà là",
    State.READ: "à part",
    State.REFUSED: "refusé",
}
_ROLES: Final = {State.REFUSED: ACCENT}


def matching(lineages: Iterable[Lineage], typed: str) -> list[Lineage]:
    """Return the assessments that contain every word typed, accents and case aside."""
    return [one for one in lineages if match_rank(typed, *_searched(one)) is not None]


def _searched(lineage: Lineage) -> tuple[str, ...]:
    current = lineage.current
    return (
        *(lineage.name, current.territory_name, current.people, str(current.year), MOMENTS[current.moment]),
        *(STATUSES[current.status], current.department, f"r{current.revision}", lineage.conflict),
        "avis" if lineage.reviews or lineage.is_review_begun else "",
    )


def received_items(lineages: Sequence[Lineage], *, grouped: bool) -> Iterator[Item]:
    """Yield one row per assessment, in territory order; `grouped` under the name of each territory."""
    numbers = Counter(lineage.name for lineage in lineages)
    last = None
    for lineage in lineages:
        if grouped and lineage.name != last:
            many = soft(count(numbers[lineage.name], "évaluation"))
            yield row(None, ends(Piece(shown(lineage.name), TITLE), many))
        last = lineage.name
        yield _row(lineage, "" if grouped else lineage.name)


def _row(lineage: Lineage, name: str) -> Item:
    current = lineage.current
    at = local_time(current.received_at)
    revision = f", rév.{NBSP}{current.revision}" if current.revision > 1 else ""
    state = f"{STATUSES[current.status]}{revision}"
    when = f"{current.year} {MOMENTS[current.moment]}"
    people = shown(current.people) or DASH

    def lines(width: int) -> Sequence[Line]:
        is_wide = width >= _WIDE
        day = f"{at:%d/%m/%Y}" if is_wide else f"{at:%d/%m}"
        fixed = _WHEN + _STATE + (_LONG_AT if is_wide else _AT) + 3
        room = max(width - fixed - 1, 2)
        own = room // 2 if name else 0
        cells: Line = (
            *([Piece(_cell(shown(name), own), STRONG), Piece(" ")] if name else []),
            Piece(_cell(people, room - own)),
            Piece(f" {_cell(when, _WHEN)} "),
            Piece(_cell(state, _STATE), ACCENT if lineage.conflict else SOFT),
            Piece(f" {day}", SOFT),
        )
        if not lineage.conflict:
            return (cells,)
        warning = typeset(f"  à vérifier avec l’expéditeur : {lineage.conflict}")
        return cells, (Piece(fit(warning, width), ACCENT),)

    return Item(lineage.key, lines)


def _cell(text: str, width: int) -> str:
    """Return `text` cut or filled to `width` columns."""
    cut = fit(text, width)
    return cut + " " * max(width - cell_len(cut), 0)


def expected_items(expected: Expected) -> Iterator[Item]:
    """Yield the territories of the data file that sent nothing."""
    if not expected.total:
        return
    yield gap()
    sent = expected.total - len(expected.missing)
    yield section_title(f"Attendues pour {expected.year}", f"{count(sent, 'reçue')} sur {expected.total}")
    if expected.missing:
        yield sentence(" · ".join(shown(one.short_name) for one in expected.missing))
    else:
        yield sentence("Tous les territoires connus ont envoyé leur fichier.")


def detail_lines(lineage: Lineage, width: int) -> tuple[str, ...]:
    """Return what stands below the list for the assessment under the cursor: its files, and the receipt."""
    current, replaced = lineage.current, lineage.replaced
    at = local_time(current.received_at)
    parts = [f"Reçu le {at:%d/%m/%Y}", shown(current.file_name)]
    if replaced is not None:
        parts.insert(1, f"remplace la révision {replaced.revision}")
    elif current.replaces:
        parts.insert(1, "remplace un fichier qui n’est pas ici")
    if len(lineage.files) > 1:
        parts.append(count(len(lineage.files), "fichier"))
    if lineage.reviews:
        parts.insert(0, f"{lineage.reviews}{NBSP}avis")
    elif lineage.is_review_begun:
        parts.insert(0, "avis commencé")
    if lineage.own_id is not None:
        parts.insert(0, typeset(f"Autre version de votre évaluation n° {lineage.own_id}"))
    answer = f"À renvoyer (A){NBSP}: {receipt(current.fingerprint)}"
    return fit(" · ".join(parts), width), fit(answer, width)


def outcome_items(outcomes: Sequence[Outcome]) -> Iterator[Item]:
    """Yield what became of each file of an import: the refused ones first, each with why."""
    states = [one.state for one in outcomes]
    left = [shown(one.message) for one in outcomes if one.state is State.LEFT]
    totals = (states.count(state) for state in (State.TAKEN, State.ALREADY, State.REFUSED, State.READ))
    yield sentence(import_summary(*totals))
    order = (State.REFUSED, State.TAKEN, State.ALREADY, State.READ)
    for state in order:
        for outcome in outcomes:
            if outcome.state is state:
                text = shown(outcome.message)
                if state is State.TAKEN:
                    text = f"{shown(outcome.piece.name)}{NBSP}: {text}"
                yield row(None, hung(Piece(f"{_STATES[state]:<10}", _ROLES.get(state, SOFT)), text))
                if state is State.READ and outcome.review is not None:
                    yield from reading_items(outcome.review)
    if left:
        yield gap()
        yield sentence(left_aside(left))
