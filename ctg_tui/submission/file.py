"""The file of a submission: read if this program would write the same bytes, else refused; written."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ctg_tui import formats
from ctg_tui.domain.assessment import Assessment, Territory
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR, TERRITORY, normalise_siren
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, score
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import fold, short_fingerprint, value_of
from ctg_tui.formats import (
    MAX_BYTES,
    OF_THE_PATH,
    Document,
    Problem,
    ProblemCode,
    with_own_line_ends,
)
from ctg_tui.grids.catalogue import Catalogue, compiled
from ctg_tui.submission.document import (
    FORMAT,
    VERSION,
    assemble,
    assembled_again,
    assessment_of,
    sending_of,
    serialise,
)
from ctg_tui.system import files
from ctg_tui.system.files import read_document, shown_name


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission: `problem` says why."""

    def __init__(self, path: Path, problem: Problem) -> None:
        self.problem = problem
        if problem.code in OF_THE_PATH:
            super().__init__(problem.code.value, problem.sentence())
            return
        advice = {
            ProblemCode.UNKNOWN_FORMAT: "Vérifiez que c’est le bon fichier.",
            ProblemCode.UNKNOWN_VERSION: "",
        }.get(problem.code, "Demandez à l’expéditeur de l’enregistrer de nouveau et de l’envoyer tel quel.")
        message = f"« {shown_name(path)} » est refusé : {problem.sentence()}"
        super().__init__(problem.code.value, message, advice)


@dataclass(frozen=True)
class Received:
    """A submission that can be trusted. `grid` and `scores` are None when its grid is not known here."""

    document: Document
    sending: Sending
    grid: Grid | None
    assessment: Assessment
    scores: Scores | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the state: 64 hexadecimal digits."""
        return self.sending.fingerprint

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Remarks that do not make the file refused."""
        if self.grid is not None:
            return ()
        message = "sa grille est introuvable sur ce poste : il est lu, ses chiffres ne sont pas recalculés."
        return (Problem(ProblemCode.UNKNOWN_GRID, "", message),)


def read(path: Path, catalogue: Catalogue) -> Received:
    """Return the submission of a file. Raises InvalidSubmission."""
    found = verify(path, catalogue)
    if isinstance(found, Received):
        return found
    raise InvalidSubmission(path, found)


def verify(path: Path, catalogue: Catalogue) -> Received | Problem:
    """Return the submission at any path, or why there is none: another file, a device, a missing one."""
    try:
        return examine(read_document(path, MAX_BYTES), catalogue)
    except InvalidDocument as refusal:
        codes = {code.value: code for code in OF_THE_PATH}  # else a mail, an archive
        return Problem(codes.get(refusal.code, ProblemCode.OTHER_PIECE), "", refusal.sentences())


def examine(raw: bytes, catalogue: Catalogue) -> Received | Problem:
    """Return the submission in `raw`, whose line ends a mail may have changed, or why it is refused."""
    raw = with_own_line_ends(raw)
    if len(raw) > MAX_BYTES:
        return Problem(
            ProblemCode.TOO_LARGE, "", f"Ce fichier dépasse {MAX_BYTES // 1_000_000} Mo : il n’a pas été lu."
        )
    try:
        document = formats.parse_strictly(formats.decode(raw))
    except formats.UnreadableError as error:
        return error.problem
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return Problem(ProblemCode.UNKNOWN_FORMAT, "format", "ce n’est pas un fichier pour la Caf.")
    version = document.get("version")
    if version != VERSION and isinstance(version, str) and re.fullmatch(r"[0-9.]{1,9}", version):
        message = f"elle est au format {version}, inconnu de ce programme : mettez ctg-tui à jour."
        return Problem(ProblemCode.UNKNOWN_VERSION, "version", message)
    violation = compiled("soumission").violation(document)
    shape = None if violation is None else Problem(ProblemCode.STRUCTURE, *violation)
    problem = shape or _impossible_dates(document)
    if problem is not None:
        return problem
    received = _read(document, catalogue.grid_of(document))
    written_again = _written_again(received)
    if document == written_again:
        problem = _shortcoming(received)
    if problem is None and serialise(written_again) == raw:
        return received
    return problem or _altered(document, written_again)


def _read(document: Document, grid: Grid | None) -> Received:
    """Return what a document of the right shape holds, its figures computed here."""
    assessment = assessment_of(document)
    scores = None if grid is None else score(grid, assessment.answers)
    return Received(document, sending_of(document), grid, assessment, scores)


def _written_again(received: Received) -> Document:
    document = received.document
    if received.grid is None:
        return assembled_again(document, received.assessment)
    return assemble(received.sending, document["document"]["logiciel"], received.assessment, received.grid)


_STATE_FIRST: Final = ("integrite", "document")
"""The blocks that any change of the others changes too: they are compared last, in this order."""


def _altered(document: Document, written_again: Document) -> Problem:
    """Return that a file is not what the program writes of its content, with the first place that differs."""
    blocks = [*dict.fromkeys((*document, *written_again))]
    blocks.sort(key=lambda block: _STATE_FIRST.index(block) + 1 if block in _STATE_FIRST else 0)
    changed = (
        _difference(document[block], written_again[block], block)
        if block in document and block in written_again
        else block
        for block in blocks
    )
    path = next((place for place in changed if place is not None), "")
    message = "il a été modifié ou réenregistré par un autre logiciel après sa création."
    return Problem(ProblemCode.MODIFIED, path, message)


