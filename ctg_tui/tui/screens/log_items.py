"""The log as items of a list: the facts of the year, then those of before; or the territories to choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.log import Period
from ctg_tui.services.log import Fact
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.listing import SOFT, STRONG, Item, Line, Piece, hanging
from ctg_tui.wording.french import count, short_day
from ctg_tui.wording.log import STAYS, STAYS_IN_EXAMPLE, fact_in_a_line, period_in_words

_DATE_WIDTH: Final = 19
TERRITORY, FACT = "territoire", "fait"


def log_items(
    grid: Grid, facts: Sequence[Fact], period: Period, *, is_example: bool = False
) -> Iterator[Item]:
    """Yield the facts, the latest first; a key is `fait:id`."""
    yield sentence(STAYS_IN_EXAMPLE if is_example else STAYS)
    now = [fact for fact in facts if fact.entry.on in period]
    after = [fact for fact in facts if fact.entry.on > period.last]
    before = [fact for fact in facts if fact.entry.on < period.first]
    if after:
        yield section_title("Depuis", count(len(after), "fait"))
        yield from (_fact_item(grid, fact) for fact in after)
        yield gap()
    yield section_title(f"Cette année, {period_in_words(period)}", count(len(now), "fait"))
    if not now:
        yield sentence(typeset("Aucun fait noté. N : en noter un."))
    yield from (_fact_item(grid, fact) for fact in now)
    yield gap()
    if before:
        yield section_title("Les années précédentes", count(len(before), "fait"))
        yield from (_fact_item(grid, fact) for fact in before)
        yield gap()


def _fact_item(grid: Grid, fact: Fact) -> Item:
    on = fact.entry.on
    head = Piece(fit(f"{short_day(on)} {on.year}", _DATE_WIDTH), SOFT)

    def lines(width: int) -> Sequence[Line]:
        return hanging(head, shown(fact_in_a_line(grid, fact.entry)), width)

    return Item(f"{FACT}:{fact.key}", lines)


def other_log_items(territories: Sequence[Territory]) -> Iterator[Item]:
    """Yield the territories whose log is another one, to open it; a key is `territoire:rank`."""
    if territories:
        yield section_title("Les carnets d’autres territoires", typeset("Entrée : ouvrir"))
    for rank, territory in enumerate(territories):
        yield _territory_item(rank, territory)
    if territories:
        yield gap()


def territory_items(territories: Sequence[Territory]) -> Iterator[Item]:
    """Yield the territories, to choose whose log to open; a key is `territoire:rank`."""
    yield sentence(STAYS)
    yield section_title("Le carnet de quel territoire ?" if territories else "Aucun carnet pour l’instant")
    for rank, territory in enumerate(territories):
        yield _territory_item(rank, territory)
    yield sentence(
        typeset("N : commencer celui d’un autre territoire." if territories else "N : en commencer un.")
    )


def _territory_item(rank: int, territory: Territory) -> Item:
    return Item(f"{TERRITORY}:{rank}", lambda width: ((Piece(fit(shown(territory.name), width), STRONG),),))
