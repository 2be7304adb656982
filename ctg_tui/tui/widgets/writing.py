"""The editor at the bottom of the preparation: a text, or an action with its person and date."""

from __future__ import annotations

from datetime import date

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Click
from textual.message import Message

from ctg_tui.domain.assessment import Action
from ctg_tui.tui.keyboards import keyboard_of
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.typed import date_meant, parse_date, typed_date


class WritingPane(Vertical):
    """A title and an editor. Posts `Typed` when the person types."""

    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    WritingPane {
        height: auto;
        padding: 0 2;
        border-top: solid $filet;
        & > Horizontal { height: 1; }
        #ecrit-titre { width: 1fr; height: 1; color: $primary; text-style: bold; }
        #ecrit-etat { width: 44; height: 1; text-align: right; color: $discret; }
        #ecrit-titre { text-wrap: nowrap; text-overflow: ellipsis; }
        CommentEditor, CommentEditor:focus { height: 8; }
        &.-maximized CommentEditor, &.-maximized CommentEditor:focus { height: 1fr; }
    }
    """

    class Typed(Message):
        """The person typed."""

    def __init__(self, title: str, text: str, placeholder: str = "Votre texte") -> None:
        super().__init__()
        self._title = title
        self.editor = CommentEditor(text, placeholder)
        self._state = PlainStatic(id="ecrit-etat")
        self._refused = ""

    def compose(self) -> ComposeResult:
        yield self._heading()
        yield self.editor

    def _heading(self) -> Horizontal:
        """Return the title and, at its right, how long the text is."""
        return Horizontal(PlainStatic(shown(self._title), id="ecrit-titre"), self._state)

    def on_mount(self) -> None:
        self.editor.focus()
        self._show_state()

    @on(CommentEditor.Grown)
    def _show_state(self) -> None:
        self._state.update(self.editor.state, layout=False)

    def on_click(self, event: Click) -> None:
        """Give the text the whole window by a click on what says so."""
        if event.widget is self._state:
            self.editor.action_grow()

    @property
    def text(self) -> str:
        return self.editor.text

    def focus_date(self) -> None:
        """Put the cursor on the date, which is the text itself but in an action."""
        self.editor.focus()

    def may_close(self, refused: str) -> bool:
        """Return whether to close with `refused`, a typed text that cannot be stored, empty for none.

        It is kept in its field at the first try, and dropped at the second.
        """
        is_known = refused == self._refused
        self._refused = refused
        return is_known or not refused

    @on(CommentEditor.Changed)
    @on(TextField.Changed)
    def _on_change(self, event: Message) -> None:
        event.stop()
        self._show_state()
        self.post_message(self.Typed())


class ActionPane(WritingPane):
    """The action, its person, its date. `today` completes a date typed without its year."""

    DEFAULT_CSS = """
    ActionPane {
        CommentEditor, CommentEditor:focus { height: 3; width: 1fr; }
        &.-maximized #ligne-quoi { height: 1fr; }
        &.-maximized CommentEditor, &.-maximized CommentEditor:focus { height: 1fr; }
    }
    """

    def __init__(self, title: str, action: Action | None, today: date) -> None:
        super().__init__(title, action.what if action else "", "Ce qui sera fait")
        self._today = today
        self._former = action.due if action else None
        self._outcome = action.outcome if action else None
        self._who = TextField(action.who if action else "", placeholder="facultatif")
        self._due = TextField(
            typed_date(self._former), placeholder="facultatif, par exemple 31/03/2027 ou 31 mars"
        )

    def compose(self) -> ComposeResult:
        yield self._heading()
        yield FormRow("Quoi", self.editor, identifier="ligne-quoi")
        yield FormRow("Qui", self._who)
        yield FormRow("Pour quand", self._due, identifier="ligne-quand")

    @on(TextField.Submitted)
    def _on_submit(self, event: TextField.Submitted) -> None:
        event.stop()
        self.show_problem()
        if event.control is self._who or self.refused_date:
            self.focus_date()
        else:
            self.editor.focus()

    def focus_date(self) -> None:
        self._due.focus()

    @property
    def refused_date(self) -> str:
        """The date as typed when it cannot be stored; else empty."""
        return self._due.value.strip() if self._problem() else ""

    def _problem(self) -> str:
        try:
            parse_date(self._typed_due(), self._today)
        except ValueError as error:
            return f"{error} La date n’est pas enregistrée."
        return ""

    def show_problem(self) -> None:
        """Show the problem with the date, below it."""
        self.query_one("#ligne-quand", FormRow).show_problem(self._problem())

    def _typed_due(self) -> str:
        return date_meant(self._due.value, keyboard_of(self).id)

    @property
    def action(self) -> Action | None:
        """The action as typed; None when empty. An invalid date leaves the last valid one."""
        try:
            due = parse_date(self._typed_due(), self._today)
        except ValueError:
            due = self._former
        else:
            self._former = due
        what, who = self.text.strip(), self._who.value.strip()
        return Action(what, who, due, self._outcome) if what or who or due else None
