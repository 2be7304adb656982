"""The file of a submission: read if this program would write the same bytes, else refused; written."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM, formats
from ctg_tui.domain.assessment import MAX_RATING, Answer, Assessment, Cell, Status, Territory
from ctg_tui.domain.details import TERRITORY, normalise_siren
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import LineCount, Scores, Tally, line_count, score, tally
from ctg_tui.domain.text import fold, short_fingerprint, value_of, visible
from ctg_tui.formats import (
    MAX_BYTES,
    MAX_PROBLEMS,
    OF_THE_PATH,
    Document,
    Problem,
    ProblemCode,
    impossible_date,
    repeated,
    typeset_problem,
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
    figures,
    header_of,
    layout_in,
    layout_of,
    serialise,
)
from ctg_tui.submission.semantics import differences, in_short, placed
from ctg_tui.system import files
from ctg_tui.system.files import atomic_write, read_regular, shown_name
from ctg_tui.wording.french import count


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission. `problems` is never empty; `code` is that of the first."""

    def __init__(self, path: Path, problems: Iterable[Problem], name: str = "") -> None:
        """Refuse the file at `path`; `name` is its name in a mail or a zip."""
        self.problems = tuple(problems)
        first = self.problems[0]
        message = first.sentence()
        if first.code not in OF_THE_PATH:
            message = f"« {name or shown_name(path)} » est refusé : {in_short(self.problems)}"
        super().__init__(
            first.code.value,
            message,
            ADVICE.get(
                first.code, "Demandez à l’expéditeur de l’enregistrer de nouveau et de l’envoyer tel quel."
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
    def status(self) -> Status:
        return self.header.status

    @property
    def notices(self) -> tuple[Problem, ...]:
        """Remarks that do not make the file refused."""
        if self.grid is not None:
            return ()
        message = "introuvable sur ce poste : le fichier est lu, ses chiffres ne sont pas recalculés."
        return (typeset_problem(Problem(ProblemCode.UNKNOWN_GRID, "grille", message, "Grille")),)


@dataclass(frozen=True)
class Verdict:
    """The result of `verifier` for a path. `received` is None when `problems` is not empty."""

    path: Path
    problems: tuple[Problem, ...]
    received: Received | None

    @property
    def ok(self) -> bool:
        return self.received is not None

    @property
    def notices(self) -> tuple[Problem, ...]:
        return () if self.received is None else self.received.notices


def verify(path: Path, catalogue: Catalogue) -> Verdict:
    """Return the verdict on any path: a submission, another file, a device, a missing one. Never raises."""
    try:
        return Verdict(path, (), read(path, catalogue))
    except InvalidSubmission as refusal:
        return Verdict(path, refusal.problems, None)


def read(path: Path, catalogue: Catalogue) -> Received:
    """Return the submission of a file. Raises InvalidSubmission, which names another piece of a dossier."""
    result: Received | tuple[Problem, ...]
    try:
        result = examine(read_regular(path, MAX_BYTES), catalogue)
    except InvalidDocument as refusal:
        result = (Problem(ProblemCode(refusal.code), "", refusal.message),)
    if isinstance(result, Received):
        return result
    other = other_piece(path)
    raise InvalidSubmission(path, result if other is None else [other])


def examine(raw: bytes, catalogue: Catalogue) -> Received | tuple[Problem, ...]:
    """Return the submission in `raw`, or at least one problem."""
    return _accepted(raw, catalogue) or tuple(_explained(raw, catalogue))


def _no_float(number: str) -> None:
    raise ValueError(f"not an integer: {number[:20]}")


_INTEGERS_ONLY: Final = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)
_NO_FIGURES: Final = {"rubriques": [], "missions": [], "ensemble": figures(Tally())}


def _accepted(raw: bytes, catalogue: Catalogue) -> Received | None:
    """Return the submission if it has no problem, else None."""
    try:
        text = raw.decode("utf-8")
        document = None if formats.is_too_crowded(text) else _INTEGERS_ONLY.decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    grid = _known_grid(document, catalogue)
    # Answers and figures of a known grid are compared byte by byte below: the schema may skip them.
    parts = document if grid is None else {**document, "reponses": [], "resultats": _NO_FIGURES}
    if not compiled("soumission").accepts(parts) or any(impossible_dates(document)):
        return None
    try:
        received, layout = _read(document, grid)
    except (KeyError, TypeError):  # an answer that is no row, explained below
        return None
    is_whole = serialise(assemble(received.header, received.assessment, layout)) == raw
    if not is_whole or any(shortcomings(received.assessment, layout, grid_known=grid is not None)):
        return None
    return received


def _read(document: Document, grid: Grid | None) -> tuple[Received, Layout]:
    """Return what a document of the right shape holds, its figures computed here, and its layout."""
    header = header_of(document)
    assessment = assessment_of(document, header, frozenset() if grid is None else grid.open_missions)
    if grid is None:
        return Received(document, header, None, assessment, None), layout_in(document)
    scores = score(grid, assessment.answers)
    return Received(document, header, grid, assessment, scores), layout_of(grid, scores)


def _known_grid(document: Document, catalogue: Catalogue) -> Grid | None:
    """Return the grid of a document, without what is behind its closed doors; None when it is not known."""
    grid = catalogue.grid_of(document)
    return None if grid is None else grid.through(_open_missions(document, grid))


def _open_missions(document: Document, grid: Grid) -> frozenset[str]:
    """Return the missions whose proposed lines are all in a document, which may name lines of no door."""
    listed = document["grille"].get("lignes_proposees")
    if not isinstance(listed, list):
        return frozenset()
    lines = {line for line in listed if isinstance(line, str)}
    return frozenset(door.mission.id for door in grid.doors if lines.issuperset(door.lines))


def _parts_of_missions(document: Document, grid: Grid) -> Iterator[Problem]:
    """Yield the missions that a document, of the right shape, has only a part of the proposed lines of."""
    listed = frozenset(document["grille"]["lignes_proposees"])
    for door in grid.doors:
        there = len(listed.intersection(door.lines))
        if 0 < there < len(door.lines):
            message = (
                f"la mission {door.mission.number} n’en a que {there} sur {len(door.lines)} ; une mission "
                "les a toutes, ou aucune."
            )
            yield Problem(ProblemCode.OTHER_GRID_VERSION, "grille.lignes_proposees", message)


def _explained(raw: bytes, catalogue: Catalogue) -> list[Problem]:
    """Return why a file is refused: from 1 to `MAX_PROBLEMS` problems."""
    try:
        value = formats.parse_strictly(formats.decode(raw))
        document = formats.require_format(value, FORMAT, VERSION, "un fichier pour la Caf")
    except formats.UnreadableError as error:
        return [placed(problem, None, None) for problem in error.problems]
    grid = _known_grid(document, catalogue)
    if b"\r\n" in raw and _accepted(with_own_line_ends(raw), catalogue):
        return [placed(formats.OTHER_LINE_ENDS, document, grid)]
    return [placed(problem, document, grid) for problem in _problems(document, catalogue)]


def _problems(document: Document, catalogue: Catalogue) -> list[Problem]:
    problems = formats.structural(document, compiled("soumission"))
    problems = problems or list(islice(impossible_dates(document), MAX_PROBLEMS))
    if problems:
        return problems
    grid = _known_grid(document, catalogue)
    received, layout = _read(document, grid)
    if grid is not None and (parts := list(islice(_parts_of_missions(document, grid), MAX_PROBLEMS))):
        return parts
    candidates = chain(
        differences(document, assemble(received.header, received.assessment, layout), layout),
        shortcomings(received.assessment, layout, grid_known=grid is not None),
    )
    return list(islice(candidates, MAX_PROBLEMS)) or [formats.OTHER_LAYOUT]


# What the schema cannot express, in a file whose every byte is as the program would write it.


def shortcomings(assessment: Assessment, layout: Layout, *, grid_known: bool) -> Iterator[Problem]:
    """Yield the problems of a file whose every byte is as the program would write it."""
    identity = assessment.identity
    siren = identity.territory.siren
    if siren is not None:
        try:
            normalise_siren(siren)
        except ValueError as error:
            yield Problem(ProblemCode.STRUCTURE, "territoire.siren", str(error))
    refs = [person.ref for person in identity.coordinators]
    yield from repeated("charges_de_cooperation", refs, "ref")
    if assessment.previous_uuid == assessment.uuid:
        message = "une évaluation ne peut pas suivre elle-même."
        yield Problem(ProblemCode.STRUCTURE, "evaluation.precedente", message)
    about = [(row.activity, row.policy, row.question, row.review) for row in assessment.follow_ups]
    yield from repeated("suites", about)
    is_past: dict[str, bool] = {}
    for rank, row in enumerate(assessment.follow_ups):
        if row.is_past is not is_past.setdefault(row.review, row.is_past):
            message = "les suites d’un même avis sont toutes dépassées, ou aucune ne l’est."
            yield Problem(ProblemCode.STRUCTURE, f"suites[{rank}].depassee", message)
    merged = [(row.assessment, str(row.revision), row.fingerprint) for row in assessment.contributions]
    yield from repeated("contributions", merged, "evaluation")
    for rank, contribution in enumerate(assessment.contributions):
        for place, ref in enumerate(contribution.coordinators):
            if ref not in refs:
                path = f"contributions[{rank}].charges_de_cooperation[{place}]"
                message = f"« {ref} » n’est pas parmi les chargé·es de coopération de ce fichier."
                yield Problem(ProblemCode.OTHER_GRID_VERSION, path, message)
    if not grid_known:
        yield from _impossible_figures(assessment, layout)
    if assessment.status is Status.FINAL:
        yield from _missing_from_final(assessment, layout.results["ensemble"]["sans_reponse"])
        if not layout.results["rubriques"]:
            message = "l’évaluation est dite définitive, mais elle n’a aucune rubrique."
            yield Problem(ProblemCode.INCOMPLETE, "resultats.rubriques", message)


def _missing_from_final(assessment: Assessment, blanks: int) -> Iterator[Problem]:
    beginning = "l’évaluation est dite définitive, mais"
    if blanks:
        cells = count(blanks, "case y est vide", "cases y sont vides")
        yield Problem(ProblemCode.INCOMPLETE, "reponses", f"{beginning} {cells}.")
    if not visible(assessment.identity.territory.name):
        yield Problem(ProblemCode.INCOMPLETE, "territoire.nom", f"{beginning} le territoire n’a pas de nom.")
    if not assessment.identity.coordinators:
        message = f"{beginning} aucune personne n’y est renseignée."
        yield Problem(ProblemCode.INCOMPLETE, "charges_de_cooperation", message)


def _impossible_figures(assessment: Assessment, layout: Layout) -> Iterator[Problem]:
    """Yield the figures of an unknown grid that no answers could give, on the lines of each kind."""
    proposed = frozenset(layout.grid["lignes_proposees"])
    results = layout.results
    own = {cell: answer for cell, answer in assessment.answers.items() if cell.activity not in proposed}
    yield from _impossible_rubrics(own, results["rubriques"], "resultats.rubriques")
    others = {cell: answer for cell, answer in assessment.answers.items() if cell.activity in proposed}
    rubrics = results.get("propositions", {"rubriques": []})["rubriques"]
    yield from _impossible_rubrics(others, rubrics, "resultats.propositions.rubriques")


def _impossible_rubrics(
    answers: Mapping[Cell, Answer], rubrics: list[Document], path: str
) -> Iterator[Problem]:
    """Yield the figures of an unknown grid that no answers could give.

    Only the grid knows the mission of a line; the answers still bound the points and the totals per policy.
    """
    yield from repeated(path, [Cell(row["mission"], row["politique"]) for row in rubrics])
    for rank, row in enumerate(rubrics):
        if row["points"] > MAX_RATING * row["notees"]:
            message = "il y a plus de points que ces notes n’en donnent."
            yield Problem(ProblemCode.OTHER_FIGURES, f"{path}[{rank}].points", message)
    totals: dict[str, Tally] = {}
    for row in rubrics:
        counted = Tally(row["points"], row["notees"], row["nc"])
        totals[row["politique"]] = totals.get(row["politique"], Tally()) + counted
    cells: dict[str, list[Cell]] = {policy: [] for policy in totals}
    for cell in answers:
        cells.setdefault(cell.policy, []).append(cell)
    for policy, answered in cells.items():
        if tally(answers, answered) != totals.get(policy, Tally()):
            message = f"les réponses de la politique « {policy} » ne donnent pas ces totaux."
            yield Problem(ProblemCode.OTHER_FIGURES, path, message)


def impossible_dates(document: Document) -> Iterator[Problem]:
    """Yield the dates that do not exist, or are out of the years of any campaign."""
    yield from impossible_date("document.cree_le", document["document"]["cree_le"])
    for rank, row in enumerate(document.get("actions", ())):
        if "quand" in row:
            yield from impossible_date(f"actions[{rank}].quand", row["quand"])


# The other pieces of a dossier, each known by its beginning.

_MAX_PIECE: Final = 50_000_000
_NAME: Final = r"CTG_[a-z0-9-]+_\d{4}_(?:[a-z0-9-]+_){0,2}r\d+_[0-9A-F]{4}-[0-9A-F]{4}(?:_provisoire)?\.json"
_NO_ARCHIVE: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError),
    *(RuntimeError, NotImplementedError),  # encrypted, or an unknown compression
)
FORECAST: Final = "le tableau prévisionnel"
REVIEW: Final = "un avis de la Caf"
_HEAD: Final = 4_000
"""Bytes: every piece is recognised by its beginning."""


