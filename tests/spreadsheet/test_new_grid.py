"""A grid made from a workbook whose lines no known grid has."""

from __future__ import annotations

from ctg_tui.domain.grid import Grid
from ctg_tui.formats.json_schema import Schema
from ctg_tui.grids.catalogue import fingerprint_of, read_known, schema, shipped_grids
from ctg_tui.grids.document import build
from ctg_tui.grids.toml_file import inconsistencies
from ctg_tui.spreadsheet.new_grid import grid_document
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import understand
from tests.make_grids import FOLDER
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved

GRID = shipped_grids()[0]
FRAME, _ = read_known((FOLDER / "charente-2024-08.toml").read_bytes())


def made_from(content: bytes) -> Grid:
    document = grid_document(read_workbook(content, "grille.xlsx"), FRAME, "grille.xlsx")
    assert Schema(schema("grille")).violations(document) == ()
    assert list(inconsistencies(document)) == []
    return build(document, fingerprint_of(document))


def test_a_blank_and_a_filled_workbook_give_the_same_grid() -> None:
    blank = made_from(saved(make_workbook(GRID, {}, Layout())))
    filled = made_from(saved(make_workbook(GRID, answers_of(GRID), Layout())))
    assert blank.fingerprint == filled.fingerprint
    assert list(blank.activities) == list(GRID.activities)
    assert [line.label for line in blank.activities.values()] == [
        line.label for line in GRID.activities.values()
    ]
    assert [mission.title for mission in blank.missions] == [mission.title for mission in GRID.missions]
    assert {line.source for line in blank.activities.values()} == {"tableur-caf"}


def test_a_filled_workbook_is_read_with_the_grid_made_from_it() -> None:
    answers = answers_of(GRID)
    content = saved(make_workbook(GRID, answers, Layout()))
    grid = made_from(content)
    reading = understand(read_workbook(content, "grille.xlsx"), [grid], "grille.xlsx")
    assert reading.answers == answers
