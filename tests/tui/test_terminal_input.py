"""Decoding of keys and pastes: any byte is text, and no text inside a paste acts as a key."""

from __future__ import annotations

import sys
import threading
from types import ModuleType

import pytest
import textual.drivers
from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from ctg_tui.tui.terminal import TolerantDecoder, take_any_bytes
from ctg_tui.tui.textual_internals import KeyParser

START, END = b"\x1b[200~", b"\x1b[201~"


def read(*pieces: bytes) -> str:
    decoder = TolerantDecoder()
    return "".join(decoder.decode(piece) for piece in pieces)


@st.composite
def cut(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """Draw the same bytes, in pieces."""
    edges = sorted(draw(st.lists(st.integers(0, len(data)), max_size=6)))
    return [data[start:end] for start, end in zip([0, *edges], [*edges, len(data)], strict=True)]


def test_keys_are_given_at_once_and_as_they_are() -> None:
    for typed in (b"\x1b", b"\x1b[A", b"\x1bOP", b"\x1b[20", b"\x1b[201~", "é".encode(), b"\x1b[<0;10;10M"):
        assert read(typed) == typed.decode()


def test_a_byte_that_is_no_utf_8_shows_and_stops_nothing() -> None:
    assert read(b"a\xffb\xe9", b"c") == "a\ufffdb\ufffdc"


@given(st.data())
def test_an_escape_inside_a_paste_is_no_escape_however_it_is_cut(data: st.DataObject) -> None:
    pasted = data.draw(
        st.lists(st.sampled_from([b"\x1b", b"[200~", b"[20", b"[2J", b"a", "é".encode(), b"\n"]), max_size=12)
    )
    inside = b"".join(pasted)
    whole = b"x\x1b[A" + START + inside + END + b"\x1b[By\x1b"
    wanted = "x\x1b[A\x1b[200~" + inside.decode().replace("\x1b", "\ufffd") + "\x1b[201~\x1b[By\x1b"
    assert read(*data.draw(cut(whole))) == wanted


def test_what_follows_an_escape_in_a_paste_is_never_a_key() -> None:
    events = list(XTermParser().feed(read(START + b"\x1b[2J\x1bOPoui\x1b0123" + END)))
    assert [type(event) for event in events] == [Paste]
    assert isinstance(events[0], Paste)
    assert "oui" in events[0].text


def test_after_a_paste_keys_are_keys_again() -> None:
    events = list(XTermParser().feed(read(START + b"a\x1b", END, b"\x1b[A2")))
    assert [event.key for event in events if isinstance(event, Key)] == ["up", "2"]


@pytest.mark.parametrize("letter", "n2é7@€ùN ")
def test_an_escape_and_a_letter_that_come_together_are_these_two_keys(letter: str) -> None:
    for pieces in ([f"\x1b{letter}z\x1b[A"], ["\x1b", f"{letter}z\x1b", "[A"]):
        parser = KeyParser()
        events = [event for piece in pieces for event in parser.feed(piece)]
        keys = [(event.key, event.character) for event in events if isinstance(event, Key)]
        assert keys[0] == ("escape", "\x1b")
        assert keys[1][1] == letter
        assert keys[2:] == [("z", "z"), ("up", None)]


def test_two_escapes_in_a_row_are_two_escapes_and_sequences_stay_keys() -> None:
    typed = "\x1bn\x1b\x1b[A\x1bOP\x1b[<0;10;10M\x1b[27u\x1bb"
    events = list(KeyParser().feed(typed))
    keys = [event.key for event in events if isinstance(event, Key)]
    assert keys == ["escape", "n", "escape", "up", "f1", "escape", "ctrl+left"]


def test_on_windows_half_a_character_does_not_end_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    listened: list[int] = []

    class EventMonitor:
        exit_event = threading.Event()

        def run(self) -> None:
            """Run as Textual's class does, which ends when it cannot decode the bytes read."""
            listened.append(1)
            if len(listened) == 3:
                self.exit_event.set()

    win32 = ModuleType("textual.drivers.win32")
    win32.EventMonitor = EventMonitor  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "textual.drivers.win32", win32)
    monkeypatch.setattr(textual.drivers, "win32", win32, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    take_any_bytes()
    win32.EventMonitor().run()
    assert len(listened) == 3
