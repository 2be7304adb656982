"""What a colleague’s file adds to one’s own assessment, and where both differ, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import PreparationTopic
from ctg_tui.domain.changes import Change, Field, parse_action
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import parse_said
from ctg_tui.wording.french import TOPICS
from ctg_tui.wording.lines import action_in_a_line
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import row_words

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid

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
    return typeset(f"{place_words(grid, change)} : {value_words(change.field, change.after)}")


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
