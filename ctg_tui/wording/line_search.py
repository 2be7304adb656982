"""Lines found by their words, those of their comment included, and by their notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Cell
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean, fold, match_rank
from ctg_tui.wording.lines import LOW_NOTES, line_number, notes_of

_BEFORE: Final = 24
"""Characters shown before the word that was found in a comment."""


class Kept(Enum):
    """The lines to search among. The value is their French name."""

    ALL = "toutes"
    LOW = "notées 0 ou 1"
    LOW_UNEXPLAINED = "0 ou 1 sans commentaire"
    UNCOMMENTED = "sans commentaire"
    COMMENTED = "avec commentaire"
    NOT_CONCERNED = "NC"


class SearchedLine(NamedTuple):
    """A line with all the words by which it can be found, and the kinds of lines that it belongs to."""

    id: str
    number: str
    label: str
    notes: str
    """`Famille 2, Éducation NC`."""
    comment: str
    kinds: frozenset[Kept]

    @property
    def name(self) -> str:
        return f"{self.number} {self.label}"


def searched_lines(grid: Grid, assessment: Assessment) -> tuple[SearchedLine, ...]:
    """Return every line of `grid`, in its order."""
    labels = {policy.id: policy.label for policy in grid.policies}
    return tuple(_searched(grid, assessment, line, labels) for line in grid.activities)


def _searched(grid: Grid, assessment: Assessment, line: str, labels: Mapping[str, str]) -> SearchedLine:
    cells = [Cell(line, policy) for policy in labels]
    answers = [assessment.answers.get(cell) for cell in cells]
    comment = clean(assessment.comments.get(line, ""), multiline=True)
    is_low = any(answer in LOW_NOTES for answer in answers if isinstance(answer, int))
    belongs = {
        Kept.ALL: True,
        Kept.LOW: is_low,
        Kept.LOW_UNEXPLAINED: is_low and not comment,
        Kept.UNCOMMENTED: not comment,
        Kept.COMMENTED: bool(comment),
        Kept.NOT_CONCERNED: NOT_CONCERNED in answers,
    }
    return SearchedLine(
        line,
        line_number(grid, line),
        clean(grid.activities[line].label),
        notes_of(assessment, cells, labels),
        comment,
        frozenset(kind for kind, is_one in belongs.items() if is_one),
    )


def found_lines(lines: Iterable[SearchedLine], typed: str, kept: Kept) -> list[SearchedLine]:
    """Return the lines of a kind that have every word typed, in their text before in their comment."""
    ranks = [(match_rank(typed, line.name, line.comment), line) for line in lines if kept in line.kinds]
    found = [(rank, line) for rank, line in ranks if rank is not None]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def excerpt(line: SearchedLine, typed: str) -> str:
    """Return the paragraph of the comment with a word typed that the text of the line does not have.

    It begins near that word; it is empty when the line was found by its own text.
    """
    name = fold(line.name)
    words = [word for word in fold(typed).split() if word not in name]
    for paragraph in line.comment.split("\n"):
        folded = fold(paragraph)
        places = [folded.index(word) for word in words if word in folded]
        if places:
            start = max(min(places) - _BEFORE, 0)
            return f"…{paragraph[start:].lstrip()}" if start else paragraph
    return ""
