"""Lines of a grid as people read them: their place, notes and texts; whose they are, and the mark « ° »."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Action, Assessment, Cell, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.results import PastAction
from ctg_tui.domain.scores import Scores, Tally
from ctg_tui.domain.steps import foreign_ids
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import DASH, NBSP, OUTCOMES, count, listing, percentage, short_day, thousands

if TYPE_CHECKING:
    from ctg_tui.domain.scores import LineCount

MARK: Final = "°"
"""Stands beside each figure that rests on lines that are not the Caf's."""
MARK_MEANING: Final = typeset(f"{MARK} : ligne proposée, absente du document de la Caf.")
OF_CAF: Final = "lignes de la Caf"
PROPOSED: Final = "lignes proposées"
TOTAL: Final = "Ensemble"
TOTAL_PROPOSED: Final = f"Lignes proposées{NBSP}{MARK}"


def marked(tally: Tally, is_proposed: bool) -> str:
    """Return `74 %`, or `° 61 %` for proposed lines; a dash stands for the missing figure."""
    return f"{MARK}{NBSP}{percentage(tally)}" if is_proposed else percentage(tally)


def whose_lines(is_proposed: bool) -> str:
    """Return whose lines a figure rests on, with the mark."""
    return f"{MARK}{NBSP}{PROPOSED}" if is_proposed else OF_CAF


def short_title(mission: Mission) -> str:
    """Return `2 Adapter l’offre`, `2° Adapter l’offre` where its lines are proposed."""
    return f"{numbered(mission)} {mission.short_title}"


def numbered(mission: Mission) -> str:
    """Return the number of a mission, with the mark where its lines are proposed."""
    return f"{mission.number}{MARK}" if mission.is_proposed else str(mission.number)


def total_name(grid: Grid, is_proposed: bool) -> str:
    """Return the name of a total: whose lines it rests on, when the grid has lines of both kinds."""
    if not grid.has_proposed_activities:
        return "Toutes les missions"
    return f"{MARK}{NBSP}Toutes les lignes proposées" if is_proposed else "Toutes les lignes de la Caf"


def in_one(scores: Scores) -> str:
    """Return `66 %`, or `66 % · ° 61 %`; proposed lines without a figure are left out."""
    proposed = None if scores.proposed is None else scores.proposed.whole
    both = [] if proposed is None or not proposed.rated else [marked(proposed, is_proposed=True)]
    return " · ".join([percentage(scores.whole), *both])


def basis(grid: Grid) -> str:
    """Return the sentence that stands beside every total: on how many lines of each kind it rests."""
    proposed = sum(line.is_proposed for line in grid.activities.values())
    own = len(grid.activities) - proposed
    if not own:
        return typeset(f"Aucune ligne n’est celle de la Caf : les chiffres portent {MARK}.")
    lines = f"la seule{NBSP}ligne" if own == 1 else f"les {own}{NBSP}lignes"
    others = count(proposed, "ligne proposée", "lignes proposées")
    apart = f" Ceux marqués {MARK} sont calculés à part, sur {others}." if proposed else ""
    return f"Les chiffres reposent sur {lines} de la Caf.{apart}"


def count_apart(number: LineCount, one: str, several: str | None = None) -> str:
    """Return `2 commentaires`, `2 commentaires (lignes ° : 5)`: what proposed lines have is counted apart."""
    beside = typeset(f" (lignes{NBSP}{MARK} : {thousands(number.proposed)})") if number.proposed else ""
    return f"{count(number.own, one, several)}{beside}"


def missions_of(missions: Sequence[Mission]) -> str:
    """Return `mission 2`, `missions 2 et 4`, `missions 2 à 4`: those of `missions`, in grid order."""
    return f"mission{'s' if len(missions) > 1 else ''} {numbers_of(missions)}"


