"""A sending in words: what was made, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import PreparationTopic, Sending
from ctg_tui.domain.changes import Change, Field, parse_action
from ctg_tui.domain.details import Part
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import parse_said
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, STATUSES_OF_ASSESSMENT, TOPICS, count, short_day
from ctg_tui.wording.grid import PARTS
from ctg_tui.wording.lines import action_in_a_line
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import row_words

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid


def files_made(sent: Sending) -> str:
    """Return `Fichiers n° 2 créés le 12 mars (provisoire)`: the program itself sends nothing."""
    made_on, state = local_time(sent.created_at).date(), STATUSES_OF_ASSESSMENT[sent.status]
    return f"Fichiers n°{NBSP}{sent.number} créés le {short_day(made_on)} ({state})"


def changes_since(number: int) -> str:
    """Return `3 changements depuis`, or that nothing changed."""
    return f"{count(number, 'changement')} depuis" if number else "rien n’a changé depuis"


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
    Field.REMARK: ("commentaire d’indicateur", "commentaires d’indicateurs"),
    Field.ACTION: ("action", "actions"),
    Field.PREPARATION: ("texte d’entretien", "textes d’entretien"),
    Field.SAID: ("remarque", "remarques"),
}


def fill_words(grid: Grid, change: Change) -> str:
    """Return `1.3 Famille : 2`, `1.3, commentaire : « … »`: what fills a blank or is added."""
    if change.field is Field.SAID:
        said = parse_said(change.after or "")
        place = "/".join(filter(None, (said.line, said.policy)))
        return f"{key_name(grid, place) if place else 'Sur l’ensemble'}, {row_words(said)}"
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
