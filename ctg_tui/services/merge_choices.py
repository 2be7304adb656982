"""The choices of a merge as people write them: `1.3/famille=c2`, `1.i2=somme`, `1.3/quand=2027-03-31`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from ctg_tui.domain.answers import Cell, NotConcerned, answer_text
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.disagreements import Disagreement, Item, Kind, Value
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.follow_ups import Outcome
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.line_names import named_line, number_of
from ctg_tui.domain.merging import Merged
from ctg_tui.domain.text import clean, fold
from ctg_tui.wording.numbers import parse_number

NOTHING: Final = "rien"
SUM: Final = "somme"
_ACTION_KINDS: Final = {"quand": Kind.DUE, "devenir": Kind.OUTCOME}


def item_name(grid: Grid, item: Item) -> str:
    """Return an item as `--choisir` takes it."""
    number = number_of(grid, item.line)
    if item.policy is not None:
        return f"{number}/{item.policy}"
    ends = {kind: end for end, kind in _ACTION_KINDS.items()}
    return f"{number}/{ends[item.kind]}" if item.kind in ends else number


def spelt(value: Value) -> str:
    """Return a value as `--choisir` takes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Outcome):
        return value.value
    if isinstance(value, NotConcerned):
        return answer_text(value)
    return str(int(value))


def value_in(assessment: Assessment, item: Item) -> Value | None:
    """Return the value of an item in an assessment; None when it is blank there."""
    if item.kind is Kind.NOTE:
        return assessment.answers.get(Cell(item.line, item.policy or ""))
    if item.kind is Kind.NUMBER:
        return assessment.numbers.get(item.line)
    action = assessment.actions.get(item.line)
    if action is None:
        return None
    return action.due if item.kind is Kind.DUE else action.outcome


def choices_made(merged: Merged, former: Assessment) -> dict[Item, Value | None]:
    """Return the choices that give `former`, an earlier state of the same merge."""
    return {
        row.item: value for row in merged.disagreements if (value := value_in(former, row.item)) != row.result
    }


def choices_of(merged: Merged, written: Iterable[str]) -> dict[Item, Value | None]:
    """Return the choices that texts such as `1.3/famille=c2` make; None for « rien ».

    Raises Refusal: `ligne-inconnue`, `choix-inutile` without a disagreement, `choix-impossible`.
    """
    rows = {row.item: row for row in merged.disagreements}
    return dict(_choice(merged.grid, rows, text) for text in written)


def _choice(grid: Grid, rows: Mapping[Item, Disagreement], text: str) -> tuple[Item, Value | None]:
    name, _, asked = text.partition("=")
    item = _item(grid, name)
    if item is None:
        raise Refusal(
            "ligne-inconnue",
            f"« {clean(name)} » n’est ni une case, ni un indicateur de la grille. Rien n’a été écrit.",
            "Écrivez par exemple 1.3/famille=c2, ou 1.i2=somme.",
        )
    if item not in rows:
        raise Refusal(
            "choix-inutile",
            f"En {item_name(grid, item)}, il n’y a rien à choisir : personne n’a répondu autre chose. "
            "Rien n’a été écrit.",
            "Retirez ce choix.",
        )
    return item, _chosen(grid, rows[item], asked.strip())


def _item(grid: Grid, name: str) -> Item | None:
    line = named_line(grid, name)
    if line is not None and line.policy is not None:
        return Item(Kind.NOTE, line.activity, line.policy)
    place, _, end = name.strip().partition("/")
    if end:
        line = named_line(grid, place)
        kind = _ACTION_KINDS.get(fold(end))
        return None if line is None or kind is None else Item(kind, line.activity)
    found = (one for one in grid.indicators if place in {one, number_of(grid, one)})
    indicator = next(found, None)
    return None if indicator is None else Item(Kind.NUMBER, indicator)


def _chosen(grid: Grid, row: Disagreement, asked: str) -> Value | None:
    """Return the value asked for: of a person, one of those given or, for a number, any."""
    if fold(asked) == NOTHING:
        return None
    own = {opinion.value for opinion in row.opinions if asked in opinion.refs}
    if len(own) == 1:
        return own.pop()
    for opinion in row.opinions:
        if fold(asked) == fold(spelt(opinion.value)):
            return opinion.value
    if row.item.kind is Kind.NUMBER and not own:
        numbers = [opinion.value for opinion in row.opinions if isinstance(opinion.value, int)]
        try:
            number = sum(numbers) if fold(asked) == SUM else parse_number(asked)
        except ValueError:
            number = None
        if number is not None:
            return number
    values = ", ".join(dict.fromkeys(spelt(opinion.value) for opinion in row.opinions))
    why = "plusieurs réponses sont de cette personne" if own else "personne n’a donné cette réponse"
    raise Refusal(
        "choix-impossible",
        f"« {clean(asked)} » ne convient pas en {item_name(grid, row.item)} : {why}. Rien n’a été écrit.",
        f"Choisissez parmi : {values} ; ou « rien » pour laisser la case vide.",
    )
