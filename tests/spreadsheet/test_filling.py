"""The Caf's workbook goes out filled: what is read back is what was answered, the rest is untouched."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import RadarChart, Reference
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Assessment, Cell, Rating
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.spreadsheet import filling
from ctg_tui.services.spreadsheet import reading as workbooks
from ctg_tui.services.spreadsheet.filling import filled
from ctg_tui.services.spreadsheet.reading import WorkbookFile
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import understand
from ctg_tui.wording.spreadsheet import key_name, not_in_workbook
from tests.effort import tries
from tests.outside.caf_workbooks import WORKBOOKS
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved
from tests.strategies import charente, make_identity

COMMENTS = ("Revu au COPIL de mars.", "=1+1", "<b>&amp;</b> « oui » ]]>", "Première ligne\nseconde", "+33 5")


@pytest.fixture(scope="module")
def grid() -> Grid:
    return charente()


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


def a_cafs_workbook(grid: Grid) -> Workbook:
    """Return a workbook with what people put around the grid: styles, a list of notes, formulas, a radar."""
    book = make_workbook(grid, answers_of(grid), Layout())
    sheet = book["Grille"]
    notes = DataValidation(type="list", formula1='"NC,0,1,2,3"', allow_blank=True)
    sheet.add_data_validation(notes)
    notes.add("B7:D20")
    for row in sheet["B7:D20"]:
        for cell in row:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFF2CC")
    figures = book.create_sheet("Radar")
    figures["A1"], figures["B1"] = "Famille", "=IFERROR(SUM(Grille!B7:B20)/(3*COUNT(Grille!B7:B20)),0)"
    figures["A2"], figures["B2"] = "Éducation", "=SUM(Grille!C7:C20)"
    chart = RadarChart()
    chart.add_data(Reference(figures, min_col=2, min_row=1, max_row=2))
    figures.add_chart(chart, "D2")
    sheet.protection.sheet = True
    return book


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


def test_there_and_back_nothing_differs_whatever_was_answered(grid: Grid) -> None:
    blank = without_blank_cells(saved(make_workbook(grid, {}, Layout(sheet_per_mission=True))))
    full = saved(a_cafs_workbook(grid))
    for seed in range(tries(20)):
        assessment = drawn_assessment(grid, seed)
        result = filled((blank, full)[seed % 2], grid, assessment, "grille.xlsx")
        assert result.left_out == ()
        for name in (name for name in parts(result.content) if "worksheets/sheet" in name):
            found = re.findall(rb'<c r="([A-Z])(\d+)"', parts(result.content)[name])
            places = [(int(row), column) for column, row in found]
            assert places == sorted(set(places)), "Excel opens no sheet whose cells are in another order"
        reading = understand(read_workbook(result.content, "grille.xlsx"), [grid], "grille.xlsx")
        assert reading.answers == assessment.answers, seed
        assert {one.activity: one.text for one in reading.comments} == assessment.comments, seed
        numbers = {one.indicator: one.number for one in reading.indicators if one.number is not None}
        assert numbers == assessment.numbers, seed


def test_everything_but_the_cells_is_as_it_was(grid: Grid) -> None:
    content = saved(a_cafs_workbook(grid))
    result = filled(content, grid, drawn_assessment(grid, 7), "grille.xlsx").content
    before, after = parts(content), parts(result)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}  # cells; stored values
    book = load_workbook(BytesIO(result))
    sheet = book["Grille"]
    assert isinstance(sheet, Worksheet)
    assert sheet["B7"].font.bold
    assert sheet["B7"].fill.fgColor.rgb == "00FFF2CC"
    assert sheet.protection.sheet
    assert [str(one.sqref) for one in sheet.data_validations.dataValidation] == ["B7:D20"]
    assert book["Radar"]["B2"].value == "=SUM(Grille!C7:C20)"
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_a_formula_is_never_written_over_and_what_it_keeps_out_is_named(grid: Grid) -> None:
    book = a_cafs_workbook(grid)
    book["Grille"]["B7"] = "=1+1"
    assessment = drawn_assessment(grid, 3)
    answers = {**assessment.answers, grid.cells[0]: Rating.FULLY}
    result = filled(saved(book), grid, assessment._replace(answers=answers), "grille.xlsx")
    assert [(entry.where, entry.value) for entry in result.left_out] == [("1.1 Famille (Grille!B7)", "3")]
    assert load_workbook(BytesIO(result.content))["Grille"]["B7"].value == "=1+1"


def test_a_cell_that_would_show_something_else_is_not_written_and_is_named(grid: Grid) -> None:
    book = make_workbook(grid, {}, Layout(comment=""))
    sheet = book["Grille"]
    for place, code in (("B7", '[=0]"NC";0'), ("C7", "0;-0;"), ("D7", "0%"), ("B8", '0" /3"'), ("C8", ";;;")):
        sheet[place].number_format = code
    answers: dict[Cell, Answer] = {
        **dict.fromkeys(grid.cells[:2], Rating.NO),
        grid.cells[2]: Rating.PARTLY,
        **dict.fromkeys(grid.cells[3:5], Rating.MOSTLY),
        grid.cells[5]: Rating.NO,
    }
    assessment = drawn_assessment(grid, 3)._replace(answers=answers, comments={}, numbers={})
    result = filled(saved(book), grid, assessment, "grille.xlsx")
    said = [
        (left.where, left.value, left.reason.replace("\N{NO-BREAK SPACE}", " ")) for left in result.left_out
    ]
    assert said == [
        ("1.1 Famille (Grille!B7)", "0", "Le format de cette cellule peut afficher autre chose."),
        ("1.1 Éducation (Grille!C7)", "0", "Le format de cette cellule peut afficher autre chose."),
        ("1.1 Social (Grille!D7)", "1", "Le format de cette cellule afficherait « 100 % »."),
        ("1.2 Famille (Grille!B8)", "2", "Le format de cette cellule peut afficher autre chose."),
        ("1.2 Éducation (Grille!C8)", "2", "Le format de cette cellule peut afficher autre chose."),
    ]
    sheet = load_workbook(BytesIO(result.content))["Grille"]
    written = [[sheet.cell(row, column).value for column in (2, 3, 4)] for row in (7, 8)]
    assert written == [[None] * 3, [None, None, 0]]


def test_a_text_too_long_for_a_cell_is_named_and_the_rest_is_written(grid: Grid) -> None:
    assessment = drawn_assessment(grid, 3)._replace(comments={"m1.a01": "👩" * 20_000, "m1.a02": "Vu"})
    result = filled(saved(make_workbook(grid, {}, Layout(comment=""))), grid, assessment, "grille.xlsx")
    assert [(left.where, left.reason) for left in result.left_out] == [
        ("1.1 (Grille!E7)", "Ce texte est trop long pour une cellule de tableur.")
    ]
    assert load_workbook(BytesIO(result.content))["Grille"]["E8"].value == "Vu"


def test_a_comment_of_the_workbook_that_no_assessment_holds_whole_keeps_its_end(grid: Grid) -> None:
    book = make_workbook(grid, {}, Layout(comment=""))
    book["Grille"]["E7"] = long = "Vu en mars. " * 2_000
    assessment = drawn_assessment(grid, 3)._replace(comments={"m1.a01": long[:20_000]})
    result = filled(saved(book), grid, assessment, "grille.xlsx")
    assert load_workbook(BytesIO(result.content))["Grille"]["E7"].value == long
    left = {entry.where: entry.reason for entry in result.left_out if "E7" in entry.where}
    assert ["texte trop long" in left["1.1 (Grille!E7)"], "laissé tel quel" in left["Grille!E7"]] == [
        True,
        True,
    ]
    assert max(len(not_in_workbook(*entry)) for entry in result.left_out) < 250


def test_nothing_is_delivered_that_does_not_read_as_the_assessment(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "fill", lambda content, values: content)
    blank = saved(make_workbook(grid, {}, Layout(comment="", has_numbers=False)))
    with pytest.raises(Refusal) as refused:
        filled(blank, grid, drawn_assessment(grid, 3), "grille.xlsx")
    assert refused.value.code == "tableur-controle"


def test_another_kind_of_file_or_another_grid_is_not_filled(grid: Grid) -> None:
    text = "Missions;Famille;Éducation;Social;Commentaires\nUne tout autre ligne;;;;\n".encode("cp1252")
    with pytest.raises(InvalidDocument) as refused:
        filled(text, grid, drawn_assessment(grid, 1), "grille.csv")
    assert refused.value.code == "tableur-pas-xlsx"
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (("Missions", "Famille", "Éducation", "Social"), ("Une tout autre ligne", None, None, None)):
        sheet.append(row)
    with pytest.raises(InvalidDocument) as refused:
        filled(saved(book), grid, drawn_assessment(grid, 1), "grille.xlsx")
    assert refused.value.code == "tableur-autre-grille"


def read_files() -> Iterator[WorkbookFile]:
    """Yield the .xlsx of the Cafs that are not made to be refused."""
    for path in sorted(WORKBOOKS.glob("*.xlsx")):
        with suppress(InvalidDocument):
            yield workbooks.read(path, Catalogue())


def as_read(file: WorkbookFile) -> Assessment:
    reading = file.reading
    return drawn_assessment(file.grid, 0)._replace(
        answers=reading.answers,
        comments={one.activity: one.text for one in reading.comments if not one.doubt},
        numbers={
            one.indicator: one.number
            for one in reading.indicators
            if one.number is not None and not one.doubt
        },
        remarks={one.indicator: one.comment for one in reading.indicators if one.comment and not one.doubt},
    )


@pytest.mark.parametrize("is_cleared", [False, True])
def test_a_cell_that_was_not_read_goes_back_as_it_was_and_one_that_was_cleared_is_blank(
    is_cleared: bool,
) -> None:
    files = list(read_files())
    assert len(files) >= 40
    for file in files:
        assessment = as_read(file)
        if is_cleared:
            assessment = assessment._replace(answers={}, comments={}, numbers={}, remarks={})
        result = filled(file.content, file.grid, assessment, file.name)
        before, after = (load_workbook(BytesIO(book)) for book in (file.content, result.content))
        changed = {
            f"{sheet.title}!{cell.coordinate}": after[sheet.title][cell.coordinate].value
            for sheet in before.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value != after[sheet.title][cell.coordinate].value
        }
        named = {left.where for left in result.left_out}
        taken: set[str] = set()
        for key, _, read in file.reading.values():
            options = {place.address for place in file.reading.places.get(key, ())}
            taken |= set() if read.doubt else options
            if is_cleared:
                assert read.address in named or options & changed.keys(), (file.name, read)
        assert changed.keys() <= taken, (file.name, sorted(changed.keys() - taken))
        assert not is_cleared or {*changed.values()} <= {None}, file.name


def test_two_ticks_for_one_policy_and_what_is_no_tick_stay_until_they_would_say_something_else(
    tmp_path: Path,
) -> None:
    book = load_workbook(WORKBOOKS / "croix.xlsx")
    cells = book["Grille"][7][1:6]  # NC, 0, 1, 2, 3
    for cell, text in zip(cells, ("x", "à voir", "x", None, None), strict=True):
        cell.value = text
    path = tmp_path / "croix.xlsx"
    book.save(path)
    file = workbooks.read(path, Catalogue())
    blank = as_read(file)
    for answers, expected in (
        ({}, ["x", "à voir", "x", None, None]),
        ({file.grid.cells[0]: Rating.FULLY}, [None, "à voir", None, None, "x"]),
        ({file.grid.cells[0]: Rating.NO}, [None, "x", None, None, None]),
    ):
        result = filled(file.content, file.grid, blank._replace(answers=answers), file.name)
        sheet = load_workbook(BytesIO(result.content))["Grille"]
        assert [cell.value for cell in sheet[7][1:6]] == expected


def test_an_answer_that_a_table_of_ticks_has_no_column_for_is_named_and_the_rest_is_written(
    tmp_path: Path,
) -> None:
    book = load_workbook(WORKBOOKS / "croix.xlsx")
    for place in ("B5", "G5", "L5"):
        book["Grille"][place].value = None
    path = tmp_path / "croix.xlsx"
    book.save(path)
    file = workbooks.read(path, Catalogue())
    first, second = file.grid.cells[:2]
    answers: dict[Cell, Answer] = {first: NOT_CONCERNED, second: Rating.FULLY}
    result = filled(file.content, file.grid, as_read(file)._replace(answers=answers), file.name)
    assert [(left.where.partition(" (")[0], left.value) for left in result.left_out] == [
        ("1.1 Famille", "NC")
    ]
    sheet = load_workbook(BytesIO(result.content))["Grille"]
    assert [cell.value for cell in sheet[7][2:6]] == [None] * 4, "no tick says another answer"
    assert sheet["K7"].value == "x"


# Drawn workbooks, read as theirs, answered anew and filled: at night, a thousand of them.


def fillings(seed: int, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each .xlsx that was filled, and what is amiss with it: nothing, mostly."""
    for rank, kept in enumerate(sorted(WORKBOOKS.glob("*.xlsx"))):
        name, content = kept.name, kept.read_bytes()
        path = folder / name
        path.write_bytes(content)
        try:
            file = workbooks.read(path, Catalogue())
        except InvalidDocument:  # made to be refused
            continue
        yield name, amiss(content, file, drawn_assessment(file.grid, 1_000 * seed + rank))


