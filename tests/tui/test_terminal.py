"""The real program in a real terminal: a note shown as saved is in the database, however it ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctg_tui.domain.answers import Cell, Rating
from ctg_tui.domain.errors import EXIT_DATABASE
from ctg_tui.services.maintenance import back_up
from tests.databases import DATABASE_NAME, Clock, read_again, spoil_journal
from tests.strategies import charente
from tests.tui.driving import make

pexpect = pytest.importorskip("pexpect", reason="a pseudo-terminal needs POSIX")
pyte = pytest.importorskip("pyte")

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds: other work may share the machine."""


DEAF_TO_HANGUP = (
    "import signal, subprocess, sys;"
    "signal.signal(signal.SIGHUP, signal.SIG_IGN);"
    "sys.exit(subprocess.call(sys.argv[1:]))"
)
"""A program that starts ours and ignores SIGHUP, which only the first program of a terminal receives."""


class Terminal:
    """The program and the text of its window."""

    def __init__(
        self, folder: Path, size: tuple[int, int], starter: Sequence[str] = (), **environment: str
    ) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        known = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **environment}
        self.child = pexpect.spawn(
            sys.executable,
            [*starter, "-m", "ctg_tui", "--base", str(folder / DATABASE_NAME)],
            dimensions=(rows, columns),
            env={**os.environ, **known},
            cwd=ROOT,
            timeout=PATIENCE,
        )

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def type(self, text: str) -> None:
        self.child.send(text.encode())

    def wait_for(self, expected: str) -> None:
        """Read until the window shows `expected`."""
        end = time.monotonic() + PATIENCE
        while expected not in self.text:
            assert time.monotonic() < end, f"« {expected} » never came:\n{self.text}"
            try:
                data = self.child.read_nonblocking(65536, timeout=0.1)
            except (pexpect.TIMEOUT, pexpect.EOF):
                continue
            self.raw += data
            self._stream.feed(data)

    def settle(self, quiet: float = 0.5) -> None:
        """Read until nothing has come for `quiet` seconds: a key is painted in several frames."""
        end = time.monotonic() + quiet
        while time.monotonic() < end:
            try:
                data = self.child.read_nonblocking(65536, timeout=0.1)
            except (pexpect.TIMEOUT, pexpect.EOF):
                continue
            self.raw += data
            self._stream.feed(data)
            end = time.monotonic() + quiet

    def end(self) -> int:
        """Wait for the end; return the exit status, or minus the signal."""
        self.raw += self.child.read()
        self.child.close()
        status = self.child.exitstatus
        return -int(self.child.signalstatus) if status is None else int(status)


@contextmanager
def opened(
    folder: Path, size: tuple[int, int] = (120, 40), starter: Sequence[str] = (), **environment: str
) -> Iterator[Terminal]:
    """Run the program on the database of `folder`; kill it at the end if it still runs."""
    terminal = Terminal(folder, size, starter, **environment)
    try:
        yield terminal
    finally:
        if terminal.child.isalive():
            terminal.child.kill(signal.SIGKILL)
        terminal.child.close(force=True)


def to_grid(terminal: Terminal) -> None:
    terminal.wait_for("Val de Charente")
    terminal.type("\r")
    terminal.wait_for("Réalisation")


