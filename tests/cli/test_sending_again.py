"""Each sending has a number and a folder of its own, where no file that is there is replaced or deleted."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ctg_tui.domain.assessment import Rating, Said, Status
from ctg_tui.domain.thread import Choice
from ctg_tui.services.sending import look
from ctg_tui.services.workspace import open_workspace
from tests.cli.conftest import fill
from tests.cli.program import Program
from tests.received import AT, answered

YEAR = Path("CTG", "val-de-charente", "2027-annuelle")


def made(program: Program, *options: str) -> tuple[Path, list[str]]:
    """Make the files; return their folder and their names."""
    answer = program.run("dossier", "--sortie", program.home, "--json", *options)
    assert answer.code == 0, answer.err
    return Path(answer.json["dossier"]), answer.json["fichiers"]


def comment(program: Program, text: str) -> None:
    workspace = open_workspace(program.database, write=True)
    workspace.open(1).comment("m1.a02", text)
    workspace.close()


def test_provisional_answered_changed_definitive_and_made_again_each_take_the_number_that_is_theirs(
    program: Program,
) -> None:
    fill(program, 2027)
    workspace = open_workspace(program.database, write=True)
    session = workspace.open(1)
    session.rate(session.grid.cells[0], Rating.MOSTLY)
    workspace.close()
    folders: list[Path] = []

    def sends(*options: str) -> Path:
        folder, names = made(program, *options)
        if folder not in folders:
            folders.append(folder)
        name = re.compile(r"CTG_val-de-charente_2027_annuelle_envoi-(\d+)_[0-9A-F]{4}-[0-9A-F]{4}\.json")
        (number,) = [found[1] for one in names if (found := name.fullmatch(one))]
        assert folder == program.home / YEAR / f"envoi-{number}"
        (path,) = folder.glob("*.json")
        head = json.loads(path.read_bytes())["document"]
        assert (head["envoi"], "revision" in head, "remplace" in head) == (int(number), False, False)
        assert program.run("verifier", path).code == 0
        return path

    first = sends()
    before = first.read_bytes()
    answer = program.home / "reponse.json"
    answer.write_bytes(answered(before, Said(AT, "Prénom Nom", True, "a" * 32, "m1.a02", words="Avec qui ?")))
    assert program.run("importer", answer, "--json").json[0]["etat"] == "pris"
    workspace = open_workspace(program.database, write=True)
    assert look(workspace, 1, Status.DRAFT).number == 2, "only her own words are new"
    session = workspace.open(1)
    (point,) = session.points
    session.answer(point, Choice.SEEN, "Avec les élus.")
    workspace.close()
    answered_file = sends()
    said = {row["texte"]: row["caf"] for row in program.run("synthese", 1, "--json").json["fil"]}
    assert said == {"Avec qui ?": True, "Avec les élus.": False}
    assert answered_file.parent.name == "envoi-2", "what was answered is sent too"
    comment(program, "Un mot de plus.")
    changed = sends()
    definitive = sends("--definitif")
    assert [folder.name for folder in folders] == ["envoi-1", "envoi-2", "envoi-3", "envoi-4"]
    sent = definitive.read_bytes()
    assert sends("--definitif").read_bytes() == sent, "made again, the same bytes"
    exported = program.run("exporter", 1, "--definitif", "--sortie", program.home, "--json").json
    assert (exported["envoi"], Path(exported["fichier"]).read_bytes()) == (4, sent)
    back = sends()
    assert back.parent.name == "envoi-5", "a state that comes back takes a new number"
    assert json.loads(back.read_bytes())["integrite"] == json.loads(changed.read_bytes())["integrite"]
    comment(program, "Un autre mot.")
    sendings = program.run("synthese", 1, "--json").json["envois"]
    assert [(one["numero"], one["etat"], one["modifications_depuis"]) for one in sendings] == [
        (1, "provisoire", 2),
        (2, "provisoire", 1),
        (3, "provisoire", 1),
        (4, "definitif", 1),
        (5, "provisoire", 1),
    ]
    assert [one["empreinte"] for one in sendings[2:]] == [sendings[2]["empreinte"]] * 3
    assert first.read_bytes() == before, "no former folder is touched"
    former = {path: path.read_bytes() for folder in folders for path in folder.iterdir()}
    fill(program, 2027)  # another one of that territory, year and moment
    other, _ = made(program, "2")
    assert (other.name, len([*other.glob("*.json")])) == ("envoi-1 (2)", 1), "two sendings share no folder"
    assert (made(program, "2")[0], made(program, "1")[0].name) == (other, "envoi-6"), "each keeps its own"
    assert former == {path: path.read_bytes() for folder in folders for path in folder.iterdir()}
