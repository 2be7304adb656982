"""The Caf's workbook goes out filled: what is read back is what was answered, the rest is untouched."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Collection
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import RadarChart, Reference
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Assessment, Cell, Rating
from ctg_tui.domain.changes import values_of
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import spreadsheet as filling
from ctg_tui.services import spreadsheet as workbooks
from ctg_tui.services.spreadsheet import Filled, WorkbookFile, filled
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import Key, Reading, understand
from ctg_tui.wording.spreadsheet import key_name
from tests.effort import IS_NIGHT, tries
from tests.outside.caf_workbooks import WORKBOOKS
from tests.spreadsheet.workbooks import FILLED, FIRST, KNOWN, book_of, put, saved
from tests.strategies import charente, make_identity

GRID = charente()
COMMENTS = ("Revu au COPIL de mars.", "=1+1", "<b>&amp;</b> « oui » ]]>", "Première ligne\nseconde", "+33 5")


def drawn_assessment(grid: Grid, seed: int) -> Assessment:
    drawn = random.Random(seed)
    answers = {cell: drawn.choice([*Rating, NOT_CONCERNED, None]) for cell in grid.cells}
    counted = [line.id for line in grid.indicators.values() if not line.is_heading]
    return Assessment(
        id=1,
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        identity=make_identity(),
        answers={cell: answer for cell, answer in answers.items() if answer is not None},
        comments={line: drawn.choice(COMMENTS) for line in grid.activities if drawn.random() < 0.5},
        numbers={line: drawn.randrange(1000) for line in counted if drawn.random() < 0.7},
    )


def with_answers(answers: dict[Cell, Answer], comments: dict[str, str] | None = None) -> Assessment:
    return drawn_assessment(GRID, 3)._replace(answers=answers, comments=comments or {}, numbers={})


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def without_blank_cells(content: bytes) -> bytes:
    """Return a workbook as Excel saves it: a cell that holds nothing is not there."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, part in parts(content).items():
            package.writestr(name, re.sub(rb"<c [^>]*/>", b"", part) if "worksheets" in name else part)
    return file.getvalue()


def values_in(content: bytes, *columns: str, rows: Collection[int] = (7, 8)) -> list[list[object]]:
    sheet = load_workbook(BytesIO(content))["Grille"]
    return [[sheet[f"{column}{row}"].value for column in columns] for row in rows]


def left(result: Filled) -> dict[str, str]:
    return {entry.address: entry.reason for entry in result.left_out}


def test_there_and_back_nothing_differs_whatever_was_answered() -> None:
    blank, full = without_blank_cells(KNOWN.read_bytes()), FILLED.read_bytes()
    for seed in range(tries(20)):
        assessment = drawn_assessment(GRID, seed)
        held = values_of(assessment)
        source = (blank, full)[seed % 2]
        everything = {(read.field, read.key) for read in read_of(source).values} - held.keys()
        result = filled(source, GRID, assessment, "grille.xlsx", cleared=everything)
        assert result.left_out == ()
        for name in (name for name in parts(result.content) if "worksheets/sheet" in name):
            found = re.findall(rb'<c r="([A-Z])(\d+)"', parts(result.content)[name])
            places = [(int(row), column) for column, row in found]
            assert places == sorted(set(places)), "Excel opens no sheet whose cells are in another order"
        assert read_of(result.content).certain == held, seed


def read_of(content: bytes) -> Reading:
    reading = understand(read_workbook(content, "grille.xlsx"), [GRID], "grille.xlsx", {})
    assert reading is not None
    return reading


def test_a_comment_that_looks_like_an_escaped_letter_is_read_again_as_it_was_written() -> None:
    given = with_answers({}, {"m1.a01": "_x0041_"})
    result = filled(KNOWN.read_bytes(), GRID, given, "grille.xlsx")
    assert result.left_out == ()
    assert read_of(result.content).certain == values_of(given)


def a_cafs_workbook() -> Workbook:
    """Return a workbook with what people put around the grid: styles, a list of notes, formulas, a radar."""
    book = book_of(FILLED, B7="=1+1")
    sheet = book["Grille"]
    notes = DataValidation(type="list", formula1='"NC,0,1,2,3"', allow_blank=True)
    sheet.add_data_validation(notes)
    notes.add("B7:D20")
    for row in sheet["B7:D20"]:
        for cell in row:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF2CC")
    figures = book.create_sheet("Radar")
    figures["A1"], figures["B1"] = "Famille", "=IFERROR(SUM(Grille!B7:B20)/(3*COUNT(Grille!B7:B20)),0)"
    chart = RadarChart()
    chart.add_data(Reference(figures, min_col=2, min_row=1, max_row=1))
    figures.add_chart(chart, "D2")
    sheet.protection.sheet = True
    return book


def test_everything_but_the_cells_is_as_it_was_and_no_formula_is_written_over() -> None:
    content = saved(a_cafs_workbook())
    assessment = drawn_assessment(GRID, 7)
    result = filled(
        content, GRID, assessment._replace(answers={**assessment.answers, FIRST: Rating.FULLY}), "grille.xlsx"
    )
    assert "1.1 Famille (Grille!B7)" in left(result)
    before, after = parts(content), parts(result.content)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}  # cells; stored values
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    sheet = load_workbook(BytesIO(result.content))["Grille"]
    assert sheet["B7"].value == "=1+1"
    assert (sheet["B8"].font.bold, sheet["B8"].fill.fgColor.rgb) == (True, "00FFF2CC")
    assert sheet.protection.sheet
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["B7:D20"]


