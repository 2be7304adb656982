"""What was answered on a line before, and when: its sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ctg_tui.domain.changes import Change, Field, JournalEntry, from_submission, from_workbook
from ctg_tui.wording.grid import history_lines
from tests.strategies import make_grid

AT = datetime(2027, 1, 12, 13, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "verb"), [(None, "x", "écrit"), ("x", "y", "modifié"), ("x", None, "effacé")]
)
def test_a_comment_is_masculine_and_an_action_is_feminine(
    before: str | None, after: str | None, verb: str
) -> None:
    happened = [
        JournalEntry(AT, Change(field, "m1.a01", before, after)) for field in (Field.COMMENT, Field.ACTION)
    ]
    comment, action = history_lines(make_grid(), happened, date(2027, 1, 12))
    assert comment.startswith(f"Commentaire {verb}, le ")
    assert action.startswith(f"Action {verb}e, le ")


def test_a_value_read_in_a_workbook_says_in_which_cell() -> None:
    read = Change(Field.ANSWER, "m1.a01/famille", None, "2", from_workbook("0" * 64, "Mission 1!C14"))
    at = datetime(2027, 1, 12, 13, 2, tzinfo=UTC)
    (line,) = history_lines(make_grid(), [JournalEntry(at, read)], date(2027, 1, 12))
    assert "→ 2 (tableur, Mission 1!C14), le 12" in line
    taken = JournalEntry(at, read._replace(source=from_submission("0" * 64)))
    assert "(fichier repris)" in history_lines(make_grid(), [taken], date(2027, 1, 12))[0]
