"""The submission (*soumission*), the JSON file for the Caf: made, spelt in bytes, read or refused, named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from ctg_tui import PROGRAM, formats
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
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, score
from ctg_tui.domain.text import clean, digest, fields_of, fold, row_of, value_of
from ctg_tui.domain.thread import said_in, said_row, union
from ctg_tui.formats import ANSWERS, MAX_BYTES, NOTES, Document, Problem
from ctg_tui.grids.catalogue import Catalogue, compiled
from ctg_tui.system.files import read_document, shown_name

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


# Read if this program would write the same bytes, else refused.


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission: `problem` says why, in a sentence without its name."""

    def __init__(self, path: Path, problem: Problem) -> None:
        self.problem = problem
        message = f"« {shown_name(path)} » est refusé : {problem.sentence()}"
        super().__init__(problem.code, message, _ADVICE.get(problem.code, _AGAIN))


_UNKNOWN_FORMAT: Final = "format-inconnu"
_UNKNOWN_GRID: Final = "grille-inconnue"
_INCOMPLETE: Final = "definitif-incomplet"
_TOO_LARGE: Final = "fichier-trop-gros"
_AGAIN: Final = "Demandez à l’expéditeur de l’enregistrer de nouveau et de l’envoyer tel quel."
_ADVICE: Final = {
    _UNKNOWN_FORMAT: "Vérifiez que c’est le bon fichier.",
    "version-inconnue": "",
    _UNKNOWN_GRID: "Demandez le fichier de cette grille à qui vous a envoyé celui-ci, installez-le "
    f"(« {PROGRAM} grille installer FICHIER »), puis recommencez.",
}


@dataclass(frozen=True)
class Received:
    """A submission that can be trusted, with the very grid that it was filled with."""

    document: Document
    sending: Sending
    grid: Grid
    assessment: Assessment
    scores: Scores


def read(path: Path, catalogue: Catalogue) -> Received:
    """Return the submission of a file. Raises InvalidDocument, also for what is no file."""
    return examine(read_document(path, MAX_BYTES), catalogue, path)


def examine(raw: bytes, catalogue: Catalogue, path: Path) -> Received:
    """Return the submission in `raw`, whose line ends a mail may have changed. Raises InvalidSubmission.

    `path` names it in a refusal.
    """
    try:
        is_ours = path.suffix.casefold() == ".json" or raw.lstrip().startswith(b"{")
        if not is_ours or raw.startswith(b"PK"):
            raise _another_file("")
        return _examined(raw, catalogue)
    except Problem as problem:
        raise InvalidSubmission(path, problem) from problem


def _another_file(where: str) -> Problem:
    return Problem(_UNKNOWN_FORMAT, where, "ce n’est pas un fichier pour la Caf.")


def _examined(raw: bytes, catalogue: Catalogue) -> Received:
    raw = raw.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"  # as it is written
    if len(raw) > MAX_BYTES:
        raise Problem(_TOO_LARGE, "", f"il dépasse {MAX_BYTES // 1_000_000} Mo.")
    document = formats.parse_strictly(formats.decoded(raw))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _another_file("format")
    version = document.get("version")
    if version != VERSION and isinstance(version, str) and re.fullmatch(r"[0-9.]{1,9}", version):
        message = f"elle est au format {version}, inconnu de ce programme : mettez ctg-tui à jour."
        raise Problem("version-inconnue", "version", message)
    compiled("soumission").check(document)
    try:
        sending, assessment = sending_of(document), assessment_of(document)
    except ValueError as error:  # 30 February
        raise Problem(formats.STRUCTURE, "", "une de ses dates n’existe pas.") from error
    grid = catalogue.find(assessment.grid_fingerprint)
    if grid is None:
        message = f"sa grille « {assessment.grid_id} » est introuvable sur ce poste, dans cette version."
        raise Problem(_UNKNOWN_GRID, "grille", message)
    written_again = assemble(sending, document["document"]["logiciel"], assessment, grid)
    if document == written_again:
        _require_whole(document, sending, assessment)
    if serialise(written_again) != raw:
        message = "il a été modifié ou réenregistré par un autre logiciel après sa création."
        raise Problem("modifie", _first_difference(document, written_again), message)
    return Received(document, sending, grid, assessment, score(grid, assessment.answers))


