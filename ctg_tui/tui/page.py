"""The base class of every page: head line, content, foot, messages, saving, and what it may do.

How to write a page:

- Subclass `Page`, or `ListPage` for a list of rows, `TextBelowPage` to write below it; declare `KEY_COMMANDS`
  (`commands.cmd`, each with an `action_…` method and perhaps the attribute `when` it is available, or
  `commands.to` for a page to go to). The bindings of keys and letters, the foot, the palette (F2) and the
  help (F1) come from it. A widget in which letters are commands is a `TakesLetters`, never a text field.
- `__init__(workspace, session=None)`: `self.workspace` (list, create, open…), `self.session` (the open
  assessment; `self.opened` raises when there is none). A page reads `session.assessment` and
  `session.scores`, frozen values; it writes through `self.save`.
- Yield the content from `body()`; `headline()` gives territory and year unless the page has another one;
  `refresh_frame()` after a change.
- Write with `self.save(lambda: self.opened.remark(id, text))`: True when the change is on the disk, and then
  shown. A Refusal is shown: nothing was changed. `save_text` for what is being typed: it stays in its editor,
  marked (`is_unsaved`), and is tried again. `state_of_saving()` is for the head line.
- Undo and redo: commands with the actions `undo` and `redo`, and `on_turned(edit)` to show the change.
- Read with `self.read(lambda: last_time_of(self.workspace, …), None)`: the database can refuse.
- Work on files in a thread with `self.later(work, then)`.
- `flush()` saves the typed text; it is called on leaving the page, quitting and signals. A page that was
  left (`is_open` is False) saves it too, and shows nothing any more.
- `not_stored()` is the sentence on a typed text that no `flush()` can store: it holds the first visit, and
  quitting asks.
- Show a message, one at a time, on the row above the foot: `self.show_message(sentence)`,
  `self.refuse(refusal)`, in plain text.
- Go to a page with `self.visit(Destination.RESULTS)`, `self.visit(Destination.GRID, session)`,
  `self.visit(Destination.GRID, place=Place(…))` to land on a line, `place="siren"` on a field of
  the form; leave with `self.leave()`. `on_show_again()`: the page comes back from below another.
- Data goes into a widget as `Content(shown(text))` or with `markup=False`, never as a bare `str`.
- CSS: a nested `DEFAULT_CSS` on the page (the first one gets no `CSS`), theme variables only (`$filet`…).
  Classes on the page by size: 60 ≤ `-etroit` < 80 ≤ `-moyen` < 110 ≤ `-large` < 160 ≤ `-vaste` (columns),
  16 ≤ `-bas` < 24 ≤ `-normal` < 36 ≤ `-haut` (rows). Borders and characters differ by drawing level: the
  page has the class `-riche` or `-compatible`, and `self.level` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus, Resize
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.characters import current_level
from ctg_tui.tui.commands import (
    APP_COMMANDS,
    STEP_COMMANDS,
    Command,
    Destination,
    Landing,
    Need,
    adapted,
    bindings,
)
from ctg_tui.tui.later import start
from ctg_tui.tui.saving import SavingScreen
from ctg_tui.tui.widgets.frame import ROOMY, Foot, HeadLine, MessageLine, TooSmall
from ctg_tui.tui.widgets.strips import TakesLetters
from ctg_tui.wording.french import NBSP, short_territory, territory_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.tui.later import Done
    from ctg_tui.tui.steps import StepsGuide, StepsHead


WARNING: Final = f"EXEMPLE{NBSP}: tout y est fictif, rien n’est gardé ni envoyé."


NOT_HERE: Final = f"Cette page n’est pas dans l’exemple{NBSP}: elle concerne vos propres fichiers."


ON_GRID: Final = "Ses quatre missions sont notées."
"""Stands after the warning, on the grid."""


ONLY_READ: Final = "C’est un fichier reçu : il se lit ici, sur cette page, et rien ne s’y change."

# Pages that the example and a file received do not have.


class LimitedScreen(SavingScreen):
    """A page that the example, a submission received, or no assessment at all, may have or not."""

    STEP: ClassVar[int] = 0
    """The number of the step that the page is; 0 for none."""

    @property
    def is_received(self) -> bool:
        """Whether the open assessment is that of a file received, which is only read."""
        return self.session is not None and self.session.is_received

    @property
    def is_example(self) -> bool:
        """Whether this is a page of the example, of which nothing is kept; see `services.home`."""
        return self.workspace.store.is_in_memory

    def example_note(self) -> Iterable[Widget]:
        """Yield, on a page of the example, the row that says so."""
        if self.is_example:
            from ctg_tui.domain.steps import Step
            from ctg_tui.tui.steps import ExampleNote

            yield ExampleNote(ON_GRID if self.STEP == Step.GRID else "")

    def available(self, commands: tuple[Command, ...]) -> tuple[Command, ...]:
        """Return the commands that make sense in the example, or on a submission received."""
        missing = (
            Need.NOT_RECEIVED if self.is_received else Need.OWN_FILES if self.is_example else Need.NOTHING
        )
        return tuple(one for one in commands if one.goes_to is None or not one.goes_to.needs & missing)

    def is_elsewhere(self, destination: Destination, opened: Session | None) -> bool:
        """Return whether there is no such page, of the assessment `opened` or of none; a message says so."""
        if opened is None and destination.needs & Need.ASSESSMENT:
            self.show_message(f"Aucune évaluation n’est ouverte{NBSP}: choisissez-en une à l’accueil.")
            return True
        if opened is not None and opened.is_received and destination.needs & Need.NOT_RECEIVED:
            self.show_message(ONLY_READ)
            return True
        if self.is_example and destination.needs & Need.OWN_FILES:
            self.show_message(NOT_HERE)
            return True
        return False


Read = TypeVar("Read")
MIN_WIDTH, MIN_HEIGHT = 60, 16
COLUMN_CLASSES: Final = [
    *((0, "-minuscule"), (MIN_WIDTH, "-etroit"), (80, "-moyen"), (110, "-large"), (160, "-vaste")),
]
ROW_CLASSES: Final = [(0, "-ras"), (MIN_HEIGHT, "-bas"), (24, "-normal"), (36, "-haut")]


class Page(LimitedScreen):
    """See the module's docstring."""

    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = ()
    TITLE_IN_HELP: ClassVar[str] = "Cette page"
    BINDINGS: ClassVar[list[BindingType]] = bindings(STEP_COMMANDS)
    HORIZONTAL_BREAKPOINTS = COLUMN_CLASSES
    VERTICAL_BREAKPOINTS = ROW_CLASSES
    AUTO_FOCUS = "*"
    DEFAULT_CSS = """
    Page { layers: default message; }
    Page.-minuscule, Page.-ras {
        &>* { display: none; }
        &>TooSmall { display: block; }
    }
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

    class Leave(Message):
        """The person goes back to the page below."""

        def __init__(self, page: Page) -> None:
            super().__init__()
            self.page = page

    class Reopen(Message):
        """The grid of an assessment is another one: its pages close, and it opens again."""

        def __init__(self, assessment_id: int, *, is_agreed: bool) -> None:
            super().__init__()
            self.assessment_id = assessment_id
            self.is_agreed = is_agreed
            """Whether what is asked before the first change was agreed to, or is not to be asked."""

    def __init_subclass__(cls, **kwargs: bool) -> None:
        if "KEY_COMMANDS" in cls.__dict__:
            own: list[BindingType] = list(cls.__dict__.get("BINDINGS", []))
            cls.BINDINGS = [*own, *bindings(cls.KEY_COMMANDS)]
        super().__init_subclass__(**kwargs)

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        level = current_level()
        super().__init__(workspace, session, f"-{level.value}")
        self.level: Final = level
        """The characters that the terminal can draw."""
        self._bar = Foot()
        self._has_been_shown = False
        self._last_focus: Widget | None = None

    def _made_head(self) -> HeadLine:
        """Return the head line, with the steps on the pages of an assessment."""
        self._guide: StepsGuide | None = None
        if self.is_received or (self.session is None and not self.STEP):
            return HeadLine()
        from ctg_tui.tui.steps import StepsGuide, StepsHead

        head = StepsHead()
        self._guide = StepsGuide(head, self.STEP)
        return head

    # content

    def compose(self) -> ComposeResult:
        # Textual gives the classes of the size a frame later: the page would be laid out and painted twice.
        for cells, classes in zip(self.app.size, (COLUMN_CLASSES, ROW_CLASSES), strict=True):
            self.add_class(max(each for each in classes if each[0] <= cells)[1])
        yield self._head
        yield from self.example_note()
        yield from self.body()
        yield self._bar
        yield MessageLine()
        yield TooSmall()

    def body(self) -> Iterable[Widget]:
        """Return the content between head line and foot."""
        return ()

    def headline(self) -> tuple[str, str]:
        """Return territory and year, and what is saved: the left and the right of the first line."""
        if self.session is None:
            return "", ""
        identity = self.session.assessment.identity
        return f"{short_territory(territory_name(identity))} · {identity.year}", self.state_of_saving()

    def commands(self) -> tuple[Command, ...]:
        """Return every command available now, this page's first."""
        own = tuple(one for one in self.KEY_COMMANDS if not one.when or getattr(self, one.when))
        keys = {key for command in own for key in (*command.keys, *command.letters)}
        pages = {command.goes_to for command in own if command.goes_to}
        steps = [
            command
            for command in STEP_COMMANDS
            if self.has_steps
            and command.goes_to not in pages
            and not keys.intersection((*command.keys, *command.letters))
        ]
        every = tuple(map(self._leading_up, (*own, *steps, *APP_COMMANDS)))
        if self._guide is not None:
            every = self._guide.named(every)
        if self.app.size.width < ROOMY:
            every = adapted(every, {"next_step": {"label": "suite"}})
        return self.available(every)

    def _leading_up(self, command: Command) -> Command:
        """Return the command of Échap with the name of the page that it leads to."""
        stack = self.app.screen_stack
        if command.action != "leave" or self not in stack[1:]:
            return command
        below = stack[stack.index(self) - 1]
        name = below.TITLE_IN_HELP.lower() if isinstance(below, Page) else "retour"
        return command._replace(label=name, help=f"Revenir : {name}")

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

    @property
    def has_steps(self) -> bool:
        """Whether the commands of the steps have an assessment to go to."""
        return self.session is not None and not self.is_received

    def refresh_head(self) -> None:
        """Update the head line where it changed."""
        if self._guide is not None and self.session is not None:
            self._guide.follow(self.session)
        self._head.show(*self.headline())

    def on_mount(self) -> None:
        self.refresh_frame()

    @on(Resize)
    def _fit_foot(self) -> None:
        """Name the keys again: a word can be shorter in a narrow window."""
        self._bar.show(self.commands())

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

    def on_done(self, message: Done) -> None:
        message.stop()
        if message.error is not None:
            raise message.error
        if self.is_attached:
            message.go_on()

    def ask(
        self, sentence: str, yes: str, do: Callable[[], object], no: str = "Annuler", *, loses: bool = True
    ) -> None:
        """Ask `sentence`, and call `do` if the person answers `yes`; Entrée alone does where none `loses`."""
        from ctg_tui.tui.dialogs import ask

        ask(self.app, sentence, yes, do, no, loses=loses)

    # navigation

    async def action_letter(self, command_id: str) -> None:
        """Run the command of a letter, unless the focused widget takes letters as text."""
        if not (self.focused is None or isinstance(self.focused, TakesLetters)):
            raise SkipAction
        every = (*self.KEY_COMMANDS, *STEP_COMMANDS)
        await self.run_action(next(command.run for command in every if command.id == command_id))

    def action_visit(self, name: str) -> None:
        """Run the command that `goes_to` the destination of that name."""
        self.go_to(Destination[name])

    def go_to(self, destination: Destination) -> None:
        """Visit a page from here; a page that chooses the session or the place overrides this."""
        self.visit(destination)

    async def action_leave(self) -> None:
        self.leave()

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def visit(
        self, destination: Destination, session: Session | None = None, place: Landing | None = None
    ) -> None:
        """Go to another page, with `session`, by default this page's open assessment."""
        self.flush()
        opened = session or self.session
        if not self.is_elsewhere(destination, opened) and self.may_go():
            self.post_message(self.Visit(self, destination, opened, place, self.workspace))

    def leave(self) -> None:
        """Go back to the page below."""
        self.flush()
        self.post_message(self.Leave(self))

    def reopen(self, assessment_id: int) -> None:
        """Close every page of the assessment, and open it again with its present grid."""
        is_agreed = self.session is not None and not self.session.question
        self.post_message(self.Reopen(assessment_id, is_agreed=is_agreed))

    # the steps

    def action_change_grid(self) -> None:
        """Fill the assessment with another grid, chosen among those known here."""
        if self.is_example:
            self.show_message(NOT_HERE)
            return
        from ctg_tui.tui.grid_files import change_grid

        self.flush()
        change_grid(self, self.opened)

    def action_next_step(self) -> None:
        """Go to the next step that lacks something."""
        self.flush()
        if self.session is None:
            self.show_message("Les étapes commencent avec une évaluation : donnez-lui un territoire.")
        else:
            self.go_on(self.session)

    def go_on(self, session: Session) -> None:
        """Go to the next step of `session` that lacks something."""
        from ctg_tui.tui.steps import visit_next

        self.flush()
        visit_next(self, session)

    def on_steps_head_chosen(self, message: StepsHead.Chosen) -> None:
        from ctg_tui.tui.steps import visit_step

        message.stop()
        visit_step(self, self.opened, message.step)

    # shown, hidden

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

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._last_focus = event.widget

    def on_too_small_gone(self) -> None:
        """Focus again the widget that lost the focus in a window too small."""
        last = self._last_focus
        if self.focused is None and last is not None and last.is_attached and last.focusable:
            self.set_focus(last)

    @property
    def is_too_small(self) -> bool:
        """Whether the window is too small for this page, which « La fenêtre est trop petite » hides."""
        return self.has_class("-minuscule") or self.has_class("-ras")

    def on_unmount(self) -> None:
        self.flush()
