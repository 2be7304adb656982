"""Any file opened by its path: a workbook of the Caf, her answer, a file for the Caf, a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating, Said, Status
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.services.exchange import look, take_as_mine
from ctg_tui.services.sending import export
from tests.each_row import each_row
from tests.received import an_assessment, submission, uuid_of, write
from tests.returned import WHOLE, answered, report_of
from tests.strategies import charente, make_assessment, make_identity
from tests.text_mode.talker import talk, workspace_in

FIRST = Cell("m1.a01", "famille")
SECOND = Cell("m1.a02", "famille")
MARCH = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)


def test_what_was_said_in_a_file_for_the_caf_comes_home(tmp_path: Path) -> None:
    here, there = tmp_path / "ici", tmp_path / "ailleurs"
    here.mkdir()
    there.mkdir()
    with workspace_in(here) as workspace:
        session = workspace.open(workspace.create(make_identity(), charente()))
        session.rate(FIRST, Rating.MOSTLY)
        path, _ = export(workspace, 1, tmp_path)
        assert "tout ce qu’il dit est déjà ici" in " ".join(talk(workspace, "ouvrir", str(path)).text.split())
    with workspace_in(there) as workspace:
        # as some terminals paste a dropped file
        said = talk(workspace, f"ouvrir '{path.as_uri()}'", "").text
        assert "importer CHEMIN --mienne" in said
        assert not workspace.summaries()
        take_as_mine(workspace, look(workspace, path))
        session = workspace.open(1)
        asked = Said(MARCH, "Prénom Nom", True, "a" * 32, "m1.a01", "famille", words="Et après ?")
        workspace.store.record(1, Edit(Operation.IMPORT, hear(session.assessment, [asked])))
        second, _ = export(workspace, 1, tmp_path)
    with workspace_in(here) as workspace:
        said = " ".join(talk(workspace, f"ouvrir {second}", "").text.split())
        assert "1.1 Famille : Caf (Prénom Nom), 12 mars : « Et après ? »" in said
        assert not workspace.load(1)[1].said
        talk(workspace, f"ouvrir {second}", "oui")
        assert [*workspace.load(1)[1].said] == [asked.id]
        said = " ".join(talk(workspace, "", "annuler").text.split())
        assert "À répondre : 1 point." in said
        assert "Annulé : réponse de la Caf (1 remarque)." in said
        assert not workspace.load(1)[1].said


def test_a_colleague_s_file_is_read_and_a_command_completes_one_s_own_with_it(tmp_path: Path) -> None:
    answers = {FIRST: Rating.NO, SECOND: Rating.FULLY}
    theirs = make_assessment(charente(), answers=answers, comments={FIRST.activity: "Deux fois."})
    (path,) = write(tmp_path / "recus", [submission(theirs._replace(uuid=uuid_of(7)), status=Status.DRAFT)])
    with workspace_in(tmp_path) as workspace:
        workspace.open(workspace.create(theirs.identity, charente())).rate(FIRST, Rating.MOSTLY)
        read = " ".join(talk(workspace, f"ouvrir {path}", "oui").text.split())
        assert "importer CHEMIN --dans" in read
        assert "rapport CHEMIN --sortie" in read
        assert workspace.store.has_submissions()
        assert workspace.load(1)[1].answers == {FIRST: Rating.MOSTLY}


def test_the_workbook_of_the_caf_is_said_line_by_line_then_taken_and_answered_from_its_first_point(
    tmp_path: Path,
) -> None:
    sent, report = report_of(tmp_path)
    noted = {("1.1", "famille"): 0}
    remarks = {"1.1": "Une seule réunion.", WHOLE: "Et les jeunes ?"}
    path = answered(report, tmp_path / "retour.xlsx", noted, remarks, author="Prénom Autre", at=MARCH)
    with workspace_in(tmp_path) as workspace:
        absent = " ".join(talk(workspace, f"ouvrir {path}").text.split())
        assert "répond à une évaluation qui n’est pas la vôtre" in absent
        take_as_mine(workspace, look(workspace, sent))
        text = " ".join(talk(workspace, f"ouvrir {path}", "").text.split())
        assert "Prénom Autre, 12 mars" in text
        assert "1.1 Famille : 0" in text
        assert "Sur l’ensemble : « Et les jeunes ? »" in text
        assert not workspace.load(1)[1].said
        text = " ".join(talk(workspace, f"ouvrir {path}", "oui", "vu", "", "", "Oui.", "").text.split())
        assert "Point 1 sur 2, ligne 1.1 Famille, à voir." in text
        assert "Point 2 sur 2, Sur l’ensemble, à voir." in text
        again = " ".join(talk(workspace, f"ouvrir {path}").text.split())
        assert "tout ce qu’il dit est déjà ici" in again
        assert "2 points déjà répondus ou réglés." in again
        heard = workspace.load(1)[1]
    assert (len(heard.said), len(heard.drafts)) == (2, 2)


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


@each_row("name", ["absent.xlsx", "nul\x00.xlsx", "x" * 2_000, "~inconnu/a.csv"])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    with workspace_in(tmp_path) as workspace:
        script = talk(workspace, "ouvrir", name, "quitter")
        assert not workspace.summaries()
    assert "Vos évaluations sont enregistrées. Au revoir." in script.text
    assert script.code == 0
