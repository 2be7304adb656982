"""A workbook is taken whole, kept byte for byte, undone in one step; or nothing of it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.changes import Operation, cell_key
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.services import backups
from ctg_tui.services.spreadsheet import filling
from ctg_tui.services.spreadsheet.reading import completion, read, read_with, take
from ctg_tui.services.workspace import Workspace
from ctg_tui.spreadsheet.reader import read_workbook
from ctg_tui.spreadsheet.understanding import understand
from tests.databases import DATABASE_NAME, Clock, documents, open_workspace, rows
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved
from tests.strategies import charente, make_identity

GRID = charente()
OTHER = Layout(relabel=lambda label: f"Ligne de notre Caf : {label[::-1]}", comment="")
"""A workbook whose lines no grid has."""
KNOWN = Layout(comment="", has_numbers=False)
FIRST = Cell("m1.a01", "famille")


def written(path: Path, answers: Mapping[Cell, Answer], layout: Layout = OTHER) -> Path:
    path.write_bytes(saved(make_workbook(GRID, answers, layout)))
    return path


def everything(folder: Path) -> list[tuple[object, ...]]:
    tables = ("assessment", "value", "journal", "document")
    return [row for table in tables for row in rows(folder / DATABASE_NAME, f"SELECT * FROM {table}")]


def test_a_blank_and_a_filled_workbook_give_the_same_grid_on_two_machines(tmp_path: Path) -> None:
    fingerprints = set()
    for name, answers in (("vierge", {}), ("rempli", answers_of(GRID))):
        folder = tmp_path / name
        folder.mkdir()
        path = written(folder / "grille.xlsx", answers)
        opened = open_workspace(folder)
        taken = take(opened, read(path, opened.catalogue))
        grid, assessment = opened.load(taken.assessment_id)
        opened.close()
        lines = dict(zip(GRID.activities, grid.activities, strict=True))
        assert assessment.answers == {
            Cell(lines[at.activity], at.policy): given for at, given in answers.items()
        }
        assert {line.is_proposed for line in grid.activities.values()} == {False}
        fingerprints.add(grid.fingerprint)
    assert len(fingerprints) == 1


def test_the_workbook_and_its_grid_are_kept_byte_for_byte(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "grille.xlsx", answers_of(GRID))
    file = read(path, workspace.catalogue)
    take(workspace, file)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert rows(
        tmp_path / DATABASE_NAME, "SELECT id, name, content FROM document WHERE kind = 'tableur'"
    ) == [(sha256, "grille.xlsx", path.read_bytes())]
    assert file.new_grid is not None
    assert rows(
        tmp_path / DATABASE_NAME,
        "SELECT content, json_extract(facts, '$.origin'), workbook FROM document WHERE kind = 'grille'",
    ) == [(file.new_grid.raw, "tableur", sha256)]
    assert rows(tmp_path / DATABASE_NAME, "SELECT workbook FROM assessment") == [(sha256,)]
    again = read(path, workspace.catalogue)
    assert again.new_grid is None, "the same workbook again is of the grid that is there"


def test_one_undo_takes_all_of_it_back_and_the_journal_keeps_file_and_cell(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path / "grille.xlsx", answers_of(GRID))
    taken = take(workspace, read(path, workspace.catalogue))
    session = workspace.open(taken.assessment_id)
    whole = session.assessment
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    edit = session.next_undo()
    assert edit is not None
    assert edit.op is Operation.IMPORT
    source = f"tableur {sha256} Grille!B7"
    key = cell_key(session.grid.cells[0])
    assert [change.key for change in edit.changes if change.source == source] == [key]
    session.undo()
    assert not session.assessment.answers
    assert not session.assessment.numbers
    session.redo()
    assert session.assessment == whole
    assert rows(tmp_path / DATABASE_NAME, f"SELECT DISTINCT source FROM journal WHERE key = '{key}'") == [
        (source,)
    ]


def test_another_answer_is_kept_and_named_unless_its_address_is_confirmed(
    workspace: Workspace, tmp_path: Path
) -> None:
    second = Cell("m1.a02", "famille")
    made = workspace.create(make_identity(), GRID)
    workspace.open(made).rate(FIRST, NOT_CONCERNED)
    path = written(tmp_path / "grille.xlsx", {FIRST: Rating.FULLY, second: Rating.NO}, Layout(comment=""))
    file = read_with(path, GRID)
    offered = completion(workspace, file, made)
    assert offered is not None
    taken = take(workspace, file, made)
    assert taken.plan.conflicts == offered.plan.conflicts
    assert [conflict[:] for conflict in taken.plan.conflicts] == [("Grille!B7", "m1.a01/famille", "NC", "3")]
    assert workspace.load(made)[1].answers == {FIRST: NOT_CONCERNED, second: Rating.NO}
    assert take(workspace, file, made, {"Grille!B7"}, left={"Grille!B7"}).plan == ((), ())
    take(workspace, file, made, {"Grille!B7"})
    assert workspace.load(made)[1].answers[FIRST] is Rating.FULLY


def test_a_workbook_saved_again_since_it_was_read_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "grille.xlsx", {FIRST: Rating.FULLY})
    file = read(path, workspace.catalogue)
    written(path, {FIRST: Rating.NO})
    before = everything(tmp_path)
    with pytest.raises(InvalidDocument) as refused:
        take(workspace, file)
    assert refused.value.code == "tableur-modifie"
    path.write_bytes(b"PK")
    with pytest.raises(InvalidDocument) as refused:
        take(workspace, file)
    assert refused.value.code == "tableur-modifie"
    assert everything(tmp_path) == before


@pytest.mark.parametrize("lock", ["~$grille.xlsx", ".~lock.grille.xlsx#"])
def test_a_workbook_open_in_a_spreadsheet_program_is_shown_and_not_taken(
    workspace: Workspace, tmp_path: Path, lock: str
) -> None:
    path = written(tmp_path / "grille.xlsx", {FIRST: Rating.FULLY})
    (tmp_path / lock).write_bytes(b"")
    file = read(path, workspace.catalogue)
    before = everything(tmp_path)
    with pytest.raises(InvalidDocument) as refused:
        take(workspace, file)
    assert refused.value.code == "tableur-ouvert"
    assert everything(tmp_path) == before
    (tmp_path / lock).unlink()
    take(workspace, file)


def test_the_workbook_of_another_grid_is_not_taken(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "ancienne.xlsx", answers_of(GRID))
    with pytest.raises(InvalidDocument) as refused:
        read_with(path, GRID)
    assert refused.value.code == "tableur-autre-grille"
    assert "Grille!A7" in refused.value.message


def test_a_deleted_assessment_leaves_its_workbook_to_the_grid_an_erased_one_leaves_nothing(
    tmp_path: Path,
) -> None:
    secret = "Une phrase que personne d’autre ne doit lire."
    path = tmp_path / "grille.csv"
    lines = ("Missions;Famille;Éducation;Social;Commentaires", f"Une ligne de notre Caf;1;2;3;{secret}")
    path.write_text("\n".join(lines), encoding="utf-8")
    database = tmp_path / DATABASE_NAME
    opened = open_workspace(tmp_path)
    first, second = (take(opened, read(path, opened.catalogue)).assessment_id for _ in range(2))
    opened.delete(first)
    assert len(rows(database, "SELECT * FROM document WHERE kind = 'tableur'")) == 1
    opened.close()
    assert secret.encode() in database.read_bytes()
    backups.erase(database, second, Clock())
    assert rows(database, "SELECT * FROM document WHERE kind = 'tableur'") == []
    assert documents(database, "grille", "workbook") == [(None,)]
    assert secret.encode() not in database.read_bytes()


def test_a_workbook_taken_into_an_assessment_goes_with_it(workspace: Workspace, tmp_path: Path) -> None:
    made = workspace.create(make_identity(), GRID)
    for name in ("mars.xlsx", "avril.xlsx"):
        path = written(tmp_path / name, {}, Layout(comment=name))
        take(workspace, read_with(path, GRID), made)
        assert documents(tmp_path / DATABASE_NAME, "tableur", "name") == [(name,)]
    workspace.delete(made)
    assert documents(tmp_path / DATABASE_NAME, "tableur", "name") == []


def test_the_workbook_of_the_base_goes_out_filled_and_reads_as_the_assessment(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path / "grille.xlsx", {})
    taken = take(workspace, read(path, workspace.catalogue))
    session = workspace.open(taken.assessment_id)
    cell, line = session.grid.cells[0], [*session.grid.activities][1]
    session.rate(cell, Rating.MOSTLY)
    session.comment(line, "=1+1")
    path.unlink()
    filled = filling.of_assessment(workspace, taken.assessment_id)
    assert filled.left_out == ()
    assert filled.name == "grille.xlsx"
    again = understand(read_workbook(filled.content, "g"), [session.grid], "g")
    assert again.answers == {cell: Rating.MOSTLY}
    assert [(one.activity, one.text) for one in again.comments] == [(line, "=1+1")]


def test_an_assessment_without_workbook_or_with_a_csv_says_what_to_do(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = workspace.create(make_identity(), GRID)
    with pytest.raises(Refusal) as refused:
        filling.of_assessment(workspace, made)
    assert refused.value.code == "tableur-absent"
    assert "--modele" in refused.value.advice
    path = tmp_path / "grille.csv"
    path.write_text("Missions;Famille;Éducation\nUne ligne de notre Caf;1;2\n", encoding="utf-8")
    taken = take(workspace, read(path, workspace.catalogue))
    with pytest.raises(InvalidDocument) as only:
        filling.of_assessment(workspace, taken.assessment_id)
    assert only.value.code == "tableur-pas-xlsx"
    assert not filling.has_fillable_workbook(workspace, taken.assessment_id)


def test_a_copy_whose_line_was_reworded_is_filled_but_for_that_line_which_is_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    taken = take(workspace, read(written(tmp_path / "grille.xlsx", {}), workspace.catalogue))
    session = workspace.open(taken.assessment_id)
    first, second, *_ = session.grid.activities
    session.rate(Cell(first, "famille"), Rating.MOSTLY)
    session.rate(Cell(second, "famille"), Rating.NO)
    book = make_workbook(GRID, {}, OTHER)
    book["Grille"]["A7"] = f"{book['Grille']['A7'].value} en lien avec le comité"
    copy = tmp_path / "copie.xlsx"
    copy.write_bytes(saved(book))
    filled = filling.of_assessment(workspace, taken.assessment_id, copy)
    assert [(left.where, left.value) for left in filled.left_out] == [("1.1 Famille (Grille!B7)", "2")]
