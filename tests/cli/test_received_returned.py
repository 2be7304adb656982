"""The workbook that the Caf answered in, opened by `importer`: in any order, late, twice, whosever it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.received import an_assessment
from tests.returned import Filler, answered, opened, saved
from tests.services.diagnosis import plain
from tests.services.dossiers import save

AT = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
FACTS = {"fichier", "nature", "etat", "code", "message", "paroles", "non_lu"}


@pytest.fixture
def mine(program: Program) -> Program:
    """Return the program with an assessment of the person's own, number 1."""
    workspace = open_workspace(program.database, write=True)
    save(workspace, an_assessment())
    workspace.close()
    return program


def sent(program: Program) -> tuple[int, bytes, Path]:
    """Make the files; return their number, the workbook to answer in, and the submission."""
    folder = program.home / "envois"
    folder.mkdir(exist_ok=True)
    facts = program.run("dossier", 1, "--sortie", folder, "--json").json
    (workbook,) = Path(facts["dossier"]).glob("*_reponse.xlsx")
    (submitted,) = Path(facts["dossier"]).glob("*.json")
    return facts["envoi"], workbook.read_bytes(), submitted


def taken(program: Program, *paths: Path) -> list[tuple[str, str, int]]:
    rows = program.run("importer", *paths, "--json").json
    return [(row["nature"], row["etat"], row["paroles"]) for row in rows]


def test_what_the_adviser_wrote_and_cannot_be_read_is_named_with_its_text_and_is_never_nothing(
    mine: Program, tmp_path: Path
) -> None:
    _, workbook, _ = sent(mine)
    filler = Filler(opened(workbook))
    wrong = {filler.note("1.2", "famille", "plutôt 2"): "plutôt 2", filler.met("=TODAY()"): ""}
    path = saved(filler.book, tmp_path / "retour.xlsx")
    (facts,) = mine.run("importer", path, "--json").json
    assert (facts["etat"], facts["code"], facts["paroles"]) == ("lu", "classeur-non-lu", 0)
    assert {row["adresse"]: row["valeur"] for row in facts["non_lu"]} == wrong
    said = plain(mine.run("importer", path).out)
    for text in (said, plain(facts["message"])):
        assert "aucune cellule bleue" not in text
        assert "cellules non reprises" in text
    assert all(address in said and text in said for address, text in wrong.items())
    filler.met("12 mars 14h30")
    again = saved(filler.book, tmp_path / "encore.xlsx")
    (facts,) = mine.run("importer", again, "--json").json
    assert (facts["etat"], facts["paroles"], len(facts["non_lu"])) == ("pris", 1, 1)
    (said,) = mine.run("synthese", 1, "--json").json["fil"]
    assert plain(said["texte"]) == "Date de l’entretien : 12 mars 14h30"


def test_a_workbook_about_a_file_received_or_absent_is_read_and_said_and_writes_nothing(
    mine: Program, tmp_path: Path
) -> None:
    _, workbook, submitted = sent(mine)
    path = answered(workbook, tmp_path / "retour.xlsx", None, {"1.1": "Vu."}, at=AT)
    adviser = Program(tmp_path / "caf")
    adviser.home.mkdir()
    (absent,) = adviser.run("importer", path, "--json").json
    assert (absent["etat"], absent["code"], absent["paroles"]) == ("lu", "evaluation-absente", 1)
    assert "1 remarque" in plain(absent["message"])
    assert taken(adviser, submitted) == [("soumission", "lu", 0)]
    before = adviser.database.read_bytes()
    (received,) = adviser.run("importer", path, "--json").json
    assert (received["etat"], received["code"]) == ("lu", "evaluation-absente")
    assert "Prénom Nom, 12 mars" in plain(received["message"])
    assert adviser.database.read_bytes() == before
