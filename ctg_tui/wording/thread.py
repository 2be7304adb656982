"""The thread in words: what the Caf said, what was answered, what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, Said, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Choice, Point, PointState, own_note, union
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, count, listing, short_day
from ctg_tui.wording.lines import line_number

STATES: Final = {PointState.TO_SEE: "à voir", PointState.ANSWERED: "répondu", PointState.SETTLED: "réglé"}
WHOLE: Final = "Sur l’ensemble"
"""The place of what is said of the whole assessment."""
BEGUN: Final = "réponse commencée"
AGREED: Final = "convenu"
_NO_NAME: Final = "Réponse"
"""A person who gave no name."""


def place_of(grid: Grid | None, point: Point | Said) -> str:
    """Return `1.3 Famille`, `1.3`, `Sur l’ensemble`; `Autre ligne` for one that the grid does not have."""
    if point.line is None:
        return WHOLE
    if grid is None or point.line not in grid.mission_of:
        return "Autre ligne"
    return f"{line_number(grid, point.line)} {policy_label(grid, point.policy)}".strip()


def _of_caf(authors: Iterable[str]) -> str:
    names = [clean(name).strip() for name in authors]
    return f"Caf ({listing(filter(None, names))})" if any(names) else "Caf"


def what_was_said(said: Said) -> str:
    """Return `1 plutôt que 2. « … »`, `garde 2`, `convenu : 1`, `vu`: what a row says."""
    if said.is_agreement:
        note = "" if said.note is None else typeset(f" : {answer_text(said.note)}")
        return f"{AGREED}{note}{_after(said.words)}"
    if not said.is_caf:
        return answer_words(said.note, said.words)
    note = "" if said.note is None else answer_text(said.note)
    if note and said.read is not None and said.read != said.note:
        note = f"{note} plutôt que {answer_text(said.read)}"
    return f"{note}{_after(said.words) if note else _quoted(said.words)}"


class Saying(NamedTuple):
    """One thing said: who and when (`Caf (Prénom Nom), 12 mars`), then what; `is_caf` tells who speaks."""

    who: str
    what: str
    is_caf: bool

    @property
    def whole(self) -> str:
        return f"{self.who}{NBSP}: {self.what}"


def sayings(rows: Iterable[Said], grid: Grid | None = None) -> tuple[Saying, ...]:
    """Return what was said, the earliest first.

    What two people of the Caf said in the same words about one file is there once, under both names; so is an
    answer that was given in the same words, on one day, to several things said at one place. With a `grid`
    each names its policy.
    """
    together: dict[object, list[Said]] = {}
    for said in union(rows):
        same = (said.line, said.policy, said.note, said.words)
        of_caf = (said.about, said.answers) if said.is_caf else (said.author, said.at.date())
        together.setdefault((said.is_caf, *same, *of_caf), []).append(said)
    return tuple(_saying(same, grid) for same in together.values())


def _saying(same: list[Said], grid: Grid | None) -> Saying:
    first = same[0]
    who = _of_caf(said.author for said in same) if first.is_caf else clean(first.author).strip() or _NO_NAME
    what = what_was_said(first)
    named = what if grid is None else about(grid, first.policy, what)
    return Saying(f"{who}, {short_day(local_time(first.at).date())}", named, first.is_caf)


def about(grid: Grid, policy: str | None, what: str) -> str:
    """Return `Famille, 1 plutôt que 2.`, `Famille. « … »`: what was said, with its policy if it has one."""
    label = policy_label(grid, policy)
    return f"{label}{'.' if what.startswith('«') else ','} {what}" if label else what


def policy_label(grid: Grid | None, policy: str | None) -> str:
    """Return the label of a policy, its id where the grid does not have it; empty without one."""
    known = grid.policies_by_id.get(policy or "") if grid else None
    return clean(policy or "" if known is None else known.label)


def row_words(said: Said) -> str:
    """Return `Caf (Prénom Nom), 12 mars : 1 plutôt que 2. « … »`."""
    return sayings((said,))[0].whole


def answer_words(note: Answer | None, words: str) -> str:
    """Return an answer in words: `vu`, `note 1. « … »`, `« … »`."""
    if note is None:
        return _quoted(words) or "vu"
    return f"note {answer_text(note)}{_after(words)}"


def choice_words(choice: Choice, point: Point, notes: Mapping[Cell, Answer]) -> str:
    """Return `vu`, `mettre 1`, `garder 2`."""
    if choice is Choice.TAKE and point.proposed is not None:
        return f"mettre {answer_text(point.proposed)}"
    own = own_note(point, notes)
    if choice is Choice.KEEP and own is not None:
        return f"garder {answer_text(own)}"
    return "vu"


def to_answer(points: Collection[Point]) -> str:
    """Return `à répondre : 2 points`, what waits among `points`; empty when nothing does."""
    number = sum(point.is_to_see for point in points)
    return typeset(f"à répondre : {count(number, 'point')}") if number else ""


def _after(words: str) -> str:
    quoted = _quoted(words)
    return f". {quoted}" if quoted else ""


def _quoted(words: str) -> str:
    text = clean(words, multiline=True).strip()
    return f"«{NBSP}{text}{NBSP}»" if text else ""


# What the Caf said of a line, and the answers.

YOUR_ANSWER: Final = "Votre réponse"
ALL_ANSWERED: Final = "Vous avez tout regardé. Vos réponses partent avec le prochain envoi."


def all_said(grid: Grid, points: Iterable[Point], *, names_policy: bool = True) -> tuple[Saying, ...]:
    """Return what was said in `points`, point by point, the oldest first, then each answer not sent yet.

    With `names_policy` each says of which policy it is: `Caf, 12 mars : Famille, 1 plutôt que 2.`
    """
    said: list[Saying] = []
    for point in sorted(points, key=lambda point: (point.rows[0].at, point.key)):
        said += sayings(point.rows, grid if names_policy else None)
        if (draft := point.draft) is not None:
            what = answer_words(draft.note, draft.words)
            named = about(grid, point.policy, what) if names_policy else what
            said.append(Saying(YOUR_ANSWER if draft.is_kept else BEGUN.capitalize(), named, is_caf=False))
    return tuple(said)
