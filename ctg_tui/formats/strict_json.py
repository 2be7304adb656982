"""Strict parsing of untrusted bytes as JSON: the checks that come before the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, Final

from ctg_tui.domain.text import is_clean
from ctg_tui.formats.json_schema import join
from ctg_tui.formats.problems import MAX_PROBLEMS, Problem, ProblemCode

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
    """The bytes are not a JSON document that can be checked further. `problems` says why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def decode(raw: bytes) -> str:
    """Return the text of `raw`, strict UTF-8 without a byte order mark. Raises UnreadableError."""
    if raw.startswith(_BOM):
        raise UnreadableError(
            Problem(
                ProblemCode.BYTE_ORDER_MARK,
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
            Problem(ProblemCode.NOT_UTF8, "", f"la ligne {line} n’est pas en UTF-8.")
        ) from error


def parse_strictly(text: str) -> Any:
    """Return the JSON value of `text`. Raises UnreadableError.

    Refused: repeated keys, numbers that are not plain integers (`2.0`, `1e3`, NaN), numbers of more than 15
    digits, depth over `MAX_DEPTH`.
    """
    problems: dict[Problem, None] = {}

    def refuse(code: ProblemCode, message: str) -> None:
        if len(problems) < MAX_PROBLEMS:
            problems[Problem(code, "", message)] = None

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(items)
        if len(value) != len(items):
            last = {key: rank for rank, (key, _) in enumerate(items)}
            key = next(key for rank, (key, _) in enumerate(items) if rank != last[key])
            refuse(ProblemCode.REPEATED_KEY, f"la clé « {join('', key)} » est écrite plusieurs fois.")
        return value

    def no_float(number: str) -> int:
        refuse(ProblemCode.NOT_INTEGER, f"« {number[:20]} » n’est pas un nombre entier.")
        return 0

    def integer(number: str) -> int:
        if len(number) > _MAX_DIGITS:
            refuse(
                ProblemCode.HUGE_NUMBER, f"un nombre commence par {number[:20]}… et compte trop de chiffres."
            )
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
        message = f"la syntaxe JSON est fautive à la ligne {error.lineno}, colonne {error.colno}."
        raise UnreadableError(Problem(ProblemCode.NOT_JSON, "", message)) from error
    if problems:
        raise UnreadableError(*problems)
    return value


_TOO_DEEP: Final = Problem(ProblemCode.TOO_DEEP, "", "des listes y sont emboîtées trop profondément.")
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


def forbidden_texts(
    value: Any, multiline_keys: Collection[str], path: str = "", *, multiline: bool = False, depth: int = 0
) -> Iterator[Problem]:
    """Yield a problem for each text that may not be stored as it is, down to `MAX_DEPTH`.

    Texts under one of `multiline_keys` may have several lines.
    """
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            inner = join(path, key)
            yield from forbidden_texts(
                item, multiline_keys, inner, multiline=key in multiline_keys, depth=depth + 1
            )
    elif isinstance(value, list):
        for rank, item in enumerate(value):
            yield from forbidden_texts(item, multiline_keys, f"{path}[{rank}]", depth=depth + 1)
    elif isinstance(value, str) and not is_clean(value, multiline=multiline):
        message = "ce texte contient un caractère interdit, ou dépasse 20 000 caractères."
        yield Problem(ProblemCode.FORBIDDEN_TEXT, path, message)
