"""The grid page in words: a mission's result, the lines found by a search, the name of an edit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, PreparationTopic
from ctg_tui.domain.changes import Edit, Field, Operation, parse_cell_key
from ctg_tui.domain.details import Part
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.steps import missing_numbers
from ctg_tui.domain.text import clean, fold
from ctg_tui.domain.thread import Point, parse_said
from ctg_tui.wording.french import NBSP, TOPICS, count
from ctg_tui.wording.lines import MARK, line_number, missions_of, notes_of_line, numbered
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import BEGUN, Saying, about, answer_words
from ctg_tui.wording.thread import sayings as sayings_of


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


class StepWord(NamedTuple):
    """A step of the scale: its code, a word for it, its points (None: NC)."""

    code: str
    word: str
    points: int | None


def scale_words(grid: Grid, width: int) -> list[StepWord]:
    """Return the steps from 0 up, then NC; words that have no room side by side in `width` cells are cut."""
    steps = sorted(grid.scale, key=lambda step: (step.points is None, step.points or 0))
    words = [clean(step.label).split(":")[0].split("/")[0].strip() for step in steps]
    for letters in (20, 7, 4):
        cut = [word if len(word) <= letters + 1 else f"{word[:letters].rstrip()}." for word in words]
        if sum(len(word) + 5 for word in cut) <= width:
            break
    return [StepWord(step.code, word, step.points) for step, word in zip(steps, cut, strict=True)]


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


def lines_taken(grid: Grid, other: Grid) -> str:
    """Return what filling with the variant `other` of `grid` has done, and how to take it back."""
    return f"{more_lines(grid, other)}, comptées à part. Ctrl+Z pour annuler."


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


# What the Caf said of a line, and the answers.

FROM_CAF, TO_CAF = "réponse de la Caf", "réponse à la Caf"
YOUR_ANSWER: Final = "Votre réponse"
ALL_ANSWERED: Final = "Vous avez tout regardé. Vos réponses partent avec le prochain envoi."


def sayings(grid: Grid, points: Iterable[Point], *, names_policy: bool = True) -> tuple[Saying, ...]:
    """Return what was said in `points`, point by point, the oldest first, then each answer not sent yet.

    With `names_policy` each says of which policy it is: `Caf, 12 mars : Famille, 1 plutôt que 2.`
    """
    said: list[Saying] = []
    for point in sorted(points, key=lambda point: (point.rows[0].at, point.key)):
        said += sayings_of(point.rows, grid if names_policy else None)
        if (draft := point.draft) is not None:
            what = answer_words(draft.note, draft.words)
            named = about(grid, point.policy, what) if names_policy else what
            said.append(Saying(YOUR_ANSWER if draft.is_kept else BEGUN.capitalize(), named, is_caf=False))
    return tuple(said)


# The name of an edit.

_OPERATIONS: Final = {
    Operation.CARRY_OVER: "NC repris de l’évaluation précédente",
    Operation.COMMENT: "commentaire",
    Operation.NUMBER: "nombre",
    Operation.REMARK: "commentaire",
    Operation.PREPARATION: "préparation",
    Operation.ACTION: "action",
    Operation.FORECAST: "prévisionnel",
    Operation.IMPORT: "reprise d’un fichier",
    Operation.ADOPTION: "changement de grille",
}
PARTS: Final = {
    Part.YEAR: "année",
    Part.MOMENT: "moment",
    Part.TERRITORY: "territoire",
    Part.PEOPLE: "personnes",
    Part.ADVISER: "contact Caf",
}


def edit_name(grid: Grid, edit: Edit) -> str:
    """Return the name of an edit, as the pages say it: `note 2`, `politique Famille`."""
    answers = [change for change in edit.changes if change.field is Field.ANSWER]
    notes = ["note effacée" if change.after is None else f"note {change.after}" for change in answers[:1]]
    said = [parse_said(one.after) for one in edit.changes if one.field is Field.SAID and one.after]
    name = _OPERATIONS.get(edit.op, "modification")
    match edit.op:
        case Operation.RATE if notes:
            return notes[0]
        case Operation.TOGGLE_COLUMN if answers:
            policy = parse_cell_key(answers[0].key).policy
            return (
                f"politique {grid.policies_by_id[policy].label if policy in grid.policies_by_id else policy}"
            )
        case Operation.DRAFT:
            return ", ".join([TO_CAF, *notes])
        case Operation.IMPORT if said:
            whose = FROM_CAF if any(one.is_caf for one in said) else name
            return f"{whose} ({count(len(said), 'remarque')})"
        case Operation.DETAILS:
            return f"renseignements ({', '.join(PARTS[Part(change.key)] for change in edit.changes)})"
    return name


def edit_with_place(grid: Grid, edit: Edit) -> str:
    """Return the name of an edit, and the place of a single change: `note 3, ligne 1.1 Famille`."""
    name, change = edit_name(grid, edit), edit.changes[0]
    if len(edit.changes) > 1:
        return name
    if change.field is Field.PREPARATION:
        return f"{name}, {TOPICS[PreparationTopic(change.key)].lower()}"
    line = parse_cell_key(change.key).activity
    if line not in grid.mission_of:
        return name
    where = key_name(grid, change.key)
    return f"{name}, {f'ligne {where}' if line in grid.activities else where.lower()}"
