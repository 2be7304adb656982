"""What adopting a grid must keep of the answers."""

from __future__ import annotations

from collections import Counter

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import Field, parse_cell_key
from ctg_tui.domain.edits import apply
from ctg_tui.domain.grid_files import Adoption, adoption, grid_text, line_values, parse_grid
from ctg_tui.domain.scores import in_view
from tests.random_grids import Case


def require_nothing_lost(case: Case) -> None:
    """Check the adoption itself, without a database. Raises AssertionError."""
    made = adoption(case.assessment, case.before, case.after)
    adopted = apply(case.assessment, made.edit.changes)
    assert parse_grid(grid_text(adopted)) == {
        "grid_id": case.after.id,
        "grid_version": case.after.version,
        "grid_fingerprint": case.after.fingerprint,
    }
    assert _texts(adopted) == _texts(case.assessment), "a value is lost, doubled or changed"
    every, seen = (
        sum(place[0] is not Field.SET_ASIDE for place in line_values(assessment))
        for assessment in (case.assessment, in_view(case.before, case.assessment)[1])
    )
    assert seen <= made.carried + made.apart <= every, "a value that was seen is behind a door"
    _require_counts(case, adopted, made)
    assert apply(adopted, made.edit.inverse()) == case.assessment, "undo does not restore everything"
    _require_in_their_line(case, adopted)
    back = apply(adopted, adoption(adopted, case.after, case.before).edit.changes)
    assert _texts(back) == _texts(case.assessment)
    if case.is_clean:
        assert line_values(back) == line_values(case.assessment), "the former grid does not bring all back"


def _require_counts(case: Case, adopted: Assessment, made: Adoption) -> None:
    """Check what the person is told: how many values are in the new grid, how many beside it."""
    view, sent = in_view(case.after, adopted)
    activities, indicators = (sent.comments, sent.actions), (sent.numbers, sent.remarks)
    carried = sum(cell in view.cells for cell in sent.answers)
    carried += sum(line in view.activities for texts in activities for line in texts)
    carried += sum(line in view.indicators for texts in indicators for line in texts)
    every = sum(place[0] is not Field.SET_ASIDE for place in line_values(sent))
    assert (made.carried, made.apart, made.cells) == (carried, every - carried, len(view.cells))
    assert made.reworded <= made.carried


def _require_in_their_line(case: Case, adopted: Assessment) -> None:
    """Check that no answer counts on a line that the table, an id or a text does not give it."""
    if not case.is_clean:
        return
    before, after = case.before, case.after
    table = {(row.old, row.new) for row in after.correspondences.get(before.fingerprint, ())}
    for line, comment in adopted.comments.items():
        if line not in after.activities:
            continue
        former = comment.removeprefix("commentaire de ")
        same_id = before.id == after.id and former == line
        same_text = before.activities[former].label == after.activities[line].label
        assert (former, line) in table or same_id or same_text, (former, line)


def _texts(assessment: Assessment) -> Counter[tuple[str, ...]]:
    """Return every value without the line it belongs to."""
    return Counter(
        (field, parse_cell_key(key).policy, text)
        if field in {Field.ANSWER, Field.SET_ASIDE}
        else (field, text)
        for (field, key), text in line_values(assessment).items()
    )
