"""F2: what can be done on the page beside what it shows already, by group; and the settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from textual.app import App

from ctg_tui.tui.commands import STEPS, Command, Destination
from ctg_tui.tui.dialogs import Offer, pick
from ctg_tui.tui.settings import THEME_LABELS


def offer_commands(
    app: App[Any],
    commands: Iterable[Command],
    in_sight: Collection[Command],
    give: Callable[[Command], object],
) -> None:
    """Offer the `commands`, and `give` the one chosen; those `in_sight` come for the words typed only."""
    known = {command.id: command for command in commands if command.palette}
    groups, pages = [*dict.fromkeys(command.group for command in known.values())], [None, *Destination]

    def place(command: Command) -> tuple[int, int]:
        """Return the place of a command: the steps stand in their order, behind them what is no page."""
        is_step = command.group == STEPS
        return groups.index(command.group), (pages.index(command.goes_to) or len(pages)) if is_step else 0

    seen = {command.id for command in in_sight}
    offers = [
        Offer(one.id, one.sentence, one.key_text, one.word, one.group, one.id not in seen)
        for one in sorted(known.values(), key=place)
    ]
    pick(app, "Autres commandes", offers, lambda offer: app.call_later(give, known[offer.key]))


def offer_settings(app: App[Any], keep: Callable[[str], object]) -> None:
    """Offer the themes, each for `keep`."""
    themes = [Offer(name, f"Thème {label.lower()}") for name, label in THEME_LABELS.items()]
    pick(app, "Réglages", themes, lambda offer: keep(offer.key), app.theme)
