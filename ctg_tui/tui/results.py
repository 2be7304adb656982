"""Résultats: the key sentence, the figures and the radar; the actions of former years, the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import MOST_YEARS, PastAction, YearRow, Years, year_of
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import check
from ctg_tui.domain.text import clean
from ctg_tui.services.editing import Session
from ctg_tui.services.results import apart_names, former_actions, years_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.characters import cut_at_a_word
from ctg_tui.tui.commands import Command, adapted, cmd, leave
from ctg_tui.tui.page import ListPage
from ctg_tui.tui.widgets.listing import (
    BEFORE,
    PLAIN,
    READ,
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
    blank,
    ends,
    gap,
    hanging,
    hung,
    row,
    section_title,
    sentence,
    soft,
    spread,
    strong,
    width_of,
    words,
)
from ctg_tui.tui.widgets.radar import RadarPanel, gauge
from ctg_tui.wording.french import NBSP, TOPICS, explain, percentage_or_nc, thousands, wrap
from ctg_tui.wording.lines import (
    MARK,
    NOT_ASKED,
    action_in_a_line,
    basis,
    finding,
    foreign_lines,
    line_number,
    missions_of,
    notes_of_line,
    numbered,
    numbers_of,
    outcome_in_words,
    short_title,
    urgency,
)
from ctg_tui.wording.results import (
    By,
    Figures,
    figures,
    key_sentences,
    row_name,
    rows_of_sentence,
    ways,
    why_not_compared,
    year_names,
)
from ctg_tui.wording.thread import WHOLE, all_said

_COMMANDS: Final = (
    cmd(
        *("resultats.calcul", "enter", "choose", "le calcul", 0),
        "Sur un chiffre : montrer le calcul ; sur une ligne : ses notes et son commentaire",
    ),
    cmd(
        *("resultats.tourner", "g", "turn", "tourner le radar", 2),
        "Tourner le radar : par mission, par rubrique, par ligne",
    ),
    leave("resultats", "Revenir à la page d’avant"),
)
FIGURES, LINES = "chiffres", "lignes"
"""The sections of the keys of rows: `lignes:m1.a03`."""
_LEAST_NAME, _LEAST_YEAR, _LEAST_BAR, _MOST_BAR = 14, 8, 8, 50
_MOST_BESIDE: Final = 4
"""The axes of a radar that has room beside the list; with more it takes the whole page."""


class FigureTable:
    """The rows of the figures; those with a key in `unfolded` are followed by what they are made of."""

    def __init__(self, years: Years, unfolded: frozenset[str]) -> None:
        self._years, self._unfolded = years, unfolded
        self._is_single = len(years.grid.noted_missions) == 1
        self._names = year_names(years)
        self._width = max(_LEAST_YEAR, *(cell_len(name) + 2 for name in self._names))

    def head(self, title: str, most: int = MOST_YEARS) -> Item:
        """Return a heading, and the name of each year over its column, `most` of them."""
        names = self._names[-most:]
        return Item(None, lambda width: [spread([soft(title)], self.columns(names, width), width)])

    def columns(self, texts: Sequence[str], width: int) -> Line:
        """Return the texts of the years that have room: this year's strong, last year's in its colour."""
        texts = texts[-max((width - _LEAST_NAME) // self._width, 1) :]
        roles = [*[SOFT] * len(texts), BEFORE, STRONG][-len(texts) :]
        return tuple(Piece(text.rjust(self._width), role) for text, role in zip(texts, roles, strict=True))

    def rows(self) -> Iterator[Item]:
        """Yield the policies of a single mission and their total; of several, each, and the totals.

        Of several missions of which one is the Caf's, its policies come first: the sentence above is of them.
        """
        years, grid = self._years, self._years.grid
        named, wholes = rows_of_sentence(years), years.wholes
        longest = max(cell_len(self._name(one)) for one in (*named, *wholes)) + 2
        sections = [("Missions", wholes)]
        if self._is_single:
            sections = [(short_title(grid.noted_missions[0]), (*named, wholes[0]))]
        elif named[0].policy is not None:
            sections = [("Lignes de la Caf", named), *sections]
        for rank, (title, rows) in enumerate(sections):
            yield from (gap(), row(None, words(title, SOFT))) if rank else [self.head(title)]
            yield from (self._row(one, longest) for one in rows)
        if empty := [one for one in grid.missions if not one.lines]:
            said = missions_of(empty)
            yield sentence(f"{said[:1].upper()}{said[1:]}{NBSP}: {NOT_ASKED}.")
        elif grid.own_cells and grid.has_proposed_activities:
            yield sentence(f"{MARK}{NBSP}: lignes proposées par ctg-tui, comptées à part.")
        else:
            yield sentence(basis(grid))
        yield from (sentence(typeset(why_not_compared(one))) for one in years.left_out)

    def _texts(self, one: YearRow) -> list[str]:
        """Return the figure of each year."""
        return [percentage_or_nc(tally or Tally()) for tally in one.tallies]

    def _is_total(self, one: YearRow) -> bool:
        return one.policy is None and (one.mission is None or self._is_single)

    def _name(self, one: YearRow) -> str:
        if one.mission and not (one.policy or self._is_single):
            return clean(f"{numbered(one.mission)} {one.mission.tab}")
        if not self._is_total(one):
            return clean(row_name(self._years, one))
        missions = [each for each in self._years.grid.noted_missions if each.is_proposed]
        return f"Ensemble{MARK} {numbers_of(missions)}" if one.is_proposed and not one.mission else "Ensemble"

    def _row(self, one: YearRow, longest: int) -> Item:
        """Return a row with its bar, beside names of `longest` columns, whose tick is last year's figure."""
        mission = one.mission.id if one.mission else MARK * one.is_proposed
        key, style = f"{FIGURES}:{mission}/{one.policy or ''}", STRONG if self._is_total(one) else PLAIN

        def lines(width: int) -> Iterator[Line]:
            right = self.columns(self._texts(one), width)
            room = width - width_of(right) - 1
            size = min(room - longest, _MOST_BAR)
            now, before = one.present.percentage, one.before.percentage
            bar = gauge(now, before, size) if size >= _LEAST_BAR else []
            name = cut_at_a_word(self._name(one), longest if bar else room)
            yield spread([Piece(name, style), *bar], right, width)
            if key in self._unfolded:
                for each in self._years.by_policy(one) if one.policy is None else ():
                    those = self.columns(self._texts(each), width)
                    yield spread([Piece(f"  {self._name(each)}", READ)], those, width)
                yield from hanging(Piece("  "), explain(one.present), width, SOFT)

        return Item(key, lambda width: list(lines(width)))

    def line(self, line_id: str, in_full: Callable[[str], Iterable[str]]) -> Item:
        """Return the row of a line: this year and last year; unfolded it is whole, with `in_full`."""
        grid, one, key = self._years.grid, self._years.line(line_id), f"{LINES}:{line_id}"
        head, label = f"{line_number(grid, line_id, MARK):>5} ", clean(grid.activities[line_id].label)

        def lines(width: int) -> Iterator[Line]:
            right, is_open = self.columns(self._texts(one)[-2:], width), key in self._unfolded
            room, indent = max(width - width_of(right) - len(head) - 1, 10), Piece(" " * len(head))
            first, *others = wrap(label, room) if is_open else [cut_at_a_word(label, room)]
            yield spread([Piece(head + first, STRONG if is_open else "$doux")], right, width)
            yield from ((indent, Piece(other, STRONG)) for other in others)
            for text in (*in_full(line_id), explain(one.present)) if is_open else ():
                yield from hanging(indent, text, width, READ)

        return Item(key, lambda width: list(lines(width)))


