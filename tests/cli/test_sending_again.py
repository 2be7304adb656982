"""Each sending has a number and a folder of its own, where no file that is there is replaced or deleted."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program

YEAR = Path("CTG", "val-de-charente", "2027-annuelle")


def made(program: Program, *options: str) -> tuple[Path, list[str]]:
    """Make the files; return their folder and their names."""
    answer = program.run("dossier", "--sortie", program.home, "--json", *options)
    assert answer.code == 0, answer.err
    return Path(answer.json["dossier"]), answer.json["fichiers"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def comment(program: Program, text: str) -> None:
    workspace = open_workspace(program.database, None, write=True)
    workspace.open(1).comment("m1.a02", text)
    workspace.close()


def test_a_sending_made_again_writes_what_is_missing_and_leaves_every_other_file(filled: Program) -> None:
    folder, names = made(filled)
    assert folder == filled.home / YEAR / "envoi-1"
    sent = contents(folder)
    assert set(sent) == set(names)
    (workbook,) = folder.glob("*_rapport.xlsx")
    (page,) = folder.glob("*.html")
    (folder / "mes notes.txt").write_text("à moi", encoding="utf-8")
    workbook.write_bytes(b"the workbook, answered by the Caf and saved under its own name")
    page.unlink()
    for _ in range(2):
        again, _names = made(filled)
        assert again == folder
        second = f"{workbook.stem} (2).xlsx"
        there = contents(folder)
        assert there.pop("mes notes.txt") == "à moi".encode()
        assert there.pop(workbook.name) == b"the workbook, answered by the Caf and saved under its own name"
        assert there.pop(second) == sent[workbook.name], "the new one stands beside it"
        # The mail that names « (2) » is another one: the former stays too.
        mails = {name: there.pop(name) for name in list(there) if name.startswith("courriel (2)")}
        assert second.encode() in mails["courriel (2).txt"]
        assert there == {name: content for name, content in sent.items() if name != workbook.name}


def test_a_changed_assessment_takes_the_next_number_and_the_former_folder_stays(filled: Program) -> None:
    first, _ = made(filled)
    before = contents(first)
    comment(filled, "Un mot de plus.")
    second, _ = made(filled)
    assert second == filled.home / YEAR / "envoi-2"
    assert contents(first) == before
    assert made(filled)[0] == second, "nothing changed since"
