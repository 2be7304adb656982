"""Medians, spreads and ratios."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """Measures of one thing, in one unit."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The 10 % quantile: the machine without disturbance."""
        return quantile(self.values, 0.1)

    @property
    def high(self) -> float:
        """The 90 % quantile."""
        return quantile(self.values, 0.9)

    def summary(self) -> str:
        return f"{self.median:.4g} {self.unit} ({self.low:.4g}–{self.high:.4g})"


@dataclass(frozen=True)
class Row:
    """One line of the table: `ours` ÷ `floor` against a bound, or `ours` alone."""

    what: str
    floor: Series | None
    ours: Series
    bound: float | None = None
    """The largest accepted ratio; None for a figure without bound."""

    @property
    def ratio(self) -> float:
        """Ours ÷ floor by medians; ours alone without a floor."""
        return self.ours.median / self.floor.median if self.floor else self.ours.median

    @property
    def low_ratio(self) -> float:
        """The same by 10 % quantiles."""
        return self.ours.low / self.floor.low if self.floor else self.ours.low

    @property
    def held(self) -> bool:
        return self.bound is None or self.ratio <= self.bound


def quantile(values: Sequence[float], fraction: float) -> float:
    ordered = sorted(values)
    return ordered[round(fraction * (len(ordered) - 1))]
