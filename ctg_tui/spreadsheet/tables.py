"""The tables of a sheet, found by their headings and not by their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from ctg_tui.domain.answers import Answer
from ctg_tui.domain.text import fold
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.notes import parse_step

POLICIES: Final = {"famille": "famille", "education": "education", "social": "social", "sociale": "social"}
"""The columns of the Caf's grid, by their letters."""

_ABBREVIATED: Final = {"fam": "famille", "educ": "education", "soc": "social"}
_NEUTRAL: Final = frozenset(
    {
        *("volet", "axe", "champ", "domaine", "politique", "politiques"),
        *("note", "notes", "cotation", "de", "la", "l"),
    }
)
"""Words that may stand beside a policy in its heading; any other word makes it another column."""
_SCALE: Final = re.compile(r"(?:de\s+)?0\s*(?:a|-|–)\s*3(?:\s*(?:ou|,|/)\s*nc)?|(?:sur|/)\s*3\b")
_COMMENTS: Final = ("commentaire", "observation", "remarque")
_NUMBERS: Final = ("nombre", "nombres", "nb", "nbre", "valeur")

_LINE_HEADINGS: Final = frozenset(
    {"mission", "missions", "activite", "activites", "libelle", "libelles", "missionsetactivites"}
)
MISSION: Final = re.compile(
    r"\s*mission\s*(?:n\s*°?\s*)?(\d{1,2})\s*[:.–—-]?\s*(.*)", re.IGNORECASE | re.DOTALL
)
_ENDS: Final = ("modeoperatoire", "piecesafournir")
_LONGEST_HEADING: Final = 80
_NO_COLUMN: Final = 20_000
"""More columns than any sheet has."""
_WIDEST: Final = 8
"""Columns that one policy may take."""
_FEWEST_STEPS: Final = 4
_PER_CENT: Final = re.compile(r"\d{1,3}(?:,\d+)?\s?%")


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand. `steps` gives, for a table of ticks, the step of each column.

    `more_comments`: the columns of comments after the first, as one per policy or one of the Caf.
    """

    policies: Mapping[str, tuple[int, ...]]
    comments: int | None
    labels: int | None
    steps: Mapping[int, Answer] = field(default_factory=dict)
    more_comments: tuple[int, ...] = ()

    @property
    def noted(self) -> tuple[int, ...]:
        return tuple(column for columns in self.policies.values() for column in columns)


@dataclass(frozen=True)
class IndicatorColumns:
    """Where the columns of a table of indicators stand."""

    labels: int
    number: int
    comments: int | None
    types: int | None


@dataclass(frozen=True)
class Row:
    """A line of a table: its label, its cells by column, and the columns that give them a meaning."""

    sheet: Sheet
    number: int
    label: str
    label_column: int
    cells: Mapping[int, SheetCell]
    mission: int | None

    @property
    def address(self) -> str:
        """The address of the label."""
        return self.sheet.address(self.number, self.label_column)


@dataclass(frozen=True)
class ActivityRow(Row):
    """A line with notes under policies."""

    columns: Columns


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
    mission: int | None


@dataclass(frozen=True)
class MissionRow:
    """The title of a mission."""

    number: int
    title: str


Found = ActivityRow | IndicatorRow | FigureRow | MissionRow


def find_rows(sheet: Sheet, name: str) -> Iterator[Found]:
    """Yield what the tables of a sheet hold, in order; nothing when it has no table of a grid.

    `name` is the file's, for sentences. Raises InvalidDocument when a policy stands in several columns.
    """
    rows = list(sheet.rows())
    for first, after in pairwise((0, *_starts_side_by_side(rows), _NO_COLUMN)):
        band = [(number, _within(cells, first, after)) for number, cells in rows]
        yield from _rows_of_band(sheet, [row for row in band if row[1]], name)


def _starts_side_by_side(rows: Sequence[tuple[int, Mapping[int, SheetCell]]]) -> tuple[int, ...]:
    """Return where the second and next tables of a sheet begin, when one row has the headings of several."""
    for _, cells in rows:
        labels = [column for column, cell in cells.items() if letters(cell.text) in _LINE_HEADINGS]
        tables = [_within(cells, first, after).values() for first, after in pairwise((*labels, _NO_COLUMN))]
        if len(tables) > 1 and all(
            len({_policy_of(cell.text) for cell in table} - {None}) > 1 for table in tables
        ):
            return tuple(labels[1:])
    return ()


def _text(cells: Mapping[int, SheetCell], column: int | None) -> str:
    return cells[column].text if column is not None and column in cells else ""


def _within(cells: Mapping[int, SheetCell], first: int, after: int) -> dict[int, SheetCell]:
    return {column: cell for column, cell in cells.items() if first <= column < after}


def _rows_of_band(
    sheet: Sheet, rows: Sequence[tuple[int, Mapping[int, SheetCell]]], name: str
) -> Iterator[Found]:
    columns: Columns | None = None
    indicators: IndicatorColumns | None = None
    mission: int | None = None
    for rank, (number, cells) in enumerate(rows):
        heading = _heading(sheet, number, cells, rows[rank - 1][1] if rank else {}, name)
        if heading is not None:
            columns, indicators = heading, None
            title = MISSION.fullmatch(_text(cells, heading.labels))
            if title:  # « Mission 1 : … » may stand in place of « Missions »
                mission = int(title[1])
                yield MissionRow(mission, title[2].strip())
            continue
        if columns is not None and not columns.steps and (steps := _steps(cells, columns)):
            columns = steps
            continue
        if (found := _indicator_heading(cells)) is not None:
            indicators = found
            continue
        if columns is None and indicators is None:
            mission = _mission_of(cells, mission)
            continue
        label, label_column = _label(cells, columns, indicators)
        if letters(label).startswith(_ENDS):
            columns = indicators = None
            continue
        title = MISSION.fullmatch(label)
        if title and not (columns is not None and _answers(cells, columns)):
            mission = int(title[1])
            indicators = indicators if columns is None else None
            yield MissionRow(mission, title[2].strip())
        elif columns is not None and (figures := _figures(cells, columns, label)):
            yield FigureRow(sheet, number, figures, label, mission)
        elif not label or letters(label) in _LINE_HEADINGS:
            continue
        elif indicators is not None:
            yield IndicatorRow(sheet, number, label, label_column, cells, mission, indicators, columns)
        elif columns is not None:
            yield ActivityRow(sheet, number, label, label_column, cells, mission, columns)


@lru_cache(maxsize=1_024)
def _policy_of(heading: str) -> str | None:
    """Return the policy that a heading names, alone or with words that add nothing; None for another one."""
    if len(heading) > _LONGEST_HEADING:
        return None
    key = letters(heading)
    if key in POLICIES or key in _ABBREVIATED:
        return POLICIES.get(key) or _ABBREVIATED[key]
    words = re.split(r"[^a-z0-9]+", _SCALE.sub(" ", fold(heading)))
    return POLICIES.get("".join(word for word in words if word not in _NEUTRAL))


def _is_comments(heading: str) -> bool:
    key = letters(heading)
    return key.startswith(_COMMENTS) or key == "com"


def title_letters(label: str) -> str:
    """Return the letters of a mission's title, without « Mission 2 : » before it."""
    title = MISSION.fullmatch(label)
    return letters(title[2] if title else label)


