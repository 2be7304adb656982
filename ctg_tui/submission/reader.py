"""Reading a submission: accepted if this program would write the same bytes, else refused with reasons.

A file is accepted when its content, read as an assessment and built again, gives the bytes of the file. That
fast comparison catches every difference of figures, hashes, order, spaces and repeated keys. `2.0` would
pass, being written as it was read: such numbers are refused while parsing. Only a refused file goes through
the checks one by one, so that each problem has its code, its place and its sentence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ctg_tui.domain.assessment import Assessment, Status
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, score
from ctg_tui.formats import checks, strict_json
from ctg_tui.formats.json_schema import Schema
from ctg_tui.formats.problems import MAX_PROBLEMS, Problem, ProblemCode, typeset_problem
from ctg_tui.formats.sealed import Document, with_own_line_ends
from ctg_tui.grids.catalogue import Catalogue, schema
from ctg_tui.submission.contents import answers_of, assessment_of, header_of
from ctg_tui.submission.document import FORMAT, MULTILINE_KEYS, VERSION, Header, assemble, figures, layout_of
from ctg_tui.submission.places import place_of
from ctg_tui.submission.refusals import InvalidSubmission
from ctg_tui.submission.semantics import differences, impossible_dates, shortcomings
from ctg_tui.submission.spelling import Row, expected_file, possible_rows, serialise
from ctg_tui.submission.unknown_grid import layout_in
from ctg_tui.system.files import read_regular


@dataclass(frozen=True)
class Received:
    """A submission that can be trusted. `grid` and `scores` are None when its grid is not known here.

    `grid` has no proposed line when the file leaves them aside.
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
        raw = read_regular(path, strict_json.MAX_BYTES)
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


_INTEGERS_ONLY = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)

_START = serialise({"format": FORMAT, "version": VERSION}).removesuffix(b"\n}\n")
"""The first bytes of every submission: other files skip the fast comparison."""

_NO_FIGURES = {
    "rubriques": [],
    "missions": [],
    "ensemble": figures(Tally()),
}


def _accepted(raw: bytes, catalogue: Catalogue) -> Received | None:
    """Return the submission if it has no problem, else None."""
    if not raw.startswith(_START):
        return None
    try:
        text = raw.decode("utf-8")
        if strict_json.is_too_crowded(text):
            return None
        document = _INTEGERS_ONLY.decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("grille"), dict):
        return None
    grid = _known_grid(document, catalogue)
    rows = [] if grid is None else _rows_of(document, grid)
    # Answers and figures of a known grid are compared byte by byte below: the schema may skip them.
    parts = document if grid is None else {**document, "reponses": [], "resultats": _NO_FIGURES}
    if rows is None or not _schema().accepts(parts) or any(impossible_dates(document)):
        return None
    header = header_of(document)
    if grid is None:
        scores = None
        assessment = assessment_of(document, header, answers_of(document))
        layout = layout_in(document)
        expected = serialise(assemble(header, assessment, layout))
    else:
        answers = {row.cell: row.answer for row in rows}
        assessment = assessment_of(document, header, answers, proposed_lines=not grid.left_aside)
        scores = score(grid, assessment.answers)
        layout = layout_of(grid, scores)
        expected = expected_file(header, assessment, layout, rows)
    if raw != expected or any(shortcomings(assessment, layout, grid_known=grid is not None)):
        return None
    return Received(document, header, grid, assessment, scores)


def _rows_of(document: Document, grid: Grid) -> list[Row] | None:
    """Return the answers as rows of `grid`; None if one is unknown, repeated or out of order."""
    possible = possible_rows(grid)
    try:
        rows = [possible[row["activite"], row["politique"], row["note"]] for row in document["reponses"]]
    except (KeyError, TypeError):  # a row that the grid cannot have, or a value that is no row
        return None
    ranks = [row.rank for row in rows]
    return rows if ranks == sorted(set(ranks)) else None


def _known_grid(document: Document, catalogue: Catalogue) -> Grid | None:
    """Return the grid of a document, without the lines that it leaves aside; None when it is not known."""
    named = document["grille"]
    grid = catalogue.find(named.get("id"), named.get("empreinte"))
    if grid is None or named.get("lignes_proposees") != []:
        return grid
    return grid.without_proposed_lines


def _explained(raw: bytes, catalogue: Catalogue) -> list[Problem]:
    """Return why a file is refused: from 1 to `MAX_PROBLEMS` problems."""
    try:
        value = strict_json.parse_strictly(strict_json.decode(raw))
        document = strict_json.require_format(value, FORMAT, VERSION, "un fichier pour la Caf")
    except strict_json.UnreadableError as error:
        return [_placed(problem, None, None) for problem in error.problems]
    grid = _named_grid(document, catalogue)
    if b"\r\n" in raw and _accepted(with_own_line_ends(raw), catalogue):
        return [_placed(checks.OTHER_LINE_ENDS, document, grid)]
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
    problems = checks.structural(document, _schema(), MULTILINE_KEYS)
    problems = problems or list(islice(impossible_dates(document), MAX_PROBLEMS))
    if problems:
        return problems
    grid = _known_grid(document, catalogue)
    header = header_of(document)
    shown = grid is None or not grid.left_aside
    assessment = assessment_of(document, header, answers_of(document), proposed_lines=shown)
    layout = layout_in(document) if grid is None else layout_of(grid, score(grid, assessment.answers))
    candidates = chain(
        differences(document, assemble(header, assessment, layout), layout),
        shortcomings(assessment, layout, grid_known=grid is not None),
    )
    return list(islice(candidates, MAX_PROBLEMS)) or [checks.OTHER_LAYOUT]
