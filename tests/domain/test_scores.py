"""Percentages, against a slow independent oracle: fractions, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Answer, Cell, Rating, answer_text, parse_answer
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, score
from tests.each_row import each_row
from tests.strategies import answered, answers, grids, make_grid


@st.composite
def grids_with_answers(draw: st.DrawFn) -> tuple[Grid, dict[Cell, Answer]]:
    grid = draw(grids())
    return grid, draw(answered(grid))


def oracle(cells: Iterable[Cell], given_answers: Mapping[Cell, Answer]) -> int | None:
    """Return the percentage of `cells` by the Caf's rule: rounded half up, NC and blanks left out."""
    given = [given_answers.get(cell) for cell in cells]
    notes = [Fraction(int(answer)) for answer in given if isinstance(answer, Rating)]
    if not notes:
        return None
    exact = 100 * sum(notes, Fraction(0)) / (3 * len(notes))
    decimal = Decimal(exact.numerator * 6 * 10**6) / Decimal(exact.denominator * 6 * 10**6)
    return int(decimal.quantize(Decimal(1), ROUND_HALF_UP))


@given(drawn=grids_with_answers())
def test_every_percentage_is_the_oracles(drawn: tuple[Grid, dict[Cell, Answer]]) -> None:
    grid, answers_given = drawn
    every = score(grid, answers_given)
    for is_proposed in {line.is_proposed for line in grid.activities.values()}:
        require_oracle(grid, every.side(is_proposed), answers_given, is_proposed)
    assert (every.proposed is None) is not any(line.is_proposed for line in grid.activities.values())


def require_oracle(
    grid: Grid, scores: Scores, answers_given: Mapping[Cell, Answer], is_proposed: bool
) -> None:
    """Check every percentage on the Caf's lines, or on the others."""
    kind = {line.id for line in grid.activities.values() if line.is_proposed is is_proposed}
    for mission in grid.missions:
        lines = [line.id for line in mission.activities if line.id in kind]
        for policy in grid.policies:
            cells = [Cell(line, policy.id) for line in lines]
            assert scores.rubrics[mission.id, policy.id].percentage == oracle(cells, answers_given)
        cells = [cell for cell in grid.cells if cell.activity in lines]
        assert scores.missions[mission.id].percentage == oracle(cells, answers_given)
    for policy in grid.policies:
        cells = [cell for cell in grid.cells if cell.policy == policy.id and cell.activity in kind]
        assert scores.policies[policy.id].percentage == oracle(cells, answers_given)
    cells = [cell for cell in grid.cells if cell.activity in kind]
    assert scores.whole.percentage == oracle(cells, answers_given)


def test_every_pair_of_points_and_notes_is_rounded_half_up() -> None:
    """Exhaustive up to the 59 lines of a long grid; the built-in `round` differs on 22 of these pairs."""
    pairs = [(points, rated) for rated in range(1, 60) for points in range(3 * rated + 1)]
    differing = 0
    for points, rated in pairs:
        exact = Fraction(100 * points, 3 * rated)
        floor = exact.numerator // exact.denominator
        expected = floor + (exact - floor >= Fraction(1, 2))
        assert Tally(points, rated).percentage == expected
        differing += expected != round(100 * points / (3 * rated))
    assert differing == 22


def test_answers_to_lines_that_the_grid_does_not_have_are_not_counted() -> None:
    grid = make_grid()
    elsewhere: dict[Cell, Answer] = {
        Cell("m9.a01", "famille"): Rating.FULLY,
        Cell("m1.a01", "logement"): Rating.NO,
    }
    assert score(grid, elsewhere) == score(grid, {})


@given(answer=answers)
def test_an_answer_is_spelt_and_read_back(answer: Answer) -> None:
    assert parse_answer(answer_text(answer)) is answer


@each_row("text", ["", "4", "-1", "nc", "2.0", " 2", "³", "٢", "True"])
def test_nothing_else_is_an_answer(text: str) -> None:
    with pytest.raises(ValueError, match="not an answer"):
        parse_answer(text)
