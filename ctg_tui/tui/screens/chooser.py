"""Options found by typing some of their words, accents or not: the palette, the search, the themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from ctg_tui.domain.text import match_rank
from ctg_tui.tui.screens.dialog import Dialog
from ctg_tui.tui.texts import fit, shown
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, Piece, spread
from ctg_tui.tui.widgets.plain import PlainStatic


class Offer(NamedTuple):
    """An option. `beside` stands at the right and is searched too; `word` is only searched."""

    key: str
    text: str
    beside: str = ""
    word: str = ""


class Chooser(Dialog[str | None]):
    """Returns the key of the option chosen, or None. It opens on `current`: Entrée alone changes nothing."""

    DEFAULT_CSS = """
    Chooser { align: center top; background: $background 60%; }
    Chooser > Vertical {
        width: 96%; max-width: 140; height: 80%; margin-top: 2;
        background: $surface; border: solid $border; padding: 0 1;
    }
    Chooser Static { height: 1; text-style: bold; color: $primary; }
    Chooser Listing { background: $surface; margin-top: 1; scrollbar-gutter: stable; }
    Chooser Listing>.listing--cursor { background: $curseur; color: $curseur-texte; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss_none", "Fermer", show=False),
        Binding("up", "step(-1)", "Ligne précédente", show=False),
        Binding("down", "step(1)", "Ligne suivante", show=False),
        Binding("pageup", "page(-1)", "Page précédente", show=False),
        Binding("pagedown", "page(1)", "Page suivante", show=False),
    ]
    AUTO_FOCUS = "TextField"

    def __init__(self, title: str, offers: Sequence[Offer], current: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._offers = tuple(offers)
        self._current = current
        self._types = False
        """Whether the last key typed words; else it moved in the list."""

    @property
    def active_widget(self) -> Widget:
        """The part that the terminal's cursor stands on; the words typed keep the focus."""
        return self.query_one(TextField if self._types else Listing)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic(f"{self._title}   (Échap pour fermer)")
            yield TextField(placeholder="Tapez quelques lettres")
            yield Listing(self._matching(""), is_led=True)

    def on_mount(self) -> None:
        if self._current is not None:
            self.query_one(Listing).select(self._current)

    def _matching(self, typed: str) -> list[Item]:
        """Return the offers that contain every word typed, the best match first."""
        ranks = [(match_rank(typed, offer.text, offer.beside, offer.word), offer) for offer in self._offers]
        matching = [(rank, offer) for rank, offer in ranks if rank is not None]
        if not matching:
            return [Item(None, lambda width: [(Piece(fit("Aucun résultat.", width), SOFT),)])]
        return [_item(offer) for _, offer in sorted(matching, key=lambda pair: pair[0])]

    def on_input_changed(self, event: TextField.Changed) -> None:
        self._types = True
        listing = self.query_one(Listing)
        listing.show(self._matching(event.value))
        listing.action_first()

    def on_input_submitted(self) -> None:
        self.query_one(Listing).action_choose()

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(message.key)

    def action_dismiss_none(self) -> None:
        self.dismiss(None)

    def action_step(self, step: int) -> None:
        self._types = False
        self.query_one(Listing).action_go(step)

    def action_page(self, step: int) -> None:
        self._types = False
        self.query_one(Listing).action_page(step)


def _item(offer: Offer) -> Item:
    left, right = [Piece(shown(offer.text))], [Piece(shown(offer.beside), SOFT)]
    return Item(offer.key, lambda width: [spread(left, right, width)])
