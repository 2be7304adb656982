"""What changed since last time, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Assessment, Cell, Rating
from ctg_tui.domain.changes import Change, Field, JournalEntry
from ctg_tui.domain.results import LastTime, compared
from ctg_tui.domain.scores import LineCount, score
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.results import Differences, differences, explanation
from tests.strategies import HOSTILE_TEXTS, charente, make_grid, make_identity

GRID = charente()
FIRST = Cell("m1.a01", "famille")
ANSWERS: st.SearchStrategy[Answer] = st.sampled_from([*Rating, NOT_CONCERNED])
FILLED = st.dictionaries(st.sampled_from(GRID.cells), ANSWERS, max_size=40)


def assessment(year: int, answers: Mapping[Cell, Answer], **more: Any) -> Assessment:
    made = Assessment(1, GRID.id, GRID.version, GRID.fingerprint, make_identity(year=year))
    return made._replace(answers=answers, **more)


def since(former: Assessment, present: Assessment) -> Differences:
    found = differences(compared(former, GRID, GRID), GRID, present)
    assert found is not None
    return found


def lines_of(found: Differences, title: str) -> list[tuple[str | None, str]]:
    return [(line.id, line.notes) for one in found.sections if one.title == title for line in one.lines]


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


def test_each_way_of_changing_has_its_section() -> None:
    policies = [policy.id for policy in GRID.policies]
    then: dict[Cell, Answer] = {
        Cell("m1.a01", policies[0]): Rating.PARTLY,
        Cell("m1.a01", policies[1]): Rating.FULLY,
        Cell("m1.a02", policies[0]): NOT_CONCERNED,
        Cell("m1.a03", policies[0]): Rating.NO,
        Cell("m1.a04", policies[0]): Rating.NO,
    }
    now: dict[Cell, Answer] = {
        Cell("m1.a01", policies[0]): Rating.MOSTLY,
        Cell("m1.a01", policies[1]): Rating.NO,
        Cell("m1.a02", policies[0]): Rating.FULLY,
        Cell("m1.a03", policies[0]): NOT_CONCERNED,
        Cell("m1.a05", policies[0]): Rating.FULLY,
    }
    found = since(assessment(2026, then), assessment(2027, now))
    assert lines_of(found, "Notes en hausse") == [("m1.a01", f"Famille{NBSP}1 → 2")]
    assert lines_of(found, "Notes en baisse") == [("m1.a01", f"Éducation{NBSP}3 → 0")]
    assert lines_of(found, "Ne sont plus NC") == [("m1.a02", f"Famille{NBSP}NC → 3")]
    assert lines_of(found, "Passées en NC") == [("m1.a03", f"Famille{NBSP}0 → NC")]
    assert lines_of(found, "Nouvelles réponses") == [("m1.a05", f"Famille{NBSP}· → 3")]
    assert "1 case notée la dernière fois, vide aujourd’hui" in found.summary.replace(NBSP, " ")
    assert found.year == 2026


def test_comments_are_new_changed_or_not_taken_up() -> None:
    former = assessment(2026, {}, comments={"m1.a01": "avant", "m1.a02": "gardé", "m1.a03": "perdu"})
    present = assessment(2027, {}, comments={"m1.a01": "après\nsuite", "m1.a02": "gardé", "m1.a04": "neuf"})
    found = since(former, present)
    quoted = {one.title: [(line.id, line.quoted) for line in one.lines] for one in found.sections}
    assert quoted == {
        "Commentaires nouveaux": [("m1.a04", "neuf")],
        "Commentaires modifiés": [("m1.a01", "après")],
        "Commentaires non repris": [("m1.a03", "perdu")],
    }


def test_what_changed_on_proposed_lines_is_counted_apart() -> None:
    now: dict[Cell, Answer] = {FIRST: Rating.FULLY, **dict.fromkeys(GRID.cells[-2:], Rating.NO)}
    comments = {"m1.a01": "neuf", **dict.fromkeys(GRID.proposed_lines[:3], "neuf")}
    found = since(assessment(2026, {}), assessment(2027, now, comments=comments))
    words = "1 nouvelle réponse (lignes ° : 2), 1 commentaire nouveau (lignes ° : 3)."
    assert found.summary.replace(NBSP, " ") == words
    assert [one.number for one in found.sections] == [LineCount(1, 1), LineCount(1, 3)]


def test_the_same_twice_has_nothing_to_say() -> None:
    same = assessment(2027, {FIRST: Rating.FULLY}, comments={"m1.a01": "le même"})
    found = since(same, same)
    assert not found.sections
    assert found.summary == "Rien n’a changé depuis la dernière fois."


def test_a_grid_that_is_not_known_is_never_compared() -> None:
    former = assessment(2026, {FIRST: Rating.FULLY})._replace(grid_fingerprint="sha256:autre")
    last = compared(former, GRID, None)
    assert (last.assessment.answers, last.assessment.comments, last.scores) == ({}, {}, None)
    assert differences(last, GRID, assessment(2027, {})) is None


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
    found = differences(last, grid, assessment(2027, dict.fromkeys(noted, Rating.NO)))
    assert found is not None
    assert lines_of(found, "Notes en baisse") == [(second.id, f"Famille{NBSP}3 → 0")]


@given(FILLED, FILLED)
def test_every_cell_that_differs_is_in_one_section_or_counted_as_blank(
    then: dict[Cell, Answer], now: dict[Cell, Answer]
) -> None:
    found = since(assessment(2026, then), assessment(2027, now))
    explained = sum(line.notes.count("→") for one in found.sections for line in one.lines)
    differ = [cell for cell in GRID.cells if then.get(cell) != now.get(cell)]
    blanked = [cell for cell in differ if cell not in now]
    assert explained == len(differ) - len(blanked)


def test_hostile_comments_are_shown_clean() -> None:
    for text in HOSTILE_TEXTS:
        former = assessment(2026, {}, comments={"m1.a01": text or "x"})
        found = since(former, assessment(2027, {}))
        for section in found.sections:
            for line in section.lines:
                assert "\x1b" not in line.quoted
                assert "\n" not in line.quoted


def test_a_line_gone_from_the_grid_keeps_its_former_number() -> None:
    former_grid = make_grid((3, 2))
    present_grid = make_grid((2, 2))
    gone = former_grid.missions[0].activities[2]
    answers: dict[Cell, Answer] = {Cell(gone.id, "famille"): Rating.FULLY}
    former = assessment(2026, answers)._replace(grid_fingerprint=former_grid.fingerprint)
    last: LastTime = compared(former, present_grid, former_grid)
    found = differences(last, present_grid, assessment(2027, {}))
    assert found is not None
    (section,) = found.sections
    assert section.title == "Lignes qui ne sont plus dans la grille"
    (line,) = section.lines
    assert (line.id, line.number) == (None, "1.3")
