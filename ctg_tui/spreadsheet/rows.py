"""The rows of the tables of a workbook: lines of a grid, indicators, figures and titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell
from ctg_tui.spreadsheet.headings import Columns, IndicatorColumns
from ctg_tui.spreadsheet.titles import MISSION


@dataclass(frozen=True)
class Row:
    """A line of a table: its label, its cells by column, and the columns that give them a meaning."""

    sheet: Sheet
    number: int
    label: str
    label_column: int
    cells: Mapping[int, SheetCell]

    @property
    def address(self) -> str:
        """The address of the label."""
        return self.sheet.address(self.number, self.label_column)


@dataclass(frozen=True)
class Below:
    """The comment of a line, written in the row below it. `is_place`: its cell holds nothing else."""

    position: Position
    text: str
    is_place: bool = True


@dataclass(frozen=True)
class ActivityRow(Row):
    """A line with notes under policies. `continued` is the row in which its label runs on, if any."""

    columns: Columns
    below: Below | None = None
    continued: int | None = None


@dataclass(frozen=True)
class IndicatorRow(Row):
    """A line with a number and a comment. `above` gives the columns of the notes above, if any."""

    columns: IndicatorColumns
    above: Columns | None = None


@dataclass(frozen=True)
class FigureRow:
    """A line of percentages, as the workbook computed them, at the end of a mission."""

    sheet: Sheet
    number: int
    figures: Mapping[str, tuple[int, str]]
    """For each policy, the column and what it shows (`74 %`)."""
    label: str


@dataclass(frozen=True)
class MissionRow:
    """The title of a mission, without its number; `number` is None when it has none."""

    number: int | None
    title: str


@dataclass(frozen=True)
class SubtitleRow:
    """A text merged over the columns of the notes: the title of the lines below it."""

    title: str


@dataclass(frozen=True)
class LooseComment:
    """A comment that stands below a table and not beside one of its lines."""

    address: str
    text: str


Found = ActivityRow | IndicatorRow | FigureRow | MissionRow | SubtitleRow | LooseComment


def title_letters(label: str) -> str:
    """Return the letters of a mission's title, without « Mission 2 : » before it."""
    title = MISSION.fullmatch(label)
    return letters(title[2] if title else label)


def without_examples(rows: Sequence[Found]) -> tuple[list[Found], list[ActivityRow]]:
    """Return the rows to read, and those of tables that only show how to answer.

    Where every table is called an example, they are the ones to read.
    """
    examples = [row for row in rows if isinstance(row, ActivityRow) and row.columns.is_example]
    if not any(isinstance(row, ActivityRow) and not row.columns.is_example for row in rows):
        return list(rows), []
    return [row for row in rows if not (isinstance(row, ActivityRow) and row.columns.is_example)], examples
