"""Texts from a person or a file cleaned; values as JSON and back; the fingerprint read over the phone."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum, IntEnum
from functools import cache, lru_cache
from types import NoneType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MAX_COMBINING_MARKS = 8
LINE_LENGTH = 200
"""Most characters of a one-line field: names, e-mail addresses, folders."""
MAX_TEXT_LENGTH = 20_000
"""Most characters in one field: some ten pages, far above any real comment, below every format's limit."""

_FIRST_MARK = "\u0300"
_UNSEEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]"
"""The pattern of what is taken away: nothing is seen of it, and two texts would differ by it.

Rich 15 raises when it cuts a text that begins with two of the joiners.
"""
_NEWLINES = "\r\n?|[\u2028\u2029\x85]"
FORBIDDEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
"""The pattern of a character never stored nor shown: control, bidirectional control, surrogate, noncharacter.

A pattern is compiled when it is first needed: most starts need none, and all of them would take 2 ms.
"""
# The characters of French, all NFC and harmless: most texts need no further check.
_FRENCH = r"\x20-\x7e\xa0-\xac\xae-\u017f\u2010-\u2015\u2018-\u201f\u2022\u2026\u202f\u20ac"


def clean(text: str, *, multiline: bool = False) -> str:
    """Return `text` as it may be stored and shown; cleaning twice changes nothing.

    Tabs become spaces. On a single line, newlines become spaces too. Text over `MAX_TEXT_LENGTH`
    characters is cut there.
    """
    return harmless(text, multiline=multiline)[:MAX_TEXT_LENGTH]


def harmless(text: str, *, multiline: bool = False) -> str:
    """Return `text` as `clean` does but never cut, for a report."""
    if _plain(multiline).fullmatch(text):
        return text
    text = re.sub(_NEWLINES, "\n", text).replace("\t", " ")
    text = re.sub(_UNSEEN, "", text)
    if not multiline:
        text = text.replace("\n", " ")
    text = re.sub(FORBIDDEN, REPLACEMENT, text)
    # Sorting marks takes the square of their number: some go before NFC, which may also bring more.
    return _with_few_marks(unicodedata.normalize("NFC", _with_few_marks(text)))


@cache
def _plain(multiline: bool) -> re.Pattern[str]:
    return re.compile(f"[\n{_FRENCH}]*" if multiline else f"[{_FRENCH}]*")


def _with_few_marks(text: str) -> str:
    """Return `text` with at most `MAX_COMBINING_MARKS` on one character, the others as one `REPLACEMENT`."""
    if text.isascii():
        return text
    characters: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if character >= _FIRST_MARK and _is_mark(character) else 0
        if marks == MAX_COMBINING_MARKS + 1:
            characters.append(REPLACEMENT)
        elif marks <= MAX_COMBINING_MARKS:
            characters.append(character)
    return "".join(characters)


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) > 0 or unicodedata.category(character) in {"Mn", "Me"}


def is_kept(former: str | None, text: str | None) -> bool:
    """Return whether `text` holds all of `former`: equal, or with an insertion at one place."""
    if not former:
        return True
    if text is None or len(text) < len(former):
        return False
    pairs = enumerate(zip(former, text, strict=False))
    split = next((place for place, (was, now) in pairs if was != now), len(former))
    return text.endswith(former[split:])


