"""The steps of an assessment: the line under the title, the page of all steps, and the way to each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, ClassVar, Final, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message

from ctg_tui.domain.assessment import Place
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import Finding, FindingCode, Road, Step, blank_cells, check, road, taken_unchanged
from ctg_tui.tui.characters import fit, wrap_at_most
from ctg_tui.tui.commands import Command, CommentOf, Destination, FormField, bindings
from ctg_tui.tui.dialogs import Dialog
from ctg_tui.tui.settings import Keyboard
from ctg_tui.tui.widgets.frame import HeadLine, KeyBar
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Listing, Piece, hanging
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.tui.widgets.strips import Line as Strip
from ctg_tui.tui.widgets.strips import StripWidget
from ctg_tui.wording.help import NOTES, WARNING
from ctg_tui.wording.steps import FINDINGS, Stop, lacking, ready, stops

if TYPE_CHECKING:
    from ctg_tui.domain.scores import Scores
    from ctg_tui.services.editing import Session
    from ctg_tui.tui.app import CtgApp
    from ctg_tui.tui.page import Page


class ExampleNote(StripWidget):
    """The warning, and below it the note of the page where there is room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"example--warning"}
    DEFAULT_CSS = """
    ExampleNote { dock: top; height: 2; margin-top: 2; background: $panel; color: $foreground; }
    ExampleNote > .example--warning { color: $accent; text-style: bold; }
    """

    def __init__(self, page: str) -> None:
        """Make the note of the page whose class has this name."""
        super().__init__()
        self._note = NOTES.get(page, "")

    def paint(self, width: int, height: int) -> list[Strip]:
        warning = wrap_at_most(WARNING, width - 2, 1)
        note = wrap_at_most(self._note, width - 2, height - 1) if height > 1 else []
        return [
            *([Segment(f" {line}", self.style_of("example--warning"))] for line in warning),
            *([Segment(f" {line}")] for line in note),
        ]


# The head line of the pages of an assessment: below the title, the road, whose steps can be clicked.

_GAP = "  "


class RoadHead(HeadLine):
    """The title, and the road once the assessment exists."""

    DEFAULT_CSS = """
    RoadHead.-route { height: 2; }
    RoadHead > .road--here { background: $curseur; color: $curseur-texte; text-style: bold; }
    RoadHead > .road--key { color: $accent; text-style: bold; }
    RoadHead > .road--ready { color: $success; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"road--here", "road--key", "road--ready"}

    @dataclass
    class Chosen(Message):
        """A step was clicked."""

        step: Step

    class ReadyChosen(Message):
        """The sentence that all is filled in was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._road: Road | None = None
        self._here: Step | None = None
        self._spans: list[tuple[int, int, Step]] = []
        self._sentence_start = 0

    def guide(self, road: Road, here: Step | None) -> None:
        """Show the road from the step of the page, after the frame of a note: once for a burst of keys."""
        if self._road is None:
            for part in (self, self.screen):  # the page leaves it a second line
                part.add_class("-route")
        elif road == self._road:
            return
        self._road, self._here = road, here
        self.repaint_soon()

    def paint(self, width: int, height: int) -> list[Strip]:
        lines = super().paint(width, height)
        return lines if self._road is None else [*lines, self._steps(self._road, width)]

    def _steps(self, road: Road, width: int) -> Strip:
        shown, here = stops(road), self._here
        texts, sentence = laid_out(shown, here, ready(road), width - 1)
        line: list[Segment] = [Segment(" ")]
        self._spans = []
        used = 1
        for stop, text in zip(shown, texts, strict=True):
            size = cell_len(text)
            self._spans.append((used, used + size, stop.step))
            if stop.step is here:
                line.append(Segment(text, self.style_of("road--here")))
            else:
                number = str(int(stop.step))
                line.append(Segment(number, self.style_of("road--key")))
                line.append(Segment(text.removeprefix(number), self.style_of("head--right")))
            line.append(Segment(_GAP))
            used += size + len(_GAP)
        self._sentence_start = width
        if sentence:
            self._sentence_start = width - 1 - cell_len(sentence)
            line.append(Segment(" " * (self._sentence_start - used)))
            line.append(Segment(sentence, self.style_of("road--ready")))
        return line

    def on_click(self, event: events.Click) -> None:
        if event.y != 1:
            return
        if event.x >= self._sentence_start:
            self.post_message(self.ReadyChosen())
            return
        for start, end, step in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(step))


