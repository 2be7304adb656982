"""Beside the list: the date that counts, the way on, the steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message

from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.steps import Step
from ctg_tui.services.home import Preview, SentAndHeard, preview
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown, wrap_at_most
from ctg_tui.tui.widgets.strips import Line, StripWidget
from ctg_tui.wording.french import NBSP, count, due_words, listing, short_day, wrap
from ctg_tui.wording.grid import place_shown
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.sending import changes_since, files_made
from ctg_tui.wording.steps import NAMES, stops

if TYPE_CHECKING:
    from textual.timer import Timer

    from ctg_tui.domain.steps import Progress
    from ctg_tui.services.workspace import Summary, Workspace

_REST_SECONDS: Final = 0.08
_ROLES: Final = ("plain", "soft", "changed", "key", "button", "second")
_MOST_PLACES: Final = 2
"""Rows of the places where the Caf waits."""
_BETWEEN: Final = 4
"""The button, and the blank rows around it."""


class LetterRow(NamedTuple):
    """A letter of the page: its command, what it does, and examples of it where there is room."""

    command: str
    letter: str
    words: str
    beside: str = ""


Span = tuple[str, str]
"""A text and its role."""


class HomePreview(StripWidget):
    """What the chosen year needs now; a click on a button does what its key does."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"preview--{role}" for role in _ROLES}
    DEFAULT_CSS = """
    HomePreview {
        height: 1fr;
        &>.preview--soft { color: $discret; }
        &>.preview--changed { color: $warning; }
        &>.preview--key { color: $accent; text-style: bold; }
        &>.preview--button { background: $curseur; color: $curseur-texte; text-style: bold; }
        &>.preview--second { background: $panel; color: $foreground; }
    }
    """

    class Read(Message):
        """The chosen assessment was read."""

    @dataclass
    class Pressed(Message):
        """A button was clicked."""

        action: str

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._chosen: Summary | None = None
        self._following: int | None = None
        self._heard: SentAndHeard | None = None
        self._timer: Timer | None = None
        self._preview: Preview | None = None
        self._refused = ""
        self._buttons: list[tuple[int, int, int, str]] = []
        """The line, the first cell, the one past the last, and the action of each button."""

    def show_soon(self, chosen: Summary | None, following: int | None, heard: SentAndHeard | None) -> None:
        """Show an assessment once the cursor rests: reading each one passed over would slow it.

        `following` is the year that can be begun from it, `heard` what was made for the Caf and what it said.
        """
        self._chosen, self._following, self._heard = chosen, following, heard
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_REST_SECONDS, self._read)

    def _read(self) -> None:
        if not self.screen.is_current:  # the list asks again when the other page is left
            return
        self._preview, self._refused = None, ""
        try:
            if self._chosen is not None:
                self._preview = preview(self._workspace, self._chosen.entry.id)
        except Refusal as refusal:
            self._refused = refusal.sentences()
        self.repaint()
        self.post_message(self.Read())

    @property
    def next_step(self) -> Progress | None:
        """The step that the chosen assessment goes on at, when that is not a line of its grid."""
        return None if self._preview is None else self._preview.next_step

    def on_click(self, event: events.Click) -> None:
        for y, start, end, action in self._buttons:
            if y == event.y and start <= event.x < end:
                self.post_message(self.Pressed(action))

    # painting

    def paint(self, width: int, height: int) -> list[Line]:
        self._buttons = []
        lines: list[list[Span]] = [[]]
        room = max(width - 2, 10)
        if self._refused:
            lines += [[(line, "plain")] for line in wrap(shown(self._refused), room)]
        elif self._preview is not None and self._chosen is not None:
            lines += self._content(self._preview, self._chosen, room, height - 1)
        return [[Segment(text, self.style_of(f"preview--{role}")) for text, role in line] for line in lines]

    def _content(self, seen: Preview, chosen: Summary, width: int, height: int) -> list[list[Span]]:
        """Return the rows; without room for them, closer together and without the places of the Caf."""
        sentences = [*self._sentences(seen, chosen)]
        lines = [[(line, "plain")] for sentence in sentences for line in wrap(sentence, width)]
        steps = _steps(seen, width)
        made, waiting = self._made(width), self._waiting(seen, width)
        is_roomy = len(lines) + len(made) + len(waiting) + len(steps) + _BETWEEN <= height
        lines += [*made, *waiting] if is_roomy else made
        apart: list[list[Span]] = [[], []] if is_roomy else [[]]
        lines += [[], self._button_line(seen, len(lines) + 2, width), *apart]
        return [*lines, *steps]

    def _sentences(self, seen: Preview, chosen: Summary) -> Iterator[str]:
        today, identity = self._workspace.today(), seen.assessment.identity
        if not _is_final(chosen):
            yield due_words(seen.grid.campaign, identity.year, today)

    def _made(self, width: int) -> list[list[Span]]:
        """Return the latest files made and what changed since, in two rows."""
        heard = self._heard
        if heard is None or heard.sending is None:
            return []
        changed = changes_since(heard.changes)
        role = "changed" if heard.changes else "soft"
        rows: list[list[Span]] = [[(line, "plain")] for line in wrap(files_made(heard.sending), width)]
        hint: list[Span] = [(f"{NBSP}· ", "soft"), ("M", "key"), (f"{NBSP}les lire", "soft")]
        said: Span = (f"{changed[:1].upper()}{changed[1:]}", role)
        return [*rows, [said, *(hint if heard.changes else [])]]

    def _waiting(self, seen: Preview, width: int) -> list[list[Span]]:
        """Return when the Caf answered, and where it waits for an answer."""
        points = () if self._heard is None else self._heard.open_points
        if not points:
            return []
        known = {*seen.grid.activities, *seen.grid.indicators, None}
        named = (place_shown(seen.grid, point).replace(" ", NBSP) for point in points if point.line in known)
        at = max(said.at for point in points for said in point.owed)
        text = f"Réponse du {short_day(local_time(at).date())}{NBSP}: {listing(dict.fromkeys(named))}"
        return [[(line, "soft")] for line in wrap_at_most(text, width, _MOST_PLACES)]

    def _button_line(self, seen: Preview, y: int, width: int) -> list[Span]:
        """Return the buttons of line `y` that fit, and keep where they can be clicked."""
        line: list[Span] = []
        used = 0
        for label, action in self._labels(seen):
            text = f" {label} "
            if line and used + cell_len(text) > width:
                break  # its key is in the bar
            self._buttons.append((y, used, used + cell_len(text), action))
            line += [(text, "second" if line else "button"), ("   ", "plain")]
            used += cell_len(text) + 3
        return line

    def _labels(self, seen: Preview) -> Iterator[tuple[str, str]]:
        if self._heard is not None and self._heard.open_points:
            yield f"Répondre à la Caf{NBSP}: {count(len(self._heard.open_points), 'point')}", "open"
            yield "La grille", "visit('GRID')"
            return
        if self._chosen is None or not _is_final(self._chosen):
            yield from _ways_on(seen)
            return
        yield "Ouvrir", "open"
        if self._following is not None:
            yield f"Commencer {self._following}", "begin_next"


