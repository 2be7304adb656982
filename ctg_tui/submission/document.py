"""The document of a submission: made of a grid and an assessment, spelt in bytes, and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

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
    Sending,
    Territory,
)
from ctg_tui.domain.changes import ACTION
from ctg_tui.domain.details import ADVISER, PERSON, TERRITORY_OF_FILES
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, score
from ctg_tui.domain.text import clean, digest, fields_of, row_of, value_of
from ctg_tui.domain.thread import said_in, said_row, union
from ctg_tui.formats import ANSWERS, NOTES, Document

FORMAT: Final = "ctg-soumission"
VERSION: Final = "1.0"
_TALLY: Final = {
    "points": "points",
    "maximum": "maximum",
    "rated": "notees",
    "not_concerned": "nc",
    "blank": "sans_reponse",
    "percentage": "pourcentage",
}
_HEADER: Final = {"identifier": "id", "number": "envoi", "status": "etat", "created_at": "cree_le"}


# Made of a grid and an assessment.


def assemble(sending: Sending, software: str, assessment: Assessment, grid: Grid) -> Document:
    """Return the whole document, its two hashes included, with the lines that `grid` has and no others."""
    head, state = row_of(sending, _HEADER) | {"logiciel": software}, _state(grid, assessment)
    fingerprint = digest(state)
    thread = [said_row(said) for said in union(assessment.said.values())]
    document = {"document": head | {"controle": seal(head, fingerprint, thread)}} | state
    first = {"format": FORMAT, "version": VERSION}
    hashes = {"canonicalisation": "RFC8785", "algorithme": "SHA-256", "empreinte": fingerprint}
    return first | document | ({"fil": thread} if thread else {}) | {"integrite": hashes}


def seal(head: Document, fingerprint: str, thread: list[Document]) -> str:
    """Return `document.controle`: the hash of the block `document`, of the fingerprint and of the thread.

    The fingerprint is that of all other blocks, the same at each export: so every field has a hash.
    """
    sealed = {key: value for key, value in head.items() if key != "controle"}
    return digest({"document": sealed, "empreinte": fingerprint} | ({"fil": thread} if thread else {}))


def fingerprint_of(grid: Grid, assessment: Assessment) -> str:
    """Return the fingerprint of the state, 64 hexadecimal digits, the same in all its exports."""
    return digest(_state(grid, assessment))


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
    return {
        "rubriques": [
            {"mission": mission, "politique": policy.id} | figures(scores.rubrics[mission, policy.id])
            for mission in missions
            for policy in grid.policies
        ],
        "missions": [{"mission": mission} | figures(scores.missions[mission]) for mission in missions],
        "ensemble": figures(scores.whole),
    }


def figures(tally: Tally) -> Document:
    """Return one tally as a row of `resultats`."""
    return row_of(tally, _TALLY, short=False)


def _state(grid: Grid, assessment: Assessment) -> Document:
    """Return the blocks that are the same at each export. A cell without an answer has no row."""
    identity, answers, texts = assessment.identity, assessment.answers, assessment.preparation
    people = [
        one._replace(policies=tuple(policy for policy in grid.policies_by_id if policy in one.policies))
        for one in identity.coordinators
    ]
    state: Document = {
        "format": FORMAT,
        "version": VERSION,
        "grille": {"id": grid.id, "version": grid.version, "empreinte": grid.fingerprint},
        "evaluation": {
            "id": assessment.uuid,
            "annee": identity.year,
            "moment": identity.moment.value,
            **({"precedente": assessment.previous_uuid} if assessment.previous_uuid else {}),
        },
        "territoire": row_of(identity.territory, TERRITORY_OF_FILES),
        "charges_de_cooperation": [row_of(one, PERSON) for one in people],
        "destinataire": row_of(identity.adviser, ADVISER),
        "reponses": [
            {"activite": cell.activity, "politique": cell.policy, "note": NOTES[answer]}
            for cell in grid.cells
            if (answer := answers.get(cell)) is not None
        ],
        "commentaires": [
            {"activite": activity, "texte": clean(assessment.comments[activity], multiline=True)}
            for activity in grid.activities
            if activity in assessment.comments
        ],
        "indicateurs": list(_indicators(grid, assessment)),
    }
    optional = {
        "preparation": {
            topic.value: clean(texts[topic], multiline=True) for topic in PreparationTopic if topic in texts
        },
        "actions": [
            {"activite": activity, **row}
            for activity in grid.activities
            if activity in assessment.actions and (row := row_of(assessment.actions[activity], ACTION))
        ],
    }
    state |= {key: rows for key, rows in optional.items() if rows}
    return state | {"resultats": results(grid, score(grid, answers))}


def _indicators(grid: Grid, assessment: Assessment) -> Iterator[Document]:
    for indicator in grid.indicators:
        row: Document = {"indicateur": indicator}
        if indicator in assessment.numbers:
            row["nombre"] = assessment.numbers[indicator]
        if indicator in assessment.comments:
            row["commentaire"] = clean(assessment.comments[indicator], multiline=True)
        if len(row) > 1:
            yield row


# Spelt in bytes.

_STEP: Final = "  "
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def serialise(document: Document) -> bytes:
    """Return the bytes of `document`, valid or not: UTF-8, LF, one line per key and per row of an array."""
    return (_braced(document, "") + "\n").encode("utf-8")


def _braced(value: Document, indent: str) -> str:
    inner = indent + _STEP
    lines = (f'{inner}"{key}": {_spelt(key, one, inner)}' for key, one in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _spelt(key: str, value: Any, indent: str) -> str:
    """Return a value on one line, figures over several, an array of objects with one line per row."""
    if key in {"resultats", "propositions"} and isinstance(value, dict):
        return _braced(value, indent)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = ",\n".join(f"{indent}{_STEP}{_ENCODER.encode(row)}" for row in value)
        return f"[\n{rows}\n{indent}]"
    return _ENCODER.encode(value)


# Read back, from a document that follows the schema.


def sending_of(document: Document) -> Sending:
    """Return the sending that a document is. Raises ValueError when its date does not exist."""
    fields = fields_of(Sending, document["document"], _HEADER)
    return Sending(**fields, fingerprint=document["integrite"]["empreinte"])


def assessment_of(document: Document) -> Assessment:
    """Return the assessment, with id 0: it is in no database. Raises ValueError for an impossible date."""
    grid, evaluation, indicators = document["grille"], document["evaluation"], document["indicateurs"]
    people = ({"nom": "", "prenom": "", **row} for row in document["charges_de_cooperation"])
    answers: dict[Cell, Answer] = {
        Cell(row["activite"], row["politique"]): ANSWERS[row["note"]] for row in document["reponses"]
    }
    comments = {row["activite"]: row["texte"] for row in document["commentaires"]}
    comments |= {row["indicateur"]: row["commentaire"] for row in indicators if "commentaire" in row}
    return Assessment(
        id=0,
        grid_id=grid["id"],
        grid_version=grid["version"],
        grid_fingerprint=grid["empreinte"],
        identity=Identity(
            evaluation["annee"],
            Moment(evaluation["moment"]),
            value_of(Territory, document["territoire"], TERRITORY_OF_FILES),
            tuple(value_of(Coordinator, row, PERSON) for row in people),
            value_of(Adviser, document["destinataire"], ADVISER),
        ),
        answers=answers,
        comments=comments,
        numbers={row["indicateur"]: row["nombre"] for row in indicators if "nombre" in row},
        preparation={
            PreparationTopic(topic): text for topic, text in document.get("preparation", {}).items()
        },
        actions={row["activite"]: value_of(Action, row, ACTION) for row in document.get("actions", ())},
        uuid=evaluation["id"],
        previous_uuid=evaluation.get("precedente"),
        said={said.id: said for said in map(said_in, document.get("fil", ()))},
    )
