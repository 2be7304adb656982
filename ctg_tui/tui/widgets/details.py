"""The rows of « Vous »: the people, and the territory with the matching known ones below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ctg_tui.domain.assessment import Coordinator
from ctg_tui.domain.grid import KnownTerritory, Policy
from ctg_tui.services.details import PersonTexts, matching, new_person
from ctg_tui.tui.widgets.fields import FormRow, Option, PersonBlock, TextField
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, Piece, spread
from ctg_tui.wording.french import NBSP


class People(Vertical):
    """The blocks of the coordinators, or one to fill in when there is none."""

    DEFAULT_CSS = "People { height: auto; }"

    def __init__(self, coordinators: Iterable[Coordinator], policies: Sequence[Policy]) -> None:
        super().__init__()
        self.use(policies)
        self._blocks = [self._block(person) for person in self._texts_of(coordinators)]
        self._is_adding = False
        self._number()

    def compose(self) -> ComposeResult:
        yield from self._blocks

    @property
    def texts(self) -> tuple[PersonTexts, ...]:
        """The texts of the fields of each person."""
        return tuple(block.texts for block in self._blocks)

    @property
    def first(self) -> PersonBlock:
        return self._blocks[0]

    @property
    def current(self) -> PersonBlock | None:
        """The block that has the focus."""
        return next((block for block in self._blocks if block.has_focus_within), None)

    def use(self, policies: Sequence[Policy]) -> None:
        """Offer these policies to the people added from now on."""
        self._policies = [Option(policy.id, policy.label) for policy in policies]

    def show(self, coordinators: Iterable[Coordinator]) -> None:
        """Show these people in place of the typed texts; blocks of the same people stay."""
        people = self._texts_of(coordinators)
        if [block.texts.ref for block in self._blocks] == [person.ref for person in people]:
            for block, person in zip(self._blocks, people, strict=True):
                block.take(person)
            return
        self.remove_children()
        self._blocks = [self._block(person) for person in people]
        self._number()
        self.mount_all(self._blocks)

    async def add(self) -> None:
        """Add a block and give it the focus.

        A second call does nothing until the block is mounted: both blocks would have the same reference.
        """
        if self._is_adding:
            return
        self._is_adding = True
        block = self._block(self._new_person(self.texts))
        try:
            await self.mount(block)
        finally:
            self._is_adding = False
        self._blocks.append(block)
        self._number()
        block.first_field.focus()

    def remove_block(self, block: PersonBlock) -> None:
        """Remove the block of a person."""
        self._blocks.remove(block)
        self._number()
        block.remove()

    def _texts_of(self, coordinators: Iterable[Coordinator]) -> list[PersonTexts]:
        """Return the texts of each person, or of an empty one when there is none."""
        people = [
            PersonTexts(person.ref, person.last_name, person.first_name, person.profile, person.policies)
            for person in coordinators
        ]
        return people or [self._new_person()]

    def _block(self, person: PersonTexts) -> PersonBlock:
        return PersonBlock(person, self._policies)

    def _new_person(self, others: Sequence[PersonTexts] = ()) -> PersonTexts:
        return new_person(others, (policy.key for policy in self._policies))

    def _number(self) -> None:
        for rank, block in enumerate(self._blocks, 1):
            block.show_rank(rank if len(self._blocks) > 1 else None)


# The territory: typed freely, with the matching known ones offered below while it has the focus.

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
