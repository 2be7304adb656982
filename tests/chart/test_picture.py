"""Fewer than three values make no radar: they are drawn as bars, with the same marks and figures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.chart.figures import WHOLE, Axis, Figures, Outline
from ctg_tui.chart.levels import Level
from ctg_tui.chart.picture import bars, picture
from ctg_tui.chart.radar import radar
from tests.each_row import each_row

percentages = st.one_of(st.none(), st.integers(0, 100))


def make_figures(*values: int | None) -> Figures:
    axes = (Axis(1, "Politiques"), Axis(2, "Offre", is_proposed=True), Axis(3, "Réseau"))
    return Figures(axes[: len(values)], (Outline(WHOLE, "Ensemble", values),))


@given(
    st.lists(percentages, min_size=1, max_size=2),
    st.integers(1, 130),
    st.integers(1, 40),
    st.sampled_from(Level),
)
def test_bars_are_exactly_as_large_as_asked_for(
    values: list[int | None], width: int, height: int, level: Level
) -> None:
    drawing = bars(make_figures(*values), width=width, height=height, level=level)
    assert len(drawing.lines) == height
    assert {sum(cell_len(segment.text) for segment in line) for line in drawing.lines} == {width}


@each_row("level", Level)
def test_each_bar_is_as_long_as_its_percentage_and_bears_its_figure(level: Level) -> None:
    drawing = picture(make_figures(50, 100), width=62, height=10, level=level)
    letter, mark = ("#", "*") if level is Level.ASCII else ("█", "°")
    lengths = [line.count(letter) for line in drawing.plain.splitlines() if letter in line]
    assert lengths == [20, 40]
    assert "1 Politiques" in drawing.plain
    assert f"2{mark} Offre" in drawing.plain
    text = drawing.plain.replace("\N{NO-BREAK SPACE}", " ")
    assert "50 %" in text
    assert f"{mark} 100 %" in text


def test_a_missing_figure_is_a_dash_without_a_bar() -> None:
    drawing = picture(make_figures(None), width=60, height=5).plain
    (line,) = [one for one in drawing.splitlines() if "◆" in one]
    assert "—" in line
    assert "█" not in drawing


def test_the_sentence_of_the_same_figures_follows_the_bars() -> None:
    drawing = picture(make_figures(50, None), width=60, height=10)
    text = " ".join(drawing.plain.split())
    assert text.endswith("Ensemble : Politiques 50 % et Offre ° sans pourcentage.")


def test_three_values_make_a_radar() -> None:
    figures = make_figures(10, 20, 30)
    assert picture(figures, width=60, height=20) == radar(figures, width=60, height=20)
