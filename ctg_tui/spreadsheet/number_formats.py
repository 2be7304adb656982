"""What a cell shows of its value under a number format code (ECMA-376, 18.8.31): is it still that value?"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from ctg_tui.domain.text import fold
from ctg_tui.spreadsheet.cells import SheetCell, number_text

_TOKENS: Final = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^]]*\]|general|.', re.IGNORECASE | re.DOTALL)
_CONDITION: Final = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)\]")
_COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_SIGNS: Final = ("positive", "negative", "zero")
"""The sections of a code without conditions; a fourth one is for texts."""
_LONGEST: Final = 255
"""Characters of a code (ECMA-376, 18.8.30)."""
_GENERAL: Final = ("General",)
_NUMBER: Final = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_GROUPED: Final = re.compile(r"(?<=[0-9])[\s.,'’](?=[0-9]{3}(?![0-9]))")
_OTHER_MEANING: Final = re.compile(r"%|\bn[ ./]?c\b|non[ -]concern")
_Tokens = Sequence[str]


def display_doubt(cell: SheetCell) -> str:
    """Return the French sentence that asks which one is meant, what a cell holds or what it shows.

    Empty where both are one.
    """
    shown = shown_otherwise(cell)
    if shown is None:
        return ""
    what = f"affiche « {shown} »" if shown else "n’affiche rien"
    return f"Cette cellule contient {cell.text} mais {what}."


def shown_otherwise(cell: SheetCell) -> str | None:
    """Return what a cell shows where people read something else in it than what it holds; else None."""
    display = cell.display
    if display is None:
        return None
    if display.is_text:
        shown = shown_text(display.code, cell.text)
        is_same = shown == cell.text
    else:
        number = float(cell.text.replace(",", "."))
        shown = shown_number(display.code, number) if display.code else display.text
        is_same = says_number(shown, number)
    return None if is_same else shown


def shown_number(code: str, number: float) -> str:
    """Return what a cell with the format `code` shows of a number; colours and widths aside."""
    sections = _sections(code)
    section = _section_of(sections, number)
    is_signed = number < 0 and section is sections[0]
    return f"{'-' if is_signed else ''}{_filled(section, abs(number))}".strip()


def shown_text(code: str, text: str) -> str:
    """Return what a cell with the format `code` shows of a text."""
    sections = _sections(code)
    if len(sections) > len(_SIGNS):
        section = sections[len(_SIGNS)]
    elif "@" in sections[-1]:
        section = sections[-1]
    else:
        return text
    return "".join(text if token == "@" else _literal(token) for token in section).strip()


def says_number(shown: str, number: float) -> bool:
    """Return whether people read `number` in `shown`: alone, with words or a unit, and no other number."""
    found = _NUMBER.findall(_GROUPED.sub("", shown))
    if len(found) != 1 or _OTHER_MEANING.search(fold(shown)):
        return False
    written: str = found[0]
    return float(written.replace(",", ".")) == round(number, 6)


@lru_cache(maxsize=256)
def _sections(code: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for token in _TOKENS.findall(code[:_LONGEST]):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


def _section_of(sections: Sequence[_Tokens], number: float) -> _Tokens:
    """Return the section that a number takes: the first whose condition it meets, else by its sign."""
    numeric = sections[: len(_SIGNS)]
    conditions = [next(filter(None, map(_CONDITION.fullmatch, section)), None) for section in numeric]
    if any(conditions):
        for section, condition in zip(numeric, conditions, strict=True):
            if condition is None or _COMPARED[condition[1]](number, float(condition[2])):
                return section
        return _GENERAL
    if number == 0 and len(numeric) == len(_SIGNS):
        return numeric[2]
    return numeric[1 if number < 0 and len(numeric) > 1 else 0]


def _filled(section: _Tokens, number: float) -> str:
    """Return a section with the digits of a number in its places; its literals alone when it has none."""
    places = [rank for rank, token in enumerate(section) if token in "0#?"]
    if any(token.casefold() == "general" or token == "@" for token in section):
        return "".join(
            number_text(number) if token.casefold() == "general" or token == "@" else _literal(token)
            for token in section
        )
    if not places:
        return "".join(map(_literal, section))
    thousands = 0
    while section[places[-1] + 1 + thousands : places[-1] + 2 + thousands] == [","]:
        thousands += 1
    point = next((rank for rank, token in enumerate(section) if token == "."), len(section))
    before = [rank for rank in places if rank < point]
    after = [rank for rank in places if rank > point]
    whole, _, decimals = f"{number / 1000**thousands:.{len(after)}f}".partition(".")
    digits = dict(zip(after, decimals, strict=True))
    left = whole if whole != "0" else ""
    for rank in reversed(before):
        is_first = rank == before[0]
        digit, left = (left, "") if is_first else (left[-1:], left[:-1])
        digits[rank] = digit or ("0" if section[rank] == "0" else "")
    return "".join(
        digits[rank] if rank in digits else "," if rank == point else _literal(token)
        for rank, token in enumerate(section)
    )


def _literal(token: str) -> str:
    """Return what a part of a code shows by itself: quoted text, an escaped sign, a space."""
    if token[0] == '"':
        return token.strip('"')
    if token[0] == "\\":
        return token[1:]
    if token[0] == "_":
        return " "
    return "" if token[0] in "*[" or token in ",.0#?@" else token
