"""This time beside last time, and where a figure comes from, in words: the same on every surface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ctg_tui.domain.assessment import Assessment, Cell, Moment
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
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
    if not now.rated:
        return ("Aucune note pour l’instant.",)
    year_before = f"{years.years[-2].identity.year}" if before.rated else ""
    said = f"{percentage(now)} en {years.years[-1].identity.year}"
    if year_before:
        said += f", {percentage(before)} en {year_before}"
    if grid.own_cells and grid.has_proposed_activities:
        said += ", sur les lignes de la Caf"
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
    """Return `Famille a le plus monté, de 45 à 76 %. Le plus bas : Social, 67 %.`

    Where nothing rose, what fell most; where all are equal, none is the lowest.
    """
    known = [row for row in rows if row.present.rated]
    least = min((row.present.percentage or 0 for row in known), default=0)
    lowest = [row for row in known if row.present.percentage == least]
    lowest = lowest if len(lowest) < len(known) else []
    names = listing(row_name(years, row) for row in lowest)
    last = f"Le plus bas{NBSP}: {names}, {least}{NBSP}%." if lowest else ""
    moves = [row.moved for row in rows if row.moved is not None]
    if not year_before or not moves:
        return last
    most = max(moves) if max(moves) > 0 else min(moves)
    if not most:
        return f"Rien n’a bougé depuis {year_before}. {last}".rstrip()
    found = [row for row in rows if row.moved == most]
    have = "ont" if len(found) > 1 else "a"
    change = f"de {count(abs(most), 'point')}"
    if len(found) == 1:
        change = f"de {(found[0].present.percentage or 0) - most} à {percentage(found[0].present)}"
    way = f"{have} le plus {'monté' if most > 0 else 'baissé'}, {change}"
    said = f"{listing(row_name(years, row) for row in found)} {way}"
    return f"{said}, et {have} le plus bas résultat." if found == lowest else f"{said}. {last}".rstrip()
