"""Exchanged documents: problems, the two hashes, the spelling of the bytes, the checks all go through."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, NotConcerned, Rating
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.text import clean, digest
from ctg_tui.formats import strict_json
from ctg_tui.formats.json_schema import Schema
from ctg_tui.formats.problems import MAX_PROBLEMS, Problem, ProblemCode

ANSWERS: Final[Mapping[int | str, Answer]] = {
    **{int(rating): rating for rating in Rating},
    "NC": NOT_CONCERNED,
}


def note_of(answer: Answer) -> int | str:
    """Return an answer as a file spells it: 0 to 3, or `NC`."""
    return answer.value if isinstance(answer, NotConcerned) else int(answer)


# The two hashes and the spelling of the bytes.

Document = dict[str, Any]

CANONICAL_FORM: Final = "RFC8785"
ALGORITHM: Final = "SHA-256"
OUTSIDE_THE_STATE: Final = ("document", "integrite")
"""The blocks outside `integrite.empreinte`, the hash of the state, which is the same at each export.

`document.controle` covers both: every field has a hash.
"""
STEP: Final = "  "
ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def state_fingerprint(document: Document) -> str:
    """Return the hash of everything but `OUTSIDE_THE_STATE`: 64 hexadecimal digits."""
    return digest({key: value for key, value in document.items() if key not in OUTSIDE_THE_STATE})


def seal(document: Document, fingerprint: str) -> str:
    """Return `document.controle`: the hash of the rest of the block `document` and of the fingerprint."""
    sealed = {key: value for key, value in document.items() if key != "controle"}
    return digest({"document": sealed, "empreinte": fingerprint})


def integrity(fingerprint: str) -> Document:
    """Return the block `integrite`."""
    return {"canonicalisation": CANONICAL_FORM, "algorithme": ALGORITHM, "empreinte": fingerprint}


def filled(**texts: str | None) -> Document:
    """Return the texts that are not blank, clean, on one line."""
    return {key: clean(text) for key, text in texts.items() if text and text.strip()}


def written(document: Document) -> bytes:
    """Return the bytes of a document: UTF-8, LF, one line per key and per row of an array."""
    blocks = {key: block(value, STEP) for key, value in document.items()}
    return (braced(blocks, "") + "\n").encode("utf-8")


def with_own_line_ends(raw: bytes) -> bytes:
    """Return the bytes of a document with the line ends of `written`: LF, and one at the end."""
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def braced(blocks: dict[str, str], indent: str) -> str:
    """Return an object, one line per key."""
    lines = [f'{indent}{STEP}"{key}": {text}' for key, text in blocks.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def block(value: Any, indent: str) -> str:
    """Return a value on one line, or an array of objects with one line per row."""
    text = ENCODER.encode(value)
    if isinstance(value, list) and value and isinstance(value[0], dict) and value[0]:
        # Splitting the encoded text is faster than encoding each row. No text can look like the border of
        # two rows: inside a text, the quote that follows `{` would be escaped.
        first = next(iter(value[0]))
        rows = text[1:-1].replace(f'}}, {{"{first}"', f'}},\n{indent}{STEP}{{"{first}"')
        return f"[\n{indent}{STEP}{rows}\n{indent}]"
    return text


def wrong_hashes(document: Document) -> Iterator[Problem]:
    """Yield a problem for each hash that does not go with the content."""
    fingerprint = document["integrite"]["empreinte"]
    if state_fingerprint(document) != fingerprint:
        message = "il ne va pas avec le contenu, modifié après son enregistrement."
        yield Problem(ProblemCode.OTHER_FINGERPRINT, "integrite.empreinte", message)
    if seal(document["document"], fingerprint) != document["document"]["controle"]:
        message = "il a été modifié après son enregistrement."
        yield Problem(ProblemCode.OTHER_SEAL, "document.controle", message)


# Checks on the bytes and beyond the schema.

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


# The sheet « Données » of the XLSX report, and the mark of each of its lines: names and digests.

NAME: Final = "Données"
HEADINGS: Final = ("id", "politique", "note", "commentaire")
GRID: Final = "grille"
SUBMISSION: Final = "soumission"
ASSESSMENT: Final = "evaluation"
REVISION: Final = "revision"
GRID_VERSION: Final = "version"
TERRITORY: Final = "territoire"
CONTROL: Final = "controle"
ABOUT: Final = frozenset({GRID, SUBMISSION, ASSESSMENT, REVISION, GRID_VERSION, TERRITORY, CONTROL})
"""The ids of the rows that are no lines: which grid has these lines, which submission these answers."""

DataKey = tuple[str, str, str]
"""What the control of a row rests on: its id, its policy, and its note, or its text when it is no line."""


def control(rows: Iterable[DataKey]) -> str:
    """Return the digest of the rows of « Données », in whatever order they stand now.

    It shows an accident, such as rows of two files put together; it is not a signature.
    """
    return digest(sorted(map(list, rows)))


def line_mark(submission: str, line: str) -> str:
    """Return `m1.a03 5c0e`: a line of one file, so that a row copied from another file is known as such."""
    return f"{line} {digest([submission, line])[:4]}"


def continued_mark(submission: str, line: str) -> str:
    """Return the mark of the rows in which a long text of a line goes on: `m1.a03 5c0e suite`."""
    return f"{line_mark(submission, line)} suite"


def line_of(mark: str) -> str:
    """Return the id of the line that a mark names, whatever file it is of."""
    return mark.partition(" ")[0]
