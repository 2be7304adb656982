"""The file of a submission: read if this program would write the same bytes, else refused; written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from ctg_tui import formats
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
from ctg_tui.domain.details import ADVISER, PERSON, TERRITORY
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import LineCount, Scores, Tally, line_count, score, total
from ctg_tui.domain.text import fold, short_fingerprint, value_of
from ctg_tui.formats import (
    ANSWERS,
    MAX_BYTES,
    MAX_PROBLEMS,
    OF_THE_PATH,
    Document,
    Problem,
    ProblemCode,
    Schema,
    typeset_problem,
    with_own_line_ends,
)
from ctg_tui.grids.catalogue import Catalogue, schema
from ctg_tui.submission.document import (
    FORMAT,
    VERSION,
    Header,
    Layout,
    assemble,
    contributions_of,
    figures,
    follow_ups_of,
    layout_of,
    serialise,
)
from ctg_tui.submission.semantics import differences, impossible_dates, place_of, shortcomings
from ctg_tui.system.files import atomic_write, read_regular, shown_name
from ctg_tui.wording.french import count


def header_of(document: Document) -> Header:
    """Return the header. Raises ValueError when its date does not exist."""
    block = document["document"]
    return Header(
        block["id"],
        datetime.fromisoformat(block["cree_le"]),
        block["logiciel"],
        Status(block["etat"]),
        block["revision"],
        block.get("remplace"),
    )


def answers_of(document: Document) -> dict[Cell, Answer]:
    """Return the answers; the last one of a cell written twice."""
    return {Cell(row["activite"], row["politique"]): ANSWERS[row["note"]] for row in document["reponses"]}


def assessment_of(
    document: Document, header: Header, answers: Mapping[Cell, Answer], open_missions: frozenset[str]
) -> Assessment:
    """Return the assessment, with id 0: it is in no database. Raises ValueError for an impossible date.

    `open_missions` are those whose proposed lines the file has: only its grid knows them.
    """
    grid = document["grille"]
    indicators = document["indicateurs"]
    return Assessment(
        id=0,
        grid_id=grid["id"],
        grid_version=grid["version"],
        grid_fingerprint=grid["empreinte"],
        identity=_identity(document),
        status=header.status,
        revision=header.revision,
        replaces=header.replaces,
        open_missions=open_missions,
        answers=answers,
        comments={row["activite"]: row["texte"] for row in document["commentaires"]},
        numbers={row["indicateur"]: row["nombre"] for row in indicators if "nombre" in row},
        remarks={row["indicateur"]: row["commentaire"] for row in indicators if "commentaire" in row},
        preparation={
            PreparationTopic(topic): text for topic, text in document.get("preparation", {}).items()
        },
        actions={row["activite"]: value_of(Action, row, ACTION) for row in document.get("actions", ())},
        uuid=document["evaluation"]["id"],
        previous_uuid=document["evaluation"].get("precedente"),
        follow_ups=follow_ups_of(document.get("suites", ())),
        contributions=contributions_of(document.get("contributions", ())),
    )


def _identity(document: Document) -> Identity:
    people = ({"nom": "", "prenom": "", **row} for row in document["charges_de_cooperation"])
    return Identity(
        year=document["evaluation"]["annee"],
        moment=Moment(document["evaluation"]["moment"]),
        territory=value_of(Territory, document["territoire"], TERRITORY),
        coordinators=tuple(value_of(Coordinator, row, PERSON) for row in people),
        adviser=value_of(Adviser, document["destinataire"], ADVISER),
    )


class InvalidSubmission(InvalidDocument):
    """A file is not a valid submission. `problems` is never empty; `code` is that of the first."""

    def __init__(self, path: Path, problems: Iterable[Problem], name: str = "") -> None:
        """Refuse the file at `path`; `name` is its name in a mail or a zip."""
        self.problems = tuple(problems)
        first = self.problems[0]
        others = len(self.problems) - 1
        more = f" Et {count(others, 'autre problème', 'autres problèmes')}." if others else ""
        message = first.sentence()
        if first.code not in OF_THE_PATH:
            message = f"« {name or shown_name(path)} » est refusé : {message}{more}"
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


def layout_in(document: Document) -> Layout:
    """Return the document's own order, with the figures computed from its rubrics."""
    written = document["resultats"]
    blocks = [written, written["propositions"]] if "propositions" in written else [written]
    results = [_results(block["rubriques"]) for block in blocks]
    if len(results) > 1:
        results[0]["propositions"] = results[1]
    rubrics = [row for block in blocks for row in block["rubriques"]]
    return Layout(
        grid={key: document["grille"][key] for key in ("id", "version", "empreinte", "lignes_proposees")},
        cells=dict.fromkeys(Cell(row["activite"], row["politique"]) for row in document["reponses"]),
        commented=dict.fromkeys(row["activite"] for row in document["commentaires"]),
        planned=dict.fromkeys(row["activite"] for row in document.get("actions", ())),
        followed=dict.fromkeys(row["activite"] for row in document.get("suites", ()) if "activite" in row),
        indicators=dict.fromkeys(row["indicateur"] for row in document["indicateurs"]),
        policies=tuple(dict.fromkeys(row["politique"] for row in rubrics)),
        results=results[0],
    )


