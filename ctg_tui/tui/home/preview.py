"""Beside the list: what the chosen assessment looks like, read once the first frame is painted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from textual.containers import Vertical
from textual.events import Resize

from ctg_tui.chart.levels import Level, bar
from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.scores import figure_rows, totals
from ctg_tui.domain.steps import Severity, is_blocked
from ctg_tui.services.home import Preview, preview
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.home.items import offer, short_name
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    TITLE,
    Item,
    Line,
    Listing,
    Piece,
    hanging,
    spread,
)
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    campaign_state,
    count,
    day,
    revision_state,
    territory_name,
    wrap,
)
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import in_one, marked, short_title
from ctg_tui.wording.steps import finding, stops

if TYPE_CHECKING:
    from textual.timer import Timer

    from ctg_tui.services.workspace import Summary, Workspace


_BAR_WIDTH: Final = 12
_WIDE: Final = 56
"""Columns from which there is room for the bar."""
_HIGH: Final = 30
_FEW, _MANY = 1, 3
"""The findings shown below and from `_HIGH` lines."""
_RADAR_HEIGHT: Final = 16
"""The fewest lines in which the radar is read."""
_REST_SECONDS: Final = 0.08


def missing_line(label: str, text: str, *, strong: bool = False) -> Callable[[int], Sequence[Line]]:
    """Return a missing item: its importance, and a sentence."""
    head = Piece(fit(label, _LABEL_WIDTH), ACCENT if strong else SOFT)
    return lambda width: hanging(head, text, width)


_LABEL_WIDTH: Final = 12


class HomePreview(Vertical):
    """State, steps, what is left, the next key; below them the radar with last time's outline."""

    DEFAULT_CSS = """
    HomePreview { padding: 0 1 0 0; }
    HomePreview Listing { height: auto; scrollbar-size-vertical: 0; }
    HomePreview RadarPanel { height: 1fr; }
    """

    def __init__(self, workspace: Workspace, level: Level) -> None:
        super().__init__()
        self._workspace = workspace
        self._level = level
        self._chosen: Summary | None = None
        self._resting: Timer | None = None
        self._text = Listing()
        self._text.can_focus = False
        self._radar: RadarPanel | None = None
        self._preview: Preview | None = None
        self._items: list[Item] = []

    def on_mount(self) -> None:
        self.mount(self._text)

    def show_soon(self, chosen: Summary | None) -> None:
        """Show an assessment once the cursor rests: reading each one passed over would slow it."""
        self._chosen = chosen
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST_SECONDS, self._read)

    def _read(self) -> None:
        # Below another page, or while edits wait for the disk: the list asks again when either is over.
        if not self.screen.is_current or self._workspace.writer.waiting:
            return
        try:
            seen = None if self._chosen is None else preview(self._workspace, self._chosen.entry.id)
        except Refusal as refusal:
            self._preview, self._items = None, [_text(refusal.sentences(), PLAIN)]
        else:
            self._preview, self._items = seen, []
            if seen is not None and self._chosen is not None:
                self._show(seen)
        self._lay_out()

    def _show(self, preview: Preview) -> None:
        view = _view(preview)
        if self._radar is not None and self._radar.view.grid == preview.grid:
            self._radar.show(view)
            return
        if self._radar is not None:
            self._radar.remove()
        self._radar = RadarPanel(view, self._level)
        self.mount(self._radar)

    def on_resize(self, event: Resize) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Give the text the lines that it needs, and the radar the others, or figures if they are too few."""
        width, height = max(self.size.width - 3, 10), self.size.height
        items, room = self._items, 0
        if self._preview is not None and self._chosen is not None:
            state = list(_state(self._preview, self._chosen, self._workspace.today(), self._level))
            left = [*_left(self._preview, _FEW if height < _HIGH else _MANY), _gap()]
            figures = [*_figures(self._preview), _gap()]
            room = height - _height([*state, *left], width)
            has_figures = room < _RADAR_HEIGHT or room - _height(figures, width) >= _RADAR_HEIGHT
            items = [*state, *(figures if has_figures else ()), *left]
        self._text.styles.height = min(_height(items, width), height)
        self._text.show(items)
        if self._radar is not None:
            self._radar.display = room >= _RADAR_HEIGHT


def _height(items: Sequence[Item], width: int) -> int:
    """Return the lines that `items` take."""
    return sum(len(item.lines(width)) for item in items)


def _view(preview: Preview) -> View:
    grid, assessment, scores = preview.grid, preview.assessment, preview.scores
    last = preview.last
    drawn = None if last is None or last.scores is None else last
    return View(grid, assessment, scores, grid.cells[0], drawn=drawn)


def _state(preview: Preview, chosen: Summary, today: date, level: Level) -> Iterator[Item]:
    """Yield territory, year, progress, campaign and steps."""
    grid, assessment = preview.grid, preview.assessment
    identity = assessment.identity
    yield Item(None, lambda width: ((Piece(short_name(territory_name(identity), width), TITLE),),))
    state = revision_state(assessment.status, assessment.revision)
    yield _text(f"{identity.year} · {MOMENTS[identity.moment]} · {state}", STRONG)
    yield Item(None, lambda width: (_progress(preview, level, width),))
    changed = f"modifiée le {day(local_time(chosen.entry.changed_at))}"
    campaign = campaign_state(grid.campaign, identity.year, today)
    is_final = assessment.status is Status.FINAL

    def when(width: int) -> list[Line]:
        both = f"{campaign} · {changed}"
        text = changed if is_final else both if len(both) <= width else campaign
        return [(Piece(line, SOFT),) for line in wrap(text, width)]

    yield Item(None, when)
    if offer(chosen):
        yield _text(offer(chosen), ACCENT)
    yield _gap()
    yield _text(_steps(preview), PLAIN)
    yield _gap()


def _progress(preview: Preview, level: Level, width: int) -> Line:
    both = totals(preview.scores)
    whole = both.whole
    counted = f"{whole.answered}/{whole.cells}{NBSP}réponses · {in_one(both)}"
    if width < _WIDE:
        return (Piece(fit(counted, width)),)
    return Piece(bar(whole.answered, whole.cells, _BAR_WIDTH, level), ACCENT), Piece(f"  {counted}")


def _left(preview: Preview, most: int) -> Iterator[Item]:
    """Yield what is left, at most `most` findings, and the next key."""
    if preview.assessment.status is not Status.FINAL:
        for found in preview.findings[:most]:
            blocking = found.severity is Severity.BLOCKING
            label = "à compléter" if blocking else "conseil"
            yield Item(None, missing_line(label, finding(found), strong=blocking))
    if preview.open_remarks:
        yield Item(None, missing_line("avis reçu", _remarks(preview), strong=True))
    yield _text(_next_key(preview), STRONG)


def _remarks(preview: Preview) -> str:
    """Return how many answers are left to give, and the keys: a final assessment takes none."""
    first = "R" if preview.assessment.status is Status.FINAL else "Entrée"
    number = count(preview.open_remarks, "réponse à donner", "réponses à donner")
    return f"{number}{NBSP}: {first}, puis F"


def _steps(preview: Preview) -> str:
    """Return the steps with their counts: `Vous ✓  Grille 23 sur 42…`."""
    steps = (f"{stop.name} {stop.tally}".strip() for stop in stops(preview.steps))
    return "  ".join(step.replace(" ", NBSP) for step in steps)


def _figures(preview: Preview) -> Iterator[Item]:
    """Yield a line per mission, by the Caf's lines and by the proposed ones, with last time's figure."""
    last = preview.last
    for row in figure_rows(preview.grid, preview.scores):
        if row.portion is None:
            continue
        name, value = shown(short_title(row.portion)), marked(row.whole, row.is_proposed)
        before = ""
        if last is not None and last.scores is not None:
            former = marked(last.scores.portion(row.portion), row.is_proposed)
            before = f"  {last.assessment.identity.year}{NBSP}: {former:>7}"
        yield _figure(name, value, before)


def _figure(name: str, value: str, before: str) -> Item:
    return Item(
        None, lambda width: (spread([Piece(name)], [Piece(value, STRONG), Piece(before, SOFT)], width),)
    )


def _next_key(preview: Preview) -> str:
    if preview.assessment.status is Status.FINAL:
        return f"Entrée{NBSP}: la relire · D{NBSP}: commencer l’année suivante"
    if not is_blocked(preview.findings):
        return f"F9{NBSP}: préparer l’envoi · Entrée{NBSP}: ouvrir la grille"
    if preview.blank is None:
        return f"F{NBSP}: compléter les renseignements"
    line = line_number(preview.grid, preview.blank.activity)
    if preview.open_remarks:  # F3 goes to them first
        return f"Entrée{NBSP}: continuer · première case vide{NBSP}: ligne {line}"
    return f"Entrée{NBSP}: continuer, puis F3{NBSP}: ligne {line}"


def _text(text: str, role: str) -> Item:
    def lines(width: int) -> list[Line]:
        return [(Piece(line, role),) for line in wrap(shown(text), width)]

    return Item(None, lines)


def _gap() -> Item:
    return Item(None, lambda _width: ((),))
