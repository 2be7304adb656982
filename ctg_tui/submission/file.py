"""The file of a submission: read if this program would write the same bytes, else refused; written."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ctg_tui import formats
from ctg_tui.domain.assessment import Assessment, Status, Territory
from ctg_tui.domain.details import TERRITORY, normalise_siren
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import LineCount, Scores, line_count, score
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import fold, short_fingerprint, value_of, visible
from ctg_tui.formats import (
    MAX_BYTES,
    OF_THE_PATH,
    Document,
    Problem,
    ProblemCode,
    impossible_date,
    repeated,
    with_own_line_ends,
)
from ctg_tui.grids.catalogue import Catalogue, compiled
from ctg_tui.submission.document import (
    FORMAT,
    VERSION,
    Header,
    Layout,
    assemble,
    assessment_of,
    header_of,
    layout_in,
    layout_of,
    serialise,
)
from ctg_tui.system import files
from ctg_tui.system.files import read_document, read_regular, shown_name
from ctg_tui.wording.french import count


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission: `problem` says why."""

    def __init__(self, path: Path, problem: Problem) -> None:
        self.problem = problem
        message = problem.sentence()
        if problem.code not in OF_THE_PATH:
            message = f"« {shown_name(path)} » est refusé : {message}"
        super().__init__(
            problem.code.value,
            message,
            ADVICE.get(
                problem.code, "Demandez à l’expéditeur de l’enregistrer de nouveau et de l’envoyer tel quel."
            ),
        )


ADVICE = {
    ProblemCode.ABSENT: "Vérifiez son nom et son dossier.",
    ProblemCode.UNREADABLE: "Vérifiez vos droits sur ce fichier, ou copiez-le dans vos documents.",
    ProblemCode.NOT_A_FILE: "Donnez le fichier lui-même.",
    ProblemCode.TOO_LARGE: "Vérifiez que c’est le bon fichier.",
    ProblemCode.OTHER_PIECE: "",  # the sentence says which file to check
    ProblemCode.UNKNOWN_FORMAT: "Vérifiez que c’est le bon fichier.",
    ProblemCode.UNKNOWN_VERSION: "Mettez ctg-tui à jour, puis recommencez.",
}


@dataclass(frozen=True)
class Received:
    """A submission that can be trusted. `grid` and `scores` are None when its grid is not known here.

    `grid` has the proposed lines of the missions that the file has them of.
    """

    document: Document
    header: Header
    grid: Grid | None
    assessment: Assessment
    scores: Scores | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the state: 64 hexadecimal digits."""
        fingerprint: str = self.document["integrite"]["empreinte"]
        return fingerprint

    @property
    def sending(self) -> Sending:
        """The sending that it is."""
        header = self.header
        number = header.number or 1  # the schema asks for it
        return Sending(number, header.identifier, header.created_at, header.status, self.fingerprint)

    @property
    def status(self) -> Status:
        return self.header.status

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Remarks that do not make the file refused."""
        if self.grid is not None:
            return ()
        message = "sa grille est introuvable sur ce poste : il est lu, ses chiffres ne sont pas recalculés."
        return (Problem(ProblemCode.UNKNOWN_GRID, "", message),)


@dataclass(frozen=True)
class Verdict:
    """The result of `verifier` for a path: the submission, or the problem."""

    path: Path
    received: Received | None
    problem: Problem | None = None

    @property
    def ok(self) -> bool:
        return self.received is not None

    @property
    def notices(self) -> tuple[Problem, ...]:
        return () if self.received is None else self.received.notices


def verify(path: Path, catalogue: Catalogue) -> Verdict:
    """Return the verdict on any path: a submission, another file, a device, a missing one. Never raises."""
    try:
        return Verdict(path, read(path, catalogue))
    except InvalidSubmission as refusal:
        return Verdict(path, None, refusal.problem)


def read(path: Path, catalogue: Catalogue) -> Received:
    """Return the submission of a file. Raises InvalidSubmission, which names another piece of a dossier."""
    result: Received | Problem
    try:
        result = examine(read_document(path, MAX_BYTES), catalogue)
    except InvalidDocument as refusal:
        result = _unread(refusal)
    if isinstance(result, Received):
        return result
    raise InvalidSubmission(path, other_piece(path) or result)


def _unread(refusal: InvalidDocument) -> Problem:
    """Return the problem of a file that could not be read: absent, too large, or wrapped in a mail."""
    if refusal.code in {code.value for code in OF_THE_PATH}:
        return Problem(ProblemCode(refusal.code), "", refusal.message)
    return Problem(ProblemCode.OTHER_PIECE, "", refusal.sentences())


