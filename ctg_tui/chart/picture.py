"""The picture of some figures, a radar or bars, and the same figures as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, set_cell_size

from ctg_tui.chart.figures import FEWEST_AXES, Axis, Figures
from ctg_tui.chart.levels import GLYPHS, Level, bar
from ctg_tui.chart.radar import LABEL, NOTHING, Drawing, Segment, legend_marks, radar, role_of
from ctg_tui.wording.french import NBSP, listing, wrap


def describe(figures: Figures) -> str:
    """Return the sentences of all outlines."""
    return " ".join(sentences(figures))


def sentences(figures: Figures) -> tuple[str, ...]:
    """Return a sentence per outline, as `Famille : Politiques 74 %, Offre ° 61 %.`"""
    return tuple(
        f"{outline.name}{NBSP}: "
        + listing(
            [
                f"{axis.title} {_value(axis, value)}"
                for axis, value in zip(figures.axes, outline.values, strict=True)
            ]
        )
        + "."
        for outline in figures.outlines
    )


def _value(axis: Axis, value: int | None) -> str:
    percentage = "sans pourcentage" if value is None else f"{value}{NBSP}%"
    return f"{axis.mark}{NBSP}{percentage}" if axis.is_proposed else percentage


_NAME_WIDTH: Final = 12
_VALUE_WIDTH: Final = 6


def picture(
    figures: Figures, *, width: int, height: int, level: Level = Level.RICH, legend: bool = True
) -> Drawing:
    """Draw `figures` in `width` × `height` cells: a radar or, with fewer than three axes, bars."""
    if len(figures.axes) < FEWEST_AXES:
        return bars(figures, width=width, height=height, level=level)
    return radar(figures, width=width, height=height, level=level, legend=legend)


def bars(figures: Figures, *, width: int, height: int, level: Level = Level.RICH) -> Drawing:
    """Draw one bar per axis and outline, under the title of its axis, then the sentence of the same figures.

    What has no room is left out.
    """
    rows = [row for rank in range(len(figures.axes)) for row in _axis(figures, rank, width, level)]
    sentence = describe(figures).replace(NBSP, GLYPHS[level].space)
    rows += [[Segment(line, LABEL)] for line in wrap(sentence, width)]
    rows = rows[:height]
    above = (height - len(rows)) // 2
    blank = (Segment(" " * width, NOTHING),)
    below = height - above - len(rows)
    return Drawing((*[blank] * above, *(_whole(row, width) for row in rows), *[blank] * below))


def _axis(figures: Figures, rank: int, width: int, level: Level) -> Iterator[list[Segment]]:
    axis, glyphs = figures.axes[rank], GLYPHS[level]
    hollow = dict(zip(glyphs.marks, glyphs.hollow_marks, strict=True))
    yield [Segment(_cut(_title(axis, level), width), LABEL)]
    for outline, mark in zip(figures.outlines, legend_marks(figures, level), strict=True):
        value, role = outline.values[rank], role_of(outline)
        figure = glyphs.dash if value is None else f"{value}{glyphs.space}%"
        figure = f"{glyphs.proposed}{glyphs.space}{figure}" if axis.is_proposed else figure
        room = width - 2 - _NAME_WIDTH - 1 - _VALUE_WIDTH - 1
        yield [
            Segment(f"{hollow.get(mark, mark) if axis.is_proposed else mark} ", role),
            Segment(set_cell_size(outline.name, _NAME_WIDTH) + " ", LABEL),
            Segment(" " * max(room, 0) if value is None else bar(value, 100, max(room, 0), level), role),
            Segment(figure.rjust(_VALUE_WIDTH + 1), LABEL),
        ]
    yield []


def _title(axis: Axis, level: Level) -> str:
    number = "" if axis.number is None else f"{axis.number}{GLYPHS[level].proposed * axis.is_proposed} "
    return number + axis.title


def _cut(text: str, width: int) -> str:
    return set_cell_size(text, width) if cell_len(text) > width else text


def _whole(row: list[Segment], width: int) -> tuple[Segment, ...]:
    """Return a row of exactly `width` cells."""
    filled: list[Segment] = []
    left = width
    for text, role in row:
        kept = _cut(text, left)
        filled.append(Segment(kept, role))
        left -= cell_len(kept)
    return (*filled, Segment(" " * left, NOTHING))
