"""The Caf's workbook on the screen: found, read in three lists, taken, and sent filled."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.tui import sending, spreadsheet
from ctg_tui.tui.spreadsheet import WorkbookScreen
from tests.databases import open_workspace, read_again
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved
from tests.strategies import charente
from tests.tui.driving import (
    Driver,
    faults_of_typography,
    in_database,
    make,
    make_final,
    messages,
    page,
    paste,
    press,
    resized,
    running,
    shown,
    until,
    until_shown,
    write,
)

GRID = charente()
OTHER = Layout(relabel=lambda label: f"Ligne de notre Caf : {label[::-1]}", comment="", has_numbers=False)
KNOWN = Layout(comment="", has_numbers=False)
FIRST = Cell("m1.a01", "famille")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder in which workbooks are looked for."""
    found = tmp_path / "Documents"
    found.mkdir()
    monkeypatch.setattr(spreadsheet, "usual_folders", lambda: (found,))
    monkeypatch.setattr(sending, "default_folder", lambda: tmp_path)
    return found


def put(folder: Path, name: str, *, layout: Layout = KNOWN, first: Rating | None = None) -> Path:
    path = folder / name
    path.write_bytes(saved(make_workbook(GRID, {} if first is None else {FIRST: first}, layout)))
    return path


async def read_the_first(pilot: Driver) -> None:
    """Open the first workbook of the list, and wait until it is read."""
    await press(pilot, "t")
    await until_shown(pilot, ".xlsx")
    await press(pilot, "enter")
    await until_shown(pilot, "Commencer une évaluation avec ce tableur")


async def test_four_keys_and_a_territory_lead_from_a_blank_workbook_to_its_grid(
    tmp_path: Path, folder: Path
) -> None:
    put(folder, "Grille Caf.xlsx", layout=OTHER)
    async with running(tmp_path) as pilot:
        assert "J’ai le tableur de ma Caf" in shown(pilot)
        await read_the_first(pilot)  # t, Entrée
        async for size in resized(pilot):
            assert "nouvelle grille de 51" in shown(pilot).replace("\N{NO-BREAK SPACE}", " "), size
            assert not faults_of_typography(shown(pilot))
        assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]
        await press(pilot, "enter")
        assert page(pilot) == "FormScreen"
        await write(pilot, "Rouillac")
        await press(pilot, "ctrl+g")
        assert page(pilot) == "GridScreen"
        assert "Ligne de notre Caf" in shown(pilot)
        await press(pilot, "escape", "escape")
        assert page(pilot) == "HomeScreen", "the pages of the workbook are closed"
    assert in_database(
        tmp_path, "SELECT json_extract(facts, '$.origin') FROM document WHERE kind = 'grille'"
    ) == [("tableur",)]


async def test_a_filled_workbook_is_taken_as_one_edit_that_one_undo_takes_back(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "rempli.xlsx").write_bytes(saved(make_workbook(GRID, answers_of(GRID), Layout())))
    async with running(tmp_path) as pilot:
        await read_the_first(pilot)
        await press(pilot, "enter")
        assert any("153" in message for message in messages(pilot))
        assert len(read_again(tmp_path).answers) == 153
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: not read_again(tmp_path).answers)
        assert any("reprise" in message for message in messages(pilot))


async def test_a_file_dropped_on_the_first_page_or_typed_is_read(tmp_path: Path, folder: Path) -> None:
    path = put(tmp_path, "Ma grille.xlsx", first=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        escaped = [str(path).replace(" ", "\\ ")] if os.name == "posix" else []  # as a shell there would
        for dropped in (str(path), f"'{path}'", *escaped, path.as_uri()):
            await paste(pilot, dropped)
            await until_shown(pilot, "Grille!B7")
            await press(pilot, "escape")
            assert page(pilot) == "HomeScreen"
        await paste(pilot, "un texte quelconque")
        assert page(pilot) == "HomeScreen"
        await press(pilot, "t")
        await until_shown(pilot, "Aucun tableur")
        await press(pilot, "enter")
        await write(pilot, str(path))
        await press(pilot, "enter")
        await until_shown(pilot, "1.1 Famille")
    assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]


async def test_the_three_lists_have_addresses_and_a_doubtful_value_is_taken_once_confirmed(
    tmp_path: Path, folder: Path
) -> None:
    book = make_workbook(GRID, {FIRST: Rating.FULLY}, KNOWN)
    sheet = book["Grille"]
    sheet["C7"] = "2-3"
    sheet["A8"] = f"{sheet['A8'].value}, revu"
    sheet["B8"] = 1
    (folder / "grille.xlsx").write_bytes(saved(book))
    async with running(tmp_path, (120, 40)) as pilot:
        await read_the_first(pilot)
        text = shown(pilot)
        assert "À confirmer (1)" in text
        assert "[ ] Grille!B8" in text
        assert "Non lu (1)" in text
        assert "Grille!C7" in text
        assert "Lu (1)" in text
        await press(pilot, "down", "enter")
        assert "[x] Grille!B8" in shown(pilot)
        await press(pilot, "up", "enter")
        assert page(pilot) == "FormScreen"
    answers = {FIRST: Rating.FULLY, Cell("m1.a02", "famille"): Rating.PARTLY}
    assert read_again(tmp_path).answers == answers


