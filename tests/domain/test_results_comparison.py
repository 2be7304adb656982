"""The years side by side, and last time: each on the lines that it asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Answer, Assessment, Cell, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import Years, translated, year_of
from ctg_tui.domain.scores import score
from ctg_tui.wording.results import key_sentences
from tests.strategies import charente, charente_of_caf, make_grid, make_identity

GRID = charente()
LINES = list(GRID.activities)
ANSWERS: st.SearchStrategy[Answer] = st.sampled_from([*Rating, NOT_CONCERNED])
FILLED = st.dictionaries(st.sampled_from(GRID.cells), ANSWERS, max_size=60)


class Filled(NamedTuple):
    """An assessment with the grid it was filled with."""

    grid: Grid
    assessment: Assessment


def moment(answers: Mapping[Cell, Answer], grid: Grid = GRID, **more: Any) -> Filled:
    empty = Assessment(1, grid.id, grid.version, grid.fingerprint, make_identity())
    return Filled(grid, empty._replace(answers=answers, **more))


# The years side by side: every figure is that of the rule, on the lines that the year asked.


def side_by_side(*moments: Filled) -> Years:
    """Return the years of the moments, on the grid of the last one."""
    grid = moments[-1].grid
    return Years(grid, tuple(year_of(each.assessment, grid, each.grid) for each in moments))


def share(answers: Mapping[Cell, Answer], cells: Iterable[Cell]) -> int | None:
    """Return the percentage of the notes, half up, by exact fractions."""
    notes = [int(answer) for cell in cells if isinstance(answer := answers.get(cell), int)]
    return int(100 * Fraction(sum(notes), 3 * len(notes)) + Fraction(1, 2)) if notes else None


@given(FILLED, FILLED)
def test_each_year_has_its_own_figures(then: dict[Cell, Answer], now: dict[Cell, Answer]) -> None:
    years = side_by_side(moment(then), moment(now))
    kinds = [mission.is_proposed for mission in GRID.noted_missions]
    named = [(row.mission, row.is_proposed, row.policy) for row in years.wholes]
    assert named == [
        *((mission, mission.is_proposed, None) for mission in GRID.noted_missions),
        *((None, kind, None) for kind in (False, True) if kinds.count(kind) > 1),
    ]
    for whole in years.wholes:
        of_policies = years.by_policy(whole)
        assert [row._replace(tallies=(), policy=None) for row in of_policies] == [
            whole._replace(tallies=())
        ] * len(GRID.policies)
        assert [row.policy for row in of_policies] == [policy.id for policy in GRID.policies]
        for row in (whole, *of_policies):
            cells = [
                cell
                for cell in GRID.cells
                if GRID.activities[cell.activity].is_proposed is row.is_proposed
                and (row.mission is None or GRID.mission_of[cell.activity] is row.mission)
                and row.policy in {None, cell.policy}
            ]
            figures = [tally.percentage if tally else None for tally in row.tallies]
            assert figures == [share(then, cells), share(now, cells)]
            assert row.present.percentage == figures[-1]
            assert row.moved == (None if None in figures else (figures[1] or 0) - (figures[0] or 0))


def test_a_mission_without_a_line_then_was_not_asked_and_one_without_any_now_is_not_shown() -> None:
    answers = dict.fromkeys(GRID.cells, Rating.FULLY)
    alone = moment(answers, charente_of_caf())
    opened = side_by_side(alone, moment(answers))
    assert [[bool(tally) for tally in row.tallies] for row in opened.wholes] == [[True, True]] + [
        [False, True]
    ] * 4
    closed = side_by_side(moment(answers), alone)
    (only,) = closed.wholes
    assert [tally and tally.percentage for tally in only.tallies] == [100, 100]


def test_a_policy_or_a_line_more_is_not_compared_with_the_year_that_did_not_ask_it() -> None:
    """All at 2 in both years, 0 in what is new: the whole did not fall, what both asked did not move."""
    before = make_grid((2, 1), ("famille", "social"), ())
    wider = make_grid((2, 1), ("famille", "social", "handicap"), ())
    longer = make_grid((2, 2), ("famille", "social"), ())
    former = moment(dict.fromkeys(before.cells, Rating.MOSTLY), before)
    present = year_of(former.assessment, before, before)
    for grid, missions, policies in ((wider, [], [True, True, False]), (longer, ["m1"], [False] * 2)):
        answers = {cell: former.assessment.answers.get(cell, Rating.NO) for cell in grid.cells}
        years = Years(grid, tuple(year_of(one, grid, own) for own, one in (former, moment(answers, grid))))
        total = years.total(False)
        assert (total.moved, total.before.rated, total.is_on_other_cells) == (None, 0, True)
        assert [one.id for one in grid.missions if years.row(one).moved == 0] == missions
        of_policies = years.by_policy(total)
        assert [row.moved == 0 for row in of_policies] == policies
        said = " ".join(key_sentences(years))
        assert "n’est pas comparable" in said
        assert "bougé" not in said
        back = Years(before, (year_of(years.years[1].assessment, before, grid), present))
        assert (back.total(False).moved, back.total(False).is_on_other_cells) == (0, False)
    fell = {cell: Rating(2 * (cell.activity[:2] == "m2")) for cell in before.cells}
    said = key_sentences(side_by_side(former, moment(fell, before)))[1]
    assert said == "Essai 1, la plus basse, a le plus baissé, de 67 à 0\N{NO-BREAK SPACE}%."


# Last time: what this grid asks too, by its ids.


def test_last_time_is_read_by_the_lines_of_the_present_grid() -> None:
    """Line 1 is another one now, though its id is the same."""
    before = make_grid((2,), ("famille", "social"), (2,))
    mission = before.missions[0]
    first, second = mission.activities
    lines = (second, first._replace(label="Neuf"))
    heading, counted = mission.indicators
    indicators = (counted, heading._replace(label="Neuf"))
    after = replace(
        make_grid((2,), ("famille",), (2,), grid_id="autre"),
        missions=(mission._replace(activities=lines, indicators=indicators),),
    )
    former = moment(
        {Cell(line.id, policy): Rating.FULLY for line in (first, second) for policy in ("famille", "social")},
        before,
        comments={first.id: "Un.", second.id: "Deux.", counted.id: "Vu."},
        actions={second.id: Action("Agir")},
        numbers={heading.id: 1, counted.id: 2},
    ).assessment
    here = translated(former, before, after)
    assert here.answers == {Cell(second.id, "famille"): Rating.FULLY}
    assert here.comments == {second.id: "Deux.", counted.id: "Vu."}
    assert here.actions == {second.id: Action("Agir")}
    assert here.numbers == {counted.id: 2}
    assert translated(former, before, before) == former, "its own grid is the present one"
    last = year_of(former, after, before)
    assert (last.assessment, last.year, last.asked) == (here, 2027, frozenset({Cell(second.id, "famille")}))
    assert last.scores == score(after, here.answers)
    same = year_of(former, before, before)
    assert same.asked == {*before.cells}
    assert same.scores == score(before, former.answers)
    strange = make_grid((1,), ("famille",), (), grid_id="ailleurs")
    strange = replace(strange, missions=(mission._replace(activities=(lines[1],), indicators=()),))
    assert year_of(former, strange, before).asked == frozenset()
