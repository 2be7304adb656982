"""The list of assessments: what one looks like without opening it, what changed since it was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import Assessment, Cell, Sending
from ctg_tui.domain.changes import GRID_KEY, Change, Edit, Field, Operation, grid_text
from ctg_tui.domain.edits import differences
from ctg_tui.domain.forecast import parse_forecast
from ctg_tui.domain.grid import Grid, campaign_year
from ctg_tui.domain.steps import next_blank
from ctg_tui.domain.text import spelt
from ctg_tui.domain.thread import Point, Thread, answers_sent, parse_said, points_of, said_in
from ctg_tui.grids.catalogue import example_content
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Summary, Workspace
from ctg_tui.storage import journal
from ctg_tui.storage.documents import latest_sending
from ctg_tui.storage.store import MemoryStore
from ctg_tui.wording.changes import files_made, since_words
from ctg_tui.wording.french import people
from ctg_tui.wording.thread import to_answer


class SentAndHeard(NamedTuple):
    """What the list says of an assessment: its latest files, what changed since, and what the Caf waits for.

    `sending` is None before the first one, `changes` then 0; `open_points` are in the order of the grid.
    """

    sending: Sending | None = None
    changes: int = 0
    open_points: tuple[Point, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Its rows in words: the files made and what changed since, then what the Caf waits for."""
        made = "" if self.sending is None else f"{files_made(self.sending)} · {since_words(self.changes)}"
        return tuple(filter(None, (made, to_answer(self.open_points))))


def cell_to_go_on_at(session: Session) -> Cell | None:
    """Return where a draft was left or, once that line is noted, the next blank cell; None without any."""
    grid, assessment, place = session.grid, session.assessment, session.place
    left = "" if place is None else place.line or ""
    line = left if left in grid.activities else grid.cells[0].activity
    cells = [Cell(line, policy.id) for policy in grid.policies]
    if all(cell in assessment.answers for cell in cells):
        return next_blank(grid, assessment, cells[-1])
    return next((cell for cell in cells if place is not None and cell.policy == place.policy), cells[0])


def sent_and_heard(workspace: Workspace, assessment: Assessment) -> SentAndHeard:
    """Return what was made for the Caf, what changed since, and what it waits for. Raises Refusal."""
    grid = workspace.catalogue.find(assessment.grid_fingerprint)
    waiting = tuple(point for point in points_of(assessment, grid) if point.is_to_see)
    sending = latest_sending(workspace.store, assessment.id)
    if sending is None or grid is None:
        return SentAndHeard(sending, 0, waiting)
    return SentAndHeard(sending, len(changes_since(workspace, grid, assessment, sending)), waiting)


def thread_sent(stored: Sending) -> Thread:
    """Return the thread in the file of a sending."""
    return tuple(said_in(row) for row in json.loads(stored.content).get("fil", ()))


def changes_since(
    workspace: Workspace, grid: Grid, assessment: Assessment, stored: Sending
) -> tuple[Change, ...]:
    """Return what the person changed since a sending, of what would be sent now: answers kept count.

    Raises DatabaseRefusal, InvalidSubmission when what was sent cannot be read any more.
    """
    from ctg_tui.submission import (  # the list reads no file without a sending
        assemble,
        assessment_of,
        examine,
    )

    then = examine(stored.content, workspace.catalogue, Path(f"envoi {stored.number}"))
    answered, _ = answers_sent(assessment, people(assessment.identity), stored.created_at)
    now = assessment_of(assemble(stored, SOFTWARE, answered, grid))
    made = list(differences(then.assessment, now))
    if grid_text(now) != grid_text(then.assessment):
        made.append(Change(Field.GRID, GRID_KEY, grid_text(then.assessment), grid_text(now)))
    return tuple(change for change in made if _is_own(change))


def _is_own(change: Change) -> bool:
    """Return whether a change is the person's: of what the Caf said, their answer alone."""
    is_said = change.field is Field.SAID
    return not is_said or (change.after is not None and not parse_said(change.after).is_caf)


def each_sent_and_heard(workspace: Workspace, summaries: Iterable[Summary]) -> dict[int, SentAndHeard]:
    """Return what `sent_and_heard` returns, by id of the assessments of which there is something to say."""
    heard = workspace.store.heard()
    entries = [each.entry for each in summaries if each.entry.sent is not None or each.entry.id in heard]
    return {
        entry.id: sent_and_heard(workspace, workspace.store.load(entry.id).assessment) for entry in entries
    }


# The example that « Voir un exemple rempli » opens: a whole assessment and last year's, in memory.


def open_example(clock: Callable[[], datetime]) -> tuple[Workspace, Session]:
    """Return the workspace of the example, which no disk holds, and its session. Close the workspace.

    Its two years are stored as in a submission, and moved to the present.
    """
    from ctg_tui.submission import assessment_of

    store = MemoryStore(clock)
    workspace = Workspace(store, clock)
    content = example_content()
    former, present = (assessment_of(content[key]) for key in ("annee_precedente", "annee"))
    grid = workspace.catalogue.default
    grid = workspace.catalogue.variant_of(grid) or grid  # that of all four missions
    later = campaign_year(grid.campaign, workspace.today()) - present.identity.year
    made = 0
    for given in (former, present):
        identity = given.identity._replace(year=given.identity.year + later)
        if made:
            made = workspace.duplicate(made, identity.year, identity.moment)
        else:
            made = workspace.create(identity, grid)
        actions = {
            line: action._replace(due=action.due and action.due.replace(year=action.due.year + later))
            for line, action in given.actions.items()
        }
        moved = given._replace(identity=identity, actions=actions)
        changes = differences(store.load(made).assessment, moved)
        journal.record(store, made, Edit(Operation.IMPORT, tuple(changes)))
    session = workspace.open(made)
    session.fill_forecast(parse_forecast(spelt(content["annee"]["previsionnel"])))
    store.forget_edits()
    return workspace, session
