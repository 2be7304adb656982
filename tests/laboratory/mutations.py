"""Mutants that keep the structure of a file: byte flips fail at the first check, these reach the last."""

from __future__ import annotations

import copy
import json
import random
from typing import Any, Final

from ctg_tui.submission.document import serialise
from tests.make_examples import resealed
from tests.strategies import HOSTILE_TEXTS

_NUMBERS: Final = [0, -1, 1, 2, 3, 4, 2**31, 2**63, 2**64, 10**400, -0.0, 2.0, 1e308]
_WORDS: Final = ["", " ", "NC", "2", "famille", "m1.a01", "m9.a99", "annuelle", "definitif", "é" * 30_000]
_RUNS: Final = ("x", " ", "[", "\u0301", "\u0345\u0301\u0327", "\u202e")
"""Repeated to be long: only these show a quadratic cost."""
_LONG: Final = 30_000
_SHAPES: Final[list[Any]] = [None, True, False, [], {}, [[]], [{}], {"": ""}]
_HOSTILE: Final = [text for text in HOSTILE_TEXTS if "\ud800" not in text]
ODD_VALUES: Final[list[Any]] = [*_NUMBERS, *_WORDS, *_SHAPES, *_HOSTILE, *(run * _LONG for run in _RUNS)]
RAW_NUMBERS: Final = [*b"NaN Infinity -Infinity 1e999 1E400 0x10 01 -0 1.0".split(), b"9" * 5000]
EXTRA_KEYS: Final = ("salaire", "note", "texte", "clé", "__proto__", "")
_PLAIN_TOML: Final = "0 -1 3 1e400 nan inf true [] {} [[]] 1979-05-27 07:32:00 [1,2] 0x1F 1_000 '''"
_QUOTED_TOML: Final = "x m1.a01 famille proposition chef-de-projet \\u202e \\u0000 [/foo]"
TOML_VALUES: Final = [
    *_PLAIN_TOML.split(),
    *(f'"{text}"' for text in ("", " ", "é" * 30_000, *_QUOTED_TOML.split())),
    *("9" * 400, "{a = 1}"),
    *(f'"{run * _LONG}"' for run in _RUNS),
]
TABLES: Final = ("[[missions]]", "[missions]", "[x.y.z]", "[[missions.activites]]", "]", '"""')
ODD_LETTERS: Final = ("", "\u202e", "\x1b", "€", "2")
_TOO_BROKEN: Final = (TypeError, ValueError, KeyError, AttributeError, IndexError, StopIteration)
"""Raised when a mutant cannot be sealed again: it is then written as plain JSON."""


def mutant_submission(draw: random.Random, model: dict[str, Any]) -> bytes:
    document = copy.deepcopy(model)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        _mutate(draw, document)
    try:
        content = resealed(document) if draw.random() < 0.7 else serialise(document)
    except _TOO_BROKEN:
        content = json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "surrogatepass")
    return _raw(draw, content) if draw.random() < 0.15 else content


def _mutate(draw: random.Random, document: dict[str, Any]) -> None:
    places = _places(document)
    holder, key = draw.choice(places)
    match draw.randrange(9):
        case 0:
            del holder[key]
        case 1 | 2 | 3:
            holder[key] = copy.deepcopy(draw.choice(ODD_VALUES))
        case 4:
            other, other_key = draw.choice(places)
            holder[key] = copy.deepcopy(other[other_key])
        case 7:
            # The same value, written `3.0`: what is compared by value does not see it.
            counts = [(holder, key) for holder, key in places if _is_count(holder[key])]
            for holder, key in counts and [draw.choice(counts)]:  # another mutation may have left none
                holder[key] = float(holder[key])
        case 5 if isinstance(holder, list):
            holder.insert(draw.randrange(len(holder) + 1), copy.deepcopy(holder[key]))
        case 5 | 6 if isinstance(holder, dict):
            holder[draw.choice(EXTRA_KEYS)] = copy.deepcopy(draw.choice(ODD_VALUES))
        case 6 if isinstance(holder, list):
            draw.shuffle(holder)
        case _:
            value = holder[key]
            if isinstance(value, int) and not isinstance(value, bool):
                holder[key] = value + draw.choice((-1, 1, 10))
            elif isinstance(value, str):
                holder[key] = value + draw.choice(("x", "\u0301", "\u202e", "\x1b[2J", "é"))


def _is_count(value: Any) -> bool:
    return type(value) is int and abs(value) < 2**53


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every place of a document, as the container and the key or rank in it."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    found = [(value, key) for key in keys]
    return found + [place for key in keys for place in _places(value[key])]


def _raw(draw: random.Random, content: bytes) -> bytes:
    match draw.randrange(9):
        case 0:
            return b"\xef\xbb\xbf" + content
        case 1:
            return content.decode("utf-8", "replace").encode("utf-16")
        case 2:
            return content[: draw.randrange(len(content))]
        case 3:
            return content + draw.choice((b"{}", b"\n", b"\0", b" "))
        case 4:
            return content.replace(b'"note": 2', b'"note": ' + draw.choice(RAW_NUMBERS), 1)
        case 5:
            return content.replace(b'"annee"', b'"annee": 1, "annee"', 1)
        case 6:
            return content.replace(b"[", b"[" * draw.choice((50, 5_000, 200_000)), 1)
        case 7:
            return content.replace(b"\n", b"\r\n")
        case _:
            return content.replace(b'"texte": "', b'"texte": "\\ud800', 1)


def mutant_grid(draw: random.Random, lines: list[str]) -> bytes:
    mutant = list(lines)
    for _ in range(draw.choice((1, 1, 2, 4))):
        at = draw.randrange(len(mutant))
        match draw.randrange(8):
            case 0:
                del mutant[at]
            case 1:
                mutant.insert(at, draw.choice(mutant))
            case 2:
                start = draw.randrange(len(mutant))
                mutant[at:at] = mutant[start : start + draw.randint(2, 12)]
            case 3:
                name, sign, _ = mutant[at].partition("=")
                if sign:
                    mutant[at] = f"{name}= {draw.choice(TOML_VALUES)}"
            case 4:
                mutant[at] = draw.choice(TABLES)
            case 5:
                mutant[at] = draw.choice((*_RUNS, "\t", ",", "a.", "[ ", "{")) * _LONG
            case 6:
                mutant[at] = mutant[at].replace(draw.choice("m1aé0"), draw.choice(ODD_LETTERS))
            case _:
                one = draw.randrange(len(mutant))
                mutant[at], mutant[one] = mutant[one], mutant[at]
    content = "\n".join(mutant).encode("utf-8", "surrogatepass")
    return content[: draw.randrange(len(content))] if draw.random() < 0.05 else content
