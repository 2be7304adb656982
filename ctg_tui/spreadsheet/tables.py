"""Finding the tables of a sheet by their headings, wherever they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ctg_tui.domain.answers import Answer
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.notes import parse_step

POLICIES: Final = {"famille": "famille", "education": "education", "social": "social", "sociale": "social"}
"""The columns of the Caf's grid, by their letters."""

_LINE_HEADINGS: Final = frozenset(
    {"mission", "missions", "activite", "activites", "libelle", "libelles", "missionsetactivites"}
)
_MISSION: Final = re.compile(
    r"\s*mission\s*(?:n\s*°?\s*)?(\d{1,2})\s*[:.–—-]?\s*(.*)", re.IGNORECASE | re.DOTALL
)
_ENDS: Final = ("modeoperatoire", "piecesafournir")
_PER_CENT: Final = re.compile(r"\d{1,3}(?:,\d+)?\s?%")


@dataclass(frozen=True)
class Columns:
    """The columns of a table. `steps` gives, for a table of ticks, the step of each column."""

    policies: Mapping[str, tuple[int, ...]]
    comments: int | None
    labels: int | None
    steps: Mapping[int, Answer] = field(default_factory=dict)

    @property
    def noted(self) -> tuple[int, ...]:
        return tuple(column for columns in self.policies.values() for column in columns)


@dataclass(frozen=True)
class IndicatorColumns:
    """The columns of a table of indicators."""

    labels: int
    number: int
    comments: int | None


@dataclass(frozen=True)
class Row:
    """A line of a table: its label, its cells by column, and the columns of its table."""

    sheet: Sheet
    number: int
    label: str
    label_column: int
    cells: Mapping[int, SheetCell]
    mission: int | None


@dataclass(frozen=True)
class ActivityRow(Row):
    """A line with notes under policies."""

    columns: Columns


@dataclass(frozen=True)
class IndicatorRow(Row):
    """A line with a number and a comment."""

    columns: IndicatorColumns


@dataclass(frozen=True)
class FigureRow:
    """A line of percentages, as the workbook computed them, at the end of a mission."""

    sheet: Sheet
    number: int
    figures: Mapping[str, tuple[int, str]]
    """For each policy, the column and its text (`74 %`)."""
    mission: int | None


@dataclass(frozen=True)
class MissionRow:
    """The title of a mission."""

    number: int
    title: str


TableRow = ActivityRow | IndicatorRow | FigureRow | MissionRow


def find_rows(sheet: Sheet, name: str) -> Iterator[TableRow]:
    """Yield the rows of the tables of a sheet, in order; none when it has no table of a grid.

    `name` is the file's, shown in refusals. Raises InvalidDocument when a policy stands in several columns.
    """
    columns: Columns | None = None
    indicators: IndicatorColumns | None = None
    mission: int | None = None
    rows = list(sheet.rows())
    for rank, (number, cells) in enumerate(rows):
        heading = _heading(sheet, number, cells, rows[rank - 1][1] if rank else {}, name)
        if heading is not None:
            columns, indicators = heading, None
            continue
        if columns is None:
            mission = _mission_of(cells, mission)
            continue
        if not columns.steps and (steps := _steps(cells, columns)):
            columns = steps
            continue
        if (indicator_heading := _indicator_heading(cells)) is not None:
            indicators = indicator_heading
            continue
        label, label_column = _label(cells, columns, indicators)
        if letters(label).startswith(_ENDS):
            columns = None
            continue
        title = _MISSION.fullmatch(label)
        if title and not _answers(cells, columns):
            mission, indicators = int(title[1]), None
            yield MissionRow(mission, title[2].strip())
        elif figures := _figures(cells, columns, label):
            yield FigureRow(sheet, number, figures, mission)
        elif label and indicators is not None:
            yield IndicatorRow(sheet, number, label, label_column, cells, mission, indicators)
        elif label and letters(label) not in _LINE_HEADINGS:
            yield ActivityRow(sheet, number, label, label_column, cells, mission, columns)


