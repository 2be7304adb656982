"""The road: each step counted by the rules of the checks, the two kinds of lines apart."""

from __future__ import annotations

import pytest

from ctg_tui.domain.assessment import (
    Adviser,
    Assessment,
    Coordinator,
    Identity,
    Moment,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.scores import score
from ctg_tui.domain.steps import Progress, Road, Step, check, is_blocked, road, wants_number
from ctg_tui.wording.steps import ready, stops
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


def of(assessment: Assessment, forecast: Forecast | None = None) -> Road:
    return road(GRID, assessment, score(GRID, assessment.answers), forecast or Forecast())


def step(made: Road, which: Step) -> Progress:
    return next(each for each in made.steps if each.step is which)


def full() -> Assessment:
    asked = [
        line.id for line in GRID.indicators.values() if not line.is_proposed and wants_number(line, BLANK)
    ]
    return BLANK._replace(
        answers=dict.fromkeys(GRID.own_cells, Rating.MOSTLY), numbers=dict.fromkeys(asked, 3)
    )


def test_the_caf_s_lines_and_the_proposed_ones_are_counted_apart() -> None:
    some = BLANK._replace(answers=dict.fromkeys([*GRID.own_cells[:23], *GRID.cells[-16:]], Rating(3)))
    progress = step(of(some), Step.GRID)
    assert (progress.done, progress.asked) == (23, 42)
    assert progress.proposed == (16, 111)
    assert not progress.is_complete


def test_it_is_ready_when_no_check_forbids_a_final_file_and_the_numbers_are_there() -> None:
    assert not of(BLANK).is_ready
    assert not of(full()._replace(numbers={})).is_ready
    done = full()
    assert of(done).is_ready
    assert not is_blocked(check(GRID, done))
    assert ready(of(done))[0].startswith("Évaluation remplie")


def test_a_final_assessment_has_nothing_left_to_send() -> None:
    final = of(full()._replace(status=Status.FINAL))
    assert not final.is_ready
    assert step(final, Step.SENDING).is_complete


def test_all_is_said_to_be_filled_in_only_with_the_forecast() -> None:
    filled = Forecast((ForecastLine("Nom", "Prénom", 160_700, 3_000_000, "c1"),))
    assert of(full(), filled).is_all_done
    assert ready(of(full(), filled))[0].startswith("Tout est rempli")
    assert not of(full(), Forecast((ForecastLine("Nom", "Prénom", 160_700, None, "c1"),))).is_all_done


def test_a_file_of_someone_else_has_no_step_that_sends_anything() -> None:
    received = road(GRID, full(), score(GRID, full().answers), None)
    assert [each.step for each in received.steps] == [1, 2, 3, 4]
    assert not received.is_ready


@pytest.mark.parametrize("answered", [0, 1, 23, 42, 153])
def test_after_notes_alone_the_road_is_the_one_counted_from_the_start(answered: int) -> None:
    noted = BLANK._replace(answers=dict.fromkeys(GRID.cells[:answered], Rating.PARTLY))
    assert of(BLANK).with_scores(score(GRID, noted.answers)) == of(noted)


def test_a_step_that_asks_for_nothing_yet_is_not_said_to_be_done() -> None:
    """Without a coordinator no number is expected."""
    nobody = of(BLANK._replace(identity=IDENTITY._replace(coordinators=())))
    assert step(nobody, Step.INDICATORS).asked == 0
    assert {stop.step: stop.tally for stop in stops(nobody)}[Step.INDICATORS] == ""


def test_counts_are_never_percentages() -> None:
    for assessment in (BLANK, full()):
        texts = [f"{stop.tally} {stop.beside}" for stop in stops(of(assessment))]
        assert not any("%" in text for text in texts)
