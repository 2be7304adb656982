"""Doors: any missions open, the others are not asked, and their answers come back."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Action, Answer, Assessment, Cell, Rating
from ctg_tui.domain.changes import set_doors
from ctg_tui.domain.edits import apply
from ctg_tui.domain.grid import Activity, Grid, named_indicator, named_line, number_of
from ctg_tui.domain.grid_files import adoption, still_open
from ctg_tui.domain.results import compared
from ctg_tui.domain.scores import in_view, score, totals
from ctg_tui.domain.steps import check, foreign_ids, next_blank
from tests.each_row import each_row
from tests.strategies import ALL_OPEN, charente, fill, filled_assessment, make_assessment, make_grid

GRID = charente()


@st.composite
def grids_with_doors(draw: st.DrawFn) -> tuple[Grid, frozenset[str]]:
    """Draw a grid of 1 to 12 missions, of any share of proposed lines, and the missions that are open."""
    lines = draw(st.lists(st.integers(0, 3), min_size=1, max_size=12))
    indicators = draw(st.lists(st.integers(0, 2), min_size=len(lines), max_size=len(lines)))
    every = [
        f"m{number}.{kind}{rank:02}"
        for kind, counts in (("a", lines), ("i", indicators))
        for number, count in enumerate(counts, 1)
        for rank in range(1, count + 1)
    ]
    proposed = draw(st.sets(st.sampled_from(every))) if every else set()
    grid = make_grid(lines, ("famille", "social"), indicators, proposed=proposed)
    return grid, draw(st.frozensets(st.sampled_from([mission.id for mission in grid.missions])))


@given(drawn=grids_with_doors())
def test_a_view_has_the_lines_of_the_caf_and_those_of_the_open_missions(
    drawn: tuple[Grid, frozenset[str]],
) -> None:
    grid, opened = drawn
    seen = grid.through(opened)
    own_only = not any(not line.is_proposed for line in grid.activities.values())
    asked = {
        line
        for line in grid.mission_of
        if own_only or not grid.line(line).is_proposed or grid.mission_of[line].id in opened
    }
    assert set(seen.mission_of) == asked
    assert seen.left_aside == set(grid.mission_of) - asked
    assert bool(grid.doors) is (not own_only and bool(grid.proposed_lines))
    assert seen.doors == grid.doors
    assert seen.through(ALL_OPEN) is grid.through(ALL_OPEN)
    for line in asked:
        assert number_of(seen, line) == number_of(grid, line), "one number on every surface"
        named = named_line(seen, number_of(grid, line))
        assert (named and named.activity) == (line if line in grid.activities else None)
    for line in seen.left_aside:
        assert named_line(seen, number_of(grid, line)) is None
        assert named_indicator(seen, number_of(grid, line)) is None
    kept = {mission.id for mission in seen.missions}
    for mission in grid.missions:
        had = mission.activities or mission.indicators
        assert (mission.id in kept) is (not had or any(line in asked for line in _lines(grid, mission.id)))


def _lines(grid: Grid, mission: str) -> list[str]:
    return [line for line, own in grid.mission_of.items() if own.id == mission]


@given(drawn=grids_with_doors(), closed=st.booleans())
def test_what_is_behind_a_closed_door_is_in_no_figure_count_or_check(
    drawn: tuple[Grid, frozenset[str]], closed: bool
) -> None:
    grid, opened = drawn
    whole = filled_assessment(grid)._replace(
        open_missions=opened,
        set_aside=fill(grid),
        actions=dict.fromkeys(grid.activities, Action("Agir")),
    )
    seen, sent = in_view(grid, whole)
    for name in ("answers", "set_aside", "comments", "numbers", "remarks", "actions"):
        there, every = getattr(sent, name), getattr(whole, name)
        asked = {key for key in every if getattr(key, "activity", key) not in seen.left_aside}
        assert there == {key: every[key] for key in asked}, "the rest leaves, with its value"
    scores = score(seen, whole.answers)
    both = totals(scores)
    assert both.whole.cells + (both.proposed.cells if both.proposed else 0) == len(seen.cells)
    assert (both.proposed is None) is not seen.has_proposed_activities
    assert not foreign_ids(seen, whole)
    assert not seen.left_aside.intersection(place for each in check(seen, whole) for place in each.places)
    blank = next_blank(seen, whole._replace(answers={}), None)
    assert blank in seen.cells if seen.cells else blank is None
    turned = apply(whole, set_doors(whole, () if closed else ALL_OPEN))
    assert turned._replace(open_missions=opened) == whole, "every answer stays"


def test_a_mission_of_both_kinds_keeps_its_own_lines_and_their_numbers() -> None:
    grid = make_grid((3,), indicators=(2,), proposed={"m1.a02", "m1.i01"})
    (door,) = grid.doors
    assert door.lines == ("m1.a02", "m1.i01")
    assert not door.is_whole_mission
    seen = grid.through(())
    assert list(seen.activities) == ["m1.a01", "m1.a03"]
    assert [number_of(seen, line) for line in seen.mission_of] == ["1.1", "1.3", "1.i2"]
    assert named_line(seen, "1.2") is None
    assert (named_line(seen, "1.3/social") or [None])[0] == "m1.a03"


@each_row("missions", [1, 2, 12])
def test_a_grid_all_of_the_caf_or_without_any_line_of_it_has_no_door(missions: int) -> None:
    own = make_grid([2] * missions, indicators=[1] * missions)
    assert not own.doors
    assert own.through(()) is own
    proposed = make_grid([2] * missions, indicators=[1] * missions, proposed=own.mission_of)
    assert not proposed.doors
    assert proposed.through(()) is proposed, "nothing would be left to fill"


class Filled(NamedTuple):
    """An assessment with the lines that it asks."""

    grid: Grid
    assessment: Assessment


def _of(grid: Grid, answers: dict[Cell, Answer], *opened: str) -> Filled:
    assessment = make_assessment(grid, answers, open_missions=frozenset(opened))
    return Filled(*in_view(grid, assessment))


def test_what_one_time_did_not_ask_is_compared_with_nothing() -> None:
    answers: dict[Cell, Answer] = dict.fromkeys(GRID.cells, Rating.FULLY)
    then, now = _of(GRID, answers, "m2", "m3"), _of(GRID, answers, "m3", "m4")
    last = compared(then.assessment, now.grid, then.grid)
    assert (last.compared_lines, last.other_lines) == (14 + 13, 0)
    assert {GRID.mission_of[cell.activity].id for cell in last.assessment.answers} == {"m1", "m3"}


def _other_version(grid: Grid, line: str, *, is_proposed: bool) -> Grid:
    """Return a later version of `grid`, of which one line changes sides."""

    def turned(activity: Activity) -> Activity:
        return activity._replace(is_proposed=is_proposed) if activity.id == line else activity

    missions = tuple(
        mission._replace(activities=tuple(map(turned, mission.activities))) for mission in grid.missions
    )
    return replace(grid, fingerprint="sha256:apres", missions=missions)


@pytest.mark.parametrize("is_known", [True, False])
def test_adopting_a_grid_keeps_the_doors_and_hides_no_answer_that_was_seen(is_known: bool) -> None:
    after = _other_version(GRID, "m1.a02", is_proposed=True)
    before = GRID if is_known else None
    closed = make_assessment(GRID, {Cell("m1.a01", "famille"): Rating.NO}, open_missions=frozenset())
    assert still_open(closed, before, after) == frozenset()
    third = closed._replace(open_missions=frozenset({"m3"}))
    assert still_open(third, before, after) == {"m3"}
    noted = third._replace(answers={Cell("m1.a02", "famille"): Rating.NO})
    made = adoption(noted, before, after)
    there = apply(noted, made.edit.changes)
    assert there.open_missions == {"m1", "m3"}, "the Caf's line is now a proposed one: its answer is seen"
    assert (made.kept, made.apart) == (1, 0)
    assert apply(there, made.edit.inverse()) == noted


def test_an_answer_behind_a_closed_door_stays_there_until_its_line_is_the_cafs() -> None:
    hidden: Assessment = make_assessment(
        GRID, {Cell("m2.a01", "famille"): Rating.NO}, open_missions=frozenset()
    )
    same = _other_version(GRID, "m1.a02", is_proposed=True)
    kept = adoption(hidden, GRID, same)
    assert not apply(hidden, kept.edit.changes).open_missions
    assert (kept.kept, kept.apart) == (0, 0)
    of_the_caf = adoption(hidden, GRID, _other_version(GRID, "m2.a01", is_proposed=False))
    assert (of_the_caf.kept, of_the_caf.apart) == (1, 0)


def test_a_grid_without_doors_opens_those_of_the_next_one_for_what_it_asked() -> None:
    proposed = make_grid((2, 2), indicators=(), proposed={"m1.a01", "m1.a02", "m2.a01", "m2.a02"})
    after = _other_version(proposed, "m1.a01", is_proposed=False)
    assert still_open(make_assessment(proposed, fill(proposed)), proposed, after) == {"m1", "m2"}
