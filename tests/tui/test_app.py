"""The shell: help, palette, themes, sizes; in French, with one definition per command."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingsMap
from textual.color import Color
from textual.keys import Keys

from ctg_tui.system.places import FILE_NAME
from ctg_tui.tui.app import page_class
from ctg_tui.tui.commands import APP_COMMANDS, Command, Destination
from ctg_tui.tui.grid.commands import GRID_COMMANDS
from ctg_tui.tui.settings import THEMES
from tests.tui.driving import (
    Driver,
    grid_screen,
    make,
    on_grid,
    press,
    resize,
    running,
    shown,
)

OWN_COMMANDS = tuple(command for command in GRID_COMMANDS if command.when not in {"is_writing", "has_points"})
"""The commands of the grid where no comment is being written, and of which the Caf said nothing."""
SAFE = re.compile(
    r"f[1-9]|escape|enter|up|down|left|right|pageup|pagedown|home|end|space|tab|shift\+tab|delete|backspace|ctrl\+[szyrogq]|."
)
EVERY_PAGE = [page_class(destination) for destination in Destination]


def every_command() -> list[Command]:
    return [*APP_COMMANDS, *(command for kind in EVERY_PAGE for command in kind.KEY_COMMANDS)]


def test_every_command_uses_only_keys_that_every_terminal_lets_through() -> None:
    for command in every_command():
        for key in (*command.keys, *command.letters):
            assert SAFE.fullmatch(key), (command.id, key)
        for key in command.keys:
            assert len(key) > 1, f"{command.id}: « {key} » would act while a text is typed"


def test_only_quitting_goes_before_typed_text() -> None:
    assert [command.id for command in every_command() if command.priority] == ["app.quitter"]


def test_no_two_commands_of_a_page_share_a_key() -> None:
    for kind in EVERY_PAGE:
        taken: dict[str, str] = {}
        for command in (*kind.KEY_COMMANDS, *APP_COMMANDS):
            for key in (*command.keys, *command.letters):
                assert key not in taken, (kind, key, command.id, taken.get(key))
                taken[key] = command.id


def test_every_command_has_its_action_or_the_page_it_goes_to() -> None:
    for kind in EVERY_PAGE:
        for command in kind.KEY_COMMANDS:
            assert bool(command.action) is (command.goes_to is None), command.id
            assert hasattr(kind, f"action_{command.run.partition('(')[0]}"), command.id


def test_letters_are_bound_through_the_commands_of_a_page_alone() -> None:
    for kind in EVERY_PAGE:
        bound = {key: one.action for key, one in BindingsMap(kind.BINDINGS)}
        letters = {key: command.id for command in kind.KEY_COMMANDS for key in command.letters}
        assert {key: action for key, action in bound.items() if len(key) == 1 and key.islower()} == {
            key: f"letter('{name}')" for key, name in letters.items() if len(key) == 1 and key.islower()
        }, kind
        for key, name in letters.items():
            assert bound[key] == f"letter('{name}')"
            assert len(key) > 1 or bound[key.upper()].startswith("letter(")


async def test_no_word_of_the_framework_in_english(tmp_path: Path) -> None:
    make(tmp_path)
    english = re.compile(
        r"\b(the|quit|press|search|no matches|theme|keys|palette|help|focus|screen|cancel|show|hide|save)\b",
        re.IGNORECASE,
    )
    async with on_grid(tmp_path) as pilot:
        for keys in ((), ("f1",), ("escape", "f2"), ("z", "z", "z"), ("escape", "ctrl+c"), ("ctrl+s",)):
            await press(pilot, *keys)
            text = shown(pilot)
            assert not english.findall(text), (keys, english.findall(text))


def painted_backgrounds(pilot: Driver) -> set[str]:
    """Return the colours behind the characters of the window, as painted."""
    strips = pilot.app.screen._compositor.render_strips()
    styles = [piece.style for line in strips for piece in line if piece.style and piece.style.bgcolor]
    return {style.bgcolor.get_truecolor().hex for style in styles if style.bgcolor}


async def test_the_theme_that_was_kept_is_painted_from_the_first_frame(tmp_path: Path) -> None:
    make(tmp_path)
    for theme in THEMES:
        (tmp_path / FILE_NAME).write_text(json.dumps({"theme": theme}), "utf-8")
        async with running(tmp_path) as pilot:
            painted = painted_backgrounds(pilot)
        colours = THEMES[theme]
        assert colours.background in painted
        assert painted <= {
            colours.background,
            colours.panel,
            *map(colours.variables.get, ("curseur", "ligne")),
        }


async def test_settings_that_are_not_ours_are_as_if_there_were_none(tmp_path: Path) -> None:
    make(tmp_path)
    for content in ("{", "[]", '{"theme": "rose", "clavier": 3}', "\x00", "[" * 100_000):
        (tmp_path / FILE_NAME).write_text(content, "utf-8")
        async with running(tmp_path) as pilot:
            assert pilot.app.theme == "sombre"


@pytest.mark.skipif(sys.platform == "win32", reason="FIFOs and devices are of POSIX")
def test_settings_that_are_no_small_file_are_never_waited_for_nor_followed(tmp_path: Path) -> None:
    stored = tmp_path / FILE_NAME
    stored.write_text(json.dumps({"theme": "contraste"}), "utf-8")
    folders = {name: tmp_path / name for name in ("fifo", "device", "link", "folder", "large")}
    for folder in folders.values():
        folder.mkdir()
    os.mkfifo(folders["fifo"] / FILE_NAME)
    (folders["device"] / FILE_NAME).symlink_to("/dev/zero")
    (folders["link"] / FILE_NAME).symlink_to(stored)
    (folders["folder"] / FILE_NAME).mkdir()
    (folders["large"] / FILE_NAME).write_text(stored.read_text("utf-8") + " " * 1_000_000, "utf-8")
    limit = 1 << 30  # bytes: an endless device must not fill the memory of the machine
    code = (
        "import resource, sys; from pathlib import Path; from ctg_tui.tui import settings;"
        f"resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}));"
        "print([name for name in sys.argv[1:] if settings.load(Path(name)) != settings.DEFAULT_THEME])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, folders.values())],
        capture_output=True,
        timeout=60,
        check=False,
        text=True,
    )
    assert done.stdout == "[]\n", done.stderr[-300:]


async def test_no_color_takes_every_colour_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        filters = pilot.app.get_line_filters()
        line = [Segment("2", Style.parse("#e69ab4 on #17605b"))]
        for each in filters:
            line = each.apply(line, Color.parse("#14161a"))
        style = line[0].style
        assert style is not None
        for colour in (style.color, style.bgcolor):
            assert colour is not None
            assert len({*colour.get_truecolor()}) == 1, "a grey"
        assert "►" in shown(pilot)


async def test_a_window_too_small_says_so_and_comes_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for rank, size in enumerate(((59, 24), (80, 15), (20, 5)), 1):
            await resize(pilot, *size)
            assert "La fenêtre est" in shown(pilot)
            assert "Famille" not in shown(pilot)
            await resize(pilot, 80, 24)
            assert "La fenêtre" not in shown(pilot)
            assert "1 Politiques" in shown(pilot)
            await press(pilot, "2")
            assert len(grid_screen(pilot).view.assessment.answers) == rank


def test_our_names_of_keys_are_those_of_the_framework() -> None:
    known = {key.value for key in Keys}
    for command in every_command():
        for key in command.keys:
            assert key in known, key
