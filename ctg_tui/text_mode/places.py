"""The places of a grid in words, and the places that a person names: `1.3`, a search."""

from __future__ import annotations

from collections.abc import Iterator

from ctg_tui.domain.answers import Cell, answer_text
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.line_names import number_of
from ctg_tui.domain.text import fold
from ctg_tui.wording.grid import Kept, found_lines, searched_lines

MOST_FOUND = 9
"""Lines that a search says: more could not be kept in mind."""


def rank_of(mission: Mission, line: str) -> int:
    """Return the rank of an activity in its mission, from 1."""
    return [activity.id for activity in mission.activities].index(line) + 1


def question(grid: Grid, assessment: Assessment, cell: Cell) -> str:
    """Return `Mission 2, ligne 3 sur 12. Famille :`, with the present answer if there is one."""
    mission = grid.mission_of[cell.activity]
    answer = assessment.answers.get(cell)
    present = "" if answer is None else f", actuellement {answer_text(answer)}"
    rank = rank_of(mission, cell.activity)
    where = f"Mission {mission.number}, ligne {rank} sur {len(mission.activities)}"
    return f"{where}. {grid.policies_by_id[cell.policy].label}{present} :"


def described(grid: Grid, assessment: Assessment, activity: Activity) -> Iterator[str]:
    """Yield the text of a line, whose it is when it is not the Caf's, and whether it has a comment."""
    yield f"Ligne {number_of(grid, activity.id)} : {activity.label}"
    if activity.is_proposed:
        provenance = grid.provenance(activity.source)
        yield f"{provenance[:1].upper()}{provenance[1:]}."
    if activity.id in assessment.comments:
        yield "Cette ligne a un commentaire : « lire » le dit."


def cell_named(grid: Grid, name: str, policy: str) -> Cell | None:
    """Return the cell of `2.3`, `2.3/famille`, or `2` for the first line of a mission; None for no line."""
    place, _, column = name.partition("/")
    if column:
        chosen = policy_named(grid, column)
        if chosen is None:
            return None
        policy = chosen
    number, _, rank = place.strip().partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in (number, rank or "1")):
        return None
    mission = next((each for each in grid.missions if each.number == int(number)), None)
    if mission is None or not 1 <= int(rank or "1") <= len(mission.activities):
        return None
    return Cell(mission.activities[int(rank or "1") - 1].id, policy)


def policy_named(grid: Grid, name: str) -> str | None:
    """Return the id of the policy whose label or id begins with `name`; None for none or several."""
    typed = fold(name.strip())
    matching = [
        policy.id
        for policy in grid.policies
        if fold(policy.label).startswith(typed) or fold(policy.id).startswith(typed)
    ]
    return matching[0] if len(matching) == 1 and typed else None


def found(grid: Grid, assessment: Assessment, words: str) -> list[Activity]:
    """Return the lines that have every word of `words`, the best first, as the search of the grid does."""
    lines = found_lines(searched_lines(grid, assessment), words, Kept.ALL)
    return [grid.activities[line.id] for line in lines]
