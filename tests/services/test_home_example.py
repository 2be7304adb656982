"""The example: whole, realistic, and held by no disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import PreparationTopic, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.steps import check, wants_number
from ctg_tui.services.editing import Session
from ctg_tui.services.home import open_example
from ctg_tui.services.sending import export, prepare
from ctg_tui.services.workspace import Workspace
from tests.databases import Clock
from tests.each_row import each_row

Example = tuple[Workspace, Session]


@pytest.fixture
def example() -> Iterator[Example]:
    workspace, session = open_example(Clock())
    yield workspace, session
    workspace.close()


def test_the_example_is_complete_on_every_page(example: Example) -> None:
    _, session = example
    grid, assessment = session.grid, session.assessment
    assert check(grid, assessment) == ()
    assert set(assessment.answers) == set(grid.cells)
    assert set(assessment.preparation) == set(PreparationTopic)
    asked = {line.id for line in grid.indicators.values() if wants_number(line, assessment)}
    assert set(assessment.numbers) == asked
    assert assessment.actions
    assert not session.forecast.is_blank


@each_row("status", Status)
def test_no_file_is_made_of_it(tmp_path: Path, example: Example, status: Status) -> None:
    workspace, session = example
    for act in (export, prepare):
        with pytest.raises(Refusal) as refused:
            act(workspace, session.assessment.id, tmp_path, status=status)
        assert refused.value.code == "exemple"
    assert not [*tmp_path.iterdir()]
    assert session.sent is None
