"""Files that come in, files that go out, and the database: nothing hostile is believed, nothing is lost."""

from __future__ import annotations

import base64
import os
import random
import re
import shutil
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.effort import IS_NIGHT
from tests.outside.adviser import workbook_to_answer
from tests.outside.caf_workbooks import WORKBOOKS
from tests.outside.commands import (
    CAF_WORKBOOK,
    FAR_ZONES,
    answers,
    begin,
    command,
    in_zone,
    reported,
    sent_state,
)
from tests.outside.person import ROOT, Person

HOSTILE = ROOT / "tests" / "data" / "hostiles"
MOST_SECONDS, MOST_BYTES = 20, 300_000_000
REFUSED, INVALID, UNUSABLE = 1, 3, 4
"""Exit codes of docs/formats.md."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database with the assessment of a Caf's workbook."""
    database = tmp_path / "evaluations.db"
    reported(database, "importer", CAF_WORKBOOK, "--nouvelle")
    return database


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def bounded() -> None:
    """Bound the time and the memory of the command."""
    import resource  # where there are such bounds

    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


@pytest.mark.skipif(sys.platform == "win32", reason="the bounds are those of POSIX")
def test_each_hostile_file_ends_in_a_sentence_and_nothing_is_written(database: Path) -> None:
    before = reported(database, "liste")
    there = files_in(database.parent)
    played = (HOSTILE.parent / "joues" / "refus.txt").read_text(encoding="utf-8")
    each = [path for path in sorted(HOSTILE.iterdir()) if path.suffix != ".toml"]
    files = [path for path in each if IS_NIGHT or f"importer {path.name}\n" not in played]
    done = command(database, "importer", *files, "--json", before=bounded)
    assert done.code == INVALID, done
    outcomes = {Path(facts["fichier"]).name: facts for facts in done.json}
    assert outcomes.keys() == {path.name for path in files}
    for name, facts in outcomes.items():
        assert facts["etat"] == "refuse", name
        assert len(facts["message"].split()) > 4, name
        assert facts["message"].replace("\N{NO-BREAK SPACE}", " ").isprintable(), name
    for path in sorted(HOSTILE.glob("*.toml")):
        done = command(database, "grille", "verifier", path, before=bounded)
        assert done.code == INVALID, (path.name, done)
        assert len(done.err.split()) > 4
    assert "Traceback" not in done.err
    assert reported(database, "liste") == before
    assert files_in(database.parent).keys() == there.keys()


@pytest.mark.skipif(sys.platform == "win32", reason="the bounds are those of POSIX")
def test_a_workbook_over_the_limits_is_refused_soon_and_in_little_memory(
    database: Path, tmp_path: Path
) -> None:
    path = tmp_path / "immense.xlsx"
    with zipfile.ZipFile(CAF_WORKBOOK) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.endswith("sheet1.xml"):
                more = b"<row><c><v>1</v></c></row>" * 300_000
                part = part.replace(b"</sheetData>", more + b"</sheetData>")
            file.writestr(info.filename, part)
    done = command(database, "importer", path, "--json", before=bounded)
    assert done.code == INVALID
    assert [facts["code"] for facts in done.json] == ["tableur-trop-gros"]


