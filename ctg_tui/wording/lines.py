"""Lines of a grid as people read them: place, notes, texts, whose they are; what is lacking, the steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Action, Assessment, Cell, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.results import PastAction
from ctg_tui.domain.scores import Scores, Tally
from ctg_tui.domain.steps import Finding, FindingCode, Progress, Step, Steps, foreign_ids, missing_numbers
from ctg_tui.domain.text import clean, fold
from ctg_tui.wording.french import NBSP, OUTCOMES, count, listing, percentage, short_day, thousands

MARK: Final = "°"
"""Stands beside each figure that rests on lines that are not the Caf's."""
MARK_MEANING: Final = typeset(f"{MARK} : ligne proposée, absente du document de la Caf.")
TOTAL: Final = "Ensemble"
TOTAL_PROPOSED: Final = f"Lignes proposées{NBSP}{MARK}"


def marked(tally: Tally, is_proposed: bool) -> str:
    """Return `74 %`, or `° 61 %` for proposed lines; a dash stands for the missing figure."""
    return f"{MARK}{NBSP}{percentage(tally)}" if is_proposed else percentage(tally)


def whose_lines(is_proposed: bool) -> str:
    """Return whose lines a figure rests on, with the mark."""
    return f"{MARK}{NBSP}lignes proposées" if is_proposed else "lignes de la Caf"


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


def grid_in_words(grid: Grid, shipped: Iterable[Grid]) -> str:
    """Return `51 lignes : 14 de la Caf, 37 proposées`; of one that is not `shipped` its title too."""
    proposed, every = sum(line.is_proposed for line in grid.activities.values()), len(grid.activities)
    own = f" : {every - proposed} de la Caf, {count(proposed, 'proposée')}" if proposed else " de la Caf"
    title = "" if grid.fingerprint in {one.fingerprint for one in shipped} else f"{grid.title} : "
    return typeset(f"{title}{count(every, 'ligne')}{own}")


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


def missions_of(missions: Sequence[Mission]) -> str:
    """Return `mission 2`, `missions 2 et 4`, `missions 2 à 4`: those of `missions`, in grid order."""
    return f"mission{'s' if len(missions) > 1 else ''} {numbers_of(missions)}"


def numbers_of(missions: Sequence[Mission]) -> str:
    """Return `2`, `2 et 4`, `2 à 4`: the numbers of `missions`, in grid order."""
    numbers = [mission.number for mission in missions]
    if len(numbers) > 2 and numbers == [*range(numbers[0], numbers[-1] + 1)]:
        return f"{numbers[0]} à {numbers[-1]}"
    return listing(map(str, numbers))


