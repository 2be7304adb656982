"""The territory: typed freely, with the matching known ones offered below while it has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.message import Message

from ctg_tui.domain.grid import KnownTerritory
from ctg_tui.services.details import matching
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, Piece, spread
from ctg_tui.wording.french import NBSP

_MAX_OFFERED: Final = 10
_AS_TYPED: Final = "tel-quel"


class TerritoryRow(FormRow):
    """A row whose field offers territories; ↓ and ↑ move among them, Entrée takes one.

    None is selected until ↓ or a click selects it: « Cognac » typed in full is not « Grand Cognac ».
    """

    DEFAULT_CSS = """
    TerritoryRow Listing { display: none; margin-left: 16; }
    TerritoryRow.-offre Listing { display: block; }
    """

    @dataclass
    class Taken(Message):
        """A territory was chosen; `known` is None for a name typed freely."""

        known: KnownTerritory | None

    def __init__(self, name: str, territories: Sequence[KnownTerritory], hint: str) -> None:
        self.name_field = TextField(name, placeholder="nom de la commune ou de l’intercommunalité")
        super().__init__("Territoire", self.name_field, hint=hint, identifier="ligne-territory")
        self._territories = {territory.id: territory for territory in territories}
        self._settled = name
        """The name when the field got the focus: no territory is offered for it."""
        self._offered = Listing(is_led=True)
        self._offered.can_focus = False

    def compose(self) -> ComposeResult:
        yield from super().compose()
        yield self._offered

    @property
    def is_offering(self) -> bool:
        return self.has_class("-offre")

    def offer(self) -> None:
        """Offer the known territories that match the typed name, or hide the offer."""
        typed = self.name_field.value.strip()
        untouched = typed == self._settled and typed != ""
        exact = any(territory.name == typed for territory in self._territories.values())
        self.set_class(self.name_field.has_focus and not untouched and not exact, "-offre")
        if not self.is_offering:
            return
        items = [_territory_item(territory) for territory in matching(typed, self._territories.values())]
        if typed:
            items.append(_sentence_item(_AS_TYPED, f"Garder «{NBSP}{typed}{NBSP}» tel quel"))
        else:
            items.insert(0, _sentence_item(None, "↓ pour choisir, ou tapez le nom"))
        self._offered.styles.height = min(len(items), _MAX_OFFERED)
        self._offered.show(items)
        self._offered.clear_selection()

    def close(self) -> None:
        """Hide the offer: the field is left, with its name."""
        self.remove_class("-offre")
        self._settled = self.name_field.value.strip()

    def step(self, step: int) -> None:
        """Move the selection: the first ↓ goes to the first offer, ↑ from the first selects none again."""
        if self._offered.key is None:
            if step > 0:
                self._offered.action_first()
        elif step < 0 and self._offered.is_at_first:
            self._offered.clear_selection()
        else:
            self._offered.action_go(step)

    def take(self) -> None:
        """Take the selected territory; without a selection, the name typed, if no known territory matches.

        Otherwise select « Garder… » and show that Entrée again takes the typed name.
        """
        typed = self.name_field.value.strip()
        key = self._offered.key
        if key is None and not typed:
            self.show_problem("Choisissez un territoire avec ↓, ou tapez son nom.")
            return
        if key is None and self._offered.keys != (_AS_TYPED,):
            self._offered.select(_AS_TYPED)
            self.show_problem(
                f"Choisissez dans la liste avec ↑ ou ↓, ou Entrée pour garder «{NBSP}{typed}{NBSP}» tel quel."
            )
            return
        known = self._territories.get(key or _AS_TYPED)
        if known is not None:
            self.name_field.fill(known.name)
        self.show_problem("")
        self.close()
        self.post_message(self.Taken(known))

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.take()


def _territory_item(known: KnownTerritory) -> Item:
    name, siren = [Piece(known.name)], [Piece(f"{known.siren} ", SOFT)]
    return Item(known.id, lambda width: (spread(name, siren, width),))


def _sentence_item(key: str | None, sentence: str) -> Item:
    return Item(key, lambda _width: ((Piece(sentence, SOFT),),))
