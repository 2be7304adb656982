"""Strict readers of JSON and TOML files from outside, without any knowledge of submissions.

Documents are parsed strictly and held against their published JSON Schema; here is why one is refused. The
French of a fault comes from the schema itself: the `description` of each value says what is expected there.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import REPLACEMENT, clean, digest, fold

MAX_BYTES: Final = 5_000_000
"""Some fifty times the largest file this program writes."""
_LONGEST_NAME: Final = 60
_MAX_DIGITS: Final = 15

Document = dict[str, Any]

STRUCTURE: Final = "structure"
NOT_JSON: Final = "json-invalide"


class Problem(ValueError):  # noqa: N818 - as a Refusal, it is an answer
    """Why a document is refused.

    `code` is stable and ASCII. `path` is `reponses[3].note`, empty for the whole file; `message` is French.
    """

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(message)
        self.code, self.path, self.message = code, path, message

    def sentence(self) -> str:
        """Return `il a été modifié (reponses[3].note).`, with the no-break spaces of French."""
        return typeset(f"{self.message.removesuffix('.')} ({self.path})." if self.path else self.message)


class Schema:
    """A JSON Schema (draft 7, local references only), compiled."""

    def __init__(self, definition: dict[str, Any]) -> None:
        import fastjsonschema  # only for files from outside, never at start

        self._check = fastjsonschema.compile(definition, use_default=False, use_formats=False)

    def check(self, document: Any) -> None:
        """Raise the first Problem of a document that does not follow the schema."""
        import fastjsonschema

        try:
            self._check(document)
        except fastjsonschema.JsonSchemaValueException as error:
            path = (error.name or "").removeprefix("data").removeprefix(".")
            message = f"attendu : {error.definition.get('description', 'une autre valeur')}."
            if error.rule == "required":
                key = next(key for key in error.definition["required"] if key not in error.value)
                path, message = join(path, key), "cette clé obligatoire est absente."
            elif error.rule == "additionalProperties":
                key = next(key for key in error.value if key not in error.definition["properties"])
                path, message = join(path, key), "cette clé n’est pas prévue ici."
            raise Problem(STRUCTURE, path, message) from error


def join(path: str, key: str) -> str:
    """Return the path of `key` under `path`, the key cleaned and shortened since it may be hostile."""
    name = clean(key)
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}…"
    return f"{path}.{name}" if path else name


def decoded(raw: bytes) -> str:
    """Return the text of `raw`, strict UTF-8 without a byte order mark. Raises Problem."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Problem(NOT_JSON, "", f"la ligne {line} n’est pas en UTF-8.") from error
    if text.startswith("\N{BYTE ORDER MARK}"):
        raise Problem(NOT_JSON, "", "il a été réenregistré par un autre logiciel, avec une marque BOM.")
    return text


def parse_strictly(text: str) -> Any:
    """Return the JSON value of `text`. Raises Problem.

    Refused: repeated keys, numbers that are not plain integers (`2.0`, `1e3`, NaN), numbers of more than 15
    digits, lists within each other beyond what Python parses.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key, item in items:
            if key in value:
                raise Problem(STRUCTURE, "", f"la clé « {join('', key)} » est écrite plusieurs fois.")
            value[key] = item
        return value

    def no_float(number: str) -> int:
        raise Problem(STRUCTURE, "", f"« {number[:20]} » n’est pas un nombre entier.")

    def integer(number: str) -> int:
        if len(number) > _MAX_DIGITS:
            raise Problem(STRUCTURE, "", f"un nombre commence par {number[:20]}… et compte trop de chiffres.")
        return int(number)

    try:
        return json.loads(
            text, object_pairs_hook=pairs, parse_float=no_float, parse_int=integer, parse_constant=no_float
        )
    except RecursionError as error:
        raise Problem(STRUCTURE, "", "des listes y sont emboîtées trop profondément.") from error
    except json.JSONDecodeError as error:
        where = f"la syntaxe JSON est fautive à la ligne {error.lineno}, colonne {error.colno}."
        raise Problem(NOT_JSON, "", where if text.strip() else "le fichier est vide.") from error


# TOML, the file of a grid: read, and written again with the same bytes.

_MAX_DEPTH = 16
"""Far above the schema's own depth, and below that of any Python."""

# tomllib is quadratic in the parts of a dotted key: 30 s for 80 kB of `a.a.a…`.
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
# Each run of spaces matches in one way only, or the search would be quadratic in its length.
_START = r"(?:^[ \t]*(?:\[{1,2}[ \t]*)?|[{,][ \t]*)"
_DEEP_KEY = rf"(?m){_START}{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{16}}"


