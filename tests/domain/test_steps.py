"""The five steps: each counted by the rules of the checks, by the Caf's lines only."""

from __future__ import annotations

from ctg_tui.domain.assessment import (
    Adviser,
    Assessment,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.scores import score
from ctg_tui.domain.steps import Step, Steps, steps_of, wants_number
from ctg_tui.wording.steps import stops
from tests.strategies import charente

GRID = charente()
IDENTITY = Identity(
    2027,
    Moment.YEARLY,
    Territory("Val de Charente"),
    (Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD),),
    Adviser("Prénom Nom", "prenom.nom@exemple.fr"),
)
BLANK = Assessment(1, GRID.id, GRID.version, GRID.fingerprint, IDENTITY)


def of(assessment: Assessment, forecast: Forecast | None = None, *, is_sent: bool = False) -> Steps:
    scores = score(GRID, assessment.answers)
    return steps_of(GRID, assessment, scores, forecast or Forecast(), is_sent=is_sent)


def tally(assessment: Assessment, which: Step) -> str:
    return {stop.step: stop.tally for stop in stops(of(assessment))}[which].replace("\N{NO-BREAK SPACE}", " ")


def full() -> Assessment:
    asked = [
        line.id for line in GRID.indicators.values() if not line.is_proposed and wants_number(line, BLANK)
    ]
    return BLANK._replace(
        answers=dict.fromkeys(GRID.own_cells, Rating.MOSTLY), numbers=dict.fromkeys(asked, 3)
    )


def test_the_grid_is_counted_by_the_caf_s_lines() -> None:
    some = BLANK._replace(answers=dict.fromkeys([*GRID.own_cells[:23], *GRID.cells[-16:]], Rating(3)))
    assert tally(some, Step.GRID) == "23 sur 42"


def test_once_the_notes_are_there_the_grid_says_how_many_numbers_are_left() -> None:
    assert tally(full(), Step.GRID) == "42 sur 42 ✓"
    assert tally(full()._replace(numbers={}), Step.GRID) == "42 sur 42 · 1 nombre à donner"
    assert "nombre" not in tally(BLANK, Step.GRID)


def test_the_contact_is_told_by_a_name_and_an_address_and_two_steps_can_be_left_empty() -> None:
    for adviser in (Adviser("Prénom Nom"), Adviser("", "prenom.nom@exemple.fr"), Adviser(" ", "a@b.fr")):
        details = of(BLANK._replace(identity=IDENTITY._replace(adviser=adviser))).steps[0]
        assert (details.step, details.done, details.asked) == (Step.DETAILS, 2, 3)
    assert of(BLANK).steps[0].is_complete
    needed = {each.step: each.is_needed for each in of(BLANK).steps}
    assert [step for step in Step if not needed[step]] == [Step.PREPARATION, Step.FORECAST]
    assert [*needed] == [*Step]
    half = ForecastLine("Nom", "Prénom", 160_700, None, "c1")
    whole = Forecast((half, ForecastLine("Autre", "Prénom", 0, 0)))
    forecast = of(BLANK, whole).steps[3]
    assert (forecast.done, forecast.asked, forecast.is_complete) == (1, 2, False)
    prepared = BLANK._replace(
        preparation={PreparationTopic.STRONG_POINTS: "Oui.", PreparationTopic.TRAINING: " "}
    )
    preparation = of(prepared).steps[2]
    assert (preparation.done, preparation.asked, preparation.lacks_something) == (1, 5, False)
    assert of(BLANK).steps[2].lacks_something
    assert not of(BLANK, is_sent=True).steps[4].lacks_something


def test_the_next_step_is_the_first_one_after_here_that_lacks_something() -> None:
    assert of(BLANK).next_lacking(0) is Step.GRID
    assert of(BLANK).next_lacking(Step.GRID) is Step.PREPARATION
    assert of(full()).next_lacking(Step.FORECAST) is Step.SENDING
    assert of(full()).next_lacking(Step.SENDING) is Step.PREPARATION, "around"
    assert of(full()._replace(numbers={})).next_lacking(Step.DETAILS) is Step.GRID
    assert of(full()._replace(numbers={})).next_lacking(0) is Step.PREPARATION, "a number can be left out"


def test_once_every_cell_is_noted_people_are_named_first() -> None:
    nobody = full()._replace(identity=IDENTITY._replace(coordinators=()))
    for here in (0, Step.GRID, Step.PREPARATION, Step.SENDING):
        assert of(nobody).next_lacking(here) is Step.DETAILS


def test_a_file_of_someone_else_has_no_step_that_sends_anything() -> None:
    received = steps_of(GRID, full(), score(GRID, full().answers), None)
    assert [each.step for each in received.steps] == [Step.DETAILS, Step.GRID, Step.PREPARATION]
