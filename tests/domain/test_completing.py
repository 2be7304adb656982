"""A colleague's file completes one's own: blanks filled, texts below one's own, what differs listed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Assessment,
    Cell,
    Coordinator,
    PreparationTopic,
    Profile,
    Rating,
    Said,
)
from ctg_tui.domain.changes import Field, apply
from ctg_tui.domain.completing import Completing, completing, difference_key, with_text
from ctg_tui.domain.edits import describe_with_columns, is_column_neutral
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import MAX_TEXT_LENGTH, clean
from tests.strategies import assessments, make_assessment, make_grid, make_identity, turned

GRID = make_grid()
FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a01", "education")
FAMILY_ONLY = make_identity(coordinators=(Coordinator("c1", "Nom", "A", Profile.THEMATIC, ("famille",)),))
SAID = Said(datetime(2027, 3, 12, tzinfo=UTC), "Caf Nom", True, line="m1.a01", words="Merci de préciser.")
BELOW = "\n— Alix Nom\N{NO-BREAK SPACE}: "


def look(own: Assessment, theirs: Assessment, author: str = "Alix Nom") -> Completing:
    return completing(own, GRID, theirs, GRID, author)


def complete(own: Assessment, theirs: Assessment, author: str = "Alix Nom", *chosen: str) -> Assessment:
    return apply(own, look(own, theirs, author).edit(chosen).changes)


def listed(found: Completing) -> dict[str, tuple[str | None, str | None]]:
    return {difference_key(one): (one.before, one.after) for one in found.differences}


one_of_the_grid = assessments(GRID).map(
    lambda drawn: drawn[1]._replace(identity=make_identity(coordinators=()))  # no policy is unticked
)
short_texts = st.dictionaries(
    st.sampled_from(["m1.a01", "m1.a02"]), st.sampled_from(["Oui.", "Oui. Non.", "Non.", "Trois comités."])
)


@given(one_of_the_grid, one_of_the_grid)
def test_nothing_of_ones_own_goes_and_the_same_file_again_lists_what_is_left(
    own: Assessment, theirs: Assessment
) -> None:
    found = look(own, theirs)
    after = apply(own, found.edit().changes)
    differing = 0
    for block in ("answers", "numbers", "actions"):
        mine, both, given_ = (getattr(one, block) for one in (own, after, theirs))
        assert mine.items() <= both.items()
        assert both.keys() == mine.keys() | given_.keys()
        assert all(both[key] == value for key, value in given_.items() if key not in mine)
        differing += sum(given_[key] != value for key, value in mine.items() if key in given_)
    for line, text in own.comments.items():
        assert text.strip() in after.comments[line]
    listed_values = {Field.ANSWER, Field.NUMBER, Field.ACTION}
    assert sum(one.field in listed_values for one in found.differences) == differing
    again = look(after, theirs)
    assert again.changes == ()
    assert listed(again) == listed(found)


@given(one_of_the_grid, one_of_the_grid, one_of_the_grid, short_texts, short_texts, short_texts)
def test_two_files_end_the_same_in_any_order_where_nothing_differs(
    own: Assessment,
    one: Assessment,
    two: Assessment,
    mine: dict[str, str],
    first: dict[str, str],
    second: dict[str, str],
) -> None:
    two = two._replace(
        answers={**two.answers, **one.answers},
        numbers={**two.numbers, **one.numbers},
        actions={**two.actions, **one.actions},
        preparation={},
        comments=second,
        said={SAID.id: SAID},
    )
    own, one = own._replace(comments=mine), one._replace(comments=first)
    in_order = complete(complete(own, one, "Alix Nom"), two, "Bo Nom")
    otherwise = complete(complete(own, two, "Bo Nom"), one, "Alix Nom")
    assert in_order == otherwise
    assert in_order.said == {SAID.id: SAID}
    thrice = complete(complete(in_order, one, "Alix Nom"), two, "Bo Nom")
    assert thrice == in_order


@given(st.data())
def test_texts_are_one_union_below_ones_own(data: st.DataObject) -> None:
    texts = st.text(st.sampled_from("ab \n—éA")).map(lambda text: clean(text, multiline=True))
    own, one, two = (data.draw(texts) for _ in range(3))
    author, other = data.draw(st.sampled_from([("Alix", "Bo"), ("Alix", "ALIX"), ("", "Alix")]))
    in_order = with_text(with_text(own, one, author), two, other)
    assert in_order == with_text(with_text(own, two, other), one, author)
    assert with_text(with_text(in_order, one, author), two, other) == in_order
    assert own.strip() in in_order
    for text in (one, two):
        assert all(line.strip() in in_order for line in text.splitlines())
    assert clean(in_order, multiline=True) == in_order


def test_what_differs_is_listed_with_both_values_and_taken_when_chosen() -> None:
    own = make_assessment(
        GRID, {FIRST: Rating.MOSTLY}, numbers={"m1.i02": 4}, actions={"m1.a01": Action("A")}
    )
    theirs = make_assessment(
        GRID,
        {FIRST: Rating.NO, SECOND: Rating.FULLY},
        numbers={"m1.i02": 5, "m2.i01": 0},
        actions={"m1.a01": Action("B"), "m1.a02": Action("C", "D")},
        preparation={PreparationTopic.MEETING: "11/02/2027"},
    )
    found = look(own, theirs)
    assert listed(found) == {
        "note/m1.a01/famille": ("2", "0"),
        "nombre/m1.i02": ("4", "5"),
        "action/m1.a01": ('{"quoi": "A"}', '{"quoi": "B"}'),
    }
    after = apply(own, found.edit({"note/m1.a01/famille", "action/m1.a01"}).changes)
    assert after.answers == theirs.answers
    assert after.numbers == {"m1.i02": 4, "m2.i01": 0}
    assert after.actions == theirs.actions
    assert after.preparation == theirs.preparation
    assert listed(look(after, theirs)) == {"nombre/m1.i02": ("4", "5")}
    other_day = theirs._replace(preparation={PreparationTopic.MEETING: "12/02/2027"})
    assert listed(look(after, other_day))["preparation/rendez-vous"] == ("11/02/2027", "12/02/2027")
    with pytest.raises(Refusal, match="note/m9"):
        found.edit({"note/m9"})


def test_a_nc_of_an_unticked_policy_is_blank_on_both_sides_and_a_typed_one_is_not() -> None:
    ticked = make_assessment(GRID, {FIRST: Rating.FULLY, SECOND: Rating.NO})
    own = apply(ticked, describe_with_columns(GRID, ticked, turned(ticked.identity, "education")))
    assert own.answers[SECOND] is NOT_CONCERNED
    theirs = make_assessment(GRID, {FIRST: NOT_CONCERNED, SECOND: Rating.MOSTLY})
    found = look(own, theirs)
    assert listed(found) == {"note/m1.a01/famille": ("3", "NC")}
    after = apply(own, found.edit().changes)
    assert after.answers[SECOND] is Rating.MOSTLY
    assert SECOND not in after.set_aside

    neutral = {cell: NOT_CONCERNED for cell in GRID.cells if cell.policy == "education"}
    unticked = make_assessment(GRID, {**neutral, FIRST: Rating.FULLY}, identity=FAMILY_ONLY)
    assert is_column_neutral(GRID, unticked, "education")
    assert look(ticked, unticked).edit().changes == ()
    assert not look(ticked, unticked).differences
    for coordinators in (make_identity().coordinators, ()):  # where nobody is named, nothing is unticked
        typed = unticked._replace(identity=make_identity(coordinators=coordinators))
        assert listed(look(ticked, typed)) == {"note/m1.a01/education": ("0", "NC")}


def test_a_text_stands_below_ones_own_under_its_author() -> None:
    for own, theirs, together in (
        ("", "Deux comités.", BELOW.strip("\n") + "Deux comités."),
        ("Deux comités, un bilan.", "Deux comités", "Deux comités, un bilan."),
        (f"Oui.{BELOW}Deux.", "Deux. Puis trois.", f"Oui.{BELOW}Deux. Puis trois."),
    ):
        assert with_text(own, theirs, "Alix  Nom") == together


def test_a_text_without_room_below_ones_own_is_listed() -> None:
    own = make_assessment(GRID, comments={"m1.a01": "a" * MAX_TEXT_LENGTH})
    theirs = make_assessment(GRID, comments={"m1.a01": "Deux comités."})
    assert listed(look(own, theirs)) == {"commentaire/m1.a01": ("a" * MAX_TEXT_LENGTH, "Deux comités.")}


def test_lines_that_ones_own_grid_does_not_have_are_named() -> None:
    other = make_grid((4, 2), grid_id="essai-2")
    theirs = make_assessment(other, {Cell("m1.a04", "famille"): Rating.NO}, comments={"m1.a01": "Deux."})
    found = completing(make_assessment(GRID), GRID, theirs, other, "Alix Nom")
    assert found.lines_apart == ("m1.a04",)
    assert [change.key for change in found.changes] == ["m1.a01"]