def _difference(there: Any, expected: Any, path: str) -> str | None:
    """Return the path of the first value that differs; None for equal values."""
    if isinstance(there, dict) and isinstance(expected, dict):
        for key in dict.fromkeys((*there, *expected)):
            if key not in there or key not in expected:
                return formats.join(path, key)
            if (place := _difference(there[key], expected[key], formats.join(path, key))) is not None:
                return place
        return None
    if isinstance(there, list) and isinstance(expected, list):
        for rank, (one, other) in enumerate(zip(there, expected, strict=False)):
            if (place := _difference(one, other, f"{path}[{rank}]")) is not None:
                return place
        shortest = min(len(there), len(expected))
        return None if len(there) == len(expected) else f"{path}[{shortest}]"
    return None if there == expected else path


# What the schema cannot express, in a file whose every byte is as the program would write it.


def _shortcoming(received: Received) -> Problem | None:
    """Return the problem of a file whose every byte is as the program would write it; None without any."""
    assessment = received.assessment
    identity = assessment.identity
    siren = identity.territory.siren
    if siren is not None:
        try:
            normalise_siren(siren)
        except ValueError as error:
            return Problem(ProblemCode.STRUCTURE, "territoire.siren", str(error))
    if assessment.previous_uuid == assessment.uuid:
        message = "une évaluation ne peut pas suivre elle-même."
        return Problem(ProblemCode.STRUCTURE, "evaluation.precedente", message)
    problem = _repeated("charges_de_cooperation", [person.ref for person in identity.coordinators])
    if problem is None and received.sending.is_final:
        return _missing_from_final(assessment, received.document["resultats"])
    return problem


def _missing_from_final(assessment: Assessment, results: Document) -> Problem | None:
    lacking = {
        "reponses": results["ensemble"]["sans_reponse"],
        "territoire.nom": not assessment.identity.territory.name.strip(),
        "charges_de_cooperation": not assessment.identity.coordinators,
        "resultats.rubriques": not results["rubriques"],
    }
    message = "l’évaluation est dite définitive, mais elle n’est pas complète."
    return next((Problem(ProblemCode.INCOMPLETE, path, message) for path in lacking if lacking[path]), None)


def _impossible_dates(document: Document) -> Problem | None:
    """Return the first date that does not exist, or is out of the years of any campaign; None without any."""
    dates = {"document.cree_le": document["document"]["cree_le"]}
    for rank, row in enumerate(document.get("actions", ())):
        if "quand" in row:
            dates[f"actions[{rank}].quand"] = row["quand"]
    for rank, row in enumerate(document.get("fil", ())):
        dates[f"fil[{rank}].date"] = row["date"]
    return next(filter(None, (_impossible_date(path, text) for path, text in dates.items())), None)


def _impossible_date(path: str, text: str) -> Problem | None:
    """Return the problem of a date, or a moment, that does not exist or is out of the years of a campaign."""
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        return Problem(ProblemCode.STRUCTURE, path, "cette date n’existe pas.")
    if FIRST_YEAR <= year <= LAST_YEAR:
        return None
    message = f"l’année de cette date doit être entre {FIRST_YEAR} et {LAST_YEAR}."
    return Problem(ProblemCode.STRUCTURE, path, message)


def _repeated(block: str, rows: Iterable[Any]) -> Problem | None:
    """Return the problem of the first row of `block` that stands there twice; None without any."""
    seen = set()
    for rank, row in enumerate(rows):
        if row in seen:
            return Problem(ProblemCode.STRUCTURE, f"{block}[{rank}]", "cette ligne est écrite deux fois.")
        seen.add(row)
    return None


# A forecast, which holds salaries, is known by its title.

_NO_ARCHIVE: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError),
    *(RuntimeError, NotImplementedError),  # encrypted, or an unknown compression
)
_HEAD: Final = 4_000


def is_forecast(raw: bytes) -> bool:
    """Return whether `raw` is the forecast table that this program writes."""
    if not raw.startswith(b"PK"):
        return False
    try:
        archive = files.open_zip(raw)
        core = files.read_entry(archive, archive.getinfo("docProps/core.xml"), _HEAD)
    except _NO_ARCHIVE:
        return False
    return "<dc:title>Tableau prévisionnel " in core.decode("utf-8", "replace")


# The file of one to write: its name, and its bytes, which its reader accepts.

_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_MAX_PART: Final = 40
"""Most characters of a territory or of the names in a file name: some systems limit the whole path to 255."""


def file_name(document: Document) -> str:
    """Return a portable name such as `CTG_val-de-charente_2027_annuelle_envoi-1_7F3A-21C0.json`."""
    evaluation = document["evaluation"]
    parts = (
        "CTG",
        safe_place(value_of(Territory, document["territoire"], TERRITORY)),
        str(evaluation["annee"]),
        evaluation["moment"],
        f"envoi-{document['document']['envoi']}",
        short_fingerprint(document["integrite"]["empreinte"]),
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
            ProblemCode.TOO_LARGE.value,
            f"Le fichier dépasserait {MAX_BYTES // 1_000_000} Mo : personne ne pourrait le vérifier. "
            "Rien n’a été écrit ; vos réponses sont intactes.",
            "Raccourcissez les commentaires les plus longs, puis recommencez.",
        )
    result = examine(content, catalogue)
    if not isinstance(result, Received):
        raise Refusal(
            result.code.value,
            f"Le fichier pour la Caf n’a pas été enregistré : {result.sentence()} Rien n’a été écrit.",
            "Complétez l’évaluation, ou choisissez « provisoire ».",
        )
    return content
