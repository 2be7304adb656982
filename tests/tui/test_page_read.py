"""Screens as a person reads them: nothing cut, no key that does nothing, no message of another page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from ctg_tui.domain.log import LogEntry
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.help import HelpScreen
from ctg_tui.tui.widgets.fields import ActionLine
from ctg_tui.tui.widgets.listing import Listing
from tests.databases import read_again
from tests.tui.driving import (
    key_bar,
    make,
    make_final,
    messages,
    one_line,
    page,
    press,
    running,
    shown,
    until_shown,
    write,
)
from tests.tui.test_log import note, stored

TO_TAKE_FACTS: Final = ("enter", "j", "enter")
"""The keys from the list of assessments to a comment that holds the facts of its line."""


async def test_a_refusal_goes_with_its_page_and_a_warning_about_the_program_stays(tmp_path: Path) -> None:
    make_final(tmp_path)
    async with running(tmp_path) as pilot:
        bar = key_bar(pilot)
        assert "V corriger" in bar, "what comes next once the file is sent"
        assert "D " in bar
        await press(pilot, "enter", "1")
        assert any("modifiable" in message for message in messages(pilot))
        await press(pilot, "f4")
        assert page(pilot) == "ResultsScreen"
        assert not messages(pilot)
        pilot.app.post_message(CtgApp.NotBackedUp("La sauvegarde n’a pas été faite."))
        await press(pilot, "escape", "f4")
        assert page(pilot) == "ResultsScreen"
        assert messages(pilot) == ["La sauvegarde n’a pas été faite."]


async def test_answers_are_left_aside_only_once_that_is_agreed_to(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "pagedown", "2", "d")
        assert "Votre réponse reste ici et ne part plus." in one_line(pilot)
        await press(pilot, "escape")
        assert read_again(tmp_path).open_missions
        await press(pilot, "ctrl+z", "d", "enter")
        assert page(pilot) == "GridScreen", "nothing is lost from sight: nothing is asked"
    assert "m2" not in read_again(tmp_path).open_missions


async def test_the_log_promises_what_it_does_and_reads_a_day_typed_without_shift(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "k")
        assert "supprimer" not in key_bar(pilot), "there is nothing to remove"
        await press(pilot, "n")
        await write(pilot, "COPIL")
        await press(pilot, "tab", *["backspace"] * 10)
        await write(pilot, "é-/&&")
        await press(pilot, "enter")
        assert "Suppr supprimer" in key_bar(pilot)
    assert stored(tmp_path) == [LogEntry(date(2026, 11, 26), "COPIL")]


async def test_the_facts_of_a_line_are_in_its_comment_in_three_keys_at_most(tmp_path: Path) -> None:
    make(tmp_path)
    note(tmp_path, LogEntry(date(2026, 11, 26), "COPIL, 9 présents", ("m1.a01",)))
    async with running(tmp_path) as pilot:
        await press(pilot, *TO_TAKE_FACTS)
        await until_shown(pilot, "repris dans le commentaire")
    assert "COPIL, 9 présents" in read_again(tmp_path).comments["m1.a01"]
    assert len(TO_TAKE_FACTS) <= 3


async def test_the_help_leaves_its_last_lines_free(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "f1", "end")
        screen = pilot.app.screen
        assert isinstance(screen, HelpScreen)
        below = screen.query_one(ActionLine).region.y
        assert below > screen.query_one(Listing).region.bottom


async def test_the_example_is_read_whole_at_the_least_and_the_usual_size(tmp_path: Path) -> None:
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "x")
        await press(pilot, "f6")
        assert page(pilot) == "CommentsReader"
        assert "toute la ligne" not in shown(pilot), "the keys of the page below do nothing here"
        await press(pilot, "escape")
        assert page(pilot) == "GridScreen"
        await press(pilot, "f2", *"le carnet du")
        await press(pilot, "enter")
        assert page(pilot) == "LogScreen"
        assert "reste sur cet ordinateur" not in one_line(pilot)
        assert "rien n’en est gardé" in one_line(pilot)
        await press(pilot, "escape")
        await pilot.resize_terminal(60, 16)
        await press(pilot)
        assert "rien n’est gardé ni envoyé." in shown(pilot)


async def test_each_hint_of_the_form_is_whole_in_the_least_window(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (60, 16)) as pilot:
        await press(pilot, ".accueil.renseignements")
        hints = set()
        for _ in range(11):
            hints.add(shown(pilot).splitlines()[-3].strip())
            await press(pilot, "tab")
        cut = [hint for hint in hints if not hint.endswith(".")]
        assert len(hints) > 6
        assert cut in ([], [""])


async def test_pages_without_anything_to_choose_promise_no_choice(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.grilles")
        assert page(pilot) == "GridsScreen"
        _, *below = shown(pilot).splitlines()
        assert not any("…" in line for line in below), "the name of the grid and its facts are whole"
        assert "comparer" not in key_bar(pilot)
        await press(pilot, "escape", "b")
        await until_shown(pilot, "Aucune pour l’instant")
        assert "restaurer" not in key_bar(pilot)
