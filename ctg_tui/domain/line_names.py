"""Lines and cells as people name them: `1.3`, `1.i2`, `1.3/famille`; ids are accepted too."""

from __future__ import annotations

import re
from typing import NamedTuple

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import fold

_PLACE = re.compile(r"(\d{1,3})\.(\d{1,3})")
_INDICATOR = re.compile(r"(\d{1,3})\.i(\d{1,3})")


class NamedLine(NamedTuple):
    """A line, or one of its cells."""

    activity: str
    policy: str | None = None


def number_of(grid: Grid, line: str) -> str:
    """Return the number of a line of `grid`: `1.3` for an activity, `1.i2` for an indicator."""
    mission = grid.mission_of[line]
    activities = [activity.id for activity in mission.activities]
    if line in activities:
        return f"{mission.number}.{activities.index(line) + 1}"
    return f"{mission.number}.i{[indicator.id for indicator in mission.indicators].index(line) + 1}"


def named_line(grid: Grid, name: str) -> NamedLine | None:
    """Return the line that `name` means; None when the grid has none such.

    `1.3` is the third line of mission 1; a policy is its id or its label, accents and case aside.
    """
    line, slash, policy = name.strip().partition("/")
    activity = _activity(grid, line.strip())
    if activity is None:
        return None
    if not slash:
        return NamedLine(activity)
    typed = fold(policy.strip())
    found = (one.id for one in grid.policies if typed in (fold(one.id), fold(one.label)))
    chosen = next(found, None)
    return None if chosen is None else NamedLine(activity, chosen)


def named_indicator(grid: Grid, name: str) -> str | None:
    """Return the id of the indicator that `name` means: `1.i2`, or its id; None for none."""
    typed = name.strip().casefold()
    if typed in grid.indicators:
        return typed
    place = _INDICATOR.fullmatch(typed)
    if place is None:
        return None
    number, rank = map(int, place.groups())
    for mission in grid.missions:
        if mission.number == number and 1 <= rank <= len(mission.indicators):
            return mission.indicators[rank - 1].id
    return None


def _activity(grid: Grid, line: str) -> str | None:
    if line in grid.activities:
        return line
    place = _PLACE.fullmatch(line)
    if place is None:
        return None
    number, rank = map(int, place.groups())
    for mission in grid.missions:
        if mission.number == number and 1 <= rank <= len(mission.activities):
            return mission.activities[rank - 1].id
    return None
