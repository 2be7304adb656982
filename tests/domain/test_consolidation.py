"""Which of many files are counted: each person once, whatever the order; and lines that another grid has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Answer,
    Cell,
    Coordinator,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.consolidation import (
    NC,
    OUTSIDE,
    Choice,
    Conflict,
    Entry,
    Figures,
    Revised,
    carried,
    choose,
    marks_of,
    reference_grid,
)
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Contribution
from ctg_tui.domain.scores import Tally
from tests.strategies import answered, grids, make_grid, make_identity

NOON = datetime(2027, 1, 20, 12, tzinfo=UTC)


def entry(file: str, lineage: str, revision: int = 1, *, print_: str = "", **more: Any) -> Entry:
    """Return a file of an assessment; its minutes after noon are `minutes`, its sources `merges`."""
    year, minutes, merges = more.pop("year", 2027), more.pop("minutes", 0), more.pop("merges", ())
    given_ = Entry(
        file=file,
        lineage=lineage,
        fingerprint=print_ or file,
        status=Status.FINAL,
        revision=revision,
        created_at=NOON + timedelta(minutes=minutes),
        identity=make_identity(year=year, territory=Territory(more.pop("territory", "Val"))),
        grid_fingerprint="",
        own=Figures(Tally(), 0, 0, 0),
        proposed=None,
        missions=(),
        marks="",
        numbers={},
        actions=(),
        topics={},
        open_remarks=(),
        contributions=tuple(Contribution(one.lineage, one.revision, one.fingerprint) for one in merges),
    )
    return given_._replace(**more)


def chosen(*entries: Entry, with_drafts: bool = False) -> tuple[list[str], Choice]:
    """Return the files counted, and the whole choice, which no order of the files changes."""
    made = [choose(order, with_drafts=with_drafts) for order in list(permutations(entries))[:24]]
    assert all(one == made[0] for one in made)
    return [one.file for one in made[0].counted], made[0]


def left(choice: Choice) -> tuple[int, int, int, int]:
    return choice.other_years, choice.drafts, choice.replaced, choice.duplicates


DRAFT = Status.DRAFT
FIRST = entry("un-1", "un")
LATER = entry("un-2", "un", 2)


def test_the_latest_revision_of_each_assessment_is_counted() -> None:
    others = (entry("deux-1", "deux", territory="Zone"), entry("trois-1", "trois", territory="Cœur"))
    files, choice = chosen(FIRST, LATER, *others)
    assert files == ["trois-1", "un-2", "deux-1"], "by territory"
    assert left(choice) == (0, 0, 1, 0)
    assert choice.people == 3


def test_a_draft_counts_only_when_it_is_asked_for_and_never_before_its_final_file() -> None:
    draft = entry("un-1p", "un", status=DRAFT)
    alone = entry("deux-p", "deux", status=DRAFT)
    assert chosen(draft, FIRST, alone)[0] == ["un-1"]
    assert left(chosen(draft, FIRST, alone)[1]) == (0, 2, 0, 0)
    files, choice = chosen(draft, FIRST, alone, with_drafts=True)
    assert files == ["deux-p", "un-1"]
    assert left(choice) == (0, 0, 1, 0)
    ahead = entry("un-2p", "un", 2, status=DRAFT)
    assert chosen(FIRST, ahead, with_drafts=True)[0] == ["un-2p"]


def test_the_same_state_twice_counts_once_and_several_drafts_of_a_revision_are_one_text() -> None:
    copies = [entry(name, "un", print_="same") for name in ("b", "a", "c")]
    files, choice = chosen(*copies)
    assert files == ["a"]
    assert left(choice) == (0, 0, 0, 2)
    drafts = [entry(f"p{minutes}", "un", status=DRAFT, minutes=minutes) for minutes in (0, 5, 9)]
    files, choice = chosen(*drafts, with_drafts=True)
    assert files == ["p9"]
    assert left(choice) == (0, 0, 2, 0)
    assert chosen(*drafts[:2], with_drafts=True)[0] == ["p5"]
    again = [one._replace(fingerprint="same") for one in drafts]
    assert left(chosen(*again, with_drafts=True)[1]) == (0, 0, 0, 2)
    same_minute = [one._replace(created_at=NOON) for one in drafts[:2]]
    assert chosen(*same_minute, with_drafts=True)[1].conflicts == (Conflict("un", 1, ("p0", "p5")),)


def test_two_final_files_of_one_revision_are_a_conflict_and_only_the_latest_year_is_counted() -> None:
    before = entry("trois-avant", "trois", year=2026)
    files, choice = chosen(LATER, entry("un-2b", "un", 2), FIRST, entry("deux", "deux"), before)
    assert files == ["deux"]
    assert choice.conflicts == (Conflict("un", 2, ("un-2", "un-2b")),)
    assert left(choice) == (1, 0, 0, 0)
    assert chosen()[1] == Choice((), 0, (), 0, 0, 0)


def test_a_merged_file_takes_the_place_of_those_that_it_holds() -> None:
    second = entry("deux", "deux")
    merged = entry("commun", "commun", merges=(FIRST, second), minutes=10)
    alone = entry("seul", "seul")
    files, choice = chosen(FIRST, second, merged, alone)
    assert files == ["commun", "seul"]
    assert left(choice) == (0, 0, 2, 0)
    assert merged.sources == {"un", "deux"}
    assert alone.sources == {"seul"}
    assert chosen(merged, alone)[0] == ["commun", "seul"], "whether they are there or not"


def test_a_source_that_changed_since_the_merge_is_named_and_not_added() -> None:
    second = entry("deux", "deux")
    merged = entry("commun", "commun", merges=(LATER, second), minutes=10)
    files, choice = chosen(merged, entry("un-3", "un", 3), second)
    assert files == ["commun"]
    assert choice.revised == (Revised("un-3", 3, "commun"),)
    assert left(choice) == (0, 0, 1, 0)
    other_state = chosen(merged, entry("un-2c", "un", 2))[1]
    assert other_state.revised == (Revised("un-2c", 2, "commun"),), "another state of the same revision"
    assert chosen(merged, FIRST)[1].revised == (), "a former version is only replaced"


def test_merged_files_hold_each_other_or_share_some_sources() -> None:
    second, third = entry("deux", "deux"), entry("trois", "trois")
    pair = entry("paire", "paire", merges=(FIRST, second), minutes=5)
    every = entry("tous", "tous", merges=(FIRST, second, third), minutes=9)
    files, choice = chosen(pair, every)
    assert files == ["tous"]
    assert left(choice) == (0, 0, 1, 0)
    other = entry("autre", "autre", merges=(second, third), minutes=5)
    files, choice = chosen(pair, other, FIRST, second, third)
    assert files == ["deux", "trois", "un-1"], "each counted itself"
    assert [one.files for one in choice.conflicts] == [("autre", "paire")]
    apart = entry("apart", "apart", merges=(third, entry("quatre", "quatre")))
    assert chosen(pair, apart)[0] == ["apart", "paire"], "they share nobody"
    again = pair._replace(file="paire-2", lineage="paire-2", fingerprint="p2", created_at=NOON)
    assert chosen(pair, again)[0] == ["paire"], "of two with the same sources, the later one"


def test_a_merged_file_made_again_of_later_versions_is_named_and_one_made_before_is_replaced() -> None:
    second = entry("deux", "deux")
    whole = entry("tous", "tous", merges=(LATER, second, entry("trois", "trois")), minutes=5)
    early = entry("avant", "avant", merges=(FIRST, second), minutes=1)
    assert left(chosen(whole, early)[1]) == (0, 0, 1, 0)
    same_revision = entry("un-2d", "un", 2)
    late = entry("apres", "apres", merges=(same_revision, second), minutes=8)
    assert chosen(whole, late)[1].revised == (Revised("apres", 1, "tous"),)
    for moment in (NOON, whole.created_at):
        sooner = late._replace(created_at=moment)
        assert chosen(whole, sooner)[1].revised == (), "not made later, of the same revisions"
    ahead = entry("encore", "encore", merges=(entry("un-3", "un", 3), second), minutes=1)
    assert chosen(whole, ahead)[1].revised == (Revised("encore", 1, "tous"),)


def test_people_are_named_and_files_stand_by_territory_then_siren_then_people() -> None:
    people = (
        Coordinator("c1", "Nom", "", Profile.THEMATIC),
        Coordinator("c2", "Autre", "Prénom", Profile.THEMATIC),
    )
    both = FIRST._replace(identity=make_identity(coordinators=people))
    assert both.people == ("Nom", "Prénom Autre")
    assert chosen(both)[1].people == 2
    assert both.order == ("communaute de communes val de charente", "200043016", "nom prenom autre", "un")
    nowhere = FIRST._replace(identity=make_identity(territory=Territory(), coordinators=()))
    assert nowhere.order == ("", "", "", "un")


# The lines of a file, as another grid has them.


@given(drawn=grids(), data=st.data())
def test_each_cell_has_its_mark_and_one_behind_a_closed_door_is_outside(
    drawn: Grid, data: st.DataObject
) -> None:
    answers = data.draw(answered(drawn))
    seen = drawn.through(data.draw(st.frozensets(st.sampled_from([one.id for one in drawn.missions]))))
    marks = marks_of(drawn, answers, seen)
    assert len(marks) == len(drawn.cells)
    for cell, mark in zip(drawn.cells, marks, strict=True):
        answer = answers.get(cell)
        expected = " " if answer is None else "N" if answer is NOT_CONCERNED else str(int(answer))
        assert mark == ("-" if cell.activity in seen.left_aside else expected)


def test_a_line_that_the_other_grid_has_not_is_outside() -> None:
    before = make_grid((3,), ("famille", "social"), (3,))
    mission = before.missions[0]
    first, second, third = mission.activities
    kept = (second, first, third._replace(id="m1.b9", label="Neuf"))
    after = replace(
        before,
        missions=(mission._replace(activities=kept, indicators=mission.indicators[1:]),),
        fingerprint="sha256:apres",
    )
    answers: dict[Cell, Answer] = {
        Cell(first.id, "famille"): Rating.FULLY,
        Cell(second.id, "social"): NOT_CONCERNED,
        Cell(third.id, "social"): Rating.NO,
    }
    mine = FIRST._replace(
        marks=marks_of(before, answers, before), numbers={"m1.i01": 1, "m1.i02": 2, "m1.i03": 3}
    )
    there = carried(mine, before, after)
    assert there.marks == f" {NC}" + "3 " + OUTSIDE * 2
    assert there.numbers == {"m1.i02": 2, "m1.i03": 3}
    assert carried(mine, before, before) is mine
    narrower = replace(after, policies=after.policies[:1])
    assert carried(mine, before, narrower).marks == f" 3{OUTSIDE}"


def test_the_grid_of_most_files_is_the_one_that_others_are_read_on() -> None:
    small, large = make_grid((1,)), make_grid((2,))
    assert reference_grid([(small, 1), (large, 2)]) is large
    assert reference_grid([(small, 3), (large, 2)]) is small
    tied = [(small, 2), (large, 2)]
    assert reference_grid(tied) is reference_grid(tied[::-1])
    with pytest.raises(ValueError, match="empty"):
        reference_grid([])