def laid_out(
    stops: Sequence[Stop], here: Step | None, sentences: Sequence[str], width: int
) -> tuple[list[str], str]:
    """Return the text of each step and the sentence beside them, in `width` columns.

    The proposed lines are left out first, those of the grid last, then the names are shortened; in the
    narrowest window only some steps keep their names, first that of the page and the grid. Numbers and counts
    always stay.
    """
    for sentence in (*sentences, ""):
        room = width - cell_len(sentence) - (len(_GAP) if sentence else 0)
        for make in (_whole, _with_those_of_the_grid, _without_proposed, _short):
            texts = [make(stop) for stop in stops]
            if _taken(texts) <= room:
                return texts, sentence
    texts = [_text(stop, "") for stop in stops]
    named = list(map(_short, stops))
    for index in sorted(range(len(stops)), key=lambda one: stops[one].step not in {here, Step.GRID}):
        longer = [*texts[:index], named[index], *texts[index + 1 :]]
        texts = longer if _taken(longer) <= width else texts
    return texts, ""


def _whole(stop: Stop) -> str:
    return _text(stop, stop.name, stop.beside)


def _with_those_of_the_grid(stop: Stop) -> str:
    return _whole(stop) if stop.step is Step.GRID else _without_proposed(stop)


def _without_proposed(stop: Stop) -> str:
    return _text(stop, stop.name)


def _short(stop: Stop) -> str:
    return _text(stop, stop.short_name)


def _taken(texts: Sequence[str]) -> int:
    return sum(map(cell_len, texts)) + len(_GAP) * (len(texts) - 1)


def _text(stop: Stop, name: str, beside: str = "") -> str:
    tally = " · ".join(part for part in (stop.tally, beside) if part)
    return " ".join(part for part in (str(int(stop.step)), name, tally) if part)


# The place on a page where a finding is corrected.

_IN_FORM: Final[Mapping[FindingCode, FormField]] = {
    FindingCode.NO_TERRITORY: FormField.TERRITORY,
    FindingCode.NO_SIREN: FormField.SIREN,
    FindingCode.NO_COORDINATOR: FormField.COORDINATOR,
    FindingCode.NO_ADVISER: FormField.ADVISER,
}


def place_of(grid: Grid, line_id: str, policy: str | None = None) -> Place:
    """Return the place of a line of `grid`, in its first column unless another is given."""
    return Place(grid.mission_of[line_id].id, line_id, policy or grid.policies[0].id)


def visit_findings(page: Page, session: Session, codes: Collection[FindingCode]) -> bool:
    """Go from `page` to the place of the first finding among `codes`; return False when there is none."""
    findings = check(session.grid, session.assessment)
    found = next((each for each in findings if each.code in codes), None)
    if found is not None:
        _visit(page, session, found)
    return found is not None


def visit_finding(page: Page, code: str) -> None:
    """Go from `page` to the first place of the finding with this code."""
    visit_findings(page, page.opened, [each for each in FindingCode if each.value == code])


def _visit(page: Page, session: Session, finding: Finding) -> None:
    grid = session.grid
    if finding.code in _IN_FORM:
        page.visit(Destination.FORM, session, _IN_FORM[finding.code])
    elif finding.code is FindingCode.NUMBERS_MISSING:
        page.visit(Destination.INDICATORS, session, place_of(grid, finding.places[0]))
    elif finding.code is FindingCode.BLANK_CELLS:
        cell = blank_cells(grid, session.assessment)[0]
        page.visit(Destination.GRID, session, place_of(grid, cell.activity, cell.policy))
    elif finding.code is FindingCode.NOTE_TAKEN:
        cell, _ = taken_unchanged(grid, session.assessment)[0]
        page.visit(Destination.GRID, session, place_of(grid, cell.activity, cell.policy))
    elif finding.code is FindingCode.LOW_WITHOUT_COMMENT:
        page.visit(Destination.GRID, session, CommentOf(place_of(grid, finding.places[0])))
    else:
        page.visit(Destination.SUMMARY, session)


# The road, opened by F5: every step with what it lacks; its number goes to it.

_NAME_WIDTH = 18
_TALLY_WIDTH = 10
_COMMANDS: Final = (
    Command("route.aller", "go", "aller à l’étape", "Aller à l’étape", ("enter",), bar=1),
    Command("route.fermer", "close", "fermer", "Fermer", ("escape", "f5"), bar=0),
)


