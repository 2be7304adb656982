"""The years side by side, where a figure comes from, the radar, in words: the same on every surface."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell, Moment
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.results import YearRow, Years
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, count, explain, listing, percentage, percentage_or_nc
from ctg_tui.wording.lines import (
    TOTAL,
    TOTAL_PROPOSED,
    line_number,
    notes_of_line,
    numbered,
    short_title,
    total_name,
)


def why_not_compared(former: Assessment) -> str:
    """Return why the figures of a former assessment are not shown beside the present ones."""
    return (
        f"L’évaluation {former.identity.year} a été remplie avec une autre grille (« {former.grid_id} », "
        f"version {former.grid_version}) : ses chiffres ne peuvent pas être comparés à ceux-ci."
    )


def former_line(grid: Grid, former: Assessment, line: str) -> str:
    """Return `2026 : Famille 1, Éducation NC. « Pas encore d’outil commun »`; empty for a line left blank."""
    comment = clean(former.comments.get(line, ""), multiline=True).strip()
    parts = filter(None, (notes_of_line(grid, former, line), f"« {comment} »" if comment else ""))
    said = ". ".join(parts)
    return typeset(f"{former.identity.year} : {said}") if said else ""


# Where a figure comes from (F8): the points of the rubric, of the mission, of all.


def explanation(grid: Grid, scores: Scores, cell: Cell) -> tuple[str, ...]:
    """Return the figure of a cell's rubric, then where it, that of its mission and of all lines come from."""
    mission, is_proposed = grid.mission_of[cell.activity], grid.activities[cell.activity].is_proposed
    side = scores.side(is_proposed)
    rubric, whole = side.rubrics[mission.id, cell.policy], side.missions[mission.id]
    name = f"Mission {numbered(mission)}"
    sentences = [explain(rubric), f"{name}, toutes politiques : {explain(whole)}"]
    if side.whole != whole:
        sentences.append(f"{TOTAL_PROPOSED if is_proposed else TOTAL} : {explain(side.whole)}")
    title = f"{name}, {clean(grid.policies_by_id[cell.policy].label)} : {percentage_or_nc(rubric)}"
    return tuple(map(typeset, (title, *sentences)))


# The years side by side.

NOT_ASKED: Final = "non demandé"
_MOMENTS: Final = {Moment.START: "début", Moment.YEARLY: "annuelle", Moment.END: "fin"}


def year_names(years: Years) -> tuple[str, ...]:
    """Return the heading of each year: `2026`; with its moment where two of one year are shown."""
    numbers = [each.identity.year for each in years.years]
    return tuple(
        f"{each.identity.year} {_MOMENTS[each.identity.moment]}"
        if numbers.count(each.identity.year) > 1
        else str(each.identity.year)
        for each in years.years
    )


def row_name(years: Years, row: YearRow) -> str:
    """Return `Famille`, `1 Mettre en œuvre`, `1.3 Intègre…`, or the name of a total: what a row is about."""
    if row.line is not None:
        return f"{line_number(years.grid, row.line)} {clean(years.grid.activities[row.line].label)}"
    if row.policy is not None:
        return clean(years.grid.policies_by_id[row.policy].label)
    if row.mission is None:
        return total_name(years.grid, row.is_proposed)
    return short_title(row.mission)


def key_sentences(years: Years) -> tuple[str, ...]:
    """Return `72 % en 2027, 47 % en 2026.`, then what moved most since the year before and what is lowest.

    They are about the Caf's lines, where the grid has any.
    """
    grid = years.grid
    is_proposed = not grid.own_cells
    total = years.total(is_proposed)
    now, before = total.present, total.before
    whose = "sur les lignes de la Caf" if grid.own_cells and grid.has_proposed_activities else ""
    if not now.rated:
        return (f"{f'Aucune note pour l’instant {whose}'.rstrip()}.",)
    year_before = f"{years.years[-2].identity.year}" if before.rated else ""
    said = f"{percentage(now)} en {years.years[-1].identity.year}"
    if year_before:
        said += f", {percentage(before)} en {year_before}"
    if whose:
        said += f", {whose}"
    if total.is_on_other_cells:
        year = year_names(years)[-2]
        said += f". L’année {year} n’est pas comparable{NBSP}: ses lignes ou ses politiques sont autres"
    if now.blank:
        said += f". {count(now.answered, 'case remplie', 'cases remplies')} sur {now.cells}"
    moved = _most_moved(years, rows_of_sentence(years), year_before)
    return tuple(filter(None, (f"{said}.", moved)))


def rows_of_sentence(years: Years) -> tuple[YearRow, ...]:
    """Return what the key sentences compare: the Caf's missions, or the policies of the only one."""
    is_proposed = not years.grid.own_cells
    rows = tuple(years.row(one) for one in years.grid.noted_missions if one.is_proposed is is_proposed)
    return years.by_policy(rows[0]) if len(rows) == 1 else rows


def _most_moved(years: Years, rows: Sequence[YearRow], year_before: str) -> str:
    """Return `Famille a le plus monté, de 45 à 76 %. La plus basse : Social, 67 %.`

    Where nothing rose, what fell most; where all are equal, none is the lowest.
    """
    known = [row for row in rows if row.present.rated]
    least = min((row.present.percentage or 0 for row in known), default=0)
    lowest = [row for row in known if row.present.percentage == least]
    lowest = lowest if len(lowest) < len(known) else []
    kind, which = "Mission" if rows[0].policy is None else "Politique", "la plus basse"
    if len(lowest) > 1:
        kind, which = f"{kind}s", "les plus basses"
    figure = f"{NBSP}: {_named(years, lowest)}, {least}{NBSP}%."
    alone = f"{kind} {which}{figure}" if lowest else ""
    moves = [row.moved for row in rows if row.moved is not None]
    if not year_before or not moves:
        return alone
    most = max(moves) if max(moves) > 0 else min(moves)
    if not most:
        return f"Rien n’a bougé depuis {year_before}. {alone}".rstrip()
    found = [row for row in rows if row.moved == most]
    change = f"de {count(abs(most), 'point')}"
    if len(found) == 1:
        change = f"de {(found[0].present.percentage or 0) - most} à {percentage(found[0].present)}"
    way = f"{'ont' if len(found) > 1 else 'a'} le plus {'monté' if most > 0 else 'baissé'}"
    if found == lowest:
        return f"{_named(years, found)}, {which}, {way}, {change}."
    said = f"{_named(years, found)} {way}, {change}."
    return f"{said} {which.capitalize()}{figure}" if lowest else said


def _named(years: Years, rows: Sequence[YearRow]) -> str:
    """Return `Famille et Social`; missions by their titles, without the numbers of a table."""
    return listing(
        clean(row.mission.short_title) if row.mission and not row.policy else row_name(years, row)
        for row in rows
    )


# The radar: its axes, this year’s percentage and last year’s on each, and the same in words.

FEWEST_AXES: Final = 3
MOST_AXES: Final = 20
"""Fewer axes make no surface, more cannot be distinguished: neither is drawn."""


class Axis(NamedTuple):
    """One axis. `now` and `before` are percentages (0–100), None where nothing is noted."""

    label: str
    """`1.13`; `1 Politiques`; `1 Famille`, `2° Famille` for proposed lines, `Famille` with one mission."""
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
        whole = years.row(each)
        number = "" if len(grid.noted_missions) == 1 else f"{numbered(each)} "
        if by is By.MISSION:
            yield f"{number}{clean(each.tab)}", whole
            continue
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
