"""Where a figure comes from, and last time beside this time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Assessment, Cell, Rating
from ctg_tui.domain.changes import Change, Field, JournalEntry
from ctg_tui.domain.results import compared
from ctg_tui.domain.scores import score
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.results import explanation
from tests.strategies import charente, make_grid, make_identity

GRID = charente()
FIRST = Cell("m1.a01", "famille")
ANSWERS: st.SearchStrategy[Answer] = st.sampled_from([*Rating, NOT_CONCERNED])
FILLED = st.dictionaries(st.sampled_from(GRID.cells), ANSWERS, max_size=40)


def assessment(year: int, answers: Mapping[Cell, Answer], **more: Any) -> Assessment:
    made = Assessment(1, GRID.id, GRID.version, GRID.fingerprint, make_identity(year=year))
    return made._replace(answers=answers, **more)


def test_f8_says_the_points_of_each_figure_and_what_was_answered_there_before_and_when() -> None:
    answers: dict[Cell, Answer] = {FIRST: Rating.MOSTLY, Cell("m1.a02", "famille"): NOT_CONCERNED}
    at = datetime(2027, 1, 12, 13, 2, tzinfo=UTC)
    changes = [
        Change(Field.ANSWER, "m1.a01/social", None, "3"),
        Change(Field.COMMENT, "m1.a01", None, "x"),
        Change(Field.ANSWER, "m1.a01/famille", "1", "2"),
    ]
    last = compared(assessment(2026, {FIRST: Rating.PARTLY}), GRID, GRID)
    entries = [JournalEntry(at, change) for change in changes]
    explained = explanation(GRID, score(GRID, answers), FIRST, entries, date(2027, 1, 20), last)
    assert explained.title.replace(NBSP, " ") == "Pourquoi 67 %\N{NARROW NO-BREAK SPACE}?"
    assert [sentence.partition(NBSP + ":")[0] for sentence in explained.sentences] == [
        "Mission 1, Famille",
        "Mission 1, toutes politiques",
    ], "the Caf’s lines are all in one mission: it is the whole, said once"
    assert "2 points sur 3 possibles (1 note × 3)" in explained.sentences[0].replace(NBSP, " ")
    here, *neighbours, then = explained.before
    assert here.replace(NBSP, " ").startswith("Famille : 1 → 2, le 12 janvier à ")
    assert [each.partition(" ")[0] for each in neighbours] == [f"Social{NBSP}:", "Commentaire"]
    assert then == f"En 2026{NBSP}: Famille 1"
    assert explanation(GRID, score(GRID, {}), FIRST).before == ()


def test_a_grid_that_is_not_known_is_never_compared() -> None:
    former = assessment(2026, {FIRST: Rating.FULLY})._replace(grid_fingerprint="sha256:autre")
    last = compared(former, GRID, None)
    assert (last.assessment.answers, last.assessment.comments, last.scores) == ({}, {}, None)


def test_another_grid_gives_the_answers_and_comments_of_the_lines_that_it_has_too() -> None:
    """The first line of the other grid has the id of ours, and other words: it is another line."""
    former_grid = make_grid()
    first, second, *others = former_grid.missions[0].activities
    lines = (first._replace(label="Tout autre chose"), second, *others)
    mission = former_grid.missions[0]._replace(activities=lines)
    grid = replace(
        former_grid, id="autre", fingerprint="sha256:autre", missions=(mission, *former_grid.missions[1:])
    )
    noted = {Cell(line.id, "famille"): Rating.FULLY for line in (first, second)}
    former = assessment(2026, noted, comments={first.id: "du premier", second.id: "du deuxième"})._replace(
        grid_fingerprint=former_grid.fingerprint
    )
    last = compared(former, grid, former_grid)
    assert last.assessment.answers == {Cell(second.id, "famille"): Rating.FULLY}
    assert last.assessment.comments == {second.id: "du deuxième"}
