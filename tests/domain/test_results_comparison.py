"""Two moments compared: as rendered, and on the cells noted both times; no answer in another grid."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Answer, Assessment, Cell, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import CellChange, Filled, Nature, compare
from ctg_tui.domain.scores import Tally
from ctg_tui.grids.catalogue import shipped_grids
from tests.strategies import make_grid, make_identity

GRID = shipped_grids()[0]
LINES = list(GRID.activities)
ANSWERS: st.SearchStrategy[Answer] = st.sampled_from([*Rating, NOT_CONCERNED])
FILLED = st.dictionaries(st.sampled_from(GRID.cells), ANSWERS, max_size=60)


def moment(answers: Mapping[Cell, Answer], grid: Grid = GRID, **more: Any) -> Filled:
    empty = Assessment(1, grid.id, grid.version, grid.fingerprint, make_identity())
    return Filled(grid, empty._replace(answers=answers, **more))


def points(answers: Mapping[Cell, Answer], cells: list[Cell]) -> tuple[int, Fraction | None]:
    """Return the number of notes and their exact share of the maximum."""
    notes = [int(answer) for cell in cells if isinstance(answer := answers.get(cell), int)]
    return len(notes), Fraction(sum(notes), 3 * len(notes)) if notes else None


def same(tally: Tally | None, answers: Mapping[Cell, Answer], cells: list[Cell]) -> bool:
    number, share = points(answers, cells)
    if tally is None or tally.rated != number:
        return False
    half_up = None if share is None else int(100 * share + Fraction(1, 2))
    return tally.percentage == half_up


@given(FILLED, FILLED)
def test_figures_are_those_of_each_moment_and_of_the_cells_noted_both_times(
    then: dict[Cell, Answer], now: dict[Cell, Answer]
) -> None:
    made = compare(moment(then), moment(now))
    for change in made.rubrics:
        cells = [
            cell
            for cell in GRID.cells
            if change.is_proposed is GRID.activities[cell.activity].is_proposed
            and change.mission in {None, GRID.mission_of[cell.activity].id}
            and change.policy in {None, cell.policy}
        ]
        both = [c for c in cells if isinstance(then.get(c), int) and isinstance(now.get(c), int)]
        assert same(change.before, then, cells)
        assert same(change.after, now, cells)
        assert same(change.constant.before, then, both)
        assert same(change.constant.after, now, both)
        assert change.constant.before.rated == change.constant.after.rated == len(both)


@given(FILLED, FILLED)
def test_the_other_way_round_is_the_mirror(then: dict[Cell, Answer], now: dict[Cell, Answer]) -> None:
    there, back = compare(moment(then), moment(now)), compare(moment(now), moment(then))
    for forward, backward in zip(there.rubrics, back.rubrics, strict=True):
        assert (forward.before, forward.after) == (backward.after, backward.before)
        assert forward.constant == backward.constant[::-1]
    assert [(c.cell, c.before, c.after) for c in there.cells] == [
        (c.cell, c.after, c.before) for c in back.cells
    ]


def test_the_change_of_each_cell_is_named() -> None:
    cells = GRID.cells
    then: dict[Cell, Answer] = {
        cells[0]: Rating.PARTLY,
        cells[1]: Rating.FULLY,
        cells[2]: Rating.NO,
        cells[3]: NOT_CONCERNED,
        cells[5]: Rating.NO,
        cells[6]: Rating.MOSTLY,
    }
    now: dict[Cell, Answer] = {
        cells[0]: Rating.FULLY,
        cells[1]: Rating.NO,
        cells[2]: NOT_CONCERNED,
        cells[3]: Rating.NO,
        cells[4]: Rating.NO,
        cells[6]: Rating.MOSTLY,
    }
    made = compare(moment(then), moment(now))
    assert [change.nature for change in made.cells] == [
        *(Nature.UP, Nature.DOWN, Nature.BECAME_NOT_CONCERNED),
        *(Nature.BECAME_CONCERNED, Nature.ANSWERED, Nature.BLANKED),
    ]


def test_texts_numbers_and_actions_stand_side_by_side() -> None:
    counted = next(line.id for line in GRID.indicators.values() if not line.is_heading)
    then = moment({}, comments={LINES[0]: "Avant"}, numbers={counted: 3}, actions={LINES[1]: Action("Un")})
    now = moment({}, comments={LINES[0]: "Après"}, numbers={counted: 4}, actions={})
    made = compare(then, now)
    assert made.comments == ((LINES[0], "Avant", "Après"),)
    assert made.numbers == ((counted, 3, 4),)
    assert made.actions == ((LINES[1], Action("Un"), None),)


def other_grid() -> Grid:
    """Return another version of the grid: line 1 reworded, line 2 removed, one line new."""
    from dataclasses import replace

    first = GRID.missions[0]
    lines = list(first.activities)
    lines[0] = lines[0]._replace(label="Un tout autre libellé")
    del lines[1]
    lines.append(first.activities[1]._replace(id="m1.a99", label="Une ligne nouvelle"))
    missions = (first._replace(activities=tuple(lines)), *GRID.missions[1:])
    return replace(GRID, missions=missions, version="2027-01", fingerprint="sha256:" + "1" * 64)


def test_only_lines_of_both_versions_of_a_grid_are_compared() -> None:
    then = {Cell(line, "famille"): Rating.FULLY for line in LINES[:3]}
    now = {Cell(line, "famille"): Rating.PARTLY for line in (LINES[0], LINES[2], "m1.a99")}
    made = compare(moment(then), moment(now, other_grid()))
    assert (made.compared_lines, made.other_lines) == (len(LINES) - 1, 2)
    assert made.reworded == (LINES[0],)
    assert made.cells == (
        CellChange(Cell(LINES[0], "famille"), Rating.FULLY, Rating.PARTLY, Nature.DOWN),
        CellChange(Cell(LINES[2], "famille"), Rating.FULLY, Rating.PARTLY, Nature.DOWN),
        CellChange(Cell("m1.a99", "famille"), None, Rating.PARTLY, Nature.LINE_ADDED),
        CellChange(Cell(LINES[1], "famille"), Rating.FULLY, None, Nature.LINE_REMOVED),
    )
    whole = [change for change in made.rubrics if not change.is_proposed][-1]
    assert whole.before is not None
    assert (whole.before.points, whole.before.rated) == (9, 3), "the old answers in their own grid"
    assert (whole.constant.before.points, whole.constant.after.points) == (6, 2)


def test_lines_left_aside_by_one_moment_are_not_compared() -> None:
    answers = dict.fromkeys(GRID.cells, Rating.FULLY)
    alone = moment(answers, GRID.without_proposed_lines)
    for before, after in ((moment(answers), alone), (alone, moment(answers))):
        made = compare(before, after)
        assert made.compared_lines == 14
        assert not made.cells
        assert not any(change.is_proposed for change in made.rubrics)
        assert made.rubrics[-1].before == made.rubrics[-1].after


def test_a_line_that_became_the_cafs_is_added_to_no_figure_of_the_other_kind() -> None:
    before = make_grid(lines=(2,), policies=("famille",), indicators=(), proposed={"m1.a02"})
    after = make_grid(lines=(2,), policies=("famille",), indicators=())
    both = dict(zip(after.cells, (Rating.NO, Rating.FULLY), strict=True))
    whole = compare(moment(both, before), moment(both, after)).rubrics[-1]
    assert whole.before is not None
    assert (whole.before.percentage, whole.after.percentage) == (0, 50)
    assert whole.constant.after.rated == 1, "only the line that was the Caf's both times"