@lru_cache(maxsize=8_192)  # a search folds the same labels again at each key
def fold(text: str) -> str:
    """Return `text` without case, accents and ligatures, for searches."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def plain(text: str) -> str:
    """Return `text` without case, accents and needless spaces."""
    return " ".join(fold(text).split())


# Compiled at their first use: a start names no line.
_NUMBERING: Final = (
    r"\W*(?:[a-z]?\d{1,2}(?:[.,-]\d{1,2}){0,2}(?:\s*[.)°/:–—-]+)?|(?:[a-z]|[ivx]{1,4})\s*[.)/:–—-]+)\s*(?=\S)"
)
"""What stands before a label without being of it: `1.3`, `a)`, `IV -`, `M1.2 :`."""
_FOOTNOTES: Final = r"(?:\s*+(?:\(\d{1,2}\)|\[\d{1,2}\]|[*¹²³⁰⁴-⁹.;,:]))++\s*+$"
"""What stands after it: `(1)`, `*`, `²`, a final stop."""
_LONGEST_FOOTNOTES: Final = 60
"""Characters at the end of a label in which they are looked for."""


def bare(text: str) -> str:
    """Return a label, folded, without the number before it and the footnote marks after it."""
    start = max(len(text) - _LONGEST_FOOTNOTES, 0)
    folded = fold(text[:start] + re.sub(_FOOTNOTES, "", text[start:]))
    number = re.match(_NUMBERING, folded)
    return folded[number.end() :] if number else folded


def words_of(label: str) -> str:
    """Return the words of a line, by which it is the same in two grids: `contribue a l offre d accueil`."""
    return " ".join(re.findall(r"[a-z0-9]+", bare(label)))


def holds(text: str, part: str) -> bool:
    """Return whether `part` stands in `text`, not as a piece of a longer word (« Oui » in « Ouistreham »)."""
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) is not None


def match_rank(typed: str, *texts: str) -> int | None:
    """Return how well `texts` match what was typed: 0 is the best, None does not match.

    Each word typed must be in one of `texts`, accents and case aside. The whole phrase at the beginning of a
    word comes first, in the earliest of `texts`.
    """
    words, folded = fold(typed).split(), [fold(text) for text in texts]
    if not all(word in " ".join(folded) for word in words):
        return None
    phrase = re.compile(rf"\b{re.escape(' '.join(words))}")
    return next((rank for rank, text in enumerate(folded) if phrase.search(text)), len(folded))


# The one codec: a value is an object whose keys are the French names of its fields, in the order of `names`.

_OF_MEETING: Final = ("rendez-vous", "points-forts", "points-a-travailler", "aide-demandee", "formation")
MULTILINE_KEYS: Final = frozenset(("texte", "remarque", "commentaire", "quoi", *_OF_MEETING))
"""The keys whose texts may have several lines."""
_T = TypeVar("_T")


def row_of(value: object, names: Mapping[str, str], *, short: bool = True) -> dict[str, Any]:
    """Return the fields of `value` by their French `names`, texts cleaned.

    `short` leaves out what says nothing: None, False, a blank text.
    """
    every = ((name, _json(getattr(value, field), name)) for field, name in names.items())
    return {name: one for name, one in every if not short or _says_something(one)}


def _says_something(one: Any) -> bool:
    return bool(one.strip()) if isinstance(one, str) else one is not None and one is not False


def _json(one: Any, name: str) -> Any:
    if isinstance(one, Enum):
        return one.value
    if isinstance(one, str):
        return clean(one, multiline=name in MULTILINE_KEYS)
    if isinstance(one, tuple):
        return [_json(part, name) for part in one]
    if isinstance(one, datetime):
        return f"{one.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()}Z"
    return one.isoformat() if isinstance(one, date) else one


def fields_of(kind: type, row: Any, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of `kind` that `row` has under their French `names`, texts cleaned.

    Raises ValueError, LookupError, TypeError or RecursionError for what is none of them.
    """
    hints, row = _hints(kind), checked(dict, row)
    return {field: _parsed(hints[field], row[name], name) for field, name in names.items() if name in row}


def value_of(kind: type[_T], row: Any, names: Mapping[str, str]) -> _T:
    """Return the value of `kind` that `row` spells. Raises as `fields_of` does."""
    return kind(**fields_of(kind, row, names))


def cleaned(value: _T, names: Mapping[str, str]) -> _T:
    """Return `value`, whose fields all have their `names`, with clean texts."""
    return value_of(type(value), row_of(value, names, short=False), names)


_hints = cache(get_type_hints)


def _parsed(kind: Any, raw: Any, name: str) -> Any:
    args = get_args(kind)
    if NoneType in args and raw in (None, ""):
        return None
    if values := _values(kind):  # a note, or NC
        return values[str(raw)]
    if NoneType in args:
        return _parsed(args[0], raw, name)
    if get_origin(kind) is tuple:
        return tuple(_parsed(args[0], one, name) for one in checked(list, raw))
    if kind is str:
        return clean(checked(str, raw), multiline=name in MULTILINE_KEYS)
    if issubclass(kind, date):
        day = kind.fromisoformat(raw)
        if day.isoformat() != raw.replace("Z", "+00:00"):  # « 20270101 », « 2027-W01-1 » are ISO 8601 too
            raise ValueError(raw)
        return day
    return kind(raw) if issubclass(kind, Enum) else checked(kind, raw)


@cache
def _values(kind: Any) -> dict[str, Any]:
    """Return by their spelling the values of a union of integers of an enumeration and literals."""
    parts = get_args(kind)
    ratings = [one for one in parts if isinstance(one, type) and issubclass(one, IntEnum)]
    literals = (value for one in parts if get_origin(one) is Literal for value in get_args(one))
    return {str(one.value): one for one in (*(value for kind in ratings for value in kind), *literals)}


def checked(kind: type[_T], raw: Any) -> _T:
    """Return `raw` if it is of that very type. Raises TypeError."""
    if type(raw) is not kind:
        raise TypeError(raw)
    return raw


def spelt(value: Any) -> str:
    """Return a value of JSON as the database stores it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form of a value without floats: sorted keys, no spaces, UTF-8.

    Keys here are ASCII, for which Python's order is that of RFC 8785 (UTF-16 code units).
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form: 64 lower-case hexadecimal digits."""
    import hashlib  # OpenSSL takes 3 MB: not in a window that only names fingerprints

    return hashlib.sha256(canonical_json(value)).hexdigest()
