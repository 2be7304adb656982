"""The file of a submission: read if this program would write the same bytes, else refused; written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from ctg_tui import PROGRAM, formats
from ctg_tui.domain.assessment import Assessment, Sending, Territory
from ctg_tui.domain.details import TERRITORY_OF_FILES
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, score
from ctg_tui.domain.text import fold, value_of
from ctg_tui.formats import MAX_BYTES, Document, Problem
from ctg_tui.grids.catalogue import Catalogue, compiled
from ctg_tui.submission.document import (
    FORMAT,
    VERSION,
    assemble,
    assessment_of,
    sending_of,
    serialise,
)
from ctg_tui.system.files import read_document, shown_name


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission: `problem` says why, in a sentence without its name."""

    def __init__(self, path: Path, problem: Problem) -> None:
        self.problem = problem
        advice = _ADVICE.get(problem.code, _AGAIN)
        if path.suffix.casefold() == ".toml":
            advice = f"Un fichier de grille se vérifie avec « {PROGRAM} grille verifier FICHIER »."
        message = f"« {shown_name(path)} » est refusé : {problem.sentence()}"
        super().__init__(problem.code, message, advice)

    @property
    def is_submission(self) -> bool:
        """Whether it seems to be a submission, if a damaged one."""
        return self.code not in {_UNKNOWN_FORMAT, formats.NOT_JSON}


_UNKNOWN_FORMAT: Final = "format-inconnu"
_UNKNOWN_GRID: Final = "grille-inconnue"
_INCOMPLETE: Final = "definitif-incomplet"
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
        return _examined(raw, catalogue)
    except Problem as problem:
        raise InvalidSubmission(path, problem) from problem


def _examined(raw: bytes, catalogue: Catalogue) -> Received:
    raw = raw.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"  # as it is written
    if len(raw) > MAX_BYTES:
        raise Problem("fichier-trop-gros", "", f"il dépasse {MAX_BYTES // 1_000_000} Mo.")
    document = formats.parse_strictly(formats.decoded(raw))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Problem(_UNKNOWN_FORMAT, "format", "ce n’est pas un fichier pour la Caf.")
    version = document.get("version")
    if version != VERSION and isinstance(version, str) and re.fullmatch(r"[0-9.]{1,9}", version):
        message = f"elle est au format {version}, inconnu de ce programme : mettez ctg-tui à jour."
        raise Problem("version-inconnue", "version", message)
    compiled("soumission").check(document)
    try:
        sending, assessment = sending_of(document), assessment_of(document)
    except ValueError as error:  # 30 February
        raise Problem(formats.STRUCTURE, "", "une de ses dates n’existe pas.") from error
    grid = catalogue.own_grid(assessment)
    if grid is None:
        is_other = any(one.id == assessment.grid_id for one in catalogue.every)
        there = "est ici, avec un autre contenu" if is_other else "est introuvable sur ce poste"
        message = f"sa grille « {assessment.grid_id} » {there}."
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


def checked(document: Document, catalogue: Catalogue) -> bytes:
    """Return the bytes of `document`, accepted by its reader.

    Raises Refusal, with the code of the first problem, when the reader would not accept it (a final one with
    blanks, one over `MAX_BYTES`).
    """
    content = serialise(document)
    if len(content) > MAX_BYTES:
        raise Refusal(
            "fichier-trop-gros",
            f"Le fichier dépasserait {MAX_BYTES // 1_000_000} Mo : personne ne pourrait le vérifier. "
            "Rien n’a été écrit ; vos réponses sont intactes.",
            "Raccourcissez les commentaires les plus longs, puis recommencez.",
        )
    try:
        _examined(content, catalogue)
    except Problem as problem:
        raise Refusal(
            problem.code,
            f"Le fichier pour la Caf n’a pas été enregistré : {problem.sentence()} Rien n’a été écrit.",
            "Complétez l’évaluation, ou choisissez « provisoire »." if problem.code == _INCOMPLETE else "",
        ) from problem
    return content
