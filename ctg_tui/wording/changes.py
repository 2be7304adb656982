"""Edits and sendings in words: the name of an edit, what a value became, what was made and changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ctg_tui.domain.assessment import PreparationTopic, Sending
from ctg_tui.domain.changes import Change, Edit, Field, Operation, parse_action, parse_cell_key
from ctg_tui.domain.details import Part
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import parse_said
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, STATUSES_OF_ASSESSMENT, TOPICS, count, short_day
from ctg_tui.wording.lines import action_in_a_line
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import WHOLE, row_words


def files_made(sent: Sending) -> str:
    """Return `Fichiers n° 2 créés le 12 mars (provisoire)`: the program itself sends nothing."""
    made_on, state = local_time(sent.created_at).date(), STATUSES_OF_ASSESSMENT[sent.status]
    return f"Fichiers n°{NBSP}{sent.number} créés le {short_day(made_on)} ({state})"


def since_words(number: int) -> str:
    """Return `3 changements depuis`, or that nothing changed."""
    return f"{count(number, 'changement')} depuis" if number else "rien n’a changé chez vous depuis"


def changed_values(grid: Grid, changes: Iterable[Change]) -> Iterator[str]:
    """Yield what each value became: `1.3 Famille : 1 → 2`; of a text, what is there now."""
    for change in changes:
        match change.field:
            case Field.SET_ASIDE:
                continue
            case Field.GRID:
                yield typeset("Grille : une autre")
            case Field.DETAILS:
                yield typeset(f"Vous : {PARTS[Part(change.key)]}")
            case Field.ANSWER | Field.NUMBER:
                before, now = (clean(text or "vide") for text in (change.before, change.after))
                yield typeset(f"{place_words(grid, change)} : {before} → {now}")
            case _:
                yield fill_words(grid, change)


# A change of a value in words: what a colleague’s file adds, and where both differ.

COUNTED: Final = {
    Field.ANSWER: ("note", "notes"),
    Field.COMMENT: ("commentaire", "commentaires"),
    Field.NUMBER: ("nombre", "nombres"),
    Field.ACTION: ("action", "actions"),
    Field.PREPARATION: ("texte d’entretien", "textes d’entretien"),
    Field.SAID: ("remarque", "remarques"),
}


def fill_words(grid: Grid, change: Change) -> str:
    """Return `1.3 Famille : 2`, `1.3, commentaire : « … »`: what fills a blank or is added."""
    if change.field is Field.SAID:
        said = parse_said(change.after or "")
        place = "/".join(filter(None, (said.line, said.policy)))
        return f"{key_name(grid, place) if place else WHOLE}, {row_words(said)}"
    now = value_words(change.field, change.after) if change.after else "vide"
    return typeset(f"{place_words(grid, change)} : {now}")


def place_words(grid: Grid, change: Change) -> str:
    """Return `1.3 Famille`, `1.3, commentaire`, `Points forts`."""
    if change.field is Field.PREPARATION:
        return TOPICS[PreparationTopic(change.key)]
    name = key_name(grid, change.key)
    is_value = change.field in {Field.ANSWER, Field.NUMBER}
    return name if is_value else f"{name}, {COUNTED[change.field][0]}"


def value_words(field: Field, text: str | None) -> str:
    """Return a stored value as people read it."""
    match field:
        case Field.ANSWER | Field.NUMBER:
            return clean(text or "")
        case Field.ACTION:
            return clean(action_in_a_line(parse_action(text or "")))
        case _:
            return f"« {clean(text or '', multiline=True).strip()} »"


# The name of an edit.


_OPERATIONS: Final = {
    Operation.CARRY_OVER: "NC repris de l’évaluation précédente",
    Operation.COMMENT: "commentaire",
    Operation.DRAFT: "réponse à la Caf",
    Operation.TOGGLE_COLUMN: "politiques suivies",
    Operation.NUMBER: "nombre",
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
    """Return the name of an edit, and its place where it has one: `note 3, ligne 1.1 Famille`."""
    change = next((one for one in edit.changes if one.field is Field.DRAFT), edit.changes[0])
    name = _OPERATIONS.get(edit.op, "modification")
    match edit.op:
        case Operation.RATE:
            name = "note effacée" if change.after is None else f"note {change.after}"
        case Operation.TOGGLE_COLUMN:
            return name
        case Operation.IMPORT:
            said = (parse_said(one.after) for one in edit.changes if one.field is Field.SAID and one.after)
            return "réponse de la Caf" if any(one.is_caf for one in said) else name
        case Operation.DETAILS:
            return f"renseignements ({', '.join(PARTS[Part(one.key)] for one in edit.changes)})"
    if len(edit.changes) > 1 and change.field is not Field.DRAFT:
        return name
    if change.field is Field.PREPARATION:
        return f"{name}, {TOPICS[PreparationTopic(change.key)].lower()}"
    line = parse_cell_key(change.key).activity
    if line not in grid.mission_of:
        return name
    where = key_name(grid, change.key)
    return f"{name}, {f'ligne {where}' if line in grid.activities else where.lower()}"