def examine(raw: bytes, catalogue: Catalogue) -> Received | Problem:
    """Return the submission in `raw`, whose line ends a mail may have changed, or why it is refused."""
    raw = with_own_line_ends(raw)
    if len(raw) > MAX_BYTES:
        return Problem(
            ProblemCode.TOO_LARGE, "", f"Ce fichier dépasse {MAX_BYTES // 1_000_000} Mo : il n’a pas été lu."
        )
    try:
        value = formats.parse_strictly(formats.decode(raw))
        document = formats.require_format(value, FORMAT, VERSION, "un fichier pour la Caf")
    except formats.UnreadableError as error:
        return error.problem
    problem = formats.wrong_shape(document, compiled("soumission")) or impossible_dates(document)
    if problem is not None:
        return problem
    received, layout = _read(document, catalogue.grid_of(document))
    written_again = assemble(received.header, received.assessment, layout)
    if document == written_again:
        problem = shortcoming(received, layout)
    if problem is None and serialise(written_again) == raw:
        return received
    return problem or formats.altered(document, written_again)


def _read(document: Document, grid: Grid | None) -> tuple[Received, Layout]:
    """Return what a document of the right shape holds, its figures computed here, and its layout."""
    header = header_of(document)
    assessment = assessment_of(document)
    if grid is None:
        return Received(document, header, None, assessment, None), layout_in(document)
    scores = score(grid, assessment.answers)
    return Received(document, header, grid, assessment, scores), layout_of(grid, scores)


# What the schema cannot express, in a file whose every byte is as the program would write it.


def shortcoming(received: Received, layout: Layout) -> Problem | None:
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
    problem = repeated("charges_de_cooperation", [person.ref for person in identity.coordinators])
    if problem is None and received.status is Status.FINAL:
        return _missing_from_final(assessment, layout)
    return problem


def _missing_from_final(assessment: Assessment, layout: Layout) -> Problem | None:
    beginning = "l’évaluation est dite définitive, mais"
    if blanks := layout.results["ensemble"]["sans_reponse"]:
        cells = count(blanks, "case y est vide", "cases y sont vides")
        return Problem(ProblemCode.INCOMPLETE, "reponses", f"{beginning} {cells}.")
    if not visible(assessment.identity.territory.name):
        return Problem(ProblemCode.INCOMPLETE, "territoire.nom", f"{beginning} le territoire n’a pas de nom.")
    if not assessment.identity.coordinators:
        message = f"{beginning} aucune personne n’y est renseignée."
        return Problem(ProblemCode.INCOMPLETE, "charges_de_cooperation", message)
    if not layout.results["rubriques"]:
        message = f"{beginning} elle n’a aucune rubrique."
        return Problem(ProblemCode.INCOMPLETE, "resultats.rubriques", message)
    return None


def impossible_dates(document: Document) -> Problem | None:
    """Return the first date that does not exist, or is out of the years of any campaign; None without any."""
    dates = {"document.cree_le": document["document"]["cree_le"]}
    for rank, row in enumerate(document.get("actions", ())):
        if "quand" in row:
            dates[f"actions[{rank}].quand"] = row["quand"]
    for rank, row in enumerate(document.get("fil", ())):
        dates[f"fil[{rank}].date"] = row["date"]
    return next(filter(None, (impossible_date(path, text) for path, text in dates.items())), None)


# The other pieces of a dossier, each known by its beginning.

_MAX_PIECE: Final = 50_000_000
_NO_ARCHIVE: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError),
    *(RuntimeError, NotImplementedError),  # encrypted, or an unknown compression
)
FORECAST: Final = "le tableau prévisionnel"
_HEAD: Final = 4_000
"""Bytes: every piece is recognised by its beginning."""


def other_piece(path: Path) -> Problem | None:
    """Return the problem that names the piece and the file to check instead; None for any other file."""
    try:
        raw = read_regular(path, _MAX_PIECE)
    except InvalidDocument:
        return None
    piece = piece_name(raw)
    if not piece:
        return None
    what = f"« {shown_name(path)} » n’est pas le fichier à vérifier : c’est {piece}."
    which = "Vérifiez celui qui finit par .json, dans le même dossier."
    return Problem(ProblemCode.OTHER_PIECE, "", f"{what} {which}")


