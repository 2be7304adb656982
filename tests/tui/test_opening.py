"""« Ouvrir un fichier »: found, shown line by line, taken by Entrée, taken back; nothing breaks it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating, Territory
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import reply_workbook
from ctg_tui.services.received import of_received
from ctg_tui.submission import read
from tests.databases import DATABASE_NAME, open_workspace, read_again
from tests.received import an_assessment, mailed, submission, write
from tests.returned import WHOLE, Filler, answered, opened, saved
from tests.strategies import SOME_HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    faults_of_typography,
    make,
    make_final,
    resized,
    shown,
    until,
)
from tests.tui.person import Person

FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a01", "education")
SAID_AT = datetime(2027, 1, 12, 10, tzinfo=UTC)


def report_of_own(folder: Path) -> bytes:
    """Make an assessment of one's own, send it, and return the workbook in which the Caf answers."""
    make_final(folder)
    (sent,) = (folder / "envoi").glob("*.json")
    return reply_workbook.render(of_received(read(sent, Catalogue())))


def the_caf_answers(person: Person, downloads: Path, name: str = "réponse.xlsx") -> Path:
    """Return the answered workbook among the downloads: two notes and a question of the Caf."""
    return answered(
        report_of_own(person.folder),
        downloads / name,
        {("1.8", "famille"): 1},
        {"1.8": "Un tableau par action aiderait.", "1.9": "Une seule réunion.", WHOLE: "Venez avec le DGS."},
        author="Prénom Nom",
        at=SAID_AT,
    )


def said(person: Person) -> int:
    return len(person.stored().said)


async def test_what_could_not_be_read_and_what_was_typed_over_is_named_with_its_address_and_not_taken(
    person: Person, downloads: Path
) -> None:
    filler = Filler(opened(report_of_own(person.folder)))
    address = filler.note("1.2", "famille", "deux et demi")
    filler.remark("1.1", "Une seule réunion.")
    filler.type_over("1.3", "famille", 0)
    saved(filler.book, downloads / "réponse.xlsx", SAID_AT)
    (downloads / "Un mail plus récent.eml").write_bytes(mailed({"a.json": b"{}"}))
    notes = read_again(person.folder).answers
    async with person.at("o", identity=None):
        await person.will_see("Courriel")
        await person.will_see("► Réponse de la Caf")
        await person.does(str(downloads / "réponse.xlsx"), "enter")  # as some terminals drop a file
        await person.will_see("Prendre : 1 remarque")
        person.sees("Pas pris", address, "deux et demi", "1.3 Famille")
        await person.does("enter")
        assert said(person) == 1
        assert person.stored().answers == notes


async def test_a_file_dropped_pasted_or_typed_is_shown_at_once(person: Person, downloads: Path) -> None:
    path = the_caf_answers(person, person.folder, "à moi (2).xlsx")
    async with person.at(identity=None):
        await person.does(f"'{path}'!")
        await person.will_see("Prendre : 3 remarques")
        await person.does("escape", "escape")
        assert person.page == "HomeScreen"
        await person.does("un texte quelconque!")
        person.sees("n’est pas un fichier")
        assert person.page == "HomeScreen"
        await person.does("o")
        await person.will_see("Aucun fichier récent")
        await person.does("/nulle/part.xlsx", "enter")
        person.sees("Aucun fichier ni dossier de ce nom")
        await person.does("ctrl+u", str(path), "enter")
        await person.will_see("Prendre : 3 remarques")
        await person.does("enter")
        assert person.page == "AnswersScreen"
    assert said(person) == 3


async def test_a_colleague_s_file_completes_the_chosen_one_and_what_differs_is_chosen(
    person: Person, downloads: Path
) -> None:
    write(downloads, [submission(an_assessment(1, first=Rating.FULLY))])
    made = make(person.folder, an_assessment(1).identity)
    workspace = open_workspace(person.folder)
    session = workspace.open(made)
    session.rate(FIRST, Rating.NO)
    session.rate(SECOND, Rating.NO)
    workspace.close()
    async with person.at("o", identity=None):
        await person.will_see("Fichier pour la Caf")
        await person.does("enter")
        async for size in resized(person.pilot, (80, 24), (120, 40)):
            person.sees("Ce qui diffère (2)", "1.1 Famille : 0 chez vous, 3 dans le fichier")
            assert not faults_of_typography(shown(person.pilot)), size
        person.sees("Ce qui s’ajoute")
        assert len(person.stored().answers) == 2
        await person.does("down", "down", "down", "enter")
        person.sees("[x] 1.1 Famille", "[ ] 1.1 Éducation")
        await person.does("home", "down", "enter")
        assert person.page == "GridScreen"
        answers = person.stored().answers
        assert (answers[FIRST], answers[SECOND]) == (Rating.FULLY, Rating.NO)
        assert len(answers) > 100
        assert [*person.folder.rglob("*avant-remplacement*")], "a backup before what replaces a note"
        await person.does("ctrl+z")
        await until(person.pilot, lambda: len(person.stored().answers) == 2)


async def test_a_backup_of_another_computer_is_restored_after_a_question(
    person: Person, downloads: Path
) -> None:
    other = person.folder / "autre"
    other.mkdir()
    make(other, IDENTITY._replace(territory=Territory("Rouillac")), rating=Rating.MOSTLY)
    backup = downloads / "sauvegarde.db"
    backup.write_bytes((other / DATABASE_NAME).read_bytes())
    async with person.at("o", identity=None):
        await person.will_see("1 évaluation")
        await person.does("enter", "enter")
        person.sees("Restaurer cette sauvegarde")
        await person.does("down", "enter")
        await until(person.pilot, lambda: person.page == "RestoreScreen")
        await person.does("escape")
        await person.will_see("Rouillac")


async def test_rubbish_pipes_hostile_names_and_a_thousand_files_break_nothing(
    person: Person, downloads: Path
) -> None:
    for number in range(100):
        (downloads / f"f{number:04}.json").write_bytes(b"\x00\xff{[" * (number % 7))
    for number, end in enumerate((".xlsx", ".ods", ".csv", ".toml", ".db", ".eml", ".zip", ".xls")):
        (downloads / f"[red]z{number}[@click]{end}").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    for number, text in enumerate(SOME_HOSTILE_TEXTS):
        if (name := text.replace("/", "").replace("\0", "")[:40]) and os.name == "posix":
            (downloads / f"{name}{number}.json").write_text("{}", encoding="utf-8")
    if os.name == "posix":
        os.mkfifo(downloads / "tube.json")
        (downloads / "lien.json").symlink_to(downloads / "tube.json")
    os.utime(downloads / "f0000.json", (2e9, 2e9))
    async with person.at("o"):
        await until(person.pilot, lambda: "Lecture" not in person.screen, "every file in sight is read")
        person.sees("f0000.json")
        for _ in range(5):
            await person.does("pagedown", "enter")
            assert not control_characters(shown(person.pilot))
            await person.does("escape")
            assert person.page == "OpeningScreen"
        if os.name == "posix":
            await person.does(f"{downloads / 'tube.json'}!")
            await until(person.pilot, lambda: person.page == "FileScreen")
            await person.does("escape")
        await person.does("escape")
        assert person.page == "HomeScreen"
