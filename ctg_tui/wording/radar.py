"""The figures of a radar: its axes, this year's percentage and last year's on each, and the same in words.

`figures` alone makes the axes; every surface draws, lists or says what it returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Mission
from ctg_tui.domain.results import YearRow, Years
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, listing
from ctg_tui.wording.lines import MARK

FEWEST_AXES: Final = 3
MOST_AXES: Final = 20
"""Fewer axes make no surface, more cannot be distinguished: neither is drawn."""


class Axis(NamedTuple):
    """One axis. `now` and `before` are percentages (0–100), None where nothing is noted."""

    label: str
    """`1.13`; `Politiques`; `1 Famille`, `2° Famille` for proposed lines, `Famille` with one mission."""
    now: int | None
    before: int | None = None
    is_not_concerned: bool = False
    """Whether `now` is None because every note is « NC »."""


class Figures(NamedTuple):
    """The whole content of a radar. `past` is empty without a last time."""

    axes: tuple[Axis, ...]
    year: str
    past: str = ""

    @property
    def most_known(self) -> int:
        """How many axes have a percentage, this year or last year, whichever has more."""
        return max(sum(value is not None for value in values) for values in self.values)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: too few axes or too many, or one percentage at most."""
        return not FEWEST_AXES <= len(self.axes) <= MOST_AXES or self.most_known < 2

    @property
    def values(self) -> tuple[tuple[int | None, ...], ...]:
        """The percentages of this year and of last year, axis by axis."""
        return tuple(axis.now for axis in self.axes), tuple(axis.before for axis in self.axes)


class By(Enum):
    """What an axis is: a mission, a rubric (mission × policy, as the Caf asks), or a line of a mission."""

    MISSION = "par mission"
    RUBRIC = "par rubrique"
    LINE = "par ligne"


def ways(years: Years) -> tuple[By, ...]:
    """Return the radars of these years that have a surface; by line, each time."""
    rubrics = figures(years)
    has_missions = len(years.grid.noted_missions) >= FEWEST_AXES
    has_rubrics = not rubrics.is_empty and rubrics.most_known >= FEWEST_AXES
    return (*[By.MISSION] * has_missions, *[By.RUBRIC] * has_rubrics, By.LINE)


def figures(years: Years, by: By = By.RUBRIC, mission: Mission | None = None) -> Figures:
    """Return the figures of the last of `years` beside those of the one before.

    Lines are those of `mission`, of the first one with lines unless it is given.
    """
    former = [None, *years.years][-2]
    past = "" if former is None else str(former.year)
    rows = [*_rows(years, by, mission or years.grid.noted_missions[0])]
    if other := sum(row.is_on_other_cells for _, row in rows):
        past += f" ({len(rows) - other}{NBSP}comparables sur {len(rows)})"
    axes = (
        Axis(label, row.present.percentage, row.before.percentage, row.present.is_not_concerned)
        for label, row in rows
    )
    return Figures(tuple(axes), str(years.years[-1].year), past)


def _rows(years: Years, by: By, mission: Mission) -> Iterator[tuple[str, YearRow]]:
    """Yield the label of each axis and its figures; « ° » marks a mission of proposed lines."""
    grid = years.grid
    for line in mission.activities if by is By.LINE else ():
        yield grid.numbers[line.id], years.line(line.id)
    for each in grid.noted_missions if by is not By.LINE else ():
        whole, mark = years.row(each), MARK if each.is_proposed else ""
        if by is By.MISSION:
            yield f"{clean(each.tab)}{mark}", whole
            continue
        number = "" if len(grid.noted_missions) == 1 else f"{each.number}{mark} "
        for policy, rubric in zip(grid.policies, years.by_policy(whole), strict=True):
            yield f"{number}{clean(policy.label)}", rubric


def in_words(content: Figures) -> str:
    """Return every figure: `En 2027 : 1.1 à 100 % et 1.2 sans note. En 2026 : …`."""
    said = []
    for year, values in zip((content.year, content.past), content.values, strict=True):
        each = [
            f"{axis.label} {'sans note' if value is None else f'à {value} %'}"
            for axis, value in zip(content.axes, values, strict=True)
        ]
        if any(value is not None for value in values):
            said.append(typeset(f"En {year} : {listing(each)}."))
    return " ".join(said)


def nothing_drawn(content: Figures) -> str:
    """Return why `content` makes no picture; empty when it does."""
    said = f"Le radar demande de {FEWEST_AXES} à {MOST_AXES} résultats, dont deux notés"
    return f"{said}{NBSP}: le tableau les donne." if content.is_empty else ""
