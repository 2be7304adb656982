"""The grid page in words: a mission's result, the lines found by a search, the name of an edit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, PreparationTopic
from ctg_tui.domain.changes import Change, Edit, Field, Operation, parse_cell_key
from ctg_tui.domain.details import Part
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.steps import numbers_left
from ctg_tui.domain.text import clean, match_rank
from ctg_tui.domain.thread import Point, Said, parse_said
from ctg_tui.wording.french import NBSP, TOPICS, count
from ctg_tui.wording.lines import line_number, missions_of, notes_of_line, numbered
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import BEGUN, Saying, about, answer_words, place_of
from ctg_tui.wording.thread import sayings as sayings_of


def finished(grid: Grid, assessment: Assessment, scores: Scores, mission: Mission) -> str:
    """Return that a mission has no blank cell left, and what comes next."""
    blanks = {one: scores.mission(one).blank for one in grid.noted_missions}
    left = [one for one, blank in blanks.items() if blank]
    said = f"Mission {numbered(mission)} terminée."
    if not mission.is_proposed and not scores.whole.blank:
        cells = scores.whole.cells
        said = f"Les {cells}{NBSP}cases de la Caf sont remplies." if cells > 1 else "La case est remplie."
    if left:
        missions = f"Reste{'nt les' if len(left) > 1 else ' la'} {missions_of(left)}"
        number = sum(blanks.values())
        is_optional = bool(grid.own_cells) and all(one.is_proposed for one in left)
        optional = (", facultatives" if number > 1 else ", facultative") if is_optional else ""
        return typeset(f"{said} {missions} : {count(number, 'case vide', 'cases vides')}{optional}.")
    numbers = numbers_left(grid, assessment)
    return (
        typeset(f"{said} Reste {count(numbers, 'nombre')} à donner : F3.")
        if numbers
        else typeset(f"{said} F5 : la suite.")
    )


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

    @property
    def name(self) -> str:
        return f"{self.number} {self.label}"


def searched_lines(grid: Grid, assessment: Assessment) -> tuple[SearchedLine, ...]:
    """Return every line of `grid`, in its order."""
    found = []
    for line in grid.activities.values():
        notes, comment = notes_of_line(grid, assessment, line.id), assessment.comments.get(line.id, "")
        aside = f"{notes} ✎ {clean(comment)}" if comment else notes
        found.append(SearchedLine(line.id, line_number(grid, line.id), clean(line.label), aside.strip()))
    return tuple(found)


def found_lines(lines: Iterable[SearchedLine], typed: str) -> list[SearchedLine]:
    """Return the lines that have every word typed, in their text before in their notes and comment."""
    ranks = [(match_rank(typed, line.name, line.aside), line) for line in lines]
    found = [(rank, line) for rank, line in ranks if rank is not None]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


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


def place_shown(grid: Grid | None, point: Point | Said) -> str:
    """Return the place of a point on the screen: no id of a line stands there."""
    if grid is not None and point.line in grid.indicators:
        return "Indicateur"
    is_here = point.line is None or (grid is not None and point.line in grid.activities)
    return place_of(grid, point) if is_here else "Autre ligne"


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
    Operation.OTHER: "modification",
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
    said = (change.after for change in edit.changes if change.field is Field.SAID)
    rows = [parse_said(text) for text in said if text is not None]
    if edit.op is Operation.RATE and answers:
        return notes[0]
    if edit.op is Operation.TOGGLE_COLUMN and answers:
        policy = parse_cell_key(answers[0].key).policy
        return f"politique {grid.policies_by_id[policy].label if policy in grid.policies_by_id else policy}"
    if edit.op is Operation.DRAFT:
        return ", ".join([TO_CAF, *notes])
    if edit.op is Operation.IMPORT and rows:
        whose = FROM_CAF if any(one.is_caf for one in rows) else _OPERATIONS[Operation.IMPORT]
        return f"{whose} ({count(len(rows), 'remarque')})"
    if edit.op is Operation.DETAILS:
        return f"renseignements ({', '.join(PARTS[Part(change.key)] for change in edit.changes)})"
    return _OPERATIONS.get(edit.op, _OPERATIONS[Operation.OTHER])


def edit_with_place(grid: Grid, edit: Edit) -> str:
    """Return the name of an edit, and the place of a single change: `note 3, ligne 1.1 Famille`."""
    name, change = edit_name(grid, edit), edit.changes[0]
    where = _place_of(grid, change) if len(edit.changes) == 1 else ""
    return f"{name}, {where}" if where else name


def _place_of(grid: Grid, change: Change) -> str:
    """Return `ligne 1.3 Famille`, `indicateur 2`, `points forts`: where a value is."""
    if change.field is Field.PREPARATION:
        return TOPICS[PreparationTopic(change.key)].lower()
    line = parse_cell_key(change.key).activity
    if line not in grid.mission_of:
        return ""
    name = key_name(grid, change.key)
    return f"ligne {name}" if line in grid.activities else name.lower()