def _mission_of(cells: Mapping[int, SheetCell], former: int | None) -> int | None:
    for cell in cells.values():
        if match := _MISSION.fullmatch(cell.text):
            return int(match[1])
    return former


def _heading(
    sheet: Sheet, number: int, cells: Mapping[int, SheetCell], above: Mapping[int, SheetCell], name: str
) -> Columns | None:
    """Return the columns that a heading row gives; None for another row.

    A heading names two policies at least; « Commentaires » and « Missions » stand in it or just above.
    """
    policies: dict[str, list[int]] = {}
    labels = comments = None
    for column, cell in cells.items():
        key = letters(cell.text)
        if key in POLICIES:
            policies.setdefault(POLICIES[key], []).append(column)
    if len(policies) < 2:
        return None
    for column, cell in (*above.items(), *cells.items()):
        key = letters(cell.text)
        if key.startswith("commentaire"):
            comments = column
        elif key in _LINE_HEADINGS:
            labels = column
    for policy, columns in policies.items():
        if len(columns) > 1:
            addresses = ", ".join(sheet.address(number, column) for column in columns)
            raise refusals.two_columns(name, cells[columns[0]].text or policy, addresses)
    spans = {policy: _span(sheet, number, columns[0]) for policy, columns in policies.items()}
    return Columns(spans, comments, labels)


def _span(sheet: Sheet, row: int, column: int) -> tuple[int, ...]:
    """Return the columns that the merged heading at a position covers."""
    covered = [
        place.column for place, top in sheet.merged.items() if top == (row, column) and place.row == row
    ]
    return tuple(sorted(covered)) or (column,)


def _steps(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return the columns of a table of ticks, when this row names the steps under each policy."""
    if any(len(span) < 4 for span in columns.policies.values()):
        return None
    steps: dict[int, Answer] = {}
    for column in columns.noted:
        step = parse_step(cells[column].text) if column in cells else None
        if step is not None:
            steps[column] = step
    if len(steps) < len(columns.noted):
        return None
    return Columns(columns.policies, columns.comments, columns.labels, steps)


def _indicator_heading(cells: Mapping[int, SheetCell]) -> IndicatorColumns | None:
    headings = {letters(cell.text): column for column, cell in cells.items()}
    labels = headings.get("indicateurs", headings.get("indicateur"))
    number = headings.get("nombre", headings.get("nombres"))
    if labels is None or number is None:
        return None
    comments = next((column for key, column in headings.items() if key.startswith("commentaire")), None)
    return IndicatorColumns(labels, number, comments)


def _label(
    cells: Mapping[int, SheetCell], columns: Columns, indicators: IndicatorColumns | None
) -> tuple[str, int]:
    """Return the text of a line and its column: under its heading, else the longest beside the answers."""
    heading = columns.labels if indicators is None else indicators.labels
    if heading is not None and heading in cells and len(cells[heading].text) > 5:
        return cells[heading].text, heading
    taken = (
        {*columns.noted, columns.comments} if indicators is None else {indicators.number, indicators.comments}
    )
    free = [column for column in cells if column not in taken and column < min(columns.noted)]
    best = max(free, key=lambda column: len(cells[column].text), default=0)
    return (cells[best].text, best) if best else ("", 0)


def _answers(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    return any(cells[column].text for column in columns.noted if column in cells)


def _figures(
    cells: Mapping[int, SheetCell], columns: Columns, label: str
) -> dict[str, tuple[int, str]] | None:
    """Return the percentages of a line that has only percentages under the policies; None for another."""
    figures = {
        policy: (span[0], cells[span[0]].text)
        for policy, span in columns.policies.items()
        if span[0] in cells and cells[span[0]].text
    }
    all_are = bool(figures) and all(_PER_CENT.fullmatch(text) for _, text in figures.values())
    return figures if all_are and len(label) < 60 else None
