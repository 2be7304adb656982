"""A workbook as plain facts, texts at addresses: what a cell shows, which line a text stands for."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

from ctg_tui.domain.text import MAX_TEXT_LENGTH, bare, fold, without_footnotes
from ctg_tui.wording.french import thousands

_FIRST_DAY: Final = date(1899, 12, 30)
"""The day 0 of spreadsheets, right for every day after February 1900."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class Position(NamedTuple):
    """A row and a column, both from 1."""

    row: int
    column: int


class Display(NamedTuple):
    """How a cell shows its value: by the `code` of a number format, else as `text`, which the file has.

    `is_text`: the value is no number.
    """

    code: str = ""
    is_text: bool = False
    text: str = ""


class SheetCell(NamedTuple):
    """What a cell holds. `remark` is the text of a cell note; `is_stale`: a formula without stored value.

    `display` is None where the cell shows its value as it is. `is_error`: `text` says one, `#NAME?`.
    """

    text: str
    remark: str = ""
    is_stale: bool = False
    is_formula: bool = False
    display: Display | None = None
    is_error: bool = False


NO_VALUE: Final = "Cette formule n’a pas de valeur enregistrée : enregistrez le tableur, puis recommencez."
TOO_LONG: Final = f"Texte trop long : ses {thousands(MAX_TEXT_LENGTH)} premiers caractères sont repris."


def not_whole(cell: SheetCell) -> str:
    """Return why, in French, the text of a cell is not taken, or not to its end; empty when it is."""
    if cell.is_stale:
        return NO_VALUE
    if cell.is_error:
        return f"« {cell.text} » est une erreur de formule : écrivez sa valeur."
    return TOO_LONG if len(cell.text) >= MAX_TEXT_LENGTH else ""


