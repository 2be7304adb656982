"""What is typed is kept: through a kill, at any speed, undone and redone across restarts."""

from __future__ import annotations

import re
import signal
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.effort import some
from tests.outside.commands import begin, reported, sent_state
from tests.outside.person import DATA, KEYS, YEAR, Person

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs POSIX")
SCRIPTS: dict[str, Any] = tomllib.loads((DATA / "touches.toml").read_text(encoding="utf-8"))
TYPED = "2310n22031" * 3
"""A note key for each cell from line 1.3 on, and room left after them; `n` is NC."""
LINE = re.compile(r"1\.(\d+) +\S.*?((?:\s+(?:[0-3]|NC|·)){3})(?=\s|$)")
POLICIES = ("famille", "education", "social")
MORE_THAN_ENOUGH = 12
"""Times that undo and redo are pressed: more than there are edits."""


def shown_notes(person: Person) -> dict[tuple[str, str], str]:
    """Return the notes on the screen by line and policy."""
    found: dict[tuple[str, str], str] = {}
    for line in person.text.splitlines():
        if read := LINE.search(line):
            notes = read[2].split()
            found |= {
                (f"m1.a{int(read[1]):02}", policy): note for policy, note in zip(POLICIES, notes, strict=True)
            }
    return {cell: note for cell, note in found.items() if note != "·"}


def stored_notes(state: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    return {(one["activite"], one["politique"]): str(one["note"]) for one in state["reponses"]}


def content(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file for the Caf holds of an assessment, without what tells two files apart."""
    return {key: value for key, value in state.items() if key not in {"document", "evaluation", "integrite"}}


@pytest.mark.parametrize("painted", some((5, 1, 9, 14, 20, 29), 6))
def test_a_note_painted_without_its_mark_outlives_a_kill_and_one_goes_on_at_the_same_cell(
    tmp_path: Path, painted: int
) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    with Person(database) as person:
        person.open_grid()
        person.does("Bas", "Bas")
        person.press(TYPED.encode())
        person.wait_for(lambda _: len(shown_notes(person)) >= painted)
        person.kill(signal.SIGKILL)
        person.wait_end()
        saved = shown_notes(person)
    stored = stored_notes(sent_state(database, 1, tmp_path / "apres"))
    assert saved.items() <= stored.items()
    cells = [(f"m1.a{line:02}", policy) for line in range(3, 15) for policy in POLICIES]
    assert stored == {
        cell: {"n": "NC"}.get(key, key) for cell, key in zip(cells[: len(stored)], TYPED, strict=False)
    }
    with Person(database) as person:
        person.open_grid()
        person.does("3")
        person.quit()
    again = stored_notes(sent_state(database, 1, tmp_path / "ensuite"))
    assert again == stored | {cells[len(stored)]: "3"}


@pytest.mark.parametrize("name", some([*SCRIPTS], 2))
def test_keys_typed_in_one_burst_leave_what_they_leave_typed_slowly(tmp_path: Path, name: str) -> None:
    touches = SCRIPTS[name]["touches"]
    left = []
    for speed in ("lentement", "vite"):
        folder = tmp_path / speed
        folder.mkdir()
        database = folder / "evaluations.db"
        begin(database)
        with Person(database) as person:
            person.open_grid()
            if speed == "vite":
                person.press("".join(KEYS.get(key, key) for key in touches).encode())
                person.settle(quiet=0.5)
            else:
                person.does(*touches)
            person.quit()
        left.append(content(sent_state(database, 1, folder / "envoi")))
    assert left[0]["reponses"], "the script notes something"
    assert left[0] == left[1]


def test_all_undone_is_the_start_and_all_redone_is_the_end_after_restarts(tmp_path: Path) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    start = content(sent_state(database, 1, tmp_path / "debut"))
    states = {}
    typed = ("2", "3", "n", *YEAR["commenter"]["touches"], "Bas", "1")
    for name, keys in (
        ("fait", [key.format(commentaire=YEAR["commentaire"]) for key in typed]),
        ("annule", ["Ctrl+Z"] * MORE_THAN_ENOUGH),
        ("refait", ["Ctrl+Y"] * MORE_THAN_ENOUGH),
    ):
        with Person(database) as person:
            person.open_grid()
            if name == "fait":
                person.does(*keys)
            else:
                person.press("".join(KEYS[key] for key in keys).encode())
                person.settle(quiet=0.5)
            person.quit()
        states[name] = content(sent_state(database, 1, tmp_path / name))
    assert len(states["fait"]["reponses"]) == 4
    assert states["fait"]["commentaires"] != []
    assert states["annule"] == start
    assert states["refait"] == states["fait"]


@pytest.mark.parametrize("size", some([(60, 16), (200, 60), (80, 24)]))
def test_at_every_size_one_key_notes_a_comment_is_written_and_each_page_leads_home(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    with Person(database, size) as person:
        person.sees("Val de")
        person.does("Entrée")
        person.sees("1.1")
        person.does("é", "à", '"', "&", "3", "0")
        person.does("Entrée", "Un texte de la petite fenêtre.", "Échap")
        for key in ("F4", "F5", "F9", "F1"):
            person.does(key, "Échap")
        person.quit()
    state = sent_state(database, 1, tmp_path / "relu")
    assert [one["note"] for one in state["reponses"]] == [2, 0, 3, 1, 3, 0]
    assert [one["texte"] for one in state["commentaires"]] == ["Un texte de la petite fenêtre."]


def test_what_was_undone_is_gone_once_another_note_is_typed_and_a_policy_left_out_is_passed_over(
    tmp_path: Path,
) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    reported(
        database, "remplir", 1, "vous", "personnes.1.nom=Martin", "personnes.1.politiques=famille,social"
    )
    with Person(database) as person:
        person.open_grid()
        person.does("2", "Ctrl+Z", "3", "Ctrl+Y", "Ctrl+Y", "1")
        person.quit()
    notes = [one["note"] for one in sent_state(database, 1, tmp_path / "relu")["reponses"]]
    assert notes == [3, "NC", 1, *["NC"] * 13]


def test_a_comment_bears_the_mark_from_its_first_letter_and_without_it_outlives_the_program(
    tmp_path: Path,
) -> None:
    database, mark = tmp_path / "evaluations.db", "pas encore enregistré"
    begin(database)
    with Person(database) as person:
        person.open_grid()
        assert mark not in person.words
        person.does("L")
        person.let_pass(1.0)
        assert mark in person.words, "it may be dropped"
        person.does("e suivi.")
        person.wait_for(lambda words: mark not in words)
        person.kill(signal.SIGKILL)
        person.wait_end()
    (comment,) = sent_state(database, 1, tmp_path / "relu")["commentaires"]
    assert comment["texte"] == "Le suivi."


def test_a_character_that_a_console_cannot_draw_keeps_its_cells_and_is_stored_as_typed(
    tmp_path: Path,
) -> None:
    database = tmp_path / "evaluations.db"
    begin(database)
    with Person(database, environment={"CTG_TUI_DESSIN": "compatible"}) as person:
        person.open_grid()
        person.does("2", "Entrée", "漢字 fin", "Échap")
        assert "???? fin" in person.words
        person.quit()
    (comment,) = sent_state(database, 1, tmp_path / "relu")["commentaires"]
    assert comment["texte"] == "漢字 fin"
