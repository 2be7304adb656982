"""The radar in words, for those who do not see it: every figure that it draws, outline by outline."""

from __future__ import annotations

from ctg_tui.chart.figures import Axis, Figures
from ctg_tui.wording.french import NBSP, listing


def describe(figures: Figures) -> str:
    """Return a sentence per outline, as `Famille : Politiques 74 %, Offre ° 61 %.`"""
    sentences = []
    for outline in figures.outlines:
        values = [
            f"{axis.title} {_value(axis, value)}"
            for axis, value in zip(figures.axes, outline.values, strict=True)
        ]
        sentences.append(f"{outline.name}{NBSP}: {listing(values)}.")
    return " ".join(sentences)


def _value(axis: Axis, value: int | None) -> str:
    percentage = "sans pourcentage" if value is None else f"{value}{NBSP}%"
    return f"{axis.mark}{NBSP}{percentage}" if axis.is_proposed else percentage
