"""The filter of the list: a field below it, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from textual import on

from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FormRow


class HomeFilter(FormRow):
    """Gives the words typed to `use`; Entrée calls `done`."""

    DEFAULT_CSS = """
    HomeScreen HomeFilter { dock: bottom; margin-bottom: 1; padding: 0 2; }
    """

    def __init__(
        self, use: Callable[[str], object], done: Callable[[], object], label: str = "Chercher"
    ) -> None:
        self._words = TextField(placeholder="un territoire, un nom, une année…")
        super().__init__(label, self._words)
        self._use = use
        self._done = done
        self._used = ""

    def take_focus(self) -> None:
        """Put the focus in the field."""
        self._words.focus()

    def clear(self) -> None:
        """Show everything again."""
        self._words.fill("")

    @on(TextField.Changed)
    def _on_typed(self, event: TextField.Changed) -> None:
        event.stop()
        words = event.value.strip()
        if words != self._used:
            self._used = words
            self._use(words)

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        self._done()