def piece_name(raw: bytes) -> str:
    """Return which piece of a dossier `raw` is, with its article; empty for a submission and other files."""
    head = raw[:_HEAD]
    if re.match(rb'\s*\{\s*"format":\s*"ctg-previsionnel"', head):
        return FORECAST
    if head.startswith(("\ufeffJoignez les pièces".encode(), "\ufeffGardez pour vous".encode())):
        return "le texte d’un courriel"
    if b"<meta" in head and re.search(rb'<meta name="generator" content="ctg-tui\b', head):
        return "un rapport à lire"
    if head.startswith(b"PK") and (title := _workbook_title(raw)):
        return FORECAST if title.startswith("Tableau") else "un rapport à lire"
    return ""


def _workbook_title(raw: bytes) -> str | None:
    """Return the title of a workbook made by this program; None for any other file."""
    try:
        archive = files.open_zip(raw)
        core = files.read_entry(archive, archive.getinfo("docProps/core.xml"), _HEAD)
    except _NO_ARCHIVE:
        return None
    match = re.search(
        "<dc:title>((?:Auto-évaluation CTG|Tableau prévisionnel) [^<]*)", core.decode("utf-8", "replace")
    )
    return match[1] if match else None


# The file of one to write: its name, its counts, and its bytes, which its reader accepts.

_UNSAFE: Final = re.compile(r"[^a-z0-9]+")
_MAX_PART: Final = 40
"""Most characters of a territory or of the names in a file name: some systems limit the whole path to 255."""


@dataclass(frozen=True)
class Counts:
    """The counts of a submission, shown when it is written: its cells are those of the Caf's lines.

    `proposed` is the number of answers on the other lines.
    """

    rated: int
    not_concerned: int
    blank: int
    comments: LineCount
    numbers: LineCount
    actions: LineCount
    proposed: int = 0


@dataclass(frozen=True)
class Checked:
    """A submission that its reader accepts, not written yet. `fingerprint`: 64 hexadecimal digits."""

    name: str
    content: bytes
    fingerprint: str
    counts: Counts


def counts_of(document: Document, grid: Grid | None) -> Counts:
    """Return the counts of `document`, filled with `grid`, None when it is not known."""
    whole = document["resultats"]["ensemble"]
    indicators = document["indicateurs"]
    lines = frozenset(() if grid is None else grid.proposed_lines)
    texts = [row["activite"] for row in document["commentaires"]]
    texts += [row["indicateur"] for row in indicators if "commentaire" in row]
    proposed = document["resultats"].get("propositions", {"ensemble": {"notees": 0, "nc": 0}})["ensemble"]
    return Counts(
        rated=whole["notees"],
        not_concerned=whole["nc"],
        blank=whole["sans_reponse"],
        comments=line_count(texts, lines),
        numbers=line_count([row["indicateur"] for row in indicators if "nombre" in row], lines),
        actions=line_count([row["activite"] for row in document.get("actions", ())], lines),
        proposed=proposed["notees"] + proposed["nc"],
    )


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
    return next(filter(None, map(safe_part, known)), "territoire")


def safe_part(text: str) -> str:
    """Return `text` in lower-case ASCII letters, digits and hyphens: what every system takes in a name."""
    return _cut(_UNSAFE.sub("-", fold(text)).strip("-"))


def _cut(part: str) -> str:
    """Return at most `_MAX_PART` characters of a part of a name, whole words if there are several."""
    if len(part) <= _MAX_PART:
        return part
    whole, _, _ = part[: _MAX_PART + 1].rpartition("-")
    return whole or part[:_MAX_PART]


def checked(document: Document, catalogue: Catalogue | None = None) -> Checked:
    """Return the file of `document`, accepted by its reader.

    `catalogue` must know the grid of `--grille` when there is one. Raises Refusal, with the code of the
    first problem, when the reader would not accept it (a final one with blanks, one over `MAX_BYTES`).
    """
    content = serialise(document)
    if len(content) > MAX_BYTES:
        raise Refusal(
            ProblemCode.TOO_LARGE.value,
            f"Le fichier dépasserait {MAX_BYTES // 1_000_000} Mo : personne ne pourrait le vérifier. "
            "Rien n’a été écrit ; vos réponses sont intactes.",
            "Raccourcissez les commentaires les plus longs, puis recommencez.",
        )
    result = examine(content, catalogue or Catalogue())
    if not isinstance(result, Received):
        raise Refusal(
            result.code.value,
            f"Le fichier pour la Caf n’a pas été enregistré : {result.sentence()} Rien n’a été écrit.",
            "Complétez l’évaluation, ou choisissez « provisoire ».",
        )
    return Checked(file_name(document), content, result.fingerprint, counts_of(document, result.grid))
