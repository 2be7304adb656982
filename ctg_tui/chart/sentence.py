"""The radar in words, for those who do not see it: every figure that it draws, outline by outline."""

from __future__ import annotations

from ctg_tui.chart.figures import Axis, Figures
from ctg_tui.wording.french import NBSP, listing


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
