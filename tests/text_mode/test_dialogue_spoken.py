"""What is said: short lines, cut where one breathes, without a sign that says nothing aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import clean
from ctg_tui.text_mode.dialogue import WIDTH, Word, command, lines, note_of, without_mark
from tests.each_row import each_row
from tests.strategies import HOSTILE_TEXTS


@each_row("text", HOSTILE_TEXTS)
def test_no_line_is_too_long_whatever_the_text(text: str) -> None:
    assert all(cell_len(line) <= WIDTH for line in lines(clean(text, multiline=True)))


@given(st.lists(st.text("abcdé.,:;?! »", max_size=30), max_size=20))
def test_cutting_loses_no_word(words: list[str]) -> None:
    text = " ".join(" ".join(words).split())
    assert " ".join(lines(text)).split() == text.split()
    assert all(cell_len(line) <= WIDTH for line in lines(text))


def test_a_figure_never_stands_alone_on_a_line() -> None:
    text = "Mission 1, toutes les politiques : 4 points sur 6 possibles (2 notes × 3) : 67 %."
    assert lines(text) == [
        "Mission 1, toutes les politiques :",
        "4 points sur 6 possibles (2 notes × 3) : 67 %.",
    ]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("°\N{NO-BREAK SPACE}Toutes les lignes proposées", "Toutes les lignes proposées"),
        ("16 réponses ° aux lignes proposées", "16 réponses aux lignes proposées"),
        ("Lignes proposées\N{NO-BREAK SPACE}°", "Lignes proposées"),
    ],
)
def test_the_mark_of_proposed_lines_is_not_said(marked: str, expected: str) -> None:
    assert without_mark(marked) == expected


@each_row(
    "typed, word",
    [
        *(("échelle", (Word.SCALE, "")), ("ECHELLE", (Word.SCALE, "")), ("  pourquoi ?", (Word.WHY, ""))),
        *(("?", (Word.HELP, "")), ("aller 2.3", (Word.GO, "2.3")), ("aller", (None, "aller"))),
        ("nc politique", (Word.COLUMN, "politique")),
        *(("", (Word.NOTHING, "")), ("retour au COPIL", (None, "retour au COPIL"))),
    ],
)
def test_commands_are_understood_with_or_without_accents(typed: str, word: tuple[Word | None, str]) -> None:
    assert command(typed) == word


@each_row(
    "typed, note",
    [
        *(("0", Rating.NO), ("3", Rating.FULLY), ("NC", NOT_CONCERNED), ("x", NOT_CONCERNED)),
        *(("Non concerné", NOT_CONCERNED), ("à", Rating.NO), ("é", Rating.MOSTLY), ("4", None)),
        *(("2-3", None), ("", None), ("²", None)),
    ],
)
def test_notes_are_understood_and_never_guessed(typed: str, note: Answer | None) -> None:
    assert note_of(typed, azerty=True) == note


def test_keys_without_shift_are_notes_on_an_azerty_keyboard_only() -> None:
    assert note_of("é", azerty=False) is None