def other_piece(path: Path) -> Problem | None:
    """Return the problem that names the piece and the file to check instead; None for any other file."""
    try:
        raw = read_regular(path, _MAX_PIECE)
    except InvalidDocument:
        return None
    piece = piece_name(raw)
    attached = None if piece else _attached(raw)
    if attached:
        piece = "un courriel"
    if not piece:
        return None
    what = f"« {shown_name(path)} » n’est pas le fichier à vérifier : c’est {piece}."
    message = f"{what} {_which(path, piece, attached)}"
    return typeset_problem(Problem(ProblemCode.OTHER_PIECE, "", message))


def piece_name(raw: bytes) -> str:
    """Return which piece of a dossier `raw` is, with its article; empty for a submission and other files."""
    head = raw[:_HEAD]
    if re.match(rb'\s*\{\s*"format":\s*"ctg-previsionnel"', head):
        return FORECAST
    if re.match(rb'\s*\{\s*"format":\s*"ctg-avis"', head):
        return REVIEW
    if head.startswith("\ufeffÀ joindre".encode()):
        return "le texte d’un courriel"
    if b"<meta" in head and re.search(rb'<meta name="generator" content="ctg-tui\b', head):
        return "un rapport à lire"
    if is_our_calendar(head):
        return "les dates de l’entretien et des actions"
    if head.startswith(b"PK") and (title := _workbook_title(raw)):
        return FORECAST if title.startswith("Tableau") else "un rapport à lire"
    return ""


