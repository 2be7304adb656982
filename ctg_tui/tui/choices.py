"""The choosers over any page: its commands, the themes, the keyboard layouts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.errors import typeset
from ctg_tui.system import places as stored_settings
from ctg_tui.system.files import WriteRefusal
from ctg_tui.tui import settings
from ctg_tui.tui.keyboards import KEYBOARDS
from ctg_tui.tui.screens.chooser import Chooser, Offer
from ctg_tui.tui.themes import THEME_LABELS

if TYPE_CHECKING:
    from ctg_tui.tui.commands import Command
    from ctg_tui.tui.messages import ToastApp
    from ctg_tui.tui.screens.page import Page
    from ctg_tui.tui.settings import Settings


_NOT_KEPT: Final = "Ce choix n’a pas pu être enregistré pour la prochaine fois."
_TEXT_NEXT_TIME: Final = typeset(
    "La prochaine fois, ctg-tui s’ouvrira par questions et réponses. Pour revenir ici : répondez « toujours "
    "écran »."
)


class Choices:
    """Opens a `Chooser` over the page of `app`; `use` gets the settings chosen, `folder` stores them."""

    def __init__(self, app: ToastApp, folder: Path, use: Callable[[Settings], None]) -> None:
        self._app = app
        self._folder = folder
        self._use = use

    def command(self, page: Page, give: Callable[[Command], Awaitable[None]]) -> None:
        """Offer the commands of `page`, and `give` the one chosen."""
        offered = {command.id: command for command in page.commands() if command.palette}
        offers = [
            Offer(command.id, command.sentence, command.key_text, command.word)
            for command in offered.values()
        ]
        self._choose("Commandes", offers, lambda key: self._app.call_later(give, offered[key]))

    def theme(self, now: Settings) -> None:
        """Offer the themes."""
        offers = [Offer(name, label) for name, label in THEME_LABELS.items()]
        self._choose("Thème", offers, lambda name: self._take_theme(now, name), self._app.theme)

    def keyboard(self, now: Settings) -> None:
        """Offer the keys that give notes, by keyboard layout."""
        offers = [
            Offer(keyboard.id, keyboard.label, keyboard.note_keys_text) for keyboard in KEYBOARDS.values()
        ]
        self._choose("Clavier", offers, lambda name: self._store(now._replace(keyboard=name)), now.keyboard)

    def cursor(self, now: Settings) -> None:
        """Show or hide the terminal's cursor."""
        self._store(now._replace(cursor=not now.cursor))

    def mouse(self, now: Settings) -> None:
        """Offer to use the mouse here, or to leave it to the terminal."""
        offers = [
            Offer(
                stored_settings.ON, "Souris dans ctg-tui : cliquer, faire défiler", "Maj+glisser sélectionne"
            ),
            Offer(stored_settings.OFF, "Souris laissée au terminal : sélectionner et copier du texte"),
        ]
        current = stored_settings.ON if now.mouse else stored_settings.OFF
        self._choose(
            "Souris",
            [offer._replace(text=typeset(offer.text)) for offer in offers],
            lambda name: self._store(now._replace(mouse=name == stored_settings.ON)),
            current,
        )

    def text_mode(self) -> None:
        """Open as questions and answers from the next start on."""
        try:
            stored_settings.write(self._folder, {stored_settings.DISPLAY: stored_settings.TEXT})
        except WriteRefusal:
            self._app.notify(_NOT_KEPT, markup=False)
        else:
            self._app.notify(_TEXT_NEXT_TIME, markup=False)

    def _choose(
        self, title: str, offers: list[Offer], chosen: Callable[[str], object], current: str | None = None
    ) -> None:
        def after(key: str | None) -> None:
            if key is not None:
                chosen(key)

        self._app.push_screen(Chooser(title, offers, current), after)

    def _take_theme(self, now: Settings, name: str) -> None:
        self._app.theme = name
        self._store(now._replace(theme=name))

    def _store(self, chosen: Settings) -> None:
        """Use these settings, now and in later runs."""
        self._use(chosen)
        try:
            settings.save(self._folder, chosen)
        except WriteRefusal:
            self._app.notify(_NOT_KEPT, markup=False)
