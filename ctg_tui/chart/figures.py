"""The figures of a radar: its axes, this year's percentage and last year's on each, and the same in words.

`figures` alone chooses the axes; every surface draws, lists or says what it returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from textwrap import shorten
from types import MappingProxyType
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, Assessment, Cell
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Mission, number_of
from ctg_tui.domain.results import LastTime
from ctg_tui.domain.scores import Scores, tally
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, count, listing
from ctg_tui.wording.lines import MARK

FEWEST_AXES: Final = 3
MOST_AXES: Final = 20
"""Fewer axes make no surface, more cannot be distinguished: neither is drawn."""
FEWEST_MISSIONS: Final = 3
"""Fewer missions make no surface: the axes are then the lines of one of them."""


class By(Enum):
    """What an axis is: a mission, a line of one mission, or a rubric (mission × policy)."""

    MISSION = auto()
    LINE = auto()
    RUBRIC = auto()


class Axis(NamedTuple):
    """One axis. `now` and `before` are percentages (0–100), None where nothing is noted.

    `key` is the id of a mission (with the mark for its proposed lines) or of a line, see `axis_key`; of a
    rubric, the ids of both.
    """

    key: str
    label: str
    """`Politiques`, `Offre°` for proposed lines, `1.13`, `1 Famille`; `Famille` with one mission."""
    title: str
    now: int | None
    before: int | None = None
    number: str = ""
    """`1`, `2°`: a mission where its name has no room."""


class Figures(NamedTuple):
    """The whole content of a radar. `past` is empty without a last time."""

    axes: tuple[Axis, ...]
    year: str
    past: str = ""

    @property
    def most_known(self) -> int:
        """How many axes have a percentage, this year or last year, whichever has more."""
        now = sum(axis.now is not None for axis in self.axes)
        return max(now, sum(axis.before is not None for axis in self.axes))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: too few axes or too many, or one percentage at most."""
        return not FEWEST_AXES <= len(self.axes) <= MOST_AXES or self.most_known < 2


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


def past_of(last: LastTime | None, grid: Grid) -> Past | None:
    """Return last time's figures over `grid`, the present one; None when there are none."""
    if last is None:
        return None
    last = last.on(grid)
    if last.scores is None:
        return None
    every = last.compared_lines + last.other_lines
    compared = f" ({last.compared_lines}{NBSP}lignes comparées sur {every})" if last.other_lines else ""
    return Past(f"{last.year}{compared}", last.scores, last.assessment.answers)


def default_axes(grid: Grid, scores: Scores, past: Past | None = None) -> By:
    """Return missions from three of them on that have lines, else rubrics; lines while few have a figure."""
    by = By.MISSION if len(grid.noted_missions) >= FEWEST_MISSIONS else By.RUBRIC
    axes = (_missions if by is By.MISSION else _rubrics)(grid, scores, past)
    return by if Figures(axes, "").most_known >= FEWEST_AXES and len(axes) <= MOST_AXES else By.LINE


def figures(
    grid: Grid,
    assessment: Assessment,
    scores: Scores,
    past: Past | None = None,
    *,
    by: By | None = None,
    mission: str | None = None,
) -> Figures:
    """Return the figures of `scores`, those of `assessment` over `grid`.

    The axes are `by`, those of `default_axes` unless it is given; lines are those of `mission`, the first one
    with lines unless it is given.
    """
    by = by or default_axes(grid, scores, past)
    axes: tuple[Axis, ...]
    if by is By.LINE:
        axes = _lines(grid, assessment, past, _mission(grid, mission))
    elif by is By.RUBRIC:
        axes = _rubrics(grid, scores, past)
    else:
        axes = _missions(grid, scores, past)
    return Figures(
        axes,
        str(assessment.identity.year),
        "" if past is None else past.year if by is By.LINE else past.name,
    )


def axis_key(grid: Grid, cell: Cell, by: By) -> str:
    """Return the key of the axis that a cell belongs to."""
    if by is By.LINE:
        return cell.activity
    mission = grid.mission_of[cell.activity]
    return _mission_key(mission) if by is By.MISSION else rubric_key(mission, cell.policy)


def _mission_key(mission: Mission) -> str:
    return f"{mission.id}{MARK if mission.is_proposed else ''}"


def _mission(grid: Grid, mission: str | None) -> Mission:
    return grid.missions_by_id[mission] if mission is not None else grid.noted_missions[0]


def _missions(grid: Grid, scores: Scores, past: Past | None) -> tuple[Axis, ...]:
    axes = []
    for mission in grid.noted_missions:
        side, mark = scores.side(mission.is_proposed), MARK if mission.is_proposed else ""
        before = None if past is None else past.scores.side(mission.is_proposed)
        axes.append(
            Axis(
                _mission_key(mission),
                f"{clean(mission.tab)}{mark}",
                clean(mission.short_title),
                side.missions[mission.id].percentage,
                None if before is None else before.missions[mission.id].percentage,
                f"{mission.number}{mark}",
            )
        )
    return tuple(axes)


def _lines(grid: Grid, assessment: Assessment, past: Past | None, mission: Mission) -> tuple[Axis, ...]:
    """Return an axis per line of `mission`; those of proposed lines bear no mark, the page says it."""
    axes = []
    for line in mission.activities:
        cells = [Cell(line.id, each.id) for each in grid.policies]
        axes.append(
            Axis(
                line.id,
                number_of(grid, line.id),
                clean(line.label),
                tally(assessment.answers, cells).percentage,
                None if past is None else tally(past.answers, cells).percentage,
            )
        )
    return tuple(axes)


