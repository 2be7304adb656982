"""What a colleague’s file adds to one’s own assessment, and where both differ, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import PreparationTopic
from ctg_tui.domain.changes import Change, Field, parse_action
from ctg_tui.domain.details import is_another_territory
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS, parse_said
from ctg_tui.wording.french import MOMENTS, TOPICS, assessment_name, count, listing, thousands
from ctg_tui.wording.lines import action_in_a_line
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import row_words

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Identity
    from ctg_tui.domain.completing import Difference
    from ctg_tui.domain.grid import Grid

COUNTED: Final = {
    Field.ANSWER: ("note", "notes"),
    Field.COMMENT: ("commentaire", "commentaires"),
    Field.NUMBER: ("nombre", "nombres"),
    Field.REMARK: ("commentaire d’indicateur", "commentaires d’indicateurs"),
    Field.ACTION: ("action", "actions"),
    Field.PREPARATION: ("texte d’entretien", "textes d’entretien"),
    Field.SAID: ("parole", "paroles"),
}


def counted(changes: Iterable[Change]) -> str:
    """Return `12 notes, 1 commentaire et 3 paroles`; empty when nothing is taken."""
    numbers = Counter(change.field for change in changes)
    return listing(count(numbers[field], *words) for field, words in COUNTED.items() if numbers[field])


def fill_words(grid: Grid, change: Change) -> str:
    """Return `1.3 Famille : 2`, `1.3, commentaire : « … »`: what fills a blank or is added."""
    if change.field is Field.SAID:
        said = parse_said(change.after or "")
        place = "/".join(filter(None, (said.line, said.policy)))
        return f"{key_name(grid, place) if place else 'Sur l’ensemble'}, {row_words(said)}"
    return typeset(f"{place_words(grid, change)} : {value_words(change.field, change.after)}")


def difference_words(grid: Grid, difference: Difference) -> str:
    """Return `1.3 Famille : 2 chez vous, 1 dans le fichier`."""
    field = difference.field
    own, theirs = value_words(field, difference.own), value_words(field, difference.theirs)
    return typeset(f"{place_words(grid, difference.changes[0])} : {own} chez vous, {theirs} dans le fichier")


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


def another_assessment(own: Identity, theirs: Identity) -> str:
    """Return the sentence before a file of another territory, year or moment is put in; else empty."""
    is_same = (own.year, own.moment) == (theirs.year, theirs.moment)
    if is_same and not is_another_territory(own.territory, theirs.territory):
        return ""
    return typeset(
        f"À vérifier : ce fichier est celui de {assessment_name(theirs)}, {MOMENTS[theirs.moment]} ; "
        f"votre évaluation est {assessment_name(own)}, {MOMENTS[own.moment]}."
    )


def completed(file_name: str, changes: Iterable[Change], left: int, apart: int) -> str:
    """Return what was put into one’s own assessment, and what was left."""
    taken = counted(changes)
    done = (
        f"{taken} de « {file_name} » ajoutés à votre évaluation"
        if taken
        else (f"Rien de nouveau dans « {file_name} » : rien n’a été changé")
    )
    parts = [done]
    if left:
        parts.append(f"{differing(left)} : les vôtres sont gardées")
    if apart:
        parts.append(lines_apart(apart))
    return typeset(f"{'. '.join(parts)}.")


def differing(number: int) -> str:
    """Return `2 valeurs diffèrent`."""
    return f"{count(number, 'valeur')} {'diffère' if number < 2 else 'diffèrent'}"


def lines_apart(number: int) -> str:
    """Return what is not taken of lines that one’s own grid does not have."""
    lines = count(number, "ligne")
    are_not = "n’est pas" if number < 2 else "ne sont pas"
    return f"{lines} du fichier {are_not} dans votre grille : rien n’en est pris"


def too_many_rows(file_name: str) -> Refusal:
    """Return the refusal of a file whose thread would leave no room for answers."""
    return Refusal(
        "fil-plein",
        f"« {file_name} » porterait les échanges à plus de {thousands(MOST_RECEIVED_ROWS)} paroles. "
        "Rien n’a été changé.",
    )


def unknown_difference(key: str) -> Refusal:
    """Return the refusal of a choice that names no difference of the file."""
    return Refusal(
        "difference-inconnue",
        f"« {clean(key)} » n’est pas une valeur qui diffère. Rien n’a été changé.",
        "Sans « --prendre », la liste en est donnée.",
    )
