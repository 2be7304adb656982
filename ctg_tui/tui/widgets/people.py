"""The people of the form: a block of fields for each, numbered when there are several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from ctg_tui.domain.assessment import Coordinator
from ctg_tui.domain.grid import Policy
from ctg_tui.services.details import PersonTexts, new_person
from ctg_tui.tui.widgets.fields import Option
from ctg_tui.tui.widgets.form_rows import PersonBlock


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
