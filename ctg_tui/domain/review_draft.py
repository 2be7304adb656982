"""The review that an adviser is writing: its parts, as they are stored, and the review that they make.

A part is a text under a key: `note:m1.a03/famille`, `commentaire:m1.a03`, `question:m1.a03/0002`… The part
`prive` is the adviser's own: no review holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ctg_tui.domain.answers import Answer, Cell, answer_text, parse_answer
from ctg_tui.domain.assessment import Adviser, Assessment, Status
from ctg_tui.domain.changes import Change, Field, cell_key, parse_cell_key
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion
from ctg_tui.domain.text import clean


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
        name, email = self.part(Part.AUTHOR), self.part(Part.EMAIL)
        return adviser if not name and not email else Adviser(name or adviser.name, email or adviser.email)

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it would be sent."""
        sent = {Part.NOTE, Part.COMMENT, Part.AGENDA, Part.QUESTION, Part.AGREED, Part.MEETING}
        return not any(split_key(key)[0] in sent for key in self.parts)

    def _abouts(self, part: Part) -> list[str]:
        head = part_key(part)
        return [key.removeprefix(head) for key in self.parts if key.startswith(head)]


def _answer(text: str) -> Answer | None:
    return parse_answer(text) if text else None


def write_part(draft: ReviewDraft, key: str, text: str) -> tuple[Change, ...]:
    """Set a part; an empty text removes it. Raises ValueError for a text that makes no sense."""
    before = draft.parts.get(key)
    after = parse_part(key, text) if text.strip() else None
    return () if before == after else (Change(Field.REVIEW, key, before, after),)


def with_changes(draft: ReviewDraft, made: Iterable[Change]) -> ReviewDraft:
    """Return `draft` with the `after` of every change."""
    parts = dict(draft.parts)
    for change in made:
        if change.after is None:
            parts.pop(change.key, None)
        else:
            parts[change.key] = change.after
    return ReviewDraft(parts)


def review_of(draft: ReviewDraft, assessment: Assessment, fingerprint: str) -> Review:
    """Return the review of a submission, whose fingerprint is given; the private part is not in it.

    Its rows are in no order: see `review.document.ordered`.
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
        revision=assessment.revision,
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