def numbers_of(missions: Sequence[Mission]) -> str:
    """Return `2`, `2 et 4`, `2 à 4`: the numbers of `missions`, in grid order."""
    numbers = [mission.number for mission in missions]
    if len(numbers) > 2 and numbers == [*range(numbers[0], numbers[-1] + 1)]:
        return f"{numbers[0]} à {numbers[-1]}"
    return listing(map(str, numbers))


LOW_NOTES: Final = frozenset({0, 1})


def foreign_lines(grid: Grid, assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Yield the id and all that is stored of each line that `grid` does not have."""
    for line in foreign_ids(grid, assessment):
        cells = (cell for cell in assessment.answers if cell.activity == line)
        parts = [notes_of(assessment, cells, {policy.id: policy.label for policy in grid.policies})]
        if line in assessment.numbers:
            parts.append(f"nombre{NBSP}{thousands(assessment.numbers[line])}")
        action = assessment.actions.get(line)
        texts = (assessment.comments.get(line), assessment.remarks.get(line), action and action.what)
        parts += [f"«{NBSP}{clean(text).strip()}{NBSP}»" for text in texts if text]
        yield line, " · ".join(filter(None, parts))


def landmarks(line: Activity) -> tuple[str, ...]:
    """Return `2 : tableau de bord tenu, non partagé`: what the grid says of the notes of a line."""
    return tuple(typeset(f"{step} : {clean(text)}") for step, text in line.landmarks)


INDICATOR: Final = "Indicateur"


def line_number(grid: Grid, line: str, mark: str = f"{NBSP}{MARK}") -> str:
    """Return `1.3`, the number of a line; `2.1 °`, with the `mark`, for a proposed one.

    An indicator is `Indicateur 2`, `Indicateur 3.2` where several missions have some.
    """
    number = grid.numbers[line]
    if line in grid.indicators:
        mission, _, rank = number.partition(".i")
        is_alone = sum(bool(one.indicators) for one in grid.missions) == 1
        number = f"{INDICATOR}{NBSP}{rank if is_alone else f'{mission}.{rank}'}"
    return f"{number}{mark if grid.line(line).is_proposed else ''}"


def outcome_in_words(past: PastAction) -> str:
    """Return `reporté en 2026`; a dash when nothing is said of the action."""
    outcome = DASH if past.action.outcome is None else OUTCOMES[past.action.outcome]
    return f"{outcome}{_said_in(past)}"


def past_action_in_a_line(past: PastAction) -> str:
    """Return `2025 → ce qui sera fait · reporté en 2026`: an action of the engagement."""
    return f"{past.planned} {action_in_a_line(past.action)}{_said_in(past)}"


def _said_in(past: PastAction) -> str:
    return "" if past.closed in {None, past.planned} else f" en {past.closed}"


def action_in_a_line(action: Action | None) -> str:
    """Return `→ ce qui sera fait · par qui · pour le 31 mars 2027`; empty for no action."""
    if action is None:
        return ""
    parts = [clean(action.what, multiline=True).strip(), clean(action.who).strip()]
    if action.due is not None:
        parts.append(f"pour le {short_day(action.due)} {action.due.year}")
    if action.outcome is not None:
        parts.append(OUTCOMES[action.outcome])
    return f"→ {' · '.join(part for part in parts if part)}"


def notes_of(assessment: Assessment, cells: Iterable[Cell], labels: Mapping[str, str]) -> str:
    """Return `Famille 2, Éducation NC`; `labels` names policies by their id."""
    given = ((cell, assessment.answers.get(cell)) for cell in cells)
    return ", ".join(
        f"{clean(labels.get(cell.policy, cell.policy))}{NBSP}{answer_text(answer)}"
        for cell, answer in given
        if answer is not None
    )


def notes_of_line(grid: Grid, assessment: Assessment, line: str) -> str:
    """Return the notes of a line of `grid`, as `notes_of` does."""
    labels = {policy.id: policy.label for policy in grid.policies}
    return notes_of(assessment, (Cell(line, policy) for policy in labels), labels)
