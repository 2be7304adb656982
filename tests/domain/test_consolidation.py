"""Which submissions are counted, with which grid, and who they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Answer,
    Cell,
    Coordinator,
    Identity,
    Moment,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.consolidation import (
    BLANK,
    OUTSIDE,
    Entry,
    carried,
    choose,
    marks_of,
    quarter,
    reference_grid,
)
from ctg_tui.grids.catalogue import load_grid, shipped_grids
from tests.changed_grids import shorter_grid
from tests.each_row import each_row

GRID = shipped_grids()[0]


def entry(name: str, lineage: str, *people: str, year: int = 2027, **changes: object) -> Entry:
    """Return an entry of the shipped grid, its first cell noted 3 and nothing else answered."""
    coordinators = tuple(
        Coordinator(f"c{number}", person, "Prénom", Profile.THEMATIC) for number, person in enumerate(people)
    )
    made = Entry(
        file=name,
        lineage=lineage,
        fingerprint=name,
        status=Status.FINAL,
        revision=1,
        created_at=datetime(2027, 1, 20, tzinfo=UTC),
        identity=Identity(year, Moment.YEARLY, Territory("Ici"), coordinators),
        grid_id=GRID.id,
        grid_fingerprint=GRID.fingerprint,
        marks=marks_of(GRID, {GRID.cells[0]: Rating.FULLY}, GRID),
        numbers={},
        actions=(),
        topics={},
        comments=(),
        open_remarks=0,
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def test_only_the_latest_year_is_counted_and_the_others_are_known() -> None:
    entries = [entry("a", "a", year=2026), entry("b", "b"), entry("c", "c", year=2025)]
    for order in permutations(entries):
        choice = choose(order, with_drafts=False)
        assert [one.file for one in choice.counted] == ["b"]
        assert sorted(one.file for one in choice.other_years) == ["a", "c"]


def test_of_several_drafts_the_last_one_counts_and_a_final_file_wins_over_them() -> None:
    drafts = [
        entry(name, "x", status=Status.DRAFT, created_at=datetime(2027, 1, day, tzinfo=UTC))
        for name, day in (("tôt", 3), ("tard", 9))
    ]
    for order in permutations(drafts):
        choice = choose(order, with_drafts=True)
        assert ([one.file for one in choice.counted], choice.conflicts) == (["tard"], ())
    for order in permutations([*drafts, entry("final", "x")]):
        choice = choose(order, with_drafts=True)
        assert [one.file for one in choice.counted] == ["final"]


def test_the_three_states_and_an_absent_line_have_different_marks() -> None:
    first, second, *_ = GRID.own_cells
    answers: dict[Cell, Answer] = {first: NOT_CONCERNED, second: Rating.NO}
    marks = marks_of(GRID, answers, GRID.through({"m3"}))
    assert marks[:3] == f"N0{BLANK}"
    found = dict(zip(GRID.cells, marks, strict=True))
    assert found[Cell("m2.a01", "famille")] == OUTSIDE, "not asked"
    assert found[Cell("m3.a01", "famille")] == BLANK, "asked, without an answer"
    assert len(marks) == len(GRID.cells)


def test_a_submission_of_another_grid_is_counted_on_the_lines_that_correspond(tmp_path: Path) -> None:
    shorter = load_grid(shorter_grid(tmp_path))
    answers: dict[Cell, Answer] = {
        Cell("m1.a01", "famille"): Rating.PARTLY,
        Cell("m1.a03", "social"): NOT_CONCERNED,
    }
    theirs = entry("a", "a", marks=marks_of(shorter, answers, shorter))
    moved = carried(theirs._replace(grid_fingerprint=shorter.fingerprint), shorter, GRID)
    assert moved is not None
    found = dict(zip(GRID.cells, moved.marks, strict=True))
    assert found[Cell("m1.a01", "famille")] == "1"
    assert found[Cell("m1.a03", "social")] == "N"
    assert found[Cell("m1.a02", "social")] == BLANK
    assert found[Cell("m1.a09", "famille")] == OUTSIDE
    assert reference_grid([(shorter, 2), (GRID, 3)]) is GRID


def test_another_scale_is_never_converted() -> None:
    other = replace(GRID, fingerprint="autre", scale=GRID.scale[1:])
    assert carried(entry("a", "a"), other, GRID) is None


@each_row(
    "day, name",
    [
        (date(2027, 1, 1), "2027-T1"),
        (date(2027, 3, 31), "2027-T1"),
        (date(2027, 10, 1), "2027-T4"),
        (None, ""),
    ],
)
def test_a_day_is_in_its_quarter(day: date | None, name: str) -> None:
    assert quarter(day) == name