def _mission_of(cells: Mapping[int, SheetCell], former: int | None) -> int | None:
    for cell in cells.values():
        found = MISSION.fullmatch(cell.text)
        if found:
            return int(found[1])
    return former


def _heading(
    sheet: Sheet, number: int, cells: Mapping[int, SheetCell], above: Mapping[int, SheetCell], name: str
) -> Columns | None:
    """Return the columns that a heading row gives; None for another row.

    A heading names two policies at least; « Commentaires » and « Missions » stand in it or just above.
    """
    policies: dict[str, list[int]] = {}
    labels = None
    comments: set[int] = set()
    for column, cell in cells.items():
        policy = _policy_of(cell.text)
        if policy is not None:
            policies.setdefault(policy, []).append(column)
    if len(policies) < 2:
        return None
    for column, cell in (*above.items(), *cells.items()):
        if _is_comments(cell.text):
            comments.add(column)
        elif letters(cell.text) in _LINE_HEADINGS or MISSION.fullmatch(cell.text):
            labels = column
    for policy, columns in policies.items():
        if len(columns) > 1:
            addresses = ", ".join(sheet.address(number, column) for column in columns)
            raise refusals.two_columns(name, cells[columns[0]].text or policy, addresses)
    headed = sorted(column for column, cell in (*above.items(), *cells.items()) if cell.text)
    spans = {policy: _span(sheet, number, columns[0], headed) for policy, columns in policies.items()}
    first, *others = sorted(comments) or (None,)
    return Columns(spans, first, labels, more_comments=tuple(others))


