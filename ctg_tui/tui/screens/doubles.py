"""The question before a second assessment of one territory, year and moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ctg_tui.tui.screens.question import NO, Choices

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Double
    from ctg_tui.tui.screens.page import Page

_OPEN, _AGAIN = "ouvrir", "deuxieme"


def ask_about_double(page: Page, double: Double, again: Callable[[], object], no: str = "Annuler") -> None:
    """Offer to open `double`, or to create another by `again`; `no` is the answer that does neither."""

    def answered(key: str | None) -> None:
        if key == _OPEN:
            page.reopen(double.id)
        elif key == _AGAIN:
            again()

    answers = {_OPEN: "Ouvrir celle qui existe", _AGAIN: "En commencer une deuxième", NO: no}
    page.app.push_screen(Choices(double.sentence, answers), answered)
