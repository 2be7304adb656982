"""An attacker who has everything that was shared never knows the answer of anybody for certain.

The attacker knows who was counted in each publication, the rules, and the answers of up to four of them.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations

from ctg_tui.domain import disclosure
from ctg_tui.domain.assessment import Coordinator, Identity, Moment, Profile, Status, Territory
from ctg_tui.domain.consolidation import Entry, Table
from ctg_tui.domain.disclosure import Publication
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import shipped_grids
from ctg_tui.services.shared_tables import shared
from tests.each_row import each_row

PEOPLE = int(os.environ.get("CTG_TUI_PLANTED", "1500"))
"""People planted in one run; by hand: 10,000."""
CLASSES = {"0": "0-1", "1": "0-1", "2": "2-3", "3": "2-3", "N": "NC", " ": "blank"}


def planted(number: int, marks: str, grid: Grid, chance: random.Random) -> Entry:
    """Return the entry of a person of that number."""
    people = (Coordinator("c1", f"Nom{number}", "Prénom", Profile.THEMATIC, ("famille",)),)
    return Entry(
        file=f"{number}.json",
        lineage=f"lineage-{number}",
        fingerprint=f"{number:064x}",
        status=Status.FINAL,
        revision=1,
        created_at=datetime(2027, 1, 20, tzinfo=UTC),
        identity=Identity(2027, Moment.YEARLY, Territory(f"Territoire {number}"), people),
        grid_id=grid.id,
        grid_fingerprint=grid.fingerprint,
        marks=marks,
        numbers={line: chance.choice([0, 0, 1, 40]) for line in grid.indicators if chance.random() < 0.7},
        actions=(),
        topics={},
        comments=(),
        open_remarks=0,
    )


def crowd(grid: Grid, size: int, first: int, chance: random.Random) -> list[Entry]:
    """Return people whose answers to a line are alike, more or less: the rules meet every case."""
    weights = [
        [chance.choice([0, 0, 1, 3, 20]) or 0.001 for _ in CLASSES] for _ in grid.cells
    ]  # unanimous lines, lines with one who differs, lines spread over every answer
    return [
        planted(
            first + number,
            "".join(chance.choices([*CLASSES], weight)[0] for weight in weights),
            grid,
            chance,
        )
        for number in range(size)
    ]


def table(tables: Sequence[Table], name: str) -> list[Mapping[str, object]]:
    found = next(one for one in tables if one.name == name)
    return [dict(zip((column.name for column in found.columns), row, strict=True)) for row in found.rows]


def known_counts(row: Mapping[str, object], size: int) -> dict[frozenset[str], int]:
    """Return how many people are known to be in each set of classes, from one row of the table."""
    if row["notees"] is None:
        if row["nc"] is None:
            return {}
        nc = row["nc"]
        assert isinstance(nc, int)
        return {frozenset({"NC"}): nc, frozenset({"0-1", "2-3", "blank"}): size - nc}
    low, high, nc = row["note_0_1"], row["note_2_3"], row["nc"]
    assert isinstance(low, int)
    assert isinstance(high, int)
    counts = {frozenset({"0-1"}): low, frozenset({"2-3"}): high}
    rest = size - low - high
    if isinstance(nc, int):
        return counts | {frozenset({"NC"}): nc, frozenset({"blank"}): rest - nc}
    return counts | {frozenset({"NC", "blank"}): rest}


def test_no_planted_person_is_recovered_from_any_publication_nor_from_the_difference_of_two() -> None:
    chance = random.Random(14)
    grid = shipped_grids()[0]
    done = recovered = refused = shown_cells = compared = 0
    while done < PEOPLE:
        people = crowd(grid, chance.choice([5, 9, 12, 20, 20, 40, 60]), done, chance)
        done += len(people)
        before: list[Publication] = []
        seen: list[tuple[list[Entry], list[Mapping[str, object]]]] = []
        for size in sorted({len(people), *(chance.randrange(1, len(people) + 1) for _ in range(4))}):
            part = people[:size]
            if size < disclosure.LEAST:
                continue
            try:
                publication, tables = shared(grid, part, before)
            except Refusal:
                refused += 1
                continue
            before.append(publication)
            seen.append((part, table(tables, "repartition")))
        for part, rows in seen:
            for at, row in enumerate(rows):
                marks = [entry.marks[at] for entry in part]
                counts = known_counts(row, len(part))
                shown_cells += bool(counts)
                recovered += _recovered(marks, counts)
        for (fewer, first), (more, second) in combinations(seen, 2):
            new = more[len(fewer) :]
            assert len(new) >= disclosure.LEAST
            for at, (one, other) in enumerate(zip(first, second, strict=True)):
                before_counts = known_counts(one, len(fewer))
                after_counts = known_counts(other, len(more))
                difference = {
                    classes: after_counts[classes] - number
                    for classes, number in before_counts.items()
                    if classes in after_counts
                }
                compared += bool(difference)
                recovered += _recovered([entry.marks[at] for entry in new], difference)
    assert recovered == 0
    assert refused, "some publications must have been too near to each other"
    assert shown_cells > 1000, "an attack on nothing proves nothing"
    assert compared > 50


def _recovered(marks: Sequence[str], counts: Mapping[frozenset[str], int]) -> int:
    """Return how many people of a group are certain to be in one class, from the counts of that group.

    Four of them tell the attacker their answers: those left must not all be of one class.
    """
    size = len(marks)
    true = Counter(CLASSES[mark] for mark in marks)
    for classes, number in counts.items():
        assert number == sum(true[name] for name in classes), "a figure is wrong"
        if len(classes) == 1 and number > size - disclosure.LEAST:
            return number
    return 0


def test_hidden_counts_do_not_come_back_from_the_totals_of_lines_and_missions() -> None:
    chance = random.Random(5)
    grid = shipped_grids()[0]
    people = crowd(grid, 30, 0, chance)
    _, tables = shared(grid, people, ())
    cells = table(tables, "repartition")
    for name, key in (("ligne", "ligne"), ("mission", "mission")):
        for row in table(tables, name):
            same = [cell for cell in cells if cell["notees"] is not None and _belongs(cell, row, key)]
            for column in ("notees", "note_0_1", "note_2_3"):
                assert row[column] == sum(int(str(cell[column])) for cell in same)


def _belongs(cell: Mapping[str, object], row: Mapping[str, object], key: str) -> bool:
    if key == "ligne":
        return cell["ligne"] == row["ligne"]
    return (
        str(cell["ligne"]).partition(".")[0] == str(row["mission"]).split()[0]
        and cell["provenance"] == row["provenance"]
        and cell["politique"] == row["politique"]
    )


def splits(size: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield every way to share `size` people among 0–1, 2–3, NC and no answer."""
    for low in range(size + 1):
        for high in range(size + 1 - low):
            for nc in range(size + 1 - low - high):
                yield low, high, nc, size - low - high - nc