def _is_final(chosen: Summary) -> bool:
    return chosen.entry.sent is not None and chosen.entry.sent.is_final


def _ways_on(seen: Preview) -> Iterator[tuple[str, str]]:
    """Yield the buttons of a draft: what it goes on with, and the grid when that is another step."""
    if seen.next_step is None:
        line = line_number(seen.grid, seen.line)
        yield f"Continuer à la ligne {line}", "open"
        return
    yield f"Continuer{NBSP}: {NAMES[seen.next_step.step][0]}", "open"
    yield "Relire la grille", "visit('GRID')"


def _steps(seen: Preview, width: int) -> list[list[Span]]:
    """Return the steps, each with how far it is."""
    every = stops(seen.steps)
    names = max(cell_len(stop.name) for stop in every) + 4
    return [
        [
            (stop.name.ljust(names), "plain"),
            (fit(shown(_tally(seen, index, stop.tally)), width - names), "soft"),
        ]
        for index, stop in enumerate(every)
    ]


def _tally(seen: Preview, index: int, tally: str) -> str:
    progress = seen.steps.steps[index]
    if progress.step is Step.SENDING:
        return tally or "à faire"
    said = tally or ("commencé" if progress.done else "vide")
    return said if tally or progress.is_needed else f"{said} · facultatif"


_ROOMY: Final = 30
"""The rows of a window in which the foot says where to read what the Caf asks for."""


class HomeFoot(StripWidget):
    """Below what the year needs: the letters of the page, and where to read what the Caf asks for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"foot--plain", "foot--soft", "foot--key"}
    DEFAULT_CSS = """
    HomeFoot {
        height: 6;
        margin-top: 1;
        &>.foot--soft { color: $discret; }
        &>.foot--key { color: $accent; text-style: bold; }
    }
    """

    @dataclass
    class Pressed(Message):
        """The row of a command was clicked."""

        command: str

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[LetterRow, ...] = ()

    def show(self, rows: tuple[LetterRow, ...]) -> None:
        """Show the letters of the page: the command of each, its letter, its words, what stands beside."""
        if rows != self._rows:
            self._rows = rows
            self._fit()
            self.repaint()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """Take the rows of the letters and, in a high window, those of what the Caf asks for."""
        self.styles.height = len(self._rows) + (2 if self.app.size.height >= _ROOMY else 0)

    def on_click(self, event: events.Click) -> None:
        if event.y < len(self._rows):
            self.post_message(self.Pressed(self._rows[event.y].command))

    def paint(self, width: int, height: int) -> list[Line]:
        soft, key = self.style_of("foot--soft"), self.style_of("foot--key")
        plain = self.style_of("foot--plain")
        words = max((cell_len(row.words) for row in self._rows), default=0) + 3
        lines: list[Line] = []
        for row in self._rows:
            line = [Segment(f"{row.letter}  ", key), Segment(row.words.ljust(words), plain)]
            has_room = words + 3 + cell_len(row.beside) <= width
            lines.append([*line, Segment(row.beside, soft)] if has_room else line)
        framework: Line = [
            Segment("F1", key),
            Segment(" puis ", soft),
            Segment("C", key),
            Segment(f"{NBSP}: ce que la Caf demande, et quand", soft),
        ]
        return [*lines, [], framework][:height]
