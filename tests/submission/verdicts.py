"""The verdict of the reader on some bytes."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.formats import Problem
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission import InvalidSubmission, Received, examine
from tests.cleanness import is_clean

FILE = Path("essai.json")


def verdict(content: bytes, catalogue: Catalogue) -> Received | Problem:
    try:
        return examine(content, catalogue, FILE)
    except InvalidSubmission as refusal:
        return refusal.problem


def problem_of(content: bytes, catalogue: Catalogue) -> Problem:
    problem = verdict(content, catalogue)
    assert isinstance(problem, Problem), "accepted"
    assert is_clean(problem.sentence())
    assert problem.sentence().endswith(".")
    return problem
