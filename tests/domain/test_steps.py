"""The checks before sending, what is still to be given, and the five steps with how far each one is."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Draft,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Rating,
    Said,
)
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.domain.steps import (
    Finding,
    FindingCode,
    Step,
    Steps,
    blank_cells,
    check,
    first_to_do,
    foreign_ids,
    missing_numbers,
    next_blank,
    next_number,
    steps_of,
    wants_number,
)
from ctg_tui.wording.lines import stops
from tests.each_row import each_row
from tests.strategies import (
    assessments,
    charente,
    fill,
    filled_assessment,
    make_assessment,
    make_grid,
    make_identity,
)

GRID = charente()
THEMATIC = (Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC),)


def codes_of(grid: Grid, assessment: Assessment) -> list[FindingCode]:
    return [finding.code for finding in check(grid, assessment)]


# The checks.


def test_an_empty_assessment_gets_every_finding_blocking_first_and_advice_never_blocks() -> None:
    findings = check(GRID, make_assessment(GRID, identity=Identity(2027, Moment.START)))
    assert [(one.code, len(one.places), one.is_blocking) for one in findings] == [
        (FindingCode.NO_TERRITORY, 0, True),
        (FindingCode.NO_COORDINATOR, 0, True),
        (FindingCode.BLANK_CELLS, 42, True),
        (FindingCode.NO_ADVISER, 0, False),
    ]
    full = filled_assessment(GRID)
    last = GRID.own_cells[-1]
    almost = full._replace(answers={cell: answer for cell, answer in full.answers.items() if cell != last})
    assert check(GRID, almost) == (Finding(FindingCode.BLANK_CELLS, (last.activity,)),)
    bare = full._replace(identity=make_identity(adviser=Adviser()), numbers={}, comments={})
    advice = [FindingCode.NO_ADVISER, FindingCode.NUMBERS_MISSING, FindingCode.LOW_WITHOUT_COMMENT]
    assert codes_of(GRID, bare) == advice
    assert not any(one.is_blocking for one in check(GRID, bare))
    about_caf = {code for code in FindingCode if Finding(code).is_for_caf}
    blocking = {code for code in FindingCode if Finding(code).is_blocking}
    of_forecast = {code for code in FindingCode if code.startswith("previsionnel-")}
    assert about_caf - blocking == {FindingCode.NUMBERS_MISSING} | of_forecast


def test_a_grid_wholly_nc_can_be_sent_and_one_without_a_line_of_the_caf_cannot() -> None:
    grid = make_grid(indicators=())
    assessment = make_assessment(grid, fill(grid, (NOT_CONCERNED,)))
    assert codes_of(grid, assessment) == []
    begun = assessment._replace(answers=dict(list(assessment.answers.items())[1:]))
    assert codes_of(grid, begun) == [FindingCode.BLANK_CELLS]
    proposed = make_grid(lines=(1,), indicators=(), proposed={"m1.a01"})
    assert codes_of(proposed, make_assessment(proposed, fill(proposed))) == [FindingCode.NO_LINE_OF_CAF]


@each_row(
    "notes, is_reported",
    [
        ((Rating.NO, Rating.FULLY, NOT_CONCERNED), True),
        ((Rating.FULLY, Rating.PARTLY, Rating.FULLY), True),
        ((Rating.MOSTLY, Rating.FULLY, NOT_CONCERNED), False),
        ((NOT_CONCERNED, NOT_CONCERNED, NOT_CONCERNED), False),
    ],
)
def test_a_low_line_asks_for_a_comment(notes: tuple[Answer, ...], is_reported: bool) -> None:
    grid = make_grid(lines=(1,), indicators=())
    assessment = make_assessment(grid, fill(grid, notes))
    assert (FindingCode.LOW_WITHOUT_COMMENT in codes_of(grid, assessment)) is is_reported
    commented = assessment._replace(comments={"m1.a01": "Expliqué."})
    assert FindingCode.LOW_WITHOUT_COMMENT not in codes_of(grid, commented)


def test_what_the_caf_said_is_advice_until_it_is_answered() -> None:
    grid = make_grid()
    said = Said(datetime(2027, 3, 12, tzinfo=UTC), "Prénom Nom", True, line="m1.a02", words="Précisez.")
    assessment = make_assessment(grid, fill(grid), said={said.id: said})
    assert Finding(FindingCode.OPEN_POINTS, (said.id,)) in check(grid, assessment)
    seen = assessment._replace(drafts={said.id: Draft(answers=(said.id,), is_kept=True)})
    assert FindingCode.OPEN_POINTS not in codes_of(grid, seen)


def test_each_line_that_the_grid_does_not_have_is_reported_once() -> None:
    grid = make_grid(policies=("famille",))
    assessment = make_assessment(
        grid,
        {Cell("m9.a01", "famille"): Rating.NO, Cell("m1.a01", "social"): Rating.NO},
        comments={"m9.a01": "a", "m9.a02": "b", "m9.i01": "c"},
        numbers={"m9.i01": 1},
        actions={"m9.a03": Action("d")},
    )
    assert sorted(foreign_ids(grid, assessment)) == ["m1.a01", "m9.a01", "m9.a02", "m9.a03", "m9.i01"]


# What is still to be given.


def test_the_next_number_goes_round_the_lines_of_the_caf() -> None:
    """A heading and what is not asked of these people are passed over."""
    grid = make_grid((2, 1), indicators=(3, 1), proposed={"m2.a01", "m2.i01"})
    lead = make_assessment(grid)
    thematic = lead._replace(identity=make_identity(coordinators=THEMATIC))
    for after, expected in (
        *(("", "m1.i02"), ("m1.a01", "m1.i02"), ("m1.i01", "m1.i02"), ("m1.i02", "m1.i03")),
        *(("m1.i03", "m1.i02"), ("m2.a01", "m1.i02"), ("ailleurs", "m1.i02")),
    ):
        assert next_number(grid, lead, after) == expected
    assert next_number(grid, thematic, "m1.i02") == "m1.i03"
    given = lead._replace(numbers={"m1.i02": 0, "m1.i03": 4})
    assert next_number(grid, given, "m1.a01") is None, "those of proposed lines are owed by nobody"
    lefts = [len(missing_numbers(grid, one)) for one in (lead, thematic, given)]
    assert lefts == [2, 1, 0]


@given(drawn=assessments(), data=st.data())
def test_the_next_blank_goes_round_the_grid_and_misses_none(
    drawn: tuple[Grid, Assessment], data: st.DataObject
) -> None:
    grid, assessment = drawn
    blanks = blank_cells(grid, assessment) or [c for c in grid.cells if c not in assessment.answers]
    start = data.draw(st.none() | st.sampled_from(grid.cells))
    visited = []
    present = start
    for _ in blanks:
        present = next_blank(grid, assessment, present)
        assert present is not None
        visited.append(present)
    assert sorted(visited) == sorted(blanks)
    if not blanks:
        assert next_blank(grid, assessment, start) is None
    assert next_blank(grid, assessment, Cell("m9.a01", "x")) == (blanks[0] if blanks else None)


# The steps.

BLANK = make_assessment(GRID)


def of(assessment: Assessment, forecast: Forecast | None = None, *, is_sent: bool = False) -> Steps:
    scores = score(GRID, assessment.answers)
    return steps_of(GRID, assessment, scores, forecast or Forecast(), is_sent=is_sent)


def tally(assessment: Assessment, which: Step) -> str:
    return {stop.step: stop.tally for stop in stops(of(assessment))}[which].replace("\N{NO-BREAK SPACE}", " ")


def full() -> Assessment:
    asked = [line for line in GRID.indicators.values() if not line.is_proposed and wants_number(line, BLANK)]
    answers = dict.fromkeys(GRID.own_cells, Rating.MOSTLY)
    return BLANK._replace(answers=answers, numbers={line.id: 3 for line in asked})


def test_the_grid_is_counted_by_the_caf_s_lines_then_by_its_numbers() -> None:
    some = BLANK._replace(answers=dict.fromkeys([*GRID.own_cells[:23], *GRID.cells[-16:]], Rating(3)))
    assert tally(some, Step.GRID) == "23 sur 42"
    assert tally(full(), Step.GRID) == "42 sur 42 ✓"
    assert tally(full()._replace(numbers={}), Step.GRID) == "1 nombre à donner"
    assert "nombre" not in tally(BLANK, Step.GRID)


def test_the_contact_is_told_by_a_name_and_an_address_and_two_steps_can_be_left_empty() -> None:
    for adviser in (Adviser("Prénom Nom"), Adviser("", "prenom.nom@exemple.fr"), Adviser(" ", "a@b.fr")):
        details = of(BLANK._replace(identity=make_identity(adviser=adviser)))[0]
        assert (details.step, details.done, details.asked) == (Step.DETAILS, 2, 3)
    assert of(BLANK)[0].is_complete
    whole = Forecast((ForecastLine("Nom", "Prénom", 160_700, None), ForecastLine("Autre", "Prénom", 0, 0)))
    forecast = of(BLANK._replace(identity=make_identity(coordinators=())), whole)[3]
    assert (forecast.done, forecast.asked, forecast.is_complete) == (1, 2, False)
    topics = {PreparationTopic.STRONG_POINTS: "Oui.", PreparationTopic.TRAINING: " "}
    preparation = of(BLANK._replace(preparation=topics))[2]
    assert (preparation.done, preparation.asked, preparation.is_owed) == (1, 4, False)
    assert of(BLANK)[2].is_owed
    assert not of(BLANK, is_sent=True)[4].is_owed


def test_what_is_to_do_first_is_the_first_step_that_lacks_what_must_be_given() -> None:
    assert first_to_do(of(BLANK)) is Step.GRID
    assert first_to_do(of(full()._replace(numbers={}))) is Step.PREPARATION, "a number can be left out"
    without_people = of(full()._replace(identity=make_identity(coordinators=())))
    assert first_to_do(without_people) is Step.DETAILS, "people are named first"