def test_a_cell_that_would_show_something_else_is_not_written_and_is_named() -> None:
    book = book_of(KNOWN)
    odd = (("B7", "dd/mm/yyyy"), ("C7", "0%"), ("B8", '0.0" "%'))
    for place, code in odd:
        book["Grille"][place].number_format = code
    notes = dict(zip(GRID.cells, (Rating.NO, *[Rating.MOSTLY] * 5), strict=False))
    result = filled(saved(book), GRID, with_answers(dict(notes)), "grille.xlsx")
    assert {where.rpartition("!")[2].rstrip(")") for where in left(result)} == {place for place, _ in odd}
    assert all("format" in reason for reason in left(result).values())
    assert values_in(result.content, "B", "C", "D") == [[None, None, 2], [None, 2, 2]]


def test_a_text_that_no_assessment_holds_whole_keeps_its_end() -> None:
    long = "Vu en mars. " * 2_000
    comments = {"m1.a02": "Vu", "m1.a03": long[:20_000]}
    result = filled(saved(book_of(KNOWN, E9=long)), GRID, with_answers({}, comments), "grille.xlsx")
    assert "pas certaine" in left(result)["1.3 (Grille!E9)"]
    assert values_in(result.content, "E", rows=(8, 9)) == [["Vu"], [long]]


def test_nothing_is_delivered_that_does_not_read_as_the_assessment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "fill", lambda content, values: b"PK")
    with pytest.raises(Refusal) as refused:
        filled(KNOWN.read_bytes(), GRID, drawn_assessment(GRID, 3), "grille.xlsx")
    assert refused.value.code == "tableur-controle"


def test_the_workbook_of_another_grid_is_not_filled() -> None:
    book = Workbook()
    for row in (("Missions", "Famille", "Éducation", "Social"), ("Une tout autre ligne", None, None, None)):
        book.worksheets[0].append(row)
    with pytest.raises(InvalidDocument) as refused:
        filled(saved(book), GRID, drawn_assessment(GRID, 1), "grille.xlsx")
    assert refused.value.code == "tableur-autre-grille"


def ticks(path: Path, **values: str | None) -> WorkbookFile:
    """Return the workbook of ticks, blank but for some cells: NC, 0, 1, 2 and 3 are B to F."""
    put(path, WORKBOOKS / "croix.xlsx", **values)
    return workbooks.read(path, Catalogue())


def test_of_two_ticks_for_one_policy_the_answer_stays_and_what_is_no_tick_is_left_and_named(
    tmp_path: Path,
) -> None:
    given = with_answers({ticks(tmp_path / "vierge.xlsx").grid.cells[0]: Rating.FULLY})
    for written, expected in ((None, [None] * 4 + ["x"]), ("à voir", ["x", "à voir", "x", None, None])):
        file = ticks(tmp_path / "croix.xlsx", B7="x", C7=written, D7="x", E7=None, F7=None)
        result = filled(file.content, file.grid, given, file.name)
        assert values_in(result.content, *"BCDEF", rows=(7,)) == [expected]
        named = [one for one in result.left_out if "pas certaine" in one.reason]
        assert len(named) == bool(written)


# The workbooks of Cafs, read as theirs, answered anew and filled: five of them by day, all at night.

_BY_DAY = ("Caf 19 - grille", "binôme", "croix", "deux années", "hors barème")


@pytest.mark.parametrize("seed", range(5) if IS_NIGHT else [0])
def test_a_filled_workbook_reads_as_answered_and_what_she_neither_took_nor_answered_is_as_it_was(
    tmp_path: Path, seed: int
) -> None:
    done = []
    for rank, source in enumerate(sorted(WORKBOOKS.glob("*.xlsx"))):
        if not (IS_NIGHT or source.stem in _BY_DAY):
            continue
        with suppress(InvalidDocument):  # made to be refused
            file = workbooks.read(put(tmp_path / source.name, source), Catalogue())
            assessment = drawn_assessment(file.grid, 1_000 * seed + rank)
            others = file.reading.certain.keys() - values_of(assessment).keys()
            cleared = {key for rank, key in enumerate(sorted(others)) if rank % 2}
            require_right(file, assessment, cleared)
            done.append(source.name)
    assert len(done) >= (40 if IS_NIGHT else 5)


def require_right(file: WorkbookFile, assessment: Assessment, cleared: Collection[Key]) -> None:
    result = filled(file.content, file.grid, assessment, file.name, cleared=cleared)
    path = file.path.with_name("rempli.xlsx")
    path.write_bytes(result.content)
    again = workbooks.read(path, Catalogue(), grid=file.grid).reading
    held, before = values_of(assessment), file.reading
    named = {entry.address.partition(" (")[0] for entry in result.left_out}
    still = {(read.field, read.key): read.address for read in again.values}
    for key in {*held, *cleared}:
        is_named = named & {key_name(file.grid, key[1]), still.get(key)}
        assert is_named or again.certain.get(key) == held.get(key), (file.name, key)
    places = [place for key in {*held, *cleared} for place in before.places.get(key, ())]
    own = {place.sheet.address(place.row, place.column) for place in places}
    old, new = (load_workbook(BytesIO(book)) for book in (file.content, result.content))
    for sheet in old.worksheets:
        other = new[sheet.title]
        for place in {cell.coordinate for one in (sheet, other) for row in one.iter_rows() for cell in row}:
            assert sheet[place].style_id == other[place].style_id, (file.name, place)
            same = sheet[place].value == other[place].value
            assert same or f"{sheet.title}!{place}" in own, (file.name, sheet.title, place)
    of_before, of_after = parts(file.content), parts(result.content)
    assert list(of_before) == list(of_after)
    assert all(name.startswith("xl/work") for name in of_before if of_before[name] != of_after[name])