def test_after_kill_9_all_that_was_shown_as_saved_is_there_and_the_cursor_stands_there(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1/42")
        terminal.type("&")
        terminal.wait_for("2/42")
        terminal.child.kill(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    answers = read_again(tmp_path).answers
    assert answers == {Cell("m1.a01", "famille"): Rating.MOSTLY, Cell("m1.a01", "education"): Rating.PARTLY}
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("3")
        terminal.wait_for("3/42")
        terminal.type("\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).answers[Cell("m1.a01", "social")] is Rating.FULLY


def test_damage_seen_after_the_first_frame_ends_the_program_with_what_to_do(tmp_path: Path) -> None:
    make(tmp_path)
    back_up(tmp_path / DATABASE_NAME, Clock())
    spoil_journal(tmp_path / DATABASE_NAME)
    spoilt = (tmp_path / DATABASE_NAME).read_bytes()
    with opened(tmp_path) as terminal:
        assert terminal.end() == EXIT_DATABASE
    printed = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert "abîmé" in printed
    assert "ctg-tui docteur" in printed
    assert "Traceback" not in terminal.raw.decode()
    assert (tmp_path / DATABASE_NAME).read_bytes() == spoilt


def test_ctrl_q_in_the_middle_of_a_comment_loses_no_letter(tmp_path: Path) -> None:
    make(tmp_path)
    typed = 'Œuvre « à suivre » : été, 0123 àé&" nN xX — 100\u00a0% …'
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Échap pour finir")
        terminal.type(typed)
        terminal.type("\x11")
        assert terminal.end() == 0
    assert read_again(tmp_path).comments == {"m1.a01": typed}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_saves_the_text_and_gives_the_terminal_back(tmp_path: Path, number: signal.Signals) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Échap pour finir")
        terminal.type("avant la fin")
        terminal.wait_for("avant la fin")
        terminal.child.kill(number)
        assert terminal.end() == 128 + number
    assert read_again(tmp_path).comments == {"m1.a01": "avant la fin"}
    assert b"\x1b[?1049l" in terminal.raw, "back from the alternate screen"
    assert b"\x1b[?25h" in terminal.raw, "the cursor is visible again"


def test_what_is_undone_outside_the_grid_goes_away_from_the_window_too(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        terminal.wait_for("Val de Charente")
        terminal.type("\x1bOS")  # F4
        terminal.wait_for("Ensemble")
        terminal.type("\x1b[15~")  # F5
        terminal.wait_for("La route")
        terminal.type("4")
        terminal.wait_for("Points forts")
        settled(terminal)
        terminal.type("\r")
        terminal.wait_for("Votre texte")
        terminal.type("Texte qui part")
        terminal.wait_for("Texte qui part")
        terminal.type("\x1b")
        settled(terminal, 1.0)
        assert "Texte qui part" in terminal.text
        terminal.type("\x1a")
        settled(terminal, 1.0)
        assert "Texte qui part" not in terminal.text


def test_ctrl_z_undoes_and_never_stops_the_program_not_even_on_its_way_out(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1/42")
        terminal.child.kill(signal.SIGTSTP)  # the effect of Ctrl+Z in a terminal that was given back
        terminal.type("&")
        terminal.wait_for("2/42")
        terminal.type("\x11\x1a")
        while terminal.child.isalive() and b"\x1b[?1049l" not in terminal.raw:
            terminal.raw += terminal.child.read_nonblocking(65536, timeout=PATIENCE)
        terminal.type("\x1a\x1a")
        assert terminal.end() == 0


@pytest.mark.parametrize("starter", [(), ("-c", DEAF_TO_HANGUP, sys.executable)], ids=["alone", "behind"])
def test_closing_the_window_in_the_middle_of_a_comment_loses_no_letter(
    tmp_path: Path, starter: tuple[str, ...]
) -> None:
    make(tmp_path)
    with opened(tmp_path, starter=starter) as terminal:
        to_grid(terminal)
        terminal.type("\r")
        terminal.wait_for("Échap pour finir")
        terminal.type("fenêtre fermée")
        terminal.wait_for("fenêtre fermée")
        terminal.child.ptyproc.fileobj.close()
        end = time.monotonic() + PATIENCE
        while terminal.child.isalive():
            assert time.monotonic() < end, "the program outlives its window"
            time.sleep(0.05)
    assert read_again(tmp_path).comments == {"m1.a01": "fenêtre fermée"}


def test_a_window_that_stopped_reading_and_goes_does_not_keep_the_program(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, starter=("-c", DEAF_TO_HANGUP, sys.executable)) as terminal:
        to_grid(terminal)
        typed = stored = 0
        while typed == stored and typed < 150:  # until the program waits for a terminal that reads nothing
            terminal.type("é")
            typed += 1
            ends = time.monotonic() + 2
            while stored < typed and time.monotonic() < ends:
                stored = len(read_again(tmp_path).answers)
        assert stored < typed, "the program never waited for its terminal"
        terminal.child.ptyproc.fileobj.close()
        end = time.monotonic() + PATIENCE
        while terminal.child.isalive():
            assert time.monotonic() < end, "the program outlives its window"
            time.sleep(0.05)
    assert len(read_again(tmp_path).answers) >= stored


def test_the_whole_of_mission_1_with_unshifted_keys_in_a_small_window(tmp_path: Path) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        to_grid(terminal)
        terminal.type('é"&à' * 10 + "éé")
        terminal.wait_for("42/42")
        terminal.type("\x11")
        assert terminal.end() == 0
    mission = [cell for cell in charente().cells if cell.activity.startswith("m1.")]
    answers = read_again(tmp_path).answers
    assert [answers[cell] for cell in mission[:8]] == [2, 3, 1, 0, 2, 3, 1, 0]
    assert len(answers) == 42


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
        terminal.wait_for("Échap pour finir")
        terminal.type("entre nous")
        terminal.wait_for("entre nous")
        terminal.type("\x11")
        status = terminal.end()
    assert list(traces.iterdir()) == []
    assert status == 0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TEXTUAL_DRIVER", "nulle.part:Pilote"),
        ("TEXTUAL_COLOR_SYSTEM", "zzz"),
        ("TEXTUAL_LOG", "/nulle/part/x"),
        ("TEXTUAL_PRESS", "ctrl+q"),
    ],
)
def test_no_variable_of_textual_forbids_the_start_or_presses_a_key(
    tmp_path: Path, variable: str, value: str
) -> None:
    make(tmp_path)
    with opened(tmp_path, (120, 40), **{variable: value}) as terminal:
        to_grid(terminal)
        terminal.type("é")
        terminal.wait_for("1/42")
        terminal.type("\x11")
        assert terminal.end() == 0


@pytest.mark.parametrize("level", ["riche", "compatible", "ascii"])
def test_each_drawing_level_writes_only_its_own_characters(tmp_path: Path, level: str) -> None:
    from ctg_tui.chart.levels import Level
    from ctg_tui.tui.level import drawable

    make(tmp_path)
    with opened(tmp_path, (120, 40), CTG_TUI_DESSIN=level) as terminal:
        to_grid(terminal) if level != "ascii" else to_ascii_grid(terminal)
        shown = ""
        for key in ("2", "\x1bOP", "\x1b", "\x1bOQ"):  # a note, F1, Échap, F2
            terminal.type(key)
            settled(terminal, 2)
            shown += terminal.text
    if level == "riche":
        assert any("\u2800" < character < "\u2900" for character in terminal.raw.decode("utf-8", "replace"))
        return
    for character in set(terminal.raw.decode("utf-8", "replace")) - {"\ufffd"}:
        if character >= " ":
            assert drawable(character, Level(level)) == character, character
    assert "Mission 1" in shown
    assert "Commandes" in shown


def to_ascii_grid(terminal: Terminal) -> None:
    terminal.wait_for("Val de Charente")
    terminal.type("\r")
    terminal.wait_for("Realisation")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_partial_repaints_left_on_the_window_is_what_a_new_window_shows(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    make(tmp_path)
    with opened(tmp_path, size) as terminal:
        to_grid(terminal)
        terminal.type('é"&à0123nnéé\x1b[B\x1b[B\x1b[C3211\x1b[6~')
        terminal.wait_for("►2 ")
        terminal.type("23n1\x1b[5~")
        terminal.wait_for("16/42")
        terminal.type("\x1bOS")  # F4 and back
        terminal.wait_for("Synthèse")
        terminal.type("\x1b")
        terminal.wait_for("Réalisation")
        settled(terminal)
        left = terminal.text
        terminal.type("\x11")
        assert terminal.end() == 0
    with opened(tmp_path, size) as terminal:
        to_grid(terminal)
        settled(terminal)
        anew = terminal.text
    assert left.splitlines()[1:] == anew.splitlines()[1:]


def settled(terminal: Terminal, seconds: float = 20.0) -> None:
    """Read until no output comes, or for `seconds`: the cursor of a field blinks for ever."""
    quiet = 0
    end = time.monotonic() + seconds
    while quiet < 10 and time.monotonic() < end:
        try:
            data = terminal.child.read_nonblocking(65536, timeout=0.1)
        except pexpect.TIMEOUT:
            quiet += 1
            continue
        quiet = 0
        terminal.raw += data
        terminal._stream.feed(data)


MOUSE_ON, MOUSE_OFF = b"\x1b[?1000h", b"\x1b[?1000l"


def test_the_mouse_is_left_to_the_terminal_by_a_setting_at_once_and_from_the_next_start(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    with opened(tmp_path, (80, 24)) as terminal:
        terminal.wait_for("Val de Charente")
        assert MOUSE_ON in terminal.raw
        terminal.type("\x1bOQ")
        terminal.wait_for("Commandes")
        terminal.type("souris")
        terminal.wait_for("► Se servir de la souris")
        terminal.type("\r")
        terminal.wait_for("Souris laissée")
        terminal.type("\x1b[B\r")
        settled(terminal)
        assert MOUSE_OFF in terminal.raw
        terminal.type("\x11")
        assert terminal.end() == 0
    with opened(tmp_path, (80, 24)) as terminal:
        terminal.wait_for("Val de Charente")
        assert MOUSE_ON not in terminal.raw
