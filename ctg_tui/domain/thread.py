"""The thread (*fil*) of an assessment: what the Caf and the person said of its lines. It only grows.

A row that was sent or received never changes, so that two threads are put together by their union, in any
order. What is owed, answered or settled follows from the rows: no state is stored. What is still being typed
is a `Draft`, which becomes a row when it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import ID_LENGTH, SAID, Answer, Assessment, Cell, Draft, Said
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import canonical_json, digest, row_of, spelt, value_of

MOST_ROWS: Final = 4800
"""The most rows of a thread, in a file and in the database."""
MOST_RECEIVED_ROWS: Final = 4000
"""A file that would bring a thread over this is not taken: the rows above are for answers."""

Thread = tuple[Said, ...]
"""The rows, each once, in the order of `union`."""


def said_in(row: Any) -> Said:
    """Return what a row of a file or of the database says.

    Raises as `domain.text.value_of` does, and ValueError for a row that says nothing or has no place.
    """
    said = value_of(Said, row, SAID)
    says_nothing = said.note is None and not said.words.strip() and not said.answers
    if says_nothing or (said.policy is not None and said.line is None):
        raise ValueError(row)
    return said._replace(answers=tuple(sorted(set(said.answers))))


def said_row(said: Said) -> dict[str, Any]:
    """Return the row of a file that says `said`."""
    row = row_of(said, SAID)
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


def _rank(said: Said) -> tuple[datetime, bytes]:
    return said.at, canonical_json(row_of(said, SAID))


def is_too_much(present: Iterable[Said], given: Iterable[Said]) -> bool:
    """Return whether a file with the rows `given` would bring the thread `present` over what is received."""
    before = union(present)
    return len(before) < len(union(before, given)) > MOST_RECEIVED_ROWS


def file_print(fingerprint: str, thread: Iterable[Said]) -> str:
    """Return the name of a file as rows say it: its state’s fingerprint and its thread, 32 digits.

    With the state alone, a second round without a changed note would be taken for the first.
    """
    return digest([fingerprint, *sorted(said.id for said in thread)])[:ID_LENGTH]


def draft_key(line: str | None, policy: str | None) -> str:
    """Return `m1.a01/famille`, `m1.a01`, or for the whole assessment an empty text."""
    return "/".join(filter(None, (line, policy)))


class PointState(StrEnum):
    """What a point waits for; the value is its spelling in `--json`."""

    TO_SEE = "a-voir"
    ANSWERED = "repondu"
    SETTLED = "regle"


class Point(NamedTuple):
    """All that was said at one place, which is answered at once: of a cell, a line, or the whole.

    `rows` are in the order of the thread; `owed` are those that wait for an answer; `draft` is the answer
    that was not sent.
    """

    line: str | None
    policy: str | None
    rows: Thread
    owed: Thread
    draft: Draft | None = None

    @property
    def key(self) -> str:
        """The id of its first row."""
        return self.rows[0].id

    @property
    def draft_key(self) -> str:
        return draft_key(self.line, self.policy)

    @property
    def cell(self) -> Cell | None:
        return self.rows[0].cell

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of the Caf’s people, in the order in which they spoke."""
        return tuple(dict.fromkeys(said.author for said in self.rows if said.is_caf))

    @property
    def proposed(self) -> Answer | None:
        """The last note that the Caf proposes or that was agreed on."""
        notes = [said.note for said in self.rows if said.is_caf and said.note is not None]
        return notes[-1] if notes else None

    @property
    def is_to_see(self) -> bool:
        """Whether the Caf waits for an answer."""
        return bool(self.owed)

    @property
    def state(self) -> PointState:
        """What it waits for, else how it was answered: by the latest answer, sent or kept."""
        if self.is_to_see:
            return PointState.TO_SEE
        replies = [(said.note, said.words) for said in self.rows if not said.is_caf]
        if self.draft is not None and self.draft.is_kept:
            replies.append((self.draft.note, self.draft.words))
        note, words = replies[-1] if replies else (None, "")
        is_answered = bool(words.strip()) if note is None else note != self.proposed
        return PointState.ANSWERED if is_answered else PointState.SETTLED

    @property
    def is_discussed(self) -> bool:
        """Whether it is still in discussion: to see, or answered otherwise than by « vu » or the note."""
        return self.state is not PointState.SETTLED


