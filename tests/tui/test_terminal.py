"""The real program in a real terminal: what its window shows, and what it takes from its environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import NOT_CONCERNED
from tests.databases import read_again
from tests.tui.driving import make
from tests.tui.terminal import opened, settled, to_grid


def test_what_is_undone_outside_the_grid_goes_away_from_the_window_too(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        terminal.wait_for("Val de Charente")
        terminal.type("\x1bOS")  # F4
        terminal.wait_for("Résultats")
        terminal.type("\x1b[15~")  # F5
        terminal.wait_for("Entrée\u00a0commenter")
        terminal.type("\x1b[15~")  # again: the next step
        terminal.wait_for("Points forts")
        settled(terminal)
        terminal.type("\x1b[B\r")
        terminal.wait_for("Votre texte")
        terminal.type("Texte qui part")
        terminal.wait_for("Texte qui part")
        terminal.type("\x1b")
        settled(terminal, 1.0)
        assert "Texte qui part" in terminal.text
        terminal.type("\x1a")
        settled(terminal, 1.0)
        assert "Texte qui part" not in terminal.text


def test_an_escape_and_a_letter_at_once_leave_the_comment_as_one_after_the_other(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Commentaire de 1.1")
        terminal.type("Fait en mars")
        terminal.wait_for("Fait en mars")
        terminal.type("\x1bn\x1b")
        terminal.wait_for("NC")
        terminal.type("\x11")
        assert terminal.end() == 0
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": "Fait en mars"}
    assert list(stored.answers.values()) == [NOT_CONCERNED]


def test_a_size_left_in_the_environment_does_not_stand_for_the_window(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (120, 40), COLUMNS="80", LINES="24") as terminal:
        to_grid(terminal)
        settled(terminal)
        assert "F1\u00a0aide" in terminal.screen.display[39]
        terminal.screen.resize(30, 100)
        terminal.child.setwinsize(30, 100)
        settled(terminal)
        assert "F1\u00a0aide" in terminal.screen.display[29]


@pytest.mark.night
def test_no_variable_of_textual_makes_a_file_of_what_is_typed_or_shown(tmp_path: Path) -> None:
    make(tmp_path)
    traces = tmp_path / "traces"
    traces.mkdir()
    variables = {
        "TEXTUAL": "debug",
        "TEXTUAL_LOG": str(traces / "touches.txt"),
        "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(traces),
    }
    with opened(tmp_path, (120, 40), **variables) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Commentaire de 1.1")
        terminal.type("entre nous")
        terminal.wait_for("entre nous")
        terminal.type("\x11")
        status = terminal.end()
    assert list(traces.iterdir()) == []
    assert status == 0


def test_no_variable_of_textual_forbids_the_start_or_presses_a_key(tmp_path: Path) -> None:
    make(tmp_path)
    variables = {
        "TEXTUAL_DRIVER": "nulle.part:Pilote",
        "TEXTUAL_COLOR_SYSTEM": "zzz",
        "TEXTUAL_LOG": "/nulle/part/x",
        "TEXTUAL_PRESS": "ctrl+q",
    }
    with opened(tmp_path, (120, 40), **variables) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1 sur 42")
        terminal.type("\x11")
        assert terminal.end() == 0


def test_the_safe_level_writes_only_what_the_classic_windows_console_draws(tmp_path: Path) -> None:
    from ctg_tui.tui.characters import drawable

    make(tmp_path)
    with opened(tmp_path, (120, 40), CTG_TUI_DESSIN="compatible") as terminal:
        to_grid(terminal)
        shown = ""
        for key in ("2", "\x1bOP", "\x1b", "\x1bOQ"):  # a note, F1, Échap, F2
            terminal.type(key)
            settled(terminal, 2)
            shown += terminal.text
    for character in set(terminal.raw.decode("utf-8", "replace")) - {"\ufffd"}:
        if character >= " ":
            assert drawable(character) == character, character
    assert "Donnez " in shown
    assert "Toutes les touches" in shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.night
def test_what_partial_repaints_left_on_the_window_is_what_a_new_window_shows(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    make(tmp_path)
    with opened(tmp_path, size) as terminal:
        to_grid(terminal)
        terminal.type('é"&à0123nnéé\x1b[B\x1b[B\x1b[C3211\x1b[6~')
        terminal.wait_for("► 2.1")
        terminal.type("23n1")
        settled(terminal)
        terminal.type("\x1b[5~")
        terminal.wait_for("► 1.")
        terminal.type("\x1bOS")  # F4 and back
        terminal.wait_for("Il manque avant l’envoi")
        terminal.type("\x1b")
        terminal.wait_for("1 Politiques")
        settled(terminal)
        left = terminal.text
        terminal.type("\x11")
        assert terminal.end() == 0
    with opened(tmp_path, size) as terminal:
        terminal.wait_for("Val de Charente")
        terminal.type("\x07")  # Ctrl+G: where the cursor was left
        terminal.wait_for("1 Politiques")
        settled(terminal)
        anew = terminal.text
    assert left.splitlines()[1:] == anew.splitlines()[1:]
