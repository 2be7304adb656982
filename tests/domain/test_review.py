"""A review being written: its questions in order, who signs it, what is on the agenda."""

from __future__ import annotations

from datetime import date

from ctg_tui.domain.assessment import NOT_CONCERNED, Adviser, Cell, Rating, Status
from ctg_tui.domain.review import (
    AgreedNote,
    Decision,
    FollowUp,
    Part,
    Remark,
    Review,
    ReviewDraft,
    ReviewQuestion,
    draft_from,
    is_by,
    order_in,
    part_key,
    review_of,
    said_before,
    with_changes,
    write_part,
)
from tests.each_row import each_row
from tests.received import an_assessment
from tests.strategies import make_grid

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


FAMILLE, SOCIAL = Cell("m1.a03", "famille"), Cell("m1.a01", "social")
PARTS = {
    "note:m1.a03/famille": "3",
    "note:m1.a01/social": "NC",
    "commentaire:m1.a03": "Très clair.",
    "ordre-du-jour:m1.a02": "1",
    "ordre-du-jour:m1.a03": "1",
    "question:m1.a01/0002": "Et l’an prochain ?",
    "question:/0001": "Qui suit le tableau ?",
    "convenue:m1.a03/famille": "2",
    "entretien:": "2027-02-11",
    "etat:": "provisoire",
    "auteur:": "Autre Nom",
    "prive:m1.a03": "À ne pas dire.",
}


def written(parts: dict[str, str]) -> ReviewDraft:
    """Return the draft written part by part, each one twice: the second time changes nothing."""
    made = ReviewDraft()
    for key, text in parts.items():
        (change,) = write_part(made, key, text)
        assert (change.key, change.before, change.after) == (key, None, text)
        made = with_changes(made, [change])
        assert write_part(made, key, text) == ()
    return made


def test_a_review_goes_out_as_it_was_written_but_for_what_is_private() -> None:
    assessment = an_assessment()
    made = written(PARTS)
    assert (made.parts, made.meeting, made.status) == (PARTS, date(2027, 2, 11), Status.DRAFT)
    assert [made.note(cell) for cell in (FAMILLE, SOCIAL)] == [Rating.FULLY, NOT_CONCERNED]
    assert [made.agreed(cell) for cell in (FAMILLE, SOCIAL)] == [Rating.MOSTLY, None]
    assert made.cells(Part.NOTE) == (FAMILLE, SOCIAL)
    assert made.lines() == ("m1.a03", "m1.a02")
    assert review_of(made, assessment, "f" * 64, 2) == Review(
        *("f" * 64, assessment.uuid, 2),
        *(assessment.grid_id, assessment.grid_version, assessment.grid_fingerprint),
        assessment.identity.territory,
        assessment.identity.adviser._replace(name="Autre Nom"),
        date(2027, 2, 11),
        (
            Remark("m1.a03", "famille", Rating.FULLY),
            Remark("m1.a01", "social", NOT_CONCERNED),
            Remark("m1.a03", comment="Très clair.", on_agenda=True),
            Remark("m1.a02", on_agenda=True),
        ),
        (
            ReviewQuestion("q1", "Qui suit le tableau ?"),
            ReviewQuestion("q2", "Et l’an prochain ?", "m1.a01"),
        ),
        (AgreedNote(FAMILLE, Rating.MOSTLY),),
    )
    nothing = ReviewDraft()
    assert (nothing.meeting, nothing.status, nothing.questions()) == (None, Status.FINAL, ())
    bare = review_of(nothing, assessment, "f" * 64, 2)
    assert (bare.meeting, bare.remarks, bare.questions, bare.agreed) == (None, (), (), ())
    assert bare.author == assessment.identity.adviser


