"""Strict readers of files from outside, without any knowledge of submissions.

Documents are parsed strictly and held against their published JSON Schema; here are why one is refused, the
two hashes, the spelling of the bytes. The French of a violation comes from the schema itself: the
`description` of each value says what is expected there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any, Final, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean, digest, fold

MAX_PROBLEMS: Final = 100
"""A longer list helps no reader, and a hostile file could cause millions."""

_MOST_VALUES = 20_000
"""Most values of a document whose violations are all listed: a hostile file could cause millions."""

_LONGEST_NAME = 60


class Violation(NamedTuple):
    """`path` is `missions[2].activites[4].libelle`, empty for the document itself; `message` is French."""

    path: str
    message: str


class Schema:
    """A JSON Schema (draft 7, local references only), compiled at its first use, then reused."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self._definition = definition

    @cached_property
    def _check(self) -> Callable[[Any], Any]:
        return self._compiled(fast_fail=True)

    @cached_property
    def _check_all(self) -> Callable[[Any], Any]:
        return self._compiled(fast_fail=False)

    def _compiled(self, *, fast_fail: bool) -> Callable[[Any], Any]:
        import fastjsonschema  # only for files from outside, never at start

        definition = _inlined(self._definition)
        check: Callable[[Any], Any] = fastjsonschema.compile(
            definition, use_default=False, use_formats=False, fast_fail=fast_fail
        )
        return check

    def accepts(self, document: Any) -> bool:
        """Return whether `document` follows the schema."""
        return self._first(document) is None

    def first_violation(self, document: Any) -> Violation | None:
        """Return the first violation of the schema in `document`; None when it follows the schema."""
        error = self._first(document)
        return None if error is None else next(_violations(error))

    def violations(self, document: Any) -> tuple[Violation, ...]:
        """Return the violations of the schema in `document`, at most `MAX_PROBLEMS`."""
        import fastjsonschema

        first = self._first(document)
        if first is None:
            return ()
        errors = [first]
        if not _is_huge(document):
            try:
                self._check_all(document)
            except fastjsonschema.JsonSchemaValuesException as error:
                errors = error.errors
        violations = dict.fromkeys(violation for error in errors for violation in _violations(error))
        return tuple(violations)[:MAX_PROBLEMS]

    def _first(self, document: Any) -> Any:
        import fastjsonschema

        try:
            self._check(document)
        except fastjsonschema.JsonSchemaValueException as error:
            return error
        return None


def _is_huge(document: Any) -> bool:
    """Return whether `document` has more than `_MOST_VALUES` values, at any depth."""
    pending = [document]
    count = 0
    while pending:
        value = pending.pop()
        count += 1
        if count > _MOST_VALUES:
            return True
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return False


def _inlined(definition: dict[str, Any]) -> Any:
    """Return `definition` with references inlined: fastjsonschema then validates five times faster."""

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return resolve(definition["definitions"][value["$ref"].removeprefix("#/definitions/")])
        return {key: resolve(item) for key, item in value.items() if key != "definitions"}

    return resolve(definition)


def _violations(error: Any) -> Iterator[Violation]:
    """Yield the violations of one error of fastjsonschema: one per missing or unknown key."""
    path = (error.name or "").removeprefix("data").removeprefix(".")
    if error.rule == "required":
        for key in error.definition["required"]:
            if key not in error.value:
                yield Violation(join(path, key), "cette clé obligatoire est absente.")
    elif error.rule == "additionalProperties":
        for key in error.value:
            if key not in error.definition["properties"]:
                yield Violation(join(path, key), "cette clé n’est pas prévue ici.")
    else:
        expected = error.definition.get("description", "une autre valeur")
        yield Violation(path, f"attendu : {expected}.")


def join(path: str, key: str) -> str:
    """Return the path of `key` under `path`, the key cleaned and shortened since it may be hostile."""
    name = clean(key)
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}…"
    return f"{path}.{name}" if path else name