def is_our_calendar(content: bytes) -> bool:
    """Return whether a file is a calendar written by this program."""
    return content.startswith(b"BEGIN:VCALENDAR") and b"PRODID:-//ctg-tui" in content[:200]


def is_review_file(path: Path) -> bool:
    """Return whether the file at `path` says that it is a review; False when it cannot be read."""
    try:
        return piece_name(read_regular(path, _MAX_PIECE)) == REVIEW
    except InvalidDocument:
        return False


def _which(path: Path, piece: str, attached: str | None) -> str:
    """Return the sentence that names the file to check: attached to the mail, or in the same folder."""
    if piece == REVIEW:
        return f"« {PROGRAM} importer » le reprend."
    if attached:
        return f"Enregistrez sa pièce jointe « {attached} », puis vérifiez-la."
    try:
        names = [entry.name for entry in path.parent.iterdir() if re.fullmatch(_NAME, entry.name)]
    except OSError:  # the folder cannot be listed: give an example instead
        names = []
    if len(names) == 1:
        return f"Vérifiez « {names[0]} », dans le même dossier."
    example = "CTG_val-de-charente_2027_annuelle_nom_r1_7F3A-21C0.json"
    return f"Vérifiez le fichier qui finit par .json, par exemple {example}."


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


def _attached(raw: bytes) -> str | None:
    """Return the name of the submission attached to a mail; None for any other file."""
    if not re.search(rb"(?mi)^subject:", raw[:_HEAD]):
        return None
    match = re.search(rb'(?i)name="?(' + _NAME.encode() + rb')"?\s', raw)
    return match[1].decode("ascii") if match else None


