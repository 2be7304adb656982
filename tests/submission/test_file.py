"""Reading submissions: those of the program are accepted, and a refusal gives reasons and places."""

from __future__ import annotations

import json

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ctg_tui import submission
from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.domain.thread import union
from ctg_tui.formats import MAX_BYTES
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission import InvalidSubmission, Received, checked, examine, read, serialise
from tests.effort import tries
from tests.example_assessment import published
from tests.make_examples import REFUSED_FOLDER, document_of
from tests.strategies import assessments, charente, filled_assessment
from tests.submission.verdicts import FILE, problem_of, verdict


def knowing(grid: Grid) -> Catalogue:
    """Return a catalogue with one more grid, that of a database."""
    return Catalogue(lambda: [(grid, True)])


# The published examples.


def test_a_refusal_is_one_sentence_with_the_place_in_the_file_and_what_to_do(catalogue: Catalogue) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        read(REFUSED_FOLDER / "mauvais-pourcentage.json", catalogue)
    refusal = caught.value
    assert (refusal.code, refusal.exit_code) == ("modifie", EXIT_INVALID_DOCUMENT)
    assert " ".join(refusal.sentences().split()) == (
        "« mauvais-pourcentage.json » est refusé : il a été modifié ou réenregistré par un autre logiciel "
        "après sa création (resultats.ensemble.pourcentage). Demandez à l’expéditeur de l’enregistrer de "
        "nouveau et de l’envoyer tel quel."
    )


# Reading back.


@settings(max_examples=tries(80))
@given(drawn=assessments(), status=st.sampled_from(Status))
def test_a_written_submission_is_read_back_the_same(drawn: tuple[Grid, Assessment], status: Status) -> None:
    grid, assessment = drawn
    assessment = assessment._replace(id=0)
    content = serialise(document_of(grid, assessment, status))
    result = verdict(content, knowing(grid))
    incomplete = not assessment.identity.territory.name or not assessment.identity.coordinators
    blank = any(cell not in assessment.answers for cell in grid.own_cells) or not grid.own_cells
    if status is Status.FINAL and (incomplete or blank):
        assert problem_of(content, knowing(grid)).code == "definitif-incomplet"
        return
    event("accepted")
    assert isinstance(result, Received)
    assert result.assessment == assessment
    assert result.grid == grid
    assert result.scores == score(grid, assessment.answers)
    assert result.document == json.loads(content)


@settings(max_examples=tries(60))
@given(drawn=assessments())
def test_a_submission_of_an_unknown_grid_is_refused_until_it_is_installed(
    drawn: tuple[Grid, Assessment],
) -> None:
    grid, assessment = drawn
    with pytest.raises(InvalidSubmission) as refused:
        examine(serialise(document_of(grid, assessment, Status.DRAFT)), Catalogue(), FILE)
    assert refused.value.code == "grille-inconnue"
    assert f"« {grid.id} » est introuvable sur ce poste" in " ".join(refused.value.message.split())
    assert "grille installer" in refused.value.advice


# Written only where it would be read.


def test_a_file_that_its_reader_refuses_is_not_made(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = charente()
    tampered = document_of(grid, filled_assessment(grid), Status.FINAL)
    tampered["resultats"]["ensemble"]["points"] += 1
    for document, code, most in (
        (document_of(grid, filled_assessment(grid), Status.DRAFT), "fichier-trop-gros", 10_000),
        (tampered, "modifie", MAX_BYTES),
        (document_of(grid, published("provisoire"), Status.FINAL), "definitif-incomplet", MAX_BYTES),
    ):
        monkeypatch.setattr(submission, "MAX_BYTES", most)
        with pytest.raises(Refusal) as refused:
            checked(document, catalogue)
        assert refused.value.code == code
        assert "Rien n’a été écrit" in refused.value.message
        assert ("ou choisissez" in refused.value.advice) is (code == "definitif-incomplet")


# The thread: sealed with the file, outside the fingerprint of the answers.


def test_what_was_said_changes_no_fingerprint_and_is_given_back_whole() -> None:
    grid = charente()
    silent = published("provisoire")
    with_words = published("fil")
    document = document_of(grid, with_words, Status.DRAFT)
    assert document["integrite"] == document_of(grid, silent, Status.DRAFT)["integrite"]
    received = verdict(serialise(document), knowing(grid))
    assert isinstance(received, Received)
    assert received.assessment.said == with_words.said
    assert list(received.assessment.said) == [said.id for said in union(with_words.said.values())]
