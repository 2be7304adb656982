"""Texts cleaned: harmless, replacements visible, the same when cleaned twice. Values as JSON and back."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import SAID, Action, Adviser, Coordinator, Said, Territory
from ctg_tui.domain.changes import ACTION
from ctg_tui.domain.details import ADVISER, PERSON, TERRITORY_OF_FILES
from ctg_tui.domain.forecast import FORECAST_LINE, ForecastLine
from ctg_tui.domain.text import (
    MAX_COMBINING_MARKS,
    MAX_TEXT_LENGTH,
    clean,
    fold,
    harmless,
    is_kept,
    match_rank,
    row_of,
    spelt,
    value_of,
)
from tests.cleanness import is_clean
from tests.each_row import each_row
from tests.strategies import HOSTILE_TEXTS, any_texts

BIDI = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
UNSEEN = {"\N{SOFT HYPHEN}", "\ufeff", *map(chr, range(0x200B, 0x2010)), *map(chr, range(0x2060, 0x2065))}


def faults(text: str, *, multiline: bool) -> list[str]:
    """Return the rules that `text` breaks, checked character by character."""
    faults = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category == "Cc" and not (multiline and character == "\n"):
            faults.append(f"control {ord(character):02x}")
        if category == "Cs":
            faults.append("surrogate")
        if character in BIDI or character in "\u2028\u2029\ufffe\uffff":
            faults.append(f"U+{ord(character):04X}")
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MAX_COMBINING_MARKS:
            faults.append("marks")
    faults += ["unseen"] * len(UNSEEN.intersection(text))
    if unicodedata.normalize("NFC", text) != text:
        faults.append("not NFC")
    return faults + ["too long"] * (len(text) > MAX_TEXT_LENGTH)


@given(text=any_texts, multiline=st.booleans())
@example(text=HOSTILE_TEXTS[-1], multiline=True)
def test_nothing_forbidden_is_left_and_cleaning_again_changes_nothing(text: str, multiline: bool) -> None:
    cleaned = clean(text, multiline=multiline)
    assert faults(cleaned, multiline=multiline) == []
    assert clean(cleaned, multiline=multiline) == cleaned
    assert is_clean(cleaned, multiline=multiline)
    assert harmless(text, multiline=multiline)[:MAX_TEXT_LENGTH] == cleaned


@each_row(
    "text, line, lines",
    [
        ("a\x1b[2Jb", "a�[2Jb", "a�[2Jb"),
        ("a\x00\x9b\x7fb", "a���b", "a���b"),
        ("a\r\nb\rc\nd", "a b c d", "a\nb\nc\nd"),
        ("a\u2028b\u2029c\x85d", "a b c d", "a\nb\nc\nd"),
        ("a\tb", "a b", "a b"),
        ("a\x0bb", "a�b", "a�b"),
        ("e\u0301", "é", "é"),
        ("\u202enoM", "�noM", "�noM"),
        ("\ud800", "�", "�"),
        ("« œuvre » — l’été… 12 € ‑", "« œuvre » — l’été… 12 € ‑", "« œuvre » — l’été… 12 € ‑"),
        ("👩\u200d👩\u200d👧 famille", "👩👩👧 famille", "👩👩👧 famille"),
        ("e\u200d\u0301", "é", "é"),
        ("\ufeffVal\u200b de\u00ad Charente\u2060\u200e", "Val de Charente", "Val de Charente"),
        ("[red]x[/red] =1+1 <b>", "[red]x[/red] =1+1 <b>", "[red]x[/red] =1+1 <b>"),
    ],
)
def test_a_text_by_hand(text: str, line: str, lines: str) -> None:
    assert clean(text) == line
    assert clean(text, multiline=True) == lines


@each_row("marks", ["\u0301", "\u0345\u0301\u0327", "\u0344", "\U00011131\U00011127", "\u0f73"])
def test_any_run_of_marks_is_cut_and_cleaning_again_changes_nothing(marks: str) -> None:
    for number in (9, 31, 5_000):
        cleaned = clean("a" + (marks * number)[:number] + "é")
        assert faults(cleaned, multiline=False) == [], number
        assert clean(cleaned) == cleaned, number


def test_a_long_text_is_cut_but_never_for_a_report() -> None:
    assert len(clean("x" * 30_000)) == MAX_TEXT_LENGTH
    assert len(harmless("é—" * 30_000)) == 60_000
    assert not is_clean("x" * (MAX_TEXT_LENGTH + 1))


@each_row(
    "text, folded",
    [
        *(("Éducation", "education"), ("ŒUVRE", "oeuvre"), ("cœur", "coeur")),
        *(("naïveté, ça", "naivete, ca"), ("STRASSE", "strasse"), ("straße", "strasse"), ("ﬁn", "fin")),
    ],
)
def test_a_search_ignores_case_accents_and_ligatures(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(former=st.text("ab", max_size=6), text=st.text("ab", max_size=8))
def test_a_text_is_kept_only_where_taking_something_out_gives_it_back(former: str, text: str) -> None:
    added = max(len(text) - len(former), 0)
    given_back = {text[:place] + text[place + added :] for place in range(len(text) + 1)}
    assert is_kept(former, text) == (former in given_back)


def test_the_whole_phrase_is_nearer_than_its_words() -> None:
    names = ["Lavalette du Devant", "De tout un Val", "Bords du Val de Seine", "Valence"]
    ranks = {name: match_rank("VAL dé", name) for name in names}
    assert ranks["Valence"] is None
    assert sorted((rank, name) for name, rank in ranks.items() if rank is not None) == [
        (0, "Bords du Val de Seine"),
        (1, "De tout un Val"),
        (1, "Lavalette du Devant"),
    ]


# The one codec.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
CODED: list[tuple[Any, Mapping[str, str]]] = [
    (Territory, TERRITORY_OF_FILES),
    (Coordinator, PERSON),
    (Adviser, ADVISER),
    (Action, ACTION),
    (Said, SAID),
    (ForecastLine, FORECAST_LINE),
]


@given(st.sampled_from(CODED), st.data())
def test_a_value_is_read_as_it_was_spelt_and_nonsense_is_refused(
    coded: tuple[Any, Mapping[str, str]], data: st.DataObject
) -> None:
    kind, names = coded
    drawn = data.draw(st.builds(kind))
    required = {name: "" for name in ("ref", "nom", "prenom", "texte", "date") if name in names.values()}
    for short in (True, False):
        row = json.loads(spelt(row_of(drawn, names, short=short)))
        read = value_of(kind, required | row, names)
        assert row_of(read, names) == row_of(drawn, names), "what is cleaned once stays"
    row[data.draw(st.sampled_from(list(names.values())))] = data.draw(JSON)
    try:
        read = value_of(kind, row, names)
    except (ValueError, LookupError, TypeError):
        return
    assert spelt(row_of(read, names))


@each_row(
    "kind, names, row",
    [
        (Territory, TERRITORY_OF_FILES, []),
        (Coordinator, PERSON, {"ref": "c1", "nom": "", "prenom": "", "profil": "autre"}),
        (Coordinator, PERSON, {"nom": "", "prenom": "", "profil": "thematique"}),
        (Action, ACTION, {"quand": "demain"}),
        (Said, SAID, {"date": "2027-03-12T09:30:00Z", "note": 4}),
        (Said, SAID, {"date": "2027-03-12T09:30:00Z", "caf": 1}),
        (Said, SAID, {"texte": "Sans date."}),
        (ForecastLine, FORECAST_LINE, {"centiheures": 1.5}),
    ],
)
def test_what_is_of_another_type_is_refused(kind: Any, names: Mapping[str, str], row: Any) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        value_of(kind, row, names)
