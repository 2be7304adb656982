"""A person who lost everything takes their submission back, and goes on with the same lineage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Assessment, Cell, Moment, Rating, Status
from ctg_tui.domain.changes import Operation
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.services.received.own import take_back
from ctg_tui.services.sending import Sent, export
from ctg_tui.services.workspace import Workspace
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.example_assessment import example_assessment
from tests.received import examples
from tests.services.dossiers import save
from tests.strategies import charente

GRID = charente()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Workspace]:
    """Return the database that is lost later."""
    (tmp_path / "ici").mkdir()
    opened = open_workspace(tmp_path / "ici")
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Workspace]:
    """Return the database of the new computer."""
    (tmp_path / "ailleurs").mkdir()
    opened = open_workspace(tmp_path / "ailleurs")
    yield opened
    opened.close()


def sent_from(workspace: Workspace, made: int, folder: Path, status: Status = Status.DRAFT) -> Sent:
    folder.mkdir(exist_ok=True)
    return export(workspace, made, folder, status)


def content(assessment: Assessment) -> Assessment:
    """Return an assessment without what differs from one database to another."""
    return assessment._replace(id=0, previous_id=None, set_aside={})


def test_a_draft_comes_back_whole_and_its_next_file_says_the_same(
    here: Workspace, elsewhere: Workspace, tmp_path: Path
) -> None:
    made = save(here, example_assessment(GRID))
    sent = sent_from(here, made, tmp_path / "envoi")
    taken = take_back(elsewhere, sent.path)
    assert taken.is_new
    grid, assessment = elsewhere.load(taken.assessment_id)
    assert grid == here.load(made)[0]
    assert content(assessment) == content(here.load(made)[1])
    again = sent_from(elsewhere, taken.assessment_id, tmp_path / "suite")
    assert again.sending.fingerprint == sent.sending.fingerprint


def test_the_next_number_follows_that_of_the_file_taken_back(
    here: Workspace, elsewhere: Workspace, tmp_path: Path
) -> None:
    made = save(here, example_assessment(GRID))
    sent = sent_from(here, made, tmp_path / "envoi", Status.FINAL)
    taken = take_back(elsewhere, sent.path)
    assessment = elsewhere.load(taken.assessment_id)[1]
    assert assessment.uuid == here.load(made)[1].uuid
    again = sent_from(elsewhere, taken.assessment_id, tmp_path / "suite", Status.FINAL)
    assert (again.sending, again.path.read_bytes()) == (sent.sending, sent.path.read_bytes())
    elsewhere.open(taken.assessment_id).rate(Cell("m1.a01", "famille"), Rating.NO)
    later = sent_from(elsewhere, taken.assessment_id, tmp_path / "suite", Status.FINAL)
    assert later.sending.number == 2


def test_what_is_there_already_is_never_changed_nor_doubled(here: Workspace, tmp_path: Path) -> None:
    made = save(here, example_assessment(GRID))
    sent = sent_from(here, made, tmp_path / "envoi")
    here.open(made).rate(Cell("m1.a01", "famille"), Rating.NO)
    before = here.load(made)
    taken = take_back(here, sent.path)
    assert (taken.assessment_id, taken.is_new) == (made, False)
    assert here.load(made) == before
    assert len(here.summaries()) == 1


def test_one_undo_takes_all_of_it_back_and_the_journal_names_the_file(
    here: Workspace, elsewhere: Workspace, tmp_path: Path
) -> None:
    sent = sent_from(here, save(here, example_assessment(GRID)), tmp_path / "envoi")
    session = elsewhere.open(take_back(elsewhere, sent.path).assessment_id)
    edit = session.undo()
    assert edit is not None
    assert edit.op is Operation.IMPORT
    assert {change.source for change in edit.changes} == {f"soumission {sent.sending.fingerprint}"}
    assert not any((session.assessment.answers, session.assessment.comments, session.assessment.actions))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first year first", "second year first"])
def test_the_years_of_a_suite_find_each_other_again(
    here: Workspace, elsewhere: Workspace, tmp_path: Path, order: tuple[int, int]
) -> None:
    first = save(here, example_assessment(GRID))
    second = here.duplicate(first, 2028, Moment.YEARLY)
    files = [sent_from(here, made, tmp_path / "envoi").path for made in (first, second)]
    taken = {rank: take_back(elsewhere, files[rank]).assessment_id for rank in order}
    assert elsewhere.load(taken[1])[1].previous_id == taken[0]


def test_a_submission_of_an_unknown_grid_or_a_damaged_one_is_refused_and_nothing_is_taken(
    here: Workspace, elsewhere: Workspace, tmp_path: Path
) -> None:
    made = save(here, example_assessment(GRID))
    sent = sent_from(here, made, tmp_path / "envoi")
    spoilt = tmp_path / "abime.json"
    spoilt.write_bytes(sent.path.read_bytes().replace(b'"note": 3', b'"note": 2', 1))
    with pytest.raises(InvalidDocument):
        take_back(elsewhere, spoilt)
    document = tmp_path / "inconnue.json"
    document.write_bytes(examples()["bon-grille-inconnue.json"])
    with pytest.raises(Refusal) as refused:
        take_back(elsewhere, document)
    assert refused.value.code == "grille-inconnue"
    assert rows(tmp_path / "ailleurs" / DATABASE_NAME, "SELECT count(*) FROM assessment") == [(0,)]