class ProblemCode(StrEnum):
    """Stable and ASCII: `--json` shows it, the published examples name it."""

    # the file
    ABSENT = "fichier-absent"
    UNREADABLE = "fichier-illisible"
    NOT_A_FILE = "pas-un-fichier"
    TOO_LARGE = "fichier-trop-gros"
    OTHER_PIECE = "autre-piece"
    # its text, its format and version
    NOT_JSON = "json-invalide"
    UNKNOWN_FORMAT = "format-inconnu"
    UNKNOWN_VERSION = "version-inconnue"
    # its content
    STRUCTURE = "structure"
    INCOMPLETE = "definitif-incomplet"
    MODIFIED = "modifie"
    # a notice: the file is accepted
    UNKNOWN_GRID = "grille-inconnue"


OF_THE_PATH: Final = frozenset(
    {
        ProblemCode.ABSENT,
        ProblemCode.UNREADABLE,
        ProblemCode.NOT_A_FILE,
        ProblemCode.TOO_LARGE,
        ProblemCode.OTHER_PIECE,
    }
)
"""The file was not read as a submission; the sentence names it."""


class Problem(NamedTuple):
    """Why a file is refused. `path` is `reponses[3].note`, empty for the whole file; `message` is French."""

    code: ProblemCode
    path: str
    message: str

    def sentence(self) -> str:
        """Return `il a été modifié (reponses[3].note).`, with the no-break spaces of French."""
        return typeset(f"{self.message.removesuffix('.')} ({self.path})." if self.path else self.message)


MAX_BYTES: Final = 5_000_000
"""Some fifty times the largest file this program writes."""

MAX_DEPTH: Final = 8
"""The deepest of our formats goes four deep."""

_MAX_DIGITS: Final = 15
_MAX_BRACKETS: Final = 100_000
"""Lists and objects: the document of the largest grid has some 15,000."""

_BOM: Final = b"\xef\xbb\xbf"
_MARKS = re.compile(r'\\.|["\[\]{}]', re.DOTALL)
_TEXTS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_MAX_MARKS: Final = 200_000


