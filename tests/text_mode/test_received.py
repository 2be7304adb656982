"""A workbook of the Caf, and a file for the Caf, taken by questions and answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
from tests.each_row import each_row
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook
from tests.strategies import charente, make_identity
from tests.text_mode.talker import talk, workspace_in

FIRST = Cell("m1.a01", "famille")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Return a filled workbook."""
    grid = charente()
    path = tmp_path / "grille de la Caf.xlsx"
    make_workbook(grid, answers_of(grid), Layout()).save(path)
    return path


def test_a_workbook_becomes_an_assessment_once_the_person_agrees(tmp_path: Path, workbook: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "ouvrir", str(workbook), "", "")
        assert "Rien n’a été enregistré." in script.text
        assert not workspace.summaries()
        script = talk(workspace, "ouvrir", str(workbook), "", "1", *["non"] * 20)
    assert "Enregistré : évaluation 1," in script.text
    answers = read_again(tmp_path).answers
    assert len(answers) > 100
    assert answers.items() <= answers_of(charente()).items()


def test_which_column_is_what_is_said_before_the_workbook_is_taken(tmp_path: Path, workbook: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        right = "lignes=A famille=C education=B social=D commentaires=E"
        script = talk(workspace, "ouvrir", str(workbook), "lignes=A famille=A", right, "", "1")
        said = " ".join(script.text.split())
        assert "lignes : A · Famille : B · Éducation : C · Social : D" in said
        assert "la colonne A est dite deux fois" in said
        assert "lignes : A · Famille : C · Éducation : B · Social : D" in said
        given = answers_of(charente())
        swapped = given.get(FIRST._replace(policy="education"))
        assert workspace.load(1)[1].answers.get(FIRST) == swapped
        unheaded = tmp_path / "sans en-tête.csv"
        rows = [f"{line.label};2;1;0" for line in charente().activities.values()]
        unheaded.write_text("\n".join(rows), "utf-8")
        assert "Rien n’a été enregistré." in talk(workspace, "ouvrir", str(unheaded), "").text
        script = talk(
            workspace, "ouvrir", str(unheaded), "lignes=A famille=Z", right.partition(" comm")[0], "", "1"
        )
        said = " ".join(script.text.split())
        assert "Colonnes de Feuille : lignes : A" in said
        assert "la colonne Z (« Famille ») est vide" in said
        assert workspace.load(2)[1].answers[FIRST] == Rating.PARTLY


def test_an_answer_that_differs_is_asked_about_and_kept_unless_agreed(tmp_path: Path, workbook: Path) -> None:
    there = answers_of(charente())[FIRST]
    mine = Rating.FULLY if there is not Rating.FULLY else Rating.NO
    with workspace_in(tmp_path) as workspace:
        session = workspace.open(workspace.create(make_identity(), charente()))
        session.rate(FIRST, mine)
        script = talk(workspace, "ouvrir", str(workbook), "", "2", *["non"] * 30)
        assert "dans le tableur" in script.text
        assert read_again(tmp_path).answers[FIRST] == mine
        talk(workspace, "ouvrir", str(workbook), "", "2", *["oui"] * 30)
    assert read_again(tmp_path).answers[FIRST] == there


@each_row("name", ["absent.xlsx", "absent.json", ".", "nul\x00.xlsx", "x" * 2_000, "~nobody/a.csv"])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "ouvrir", name, "")
        assert not workspace.summaries()
    assert "Tout est enregistré. Au revoir." in script.text
    assert script.code == 0
