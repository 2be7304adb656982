"""F2: what can be done on the page beside what it shows already, by group; and the settings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from textual.app import App

from ctg_tui.tui.commands import Command
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
    groups = [*dict.fromkeys(command.group for command in known.values())]
    seen = {command.id for command in in_sight}
    offers = [
        Offer(one.id, one.sentence, one.key_text, one.word, one.group, one.id not in seen)
        for one in sorted(known.values(), key=lambda command: groups.index(command.group))
    ]
    pick(app, "Autres commandes", offers, lambda offer: app.call_later(give, known[offer.key]))


def offer_settings(app: App[Any], keep: Callable[[str], object]) -> None:
    """Offer the themes, each for `keep`."""
    themes = [Offer(name, f"Thème {label.lower()}") for name, label in THEME_LABELS.items()]
    pick(app, "Réglages", themes, lambda offer: keep(offer.key), app.theme)