def foreign_lines(grid: Grid, assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Yield each line that `grid` does not have, or not under a policy, and what is stored there."""
    counted = frozenset(grid.cells)
    for line in foreign_ids(grid, assessment):
        cells = [cell for cell in assessment.answers if cell.activity == line and cell not in counted]
        parts = [notes_of(assessment, cells, {policy.id: policy.label for policy in grid.policies})]
        if line in grid.activities:
            yield line, parts[0]
            continue
        if line in assessment.numbers:
            parts.append(f"nombre{NBSP}{thousands(assessment.numbers[line])}")
        action = assessment.actions.get(line)
        texts = (assessment.comments.get(line), action and action.what)
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
    return f"{number}{mark if grid.lines[line].is_proposed else ''}"


def outcome_in_words(past: PastAction) -> str:
    """Return `reporté en 2026`, or that it is to be said what became of the action."""
    outcome, when = past.action.outcome, "" if past.closed in {None, past.planned} else f" en {past.closed}"
    return f"{OUTCOMES[outcome]}{when}" if outcome else "suite à noter (facultatif, Entretien)"


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


def finished(grid: Grid, assessment: Assessment, scores: Scores, mission: Mission) -> str:
    """Return that a mission has no blank cell left, and what comes next."""
    side = scores.side(mission.is_proposed).whole
    said = f"Mission {numbered(mission)} terminée."
    if not mission.is_proposed and not side.blank and side.cells > 1:
        said = f"Les {side.cells}{NBSP}cases de la Caf sont remplies."
    left = count(side.blank, "case vide", "cases vides") if side.blank else ""
    if not left and (numbers := len(missing_numbers(grid, assessment))):
        left = f"{count(numbers, 'nombre')} à donner"
    return typeset(f"{said} Reste {left} : F3." if left else f"{said} F5 : l’entretien.")


# The scale in words.


def scale_words(grid: Grid, width: int) -> list[tuple[str, str]]:
    """Return the steps from 0 up, then NC; words that have no room side by side in `width` cells are cut."""
    codes = sorted(grid.scale)
    words = [clean(grid.scale[code]).split(":")[0].split("/")[0].strip() for code in codes]
    for letters in (20, 7, 4):
        cut = [word if len(word) <= letters + 1 else f"{word[:letters].rstrip()}." for word in words]
        if sum(len(word) + 5 for word in cut) <= width:
            break
    return [(code[0], word) for code, word in zip(codes, cut, strict=True)]


# The proposed lines, and a mission without any line: those that the variant of the grid has there.

NOT_ASKED: Final = "la Caf n’en demande rien"
TITLE_ALONE: Final = typeset("La Caf n’en demande rien : son document n’en donne que le titre.")
COUNTED_APART: Final = typeset(
    "Elles sont comptées à part ; la Caf ne les attend pas. Ctrl+Z revient à sa grille."
)


def more_lines(grid: Grid, other: Grid | None) -> str:
    """Return `37 lignes proposées dans les missions 2 à 4`: what `other`, a variant, has more; empty if none.

    It is what is offered in the missions of `grid` that have no line.
    """
    known = {mission.id for mission in grid.noted_missions}
    missions = [one for one in (other.noted_missions if other else ()) if one.id not in known]
    if not missions:
        return ""
    number = sum(len(mission.activities) for mission in missions)
    where = f"la {missions_of(missions)}" if len(missions) == 1 else f"les {missions_of(missions)}"
    return f"{count(number, 'ligne proposée', 'lignes proposées')} dans {where}"


# Lines found by their words, those of their comment and notes included.


class SearchedLine(NamedTuple):
    """A line with all the words by which it can be found; `aside` are its notes and its comment."""

    id: str
    number: str
    label: str
    aside: str


def found_lines(grid: Grid, assessment: Assessment, typed: str) -> list[SearchedLine]:
    """Return the lines that have every word typed, in their text or in their notes and comment, in order."""
    words, found = fold(typed).split(), []
    for line in grid.activities.values():
        notes, comment = notes_of_line(grid, assessment, line.id), clean(assessment.comments.get(line.id, ""))
        aside = " ✎ ".join(filter(None, (notes, comment)))
        one = SearchedLine(line.id, line_number(grid, line.id, MARK), clean(line.label), aside)
        if all(word in fold(" ".join(one)) for word in words):
            found.append(one)
    return found


# What is lacking, and the steps with how far each is.


_SENTENCES: Final = {
    FindingCode.NO_TERRITORY: "Le territoire n’a pas de nom.",
    FindingCode.NO_COORDINATOR: "Aucune personne n’est renseignée.",
    FindingCode.NO_ADVISER: "Le contact à la Caf n’est pas complet.",
    FindingCode.NO_LINE_OF_CAF: "Aucune ligne de cette grille n’est déclarée comme celle de la Caf "
    "(fait_foi) : l’évaluation ne peut pas être définitive.",
    FindingCode.FORECAST_BLANK: "Le tableau prévisionnel n’est pas rempli.",
    FindingCode.FORECAST_APART: "Le tableau prévisionnel n’est pas joint.",
}
_COUNTED: Final = {
    FindingCode.BLANK_CELLS: ("case vide", "cases vides", ""),
    FindingCode.NUMBERS_MISSING: ("indicateur", "indicateurs", " sans nombre"),
    FindingCode.LOW_WITHOUT_COMMENT: ("ligne notée", "lignes notées", " 0 ou 1 sans commentaire"),
    FindingCode.OPEN_POINTS: ("point", "points", " de la Caf sans réponse"),
    FindingCode.FORECAST_LINES: ("ligne", "lignes", " du tableau prévisionnel à compléter"),
}


def finding(found: Finding) -> str:
    """Return the sentence of a finding."""
    if found.code in _SENTENCES:
        return typeset(_SENTENCES[found.code])
    one, several, rest = _COUNTED[found.code]
    return f"{count(len(found.places), one, several)}{rest}."


OPTIONAL: Final = "Facultatif"


def urgency(found: Finding) -> str:
    """Return the word before a finding: whether it holds the files, waits for an answer, or can be left."""
    if found.is_blocking:
        return "Il manque"
    return "À répondre" if found.code is FindingCode.OPEN_POINTS else OPTIONAL


DONE: Final = "✓"

STEP_NAMES: Final[Mapping[Step, tuple[str, str]]] = {
    Step.DETAILS: ("Vous", "Vous"),
    Step.GRID: ("Grille", "Grille"),
    Step.PREPARATION: ("Entretien", "Entr."),
    Step.FORECAST: ("Prévisionnel", "Prév."),
    Step.SENDING: ("Envoi", "Envoi"),
}
"""The name of each step, and the short one for a narrow window."""


class Stop(NamedTuple):
    """A step as people read it; `tally` is empty, `✓`, `13 sur 42`, or `1 nombre à donner`."""

    step: Step
    name: str
    short: str
    tally: str


def stops(steps: Steps, *, of_caf: bool = False) -> tuple[Stop, ...]:
    """Return the steps with their counts; `of_caf` says that the grid has lines beside the Caf's."""
    return tuple(Stop(each.step, *STEP_NAMES[each.step], _tally(each, of_caf)) for each in steps)


def _tally(progress: Progress, of_caf: bool) -> str:
    """Return how far a step is; only the grid is counted."""
    done = DONE if progress.is_complete and progress.asked > 0 else ""
    if progress.step is not Step.GRID or not progress.asked:
        return done
    if progress.numbers_left and progress.done >= progress.asked:
        return f"{count(progress.numbers_left, 'nombre')} à donner"
    return f"{'Caf ' * of_caf}{progress.done} sur {progress.asked} {done}".rstrip()
