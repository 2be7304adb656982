"""The table that every drawn workbook varies: its lines, its columns, the words put in its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random
from typing import NamedTuple

from ctg_tui.grids.catalogue import load_grid
from tests.outside.caf_workbooks import Meant
from tests.spreadsheet.drawn_workbook import Book, Formula, Sheet, Value

GRID_FILE = Path(__file__).parents[2] / "data" / "grilles" / "charente-2024-08-proposee.toml"
FAMILY, EDUCATION, SOCIAL = "famille", "education", "social"
POLICIES = (FAMILY, EDUCATION, SOCIAL)
NAMES = ("Famille", "Éducation", "Social")

Note = int | str
Notes = dict[str, Note]
"""The notes of one line by policy; a policy without one was left blank."""

REMARKS = (
    "COPIL du 12 mars : validé à l’unanimité",
    "2 réunions prévues au second semestre",
    "À reprendre avec la nouvelle directrice du RPE",
    "Non démarré, poste vacant jusqu’en juin",
    "Voir le tableau de bord partagé",
    "Fait avec le CCD ; reste à formaliser",
    "Partiellement, surtout sur le secteur nord",
    "En cours\nOK pour la petite enfance",
)


class Mission(NamedTuple):
    """Lines are (id or text in a new grid, text); indicators are (id or text, text, type)."""

    title: str
    lines: tuple[tuple[str, str], ...]
    indicators: tuple[tuple[str, str, str], ...]


class Column(NamedTuple):
    """A column: line, number, note, comment or other.

    `cell` gives the content of an `other` column from the place of the line and its notes. `band` is the
    wide heading above several columns.
    """

    kind: str
    heading: str = ""
    policy: str = ""
    band: str = ""
    code: Note = ""
    cell: Callable[[int, Notes, Random], Value | None] = lambda place, notes, random: None


class Footer(NamedTuple):
    """A row under each mission: what it computes from the notes of a column, blank cells left out."""

    label: str
    result: Callable[[list[Note], str], Value]


@dataclass(frozen=True)
class Table:
    """How a table looks. `titles`: the missions in `rows`, in `merged` rows, `repeated` heads or `none`."""

    columns: tuple[Column, ...]
    missions: tuple[Mission, ...]
    row: int = 0
    left: int = 0
    titles: str = "rows"
    wording: Callable[[int, str], str] = lambda place, text: text
    spell: Callable[[Note, Random], Value] = lambda note, random: note
    footers: tuple[Footer, ...] = ()
    gap: int = 0
    counts: bool = False
    counts_below_lines: bool = False
    """The indicators begin in the column of the lines, not in the first of the table."""


@cache
def grid_missions() -> tuple[Mission, ...]:
    """Return the missions of the known grid. An indicator without type is a heading: it has no number."""
    kinds = {"suivi": "Suivi", "evaluation": "Évaluation"}
    return tuple(
        Mission(
            f"Mission {mission.number} : {mission.title}",
            tuple((line.id, line.label) for line in mission.activities),
            tuple((line.id, line.label, kinds.get(line.type or "", "")) for line in mission.indicators),
        )
        for mission in load_grid(GRID_FILE).missions
    )


def note_columns(headings: Sequence[str] = NAMES, band: str = "") -> tuple[Column, ...]:
    return tuple(
        Column("note", heading, policy, band) for heading, policy in zip(headings, POLICIES, strict=True)
    )


def random_notes(random: Random, policies: Iterable[str] = POLICIES) -> Notes:
    """Return notes, about a fifth of them left blank."""
    choices: list[Note] = [0, 1, 1, 2, 2, 2, 3, 3, "NC"]
    return {policy: random.choice(choices) for policy in policies if random.random() > 0.2}


def draw_table(book: Book, sheet: Sheet, table: Table, random: Random) -> int:
    """Draw and fill the table; gives the first row below."""
    row = table.row if table.titles == "repeated" else _draw_headings(sheet, table, table.row)
    for number, mission in enumerate(table.missions, 1):
        row = _draw_title(sheet, table, mission, row)
        row = _draw_lines(book, sheet, table, (number, mission), row, random)
        if table.counts and mission.indicators:
            row = draw_counts(book, sheet, mission, row, _left_of_counts(table), random)
        row += table.gap
    return row


def _left_of_counts(table: Table) -> int:
    kinds = [column.kind for column in table.columns]
    return table.left + (kinds.index("line") if table.counts_below_lines else 0)


def _draw_headings(sheet: Sheet, table: Table, row: int) -> int:
    banded = any(column.band for column in table.columns)
    place = table.left
    for band, group in groupby(table.columns, key=lambda column: column.band):
        columns = list(group)
        if band:
            sheet.put(row, place, band)
            sheet.merge(row, place, row, place + len(columns) - 1)
        for offset, column in enumerate(columns):
            sheet.put(row + bool(band), place + offset, column.heading)
            if banded and not band:
                sheet.merge(row, place + offset, row + 1, place + offset)
        place += len(columns)
    return row + 1 + banded


def _draw_title(sheet: Sheet, table: Table, mission: Mission, row: int) -> int:
    if table.titles == "none":
        return row
    sheet.put(row, table.left, mission.title)
    if table.titles == "merged":
        sheet.merge(row, table.left, row, table.left + len(table.columns) - 1)
    return _draw_headings(sheet, table, row + 1) if table.titles == "repeated" else row + 1


def _draw_lines(
    book: Book, sheet: Sheet, table: Table, numbered: tuple[int, Mission], row: int, random: Random
) -> int:
    number, mission = numbered
    policies = dict.fromkeys(column.policy for column in table.columns if column.policy)
    every: list[Notes] = []
    for place, (line, text) in enumerate(mission.lines):
        notes = random_notes(random, policies)
        every.append(notes)
        for offset, column in enumerate(table.columns):
            spot = (row, table.left + offset)
            if column.kind == "line":
                sheet.put(*spot, table.wording(place, text))
            elif column.kind == "number":
                sheet.put(*spot, f"{number}.{place + 1}" if not column.code else place + 1)
            else:
                _fill(book, sheet, table, column, spot, line, place, notes, random)
        row += 1
    return _draw_footers(sheet, table, every, row)


def _fill(
    book: Book,
    sheet: Sheet,
    table: Table,
    column: Column,
    spot: tuple[int, int],
    line: str,
    place: int,
    notes: Notes,
    random: Random,
) -> None:
    note = notes.get(column.policy)
    if column.kind == "note" and note is not None:
        book.note(sheet, *spot, table.spell(note, random), Meant(line, column.policy, note))
    elif column.kind == "comment" and random.random() < 0.35:
        book.comment(sheet, *spot, random.choice(REMARKS), line)
    elif column.kind == "other":
        sheet.put(*spot, column.cell(place, notes, random))


def _draw_footers(sheet: Sheet, table: Table, every: list[Notes], row: int) -> int:
    for footer in table.footers:
        for offset, column in enumerate(table.columns):
            if column.kind == "line":
                sheet.put(row, table.left + offset, footer.label)
            elif column.kind == "note":
                notes = [notes[column.policy] for notes in every if column.policy in notes]
                letter = chr(ord("A") + table.left + offset)
                cells = f"{letter}{row - len(every) + 1}:{letter}{row}"
                sheet.put(row, table.left + offset, footer.result(notes, cells))
        row += 1
    return row


def percent(notes: list[Note], cells: str) -> Value:
    """Return the percentage of a rubric, as the Caf's document shows it."""
    points = [note for note in notes if isinstance(note, int)]
    share = round(sum(points) / (3 * len(points)), 4) if points else 0
    return Formula(f"=IFERROR(SUM({cells})/(3*COUNT({cells})),0)", share, "0%")


