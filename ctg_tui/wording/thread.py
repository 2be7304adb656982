"""The thread in words: what the Caf said, what was answered, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Answer, answer_text
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Choice, Draft, Point, PointState, Said
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, count, listing, short_day
from ctg_tui.wording.lines import line_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctg_tui.domain.assessment import Cell
    from ctg_tui.domain.grid import Grid

STATES: Final = {
    PointState.TO_SEE: "à voir",
    PointState.ANSWERED: "répondu",
    PointState.SETTLED: "réglé",
}
CAF: Final = "Caf"
WHOLE: Final = "Sur l’ensemble"
"""The place of what is said of the whole assessment."""
BEGUN: Final = "réponse commencée"
AGREED: Final = "convenu"


def place_of(grid: Grid | None, point: Point | Said) -> str:
    """Return `1.3 Famille`, `1.3` or `Sur l’ensemble`; the id of a line that the grid does not have."""
    if point.line is None:
        return WHOLE
    number = line_number(grid, point.line) if grid and _is_in(grid, point.line) else clean(point.line)
    if point.policy is None:
        return number
    policy = grid.policies_by_id.get(point.policy) if grid else None
    return f"{number} {clean(point.policy if policy is None else policy.label)}"


def _is_in(grid: Grid, line: str) -> bool:
    return line in grid.activities or line in grid.indicators


def speaker(said: Said) -> str:
    """Return who spoke: `Caf (Prénom Nom)`, `Prénom Nom`, or `Vous` for a person without a name."""
    return _of_caf([said.author]) if said.is_caf else clean(said.author).strip() or "Vous"


def speakers(point: Point) -> str:
    """Return who spoke of a point for the Caf: `Caf (Prénom Nom et Prénom Nom)`."""
    return _of_caf(point.authors)


def _of_caf(authors: Iterable[str]) -> str:
    names = [clean(name).strip() for name in authors]
    return f"{CAF} ({listing(filter(None, names))})" if any(names) else CAF


def what_was_said(said: Said) -> str:
    """Return `1 plutôt que 2. « … »`, `garde 2`, `convenu : 1`, `vu`: what a row says."""
    if said.is_agreement:
        note = "" if said.note is None else f"{NBSP}: {answer_text(said.note)}"
        return f"{AGREED}{note}{_after(said.words)}"
    if not said.is_caf:
        return answer_words(said.note, said.words)
    note = "" if said.note is None else answer_text(said.note)
    if note and said.read is not None and said.read != said.note:
        note = f"{note} plutôt que {answer_text(said.read)}"
    return f"{note}{_after(said.words) if note else _quoted(said.words)}"


def row_words(said: Said) -> str:
    """Return `Caf (Prénom Nom), 12 mars : 1 plutôt que 2. « … »`."""
    return _said_by(speaker(said), said)


def _said_by(who: str, said: Said) -> str:
    return f"{who}, {short_day(local_time(said.at).date())}{NBSP}: {what_was_said(said)}"


def point_words(point: Point) -> tuple[str, ...]:
    """Return what was said in a point, as `row_words` does, the earliest first.

    What two people of the Caf said in the same words about one file is there once, under both names.
    """
    rows: dict[object, list[Said]] = {}
    for said in point.rows:
        words = (said.about, said.note, said.words, said.answers) if said.is_caf else said.id
        rows.setdefault(words, []).append(said)
    return tuple(
        _said_by(_of_caf(one.author for one in same) if same[0].is_caf else speaker(same[0]), same[0])
        for same in rows.values()
    )


def answer_words(note: Answer | None, words: str) -> str:
    """Return an answer in words: `vu`, `note 1. « … »`, `« … »`."""
    if note is None:
        return _quoted(words) or "vu"
    return f"note {answer_text(note)}{_after(words)}"


def draft_words(draft: Draft) -> str:
    """Return the answer that was not sent: what it says, and that it was only begun."""
    said = answer_words(draft.note, draft.words)
    return said if draft.is_kept else f"{BEGUN}{NBSP}: {said}"


def choice_words(choice: Choice, point: Point, notes: Mapping[Cell, Answer]) -> str:
    """Return `vu`, `mettre 1`, `garder 2`."""
    if choice is Choice.TAKE and point.proposed is not None:
        return f"mettre {answer_text(point.proposed)}"
    own = None if point.cell is None else notes.get(point.cell)
    if choice is Choice.KEEP and own is not None:
        return f"garder {answer_text(own)}"
    return "vu"


def caf_answered(waiting: Iterable[Point]) -> str:
    """Return `la Caf a répondu : 3 points`; empty when nothing waits."""
    number = sum(1 for _ in waiting)
    return f"la Caf a répondu{NBSP}: {count(number, 'point')}" if number else ""


def _after(words: str) -> str:
    quoted = _quoted(words)
    return f". {quoted}" if quoted else ""


def _quoted(words: str) -> str:
    text = clean(words, multiline=True).strip()
    return f"«{NBSP}{text}{NBSP}»" if text else ""