class RoadScreen(Dialog[Step | None]):
    """Returns the step chosen, or None. It opens on the step of the page below."""

    DEFAULT_CSS = """
    RoadScreen { align: center top; background: $background 60%; }
    RoadScreen > Vertical {
        width: 96; max-width: 96%; height: auto; margin-top: 1;
        background: $surface; border: solid $border; padding: 0 1;
    }
    RoadScreen Static { height: 1; text-style: bold; color: $primary; }
    RoadScreen Listing { background: $surface; height: auto; max-height: 70vh; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(_COMMANDS)

    def __init__(
        self, stops: Sequence[Stop], lacking: Sequence[str], here: Step | None, keyboard: Keyboard
    ) -> None:
        """Show `stops`, each with the sentence of `lacking` at its place."""
        super().__init__()
        self._here = here
        self._steps = {stop.step for stop in stops}
        self._keyboard = keyboard
        self._bar = KeyBar()
        self._listing = Listing(
            [_item(stop, sentence) for stop, sentence in zip(stops, lacking, strict=True)]
        )

    def compose(self) -> ComposeResult:
        with Vertical():
            yield PlainStatic("La route : tapez le numéro d’une étape")
            yield self._listing
        yield self._bar

    def on_mount(self) -> None:
        self._bar.show(_COMMANDS)
        if self._here is not None:
            self._listing.select(str(int(self._here)))

    def on_key(self, event: events.Key) -> None:
        number = self._keyboard.number_of(event.character or "")
        if number is not None and number in self._steps:
            event.stop()
            self.dismiss(Step(number))

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(Step(int(message.key)))

    def action_go(self) -> None:
        self._listing.action_choose()

    def action_close(self) -> None:
        self.dismiss(None)


def _item(stop: Stop, sentence: str) -> Item:
    number = str(int(stop.step))

    def lines(width: int) -> Sequence[Line]:
        name = Piece(fit(stop.name, _NAME_WIDTH), STRONG)
        tally = Piece(fit(stop.tally, _TALLY_WIDTH))
        used = len(number) + 2 + _NAME_WIDTH + _TALLY_WIDTH
        first, *others = hanging(Piece(""), sentence, max(width - used, 10), SOFT)
        indent = Piece(" " * used)
        return [
            (Piece(f"{number}  ", ACCENT), name, tally, *first),
            *((indent, *other) for other in others),
        ]

    return Item(number, lines)


# The road on the pages of an assessment: what its line shows, and the way to each step.

STEP_PAGES: Final[Mapping[Step, Destination]] = {
    Step.DETAILS: Destination.FORM,
    Step.GRID: Destination.GRID,
    Step.INDICATORS: Destination.INDICATORS,
    Step.PREPARATION: Destination.PREPARATION,
    Step.FORECAST: Destination.FORECAST,
    Step.SENDING: Destination.SENDING,
}


def road_of(session: Session) -> Road:
    """Return the road of an open assessment; someone else's is not sent. Raises DatabaseRefusal."""
    forecast = None if session.is_received else session.forecast
    return road(session.grid, session.assessment, session.scores, forecast)


class RoadGuide:
    """Keeps the road of `head` up to date: after a note, only the step of the grid is counted again."""

    def __init__(self, head: RoadHead, here: int) -> None:
        self._head = head
        self._here = Step(here) if here else None
        self._followed: tuple[object, ...] = ()
        self._road: Road | None = None
        self._scores: Scores | None = None

    def follow(self, session: Session) -> None:
        """Take the present state of `session`; keep the last known when the database refuses to be read."""
        scores = session.scores
        try:
            state = _beside_answers(session)
            is_same = self._road is not None and all(map(is_, state, self._followed))
            if is_same and scores is self._scores:
                return
            now = self._road.with_scores(scores) if self._road and is_same else road_of(session)
        except Refusal:  # each page that shows the forecast reports it
            return
        self._followed, self._road, self._scores = state, now, scores
        self._head.guide(now, self._here)


def _beside_answers(session: Session) -> tuple[object, ...]:
    """Return what the road depends on beside the scores. Raises DatabaseRefusal."""
    grid, own = session.grid, session.assessment
    return grid, own.identity, own.numbers, own.preparation, own.status, session.forecast


def visit_step(page: Page, session: Session, step: Step) -> None:
    """Go to a step of `session`, on the field that lacks something if one does.

    The grid opens where the person left it.
    """
    destination = STEP_PAGES[step]
    lacks = FINDINGS.get(step, frozenset()) if step is not Step.GRID else frozenset()
    if not session.is_read_only and visit_findings(page, session, lacks):
        return
    if page.session is None:
        page.visit(destination, session)
    else:
        page.go_to(destination)


def ask_step(page: Page, session: Session) -> None:
    """Show the road of `session` over `page`, and go to the step chosen."""

    now = page.read(lambda: road_of(session), None)
    if now is None:
        return
    sentences = [lacking(session.grid, session.assessment, progress) for progress in now.steps]
    here = Step(page.STEP) if page.STEP else None

    def chosen(step: Step | None) -> None:
        if step is not None:
            visit_step(page, session, step)

    keyboard = cast("CtgApp", page.app).settings.keys
    page.app.push_screen(RoadScreen(stops(now), sentences, here, keyboard), chosen)
