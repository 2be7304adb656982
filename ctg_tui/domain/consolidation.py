"""Which of many submissions are counted, and the tables made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.assessment import Identity, PreparationTopic, Status
from ctg_tui.domain.correspondences import carried_lines
from ctg_tui.domain.identity import rank
from ctg_tui.domain.text import fold

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid


class Usage(StrEnum):
    """What a consolidation is for: the adviser's own work, with names, or a file to share, without."""

    WORK = "instruction"
    SHARED = "partage"


BLANK: Final = " "
NC: Final = "N"
OUTSIDE: Final = "-"
"""The line is not in the grid of the submission, or is left aside by it."""
_MARKS: Final[Mapping[Answer | None, str]] = {
    None: BLANK,
    NOT_CONCERNED: NC,
    **{rating: str(int(rating)) for rating in Rating},
}


class Entry(NamedTuple):
    """What is counted of a submission. `marks` has a character for each cell of the reference grid.

    A mark is `0`–`3`, `N` (NC), a space (no answer) or `-` (`OUTSIDE`). `open_remarks` are the remarks of the
    adviser without an answer yet; `previous` is the lineage of the assessment that this one follows.
    """

    file: str
    lineage: str
    fingerprint: str
    status: Status
    revision: int
    created_at: datetime
    identity: Identity
    grid_id: str
    grid_fingerprint: str
    marks: str
    numbers: Mapping[str, int]
    actions: tuple[tuple[str, date | None], ...]
    topics: Mapping[PreparationTopic, str]
    comments: tuple[str, ...]
    """The lines commented."""
    open_remarks: int
    previous: str | None = None

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
    """Two different files of one revision: neither is counted."""

    lineage: str
    revision: int
    files: tuple[str, ...]


class Choice(NamedTuple):
    """What becomes of the submissions: those counted, in order, and why the others are not."""

    counted: tuple[Entry, ...]
    other_years: tuple[Entry, ...]
    conflicts: tuple[Conflict, ...]
    drafts: int
    replaced: int
    duplicates: int


def choose(entries: Iterable[Entry], *, with_drafts: bool) -> Choice:
    """Return which submissions are counted: one per assessment, its latest revision, of the latest year.

    The order of `entries` changes nothing. The same state given twice counts once; several drafts of one
    revision are one text at several dates; several different final files of one revision are a conflict.
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
        top = max(_precedence(one) for one in usable)
        best = [one for one in usable if _precedence(one) == top]
        if len({one.fingerprint for one in best}) > 1 and best[0].status is Status.DRAFT:
            last = max(one.created_at for one in best)
            best = [one for one in best if one.created_at == last]
        if len({one.fingerprint for one in best}) > 1:
            files = tuple(sorted(one.file for one in best))
            conflicts.append(Conflict(lineage, best[0].revision, files))
            continue
        replaced += len({(one.revision, one.status, one.fingerprint) for one in usable}) - 1
        duplicates += len(best) - 1
        chosen.append(min(best, key=lambda one: (one.file, one.created_at)))
    year = max((one.identity.year for one in chosen), default=0)
    chosen.sort(key=lambda one: one.order)
    return Choice(
        tuple(one for one in chosen if one.identity.year == year),
        tuple(one for one in chosen if one.identity.year != year),
        tuple(conflicts),
        drafts,
        replaced,
        duplicates,
    )


def _precedence(entry: Entry) -> tuple[int, bool]:
    return entry.revision, entry.status is Status.FINAL


def panel(choice: Choice) -> tuple[tuple[Entry, Entry], ...]:
    """Return each submission counted whose former one is there too, after it: the constant panel."""
    former = {entry.lineage: entry for entry in choice.other_years}
    return tuple((former[entry.previous], entry) for entry in choice.counted if entry.previous in former)


def person_keys(entry: Entry) -> frozenset[str]:
    """Return a key for each named person of a submission: the same person has the same key in all."""
    names = (fold(name).split() for name in entry.people)
    return frozenset(" ".join(sorted(words)) for words in names if words)


def voices(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return one submission per person, in order: the latest of those that share a person.

    A count over them is at most the number of persons, also when one person sent several files or several
    persons sent one together.
    """
    leaders = list(range(len(entries)))

    def leader(number: int) -> int:
        while leaders[number] != number:
            leaders[number] = leaders[leaders[number]]
            number = leaders[number]
        return number

    first_of: dict[str, int] = {}
    for number, entry in enumerate(entries):
        for key in person_keys(entry):
            leaders[leader(number)] = leader(first_of.setdefault(key, number))
    groups: defaultdict[int, list[Entry]] = defaultdict(list)
    for number, entry in enumerate(entries):
        groups[leader(number)].append(entry)
    latest = (max(group, key=lambda one: (rank(one.identity), one.order)) for group in groups.values())
    return tuple(sorted(latest, key=lambda one: one.order))


def marks_of(grid: Grid, answers: Mapping[Cell, Answer], *, proposed_lines: bool) -> str:
    """Return a mark for each cell of `grid`, in its order (see `Entry`)."""
    marks = "".join([_MARKS[answers.get(cell)] for cell in grid.cells])
    if proposed_lines or not grid.has_proposed_activities:
        return marks
    are_proposed = (grid.activities[cell.activity].is_proposed for cell in grid.cells)
    return "".join(OUTSIDE if aside else mark for mark, aside in zip(marks, are_proposed, strict=True))


def reference_grid(grids: Iterable[tuple[Grid, int]]) -> Grid:
    """Return the grid that most submissions were filled with. Raises ValueError without any."""
    return max(grids, key=lambda one: (one[1], one[0].fingerprint))[0]


def carried(entry: Entry, before: Grid, after: Grid) -> Entry | None:
    """Return `entry` as if filled with `after`: the lines that are carried, the others outside.

    None when no line is carried, or the scale is another: notes are never converted.
    """
    if before.fingerprint == after.fingerprint:
        return entry
    lines = carried_lines(before, after)
    scales = ([(step.code, step.points) for step in grid.scale] for grid in (before, after))
    if not any(old in before.activities for old in lines) or next(scales) != next(scales):
        return None
    marks = {
        (lines[cell.activity], cell.policy): mark
        for cell, mark in zip(before.cells, entry.marks, strict=True)
        if cell.activity in lines
    }
    return entry._replace(
        marks="".join(marks.get((cell.activity, cell.policy), OUTSIDE) for cell in after.cells),
        numbers={lines[key]: number for key, number in entry.numbers.items() if key in lines},
        actions=tuple((lines[line], due) for line, due in entry.actions if line in lines),
        comments=tuple(lines.get(line, line) for line in entry.comments),
    )


def quarter(day: date | None) -> str:
    """Return `2027-T2`; empty when there is no date."""
    return "" if day is None else f"{day.year}-T{(day.month + 2) // 3}"


class Column(NamedTuple):
    """A column of a table: its name in the database, its French heading, whether it holds whole numbers."""

    name: str
    heading: str
    is_number: bool = False


Value = str | int | None


class Table(NamedTuple):
    """A table of a consolidation, the same in each of its files. `note` is the French sentence under it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    note: str = ""


class Consolidation(NamedTuple):
    """A consolidation, ready to be written. `banner` is the sentence that stands above everything else."""

    usage: Usage
    title: str
    banner: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