def _span(sheet: Sheet, row: int, column: int, headed: Sequence[int]) -> tuple[int, ...]:
    """Return the columns under a heading: those it is merged over, else up to the next heading."""
    covered = [
        place.column for place, top in sheet.merged.items() if top == (row, column) and place.row == row
    ]
    following = next((other for other in headed if other > column), column + 1)
    return tuple(sorted(covered)) or tuple(range(column, min(following, column + _WIDEST)))


def _steps(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return the columns of a table of ticks, when this row names the steps under each policy."""
    steps: dict[int, Answer] = {}
    policies: dict[str, tuple[int, ...]] = {}
    for policy, span in columns.policies.items():
        under: dict[int, Answer] = {}
        # A heading that is not merged says where its steps begin; they end where they begin again.
        for column in range(span[0], span[0] + _WIDEST):
            step = parse_step(cells[column].text) if column in cells else None
            if step is None or step in under.values():
                break
            under[column] = step
        if len(under) < _FEWEST_STEPS:
            return None
        steps |= under
        policies[policy] = tuple(under)
    return replace(columns, policies=policies, steps=steps)


def _indicator_heading(cells: Mapping[int, SheetCell]) -> IndicatorColumns | None:
    found = {letters(cell.text): column for column, cell in cells.items()}
    labels = found.get("indicateurs", found.get("indicateur"))
    number = next((found[key] for key in _NUMBERS if key in found), None)
    if labels is None or number is None:
        return None
    comments = next((column for column, cell in cells.items() if _is_comments(cell.text)), None)
    return IndicatorColumns(labels, number, comments, found.get("type", found.get("types")))


def _label(
    cells: Mapping[int, SheetCell], columns: Columns | None, indicators: IndicatorColumns | None
) -> tuple[str, int]:
    """Return the text of a line and its column: under its heading, else the longest before the answers."""
    if indicators is not None:
        heading: int | None = indicators.labels
        taken, first = {indicators.number, indicators.comments}, indicators.number
    else:
        assert columns is not None
        heading = columns.labels
        taken, first = {*columns.noted, columns.comments}, min(columns.noted)
    if heading is not None and heading in cells and len(cells[heading].text) > 5:
        return cells[heading].text, heading
    free = [column for column in cells if column not in taken and column < first]
    best = max(free, key=lambda column: len(cells[column].text), default=0)
    return (cells[best].text, best) if best else ("", 0)


def _answers(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    return any(cells[column].text for column in columns.noted if column in cells)


def _figures(
    cells: Mapping[int, SheetCell], columns: Columns, label: str
) -> dict[str, tuple[int, str]] | None:
    """Return the percentages of a line that has nothing but them under the policies."""
    figures = {
        policy: (span[0], cells[span[0]].text)
        for policy, span in columns.policies.items()
        if span[0] in cells and cells[span[0]].text
    }
    all_are = bool(figures) and all(_PER_CENT.fullmatch(text) for _, text in figures.values())
    return figures if all_are and len(label) < 60 else None