@dataclass
class Sheet:
    """A sheet: its cells that hold something, the rows and columns that are hidden, the merged ranges.

    `merged` gives, for each position covered by a merged range, the position of its first cell. `part` is the
    name of the sheet in its package, for .xlsx.
    """

    name: str
    cells: dict[Position, SheetCell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: dict[Position, Position] = field(default_factory=dict)
    is_hidden: bool = False
    part: str = ""

    def text(self, row: int, column: int) -> str:
        """Return the text at a position, through a merged range; empty where there is none."""
        position = Position(row, column)
        cell = self.cells.get(self.merged.get(position, position))
        return "" if cell is None else cell.text

    def rows(self) -> Iterator[tuple[int, Mapping[int, SheetCell]]]:
        """Yield each row that holds something, in order, as its number and its cells by column."""
        rows: dict[int, dict[int, SheetCell]] = {}
        for (row, column), cell in self.cells.items():
            rows.setdefault(row, {})[column] = cell
        for row in sorted(rows):
            yield row, dict(sorted(rows[row].items()))

    def is_out_of_sight(self, position: Position) -> bool:
        """Return whether the person who opens the workbook does not see this cell."""
        return self.is_hidden or position.row in self.hidden_rows or position.column in self.hidden_columns

    def address(self, row: int, column: int) -> str:
        """Return `Mission 2!C14`, as spreadsheet programs write it."""
        return f"{self.name}!{column_letters(column)}{row}"


def first_difference(before: Sequence[Sheet], after: Sequence[Sheet]) -> str:
    """Return the address of the first cell that differs between two readings; empty when none does."""
    for former, sheet in zip(before, after, strict=False):
        if former.name != sheet.name:
            return sheet.name
        for position in sorted({*former.cells, *sheet.cells}):
            if former.cells.get(position) != sheet.cells.get(position):
                return sheet.address(*position)
    others = (*before[len(after) :], *after[len(before) :])
    return others[0].name if others else ""


def column_letters(column: int) -> str:
    """Return `C` for 3, `AA` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def position_of(reference: str) -> Position:
    """Return the position of `C14`. Raises ValueError when it is no reference of a cell."""
    found = _REFERENCE.fullmatch(reference.replace("$", ""))
    if found is None:
        raise ValueError(f"not a cell reference: {reference[:20]!r}")
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return Position(int(found[2]), column)


def date_text(number: float) -> str:
    """Return the day that a sheet stores as a number of days: `02/03/2024`."""
    return (_FIRST_DAY + timedelta(days=number)).strftime("%d/%m/%Y")


def number_text(number: float, *, per_cent: bool = False) -> str:
    """Return a number as a French sheet shows it: `2`, `1,5`, `74 %`."""
    shown = round(100 * number if per_cent else number, 6)
    text = str(int(shown)) if shown == int(shown) else str(shown).replace(".", ",")
    return f"{text} %" if per_cent else text


def text_of(cells: Mapping[int, SheetCell], column: int | None) -> str:
    """Return the text of a row in a column; empty without a cell there."""
    return cells[column].text if column is not None and column in cells else ""


# What a cell shows of its value under a number format code (ECMA-376, 18.8.31): is it still that value?

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


Line = TypeVar("Line")

ENOUGH: Final = 0.5
MARGIN: Final = 0.15
"""Measured on 2,040 distorted lines: 2,039 matched rightly, none wrongly; the nearest lines score 0.47."""
_TOO_LONG: Final = 4
"""A text so many times longer than every label shares too little with each of them."""
_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_SUBJECT: Final = re.compile(
    r"(?:(?:le|la|l) )?(?:cc|chargee? de cooperation(?: ctg)?|coord(?:on|i)nat(?:eur|rice)) "
)
"""Who does what the line says: its verb stands in the third person with it or without."""
_INFINITIVES: Final = (
    *((re.compile(rf"\b{verb}\b"), form) for verb, form in (("suivre", "suit"), ("etre", "est"))),
    *(
        (re.compile(rf"(?<=\w\w\w){end}\b"), form)
        for end, form in (("ttre", "t"), ("dre", "d"), ("uire", "uit"))
    ),
    *((re.compile(rf"(?<=\w\w\w){end}\b"), form) for end, form in (("er", "e"), ("ir", "it"))),
)
"""What makes of an infinitive the form of the third person, without its accents."""


@lru_cache(maxsize=4_096)
def letters(text: str) -> str:
    """Return the letters and digits of `text` alone, folded: `Educatio n ` gives `education`."""
    return _LETTERS.sub("", fold(text))


@lru_cache(maxsize=4_096)
def said(text: str) -> str:
    """Return the letters of a label with its verbs in one form: « Le CC contribue », « Contribuer »."""
    words = _SUBJECT.sub("", _LETTERS.sub(" ", bare(text)).strip(), count=1)
    for infinitive, form in _INFINITIVES:
        words = infinitive.sub(form, words)
    return words


def _trigrams(text: str) -> Counter[str]:
    padded = f"  {_LETTERS.sub(' ', fold(text)).strip()}  "
    return Counter(padded[place : place + 3] for place in range(len(padded) - 2))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


class Match(NamedTuple, Generic[Line]):
    """The line a text stands for. `is_exact` is false when it is only clearly the nearest one."""

    line: Line
    is_exact: bool


@dataclass(frozen=True)
class LineMatcher(Generic[Line]):
    """Matches texts with lines, given by their labels."""

    labels: Mapping[str, Line]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.labels), default=0)

    @cached_property
    def _by_letters(self) -> dict[str, Line | None]:
        """Each line by the letters of its label and by `said`; None for those of several lines."""
        found: dict[str, Line | None] = {}
        for label, line in self.labels.items():
            for key in {letters(label), said(label)}:
                found[key] = None if key in found else line
        return found

    @cached_property
    def _trigrams(self) -> list[tuple[Counter[str], Line]]:
        return [(_trigrams(label), line) for label, line in self.labels.items()]

    def same(self, text: str) -> Line | None:
        """Return the line that has the text, or the letters of `text`; None when it is at best near one."""
        if text in self.labels:
            return self.labels[text]
        if len(text) > _TOO_LONG * self._longest:
            return None
        for key in (letters(text), letters(without_footnotes(text)), letters(bare(text)), said(text)):
            found = self._by_letters.get(key)
            if found is not None:
                return found
        return None

    def match(self, text: str) -> Match[Line] | None:
        """Return the line that `text` stands for; None when none is near, or two are nearly as near."""
        same = self.same(text)
        if same is not None:
            return Match(same, True)
        if len(text) > _TOO_LONG * self._longest:
            return None
        grams = _trigrams(text)
        scores = sorted(((_dice(grams, other), rank) for rank, (other, _) in enumerate(self._trigrams)))[::-1]
        if not scores or scores[0][0] < ENOUGH:
            return None
        if len(scores) > 1 and scores[0][0] - scores[1][0] < MARGIN:
            return None
        return Match(self._trigrams[scores[0][1]][1], False)
