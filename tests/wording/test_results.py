"""Where a figure comes from, and last time beside this time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Assessment, Cell, Rating
from ctg_tui.domain.results import compared
from tests.strategies import charente, make_grid, make_identity

GRID = charente()
FIRST = Cell("m1.a01", "famille")
ANSWERS: st.SearchStrategy[Answer] = st.sampled_from([*Rating, NOT_CONCERNED])
FILLED = st.dictionaries(st.sampled_from(GRID.cells), ANSWERS, max_size=40)


def assessment(year: int, answers: Mapping[Cell, Answer], **more: Any) -> Assessment:
    made = Assessment(1, GRID.id, GRID.version, GRID.fingerprint, make_identity(year=year))
    return made._replace(answers=answers, **more)


def test_another_grid_gives_the_answers_and_comments_of_the_lines_that_it_has_too() -> None:
    """The first line of the other grid has the id of ours, and other words: it is another line."""
    former_grid = make_grid()
    first, second, *others = former_grid.missions[0].activities
    lines = (first._replace(label="Tout autre chose"), second, *others)
    mission = former_grid.missions[0]._replace(activities=lines)
    grid = replace(
        former_grid, id="autre", fingerprint="sha256:autre", missions=(mission, *former_grid.missions[1:])
    )
    noted = {Cell(line.id, "famille"): Rating.FULLY for line in (first, second)}
    former = assessment(2026, noted, comments={first.id: "du premier", second.id: "du deuxième"})._replace(
        grid_fingerprint=former_grid.fingerprint
    )
    last = compared(former, grid, former_grid)
    assert last.assessment.answers == {Cell(second.id, "famille"): Rating.FULLY}
    assert last.assessment.comments == {second.id: "du deuxième"}
