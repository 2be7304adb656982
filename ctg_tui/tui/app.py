"""The application: open the database, show the pages, and close with every typed letter saved."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.filter import LineFilter, Monochrome
from textual.geometry import NULL_OFFSET, Offset, Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.theme import Theme
from textual.widget import Widget

from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.services.workspace import Workspace
from ctg_tui.system.files import WriteRefusal, atomic_write, read_regular
from ctg_tui.tui.characters import current_level, replacements
from ctg_tui.tui.commands import APP_COMMANDS, Command, Destination, bindings
from ctg_tui.tui.home import HomeScreen
from ctg_tui.tui.key_gate import GatedApp
from ctg_tui.tui.later import DELAYS, Delays, import_the_rest, start
from ctg_tui.tui.page import WARNING, Page

# Three themes. No meaning rests on colour alone.
#
# `accent` is a key, or the place one is at; `curseur` the ground of what Entrée or a digit acts on, once per
# page; `an-dernier` is last year and nothing else; `ligne` is the ground of the line being read; `doux` and
# `discret` are the two greys of text. `radar-anneau` draws the rings and spokes of the radar.
# `champ` is the style of a field without the focus: underlined where its ground is that of the page.

_COLOURS: Final = """
                sombre   clair    contraste
foreground      #e4e4e0  #1d2126  #ffffff
background      #14161a  #fbfaf7  #000000
surface         #1a1d22  #f3f1ec  #000000
panel           #1e2127  #ecebe6  #1a1a1a
accent          #7cc4bd  #0f625c  #66ffe6
warning         #e39b6f  #9a4a12  #ffb366
error           #e08a7d  #a3301f  #ff8080
doux            #b4b7bc  #454b54  #ffffff
discret         #8f949c  #5f6670  #d0d0d0
filet           #6b727b  #837e72  #a0a0a0
ensemble        #ffffff  #000000  #ffffff
curseur         #17605b  #17605b  #ffffff
curseur-texte   #ffffff  #ffffff  #000000
ligne           #262b33  #e0e6e4  #2a2a2a
an-dernier      #cfa765  #7d5300  #ffd24d
radar-anneau    #666d76  #979284  #909090
champ           none     none     underline
"""


def _themes() -> dict[str, Theme]:
    names, *rows = (row.split() for row in _COLOURS.strip().splitlines())
    roles = [role for role, *_ in rows]
    return {
        name: _theme(name, dict(zip(roles, colours, strict=True)))
        for name, colours in zip(names, zip(*(row[1:] for row in rows), strict=True), strict=True)
    }


def _theme(name: str, colours: dict[str, str]) -> Theme:
    named = ("warning", "error", "accent", "foreground", "background", "surface", "panel")
    roles: dict[str, Any] = {role: colours[role] for role in named} | {"success": colours["accent"]}
    cursor = {"block-cursor-background": "curseur", "block-cursor-foreground": "curseur-texte"}
    variables = colours | {variable: colours[role] for variable, role in cursor.items()}
    roles |= {"primary": colours["foreground"], "secondary": colours["doux"], "variables": variables}
    return Theme(name, dark=name != "clair", **roles)


THEMES: Final = _themes()
THEME_LABELS: Final = {"sombre": "Sombre", "clair": "Clair", "contraste": "Contraste élevé"}
DEFAULT_THEME: Final = "sombre"
FILE_NAME: Final = "theme.txt"
_MAX_BYTES: Final = 100


class _WholeCells(ScrollBarRender):
    """Ends the thumb of a scrollbar with a cell: Textual's eighths of one read as a stray dash."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]


ScrollBar.renderer = _WholeCells