def parse_toml(raw: bytes) -> Document:
    """Return the TOML document: texts clean, dates as ISO text for a canonical JSON form. Raises Problem."""
    import tomllib  # 3 ms, only for the file of a grid

    text = decoded(raw)
    if re.search(_DEEP_KEY, text):
        raise Problem(STRUCTURE, "", "une clé y a trop de niveaux séparés par des points")
    try:
        document: Document = _plain(tomllib.loads(text), "", 0)
    except Problem:
        raise
    except RecursionError as error:
        fault = "des listes ou des tables y sont emboîtées trop profondément"
        raise Problem(STRUCTURE, "", fault) from error
    except ValueError as error:
        where = re.search(r"at line (\d+)", str(error))
        place = f"à la ligne {where[1]}" if where else "quelque part"
        raise Problem(STRUCTURE, "", f"la syntaxe TOML est fautive {place}") from error
    return document


def _plain(value: Any, path: str, depth: int) -> Any:
    """Return a value with clean texts. Raises Problem for a command character or a float, RecursionError."""
    if depth > _MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        return {key: _plain(item, join(path, key), depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{path}[{position}]", depth + 1) for position, item in enumerate(value)]
    if isinstance(value, float):
        raise Problem(STRUCTURE, path, "un nombre à virgule n’est pas permis")
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    text = clean(value)
    if text.count(REPLACEMENT) > value.count(REPLACEMENT):
        raise Problem(STRUCTURE, path, "ce texte contient un caractère de commande, à retirer")
    return text


def toml_bytes(document: Document) -> bytes:
    """Return a document of texts, integers, booleans, lists and tables as TOML in UTF-8."""
    return "\n".join(_table_lines(document, ())).lstrip("\n").encode("utf-8") + b"\n"


def _table_lines(table: Document, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the plain values of a table, then the tables below it under their headings."""
    below: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            below.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in below:
        name = ".".join(map(_key, (*path, key)))
        if isinstance(value, dict):
            yield f"\n[{name}]"
            yield from _table_lines(value, (*path, key))
            continue
        for row in value:
            yield f"\n[[{name}]]"
            yield from _table_lines(row, (*path, key))


def _key(key: str) -> str:
    bare = key.replace("_", "").replace("-", "")
    return key if bare.isascii() and bare.isalnum() else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # Every escape of JSON is one of TOML, which also asks for that of DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# The notes.

ANSWERS: Final[Mapping[int | str, Answer]] = {
    **{int(rating): rating for rating in Rating},
    "NC": NOT_CONCERNED,
}
NOTES: Final[Mapping[Answer, int | str]] = {answer: note for note, answer in ANSWERS.items()}
"""Each answer as a file spells it."""


# The sheet « Données » of our workbook: the file that it answers, and the digests of its texts.

DATA: Final = "Données"
PACKED, TEXTS = "fichier", "textes"
"""The headings of its two columns, whose rows go on from one to the next."""


def packed(content: bytes) -> str:
    """Return a file as letters and digits, which no spreadsheet changes."""
    return b64encode(zlib.compress(content)).decode()


def unpacked(text: str) -> bytes:
    """Return the file in `text`, at most `MAX_BYTES` of it. Raises ValueError."""
    try:
        return zlib.decompressobj().decompress(b64decode(text, validate=True), MAX_BYTES)
    except zlib.error as error:
        raise ValueError("not a packed file") from error


def line_mark(about: str, line: str | None) -> str:
    """Return `m1.a03 5c0e`: a line of one file, `* 5c0e` for the whole.

    A row copied from another file is known as such.
    """
    return f"{line or WHOLE} {digest([about, line])[:4]}"


WHOLE: Final = "*"
"""What stands for the whole assessment in a mark, where the others have the id of a line."""


def point_mark(about: str, key: str, line: str, said: str) -> str:
    """Return the mark of a point under its `key`, in a row that shows `line` and `said`.

    It rests on what the row shows, so that a mark left behind by its row is known.
    """
    return f"{key[:8]} {digest([about, key, text_digest(line), folded_letters(said)[:_MOST_LETTERS]])[:4]}"


_MOST_LETTERS: Final = 30
"""The letters of a long text that surely stand in its first row."""


def folded_letters(text: str) -> str:
    """Return the letters and digits of a text, without case and accents."""
    return "".join(filter(str.isalnum, fold(text)))


def text_digest(text: str) -> str:
    """Return what tells a text from another, spaces and signs apart: 8 hexadecimal digits."""
    return digest(folded_letters(text))[:8]
