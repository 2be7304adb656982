"""A review being written: its questions in order, who signs it, what is on the agenda."""

from __future__ import annotations

from ctg_tui.domain.assessment import Adviser, Rating
from ctg_tui.domain.review import FollowUp, Part, ReviewDraft, draft_from, part_key, said_before
from tests.each_row import each_row
from tests.received import an_assessment

ADDRESSEE = Adviser("Prénom Nom", "prenom.nom@exemple.fr")


def draft(**parts: str) -> ReviewDraft:
    return ReviewDraft({part_key(Part[name]): text for name, text in parts.items()})


def test_a_new_question_comes_after_all_others_whatever_their_line() -> None:
    asked = ReviewDraft()
    keys = []
    for line in ("m1.a03", "", "m1.a01"):
        key = asked.new_question(line)
        keys.append(key)
        asked = ReviewDraft({**asked.parts, key: "Pourquoi ?"})
    assert keys == ["question:m1.a03/0001", "question:/0002", "question:m1.a01/0003"]
    assert [question.key for question in asked.questions()] == keys


def test_a_line_is_on_the_agenda_once_it_was_put_there() -> None:
    put = ReviewDraft({part_key(Part.AGENDA, "m1.a03"): "1"})
    assert put.is_on_agenda("m1.a03") is True
    assert put.is_on_agenda("m1.a01") is False


@each_row(
    "typed, signed",
    [
        ({}, ADDRESSEE),
        ({"AUTHOR": "Autre Nom"}, ADDRESSEE._replace(name="Autre Nom")),
        ({"EMAIL": "autre@exemple.fr"}, ADDRESSEE._replace(email="autre@exemple.fr")),
    ],
)
def test_the_addressee_signs_but_for_what_was_typed(typed: dict[str, str], signed: Adviser) -> None:
    assert draft(**typed).author(ADDRESSEE) == signed


def test_a_second_round_begins_with_what_the_addressee_said_and_not_with_what_others_did() -> None:
    assessment = an_assessment()
    name, email = assessment.identity.adviser
    note = FollowUp("a" * 64, "m1.a01", "famille", adviser_note=Rating.FULLY, author=name)
    remark = FollowUp("a" * 64, "m1.a02", author=email, remark="À revoir.", on_agenda=True, text="Vu.")
    question = FollowUp("a" * 64, None, None, "q1", author=name, remark="Et  l’an prochain ?")
    past = note._replace(policy="social", is_past=True)
    other = note._replace(author="Prénom Autre", adviser_note=Rating.NO)
    rows = (note, remark, question, past, other)
    assessment = assessment._replace(follow_ups=rows)
    begun = draft_from(assessment)
    assert begun.parts == {
        "note:m1.a01/famille": "3",
        "commentaire:m1.a02": "À revoir.",
        "ordre-du-jour:m1.a02": "1",
        "question:/0001": "Et  l’an prochain ?",
    }
    before = said_before(begun, assessment)
    assert before.mine == {
        "note:m1.a01/famille": note,
        "commentaire:m1.a02": remark,
        "question:/0001": question,
    }
    assert before.others == (past, other)
