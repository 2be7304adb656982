"""One meaning per F-key in the whole program; F1, F2 and Échap in every bar; Ctrl+Z wherever one types."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from rich.cells import cell_len
from textual.binding import Binding
from textual.screen import ModalScreen, Screen

from ctg_tui import tui
from ctg_tui.tui.commands import APP_COMMANDS, F_KEYS, STEP_COMMANDS, Command
from ctg_tui.tui.pages import PAGES, page_class
from tests.effort import IS_NIGHT
from tests.tui.driving import Driver, make, messages, page, press, resize, running, shown
from tests.tui.test_page_every import PAGES as WAYS
from tests.tui.walk import go_home


def every_command() -> list[Command]:
    own = [command for destination in PAGES for command in page_class(destination).KEY_COMMANDS]
    return [*own, *STEP_COMMANDS, *APP_COMMANDS]


def every_dialog() -> set[type[Screen[object]]]:
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        import_module(module.name)

    def below(cls: type[Screen[object]]) -> set[type[Screen[object]]]:
        found = {cls}
        for subclass in cls.__subclasses__():
            found |= below(subclass)
        return found

    return {cls for cls in below(ModalScreen) if cls.__module__.startswith("ctg_tui.")}


def test_an_f_key_has_one_meaning_in_the_whole_program() -> None:
    for command in every_command():
        for key in command.keys:
            if key in F_KEYS:
                assert command.run in F_KEYS[key], command.id


def test_no_other_f_key_is_used() -> None:
    used = {
        key for command in every_command() for key in command.keys if key[:1] == "f" and key[1:].isdigit()
    }
    assert used <= {*F_KEYS}


def test_in_a_dialog_an_f_key_only_closes_what_it_opened() -> None:
    for dialog in every_dialog():
        for binding in dialog.BINDINGS:
            assert isinstance(binding, Binding)
            keys = {key for key in binding.key.split(",") if key in F_KEYS}
            assert not keys or "close" in binding.action or "dismiss" in binding.action, dialog


def test_what_is_of_one_page_only_is_no_f_key_and_what_is_a_letter_is_no_f_key_elsewhere() -> None:
    for command in every_command():
        for key in command.letters:
            assert key not in F_KEYS


async def test_no_width_drops_help_commands_or_the_way_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        sizes = ((60, 16), (80, 24), (120, 40), (200, 60))
        for rank, (name, keys) in enumerate(WAYS.items()):
            await press(pilot, *keys)
            assert page(pilot) == name
            for size in sizes if IS_NIGHT else sizes[rank % 4 :][:1]:
                await resize(pilot, *size)
                bar = last_line(pilot)
                assert all(words in bar for words in ("Échap", "F1\u00a0aide", "F2\u00a0tout")), (name, bar)
            await go_home(pilot)


def last_line(pilot: Driver) -> str:
    return shown(pilot).splitlines()[-1]


async def test_a_wider_window_never_has_fewer_keys_in_the_bar(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (60, 24)) as pilot:
        await press(pilot, "enter")
        filled = 0
        for width in (60, 80, 100, 120, 160, 200):
            await resize(pilot, width, 40)
            await pilot.pause()
            words = cell_len(last_line(pilot).rstrip())
            assert words <= width
            assert words >= filled
            filled = words


async def test_a_high_window_shows_the_keys_of_the_grid_on_a_line_of_their_own(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter")
        own, everywhere = shown(pilot).splitlines()[-2:]
        for key in ("Entrée", "L", "P", "G", "H", "K", "Ctrl+Z"):
            assert f" {key}\u00a0" in own, key
        for key in ("F3", "F4", "F5", "F7", "F8", "F9", "Échap", "F1", "F2"):
            assert f" {key}\u00a0" in everywhere, key


async def test_ctrl_z_says_when_there_is_nothing_to_undo(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        for keys in (("f",), ("p",), ("enter", "f5", "4"), ("enter", "f5", "3"), ("e",)):
            await press(pilot, *keys, "ctrl+z")
            assert messages(pilot), keys
            assert messages(pilot)[-1].startswith("Il n’y a rien à annuler"), keys
            await go_home(pilot)
