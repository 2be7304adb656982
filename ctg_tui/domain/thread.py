"""The thread (*fil*) of an assessment: what the Caf and the person said of its lines. It only grows.

A row that was sent or received never changes, so that two threads are put together by their union, in any
order. What is owed, answered or settled follows from the rows: no state is stored. What is still being typed
is a `Draft`, which becomes a row when it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Cell
from ctg_tui.domain.text import canonical_json, digest, fold, row_of, spelt, value_of

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Assessment
    from ctg_tui.domain.grid import Grid

MOST_ROWS: Final = 4800
"""The most rows of a thread, in a file and in the database."""
MOST_RECEIVED_ROWS: Final = 4000
"""A file that would bring a thread over this is not taken: the rows above are for answers."""
ID_LENGTH: Final = 32
"""Hexadecimal digits of the id of a row."""

ROW: Final = {
    "at": "date",
    "author": "auteur",
    "is_caf": "caf",
    "about": "fichier",
    "line": "activite",
    "policy": "politique",
    "read": "note_lue",
    "note": "note",
    "words": "texte",
    "answers": "repond_a",
}
"""The French names of the fields of a row, in files and in the database."""

DRAFT: Final = {"note": "note", "words": "texte", "answers": "repond_a", "is_kept": "gardee"}
"""The French names of the fields of a draft, in the database."""


class Said(NamedTuple):
    """One thing said by one person: of a line, of one of its cells (`policy`), or of the whole assessment.

    `at` is in UTC, to the second. `about` names the file that its author had before them (`file_print`), and
    `read` the self-note in it. `note` is proposed, kept or agreed on. `answers` are the ids of the rows that
    it answers: a person’s row that answers without note nor words says « vu »; a Caf’s row that answers says
    what was agreed on in the interview (*convenu*).
    """

    at: datetime
    author: str = ""
    is_caf: bool = False
    about: str = ""
    line: str | None = None
    policy: str | None = None
    read: Answer | None = None
    note: Answer | None = None
    words: str = ""
    answers: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Who said what, where, about which file: 32 hexadecimal digits. The date is not a part of it.

        Two people of one name, however they spell its accents and case, are one author.
        """
        return _id_of(self)

    @property
    def cell(self) -> Cell | None:
        return None if self.line is None or self.policy is None else Cell(self.line, self.policy)

    @property
    def is_agreement(self) -> bool:
        """Whether it was agreed on in the interview."""
        return self.is_caf and bool(self.answers)


@lru_cache(maxsize=2 * MOST_ROWS)
def _id_of(said: Said) -> str:
    row = said_row(said)
    places = ("caf", "fichier", "activite", "politique", "note", "texte", "repond_a")
    return digest([fold(said.author), *(row.get(name) for name in places)])[:ID_LENGTH]


Thread = tuple[Said, ...]
"""The rows, each once, in the order of `union`."""


def said_in(row: Any) -> Said:
    """Return what a row of a file or of the database says.

    Raises as `domain.text.value_of` does, and ValueError for a row that says nothing or has no place.
    """
    said = value_of(Said, row, ROW)
    if said.note is None and not said.words.strip() and not said.answers:
        raise ValueError(row)
    if said.policy is not None and said.line is None:
        raise ValueError(row)
    return said._replace(answers=tuple(sorted(set(said.answers))))


def said_row(said: Said) -> dict[str, Any]:
    """Return the row of a file that says `said`."""
    row = row_of(said, ROW)
    if not said.answers:
        row.pop("repond_a")
    return row


def said_text(said: Said) -> str:
    """Return the stored form of a row."""
    return spelt(said_row(said))


def parse_said(text: str) -> Said:
    """Return the row stored as `text`. Raises as `said_in` does."""
    return said_in(json.loads(text))


def union(*threads: Iterable[Said]) -> Thread:
    """Return all rows of `threads`, each once with its earliest date, the earliest first.

    Commutative, associative and idempotent: files come in any order, late, or twice.
    """
    rows: dict[str, Said] = {}
    for said in (said for thread in threads for said in thread):
        present = rows.setdefault(said.id, said)
        if present is not said and _rank(said) < _rank(present):
            rows[said.id] = said
    return tuple(said for _, said in sorted(rows.items(), key=lambda item: (item[1].at, item[0])))


