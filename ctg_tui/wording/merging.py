"""What a merge says: what was taken, what is left to choose, what differs in the details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from ctg_tui.domain.assessment import Coordinator, NotConcerned, Outcome, Rating, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.merging import Conflict, Difference, Item, Kind, Merged, Value, names_of
from ctg_tui.wording.french import OUTCOMES, count, short_day, thousands
from ctg_tui.wording.lines import line_number

DIFFERENCES: Final[Mapping[Difference, str]] = {
    Difference.ADVISER: "Le contact Caf n’est pas le même dans tous les fichiers : il est à renseigner.",
    Difference.PREVIOUS: "Les fichiers ne suivent pas la même évaluation : aucune n’est reprise.",
    Difference.FOLLOW_UP: "Les réponses aux remarques de la Caf diffèrent : tous leurs textes sont gardés, "
    "la décision est à reprendre.",
    Difference.POLICIES: "Les politiques d’une même personne ne sont pas dans tous les fichiers : elles sont "
    "à renseigner.",
}


def place(grid: Grid, item: Item) -> str:
    """Return `1.3 Famille`, `1.i2`, `1.3, échéance de l’action`."""
    number = line_number(grid, item.line)
    match item.kind:
        case Kind.NOTE:
            return f"{number} {grid.policies_by_id[item.policy or ''].label}"
        case Kind.NUMBER:
            return number
        case Kind.DUE:
            return f"{number}, échéance de l’action"
        case Kind.OUTCOME:
            return f"{number}, suite de l’action"


def value(given: Value | None) -> str:
    """Return a value as it is read."""
    if given is None:
        return "vide"
    if isinstance(given, Rating | NotConcerned):
        return answer_text(given)
    if isinstance(given, Outcome):
        return OUTCOMES[given]
    return short_day(given) if isinstance(given, date) else thousands(given)


def opinions(people: Sequence[Coordinator], conflict: Conflict) -> str:
    """Return who answered what, `0 (Prénom Nom), 2 (Autre Nom, Prénom Autre)`."""
    return ", ".join(
        f"{value(given)} ({', '.join(who)})" for given, who in by_value(people, conflict).items()
    )


def by_value(people: Sequence[Coordinator], conflict: Conflict) -> dict[Value, list[str]]:
    """Return the names of those who gave each value."""
    names = names_of(people)
    found: dict[Value, list[str]] = {}
    for opinion in conflict.opinions:
        given = found.setdefault(opinion.value, [])
        given += (names[ref] for ref in opinion.refs if names[ref] not in given)
    return found


def notices(merged: Merged, *, doubles: int, replaced: int) -> Iterator[str]:
    """Yield the sentences on files left out, and on what differs in the details."""
    if doubles:
        given = count(doubles, "fichier donné deux fois", "fichiers donnés deux fois")
        yield f"{given} : pris une seule fois."
    if replaced:
        former = count(replaced, "fichier remplacé", "fichiers remplacés")
        yield f"{former} par une version suivante : non pris."
    if merged.repeated:
        held = count(merged.repeated, "fichier est déjà réuni", "fichiers sont déjà réunis")
        yield f"{held} dans un autre : pris une seule fois."
    for difference in merged.differences:
        yield DIFFERENCES[difference]


def summary(merged: Merged) -> str:
    """Return the sentence on a whole merge."""
    taken = count(len(merged.assessment.answers), "case reprise", "cases reprises")
    left = len(merged.conflicts)
    words = "réponse à choisir, laissée vide", "réponses à choisir, laissées vides"
    return f"{taken} ; {count(left, *words) if left else 'rien à choisir'}."
