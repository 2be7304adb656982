"""Which of many submissions are counted, and the tables made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Answer,
    Cell,
    Identity,
    PreparationTopic,
    Rating,
    Status,
)
from ctg_tui.domain.grid_files import shared_lines
from ctg_tui.domain.review import Contribution
from ctg_tui.domain.text import fold

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.domain.review import FollowUp
    from ctg_tui.domain.scores import Tally


BLANK: Final = " "
NC: Final = "N"
OUTSIDE: Final = "-"
"""The line is not in the grid of the submission, or is left aside by it."""
_MARKS: Final[Mapping[Answer | None, str]] = {
    None: BLANK,
    NOT_CONCERNED: NC,
    **{rating: str(int(rating)) for rating in Rating},
}


class Figures(NamedTuple):
    """What is said of the Caf's lines, or of the proposed ones. `low` is how many lines have a 0 or a 1."""

    tally: Tally
    low: int
    comments: int
    actions: int
    open_remarks: int | None = None
    """Remarks of the adviser that are owed an answer; None when the file knows of no remark."""


class MissionFigures(NamedTuple):
    """The figures of a portion of a mission; `mission` is its number and title."""

    mission: str
    is_proposed: bool
    tally: Tally


class Place(NamedTuple):
    """A line as people read it, in the grid of its own submission; empty for the whole."""

    number: str = ""
    label: str = ""
    is_proposed: bool = False


