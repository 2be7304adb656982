"""The radar of the HTML report: the rubrics, at their percentages; what is missing is shown as missing."""

from __future__ import annotations

import re
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.chart.figures import Axis, Figures
from ctg_tui.domain.assessment import Answer, Cell
from ctg_tui.domain.grid import Grid
from ctg_tui.report import html
from ctg_tui.report.radar import drawing
from tests.report.contents import make_content
from tests.report.pages import Node, read_page
from tests.strategies import charente, charente_of_caf, fill, make_assessment, make_grid

_CENTRE = (300, 215)
_RADIUS = 168


def make_figures(*values: int | None, before: tuple[int | None, ...] | None = None) -> Figures:
    past = before or (None,) * len(values)
    axes = tuple(
        Axis(str(rank), f"{rank} Famille", now, then)
        for rank, (now, then) in enumerate(zip(values, past, strict=True), 1)
    )
    return Figures(axes, "2027", "" if before is None else "2026")


def drawn(figures: Figures) -> Node:
    """Return the drawing as the page has it."""
    markup = html.environment().get_template("radar.svg").render(drawing=drawing(figures))
    return read_page(f"<!DOCTYPE html>\n<html>{markup}</html>")


def sides(root: Node, class_: str = "trace") -> list[tuple[float, float, float, float]]:
    number = r"(-?[\d.]+)"
    paths = " ".join(
        path.attributes["d"] for path in root.every("path") if path.attributes["class"] == class_
    )
    found = re.findall(rf"M{number} {number}L{number} {number}", paths)
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


percentages = st.one_of(st.none(), st.integers(1, 100))


def reach(x: float, y: float) -> float:
    """Return the percentage at a point."""
    return 100 * hypot(x - _CENTRE[0], y - _CENTRE[1]) / _RADIUS


@given(st.integers(3, 20).flatmap(lambda n: st.lists(percentages, min_size=n, max_size=n)))
def test_each_corner_is_as_far_as_its_percentage_and_a_gap_is_never_zero(values: list[int | None]) -> None:
    expected: list[tuple[int, int]] = []
    for rank, value in enumerate(values):
        after = values[(rank + 1) % len(values)]
        if value is not None and after is not None:
            expected.append((value, after))
        elif value is not None and values[rank - 1] is None:
            expected.append((value, value))  # alone between two gaps: a point
    got = sides(drawn(make_figures(*values)))
    assert [(reach(x, y), reach(other_x, other_y)) for x, y, other_x, other_y in got] == [
        pytest.approx(pair, abs=0.1) for pair in expected
    ]


def test_last_year_is_drawn_first_in_another_line_with_a_legend_of_both() -> None:
    def years(root: Node) -> list[str]:
        return [text.text for text in root.every("text") if text.text.isdecimal() and int(text.text) > 100]

    picture = drawn(make_figures(50, 60, 70, before=(10, 20, 30)))
    assert len(sides(picture, "trace avant")) == len(sides(picture)) == 3
    classes = [path.attributes["class"] for path in picture.every("path")]
    assert classes[:2] == ["trace avant", "trace"]
    assert len(picture.every("polygon", "dedans")) == 3
    assert years(picture) == ["2027", "2026"]
    assert years(drawn(make_figures(50, 60, 70))) == []


def test_the_page_has_the_rubrics_of_the_caf_up_to_twenty_of_them() -> None:
    def labels(grid: Grid, answers: dict[Cell, Answer]) -> list[str]:
        page = read_page(html.render(make_content(grid, make_assessment(grid, answers))))
        texts = [text.text for radar in page.every("svg", "radar") for text in radar.every("text", "titre")]
        return [text.replace("\N{NO-BREAK SPACE}", " ").removesuffix("67 %").strip() for text in texts]

    grid, own, many = charente(), charente_of_caf(), make_grid((1,) * 7, ("famille", "social", "sante"), ())
    assert labels(own, fill(own)) == ["Famille", "Éducation", "Social"]
    rubrics = labels(grid, fill(grid))
    assert rubrics[3:6] == ["2° Famille", "2° Éducation", "2° Social"]
    assert len(rubrics) == 12
    assert labels(grid, {}) == [], "nothing is drawn where nothing is noted"
    assert labels(many, fill(many)) == [], "the table stands alone"