def is_too_much(present: Iterable[Said], given: Iterable[Said]) -> bool:
    """Return whether a file with the rows `given` would bring the thread `present` over what is received."""
    before = union(present)
    whole = union(before, given)
    return len(before) < len(whole) > MOST_RECEIVED_ROWS


def _rank(said: Said) -> tuple[datetime, bytes]:
    return said.at, canonical_json(row_of(said, ROW))


def file_print(fingerprint: str, thread: Iterable[Said]) -> str:
    """Return the name of a file as rows say it: its state’s fingerprint and its thread, 32 digits.

    With the state alone, a second round without a changed note would be taken for the first.
    """
    return digest([fingerprint, *sorted(said.id for said in thread)])[:ID_LENGTH]


class Draft(NamedTuple):
    """An answer that was not sent. Until `is_kept` it is still being typed, and settles nothing."""

    note: Answer | None = None
    words: str = ""
    answers: tuple[str, ...] = ()
    is_kept: bool = False


Drafts = Mapping[str, Draft]
"""Drafts by the id of one of the rows that each answers: that of the row it was begun on."""

NO_DRAFTS: Final[Drafts] = MappingProxyType({})


def draft_text(draft: Draft) -> str:
    """Return the stored form of a draft."""
    return spelt(row_of(draft, DRAFT))


def parse_draft(text: str) -> Draft:
    """Return the draft stored as `text`.

    Raises as `domain.text.value_of` does, and ValueError for a draft that answers nothing.
    """
    draft = value_of(Draft, json.loads(text), DRAFT)
    if not draft.answers:
        raise ValueError(text)
    return draft


class PointState(StrEnum):
    """What a point waits for; the value is its spelling in `--json`."""

    TO_SEE = "a-voir"
    ANSWERED = "repondu"
    SETTLED = "regle"


