"""The file of a submission to write: accepted by its reader, counted, named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from ctg_tui.domain.assessment import Action, Assessment, Identity, Moment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import LineCount, line_count
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import fingerprint_of, serialise
from ctg_tui.submission.file import Counts, Received, checked, counts_of, examine
from tests.each_row import each_row
from tests.effort import tries
from tests.example_assessment import example_assessment, example_draft
from tests.make_examples import document_of
from tests.strategies import assessments, charente, filled_assessment, make_assessment, make_grid

GRID = charente()


def final() -> dict[str, Any]:
    return document_of(GRID, example_assessment(GRID), Status.FINAL)


def test_the_file_of_a_submission_is_counted_and_read_back() -> None:
    ready = checked(final())
    short = ready.fingerprint[:8].upper()
    assert ready.name == f"CTG_val-de-charente_2027_annuelle_envoi-1_{short[:4]}-{short[4:]}.json"
    assert ready.fingerprint == fingerprint_of(GRID, example_assessment(GRID))
    received = examine(ready.content, Catalogue())
    assert isinstance(received, Received)
    assert received.assessment.answers == example_assessment(GRID).answers


def test_a_file_that_its_reader_refuses_is_not_made() -> None:
    comments = dict.fromkeys(GRID.activities, "漢" * 20_000)
    actions = dict.fromkeys(GRID.activities, Action("漢" * 20_000, "", None))
    document = document_of(GRID, make_assessment(GRID, comments=comments, actions=actions), Status.DRAFT)
    with pytest.raises(Refusal) as refused:
        checked(document)
    assert refused.value.code == "fichier-trop-gros"
    assert " ".join(refused.value.sentences().split()) == (
        "Le fichier dépasserait 5 Mo : personne ne pourrait le vérifier. Rien n’a été écrit ; vos réponses "
        "sont intactes. Raccourcissez les commentaires les plus longs, puis recommencez."
    )


def test_the_counts_are_those_of_the_assessment() -> None:
    assessment = example_assessment(GRID)
    counts = checked(final()).counts
    own = [assessment.answers[cell] for cell in GRID.own_cells]
    notes = [answer for answer in own if isinstance(answer, int)]
    assert counts == Counts(
        rated=len(notes),
        not_concerned=42 - len(notes),
        blank=0,
        comments=line_count([*assessment.comments, *assessment.remarks], GRID.proposed_lines),
        numbers=line_count(assessment.numbers, GRID.proposed_lines),
        actions=line_count(assessment.actions, GRID.proposed_lines),
        proposed=111,
    )


@each_row(
    "assessment",
    [
        example_draft(GRID),
        example_assessment(GRID)._replace(identity=Identity(2027, Moment.YEARLY)),
    ],
)
def test_a_final_submission_that_is_not_complete_is_not_made(assessment: Assessment) -> None:
    with pytest.raises(Refusal) as caught:
        checked(document_of(GRID, assessment, Status.FINAL))
    assert caught.value.code == "definitif-incomplet"
    said = " ".join(caught.value.sentences().split())
    assert said.startswith("Le fichier pour la Caf n’a pas été enregistré : ")
    assert said.endswith(". Rien n’a été écrit. Complétez l’évaluation, ou choisissez « provisoire ».")


def test_a_document_that_was_tampered_with_is_not_made() -> None:
    document = final()
    document["reponses"][0]["note"] = 0
    with pytest.raises(Refusal) as caught:
        checked(document)
    assert caught.value.code == "modifie"


@settings(max_examples=tries(30))
@given(drawn=assessments())
def test_any_provisional_state_can_be_written(drawn: tuple[Grid, Assessment]) -> None:
    document = document_of(*drawn, Status.DRAFT)
    ready = checked(document)
    assert ready.content == serialise(document)
    assert ready.fingerprint == fingerprint_of(*drawn)


def test_an_empty_assessment_can_be_shown_to_the_adviser() -> None:
    assessment = make_assessment(GRID, identity=Identity(2027, Moment.START))
    ready = checked(document_of(GRID, assessment, Status.DRAFT))
    assert ready.counts == Counts(0, 0, 42, LineCount(0), LineCount(0), LineCount(0))
    assert "_territoire_2027_" in ready.name


def test_without_proposed_lines_the_counts_say_none() -> None:
    grid = make_grid()
    document = document_of(grid, filled_assessment(grid), Status.DRAFT)
    assert "propositions" not in document["resultats"]
    assert counts_of(document, grid).proposed == 0
