"""A workbook whose lines no grid has becomes a grid, the same for all who read it."""

from __future__ import annotations

from ctg_tui.domain.grid import Grid, known_ids
from ctg_tui.domain.text import digest
from ctg_tui.formats import Schema
from ctg_tui.grids.catalogue import build, read_known, require_consistent, schema
from ctg_tui.spreadsheet.new_grid import grid_document
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import understand
from tests.make_grids import FOLDER
from tests.spreadsheet.workbooks import FILLED, KNOWN, answers, answers_of, book_of, saved
from tests.strategies import charente

GRID = charente()
FRAME, _ = read_known((FOLDER / "charente-2024-08-proposee.toml").read_bytes())


def made_from(content: bytes) -> Grid:
    sheets = read_workbook(content, "grille.xlsx")
    document = grid_document(sheets, FRAME, "grille.xlsx", {}, known_ids([GRID]))
    Schema(schema("grille")).check(document)
    require_consistent(document)
    return build(document, f"sha256:{digest(document)}")


def test_blank_or_filled_by_anybody_on_any_machine_a_workbook_gives_the_same_grid() -> None:
    """Two people who read one workbook must find each other's answers: systems and Pythons in turn say so."""
    blank, filled = made_from(KNOWN.read_bytes()), made_from(FILLED.read_bytes())
    assert {blank.fingerprint, filled.fingerprint} == {
        "sha256:4160fb2e78567fc2755ae19cf334c68cfbcdeb5bcdcfd8d9f99a1f809af2a85c"
    }
    assert [(line.id, line.label) for line in blank.activities.values()] == [
        (line.id, line.label) for line in GRID.activities.values()
    ]
    assert [mission.title for mission in blank.missions] == [mission.title for mission in GRID.missions]
    assert {line.source for line in blank.activities.values()} == {"tableur-caf"}
    reading = understand(read_workbook(FILLED.read_bytes(), "grille.xlsx"), [filled], "grille.xlsx", {})
    assert reading is not None
    assert answers(reading) == answers_of(GRID)


def test_the_figures_of_a_radar_and_the_steps_of_a_legend_are_no_lines_of_the_new_grid() -> None:
    book = book_of(KNOWN)
    sheet = book.create_sheet("Radar")
    sheet.append(("Missions", "Famille", "Éducation", "Social"))
    for mission in GRID.missions:
        sheet.append((mission.title, 0.5, 0, 1))
    grille = book["Grille"]
    grille.delete_rows(grille.max_row - 1, 2)  # nothing says that the table ends
    for step in (("NC", "Non concerné"), ("0", "Non / pas : réalisé, mesuré"), ("3", "Oui / totalement")):
        grille.append((" : ".join(step),))
    made = made_from(saved(book))
    assert list(made.activities) == list(GRID.activities)
    assert list(made.indicators) == list(GRID.indicators)
