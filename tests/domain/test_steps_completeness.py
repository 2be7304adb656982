"""The checks before sending, the indicators that are asked, and the next blank cell."""

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
    Identity,
    Moment,
    Profile,
    Rating,
)
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import LineCount
from ctg_tui.domain.steps import (
    MAX_NUMBER,
    Finding,
    FindingCode,
    Severity,
    blank_cells,
    check,
    foreign_ids,
    is_asked,
    is_email,
    next_blank,
    next_number,
    numbers_given,
    wants_number,
)
from ctg_tui.domain.thread import Draft, Said
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


def blocking(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.BLOCKING]


def codes_of(grid: Grid, assessment: Assessment) -> list[FindingCode]:
    return [finding.code for finding in check(grid, assessment)]


def test_an_empty_assessment_gets_every_finding_blocking_first() -> None:
    grid = charente()
    findings = check(grid, make_assessment(grid, identity=Identity(2027, Moment.START)))
    assert [(finding.code, finding.count) for finding in findings] == [
        (FindingCode.NO_TERRITORY, 0),
        (FindingCode.NO_COORDINATOR, 0),
        (FindingCode.BLANK_CELLS, 42),
        (FindingCode.NO_SIREN, 0),
        (FindingCode.NO_ADVISER, 0),
    ]
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities, key=[Severity.BLOCKING, Severity.ADVICE].index)
    assert blocking(findings)


def test_one_blank_cell_blocks_a_final_submission_and_advice_never_does() -> None:
    grid = charente()
    full = filled_assessment(grid)
    last = grid.own_cells[-1]
    almost = full._replace(answers={cell: answer for cell, answer in full.answers.items() if cell != last})
    (finding,) = check(grid, almost)
    assert finding.places == (last.activity,)
    assert blocking((finding,))
    bare = full._replace(identity=make_identity(adviser=Adviser()), numbers={}, comments={})
    assert codes_of(grid, bare) == [
        FindingCode.NO_ADVISER,
        FindingCode.NUMBERS_MISSING,
        FindingCode.LOW_WITHOUT_COMMENT,
    ]
    assert not blocking(check(grid, bare))


def test_a_grid_wholly_nc_can_be_sent_and_is_reported() -> None:
    grid = make_grid(indicators=())
    assessment = make_assessment(grid, fill(grid, (NOT_CONCERNED,)))
    assert codes_of(grid, assessment) == [FindingCode.ALL_NOT_CONCERNED]
    begun = assessment._replace(answers=dict(list(assessment.answers.items())[1:]))
    assert codes_of(grid, begun) == [FindingCode.BLANK_CELLS]


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


def test_a_heading_wants_no_number_and_a_reserved_line_only_of_its_profile() -> None:
    grid = charente()
    heading, reserved, *_ = grid.indicators.values()
    assert heading.is_heading
    assert reserved.reserved_for == "chef-de-projet"
    lead = make_assessment(grid)
    thematic = make_assessment(
        grid, identity=make_identity(coordinators=(Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC),))
    )
    without_coordinator = make_assessment(grid, identity=make_identity(coordinators=()))
    assert not wants_number(heading, lead)
    assert wants_number(reserved, lead)
    assert not is_asked(reserved, thematic)
    assert not is_asked(reserved, without_coordinator)
    asked = {finding.code: finding.places for finding in check(grid, lead)}[FindingCode.NUMBERS_MISSING]
    assert asked == (reserved.id,)
    assert FindingCode.NUMBERS_MISSING not in codes_of(grid, thematic)