class UnreadableError(ValueError):
    """The bytes are not a JSON document that can be checked further. `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def decode(raw: bytes) -> str:
    """Return the text of `raw`, strict UTF-8 without a byte order mark. Raises UnreadableError."""
    if raw.startswith(_BOM):
        raise UnreadableError(
            Problem(
                ProblemCode.NOT_JSON,
                "",
                "le fichier commence par une marque d’ordre des octets (BOM)"
                " : il a été réenregistré par un autre logiciel.",
            )
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            Problem(ProblemCode.NOT_JSON, "", f"la ligne {line} n’est pas en UTF-8.")
        ) from error


def parse_strictly(text: str) -> Any:
    """Return the JSON value of `text`. Raises UnreadableError.

    Refused: repeated keys, numbers that are not plain integers (`2.0`, `1e3`, NaN), numbers of more than 15
    digits, depth over `MAX_DEPTH`.
    """
    problems: list[Problem] = []

    def refuse(message: str) -> None:
        if not problems:
            problems.append(Problem(ProblemCode.STRUCTURE, "", message))

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(items)
        if len(value) != len(items):
            last = {key: rank for rank, (key, _) in enumerate(items)}
            key = next(key for rank, (key, _) in enumerate(items) if rank != last[key])
            refuse(f"la clé « {join('', key)} » est écrite plusieurs fois.")
        return value

    def no_float(number: str) -> int:
        refuse(f"« {number[:20]} » n’est pas un nombre entier.")
        return 0

    def integer(number: str) -> int:
        if len(number) > _MAX_DIGITS:
            refuse(f"un nombre commence par {number[:20]}… et compte trop de chiffres.")
            return 0
        return int(number)

    if _is_too_deep(text):
        raise UnreadableError(_TOO_DEEP)
    if is_too_crowded(text):
        raise UnreadableError(_TOO_MANY)
    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_float=no_float, parse_int=integer, parse_constant=no_float
        )
    except RecursionError as error:
        raise UnreadableError(_TOO_DEEP) from error
    except json.JSONDecodeError as error:
        if not text.strip():
            raise UnreadableError(Problem(ProblemCode.NOT_JSON, "", "le fichier est vide.")) from error
        message = f"la syntaxe JSON est fautive à la ligne {error.lineno}, colonne {error.colno}."
        raise UnreadableError(Problem(ProblemCode.NOT_JSON, "", message)) from error
    if problems:
        raise UnreadableError(problems[0])
    return value


_TOO_DEEP: Final = Problem(ProblemCode.STRUCTURE, "", "des listes y sont emboîtées trop profondément.")
_TOO_MANY: Final = Problem(ProblemCode.STRUCTURE, "", "il contient bien trop de listes.")


def is_too_crowded(text: str) -> bool:
    """Return whether `text` has more than `_MAX_BRACKETS` lists and objects, outside its strings."""
    brackets = _brackets(text)
    if brackets <= _MAX_BRACKETS:
        return False
    return brackets - sum(_brackets(match[0]) for match in _TEXTS.finditer(text)) > _MAX_BRACKETS


def _brackets(text: str) -> int:
    return text.count("{") + text.count("[")


def _is_too_deep(text: str) -> bool:
    """Return whether brackets go deeper than `MAX_DEPTH` within the first `_MAX_MARKS` marks."""
    depth = 0
    in_text = False
    for mark in islice(_MARKS.finditer(text), _MAX_MARKS):
        character = mark[0]
        if character == '"':
            in_text = not in_text
        elif not in_text and character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif not in_text and character in "]}":
            depth -= 1
    return False


def require_format(value: Any, format_name: str, version: str, named: str) -> dict[str, Any]:
    """Return `value` if it is a document of `format_name` in the one `version` known here.

    `named` is the kind of file in French, with its article (« une soumission »). Raises UnreadableError.
    """
    if not isinstance(value, dict) or value.get("format") != format_name:
        raise UnreadableError(
            Problem(ProblemCode.UNKNOWN_FORMAT, "format", f"ce n’est pas {named} de ctg-tui.")
        )
    other = value.get("version")
    if isinstance(other, str) and other != version and re.fullmatch(r"[0-9]{1,4}\.[0-9]{1,4}", other):
        raise UnreadableError(
            Problem(
                ProblemCode.UNKNOWN_VERSION,
                "version",
                f"elle est au format {other}, inconnu de ce programme : mettez ctg-tui à jour.",
            )
        )
    return value


ANSWERS: Final[Mapping[int | str, Answer]] = {
    **{int(rating): rating for rating in Rating},
    "NC": NOT_CONCERNED,
}
NOTES: Final[Mapping[Answer, int | str]] = {answer: note for note, answer in ANSWERS.items()}
"""Each answer as a file spells it."""


# The two hashes and the spelling of the bytes.

Document = dict[str, Any]

CANONICAL_FORM: Final = "RFC8785"
ALGORITHM: Final = "SHA-256"
OUTSIDE_THE_STATE: Final = ("document", "fil", "integrite")
"""The blocks outside `integrite.empreinte`, the hash of the state, which is the same at each export.

