"""Checks that every exchanged document goes through, in its bytes and beyond its schema."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from ctg_tui.domain.identity import FIRST_YEAR, LAST_YEAR
from ctg_tui.formats import strict_json
from ctg_tui.formats.json_schema import Schema
from ctg_tui.formats.problems import MAX_PROBLEMS, Problem, ProblemCode
from ctg_tui.formats.sealed import Document

OTHER_GRID_VERSION: Final = Problem(
    ProblemCode.OTHER_GRID_VERSION,
    "grille.version",
    "cette version ne va pas avec le code de contrôle de la grille.",
)
OTHER_LAYOUT: Final = Problem(
    ProblemCode.OTHER_LAYOUT, "", "le fichier a été réenregistré par un autre logiciel, ou modifié à la main."
)
OTHER_LINE_ENDS: Final = Problem(
    ProblemCode.OTHER_LAYOUT,
    "",
    "seules ses fins de ligne ont été changées, par une messagerie ou un éditeur de texte. S’il est arrivé "
    "par courriel, importez le courriel lui-même (.eml).",
)
"""Only within a mail are line ends restored: there, every file was sent with ours."""


def structural(document: Document, schema: Schema, multiline_keys: Collection[str]) -> list[Problem]:
    """Return the violations of the schema, then the texts that may not be stored: `MAX_PROBLEMS` at most."""
    problems = [Problem(ProblemCode.STRUCTURE, *violation) for violation in schema.violations(document)]
    forbidden = strict_json.forbidden_texts(document, multiline_keys)
    return [*problems, *islice(forbidden, MAX_PROBLEMS - len(problems))]


def impossible_date(path: str, text: str) -> Iterator[Problem]:
    """Yield a problem if a date, or a moment, does not exist or is out of the years of any campaign."""
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        yield Problem(ProblemCode.IMPOSSIBLE_DATE, path, "cette date n’existe pas.")
        return
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"l’année de cette date doit être entre {FIRST_YEAR} et {LAST_YEAR}."
        yield Problem(ProblemCode.IMPOSSIBLE_DATE, path, message)


def repeated(block: str, rows: Iterable[Any], key: str = "") -> Iterator[Problem]:
    """Yield a problem for each row of `block` that stands there twice; a row has its name in `key`."""
    seen = set()
    for rank, row in enumerate(rows):
        if row in seen:
            message = f"« {named(row)} » est écrit deux fois."
            yield Problem(ProblemCode.REPEATED_LINE, row_path(block, rank, key), message)
        seen.add(row)


def wrong_order(block: str) -> Problem:
    """Return the problem of rows that are not in the order of the grid."""
    return Problem(ProblemCode.WRONG_ORDER, block, "les lignes ne sont pas dans l’ordre de la grille.")


def named(row: Any) -> str:
    """Return a row as a sentence names it: `m1.a01/famille`."""
    return "/".join(part for part in row[:3] if part) if isinstance(row, tuple) else str(row)


def row_path(block: str, rank: int, key: str) -> str:
    """Return the path of a row, or of its `key`: `reponses[3].activite`."""
    return f"{block}[{rank}].{key}" if key else f"{block}[{rank}]"
