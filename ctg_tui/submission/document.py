"""The document of a submission, from a grid and an assessment, and its bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from ctg_tui.domain.assessment import (
    Answer,
    Assessment,
    Cell,
    Identity,
    PreparationTopic,
    Status,
)
from ctg_tui.domain.changes import ACTION
from ctg_tui.domain.details import ADVISER, FIRST_YEAR, LAST_YEAR, PERSON, TERRITORY
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Contribution, FollowUp
from ctg_tui.domain.scores import Scores, Tally, score
from ctg_tui.domain.text import clean, digest, row_of, value_of
from ctg_tui.formats import STEP, Document, block, braced, integrity, note_of, seal
from ctg_tui.wording.french import day


def serialise(document: Document) -> bytes:
    """Return the bytes of `document`, valid or not: the tests also write files to be refused."""
    blocks = {
        key: _figures(value, STEP) if key == "resultats" and isinstance(value, dict) else block(value, STEP)
        for key, value in document.items()
    }
    return (braced(blocks, "") + "\n").encode("utf-8")


def _figures(results: Document, indent: str) -> str:
    inner = indent + STEP
    blocks = {
        key: _figures(value, inner)
        if key == "propositions" and isinstance(value, dict)
        else block(value, inner)
        for key, value in results.items()
    }
    return braced(blocks, indent)


# The optional blocks `suites` and `contributions`, written and read.


class FollowUpKey(NamedTuple):
    """What a row of `suites` is about: written once in a file."""

    activity: str | None
    policy: str | None
    question: str | None
    review: str


def follow_up_rows(
    follow_ups: Iterable[FollowUp], lines: Iterable[str], policies: Iterable[str]
) -> list[dict[str, Any]]:
    """Return the block `suites` in the order of the grid, then of the questions; other lines are left out."""
    line_ranks = {line: rank for rank, line in enumerate(lines)}
    policy_ranks = {policy: rank for rank, policy in enumerate(policies)}
    ranked = [
        (
            len(line_ranks) if row.activity is None else line_ranks[row.activity],
            -1 if row.policy is None else policy_ranks[row.policy],
            (len(row.question or ""), row.question or ""),  # q2 before q10
            row.review,
            rank,
            row,
        )
        for rank, row in enumerate(follow_ups)
        if (row.activity is None or row.activity in line_ranks)
        and (row.policy is None or row.policy in policy_ranks)
    ]
    return [row_of(row, FOLLOW_UP) for *_, row in sorted(ranked)]


FOLLOW_UP: Final = {
    "review": "avis",
    "activity": "activite",
    "policy": "politique",
    "question": "question",
    "author": "auteur",
    "remark": "remarque",
    "on_agenda": "ordre_du_jour",
    "is_past": "depassee",
    "first_note": "note_initiale",
    "adviser_note": "note_conseiller",
    "agreed_note": "note_convenue",
    "decision": "decision",
    "text": "texte",
}
_CONTRIBUTION: Final = {
    "assessment": "evaluation",
    "revision": "revision",
    "fingerprint": "empreinte",
    "coordinators": "charges_de_cooperation",
}


def contribution_rows(contributions: Iterable[Contribution]) -> list[dict[str, Any]]:
    """Return the block `contributions`, in the order of the ids of the merged assessments."""
    return [row_of(row, _CONTRIBUTION) for row in sorted(contributions)]


def follow_ups_of(rows: Iterable[Mapping[str, Any]]) -> tuple[FollowUp, ...]:
    """Return the values of a block `suites` that follows the schema."""
    return tuple(value_of(FollowUp, row, FOLLOW_UP) for row in rows)


def follow_up_keys(follow_ups: Iterable[FollowUp]) -> list[FollowUpKey]:
    """Return what each follow-up is about, in order."""
    return [FollowUpKey(row.activity, row.policy, row.question, row.review) for row in follow_ups]


def contributions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Contribution, ...]:
    """Return the values of a block `contributions` that follows the schema."""
    return tuple(value_of(Contribution, row, _CONTRIBUTION) for row in rows)


FORMAT: Final = "ctg-soumission"
VERSION: Final = "1.0"
HASH_PREFIX: Final = "sha256:"


@dataclass(frozen=True)
class Header:
    """The fields of one export, outside the state. `created_at` is UTC, to the second."""

    identifier: str
    created_at: datetime
    software: str
    status: Status
    revision: int
    replaces: str | None


@dataclass(frozen=True)
class Layout:
    """The parts of a document given by its grid: its identity, the lines in order, the figures."""

    grid: Document
    cells: Iterable[Cell]
    commented: Iterable[str]
    planned: Iterable[str]
    followed: Iterable[str]
    indicators: Iterable[str]
    policies: tuple[str, ...]
    results: Document
    closed: frozenset[str] = frozenset()
    """The lines and indicators of the grid that are behind a closed door of the file."""


def build(
    grid: Grid,
    assessment: Assessment,
    *,
    status: Status,
    created_at: datetime,
    identifier: UUID,
    software: str,
) -> Document:
    """Return the document of `assessment`, unchecked, with the lines that `grid` has and no others.

    Raises Refusal (`horloge-fausse`) when `created_at` is outside the years that a submission accepts.
    """
    _require_possible(created_at)
    header = Header(
        str(identifier),
        created_at.astimezone(UTC),
        software,
        status,
        assessment.revision,
        assessment.replaces,
    )
    return assemble(header, assessment, layout_of(grid, score(grid, assessment.answers)))


def _require_possible(created_at: datetime) -> None:
    if not FIRST_YEAR <= created_at.year <= LAST_YEAR:
        raise Refusal(
            "horloge-fausse",
            f"L’horloge de cet ordinateur indique le {day(created_at.date())} : le fichier porterait cette "
            "date. Rien n’a été écrit ; vos réponses sont enregistrées.",
            "Réglez la date de l’ordinateur, puis recommencez.",
        )


def fingerprint_of(grid: Grid, assessment: Assessment) -> str:
    """Return the fingerprint of the state, 64 hexadecimal digits, the same in all its exports."""
    layout = layout_of(grid, score(grid, assessment.answers))
    return digest(state_of(assessment, layout, answer_rows(assessment, layout)))


def layout_of(grid: Grid, scores: Scores) -> Layout:
    """Return the layout of a known grid, with the figures of `scores`."""
    return Layout(
        grid={
            "id": grid.id,
            "version": grid.version,
            "empreinte": grid.fingerprint,
            "lignes_proposees": list(grid.proposed_lines),
        },
        cells=grid.cells,
        commented=grid.activities,
        planned=grid.activities,
        followed=grid.activities,
        indicators=grid.indicators,
        policies=tuple(grid.policies_by_id),
        results=results(grid, scores),
        closed=grid.left_aside,
    )


def results(grid: Grid, scores: Scores) -> Document:
    """Return the block `resultats`, from the figures that every surface shows.

    It rests on the Caf's lines; its block `propositions`, on the proposed ones, is absent without any.
    """
    document = _results(grid, scores, are_proposed=False)
    if scores.proposed is not None:
        document["propositions"] = _results(grid, scores.proposed, are_proposed=True)
    return document


def _results(grid: Grid, scores: Scores, *, are_proposed: bool) -> Document:
    missions = [portion.mission for portion in grid.portions if portion.is_proposed is are_proposed]
    return {
        "rubriques": [
            {"mission": mission.id, "politique": policy.id} | figures(scores.rubrics[mission.id, policy.id])
            for mission in missions
            for policy in grid.policies
        ],
        "missions": [{"mission": mission.id} | figures(scores.missions[mission.id]) for mission in missions],
        "ensemble": figures(scores.whole),
    }


def figures(tally: Tally) -> Document:
    """Return one tally as a row of `resultats`."""
    return {
        "points": tally.points,
        "maximum": tally.maximum,
        "notees": tally.rated,
        "nc": tally.not_concerned,
        "sans_reponse": tally.blank,
        "pourcentage": tally.percentage,
    }


def assemble(header: Header, assessment: Assessment, layout: Layout) -> Document:
    """Return the whole document, its two hashes included."""
    state = state_of(assessment, layout, answer_rows(assessment, layout))
    return complete(header, state, digest(state))


def complete(header: Header, state: Document, fingerprint: str) -> Document:
    """Return the document of `state` with its header and its hashes."""
    head = {"format": FORMAT, "version": VERSION, "document": _head(header, fingerprint)}
    return head | state | {"integrite": integrity(fingerprint)}


def _head(header: Header, fingerprint: str) -> Document:
    document: Document = {
        "id": header.identifier,
        "revision": header.revision,
        **({"remplace": HASH_PREFIX + bare(header.replaces)} if header.replaces else {}),
        "etat": header.status.value,
        "cree_le": header.created_at.replace(tzinfo=None, microsecond=0).isoformat() + "Z",
        "logiciel": clean(header.software),
    }
    document["controle"] = seal(document, fingerprint)
    return document


def bare(fingerprint: str | None) -> str:
    """Return `fingerprint` without its prefix, which some databases lack; blank for None."""
    return (fingerprint or "").removeprefix(HASH_PREFIX)


def state_of(assessment: Assessment, layout: Layout, answers: list[Document]) -> Document:
    """Return the blocks that are the same at each export. `answers` is the block `reponses`."""
    state: Document = {
        "format": FORMAT,
        "version": VERSION,
        "grille": layout.grid,
        "evaluation": _evaluation(assessment),
        **_identity(assessment.identity, layout.policies),
        "reponses": answers,
        "commentaires": [
            {"activite": activity, "texte": clean(assessment.comments[activity], multiline=True)}
            for activity in layout.commented
            if activity in assessment.comments
        ],
        "indicateurs": list(_indicators(assessment, layout.indicators)),
    }
    texts = assessment.preparation
    preparation = {
        topic.value: clean(texts[topic], multiline=True) for topic in PreparationTopic if topic in texts
    }
    if preparation:
        state["preparation"] = preparation
    actions = [
        {"activite": activity, **row}
        for activity in layout.planned
        if activity in assessment.actions and (row := row_of(assessment.actions[activity], ACTION))
    ]
    if actions:
        state["actions"] = actions
    if assessment.follow_ups:
        state["suites"] = follow_up_rows(assessment.follow_ups, layout.followed, layout.policies)
    if assessment.contributions:
        state["contributions"] = contribution_rows(assessment.contributions)
    state["resultats"] = layout.results
    return state


def answer_rows(assessment: Assessment, layout: Layout) -> list[Document]:
    """Return the block `reponses`: a cell without an answer has no row."""
    answers = assessment.answers
    return [answer_row(cell, answers[cell]) for cell in layout.cells if cell in answers]


def answer_row(cell: Cell, answer: Answer) -> Document:
    """Return one row of `reponses`."""
    return {"activite": cell.activity, "politique": cell.policy, "note": note_of(answer)}


def _evaluation(assessment: Assessment) -> Document:
    identity = assessment.identity
    return {
        "id": assessment.uuid,
        "annee": identity.year,
        "moment": identity.moment.value,
        **({"precedente": assessment.previous_uuid} if assessment.previous_uuid else {}),
    }


def _identity(identity: Identity, policies: tuple[str, ...]) -> Document:
    people = [
        one._replace(policies=tuple(policy for policy in policies if policy in one.policies))
        for one in identity.coordinators
    ]
    return {
        "territoire": row_of(identity.territory, TERRITORY),
        "charges_de_cooperation": [row_of(one, PERSON) for one in people],
        "destinataire": row_of(identity.adviser, ADVISER),
    }


def _indicators(assessment: Assessment, order: Iterable[str]) -> Iterable[Document]:
    for indicator in order:
        row: Document = {"indicateur": indicator}
        if indicator in assessment.numbers:
            row["nombre"] = assessment.numbers[indicator]
        if indicator in assessment.remarks:
            row["commentaire"] = clean(assessment.remarks[indicator], multiline=True)
        if len(row) > 1:
            yield row