async def test_the_chosen_assessment_is_completed_and_keeps_its_own_answers(
    tmp_path: Path, folder: Path
) -> None:
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.open(made).rate(FIRST, Rating.NO)
    workspace.close()
    put(folder, "grille.xlsx", first=Rating.FULLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await read_the_first(pilot)
        assert "Compléter" in shown(pilot)
        assert "Déjà répondu ici" in shown(pilot)
        await press(pilot, "down", "enter")
        assert page(pilot) == "GridScreen"
    assert read_again(tmp_path).answers == {FIRST: Rating.NO}
    assert in_database(tmp_path, "SELECT count(*), max(workbook) IS NOT NULL FROM assessment") == [(1, 1)]


async def test_a_workbook_saved_again_is_refused_and_shown_as_it_is_now(tmp_path: Path, folder: Path) -> None:
    put(folder, "grille.xlsx", first=Rating.FULLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await read_the_first(pilot)
        assert "1.1 Famille : 3" in shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
        put(folder, "grille.xlsx", first=Rating.NO)
        await press(pilot, "enter")
        await until(pilot, lambda: "1.1 Famille : 0" in shown(pilot).replace("\N{NO-BREAK SPACE}", " "))
        assert any("a changé" in message for message in messages(pilot))
    assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def with_macros(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")


async def test_a_file_that_cannot_be_read_says_why_in_its_page(tmp_path: Path, folder: Path) -> None:
    async with running(tmp_path) as pilot:
        for spoil, words in (
            (cut, "n’a pas pu être lu"),
            (with_macros, "macros"),
            (Path.unlink, "n’existe pas"),
        ):
            path = put(folder, "grille.xlsx")
            await press(pilot, "t")
            await until_shown(pilot, "grille.xlsx")
            spoil(path)
            await press(pilot, "enter")
            await until_shown(pilot, words)
            await press(pilot, "enter", "g", "r", "escape", "escape")
            assert page(pilot) == "HomeScreen"
    assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]


async def test_all_lines_make_a_grid_apart_when_asked(tmp_path: Path, folder: Path) -> None:
    put(folder, "grille.xlsx")
    async with running(tmp_path, (120, 40)) as pilot:
        await read_the_first(pilot)
        assert "nouvelle grille" not in shown(pilot)
        await press(pilot, "g")
        await until_shown(pilot, "nouvelle grille de 51")
        screen = pilot.app.screen
        assert isinstance(screen, WorkbookScreen)
        await press(pilot, "g")
        await until(pilot, lambda: "Commencer" in shown(pilot) and "nouvelle grille" not in shown(pilot))


async def test_the_workbook_is_offered_among_what_is_sent_and_goes_filled(
    tmp_path: Path, folder: Path
) -> None:
    put(folder, "grille.xlsx", first=Rating.FULLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await read_the_first(pilot)
        await press(pilot, "enter")
        await write(pilot, "Rouillac")
        await press(pilot, "escape", "e")
        assert page(pilot) == "SendingScreen"
        assert "Tableur de votre Caf, rempli" in shown(pilot)
        await press(pilot, "f9")
        await until_shown(pilot, "_tableur.xlsx")
    (sent,) = tmp_path.rglob("*_tableur.xlsx")
    assert openpyxl.load_workbook(sent)["Grille"]["B7"].value == 3


async def test_a_submission_dropped_on_the_first_page_is_taken_back_after_a_question(
    tmp_path: Path, folder: Path
) -> None:
    lost = tmp_path / "perdue"
    lost.mkdir()
    make_final(lost)
    (sent,) = (lost / "envoi").glob("*.json")
    async with running(tmp_path) as pilot:
        await paste(pilot, str(sent))
        assert "Reprendre" in shown(pilot)
        await press(pilot, "enter")  # the cursor is on « non »
        assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]
        await press(pilot, "t")
        await until_shown(pilot, "Aucun tableur")
        await press(pilot, "enter")
        await write(pilot, str(sent))
        await press(pilot, "enter", "down", "enter")
        assert page(pilot) == "HomeScreen"
        assert "Val de Charente" in shown(pilot)
        await paste(pilot, str(sent))
        assert any("déjà ici" in message for message in messages(pilot))
    assert in_database(tmp_path, "SELECT count(*), max(revision) FROM assessment") == [(1, 2)]
