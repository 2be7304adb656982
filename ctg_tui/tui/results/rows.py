"""The rows of Résultats: figures through the years, lines, actions, what is missing, texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.results import PastAction, YearRow, Years
from ctg_tui.domain.scores import Tally
from ctg_tui.tui.characters import cut_at_a_word, shown, shown_text
from ctg_tui.tui.widgets.listing import (
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
    spread,
    strong,
    width_of,
    words,
)
from ctg_tui.tui.widgets.radar import gauge
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
    rows_of_sentence,
    why_not_compared,
    year_names,
)
from ctg_tui.wording.thread import WHOLE

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

# The figures: missions or policies, through the years; then the lines.

FIGURES, LINES, ACTIONS, MISSING = "chiffres", "lignes", "actions", "manques"
FORECAST: Final = "previsionnel"
"""The sections of the keys of rows, and the key of the forecast among what is missing."""
_LEAST_NAME, _LEAST_BAR, _MOST_BAR, _LEAST_YEAR = 18, 8, 30, 8
_LEAST_BESIDE_BAR: Final = 30
"""The columns that a longer name keeps beside its bar."""
_YEARS_OF_LINES: Final = 2


class FigureTable:
    """The rows of the figures; those with a key in `unfolded` are followed by their calculation."""

    def __init__(
        self, years: Years, unfolded: frozenset[str], in_full: Callable[[str], Sequence[str]]
    ) -> None:
        self._years = years
        self._unfolded, self._in_full = unfolded, in_full
        self._marks = bool(years.grid.own_cells)
        """Whether proposed lines stand beside the Caf's, and bear the mark."""
        self._headings = year_names(years)
        self._is_single = len(years.wholes) == 1

    def items(self) -> Iterator[Item]:
        """Yield the policies of a single mission and their total; of several, each, and the totals.

        Of several missions of which one is the Caf's, its policies come first: the sentence above is of them.
        """
        years, grid = self._years, self._years.grid
        title = short_title(grid.noted_missions[0]) if self._is_single else "Lignes de la Caf"
        named, rows = rows_of_sentence(years), (years.wholes[0],) if self._is_single else years.wholes
        longest = max(cell_len(self._name(one)) for one in (*named, *rows)) + 2
        headings = self._headings
        if named[0].policy is not None:
            yield self._heading(title, headings)
            yield from (self._whole(one, longest) for one in named)
            headings = ()
        if not self._is_single:
            yield from () if headings else (gap(),)
            yield self._heading("Missions", headings)
        yield from (self._whole(one, longest) for one in rows)
        if empty := [one for one in grid.missions if not one.lines]:
            said = missions_of(empty)
            yield row(None, words(f"{said[:1].upper()}{said[1:]}{NBSP}: {NOT_ASKED}.", SOFT))
        if not self._marks:
            yield row(None, words(basis(grid), SOFT))
        elif grid.has_proposed_activities:
            said = f"{MARK}{NBSP}: lignes proposées par ctg-tui, comptées à part."
            yield row(None, words(said, SOFT))
        yield gap()
        yield from (sentence(typeset(why_not_compared(one))) for one in years.left_out)

    def lines(self, whole: int) -> Iterator[Item]:
        """Yield the lines, mission by mission, with this year and last year: the labels need the columns.

        In a list of `whole` columns or more the labels are not cut.
        """
        headings = self._headings[-_YEARS_OF_LINES:] if len(self._headings) > _YEARS_OF_LINES else ()
        for mission in self._years.grid.noted_missions:
            yield self._heading("Ligne par ligne" if self._is_single else short_title(mission), headings)
            yield from (self._row_of_line(line.id, whole) for line in mission.activities)
            yield gap()

    def _heading(self, title: str, headings: Sequence[str]) -> Item:
        name = Piece(shown(title), SOFT)
        return Item(None, lambda width: [spread([name], self._in_columns(headings, width), width)])

    def _in_columns(self, texts: Sequence[str], width: int) -> Line:
        """Return the texts of the years that have room: this year's strong, last year's in its colour."""
        year = max(_LEAST_YEAR, *(cell_len(name) + 2 for name in self._headings))
        texts = texts[-max((width - _LEAST_NAME) // year, 1) :]
        roles = [*[SOFT] * len(texts), BEFORE, STRONG][-len(texts) :]
        return tuple(Piece(text.rjust(year), role) for text, role in zip(texts, roles, strict=False))

    def _figures(self, one: YearRow) -> list[str]:
        is_marked = one.is_proposed and self._marks
        tallies = [tally or Tally() for tally in one.tallies]
        notes = ["NC" if tally.is_not_concerned else DASH for tally in tallies]
        return [
            marked(tally, is_marked) if tally.rated else text
            for tally, text in zip(tallies, notes, strict=True)
        ]

    def _whole(self, one: YearRow, longest: int) -> Item:
        """Return a row with its bar, beside names of `longest` columns, whose tick is last year's figure."""
        mission = one.mission.id if one.mission else f"{MARK if one.is_proposed else ''}"
        key = f"{FIGURES}:{mission}/{one.policy or ''}"
        is_total = one.mission is None or (self._is_single and one.policy is None)
        before = one.tallies[-2].percentage if len(one.tallies) > 1 and one.tallies[-2] else None

        def lines(width: int) -> Sequence[Line]:
            right = self._in_columns(self._figures(one), width)
            room = width - width_of(right)
            size = max(min(room - longest, _MOST_BAR), _LEAST_BAR)
            has_bar = room - size >= min(longest, _LEAST_BESIDE_BAR)
            bar = gauge(one.present.percentage, before, size) if has_bar else []
            name = Piece(
                cut_at_a_word(self._name(one), room - width_of(bar) - 1), STRONG if is_total else PLAIN
            )
            why = self._why(one) if key in self._unfolded else ()
            below = (line for text in why for line in hanging(Piece("  "), text, width, SOFT))
            return [spread([name], [*bar, *right], width), *below]

        return Item(key, lines)

    def _name(self, one: YearRow) -> str:
        if one.policy is not None:
            return shown(row_name(self._years, one))
        if one.mission is not None:
            return "Ensemble" if self._is_single else shown(short_title(one.mission))
        missions = numbers_of([each for each in self._years.grid.noted_missions if each.is_proposed])
        return f"{MARK}{NBSP}Ensemble {missions}" if one.is_proposed and self._marks else "Ensemble"

    def _row_of_line(self, line: str, whole: int) -> Item:
        one, key = self._years.line(line), f"{LINES}:{line}"
        head = f"{line_number(self._years.grid, line, f'{NBSP}{MARK}' if self._marks else ''):>7} "
        label = shown(self._years.grid.activities[line].label)

        def lines(width: int) -> Sequence[Line]:
            right, is_open = (
                self._in_columns(self._figures(one)[-_YEARS_OF_LINES:], width),
                key in self._unfolded,
            )
            room = max(width - width_of(right) - len(head) - 1, 10)
            labels = wrap(label, room) if is_open or width >= whole else [cut_at_a_word(label, room)]
            indent, style = Piece(" " * len(head)), STRONG if is_open else PLAIN
            parts = (*self._in_full(line), *self._why(one)) if is_open else ()
            texts = [text for part in parts for text in part.splitlines()]
            return [
                spread([Piece(head + labels[0], style)], right, width),
                *((indent, Piece(other, style)) for other in labels[1:]),
                *(each for text in texts for each in hanging(indent, text, width)),
            ]

        return Item(key, lines)

    def _why(self, one: YearRow) -> Iterator[str]:
        """Yield where the figures of a row come from: points, maximum, NC, blanks, whose lines."""
        policies = self._years.by_policy(one) if one.line is None and one.policy is None else ()
        for each in policies if len(policies) > 1 else ():
            yield f"{row_name(self._years, each)}{NBSP}: {explain(each.present)}"
        yield f"Ensemble{NBSP}: {explain(one.present)}" if len(policies) > 1 else explain(one.present)
        if one.line is None:
            yield f"Ces lignes sont {'proposées par ctg-tui' if one.is_proposed else 'celles de la Caf'}."


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


def finding_items(title: str, found: Sequence[tuple[str, str]]) -> Iterator[Item]:
    """Yield a heading and what was found: a code and a sentence."""
    if found:
        yield row(None, words(title, SOFT))
        for code, text in found:
            yield row(f"{MISSING}:{code}", words(shown(text)))
        yield gap()


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
