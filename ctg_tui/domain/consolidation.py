"""Which of many submissions are counted, and the tables made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Identity, PreparationTopic, Rating, Status
from ctg_tui.domain.grid_files import carried_lines
from ctg_tui.domain.text import fold

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.domain.review import Contribution


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

    A mark is `0`–`3`, `N` (NC), a space (no answer) or `-` (`OUTSIDE`). `open_remarks` counts the remarks of
    the adviser without an answer yet, None when the file knows of no remark; `previous` is the lineage of the
    assessment that this one follows. `contributions` are the files merged into this one.
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
    open_remarks: int | None
    previous: str | None = None
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
    """A source of a merged file that is not the version merged; `is_later` when its revision is a later one.

    The merged file, `merged`, is the one counted.
    """

    file: str
    revision: int
    merged: str
    is_later: bool


class Choice(NamedTuple):
    """What becomes of the submissions: those counted, in order, and why the others are not."""

    counted: tuple[Entry, ...]
    other_years: tuple[Entry, ...]
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
    of_year = [one for one in chosen if one.identity.year == year]
    counted, overlapping, revised, merged = _each_once(of_year)
    return Choice(
        tuple(counted),
        tuple(one for one in chosen if one.identity.year != year),
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
        counted, conflicts, revised, replaced = _each_once(
            [one for one in entries if one.lineage not in lineages]
        )
        by_files = {one.files: one for one in sorted(overlapping)}
        return counted, [*by_files.values(), *conflicts], revised, replaced
    counted, revised = [], []
    for entry in entries:
        held_by = next((one for one in whole if one is not entry and entry.sources <= one.sources), None)
        if held_by is None:
            counted.append(entry)
        elif (is_later := _revised_since(entry, held_by)) is not None:
            revised.append(Revised(entry.file, entry.revision, held_by.file, is_later))
    return counted, [], revised, len(entries) - len(counted) - len(revised)


def _revised_since(entry: Entry, merged: Entry) -> bool | None:
    """Return whether `entry` has a later revision than the one merged; None when it is nothing newer.

    False is for another state of the revision that was merged: an earlier or a later draft of it.
    """
    own = [(entry.lineage, entry.revision, entry.fingerprint)]
    held, rows = (
        [(row.assessment, row.revision, row.fingerprint) for row in one.contributions]
        for one in (entry, merged)
    )
    latest = {assessment: revision for assessment, revision, _ in sorted(rows)}
    may_be_newer = not held or entry.created_at > merged.created_at
    newer = [
        revision > latest[assessment]
        for assessment, revision, fingerprint in held or own
        if (assessment, revision, fingerprint) not in rows
        and (revision > latest[assessment] or (revision == latest[assessment] and may_be_newer))
    ]
    return any(newer) if newer else None


def panel(choice: Choice) -> tuple[tuple[Entry, Entry], ...]:
    """Return each submission counted whose former one is there too, after it: the constant panel."""
    former = {entry.lineage: entry for entry in choice.other_years}
    return tuple((former[entry.previous], entry) for entry in choice.counted if entry.previous in former)


def marks_of(grid: Grid, answers: Mapping[Cell, Answer], seen: Grid) -> str:
    """Return a mark for each cell of `grid`, in its order (see `Entry`); `seen` is what was asked."""
    marks = "".join([_MARKS[answers.get(cell)] for cell in grid.cells])
    if not seen.left_aside:
        return marks
    aside = (cell.activity in seen.left_aside for cell in grid.cells)
    return "".join(OUTSIDE if is_aside else mark for mark, is_aside in zip(marks, aside, strict=True))


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

    title: str
    banner: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
