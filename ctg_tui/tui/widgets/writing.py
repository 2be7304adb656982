"""What is written at the bottom of the preparation: a text, or an action with who and when."""

from __future__ import annotations

from datetime import date

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ctg_tui.domain.assessment import Action
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.focus import focus
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.dates import parse_date, typed_date


class WritingPane(Vertical):
    """A title and an editor. Knows nothing of the base: it tells that something was typed."""

    DEFAULT_CSS = """
    WritingPane {
        height: auto;
        padding: 0 2;
        border-top: solid $filet;
        #ecrit-titre { height: 1; color: $primary; text-style: bold; }
        #ecrit-titre { text-wrap: nowrap; text-overflow: ellipsis; }
        CommentEditor, CommentEditor:focus { height: 8; }
    }
    """

    class Typed(Message):
        """Something was typed."""

    def __init__(self, title: str, text: str, placeholder: str = "Votre texte") -> None:
        super().__init__()
        self._title = title
        self.editor = CommentEditor(text, placeholder)

    def compose(self) -> ComposeResult:
        yield PlainStatic(shown(self._title), id="ecrit-titre")
        yield self.editor

    def on_mount(self) -> None:
        focus(self.editor)

    @property
    def text(self) -> str:
        return self.editor.text

    @on(CommentEditor.Changed)
    @on(TextField.Changed)
    def _on_change(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Typed())


class ActionPane(WritingPane):
    """What, who, when. `today` completes a date typed without its year."""

    DEFAULT_CSS = """
    ActionPane {
        CommentEditor, CommentEditor:focus { height: 3; width: 1fr; }
    }
    """

    def __init__(self, title: str, action: Action | None, today: date) -> None:
        super().__init__(title, action.what if action else "", "Ce qui sera fait")
        self._today = today
        self._former = action.due if action else None
        self._who = TextField(action.who if action else "", placeholder="facultatif")
        self._due = TextField(
            typed_date(self._former), placeholder="facultatif, par exemple 31/03/2027 ou 31 mars"
        )

    def compose(self) -> ComposeResult:
        yield PlainStatic(shown(self._title), id="ecrit-titre")
        yield FormRow("Quoi", self.editor)
        yield FormRow("Qui", self._who)
        yield FormRow("Pour quand", self._due, identifier="ligne-quand")

    @on(TextField.Submitted)
    def _on_submit(self, event: TextField.Submitted) -> None:
        event.stop()
        self.say_problem()
        if event.control is self._who:
            focus(self._due)
        else:
            focus(self.editor)

    def say_problem(self) -> None:
        """What is wrong with the date, in place."""
        problem = ""
        try:
            parse_date(self._due.value, self._today)
        except ValueError as error:
            problem = f"{error} La date n’est pas enregistrée."
        self.query_one("#ligne-quand", FormRow).say(problem)

    @property
    def action(self) -> Action | None:
        """What is written; None when nothing is. A date that is none leaves the last one that was."""
        try:
            due = parse_date(self._due.value, self._today)
        except ValueError:
            due = self._former
        else:
            self._former = due
        what, who = self.text.strip(), self._who.value.strip()
        return Action(what, who, due) if what or who or due else None
