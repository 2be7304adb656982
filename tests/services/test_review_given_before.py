"""A later review of the same adviser: what it says again keeps the answer given, in one gesture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.review import Decision, FollowUp, Part, part_key
from ctg_tui.services.received.intake import State, receive
from ctg_tui.services.review.answering import ReviewToAnswer, review_to_answer
from ctg_tui.services.workspace import Workspace
from tests.databases import open_workspace, read_again
from tests.received import a_review, an_assessment, submission
from tests.strategies import charente
from tests.text_mode.talker import conversation
from tests.tui.driving import give, one_line, press, running, until_shown, until_written

FIRST, SECOND = charente().cells[:2]
CHANGED = {part_key(Part.NOTE, "/".join(FIRST)): "2"}
"""The second review has another note in the first cell, and says the rest again."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder whose base has one's own assessment, a review all answered, then a second one."""
    conversation(tmp_path, "importer", str(_file(tmp_path, "envoi", submission(an_assessment()))), "oui")
    workspace = open_workspace(tmp_path)
    _receive(workspace, tmp_path, "avis-1", a_review(charente(), an_assessment()))
    session = workspace.open(1)
    for number, item in enumerate(_read(workspace, session.assessment).items):
        decision = None if item.cell is None or item.row.adviser_note is None else Decision.KEPT
        session.answer_review(item.row._replace(decision=decision, text=f"Réponse {number}"))
    _receive(workspace, tmp_path, "avis-2", a_review(charente(), an_assessment(), CHANGED, days=1))
    workspace.close()
    return tmp_path


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / f"{name}.json"
    path.write_bytes(content)
    return path


def _receive(workspace: Workspace, folder: Path, name: str, content: bytes) -> None:
    (outcome,) = receive(workspace, [_file(folder, name, content)])
    assert outcome.state is State.TAKEN, outcome.message


def _read(workspace: Workspace, assessment: Assessment) -> ReviewToAnswer:
    review = review_to_answer(workspace, charente(), assessment)
    assert review is not None
    return review


def _said(rows: tuple[FollowUp, ...]) -> set[tuple[str | None, str | None, str | None, str]]:
    return {(row.activity, row.policy, row.question, row.text) for row in rows}


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    workspace = open_workspace(folder)
    yield workspace
    workspace.close()


def test_what_is_said_again_takes_its_answer_up_and_one_undo_takes_all_of_it_back(
    workspace: Workspace, folder: Path
) -> None:
    session = workspace.open(1)
    before = session.assessment
    review = _read(workspace, before)
    assert len(review.open_items) == 5, "answers to another review answer nothing by themselves"
    former = {row for row in _said(before.follow_ups) if row[:2] != tuple(FIRST)}
    assert _said(review.given_before) == former, "the cell with another note is to be answered anew"
    session.answer_again(review.given_before)
    after = _read(workspace, session.assessment)
    assert [item.cell for item in after.open_items] == [FIRST]
    assert after.given_before == ()
    assert read_again(folder).answers == before.answers
    session.undo()
    assert session.assessment.follow_ups == before.follow_ups
    assert _read(workspace, session.assessment).given_before == review.given_before


def test_the_text_mode_offers_it_before_its_questions(folder: Path) -> None:
    said = " ".join(conversation(folder, "", "avis", "non").text.split())
    assert "4 réponses données à l’avis précédent valent encore. Les reprendre ?" in said
    assert "Remarque 1 sur 5" in said
    said = " ".join(conversation(folder, "", "avis", "oui").text.split())
    assert "Enregistré : 4 réponses reprises." in said
    assert "Remarque 1 sur 1" in said
    assert len(read_again(folder).follow_ups) == 9


async def test_on_the_page_one_key_takes_the_answers_up(folder: Path) -> None:
    async with running(folder, (120, 40)) as pilot:
        await press(pilot, "enter", "f3")
        await give(pilot, "grille.avis")
        await until_shown(pilot, "4 réponses données à l’avis précédent valent encore")
        await press(pilot, "m")
        await until_shown(pilot, "4 réponses reprises. Ctrl+Z pour les retirer.")
        assert "1 point à regarder" in one_line(pilot)
        await press(pilot, "m")
        await until_shown(pilot, "Aucune réponse à un avis précédent n’est à reprendre ici.")
        await press(pilot, "ctrl+z")
        await until_shown(pilot, "5 points à regarder")
        await until_written(pilot)
    assert len(read_again(folder).follow_ups) == 5
