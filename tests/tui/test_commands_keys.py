"""One meaning per key: every terminal lets it through, and it does the same in the whole program."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from typing import TypeVar

from textual.keys import Keys

from ctg_tui import tui
from ctg_tui.tui.commands import APP_COMMANDS, STEP_COMMANDS, Command
from ctg_tui.tui.page import Page

Made = TypeVar("Made")
F_KEYS = {
    "f1": ("help",),
    "f2": ("palette",),
    "f3": ("next_blank", "next_section"),
    "f4": ("visit('RESULTS')",),
    "f5": ("next_step", "begin"),
    "f6": ("put_date",),
    "f7": ("search", "filter"),
    "f8": ("why",),
    "f9": ("visit('SENDING')", "write"),
}
"""What each F-key runs, in the whole program: one meaning each."""
SAFE = re.compile(
    r"f[1-9]|escape|enter|up|down|left|right|pageup|pagedown|home|end|space|tab|shift\+tab|delete|backspace|ctrl\+[szyrogq]|."
)
"""The keys that every terminal lets through."""
_SAME = {
    **dict.fromkeys(("recues.recevoir", "grilles.installer"), "prendre un fichier"),
    **dict.fromkeys(("accueil.fichier", "recues.ouvrir"), "ouvrir un fichier"),
    **dict.fromkeys(("accueil.changements", "envoi.changements"), "lire les changements"),
}
"""The same verb on another list is the same meaning."""


def below(cls: type[Made]) -> set[type[Made]]:
    """Return `cls` and all its subclasses, of every module of the interface."""
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        import_module(module.name)
    found = {cls}
    for subclass in cls.__subclasses__():
        found |= below(subclass)
    return found


def every_command() -> list[Command]:
    own = [command for cls in below(Page) for command in cls.KEY_COMMANDS]
    return [*{command.id: command for command in (*own, *STEP_COMMANDS, *APP_COMMANDS)}.values()]


def test_every_terminal_lets_each_key_through_and_only_quitting_goes_before_typed_text() -> None:
    known = {key.value for key in Keys}
    for command in every_command():
        for key in (*command.keys, *command.letters):
            assert SAFE.fullmatch(key), (command.id, key)
        for key in command.keys:
            assert key in known, (command.id, key)
            assert len(key) > 1, f"{command.id}: « {key} » would act while a text is typed"
    assert [command.id for command in every_command() if command.priority] == [
        "reponse.garder",
        "app.quitter",
    ]


def test_no_two_commands_of_a_page_share_a_key_and_each_does_something() -> None:
    for page in below(Page):
        taken: dict[str, str] = {}
        for command in (*page.KEY_COMMANDS, *APP_COMMANDS):
            for key in (*command.keys, *command.letters):
                assert key not in taken, (page, key, command.id, taken.get(key))
                taken[key] = command.id
        for command in page.KEY_COMMANDS:
            assert hasattr(page, f"action_{command.action.partition('(')[0]}"), command.id


def test_an_f_key_has_one_meaning_in_the_whole_program_and_a_letter_two_at_most() -> None:
    meanings: dict[str, set[str]] = {}
    for command in every_command():
        for key in command.keys:
            assert command.action in F_KEYS.get(key, (command.action,)), command.id
            assert key in F_KEYS or not re.fullmatch(r"f\d+", key), command.id
        for letter in command.letters:
            if len(letter) == 1:
                meanings.setdefault(letter, set()).add(_SAME.get(command.id, command.id))
    assert not {letter: found for letter, found in meanings.items() if len(found) > 2}
