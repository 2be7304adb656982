"""The problems that the reader reports for some bytes."""

from __future__ import annotations

from ctg_tui.domain.text import is_clean
from ctg_tui.formats import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.file import examine


def problems_of(content: bytes, catalogue: Catalogue) -> tuple[Problem, ...]:
    problems = examine(content, catalogue)
    assert isinstance(problems, tuple), "accepted"
    assert problems
    for problem in problems:
        assert problem.code in ProblemCode
        assert is_clean(problem.sentence())
        assert problem.message.endswith(".")
    return problems


def codes_of(content: bytes, catalogue: Catalogue) -> list[ProblemCode]:
    return [problem.code for problem in problems_of(content, catalogue)]