class CtgApp(GatedApp):
    """One database, open for writing, and the pages that show it."""

    TITLE = "ctg-tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(APP_COMMANDS),
        Binding("ctrl+p", "palette", show=False),  # for keyboards whose F-keys are behind Fn
    ]
    CSS = """
    OptionList, TextArea, ScrollableContainer {
        scrollbar-size-vertical: 1;
        scrollbar-color: $filet;
        scrollbar-color-hover: $filet;
        scrollbar-color-active: $filet;
        scrollbar-background: transparent;
        scrollbar-background-hover: transparent;
        scrollbar-background-active: transparent;
    }
    *:disabled:can-focus { opacity: 1; }
    """
    theme: Reactive[str] = Reactive(DEFAULT_THEME)

    def __init__(self, workspace: Workspace, delays: Delays = DELAYS) -> None:
        self._replacements = replacements(current_level())
        super().__init__()
        self.workspace = workspace
        self.delays = delays
        self.backup: Thread | None = None
        """The thread that made the last daily backup, or makes it."""
        self.set_reactive(CtgApp.theme, load_theme(workspace.store.path.parent))
        # Textual reads the colours from the theme of the class, before an instance can choose one.
        self.stylesheet.set_variables(self.get_css_variables())

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Only our themes: those of Textual are not readable without colour."""
        return THEMES

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filter for `NO_COLOR`, and that of the characters that the terminal cannot draw.

        Our themes have no colour that depends on the terminal: no other filter of Textual's is needed.
        """
        grey = (Monochrome(),) if self.no_color else ()
        return (*grey, *self._replacements)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEMES[DEFAULT_THEME].variables)

    @property
    def cursor_position(self) -> Offset:
        """The cell where the terminal's cursor stands after each frame: that of what is active.

        Magnifiers, braille lines and screen readers follow it. Textual reads it as it writes a frame.
        """
        screen = self.screen if self.screen_stack else None
        active: Widget | None = getattr(screen, "active_widget", None) or (screen and screen.focused)
        if active is None:
            return NULL_OFFSET
        own: Offset | None = getattr(active, "cursor_screen_offset", None)
        offset = active.content_region.offset if own is None else own
        x, y, width, height = active.region  # past the end of a field, the last letter is still in it
        return Offset(min(offset.x, x + max(width - 1, 0)), min(offset.y, y + max(height - 1, 0)))

    @cursor_position.setter
    def cursor_position(self, _: Offset) -> None:
        """Ignore what Textual's own fields say: it is asked of them when it is needed."""

    def get_default_screen(self) -> Screen[Any]:
        return HomeScreen(self.workspace)

    def on_mount(self) -> None:
        heed_signals(self._end, self._take_size)
        self.call_after_refresh(self._prepare)

    # pages

    def on_page_visit(self, visit: Page.Visit) -> None:
        """Show a page in place of those visited before, or over them: Échap leads up, whatever was visited.

        Ignore a visit asked for from below a dialog or from a page already left: its keys were typed ahead.
        Ignore one to the page that is shown, too, but F4 on the results leads back to where it was pressed.
        """
        visit.stop()
        if self.screen is not visit.page:
            return
        if visit.place is None and type(visit.page).__name__ == visit.destination.page:
            if visit.destination is Destination.RESULTS:
                visit.page.leave()
            return
        if visit.destination is Destination.HOME:
            with self.batch_update():
                while len(self.screen_stack) > 1:
                    self.pop_screen()
            if isinstance(home := self.screen, HomeScreen):
                home.open_assessment(str(visit.place))
            return
        page_type = getattr(import_module(visit.destination.module), visit.destination.page)
        place = () if visit.place is None else (visit.place,)
        try:
            page: Page = page_type(visit.workspace, visit.session, *place)
        except Refusal as refusal:
            visit.page.refuse(refusal)
            return
        with self.batch_update():
            above = [type(each) for each in self._pages()[1:]]
            is_kept = visit.page.session is not None or type(visit.page).__name__ == Destination.RECEIVED.page
            left = [] if visit.destination.is_over and is_kept else above
            if page_type in above:
                left = above[above.index(page_type) :]
            for _ in left[1:]:
                self.pop_screen()
            if left:
                self.switch_screen(page)
            else:
                self.push_screen(page)

    def _pages(self) -> list[Page]:
        return [screen for screen in self.screen_stack if isinstance(screen, Page)]

    async def give(self, command: Command) -> None:
        """Run a command, of the top page or of the application, whichever way the person chose it."""
        is_own = any(command.id == one.id for one in APP_COMMANDS)  # a narrow bar has it without its word
        await self.run_action(command.action, self if is_own else self.screen)

    # start and end

    def _prepare(self) -> None:
        """Start the background work, after the first frame."""
        self.set_interval(self.delays.whole / 4, lambda: self.workspace.store.rest(self.delays.whole))
        import_the_rest(self, self._started)
        self.set_timer(self.delays.backup, self.back_up)
        self.set_interval(self.delays.next_backup, self.back_up)

    def back_up(self) -> None:
        """Make the daily backup, unless it is being made or today has one; a failure is shown."""
        if self.backup is None or not self.backup.is_alive():
            self.backup = start(self, "backup", self.workspace.daily_backup, lambda _: None, self.warn)

    def warn(self, refusal: Refusal) -> None:
        """Show what is about no page."""
        self.notify(refusal.sentences(), severity="warning")

    def _started(self) -> None:
        for page in self._pages():
            page.on_started()

    def _end(self, return_code: int) -> None:
        if self.is_ending:  # its pages are being removed, and save their text as they go
            return
        self.flush()
        for page in self._pages():
            page.may_go()  # what is typed ends here, whatever it says
        self.exit(return_code=return_code)

    def _take_size(self) -> None:
        """Lay out for the present size of the window, unless the terminal tells sizes among the keys."""
        if not self.is_headless and not self.supports_smooth_scrolling:
            with suppress(OSError):  # the window has gone
                size = Size(*os.get_terminal_size(0))
                self.post_message(Resize(size, size))

    def flush(self) -> None:
        """Save all typed text."""
        for page in self._pages():
            page.flush()

    # commands of every page

    def _top(self) -> Page:
        return self._pages()[-1]

    def action_help(self) -> None:
        from ctg_tui.tui.help import HelpScreen

        self.push_screen(HelpScreen(self._top()))

    def action_framework(self) -> None:
        from ctg_tui.tui.dialogs import ReadingScreen
        from ctg_tui.tui.help import framework

        page, today = self._top(), self.workspace.today()
        grid = self.workspace.catalogue.default if page.session is None else page.session.grid
        self.push_screen(ReadingScreen("Le cadre", framework(grid, today)))

    def action_palette(self) -> None:
        """Offer what can be done on the page, by group: the way on first; what is in sight if words ask."""
        from ctg_tui.tui.dialogs import Offer, pick

        page = self._top()
        known = {command.id: command for command in page.commands() if command.palette}
        seen = {command.id for command in page.in_sight}
        way_on = next((one.id for one in known.values() if one.action == page.WAY_ON), "")
        offers = [
            Offer(
                *(one.id, typeset(one.help), one.key_text, one.label, "" if one.id == way_on else one.group),
                is_listed=one.id == way_on or one.id not in seen,
            )
            for one in sorted(known.values(), key=lambda command: command.id != way_on)
        ]
        pick(self, "Autres commandes", offers, lambda offer: self.call_later(self.give, known[offer.key]))

    def action_settings(self) -> None:
        from ctg_tui.tui.dialogs import Offer, pick

        themes = [
            Offer(name, f"Thème {label.lower()}{' (présent)' if name == self.theme else ''}")
            for name, label in THEME_LABELS.items()
        ]
        pick(self, "Réglages : l’apparence", themes, lambda offer: self.keep(offer.key), self.theme)

    def keep(self, theme: str) -> None:
        """Use this theme, now and in later runs."""
        self.theme = theme
        try:
            atomic_write(self.workspace.store.path.with_name(FILE_NAME), f"{theme}\n".encode())
        except WriteRefusal:
            self.notify("Ce choix n’a pas pu être enregistré pour la prochaine fois.")

    async def action_quit(self) -> None:
        """Quit; a typed text that cannot be stored holds it once, and is said."""
        self.flush()
        if all(page.may_go() for page in self._pages()):
            self.exit(return_code=0)

    def action_reassure(self) -> None:
        """Say that all is saved, or what is not: Ctrl+S, and Ctrl+C by Textual's name of its action."""
        self.flush()
        left = [*filter(None, (page.not_stored()[0] for page in self._pages()))]
        said = left[0] if left else "Tout est enregistré automatiquement. Ctrl+Q pour quitter."
        if self._top().is_example:
            said = WARNING
        self.notify(typeset(said), severity="error" if left else "information")

    action_help_quit = action_reassure


def load_theme(folder: Path) -> str:
    """Return the name of the theme stored in `folder`; the default one when it is missing or invalid."""
    try:
        theme = read_regular(folder / FILE_NAME, _MAX_BYTES).decode(errors="replace").strip()
    except InvalidDocument:  # none yet
        return DEFAULT_THEME
    return theme if theme in THEMES else DEFAULT_THEME


# What the system says to the program: to end, the size of the window.


def heed_signals(end: Callable[[int], object], resized: Callable[[], object]) -> None:
    """Call `end` on the event loop with an exit code when the system asks to end, and ignore Ctrl+Z.

    Call `resized` on the loop when the window has another size: Textual's handler can be interrupted by the
    next size, and give that one first and its own last. On Windows the loop takes no signal handlers, and
    sizes come with the keys: a console that is closed ends the program, what was committed stays.
    """
    if os.name != "posix":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        loop.add_signal_handler(number, end, 128 + number)
    loop.add_signal_handler(signal.SIGWINCH, resized)
    # Ctrl+Z is undo. As a signal, it would stop a process that holds the lock of the database.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    # A window that closes sends this one too: Textual would start its threads a second time.
    signal.signal(signal.SIGCONT, signal.SIG_IGN)