class Point(NamedTuple):
    """What is answered at once: what one person of the Caf said at one place, and what was answered.

    The same words about the same file under two names are one point. `rows` are in the order of the thread;
    `owed` are those that wait for an answer; `draft` is the answer that was not sent, under `draft_key`.
    """

    line: str | None
    policy: str | None
    rows: Thread
    owed: Thread
    state: PointState
    draft_key: str = ""
    draft: Draft | None = None

    @property
    def key(self) -> str:
        """The id of its first row."""
        return self.rows[0].id

    @property
    def cell(self) -> Cell | None:
        return None if self.line is None or self.policy is None else Cell(self.line, self.policy)

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of the Caf’s people, in the order in which they spoke."""
        return tuple(dict.fromkeys(said.author for said in self.rows if said.is_caf))

    @property
    def is_to_see(self) -> bool:
        """Whether the Caf waits for an answer."""
        return self.state is PointState.TO_SEE

    @property
    def proposed(self) -> Answer | None:
        """The last note that the Caf proposes or that was agreed on."""
        notes = [said.note for said in self.rows if said.is_caf and said.note is not None]
        return notes[-1] if notes else None

    @property
    def is_discussed(self) -> bool:
        """Whether it is still in discussion: to see, or answered otherwise than by « vu » or the note."""
        return self.state is not PointState.SETTLED


def points(
    thread: Iterable[Said], notes: Mapping[Cell, Answer], grid: Grid | None, drafts: Drafts = NO_DRAFTS
) -> tuple[Point, ...]:
    """Return the points of a thread in the order of the grid; unknown lines, then the whole, come last.

    `notes` are the person’s own now.
    """
    rows = union(thread)
    answered = _answered(rows, drafts)
    found = [
        _point(line, policy, group, notes, answered, drafts)
        for (line, policy), said in _by_place(rows).items()
        for group in _groups(said)
    ]
    rank = order_in(grid)
    return tuple(
        sorted(found, key=lambda point: (*rank(point.line, point.policy), point.rows[0].at, point.key))
    )


def points_of(assessment: Assessment, grid: Grid | None) -> tuple[Point, ...]:
    """Return the points of an assessment, with the answers that were not sent, as `points` does."""
    return points(assessment.said.values(), assessment.answers, grid, assessment.drafts)


def owed(thread: Iterable[Said], notes: Mapping[Cell, Answer], drafts: Drafts = NO_DRAFTS) -> Thread:
    """Return the rows of the Caf that wait for an answer, in the order of the thread.

    A row waits until the person answers it, even by « vu », or has its note where no words stand beside it.
    """
    rows = union(thread)
    answered = _answered(rows, drafts)
    return tuple(said for said in rows if _is_owed(said, notes, answered))


def _answered(rows: Thread, drafts: Drafts) -> set[str]:
    sent = {answer for said in rows if not said.is_caf for answer in said.answers}
    return sent.union(*(draft.answers for draft in drafts.values() if draft.is_kept))


def _is_owed(said: Said, notes: Mapping[Cell, Answer], answered: set[str]) -> bool:
    if not said.is_caf or said.id in answered:
        return False
    has_note = said.cell is not None and said.note is not None and notes.get(said.cell) == said.note
    return bool(said.words) or not has_note


def _by_place(rows: Thread) -> dict[tuple[str | None, str | None], list[Said]]:
    places: dict[tuple[str | None, str | None], list[Said]] = {}
    for said in rows:
        places.setdefault((said.line, said.policy), []).append(said)
    return places


def _groups(rows: list[Said]) -> Iterator[Thread]:
    """Split the rows of a place into its points.

    Rows of the Caf belong together when one person said them, or when two said the same about one file. An
    answer belongs to each point that it answers, else stands alone.
    """
    groups: dict[object, tuple[set[object], list[Said]]] = {}
    """Each group under the name of each of its authors, and under each thing said."""
    for said in (said for said in rows if said.is_caf):
        names: set[object] = {fold(said.author), (said.about, said.note, said.words, said.answers)}
        joined = {id(groups[name]): groups[name] for name in names if name in groups}.values()
        group = max(joined, key=lambda group: len(group[1]), default=(set(), []))
        for other in (other for other in joined if other is not group):
            names |= other[0]
            group[1].extend(other[1])
        group[0].update(names)
        group[1].append(said)
        groups.update(dict.fromkeys(names, group))
    points = {id(group): group[1] for group in groups.values()}
    point_of = {said.id: key for key, said_by_caf in points.items() for said in said_by_caf}
    replies: dict[int, list[Said]] = {}
    for reply in (said for said in rows if not said.is_caf):
        answered = {point_of[answer] for answer in reply.answers if answer in point_of}
        for key in answered:
            replies.setdefault(key, []).append(reply)
        if not answered:
            yield (reply,)
    for key, said_by_caf in points.items():
        yield union(said_by_caf, replies.get(key, ()))


def _point(
    line: str | None,
    policy: str | None,
    rows: Thread,
    notes: Mapping[Cell, Answer],
    answered: set[str],
    drafts: Drafts,
) -> Point:
    waiting = tuple(said for said in rows if _is_owed(said, notes, answered))
    key = next((said.id for said in rows if said.is_caf and said.id in drafts), "")
    point = Point(line, policy, rows, waiting, PointState.TO_SEE, key, drafts.get(key))
    return point if waiting else point._replace(state=_settled_state(point))


def _settled_state(point: Point) -> PointState:
    """Return how a point that waits for nothing was answered: by the latest answer, sent or kept."""
    replies = [(said.note, said.words) for said in point.rows if not said.is_caf]
    if point.draft is not None and point.draft.is_kept:
        replies.append((point.draft.note, point.draft.words))
    note, words = replies[-1] if replies else (None, "")
    is_answered = bool(words.strip()) if note is None else note != point.proposed
    return PointState.ANSWERED if is_answered else PointState.SETTLED


def begun_draft(point: Point) -> tuple[str, Draft]:
    """Return the key of the answer to a point, and the draft to go on with: the one there, else a blank one.

    It answers all that the Caf said in the point, which is what the person has in sight.
    """
    rows = [said for said in point.rows if said.is_caf]
    answers = tuple(sorted(said.id for said in rows))
    key = point.draft_key or (point.owed or tuple(rows))[0].id
    return key, (point.draft or Draft())._replace(answers=answers)


class Choice(StrEnum):
    """What is answered to a point beside words; the value is its name for `ctg-tui`.

    SEEN settles it without a note, TAKE takes the note that the Caf proposes, KEEP keeps one’s own.
    """

    SEEN = "vu"
    TAKE = "mettre"
    KEEP = "garder"


def choices(point: Point, notes: Mapping[Cell, Answer]) -> tuple[Choice, ...]:
    """Return what can be answered to a point, « vu » first. `notes` are the person’s own now."""
    proposed = None if point.cell is None else point.proposed
    own = own_note(point, notes)
    return (
        Choice.SEEN,
        *([Choice.TAKE] if proposed is not None and proposed != own else []),
        *([Choice.KEEP] if proposed is not None and own is not None and proposed != own else []),
    )


def own_note(point: Point, notes: Mapping[Cell, Answer]) -> Answer | None:
    """Return the person’s note beside the one that the Caf proposes; None without one.

    Where an answer that was not sent took the proposed one, it is that which the Caf had read.
    """
    own, proposed = None if point.cell is None else notes.get(point.cell), point.proposed
    if own is None or own != proposed or point.draft is None or point.draft.note != proposed:
        return own
    return next(said.read for said in reversed(point.rows) if said.is_caf and said.note is not None)


def chosen(point: Point, notes: Mapping[Cell, Answer]) -> Choice:
    """Return the choice of the answer begun or kept in a point, « vu » without one."""
    draft = point.draft
    if draft is None or draft.note is None:
        return Choice.SEEN
    return Choice.TAKE if draft.note == point.proposed else Choice.KEEP


def draft_of(
    point: Point, choice: Choice | None, words: str, notes: Mapping[Cell, Answer], *, is_kept: bool
) -> tuple[str, Draft]:
    """Return the key and the draft of an answer to `point`, in place of the one there.

    It answers all that the Caf said in the point, which is what the person has in sight.
    """
    own = own_note(point, notes)
    note = point.proposed if choice is Choice.TAKE else own if choice is Choice.KEEP else None
    key, begun = begun_draft(point)
    return key, begun._replace(note=note, words=words, is_kept=is_kept)


def sent(thread: Iterable[Said], drafts: Drafts, author: str, at: datetime) -> Thread:
    """Return the rows that the kept drafts become when they are sent by `author` at `at`.

    A draft of which no answered row is in the thread (its file was taken back) stays a draft.
    """
    rows = {said.id: said for said in union(thread)}
    made = []
    for draft in drafts.values():
        known = [rows[answer] for answer in draft.answers if answer in rows]
        if not draft.is_kept or not known:
            continue
        last = max(known, key=lambda said: (said.at, said.id))
        made.append(
            Said(
                at=at.replace(microsecond=0),
                author=author,
                about=last.about,
                line=last.line,
                policy=last.policy,
                read=last.read,
                note=draft.note,
                words=draft.words,
                answers=tuple(sorted(set(draft.answers))),
            )
        )
    return union(made)


def order_in(grid: Grid | None) -> Callable[[str | None, str | None], tuple[int, int]]:
    """Return the sort key of a line and policy: the order of the grid, a line before its cells.

    Lines that the grid does not have come after it, then the whole assessment.
    """
    lines = {line: rank for rank, line in enumerate((*grid.activities, *grid.indicators) if grid else ())}
    policies = {policy: rank for rank, policy in enumerate(grid.policies_by_id if grid else ())}

    def rank(line: str | None, policy: str | None) -> tuple[int, int]:
        if line is None:
            return len(lines) + 1, 0
        return lines.get(line, len(lines)), -1 if policy is None else policies.get(policy, len(policies))

    return rank
