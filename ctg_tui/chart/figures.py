"""The figures of a radar: its axes, this year's percentage and last year's on each, and the same in words.

`figures` alone makes the axes; every surface draws, lists or says what it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Assessment, Cell
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Mission, number_of
from ctg_tui.domain.results import Year
from ctg_tui.domain.scores import Scores, Tally, tally
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, listing
from ctg_tui.wording.lines import MARK

FEWEST_AXES: Final = 3
MOST_AXES: Final = 20
"""Fewer axes make no surface, more cannot be distinguished: neither is drawn."""
FEWEST_MISSIONS: Final = 3
"""Fewer missions make no surface: the axes are then rubrics or lines."""


class Axis(NamedTuple):
    """One axis. `now` and `before` are percentages (0–100), None where nothing is noted."""

    key: str
    """The id of a line or of a mission, or those of the mission and the policy of a rubric."""
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


class Past(NamedTuple):
    """Last time's figures over the present grid; those of lines need its `answers`.

    `name` is its year, with the number of lines compared where the two grids differ by some.
    """

    name: str
    scores: Scores
    answers: Mapping[Cell, Answer] = MappingProxyType({})

    @property
    def year(self) -> str:
        return self.name.partition(" ")[0]


def past_of(last: Year | None) -> Past | None:
    """Return last time's figures over the present grid; None where no line of it can be compared."""
    if last is None or not len(last.asked):
        return None
    every = len(last.asked) + last.other_lines
    compared = f" ({len(last.asked)}{NBSP}lignes comparées sur {every})" if last.other_lines else ""
    return Past(f"{last.year}{compared}", last.scores, last.assessment.answers)


class By(Enum):
    """What an axis is: a mission, a rubric (mission × policy, as the Caf asks), or a line of a mission."""

    MISSION = "par mission"
    RUBRIC = "par rubrique"
    LINE = "par ligne"


def figures(
    grid: Grid,
    assessment: Assessment,
    scores: Scores,
    past: Past | None = None,
    *,
    by: By = By.RUBRIC,
    mission: Mission | None = None,
) -> Figures:
    """Return the figures of `scores`, those of `assessment` over `grid`.

    Lines are those of `mission`, of the first one with lines unless it is given.
    """
    if by is By.LINE:
        axes = _lines(grid, assessment, past, mission or grid.noted_missions[0])
    else:
        axes = _missions(grid, scores, past) if by is By.MISSION else _rubrics(grid, scores, past)
    return Figures(axes, str(assessment.identity.year), "" if past is None else past.name)


def _axis(key: str, label: str, now: Tally, before: int | None) -> Axis:
    return Axis(key, label, now.percentage, before, now.is_not_concerned)


def _missions(grid: Grid, scores: Scores, past: Past | None) -> tuple[Axis, ...]:
    """Return an axis per mission, with a mark where its lines are proposed."""
    axes = []
    for mission in grid.noted_missions:
        before = None if past is None else past.scores.mission(mission).percentage
        label = f"{clean(mission.tab)}{MARK if mission.is_proposed else ''}"
        axes.append(_axis(mission.id, label, scores.mission(mission), before))
    return tuple(axes)


def _lines(grid: Grid, assessment: Assessment, past: Past | None, mission: Mission) -> tuple[Axis, ...]:
    """Return an axis per line of `mission`; those of proposed lines bear no mark, the page says it."""
    axes = []
    for line in mission.activities:
        cells = [Cell(line.id, each.id) for each in grid.policies]
        before = None if past is None else tally(past.answers, cells).percentage
        axes.append(_axis(line.id, number_of(grid, line.id), tally(assessment.answers, cells), before))
    return tuple(axes)


def _rubrics(grid: Grid, scores: Scores, past: Past | None) -> tuple[Axis, ...]:
    """Return an axis per rubric, mission by mission."""
    axes = []
    is_single = len(grid.noted_missions) == 1
    for mission in grid.noted_missions:
        side = scores.side(mission.is_proposed)
        former = None if past is None else past.scores.side(mission.is_proposed)
        number = "" if is_single else f"{mission.number}{MARK if mission.is_proposed else ''} "
        for policy in grid.policies:
            now, label = side.rubrics[mission.id, policy.id], f"{number}{clean(policy.label)}"
            before = None if former is None else former.rubrics[mission.id, policy.id].percentage
            axes.append(_axis(f"{mission.id}/{policy.id}", label, now, before))
    return tuple(axes)


# The same figures in words.

_MOST_BLANK: Final = 3


def in_words(content: Figures) -> str:
    """Return every figure: `En 2027 : 1.1 à 100 % et 1.2 sans note. En 2026 : …`."""
    said = []
    for year, values in zip((content.year, content.past), content.values, strict=True):
        blank = sum(value is None for value in values)
        if blank == len(values):
            continue
        is_counted = blank > _MOST_BLANK
        each = [
            f"{axis.label} {'sans note' if value is None else f'à {value} %'}"
            for axis, value in zip(content.axes, values, strict=True)
            if not (value is None and is_counted)
        ]
        rest = [f"les {blank} autres sans note"] * is_counted
        said.append(typeset(f"En {year} : {listing([*each, *rest])}."))
    return " ".join(said)


def nothing_drawn(content: Figures) -> str:
    """Return why `content` makes no picture; empty when it does."""
    if not content.is_empty:
        return ""
    if not content.most_known:
        return f"Aucune note pour l’instant{NBSP}: le radar se dessine avec elles."
    return (
        f"Le radar demande de {FEWEST_AXES} à {MOST_AXES} résultats, dont deux notés"
        f"{NBSP}: le tableau les donne."
    )
