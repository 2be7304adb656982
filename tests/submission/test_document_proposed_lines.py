"""What a file says of proposed lines is computed again: they are named, apart, and in no other figure."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import in_view
from ctg_tui.formats import Document, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import serialise
from ctg_tui.submission.file import Received, examine
from tests.each_row import each_row
from tests.make_examples import document_of, resealed
from tests.strategies import charente, fill, filled_assessment, make_assessment, make_grid
from tests.submission.test_file import CatalogueWith
from tests.submission.verdicts import problem_of


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()


def sent(grid: Grid) -> Document:
    return document_of(grid, filled_assessment(grid), Status.FINAL)


def _forget_the_block(document: dict[str, Any]) -> None:
    del document["resultats"]["propositions"]


def _forget_a_line(document: dict[str, Any]) -> None:
    document["grille"]["lignes_proposees"].pop(0)


def _call_a_line_proposed(document: dict[str, Any]) -> None:
    document["grille"]["lignes_proposees"].insert(0, "m1.a01")


def _embellish(document: dict[str, Any]) -> None:
    document["resultats"]["propositions"]["ensemble"]["pourcentage"] = 99


def _add_up(document: dict[str, Any]) -> None:
    results = document["resultats"]
    for key in ("points", "maximum", "notees", "nc"):
        results["ensemble"][key] += results["propositions"]["ensemble"][key]


def _say_all_is_of_the_caf(document: dict[str, Any]) -> None:
    document["grille"]["lignes_proposees"] = []


@each_row(
    "spoil, path",
    [
        (_forget_the_block, "resultats.propositions"),
        (_forget_a_line, "grille.lignes_proposees[0]"),
        (_call_a_line_proposed, "grille.lignes_proposees[0]"),
        (_embellish, "resultats.propositions.ensemble.pourcentage"),
        (_add_up, "resultats.ensemble.points"),
        (_say_all_is_of_the_caf, "reponses[42]"),
    ],
)
def test_a_file_that_says_otherwise_is_refused_with_its_place(
    catalogue: Catalogue, spoil: Callable[[dict[str, Any]], None], path: str
) -> None:
    document = copy.deepcopy(sent(charente()))
    spoil(document)
    problem = problem_of(resealed(document), catalogue)
    assert (problem.code, problem.path) == (ProblemCode.MODIFIED, path)


def test_lines_left_aside_make_a_file_of_the_cafs_lines_alone(catalogue: Catalogue) -> None:
    grid = charente()
    full = filled_assessment(grid)
    whole = sent(grid)
    alone = document_of(*in_view(grid, full._replace(open_missions=frozenset())), Status.FINAL)
    received = examine(serialise(alone), catalogue)
    assert isinstance(received, Received)
    assert received.grid == grid.through(())
    assert not received.assessment.open_missions
    assert {row["activite"] for row in alone["reponses"]} == set(list(grid.activities)[:14])
    assert alone["resultats"]["ensemble"] == whole["resultats"]["ensemble"]
    assert alone["integrite"]["empreinte"] != whole["integrite"]["empreinte"]


@each_row("opened", [frozenset(some) for size in range(4) for some in combinations(("m2", "m3", "m4"), size)])
def test_any_open_missions_make_a_file_that_is_read_with_them(
    catalogue: Catalogue, opened: frozenset[str]
) -> None:
    grid = charente()
    full = filled_assessment(grid, open_missions=opened)
    document = document_of(*in_view(grid, full), Status.FINAL)
    received = examine(serialise(document), catalogue)
    assert isinstance(received, Received)
    assert received.assessment.open_missions == opened
    assert received.grid is grid.through(opened)
    assert document["grille"]["lignes_proposees"] == [
        line for line in grid.proposed_lines if grid.mission_of[line].id in opened
    ]
    blanks = [
        row["sans_reponse"] for row in document["resultats"].get("propositions", {}).get("missions", [])
    ]
    assert blanks == [0] * len(opened), "a closed mission is not a mission without an answer"


@each_row("kept", [1, 2, 16])
def test_a_part_of_a_mission_is_refused(catalogue: Catalogue, kept: int) -> None:
    grid = charente()
    document = document_of(*in_view(grid, filled_assessment(grid, open_missions=frozenset())), Status.FINAL)
    document["grille"]["lignes_proposees"] = list(grid.doors[0].lines[:kept])
    assert problem_of(resealed(document), catalogue).path.startswith("grille.lignes_proposees")


def test_a_grid_without_any_line_of_the_caf_is_open_whole() -> None:
    grid = make_grid((1, 1), indicators=(), proposed={"m1.a01", "m2.a01"})
    document = document_of(grid, make_assessment(grid, fill(grid)), Status.DRAFT)
    assert document["grille"]["lignes_proposees"] == ["m1.a01", "m2.a01"]
    assert isinstance(examine(serialise(document), CatalogueWith(grid)), Received)
    document["grille"]["lignes_proposees"] = ["m1.a01"]
    assert problem_of(resealed(document), CatalogueWith(grid)).path.startswith("grille.lignes_proposees")


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


def test_an_unknown_grid_keeps_its_two_kinds_of_figures_apart(catalogue: Catalogue) -> None:
    grid = make_grid(lines=(2, 2), indicators=(), proposed={"m1.a02", "m2.a01", "m2.a02"})
    document = document_of(grid, make_assessment(grid, fill(grid)), Status.DRAFT)
    received = examine(serialise(document), catalogue)
    assert isinstance(received, Received)
    assert received.grid is None
    moved = copy.deepcopy(document)
    moved["grille"]["lignes_proposees"].remove("m1.a02")
    assert problem_of(resealed(moved), catalogue).path == "resultats.rubriques"