def _results(rubrics: Iterable[Document]) -> Document:
    """Return the block `resultats` computed from the four counts of each rubric."""
    rows = []
    missions: dict[str, Tally] = {}
    for row in rubrics:
        tally = Tally(row["points"], row["notees"], row["nc"], row["sans_reponse"])
        missions[row["mission"]] = total([missions.get(row["mission"], Tally()), tally])
        rows.append({"mission": row["mission"], "politique": row["politique"]} | figures(tally))
    return {
        "rubriques": rows,
        "missions": [{"mission": mission} | figures(tally) for mission, tally in missions.items()],
        "ensemble": figures(total(missions.values())),
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
    """Return the submission of a file. Raises InvalidSubmission with every problem."""
    try:
        raw = read_regular(path, formats.MAX_BYTES)
    except InvalidDocument as refusal:
        raise InvalidSubmission(path, [Problem(ProblemCode(refusal.code), "", refusal.message)]) from refusal
    result = examine(raw, catalogue)
    if isinstance(result, Received):
        return result
    raise InvalidSubmission(path, result)


def examine(raw: bytes, catalogue: Catalogue) -> Received | tuple[Problem, ...]:
    """Return the submission in `raw`, or at least one problem."""
    return _accepted(raw, catalogue) or tuple(_explained(raw, catalogue))


@cache
def _schema() -> Schema:
    return Schema(schema("soumission"))


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
    if not isinstance(document, dict) or not isinstance(document.get("grille"), dict):
        return None
    grid = _known_grid(document, catalogue)
    # Answers and figures of a known grid are compared byte by byte below: the schema may skip them.
    parts = document if grid is None else {**document, "reponses": [], "resultats": _NO_FIGURES}
    if not _schema().accepts(parts) or any(impossible_dates(document)):
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
    header, opened = header_of(document), frozenset[str]() if grid is None else grid.open_missions
    assessment = assessment_of(document, header, answers_of(document), opened)
    if grid is None:
        return Received(document, header, None, assessment, None), layout_in(document)
    scores = score(grid, assessment.answers)
    return Received(document, header, grid, assessment, scores), layout_of(grid, scores)


def _known_grid(document: Document, catalogue: Catalogue) -> Grid | None:
    """Return the grid of a document, without what is behind its closed doors; None when it is not known."""
    named = document["grille"]
    grid = catalogue.find(named.get("id"), named.get("empreinte"))
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
        return [_placed(problem, None, None) for problem in error.problems]
    grid = _named_grid(document, catalogue)
    if b"\r\n" in raw and _accepted(with_own_line_ends(raw), catalogue):
        return [_placed(formats.OTHER_LINE_ENDS, document, grid)]
    return [_placed(problem, document, grid) for problem in _problems(document, catalogue)]


def _placed(problem: Problem, document: Any, grid: Grid | None) -> Problem:
    """Return `problem` as it is shown: its place in words, its spaces those of French."""
    return typeset_problem(problem._replace(place=place_of(problem.path, document, grid)))


def _named_grid(document: Document, catalogue: Catalogue) -> Grid | None:
    """Return the grid that numbers the lines of a document of any shape."""
    named = document.get("grille")
    if not isinstance(named, dict) or not all(isinstance(named.get(key), str) for key in ("id", "empreinte")):
        return None
    return _known_grid(document, catalogue)


def _problems(document: Document, catalogue: Catalogue) -> list[Problem]:
    problems = formats.structural(document, _schema())
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
    place = next(
        filter(None, (safe_part(territory.get(key, "")) for key in ("identifiant", "nom", "siren"))), ""
    )
    people = "-".join(
        filter(None, (safe_part(person.get("nom", "")) for person in document["charges_de_cooperation"]))
    )
    parts = (
        "CTG",
        place or "territoire",
        str(evaluation["annee"]),
        evaluation["moment"],
        _cut(people) or "sans-nom",
        f"r{document['document']['revision']}",
        short_fingerprint(document["integrite"]["empreinte"]),
    )
    draft = "_provisoire" if document["document"]["etat"] == Status.DRAFT.value else ""
    return f"{'_'.join(parts)}{draft}.json"


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
