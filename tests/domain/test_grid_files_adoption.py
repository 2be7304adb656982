"""Adopting another grid: each answer goes with its line or is kept apart, and comes back."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Assessment, Cell, Rating
from ctg_tui.domain.edits import apply
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import (
    Kind,
    LineChange,
    adoption,
    carried_lines,
    grid_change,
    line_changes,
    whose,
)
from ctg_tui.domain.review import FollowUp
from tests.domain.adoptions import require_nothing_lost
from tests.each_row import each_row
from tests.random_grids import random_case
from tests.strategies import make_assessment, make_grid

FIRST = Cell("m1.a01", "famille")


def adopted(assessment: Assessment, before: Grid | None, after: Grid) -> Assessment:
    return apply(assessment, adoption(assessment, before, after).edit.changes)


def with_table(grid: Grid, before: Grid, *rows: LineChange) -> Grid:
    return replace(grid, fingerprint="sha256:apres", correspondences={before.fingerprint: rows})


@given(st.integers(0, 2**32))
def test_nothing_is_lost_between_random_grids(seed: int) -> None:
    require_nothing_lost(random_case(Random(seed)))


def test_under_a_grid_of_another_id_the_same_id_may_be_another_line() -> None:
    before, after = make_grid(), make_grid((1,), indicators=(), grid_id="autre")
    texts = replace(
        after,
        missions=(
            after.missions[0]._replace(
                activities=(after.missions[0].activities[0]._replace(label="Tout autre chose"),)
            ),
        ),
    )
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    there = adopted(filled, before, texts)
    assert there.answers == {Cell("m1.a01@essai-1", "famille"): Rating.FULLY}
    assert adopted(there, texts, before).answers == filled.answers


def test_the_same_text_is_the_same_line_whatever_its_id() -> None:
    before = make_grid((2,), indicators=())
    first, second = before.missions[0].activities
    renamed = (second._replace(id="z.1"), first._replace(id="z.2"))
    after = replace(
        before,
        id="autre",
        fingerprint="sha256:b",
        missions=(before.missions[0]._replace(activities=renamed),),
    )
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    assert adopted(filled, before, after).answers == {Cell("z.2", "famille"): Rating.FULLY}


def test_what_the_adviser_said_and_the_answer_go_with_their_line() -> None:
    before = make_grid((2,), indicators=())
    first, second = before.missions[0].activities
    swapped = (second._replace(id=first.id), first._replace(id=second.id))
    after = replace(
        before,
        id="autre",
        fingerprint="sha256:b",
        missions=(before.missions[0]._replace(activities=swapped),),
    )
    said = FollowUp("a" * 64, remark="Avec qui ?", text="Les élus.")
    rows = (said._replace(activity=first.id), said._replace(activity=second.id, text=""))
    filled = make_assessment(before, {FIRST: Rating.FULLY})._replace(follow_ups=rows)
    there = adopted(filled, before, after)
    assert {row.activity: row.text for row in there.follow_ups} == {second.id: "Les élus.", first.id: ""}
    assert adopted(there, after, before).follow_ups == rows
    gone = replace(after, missions=(after.missions[0]._replace(activities=swapped[:1]),), fingerprint="c")
    apart = adopted(filled, before, gone)
    assert {row.activity for row in apart.follow_ups} == {first.id, f"{first.id}@{before.id}"}
    assert set(adopted(apart, gone, before).follow_ups) == set(rows)


def test_a_text_that_two_lines_share_names_neither_of_them() -> None:
    before = make_grid((2,), indicators=())
    line = before.missions[0].activities[0]
    twice = (line._replace(id="z.1"), line._replace(id="z.2"))
    after = replace(
        before, id="autre", fingerprint="sha256:b", missions=(before.missions[0]._replace(activities=twice),)
    )
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    assert adopted(filled, before, after).answers == {Cell("m1.a01@essai-1", "famille"): Rating.FULLY}


@each_row("kind", [Kind.SPLIT, Kind.MERGED, Kind.REMOVED])
def test_split_merged_and_removed_lines_keep_their_answers_apart(kind: Kind) -> None:
    before = make_grid((1,), indicators=())
    activities = tuple(before.missions[0].activities[0]._replace(id=f"m1.b{n}") for n in (1, 2))
    after = replace(before, missions=(before.missions[0]._replace(activities=activities),))
    new = None if kind is Kind.REMOVED else "m1.b1"
    after = with_table(after, before, LineChange("m1.a01", new, kind))
    made = adoption(make_assessment(before, {FIRST: Rating.FULLY}), before, after)
    assert (made.carried, made.apart) == (0, 1)
    assert [change.key for change in made.edit.changes] == ["grille"]  # the answer stays where it is


def test_a_reworded_line_keeps_its_answers_to_be_read_again() -> None:
    before = make_grid((1,), indicators=())
    line = before.missions[0].activities[0]._replace(label="Le même, autrement dit")
    after = replace(
        before, fingerprint="sha256:b", missions=(before.missions[0]._replace(activities=(line,)),)
    )
    filled = make_assessment(
        before, {FIRST: Rating.FULLY}, comments={"m1.a01": "Un mot.", "m9.a01": "Apart."}
    )
    made = adoption(filled, before, after)
    assert (made.carried, made.reworded, made.apart) == (2, 2, 1)
    assert line_changes(before, after) == (LineChange("m1.a01", "m1.a01", Kind.REWORDED),)


def test_a_policy_that_is_gone_keeps_its_answers_apart_under_their_line() -> None:
    before, after = make_grid(), make_grid(policies=("education", "social"))
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    made = adoption(filled, before, after)
    assert (made.carried, made.apart) == (0, 1)
    assert adopted(filled, before, after).answers == filled.answers


def test_a_table_names_lines_even_when_the_former_grid_is_not_here() -> None:
    before = make_grid((1,), indicators=())
    line = before.missions[0].activities[0]._replace(id="m1.b1")
    after = replace(before, missions=(before.missions[0]._replace(activities=(line,)),))
    after = with_table(after, before, LineChange("m1.a01", "m1.b1", Kind.RENUMBERED))
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    assert adopted(filled, None, after).answers == {Cell("m1.b1", "famille"): Rating.FULLY}


def test_a_line_that_a_table_says_is_gone_is_kept_apart_without_its_former_grid() -> None:
    before = make_grid((2,), indicators=())
    gone = LineChange("m1.a01", None, Kind.REMOVED)
    after = with_table(replace(before, id="autre"), before, gone)
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    assert adopted(filled, None, after).answers == {Cell("m1.a01@essai-1", "famille"): Rating.FULLY}


def test_without_a_table_nor_the_former_grid_the_id_of_the_grid_says_whether_a_line_is_the_same() -> None:
    before = make_grid((1,), indicators=())
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    changed = replace(before, fingerprint="sha256:apres")
    assert adopted(filled, None, changed).answers == filled.answers
    there = adopted(filled, None, replace(changed, id="autre"))
    assert there.answers == {Cell("m1.a01@essai-1", "famille"): Rating.FULLY}


def test_an_indicator_goes_with_its_table_and_a_row_of_an_unknown_line_is_passed_over() -> None:
    before = make_grid((1,), indicators=(1,))
    renamed = before.missions[0].indicators[0]._replace(id="m1.i09", label="Un autre nom")
    mission = before.missions[0]._replace(indicators=(renamed,))
    after = with_table(
        replace(before, id="autre", missions=(mission,)),
        before,
        LineChange("m1.i01", "m1.i09", Kind.RENUMBERED),
        LineChange("m7.a01", "m1.a01", Kind.RENUMBERED),
        LineChange(None, "m1.a01", Kind.ADDED),
    )
    filled = make_assessment(before, {FIRST: Rating.FULLY}, numbers={"m1.i01": 7})
    there = adopted(filled, before, after)
    assert there.numbers == {"m1.i09": 7}
    assert [(row.old, row.new) for row in line_changes(before, after) if row.old == "m7.a01"] == []


def test_the_list_is_told_how_many_answers_another_version_has_no_cell_for() -> None:
    before, after = make_grid((2,), ("famille",)), make_grid((1,), ("famille", "social"))
    after = replace(after, version="2030")
    filled = make_assessment(before, dict.fromkeys(before.cells, Rating.FULLY))
    assert grid_change(after, filled) == (before.id, before.version, "2030", 2, 1, 2)


def test_each_line_of_both_grids_is_there_once_with_what_became_of_it() -> None:
    """Two grids of other ids: the same text is the same line; the same id alone is not."""
    before = make_grid((3,), indicators=(2,))
    mission = before.missions[0]
    first, second, third = mission.activities
    heading, counted = mission.indicators
    lines = (second._replace(id="z.2"), first, third._replace(label="Tout autre chose"))
    numbers = (counted._replace(label=first.label), heading)
    after = replace(
        before,
        id="autre",
        fingerprint="sha256:b",
        missions=(mission._replace(activities=lines, indicators=numbers),),
    )
    assert line_changes(before, after) == (
        LineChange("m1.a02", "z.2", Kind.RENUMBERED),
        LineChange("m1.a01", "m1.a01", Kind.IDENTICAL),
        LineChange(None, "m1.a03", Kind.ADDED),
        LineChange(None, "m1.i02", Kind.ADDED),
        LineChange("m1.i01", "m1.i01", Kind.IDENTICAL),
        LineChange("m1.a03", None, Kind.REMOVED),
        LineChange("m1.i02", None, Kind.REMOVED),
    )
    assert carried_lines(before, after) == {"m1.a01": "m1.a01", "m1.a02": "z.2", "m1.i01": "m1.i01"}
    table = (
        LineChange("m1.a01", "z.2", Kind.MERGED),
        LineChange("m1.a02", "z.2", Kind.MERGED),
        LineChange("m1.i01", "m1.a01", Kind.RENUMBERED),
        LineChange("m1.a03", "m1.a03", Kind.REWORDED),
    )
    named = replace(after, correspondences={before.fingerprint: table})
    assert line_changes(before, named)[:4] == (
        *table[:2],
        LineChange(None, "m1.a01", Kind.ADDED),
        table[3],
    ), "a number never becomes a note"
    back = line_changes(named, before)
    assert back[:3] == (
        LineChange("z.2", "m1.a01", Kind.SPLIT),
        LineChange("z.2", "m1.a02", Kind.SPLIT),
        LineChange("m1.a03", "m1.a03", Kind.REWORDED),
    ), "the other way round, the table is read backwards"


def test_values_of_three_grids_never_share_a_place_and_each_grid_takes_its_own_back() -> None:
    grids = [
        replace(
            grid := make_grid((1,), ("famille",), (), grid_id=name),
            missions=(
                grid.missions[0]._replace(
                    activities=(grid.missions[0].activities[0]._replace(label=f"Texte {name}"),)
                ),
            ),
        )
        for name in ("un", "deux", "trois")
    ]
    filled = make_assessment(grids[0], {FIRST: Rating.NO})
    for grid, note in zip(grids[1:], (Rating.PARTLY, Rating.FULLY), strict=True):
        before = next(one for one in grids if one.id == filled.grid_id)
        filled = adopted(filled, before, grid)
        assert FIRST not in filled.answers
        filled = filled._replace(answers={**filled.answers, FIRST: note})
    kept = {cell.activity: answer for cell, answer in filled.answers.items()}
    assert kept == {"m1.a01@un": Rating.NO, "m1.a01@deux": Rating.PARTLY, "m1.a01": Rating.FULLY}
    back = adopted(filled, grids[2], grids[0])
    assert {cell.activity for cell in back.answers} == {"m1.a01", "m1.a01@deux", "m1.a01@trois"}
    assert back.answers[FIRST] is Rating.NO
    held = filled._replace(answers={**filled.answers, Cell("m1.a01@trois", "famille"): Rating.MOSTLY})
    crowded = adopted(held, grids[2], grids[0])
    assert crowded.answers[Cell("m1.a01@trois", "famille")] is Rating.MOSTLY
    assert crowded.answers[Cell("m1.a01@trois~2", "famille")] is Rating.FULLY
    again = crowded._replace(answers={**crowded.answers, Cell("m1.a01@trois~3", "famille"): Rating.NO})
    assert adopted(adopted(again, grids[0], grids[1]), grids[1], grids[0]).answers == again.answers


@each_row(
    "line, own, grid_id",
    [
        ("m1.a03", "m1.a03", ""),
        ("m1.a03@essai-1", "m1.a03", "essai-1"),
        ("m1.a03@essai-1~2", "m1.a03", "essai-1"),
        ("@essai-1", "@essai-1", ""),
    ],
)
def test_a_line_kept_apart_is_named_with_its_grid(line: str, own: str, grid_id: str) -> None:
    assert whose(line) == (own, grid_id)


def test_indicators_of_a_grid_that_is_not_here_stay_under_the_same_id() -> None:
    before = make_grid((1,), indicators=(2,))
    after = replace(before, fingerprint="sha256:apres")
    filled = make_assessment(
        before, {FIRST: Rating.FULLY}, numbers={"m1.i02": 3, "m9.i01": 1}, remarks={"m1.i02": "Vu."}
    )
    made = adoption(filled, None, after)
    assert (made.carried, made.reworded, made.apart) == (3, 0, 1)
    there = adopted(filled, None, after)
    assert (there.numbers, there.remarks) == (filled.numbers, filled.remarks)
