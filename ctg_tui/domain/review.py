"""The adviser's review: received, being written, and what was answered to each remark and question."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import (
    Adviser,
    Answer,
    Assessment,
    Cell,
    Status,
    Territory,
    answer_text,
    parse_answer,
)
from ctg_tui.domain.changes import Change, Field, applied, cell_key, of_value, parse_cell_key
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean, fields_of, row_of, spelt


class Decision(StrEnum):
    """What the coordinator answered to a remark: the note was kept, the adviser's taken, or one agreed on."""

    KEPT = "gardee"
    TAKEN = "retenue"
    AGREED = "convenue"


class FollowUp(NamedTuple):
    """A remark or a question of the adviser, and what became of it (*suite*).

    Without a decision or a text it has no answer yet. `review` is the fingerprint of the review, 64
    hexadecimal digits. It is about a line, one cell of it, or the whole assessment for a question.
    `first_note` is the self-note when the remark was made: an answer changes no note by itself.
    `author` names the adviser, `remark` is what was written or asked, `on_agenda` says that the line is to
    be talked about. `is_past` is True for what a later review of the same adviser does not say any more:
    it is shown, and owes no answer.
    """

    review: str
    activity: str | None = None
    policy: str | None = None
    question: str | None = None
    first_note: Answer | None = None
    adviser_note: Answer | None = None
    agreed_note: Answer | None = None
    decision: Decision | None = None
    text: str = ""
    author: str = ""
    remark: str = ""
    on_agenda: bool = False
    is_past: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether something was answered: a question takes a sentence, and no decision."""
        return self.decision is not None or bool(self.text.strip())

    @property
    def settled_note(self) -> Answer | None:
        """The note decided on, the adviser's or the one agreed on; None when one's own stays."""
        if self.decision is Decision.AGREED:
            return self.agreed_note
        return self.adviser_note if self.decision is Decision.TAKEN else None

    @property
    def _is_said(self) -> bool:
        return self.question is not None or bool(self.remark.strip())

    @property
    def _other_notes(self) -> set[Answer]:
        """The notes that are not the one that the adviser read."""
        notes = self.adviser_note, self.agreed_note
        return {note for note in notes if note is not None and note != self.first_note}

    @property
    def is_agreement(self) -> bool:
        """Whether it only gives the note that the adviser read, and so owes no answer."""
        notes = self.adviser_note, self.agreed_note
        is_only_notes = notes != (None, None) and not (self._is_said or self.on_agenda)
        return is_only_notes and not self._other_notes

    @property
    def is_open(self) -> bool:
        """Whether an answer is owed: what is past, only on the agenda, or the same note owes none."""
        return not self.is_past and not self.is_answered and (self._is_said or bool(self._other_notes))


def follow_up_key(row: FollowUp) -> str:
    """Return what `row` is about, as a change and a row of the database spell it."""
    return "/".join((row.review, row.activity or "", row.policy or "", row.question or ""))


ANSWERED: Final = {"decision": "decision", "text": "texte"}
SAID: Final = {"author": "auteur", "remark": "remarque", "on_agenda": "ordre_du_jour", "is_past": "depassee"}
"""The French names of the fields, in files and in the database."""
_STORED: Final = {
    "first_note": "initiale",
    "adviser_note": "conseiller",
    "agreed_note": "convenue",
    **ANSWERED,
    **SAID,
}


def follow_up_text(row: FollowUp) -> str:
    """Return the stored form of `row`: the notes, the words of the adviser, the answer."""
    return spelt(row_of(row, _STORED))


def parse_follow_up(key: str, text: str | None) -> FollowUp | None:
    """Return the row stored as `text` under `key`; None without one.

    Raises ValueError, LookupError or TypeError when they make no sense.
    """
    review, activity, policy, question = key.split("/")
    if not review or not (activity or question):
        raise ValueError(key)
    if text is None:
        return None
    about = (review, activity or None, policy or None, question or None)
    return FollowUp(*about, **fields_of(FollowUp, json.loads(text), _STORED))


def with_follow_up(rows: tuple[FollowUp, ...], key: str, text: str | None) -> tuple[FollowUp, ...]:
    """Return `rows` with the answer of `key`, or without it when `text` is None; raises as the parser."""
    new = parse_follow_up(key, text)
    others = tuple(row for row in rows if follow_up_key(row) != key)
    return others if new is None else tuple(sorted((*others, new), key=follow_up_key))


def answer(assessment: Assessment, row: FollowUp, *, is_elsewhere: bool = False) -> tuple[Change, ...]:
    """Set what is answered to a remark or a question.

    A row without a decision nor a sentence is the absence of an answer: it stays, not answered, when the
    review is elsewhere and only the row says what it said.
    """
    return keep(assessment, row) if row.is_answered or is_elsewhere else remove(assessment, row)


def keep(assessment: Assessment, row: FollowUp) -> tuple[Change, ...]:
    """Set a row as it is, for a file taken back."""
    return _write(assessment, follow_up_key(row), row)


def remove(assessment: Assessment, row: FollowUp) -> tuple[Change, ...]:
    """Remove a row."""
    return _write(assessment, follow_up_key(row), None)


def _write(assessment: Assessment, key: str, row: FollowUp | None) -> tuple[Change, ...]:
    present = next((one for one in assessment.follow_ups if follow_up_key(one) == key), None)
    return of_value(Field.FOLLOW_UP, key, present, row, follow_up_text)


# The review never changes the self-note: the adviser's note stands beside, the agreed one is a third value.


class Remark(NamedTuple):
    """What the adviser says of a line or, with a policy, of one of its cells.

    Without any of note, comment or `on_agenda` there is no remark: absence means no opinion.
    """

    activity: str
    policy: str | None = None
    note: Answer | None = None
    comment: str = ""
    on_agenda: bool = False


class ReviewQuestion(NamedTuple):
    """A question, about a line or about the whole. `id` is `q1`, `q2`… in the order of the questions."""

    id: str
    text: str
    activity: str | None = None


class AgreedNote(NamedTuple):
    """The note that both agreed on for a cell."""

    cell: Cell
    note: Answer


class Review(NamedTuple):
    """What an adviser answers to one submission.

    `submission` is the fingerprint of its state, `assessment` the stable id of its assessment, `sending` the
    number of its sending. The grid and the territory are the submission's.
    """

    submission: str
    assessment: str
    sending: int
    grid_id: str
    grid_version: str
    grid_fingerprint: str
    territory: Territory
    author: Adviser
    meeting: date | None = None
    remarks: tuple[Remark, ...] = ()
    questions: tuple[ReviewQuestion, ...] = ()
    agreed: tuple[AgreedNote, ...] = ()


def order_in(grid: Grid | None) -> Callable[[str | None, str | None], tuple[int, int]]:
    """Return the sort key of what is said of a line, or of a cell with a policy: the order of the grid.

    A line comes before its cells; policies, then lines that the grid does not have come last.
    """
    lines = {line: rank for rank, line in enumerate(grid.activities if grid else ())}
    policies = {policy: rank for rank, policy in enumerate(grid.policies_by_id if grid else ())}

    def rank(activity: str | None, policy: str | None) -> tuple[int, int]:
        if activity not in lines:
            return len(lines), 0
        return lines[activity], -1 if policy is None else policies.get(policy, len(policies))

    return rank


# The review being written. A part is a text under a key: `note:m1.a03/famille`, `commentaire:m1.a03`,
# `question:m1.a03/0002`… The part `prive` is the adviser's own: no review holds it.


class Part(StrEnum):
    """The kind of a part; its value begins the key."""

    NOTE = "note"
    COMMENT = "commentaire"
    AGENDA = "ordre-du-jour"
    QUESTION = "question"
    AGREED = "convenue"
    MEETING = "entretien"
    AUTHOR = "auteur"
    EMAIL = "courriel"
    STATUS = "etat"
    PRIVATE = "prive"


_ON: Final = "1"
MULTILINE: Final = frozenset({Part.COMMENT, Part.QUESTION, Part.PRIVATE})
"""The parts whose text may have several lines."""


def part_key(part: Part, about: str = "") -> str:
    """Return the key of a part; `about` is a line, a cell, or a question."""
    return f"{part.value}:{about}"


def split_key(key: str) -> tuple[Part, str]:
    """Return the kind and the subject of a key. Raises ValueError when it is not one."""
    kind, colon, about = key.partition(":")
    if not colon:
        raise ValueError(key)
    return Part(kind), about


def parse_part(key: str, text: str | None) -> str | None:
    """Return the text of a part, cleaned; None without one. Raises ValueError when it makes no sense."""
    part, about = split_key(key)
    if part in {Part.NOTE, Part.AGREED, Part.QUESTION} and about.count("/") != 1:
        raise ValueError(key)
    if part is Part.QUESTION and not about.partition("/")[2].isdecimal():
        raise ValueError(key)
    if text is None:
        return None
    if part in {Part.NOTE, Part.AGREED}:
        return answer_text(parse_answer(text))
    if part is Part.AGENDA and text != _ON:
        raise ValueError(text)
    if part is Part.MEETING:
        return date.fromisoformat(text).isoformat()
    if part is Part.STATUS:
        return Status(text).value
    return clean(text, multiline=part in MULTILINE)


class Question(NamedTuple):
    """A question being written. `key` is that of its part; `activity` is empty for the whole."""

    key: str
    activity: str
    text: str


class ReviewDraft(NamedTuple):
    """The parts of a review being written, by key."""

    parts: Mapping[str, str] = MappingProxyType({})

    def part(self, part: Part, about: str = "") -> str:
        """Return the text of a part, empty without one."""
        return self.parts.get(part_key(part, about), "")

    def note(self, cell: Cell) -> Answer | None:
        """Return the adviser's note of a cell."""
        return _answer(self.part(Part.NOTE, cell_key(cell)))

    def agreed(self, cell: Cell) -> Answer | None:
        """Return the note agreed on for a cell."""
        return _answer(self.part(Part.AGREED, cell_key(cell)))

    def is_on_agenda(self, activity: str) -> bool:
        return bool(self.part(Part.AGENDA, activity))

    def cells(self, part: Part) -> tuple[Cell, ...]:
        """Return the cells that have such a part."""
        return tuple(map(parse_cell_key, self._abouts(part)))

    def lines(self) -> tuple[str, ...]:
        """Return the lines with a comment or on the agenda."""
        return tuple(dict.fromkeys((*self._abouts(Part.COMMENT), *self._abouts(Part.AGENDA))))

    def questions(self) -> tuple[Question, ...]:
        """Return the questions, in the order in which they were asked."""
        found = [
            Question(part_key(Part.QUESTION, about), about.partition("/")[0], self.part(Part.QUESTION, about))
            for about in self._abouts(Part.QUESTION)
        ]
        return tuple(sorted(found, key=lambda question: question.key.rpartition("/")[2]))

    def new_question(self, activity: str) -> str:
        """Return the key of a question to ask about a line, or about the whole when it is empty."""
        numbers = [int(each.key.rpartition("/")[2]) for each in self.questions()]
        return part_key(Part.QUESTION, f"{activity}/{max(numbers, default=0) + 1:04}")

    @property
    def meeting(self) -> date | None:
        text = self.part(Part.MEETING)
        return date.fromisoformat(text) if text else None

    @property
    def status(self) -> Status:
        return Status(self.part(Part.STATUS) or Status.FINAL.value)

    def author(self, adviser: Adviser) -> Adviser:
        """Return who writes the review: `adviser`, the addressee of the file, unless others were typed."""
        return Adviser(self.part(Part.AUTHOR) or adviser.name, self.part(Part.EMAIL) or adviser.email)

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it would be sent."""
        sent = {Part.NOTE, Part.COMMENT, Part.AGENDA, Part.QUESTION, Part.AGREED, Part.MEETING}
        return not any(split_key(key)[0] in sent for key in self.parts)

    def _abouts(self, part: Part) -> list[str]:
        head = part_key(part)
        return [key.removeprefix(head) for key in self.parts if key.startswith(head)]


class SaidBefore(NamedTuple):
    """What a file received holds of earlier reviews, beside the one being written of it.

    `mine` are the rows of what that one says too, by the key of its part. `others` are the rest: what other
    advisers said, and what is not said any more.
    """

    mine: Mapping[str, FollowUp]
    others: tuple[FollowUp, ...]


def said_before(draft: ReviewDraft, assessment: Assessment) -> SaidBefore:
    """Return what the file of `assessment` holds of earlier reviews."""
    author = draft.author(assessment.identity.adviser)
    questions = {(each.activity, _words(each.text)): each.key for each in draft.questions()}
    mine: dict[str, FollowUp] = {}
    others: list[FollowUp] = []
    for row in assessment.follow_ups:
        if row.question is not None:
            key = questions.get((row.activity or "", _words(row.remark)))
        elif row.policy is None:
            key = part_key(Part.COMMENT, row.activity or "")
            key = key if row.activity in draft.lines() else None
        else:
            cell = Cell(row.activity or "", row.policy)
            key = part_key(Part.NOTE, cell_key(cell))
            key = key if draft.note(cell) is not None else None
        if key is None or key in mine or row.is_past or not is_by(row, author):
            others.append(row)
        else:
            mine[key] = row
    return SaidBefore(mine, tuple(others))


def draft_from(assessment: Assessment) -> ReviewDraft:
    """Return the review that the addressee of a file made before, by what the file holds of it."""
    draft = ReviewDraft()
    for row in assessment.follow_ups:
        if row.is_past or not is_by(row, assessment.identity.adviser):
            continue
        activity = row.activity or ""
        parts: dict[str, str] = {}
        if row.question is not None:
            parts[draft.new_question(activity)] = row.remark
        elif remark := row.remark.strip():
            texts = (draft.part(Part.COMMENT, activity), remark)
            parts[part_key(Part.COMMENT, activity)] = "\n".join(dict.fromkeys(filter(None, texts)))
        if row.on_agenda:
            parts[part_key(Part.AGENDA, activity)] = _ON
        if row.policy is not None:
            key = cell_key(Cell(activity, row.policy))
            notes = ((Part.NOTE, row.adviser_note), (Part.AGREED, row.agreed_note))
            parts |= {part_key(part, key): answer_text(note) for part, note in notes if note is not None}
        draft = ReviewDraft({**draft.parts, **parts})
    return draft


def is_by(row: FollowUp, author: Adviser) -> bool:
    """Return whether a row says what an adviser said."""
    names = (author.name or author.email, author.email, f"{author.name} ({author.email})")
    return row.author.casefold() in {name.casefold() for name in names}


def _words(text: str) -> str:
    return " ".join(text.split())


def _answer(text: str) -> Answer | None:
    return parse_answer(text) if text else None


def write_part(draft: ReviewDraft, key: str, text: str) -> tuple[Change, ...]:
    """Set a part; an empty text removes it. Raises ValueError for a text that makes no sense."""
    after = parse_part(key, text) if text.strip() else None
    return of_value(Field.REVIEW, key, draft.parts.get(key), after, str)


def with_changes(draft: ReviewDraft, made: Iterable[Change]) -> ReviewDraft:
    """Return `draft` with the `after` of every change."""
    return ReviewDraft(applied(draft.parts, made, str))


def review_of(draft: ReviewDraft, assessment: Assessment, fingerprint: str, sending: int) -> Review:
    """Return the review of a submission, whose fingerprint and number are given, without its private part.

    Its rows are in no order: see `submission.review.ordered`.
    """
    remarks = [Remark(*cell, draft.note(cell)) for cell in draft.cells(Part.NOTE)]
    remarks += [
        Remark(line, None, None, draft.part(Part.COMMENT, line), draft.is_on_agenda(line))
        for line in draft.lines()
    ]
    agreed = [
        AgreedNote(cell, note)
        for cell in draft.cells(Part.AGREED)
        if (note := draft.agreed(cell)) is not None
    ]
    return Review(
        submission=fingerprint,
        assessment=assessment.uuid,
        sending=sending,
        grid_id=assessment.grid_id,
        grid_version=assessment.grid_version,
        grid_fingerprint=assessment.grid_fingerprint,
        territory=assessment.identity.territory,
        author=draft.author(assessment.identity.adviser),
        meeting=draft.meeting,
        remarks=tuple(remarks),
        questions=tuple(
            ReviewQuestion(f"q{number}", each.text, each.activity or None)
            for number, each in enumerate(draft.questions(), 1)
        ),
        agreed=tuple(agreed),
    )
