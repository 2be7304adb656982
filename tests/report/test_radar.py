"""The radar of the HTML report: points at their percentages, missing percentages shown as missing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.chart.figures import Axis, Figures, Outline
from ctg_tui.chart.picture import describe
from ctg_tui.report.elements import Element, serialise
from ctg_tui.report.radar import radar_svg

_CENTRE = (310, 222)
_RADIUS = 168


def make_figures(*values: tuple[int | None, ...], behind: tuple[int | None, ...] | None = None) -> Figures:
    axes = tuple(Axis(rank, f"Mission {rank}") for rank in range(1, len(values[0]) + 1))
    names = [("famille", "Famille"), ("education", "Éducation"), ("ensemble", "Ensemble")][-len(values) :]
    outlines = [Outline(key, name, line) for (key, name), line in zip(names, values, strict=True)]
    if behind is not None:
        outlines.insert(0, Outline("ensemble", "Ensemble 2026", behind, behind=True))
    return Figures(axes, tuple(outlines))


def every(root: Element, name: str, class_: str = "") -> list[dict[str, str]]:
    """Return the attributes of the descendants of that name and class."""
    matches = []
    for child in root.children:
        if isinstance(child, Element):
            attributes = dict(child.attributes)
            if child.name == name and class_ in [*attributes.get("class", "").split(), ""]:
                matches.append(attributes)
            matches += every(child, name, class_)
    return matches


def segments(path: str) -> list[tuple[float, float, float, float]]:
    number = r"(-?[\d.]+)"
    found = re.findall(rf"M{number} {number}L{number} {number}", path)
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


percentages = st.one_of(st.none(), st.integers(0, 100))


@given(st.integers(1, 12).flatmap(lambda n: st.lists(st.tuples(*[percentages] * n), min_size=1, max_size=3)))
def test_each_point_is_as_far_as_its_percentage(lines: list[tuple[int | None, ...]]) -> None:
    figures = make_figures(*lines)
    paths = [line["d"] for line in every(radar_svg(figures), "path", "trace")]
    axes = len(figures.axes)
    whole_first = [figures.outlines[-1], *figures.outlines[:-1]]
    for outline, path in zip(whole_first, paths, strict=True):
        pairs = list(zip(outline.values, outline.values[1:] + outline.values[:1], strict=True))
        drawn = [(a, b) for a, b in pairs if a is not None and b is not None and axes > 1]
        assert len(segments(path)) == len(drawn)
        for (start, end), (x1, y1, x2, y2) in zip(drawn, segments(path), strict=True):
            assert hypot(x1 - _CENTRE[0], y1 - _CENTRE[1]) == pytest.approx(_RADIUS * start / 100, abs=0.2)
            assert hypot(x2 - _CENTRE[0], y2 - _CENTRE[1]) == pytest.approx(_RADIUS * end / 100, abs=0.2)


@given(st.integers(1, 12).flatmap(lambda n: st.lists(st.tuples(*[percentages] * n), min_size=1, max_size=3)))
def test_there_is_one_mark_per_figure(lines: list[tuple[int | None, ...]]) -> None:
    picture = radar_svg(make_figures(*lines))
    marks = every(picture, "polygon", "sommet") + every(picture, "circle", "sommet")
    assert len(marks) == sum(value is not None for line in lines for value in line)


def test_a_missing_percentage_leaves_the_outline_open_and_is_never_zero() -> None:
    whole = radar_svg(make_figures((50, 50, 50, 50)))
    open_ = radar_svg(make_figures((50, None, 50, 50)))
    assert len(segments(every(whole, "path")[0]["d"])) == 4
    assert len(segments(every(open_, "path")[0]["d"])) == 2
    assert not any((x, y) == _CENTRE for x, y, *_ in segments(every(open_, "path")[0]["d"]))
    zero = radar_svg(make_figures((50, 0, 50, 50)))
    assert any((x, y) == _CENTRE for x, y, *_ in segments(every(zero, "path")[0]["d"]))


def test_an_axis_without_any_percentage_is_dashed_and_says_so() -> None:
    figures = make_figures((50, None, 50, 50), (40, None, 30, 20))
    markup = serialise(radar_svg(figures))
    assert markup.count('class="axe sans"') == 1
    assert describe(figures).count("Mission 2 sans pourcentage") == 2
    title = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", markup)
    assert " ".join(title) == "1 Mission 1 2 Mission 2 — sans pourcentage 3 Mission 3 4 Mission 4"


def test_last_time_is_drawn_behind_with_marks_of_its_own() -> None:
    picture = radar_svg(make_figures((50, 60, 70), (40, 50, 60), behind=(10, 20, 30)))
    assert [path["class"] for path in every(picture, "path")] == ["trace avant", "trace ensemble", "trace p0"]
    assert len(every(picture, "polygon", "avant")) == 3


def test_equal_percentages_show_their_marks_side_by_side() -> None:
    picture = radar_svg(make_figures((50, 60, 70), (50, 61, 90)))
    places = {
        mark.get("points", mark.get("cx", "") + mark.get("cy", ""))
        for mark in every(picture, "polygon", "sommet")
    }
    assert len(places) == len(every(picture, "polygon", "sommet"))
    circles = every(picture, "circle", "sommet")
    assert circles[0]["cx"] != "310", "the mark on the first axis makes room for the other"


def test_the_description_has_every_figure() -> None:
    text = describe(make_figures((50, None), (0, 100)))
    assert (
        "Éducation\N{NO-BREAK SPACE}: Mission 1 50\N{NO-BREAK SPACE}% et Mission 2 sans pourcentage." in text
    )
    assert (
        "Ensemble\N{NO-BREAK SPACE}: Mission 1 0\N{NO-BREAK SPACE}% et Mission 2 100\N{NO-BREAK SPACE}%."
        in text
    )


def test_titles_stay_in_the_picture_however_long() -> None:
    title = "Un titre de mission très long " * 10
    figures = Figures(
        tuple(Axis(rank, title) for rank in range(1, 8)), (Outline("ensemble", "Ensemble", (1,) * 7),)
    )
    heights: list[float] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == "tspan":
                heights.append(float(dict(attrs)["y"] or "nan"))

    Reader().feed(serialise(radar_svg(figures)))
    assert len(heights) > 20
    assert min(heights) > 0
    assert max(heights) < 450


def test_proposed_lines_have_hollow_marks_dotted_lines_and_their_mark_in_words() -> None:
    figures = make_figures((60, 40, 20, 80))
    axes = tuple(axis._replace(is_proposed=rank in {2, 3}) for rank, axis in enumerate(figures.axes))
    marked = figures._replace(axes=axes)
    drawing = radar_svg(marked)
    (solid,) = [line for line in every(drawing, "path", "trace") if "propose" not in line["class"]]
    (dotted,) = every(drawing, "path", "propose")
    assert (len(segments(solid["d"])), len(segments(dotted["d"]))) == (1, 3)
    assert len(every(drawing, "polygon", "propose")) == 2
    assert "Mission 2 40\N{NO-BREAK SPACE}%" in describe(marked)
    assert "Mission 3 °\N{NO-BREAK SPACE}20\N{NO-BREAK SPACE}%" in describe(marked)