class ResultsScreen(ListPage):
    """The list, its sentences first; beside it a radar of few axes. G shows alone what has no room there."""

    TITLE_IN_HELP = "Résultats"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    ResultsScreen {
        Horizontal { height: 1fr; margin-top: 1; }
        Listing { width: 2fr; max-width: 106; padding: 0; }
        RadarPanel { width: 1fr; min-width: 40; height: 100%; max-height: 36; }
        &.-large Listing, &.-vaste Listing { margin-right: 2; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._unfolded: frozenset[str] = frozenset()
        self._turned = 0
        self._mission = self.opened.grid.noted_missions[0]
        """The mission of which the radar shows the lines."""
        self._radar = RadarPanel()

    def body(self) -> Iterable[Widget]:
        self._read()
        with Horizontal():
            yield self.list
            yield self._radar

    def _read(self) -> None:
        """Read the years and the actions, and what the database has beside them."""
        grid, assessment = self.opened.grid, self.opened.assessment
        of_it = self.workspace, grid, assessment
        alone = Years(grid, (year_of(assessment, grid, grid),))
        nothing: tuple[Years, tuple[PastAction, ...], Mapping[str, str]] = (alone, (), {})
        found = self.read(lambda: (years_of(*of_it), former_actions(*of_it), apart_names(*of_it)), nothing)
        self._years, self._actions, self._apart_names = found
        self._ways = ways(self._years)

    def on_mount(self) -> None:
        self._draw()

    def on_show_again(self) -> None:
        self._read()
        self._again()

    # the rows

    def rows(self) -> Iterator[Item]:
        table, grid = FigureTable(self._years, self._unfolded), self.opened.grid
        first, *others = key_sentences(self._years)
        lines = [words(clean(typeset(one))) for one in others]
        if missing := () if self.is_received else check(grid, self.opened.assessment):
            word = urgency(missing[0]) if len(missing) == 1 else "À compléter"
            lines.append(words(typeset(f"{word} : {' '.join(map(finding, missing))}"), SOFT))
        yield row(None, words(clean(typeset(first)), STRONG), *lines, blank)
        yield from table.rows()
        if self.is_received and (texts := [*self._texts()]):
            yield from (*texts, gap())
        yield from self._past_actions()
        for mission in grid.noted_missions:
            title = short_title(mission) if len(grid.noted_missions) > 1 else "Ligne par ligne"
            yield table.head(title, 2)
            yield from (table.line(line.id, self._in_full) for line in mission.activities)
            yield gap()
        yield from self._apart()

    def _in_full(self, line: str) -> Iterator[str]:
        """Yield this year's notes of a line, its comment and action, and what was said of it."""
        assessment, grid = self.opened.assessment, self.opened.grid
        comment = _comment(assessment.comments.get(line, ""))
        action = action_in_a_line(assessment.actions.get(line))
        parts = (notes_of_line(grid, assessment, line), comment, action, *self._said(line))
        return filter(None, (clean(one, multiline=True) for one in parts))

    def _said(self, line: str | None) -> Iterator[str]:
        """Yield what the Caf said of a line, or (None) of the whole, and what was answered."""
        points = [point for point in self.opened.points if point.line == line]
        return (clean(said.whole, multiline=True) for said in all_said(self.opened.grid, points))

    def _past_actions(self) -> Iterator[Item]:
        """Yield the actions decided in each former year, the latest first, and what became of each."""
        actions = sorted(self._actions, key=lambda past: -past.planned)
        for year, decided in groupby(actions, key=lambda past: past.planned):
            yield row(None, words(f"Actions décidées en {year}", SOFT))
            for past in decided:
                action = action_in_a_line(past.action._replace(outcome=None)).removeprefix("→ ")
                yield row(None, hung("→ ", f"{clean(action)} · {outcome_in_words(past)}"))
            yield gap()

    def _texts(self) -> Iterator[Item]:
        """Yield the numbers and texts of a file, and what was said of the whole."""
        grid, assessment = self.opened.grid, self.opened.assessment
        for line in grid.indicators.values():
            value, comment = assessment.numbers.get(line.id), _comment(assessment.comments.get(line.id, ""))
            if value is not None or comment:
                head = Piece(clean(f"{line_number(grid, line.id)} {line.label}"))
                texts = filter(None, (comment, *self._said(line.id)))
                number = strong("" if value is None else thousands(value))
                yield row(
                    None, ends(head, number), *(words(f"  {clean(text, multiline=True)}") for text in texts)
                )
        for topic, title in TOPICS.items():
            if text := assessment.preparation.get(topic, "").strip():
                yield row(None, words(title, SOFT), words(clean(text, multiline=True)))
        if whole := tuple(self._said(None)):
            yield row(None, words(WHOLE, SOFT), *map(words, whole))

    def _apart(self) -> Iterator[Item]:
        """Yield the answers to lines that this grid does not have: stored and shown, counted nowhere."""
        foreign = [*foreign_lines(self.opened.grid, self.opened.assessment)]
        if foreign:
            yield section_title("Lignes d’une autre grille", "conservées, non comptées")
        for line, stored in foreign:
            yield row(None, words(clean(f"{self._apart_names.get(line, line)}{NBSP}: {stored}")))

    # the radar

    def _picture(self, further: int = 0) -> By | None:
        """Return what G shows: first the list, alone (None) without room for a radar, then each radar."""
        pictures = (*[None] * self._takes_the_page(self._figures(self._ways[0])), *self._ways)
        return pictures[(self._turned + further) % len(pictures)]

    def _figures(self, way: By) -> Figures:
        return figures(self._years, way, self._mission)

    def _takes_the_page(self, content: Figures) -> bool:
        """Whether a radar has no room beside the list."""
        is_narrow = self.has_class("-etroit") or self.has_class("-moyen")
        return is_narrow or len(content.axes) > _MOST_BESIDE

    def on_resize(self) -> None:
        if self.is_mounted:
            self._turned = 0
            self.call_after_refresh(self._again)  # the classes and regions of the new size are there then

    def _again(self) -> None:
        self._draw()
        self.show_rows()

    def on_row(self) -> None:
        """Show the lines of the mission that the cursor of the list is on."""
        name, grid = (self.list.key or "").partition(":")[2], self.opened.grid
        mission = grid.mission_of.get(name) or grid.missions_by_id.get(name.partition("/")[0])
        self._mission = mission or self._mission
        self._draw()
        self.refresh_frame()

    def _draw(self) -> None:
        way = self._picture()
        self._radar.display = way is not None and self._has_a_figure
        self.list.display = True
        if way is not None:
            content, mission = self._figures(way), f"Mission {numbered(self._mission)}, {way.value}"
            self.list.display = not (self._radar.display and self._takes_the_page(content))
            title = mission if way is By.LINE else way.value.capitalize()
            self._radar.show(content, title, is_beside=self.list.display)

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, G with what it shows next; F4, which leads here, leads back."""
        key, following = self.list.key or "", self._picture(1)
        turn = "le tableau" if following is None else following.value if self._picture() else "le radar"
        choose = "lire la ligne" if key.startswith(LINES) else "le calcul"
        choose = "replier" if key in self._unfolded else choose
        without = set() if self._has_a_figure and following is not self._picture() else {"turn"}
        back = "fermer" if self._unfolded else "retour"
        if not self.list.display:
            back, without = "le tableau", without | {"choose"}
        if self.has_class("-etroit"):
            choose, turn = "voir", turn.removeprefix("le ").removeprefix("par ")
        labels = {"choose": choose, "turn": turn, "leave": back}
        return adapted(super().commands(), {key: {"label": label} for key, label in labels.items()}, without)

    @property
    def _has_a_figure(self) -> bool:
        """Whether this year has a note, which a radar needs."""
        return any(whole.present.rated for whole in self._years.wholes)

    def action_choose(self) -> None:
        """Show or hide the whole of a figure or a line."""
        self._unfolded ^= {self.list.key or ""}
        self.show_rows()

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
        if not self.list.display:
            self._show_picture(0)
        elif self._unfolded:
            self._unfolded = frozenset()
            self.show_rows()
        else:
            await super().action_leave()


def _comment(text: str) -> str:
    return f"✎ {text.strip()}" if text.strip() else ""
