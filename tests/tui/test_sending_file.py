"""Envoi, the file for the Caf alone: findings before, the written file after, a final one confirmed."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.reader import read
from ctg_tui.tui.widgets.fields import Choice, TextField
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import (
    Driver,
    control_characters,
    faults_of_typography,
    in_database,
    make,
    page,
    paste,
    press,
    running,
    shown,
)


async def choose_folder(pilot: Driver, text: str) -> None:
    """Type `text` in place of the proposed folder, from the first field."""
    await press(pilot, "tab", "tab", "end", "ctrl+u")
    await paste(pilot, text)


async def open_with_the_file_alone(pilot: Driver) -> None:
    """Open the page and leave out every piece but the file; the focus is in the first field again."""
    await press(pilot, "f9", "tab")
    pieces = pilot.app.focused
    assert isinstance(pieces, Choice)
    for _ in pieces.options[1:]:
        await press(pilot, "right", "space")
    await press(pilot, "shift+tab")


async def test_a_provisional_export_says_what_was_written(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await open_with_the_file_alone(pilot)
        await press(pilot, "enter", "enter", "enter", "enter")
        text = shown(pilot)
    (written,) = folder.iterdir()
    received = read(written, Catalogue())
    assert received.status is Status.DRAFT
    for expected in (written.name, received.fingerprint[:4].upper(), "0\u00a0notée", "42\u00a0sans réponse"):
        assert expected in text, expected
    assert "ne remplace pas une signature" in text
    assert not faults_of_typography(text)
    assert in_database(tmp_path, "SELECT status FROM assessment") == [("provisoire",)]


async def test_another_file_of_the_same_name_is_asked_about(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await open_with_the_file_alone(pilot)
        await press(pilot, "f9")
        (written,) = folder.iterdir()
        written.write_text("à moi", encoding="utf-8")
        await press(pilot, "f9")
        assert "Le remplacer" in shown(pilot)
        await press(pilot, "escape")
        assert written.read_text(encoding="utf-8") == "à moi"
        await press(pilot, "f9", "down", "enter")
        assert "Enregistré, relu et vérifié" in shown(pilot)
    assert read(written, Catalogue()).status is Status.DRAFT


async def test_a_final_export_asks_and_then_the_assessment_is_read_only(tmp_path: Path, folder: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await open_with_the_file_alone(pilot)
        await press(pilot, "right", "f9")
        assert "Oui, préparer l’envoi" in shown(pilot)
        assert list(folder.iterdir()) == []
        await press(pilot, "n")
        assert list(folder.iterdir()) == []
        await press(pilot, "f9", "down", "enter")
        assert "n’est plus modifiable" in shown(pilot)
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
    (written,) = folder.iterdir()
    assert read(written, Catalogue()).status is Status.FINAL
    assert in_database(tmp_path, "SELECT status FROM assessment") == [("definitif",)]


async def test_a_final_export_with_blanks_is_refused_in_place(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await open_with_the_file_alone(pilot)
        await press(pilot, "right", "f9")
        assert "Il reste à compléter" in shown(pilot)
    assert list(folder.iterdir()) == []


async def test_a_wrong_folder_is_said_in_place(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await open_with_the_file_alone(pilot)
        await press(pilot, "tab", "tab")
        for typed, sentence in (
            ("", "Indiquez le dossier"),
            ("/nulle/part", "n’existe pas"),
            ("~personne-ici/x", "n’existe pas"),
        ):
            await press(pilot, "end", "ctrl+u")
            await paste(pilot, typed)
            await press(pilot, "f9")
            assert sentence in shown(pilot), typed
    assert list(folder.iterdir()) == []


async def test_a_folder_pasted_with_quotes_is_taken(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    other = tmp_path / "Été à l’étranger"
    other.mkdir()
    async with running(tmp_path) as pilot:
        await open_with_the_file_alone(pilot)
        await choose_folder(pilot, f'"{other}"')
        await press(pilot, "f9")
    assert len(list(other.iterdir())) == 1


async def test_hostile_folders_are_only_refused(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await open_with_the_file_alone(pilot)
        await press(pilot, "tab", "tab", "end")
        for text in some(HOSTILE_TEXTS):
            await press(pilot, "ctrl+u")
            await paste(pilot, f"{folder}/{text}")
            await press(pilot, "f9")
            assert not control_characters(shown(pilot))
    assert list(folder.iterdir()) == []


async def test_a_finding_leads_to_its_place(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f9", "shift+tab", "enter")
        assert page(pilot) == "GridScreen"


async def test_the_folder_written_to_is_proposed_again(tmp_path: Path, folder: Path) -> None:
    make(tmp_path)
    other = tmp_path / "Autre"
    other.mkdir()
    async with running(tmp_path, (120, 40)) as pilot:
        await open_with_the_file_alone(pilot)
        await choose_folder(pilot, str(other))
        await press(pilot, "f9", "escape", "e")
        proposed = pilot.app.screen.query(TextField).first().value
    assert proposed == str(other)
    assert len(list(other.iterdir())) == 1
    assert not list(folder.iterdir())
