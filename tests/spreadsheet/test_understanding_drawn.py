"""What is read of the layouts that another hand drew: nothing wrongly, nothing left out, nearly all of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.effort import IS_NIGHT, some
from tests.spreadsheet.drawn_layouts import draw_layouts
from tests.spreadsheet.measure_layouts import OWN_LINES, Result, columns_known, measure

pytestmark = pytest.mark.xdist_group("drawn layouts")  # in one process, which reads them once
_LEAST_READ = 0.98
"""Of the notes of ordinary layouts; each of the others is asked about, or named with its address."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    folder = tmp_path_factory.mktemp("layouts")
    return [measure(layout, folder) for layout in some(draw_layouts()[1:], 2)]


def test_no_cell_is_read_wrongly_and_none_is_left_out(results: list[Result]) -> None:
    amiss = [
        (result.layout.name, *result.details)
        for result in results
        for tally in (result.answers, result.comments, result.counts)
        if tally["wrong"] or tally["lost"]
    ]
    assert amiss == []
    assert sum(result.layout.is_misleading for result in results) > (30 if IS_NIGHT else 12)


def test_nearly_every_note_of_an_ordinary_layout_is_read(results: list[Result]) -> None:
    total: Counter[str] = Counter()
    for result in results:
        if not result.layout.is_misleading:
            total.update(result.answers)
    assert total["filled"] > (7_000 if IS_NIGHT else 3_000)
    assert total["right"] >= _LEAST_READ * total["filled"]


def test_of_a_workbook_of_its_own_each_line_and_no_title_or_legend_makes_the_grid(
    results: list[Result],
) -> None:
    own = [result for result in results if not result.layout.is_known and not result.is_refused]
    made = {result.layout.name: result.found["grille"]["activites"] for result in own}
    assert len(made) > (4 if IS_NIGHT else 1)
    assert set(made.values()) == {len(OWN_LINES)}


def test_of_two_columns_of_a_policy_the_one_that_is_said_is_read_whole(tmp_path: Path) -> None:
    names = ("the note of the Caf after one's own", "last year before this year", "aims for next year")
    layouts = [layout for layout in draw_layouts() if layout.name.startswith(names)]
    assert len(layouts) == 3
    for layout in layouts:
        proposed = measure(layout, tmp_path)
        assert proposed.answers["named"] == proposed.answers["filled"], "nothing is taken for certain"
        said = measure(layout, tmp_path, columns_known(proposed))
        assert said.answers["right"] == said.answers["filled"] > 100
        assert said.answers["wrong"] == said.answers["lost"] == said.comments["lost"] == 0
