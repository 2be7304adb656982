"""The program's own report gives every answer back exactly, as it was sent."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.sending import Sending
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import xlsx
from ctg_tui.services.spreadsheet import filling
from ctg_tui.services.spreadsheet.reading import plan, read, read_with, take_as_new
from ctg_tui.services.workspace import Workspace
from tests.databases import open_workspace
from tests.effort import some
from tests.report.contents import SENDING, make_content
from tests.spreadsheet.test_filling import drawn_assessment
from tests.spreadsheet.workbooks import Layout, make_workbook, saved
from tests.strategies import charente, make_grid

GRID = charente()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("sending", [None, SENDING], ids=["draft", "sent"])
def test_every_answer_of_a_report_comes_back(
    workspace: Workspace, tmp_path: Path, sending: Sending | None
) -> None:
    for seed in some(range(10)):
        assessment = drawn_assessment(GRID, seed)
        path = tmp_path / "rapport.xlsx"
        path.write_bytes(xlsx.render(make_content(GRID, assessment, sending=sending)))
        file = read(path, Catalogue())
        assert file.reading.unread == []
        taken = take_as_new(workspace, file)
        again = workspace.load(taken.assessment_id)[1]
        assert again.answers == assessment.answers
        assert again.comments == assessment.comments
        assert again.numbers == assessment.numbers
        assert not filling.has_fillable_workbook(workspace, taken.assessment_id)


def test_a_text_too_long_for_one_cell_comes_back_whole(tmp_path: Path) -> None:
    comment, remark = "👩" * 20_000, "x" * 20_000
    assessment = drawn_assessment(GRID, 4)._replace(comments={"m1.a02": comment}, remarks={"m1.i02": remark})
    path = tmp_path / "rapport.xlsx"
    path.write_bytes(xlsx.render(make_content(GRID, assessment)))
    reading = read(path, Catalogue()).reading
    assert {one.activity: one.text for one in reading.comments} == assessment.comments
    assert {one.indicator: one.comment for one in reading.indicators if one.comment} == assessment.remarks
    assert reading.unread == []


def test_a_text_that_reads_like_an_escaped_character_comes_back_as_it_was(tmp_path: Path) -> None:
    text = "_x0041_ puis _x000D_"
    assessment = drawn_assessment(GRID, 4)._replace(comments={"m1.a02": text}, remarks={})
    path = tmp_path / "rapport.xlsx"
    path.write_bytes(xlsx.render(make_content(GRID, assessment)))
    assert [one.text for one in read(path, Catalogue()).reading.comments] == [text]
    blank = saved(make_workbook(GRID, {}, Layout(comment="")))
    result = filling.filled(blank, GRID, assessment, "grille.xlsx")
    assert result.left_out == ()
    path.write_bytes(result.content)
    assert [one.text for one in read(path, Catalogue()).reading.comments] == [text]


def test_a_note_changed_since_by_somebody_is_not_taken(tmp_path: Path) -> None:
    assessment = drawn_assessment(GRID, 1)
    book = openpyxl.load_workbook(BytesIO(xlsx.render(make_content(GRID, assessment, sending=SENDING))))
    sheet = book["Mission 1"]
    (row,) = [cell.row for cell in sheet["A"] if str(cell.value).startswith("1.1 ")]
    sheet[f"B{row}"].value = 0 if sheet[f"B{row}"].value else 3
    path = tmp_path / "rapport.xlsx"
    book.save(path)
    assert read(path, Catalogue()).reading.answers == assessment.answers


def test_what_no_release_writes_is_named_with_its_address(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx.render(make_content(GRID, drawn_assessment(GRID, 2)))))
    data = book["Données"]
    data["C2"], data["A3"] = "1,5", "m9.a99"
    path = tmp_path / "rapport.xlsx"
    book.save(path)
    unread = read(path, Catalogue()).reading.unread
    assert [one.address for one in unread] == ["Données!C2", "Données!A3"]


def test_the_report_of_a_grid_unknown_here_is_refused(tmp_path: Path) -> None:
    grid = make_grid()
    path = tmp_path / "rapport.xlsx"
    path.write_bytes(xlsx.render(make_content(grid, drawn_assessment(grid, 3))))
    with pytest.raises(InvalidDocument) as refused:
        read(path, Catalogue())
    assert refused.value.code == "tableur-rapport"
    assert plan(read_with(path, grid).reading, drawn_assessment(grid, 3)).changes == ()
