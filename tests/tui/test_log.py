"""Carnet: a fact in ten seconds, from its page or a line; taken into a comment or a number with one key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating, Territory
from ctg_tui.domain.log import LogEntry
from ctg_tui.services.log import LogBook
from ctg_tui.storage import writer
from ctg_tui.tui.widgets.log import FactPane
from tests.databases import open_workspace, read_again
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    faults_of_typography,
    flush,
    held,
    in_database,
    make,
    make_final,
    messages,
    on_grid,
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

FACT = LogEntry(date(2026, 5, 12), "COPIL, 9 présents", ("m1.a01",), ("m1.i02",), 3)


def stored(folder: Path, territory: Territory = IDENTITY.territory) -> list[LogEntry]:
    workspace = open_workspace(folder)
    try:
        return [fact.entry for fact in LogBook(workspace.store, territory).facts]
    finally:
        workspace.close()


def note(folder: Path, *entries: LogEntry) -> None:
    workspace = open_workspace(folder)
    book = LogBook(workspace.store, IDENTITY.territory)
    for entry in entries:
        book.note(entry)
    workspace.close()


async def test_a_fact_is_noted_on_the_line_of_the_grid_and_the_grid_is_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (60, 16)) as pilot:
        await press(pilot, "down", "k")
        assert page(pilot) == "LogScreen"
        await write(pilot, "COPIL, 9 présents")
        async for size in resized(pilot, (60, 16), (80, 24), (200, 60)):
            assert "1.2" in shown(pilot), size
            assert "COPIL, 9 présents" in shown(pilot), size
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"
    (entry,) = stored(tmp_path)
    assert (entry.text, entry.activities, entry.on) == ("COPIL, 9 présents", ("m1.a02",), date(2027, 1, 12))


async def test_from_the_grid_escape_leads_to_the_list_then_back_to_the_grid(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "k", "escape", "ctrl+z")
        await until_shown(pilot, "Aucun fait noté")
        await press(pilot, "escape")
        assert page(pilot) == "GridScreen"
    assert stored(tmp_path) == []


async def test_the_facts_of_the_year_go_into_the_comment_with_one_key_and_undo_takes_them_back(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    note(tmp_path, FACT, FACT._replace(on=date(2026, 3, 31), text="L’année d’avant"))
    async with on_grid(tmp_path, (120, 40)) as pilot:
        await until_shown(pilot, "▤ carnet : 1 fait cette année")
        await press(pilot, "j")
        taken = {"m1.a01": "12\u00a0mai 2026\u00a0: COPIL, 9 présents"}
        await until(pilot, lambda: read_again(tmp_path).comments == taken, "the comment")
        await press(pilot, "j")
        assert read_again(tmp_path).comments == taken
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: not read_again(tmp_path).comments, "no comment")
        await press(pilot, "down", "j")
        assert "Aucun fait au carnet" in shown(pilot)
    assert len(stored(tmp_path)) == 2


async def test_a_fact_that_waits_for_the_disk_is_taken_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 3600)  # no try of its own
    make(tmp_path)
    async with on_grid(tmp_path, (120, 40)) as pilot:
        await press(pilot, "k")
        await write(pilot, "COPIL, 9 présents")
        with held(tmp_path):
            await press(pilot, "enter")
            await until_shown(pilot, "NON ENREGISTRÉ")
            pilot.app.clear_notifications()
            await press(pilot, "j")
            assert not any("Aucun fait" in message for message in messages(pilot)), "it is not known yet"
        await press(pilot, "j")
        await until(pilot, lambda: "COPIL" in read_again(tmp_path).comments.get("m1.a01", ""), "the comment")


async def test_a_fact_written_by_a_later_try_is_shown_and_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.2)
    make(tmp_path)
    async with on_grid(tmp_path, (120, 40)) as pilot:
        await press(pilot, "k")
        await write(pilot, "COPIL, 9 présents")
        with held(tmp_path):
            await press(pilot, "enter")
            await until_shown(pilot, "NON ENREGISTRÉ")
        await until_shown(pilot, "carnet : 1 fait cette année")
        await press(pilot, "j")
    assert "COPIL" in read_again(tmp_path).comments["m1.a01"]


async def test_what_is_taken_is_added_to_the_comment_that_is_there(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Déjà écrit.")
        await press(pilot, "escape", "j")
    assert read_again(tmp_path).comments["m1.a01"].splitlines() == [
        "Déjà écrit.",
        "12\u00a0mai 2026\u00a0: COPIL, 9 présents",
    ]


async def test_only_the_facts_that_the_comment_did_not_have_are_said_to_be_taken(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT)
    async with on_grid(tmp_path, (120, 40)) as pilot:
        await press(pilot, "j", "k")
        await write(pilot, "Une réunion de plus")
        await press(pilot, "enter", "j")
        assert "1\u00a0fait du carnet repris dans le commentaire" in shown(pilot)
    assert len(read_again(tmp_path).comments["m1.a01"].splitlines()) == 2


async def test_an_indicator_offers_what_the_log_counts_and_takes_it_with_one_key(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT, FACT._replace(number=None, text="Réunion"))
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3")
        await until_shown(pilot, "2 faits au carnet : reprendre 4")
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: read_again(tmp_path).numbers == {"m1.i02": 4}, "the number")
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: not read_again(tmp_path).numbers, "no number")


async def test_the_page_shows_the_year_and_the_years_before(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT, FACT._replace(on=date(2025, 6, 1), text="Il y a longtemps"))
    async with running(tmp_path) as pilot:
        await press(pilot, "k")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in (
                "Cette année",
                "COPIL, 9 présents · 1.1, 1.i2",
                "Les années précédentes",
                "longtemps",
            ):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)
        await press(pilot, "n")
        assert not faults_of_typography(shown(pilot))


async def test_a_fact_is_corrected_removed_and_given_back(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT)
    async with running(tmp_path) as pilot:
        await press(pilot, "k", "enter")
        await write(pilot, " et le DGS")
        await press(pilot, "enter")
        changed = [FACT._replace(text="COPIL, 9 présents et le DGS")]
        await until(pilot, lambda: "DGS" in shown(pilot), "the correction")
        await press(pilot, "delete")
        await until_shown(pilot, "Aucun fait noté")
        await press(pilot, "ctrl+z")
        await until_shown(pilot, "DGS")
        await press(pilot, "ctrl+y")
        await until_shown(pilot, "Aucun fait noté")
        await press(pilot, "ctrl+z")
    assert stored(tmp_path) == changed


async def test_escape_creates_nothing_and_leaving_by_the_cross_keeps_what_was_typed(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "k", "n")
        await write(pilot, "Rien")
        await press(pilot, "escape")
        assert in_database(tmp_path, "SELECT * FROM value WHERE field = 'carnet'") == []
        await press(pilot, "n")
        await write(pilot, "Tout")
        flush(pilot)
    assert [entry.text for entry in stored(tmp_path)] == ["Tout"]


async def test_escape_takes_back_what_going_elsewhere_saved_meanwhile(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, FACT)
    async with running(tmp_path) as pilot:
        await press(pilot, "k", "n")
        await write(pilot, "Pas encore")
        await press(pilot, "f1", "escape", "escape")
        await until_shown(pilot, "Rien n’a été noté au carnet.")
        assert "1\u00a0fait" in shown(pilot).splitlines()[0]
        await press(pilot, "home", "down", "enter")
        await write(pilot, " de plus")
        await press(pilot, "f1", "escape", "escape")
        await until_shown(pilot, "Rien n’a été noté au carnet.")
    assert stored(tmp_path) == [FACT]


async def test_undo_while_a_fact_is_written_says_what_to_do_instead(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "k")
        await write(pilot, "COPIL")
        await press(pilot, "ctrl+z")
        assert "Ce fait n’est pas encore noté." in shown(pilot)
        await press(pilot, "enter")
    assert [entry.text for entry in stored(tmp_path)] == ["COPIL"]


async def test_a_wrong_field_is_said_below_it_and_nothing_is_noted(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "k", "n", "enter")
        assert "Écrivez ce qui s’est passé" in shown(pilot)
        await write(pilot, "COPIL")
        await press(pilot, "tab")
        await write(pilot, "x")
        await press(pilot, "tab")
        await write(pilot, "9.9")
        await press(pilot, "enter")
        assert "n’est pas dans la grille" in shown(pilot)
        assert "Une date s’écrit" in shown(pilot)
        assert in_database(tmp_path, "SELECT * FROM value WHERE field = 'carnet'") == []
        await press(pilot, "backspace")  # the cursor is on the date, which is right again
        await press(pilot, "enter")
        assert "Une date s’écrit" not in shown(pilot)
        await press(pilot, *["backspace"] * 3, "enter")
    assert [(entry.text, entry.on) for entry in stored(tmp_path)] == [("COPIL", date(2027, 1, 12))]


async def test_without_an_assessment_the_log_of_a_new_territory_is_begun(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "k")
        assert page(pilot) == "LogScreen"
        await press(pilot, "n")
        await write(pilot, "Val de Charente")
        await press(pilot, "tab")
        await write(pilot, "Prise de poste")
        await press(pilot, "enter")
        await until_shown(pilot, "Prise de poste")
    assert [entry.text for entry in stored(tmp_path)] == ["Prise de poste"]


async def test_a_final_assessment_still_lets_a_fact_be_noted_and_takes_none(tmp_path: Path) -> None:
    make_final(tmp_path)
    note(tmp_path, FACT)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "j", "k")
        await write(pilot, "Après l’envoi")
        await press(pilot, "enter")
    assert {entry.text for entry in stored(tmp_path)} == {"Après l’envoi", FACT.text}
    assert not read_again(tmp_path).comments


async def test_a_hostile_fact_is_plain_text_everywhere(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, "k", "n")
        await paste(pilot, "[red]x[/] [/foo] \x1b]52;c;cGlyYXRl\x07")
        assert pilot.app.screen.query_one(FactPane).sentence.value
        await press(pilot, "enter")
        assert "[/foo]" in shown(pilot)
        assert not control_characters(shown(pilot))


async def test_the_log_of_a_territory_renamed_since_is_found_again(tmp_path: Path) -> None:
    make(tmp_path)
    workspace = open_workspace(tmp_path)
    LogBook(workspace.store, Territory("Ancien nom")).note(FACT)
    workspace.close()
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "k")
        await until_shown(pilot, "Les carnets d’autres territoires")
        await press(pilot, "end", "enter")
        await until_shown(pilot, "Carnet · Ancien nom")
        assert FACT.text in shown(pilot)
