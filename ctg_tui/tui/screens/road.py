"""The road, opened by F5: every step with what it lacks; its number goes to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from ctg_tui.domain.steps import Step
from ctg_tui.tui.commands import Command, bindings
from ctg_tui.tui.keyboards import Keyboard
from ctg_tui.tui.screens.dialog import Dialog
from ctg_tui.tui.texts import fit
from ctg_tui.tui.widgets.frame import KeyBar
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Listing, Piece, hanging
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.steps import Stop

_NAME_WIDTH = 18
_TALLY_WIDTH = 10
_COMMANDS: Final = (
    Command("route.aller", "go", "aller à l’étape", "Aller à l’étape", ("enter",), bar=1),
    Command("route.fermer", "close", "fermer", "Fermer", ("escape", "f5"), bar=0),
)


class RoadScreen(Dialog[Step | None]):
    """Returns the step chosen, or None. It opens on the step of the page below."""

    DEFAULT_CSS = """
    RoadScreen { align: center top; background: $background 60%; }
    RoadScreen > Vertical {
        width: 96; max-width: 96%; height: auto; margin-top: 1;
        background: $surface; border: solid $border; padding: 0 1;
    }
    RoadScreen Static { height: 1; text-style: bold; color: $primary; }
    RoadScreen Listing { background: $surface; height: auto; max-height: 70vh; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(_COMMANDS)

    def __init__(
        self, stops: Sequence[Stop], lacking: Sequence[str], here: Step | None, keyboard: Keyboard
    ) -> None:
        """Show `stops`, each with the sentence of `lacking` at its place."""
        super().__init__()
        self._here = here
        self._steps = {stop.step for stop in stops}
        self._keyboard = keyboard
        self._bar = KeyBar()
        self._listing = Listing(
            [_item(stop, sentence) for stop, sentence in zip(stops, lacking, strict=True)]
        )

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic("La route : tapez le numéro d’une étape")
            yield self._listing
        yield self._bar

    def on_mount(self) -> None:
        self._bar.show(_COMMANDS)
        if self._here is not None:
            self._listing.select(str(int(self._here)))

    def on_key(self, event: events.Key) -> None:
        number = self._keyboard.number_of(event.character or "")
        if number is not None and number in self._steps:
            event.stop()
            self.dismiss(Step(number))

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(Step(int(message.key)))

    def action_go(self) -> None:
        self._listing.action_choose()

    def action_close(self) -> None:
        self.dismiss(None)


def _item(stop: Stop, sentence: str) -> Item:
    number = str(int(stop.step))

    def lines(width: int) -> Sequence[Line]:
        name = Piece(fit(stop.name, _NAME_WIDTH), STRONG)
        tally = Piece(fit(stop.tally, _TALLY_WIDTH))
        used = len(number) + 2 + _NAME_WIDTH + _TALLY_WIDTH
        first, *others = hanging(Piece(""), sentence, max(width - used, 10), SOFT)
        indent = Piece(" " * used)
        return [
            (Piece(f"{number}  ", ACCENT), name, tally, *first),
            *((indent, *other) for other in others),
        ]

    return Item(number, lines)
