"""Carnet: a fact in ten seconds, from its page or a line; taken into a comment or a number with one key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.log import LogEntry
from ctg_tui.services.log import LogBook
from ctg_tui.storage import writer
from tests.databases import open_workspace, read_again
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    faults_of_typography,
    held,
    in_database,
    make,
    make_final,
    paste,
    resized,
    shown,
    until,
    until_shown,
    until_written,
)
from tests.tui.person import Person
from tests.tui.test_comments import click_on

LOG = ("k",)
"""The key from the start to the list of facts."""
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


# From the grid: K notes, J takes.


async def test_a_fact_is_noted_on_the_line_of_the_grid_and_escape_drops_it(person: Person) -> None:
    async with person.at("enter", "down", "k", "Rien", "escape", "k", "COPIL, 9 présents", "enter") as person:
        assert person.page == "GridScreen"
        person.sees("Noté au carnet")
    (entry,) = stored(person.folder)
    assert (entry.text, entry.activities, entry.on) == ("COPIL, 9 présents", ("m1.a02",), date(2027, 1, 12))


async def test_from_the_grid_k_and_enter_show_the_form_on_its_line_and_escape_goes_up(person: Person) -> None:
    async with person.at("enter", "down", "k", "enter") as person:
        person.sees("Un fait à noter", "Compte pour 1.2 Développe et suit")
        await person.does("escape")
        person.sees("Aucun fait noté")
        await person.does("escape")
        assert person.page != "LogScreen"
    assert stored(person.folder) == []


async def test_a_fact_noted_in_the_log_of_a_line_leads_back_to_the_line(person: Person) -> None:
    async with person.at("enter", "down", "k", "enter", "COPIL, 9 présents", "enter") as person:
        assert person.page == "GridScreen"
        person.sees("Noté au carnet")
        await person.does("2")
    assert [entry.activities for entry in stored(person.folder)] == [("m1.a02",)]
    assert [cell.activity for cell in person.stored().answers] == ["m1.a02"]


async def test_the_facts_of_the_year_go_into_the_comment_once_and_undo_takes_them_back(
    person: Person,
) -> None:
    make(person.folder)
    note(person.folder, FACT, FACT._replace(on=date(2026, 3, 31), text="L’année d’avant"))
    taken = {"m1.a01": "12\u00a0mai 2026\u00a0: COPIL, 9 présents"}
    async with person.at("enter") as person:
        for _ in range(2):
            await person.does("j", "enter")
            await until(person.pilot, lambda: person.stored().comments == taken, "the comment")
        await person.does("ctrl+z")
        await until(person.pilot, lambda: not person.stored().comments, "no comment")
        await person.does("down", "j", "enter")
        person.sees("Aucun fait au carnet")
        await person.does("up", "enter", "Déjà écrit.", "escape", "j", "enter")
    assert person.stored().comments["m1.a01"].splitlines() == ["Déjà écrit.", taken["m1.a01"]]
    assert len(stored(person.folder)) == 2


async def test_facts_that_the_comment_has_no_room_for_are_not_cut(person: Person) -> None:
    make(person.folder)
    note(person.folder, FACT)
    async with person.at("enter", "enter") as person:
        await paste(person.pilot, "é" * 19_990)
        await person.does("escape", "j", "enter")
        person.sees("le commentaire dépasserait 20 000 caractères", "Rien n’a été changé")
    assert person.stored().comments == {"m1.a01": "é" * 19_990}


async def test_a_fact_that_the_database_refuses_is_still_typed_and_noted_by_the_next_enter(
    person: Person,
) -> None:
    async with person.at("enter", "k", "COPIL, 9 présents") as person:
        with held(person.folder):
            await person.does("enter")
            person.sees("COPIL, 9 présents")
        await person.does("enter")
        person.sees("Noté au carnet")
    assert [entry.text for entry in stored(person.folder)] == ["COPIL, 9 présents"]


# The page.


async def test_the_page_shows_the_year_and_the_years_before_without_an_id(person: Person) -> None:
    make(person.folder)
    note(person.folder, FACT, FACT._replace(on=date(2025, 6, 1), text="Il y a longtemps"))
    async with person.at(*LOG) as person:
        async for size in resized(person.pilot):
            person.sees("Cette année", "COPIL, 9 présents · 1.1, ", "Les années précédentes", "longtemps")
            person.sees(not_=("1.i2", "m1."))
            assert not faults_of_typography(shown(person.pilot)), size
        await person.does("n")
        person.sees("Fait", "Date aujourd’hui, 12/01/2027", "Compte pour", "Nombre")
        assert not faults_of_typography(shown(person.pilot))


async def test_what_a_fact_counts_for_is_chosen_from_a_list_by_a_few_letters(person: Person) -> None:
    async with person.at(*LOG, "n", "Forum", "down", "hier", "down", "tableaux de bord") as person:
        person.sees("Date 11/01/2027", "1.8 Crée et suit des tableaux de bords")
        await person.does("enter", "; 1.3", "enter", "; nombre de reunions", "enter", "down", "4", "enter")
        person.sees("Forum · 1.3, 1.8, ", "nombre 4")
        await person.does("home", "enter")
        person.sees("1.3 ", "1.8 ")
        await person.does("escape")
    (entry,) = stored(person.folder)
    assert (entry.activities, entry.on, entry.number) == (("m1.a08", "m1.a03"), date(2027, 1, 11), 4)
    assert len(entry.indicators) == 1


async def test_what_a_closed_mission_holds_is_not_offered_and_a_fact_that_has_it_keeps_it(
    person: Person,
) -> None:
    make(person.folder, open_missions=())
    note(person.folder, FACT._replace(activities=("m2.a01",), indicators=("m2.i01",)))
    async with person.at(*LOG, "n", "Forum", "down", "down", "diagnostic", "enter") as person:
        person.sees("Aucune ligne ni indicateur ne correspond à « diagnostic »")
        await person.does("end", "ctrl+u", "1.3", "enter", "enter")
        person.sees("Forum · 1.3")
        await person.does("home", "down", "enter")
        person.sees("2.1 Participe au diagnostic")
        await person.does("end", " de mars", "enter")
    kept = next(entry for entry in stored(person.folder) if entry.text.endswith("de mars"))
    assert (kept.activities, kept.indicators) == (("m2.a01",), ("m2.i01",))


async def test_a_word_that_many_lines_have_is_chosen_in_the_list(person: Person) -> None:
    async with person.at(*LOG, "n", "COPIL", "down", "down", "partenar!", "down", "enter", "enter") as person:
        assert person.page == "LogScreen"
    (entry,) = stored(person.folder)
    assert len(entry.activities) + len(entry.indicators) == 1


async def test_a_fact_of_another_grid_keeps_the_lines_that_this_one_does_not_have(person: Person) -> None:
    make(person.folder)
    note(person.folder, FACT._replace(activities=("m1.a01", "m9.a99")))
    async with person.at(*LOG, "enter", " et le DGS", "enter") as person:
        person.sees("COPIL, 9 présents et le DGS · 1.1", not_=("m9.a99",))
    assert stored(person.folder)[0].activities == ("m1.a01", "m9.a99")


async def test_a_fact_is_corrected_removed_and_given_back(person: Person) -> None:
    make(person.folder)
    note(person.folder, FACT)
    async with person.at(*LOG, "enter", " et le DGS", "enter") as person:
        person.sees("DGS")
        await person.does("delete")
        person.sees("Aucun fait noté")
        await person.does("ctrl+z")
        person.sees("DGS")
        await person.does("ctrl+y")
        person.sees("Aucun fait noté")
        await person.does("ctrl+z")
    assert stored(person.folder) == [FACT._replace(text="COPIL, 9 présents et le DGS")]


async def test_escape_creates_nothing_and_leaving_by_the_cross_keeps_what_was_typed(person: Person) -> None:
    async with person.at(*LOG, "n", "Rien", "escape") as person:
        person.sees("Rien n’a été noté au carnet.")
        assert in_database(person.folder, "SELECT * FROM value WHERE field = 'carnet'") == []
        await person.does("n", "Tout")
        person.saves()
    assert [entry.text for entry in stored(person.folder)] == ["Tout"]


async def test_escape_takes_back_what_going_elsewhere_saved_meanwhile(person: Person) -> None:
    make(person.folder)
    note(person.folder, FACT)
    async with person.at(*LOG, "n", "Pas encore", "f1", "escape", "escape") as person:
        person.sees("Rien n’a été noté au carnet.")
        await person.does("home", "down", "enter", " de plus", "f1", "escape", "escape")
        person.sees("Rien n’a été noté au carnet.")
    assert stored(person.folder) == [FACT]


async def test_undo_while_a_fact_is_written_says_what_to_do_instead(person: Person) -> None:
    async with person.at(*LOG, "n", "COPIL", "ctrl+z") as person:
        person.sees("Ce fait n’est pas encore noté.")
        await person.does("enter")
    assert [entry.text for entry in stored(person.folder)] == ["COPIL"]


async def test_without_an_assessment_the_log_of_a_new_territory_is_begun(person: Person) -> None:
    async with person.at(".accueil.carnet", "n", identity=None) as person:
        await person.does("enter")
        person.sees("donnez son nom")
        await person.does("Val de Charente", "tab", "Prise de poste", "enter")
        person.sees("Prise de poste")
    assert [entry.text for entry in stored(person.folder)] == ["Prise de poste"]


async def test_a_final_assessment_still_lets_a_fact_be_noted_and_takes_none(person: Person) -> None:
    make_final(person.folder)
    note(person.folder, FACT)
    async with person.at(*LOG, "n", "Après l’envoi", "enter"):
        pass
    assert {entry.text for entry in stored(person.folder)} == {"Après l’envoi", FACT.text}
    assert not read_again(person.folder).comments


async def test_a_hostile_fact_is_plain_text_everywhere(person: Person) -> None:
    async with person.at(*LOG, "n", "[red]x[/] [/foo] \x1b]52;c;cGlyYXRl\x07!", "enter") as person:
        person.sees("[/foo]")
        assert not control_characters(shown(person.pilot))


async def test_the_log_of_a_territory_renamed_since_is_found_again(person: Person) -> None:
    make(person.folder)
    workspace = open_workspace(person.folder)
    LogBook(workspace.store, Territory("Ancien nom")).note(FACT)
    workspace.close()
    async with person.at(*LOG) as person:
        person.sees("Les carnets d’autres territoires")
        await person.does("end", "enter")
        person.sees("Ancien nom", FACT.text)


async def test_another_territory_is_not_taken_without_a_word_on_the_facts_that_stay(person: Person) -> None:
    make(person.folder)
    note(person.folder, FACT)
    change = (".accueil.renseignements", ".fiche.territoire")
    async with person.at(*change) as person:
        person.sees("Son carnet (1 fait) restera à ce nom")
        await person.does("down", "enter", "ctrl+u", "Ruffec", "enter", "escape", *LOG)
        person.sees("Carnet · Ruffec", "Aucun fait noté", "Les carnets d’autres territoires")
        await person.does("end", "enter")
        person.sees(FACT.text)


async def test_a_fact_is_noted_in_the_log_it_was_begun_in_though_another_is_clicked(person: Person) -> None:
    other = Territory("Autre territoire")
    make(person.folder)
    workspace = open_workspace(person.folder)
    LogBook(workspace.store, other).note(FACT)
    workspace.close()
    async with person.at(*LOG, "n", "Réunion ici") as person:
        await click_on(person.pilot, other.name)
        person.sees("Entrée noter")
        await person.does("enter")
        person.sees("Noté au carnet", other.name)
        await person.does("end", "enter")
        person.sees(FACT.text, not_=("Réunion ici",))
    assert [entry.text for entry in stored(person.folder)] == ["Réunion ici"]


async def test_a_fact_that_waits_for_the_disk_is_written_by_a_later_try(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.2)
    async with person.at(*LOG, "n", "COPIL, 9 présents") as person:
        with held(person.folder):
            await person.does("enter")
            await until_shown(person.pilot, "NON ENREGISTRÉ")
            person.sees("COPIL, 9 présents")
        await until_written(person.pilot)
    assert [entry.text for entry in stored(person.folder)] == ["COPIL, 9 présents"]