def amiss(content: bytes, file: WorkbookFile, assessment: Assessment) -> str:
    result = filled(content, file.grid, assessment, file.path.name)
    path = file.path.with_name("rempli.xlsx")
    path.write_bytes(result.content)
    again = workbooks.read_with(path, file.grid).reading
    wanted: dict[str, object] = {cell_key(cell): answer for cell, answer in assessment.answers.items()}
    found: dict[str, object] = {cell_key(note.cell): note.answer for note in again.notes}
    found |= {one.activity: one.text for one in again.comments}
    found |= {one.indicator: one.number for one in again.indicators}
    named = {left.where.partition(" (")[0] for left in result.left_out}
    for key, value in {**wanted, **assessment.comments, **assessment.numbers}.items():
        if key_name(file.grid, key) not in named and found.get(key) != value:
            return f"{key}: {value!r} was to be written, {found.get(key)!r} is read"
    own = {place.address for options in file.reading.places.values() for place in options}
    before, after = (load_workbook(BytesIO(book)) for book in (content, result.content))
    for sheet in before.worksheets:
        other = after[sheet.title]
        for place in {cell.coordinate for one in (sheet, other) for row in one.iter_rows() for cell in row}:
            old, new = sheet[place], other[place]
            if old.style_id != new.style_id:
                return f"{sheet.title}!{place}: its style changed"
            if old.value != new.value and f"{sheet.title}!{place}" not in own:
                return f"{sheet.title}!{place}: {old.value!r} became {new.value!r}"
    of_before, of_after = parts(content), parts(result.content)
    changed = {name for name in of_before if of_before[name] != of_after.get(name)}
    is_so = list(of_before) == list(of_after) and all(name.startswith("xl/work") for name in changed)
    return "" if is_so else f"parts changed: {sorted(changed)}"


@pytest.mark.night
@pytest.mark.parametrize("seed", range(1, 6))
def test_of_two_hundred_fillings_each_comes_back_and_changes_nothing_else(tmp_path: Path, seed: int) -> None:
    done = list(fillings(seed, tmp_path))
    assert [one for one in done if one[1]] == []
    assert len(done) >= 40
