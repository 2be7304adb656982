"""Any file opened by its path: a workbook of the Caf, her answer, a file for the Caf, a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import Said
from ctg_tui.services.sending import export
from tests.databases import read_again
from tests.each_row import each_row
from tests.received import an_assessment, submission, write
from tests.returned import WHOLE, answered, report_of
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook
from tests.strategies import charente, make_identity
from tests.text_mode.talker import talk, workspace_in

FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a01", "education")
MARCH = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)


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
        script = talk(workspace, "ouvrir", str(workbook), "", "1", "", *["non"] * 20)
    assert "Enregistré : évaluation 1," in script.text
    answers = read_again(tmp_path).answers
    assert len(answers) > 100
    assert answers.items() <= answers_of(charente()).items()


def test_which_column_is_what_is_said_before_the_workbook_is_taken(tmp_path: Path, workbook: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        right = "lignes=A famille=C education=B social=D commentaires=E"
        script = talk(workspace, "ouvrir", str(workbook), "lignes=A famille=A", right, "", "1", "")
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
        assert "Rien n’a été enregistré." in talk(workspace, "ouvrir", str(unheaded), "", "").text
        script = talk(
            workspace, "ouvrir", str(unheaded), "lignes=A famille=Z", right.partition(" comm")[0], "", "1", ""
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
        script = talk(workspace, "ouvrir", str(workbook), "", "2", "", *["non"] * 30)
        assert "Déjà répondu ici" in " ".join(script.text.split())
        assert read_again(tmp_path).answers[FIRST] == mine
        talk(workspace, "ouvrir", str(workbook), "", "2", "", *["oui"] * 30)
    assert read_again(tmp_path).answers[FIRST] == there


def test_a_file_for_the_caf_is_taken_as_one_s_own_and_what_was_said_there_comes_home(tmp_path: Path) -> None:
    here, there = tmp_path / "ici", tmp_path / "ailleurs"
    here.mkdir()
    there.mkdir()
    with workspace_in(here) as workspace:
        session = workspace.open(workspace.create(make_identity(), charente()))
        session.rate(FIRST, Rating.MOSTLY)
        path = export(workspace, 1, tmp_path).path
        assert "tout ce qu’il dit est déjà ici" in " ".join(talk(workspace, "ouvrir", str(path)).text.split())
    with workspace_in(there) as workspace:
        talk(workspace, "ouvrir", str(path), "")
        assert not workspace.summaries()
        talk(workspace, f"ouvrir '{path.as_uri()}'", "1")  # as some terminals paste a dropped file
        assert workspace.load(1)[1].answers == {FIRST: Rating.MOSTLY}
        session = workspace.open(1)
        asked = Said(MARCH, "Prénom Nom", True, "a" * 32, "m1.a01", "famille", words="Et après ?")
        workspace.store.record(1, Edit(Operation.IMPORT, hear(session.assessment, [asked])))
        second = export(workspace, 1, tmp_path).path
    with workspace_in(here) as workspace:
        said = " ".join(talk(workspace, f"ouvrir {second}", "").text.split())
        assert "1.1 Famille : Caf (Prénom Nom), 12 mars : « Et après ? »" in said
        assert not workspace.load(1)[1].said
        talk(workspace, f"ouvrir {second}", "1")
        assert [*workspace.load(1)[1].said] == [asked.id]
        said = " ".join(talk(workspace, "", "annuler").text.split())
        assert "La Caf a répondu : 1 point." in said
        assert "Annulé : réponse de la Caf (1 remarque)." in said
        assert not workspace.load(1)[1].said


def test_the_workbook_of_the_caf_is_said_line_by_line_then_taken_and_answered_from_its_first_point(
    tmp_path: Path,
) -> None:
    sent, report = report_of(tmp_path)
    noted = {("1.1", "famille"): 0}
    remarks = {"1.1": "Une seule réunion.", WHOLE: "Et les jeunes ?"}
    path = answered(report, tmp_path / "retour.xlsx", noted, remarks, author="Prénom Autre", at=MARCH)
    with workspace_in(tmp_path) as workspace:
        absent = " ".join(talk(workspace, f"ouvrir {path}").text.split())
        assert "L’évaluation à laquelle ce classeur répond n’est pas ici." in absent
        talk(workspace, f"ouvrir {sent}", "1")
        text = " ".join(talk(workspace, f"ouvrir {path}", "").text.split())
        assert "Réponse de la Caf (Prénom Autre), 12 mars" in text
        assert "1.1 Famille : 0" in text
        assert "Sur l’ensemble : « Et les jeunes ? »" in text
        assert not workspace.load(1)[1].said
        text = " ".join(talk(workspace, f"ouvrir {path}", "oui", "vu", "", "", "Oui.", "").text.split())
        assert "Point 1 sur 2, ligne 1.1 Famille, à voir." in text
        assert "Point 2 sur 2, Sur l’ensemble, à voir." in text
        again = " ".join(talk(workspace, f"ouvrir {path}").text.split())
        assert "tout ce qu’il dit est déjà ici" in again
        assert "2 points déjà répondus ou réglés. Les relire ?" in again
        heard = workspace.load(1)[1]
    assert (len(heard.said), len(heard.drafts)) == (2, 2)


def test_a_colleague_s_file_fills_the_blanks_and_each_value_that_differs_is_asked_about(
    tmp_path: Path,
) -> None:
    here, there = tmp_path / "ici", tmp_path / "ailleurs"
    here.mkdir()
    there.mkdir()
    with workspace_in(there) as workspace:
        session = workspace.open(workspace.create(make_identity(), charente()))
        session.rate(FIRST, Rating.FULLY)
        session.rate(SECOND, Rating.PARTLY)
        path = export(workspace, 1, tmp_path).path
    with workspace_in(here) as workspace:
        workspace.open(workspace.create(make_identity(), charente())).rate(FIRST, Rating.MOSTLY)
        said = " ".join(talk(workspace, f"ouvrir {path}", "2", "non", "oui").text.split())
        assert "1.1 Famille : 2 chez vous, 3 dans le fichier. Prendre la sienne ?" in said
        assert "Mettre dans la vôtre : 1 note ?" in said
        assert workspace.load(1)[1].answers == {FIRST: Rating.MOSTLY, SECOND: Rating.PARTLY}
        talk(workspace, f"ouvrir {path}", "2", "oui", "oui", "annuler")
        assert workspace.load(1)[1].answers == {FIRST: Rating.MOSTLY, SECOND: Rating.PARTLY}


def test_a_folder_is_said_file_by_file_and_taken_by_one_yes(tmp_path: Path) -> None:
    write(tmp_path / "recus", [submission(an_assessment(one, territory=one)) for one in range(2)])
    (tmp_path / "recus" / "photo.png").write_bytes(b"x")
    (tmp_path / "vide").mkdir()
    with workspace_in(tmp_path) as workspace:
        assert "Rien n’a été enregistré." in talk(workspace, f"ouvrir {tmp_path / 'recus'}", "non").text
        said = talk(workspace, f"ouvrir {tmp_path / 'recus'}", "oui").text
        assert "photo.png" in said
        assert "Prendre ces fichiers ?" in said
        again = talk(workspace, f"ouvrir {tmp_path / 'recus'}").text
        assert again.count("tout ce qu’il dit est déjà ici") == 2
        assert "aucun fichier" in talk(workspace, f"ouvrir {tmp_path / 'vide'}").text


def test_a_mail_is_said_with_what_to_do(tmp_path: Path) -> None:
    mail = tmp_path / "Réponse.eml"
    mail.write_bytes(b"Subject: avis\r\nFrom: caf@exemple.fr\r\n\r\nBonjour,")
    with workspace_in(tmp_path) as workspace:
        assert "enregistrez sa pièce jointe" in " ".join(talk(workspace, f"ouvrir {mail}").text.split())


@each_row("name", ["absent.xlsx", "absent.json", ".", "nul\x00.xlsx", "x" * 2_000, "~nobody/a.csv"])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "ouvrir", name, "quitter")
        assert not workspace.summaries()
    assert "Tout est enregistré. Au revoir." in script.text
    assert script.code == 0
