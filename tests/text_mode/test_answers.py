"""What the Caf said, read aloud point by point, and answered by words that are said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Said
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import hear
from ctg_tui.domain.thread import PointState, points_of
from tests.databases import read_again
from tests.strategies import charente
from tests.text_mode.talker import Script, conversation, workspace_in

MARCH = datetime(2027, 3, 12, 9, 30, tzinfo=UTC)
FIRST = Cell("m1.a01", "famille")
QUESTION = Said(MARCH, "Prénom Nom", True, "a" * 32, words="Et les jeunes ?")
PROPOSED = QUESTION._replace(
    line=FIRST.activity, policy=FIRST.policy, read=Rating(2), note=Rating(1), words="Une seule réunion."
)


@pytest.fixture
def answered(folder: Path) -> Path:
    """Return a folder where a note of 2 was answered by the Caf with 1, and with a question on the whole."""
    with workspace_in(folder) as workspace:
        session = workspace.open(1)
        session.rate(FIRST, Rating(2))
        rows = [PROPOSED, PROPOSED._replace(author="Autre Nom"), QUESTION]
        workspace.store.record(1, Edit(Operation.IMPORT, hear(session.assessment, rows)))
    return folder


def states(folder: Path) -> list[str]:
    return [point.state.value for point in points_of(read_again(folder), charente())]


def said(script: Script) -> str:
    return " ".join(script.text.split())


def test_each_point_is_read_with_its_place_and_state_then_answered_by_a_word_or_a_sentence(
    answered: Path,
) -> None:
    text = said(conversation(answered, "", "répondre", "n’importe quoi", "garder 2", "", "", "Oui.", ""))
    for words in (
        "À répondre : 2 points. « répondre » pour les lire.",
        "Point 1 sur 2, ligne 1.1 Famille, à voir. Contribue",
        "Caf (Prénom Nom et Autre Nom), 12 mars : 1 plutôt que 2. « Une seule réunion. »",
        "1 : vu 2 : mettre 1 3 : garder 2 Réponse, vide. Numéro, ou Entrée pour passer :",
        "Enregistré : Réponse, garder 2.",
        "Point 2 sur 2, Sur l’ensemble, à voir.",
        "Caf (Prénom Nom), 12 mars : « Et les jeunes ? »",
        "Vos réponses partent avec le prochain envoi.",
    ):
        assert words in text, words
    assert states(answered) == [PointState.ANSWERED, PointState.ANSWERED]
    assert read_again(answered).answers == {FIRST: Rating(2)}
    again = said(conversation(answered, "", "répondre", "", "", "", ""))
    assert "2 points déjà répondus ou réglés." in again
    assert "ligne 1.1 Famille, répondu" in again
    assert "Votre réponse : « Oui. »" in again


def test_the_proposed_note_is_put_taken_back_and_put_again(answered: Path) -> None:
    text = said(conversation(answered, "", "répondre", "mettre", "annuler", "", "", "", "refaire"))
    assert "Enregistré : Réponse, mettre 1. Votre note : 1." in text
    assert "Annulé : réponse à la Caf, note 1, ligne 1.1 Famille." in text
    assert read_again(answered).answers == {FIRST: Rating(1)}
    assert states(answered) == [PointState.SETTLED, PointState.TO_SEE]
    conversation(answered, "", "répondre", "vu", "retour", "pas de réponse", "retour", "vu", "", "vu")
    assert states(answered) == [PointState.SETTLED, PointState.SETTLED]


def test_the_grid_says_what_waits_on_a_line_when_one_comes_to_it_and_answers_it_there(answered: Path) -> None:
    words = ("grille", "aller 1.2", "aller 1.1", "répondre", "garder", "", "", "lire")
    text = said(conversation(answered, "", *words))
    assert text.count("ligne 1.1 Famille, à voir. Caf (Prénom Nom et Autre Nom), 12 mars") == 2
    assert "« répondre » pour y répondre." in text
    assert "ligne 1.1 Famille, répondu." in text
    assert states(answered) == [PointState.ANSWERED, PointState.TO_SEE]
    assert "La Caf n’a rien dit de cette ligne." in said(
        conversation(answered, "", "grille", "", "aller 1.3", "réponses")
    )