def _first_difference(document: Document, written_again: Document) -> str:
    """Return the path of the first place where a file is not what the program writes of its content.

    Any change of another block changes `document` and `integrite` too: they are compared last.
    """
    blocks = sorted({**document, **written_again}, key=lambda block: block in {"document", "integrite"})
    places = (_difference(document.get(block), written_again.get(block), block) for block in blocks)
    return next((place for place in places if place is not None), "")


def _difference(there: Any, expected: Any, path: str) -> str | None:
    """Return the path of the first value that differs; None for equal values."""
    if isinstance(there, dict) and isinstance(expected, dict):
        keys = {**there, **expected}
        places = (_difference(there.get(key), expected.get(key), formats.join(path, key)) for key in keys)
    elif isinstance(there, list) and isinstance(expected, list):
        pairs = enumerate(zip_longest(there, expected))
        places = (_difference(one, other, f"{path}[{rank}]") for rank, (one, other) in pairs)
    else:
        return None if there == expected else path
    return next((place for place in places if place is not None), None)


def _require_whole(document: Document, sending: Sending, assessment: Assessment) -> None:
    """Raise the Problem of a file whose every byte is as the program would write it."""
    people, results = assessment.identity.coordinators, document["resultats"]
    if len({person.ref for person in people}) < len(people):
        raise Problem(formats.STRUCTURE, "charges_de_cooperation", "une personne y est deux fois.")
    lacking = {
        "reponses": results["ensemble"]["sans_reponse"],
        "territoire.nom": not assessment.identity.territory.name.strip(),
        "charges_de_cooperation": not people,
        "resultats.rubriques": not results["rubriques"],
    }
    for path in filter(lacking.get, lacking if sending.is_final else ()):
        message = "l’évaluation est dite définitive, mais elle n’est pas complète."
        raise Problem(_INCOMPLETE, path, message)


# The file of one to write: its name, and its bytes, which its reader accepts.

_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_MAX_PART: Final = 40
"""Most characters of a territory or of the names in a file name: some systems limit the whole path to 255."""


def file_name(document: Document) -> str:
    """Return a portable name such as `CTG_val-de-charente_2027_annuelle_envoi-1_7F3A-21C0.json`."""
    evaluation = document["evaluation"]
    parts = (
        "CTG",
        safe_place(value_of(Territory, document["territoire"], TERRITORY_OF_FILES)),
        str(evaluation["annee"]),
        evaluation["moment"],
        f"envoi-{document['document']['envoi']}",
        sending_of(document).code,
    )
    return f"{'_'.join(parts)}.json"


def safe_place(territory: Territory) -> str:
    """Return the name of a territory as it stands in the names of files and folders."""
    known = (territory.known_id or "", territory.name, territory.siren or "")
    return next(filter(None, map(_safe_part, known)), "territoire")


def _safe_part(text: str) -> str:
    """Return lower-case ASCII letters, digits and hyphens: what every system takes in a name."""
    return _UNSAFE.sub("-", fold(text)).strip("-")[:_MAX_PART].rstrip("-")


_ADVICE_TO_SEND: Final = {
    _INCOMPLETE: "Complétez l’évaluation, ou choisissez « provisoire ».",
    _TOO_LARGE: "Raccourcissez les commentaires les plus longs, puis recommencez.",
}


def checked(document: Document, catalogue: Catalogue) -> bytes:
    """Return the bytes of `document`, accepted by its reader.

    Raises Refusal, with the code of the first problem, when the reader would not accept it (a final one with
    blanks, one over `MAX_BYTES`).
    """
    content = serialise(document)
    try:
        _examined(content, catalogue)
    except Problem as problem:
        raise Refusal(
            problem.code,
            f"Le fichier pour la Caf n’a pas été enregistré : {problem.sentence()} Rien n’a été écrit.",
            _ADVICE_TO_SEND.get(problem.code, ""),
        ) from problem
    return content