# Writing one into a folder: what its reader accepts, atomically, synced and read back.

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


@dataclass(frozen=True)
class Written:
    """A submission written to the disk. `fingerprint` is that of the state, 64 hexadecimal digits."""

    path: Path
    fingerprint: str
    counts: Counts


def counts_of(document: Document) -> Counts:
    """Return the counts of `document`."""
    whole = document["resultats"]["ensemble"]
    indicators = document["indicateurs"]
    lines = frozenset(document["grille"].get("lignes_proposees", ()))
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
    """Return a portable name such as `CTG_val-de-charente_2027_annuelle_nom_r1_7F3A-21C0.json`.

    A provisional one ends in `_provisoire.json`: the final one of the same state must not replace it.
    """
    territory, evaluation = document["territoire"], document["evaluation"]
    place = safe_place(value_of(Territory, territory, TERRITORY))
    people = "-".join(
        filter(None, (safe_part(person.get("nom", "")) for person in document["charges_de_cooperation"]))
    )
    parts = (
        "CTG",
        place,
        str(evaluation["annee"]),
        evaluation["moment"],
        _cut(people) or "sans-nom",
        f"r{document['document']['revision']}",
        short_fingerprint(document["integrite"]["empreinte"]),
    )
    draft = "_provisoire" if document["document"]["etat"] == Status.DRAFT.value else ""
    return f"{'_'.join(parts)}{draft}.json"


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
            result[0].code.value,
            f"Le fichier pour la Caf n’a pas été enregistré : {result[0].sentence()} Rien n’a été écrit.",
            "Complétez l’évaluation, ou choisissez « provisoire ».",
        )
    return Checked(file_name(document), content, result.fingerprint, counts_of(document))


def write(folder: Path, document: Document, catalogue: Catalogue | None = None) -> Written:
    """Write `document` into `folder`, replacing a former export of the same state.

    Raises Refusal as `checked` does, WriteRefusal when the folder or the disk does not allow it; nothing is
    written then.
    """
    ready = checked(document, catalogue)
    path = folder / ready.name
    atomic_write(path, ready.content)
    return Written(path, ready.fingerprint, ready.counts)
