"""The review received, by questions: said with both notes, answered by words, undone; no note changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Assessment, Cell, Rating, answer_text
from ctg_tui.domain.review import Decision, FollowUp
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report import xlsx
from ctg_tui.services.report import of_submission
from tests.databases import read_again
from tests.received import a_review, an_assessment, submission
from tests.returned import Filler, opened, saved
from tests.strategies import charente
from tests.text_mode.talker import conversation

REVIEW = "avis.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one's own assessment, which can be changed, and the Caf's review of it."""
    assessment = an_assessment()
    sent = tmp_path / "envoi.json"
    sent.write_bytes(submission(assessment))
    (tmp_path / REVIEW).write_bytes(a_review(charente(), assessment))
    conversation(tmp_path, "ouvrir", str(sent), "oui")
    return tmp_path


def received(folder: Path) -> Assessment:
    conversation(folder, "ouvrir", str(folder / REVIEW))
    return read_again(folder)


def answered(folder: Path) -> dict[tuple[str | None, str | None], tuple[Decision | None, str]]:
    rows = read_again(folder).follow_ups
    return {(row.activity, row.policy or row.question): (row.decision, row.text) for row in rows}


def test_each_remark_is_said_with_both_notes_and_answered_by_a_word_and_a_sentence(folder: Path) -> None:
    before = received(folder)
    first, second = charente().cells[:2]
    said = conversation(
        folder,
        *("", "avis", ""),
        *("convenue", "non", "écrire", "Vu ensemble le 11 février.", ".", ""),
        *("gardée", "écrire", "Par le tableau de bord.", ".", ""),
        *("n’importe quoi", "", "oui", "gardée", ""),
    )
    text = " ".join(said.text.split())
    for expected in (
        "3 remarques, 2 questions, 1 note convenue",
        "La Caf a répondu : 4 points à regarder.",
        f"Votre note : {int(before.answers[first])}. Note de la Caf : 3.",  # type: ignore[arg-type]
        "Remarque 2 sur 4, ligne 1.1, Éducation. Votre note",
        "1 autre point, déjà avec réponse ou sans réponse à donner. À revoir ?",
        "Note de la Caf : 3. D’accord : même note.",
        "La Caf : À revoir ensemble.",
        "Question 4 sur 4, sur l’ensemble. La Caf demande : Et l’an prochain ?",
        "Enregistré : convenue, 2.",
        "Il n’y a pas de note à garder ni à retenir ici.",
        "« n’importe quoi » n’est pas une réponse possible. Rien n’a été changé.",
        "Vos réponses partiront avec le prochain fichier pour la Caf.",
    ):
        assert expected in text, expected
    after = read_again(folder)
    assert after.answers == before.answers
    assert answered(folder) == {
        tuple(first): (Decision.KEPT, ""),
        tuple(second): (Decision.AGREED, "Vu ensemble le 11 février."),
        (second.activity, "q1"): (None, "Par le tableau de bord."),
    }
    conversation(folder, "", "avis", "", "", "oui", "", "gardée")
    assert answered(folder)[second.activity, second.policy] == (Decision.KEPT, "Vu ensemble le 11 février.")


def test_before_sending_it_names_a_note_retained_and_not_set_and_the_remarks_without_an_answer(
    folder: Path,
) -> None:
    note = received(folder).answers[charente().cells[1]]
    conversation(folder, "", "avis", "", "retenue", "non", "")
    text = " ".join(conversation(folder, "", "envoi").text.split())
    retained = f"1 note de la Caf retenue, mais la vôtre n’a pas changé : 1.1 Éducation ({note:d}, Caf 1)."
    assert retained in text
    assert "À regarder : 3 remarques de la Caf sans réponse." in text
    assert "« avis », au choix de l’étape, pour répondre à la Caf." in text


def test_an_answer_is_taken_back_by_a_word_and_by_undoing(folder: Path) -> None:
    received(folder)
    conversation(folder, "", "avis", "", "gardée", "effacer")
    assert not answered(folder)
    conversation(folder, "", "avis", "", "retenue", "non", "annuler")
    assert not answered(folder)
    assert "Enregistré : convenue, 0." in conversation(folder, "", "avis", "", "convenue 0").text
    assert [row[0] for row in answered(folder).values()] == [Decision.AGREED]


@pytest.mark.parametrize("is_filled", [True, False])
def test_a_note_typed_over_ones_own_is_suggested_and_taken_for_the_advisers_on_request_only(
    folder: Path, is_filled: bool
) -> None:
    before = read_again(folder)
    filler = Filler(opened(xlsx.render(of_submission(folder / "envoi.json", Catalogue()))))
    if is_filled:
        filler.put("1.1", "Note du CCD/famille", 2)
    over = filler.type_over("1.2", "B", 3)
    sent = before.answers[Cell("m1.a02", "famille")]
    taken = conversation(folder, "ouvrir", str(saved(filler.book, folder / "retour.xlsx")))
    said = " ".join(taken.text.split())
    assert f"→ {over}) : l’avis la propose, rien n’en est repris." in said
    suggestion = f"Votre note : {answer_text(sent)}. Dans le classeur, {over} remplace votre note."
    first = ("gardée", "") if is_filled else ()
    said = " ".join(conversation(folder, "", "avis", *first, "retenue", "non", "annuler").text.split())
    assert suggestion in said
    assert f"La Caf a répondu : {1 + is_filled} point" in said
    assert ("ni remarque ni question" in said) is not is_filled
    assert set(answered(folder)) == ({("m1.a01", "famille")} if is_filled else set())
    assert suggestion in " ".join(conversation(folder, "", "avis", "retenue").text.split())
    (row,) = [one for one in read_again(folder).follow_ups if one.activity == "m1.a02"]
    assert (row.first_note, row.adviser_note, row.decision) == (sent, Rating(over), Decision.TAKEN)
    assert read_again(folder).answers == before.answers


def test_a_file_taken_back_still_says_what_the_caf_said_and_it_can_be_answered(tmp_path: Path) -> None:
    said = [
        FollowUp("a" * 64, question=name, author="Prénom Nom", remark="Et après ?") for name in ("q1", "q2")
    ]
    file = tmp_path / "envoi.json"
    file.write_bytes(
        submission(an_assessment()._replace(follow_ups=(said[0]._replace(text="Oui."), said[1])))
    )
    conversation(tmp_path, "ouvrir", str(file), "oui")
    text = " ".join(conversation(tmp_path, "", "avis", "écrire", "En mai.", ".", "effacer").text.split())
    assert "La Caf a répondu : 1 point à regarder." in text
    assert "La Caf demande : Et après ?" in text
    assert read_again(tmp_path).follow_ups == (said[0]._replace(text="Oui."), said[1]), "its words stay"


def test_without_a_review_it_says_where_to_receive_one(folder: Path) -> None:
    said = conversation(folder, "", "avis")
    assert "Aucun avis reçu sur cette évaluation." in said.text
    assert "« avis » pour le lire" not in said.text
