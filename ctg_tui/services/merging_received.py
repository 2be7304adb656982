"""Merging the files received of one territory into an assessment, whose disagreements are then chosen."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.answers import Cell, NotConcerned, Rating
from ctg_tui.domain.assessment import Action, Assessment, Identity, Outcome
from ctg_tui.domain.disagreements import Item, Kind, Value
from ctg_tui.domain.identity import same_territory
from ctg_tui.domain.merging import Merged, Side, merge
from ctg_tui.services import received_list
from ctg_tui.services.merging import draft, merger_of, side_of_assessment, side_of_received
from ctg_tui.services.take_submission import make
from ctg_tui.storage import lineage
from ctg_tui.submission.reader import Received, examine

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.received_list import Lineage
    from ctg_tui.services.workspace import Workspace


class Together(NamedTuple):
    """An assessment made of several, and the merge that tells where they disagree."""

    assessment_id: int
    merged: Merged
    files: int


def merge_received(workspace: Workspace, chosen: Lineage) -> Together:
    """Merge the files received of the territory, year and moment of `chosen`, with the person's own.

    The assessment is made once; later calls find it, with the choices made. Raises Refusal as `merger_of`
    and `take_submission.make` do.
    """
    workspace.writer.settle()
    sides = _sides(workspace, chosen)
    plain = [side for side in sides if not side.assessment.contributions]
    for group in (plain, sides):
        if len(group) < 2 and group is not sides:
            continue
        merger = merger_of(group)
        merged = merge(merger.sides, merger.ancestor)
        with workspace.store.reading():
            present = lineage.id_of(workspace.store.connection, merged.assessment.uuid)
        if present is not None:
            return Together(present, merged, len(merger.sides))
        if len(plain) == len(sides):
            break
    file = draft(merger, workspace.catalogue, workspace.clock()).file
    received = examine(file.content, workspace.catalogue)
    assert isinstance(received, Received), "it was examined before"
    return Together(make(workspace, received, file.name), merged, len(merger.sides))


def _sides(workspace: Workspace, chosen: Lineage) -> list[Side]:
    about = received_list.read(workspace, chosen.current.sha256).assessment.identity
    own = [summary.entry.id for summary in workspace.summaries() if _is_same(about, summary.entry.identity)]
    sides = [side_of_assessment(workspace, assessment_id) for assessment_id in own]
    here = {side.assessment.uuid for side in sides}
    for one in received_list.lineages(workspace):
        is_own = one.key in here and one.own_id is None
        if is_own or one.current.year != about.year:
            continue
        received = received_list.read(workspace, one.current.sha256)
        if one.key in here and received.assessment.contributions:
            continue  # the merged file that the assessment was made of
        if _is_same(about, received.assessment.identity):
            sides.append(side_of_received(received, one.current.file_name))
    return sides


def _is_same(one: Identity, other: Identity) -> bool:
    return same_territory(one.territory, other.territory) and (one.year, one.moment) == (
        other.year,
        other.moment,
    )


def value_of(assessment: Assessment, item: Item) -> Value | None:
    """Return the value of an item in an assessment; None when it is blank there."""
    if item.kind is Kind.NOTE:
        return assessment.answers.get(Cell(item.line, item.policy or ""))
    if item.kind is Kind.NUMBER:
        return assessment.numbers.get(item.line)
    action = assessment.actions.get(item.line)
    if action is None:
        return None
    return action.due if item.kind is Kind.DUE else action.outcome


def choose(session: Session, item: Item, value: Value | None) -> None:
    """Set the value of an item, as an edit of the assessment. Raises as `Session` does."""
    if item.kind is Kind.NOTE:
        answer = value if isinstance(value, Rating | NotConcerned) else None
        session.rate(Cell(item.line, item.policy or ""), answer)
    elif item.kind is Kind.NUMBER:
        session.count(item.line, value if isinstance(value, int) else None)
    else:
        action = session.assessment.actions.get(item.line, Action(""))
        if item.kind is Kind.DUE:
            action = action._replace(due=value if isinstance(value, date) else None)
        else:
            action = action._replace(outcome=value if isinstance(value, Outcome) else None)
        session.plan(item.line, None if action == Action("") else action)
        session.end_typing()