def mean(notes: list[Note], cells: str) -> Value:
    points = [note for note in notes if isinstance(note, int)]
    return Formula(f"=ROUND(AVERAGE({cells}),1)", round(sum(points) / max(1, len(points)), 1), "0.0")


def draw_counts(book: Book, sheet: Sheet, mission: Mission, row: int, left: int, random: Random) -> int:
    """Draw the indicators of a mission as the Caf's document does: line, type, number, comment."""
    for offset, heading in enumerate(("Indicateurs", "Type", "Nombre", "Commentaires")):
        sheet.put(row, left + offset, heading)
    for line, text, kind in mission.indicators:
        row += 1
        sheet.put(row, left, text)
        sheet.put(row, left + 1, kind)
        if kind and random.random() > 0.2:
            number = random.choice((0, 1, 2, 3, 4, 7, 12, 35, 140, 1250))
            book.number(sheet, row, left + 2, number, line)
        if random.random() < 0.3:
            book.comment(sheet, row, left + 3, random.choice(REMARKS), line)
    return row + 1


def draw_legend(sheet: Sheet, row: int, column: int) -> None:
    """Draw the scale of the Caf's document, the words beside the codes."""
    steps: tuple[tuple[Value, str], ...] = (
        ("NC", "Non concerné"),
        (0, "Non / pas : réalisé, mesuré, adapté, efficace..."),
        (1, "Partiellement : réalisé, mesuré, adapté, efficace..."),
        (2, "Majoritairement : réalisé, mesuré, adapté, efficace..."),
        (3, "Oui / totalement : réalisé, mesuré, adapté, efficace..."),
    )
    for offset, (code, text) in enumerate(steps):
        sheet.put(row + offset, column, code)
        sheet.put(row + offset, column + 1, text)