def test_the_next_number_goes_round_the_lines_and_ends_with_those_that_are_proposed() -> None:
    """A heading and what is not asked of these people are passed over."""
    grid = make_grid((2, 1), indicators=(3, 1), proposed={"m2.a01", "m2.i01"})
    lead = make_assessment(grid)
    thematic = lead._replace(
        identity=make_identity(coordinators=(Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC),))
    )
    for after, expected in (
        *(("", "m1.i02"), ("m1.a01", "m1.i02"), ("m1.i01", "m1.i02"), ("m1.i02", "m1.i03")),
        *(("m1.i03", "m1.i02"), ("m2.a01", "m1.i02"), ("ailleurs", "m1.i02")),
    ):
        assert next_number(grid, lead, after) == expected
    assert next_number(grid, thematic, "m1.i02") == "m1.i03"
    assert next_number(grid, thematic, "m1.i03") == "m1.i03", "around to itself"
    given = lead._replace(numbers={"m1.i02": 0, "m1.i03": 4})
    assert next_number(grid, given, "m1.a01") == "m2.i01", "the Caf's have none left"
    assert next_number(grid, given._replace(numbers={**given.numbers, "m2.i01": 1}), "") is None
    assert numbers_given(grid.indicators.values(), given) == (LineCount(2, 0), LineCount(2, 1))
    assert numbers_given(grid.indicators.values(), thematic) == (LineCount(0, 0), LineCount(1, 1))


def test_what_the_caf_said_is_advice_until_it_is_answered() -> None:
    grid = make_grid()
    said = Said(datetime(2027, 3, 12, tzinfo=UTC), "Prénom Nom", True, line="m1.a02", words="Précisez.")
    assessment = make_assessment(grid, fill(grid), said={said.id: said})
    (finding,) = (one for one in check(grid, assessment) if one.code is FindingCode.OPEN_POINTS)
    assert (finding.severity, finding.places) == (Severity.ADVICE, (said.id,))
    seen = assessment._replace(drafts={said.id: Draft(answers=(said.id,), is_kept=True)})
    assert FindingCode.OPEN_POINTS not in codes_of(grid, seen)


def test_the_files_say_to_the_caf_what_blocks_what_lacks_and_no_other_advice() -> None:
    about_caf = {code for code in FindingCode if Finding(code, Severity.ADVICE).is_for_caf}
    assert about_caf == {
        FindingCode.NUMBERS_MISSING,
        FindingCode.ALL_NOT_CONCERNED,
    }
    assert all(Finding(code, Severity.BLOCKING).is_for_caf for code in FindingCode)
    assert [severity.value for severity in Severity] == ["bloquant", "conseil"], "as `--json` shows them"
    assert MAX_NUMBER == 999_999


def test_each_line_that_the_grid_does_not_have_is_reported_once() -> None:
    grid = make_grid(policies=("famille",))
    assessment = make_assessment(
        grid,
        {Cell("m9.a01", "famille"): Rating.NO, Cell("m1.a01", "social"): Rating.NO},
        comments={"m9.a01": "a", "m9.a02": "b"},
        numbers={"m9.i01": 1},
        remarks={"m9.i01": "c"},
        actions={"m9.a03": Action("d")},
    )
    assert sorted(foreign_ids(grid, assessment)) == ["m1.a01", "m9.a01", "m9.a02", "m9.a03", "m9.i01"]
    assert FindingCode.UNKNOWN_LINES in codes_of(grid, assessment)


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


def test_the_next_blank_is_of_the_caf_while_there_is_one_then_proposed() -> None:
    grid = make_grid(lines=(2, 2), policies=("famille",), indicators=(), proposed={"m2.a01", "m2.a02"})
    cells = {cell.activity: cell for cell in grid.cells}
    assert next_blank(grid, make_assessment(grid), cells["m1.a02"]) == cells["m1.a01"]
    own = make_assessment(grid, {cells["m1.a01"]: Rating.NO, cells["m1.a02"]: Rating.NO})
    assert next_blank(grid, own, cells["m1.a02"]) == cells["m2.a01"]


def test_a_grid_without_a_line_of_the_caf_gives_no_final_submission() -> None:
    grid = make_grid(lines=(1,), indicators=(), proposed={"m1.a01"})
    full = make_assessment(grid, fill(grid))
    (finding,) = check(grid, full)
    assert finding.code is FindingCode.NO_LINE_OF_CAF
    assert blocking((finding,))


@each_row("text", ["prenom.nom@caf16.caf.fr", "a@b.fr", "à@é.fr"])
def test_an_address(text: str) -> None:
    assert is_email(text)


@each_row("text", ["", "a", "a@b", "a@b.", "@b.fr", "a b@c.fr", "a@b.fr, c@d.fr", "a@b.fr\n", "a@@b.fr"])
def test_not_an_address(text: str) -> None:
    assert not is_email(text)
