"""The grid page in words: a mission's result, the lines found by a search, the history of a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Assessment, Cell
from ctg_tui.domain.changes import TYPED, Change, Edit, Field, JournalEntry, Operation, parse_cell_key
from ctg_tui.domain.details import Part
from ctg_tui.domain.grid import Grid, Portion
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.text import clean, fold, match_rank
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NARROW, NBSP, clock_time, day, percentage, short_day
from ctg_tui.wording.lines import LOW_NOTES, line_number, notes_of
from ctg_tui.wording.provenance import marked, numbered


def finished(grid: Grid, scores: Scores, portion: Portion, onward: Cell | None) -> str:
    """Return the figures of a mission without a blank cell, and where the next note goes (None: nowhere)."""
    side, mission = scores.side(portion.is_proposed), portion.mission
    whole = marked(side.missions[mission.id], portion.is_proposed)
    parts = (f"{policy.label} {percentage(side.rubrics[mission.id, policy.id])}" for policy in grid.policies)
    sentence = f"Mission {numbered(portion)} terminée{NBSP}: {whole} ({', '.join(parts)})."
    if onward is None:
        return sentence
    policy = grid.policies_by_id[onward.policy].label
    line = line_number(grid, onward.activity)
    return f"{sentence} F3 pour continuer{NARROW}; la prochaine note ira à {line}, {policy}."


# Lines found by their words, those of their comment included, and by their notes.

_BEFORE: Final = 24
"""Characters shown before the word that was found in a comment."""


class Kept(Enum):
    """The lines to search among. The value is their French name."""

    ALL = "toutes"
    LOW = "notées 0 ou 1"
    LOW_UNEXPLAINED = "0 ou 1 sans commentaire"
    UNCOMMENTED = "sans commentaire"
    COMMENTED = "avec commentaire"
    NOT_CONCERNED = "NC"


class SearchedLine(NamedTuple):
    """A line with all the words by which it can be found, and the kinds of lines that it belongs to."""

    id: str
    number: str
    label: str
    notes: str
    """`Famille 2, Éducation NC`."""
    comment: str
    kinds: frozenset[Kept]

    @property
    def name(self) -> str:
        return f"{self.number} {self.label}"


def searched_lines(grid: Grid, assessment: Assessment) -> tuple[SearchedLine, ...]:
    """Return every line of `grid`, in its order."""
    labels = {policy.id: policy.label for policy in grid.policies}
    return tuple(_searched(grid, assessment, line, labels) for line in grid.activities)


def _searched(grid: Grid, assessment: Assessment, line: str, labels: Mapping[str, str]) -> SearchedLine:
    cells = [Cell(line, policy) for policy in labels]
    answers = [assessment.answers.get(cell) for cell in cells]
    comment = clean(assessment.comments.get(line, ""), multiline=True)
    is_low = any(answer in LOW_NOTES for answer in answers if isinstance(answer, int))
    belongs = {
        Kept.ALL: True,
        Kept.LOW: is_low,
        Kept.LOW_UNEXPLAINED: is_low and not comment,
        Kept.UNCOMMENTED: not comment,
        Kept.COMMENTED: bool(comment),
        Kept.NOT_CONCERNED: NOT_CONCERNED in answers,
    }
    return SearchedLine(
        line,
        line_number(grid, line),
        clean(grid.activities[line].label),
        notes_of(assessment, cells, labels),
        comment,
        frozenset(kind for kind, is_one in belongs.items() if is_one),
    )


def found_lines(lines: Iterable[SearchedLine], typed: str, kept: Kept) -> list[SearchedLine]:
    """Return the lines of a kind that have every word typed, in their text before in their comment."""
    ranks = [(match_rank(typed, line.name, line.comment), line) for line in lines if kept in line.kinds]
    found = [(rank, line) for rank, line in ranks if rank is not None]
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def excerpt(line: SearchedLine, typed: str) -> str:
    """Return the paragraph of the comment with a word typed that the text of the line does not have.

    It begins near that word; it is empty when the line was found by its own text.
    """
    name = fold(line.name)
    words = [word for word in fold(typed).split() if word not in name]
    for paragraph in line.comment.split("\n"):
        folded = fold(paragraph)
        places = [folded.index(word) for word in words if word in folded]
        if places:
            start = max(min(places) - _BEFORE, 0)
            return f"…{paragraph[start:].lstrip()}" if start else paragraph
    return ""


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
    Operation.LOG_ENTRY: "fait du carnet",
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


def edit_name(grid: Grid, edit: Edit) -> str:
    """Return the name of an edit, as the pages say it: `note 2`, `politique Famille en NC, mission 1`."""
    answers = [change for change in edit.changes if change.field is Field.ANSWER]
    if edit.op in {Operation.RATE, Operation.RATE_LINE} and answers:
        line = edit.op is Operation.RATE_LINE
        if answers[0].after is None:
            return "ligne effacée" if line else "note effacée"
        return f"ligne notée {answers[0].after}" if line else f"note {answers[0].after}"
    if edit.op is Operation.TOGGLE_COLUMN and answers:
        return _column_name(grid, answers)
    if edit.op is Operation.DETAILS:
        return f"renseignements ({', '.join(PARTS[Part(change.key)] for change in edit.changes)})"
    return _OPERATIONS.get(edit.op, _OPERATIONS[Operation.OTHER])


def _column_name(grid: Grid, answers: Sequence[Change]) -> str:
    policy = parse_cell_key(answers[0].key).policy
    known = grid.policies_by_id.get(policy)
    state = "en NC" if answers[0].after == "NC" else "rétablie"
    lines = [parse_cell_key(change.key).activity for change in answers]
    missions = {grid.mission_of[line].number for line in lines if line in grid.mission_of}
    where = f", mission {missions.pop()}" if len(missions) == 1 < len(grid.missions) else ""
    return f"politique {known.label if known else policy} {state}{where}"


def history_lines(grid: Grid, entries: Iterable[JournalEntry], today: date) -> tuple[str, ...]:
    """Return one sentence per change, in local time: `Famille : 1 → 2, le 12 janvier à 14:02`.

    The year is given when it is not the current one, the cell of a workbook when the value was read there.
    """
    return tuple(
        f"{_what(grid, entry)}{_whence(entry.change.source)}, le {_when(local_time(entry.at), today)}"
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


def _what(grid: Grid, happening: JournalEntry) -> str:
    change = happening.change
    if change.field is Field.ANSWER:
        policy = grid.policies_by_id.get(parse_cell_key(change.key).policy)
        name = policy.label if policy else parse_cell_key(change.key).policy
        return f"{name}{NBSP}: {change.before or 'sans réponse'} → {change.after or 'sans réponse'}"
    verb = "écrit" if change.before is None else "effacé" if change.after is None else "modifié"
    return f"{change.field.value.capitalize()} {verb}{'e' if change.field is Field.ACTION else ''}"