@each_row("key", list(PARTS))
def test_a_part_removed_leaves_the_others_and_some_parts_alone_are_no_review(key: str) -> None:
    made = written(PARTS)
    (removed,) = write_part(made, key, " \n")
    assert (removed.before, removed.after) == (PARTS[key], None)
    left = with_changes(made, [removed])
    assert left.parts == {one: text for one, text in PARTS.items() if one != key}
    assert with_changes(left, [removed]) == left
    assert write_part(left, key, "") == ()
    is_sent = key.partition(":")[0] not in {"etat", "auteur", "prive"}
    assert written({key: PARTS[key]}).is_empty is not is_sent
    assert ReviewDraft().is_empty


@each_row(
    "row, is_answered, is_open",
    [
        (FollowUp("a", "m1.a01", "famille", adviser_note=Rating.NO), False, True),
        (FollowUp("a", "m1.a01", "famille", agreed_note=Rating.NO), False, True),
        (FollowUp("a", "m1.a01", remark="À revoir."), False, True),
        (FollowUp("a", question="q1"), False, True),
        (FollowUp("a", "m1.a01", on_agenda=True), False, False),
        (FollowUp("a", "m1.a01", remark=" "), False, False),
        (FollowUp("a", question="q1", is_past=True), False, False),
        (FollowUp("a", "m1.a01", remark="À revoir.", decision=Decision.KEPT), True, False),
        (FollowUp("a", "m1.a01", remark="À revoir.", text="Oui."), True, False),
        (FollowUp("a", "m1.a01", remark="À revoir.", text=" "), False, True),
    ],
)
def test_an_answer_is_owed_to_what_was_said_and_not_answered(
    row: FollowUp, is_answered: bool, is_open: bool
) -> None:
    assert (row.is_answered, row.is_open) == (is_answered, is_open)


def test_remarks_stand_in_the_order_of_the_grid_a_line_before_its_cells() -> None:
    grid = make_grid()
    rank = order_in(grid)
    lines = [*grid.activities]
    expected = [(line, policy) for line in lines for policy in (None, *grid.policies_by_id, "sport")]
    backwards = expected[::-1]
    assert sorted(backwards, key=lambda one: rank(*one)) == expected
    for unknown in (("m9.a01", None), ("m9.a01", "famille"), (None, None)):
        assert rank(*unknown) == (len(lines), 0) > rank(lines[-1], "sport")
    assert order_in(None)("m1.a01", "famille") == (0, 0)


def test_an_adviser_is_known_by_name_address_or_both_whatever_the_case() -> None:
    for said in ("prénom nom", "PRENOM.NOM@exemple.fr", "Prénom Nom (prenom.nom@exemple.fr)"):
        assert is_by(FollowUp("a", author=said), ADDRESSEE)
    assert not is_by(FollowUp("a", author="Prénom"), ADDRESSEE)
    assert not is_by(FollowUp("a", author=""), ADDRESSEE)
    assert is_by(FollowUp("a", author="a@b.fr"), Adviser("", "a@b.fr"))
    assert not is_by(FollowUp("a", author=""), Adviser("", "a@b.fr"))


def test_what_other_rounds_said_of_a_cell_that_this_one_does_not_stays_beside() -> None:
    assessment = an_assessment()
    name = assessment.identity.adviser.name
    note, remark = (
        FollowUp("a" * 64, "m1.a01", policy, adviser_note=Rating.NO, remark="Vu.", author=name)
        for policy in ("famille", None)
    )
    asked = FollowUp("a" * 64, "m1.a01", question="q1", remark="Et ?", author=name)
    rows = (note, remark, asked, note._replace(review="b" * 64))
    held = assessment._replace(follow_ups=rows)
    assert said_before(ReviewDraft(), held) == ({}, rows)
    round_two = written({"note:m1.a01/famille": "0", "question:m1.a01/0001": "Et  ?"})
    assert said_before(round_two, held) == (
        {"note:m1.a01/famille": note, "question:m1.a01/0001": asked},
        (remark, rows[3]),
    )
    begun = draft_from(held._replace(follow_ups=(remark, note._replace(remark="Autre."), remark)))
    assert begun.parts["commentaire:m1.a01"] == "Vu.\nAutre.\nVu."


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
