"""Merging the files of several people into an assessment, where what they disagree on is then chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import (
    Action,
    Assessment,
    Cell,
    NotConcerned,
    Outcome,
    Rating,
    Status,
)
from ctg_tui.domain.details import same_assessment, same_territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid, number_of
from ctg_tui.domain.merging import Item, Kind, Merged, Side, Value, merge
from ctg_tui.domain.review import Contribution
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.received import kept
from ctg_tui.services.received.kept import Lineage
from ctg_tui.services.received.own import make
from ctg_tui.services.review.answering import as_sent
from ctg_tui.storage import received as stored_received
from ctg_tui.submission.document import bare, build, fingerprint_of
from ctg_tui.submission.file import Checked, Received, checked, examine, read
from ctg_tui.system.files import shown_name
from ctg_tui.wording import merging as words
from ctg_tui.wording.french import MOMENTS, territory_name, thousands
from ctg_tui.wording.grid_files import unknown_grid

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


MAX_FILES: Final = 50
"""Most files merged in one: the submission names no more."""


class Draft(NamedTuple):
    """The merge of so many `files`, and its own `file`. `notices` say in French what was left out."""

    merged: Merged
    file: Checked
    files: int
    notices: tuple[str, ...]


class Together(NamedTuple):
    """The assessment made of a merge. `is_new` is False when it was there before, with choices made in it."""

    draft: Draft
    assessment_id: int
    is_new: bool


def side_of_file(path: Path, catalogue: Catalogue) -> Side:
    """Return the side of a submission. Raises InvalidSubmission, Refusal (`grille-inconnue`)."""
    return side_of_received(read(path, catalogue), shown_name(path))


def side_of_received(received: Received, name: str) -> Side:
    """Return the side of a submission; `name` is that of its file. Raises Refusal (`grille-inconnue`)."""
    if received.grid is None:
        safe = f"« {name} » ne peut pas être réuni aux autres. Rien n’a été écrit."
        raise unknown_grid(received.assessment.grid_id, safe)
    return _side(received.grid, received.assessment, received.fingerprint)


def side_of_assessment(workspace: Workspace, assessment_id: int) -> Side:
    """Return the side of an assessment of the database, as its file would be. Raises as `load` does."""
    grid, assessment = workspace.load(assessment_id)
    assessment = as_sent(workspace, grid, assessment)
    return _side(grid, assessment, fingerprint_of(grid, assessment))


def _side(grid: Grid, assessment: Assessment, fingerprint: str) -> Side:
    refs = tuple(person.ref for person in assessment.identity.coordinators)
    own = Contribution(assessment.uuid, assessment.revision, fingerprint, refs)
    return Side(grid, assessment, fingerprint, assessment.contributions or (own,))


def merge_sides(sides: Sequence[Side], catalogue: Catalogue, now: datetime) -> Draft:
    """Return the merge: a file that another replaces, or repeats, is left out. Nothing is written.

    Raises Refusal: `fusion-territoires`, `fusion-moments`, `fusion-grilles`, `fusion-un-seul`,
    `fusion-trop`, `texte-trop-long`.
    """
    different = {side.fingerprint: side for side in sides}
    replaced = {bare(side.assessment.replaces) for side in different.values()}
    given = [side for side in different.values() if side.fingerprint not in replaced]
    _require_mergeable(given)
    merged = merge(given)
    _require_short(merged)
    document = build(
        merged.grid,
        merged.assessment,
        status=Status.DRAFT,
        created_at=now,
        identifier=uuid4(),
        software=SOFTWARE,
    )
    notices = words.notices(
        merged,
        doubles=len(sides) - len(different),
        replaced=len(different) - len(given),
    )
    return Draft(merged, checked(document, catalogue), len(given), tuple(notices))


def take(workspace: Workspace, draft: Draft) -> Together:
    """Make an assessment of a merge, as one edit, unless it is there. Raises as `own.make` does."""
    workspace.writer.settle()
    present = _present(workspace, draft.merged)
    if present is not None:
        return Together(draft, present, is_new=False)
    received = examine(draft.file.content, workspace.catalogue)
    assert isinstance(received, Received), "it was examined before"
    return Together(draft, make(workspace, received, draft.file.name), is_new=True)


def _present(workspace: Workspace, merged: Merged) -> int | None:
    with workspace.store.reading():
        return stored_received.id_of(workspace.store.connection, merged.assessment.uuid)


def _require_mergeable(sides: Sequence[Side]) -> None:
    for first, second in combinations(sides, 2):
        here, there = first.assessment, second.assessment
        if not same_territory(here.identity.territory, there.identity.territory):
            raise Refusal(
                "fusion-territoires",
                f"« {territory_name(here.identity)} » et « {territory_name(there.identity)} » sont deux "
                "territoires : leurs évaluations ne se réunissent pas. Rien n’a été écrit.",
                "Donnez des fichiers du même territoire.",
            )
        if here.grid_fingerprint != there.grid_fingerprint:
            raise Refusal(
                "fusion-grilles",
                "Ces évaluations n’ont pas été remplies avec la même version de la grille. Rien n’a "
                "été écrit.",
                "Ouvrez la plus ancienne, adoptez la grille de l’autre (page « Grilles »), enregistrez-la de "
                "nouveau, puis recommencez.",
            )
    for first, second in combinations(sides, 2):  # once the territories are known to be one
        one, other = first.assessment.identity, second.assessment.identity
        if (one.year, one.moment) != (other.year, other.moment):
            raise Refusal(
                "fusion-moments",
                f"Ces évaluations ne sont pas du même moment ({one.year}, {MOMENTS[one.moment]} ; "
                f"{other.year}, {MOMENTS[other.moment]}). Rien n’a été écrit.",
                "Pour voir ce qui a changé d’une année à l’autre, utilisez « ctg-tui synthese ».",
            )
    if len(sides) < 2:
        raise Refusal(
            "fusion-un-seul",
            "Il ne reste qu’un fichier à réunir. Rien n’a été écrit.",
            "Donnez les fichiers d’au moins deux personnes.",
        )
    if len({row.fingerprint for side in sides for row in side.contributions}) > MAX_FILES:
        raise Refusal(
            "fusion-trop",
            f"Plus de {MAX_FILES} fichiers seraient réunis. Rien n’a été écrit.",
            "Donnez ceux d’un seul territoire, une fois chacun.",
        )


def _require_short(merged: Merged) -> None:
    """Raise Refusal for a text that is too long once those of all are together: none is cut."""
    assessment = merged.assessment
    actions = {line: action.what for line, action in assessment.actions.items()}
    of_lines = (*assessment.comments.items(), *assessment.remarks.items(), *actions.items())
    texts = [(f"En {number_of(merged.grid, line)}", text) for line, text in of_lines]
    texts += [("Dans la préparation de l’entretien", text) for text in assessment.preparation.values()]
    texts += [("Dans une réponse à la Caf", row.text) for row in assessment.follow_ups]
    for place, text in texts:
        if len(text) > MAX_TEXT_LENGTH:
            raise Refusal(
                "texte-trop-long",
                f"{place}, les textes réunis feraient {thousands(len(text))} caractères, pour "
                f"{thousands(MAX_TEXT_LENGTH)} au plus. Rien n’a été écrit, et aucun texte n’est coupé.",
                "Demandez à l’une des personnes de raccourcir le sien.",
            )


def merge_received(workspace: Workspace, chosen: Lineage) -> Together:
    """Merge the files received of the territory, year and moment of `chosen`, with the person's own.

    The assessment is made once; later calls find it, with the choices made. Raises Refusal as `merge_sides`
    and `take` do.
    """
    workspace.writer.settle()
    sides = _sides(workspace, chosen)
    plain = [side for side in sides if not side.assessment.contributions]
    if 1 < len(plain) < len(sides):  # the assessment made before is among them, perhaps with choices made
        draft = merge_sides(plain, workspace.catalogue, workspace.clock())
        if _present(workspace, draft.merged) is not None:
            return take(workspace, draft)
    return take(workspace, merge_sides(sides, workspace.catalogue, workspace.clock()))


def _sides(workspace: Workspace, chosen: Lineage) -> list[Side]:
    about = kept.read(workspace, chosen.current.sha256).assessment.identity
    entries = (summary.entry for summary in workspace.summaries())
    own = [entry.id for entry in entries if same_assessment(about, entry.identity)]
    sides = [side_of_assessment(workspace, assessment_id) for assessment_id in own]
    here = {side.assessment.uuid for side in sides}
    for one in kept.lineages(workspace):
        is_own = one.key in here and one.own_id is None
        if is_own or one.current.year != about.year:
            continue
        received = kept.read(workspace, one.current.sha256)
        if one.key in here and received.assessment.contributions:
            continue  # the merged file that the assessment was made of
        if same_assessment(about, received.assessment.identity):
            sides.append(side_of_received(received, one.current.file_name))
    return sides


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
