"""The part of `Page` that knows what the example and a file received do not have, and marks the example."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from ctg_tui.tui.commands import Command, Destination
from ctg_tui.tui.screens.saving import SavingScreen
from ctg_tui.wording.french import NBSP

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

ONLY_FOR_OWN: Final = frozenset(
    {
        *(Destination.FORECAST, Destination.GRIDS, Destination.LOG, Destination.ANSWERS),
    }
)
"""The pages that a submission received does not have."""
_WRITE_THE_REVIEW: Final = "Compléter l’avis, puis l’écrire dans un fichier (F9 encore)"
OF_OWN_FILES: Final = frozenset(
    {
        *(Destination.GRIDS, Destination.RESTORE, Destination.RECEIVED, Destination.WORKBOOKS),
        *(Destination.REVIEW, Destination.ANSWERS),
    }
)
"""The pages that the example does not have: they are about the files of the person."""
OF_AN_ASSESSMENT: Final = frozenset(
    {
        *(Destination.GRID, Destination.INDICATORS, Destination.SUMMARY, Destination.RADAR),
        *(Destination.PREPARATION, Destination.FORECAST, Destination.SENDING),
        *(Destination.REVIEW, Destination.ANSWERS),
    }
)
"""The pages that show an open assessment: their keys are bound on every page, also where none is open."""


class LimitedScreen(SavingScreen):
    """A page that the example, a submission received, or no assessment at all, may have or not."""

    @property
    def is_read_only(self) -> bool:
        """Whether the open assessment cannot be edited."""
        return self.session is not None and self.session.is_read_only

    @property
    def is_example(self) -> bool:
        """Whether this is a page of the example, of which nothing is kept; see `services.example`."""
        return self.workspace.store.is_in_memory

    def example_note(self) -> Iterable[Widget]:
        """Yield, on a page of the example, the note that says so and what the page shows."""
        if self.is_example:
            from ctg_tui.tui.widgets.example_note import ExampleNote

            yield ExampleNote(type(self).__name__)

    def marked(self, headline: tuple[str, str]) -> tuple[str, str]:
        """Return the texts of the head line, the left one marked as an example on its pages."""
        left, right = headline
        return (f"EXEMPLE · {left}", right) if self.is_example else headline

    def available(self, commands: tuple[Command, ...]) -> tuple[Command, ...]:
        """Return the commands that make sense in the example, or on a submission received."""
        if self.session is not None and self.session.is_received:
            return tuple(
                command._replace(label="écrire l’avis", help=_WRITE_THE_REVIEW)
                if command.goes_to is Destination.SENDING
                else command
                for command in commands
                if command.goes_to not in ONLY_FOR_OWN
            )
        if self.is_example:
            return tuple(command for command in commands if command.goes_to not in OF_OWN_FILES)
        return commands

    def in_place_of(self, destination: Destination, opened: Session | None) -> Destination:
        """Return the page to go to: what is sent about a file received is the review of it."""
        if destination is Destination.SENDING and opened is not None and opened.is_received:
            return Destination.REVIEW
        return destination

    def is_elsewhere(self, destination: Destination, opened: Session | None) -> bool:
        """Return whether there is no such page, of the assessment `opened` or of none; a message says so."""
        if opened is None and destination in OF_AN_ASSESSMENT:
            self.show_message(f"Aucune évaluation n’est ouverte{NBSP}: choisissez-en une à l’accueil.")
            return True
        if opened is not None and opened.is_received and destination in ONLY_FOR_OWN:
            self.refuse(opened.read_only_refusal())
            return True
        if self.is_example and destination in OF_OWN_FILES:
            from ctg_tui.wording.help import NOT_HERE

            self.show_message(NOT_HERE)
            return True
        if destination is Destination.REVIEW and not (opened is not None and opened.is_received):
            self.show_message("Un avis se donne sur un fichier reçu : C depuis l’accueil.")
            return True
        return False
