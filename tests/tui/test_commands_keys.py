"""One meaning per F-key in the whole program; F1, F2 and Échap in every bar; Ctrl+Z wherever one types."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from textual.binding import Binding
from textual.screen import ModalScreen

from ctg_tui import tui
from ctg_tui.tui.commands import APP_COMMANDS, STEP_COMMANDS, Command, cmd, leave
from ctg_tui.tui.dialogs import Question
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.frame import fitting
from tests.effort import some
from tests.tui.driving import make, messages, press, running
from tests.tui.walk import go_home

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


def every_command() -> list[Command]:
    own = [command for cls in below(Page) for command in cls.KEY_COMMANDS]
    return [*{command.id: command for command in (*own, *STEP_COMMANDS, *APP_COMMANDS)}.values()]


def below(cls: type[Made]) -> set[type[Made]]:
    """Return `cls` and all its subclasses, of every module of the interface."""
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        import_module(module.name)
    found = {cls}
    for subclass in cls.__subclasses__():
        found |= below(subclass)
    return found


def every_dialog() -> set[type[ModalScreen[object]]]:
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


def test_in_a_dialog_an_f_key_closes_what_it_opened_or_goes_where_it_always_goes() -> None:
    for dialog in every_dialog():
        for binding in dialog.BINDINGS:
            assert isinstance(binding, Binding)
            keys = {key for key in binding.key.split(",") if key in F_KEYS}
            is_same = keys == {"f9"} and binding.action == "send"
            assert not keys or is_same or "close" in binding.action or "dismiss" in binding.action, dialog


def test_what_is_of_one_page_only_is_no_f_key_and_what_is_a_letter_is_no_f_key_elsewhere() -> None:
    for command in every_command():
        for key in command.letters:
            assert key not in F_KEYS


def test_a_letter_has_two_meanings_at_most() -> None:
    """The same verb on another list is the same meaning."""
    meanings: dict[str, set[str]] = {}
    for command in every_command():
        for letter in command.letters:
            if len(letter) == 1:
                meanings.setdefault(letter, set()).add(meaning(command))
    assert not {letter: found for letter, found in meanings.items() if len(found) > 2}


_MEANING = {
    **dict.fromkeys(("recues.recevoir", "grilles.installer"), "prendre un fichier"),
    **dict.fromkeys(("accueil.fichier", "recues.ouvrir"), "ouvrir un fichier"),
    **dict.fromkeys(("accueil.changements", "envoi.changements"), "lire les changements"),
}


def meaning(command: Command) -> str:
    return _MEANING.get(command.id, command.id)


def test_no_command_has_two_keys() -> None:
    for command in every_command():
        keys = {*command.keys, *command.letters} - {"left", "right", "up", "down"}
        assert len(keys) <= 1, command.id


def test_letters_do_nothing_over_a_question() -> None:
    """A sentence typed by mistake must not agree to anything."""
    for binding in Question.BINDINGS:
        assert isinstance(binding, Binding)
        assert all(len(key) > 1 for key in binding.key.split(",")), binding


async def test_ctrl_z_says_when_there_is_nothing_to_undo(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        for keys in some(((".accueil.renseignements",), (".accueil.previsionnel",), (".etapes.entretien",))):
            await press(pilot, *keys, "ctrl+z")
            assert messages(pilot), keys
            assert messages(pilot)[-1].startswith("Il n’y a rien à annuler"), keys
            await go_home(pilot)


def test_where_one_of_two_keys_has_room_the_one_that_matters_more_stands() -> None:
    """A short word of a later rank fits too: the key that creates the file goes first."""
    commands = [
        cmd("page.choisir", "enter", "choose", "modifier", 1, "Modifier"),
        cmd("page.question", "q", "ask", "question", 5, "Poser une question"),
        cmd("page.ecrire", "f9", "write", "le fichier", 2, "Créer le fichier"),
        cmd("page.annuler", "ctrl+z", "undo", "annuler", 4, "Annuler"),
        cmd("page.suite", "f5", "next_step", "suite", 0, "Suite"),
        leave("page", 3),
        *(command for command in APP_COMMANDS if command.bar is not None),
    ]
    first = 0
    for width in range(60, 110):
        keys = {command.key_text for command in fitting(commands, width)}
        first = first or (width if "F9" in keys else 0)
        assert "F9" in keys or not first, f"F9 is there in {first} columns, and not in {width}"
    assert first <= 78
