"""The problem that the reader reports for some bytes."""

from __future__ import annotations

from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.file import examine
from tests.cleanness import is_clean


def problem_of(content: bytes, catalogue: Catalogue) -> Problem:
    problem = examine(content, catalogue)
    assert isinstance(problem, Problem), "accepted"
    assert problem.code in ProblemCode
    assert is_clean(problem.sentence())
    assert problem.sentence().endswith(".")
    return problem


def code_of(content: bytes, catalogue: Catalogue) -> ProblemCode:
    return problem_of(content, catalogue).code
