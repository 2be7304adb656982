"""The tables of a consolidation to share: no name, no free text, no row per submission, protected figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain import disclosure
from ctg_tui.domain.assessment import PreparationTopic
from ctg_tui.domain.consolidation import NC, Column, Entry, Table, Value, quarter
from ctg_tui.domain.disclosure import COUNT, FOUR, NOT_CONCERNED, TWO, Publication
from ctg_tui.domain.grid import Grid
from ctg_tui.services import publications
from ctg_tui.services.consolidation_rows import (
    LINE_COLUMNS,
    LineFigures,
    cells,
    landmarks,
    line_values,
    mission_name,
)
from ctg_tui.wording import consolidation as wording
from ctg_tui.wording.french import TOPICS
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.provenance import whose_lines

_ASKED: Final = (PreparationTopic.HELP_ASKED, PreparationTopic.TRAINING)
_CLASSES: Final = (
    Column("notees", "Notées", is_number=True),
    Column("note_0_1", "0–1", is_number=True),
    Column("note_2_3", "2–3", is_number=True),
)
_NOTES: Final = tuple(Column(f"note_{note}", str(note), is_number=True) for note in range(4))
_NC: Final = Column("nc", "NC", is_number=True)
_PART: Final = Column("part_2_3", "Part de 2–3 (%)", is_number=True)


class _Shared(NamedTuple):
    """The notes shown of a cell: how many persons noted 0–1, and 2–3."""

    low: int
    high: int


class _Sharing:
    """One publication being made: which figures it shows, over which persons."""

    def __init__(self, grid: Grid, people: Sequence[Entry], before: Sequence[Publication]) -> None:
        self.grid = grid
        self.people = people
        self.members = [publications.member_of(entry) for entry in people]
        same = [one for one in before if one.members == set(self.members) and one.grid == grid.fingerprint]
        self.former = same[0] if same else None
        self.touched = () if self.former else publications.compatible(people, before)
        self.shown: set[str] = set()

    def groups(self, figure: str) -> tuple[tuple[int, ...], ...]:
        return disclosure.groups_for(figure, self.grid.fingerprint, self.members, self.touched)

    def show(self, figure: str, form: str, *, allowed: bool) -> bool:
        """Return whether the figure is shown in that form; a file shared again shows what it showed."""
        name = f"{figure}:{form}"
        if name in self.former.shown if self.former else allowed:
            self.shown.add(name)
            return True
        return False

    def forms(self, figure: str, marks: Sequence[str]) -> frozenset[str]:
        """Return the forms in which the notes of a cell are shown."""
        allowed = disclosure.note_forms(marks, self.groups(figure))
        return frozenset(
            form for form in (TWO, FOUR, NOT_CONCERNED) if self.show(figure, form, allowed=form in allowed)
        )

    def count(self, figure: str, has: Sequence[bool]) -> int | None:
        """Return the number of persons for whom `has` is true; None when it is protected."""
        if self.show(figure, COUNT, allowed=disclosure.may_count(has, self.groups(figure))):
            return sum(has)
        return None


def shared(
    grid: Grid, people: Sequence[Entry], before: Sequence[Publication]
) -> tuple[Publication, tuple[Table, ...]]:
    """Return the publication and its tables; `before` are the former ones. Raises Refusal."""
    sharing = _Sharing(grid, people, before)
    notes, spread = _notes(sharing)
    tables = (
        _missions(grid, notes),
        _landmarks(grid, notes, spread),
        _lines(grid, notes),
        spread,
        _policies(sharing),
        _indicators(sharing),
        _topics(sharing),
        _actions(sharing),
    )
    publication = Publication(
        frozenset(sharing.members), publications.keys_of(people), frozenset(sharing.shown), grid.fingerprint
    )
    return publication, tables


def _notes(sharing: _Sharing) -> tuple[dict[int, _Shared], Table]:
    """Return the notes shown, by position of the cell, and the table of every cell."""
    grid = sharing.grid
    notes: dict[int, _Shared] = {}
    rows: list[tuple[Value, ...]] = []
    for cell in cells(grid):
        marks = [entry.marks[cell.position] for entry in sharing.people]
        forms = sharing.forms(cell.figure, marks)
        counted = Counter(marks)
        each: list[Value] = [None] * 4
        classes: list[Value] = [None] * 3
        if forms & {TWO, FOUR}:
            low, high = counted["0"] + counted["1"], counted["2"] + counted["3"]
            notes[cell.position] = _Shared(low, high)
            classes = [low + high, low, high]
        if FOUR in forms:
            each = [counted[note] for note in "0123"]
        nc = counted[NC] if NOT_CONCERNED in forms else None
        rows.append((*line_values(grid, cell.activity), cell.policy.label, *classes, *each, nc))
    columns = (*LINE_COLUMNS, Column("politique", "Politique"), *_CLASSES, *_NOTES, _NC)
    return notes, Table("repartition", wording.SPREAD, columns, tuple(rows), wording.PROTECTED)


def _lines(grid: Grid, notes: dict[int, _Shared]) -> Table:
    """Return the notes of each line, added up over the policies where they are shown."""
    totals = _by_line(grid, notes)
    rows = tuple(
        (*line_values(grid, activity), *_figures(totals[line]))
        for line, activity in grid.activities.items()
        if line in totals
    )
    return Table("ligne", wording.LINES, (*LINE_COLUMNS, *_CLASSES, _PART), rows, wording.ADDED_UP)


def _by_line(grid: Grid, notes: dict[int, _Shared]) -> dict[str, _Shared]:
    totals: dict[str, _Shared] = {}
    for cell in cells(grid):
        if cell.position in notes:
            before = totals.get(cell.activity.id, _Shared(0, 0))
            totals[cell.activity.id] = _sum(before, notes[cell.position])
    return totals


def _landmarks(grid: Grid, notes: dict[int, _Shared], spread: Table) -> Table:
    """Return the lines most and least noted, by what is shown of them and nothing else."""
    totals = _by_line(grid, notes)
    unconcerned: dict[str, int] = {}
    for cell, values in zip(cells(grid), spread.rows, strict=True):
        shown = values[-1]
        if isinstance(shown, int):
            unconcerned[cell.activity.id] = unconcerned.get(cell.activity.id, 0) + shown
    lines = [
        LineFigures(activity, _figures(totals[line])[-1] if line in totals else None, unconcerned.get(line))
        for line, activity in grid.activities.items()
    ]
    return landmarks(grid, lines, _PART)


def _missions(grid: Grid, notes: dict[int, _Shared]) -> Table:
    totals: dict[tuple[str, bool, str], list[_Shared]] = {}
    for cell in cells(grid):
        if cell.position in notes:
            mission = grid.mission_of[cell.activity.id].id
            key = (mission, cell.activity.is_proposed, cell.policy.label)
            totals.setdefault(key, []).append(notes[cell.position])
    ranks = {mission.id: mission.number for mission in grid.missions}
    labels = [policy.label for policy in grid.policies]
    rows = []
    for key in sorted(totals, key=lambda one: (ranks[one[0]], one[1], labels.index(one[2]))):
        total = _Shared(0, 0)
        for part in totals[key]:
            total = _sum(total, part)
        mission, is_proposed, policy = key
        name = mission_name(grid, mission, is_proposed=is_proposed)
        place = (name, whose_lines(is_proposed), policy)
        rows.append((*place, len(totals[key]), *_figures(total)))
    columns = (
        *(Column("mission", "Mission"), Column("provenance", "Provenance"), Column("politique", "Politique")),
        Column("cases", "Cases montrées", is_number=True),
        *(*_CLASSES, _PART),
    )
    return Table("mission", wording.MISSIONS, columns, tuple(rows), wording.ADDED_UP)


def _sum(first: _Shared, second: _Shared) -> _Shared:
    return _Shared(first.low + second.low, first.high + second.high)


def _figures(total: _Shared) -> tuple[int, int, int, int]:
    rated = total.low + total.high
    return rated, total.low, total.high, (200 * total.high + rated) // (2 * rated)


def _policies(sharing: _Sharing) -> Table:
    rows = []
    for policy in sharing.grid.policies:
        has = [
            any(policy.id in person.policies for person in entry.identity.coordinators)
            for entry in sharing.people
        ]
        rows.append((policy.label, sharing.count(f"politique/{policy.id}", has)))
    columns = (Column("politique", "Politique"), Column("personnes", "Personnes", is_number=True))
    return Table("politique", wording.POLICIES, columns, tuple(rows), wording.PROTECTED)


def _indicators(sharing: _Sharing) -> Table:
    grid = sharing.grid
    rows: list[tuple[Value, ...]] = []
    for indicator in grid.indicators.values():
        if indicator.is_heading:
            continue
        figure = f"indicateur/{indicator.id}"
        numbers = [entry.numbers.get(indicator.id) for entry in sharing.people]
        given = [number for number in numbers if number is not None]
        allowed = disclosure.may_total(numbers, sharing.groups(figure))
        shows = sharing.show(figure, COUNT, allowed=allowed)
        figures = (len(given), sum(given)) if shows else (None, None)
        provenance = whose_lines(indicator.is_proposed)
        rows.append((line_number(grid, indicator.id), indicator.label, provenance, *figures))
    columns = (
        *LINE_COLUMNS,
        Column("reponses", "Personnes ayant répondu", is_number=True),
        Column("total", "Total", is_number=True),
    )
    return Table("indicateur", wording.INDICATORS, columns, tuple(rows), wording.PROTECTED)


def _topics(sharing: _Sharing) -> Table:
    rows = tuple(
        (
            TOPICS[topic],
            sharing.count(f"besoin/{topic}", [bool(entry.topics.get(topic)) for entry in sharing.people]),
        )
        for topic in _ASKED
    )
    columns = (Column("sujet", "Sujet"), Column("personnes", "Personnes", is_number=True))
    return Table("besoin", wording.NEEDS, columns, rows, wording.PROTECTED)


def _actions(sharing: _Sharing) -> Table:
    """Return how many persons planned an action; a protected number has no row, which would tell too much."""
    planned = [frozenset(_planned(sharing.grid, entry)) for entry in sharing.people]
    rows: list[tuple[Value, ...]] = []
    for mission, when in sorted(frozenset().union(*planned)):
        has = [(mission, when) in one for one in planned]
        number = sharing.count(f"action/{mission}/{when}", has)
        if number is not None:
            rows.append((mission_name(sharing.grid, mission), when or wording.NO_DATE, number))
    columns = (
        *(Column("mission", "Mission"), Column("trimestre", "Trimestre")),
        Column("personnes", "Personnes", is_number=True),
    )
    return Table("action", wording.ACTIONS, columns, tuple(rows), wording.FEWER_ROWS)


def _planned(grid: Grid, entry: Entry) -> Iterator[tuple[str, str]]:
    for line, due in entry.actions:
        if line in grid.activities:
            yield grid.mission_of[line].id, quarter(due)
