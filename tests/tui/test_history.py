"""The history of a line, in sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ctg_tui.domain.changes import Change, Field, Happening
from ctg_tui.tui.history import told
from tests.strategies import make_grid

AT = datetime(2027, 1, 12, 13, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "verb"), [(None, "x", "écrit"), ("x", "y", "modifié"), ("x", None, "effacé")]
)
def test_a_comment_is_masculine_and_an_action_is_feminine(
    before: str | None, after: str | None, verb: str
) -> None:
    happened = [
        Happening(AT, Change(field, "m1.a01", before, after)) for field in (Field.COMMENT, Field.ACTION)
    ]
    comment, action = told(make_grid(), happened, date(2027, 1, 12))
    assert comment.startswith(f"commentaire {verb}, le ")
    assert action.startswith(f"action {verb}e, le ")
