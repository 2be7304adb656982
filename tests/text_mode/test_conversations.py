"""Questions and answers, in this process: each answer is stored before it is said, nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.storage import journal
from ctg_tui.text_mode.dialogue import WIDTH
from tests.databases import read_again
from tests.each_row import each_row
from tests.strategies import HOSTILE_TEXTS, charente
from tests.text_mode.talker import Script, talk_in_grid
from tests.threads import caf_says, hears

FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a01", "education")


def said(script: Script) -> str:
    return " ".join(script.text.split())


# The grid.


def test_notes_and_commands_are_typed_with_or_without_accents_and_shift(folder: Path) -> None:
    typed = ("0", "3", "NC", "x", "Non concerné", "à", "é", "  ECHELLE ", "SUIVANTE", '"')
    script = talk_in_grid(folder, *typed)
    answers = read_again(folder).answers
    assert [answers[cell] for cell in charente().cells[:7]] == [0, 3, *[NOT_CONCERNED] * 3, 0, 2]
    assert answers[charente().cells[8]] == Rating.FULLY, "« suivante » goes past the cell asked about"
    assert "NC : Non concerné" in script.lines
    assert script.lines.index("Enregistré : Famille, 0.") < script.lines.index("Enregistré : Éducation, 3.")
    assert "Rien n’a été changé." not in script.text


def test_the_grid_goes_on_at_the_blank_after_the_line_that_was_left(folder: Path) -> None:
    script = talk_in_grid(folder, "2", "3", "1", "aller 1.5", "2", "3", "1", "aller 1.5")
    assert "ligne 5 sur 14. Famille, actuellement 2" in script.text
    before = read_again(folder)
    talk_in_grid(folder, "2")
    answers = dict(read_again(folder).answers)
    assert answers.pop(Cell("m1.a06", "famille")) == Rating.MOSTLY
    assert answers == before.answers, "1.2, blank too, stays so"


def test_a_point_of_the_caf_that_was_answered_is_answered_again_on_its_line(folder: Path) -> None:
    hears(folder, caf_says("m1.a01", "Avec quels partenaires ?"))
    talk_in_grid(folder, "aller 1.1", "répondre", "", "Le département.")
    script = talk_in_grid(folder, "aller 1.1", "répondre", "", "Et la commune.")
    assert "La Caf n’a rien dit" not in script.text
    (answer,) = read_again(folder).drafts.values()
    assert answer.words == "Le département.\nEt la commune."


IMPOSSIBLE = (*("4", "2-3", "²", "retour au COPIL", "\x1b[A", "\x00", "x" * 5_000, "aller 9.9"),)


@each_row("typed", IMPOSSIBLE)
def test_an_impossible_note_changes_nothing_and_says_so(folder: Path, typed: str) -> None:
    script = talk_in_grid(folder, typed)
    assert "Rien n’a été changé." in script.text
    assert not read_again(folder).answers
    assert "\x1b" not in script.text


def test_a_comment_is_stored_line_by_line_and_goes_on(folder: Path) -> None:
    talk_in_grid(folder, "commentaire", "Première ligne", "commentaire", "deuxième, œuvre à 12 €")
    assert read_again(folder).comments == {"m1.a01": "Première ligne\ndeuxième, œuvre à 12 €"}
    script = talk_in_grid(folder, "commentaire", "x" * MAX_TEXT_LENGTH, "la suite")
    assert "Première ligne" in script.text
    assert "caractères au plus. Rien n’a été changé." in script.text
    assert read_again(folder).comments["m1.a01"].endswith("12 €\nla suite")
    talk_in_grid(folder, "commentaire", "effacer")
    assert not read_again(folder).comments


def test_hostile_texts_are_stored_clean_and_said_in_short_lines(folder: Path) -> None:
    typed = list[str]()
    for rank, text in enumerate(HOSTILE_TEXTS):
        typed += [
            f"aller 1.{rank % 14 + 1}",
            "commentaire",
            text.replace("\n", " ").replace("\r", " "),
            "lire",
        ]
    script = talk_in_grid(folder, *typed, "résultats")
    assert all(cell_len(line) <= WIDTH for line in script.lines)
    assert "\x1b" not in script.text
    assert len(read_again(folder).comments) > 9


# On the disk, then said.


def test_nothing_is_said_as_saved_before_it_is_on_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk refuses one note, which is not taken: the next answer is of the same cell."""
    record = journal.record
    refusals = [NotSaved("disque-plein", "Le disque est plein.", "Libérez de la place.")]

    def refusing(*arguments: object, **named: object) -> object:
        if refusals:
            raise refusals.pop()
        return record(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "record", refusing)
    script = talk_in_grid(folder, "2", "3")
    assert script.text.index("Ce n’est pas enregistré.") < script.text.index("Enregistré : ")
    assert "Enregistré : Famille, 2" not in script.text
    assert [*read_again(folder).answers.values()] == [Rating.FULLY]
