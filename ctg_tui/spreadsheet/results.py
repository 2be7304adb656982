"""What reading a workbook gives: values with their addresses, what was not read, where each value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ctg_tui.domain.answers import Answer, Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.spreadsheet.cells import Sheet


@dataclass(frozen=True)
class ReadNote:
    """A note or NC. `doubt` says, in French, what the person should look at; empty when nothing."""

    address: str
    cell: Cell
    label: str
    answer: Answer
    doubt: str = ""


@dataclass(frozen=True)
class ReadComment:
    """A comment of a line."""

    address: str
    activity: str
    text: str
    doubt: str = ""


@dataclass(frozen=True)
class ReadIndicator:
    """The number and the comment of an indicator; either may be missing."""

    address: str
    indicator: str
    label: str
    number: int | None
    comment: str
    doubt: str = ""


@dataclass(frozen=True)
class Unread:
    """Something that was not taken. `reason` is a French sentence."""

    address: str
    value: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """A percentage of the workbook that is not the one computed from its own notes."""

    address: str
    shown: str
    computed: str


class Place(NamedTuple):
    """A cell of the workbook. `step` is set for a table of ticks: the answer that a tick there gives."""

    sheet: Sheet
    row: int
    column: int
    step: Answer | None = None

    @property
    def address(self) -> str:
        return self.sheet.address(self.row, self.column)


@dataclass
class Places:
    """Where each value of the grid stands in the workbook, filled or not; only where that is certain."""

    answers: dict[Cell, tuple[Place, ...]] = field(default_factory=dict)
    comments: dict[str, Place] = field(default_factory=dict)
    numbers: dict[str, Place] = field(default_factory=dict)
    remarks: dict[str, Place] = field(default_factory=dict)


@dataclass
class Reading:
    """All that a workbook says. `grid` is None when its lines are those of no known grid."""

    grid: Grid | None
    lines: int
    indicator_lines: int
    notes: list[ReadNote] = field(default_factory=list)
    comments: list[ReadComment] = field(default_factory=list)
    indicators: list[ReadIndicator] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    seen_at: dict[str, str] = field(default_factory=dict)
    """The address of each value that the workbook has a cell for, whether or not that place is certain.

    By line for comments, numbers and remarks, by `activity/policy` for notes.
    """
    first_line: str = ""
    """The address of the first line of the workbook."""

    @property
    def addresses(self) -> frozenset[str]:
        """The address of each value that was read, certain or not."""
        values = (self.notes, self.comments, self.indicators)
        return frozenset(value.address for read in values for value in read)

    @property
    def answers(self) -> dict[Cell, Answer]:
        """The notes that need no confirmation, by cell."""
        return {note.cell: note.answer for note in self.notes if not note.doubt}