def rubric_key(mission: Mission, policy: str) -> str:
    """Return the key of the axis of a rubric, on the Caf's lines or on proposed ones."""
    return f"{_mission_key(mission)}/{policy}"


def _rubrics(grid: Grid, scores: Scores, past: Past | None) -> tuple[Axis, ...]:
    """Return an axis per rubric, mission by mission, as the Caf asks for them on its radar."""
    axes = []
    is_single = len(grid.noted_missions) == 1
    for mission in grid.noted_missions:
        side = scores.side(mission.is_proposed)
        before = None if past is None else past.scores.side(mission.is_proposed)
        mark = MARK if mission.is_proposed else ""
        for policy in grid.policies:
            rubric = mission.id, policy.id
            axes.append(
                Axis(
                    rubric_key(mission, policy.id),
                    clean(policy.label) if is_single else f"{mission.number}{mark} {clean(policy.label)}",
                    f"{clean(mission.short_title)}, {clean(policy.label)}",
                    side.rubrics[rubric].percentage,
                    None if before is None else before.rubrics[rubric].percentage,
                )
            )
    return tuple(axes)


# The same figures in words.


def lowest(content: Figures, *, is_named: bool = False) -> str:
    """Return `1.3 est la plus basse ; elle a monté depuis 2026.`; empty when fewer than two have a figure.

    With `is_named`, a mission or a rubric alone is said by its name, a line alone by its number and first
    words.
    """
    known = [axis for axis in content.axes if axis.now is not None]
    if len(known) < 2:
        return ""
    least = min(axis.now for axis in known if axis.now is not None)
    found = [axis for axis in known if axis.now == least]
    is_one = len(found) == 1
    names = [axis.label for axis in found]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], count(len(names) - _MOST_NAMES + 1, "autre")]
    if len(found) == len(known):  # not « toutes »: others may be blank, and other tables stand beside
        return typeset(f"{listing(names)} sont à {least} %.")
    if is_one and is_named:
        names = [_named(found[0])]
    said = f"{listing(names)} {'est la plus basse' if is_one else 'sont les plus basses'}"
    ways = {None if axis.before is None else (least > axis.before) - (least < axis.before) for axis in found}
    way = ways.pop() if len(ways) == 1 else None
    if way is None:
        return f"{said}."
    moved = (_ONE_MOVED if is_one else _SEVERAL_MOVED)[way]
    return typeset(f"{said} ; {moved} depuis {content.past.partition(' ')[0]}.")


def _named(axis: Axis) -> str:
    """Return the name of an axis: no number stands alone."""
    if axis.label.replace(".", "").isdigit():
        return f"{axis.label} {shorten(axis.title, _FIRST_WORDS, placeholder='…')}"
    has_name = "/" in axis.key and not axis.label[:1].isdigit()
    return axis.label if has_name else axis.title


_MOST_NAMES: Final = 4
_FIRST_WORDS: Final = 24
_ONE_MOVED: Final = {1: "elle a monté", -1: "elle a baissé", 0: "elle n’a pas bougé"}
_SEVERAL_MOVED: Final = {1: "elles ont monté", -1: "elles ont baissé", 0: "elles n’ont pas bougé"}


def unnoted(content: Figures) -> str:
    """Return which axes have no figure, where the outline is cut: `1.1 est vide : le trait s’y coupe.`"""
    blank = [axis.label for axis in content.axes if axis.now is None]
    if not blank or len(blank) == len(content.axes):
        return ""
    if len(blank) > _MOST_NAMES:
        return typeset(f"{len(blank)} sont vides : le trait s’y coupe.")
    return typeset(
        f"{listing(blank)} {'est vide' if len(blank) == 1 else 'sont vides'} : le trait s’y coupe."
    )


def in_words(content: Figures) -> str:
    """Return every figure, then which axis is lowest: `En 2027 : 1.1 à 100 % et 1.2 sans note. …`"""
    said = []
    now, before = ([axis.now for axis in content.axes], [axis.before for axis in content.axes])
    for year, values in ((content.year, now), (content.past, before)):
        blank = sum(value is None for value in values)
        if blank == len(values):
            continue
        is_counted = blank >= _MOST_NAMES
        each = [
            typeset(f"{axis.label} {'sans note' if value is None else f'à {value} %'}")
            for axis, value in zip(content.axes, values, strict=True)
            if not (value is None and is_counted)
        ]
        said.append(
            typeset(f"En {year} : {listing([*each, *[f'les {blank} autres sans note'] * is_counted])}.")
        )
    return " ".join(filter(None, (*said, lowest(content))))


def nothing_drawn(content: Figures) -> str:
    """Return why `content` makes no picture: `Seule 1.1 a une note (67 %) : …`; empty when it does."""
    if not content.is_empty:
        return ""
    if len(content.axes) > MOST_AXES:
        return typeset(
            f"Le radar a {MOST_AXES} axes au plus : le tableau donne les {len(content.axes)} résultats."
        )
    if len(content.axes) < FEWEST_AXES:
        return typeset(f"Le radar demande {FEWEST_AXES} axes au moins : le tableau donne les résultats.")
    if not content.most_known:
        return typeset("Aucune note pour l’instant : le radar se dessine avec elles.")
    known = ((axis, value) for axis in content.axes for value in (axis.now, axis.before))
    axis, value = next((axis, value) for axis, value in known if value is not None)
    return typeset(f"Seule {axis.label} a une note ({value} %) : le radar se dessine avec les suivantes.")
