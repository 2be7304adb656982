"""Around the radar, each axis has its name and its percentage, and none covers another."""

from __future__ import annotations

from rich.cells import cell_len

from ctg_tui.chart.figures import WHOLE, Axis, Figures
from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.chart.names import FIGURE_WIDTH, arrange
from ctg_tui.chart.radar import radar
from tests.chart.test_radar import AXES, outline
from tests.each_row import each_row


@each_row("level", Level)
@each_row("size", [(25, 11), (34, 16), (42, 16), (66, 24), (120, 40)])
@each_row("count", [3, 4, 5])
def test_every_axis_bears_its_name_and_the_percentage_of_the_whole(
    level: Level, size: tuple[int, int], count: int
) -> None:
    axes = (*AXES, Axis(5, "Accueillir"))[:count]
    whole = tuple(range(61, 61 + count))
    figures = Figures(axes, (outline("famille", *[10] * count), outline(WHOLE, *whole)))
    text = radar(figures, width=size[0], height=size[1], level=level, legend=False).plain
    for axis, value in zip(axes, whole, strict=True):
        assert f"{value} %" in text.replace("\N{NO-BREAK SPACE}", " ")
        if count <= 4:
            assert f"{axis.number}" in text
            assert axis.title.split(" ")[0][:4] in text


@each_row("level", Level)
@each_row("count", [3, 4, 5, 7, 12])
def test_no_name_covers_the_picture_or_another_name(level: Level, count: int) -> None:
    axes = tuple(
        Axis(number, "Une mission au nom très long, de 45 caractères", number % 2 == 0)
        for number in range(1, count + 1)
    )
    for width, height in ((34, 16), (42, 16), (60, 22), (100, 36)):
        names = arrange(axes, width, height, level is Level.RICH, GLYPHS[level])
        assert names is not None
        taken = {
            (row, column)
            for row, (first, last) in names.place.spans().items()
            for column in range(first, last + 1)
        }
        for label in names.labels:
            cells_of_it = {(label.row, label.column + rank) for rank in range(cell_len(label.text))}
            assert not cells_of_it & taken, label
            taken |= cells_of_it
        for slot in filter(None, names.slots):
            cells_of_it = {(slot.row, slot.column + rank) for rank in range(FIGURE_WIDTH)}
            assert not cells_of_it & taken, slot
            taken |= cells_of_it
        assert all(0 <= row < height and 0 <= column < width for row, column in taken)
        assert {label.axis for label in names.labels} == set(range(count)), (width, height)


def test_a_figure_that_changes_moves_no_name() -> None:
    def names(value: int) -> list[tuple[int, str]]:
        drawing = radar(Figures(AXES, (outline(WHOLE, value, 50, 50, 50),)), width=34, height=16)
        return [
            (row, segment.text)
            for row, line in enumerate(drawing.lines)
            for segment in line
            if segment.role == "label"
        ]

    assert names(0) == names(5) == names(100)
