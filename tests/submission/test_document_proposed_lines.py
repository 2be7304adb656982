"""What a file says of proposed lines is computed again: they are apart, and in no other figure."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import Document, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import Received, examine
from tests.each_row import each_row
from tests.make_examples import document_of, resealed
from tests.strategies import charente, charente_of_caf, filled_assessment, make_assessment
from tests.submission.verdicts import problem_of


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def sent(grid: Grid) -> Document:
    return document_of(grid, filled_assessment(grid), Status.FINAL)


def _forget_the_block(document: dict[str, Any]) -> None:
    del document["resultats"]["propositions"]


def _embellish(document: dict[str, Any]) -> None:
    document["resultats"]["propositions"]["ensemble"]["pourcentage"] = 99


def _add_up(document: dict[str, Any]) -> None:
    results = document["resultats"]
    for key in ("points", "maximum", "notees", "nc"):
        results["ensemble"][key] += results["propositions"]["ensemble"][key]


@each_row(
    "spoil, path",
    [
        (_forget_the_block, "resultats.propositions"),
        (_embellish, "resultats.propositions.ensemble.pourcentage"),
        (_add_up, "resultats.ensemble.points"),
    ],
)
def test_a_file_that_says_otherwise_is_refused_with_its_place(
    catalogue: Catalogue, spoil: Callable[[dict[str, Any]], None], path: str
) -> None:
    document = copy.deepcopy(sent(charente()))
    spoil(document)
    problem = problem_of(resealed(document), catalogue)
    assert (problem.code, problem.path) == (ProblemCode.MODIFIED, path)


def test_both_shipped_grids_give_the_same_figures_on_the_cafs_lines(catalogue: Catalogue) -> None:
    own, whole = sent(charente_of_caf()), sent(charente())
    assert "propositions" not in own["resultats"]
    assert {key: figures for key, figures in whole["resultats"].items() if key != "propositions"} == own[
        "resultats"
    ]
    for document, grid in ((own, charente_of_caf()), (whole, charente())):
        received = examine(serialise(document), catalogue)
        assert isinstance(received, Received)
        assert received.grid is grid


def test_an_answer_to_a_line_of_the_other_shipped_grid_is_refused(catalogue: Catalogue) -> None:
    document = sent(charente_of_caf())
    document["reponses"].append({"activite": "m2.a01", "politique": "famille", "note": 3})
    problem = problem_of(resealed(document), catalogue)
    assert (problem.code, problem.path) == (ProblemCode.MODIFIED, "reponses[42]")


def test_a_final_file_needs_every_answer_to_the_cafs_lines_and_no_other(
    catalogue: Catalogue,
) -> None:
    grid = charente()
    own = dict.fromkeys(grid.own_cells, Rating.FULLY)
    received = examine(serialise(document_of(grid, make_assessment(grid, own), Status.FINAL)), catalogue)
    assert isinstance(received, Received)
    assert received.document["resultats"]["ensemble"]["pourcentage"] == 100
    assert received.document["resultats"]["propositions"]["ensemble"]["pourcentage"] is None
    own.pop(grid.own_cells[0])
    lacking = document_of(grid, make_assessment(grid, own), Status.FINAL)
    assert problem_of(serialise(lacking), catalogue).code is ProblemCode.INCOMPLETE
