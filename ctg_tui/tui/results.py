"""Résultats: figures, years, actions, what is missing before sending; beside them the radar."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from ctg_tui.chart.figures import (
    FEWEST_AXES,
    MOST_AXES,
    By,
    Figures,
    default_axes,
    lowest,
    nothing_drawn,
    unnoted,
)
from ctg_tui.domain.assessment import Cell, PreparationTopic
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import PastAction, YearRow, Years, year_figures
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import FindingCode, Severity, Step, check
from ctg_tui.services.grid_files import apart_names
from ctg_tui.services.results import former_actions, last_time_of, years_of
from ctg_tui.tui.characters import fit, shortened, shown, shown_text
from ctg_tui.tui.commands import Command, Destination, cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.steps import steps_now, visit_finding, visit_step
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.figures import RadarPanel
from ctg_tui.tui.widgets.listing import (
    BEFORE,
    PLAIN,
    SOFT,
    STRONG,
    TITLE,
    Item,
    Line,
    Piece,
    blank,
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
from ctg_tui.wording.french import DASH, NBSP, TOPICS, count, explain, thousands, wrap
from ctg_tui.wording.lines import (
    MARK,
    StoredLine,
    action_in_a_line,
    basis,
    foreign_lines,
    line_number,
    marked,
    notes_of_line,
    numbered,
    numbers_of,
    outcome_in_words,
    short_title,
)
from ctg_tui.wording.results import lines_title, row_name, why_not_compared, year_figure, year_names
from ctg_tui.wording.steps import FINDINGS, NAMES, finding, lacking
from ctg_tui.wording.thread import STATES, draft_words, place_of, point_words

if TYPE_CHECKING:
    from ctg_tui.domain.thread import Point
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_TURN: Final = "resultats.tourner"
_WIDEST: Final = 106
"""The columns of the list in a wide window: a name stays near its figures."""
_FEW_YEARS: Final = 3
_EDGES: Final = 6
"""The columns of the list that are not text: mark, padding and scroll bar."""
_COMMANDS: Final = (
    cmd(
        *("resultats.calcul", "enter", "choose", "le calcul", 1),
        "Sur un chiffre : montrer le calcul ; sur ce qui manque : y aller",
        wide="d’où vient ce chiffre",
    ),
    cmd("resultats.pourquoi", "f8", "why", "le calcul", None, "Sur un chiffre : montrer le calcul"),
    cmd(_TURN, "g", "turn", "tourner le radar", 2, "Tourner le radar : par mission, par rubrique, par ligne"),
    leave("resultats", 0, "Revenir à la page d’avant"),
)


class Turn(NamedTuple):
    """A way to draw the radar: its axes, and the word of the key for it."""

    by: By
    word: str


class ResultsScreen(ListPage):
    """The list at the left and the radar at the right; below 110 columns G shows one, then the other."""

    TITLE_IN_HELP = "Résultats"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    ResultsScreen {
        #resultats { height: 1fr; }
        Listing { width: 1fr; max-width: 106; padding: 1 1 0 0; }
        #image { width: 1fr; height: 100%; padding: 1 1 0 1; }
        #image PlainStatic { width: 100%; height: auto; text-align: center; color: $doux; }
        RadarPanel { width: 100%; height: 1fr; }
        &.-plusieurs Listing { width: 3fr; }
        &.-plusieurs #image { width: 2fr; }
        &.-normal Listing, &.-bas Listing { padding: 0 1 0 0; }
        &.-normal #image, &.-bas #image { padding: 0 1; }
        &.-etroit #image, &.-moyen #image { display: none; }
        &.-image.-etroit Listing, &.-image.-moyen Listing { display: none; }
        &.-image.-etroit #image, &.-image.-moyen #image { display: block; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._unfolded: frozenset[str] = frozenset()
        self._turned = 0
        self._lines: dict[str, str] = {}
        self._title, self._said = PlainStatic(), PlainStatic()

    def _read(self) -> None:
        """Read the years and the actions, and what the database has beside them."""
        opened = self.opened
        grid, assessment = opened.grid, opened.assessment
        alone = Years(grid, (year_figures(assessment, grid, grid),))
        self._years = self.read(lambda: years_of(self.workspace, grid, assessment), alone)
        nothing: tuple[PastAction, ...] = ()
        self._actions = self.read(lambda: former_actions(self.workspace, grid, assessment), nothing)
        self._last = self.read(lambda: last_time_of(self.workspace, grid, assessment), None)
        # Policies beside the years, or many years, need room.
        is_wide = len(grid.noted_missions) > 1 or len(self._years.years) > _FEW_YEARS
        self.set_class(is_wide, "-plusieurs")
        none: Mapping[str, str] = {}
        self._names = self.read(lambda: apart_names(self.workspace, grid, assessment), none)

    def _view(self, cell: Cell | None = None) -> View:
        opened = self.opened
        first = cell or opened.grid.cells[0]
        return View(opened.grid, opened.assessment, opened.scores, first, drawn=self._last)

    def body(self) -> Iterable[Widget]:
        self._read()
        self.view = self._view()
        self._radar = RadarPanel(self.view, self.level)
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
        columns = widths(self._years, self._list_width)
        said = (
            shown(lowest(self._radar.figures(), is_named=True)) if self.is_narrow else ""
        )  # else below the radar
        to_see = {point.line for point in self.opened.points if point.is_to_see}
        table = FigureTable(self._years, columns, self._unfolded, self._line_in_full, to_see, said)
        yield from table.items()
        self._lines = table.lines
        yield from action_items(self._actions, self._unfolded)
        if not self.is_received:
            yield from self._findings()
        yield from table.all_lines()
        yield from text_items(self.opened, self._unfolded)
        yield from apart_items(self.opened, self._names)

    def _line_in_full(self, line: str) -> tuple[str, ...]:
        """Return the text of a line, this year's notes, comment and action, and what was said of it."""
        assessment, grid = self.opened.assessment, self.opened.grid
        notes = notes_of_line(grid, assessment, line)
        action = action_in_a_line(assessment.actions.get(line))
        parts = (grid.activities[line].label, notes, *_comment(assessment.comments.get(line, "")), action)
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
    def turns(self) -> tuple[Turn, ...]:
        """The ways to draw the radar of this grid, the first one shown first."""
        grid = self.opened.grid
        ways = [Turn(By.MISSION, "un axe par mission")] if default_axes(grid) is By.MISSION else []
        by_line = Turn(By.LINE, "un axe par ligne")
        if FEWEST_AXES <= len(grid.noted_missions) * len(grid.policies) <= MOST_AXES:
            by_rubric = Turn(By.RUBRIC, "un axe par rubrique")
            return (*ways, by_rubric, by_line) if ways else (by_line, by_rubric)
        return (*ways, by_line)

    @property
    def _list_width(self) -> int:
        """The columns of the rows, as the window gives them."""
        whole = self.app.size.width
        if not self.is_narrow:
            whole = min(whole * 3 // 5 if self.has_class("-plusieurs") else whole // 2, _WIDEST)
        return whole - _EDGES

    def on_resize(self) -> None:
        if self.is_mounted:
            self.show_rows()

    @property
    def is_narrow(self) -> bool:
        """Whether the list and the radar are shown one at a time."""
        return self.has_class("-etroit") or self.has_class("-moyen")

    def _follow(self) -> None:
        """Mark on the radar what the cursor of the list is on."""
        if line := self._lines.get(self.list.key or "", ""):
            self.view = self._view(Cell(line, self.opened.grid.policies[0].id))
            self._draw()
        self.refresh_frame()

    def _draw(self) -> None:
        way = self.turns[self._turned % len(self.turns)]
        self._radar.marks_line = not (self.list.key or "").endswith(_NO_LINE)
        self._radar.show(self.view)
        self._radar.turn(way.by)
        content = self._radar.figures()
        mission = numbered(self.view.mission)
        title = f"Mission {mission}, un axe par ligne" if way.by is By.LINE else way.word.capitalize()
        self._title.update(shown(f"Résultats · {title}" if self.is_narrow else title))
        self._title.display = self._radar.display = not content.is_empty
        below = nothing_drawn(content).splitlines() or _below_radar(content)
        self._said.update("\n".join(map(shown, below)))

    def on_show_again(self) -> None:
        self._read()
        self.view = self._view(self.view.cell)
        self._draw()
        self.show_rows()

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, G with what it shows next; F4, which leads here, leads back."""
        following = "le tableau"
        if not self.is_narrow or not self._shows_last_picture:
            rank = self._turned + (self.has_class("-image") or not self.is_narrow)
            following = self.turns[rank % len(self.turns)].word
            if self.is_narrow and not self.has_class("-image"):
                following = "le radar"
        labels = {_TURN: following}
        without: tuple[str, ...] = () if self._has_a_figure else ("turn",)
        section = (self.list.key or "").partition(":")[0]
        if section in (instead := {MISSING: "y aller", ACTIONS: "l’action entière", TEXTS: "lire"}):
            labels["resultats.calcul"] = instead[section]
        if self.list.key in self._unfolded:
            labels["resultats.calcul"] = "refermer"
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
    def _has_a_figure(self) -> bool:
        """Whether a year has a note, which a radar needs."""
        return any(tally and tally.rated for whole in self._years.wholes for tally in whole.tallies)

    @property
    def _is_picture_alone(self) -> bool:
        """Whether the radar hides the list, in a narrow window."""
        return self.is_narrow and self.has_class("-image")

    @property
    def _shown_unfolded(self) -> frozenset[str]:
        """The rows on the page that stand open: those of the policies come and go with the width."""
        return self._unfolded.intersection(filter(None, self.list.keys))

    @property
    def _shows_last_picture(self) -> bool:
        return self.has_class("-image") and self._turned % len(self.turns) == len(self.turns) - 1

    def go_to(self, destination: Destination) -> None:
        if destination is Destination.RESULTS:
            self.leave()
        else:
            super().go_to(destination)

    def action_choose(self) -> None:
        """On a figure or an action, show or hide the whole of it; on what is missing, go to it."""
        key = self.list.key or ""
        section, _, code = key.partition(":")
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
            self.refresh_frame()

    def action_turn(self) -> None:
        """Draw the radar another way; in a narrow window, show it, and after its last way the list again."""
        if not self.is_narrow or (self.has_class("-image") and not self._shows_last_picture):
            self._turned += 1
        elif self.has_class("-image"):
            self._show_list()
        else:
            self.add_class("-image")
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


# The table: the rubrics, this year by policy where there is room for it, and the years; then the lines.

FIGURES, LINES, ACTIONS, TEXTS, MISSING = "chiffres", "lignes", "actions", "textes", "manques"
FORECAST: Final = "previsionnel"
"""The sections of the keys of rows, and the key of the forecast among what is missing."""
_NO_LINE: Final = "/"
"""The end of the key of a row that is about no line."""
TO_SEE_MARK: Final = "●"
"""Before what the Caf said something of, and waits for an answer to."""
CAF_LINES: Final = "Ces lignes sont celles de la Caf."
PROPOSED_LINES: Final = "Ces lignes sont proposées par ctg-tui."
_NAME, _FAIR_NAME, _GOOD_NAME = 18, 26, 30
"""The columns that a name takes beside the figures of the policies: at least, before the names of these are
whole, and before these are wider."""
_LEAST_POLICY, _MOST_POLICY = 8, 12
_LEAST_YEAR: Final = 8


class _Widths(NamedTuple):
    """The columns of a figure of a policy (0: policies are rows of their own), and of each year shown."""

    policy: int
    year: int
    years: int
    """How many years are shown: in a narrow window, the last ones."""


def widths(years: Years, width: int) -> _Widths:
    """Return the widths of the columns of a table in `width` columns."""
    year = max(_LEAST_YEAR, *(cell_len(name) + 2 for name in year_names(years)))
    number = len(years.grid.policies)
    shown_years = min(len(years.years), max((width - _NAME) // year, 1))
    room = width - year * shown_years
    is_by_policy = (
        len(years.grid.noted_missions) > 1 and number > 1 and room >= number * _LEAST_POLICY + _NAME
    )
    names = (cell_len(row_name(years, whole)) + 1 for whole in years.wholes)
    spare = (room - min(max(names, default=0), _GOOD_NAME)) // number
    whole = min(max(cell_len(shown(one.label)) for one in years.grid.policies) + 1, _MOST_POLICY)
    policy = max(min(spare, _MOST_POLICY), _LEAST_POLICY)
    if policy < whole and room - whole * number >= _FAIR_NAME:
        policy = whole
    return _Widths(policy if is_by_policy else 0, year, shown_years)


class FigureTable:
    """The rows of the figures; those with a key in `unfolded` are followed by their calculation."""

    def __init__(
        self,
        years: Years,
        columns: _Widths,
        unfolded: frozenset[str],
        in_full: Callable[[str], Sequence[str]],
        to_see: Collection[str | None] = (),
        said: str = "",
    ) -> None:
        self._years, self._columns = years, columns
        self._unfolded, self._in_full, self._to_see, self._said = unfolded, in_full, to_see, said
        self._marks = bool(years.grid.own_cells)
        """Whether proposed lines stand beside the Caf's, and bear the mark."""
        self.lines: dict[str, str] = {}
        """The line that the radar marks for each key."""

    def items(self) -> Iterator[Item]:
        years = self._years
        yield self._heads()
        was_proposed = False
        for whole in years.wholes:
            if self._marks and whole.is_proposed and not was_proposed:
                was_proposed = True
                yield row(
                    None, blank, words(f"{MARK}{NBSP}: lignes proposées par ctg-tui, comptées à part", SOFT)
                )
            yield from self._whole(whole)
        about = "" if self._marks else basis(years.grid)
        said = f"{about} {_partly(years.total(not years.grid.own_cells), was_proposed)}".strip()
        yield row(None, words(said, SOFT)) if said else gap()
        lines = years.lines
        if lines and len(years.wholes) > 1:
            yield row(None, words(lines_title(years), SOFT))
        yield from (self._row(line) for line in lines)
        yield from (sentence(typeset(why_not_compared(one))) for one in years.left_out)
        if lines:
            yield gap()

    def all_lines(self) -> Iterator[Item]:
        """Yield the lines of each of several missions; those of a single one are among `items`."""
        missions = self._years.grid.noted_missions
        for mission in missions if len(missions) > 1 else ():
            yield row(None, words(short_title(mission), SOFT))
            yield from (self._row(self._years.line(line.id), section=LINES) for line in mission.activities)
            yield gap()

    def _heads(self) -> Item:
        years, policy = self._years, self._columns.policy
        grid = years.grid
        single = len(grid.noted_missions) == 1
        title = short_title(grid.noted_missions[0]) if single else "Réalisation"

        def lines(width: int) -> Sequence[Line]:
            room = self._room(width)
            heads = self._years_line(year_names(years))
            if not policy:
                return [(soft(cut_at_a_word(shown(title), room - 1) + " "), *heads)]
            labels = [shortened(shown(one.label), policy - 1).rjust(policy) for one in grid.policies]
            year = f"en {years.years[-1].identity.year}".rjust(policy)
            above = fit(" " * room + year, room + policy * len(labels))
            return [
                (soft(above), soft("ensemble".rjust(self._columns.year))),
                (soft(fit(title, room) + "".join(labels)), *heads),
            ]

        return row(None, both(Piece("Résultats", TITLE), soft(self._said)), lines)

    def _room(self, width: int, *, whole: bool = False) -> int:
        """Return the columns of a name: those of the policies too for the `whole` of them together."""
        policies = 0 if whole else self._columns.policy * len(self._years.grid.policies)
        return max(width - self._columns.year * self._columns.years - policies, 1)

    def _years_line(self, figures: Sequence[str]) -> Line:
        """Return a text per year shown: the present one strong, last year's in its colour."""
        figures = figures[-self._columns.years :]
        roles = [SOFT] * (len(figures) - 2) + [BEFORE] * (len(figures) > 1) + [STRONG]
        return tuple(
            Piece(text.rjust(self._columns.year), role) for text, role in zip(figures, roles, strict=True)
        )

    def _figure(self, tally: Tally | None, one: YearRow) -> str:
        return DASH if tally is None or not tally.rated else marked(tally, one.is_proposed and self._marks)

    def _whole(self, whole: YearRow) -> Iterator[Item]:
        by_policy = self._years.by_policy(whole) if len(self._years.grid.policies) > 1 else ()
        if self._columns.policy:
            yield self._row(whole, by_policy)
        elif len(self._years.wholes) == 1:
            yield from map(self._row, by_policy)
            yield self._row(whole)
        else:
            yield self._row(whole)
            yield from map(self._row, by_policy)

    def _row(self, one: YearRow, by_policy: Sequence[YearRow] = (), section: str = FIGURES) -> Item:
        rubric = f"{one.mission and numbered(one.mission)}/{one.is_proposed}/{one.policy}"
        key = f"{section}:{rubric}{f'/{one.line}' if one.line else _NO_LINE}"
        mission_lines = one.mission.activities if one.mission else ()
        self.lines[key] = one.line or (mission_lines[0].id if mission_lines else "")
        name = shown(self._name(one))
        figures = self._years_line([self._figure(tally, one) for tally in one.tallies])
        role = STRONG if one.line is None and one.policy is None else PLAIN
        policy = self._columns.policy

        def lines(width: int) -> Sequence[Line]:
            room = self._room(width, whole=not by_policy)
            now = "".join(self._figure(each.present, each).rjust(policy) for each in by_policy)
            head: Line = (Piece(_cut(name, room - 1) + " ", role), Piece(now), *figures)
            if key not in self._unfolded:
                return [head]
            why = self._why(one, by_policy)
            return [head, *(line for text in why for line in hanging(Piece("  "), text, width)), ()]

        return Item(key, lines)

    def _name(self, one: YearRow) -> str:
        """Return what a row is about, the numbers of lines under each other."""
        grid = self._years.grid
        if one.line is not None:
            number = line_number(grid, one.line, f"{NBSP}{MARK}" if self._marks else "")
            point = f"{TO_SEE_MARK} " if one.line in self._to_see else ""
            return f"{number:>5} {point}{grid.activities[one.line].label}"
        if one.policy is not None:
            indent = "" if len(self._years.wholes) == 1 else "  "
            return f"{indent}{row_name(self._years, one)}"
        if len(self._years.wholes) == 1:
            return "Ensemble"
        if one.mission is None:
            missions = numbers_of([each for each in grid.noted_missions if each.is_proposed])
            return f"{MARK}{NBSP}Ensemble {missions}" if one.is_proposed and self._marks else "Ensemble"
        if self._marks:
            return row_name(self._years, one)
        return f"{one.mission.number} {one.mission.short_title}"

    def _why(self, one: YearRow, by_policy: Sequence[YearRow]) -> Iterator[str]:
        """Yield where the figures of a row come from: points, maximum, NC, blanks, whose lines."""
        if one.line is not None:
            yield from self._in_full(one.line)
        for each in by_policy:
            yield f"{row_name(self._years, each)}{NBSP}: {explain(each.present)}"
        yield f"Ensemble{NBSP}: {explain(one.present)}" if by_policy else explain(one.present)
        yield PROPOSED_LINES if one.is_proposed else CAF_LINES
        if None in one.tallies or self._columns.years < len(one.tallies):
            yield f"{through_the_years(self._years, one)}."


def _partly(whole: YearRow, below_proposed: bool) -> str:
    """Return how many cells the figures of this year are of, while some are blank.

    `below_proposed` lines, the sentence says that it is about the Caf's.
    """
    now = whole.present
    if not now.blank or not now.rated:
        return ""
    cells = f"{count(now.answered, 'case remplie', 'cases remplies')} sur {now.cells}"
    if below_proposed:
        return f"Lignes de la Caf{NBSP}: cette année, {cells}."
    return f"Cette année, sur {cells}."


def _cut(name: str, width: int) -> str:
    """Return `name`, behind the spaces that set it in, cut at a word."""
    indent = len(name) - len(name.lstrip(" "))
    return " " * indent + cut_at_a_word(name[indent:], max(width - indent, 1))


def _below_radar(content: Figures) -> Iterator[str]:
    """Yield what stands below the radar: the lowest axis, those without a figure."""
    yield f"{lowest(content, is_named=True)} {unnoted(content)}".strip()


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
            yield row(key, ends(shown(past.action.what), soft(outcome)), *whole)
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
