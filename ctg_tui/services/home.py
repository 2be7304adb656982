"""The list of assessments: what one looks like without opening it, and the example to visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.changes import Edit, Operation
from ctg_tui.domain.edits import differences
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.domain.grid import campaign_year
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.steps import next_blank
from ctg_tui.domain.thread import Point, points_of
from ctg_tui.grids.catalogue import Catalogue, example_content
from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Summary, Workspace
from ctg_tui.storage.store import MemoryStore
from ctg_tui.system.computer import local_time
from ctg_tui.wording.sending import changes_since, files_made
from ctg_tui.wording.thread import caf_answered


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
        made = "" if self.sending is None else f"{files_made(self.sending)} · {changes_since(self.changes)}"
        return tuple(filter(None, (made, caf_answered(self.open_points))))


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
    grid = workspace.catalogue.own_grid(assessment)
    waiting = tuple(point for point in points_of(assessment, grid) if point.is_to_see)
    sending = workspace.store.latest_sending(assessment.id)
    if sending is None or grid is None:
        return SentAndHeard(sending, 0, waiting)
    from ctg_tui.services.sent import changes_since_latest  # without any sending, it is not needed

    return SentAndHeard(sending, len(changes_since_latest(workspace, grid, assessment)), waiting)


def each_sent_and_heard(workspace: Workspace, summaries: Iterable[Summary]) -> dict[int, SentAndHeard]:
    """Return what `sent_and_heard` returns, by id of the assessments of which there is something to say."""
    heard = workspace.store.heard()
    entries = [each.entry for each in summaries if each.entry.sent is not None or each.entry.id in heard]
    return {
        entry.id: sent_and_heard(workspace, workspace.store.load(entry.id).assessment) for entry in entries
    }


# The example that « Voir un exemple rempli » opens: a whole assessment and last year's, in memory.

_ANSWERS: Final[Mapping[str, Answer]] = {
    **{str(int(rating)): rating for rating in Rating},
    "N": NOT_CONCERNED,
}


def open_example(clock: Callable[[], datetime]) -> tuple[Workspace, Session]:
    """Return the workspace of the example, which no disk holds, and its session. Close the workspace."""
    store = MemoryStore(clock)
    workspace = Workspace(store, Catalogue(), clock)
    content = example_content()
    grid = workspace.catalogue.default
    grid = workspace.catalogue.variant_of(grid) or grid  # that of all four missions
    year = campaign_year(grid.campaign, local_time(clock()).date())
    place, person, adviser = (content[key] for key in ("territoire", "personne", "contact"))
    policies = tuple(policy.id for policy in grid.policies)
    identity = Identity(
        year - 1,
        Moment.YEARLY,
        Territory(place["nom"], place["siren"]),
        (Coordinator("c1", person["nom"], person["prenom"], Profile.PROJECT_LEAD, policies),),
        Adviser(adviser["nom"], adviser["courriel"]),
    )
    former_id = workspace.create(identity, grid)
    _fill(workspace, former_id, content["annee_precedente"])
    made = workspace.duplicate(former_id, year, Moment.YEARLY)
    _fill(workspace, made, content["annee"])
    session, planned = workspace.open(made), content["annee"]["previsionnel"]
    figures = (planned["heures"] * 100, planned["cout"] * 100)
    line = ForecastLine(person["nom"], person["prenom"], *figures, "c1")
    session.fill_forecast(Forecast((line,)))
    store.forget_edits()
    return workspace, session


def _fill(workspace: Workspace, assessment_id: int, content: Mapping[str, Any]) -> None:
    """Give an assessment the answers, texts and numbers of one year."""
    grid, blank = workspace.load(assessment_id)
    year = str(blank.identity.year)
    texts = content.get("entretien", {}).items()
    given = blank._replace(
        answers={
            Cell(line.id, policy.id): _ANSWERS[letter]  # a word per line of a mission, a letter per policy
            for mission in grid.noted_missions
            for line, word in zip(mission.activities, content["notes"][mission.id].split(), strict=True)
            for policy, letter in zip(grid.policies, word, strict=True)
        },
        comments=content["commentaires"],
        numbers=content["nombres"],
        remarks=content.get("remarques", {}),
        preparation={PreparationTopic(topic): text.replace("{annee}", year) for topic, text in texts},
        actions={line: _action(one, year) for line, one in content["actions"].items()},
    )
    edit = Edit(Operation.OTHER, tuple(differences(blank, given)))
    workspace.store.record(assessment_id, edit, None)


def _action(content: Mapping[str, str], year: str) -> Action:
    due = content.get("pour")
    return Action(content["quoi"], content["qui"], date.fromisoformat(f"{year}-{due}") if due else None)
