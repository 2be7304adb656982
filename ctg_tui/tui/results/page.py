"""Résultats: the key sentence, the figures and the radar; the lines, the actions, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from ctg_tui.chart.figures import FEWEST_AXES, FEWEST_MISSIONS, By, Figures, figures, nothing_drawn, past_of
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import PastAction, Years, year_figures
from ctg_tui.domain.steps import FindingCode, Severity, Step, check
from ctg_tui.services.grid_files import apart_names
from ctg_tui.services.results import former_actions, last_time_of, years_of
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.commands import Command, Destination, cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.results.rows import (
    ACTIONS,
    FIGURES,
    FORECAST,
    LINES,
    MISSING,
    FigureTable,
    action_items,
    apart_items,
    comment_of,
    finding_items,
    said_of,
    text_items,
)
from ctg_tui.tui.steps import steps_now
from ctg_tui.tui.widgets.listing import (
    Item,
    Listing,
    sentence,
)
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.lines import (
    action_in_a_line,
    notes_of_line,
    numbered,
)
from ctg_tui.wording.results import (
    key_sentences,
)
from ctg_tui.wording.steps import OPTIONAL, TO_ANSWER, finding, lacking

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_TURN: Final = "resultats.tourner"
_COMMANDS: Final = (
    cmd(
        *("resultats.calcul", "enter", "choose", "le calcul", 0),
        "Sur un chiffre : montrer le calcul ; sur une ligne, ses notes et son commentaire ; sur ce qui "
        "manque : y aller",
    ),
    cmd(_TURN, "g", "turn", "tourner le radar", 2, "Tourner le radar : par mission, par rubrique, par ligne"),
    leave("resultats", "Revenir à la page d’avant"),
)
_MISSING: Final = "Il manque avant l’envoi"
_TABLE: Final = "le tableau"
_WHOLE_LABELS: Final = 90
"""The columns of the list from which the lines stand there with their whole labels."""


class ResultsScreen(ListPage):
    """The sentence; below it the list, and beside it the radar: below 110 columns, G shows it alone."""

    TITLE_IN_HELP = IN_HEAD = "Résultats"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    ResultsScreen {
        #phrase, #monte { height: auto; padding: 0 2; }
        #phrase { margin-top: 1; }
        #resultats { height: 1fr; margin-top: 1; }
        Listing { width: 2fr; max-width: 106; padding: 0; }
        #image { width: 1fr; min-width: 50; height: 100%; padding: 0 1 0 0; }
        #image PlainStatic { width: 100%; height: auto; text-align: center; color: $doux; }
        RadarPanel { width: 100%; height: 1fr; max-height: 30; }
        &.-bas #phrase, &.-bas.-image #resultats { margin-top: 0; }
        &.-seul Listing { width: 1fr; }
        &.-seul #image, &.-image Listing, &.-image #phrase, &.-image #monte { display: none; }
        &.-image #image { display: block; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._unfolded: frozenset[str] = frozenset()
        self._turned = 0
        self._sentence, self._moved = PlainStatic(id="phrase"), PlainStatic(id="monte")
        self._title = PlainStatic()

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
        first, *others = (shown(typeset(one)) for one in key_sentences(self._years))
        self._sentence.update(Content.styled(first, "bold"))
        self._moved.update(" ".join(others))

    def body(self) -> Iterable[Widget]:
        self._line = self.opened.grid.cells[0].activity
        self._read()
        self._radar = RadarPanel()
        yield self._sentence
        yield self._moved
        with Horizontal(id="resultats"):
            yield self.list
            with Vertical(id="image"):
                yield self._title
                yield self._radar

    def on_mount(self) -> None:
        super().on_mount()
        self._draw()

    def rows(self) -> Iterator[Item]:
        table = FigureTable(self._years, self._unfolded, self._line_in_full)
        yield from table.items()
        is_single = len(self.opened.grid.noted_missions) == 1
        yield from table.lines(_WHOLE_LABELS) if is_single else ()
        yield from action_items(self._actions, self._unfolded)
        yield from text_items(self.opened) if self.is_received else self._findings()
        yield from () if is_single else table.lines(_WHOLE_LABELS)
        yield from apart_items(self.opened, self._names)

    def _line_in_full(self, line: str) -> tuple[str, ...]:
        """Return this year's notes of a line, its comment and action, and what was said of it."""
        assessment, grid = self.opened.assessment, self.opened.grid
        notes = notes_of_line(grid, assessment, line)
        action = action_in_a_line(assessment.actions.get(line))
        parts = (notes, *comment_of(assessment.comments.get(line, "")), action)
        said = said_of(self.opened, line)
        return tuple(filter(None, map(shown_text, (*parts, *said))))

    def _findings(self) -> Iterator[Item]:
        """Yield what is missing before sending, then what is optional."""
        opened = self.opened
        found: dict[str, list[tuple[str, str]]] = {_MISSING: [], TO_ANSWER: [], OPTIONAL: []}
        for one in check(opened.grid, opened.assessment):
            is_open = one.code is FindingCode.OPEN_POINTS
            title = _MISSING if one.severity is Severity.BLOCKING else TO_ANSWER if is_open else OPTIONAL
            found[title].append((one.code.value, finding(one)))
        for step in self.read(lambda: steps_now(opened), None) or ():
            if step.step is Step.FORECAST and step.lacks_something:
                said = lacking(opened.grid, opened.assessment, step)
                found[OPTIONAL].append((FORECAST, said))
        if not found[_MISSING] and not found[TO_ANSWER]:
            yield sentence("Rien ne manque avant l’envoi.")
        for title, items in found.items():
            yield from finding_items(title, items)

    # the radar

    @property
    def _ways(self) -> tuple[By, ...]:
        """The ways to draw the radar of this grid, the first one shown first."""
        rubrics = self._content(By.RUBRIC)
        has_missions = len(self.opened.grid.noted_missions) >= FEWEST_MISSIONS
        has_rubrics = not rubrics.is_empty and rubrics.most_known >= FEWEST_AXES
        return (*[By.MISSION] * has_missions, *[By.RUBRIC] * has_rubrics, By.LINE)

    def _content(self, by: By) -> Figures:
        opened, mission = self.opened, self.opened.grid.mission_of[self._line]
        past = past_of(self._last)
        return figures(opened.grid, opened.assessment, opened.scores, past, by=by, mission=mission)

    @property
    def _pictures(self) -> tuple[By | None, ...]:
        """What G shows in turn: without room for both, the table (None) first, then each way alone.

        In a narrow window these are bars; those of the lines would not fit.
        """
        ways = [way for way in self._ways if way is not By.LINE or not self.has_class("-etroit")]
        return (None, *ways) if self._is_alone else self._ways

    @property
    def _is_alone(self) -> bool:
        """Whether the radar has no room beside the list."""
        return self.has_class("-etroit") or self.has_class("-moyen")

    @property
    def _picture(self) -> By | None:
        return self._pictures[self._turned % len(self._pictures)]

    @property
    def _is_picture_alone(self) -> bool:
        """Whether the radar hides the list."""
        return self._is_alone and self._picture is not None

    def on_resize(self) -> None:
        if self.is_mounted:
            self.call_next(self._again)  # the classes of the new size are there then

    def _again(self) -> None:
        self._turned = 0
        self._draw()
        self.on_row()
        self.show_rows()

    def on_row(self) -> None:
        """Mark on the radar the line that the cursor of the list is on."""
        if line := grid_line(self.opened, self.list.key or ""):
            self._line = line
            self._draw()
        self.refresh_frame()

    def _draw(self) -> None:
        grid, way = self.opened.grid, self._picture or self._ways[0]
        content, key = self._content(way), self.list.key or ""
        self._radar.show(content, self._line if way is By.LINE and key.startswith(LINES) else "")
        mission = f"Mission {numbered(grid.mission_of[self._line])}, "
        said = nothing_drawn(content)
        title = f"{mission}{way.value}" if way is By.LINE else way.value.capitalize()
        self._title.update(shown(said or title))
        self._title.display = bool(said) or way is By.LINE or len(grid.noted_missions) > 1
        self._radar.display = not said
        self.set_class(self._is_alone or not self._has_a_figure, "-seul")
        self.set_class(self._is_picture_alone, "-image")

    def on_show_again(self) -> None:
        self._read()
        self._draw()
        self.show_rows()

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, G with what it shows next; F4, which leads here, leads back."""
        is_narrow = self.has_class("-etroit")
        radar = "barres" if is_narrow else "le radar"
        following = self._pictures[(self._turned + 1) % len(self._pictures)]
        labels = {_TURN: _TABLE if following is None else following.value if self._picture else radar}
        without: tuple[str, ...] = () if self._has_a_figure and len(self._pictures) > 1 else ("turn",)
        key = self.list.key or ""
        instead = {ACTIONS: "l’action entière", LINES: "lire la ligne"}
        instead = {
            MISSING: "y aller",
            **(dict.fromkeys((FIGURES, *instead), "voir") if is_narrow else instead),
        }
        if (section := key.partition(":")[0]) in instead:
            labels["resultats.calcul"] = instead[section]
        if key in self._unfolded:
            labels["resultats.calcul"] = "replier"
        if self._shown_unfolded:
            labels["resultats.retour"] = "fermer"
        if self._is_picture_alone:
            labels["resultats.retour"] = _TABLE
            without += ("choose",)
        return tuple(
            one._replace(label=labels.get(one.id, one.label))
            for one in super().commands()
            if one.goes_to is not Destination.RESULTS and one.action not in without
        )

    @property
    def _has_a_figure(self) -> bool:
        """Whether a year has a note, which a radar needs."""
        return any(tally and tally.rated for whole in self._years.wholes for tally in whole.tallies)

    @property
    def _shown_unfolded(self) -> frozenset[str]:
        """The rows on the page that stand open."""
        return self._unfolded.intersection(filter(None, self.list.keys))

    def go_to(self, destination: Destination) -> None:
        if destination is Destination.RESULTS:
            self.leave()
        else:
            super().go_to(destination)

    def action_choose(self) -> None:
        """On a figure, a line or an action, show or hide the whole of it; on what is missing, go to it."""
        key = self.list.key or ""
        section, _, code = key.partition(":")
        if section != MISSING:
            self._unfolded ^= {key}
            self.show_rows()
        elif code == FORECAST:
            self.go_to(Destination.FORECAST)
        elif code not in {FindingCode.UNKNOWN_LINES, FindingCode.ALL_NOT_CONCERNED}:  # shown on this page
            self.visit_finding(code)

    def action_turn(self) -> None:
        """Draw the radar another way; in a narrow window, show it, and after its last way the list again."""
        self._show_picture(self._turned + 1)

    def _show_picture(self, rank: int) -> None:
        self._turned = rank
        self._draw()
        self.refresh_frame()
        self.call_after_refresh(self.list.focus)

    async def action_leave(self) -> None:
        """Go up by one layer: from the radar alone to the list, then close what is open in it, then leave."""
        if self._is_picture_alone:
            self._show_picture(0)
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
