"""Merging: the order of the files changes nothing, no text is lost, a conflict is never decided alone."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Outcome,
    PreparationTopic,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.merging import (
    UNNAMED,
    Difference,
    Kind,
    Merged,
    Passage,
    Side,
    merge,
    names_of,
    read_passages,
)
from ctg_tui.domain.review import Contribution, Decision, FollowUp, follow_up_key
from ctg_tui.domain.text import digest
from tests.strategies import answers, make_assessment, make_grid, make_identity, paragraphs

GRID = make_grid((2, 1), ("famille", "social"), (1, 1))
CELL = Cell("m1.a01", "famille")
NAMES = ("Un", "Deux", "Trois")
UUIDS = tuple(f"6f1d0c52-8a3e-4b7f-9c21-00000000000{number}" for number in range(10))


def person(name: str, *policies: str) -> Coordinator:
    return Coordinator("c1", name, "Prénom", Profile.THEMATIC, policies)


def assessment(name: str, notes: Mapping[Cell, Answer] | None = None, **parts: Any) -> Assessment:
    """Return the draft of the person `name`, who works on every policy unless `policies` are given."""
    policies = parts.pop("policies", ("famille", "social"))
    people = (person(name, *policies),)
    return make_assessment(GRID, notes, identity=make_identity(coordinators=people), **parts)


def side(given: Assessment) -> Side:
    """Return `given` as a file: its fingerprint is that of all it holds."""
    fingerprint = digest([repr(given._replace(contributions=()))])
    own = Contribution(given.uuid, given.revision, fingerprint, ("c1",))
    return Side(GRID, given, fingerprint, given.contributions or (own,))


def merged(*given: Assessment) -> Merged:
    return merge([side(one) for one in given])


TEXTS = st.dictionaries(st.sampled_from([*GRID.activities]), paragraphs, max_size=2)
WHO = st.sampled_from(["", "Personne A", "Personne B"])
ACTIONS = st.dictionaries(
    st.sampled_from([*GRID.activities]),
    st.builds(Action, what=paragraphs, who=WHO, due=st.none() | st.just(date(2027, 3, 1))),
    max_size=1,
)


@st.composite
def drafts(draw: st.DrawFn, name: str = "", *, is_agreed: bool = False) -> Assessment:
    """Draw a draft; when `is_agreed`, those who answer mostly say the same."""
    notes = st.sampled_from([Rating.FULLY] * 7 + [NOT_CONCERNED]) if is_agreed else answers
    return assessment(
        name or draw(st.sampled_from(NAMES)),
        draw(st.dictionaries(st.sampled_from(GRID.cells), notes, max_size=6)),
        policies=draw(st.sampled_from([(), ("famille",), ("famille", "social")])),
        uuid=draw(st.sampled_from(UUIDS)),
        comments=draw(TEXTS),
        remarks=draw(st.dictionaries(st.sampled_from([*GRID.indicators]), paragraphs, max_size=1)),
        numbers=draw(
            st.dictionaries(
                st.sampled_from([*GRID.indicators]), st.integers(0, 0 if is_agreed else 2), max_size=2
            )
        ),
        actions=draw(ACTIONS),
    )


@given(st.lists(drafts(), min_size=1, max_size=4), st.randoms())
def test_the_order_of_the_files_changes_nothing(given_files: list[Assessment], random: Any) -> None:
    shuffled = list(given_files)
    random.shuffle(shuffled)
    assert merged(*given_files) == merged(*shuffled)


@given(st.lists(drafts(), min_size=1, max_size=3))
def test_merging_again_what_is_merged_changes_nothing(
    given_files: list[Assessment],
) -> None:
    made = merged(*given_files)
    twice = merged(*given_files, *given_files)
    assert twice.assessment == made.assessment
    again = merged(made.assessment, *given_files)
    if not made.conflicts and len(made.assessment.contributions) > 1:
        assert again.assessment == made.assessment
        assert again.repeated == len(given_files)


@given(*(drafts(name, is_agreed=True) for name in NAMES))
def test_where_nothing_conflicts_the_steps_do_not_matter(
    first: Assessment, second: Assessment, third: Assessment
) -> None:
    prefer_agreement = (first, second, third)
    whole = merged(*prefer_agreement)
    assume(not whole.conflicts)
    for left, right, last in itertools.permutations(prefer_agreement):
        pair = merged(left, right)
        steps = merged(pair.assessment, last)
        if not pair.conflicts and not steps.conflicts:
            assert steps.assessment == whole.assessment


FOLLOW_UPS = st.lists(
    st.builds(
        FollowUp,
        review=st.sampled_from(["a" * 64, "b" * 64]),
        activity=st.sampled_from([*GRID.activities]),
        **dict.fromkeys(("policy", "question", "first_note", "adviser_note", "agreed_note"), st.none()),
        decision=st.none() | st.sampled_from(Decision),
        text=st.sampled_from(["", "Oui.", "Non.", "Oui.\n\nMais plus tard."]),
        author=st.just("Prénom Conseil"),
        remark=st.just("À revoir."),
        on_agenda=st.booleans(),
        is_past=st.just(False),
    ),
    max_size=3,
    unique_by=follow_up_key,
)


@given(st.lists(st.tuples(drafts(), FOLLOW_UPS), min_size=1, max_size=4))
def test_no_text_is_lost_and_each_remark_stands_once(given_files_and_rows: Any) -> None:
    given_files = [one._replace(follow_ups=tuple(rows)) for one, rows in given_files_and_rows]
    made = merged(*given_files).assessment
    said = {follow_up_key(row): row for row in made.follow_ups}
    assert len(said) == len(made.follow_ups)
    for row in (row for one in given_files for row in one.follow_ups):
        kept = said[follow_up_key(row)]
        assert (kept.author, kept.remark) == (row.author, row.remark)
        assert all(part in kept.text.split("\n\n") for part in row.text.split("\n\n") if part)
        assert kept.decision in {row.decision, None} or row.decision is None
    for one in given_files:
        for line, text in one.comments.items():
            assert text in made.comments[line]
        for line, text in one.remarks.items():
            assert text in made.remarks[line]
        for line, action in one.actions.items():
            assert action.what in made.actions[line].what
            assert action.who in made.actions[line].who
    for line, text in made.comments.items():
        distinct = {one.comments[line] for one in given_files if line in one.comments}
        assert len(text.encode()) >= sum(len(one.encode()) for one in distinct), "bytes counted"


@given(st.lists(drafts(), min_size=2, max_size=4))
def test_a_note_is_always_one_that_somebody_gave(given_files: list[Assessment]) -> None:
    made = merged(*given_files)
    for cell in GRID.cells:
        notes = {one.answers[cell] for one in given_files if cell in one.answers}
        note = made.assessment.answers.get(cell)
        assert note in notes or note is None
        if len({*notes} - {NOT_CONCERNED}) > 1:
            assert note is None, "different notes are chosen by a person"
        if len(notes) == 1:
            assert note in notes


def test_different_notes_are_a_conflict_left_blank() -> None:
    files = (assessment("Deux", {CELL: Rating.NO}), assessment("Un", {CELL: Rating.FULLY}, uuid=UUIDS[1]))
    made = merged(*files)
    assert CELL not in made.assessment.answers
    (conflict,) = made.conflicts
    assert {(row.refs, row.value) for row in conflict.opinions} == {
        (("c1",), Rating.NO),
        (("c2",), Rating.FULLY),
    }


def test_nc_of_somebody_who_does_not_work_on_the_policy_gives_way() -> None:
    other = assessment("Un", {CELL: NOT_CONCERNED}, policies=("social",), uuid=UUIDS[1])
    made = merged(other, assessment("Deux", {CELL: Rating.MOSTLY}))
    assert made.assessment.answers[CELL] is Rating.MOSTLY
    assert not made.conflicts, "nothing is left to choose"
    working = assessment("Un", {CELL: NOT_CONCERNED}, uuid=UUIDS[1])
    assert merged(working, assessment("Deux", {CELL: Rating.MOSTLY})).conflicts


def test_nc_stays_firm_when_another_file_of_the_person_names_fewer_policies() -> None:
    files = (
        assessment("Un", {CELL: NOT_CONCERNED}, policies=(), uuid=UUIDS[1]),
        assessment("Un", policies=("social",), uuid=UUIDS[2]),
    )
    made = merged(*files)
    assert made.differences == (Difference.POLICIES,)
    assert merged(made.assessment, *files).assessment == made.assessment


def test_numbers_that_differ_are_never_added_by_themselves() -> None:
    files = (
        assessment("Un", numbers={"m1.i01": 4}),
        assessment("Deux", numbers={"m1.i01": 5}, uuid=UUIDS[1]),
    )
    assert "m1.i01" not in merged(*files).assessment.numbers


def test_each_comment_stands_under_its_author() -> None:
    files = (
        assessment("Alpha", comments={"m1.a01": "Le premier."}),
        assessment("Beta", comments={"m1.a01": "Le second."}, uuid=UUIDS[1]),
    )
    text = merged(*files).assessment.comments["m1.a01"]
    assert text.replace("\N{NO-BREAK SPACE}", " ") == (
        "Prénom Alpha :\nLe premier.\n\nPrénom Beta :\nLe second."
    )


def test_what_everybody_wrote_has_no_heading_and_what_one_alone_says_stays_as_it_is() -> None:
    other = Cell("m2.a01", "social")
    alone = Action("Réunir", "Personne B, Personne A", date(2027, 3, 1), Outcome.POSTPONED)
    first = assessment(
        "Un",
        {CELL: Rating.FULLY, other: NOT_CONCERNED},
        comments={"m1.a01": "Le même.", "m1.a02": "À deux."},
        remarks={"m1.i01": "Vu."},
        numbers={"m1.i01": 3},
        actions={"m1.a01": alone},
        preparation={PreparationTopic.TRAINING: "Une formation."},
    )
    second = assessment("Deux", {CELL: Rating.FULLY}, numbers={"m1.i01": 3}, comments=first.comments)
    third = assessment("Trois", comments={"m1.a01": "Le même."}, numbers={"m2.i01": 0})
    made = merged(
        *(one._replace(uuid=uuid) for one, uuid in zip((first, second, third), UUIDS, strict=False))
    )
    there = made.assessment
    assert there.answers == {CELL: Rating.FULLY, other: NOT_CONCERNED}
    assert there.numbers == {"m1.i01": 3, "m2.i01": 0}
    assert there.comments == {
        "m1.a01": "Le même.",
        "m1.a02": "Prénom Deux, Prénom Un\N{NO-BREAK SPACE}:\nÀ deux.",
    }
    head = "Prénom Un\N{NO-BREAK SPACE}:\n"
    assert there.remarks == {"m1.i01": f"{head}Vu."}
    assert there.preparation == {PreparationTopic.TRAINING: f"{head}Une formation."}
    planned = alone._replace(what=f"{head}Réunir", who="Personne A, Personne B")
    assert there.actions == {"m1.a01": planned}
    assert (there.id, made.conflicts, made.differences, made.repeated) == (0, (), (), 0)
    later = replaced_action(first, Action("Réunir", "", date(2027, 4, 1), Outcome.DONE))
    differing = merged(first, later)
    assert differing.assessment.actions == {"m1.a01": Action("Réunir", "Personne A, Personne B")}
    kinds = [conflict.item.kind for conflict in differing.conflicts]
    assert kinds == [Kind.DUE, Kind.OUTCOME], "a person chooses the date, and what became of it"


def replaced_action(one: Assessment, action: Action) -> Assessment:
    return one._replace(actions={"m1.a01": action}, uuid=UUIDS[9])


def test_a_line_that_ends_like_a_heading_and_names_nobody_is_text() -> None:
    said = "À faire\N{NO-BREAK SPACE}:\nPrénom Deux, Personne\N{NO-BREAK SPACE}:\n\nla suite\n"
    names = {"Prénom Deux": "Prénom Deux", "Prénom Un": "Prénom Un (2)"}
    everybody = frozenset(names.values())
    assert [*read_passages(said, names)] == [Passage(everybody, said)]
    two = "Prénom Deux, Prénom Un\N{NO-BREAK SPACE}:\n"
    assert [*read_passages(f"Avant.\n\n{two}Après.", names)] == [
        Passage(everybody, "Avant."),
        Passage(everybody, "Après."),
    ]
    assert [*read_passages("", names)] == [Passage(everybody, "")]


def test_a_person_is_named_without_comma_and_one_without_a_name_is_said_to_have_none() -> None:
    people = (person("Un, fils"), person("")._replace(ref="c2", first_name=""), person("")._replace(ref="c3"))
    assert names_of(people) == {"c1": "Prénom Un  fils", "c2": UNNAMED, "c3": "Prénom"}
    assert UNNAMED == "Personne sans nom"


def test_a_passage_right_before_another_heading_keeps_its_last_line() -> None:
    text = "Alpha\N{NO-BREAK SPACE}:\nUn.\nDeux.\nBeta\N{NO-BREAK SPACE}:\nTrois."
    assert [*read_passages(text, {"Alpha": "a", "Beta": "b"})] == [
        Passage(frozenset({"a"}), "Un.\nDeux."),
        Passage(frozenset({"b"}), "Trois."),
    ]


def test_the_files_merged_are_named_with_their_people() -> None:
    made = merged(assessment("Un", uuid=UUIDS[0]), assessment("Deux", uuid=UUIDS[1])).assessment
    assert [(row.assessment, row.coordinators) for row in made.contributions] == [
        (UUIDS[0], ("c2",)),
        (UUIDS[1], ("c1",)),
    ]
    assert [one.last_name for one in made.identity.coordinators] == ["Deux", "Un"]


def test_namesakes_of_one_file_stay_two_and_are_told_apart() -> None:
    twins = tuple(person("Un", policy)._replace(ref=f"c{rank}") for rank, policy in enumerate("ab", 1))
    identity = make_identity(coordinators=(*twins, twins[0]._replace(ref="c3")))
    both = make_assessment(GRID, identity=identity, uuid=UUIDS[0])
    made = merged(both, assessment("Deux", uuid=UUIDS[1])).assessment
    people = made.identity.coordinators
    assert [one.last_name for one in people].count("Un") == 3
    names = names_of(people)
    assert sorted(names.values()) == ["Prénom Deux", "Prénom Un", "Prénom Un (2)", "Prénom Un (3)"]


def test_what_one_file_alone_says_of_the_form_stays_and_two_contacts_are_a_difference() -> None:
    blank = make_identity(adviser=Adviser("", ""), territory=Territory("", None, "", known_id=None))
    files = [assessment(name, uuid=uuid) for name, uuid in zip(NAMES, UUIDS, strict=False)]
    said = files[0].identity
    silent = files[1]._replace(identity=blank._replace(coordinators=files[1].identity.coordinators))
    made = merged(files[0], silent)
    assert (made.assessment.identity.adviser, made.assessment.identity.territory) == (
        said.adviser,
        said.territory,
    )
    other = silent.identity._replace(adviser=Adviser("Autre Nom", said.adviser.email))
    differs = merged(files[0], silent._replace(identity=other))
    assert differs.assessment.identity.adviser == Adviser("", said.adviser.email)
    assert Difference.ADVISER in differs.differences


def test_answers_to_one_remark_that_differ_are_all_there() -> None:
    about = FollowUp("0" * 64, "m1.a01", "famille", first_note=Rating.NO)
    answered = [
        about._replace(decision=Decision.KEPT, text="Gardée."),
        about._replace(decision=Decision.TAKEN, text="Suivie."),
    ]
    alike = [
        assessment(name, uuid=uuid, follow_ups=(answered[0],))
        for name, uuid in zip(NAMES[:2], UUIDS, strict=False)
    ]
    assert merged(*alike).assessment.follow_ups == (answered[0],)
    differing = [alike[0], alike[1]._replace(follow_ups=(answered[1],))]
    made = merged(*differing)
    assert made.assessment.follow_ups == (about._replace(text="Gardée.\n\nSuivie."),)
    assert Difference.FOLLOW_UP in made.differences
    again = merged(made.assessment, differing[0], differing[1])
    assert again.assessment.follow_ups == made.assessment.follow_ups, "no text twice"
