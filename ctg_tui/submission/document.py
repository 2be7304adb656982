"""The document of a submission: made of a grid and an assessment, spelt in bytes, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ctg_tui.domain.assessment import (
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Status,
    Territory,
)
from ctg_tui.domain.changes import ACTION
from ctg_tui.domain.details import ADVISER, FIRST_YEAR, LAST_YEAR, PERSON, TERRITORY
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, score, total
from ctg_tui.domain.text import clean, digest, row_of, value_of
from ctg_tui.domain.thread import said_in, said_row, union
from ctg_tui.formats import ANSWERS, NOTES, STEP, Document, block, braced, integrity, seal
from ctg_tui.wording.french import day

FORMAT: Final = "ctg-soumission"
VERSION: Final = "1.0"
_HEADER: Final = {
    "identifier": "id",
    "number": "envoi",
    "status": "etat",
    "created_at": "cree_le",
    "software": "logiciel",
}


@dataclass(frozen=True)
class Header:
    """The fields of one export of a submission, outside the state.

    `created_at` is UTC, to the second; `number` that of the sending.
    """

    identifier: str
    created_at: datetime
    software: str
    status: Status = Status.FINAL
    number: int | None = None


@dataclass(frozen=True)
class Layout:
    """The parts of a document given by its grid: its identity, the lines in order, the figures."""

    grid: Document
    cells: Iterable[Cell]
    commented: Iterable[str]
    planned: Iterable[str]
    indicators: Iterable[str]
    policies: tuple[str, ...]
    results: Document


# Made of a grid and an assessment.


def build(
    grid: Grid,
    assessment: Assessment,
    *,
    number: int,
    status: Status,
    created_at: datetime,
    identifier: UUID,
    software: str,
) -> Document:
    """Return the document of `assessment`, unchecked, with the lines that `grid` has and no others.

    Raises Refusal (`horloge-fausse`) when `created_at` is outside the years that a submission accepts.
    """
    if not FIRST_YEAR <= created_at.year <= LAST_YEAR:
        raise Refusal(
            "horloge-fausse",
            f"L’horloge de cet ordinateur indique le {day(created_at.date())} : le fichier porterait cette "
            "date. Rien n’a été écrit ; vos réponses sont enregistrées.",
            "Réglez la date de l’ordinateur, puis recommencez.",
        )
    header = Header(str(identifier), created_at, software, status, number)
    return assemble(header, assessment, layout_of(grid, score(grid, assessment.answers)))


def fingerprint_of(grid: Grid, assessment: Assessment) -> str:
    """Return the fingerprint of the state, 64 hexadecimal digits, the same in all its exports."""
    return digest(_state(assessment, layout_of(grid, score(grid, assessment.answers))))


def layout_of(grid: Grid, scores: Scores) -> Layout:
    """Return the layout of a known grid, with the figures of `scores`."""
    return Layout(
        grid={
            "id": grid.id,
            "version": grid.version,
            "empreinte": grid.fingerprint,
        },
        cells=grid.cells,
        commented=grid.activities,
        planned=grid.activities,
        indicators=grid.indicators,
        policies=tuple(grid.policies_by_id),
        results=results(grid, scores),
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
    missions = [mission.id for mission in grid.noted_missions if mission.is_proposed is are_proposed]
    rubrics = {
        (mission, policy.id): scores.rubrics[mission, policy.id]
        for mission in missions
        for policy in grid.policies
    }
    return _figures(
        rubrics.items(), {mission: scores.missions[mission] for mission in missions}, scores.whole
    )


def _figures(
    rubrics: Iterable[tuple[tuple[str, str], Tally]], missions: Mapping[str, Tally], whole: Tally
) -> Document:
    """Return a block of figures: those of each rubric (mission, policy), of each mission, of the whole."""
    return {
        "rubriques": [
            {"mission": mission, "politique": policy} | figures(tally) for (mission, policy), tally in rubrics
        ],
        "missions": [{"mission": mission} | figures(tally) for mission, tally in missions.items()],
        "ensemble": figures(whole),
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
    state = _state(assessment, layout)
    fingerprint = digest(state)
    thread = [said_row(said) for said in union(assessment.said.values())]
    head = {"format": FORMAT, "version": VERSION, "document": head_of(header, fingerprint, thread)}
    return head | state | ({"fil": thread} if thread else {}) | {"integrite": integrity(fingerprint)}


def head_of(header: Header, fingerprint: str, thread: list[Document]) -> Document:
    """Return the block `document` of a file whose state has that fingerprint, with the rows of its thread."""
    head = row_of(header, _HEADER)
    return head | {"controle": seal(head, fingerprint, thread)}


def _state(assessment: Assessment, layout: Layout) -> Document:
    """Return the blocks that are the same at each export. A cell without an answer has no row."""
    identity, answers, texts = assessment.identity, assessment.answers, assessment.preparation
    people = [
        one._replace(policies=tuple(policy for policy in layout.policies if policy in one.policies))
        for one in identity.coordinators
    ]
    state: Document = {
        "format": FORMAT,
        "version": VERSION,
        "grille": layout.grid,
        "evaluation": {
            "id": assessment.uuid,
            "annee": identity.year,
            "moment": identity.moment.value,
            **({"precedente": assessment.previous_uuid} if assessment.previous_uuid else {}),
        },
        "territoire": row_of(identity.territory, TERRITORY),
        "charges_de_cooperation": [row_of(one, PERSON) for one in people],
        "destinataire": row_of(identity.adviser, ADVISER),
        "reponses": [
            {"activite": cell.activity, "politique": cell.policy, "note": NOTES[answer]}
            for cell in layout.cells
            if (answer := answers.get(cell)) is not None
        ],
        "commentaires": [
            {"activite": activity, "texte": clean(assessment.comments[activity], multiline=True)}
            for activity in layout.commented
            if activity in assessment.comments
        ],
        "indicateurs": list(_indicators(assessment, layout.indicators)),
    }
    optional = {
        "preparation": {
            topic.value: clean(texts[topic], multiline=True) for topic in PreparationTopic if topic in texts
        },
        "actions": [
            {"activite": activity, **row}
            for activity in layout.planned
            if activity in assessment.actions and (row := row_of(assessment.actions[activity], ACTION))
        ],
    }
    return state | {key: rows for key, rows in optional.items() if rows} | {"resultats": layout.results}


def _indicators(assessment: Assessment, order: Iterable[str]) -> Iterable[Document]:
    for indicator in order:
        row: Document = {"indicateur": indicator}
        if indicator in assessment.numbers:
            row["nombre"] = assessment.numbers[indicator]
        if indicator in assessment.remarks:
            row["commentaire"] = clean(assessment.remarks[indicator], multiline=True)
        if len(row) > 1:
            yield row


def serialise(document: Document) -> bytes:
    """Return the bytes of `document`, valid or not: the tests also write files to be refused."""
    blocks = {
        key: _spelt(value, STEP) if key == "resultats" and isinstance(value, dict) else block(value, STEP)
        for key, value in document.items()
    }
    return (braced(blocks, "") + "\n").encode("utf-8")


def _spelt(figures: Document, indent: str) -> str:
    inner = indent + STEP
    blocks = {
        key: _spelt(value, inner)
        if key == "propositions" and isinstance(value, dict)
        else block(value, inner)
        for key, value in figures.items()
    }
    return braced(blocks, indent)


# Read back, from a document that follows the schema.


def header_of(document: Document) -> Header:
    """Return the header. Raises ValueError when its date does not exist."""
    return value_of(Header, document["document"], _HEADER)


def assessment_of(document: Document) -> Assessment:
    """Return the assessment, with id 0: it is in no database. Raises ValueError for an impossible date."""
    grid, evaluation, indicators = document["grille"], document["evaluation"], document["indicateurs"]
    people = ({"nom": "", "prenom": "", **row} for row in document["charges_de_cooperation"])
    answers: dict[Cell, Answer] = {
        Cell(row["activite"], row["politique"]): ANSWERS[row["note"]] for row in document["reponses"]
    }
    return Assessment(
        id=0,
        grid_id=grid["id"],
        grid_version=grid["version"],
        grid_fingerprint=grid["empreinte"],
        identity=Identity(
            evaluation["annee"],
            Moment(evaluation["moment"]),
            value_of(Territory, document["territoire"], TERRITORY),
            tuple(value_of(Coordinator, row, PERSON) for row in people),
            value_of(Adviser, document["destinataire"], ADVISER),
        ),
        answers=answers,
        comments={row["activite"]: row["texte"] for row in document["commentaires"]},
        numbers={row["indicateur"]: row["nombre"] for row in indicators if "nombre" in row},
        remarks={row["indicateur"]: row["commentaire"] for row in indicators if "commentaire" in row},
        preparation={
            PreparationTopic(topic): text for topic, text in document.get("preparation", {}).items()
        },
        actions={row["activite"]: value_of(Action, row, ACTION) for row in document.get("actions", ())},
        uuid=evaluation["id"],
        previous_uuid=evaluation.get("precedente"),
        said={said.id: said for said in map(said_in, document.get("fil", ()))},
    )


def layout_in(document: Document) -> Layout:
    """Return the document's own order, with the figures computed from the counts of its rubrics."""
    written = document["resultats"]
    blocks = [written, written["propositions"]] if "propositions" in written else [written]
    own, *proposed = [_figures_of(block["rubriques"]) for block in blocks]
    if proposed:
        own["propositions"] = proposed[0]
    rubrics = [row for block in blocks for row in block["rubriques"]]
    return Layout(
        grid={key: document["grille"][key] for key in ("id", "version", "empreinte")},
        cells=dict.fromkeys(Cell(row["activite"], row["politique"]) for row in document["reponses"]),
        commented=dict.fromkeys(row["activite"] for row in document["commentaires"]),
        planned=dict.fromkeys(row["activite"] for row in document.get("actions", ())),
        indicators=dict.fromkeys(row["indicateur"] for row in document["indicateurs"]),
        policies=tuple(dict.fromkeys(row["politique"] for row in rubrics)),
        results=own,
    )


def _figures_of(rows: Iterable[Document]) -> Document:
    """Return the figures that the four counts of each rubric give; a rubric may be written twice."""
    rubrics = [
        (
            (row["mission"], row["politique"]),
            Tally(row["points"], row["notees"], row["nc"], row["sans_reponse"]),
        )
        for row in rows
    ]
    missions: dict[str, Tally] = {}
    for (mission, _), tally in rubrics:
        missions[mission] = missions.get(mission, Tally()) + tally
    return _figures(rubrics, missions, total(missions.values()))
