"""Edits as changes: they can be undone and redone, and change no other value."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain import changes, edits
from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Answer,
    Assessment,
    Cell,
    PreparationTopic,
    Rating,
)
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.edits import apply
from ctg_tui.domain.grid import Grid
from tests.each_row import each_row
from tests.strategies import (
    actions,
    answers,
    assessments,
    fill,
    make_assessment,
    make_grid,
    paragraphs,
)


def undo(assessment: Assessment, made: tuple[Change, ...]) -> Assessment:
    return apply(assessment, [change.inverse() for change in reversed(made)])


@st.composite
def an_edit(draw: st.DrawFn, grid: Grid, assessment: Assessment) -> tuple[Change, ...]:
    """Draw one edit of any kind on `assessment`."""
    activity = draw(st.sampled_from(tuple(grid.activities)))
    policy = draw(st.sampled_from(grid.policies)).id
    cells = draw(st.lists(st.sampled_from(grid.cells), min_size=1, max_size=6, unique=True))
    text = draw(st.just("") | paragraphs)
    topic = draw(st.sampled_from(PreparationTopic)).value
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return edits.rate(assessment, cells, draw(st.none() | answers))
    if kind == 1:
        return edits.toggle_column(grid, assessment, policy)
    if kind == 2:
        return edits.neutralise(assessment, cells)
    if kind == 3:
        return edits.give_back(assessment, cells)
    if kind == 4:
        return edits.write_text(assessment, Field.COMMENT, activity, text)
    if kind == 5:
        return edits.write_text(assessment, Field.PREPARATION, topic, text)
    if kind == 6:
        return edits.count(assessment, "m1.i01", draw(st.none() | st.integers(0, 999_999)))
    return edits.plan(assessment, activity, draw(st.none() | actions))


@given(data=st.data(), drawn=assessments())
def test_any_edits_are_undone_one_by_one_and_redone(
    data: st.DataObject, drawn: tuple[Grid, Assessment]
) -> None:
    grid, start = drawn
    states = [start]
    journal = []
    for _ in range(data.draw(st.integers(1, 6))):
        made = data.draw(an_edit(grid, states[-1]))
        journal.append(made)
        states.append(apply(states[-1], made))
    present = states[-1]
    for made, before in zip(reversed(journal), reversed(states[:-1]), strict=True):
        present = undo(present, made)
        assert present == before
    for made, after in zip(journal, states[1:], strict=True):
        present = apply(present, made)
        assert present == after


@given(data=st.data(), drawn=assessments())
def test_a_change_holds_the_former_value(data: st.DataObject, drawn: tuple[Grid, Assessment]) -> None:
    grid, assessment = drawn
    made = data.draw(an_edit(grid, assessment))
    nothing = apply(assessment, [Change(change.field, change.key, None, change.before) for change in made])
    assert nothing == assessment
    assert all(change.before != change.after for change in made)
    assert len({(change.field, change.key) for change in made}) == len(made)


@given(drawn=assessments(), data=st.data())
def test_a_column_made_nc_and_given_back_is_as_before(
    drawn: tuple[Grid, Assessment], data: st.DataObject
) -> None:
    grid, assessment = drawn
    policy = data.draw(st.sampled_from(grid.policies)).id
    cells = edits.column_cells(grid, policy)
    made_nc = apply(assessment, edits.toggle_column(grid, assessment, policy))
    if any(assessment.answers.get(cell) is not NOT_CONCERNED for cell in cells):
        assert all(made_nc.answers[cell] is NOT_CONCERNED for cell in cells)
        given_back = apply(made_nc, edits.toggle_column(grid, made_nc, policy))
        assert given_back._replace(identity=assessment.identity) == assessment, "but for who has the policy"
    else:
        assert not any(cell in made_nc.answers for cell in cells)
    others = {cell: answer for cell, answer in assessment.answers.items() if cell not in cells}
    assert {cell: answer for cell, answer in made_nc.answers.items() if cell not in cells} == others


def test_a_cell_that_was_nc_by_hand_stays_nc_when_its_column_is_given_back() -> None:
    grid = make_grid()
    by_hand = Cell("m1.a01", "social")
    assessment = make_assessment(grid, {by_hand: NOT_CONCERNED, Cell("m1.a02", "social"): Rating.FULLY})
    made_nc = apply(assessment, edits.toggle_column(grid, assessment, "social"))
    there = apply(made_nc, edits.toggle_column(grid, made_nc, "social"))
    assert there._replace(identity=assessment.identity) == assessment


def test_a_note_given_in_a_column_made_nc_drops_what_was_set_aside() -> None:
    grid = make_grid()
    cell = Cell("m1.a01", "social")
    assessment = make_assessment(grid, {cell: Rating.NO})
    made_nc = apply(assessment, edits.toggle_column(grid, assessment, "social"))
    assert made_nc.set_aside[cell] is Rating.NO
    noted = apply(made_nc, edits.rate(made_nc, [cell], Rating.FULLY))
    assert noted.answers[cell] is Rating.FULLY
    assert cell not in noted.set_aside
    assert Cell("m1.a02", "social") in noted.set_aside


@each_row("answer", [None, Rating.NO, NOT_CONCERNED])
def test_the_same_answer_again_is_no_change(answer: Answer | None) -> None:
    grid = make_grid()
    assessment = make_assessment(grid, {} if answer is None else fill(grid, (answer,)))
    assert edits.rate(assessment, grid.cells, answer) == ()


def test_the_same_text_number_and_action_again_are_no_change() -> None:
    action = Action("Agir", "Prénom Nom", date(2027, 6, 30))
    assessment = make_assessment(
        make_grid(), comments={"m1.a01": "Oui."}, numbers={"m1.i02": 0}, actions={"m1.a01": action}
    )
    assert edits.write_text(assessment, Field.COMMENT, "m1.a01", "Oui.") == ()
    assert edits.write_text(assessment, Field.COMMENT, "m1.a02", " \n") == ()
    assert edits.count(assessment, "m1.i02", 0) == ()
    assert edits.plan(assessment, "m1.a01", action) == ()
    assert edits.plan(assessment, "m1.a02", None) == ()


def test_zero_is_a_number_and_an_empty_text_is_the_absence_of_one() -> None:
    assessment = make_assessment(make_grid(), comments={"m1.a01": "Oui."})
    counted = apply(assessment, edits.count(assessment, "m1.i02", 0))
    assert counted.numbers == {"m1.i02": 0}
    emptied = apply(counted, edits.write_text(counted, Field.COMMENT, "m1.a01", "  "))
    assert emptied.comments == {}


@given(drawn=assessments())
def test_a_cell_key_is_read_back(drawn: tuple[Grid, Assessment]) -> None:
    for cell in drawn[0].cells:
        assert changes.parse_cell_key(changes.cell_key(cell)) == cell


def test_the_cells_whose_answer_changes_are_listed() -> None:
    grid = make_grid()
    assessment = make_assessment(grid)
    made = edits.neutralise(assessment, grid.cells[:2]) + edits.count(assessment, "m1.i02", 1)
    assert changes.changed_cells(made) == grid.cells[:2]


def test_an_edit_leaves_the_former_assessment_untouched() -> None:
    grid = make_grid()
    assessment = make_assessment(grid)
    apply(assessment, edits.rate(assessment, grid.cells, Rating.NO))
    assert assessment.answers == {}
