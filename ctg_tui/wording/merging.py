"""What a merge says: what was taken, what is left to choose, what differs in the details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from ctg_tui.domain.assessment import Coordinator, NotConcerned, Outcome, Rating, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.merging import Difference, Disagreement, Item, Kind, State, Value, names_of
from ctg_tui.wording.french import count, listing, short_day, thousands
from ctg_tui.wording.lines import line_number

OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.DONE: "fait",
    Outcome.POSTPONED: "reporté",
    Outcome.ABANDONED: "abandonné",
}
DIFFERENCES: Final[Mapping[Difference, str]] = {
    Difference.ADVISER: "Le contact Caf n’est pas le même dans tous les fichiers : il est à renseigner.",
    Difference.PREVIOUS: "Les fichiers ne suivent pas la même évaluation : aucune n’est reprise.",
    Difference.FOLLOW_UP: "Les réponses aux remarques de la Caf diffèrent : tous leurs textes sont gardés, "
    "la décision est à reprendre.",
    Difference.POLICIES: "Les politiques d’une même personne ne sont pas dans tous les fichiers : elles sont "
    "à renseigner.",
}
_STATES: Final[Mapping[State, str]] = {
    State.CONFLICT: "à choisir",
    State.SETTLED: "réglé par les renseignements",
    State.FOLLOWED: "seul changement depuis le point de départ commun",
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


def disagreement(grid: Grid, people: Sequence[Coordinator], row: Disagreement) -> str:
    """Return a line such as « 1.3 Famille : 2 (c1, …), 3 (c2, …) → à choisir »."""
    end = _STATES[row.state] if row.state is State.CONFLICT else f"{value(row.result)}, {_STATES[row.state]}"
    return f"{place(grid, row.item)} : {opinions(people, row)} → {end}"


def opinions(people: Sequence[Coordinator], row: Disagreement, *, with_refs: bool = True) -> str:
    """Return who answered what, `0 (c1 …), 2 (c2 …, c3 …)`; `with_refs` as a command needs them."""
    names = names_of(people)
    refs_of: dict[Value, list[str]] = {}
    for opinion in row.opinions:
        refs = refs_of.setdefault(opinion.value, [])
        refs += (ref for ref in opinion.refs if ref not in refs)
    return ", ".join(
        f"{value(given)} ({', '.join(f'{ref} {names[ref]}' if with_refs else names[ref] for ref in refs)})"
        for given, refs in refs_of.items()
    )


def summary(taken: int, rows: Sequence[Disagreement], repeated: int) -> Iterator[str]:
    """Yield the sentences on a whole merge."""
    yield f"{count(taken, 'case reprise', 'cases reprises')} sans désaccord."
    states = [row.state for row in rows]
    others = [
        count(number, *words)
        for state, words in (
            (
                State.SETTLED,
                ("désaccord réglé par les renseignements", "désaccords réglés par les renseignements"),
            ),
            (
                State.FOLLOWED,
                ("changement d’une seule personne suivi", "changements d’une seule personne suivis"),
            ),
        )
        if (number := states.count(state))
    ]
    if others:
        yield f"{listing(others)}."
    left = states.count(State.CONFLICT)
    if left:
        words = "désaccord reste à choisir : laissé vide", "désaccords restent à choisir : laissés vides"
        yield f"{count(left, *words)}."
    if repeated:
        held = count(repeated, "fichier est déjà réuni", "fichiers sont déjà réunis")
        yield f"{held} dans un autre : pris une seule fois."
