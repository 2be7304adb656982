"""What stands over a page until it is answered, once."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A second answer given in a hurry (Entrée twice) does nothing: it would be the page below that goes, and
    what was agreed to once would be done twice.
    """

    _is_answered = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key acts: not one typed ahead, before anything could be read."""
        return self.is_mounted

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Give the answer and go, the first time."""
        if self._is_answered or not self.is_mounted or self.app.screen is not self:
            return AwaitComplete()
        self._is_answered = True
        return super().dismiss(result)