def points_of(assessment: Assessment, grid: Grid | None) -> tuple[Point, ...]:
    """Return the points of an assessment in the order of the grid; unknown lines and the whole come last."""
    due, drafts, rank = owed(assessment), assessment.drafts, order_in(grid)
    places: dict[tuple[str | None, str | None], list[Said]] = {}
    for said in union(assessment.said.values()):
        places.setdefault((said.line, said.policy), []).append(said)
    return tuple(
        Point(*place, tuple(rows), tuple(r for r in rows if r.id in due), drafts.get(draft_key(*place)))
        for place, rows in sorted(places.items(), key=lambda item: (*rank(*item[0]), item[0][0] or ""))
    )


def owed(assessment: Assessment) -> frozenset[str]:
    """Return the ids of the rows of the Caf that wait for an answer.

    A row waits until the person answers it, even by « vu », or has its note where no words stand beside it.
    """
    rows, notes = assessment.said.values(), assessment.answers
    answered = {answer for said in rows if not said.is_caf for answer in said.answers}
    answered.update(*(draft.answers for draft in assessment.drafts.values() if draft.is_kept))

    def has_note(said: Said) -> bool:
        return said.cell is not None and said.note is not None and notes.get(said.cell) == said.note

    waiting = (said for said in rows if said.is_caf and said.id not in answered)
    return frozenset(said.id for said in waiting if said.words or not has_note(said))


class Choice(StrEnum):
    """What is answered to a point beside words; the value is its name for `ctg-tui`.

    SEEN settles it without a note, TAKE takes the note that the Caf proposes, KEEP keeps one’s own.
    """

    SEEN = "vu"
    TAKE = "mettre"
    KEEP = "garder"


def choices(point: Point, notes: Mapping[Cell, Answer]) -> tuple[Choice, ...]:
    """Return what can be answered to a point, « vu » first. `notes` are the person’s own now."""
    own, proposed = own_note(point, notes), point.proposed
    if point.cell is None or proposed is None or proposed == own:
        return (Choice.SEEN,)
    return (Choice.SEEN, Choice.TAKE) if own is None else tuple(Choice)


def own_note(point: Point, notes: Mapping[Cell, Answer]) -> Answer | None:
    """Return the person’s note beside the one that the Caf proposes; None without one.

    Where an answer that was not sent took the proposed one, it is that which the Caf had read.
    """
    own, proposed = None if point.cell is None else notes.get(point.cell), point.proposed
    if own is None or own != proposed or point.draft is None or point.draft.note != proposed:
        return own
    return next(said.read for said in reversed(point.rows) if said.is_caf and said.note is not None)


def draft_of(
    point: Point, choice: Choice | None, words: str, notes: Mapping[Cell, Answer], *, is_kept: bool
) -> Draft:
    """Return an answer to `point`: to all that the Caf said there, which is what the person has in sight."""
    own = own_note(point, notes)
    note = point.proposed if choice is Choice.TAKE else own if choice is Choice.KEEP else None
    answers = tuple(sorted(said.id for said in point.rows if said.is_caf))
    return Draft(note, words, answers, is_kept)


def answers_sent(assessment: Assessment, author: str, at: datetime) -> tuple[Assessment, dict[str, Said]]:
    """Return `assessment` with its kept drafts as rows sent by `author` at `at`, and these by their key.

    A draft of which no answered row is in the thread (its file was taken back) stays a draft.
    """
    made: dict[str, Said] = {}
    for key, draft in assessment.drafts.items():
        known = [assessment.said[answer] for answer in draft.answers if answer in assessment.said]
        if not draft.is_kept or not known:
            continue
        last = max(known, key=lambda said: (said.at, said.id))
        now = at.replace(microsecond=0)
        said = draft.note, draft.words, draft.answers
        made[key] = Said(now, author, False, last.about, last.line, last.policy, last.read, *said)
    whole = {row.id: row for row in union(assessment.said.values(), made.values())}
    left = {key: draft for key, draft in assessment.drafts.items() if key not in made}
    return assessment._replace(said=whole, drafts=left), made


def order_in(grid: Grid | None) -> Callable[[str | None, str | None], tuple[int, int]]:
    """Return the sort key of a line and policy: the order of the grid, a line before its cells.

    Lines that the grid does not have come after it, then the whole assessment.
    """
    lines = {line: rank for rank, line in enumerate(grid.lines if grid else ())}
    policies = {policy: rank for rank, policy in enumerate(grid.policies_by_id if grid else ())}

    def rank(line: str | None, policy: str | None) -> tuple[int, int]:
        if line is None:
            return len(lines) + 1, 0
        return lines.get(line, len(lines)), -1 if policy is None else policies.get(policy, len(policies))

    return rank
