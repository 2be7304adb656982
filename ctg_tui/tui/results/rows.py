"""The rows of Résultats: figures through the years, lines, actions, what is missing, texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from ctg_tui.chart.levels import BEFORE as FORMER
from ctg_tui.chart.levels import OUTLINE, Level, gauge
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import PastAction, YearRow, Years
from ctg_tui.domain.steps import FindingCode
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    BEFORE,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
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
from ctg_tui.tui.widgets.table import cut_at_a_word
from ctg_tui.wording.french import DASH, NBSP, TOPICS, explain, thousands, wrap
from ctg_tui.wording.grid import NOT_ASKED, sayings
from ctg_tui.wording.lines import (
    MARK,
    StoredLine,
    action_in_a_line,
    basis,
    foreign_lines,
    line_number,
    marked,
    missions_of,
    numbers_of,
    outcome_in_words,
    short_title,
)
from ctg_tui.wording.results import (
    row_name,
    why_not_compared,
    year_names,
)
from ctg_tui.wording.steps import NAMES, step_of
from ctg_tui.wording.thread import WHOLE

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

# The figures: missions or policies, through the years; then the lines.

FIGURES, LINES, ACTIONS, MISSING = "chiffres", "lignes", "actions", "manques"
FORECAST: Final = "previsionnel"
"""The sections of the keys of rows, and the key of the forecast among what is missing."""
TO_SEE_MARK: Final = "●"
"""Before what the Caf said something of, and waits for an answer to."""
CAF_LINES: Final = "Ces lignes sont celles de la Caf."
PROPOSED_LINES: Final = "Ces lignes sont proposées par ctg-tui."
_LEAST_NAME, _LEAST_BAR, _MOST_BAR, _LEAST_YEAR = 18, 8, 30, 8
_YEARS_OF_LINES: Final = 2


class _Columns(NamedTuple):
    """The columns of each year shown, how many are (the last ones), and those of a bar (0: none)."""

    year: int
    years: int
    bar: int


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
        yield Item(None, partial(self._heading, Piece(shown(title), SOFT), self._headings))
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

    def lines(self, whole: int) -> Iterator[Item]:
        """Yield the lines, mission by mission, with this year and last year: the labels need the columns.

        In a list of `whole` columns or more the labels are not cut.
        """
        missions = self._years.grid.noted_missions
        headings = self._headings[-_YEARS_OF_LINES:] if len(self._headings) > _YEARS_OF_LINES else ()
        for mission in missions:
            title = Piece(shown("Ligne par ligne" if len(missions) == 1 else short_title(mission)), SOFT)
            yield Item(None, partial(self._heading, title, headings))
            yield from (self._row_of_line(self._years.line(line.id), whole) for line in mission.activities)
            yield gap()

    def _heading(self, title: Piece, headings: Sequence[str], width: int) -> Sequence[Line]:
        return [self._line(title, headings, width)]

    def _line(self, name: Piece, figures: Sequence[str], width: int, bar: Line = ()) -> Line:
        """Return a name, a bar, and a text per year shown: this year's strong, last year's in its colour."""
        columns = self.columns(width)
        figures = figures[-columns.years :]
        roles = ([SOFT] * (len(figures) - 2) + [BEFORE] * (len(figures) > 1) + [STRONG])[: len(figures)]
        room = max(width - columns.year * len(figures) - (columns.bar if bar else 0), 1)
        return (
            Piece(_cut(name.text, room - 1) + " ", name.style),
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

    def _row_of_line(self, one: YearRow, whole: int) -> Item:
        line = one.line or ""
        key = f"{LINES}:{line}"
        number = self._number(line)
        mark = f" {TO_SEE_MARK if line in self._to_see else ' '}" if self._to_see else ""
        head = f"{number:>{self._number_width}}{mark} "
        label = shown(self._years.grid.activities[line].label)

        def lines(width: int) -> Sequence[Line]:
            figures, is_open = self._figures(one)[-_YEARS_OF_LINES:], key in self._unfolded
            if not is_open and width < whole:
                return [self._line(Piece(head + label), figures, width)]
            columns = self.columns(width)
            room = width - columns.year * min(len(figures), columns.years) - cell_len(head) - 1
            first, *others = wrap(label, max(room, 10))
            indent, style = Piece(" " * cell_len(head)), STRONG if is_open else PLAIN
            parts = (*self._in_full(line), *self._why(one)) if is_open else ()
            texts = [text for part in parts for text in part.splitlines()]
            return [
                self._line(Piece(head + first, style), figures, width),
                *((indent, Piece(other, style)) for other in others),
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
            yield row(key, words(f"{shown(past.action.what)} · {outcome}"), *whole)
        yield gap()


def finding_items(title: str, found: Sequence[tuple[str, str, str]]) -> Iterator[Item]:
    """Yield a heading and what was found: a code, a sentence, and the step that holds it."""
    if found:
        yield row(None, words(title, SOFT))
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
    return NAMES[step_of(code)][0]


def text_items(session: Session) -> Iterator[Item]:
    """Yield the numbers and texts of a file, and what was said of the whole."""
    grid, assessment = session.grid, session.assessment
    for line in grid.indicators.values():
        value, remark = assessment.numbers.get(line.id), assessment.remarks.get(line.id, "")
        if value is not None or remark:
            head = Piece(shown(f"{line_number(grid, line.id)} {line.label}"))
            texts = (*comment_of(remark), *said_of(session, line.id))
            number = strong("" if value is None else thousands(value))
            yield row(None, ends(head, number), *(words(f"  {shown_text(text)}") for text in texts))
    for topic, title in TOPICS.items():
        if text := assessment.preparation.get(topic, "").strip():
            yield row(None, words(title, SOFT), words(shown_text(text)))
    if texts := tuple(map(shown_text, said_of(session, None))):
        yield row(None, words(WHOLE, SOFT), *map(words, texts))
    yield gap()


def comment_of(text: str) -> tuple[str, ...]:
    return (f"✎ {text.strip()}",) if text.strip() else ()


def said_of(session: Session, line: str | None) -> Iterator[str]:
    """Yield what the Caf said of a line, or (None) of the whole, and what was answered."""
    points = [point for point in session.points if point.line == line]
    return (said.whole for said in sayings(session.grid, points))


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
