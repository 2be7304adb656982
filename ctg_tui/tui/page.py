"""The base class of every page: head line, content, foot, messages, saving, and what it may do.

A page declares `KEY_COMMANDS` (`commands.cmd`, each with an `action_…` method, or a page to go to): its
bindings, foot, palette (F2) and help (F1) come from them. It yields its content from `body()`, reads
`session.assessment` and `session.scores`, frozen values, and writes with
`self.save(lambda: self.opened.comment(id, text))`: True when the change is on the disk, and then shown.

`flush()` saves typed text, on leaving the page, quitting and signals, also on a page that was left (`is_open`
is False). Files are worked on in a thread with `self.later(work, then)`. Text goes into a widget as
`Content(shown(text))` or with `markup=False`, never as a bare `str`. CSS uses theme variables only, and the
classes of the size: `-etroit` < 80 ≤ `-moyen` < 110 ≤ `-large` < 160 ≤ `-vaste` (columns),
`-bas` < 24 ≤ `-normal` < 36 ≤ `-haut` (rows). A page is made for 60 columns and 16 rows at least; in a
smaller window its end is out of sight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.system.computer import local_time
from ctg_tui.tui.commands import APP_COMMANDS, STEP_COMMANDS, Command, Destination, Landing, adapted, bindings
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.later import start
from ctg_tui.tui.widgets.frame import NOT_YET, Foot, HeadLine, MessageLine
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP, short_day, territory_name, without_kind

if TYPE_CHECKING:
    from ctg_tui.domain.changes import Edit
    from ctg_tui.domain.steps import Steps
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


NOTHING_TO_UNDO: Final = "Il n’y a rien à annuler."
NOTHING_TO_REDO: Final = "Il n’y a rien à refaire."
NOT_STORED: Final = "Ce que vous écrivez n’est pas encore enregistré."

Read = TypeVar("Read")

WARNING: Final = f"EXEMPLE{NBSP}: tout y est fictif, rien n’est gardé ni envoyé."
NOT_IN_EXAMPLE: Final = f"Cette page n’est pas dans l’exemple{NBSP}: elle concerne vos propres fichiers."
_NOTHING_OPEN: Final = f"Aucune évaluation n’est ouverte{NBSP}: choisissez-en une à l’accueil."
_ONLY_READ: Final = f"C’est un fichier reçu{NBSP}: il se lit ici, sur cette page, et rien ne s’y change."
COLUMN_CLASSES: Final = [(0, "-etroit"), (80, "-moyen"), (110, "-large"), (160, "-vaste")]
ROW_CLASSES: Final = [(0, "-bas"), (24, "-normal"), (36, "-haut")]


class Page(Screen[None]):
    """See the module's docstring."""

    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = ()
    TITLE_IN_HELP: ClassVar[str] = "Cette page"
    STEP: ClassVar[int] = 0
    """The number of the step that the page is; 0 for none."""
    WAY_ON: ClassVar[str] = "next_step"
    """The action that the palette offers first."""
    BINDINGS: ClassVar[list[BindingType]] = bindings(STEP_COMMANDS)
    HORIZONTAL_BREAKPOINTS = COLUMN_CLASSES
    VERTICAL_BREAKPOINTS = ROW_CLASSES
    AUTO_FOCUS = "*"
    DEFAULT_CSS = """
    Page { layers: default message over; }
    Page > #exemple {
        dock: top; height: 1; margin-top: 1; padding: 0 1; background: $panel; color: $accent;
        text-style: bold;
    }
    Page.-etroit > * { min-width: 60; }
    """

    class Visit(Message):
        """The person goes to another page. Bubbles to the app. No dataclass, which would slow the start."""

        def __init__(
            self,
            page: Page,
            destination: Destination,
            session: Session | None,
            place: Landing | None,
            workspace: Workspace,
        ) -> None:
            super().__init__()
            self.page, self.destination = page, destination
            self.session, self.place, self.workspace = session, place, workspace

    def __init_subclass__(cls, **kwargs: bool) -> None:
        if "KEY_COMMANDS" in cls.__dict__:
            own: list[BindingType] = list(cls.__dict__.get("BINDINGS", []))
            cls.BINDINGS = [*own, *bindings(cls.KEY_COMMANDS)]
        super().__init_subclass__(**kwargs)

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__()
        self.workspace = workspace
        self.session = session
        self._not_stored = "", ""
        """What `may_go` said last, and of which text."""
        self._asks_now = False
        """Whether the question of `asks_first` stands."""
        self._head, self._bar = HeadLine(), Foot()
        self._steps: Steps | None = None
        """The steps of the open assessment, as they were last read."""
        self._has_been_shown = False

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
        return self.session is not None and bool(self.session.received)

    @property
    def is_example(self) -> bool:
        """Whether this is a page of the example, of which nothing is kept; see `services.home`."""
        return self.workspace.store.is_in_memory

    @property
    def has_steps(self) -> bool:
        """Whether the commands of the steps have an assessment to go to."""
        return self.session is not None and not self.is_received

    # content

    def compose(self) -> ComposeResult:
        # Textual gives the classes of the size a frame later: the page would be laid out and painted twice.
        for cells, classes in zip(self.app.size, (COLUMN_CLASSES, ROW_CLASSES), strict=True):
            self.add_class(max(each for each in classes if each[0] <= cells)[1])
        yield self._head
        if self.is_example:
            yield PlainStatic(WARNING, id="exemple")
        yield from self.body()
        yield self._bar
        yield MessageLine()

    def body(self) -> Iterable[Widget]:
        """Return the content between head line and foot."""
        return ()

    def headline(self) -> tuple[str, str]:
        """Return territory and year, and what is saved: the left and the right of the first line."""
        if self.session is None:
            return self.TITLE_IN_HELP, ""
        identity = self.session.assessment.identity
        return f"{without_kind(territory_name(identity))} · {identity.year}", self.state_of_saving()

    def commands(self) -> tuple[Command, ...]:
        """Return every command available now, this page's first; F5 names the page that it leads to."""
        own = tuple(one for one in self.KEY_COMMANDS if not one.when or getattr(self, one.when))
        keys = {key for command in own for key in command.keys}
        here = {f"visit('{one.name}')" for one in Destination if one.page == type(self).__name__}
        steps = (one for one in STEP_COMMANDS if not keys.intersection(one.keys) and one.action not in here)
        every = (*own, *(steps if self.has_steps else ()), *APP_COMMANDS)
        if self.app.screen_stack[1:2] == [self]:
            every = adapted(every, {"leave": {"label": "Accueil"}})
        if self._steps is None:
            return every
        from ctg_tui.domain.steps import Step
        from ctg_tui.tui.steps import following
        from ctg_tui.wording.lines import STEP_NAMES

        step = following(self._steps, self.STEP)
        if step is None:
            return adapted(every, {}, {"next_step"})
        name = STEP_NAMES[step][0]
        word = name if self.app.size.width >= COLUMN_CLASSES[1][0] else "suite"
        changed: dict[str, dict[str, object]] = {"next_step": {"label": word, "help": f"Continuer : {name}"}}
        if step is Step.SENDING and self.WAY_ON == "next_step":  # one key to it is enough in the foot
            changed["visit('SENDING')"] = {"bar": None}
        return adapted(every, changed)

    def _reason_against(self, destination: Destination, session: Session | None) -> str:
        """Return why a page cannot be visited; empty where it can."""
        if destination.is_of_files:
            return NOT_IN_EXAMPLE if self.is_example else ""
        if session is None:
            return _NOTHING_OPEN
        return _ONLY_READ if session.received and destination is not Destination.RESULTS else ""

    @property
    def in_sight(self) -> Sequence[Command]:
        """The commands that the page shows with their keys: those of its foot."""
        return self._bar.keys

    def help_commands(self) -> tuple[Command, ...]:
        """Return the lines of the help: the commands, and keys that are not commands (notes, arrows)."""
        return self.commands()

    def refresh_frame(self) -> None:
        """Update the head line and the foot where they changed."""
        self.refresh_head()
        self._bar.show(self.commands())

    def refresh_head(self) -> None:
        """Update the head line where it changed."""
        name = "" if self.STEP or self.session is None else self.TITLE_IN_HELP
        if self.session is None or not self.has_steps:
            self._head.show(*self.headline(), page=name)
            return
        from ctg_tui.tui.steps import steps_now
        from ctg_tui.wording.lines import stops

        with suppress(Refusal):  # each page that shows the forecast reports that it cannot be read
            self._steps = steps_now(self.session)
        grid = self.session.grid
        of_caf = bool(grid.own_cells) and grid.has_proposed_activities
        steps = stops(self._steps, of_caf=of_caf) if self._steps else ()
        self._head.show(*self.headline(), steps, self.STEP, page=name)

    def on_mount(self) -> None:
        self.refresh_frame()

    @on(Resize)
    def _fit_foot(self) -> None:
        """Name the keys again: the word of F5 is shorter in a narrow window."""
        self._bar.show(self.commands())

    def on_started(self) -> None:
        """Show what the first frame did without; called when the modules needed later are imported."""

    def on_show_again(self) -> None:
        """Update the content, called when the page comes back from below another one."""

    def on_screen_resume(self) -> None:
        if self._has_been_shown:
            self.on_show_again()
            self.refresh_frame()
        self._has_been_shown = True

    def on_screen_suspend(self) -> None:
        self.flush()

    def on_unmount(self) -> None:
        self.flush()

    # to other pages

    def action_visit(self, name: str) -> None:
        """Run the command that shows the page of that name."""
        self.visit(Destination[name])

    def visit(
        self, destination: Destination, session: Session | None = None, place: Landing | None = None
    ) -> None:
        """Go to another page, with `session`, by default this page's open assessment."""
        self.flush()
        is_of_all = destination in {Destination.RESTORE, Destination.RECEIVED}
        opened = None if is_of_all else session or self.session
        if reason := self._reason_against(destination, opened):
            self.show_message(reason)
        elif self.may_go():
            self.post_message(self.Visit(self, destination, opened, place, self.workspace))

    async def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        """Go back to the page below, unless a page was opened over this one meanwhile."""
        self.flush()
        if self.is_current and len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def reopen(self, assessment_id: int) -> None:
        """Close every page, and open the grid of an assessment: its present grid, or that of a new one."""
        self.post_message(self.Visit(self, Destination.HOME, None, str(assessment_id), self.workspace))

    def action_step_field(self, step: int) -> None:
        """Go to the next field, or with -1 to the one before."""
        self.focus_next() if step > 0 else self.focus_previous()

    # the steps

    def action_next_step(self) -> None:
        """Go to the next page of the year; from a page that is none of the steps, to what is to do."""
        if not self.has_steps:
            return
        from ctg_tui.tui.steps import following, steps_now

        self.flush()
        step = following(self.read(lambda: steps_now(self.opened), None), self.STEP)
        if step is not None:
            self.visit(Destination[step.name])

    def action_step(self, number: int) -> None:
        """Go to the step that was clicked in the head line."""
        from ctg_tui.domain.steps import Step

        self.visit(Destination[Step(number).name])

    # messages, questions, reading

    def show_message(self, sentence: str, *, warning: bool = False) -> None:
        """Show a message on the row above the foot, until the next key."""
        self.notify(typeset(sentence), severity="warning" if warning else "information", markup=False)

    def refuse(self, refusal: Refusal) -> None:
        """Show why something was refused, and what to do; an autosave leaves what is said."""
        if isinstance(self.app, GatedApp) and self.app.said.severity != "error":
            self.notify(refusal.sentences(), severity="error", markup=False)

    def ask(
        self,
        sentence: str,
        yes: str,
        do: Callable[[], object],
        *,
        loses: bool = True,
        otherwise: Callable[[], object] = lambda: None,
        gathers: bool = False,
    ) -> None:
        """Ask `sentence`, and call `do` if the person answers `yes`; Entrée alone does where none `loses`.

        Where the question `gathers`, what was typed while it stood goes where the person types.
        """
        from ctg_tui.tui.dialogs import Question

        dialog = Question(sentence, yes, loses=loses, gathers=gathers)

        def answered(agreed: bool | None) -> None:
            do() if agreed else otherwise()
            if agreed and dialog.typed:
                self.take_typed(dialog.typed)

        self.app.push_screen(dialog, answered)

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
        except AsksFirst:
            self.asks_first(lambda: self._make_at_last(edit), otherwise)
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
        if self._asks_now or not self.is_open:
            return True

        def agreed() -> None:
            self._asks_now = False
            session.agree()
            again()

        def left() -> None:
            self._asks_now = False
            if otherwise is not None:
                otherwise()
            self.show_message("Rien n’a été changé.")

        self._asks_now = True
        self.ask(session.question, "Oui, la modifier", agreed, otherwise=left, gathers=True)
        return True

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
        at = local_time(self.opened.saved_at)
        is_today = at.date() == self.workspace.today()
        return f"enregistré {at:%H:%M}" if is_today else f"enregistré le {short_day(at.date())}"

    @property
    def is_unsaved(self) -> bool:
        """Whether a text is typed that is not on the disk."""
        return False

    def flush(self) -> None:
        """Save all typed text. Can be called at any time, also twice."""

    def not_stored(self) -> tuple[str, str]:
        """Return what to say of a typed text that is lost with the page, and the text; empty without any."""
        return "", ""

    def may_go(self) -> bool:
        """Return whether to leave the page: a text not stored holds it once, and is said both times."""
        said, self._not_stored = self._not_stored, self.not_stored()
        sentence, may_go = self._not_stored[0], self._not_stored in {("", ""), said}
        if sentence:
            again = "" if may_go else " Recommencez pour partir quand même."
            self.notify(typeset(sentence + again), severity="error", markup=False)
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
        from ctg_tui.wording.changes import edit_name

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
            again = f" Ctrl+Y{NBSP}: refaire." * (word == "Annulé" and edit.op is Operation.IMPORT)
            self.show_message(f"{word}{NBSP}: {edit_name(self.opened.grid, edit)}.{again}")

    def on_turned(self, edit: Edit) -> None:
        """Show the session's present state after `edit` was undone or redone."""


class ListPage(Page):
    """A page that is a list: Entrée and a click run its first command.

    Give `rows()`, and call `show_rows()` after a change.
    """

    DEFAULT_CSS = """
    ListPage > Listing { padding: 1 1 0 1; }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self.list = Listing()

    def rows(self) -> Iterable[Item]:
        """Yield the rows as they are now."""
        raise NotImplementedError

    def body(self) -> Iterable[Widget]:
        return (self.list,)

    def show_rows(self, key: str | None = None) -> None:
        """Show the present rows, with the cursor on the one of `key`, else where it was."""
        self.list.show(list(self.rows()), key)
        self.refresh_frame()

    def on_mount(self) -> None:
        self.show_rows()

    def on_show_again(self) -> None:
        self.show_rows()

    def on_turned(self, edit: Edit) -> None:
        self.show_rows()

    def on_option_list_option_highlighted(self, message: Listing.OptionHighlighted) -> None:
        message.stop()
        self.on_row()

    def on_row(self) -> None:
        """Show what belongs to the row under the cursor: its commands."""
        self.refresh_frame()

    async def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        await self.run_action(self.KEY_COMMANDS[0].action)