@each_row("sizes", [(5,), (9,), (13,), (16,), (11, 12)])
def test_every_count_shown_or_deduced_is_none_or_five_people_and_leaves_five_others(
    sizes: tuple[int, ...],
) -> None:
    groups = [range(sum(sizes[:at]), sum(sizes[: at + 1])) for at in range(len(sizes))]
    for split in splits(sizes[0]):
        marks = [mark for mark, number in zip("02N ", split, strict=True) for _ in range(number)]
        rest = ("0" * 5 + "2" * 5 + "N" * (sum(sizes[1:]) - 10))[: sum(sizes[1:])]
        forms = disclosure.note_forms([*marks, *rest], groups)
        low, high, nc, blank = split
        if forms - {disclosure.NOT_CONCERNED}:
            assert min(low, high) >= 5
            assert nc + blank == 0 or nc + blank >= 5
        if disclosure.NOT_CONCERNED in forms:
            assert nc >= 5 or (nc == 0 and forms - {disclosure.NOT_CONCERNED})
            assert low + high + blank >= 5


def test_a_group_of_fewer_than_five_shows_nothing() -> None:
    marks = ["0"] * 10 + ["2"] * 10
    apart = [[*range(4), *range(10, 20)], [*range(4, 10)]]
    assert disclosure.note_forms(marks, [range(20)]) == {disclosure.TWO, disclosure.NOT_CONCERNED}
    assert disclosure.note_forms(marks, apart) == frozenset()
    assert not disclosure.may_count([True] * 4 + [False] * 16, [range(20)])
    assert not disclosure.may_count([True] * 16 + [False] * 4, [range(20)])
    assert disclosure.may_count([True] * 5 + [False] * 15, [range(20)])


def test_a_total_that_one_person_makes_is_not_shown() -> None:
    everyone = [range(6)]
    assert disclosure.may_total([1, 2, 3, 2, 1, None], everyone) is False
    assert disclosure.may_total([1, 2, 3, 2, 1, 1], everyone)
    assert not disclosure.may_total([100, 2, 3, 2, 1, 1], everyone)
    assert not disclosure.may_total([0, 0, 0, 2, 1, 1], everyone)


def test_four_classes_are_shown_from_fifty_people_when_each_is_none_or_five() -> None:
    forms = disclosure.note_forms(["0"] * 20 + ["1"] * 5 + ["3"] * 25, [range(50)])
    assert disclosure.FOUR in forms
    assert disclosure.TWO in disclosure.note_forms(["0"] * 20 + ["1"] * 4 + ["3"] * 26, [range(50)])
    assert disclosure.TWO in disclosure.note_forms(["0"] * 20 + ["1"] * 5 + ["3"] * 24, [range(49)])
