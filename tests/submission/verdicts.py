"""Looking at what a reader has to say."""

from __future__ import annotations

from ctg_tui.domain.text import is_clean
from ctg_tui.formats.problems import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.reader import examine


def problems_of(content: bytes, catalogue: Catalogue) -> tuple[Problem, ...]:
    found = examine(content, catalogue)
    assert isinstance(found, tuple), "accepted"
    assert found
    for problem in found:
        assert problem.code in ProblemCode
        assert is_clean(problem.sentence())
        assert problem.message.endswith(".")
    return found


def codes_of(content: bytes, catalogue: Catalogue) -> list[ProblemCode]:
    return [problem.code for problem in problems_of(content, catalogue)]
