"""A colleague's file put into one's own: one edit, after a backup; what differs is chosen or left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Assessment, Cell, Coordinator, Profile, Rating, Said, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS, union
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.completing import Completed, complete, look
from ctg_tui.services.workspace import Workspace
from ctg_tui.submission.file import Received, examine
from tests.databases import open_workspace
from tests.received import submission
from tests.strategies import charente, make_assessment, make_identity

GRID = charente()
FIRST, SECOND = Cell("m1.a01", "famille"), Cell("m1.a02", "famille")
MARCH = datetime(2027, 3, 12, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path)
    yield workspace
    workspace.close()


@pytest.fixture
def own_id(workspace: Workspace) -> int:
    own_id = workspace.create(make_identity(), GRID)
    session = workspace.open(own_id)
    session.rate(FIRST, Rating(2))
    session.comment("m1.a01", "Deux comités.")
    return own_id


def file_of(assessment: Assessment) -> Received:
    return examine(submission(assessment, status=Status.DRAFT), Catalogue(), Path("envoi.json"))


def colleague(first_name: str, **content: Any) -> Received:
    people = (Coordinator("c1", "Nom", first_name, Profile.THEMATIC, ("famille", "education", "social")),)
    uuid = f"6f1d0c52-8a3e-4b7f-9c21-{ord(first_name[0]):012x}"
    made = make_assessment(GRID, identity=make_identity(coordinators=people), uuid=uuid)
    return file_of(made._replace(**content))


def alix() -> Received:
    return colleague(
        "Alix", answers={FIRST: Rating(1), SECOND: Rating(3)}, comments={"m1.a01": "Trois, avec le bureau."}
    )


def put_in(workspace: Workspace, own_id: int, received: Received, *chosen: str) -> Completed:
    return complete(workspace, own_id, received, "de-mon-collegue.json", chosen)


def test_it_is_one_edit_that_undo_takes_back_after_a_backup(workspace: Workspace, own_id: int) -> None:
    session = workspace.open(own_id)
    before = session.assessment
    backups = len(list(workspace.store.path.parent.rglob("*avant-remplacement*")))
    put_in(workspace, own_id, alix(), "note/m1.a01/famille")
    assert len(list(workspace.store.path.parent.rglob("*avant-remplacement*"))) == backups + 1
    session.reload()
    session.undo()
    assert session.assessment == before
    session.redo()
    assert session.assessment.answers[FIRST] is Rating(1)


def test_a_file_of_another_territory_or_year_is_told_first(workspace: Workspace, own_id: int) -> None:
    theirs = alix().assessment
    elsewhere = theirs.identity.territory._replace(name="Autre", siren=None)
    for identity in (theirs.identity._replace(year=2026), theirs.identity._replace(territory=elsewhere)):
        received = file_of(theirs._replace(identity=identity))
        assert look(workspace, own_id, received).warning.startswith("À vérifier"), identity


def test_what_cannot_be_put_in_is_one_sentence_and_changes_nothing(workspace: Workspace, own_id: int) -> None:
    before = workspace.store.load(own_id).assessment
    with pytest.raises(Refusal, match="n’est pas une valeur qui diffère"):
        put_in(workspace, own_id, alix(), "note/m1.a02/famille")
    rows = union(Said(MARCH, "Caf", True, words=f"{number}") for number in range(MOST_RECEIVED_ROWS + 1))
    with pytest.raises(Refusal, match="Rien n’a été changé"):
        put_in(workspace, own_id, colleague("Bo", said={said.id: said for said in rows}))
    assert workspace.store.load(own_id).assessment == before