def test_a_workbook_whose_parts_are_too_large_together_is_refused(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "parties.xlsx"
    for parts, code in ((2, "tableur-lu"), (3, "tableur-trop-gros")):
        shutil.copy(CAF_WORKBOOK, path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for rank in range(parts):
                file.writestr(f"xl/media/{rank}.bin", bytes(39_000_000))
        done = command(database, "importer", path, "--json")
        assert [facts["code"] for facts in done.json] == [code]


ATTRIBUTE = re.compile(rb'(?<=\s)[\w:]+="[^"]*"')
ODD = (b"", b"-1", b"999999999999", b"1e9", b"A0", b"ZZZZ9", b"&#x41;", b"s", b"../../../etc/passwd")


def test_workbooks_with_one_attribute_changed_are_read_or_refused_in_a_sentence(
    database: Path, tmp_path: Path
) -> None:
    drawn = random.Random(20261130)
    with zipfile.ZipFile(CAF_WORKBOOK) as source:
        parts = {info.filename: source.read(info) for info in source.infolist()}
    places = [(name, found.span()) for name, part in parts.items() for found in ATTRIBUTE.finditer(part)]
    files = []
    for rank in range(300 if IS_NIGHT else 60):
        name, (start, end) = drawn.choice(places)
        part = parts[name]
        attribute = part[start:end].partition(b"=")[0]
        changed = b'%b%b="%b"%b' % (part[:start], attribute, drawn.choice(ODD), part[end:])
        files.append(tmp_path / f"{rank:03d}.xlsx")
        with zipfile.ZipFile(files[-1], "w") as file:
            for other, content in parts.items():
                file.writestr(other, changed if other == name else content)
    done = command(database, "importer", *files, "--json")
    assert len(done.json) == len(files)
    assert {facts["etat"] for facts in done.json} == {"lu", "refuse"}
    assert all(len(facts["message"].split()) > 4 for facts in done.json)
    assert "Traceback" not in done.err


def test_a_file_that_is_there_is_never_replaced_unless_one_says_so(database: Path, tmp_path: Path) -> None:
    for name, *arguments in (
        ("rapport.html", "rapport", 1),
        ("rapport.xlsx", "rapport", 1),
        ("rempli.xlsx", "tableur", 1),
    ):
        path = tmp_path / name
        path.write_bytes(b"a file of somebody")
        done = command(database, *arguments, "--sortie", path)
        assert done.code == REFUSED, (name, done)
        assert name in done.err
        assert path.read_bytes() == b"a file of somebody"
        assert command(database, *arguments, "--sortie", path, "--remplacer").code == 0
        assert path.read_bytes() != b"a file of somebody"


def test_a_caf_s_workbook_goes_back_filled_and_is_the_same_elsewhere(database: Path, tmp_path: Path) -> None:
    filled = tmp_path / "rempli.xlsx"
    assert command(database, "tableur", 1, "--sortie", filled).code == 0
    before, after = (zipfile.ZipFile(path) for path in (CAF_WORKBOOK, filled))
    assert before.namelist() == after.namelist()
    changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    books = [load_workbook(path)["Grille"] for path in (CAF_WORKBOOK, filled)]
    styles = [[cell.style_id for row in sheet.iter_rows() for cell in row] for sheet in books]
    assert styles[0] == styles[1]
    assert len(set(styles[0])) > 1
    read = [reported(database, "importer", path)[0] for path in (CAF_WORKBOOK, filled)]
    assert read[0]["lu"] == read[1]["lu"]
    assert read[0]["commentaires"] == read[1]["commentaires"]
    text = "_x0041_ seule."
    reported(database, "remplir", 1, "vous", "personnes.1.nom=Martin")
    answers(database, "", "grille", "aller 1.1", "effacer", "aller 1.2", "commentaire", text)
    answers(database, "", "grille", "aller 1.14", "", "", "", "", "123456")
    assert command(database, "tableur", 1, "--sortie", filled, "--remplacer").code == 0
    (again,) = reported(database, "importer", filled)
    assert [one for one in read[0]["lu"] if one not in again["lu"]] == read[0]["lu"][:1], "cleared"
    assert [one["texte"] for one in again["commentaires"] if text in one["texte"]], "as it was typed"
    assert 123456 in [one.get("nombre") for one in again["indicateurs"]]


def another_program_s(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE moz_places (url TEXT)")


def damaged(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + bytes(4_000))


def of_a_newer_version(path: Path) -> None:
    reported(path, "importer", CAF_WORKBOOK, "--nouvelle")
    with closing(sqlite3.connect(path)) as newer:
        (own,) = newer.execute("PRAGMA user_version").fetchone()
        newer.execute(f"PRAGMA user_version = {own + 1}")


@pytest.mark.parametrize("make", [another_program_s, damaged, of_a_newer_version])
def test_a_database_that_is_not_ours_to_write_is_left_as_it_is(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    path = tmp_path / "autre.db"
    make(path)
    there = files_in(tmp_path)
    for arguments in (
        ("liste",),
        ("importer", CAF_WORKBOOK, "--nouvelle"),
        ("exporter", 1, "--sortie", tmp_path),
    ):
        done = command(path, *arguments)
        assert done.code == UNUSABLE, (arguments, done)
        assert len(done.err.split()) > 4
        assert "Traceback" not in done.err
    assert files_in(tmp_path) == there, "nothing stands beside it either"


def test_what_is_restored_is_what_was_backed_up_and_the_present_is_kept(
    database: Path, tmp_path: Path
) -> None:
    reported(database, "sauvegarder")
    before = sent_state(database, 1, tmp_path / "avant")["reponses"]
    assert command(database, "effacer", 1, "--oui").code == 0
    assert reported(database, "liste") == []
    again = tmp_path / "autre.db"
    reported(again, "importer", CAF_WORKBOOK, "--nouvelle")
    reported(again, "sauvegarder")
    reported(again, "importer", CAF_WORKBOOK, "--nouvelle")
    assert len(reported(again, "liste")) == 2
    restore_the_one_of(again, assessments=1)
    assert sent_state(again, 1, tmp_path / "apres")["reponses"] == before
    restore_the_one_of(again, assessments=2)  # the state before the restoration had been kept
    left = again.with_name(f"{again.name}-wal")
    with closing(sqlite3.connect(again)) as other:
        other.executescript("PRAGMA journal_mode = WAL; DELETE FROM assessment")
        wal = left.read_bytes()
    damaged(again)
    left.write_bytes(wal)
    restore_the_one_of(again, assessments=2)  # and nothing of what stood beside the damaged one
    long = Path(reported(again, "restaurer")[0]["fichier"])
    with long.open("r+b") as file:
        file.truncate(11_000_000)
    (answer,) = command(database, "importer", long, "--json").json
    assert (answer["code"], "restaurer" in answer["message"]) == ("sauvegarde", True)


def restore_the_one_of(database: Path, assessments: int) -> None:
    """Restore the backup that holds so many assessments, and check that they are there."""
    kept = reported(database, "restaurer")
    (backup,) = [one for one in kept if one["contenu"]["evaluations"] == assessments]
    assert command(database, "restaurer", Path(backup["fichier"]).name, "--oui").code == 0
    assert len(reported(database, "liste")) == assessments


def test_erasing_leaves_nothing_of_an_assessment_in_the_folder(database: Path, tmp_path: Path) -> None:
    secret, after = "ligne 3 : « à suivre »".encode(), tmp_path / "apres" / "evaluations.db"

    def holding() -> list[str]:
        return [name for name, content in files_in(tmp_path).items() if ".db" in name and secret in content]

    sent_state(database, 1, tmp_path / "envoi")
    after.parent.mkdir()
    beside = tmp_path / "autres-evaluations.db"
    begin(beside)
    reported(beside, "sauvegarder")
    (file,) = (tmp_path / "envoi").iterdir()
    reported(after, "importer", file)
    reported(after, "importer", file, "--mienne")
    for each in (database, after):
        assert holding()
        reported(each, "sauvegarder")
        assert command(each, "effacer", 1, "--oui").code == 0
    assert holding() == []
    assert len(reported(beside, "restaurer")) == 1, "of another database"


def test_files_made_twice_leave_what_stands_beside_them(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "envois"
    folder.mkdir()
    assert command(database, "dossier", 1, "--sortie", folder).code == 0
    made = next(path for path in folder.rglob("CTG*.xlsx"))
    foreign = made.with_name("de quelqu’un d’autre.txt")
    foreign.write_bytes(b"a file of somebody")
    made.write_bytes(b"an answered workbook under our name")
    assert command(database, "dossier", 1, "--sortie", folder).code == 0
    assert foreign.read_bytes() == b"a file of somebody"
    assert b"an answered workbook under our name" in files_in(folder).values()
    for _ in range(2):
        file = Path(reported(database, "exporter", 1, "--sortie", tmp_path)["fichier"])
        assert file.read_bytes() == next(folder.rglob("*_envoi-1_*.json")).read_bytes()
        file.write_bytes(b"a file of somebody")


def test_a_salary_stands_in_no_file_that_leaves_but_the_forecast_s(tmp_path: Path) -> None:
    database, made = tmp_path / "evaluations.db", tmp_path / "CTG"
    made.mkdir()
    begin(database)
    reported(database, "remplir", 1, "vous", "personnes.1.nom=Martin")
    answers(database, "", "grille", "2", "3", "1")
    cost = ("personnes.1.heures=803", "personnes.1.cout=24321")
    assert _has_salary(str(reported(database, "remplir", 1, "previsionnel", *cost)))
    reported(database, "dossier", 1, "--sortie", made)
    submission = next(made.rglob("*_envoi-1_*.json"))
    assert "contient des salaires" in next(made.rglob("courriel.txt")).read_text(encoding="utf-8")
    reported(database, "importer", CAF_WORKBOOK, "--dans", 1)
    for *arguments, name in (
        ("rapport", 1, "--sortie", "page.html"),
        ("rapport", 1, "--sortie", "classeur.xlsx"),
        ("rapport", submission, "--sortie", "lu.html"),
        ("tableur", 1, "--sortie", "tableur.xlsx"),
        ("consolider", submission, "--sortie", "tous.xlsx"),
    ):
        done = command(database, *arguments, made / name)
        assert done.code == 0, done
    said = [command(database, *arguments).out for arguments in (("liste",), ("synthese", 1), ("docteur",))]
    said += [command(database, *arguments, "--json").out for arguments in (("liste",), ("synthese", 1))]
    said.append(command(database, "texte", typed="1\nrésultats\nquitter\n").out)
    assert not [one for one in said if _has_salary(one)]
    sent = {path: _unpacked(path) for path in made.rglob("*") if path.is_file()}
    assert {path.suffix for path in sent} == {".json", ".html", ".xlsx", ".eml", ".txt"}
    holding = {path.name for path, content in sent.items() if _has_salary(content)}
    assert len(holding) == 1, holding
    assert "previsionnel" in holding.pop()


def _has_salary(text: str) -> bool:
    """Return whether the salary of the scene stands in a text, as a person or a program writes it."""
    return re.search(r"(?<![0-9a-f])24\s?321", text) is not None  # else in a hash


def _unpacked(path: Path) -> str:
    """Return the text of a file, of the parts of a workbook, of a mail without what is joined to it."""
    if path.suffix == ".xlsx":
        book = zipfile.ZipFile(path)
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if path.suffix == ".eml":
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body()
        assert body is not None
        return str(body.get_content())
    text = path.read_text(encoding="utf-8")
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs POSIX")
def test_a_second_window_says_so_and_the_first_goes_on(database: Path) -> None:
    with Person(database) as first:
        first.sees("F1")
        with Person(database) as second:
            assert second.wait_end() == UNUSABLE
            assert "Traceback" not in second.text
        first.quit()
    assert len(reported(database, "liste")) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="its time zone is not of the environment")
@pytest.mark.parametrize("zone", FAR_ZONES)
def test_the_first_use_of_a_day_where_one_is_makes_one_backup_that_reads(database: Path, zone: str) -> None:
    with in_zone(zone):
        for _ in range(2):
            answers(database)
        (backup,) = reported(database, "restaurer")
    assert backup["contenu"]["evaluations"] == 1


def test_the_totals_of_a_workbook_that_goes_back_filled_are_computed_anew(tmp_path: Path) -> None:
    database, model, filled = tmp_path / "evaluations.db", WORKBOOKS / "grille.xlsx", tmp_path / "rempli.xlsx"
    reported(database, "importer", model, "--nouvelle")
    assert command(database, "tableur", 1, "--sortie", filled).code == 0
    formulas = [
        cell.coordinate for row in load_workbook(model)["Grille"] for cell in row if cell.data_type == "f"
    ]
    stored = load_workbook(filled, data_only=True)["Grille"]
    assert [stored[place].value for place in formulas] == [None, None, None]
    with zipfile.ZipFile(filled) as package:
        assert b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_neither_a_link_a_pipe_a_folder_nor_another_database_is_replaced_even_if_one_says_so(
    database: Path, tmp_path: Path
) -> None:
    foreign, copy = tmp_path / "ailleurs.html", tmp_path / "copie.html"
    foreign.write_bytes(b"a file of somebody")
    shutil.copy(database, copy)
    links = [tmp_path / "lien.html", tmp_path / "lien-perdu.html"]
    for link, target in zip(links, (foreign, tmp_path / "absent.html"), strict=True):
        link.symlink_to(target)
    held, pipe, inner = copy.read_bytes(), tmp_path / "tube.html", tmp_path / "dossier.html"
    os.mkfifo(pipe)
    inner.mkdir()
    for path in (copy, *links, pipe, inner):
        for more in ((), ("--remplacer",)):
            assert command(database, "rapport", 1, "--sortie", path, *more).code == REFUSED
    assert all(link.is_symlink() for link in links)
    assert foreign.read_bytes() == b"a file of somebody"
    assert not (tmp_path / "absent.html").exists()
    assert (copy.read_bytes(), pipe.is_fifo(), inner.is_dir()) == (held, True, True)


def with_a_salary(folder: Path) -> tuple[Path, Path]:
    """Return a database whose forecast holds a salary, and a folder for its files."""
    database, made = folder / "evaluations.db", folder / "CTG"
    made.mkdir()
    begin(database)
    reported(database, "remplir", 1, "vous", "personnes.1.nom=Martin")
    reported(database, "remplir", 1, "previsionnel", "personnes.1.heures=803", "personnes.1.cout=24321")
    return database, made


def test_a_salary_stays_where_one_sends_without_the_forecast(tmp_path: Path) -> None:
    database, made = with_a_salary(tmp_path)
    reported(database, "dossier", 1, "--sortie", made, "--sans-previsionnel")
    sent = [path for path in made.rglob("*") if path.is_file()]
    assert sent
    assert [path.name for path in sent if _has_salary(_unpacked(path))] == []
    reported(database, "remplir", 1, "vous", "personnes.1.nom=Autre")
    shown = reported(database, "remplir", 1, "previsionnel")["champs"]
    assert [one for one in shown if shown[one] == "24321"] == ["personnes.2.cout"], (
        "it stays its own person’s"
    )


def test_a_salary_that_a_killed_act_left_beside_the_files_goes_with_the_next_act(tmp_path: Path) -> None:
    database, made = with_a_salary(tmp_path)
    reported(database, "dossier", 1, "--sortie", made)
    left = next(made.rglob("*_reponse.xlsx")).with_name(f".ctg-{'0a' * 8}.tmp")
    foreign = left.with_name(".ctg-de-quelqu-un.tmp")
    for path in (left, foreign):
        path.write_bytes(b"24321")
    reported(database, "dossier", 1, "--sortie", made)
    assert (left.exists(), foreign.exists()) == (False, True)


@pytest.mark.skipif(sys.platform == "win32", reason="the bounds are those of POSIX")
def test_a_bomb_in_the_place_of_the_file_that_a_workbook_answers_is_refused(
    database: Path, tmp_path: Path
) -> None:
    made, file = tmp_path / "CTG", tmp_path / "bombe.xlsx"
    made.mkdir()
    reported(database, "dossier", 1, "--sortie", made)
    book = load_workbook(workbook_to_answer(made))
    data = book["Données"]
    (column,) = (cell.column for cell in data[1] if cell.value == "fichier")
    for (cell,) in data.iter_rows(2, None, column, column):
        cell.value = None
    bomb = base64.b64encode(zlib.compress(bytes(400_000_000), 1)).decode()
    for rank, start in enumerate(range(0, len(bomb), 20_000), 2):  # a longer cell is cut: no bomb any more
        data.cell(rank, column).value = bomb[start : start + 20_000]
    book.save(file)
    done = command(database, "importer", file, "--json", before=bounded)
    assert done.code == INVALID, done
    assert [facts["code"] for facts in done.json] == ["classeur-donnees-modifiees"]
