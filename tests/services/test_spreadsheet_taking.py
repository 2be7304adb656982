"""A workbook is taken whole, kept byte for byte, undone in one step; or nothing of it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.changes import Operation
from ctg_tui.domain.errors import Refusal
from ctg_tui.services import sending
from ctg_tui.services import spreadsheet as filling
from ctg_tui.services.spreadsheet import read, take, values_read
from ctg_tui.services.workspace import Workspace
from tests.databases import DATABASE_NAME, rows
from tests.spreadsheet.workbooks import FIRST, KNOWN, OTHER_FILLED, book_of, put
from tests.strategies import charente, make_identity

GRID = charente()
SECOND = Cell("m1.a02", "famille")


def test_a_workbook_and_its_grid_are_kept_byte_for_byte_and_one_undo_takes_all_of_it_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    path, database = put(tmp_path / "grille.xlsx", OTHER_FILLED), tmp_path / DATABASE_NAME
    file = read(path, workspace.catalogue)
    taken = take(workspace, file)
    query = "SELECT assessment_id, name, content FROM workbook"
    assert rows(database, query) == [(taken.assessment_id, "grille.xlsx", path.read_bytes())]
    assert file.new_grid is not None
    assert rows(
        database,
        "SELECT content, json_extract(facts, '$.installed') FROM document WHERE kind = 'grille'",
    ) == [(file.new_grid.raw, 1)]
    assert read(path, workspace.catalogue).new_grid is None, "the same one again is of the grid that is there"
    session = workspace.open(taken.assessment_id)
    whole = session.assessment
    edit = session.next_undo()
    assert edit is not None
    assert edit.op is Operation.IMPORT
    session.undo()
    assert not session.assessment.answers
    assert not session.assessment.numbers
    session.redo()
    assert session.assessment == whole


def test_another_answer_is_kept_and_named_and_a_doubtful_one_is_not_taken_unless_agreed_to(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = workspace.create(make_identity(), GRID)
    workspace.open(made).rate(FIRST, NOT_CONCERNED)
    label = f"{book_of(KNOWN)['Grille']['A9'].value}, revu"
    path = put(tmp_path / "grille.xlsx", B7=3, B8=0, A9=label, B9=2)
    file = read(path, workspace.catalogue, grid=GRID)
    take(workspace, file, made)
    doubts = {read.address: read.doubt for read in values_read(file, workspace.load(made)[1]) if read.doubt}
    assert doubts.keys() == {"Grille!B7", "Grille!B9"}
    assert doubts["Grille!B7"] == "Déjà répondu ici : NC."
    assert workspace.load(made)[1].answers == {FIRST: NOT_CONCERNED, SECOND: Rating.NO}
    take(workspace, file, made, {"Grille!B7", "Grille!B9"})
    third = Cell("m1.a03", "famille")
    assert workspace.load(made)[1].answers == {FIRST: Rating.FULLY, SECOND: Rating.NO, third: Rating.MOSTLY}


def test_a_workbook_of_which_nothing_is_taken_replaces_no_other(workspace: Workspace, tmp_path: Path) -> None:
    def given(name: str, **values: int) -> str:
        file = read(put(tmp_path / name, KNOWN, **values), workspace.catalogue, grid=GRID)
        take(workspace, file, made)
        ((kept, content),) = rows(tmp_path / DATABASE_NAME, "SELECT name, content FROM workbook")
        assert content == (tmp_path / str(kept)).read_bytes()
        return str(kept)

    made = take(workspace, read(put(tmp_path / "premier.xlsx", KNOWN), workspace.catalogue)).assessment_id
    assert given("rendu.xlsx", B7=3) == "rendu.xlsx"
    assert given("autre.xlsx", B7=2) == "rendu.xlsx", "another note is not taken"
    text = f"Missions;Famille;Éducation\n{GRID.activities['m1.a02'].label};1;2\n"
    (tmp_path / "rendu.csv").write_text(text, "utf-8")
    said = take(workspace, read(tmp_path / "rendu.csv", workspace.catalogue, grid=GRID), made).words
    assert said == "2\xa0notes prises", "and an .xlsx stays"
    assert given("vierge.xlsx") == "vierge.xlsx"


def test_what_was_left_aside_is_given_back_as_it_was_and_what_was_cleared_is_blank(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = put(tmp_path / "grille.xlsx", B7=3, B8=0, E7="Revu")
    taken = take(workspace, read(path, workspace.catalogue), None, {"Grille!B8", "Grille!E7"})
    session = workspace.open(taken.assessment_id)
    session.rate(SECOND, None)
    session.comment("m1.a02", "=1+1")
    path.unlink()
    filled = filling.of_assessment(workspace, taken.assessment_id)
    assert [(left.address, left.value) for left in filled.left_out] == [("Grille!B7", "3")]
    out = tmp_path / "rempli.xlsx"
    out.write_bytes(filled.content)
    sheet = book_of(out)["Grille"]
    assert [sheet[place].value for place in ("B7", "B8", "E7", "E8")] == [3, None, "Revu", "=1+1"]
    assert sheet["E8"].data_type == "s", "no text becomes a formula"


def test_a_sending_goes_without_the_workbook_of_another_grid_and_says_so(
    workspace: Workspace, tmp_path: Path
) -> None:
    taken = take(workspace, read(put(tmp_path / "grille.xlsx", OTHER_FILLED), workspace.catalogue))
    workspace.fill_with(workspace.open(taken.assessment_id), GRID)
    made = sending.prepare(workspace, taken.assessment_id, tmp_path)
    assert not list(made.folder.glob("*_tableur.xlsx"))
    (left,) = made.not_in_workbook
    assert "n’a pas les lignes de cette évaluation" in left.sentence


def test_an_assessment_without_workbook_or_with_a_csv_says_what_to_do(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = workspace.create(make_identity(), GRID)
    with pytest.raises(Refusal) as refused:
        filling.of_assessment(workspace, made)
    assert refused.value.code == "tableur-absent"
    assert "--dans" in refused.value.advice
    path = tmp_path / "grille.csv"
    path.write_text("Missions;Famille;Éducation\nUne ligne de notre Caf;1;2\n", encoding="utf-8")
    taken = take(workspace, read(path, workspace.catalogue))
    assert "doit être repris en .xlsx" in taken.words
    assert filling.workbook_to_send(workspace, taken.assessment_id) is None
