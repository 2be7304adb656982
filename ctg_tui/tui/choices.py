"""What is chosen over any page: a command of it, the theme, the layout of the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctg_tui.system.files import WriteRefusal
from ctg_tui.tui import settings
from ctg_tui.tui.keyboards import KEYBOARDS
from ctg_tui.tui.screens.chooser import Chooser, Offer
from ctg_tui.tui.themes import THEME_LABELS

if TYPE_CHECKING:
    from ctg_tui.tui.app import CtgApp
    from ctg_tui.tui.screens.page import Page
    from ctg_tui.tui.settings import Settings


class Choices:
    """Opens a `Chooser` over the page of `app`, and stores the settings that were taken."""

    def __init__(self, app: CtgApp) -> None:
        self._app = app

    def command(self, page: Page) -> None:
        """Choose a command of `page`, and run it."""
        offered = {one.id: one for one in page.commands() if one.palette}
        offers = [Offer(one.id, one.sentence, one.key_text, one.word) for one in offered.values()]
        self._choose("Commandes", offers, lambda key: self._app.call_later(self._app.give, offered[key]))

    def theme(self) -> None:
        """Choose the colours."""
        offers = [Offer(name, label) for name, label in THEME_LABELS.items()]
        self._choose("Thème", offers, self._take_theme, self._app.theme)

    def keyboard(self) -> None:
        """Choose the keys that give notes."""
        offers = [Offer(one.id, one.label, one.note_keys_text) for one in KEYBOARDS.values()]
        self._choose("Clavier", offers, self._take_keyboard, self._app.settings.keyboard)

    def _choose(
        self, title: str, offers: list[Offer], chosen: Callable[[str], object], current: str | None = None
    ) -> None:
        def after(key: str | None) -> None:
            if key is not None:
                chosen(key)

        self._app.push_screen(Chooser(title, offers, current), after)

    def _take_theme(self, name: str) -> None:
        self._app.theme = name
        self._store(self._app.settings._replace(theme=name))

    def _take_keyboard(self, name: str) -> None:
        self._store(self._app.settings._replace(keyboard=name))

    def _store(self, chosen: Settings) -> None:
        """Use these settings now and the next time."""
        self._app.use(chosen)
        try:
            settings.keep(self._app.workspace.store.path.parent, chosen)
        except WriteRefusal:
            self._app.notify("Ce choix n’a pas pu être gardé pour la prochaine fois.", markup=False)
