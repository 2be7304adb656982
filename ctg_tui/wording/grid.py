"""The grid page in words: a mission's result, the lines found by a search, the history of a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell
from ctg_tui.domain.changes import TYPED, Change, Edit, Field, JournalEntry, Operation, parse_cell_key
from ctg_tui.domain.details import Part
from ctg_tui.domain.edits import column_cells, is_column_neutral
from ctg_tui.domain.grid import Door, Grid, Mission, Portion
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.steps import numbers_left
from ctg_tui.domain.text import clean, fold, match_rank
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NARROW, NBSP, clock_time, count, day, listing, short_day, thousands
from ctg_tui.wording.lines import line_number, missions_of, notes_of, numbered


def finished(grid: Grid, assessment: Assessment, scores: Scores, portion: Portion) -> str:
    """Return that a mission has no blank cell left, and what comes next."""
    blanks = {one: scores.side(one.is_proposed).missions[one.mission.id].blank for one in grid.portions}
    left = [one for one, blank in blanks.items() if blank]
    said = f"Mission {numbered(portion)} terminée."
    if not portion.is_proposed and not scores.whole.blank:
        cells = scores.whole.cells
        said = f"Les {cells}{NBSP}cases de la Caf sont remplies." if cells > 1 else "La case est remplie."
    if left:
        names = ", ".join(numbered(one) for one in left)
        missions = f"Reste la mission {names}" if len(left) == 1 else f"Restent les missions {names}"
        number = sum(blanks.values())
        is_optional = bool(grid.own_cells) and all(one.is_proposed for one in left)
        optional = (", facultative" if number < 2 else OPTIONAL_LINES) if is_optional else ""
        return f"{said} {missions}{NBSP}: {count(number, 'case vide', 'cases vides')}{optional}."
    numbers = numbers_left(grid, assessment)
    return (
        f"{said} Reste {count(numbers, 'nombre')} à donner{NBSP}: F3."
        if numbers
        else f"{said} F5{NBSP}: la suite."
    )


# The scale in words.


class StepWord(NamedTuple):
    """A step of the scale: its code, a word for it, its points (None: NC)."""

    code: str
    word: str
    points: int | None


def scale_words(grid: Grid, width: int | None = None) -> list[StepWord]:
    """Return the steps from 0 up, then NC, their words cut to stand side by side in `width` cells."""
    steps = sorted(grid.scale, key=lambda step: (step.points is None, step.points or 0))
    words = [clean(step.label).split(":")[0].split("/")[0].strip() for step in steps]
    for letters in (_LONGEST_WORD, 7, 5, 4):
        cut = [word if len(word) <= letters + 1 else f"{word[:letters].rstrip()}." for word in words]
        if letters < _LONGEST_WORD:
            cut = [step.code if step.points is None else word for word, step in zip(cut, steps, strict=True)]
        taken = sum(len(word) + 5 for word in cut)
        if width is None or taken <= width:
            break
    return [StepWord(step.code, word, step.points) for step, word in zip(steps, cut, strict=True)]


_LONGEST_WORD: Final = 20


def rest_below(kinds: Sequence[str], room: int) -> str:
    """Return `   3 lignes et 2 indicateurs plus bas ↓`, of rows out of sight; shorter in less `room`."""
    names = {"line": "ligne", "indicator": "indicateur"}
    numbers = [count(kinds.count(kind), name) for kind, name in names.items() if kind in kinds]
    if not numbers:
        return ""
    short = numbers[0].replace("indicateurs", "indic.").replace("indicateur", "indic.")
    both = " et ".join(numbers)
    forms = [f"   {said} ↓" for said in (f"{both} plus bas", both, numbers[0], short)]
    return next((one for one in forms if len(one) <= room), forms[-1])


# The proposed lines of a mission, behind their door.

OPTIONAL: Final = ", facultatif"
OPTIONAL_LINES: Final = ", facultatives"
"""Behind the count of cells, and of lines, that the Caf does not ask for."""


def proposed_lines(mission: Mission, room: int = 0) -> str:
    """Return `12 lignes proposées par ctg-tui`, and that they are optional where that has `room`."""
    number = sum(line.is_proposed for line in mission.activities)
    said = f"{count(number, 'ligne proposée', 'lignes proposées')} par ctg-tui"
    optional = OPTIONAL_LINES if number > 1 else ", facultative"
    return said + optional if len(said + optional) < room else said


NOT_ASKED: Final = "la Caf n’en demande rien"


def behind_door(grid: Grid, mission: Mission) -> str:
    """Return what a mission without an open line is, and who wrote the lines behind its door."""
    door = _door_of(grid, mission)
    if door is None:
        return "Cette mission n’a aucune ligne dans cette grille."
    lines = "Les lignes ci-dessous sont proposées"
    if len(door.activities) == 1:
        lines = "La ligne ci-dessous est proposée"
    sources = Counter(grid.provenance(line.source) for line in door.activities)
    whence = ", ".join(f"{thousands(number)} {_source(name)}" for name, number in sources.items())
    return (
        f"La Caf n’a publié que ce titre. {lines} par ctg-tui{NBSP}: {whence}. La Caf ne les a pas validées, "
        "leur résultat est compté à part, et vous pouvez très bien vous en passer."
    )


CLOSES_AGAIN: Final = (
    f"Une mission ouverte peut être refermée{NBSP}: vos réponses sont gardées, elles ne partent plus."
)


def _source(name: str) -> str:
    return "écrites pour ce programme" if "ctg-tui" in name else name.partition(",")[0]


def doors_to_open(grid: Grid, mission: Mission) -> tuple[str, ...]:
    """Return the words of the buttons of a door: its own lines, then all the other doors too."""
    door = _door_of(grid, mission)
    if door is None:
        return ()
    number = len(door.activities) or len(door.indicators)
    words = f"Utiliser ces {number}{NBSP}lignes" if number > 1 else "Utiliser cette ligne"
    others = [str(one.mission.number) for one in closed_doors(grid) if one.mission.id != mission.id]
    if not others:
        return (words,)
    more = f"la mission {others[0]}" if len(others) == 1 else f"les missions {listing(others)}"
    return words, f"Ouvrir aussi {more}"


def closed_doors(grid: Grid) -> tuple[Door, ...]:
    """Return the doors of a view of a grid that are closed."""
    return tuple(door for door in grid.doors if not grid.left_aside.isdisjoint(door.lines))


def door_at_foot(grid: Grid, mission: Mission) -> str:
    """Return the words on the proposed lines of a mission that has some of the Caf too, while closed."""
    door = _door_of(grid, mission)
    if door is None or door not in closed_doors(grid):
        return ""
    number = len(door.activities) or len(door.indicators)
    return f"+ {count(number, 'ligne proposée', 'lignes proposées')} par ctg-tui{NBSP}: D pour les utiliser"


def door_words(grid: Grid, mission: Mission) -> str:
    """Return what D does at a mission: `utiliser les 12 lignes proposées`; empty without a door."""
    door = _door_of(grid, mission)
    if door is None:
        return ""
    number = len(door.activities) or len(door.indicators)
    lines = "la ligne proposée" if number == 1 else f"les {number}{NBSP}lignes proposées"
    if door in closed_doors(grid):
        return f"utiliser {lines}"
    return f"refermer {lines}"


def closing(grid: Grid, assessment: Assessment, missions: Iterable[str]) -> str:
    """Return what becomes of the answers behind doors that are closed; empty where there is none."""
    number = _behind(grid, assessment, missions)
    if not number:
        return ""
    if number == 1:
        kept = f"Votre réponse est gardée ici{NARROW}; elle"
        return f"{kept} ne part plus à la Caf, et revient quand vous rouvrez."
    kept = f"Vos {thousands(number)}{NBSP}réponses sont gardées ici"
    return f"{kept}{NARROW}; elles ne partent plus à la Caf, et reviennent quand vous rouvrez."


def _behind(grid: Grid, assessment: Assessment, missions: Iterable[str]) -> int:
    missions = set(missions)
    lines = {line for door in grid.doors if door.mission.id in missions for line in door.lines}
    answers = sum(cell.activity in lines for cell in assessment.answers)
    texts = sum(
        line in lines
        for kept in (assessment.comments, assessment.numbers, assessment.remarks)
        for line in kept
    )
    return answers or texts


def doors_turned(grid: Grid, missions: Iterable[str], *, opens: bool, saved: str = "") -> str:
    """Return what opening or closing doors has done, how to take it back, and when it was `saved`."""
    numbers = [str(door.mission.number) for door in grid.doors if door.mission.id in missions]
    if not numbers:
        return ""
    plural, done = "s" if len(numbers) > 1 else "", "ouverte" if opens else "fermée"
    return f"Mission{plural} {listing(numbers)} {done}{plural}. Ctrl+Z pour annuler.{saved and f' · {saved}'}"


def _door_of(grid: Grid, mission: Mission) -> Door | None:
    return next((door for door in grid.doors if door.mission.id == mission.id), None)


# Lines found by their words, those of their comment and notes included.

_BEFORE: Final = 24
"""Characters shown before the word that was found in a comment."""


class SearchedLine(NamedTuple):
    """A line with all the words by which it can be found."""

    id: str
    number: str
    label: str
    notes: str
    """`Famille 2, Éducation NC`."""
    comment: str

    @property
    def name(self) -> str:
        return f"{self.number} {self.label}"


def searched_lines(grid: Grid, assessment: Assessment) -> tuple[SearchedLine, ...]:
    """Return every line of `grid`, in its order."""
    labels = {policy.id: policy.label for policy in grid.policies}
    return tuple(_searched(grid, assessment, line, labels) for line in grid.activities)


def _searched(grid: Grid, assessment: Assessment, line: str, labels: Mapping[str, str]) -> SearchedLine:
    return SearchedLine(
        line,
        line_number(grid, line),
        clean(grid.activities[line].label),
        notes_of(assessment, [Cell(line, policy) for policy in labels], labels),
        clean(assessment.comments.get(line, ""), multiline=True),
    )


def found_lines(lines: Iterable[SearchedLine], typed: str) -> list[SearchedLine]:
    """Return the lines that have every word typed, in their text before in their notes and comment."""
    ranks = [(match_rank(typed, line.name, f"{line.notes} {line.comment}"), line) for line in lines]
    found = [(rank, line) for rank, line in ranks if rank is not None]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def excerpt(line: SearchedLine, typed: str) -> str:
    """Return the paragraph of the comment with a word typed that the text of the line does not have.

    It begins near that word. Else the notes, when they have such a word; empty when the line was found by its
    own text.
    """
    name = fold(line.name)
    words = [word for word in fold(typed).split() if word not in name]
    for paragraph in line.comment.split("\n"):
        folded = fold(paragraph)
        places = [folded.index(word) for word in words if word in folded]
        if places:
            start = max(min(places) - _BEFORE, 0)
            return f"…{paragraph[start:].lstrip()}" if start else paragraph
    return line.notes if any(word in fold(line.notes) for word in words) else ""


# The history of a line, in sentences.

_OPERATIONS: Final = {
    Operation.CARRY_OVER: "NC repris de l’évaluation précédente",
    Operation.COMMENT: "commentaire",
    Operation.NUMBER: "nombre",
    Operation.REMARK: "commentaire",
    Operation.PREPARATION: "préparation",
    Operation.ACTION: "action",
    Operation.FORECAST: "prévisionnel",
    Operation.IMPORT: "reprise d’un fichier",
    Operation.DOORS: "mission ouverte ou fermée",
    Operation.ADOPTION: "changement de grille",
    Operation.FOLLOW_UP: "réponse à l’avis",
    Operation.REVIEW: "avis",
    Operation.OTHER: "modification",
}
PARTS: Final = {
    Part.YEAR: "année",
    Part.MOMENT: "moment",
    Part.TERRITORY: "territoire",
    Part.PEOPLE: "personnes",
    Part.ADVISER: "contact Caf",
}


def column_question(grid: Grid, assessment: Assessment, policy: str) -> tuple[str, str]:
    """Return what is asked about the column of a policy ticked or unticked in « Vous », and the answer."""
    label = grid.policies_by_id[policy].label
    cells = column_cells(grid, policy)
    number = count(len(cells), "case")
    if is_column_neutral(grid, assessment, policy):
        again = "ne seront plus « non concerné » et retrouveront les notes d’avant."
        return f"{label}{NBSP}: vous y travaillez{NARROW}? Ses {number} {again}", f"Rouvrir les {number}"
    notes = sum(cell in assessment.answers for cell in cells)
    kept = f" Vos {count(notes, 'note')} de cette colonne sont gardées." if notes else ""
    return (
        f"{label}{NBSP}: vous n’y travaillez pas{NARROW}? Ses {number} deviendront « non concerné ».{kept}",
        f"Passer les {number} à « non concerné »",
    )


def edit_name(grid: Grid, edit: Edit) -> str:
    """Return the name of an edit, as the pages say it: `note 2`, `politique Famille pas concernée`."""
    answers = [change for change in edit.changes if change.field is Field.ANSWER]
    if edit.op is Operation.RATE and answers:
        return "note effacée" if answers[0].after is None else f"note {answers[0].after}"
    if edit.op is Operation.TOGGLE_COLUMN and answers:
        return _column_name(grid, answers)
    if edit.op is Operation.DETAILS:
        return f"renseignements ({', '.join(PARTS[Part(change.key)] for change in edit.changes)})"
    if edit.op is Operation.DOORS:
        return _doors_name(grid, edit)
    return _OPERATIONS.get(edit.op, _OPERATIONS[Operation.OTHER])


def _doors_name(grid: Grid, edit: Edit) -> str:
    turned = {change.key: change.after for change in edit.changes if change.field is Field.OPEN_MISSION}
    doors = [door for door in grid.doors if door.mission.id in turned]
    if not doors:
        return _OPERATIONS[Operation.DOORS]
    state = "fermée" if None in turned.values() else "ouverte"
    return f"{missions_of(doors)} {state}{'s' if len(doors) > 1 else ''}"


def _column_name(grid: Grid, answers: Sequence[Change]) -> str:
    policy = parse_cell_key(answers[0].key).policy
    known = grid.policies_by_id.get(policy)
    state = "pas concernée" if answers[0].after == "NC" else "rétablie"
    lines = [parse_cell_key(change.key).activity for change in answers]
    missions = {grid.mission_of[line].number for line in lines if line in grid.mission_of}
    where = f", mission {missions.pop()}" if len(missions) == 1 < len(grid.missions) else ""
    return f"politique {known.label if known else policy} {state}{where}"


def history_lines(grid: Grid, entries: Iterable[JournalEntry], today: date) -> tuple[str, ...]:
    """Return one sentence per change, in local time: `Famille : 1 → 2, le 12 janvier à 14:02`.

    The year is given when it is not the current one, the cell of a workbook when the value was read there.
    """
    return tuple(
        f"{_what(grid, entry.change)}{_whence(entry.change.source)}, le {_when(local_time(entry.at), today)}"
        for entry in entries
    )


def _whence(source: str) -> str:
    """Return ` (tableur, Grille!C14)` for a value read in a workbook; nothing for one that was typed."""
    if source == TYPED:
        return ""
    kind, _, rest = source.partition(" ")
    address = rest.partition(" ")[2]
    return f" (tableur, {address})" if kind == "tableur" and address else " (fichier repris)"


def _when(moment: datetime, today: date) -> str:
    on = moment.date()
    return f"{short_day(on) if on.year == today.year else day(on)} à {clock_time(moment)}"


def _what(grid: Grid, change: Change) -> str:
    if change.field is Field.ANSWER:
        policy = grid.policies_by_id.get(parse_cell_key(change.key).policy)
        name = policy.label if policy else parse_cell_key(change.key).policy
        return f"{name}{NBSP}: {change.before or 'vide'} → {change.after or 'vide'}"
    verb = "écrit" if change.before is None else "effacé" if change.after is None else "modifié"
    return f"{change.field.value.capitalize()} {verb}{'e' if change.field is Field.ACTION else ''}"
