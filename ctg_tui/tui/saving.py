"""What every page does to read and save: edits, refusals, questions, undo, typed text; see `tui.page`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from textual.screen import Screen

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.system.computer import local_time
from ctg_tui.tui.later import start
from ctg_tui.tui.widgets.frame import NOT_YET, MessageApp
from ctg_tui.wording.french import NBSP, saved_words

if TYPE_CHECKING:
    from ctg_tui.domain.changes import Edit
    from ctg_tui.services.editing import AsksFirst, Session
    from ctg_tui.services.workspace import Workspace

NOTHING_TO_UNDO: Final = "Il n’y a rien à annuler."
NOTHING_TO_REDO: Final = "Il n’y a rien à refaire."
NOT_STORED: Final = "Ce que vous écrivez n’est pas encore enregistré."

Read = TypeVar("Read")


class SavingScreen(Screen[None]):
    """The part of `Page` that reads and saves; see the docstring of `tui.page`."""

    def __init__(self, workspace: Workspace, session: Session | None, classes: str) -> None:
        super().__init__(classes=classes)
        self.workspace = workspace
        self.session = session
        self._not_stored = ""
        """What `may_go` said last."""
        self._asks_now = False
        """Whether the question of `asks_first` stands."""

    @property
    def opened(self) -> Session:
        if self.session is None:
            raise RuntimeError("this page needs an open assessment")
        return self.session

    @property
    def is_open(self) -> bool:
        """Whether the page is in the stack. A page that was left still saves its text, but shows nothing."""
        return self.is_attached and self in self.app.screen_stack

    @property
    def is_received(self) -> bool:
        """Whether the open assessment is that of a file received, which is only read."""
        return self.session is not None and self.session.is_received

    @property
    def is_example(self) -> bool:
        """Whether this is a page of the example, of which nothing is kept; see `services.home`."""
        return self.workspace.store.is_in_memory

    def refresh_head(self) -> None:
        raise NotImplementedError

    def reopen(self, assessment_id: int) -> None:
        raise NotImplementedError

    # messages, questions, reading

    def show_message(self, sentence: str, *, warning: bool = False) -> None:
        """Show a message on the row above the foot, until the next key."""
        self.notify(typeset(sentence), severity="warning" if warning else "information", markup=False)

    def refuse(self, refusal: Refusal) -> None:
        """Show why something was refused, and what to do; a text tried again leaves what is said."""
        if isinstance(self.app, MessageApp) and self.app.said.severity != "error":
            self.notify(refusal.sentences(), severity="error", markup=False)

    def ask(self, sentence: str, yes: str, do: Callable[[], object], *, loses: bool = True) -> None:
        """Ask `sentence`, and call `do` if the person answers `yes`; Entrée alone does where none `loses`."""
        from ctg_tui.tui.dialogs import NO, YES, Question

        answers = {NO: "Annuler", YES: yes} if loses else {YES: yes, NO: "Annuler"}

        def answered(key: str | None) -> None:
            if key == YES:
                do()

        self.app.push_screen(Question(sentence, answers), answered)

    def read(self, reading: Callable[[], Read], otherwise: Read) -> Read:
        """Return the value of `reading`; `otherwise`, with a message, when the database refuses."""
        try:
            return reading()
        except Refusal as refusal:
            self.refuse(refusal)
            return otherwise

    def later(
        self,
        work: Callable[[], Read],
        then: Callable[[Read], object],
        refused: Callable[[Refusal], object] | None = None,
    ) -> None:
        """Run `work` in a thread, then `then` with its result; a refusal is shown, or given to `refused`."""
        start(self, type(self).__name__, work, then, refused or self.refuse)

    # saving

    def save(self, edit: Callable[[], object], otherwise: Callable[[], object] | None = None) -> bool:
        """Run `edit`; return whether it was made, and is on the disk. A refusal is shown.

        Where it has to be agreed to, ask: `otherwise` is called if the person does not.
        """
        from ctg_tui.services.editing import AsksFirst

        try:
            edit()
        except AsksFirst as question:
            self._ask_first(question, lambda: self._make_at_last(edit), otherwise)
            return False
        except Refusal as refusal:
            if self.is_open:
                self.refuse(refusal)
            return False
        return True

    def asks_first(self, again: Callable[[], object], otherwise: Callable[[], object] | None = None) -> bool:
        """Ask before the first change where it has to be agreed to; return whether it was asked.

        `again` makes the change if the person agrees, `otherwise` is called if not. While the question
        stands, it is not asked a second time.
        """
        session = self.session
        if session is None or not session.question:
            return False
        from ctg_tui.services.editing import AsksFirst

        self._ask_first(AsksFirst(session.question, session.agree), again, otherwise)
        return True

    def _ask_first(
        self, question: AsksFirst, again: Callable[[], object], otherwise: Callable[[], object] | None
    ) -> None:
        if self._asks_now or not self.is_open:
            return
        from ctg_tui.tui.dialogs import NO, YES, Question

        dialog = Question(question.message, {NO: "Non", YES: "Oui, la modifier"}, gathers=True)

        def answered(key: str | None) -> None:
            self._asks_now = False
            if key == YES:
                question.agree()
                again()
                if dialog.typed:
                    self.take_typed(dialog.typed)
            else:
                if otherwise is not None:
                    otherwise()
                self.show_message("Rien n’a été changé.")

        self._asks_now = True
        self.app.push_screen(dialog, answered)

    def take_typed(self, text: str) -> None:
        """Take what was typed while the question stood, where the person types."""
        from ctg_tui.tui.widgets.editor import CommentEditor
        from ctg_tui.tui.widgets.fields import NumberField, TextField
        from ctg_tui.wording.typed import as_digits

        field = self.focused
        if isinstance(field, TextField):
            field.insert_text_at_cursor(as_digits(text) if isinstance(field, NumberField) else text)
        elif isinstance(field, CommentEditor):
            field.insert(text)

    def _make_at_last(self, edit: Callable[[], object]) -> None:
        if self.save(edit) and (made := self.opened.next_undo()) is not None:
            self.on_turned(made)
            self.refresh_head()

    def state_of_saving(self) -> str:
        """Return `enregistré 14:02`, the time of the last commit, or that what is typed is not saved yet.

        Empty in the example, which has a row that says so; of a file received, its sending and its date.
        """
        if self.is_example or self.is_received:
            return self.opened.received
        if self.is_unsaved:
            return NOT_YET
        return saved_words(local_time(self.opened.saved_at), self.workspace.today())

    @property
    def is_unsaved(self) -> bool:
        """Whether a text is typed that is not on the disk."""
        return False

    def flush(self) -> None:
        """Save all typed text. Can be called at any time, also twice."""

    def not_stored(self) -> str:
        """Return the sentence on a typed text that cannot be stored and is lost with the page; else empty."""
        return ""

    def may_go(self) -> bool:
        """Return whether to leave the page: a text not stored holds it once, and is said both times."""
        said, self._not_stored = self._not_stored, self.not_stored()
        may_go = self._not_stored in {"", said}
        if self._not_stored:
            again = "" if may_go else " Recommencez pour partir quand même."
            self.notify(typeset(self._not_stored + again), severity="error", markup=False)
        return may_go

    # undo

    def action_undo(self) -> None:
        self.turn("Annulé", NOTHING_TO_UNDO, self.opened.next_undo, self.opened.undo)

    def action_redo(self) -> None:
        self.turn("Refait", NOTHING_TO_REDO, self.opened.next_redo, self.opened.redo)

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        """Undo or redo, and show the edit and its name."""
        from ctg_tui.domain.changes import Operation
        from ctg_tui.wording.changes import edit_with_place

        self.flush()
        if self._asks_now:  # about what was typed
            return
        self.opened.end_typing()
        try:
            edit = following()
        except Refusal as refusal:
            self.refuse(refusal)
            return
        if edit is None:
            self.show_message(nothing)
        elif not self.opened.is_free(edit):
            self.asks_first(lambda: self.turn(word, nothing, following, turn))
        elif self.save(turn):
            if edit.op is Operation.ADOPTION:
                self.reopen(self.opened.assessment.id)
            else:
                self.on_turned(edit)
                self.refresh_head()  # a commit that came at once changes its time
            self.show_message(f"{word}{NBSP}: {edit_with_place(self.opened.grid, edit)}.")

    def on_turned(self, edit: Edit) -> None:
        """Show the session's present state after `edit` was undone or redone."""
