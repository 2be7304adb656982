"""The drawing of the radar, in every size and at every drawing level."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from ctg_tui.chart.figures import WHOLE, Axis, Figures, Outline
from ctg_tui.chart.levels import Level
from ctg_tui.chart.names import Canvas, Point, Spot, plot
from ctg_tui.chart.radar import Drawing, legend_marks, radar
from tests.each_row import each_row
from tests.effort import tries

AXES = (
    Axis(1, "Mettre en œuvre les politiques"),
    Axis(2, "Adapter l’offre aux besoins"),
    Axis(3, "Animer le réseau des acteurs"),
    Axis(4, "Relation avec la population"),
)
ASCII_AXES = tuple(Axis(axis.number, f"Mission {axis.number}") for axis in AXES)

# Windows Glyph List 4 (Microsoft), the blocks that a radar could draw from.
WGL4 = frozenset(
    [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))]
    + list("‗–—―‘’‚‛“”„†‡•…‰′″‹›‼‾⁄∂∆∏∑−∕∙√∞∟∩∫≈≠≡≤≥⌂⌐⌠⌡")
    + list("▀▄█▌▐░▒▓■□▪▫▬▲►▼◄◊○●◘◙◦☺☻☼♀♂♠♣♥♦♪♫")
)


def outline(key: str, *values: int | None, behind: bool = False) -> Outline:
    return Outline(key, key.capitalize(), values, behind)


def spread() -> Figures:
    lines = (
        outline("famille", 74, 61, 33, 80),
        outline("education", 58, 61, 90, 20),
        outline("social", None, 100, 50, None),
        outline(WHOLE, 66, 70, 60, 50),
    )
    return Figures(AXES, lines)


def cells(drawing: Drawing) -> list[list[str]]:
    """Return the drawing, one character per cell (without wide characters)."""
    return [list("".join(segment.text for segment in line)) for line in drawing.lines]


def positions(drawing: Drawing, mark: str) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, line in enumerate(cells(drawing))
        for column, text in enumerate(line)
        if text == mark
    ]


def roles(drawing: Drawing) -> set[str]:
    return {segment.role for line in drawing.lines for segment in line}


percentages = st.one_of(st.none(), st.integers(0, 100))


@st.composite
def any_figures(draw: st.DrawFn) -> Figures:
    count = draw(st.integers(1, 7))
    axes = tuple(
        Axis(n + 1, draw(st.sampled_from(["Réseau", "Mot très long " * 4, "", "漢字"]))) for n in range(count)
    )
    keys = draw(st.lists(st.sampled_from(["famille", "education", "social", WHOLE]), unique=True, max_size=4))
    values = st.tuples(*[percentages] * count)
    return Figures(axes, tuple(Outline(key, key, draw(values), draw(st.booleans())) for key in keys))


@given(any_figures(), st.integers(1, 70), st.integers(1, 30), st.sampled_from(Level), st.booleans())
@settings(max_examples=tries(60), deadline=None)
def test_a_drawing_has_exactly_the_size_asked_for(
    figures: Figures, width: int, height: int, level: Level, legend: bool
) -> None:
    drawing = radar(figures, width=width, height=height, level=level, legend=legend)
    assert len(drawing.lines) == height
    assert {cell_len("".join(segment.text for segment in line)) for line in drawing.lines} == {width}


def test_the_size_of_the_terminal_does_not_limit_the_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "10")
    drawing = radar(spread(), width=200, height=60)
    rows = [row for row, line in enumerate(drawing.lines) if any(segment.role == "ring" for segment in line)]
    assert rows[-1] - rows[0] > 50


@each_row("level", Level)
def test_marks_stand_at_their_percentage_on_their_axis(level: Level) -> None:
    figures = Figures(AXES, (outline("famille", 100, 75, 50, 25),))
    drawing = radar(figures, width=100, height=31, level=level, legend=False)
    (mark,) = legend_marks(figures, level)
    marked = [
        (row, column)
        for row, column in positions(drawing, mark)
        if _role_at(drawing, row, column) == "outline-famille"
    ]
    # 28 rows without the two titles and the line of merged marks: 13 rows or 26 columns are 100 %.
    for row, column in ((14 - 13, 50), (14, 50 + 20), (14 + 6, 50), (14, 50 - 6)):
        assert any(abs(row - r) <= 1 and abs(column - c) <= 1 for r, c in marked), (row, column, marked)


def _role_at(drawing: Drawing, row: int, column: int) -> str:
    for segment in drawing.lines[row]:
        if column < len(segment.text):
            return segment.role
        column -= len(segment.text)
    raise AssertionError("outside of the drawing")


@each_row("level", Level)
def test_a_missing_percentage_is_never_drawn_as_zero(level: Level) -> None:
    missing = radar(
        Figures(AXES, (outline("famille", 80, None, None, None),)), width=60, height=22, level=level
    )
    zero = radar(Figures(AXES, (outline("famille", 80, 0, 0, 0),)), width=60, height=22, level=level)
    mark = legend_marks(Figures(AXES, (outline("famille", 80),)), level)[0]
    vertices = [
        place
        for place in positions(missing, mark)
        if place[0] < 21 and "outline" in _role_at(missing, *place)
    ]
    assert len(vertices) == 1
    assert missing != zero
    drawn = sum(len(s.text) for line in missing.lines[:21] for s in line if s.role == "outline-famille")
    assert drawn == 1  # a mark alone, without a line to the centre


def test_an_axis_without_any_percentage_has_a_dash() -> None:
    drawing = radar(Figures(AXES, (outline(WHOLE, 74, 61, None, 80),)), width=60, height=22)
    titles = [segment.text for line in drawing.lines for segment in line if segment.role == "missing"]
    assert titles == ["3 Animer le réseau des acteurs", "—"]
    complete = radar(Figures(AXES, (outline(WHOLE, 74, 61, 0, 80),)), width=60, height=22)
    assert "missing" not in roles(complete)


@each_row("level", Level)
def test_outlines_are_distinct_without_colour(level: Level) -> None:
    figures = Figures(AXES, (outline(WHOLE, 40, 40, 40, 40, behind=True), *spread().outlines))
    marks = legend_marks(figures, level)
    assert len(set(marks)) == len(figures.outlines)
    text = radar(figures, width=70, height=26, level=level).plain
    for line, mark in zip(figures.outlines, marks, strict=True):
        assert f"{mark} {line.name}" in text


@each_row("level", Level)
@each_row("value", [0, 50, 100])
def test_equal_percentages_are_one_mark_and_the_legend_says_which(level: Level, value: int) -> None:
    keys = ("famille", "education", "social", WHOLE)
    figures = Figures(AXES, tuple(outline(key, value, None, value, None) for key in keys))
    drawing = radar(figures, width=60, height=24, level=level)
    marks = legend_marks(figures, level)
    (said,) = [line.strip() for line in drawing.plain.splitlines() if "Confondus" in line]
    together = "".join(marks)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == f"Confondus : 1 {together}  3 {together}"
    drawn = [
        place
        for key, mark in zip(keys, marks, strict=True)
        for place in positions(drawing, mark)
        if place[0] < 20 and _role_at(drawing, *place) == f"outline-{key}"
    ]
    assert len(drawn) == (2 if value else 1), drawing.plain  # at 0, both axes meet in the centre


def test_different_percentages_are_not_said_to_be_merged() -> None:
    figures = Figures(AXES, (outline("famille", 74, 20, 33, 80), outline(WHOLE, 66, 70, 60, 50)))
    assert "Confondus" not in radar(figures, width=78, height=40).plain


def test_marks_at_the_end_of_an_axis_do_not_hide_its_title() -> None:
    figures = Figures(AXES, tuple(outline(key, 100, 100, 100, 100) for key in ("a", "b", "c", WHOLE)))
    text = radar(figures, width=78, height=24).plain
    for word in ("2 Adapter", "l’offre", "aux", "besoins", "4 Relation", "avec", "population"):
        assert word in text


def test_the_ascii_level_draws_ascii_only() -> None:
    figures = Figures(ASCII_AXES, tuple(outline(line.key, *line.values) for line in spread().outlines))
    for width, height in ((60, 22), (24, 12), (9, 8)):
        assert radar(figures, width=width, height=height, level=Level.ASCII).plain.isascii()


def test_the_compatible_level_draws_only_what_the_classic_windows_console_has() -> None:
    figures = Figures(AXES, (outline(WHOLE, 40, None, 40, 40, behind=True), *spread().outlines))
    for width, height in ((60, 22), (24, 12), (9, 8)):
        text = radar(figures, width=width, height=height, level=Level.COMPATIBLE).plain
        assert set(text) - {"\n"} <= WGL4, set(text) - WGL4


def test_the_rich_level_draws_in_braille() -> None:
    text = radar(spread(), width=60, height=22).plain
    assert sum(unicodedata.name(character, "").startswith("BRAILLE") for character in text) > 100


def test_two_outlines_in_one_cell_keep_the_dots_of_both() -> None:
    famille, social = outline("famille", 90, 90, 90, 90), outline("social", 88, 91, 88, 91)

    def dots(*lines: Outline) -> int:
        drawing = radar(Figures(AXES, lines), width=60, height=24, legend=False)
        braille = [s.text for line in drawing.lines for s in line if s.role.startswith("outline")]
        return sum(
            (ord(c) - 0x2800).bit_count() for text in braille for c in text if 0x2800 <= ord(c) < 0x2900
        )

    assert dots(famille, social) > max(dots(famille), dots(social)) + 20


def test_in_one_colour_an_outline_stands_out_from_the_rings() -> None:
    everything = Figures(AXES, (outline(WHOLE, 50, 50, 50, 50),))
    drawing = radar(everything, width=60, height=30, legend=False)
    dots = {"ring": 0, f"outline-{WHOLE}": 0}
    for segment in (segment for line in drawing.lines for segment in line):
        if segment.role in dots:
            dots[segment.role] += sum(
                (ord(character) - 0x2800).bit_count() for character in segment.text if character >= "\u2800"
            )
    assert dots[f"outline-{WHOLE}"] > dots["ring"] > 0, "one outline has more dots than all the rings"


def test_last_time_is_drawn_behind() -> None:
    now = outline(WHOLE, 50, 50, 50, 50)
    last = outline(WHOLE, 50, 50, 50, 50, behind=True)
    drawing = radar(Figures(AXES, (now, last)), width=60, height=24, legend=False)
    lines = [segment for line in drawing.lines for segment in line if segment.role == "behind-ensemble"]
    assert not lines, "the other outline covers it"
    assert "Confondus\N{NO-BREAK SPACE}: 1 ×◆" in drawing.plain


def test_last_time_is_dotted_with_a_mark_of_its_own() -> None:
    last = radar(Figures(AXES, (outline(WHOLE, 60, 60, 60, 60, behind=True),)), width=61, height=23)
    now = radar(Figures(AXES, (outline(WHOLE, 60, 60, 60, 60),)), width=61, height=23)
    assert 0 < dots(last) < dots(now) / 2
    proposed = tuple(axis._replace(is_proposed=True) for axis in AXES)
    hollow = radar(Figures(proposed, (outline(WHOLE, 60, 60, 60, 60),)), width=61, height=23)
    assert "×" in last.plain
    assert "×" not in now.plain + hollow.plain


def test_a_small_size_keeps_the_picture_rather_than_the_legend() -> None:
    small = radar(spread(), width=60, height=7)
    assert "ring" in roles(small)
    assert "Famille" not in small.plain


def test_proposed_lines_have_hollow_marks_and_dotted_lines() -> None:
    axes = tuple(axis._replace(is_proposed=rank > 0) for rank, axis in enumerate(AXES))
    line = outline(WHOLE, 60, 60, 60, 60)
    solid = radar(Figures(AXES, (line,)), width=61, height=23, legend=False)
    dotted = radar(Figures(axes, (line,)), width=61, height=23, legend=False)
    assert (len(positions(solid, "◆")), len(positions(solid, "◇"))) == (4, 0)
    assert (len(positions(dotted, "◆")), len(positions(dotted, "◇"))) == (1, 3)
    assert 0 < dots(dotted) < dots(solid) / 2
    assert "3° Animer" in dotted.plain
    assert "1 Mettre" in dotted.plain
    plain = radar(Figures(axes, (line,)), width=61, height=23, level=Level.ASCII).plain
    assert "3* Animer" in plain


def dots(drawing: Drawing) -> int:
    """Return the number of braille dots of the outlines."""
    return sum(
        (ord(letter) - 0x2800).bit_count()
        for row in drawing.lines
        for segment in row
        if segment.role.startswith(("outline", "behind"))
        for letter in segment.text
        if 0x2800 <= ord(letter) < 0x2900
    )


def test_too_small_is_blank_rather_than_wrong() -> None:
    assert radar(spread(), width=8, height=4).plain.strip() == ""


def test_one_answer_draws_its_own_outlines_again_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    plots: list[object] = []

    def counting(
        canvas: Canvas,
        paths: Sequence[Sequence[Point]],
        character: str | None,
        points: Sequence[Point] = (),
    ) -> tuple[Spot, ...]:
        plots.append(canvas)
        return plot(canvas, paths, character, points)

    # Through its module: the package's `radar` is the function.
    monkeypatch.setattr(sys.modules["ctg_tui.chart.radar"], "plot", counting)

    def draw(*lines: Outline) -> int:
        plots.clear()
        radar(Figures(AXES, lines), width=61, height=23)
        return len(plots)

    education = outline("education", 57, 62, 91, 23)
    before = (outline("famille", 71, 63, 37, 83), education, outline(WHOLE, 65, 62, 60, 51))
    assert draw(*before) > 0
    assert draw(*before) == 0
    assert draw(outline("famille", 72, 63, 37, 83), education, outline(WHOLE, 66, 62, 60, 51)) == 2
