"""The base class of every screen: head line, content, key bar, banner; messages, saving, visits.

How to write a screen:

- Subclass `Page`; declare `KEY_COMMANDS` (`commands.Command`, each with an `action_…` method, or with the
  page it `goes_to`). The bindings of keys and letters, the key bar, the palette (F2) and the help (F1) come
  from it. A widget in which letters are commands is a `TakesLetters`, never a text field.
- `__init__(workspace, session=None)`: `self.workspace` (list, create, open…), `self.session` (the open
  assessment; `self.opened` raises when there is none). A screen reads `session.assessment` and
  `session.scores`, frozen values; it writes through `self.save`.
- Yield the content from `body()`, the head line from `headline()`; `refresh_frame()` after a change.
- Write with `self.save(lambda: self.opened.remark(id, text))`: True when the change is shown, whether on the
  disk or in the queue. A Refusal is shown. A change that is not on the disk is marked (`session.pending`);
  when the disk refuses it, the writer raises the lasting banner « NON ENREGISTRÉ », and retries by itself.
  `on_saved()` is called after the commit of a queued change. `state_of_saving()` is for the head line.
- Undo and redo: commands with the actions `undo` and `redo`, and `on_turned(edit)` to show the change.
- Read with `self.read(lambda: last_time_of(self.workspace, …), None)`: the database can refuse.
- `flush()` saves the typed text; it is called on leaving the screen, quitting and signals. A page that was
  left (`is_open` is False) saves it too, and shows nothing any more.
- `not_stored()` is the sentence on a typed text that no `flush()` can store: it holds the first visit, and
  quitting asks.
- Show a toast, one at a time, with `self.show_message(sentence)`, `self.refuse(refusal)`: plain text.
- Go to a page with `self.visit(Destination.SUMMARY)`, `self.visit(Destination.GRID, session)`,
  `self.visit(Destination.GRID, place=Place(…))` to land on a line, `place=FormField.SIREN` on a field of
  the form; leave with `self.leave()`. `on_show_again()`: the screen comes back from below another.
- Data goes into a widget as `Content(shown(text))` or with `markup=False`, never as a bare `str`.
- CSS: a nested `DEFAULT_CSS` on the screen (the first one gets no `CSS`), theme variables only (`$filet`…).
  Classes on the screen by size: 60 ≤ `-etroit` < 80 ≤ `-moyen` < 110 ≤ `-large` < 160 ≤ `-vaste` (columns),
  16 ≤ `-bas` < 24 ≤ `-normal` < 36 ≤ `-haut` (rows). Borders and characters differ by drawing level: the
  screen has the class `-riche`, `-compatible` or `-ascii`, and `self.level` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.commands import APP_COMMANDS, ROAD_COMMANDS, Command, Destination, Landing, bindings
from ctg_tui.tui.level import current_level
from ctg_tui.tui.screens.limits import LimitedScreen
from ctg_tui.tui.widgets.frame import HeadLine, TooSmall
from ctg_tui.tui.widgets.letters import TakesLetters

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.tui.keyboards import Keyboard
    from ctg_tui.tui.road import RoadGuide
    from ctg_tui.tui.widgets.road_line import RoadHead

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
    STEP: ClassVar[int] = 0
    """The number of the step of the road that the page is; 0 for none."""
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROAD_COMMANDS)
    HORIZONTAL_BREAKPOINTS = COLUMN_CLASSES
    VERTICAL_BREAKPOINTS = ROW_CLASSES
    AUTO_FOCUS = "*"
    DEFAULT_CSS = """
    Page.-minuscule, Page.-ras {
        &>* { display: none; }
        &>TooSmall { display: block; }
    }
    Page.-route > Banner { margin-top: 2; }
    Page.-bas > ExampleNote { height: 1; }
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

        def __init__(self, assessment_id: int) -> None:
            super().__init__()
            self.assessment_id = assessment_id

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
        self._has_been_shown = False
        self._last_focus: Widget | None = None

    def _made_head(self) -> HeadLine:
        """Return the head line, with the road on the pages of an assessment."""
        self._guide: RoadGuide | None = None
        if self.session is None and not self.STEP:
            return HeadLine()
        from ctg_tui.tui.road import RoadGuide  # the first page has no road
        from ctg_tui.tui.widgets.road_line import RoadHead

        head = RoadHead()
        self._guide = RoadGuide(head, self.STEP)
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
        yield TooSmall()

    def body(self) -> Iterable[Widget]:
        """Return the content between head line and key bar."""
        return ()

    def headline(self) -> tuple[str, str]:
        """Return the texts at the left and at the right of the first line."""
        return "", ""

    def commands(self) -> tuple[Command, ...]:
        """Return every command available now, this page's first."""
        own = self.KEY_COMMANDS
        keys = {key for command in own for key in command.keys}
        pages = {command.goes_to for command in own if command.goes_to}
        road = [
            command
            for command in ROAD_COMMANDS
            if self.is_on_road and command.goes_to not in pages and not keys.intersection(command.keys)
        ]
        return self.available((*own, *road, *APP_COMMANDS))

    def help_commands(self) -> tuple[Command, ...]:
        """Return the lines of the help: the commands, and keys that are not commands (notes, arrows)."""
        return self.commands()

    def use_keyboard(self, keyboard: Keyboard) -> None:
        """Adapt to another keyboard layout."""

    def refresh_frame(self) -> None:
        """Update the head line and the key bar where they changed."""
        self.refresh_head()
        self._bar.show(self.commands())

    @property
    def is_on_road(self) -> bool:
        """Whether the commands of the road have an assessment to go to."""
        return self.session is not None

    def refresh_head(self) -> None:
        """Update the head line where it changed."""
        if self._guide is not None and self.session is not None:
            self._guide.follow(self.session)
        self._head.show(*self.marked(self.headline()))

    def on_mount(self) -> None:
        self.refresh_frame()

    def read(self, reading: Callable[[], Read], otherwise: Read) -> Read:
        """Return the value of `reading`; `otherwise`, with a message, when the database refuses."""
        try:
            return reading()
        except Refusal as refusal:
            self.show_saving()  # what was waited for may be what the disk refuses
            self.refuse(refusal)
            return otherwise

    def ask(self, sentence: str, yes: str, do: Callable[[], object], no: str = "Annuler") -> None:
        """Ask `sentence`, and call `do` if the person answers `yes`; `no` is the other answer."""
        from ctg_tui.tui.screens.question import Question

        def answered(sure: bool | None) -> None:
            if sure:
                do()

        self.app.push_screen(Question(sentence, yes, no), answered)

    # navigation

    async def action_letter(self, command_id: str) -> None:
        """Run the command of a letter, unless the focused widget takes letters as text."""
        if not (self.focused is None or isinstance(self.focused, TakesLetters)):
            raise SkipAction
        await self.run_action(next(command.run for command in self.KEY_COMMANDS if command.id == command_id))

    def action_visit(self, name: str) -> None:
        """Run the command that `goes_to` the destination of that name."""
        self.go_to(Destination[name])

    def go_to(self, destination: Destination) -> None:
        """Visit a page from here; a page that chooses the session or the place overrides this."""
        self.visit(destination)

    def action_leave(self) -> None:
        self.leave()

    def action_read_comments(self) -> None:
        if self.session is None:
            self.show_message("Les commentaires se lisent dans une évaluation ouverte.")
            return
        from ctg_tui.tui.screens.comments import read_comments

        read_comments(self)

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def visit(
        self, destination: Destination, session: Session | None = None, place: Landing | None = None
    ) -> None:
        """Go to another page, with `session`, by default this page's open assessment."""
        self.finish()
        opened = session or self.session
        destination = self.in_place_of(destination, opened)
        if not self.is_elsewhere(destination, opened) and self.may_go():
            self.post_message(self.Visit(self, destination, opened, place, self.workspace))

    def leave(self) -> None:
        """Go back to the page below."""
        self.flush()
        self.post_message(self.Leave(self))

    def reopen(self, assessment_id: int) -> None:
        """Close every page of the assessment, and open it again with its present grid."""
        self.post_message(self.Reopen(assessment_id))

    # the road

    def action_road(self) -> None:
        """Show the steps with what each lacks; the one chosen is shown."""
        self.finish()
        if self.session is None:
            self.show_message("La route commence avec une évaluation : donnez-lui un territoire.")
            return
        self._ask_step(self.session)

    def _ask_step(self, session: Session) -> None:
        from ctg_tui.tui.road import ask_step

        self.flush()
        ask_step(self, session)

    def on_road_head_chosen(self, message: RoadHead.Chosen) -> None:
        from ctg_tui.tui.road import visit_step

        message.stop()
        visit_step(self, self.opened, message.step)

    def on_road_head_ready_chosen(self, message: RoadHead.ReadyChosen) -> None:
        message.stop()
        self.visit(Destination.SENDING)

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
        if self.is_mounted:
            self.show_saving()

    def on_screen_suspend(self) -> None:
        self.flush()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self._last_focus = event.widget

    def on_too_small_gone(self) -> None:
        """Return the focus to the widget that lost it in a window too small."""
        self.take_focus_back()

    @property
    def is_too_small(self) -> bool:
        """Whether the window is too small for this page, which « La fenêtre est trop petite » hides."""
        return self.has_class("-minuscule") or self.has_class("-ras")

    def take_focus_back(self) -> None:
        """Focus again the widget that lost the focus while it was hidden."""
        last = self._last_focus
        if self.focused is None and last is not None and last.is_attached and last.focusable:
            self.set_focus(last)

    def on_unmount(self) -> None:
        self.flush()
