"""Reading a review: accepted if this program would write the same bytes, else refused with every reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Review
from ctg_tui.formats import checks, strict_json
from ctg_tui.formats.json_schema import Schema
from ctg_tui.formats.problems import MAX_PROBLEMS, Problem, ProblemCode, typeset_problem
from ctg_tui.formats.sealed import Document, with_own_line_ends, wrong_hashes
from ctg_tui.grids.catalogue import Catalogue, schema
from ctg_tui.review.document import (
    FORMAT,
    MULTILINE_KEYS,
    VERSION,
    ReviewHeader,
    bytes_of,
    header_of,
    ordered,
    review_of,
)

_BLOCKS: Final = {
    "format": "Format du fichier",
    "version": "Version du format",
    "document": "En-tête du fichier",
    "soumission": "Fichier pour la Caf",
    "grille": "Grille",
    "territoire": "Territoire",
    "auteur": "Auteur",
    "entretien": "Entretien",
    "lignes": "Remarques",
    "questions": "Questions",
    "notes_convenues": "Notes convenues",
    "integrite": "Code de contrôle",
}


@dataclass(frozen=True)
class ReceivedReview:
    """A review that can be trusted. `grid` is None when it is not known here.

    `apart` are the lines of the review that its grid does not have: shown, tied to no line.
    """

    document: Document
    header: ReviewHeader
    review: Review
    grid: Grid | None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the state: 64 hexadecimal digits."""
        fingerprint: str = self.document["integrite"]["empreinte"]
        return fingerprint

    @property
    def apart(self) -> tuple[str, ...]:
        known = self.grid.activities if self.grid else {}
        review = self.review
        lines = (
            *(row.activity for row in review.remarks),
            *(row.activity for row in review.questions if row.activity is not None),
            *(row.cell.activity for row in review.agreed),
        )
        return tuple(dict.fromkeys(line for line in lines if line not in known))


def is_review(raw: bytes) -> bool:
    """Return whether a file says that it is a review, valid or not."""
    return b'"ctg-avis"' in raw[:200]


def examine(raw: bytes, catalogue: Catalogue) -> ReceivedReview | tuple[Problem, ...]:
    """Return the review in `raw`, or at least one problem."""
    try:
        if len(raw) > strict_json.MAX_BYTES:
            message = f"il dépasse {strict_json.MAX_BYTES // 1_000_000} Mo."
            raise strict_json.UnreadableError(Problem(ProblemCode.TOO_LARGE, "", message))
        value = strict_json.parse_strictly(strict_json.decode(raw))
        document = strict_json.require_format(value, FORMAT, VERSION, "un avis")
    except strict_json.UnreadableError as error:
        return tuple(map(_placed, error.problems))
    problems = checks.structural(document, _schema(), MULTILINE_KEYS) or list(_impossible_dates(document))
    if problems:
        return tuple(map(_placed, problems))
    named = document["grille"]
    grid = catalogue.find(named["id"], named["empreinte"])
    header, review = header_of(document), review_of(document)
    problems = list(islice(_inconsistencies(document, review, grid), MAX_PROBLEMS))
    if not problems and bytes_of(review, header) != raw:
        is_same = b"\r\n" in raw and bytes_of(review, header) == with_own_line_ends(raw)
        problems = [checks.OTHER_LINE_ENDS if is_same else checks.OTHER_LAYOUT]
    return tuple(map(_placed, problems)) or ReceivedReview(document, header, review, grid)


@cache
def _schema() -> Schema:
    return Schema(schema("avis"))


def _impossible_dates(document: Document) -> Iterator[Problem]:
    yield from checks.impossible_date("document.cree_le", document["document"]["cree_le"].removesuffix("Z"))
    if "entretien" in document:
        yield from checks.impossible_date("entretien.date", document["entretien"]["date"])


def _inconsistencies(document: Document, review: Review, grid: Grid | None) -> Iterator[Problem]:
    yield from wrong_hashes(document)
    if grid is not None and document["grille"]["version"] != grid.version:
        yield checks.OTHER_GRID_VERSION
    yield from checks.repeated("lignes", [(row.activity, row.policy) for row in review.remarks])
    yield from checks.repeated("notes_convenues", [row.cell for row in review.agreed])
    for rank, question in enumerate(review.questions):
        if question.id != f"q{rank + 1}":
            message = f"cette question devrait être « q{rank + 1} »."
            yield Problem(ProblemCode.WRONG_ORDER, f"questions[{rank}].id", message)
    in_order = ordered(review, grid)
    for block, here, there in (
        ("lignes", review.remarks, in_order.remarks),
        ("notes_convenues", review.agreed, in_order.agreed),
    ):
        if here != there:
            yield checks.wrong_order(block)


def _placed(problem: Problem) -> Problem:
    """Return `problem` with its place in words."""
    block, _, rest = problem.path.partition("[")
    name = _BLOCKS.get(block.partition(".")[0], "")
    number = rest.partition("]")[0]
    place = f"{name}, ligne {int(number) + 1}" if number.isdigit() else name
    return typeset_problem(problem._replace(place=place))
