"""Résultats: the key sentence, the figures and the radar; the lines, the actions, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from ctg_tui.chart.figures import FEWEST_AXES, MOST_AXES, By, default_axes, lowest, nothing_drawn, unnoted
from ctg_tui.chart.levels import BEFORE as FORMER
from ctg_tui.chart.levels import OUTLINE, Level, gauge
from ctg_tui.domain.assessment import Cell, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import PastAction, YearRow, Years, year_figures
from ctg_tui.domain.steps import FindingCode, Severity, Step, check
from ctg_tui.services.grid_files import apart_names
from ctg_tui.services.results import former_actions, last_time_of, years_of
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.commands import Command, Destination, cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.steps import steps_now, visit_finding, visit_step
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.figures import RadarPanel
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    BEFORE,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Listing,
    Piece,
    both,
    ends,
    gap,
    hanging,
    row,
    section_title,
    sentence,
    soft,
    spread,
    strong,
    words,
)
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.tui.widgets.table import cut_at_a_word
from ctg_tui.wording.french import DASH, NBSP, TOPICS, explain, thousands, wrap
from ctg_tui.wording.grid import NOT_ASKED
from ctg_tui.wording.lines import (
    MARK,
    StoredLine,
    action_in_a_line,
    basis,
    foreign_lines,
    line_number,
    marked,
    missions_of,
    notes_of_line,
    numbered,
    numbers_of,
    outcome_in_words,
    short_title,
)
from ctg_tui.wording.results import (
    key_sentences,
    row_name,
    why_not_compared,
    year_figure,
    year_names,
)
from ctg_tui.wording.steps import FINDINGS, NAMES, finding, lacking
from ctg_tui.wording.thread import STATES, draft_words, place_of, point_words

if TYPE_CHECKING:
    from ctg_tui.domain.thread import Point
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_TURN: Final = "resultats.tourner"
_COMMANDS: Final = (
    cmd(
        *("resultats.calcul", "enter", "choose", "le calcul", 1),
        "Sur un chiffre : montrer le calcul ; sur une ligne, ses notes et son commentaire ; sur ce qui "
        "manque : y aller",
        wide="d’où vient ce chiffre",
    ),
    cmd("resultats.pourquoi", "f8", "why", "le calcul", None, "Sur un chiffre : montrer le calcul"),
    cmd(_TURN, "g", "turn", "tourner le radar", 2, "Tourner le radar : par mission, par rubrique, par ligne"),
    leave("resultats", 0, "Revenir à la page d’avant"),
)
_WAYS: Final = {By.MISSION: "par mission", By.RUBRIC: "par rubrique", By.LINE: "par ligne"}


class ResultsScreen(ListPage):
    """The sentence; below it the list at the left and the radar at the right.

    Between 80 and 110 columns the radar stands beside the figures, and goes where the cursor is on the lines
    below them, which have the whole width. In a narrower window G shows it alone.
    """

    TITLE_IN_HELP = "Résultats"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    ResultsScreen {
        #phrase, #monte { height: auto; padding: 0 2; }
        #phrase { margin-top: 1; }
        #phrase PlainStatic { width: 1fr; height: auto; }
        #phrase #page { width: 9; margin-left: 1; color: $accent; text-style: bold; }
        #resultats { height: 1fr; margin-top: 1; }
        Listing { width: 57%; max-width: 106; padding: 0; }
        #image { width: 1fr; height: 100%; padding: 0 1; }
        #image PlainStatic { width: 100%; height: auto; text-align: center; color: $doux; }
        RadarPanel { width: 100%; height: 1fr; max-height: 30; }
        &.-moyen Listing { width: 44; }
        &.-moyen.-lignes Listing, &.-etroit Listing, &.-sans-image Listing { width: 1fr; }
        &.-bas #phrase { margin-top: 0; }
        &.-etroit #image, &.-moyen.-lignes #image, &.-sans-image #image { display: none; }
        &.-image.-etroit Listing { display: none; }
        &.-image.-etroit #image { display: block; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._unfolded: frozenset[str] = frozenset()
        self._turned = 0
        self._sentence, self._moved = PlainStatic(), PlainStatic(id="monte")
        self._title, self._said = PlainStatic(), PlainStatic()

    def made_list(self) -> Listing:
        return Listing(lights_first=True)

    def _read(self) -> None:
        """Read the years and the actions, and what the database has beside them."""
        opened = self.opened
        grid, assessment = opened.grid, opened.assessment
        alone = Years(grid, (year_figures(assessment, grid, grid),))
        self._years = self.read(lambda: years_of(self.workspace, grid, assessment), alone)
        nothing: tuple[PastAction, ...] = ()
        self._actions = self.read(lambda: former_actions(self.workspace, grid, assessment), nothing)
        self._last = self.read(lambda: last_time_of(self.workspace, grid, assessment), None)
        none: Mapping[str, str] = {}
        self._names = self.read(lambda: apart_names(self.workspace, grid, assessment), none)
        first, others = (shown(typeset(one)) for one in key_sentences(self._years))
        self._sentence.update(Content.styled(first, "bold"))
        self._moved.update(others)

    def _view(self, cell: Cell | None = None) -> View:
        opened = self.opened
        first = cell or opened.grid.cells[0]
        return View(opened.grid, opened.assessment, opened.scores, first, drawn=self._last)

    def body(self) -> Iterable[Widget]:
        self._read()
        self.view = self._view()
        self._radar = RadarPanel(self.view, self.level)
        self._radar.with_figures = True
        with Horizontal(id="phrase"):
            yield self._sentence
            yield PlainStatic("Résultats", id="page")
        yield self._moved
        with Horizontal(id="resultats"):
            yield self.list
            with Vertical(id="image"):
                yield self._title
                yield self._radar
                yield self._said

    def on_mount(self) -> None:
        super().on_mount()
        self.watch(self.list, "cursor", self._follow, init=False)
        self._draw()

    def rows(self) -> Iterator[Item]:
        to_see = frozenset(point.line for point in self.opened.points if point.is_to_see and point.line)
        table = FigureTable(self._years, self.level, self._unfolded, self._line_in_full, to_see)
        yield from table.items()
        single = len(self.opened.grid.noted_missions) == 1
        if is_first := single and not self.has_class("-moyen"):
            yield from table.lines()
        yield from action_items(self._actions, self._unfolded)
        if not self.is_received:
            yield from self._findings()
        if not is_first:
            yield from table.lines()
        yield from text_items(self.opened, self._unfolded)
        yield from apart_items(self.opened, self._names)

    def _line_in_full(self, line: str) -> tuple[str, ...]:
        """Return this year's notes of a line, its comment and action, and what was said of it."""
        assessment, grid = self.opened.assessment, self.opened.grid
        notes = notes_of_line(grid, assessment, line)
        action = action_in_a_line(assessment.actions.get(line))
        parts = (notes, *_comment(assessment.comments.get(line, "")), action)
        said = _said_of(self.opened, line)
        return tuple(filter(None, map(shown_text, (*parts, *said))))

    def _findings(self) -> Iterator[Item]:
        """Yield what is missing before sending, then what is optional, each with its step at the right."""
        opened = self.opened
        missing: list[tuple[str, str, str]] = []
        others: list[tuple[str, str, str]] = []
        for one in check(opened.grid, opened.assessment):
            found = missing if one.severity is Severity.BLOCKING else others
            found.append((one.code.value, finding(one), step_name(one.code)))
        if steps := self.read(lambda: steps_now(opened), None):
            forecast = [one for one in steps.steps if one.step is Step.FORECAST and one.lacks_something]
            others.extend(
                (FORECAST, lacking(opened.grid, opened.assessment, one), NAMES[one.step][0])
                for one in forecast
            )
        if not missing:
            yield sentence("Rien ne manque avant l’envoi.")
        yield from finding_items("Il manque avant l’envoi", missing)
        yield from finding_items("Facultatif", others)

    # the radar

    @property
    def turns(self) -> tuple[By, ...]:
        """The ways to draw the radar of this grid, the first one shown first."""
        grid = self.opened.grid
        ways = [By.MISSION] if default_axes(grid) is By.MISSION else []
        if len(grid.noted_missions) * len(grid.policies) <= MOST_AXES and self._known_rubrics >= FEWEST_AXES:
            ways.append(By.RUBRIC)
        return (*ways, By.LINE)

    @property
    def _known_rubrics(self) -> int:
        """How many rubrics have a figure, this year or the year before."""
        rows = [one for whole in self._years.wholes if whole.mission for one in self._years.by_policy(whole)]
        return sum(any(tally and tally.rated for tally in one.tallies[-2:]) for one in rows)

    @property
    def _way(self) -> By:
        return self.turns[self._turned % len(self.turns)]

    def on_resize(self) -> None:
        if self.is_mounted:
            self._follow()
            self.show_rows()

    def _follow(self) -> None:
        """Mark on the radar what the cursor of the list is on; below the figures the list may be wide."""
        key = self.list.key or ""
        section, _, name = key.partition(":")
        self.set_class(section in {LINES, TEXTS}, "-lignes")
        grid, line = self.opened.grid, grid_line(self.opened, key)
        if line:
            policy = name.partition("/")[2] or grid.policies[0].id
            self.view = self._view(Cell(line, policy))
            self._draw()
        self.refresh_frame()

    def _draw(self) -> None:
        way = self._way
        self._radar.marks_line = (self.list.key or "").startswith(LINES)
        self._radar.show(self.view)
        self._radar.turn(way)
        content = self._radar.figures()
        is_single = len(self.opened.grid.noted_missions) == 1
        title = f"Mission {numbered(self.view.mission)}, {_WAYS[way]}" if way is By.LINE else _WAYS[way]
        self._title.update(shown(title[:1].upper() + title[1:]))
        self._title.display = not content.is_empty and not (is_single and way is By.RUBRIC)
        self._radar.display = not content.is_empty
        known = "" if is_single and way is By.RUBRIC else lowest(content, is_named=True)
        below = nothing_drawn(content) or f"{known} {unnoted(content)}".strip()
        self._said.update(shown_text(below))
        self.set_class(not self._has_a_figure, "-sans-image")

    def on_show_again(self) -> None:
        self._read()
        self.view = self._view(self.view.cell)
        self._draw()
        self.show_rows()

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, G with what it shows next; F4, which leads here, leads back."""
        labels = {_TURN: self._next_picture}
        without: tuple[str, ...] = () if self._has_a_figure else ("turn",)
        key = self.list.key or ""
        instead = {MISSING: "y aller", ACTIONS: "l’action entière", TEXTS: "lire", LINES: "lire la ligne"}
        if (section := key.partition(":")[0]) in instead:
            labels["resultats.calcul"] = instead[section]
        if key in self._unfolded:
            labels["resultats.calcul"] = "replier"
        if self._shown_unfolded:
            labels["resultats.retour"] = "fermer"
        if self._is_picture_alone:
            labels["resultats.retour"] = "le tableau"
            without += ("choose", "why")
        return tuple(
            one._replace(label=labels[one.id], wide="") if one.id in labels else one
            for one in super().commands()
            if one.goes_to is not Destination.RESULTS and one.action not in without
        )

    @property
    def _next_picture(self) -> str:
        if self.has_class("-etroit") and not self.has_class("-image"):
            return "le radar"
        if self._shows_last_picture:
            return "le tableau"
        return _WAYS[self.turns[(self._turned + 1) % len(self.turns)]]

    @property
    def _has_a_figure(self) -> bool:
        """Whether a year has a note, which a radar needs."""
        return any(tally and tally.rated for whole in self._years.wholes for tally in whole.tallies)

    @property
    def _is_picture_alone(self) -> bool:
        """Whether the radar hides the list, in a narrow window."""
        return self.has_class("-etroit") and self.has_class("-image")

    @property
    def _shown_unfolded(self) -> frozenset[str]:
        """The rows on the page that stand open."""
        return self._unfolded.intersection(filter(None, self.list.keys))

    @property
    def _shows_last_picture(self) -> bool:
        return self._is_picture_alone and self._turned % len(self.turns) == len(self.turns) - 1

    def go_to(self, destination: Destination) -> None:
        if destination is Destination.RESULTS:
            self.leave()
        else:
            super().go_to(destination)

    def action_choose(self) -> None:
        """On a figure, a line or an action, show or hide the whole of it; on what is missing, go to it."""
        section, _, code = (self.list.key or "").partition(":")
        if section != MISSING:
            self.action_why()
        elif code == FORECAST:
            visit_step(self, self.opened, Step.FORECAST)
        elif code not in {FindingCode.UNKNOWN_LINES, FindingCode.ALL_NOT_CONCERNED}:  # shown on this page
            visit_finding(self, code)

    def action_why(self) -> None:
        """Show where the figure under the cursor comes from; once more, hide it."""
        key = self.list.key
        if key is not None and not key.startswith(f"{MISSING}:"):
            self._unfolded ^= {key}
            self.show_rows()

    def action_turn(self) -> None:
        """Draw the radar another way; in a narrow window, show it, and after its last way the list again."""
        if self._shows_last_picture:
            self._show_list()
        elif self.has_class("-etroit") and not self.has_class("-image"):
            self.add_class("-image")
        else:
            self._turned += 1
        self._draw()
        self.refresh_frame()

    def _show_list(self) -> None:
        self._turned = 0
        self.remove_class("-image")
        self.call_after_refresh(self.list.focus)

    async def action_leave(self) -> None:
        """Go up by one layer: from the radar alone to the list, then close what is open in it, then leave."""
        if self._is_picture_alone:
            self._show_list()
            self._draw()
            self.refresh_frame()
        elif self._shown_unfolded:
            self._unfolded = frozenset()
            self.show_rows()
        else:
            await super().action_leave()


def grid_line(session: Session, key: str) -> str:
    """Return the line that the key of a row is about: of a mission its first one; empty where none is."""
    section, _, name = key.partition(":")
    if section == LINES:
        return name
    mission = session.grid.missions_by_id.get(name.partition("/")[0]) if section == FIGURES else None
    return mission.activities[0].id if mission and mission.activities else ""


# The figures: missions or policies, through the years; then the lines.

FIGURES, LINES, ACTIONS, TEXTS, MISSING = "chiffres", "lignes", "actions", "textes", "manques"
FORECAST: Final = "previsionnel"
"""The sections of the keys of rows, and the key of the forecast among what is missing."""
TO_SEE_MARK: Final = "●"
"""Before what the Caf said something of, and waits for an answer to."""
CAF_LINES: Final = "Ces lignes sont celles de la Caf."
PROPOSED_LINES: Final = "Ces lignes sont proposées par ctg-tui."
_LEAST_NAME, _LEAST_BAR, _MOST_BAR, _LEAST_YEAR = 18, 8, 30, 8


class _Columns(NamedTuple):
    """The columns of each year shown, how many are (the last ones), and those of a bar (0: none)."""

    year: int
    years: int
    bar: int

    @property
    def figures(self) -> int:
        return self.year * self.years


class FigureTable:
    """The rows of the figures; those with a key in `unfolded` are followed by their calculation."""

    def __init__(
        self,
        years: Years,
        level: Level,
        unfolded: frozenset[str],
        in_full: Callable[[str], Sequence[str]],
        to_see: frozenset[str] = frozenset(),
    ) -> None:
        self._years, self._level = years, level
        self._unfolded, self._in_full, self._to_see = unfolded, in_full, to_see
        self._marks = bool(years.grid.own_cells)
        """Whether proposed lines stand beside the Caf's, and bear the mark."""
        self._headings = year_names(years)
        names = [shown(self._name(one)) for one in self._wholes()]
        self._name_width = max(map(cell_len, names), default=0) + 2
        numbers = [self._number(line) for line in years.grid.activities]
        self._number_width = max(map(cell_len, numbers), default=0) + 1

    def _wholes(self) -> tuple[YearRow, ...]:
        """Return the policies of a single mission and their total; of several, each, and the totals."""
        wholes = self._years.wholes
        if len(wholes) > 1 or len(self._years.grid.policies) == 1:
            return wholes
        return (*self._years.by_policy(wholes[0]), wholes[0])

    def columns(self, width: int) -> _Columns:
        """Return the columns of the figures in `width` columns."""
        year = max(_LEAST_YEAR, *(cell_len(name) + 2 for name in self._headings))
        years = min(len(self._headings), max((width - _LEAST_NAME) // year, 1))
        bar = min(width - year * years - self._name_width, _MOST_BAR)
        return _Columns(year, years, bar if bar >= _LEAST_BAR else 0)

    def items(self) -> Iterator[Item]:
        grid = self._years.grid
        missions = grid.noted_missions
        title = short_title(missions[0]) if len(missions) == 1 else "Missions"
        yield Item(None, lambda width: [self._line(Piece(shown(title), SOFT), self._headings, width)])
        yield from map(self._whole, self._wholes())
        if empty := [one for one in grid.missions if not one.lines]:
            said = missions_of(empty)
            yield row(None, words(f"{said[:1].upper()}{said[1:]}{NBSP}: {NOT_ASKED}.", SOFT))
        if not self._marks:
            yield row(None, words(basis(grid), SOFT))
        elif grid.has_proposed_activities:
            said = f"{MARK}{NBSP}: lignes proposées par ctg-tui, comptées à part."
            yield row(None, words(said, SOFT))
        yield gap()
        yield from (sentence(typeset(why_not_compared(one))) for one in self._years.left_out)

    def lines(self) -> Iterator[Item]:
        """Yield the lines, mission by mission."""
        missions = self._years.grid.noted_missions
        for mission in missions:
            title = "Ligne par ligne" if len(missions) == 1 else short_title(mission)
            yield row(None, words(shown(title), SOFT))
            yield from (self._row_of_line(self._years.line(line.id)) for line in mission.activities)
            yield gap()

    def _line(self, name: Piece, figures: Sequence[str], width: int, bar: Line = ()) -> Line:
        """Return a name, a bar, and a text per year shown: this year's strong, last year's in its colour."""
        columns = self.columns(width)
        figures = figures[-columns.years :]
        roles = [SOFT] * (len(figures) - 2) + [BEFORE] * (len(figures) > 1) + [STRONG]
        room = max(width - columns.figures - (columns.bar if bar else 0), 1)
        return (
            Piece(_cut(name.text, room - 1) + " ", name.role),
            *bar,
            *(Piece(text.rjust(columns.year), role) for text, role in zip(figures, roles, strict=True)),
        )

    def _figures(self, one: YearRow) -> list[str]:
        is_marked = one.is_proposed and self._marks
        return [
            DASH if tally is None or not tally.rated else marked(tally, is_marked) for tally in one.tallies
        ]

    def _whole(self, one: YearRow) -> Item:
        mission = one.mission.id if one.mission else f"{MARK if one.is_proposed else ''}"
        key = f"{FIGURES}:{mission}/{one.policy or ''}"
        name = Piece(shown(self._name(one)), STRONG if one.mission is None or self._is_total(one) else PLAIN)

        def lines(width: int) -> Sequence[Line]:
            bar = tuple(self._bar(one, self.columns(width).bar))
            head = self._line(name, self._figures(one), width, bar)
            if key not in self._unfolded:
                return [head]
            why = self._why(one)
            return [head, *(line for text in why for line in hanging(Piece("  "), text, width, SOFT))]

        return Item(key, lines)

    def _is_total(self, one: YearRow) -> bool:
        return one.policy is None and len(self._years.wholes) == 1

    def _bar(self, one: YearRow, width: int) -> Iterator[Piece]:
        """Yield a bar of this year's figure with a tick at last year's, and what parts it from the years."""
        before = one.tallies[-2].percentage if len(one.tallies) > 1 and one.tallies[-2] else None
        roles = {OUTLINE: ACCENT, FORMER: BEFORE}
        for piece in gauge(one.present.percentage, before, width, self._level):
            yield Piece(piece.text, roles.get(piece.role, SOFT))

    def _name(self, one: YearRow) -> str:
        if one.policy is not None:
            return row_name(self._years, one)
        if one.mission is not None:
            return "Ensemble" if self._is_total(one) else short_title(one.mission)
        missions = numbers_of([each for each in self._years.grid.noted_missions if each.is_proposed])
        return f"{MARK}{NBSP}Ensemble {missions}" if one.is_proposed and self._marks else "Ensemble"

    def _number(self, line: str) -> str:
        return line_number(self._years.grid, line, f"{NBSP}{MARK}" if self._marks else "")

    def _row_of_line(self, one: YearRow) -> Item:
        line = one.line or ""
        key = f"{LINES}:{line}"
        number = self._number(line)
        mark = f" {TO_SEE_MARK if line in self._to_see else ' '}" if self._to_see else ""
        head = f"{number:>{self._number_width}}{mark} "
        label = shown(self._years.grid.activities[line].label)

        def lines(width: int) -> Sequence[Line]:
            figures = self._figures(one)
            if key not in self._unfolded:
                return [self._line(Piece(head + label), figures, width)]
            room = width - self.columns(width).figures - cell_len(head) - 1
            first, *others = wrap(label, max(room, 10))
            indent = Piece(" " * cell_len(head))
            texts = [text for part in (*self._in_full(line), *self._why(one)) for text in part.splitlines()]
            return [
                self._line(Piece(head + first, STRONG), figures, width),
                *((indent, strong(other)) for other in others),
                *(each for text in texts for each in hanging(indent, text, width)),
            ]

        return Item(key, lines)

    def _why(self, one: YearRow) -> Iterator[str]:
        """Yield where the figures of a row come from: points, maximum, NC, blanks, whose lines."""
        policies = self._years.by_policy(one) if one.line is None and one.policy is None else ()
        for each in policies if len(policies) > 1 else ():
            yield f"{row_name(self._years, each)}{NBSP}: {explain(each.present)}"
        yield f"Ensemble{NBSP}: {explain(one.present)}" if len(policies) > 1 else explain(one.present)
        yield PROPOSED_LINES if one.is_proposed else CAF_LINES
        if None in one.tallies or len(one.tallies) > 2:
            yield f"{through_the_years(self._years, one)}."


def _cut(name: str, width: int) -> str:
    """Return `name`, behind the spaces that set it in, cut at a word."""
    indent = len(name) - len(name.lstrip(" "))
    return " " * indent + cut_at_a_word(name[indent:], max(width - indent, 1))


# What became of the actions, what is missing, and the lines of another grid.


def action_items(actions: Sequence[PastAction], unfolded: frozenset[str]) -> Iterator[Item]:
    """Yield the actions decided in each former year, the latest first, and what became of each."""
    for year, decided in groupby(sorted(actions, key=lambda past: -past.planned), lambda past: past.planned):
        yield row(None, words(f"Actions décidées en {year}", SOFT))
        for past in decided:
            key = f"{ACTIONS}:{year}:{past.activity}"
            outcome = (
                "suite à noter (facultatif, Entretien)"
                if past.action.outcome is None
                else outcome_in_words(past)
            )
            whole = [words(f"  {action_in_a_line(past.action)}")] if key in unfolded else []
            yield row(key, both(Piece(shown(past.action.what)), soft(outcome)), *whole)
        yield gap()


def finding_items(title: str, found: Sequence[tuple[str, str, str]]) -> Iterator[Item]:
    """Yield a heading and what was found: a code, a sentence, and the step that holds it."""
    if found:
        yield row(None, ends(soft(title), soft(f"Entrée{NBSP}: y aller")))
        for code, text, step in found:
            yield row(f"{MISSING}:{code}", _beside(shown(text), step))
        yield gap()


def _beside(text: str, step: str) -> Callable[[int], Sequence[Line]]:
    """Return `text` in as many lines as it needs, and `step` at the right of the first."""

    def lines(width: int) -> Sequence[Line]:
        first, *others = wrap(text, max(width - cell_len(step) - 2, 10))
        return [spread([Piece(first)], [soft(step)], width), *((Piece(other),) for other in others)]

    return lines


def step_name(code: FindingCode) -> str:
    """Return the name of the step that holds a finding."""
    return NAMES[next((step for step, codes in FINDINGS.items() if code in codes), Step.GRID)][0]


def text_items(session: Session, unfolded: frozenset[str]) -> Iterator[Item]:
    """Yield the numbers, the texts of the interview and what was said of the whole; those open are whole."""
    grid, assessment, points = session.grid, session.assessment, session.points
    to_see = {point.line for point in points if point.is_to_see}

    def item(key: str, name: str, value: str, texts: Iterable[str]) -> Item:
        below = [words(f"  {text}") for text in map(shown_text, texts)] if key in unfolded else []
        return row(key, ends(shown(name), strong(shown(value))), *below)

    numbers = []
    for line in grid.indicators.values():
        texts = (*_comment(assessment.remarks.get(line.id, "")), *_said_of(session, line.id))
        value = assessment.numbers.get(line.id)
        if value is not None or texts:
            mark = f"{TO_SEE_MARK} " if line.id in to_see else ""
            name = f"{line_number(grid, line.id)} {mark}{line.label}"
            numbers.append(
                item(
                    f"{TEXTS}:{line.id}",
                    name,
                    "" if value is None else thousands(value),
                    (line.label, *texts),
                )
            )
    others = []
    for topic, title in TOPICS.items():
        if text := assessment.preparation.get(topic, "").strip():
            is_date = topic is PreparationTopic.MEETING
            others.append(item(f"{TEXTS}:{topic.value}", title, text if is_date else "", (text,)))
    known = {*grid.activities, *grid.indicators}
    others += [
        item(f"{TEXTS}:{point.key}", place_of(grid, point), STATES[point.state], _words_of(session, point))
        for point in points
        if point.line not in known
    ]
    for title, items in (("Nombres", numbers), ("Entretien", others)):
        if items:
            yield row(None, words(title, SOFT))
            yield from items
            yield gap()


def _comment(text: str) -> tuple[str, ...]:
    return (f"✎ {text.strip()}",) if text.strip() else ()


def _said_of(session: Session, line: str) -> Iterator[str]:
    """Yield what the Caf said of a line and what was answered, the policy first."""
    return (text for point in session.points if point.line == line for text in _words_of(session, point))


def _words_of(session: Session, point: Point) -> Iterator[str]:
    policy = session.grid.policies_by_id.get(point.policy or "")
    about = f"{policy.label} · " if policy else ""
    yield from (f"{about}{said}" for said in point_words(point))
    if point.draft is not None:
        yield f"{about}Votre réponse, pas encore envoyée{NBSP}: {draft_words(point.draft)}"


def apart_items(session: Session, names: Mapping[str, str]) -> Iterator[Item]:
    """Yield the answers to lines that this grid does not have: stored and shown, counted nowhere.

    `names` are those of their own grid, by id.
    """
    foreign = foreign_lines(session.grid, session.assessment)
    if foreign:
        yield section_title("Lignes d’une autre grille", "conservées, non comptées")
        yield from (line_item(line, names.get(line.id, line.id)) for line in foreign)
        yield gap()


def line_item(line: StoredLine, title: str) -> Item:
    """Return, under `title`, all that is stored of a line: answers, number, texts."""
    texts = [words(shown_text(f"✎ {text}"), SOFT) for text in line.texts]
    return row(None, ends(strong(shown(title)), Piece(shown(line.answers))), *texts)


def through_the_years(years: Years, row: YearRow) -> str:
    """Return `2025 : 35 %, 2026 : non demandé, 2027 : 76 %`: a row in words."""
    names = year_names(years)
    return ", ".join(
        f"{name}{NBSP}: {year_figure(each, row.is_proposed)}"
        for name, each in zip(names, row.tallies, strict=True)
    )