class Entry(NamedTuple):
    """What is counted of a submission, its lines numbered as in its own grid.

    `own` and `proposed` are its figures on the Caf's lines and on the others (None: no door is open); `marks`
    has a character for each cell of the grid that the lines are counted by: `0`–`3`, `N` (NC), a space (no
    answer) or `-` (`OUTSIDE`). `contributions` are the files merged into this one.
    """

    file: str
    lineage: str
    fingerprint: str
    status: Status
    revision: int
    created_at: datetime
    identity: Identity
    grid_fingerprint: str
    own: Figures
    proposed: Figures | None
    missions: tuple[MissionFigures, ...]
    marks: str
    numbers: Mapping[str, int]
    actions: tuple[tuple[Place, Action], ...]
    topics: Mapping[PreparationTopic, str]
    open_remarks: tuple[tuple[Place, FollowUp], ...]
    contributions: tuple[Contribution, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """The lineages of the assessments that it holds: those merged into it, else its own."""
        return frozenset(row.assessment for row in self.contributions) or frozenset({self.lineage})

    @property
    def people(self) -> tuple[str, ...]:
        """The names of the people, as they are shown."""
        return tuple(
            f"{person.first_name} {person.last_name}".strip() for person in self.identity.coordinators
        )

    @property
    def order(self) -> tuple[str, ...]:
        """The key that sorts submissions by territory, whatever the order of the files."""
        territory = self.identity.territory
        return (fold(territory.name), territory.siren or "", fold(" ".join(self.people)), self.lineage)


class Conflict(NamedTuple):
    """Different files of one revision, or merged files that share some of their sources: none is counted."""

    lineage: str
    revision: int
    files: tuple[str, ...]


class Revised(NamedTuple):
    """A source of a merged file, `merged`, that is not the version merged: it is not added."""

    file: str
    revision: int
    merged: str


class Choice(NamedTuple):
    """What becomes of the submissions: those counted, in order, and why the others are not."""

    counted: tuple[Entry, ...]
    other_years: int
    conflicts: tuple[Conflict, ...]
    drafts: int
    replaced: int
    duplicates: int
    revised: tuple[Revised, ...] = ()

    @property
    def people(self) -> int:
        """How many people the submissions counted name."""
        return sum(len(one.identity.coordinators) for one in self.counted)


def choose(entries: Iterable[Entry], *, with_drafts: bool) -> Choice:
    """Return which submissions are counted: one per assessment, its latest revision, of the latest year.

    The order of `entries` changes nothing. The same state given twice counts once; several drafts of one
    revision are one text at several dates; several different final files of one revision are a conflict.
    A merged file takes the place of the files it was made from.
    """
    by_lineage: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_lineage[entry.lineage].append(entry)
    chosen, conflicts = [], []
    drafts = replaced = duplicates = 0
    for lineage, versions in sorted(by_lineage.items()):
        usable = [one for one in versions if with_drafts or one.status is Status.FINAL]
        drafts += len(versions) - len(usable)
        if not usable:
            continue
        revision, is_final = max(_precedence(one) for one in usable)
        best = [one for one in usable if _precedence(one) == (revision, is_final)]
        if len({one.fingerprint for one in best}) > 1 and not is_final:
            last = max(one.created_at for one in best)
            best = [one for one in best if one.created_at == last]
        if len({one.fingerprint for one in best}) > 1:
            files = tuple(sorted(one.file for one in best))
            conflicts.append(Conflict(lineage, revision, files))
            continue
        replaced += len({(one.revision, one.status, one.fingerprint) for one in usable}) - 1
        duplicates += len(best) - 1
        chosen.append(min(best, key=lambda one: (one.file, one.created_at)))
    year = max((one.identity.year for one in chosen), default=None)
    chosen.sort(key=lambda one: one.order)
    of_year = [one for one in chosen if one.identity.year == year]
    counted, overlapping, revised, merged = _each_once(of_year)
    return Choice(
        tuple(counted),
        len(chosen) - len(of_year),
        (*conflicts, *overlapping),
        drafts,
        replaced + merged,
        duplicates,
        tuple(revised),
    )


def _precedence(entry: Entry) -> tuple[int, bool]:
    return entry.revision, entry.status is Status.FINAL


def _each_once(entries: Sequence[Entry]) -> tuple[list[Entry], list[Conflict], list[Revised], int]:
    """Return the entries that no merged one holds, and how many were replaced: each person counts once.

    Two merged ones that share some sources, and neither has all of the other's, are a conflict: their
    sources are then counted themselves.
    """
    whole: list[Entry] = []
    for one in sorted(entries, key=lambda one: (len(one.sources), one.created_at, one.file), reverse=True):
        if one.contributions and not any(one.sources <= other.sources for other in whole):
            whole.append(one)
    overlapping = [
        Conflict(one.lineage, one.revision, tuple(sorted((one.file, *others))))
        for one in whole
        if (others := [other.file for other in whole if other is not one and one.sources & other.sources])
    ]
    if overlapping:
        lineages = {one.lineage for one in overlapping}
        rest = [one for one in entries if one.lineage not in lineages]
        counted, conflicts, revised, replaced = _each_once(rest)
        return counted, [*{one.files: one for one in overlapping}.values(), *conflicts], revised, replaced
    counted, revised = [], []
    for entry in entries:
        holder = next((one for one in whole if one is not entry and entry.sources <= one.sources), None)
        if holder is None:
            counted.append(entry)
        elif _may_be_newer(entry, holder):
            revised.append(Revised(entry.file, entry.revision, holder.file))
    return counted, [], revised, len(entries) - len(counted) - len(revised)


def _may_be_newer(entry: Entry, merged: Entry) -> bool:
    """Return True if `entry` holds another state than the one merged, of its revision or a later one."""
    merged_ones = {row.fingerprint for row in merged.contributions}
    latest: dict[str, int] = {}
    for row in merged.contributions:
        latest[row.assessment] = max(row.revision, latest.get(row.assessment, row.revision))
    own = Contribution(entry.lineage, entry.revision, entry.fingerprint)
    is_before = bool(entry.contributions) and entry.created_at <= merged.created_at
    return any(
        row.fingerprint not in merged_ones and row.revision >= latest[row.assessment] + is_before
        for row in entry.contributions or (own,)
    )


def marks_of(grid: Grid, answers: Mapping[Cell, Answer], seen: Grid) -> str:
    """Return a mark for each cell of `grid`, in its order (see `Entry`); `seen` is what was asked."""
    aside = seen.left_aside
    return "".join([OUTSIDE if cell.activity in aside else _MARKS[answers.get(cell)] for cell in grid.cells])


def reference_grid(grids: Iterable[tuple[Grid, int]]) -> Grid:
    """Return the grid that most submissions were filled with. Raises ValueError without any."""
    return max(grids, key=lambda one: (one[1], one[0].fingerprint))[0]


def carried(entry: Entry, before: Grid, after: Grid) -> Entry:
    """Return `entry` with the marks and numbers of the lines that `after` has too, the others outside."""
    if before.fingerprint == after.fingerprint:
        return entry
    lines = shared_lines(before, after)
    marks = {
        (cell.activity, cell.policy): mark
        for cell, mark in zip(before.cells, entry.marks, strict=True)
        if cell.activity in lines
    }
    return entry._replace(
        marks="".join(marks.get((cell.activity, cell.policy), OUTSIDE) for cell in after.cells),
        numbers={key: number for key, number in entry.numbers.items() if key in lines},
    )


class Column(NamedTuple):
    """A column of a table: its name in the database, its French heading, what it holds.

    `is_apart` is True for what the proposed lines have, beside the column of the Caf's lines; `is_printed` is
    False where the page has no room for it; `is_head` where the page has it at the head of its rows, once for
    those that follow each other with it.
    """

    name: str
    heading: str
    is_number: bool = False
    is_printed: bool = True
    is_apart: bool = False
    is_head: bool = False


Value = str | int | None


class Table(NamedTuple):
    """A table of a consolidation, the same in each of its files; `lines` tells whose lines it rests on.

    `is_printed` is False where the page has no room for it.
    """

    name: str
    title: str
    lines: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    is_printed: bool = True


class Consolidation(NamedTuple):
    """A consolidation, ready to be written. `banner` is the sentence that stands above everything else."""

    title: str
    banner: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