`document.controle` covers both: every field has a hash.
"""
STEP: Final = "  "
ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def seal(document: Document, fingerprint: str, thread: list[Document]) -> str:
    """Return `document.controle`: the hash of the block `document`, of the fingerprint and of the thread."""
    sealed = {key: value for key, value in document.items() if key != "controle"}
    return digest({"document": sealed, "empreinte": fingerprint} | ({"fil": thread} if thread else {}))


def integrity(fingerprint: str) -> Document:
    """Return the block `integrite`."""
    return {"canonicalisation": CANONICAL_FORM, "algorithme": ALGORITHM, "empreinte": fingerprint}


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


# Beyond the schema: a file is the very bytes that the program would write, or is refused.

_STATE_FIRST: Final = ("integrite", "document")
"""The blocks that any change of the others changes too: they are compared last, in this order."""


def altered(document: Document, written_again: Document) -> Problem:
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
                return join(path, key)
            if (place := _difference(there[key], expected[key], join(path, key))) is not None:
                return place
        return None
    if isinstance(there, list) and isinstance(expected, list):
        for rank, (one, other) in enumerate(zip(there, expected, strict=False)):
            if (place := _difference(one, other, f"{path}[{rank}]")) is not None:
                return place
        shortest = min(len(there), len(expected))
        return None if len(there) == len(expected) else f"{path}[{shortest}]"
    return None if there == expected else path


def wrong_shape(document: Document, schema: Schema) -> Problem | None:
    """Return the first violation of the schema; None when there is none."""
    violation = schema.first_violation(document)
    return None if violation is None else Problem(ProblemCode.STRUCTURE, *violation)


def impossible_date(path: str, text: str) -> Problem | None:
    """Return the problem of a date, or a moment, that does not exist or is out of the years of a campaign."""
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        return Problem(ProblemCode.STRUCTURE, path, "cette date n’existe pas.")
    if FIRST_YEAR <= year <= LAST_YEAR:
        return None
    message = f"l’année de cette date doit être entre {FIRST_YEAR} et {LAST_YEAR}."
    return Problem(ProblemCode.STRUCTURE, path, message)


def repeated(block: str, rows: Iterable[Any]) -> Problem | None:
    """Return the problem of the first row of `block` that stands there twice; None without any."""
    seen = set()
    for rank, row in enumerate(rows):
        if row in seen:
            return Problem(ProblemCode.STRUCTURE, f"{block}[{rank}]", "cette ligne est écrite deux fois.")
        seen.add(row)
    return None


# The sheet « Données » of the XLSX report, and the marks of the rows of the others: names and digests.

NAME: Final = "Données"
HEADINGS: Final = ("id", "politique", "note", "commentaire")
GRID: Final = "grille"
FILE: Final = "fichier"
ASSESSMENT: Final = "evaluation"
SENDING: Final = "envoi"
MOMENT: Final = "date"
TERRITORY: Final = "territoire"
ADDRESSEE: Final = "destinataire"
MEETING: Final = "entretien"
POINTS: Final = "fil"
TEXTS: Final = "textes"
ABOUT: Final = frozenset(
    {GRID, FILE, ASSESSMENT, SENDING, MOMENT, TERRITORY, ADDRESSEE, MEETING, POINTS, TEXTS}
)
"""The ids of the rows that are no lines: which grid has these lines, which file this workbook is of.

`FILE` is its state and its thread (`domain.thread.file_print`), `POINTS` what was said in it, `TEXTS`
the digests of the texts in its other sheets.
"""


def line_mark(about: str, line: str | None) -> str:
    """Return `m1.a03 5c0e`: a line of one file, `* 5c0e` for the whole.

    A row copied from another file is known as such.
    """
    return f"{line or WHOLE} {digest([about, line])[:4]}"


def line_of(mark: str) -> str:
    """Return the id of the line that a mark names, whatever file it is of."""
    return mark.partition(" ")[0]


WHOLE: Final = "*"
"""What stands for the whole assessment in a mark, where the others have the id of a line."""


def point_mark(about: str, key: str, line: str, said: str) -> str:
    """Return the mark of a point under its `key`, in a row that shows `line` and `said`.

    It rests on what the row shows, so that a mark left behind by its row is known.
    """
    return f"{key[:8]} {digest([about, key, text_digest(line), letters(said)[:_MOST_LETTERS]])[:4]}"


def action_mark(about: str, rank: int) -> str:
    """Return the mark of the blue row of an action, from 1."""
    return f"action-{rank} {digest([about, rank])[:4]}"


def going_on(mark: str) -> str:
    """Return the mark of the rows in which a long text goes on: `m1.a03 5c0e suite`."""
    return f"{mark} suite"


_MOST_LETTERS: Final = 30
"""The letters of a long text that surely stand in its first row."""


def letters(text: str) -> str:
    """Return the letters and digits of a text, without case and accents."""
    return "".join(filter(str.isalnum, fold(text)))


def text_digest(text: str) -> str:
    """Return what tells a text from another, spaces and signs apart: 8 hexadecimal digits."""
    return digest(letters(text))[:8]
