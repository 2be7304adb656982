"""A workbook as plain facts: sheets of texts at addresses, and what a cell says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.grid import Activity, Indicator
from ctg_tui.domain.text import MAX_TEXT_LENGTH, bare, fold, plain
from ctg_tui.wording.french import thousands

_FIRST_DAY: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet has no time zone
"""The day 0 of spreadsheets, right for every day after February 1900."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
NO_VALUE: Final = "Cette formule n’a pas de valeur enregistrée : enregistrez le tableur, puis recommencez."
TOO_LONG: Final = f"Texte trop long : ses {thousands(MAX_TEXT_LENGTH)} premiers caractères sont repris."


class Position(NamedTuple):
    """A row and a column, both from 1."""

    row: int
    column: int


class SheetCell(NamedTuple):
    """What a cell holds. `remark` is the text of a cell note; `is_stale`: a formula without stored value.

    `is_error`: `text` says one, `#NAME?`.
    """

    text: str
    remark: str = ""
    is_stale: bool = False
    is_formula: bool = False
    is_error: bool = False


def not_whole(cell: SheetCell) -> str:
    """Return why, in French, the text of a cell is not taken, or not to its end; empty when it is."""
    if cell.is_stale:
        return NO_VALUE
    if cell.is_error:
        return f"« {cell.text} » est une erreur de formule : écrivez sa valeur."
    return TOO_LONG if len(cell.text) >= MAX_TEXT_LENGTH else ""


@dataclass
class Sheet:
    """A sheet: its cells that hold something, and the merged ranges.

    `merged` gives, for each position covered by a merged range, the position of its first cell. `part` is the
    name of the sheet in its package, for .xlsx.
    """

    name: str
    cells: dict[Position, SheetCell] = field(default_factory=dict)
    merged: dict[Position, Position] = field(default_factory=dict)
    part: str = ""

    def text(self, row: int, column: int | None) -> str:
        """Return the text at a position, through a merged range; empty where there is none."""
        position = Position(row, column or 0)
        cell = self.cells.get(self.merged.get(position, position))
        return "" if cell is None else cell.text

    def rows(self) -> Iterator[tuple[int, Mapping[int, SheetCell]]]:
        """Yield each row that holds something, in order, as its number and its cells by column."""
        rows: dict[int, dict[int, SheetCell]] = {}
        for (row, column), cell in self.cells.items():
            rows.setdefault(row, {})[column] = cell
        for row in sorted(rows):
            yield row, dict(sorted(rows[row].items()))

    def address(self, row: int, column: int) -> str:
        """Return `Mission 2!C14`, as spreadsheet programs write it."""
        return f"{self.name}!{column_letters(column)}{row}"


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
    """Return what a sheet stores as a number of days: `02/03/2024`, `02/03/2024 14:30`, `14:30`."""
    moment = _FIRST_DAY + timedelta(minutes=round(number * 24 * 60))
    day, at = moment.strftime("%d/%m/%Y"), moment.strftime("%H:%M")
    return at if 0 < number < 1 else day if at == "00:00" else f"{day} {at}"


def number_text(number: float) -> str:
    """Return a number as a French sheet shows it: `2`, `1,5`."""
    shown = round(number, 6)
    return str(int(shown)) if shown == int(shown) else str(shown).replace(".", ",")


_NOT_LETTERS: Final = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=65_536)
def letters(text: str) -> str:
    """Return the letters and digits of `text` alone, folded: `Educatio n ` gives `education`."""
    return _NOT_LETTERS.sub("", fold(text))


@lru_cache(maxsize=65_536)
def words(text: str) -> str:
    """Return the letters of a label without the number before it and the footnote marks after it."""
    return letters(bare(text))


def text_of(cells: Mapping[int, SheetCell], column: int | None) -> str:
    """Return the text of a row in a column; empty without a cell there."""
    return cells[column].text if column is not None and column in cells else ""


# Which line of a grid a text stands for: the one whose words it has, else the one it is clearly near to.

_NEAR: Final = 0.7
_MARGIN: Final = 0.1
"""How much nearer the nearest line is than the next one."""
_COMPARED: Final = range(20, 1_001)
"""Letters of a text that may be near a line: fewer say too little, more take too long to compare."""
_MOST_COMPARED: Final = 60_000


class LineMatcher:
    """Matches texts with lines. After so many comparisons it knows none as near."""

    def __init__(self, lines: Collection[Activity | Indicator]) -> None:
        self._lines, self._left = lines, _MOST_COMPARED
        self._by_words: dict[str, Activity | Indicator | None] = {}
        """Each line by the letters of its label, without its number; None for those of several."""
        for line in lines:
            key = words(line.label)
            self._by_words[key] = None if key in self._by_words else line

    def same(self, text: str) -> Activity | Indicator | None:
        """Return the line that has the words of `text`."""
        return self._by_words.get(words(text))

    def near(self, text: str) -> Activity | Indicator | None:
        """Return the line that a text resembles; None when none is near, or two nearly as near."""
        wanted = words(text)
        if len(wanted) not in _COMPARED or self._left < len(self._lines):
            return None
        self._left -= len(self._lines)
        compared = SequenceMatcher(b=wanted, autojunk=False)
        ratios = [(0.0, -2), (0.0, -1)]
        for rank, line in enumerate(self._lines):
            compared.set_seq1(words(line.label))
            if compared.quick_ratio() >= _NEAR:
                ratios.append((compared.ratio(), rank))
        (next_best, _), (best, rank) = sorted(ratios)[-2:]
        return [*self._lines][rank] if best >= _NEAR and best - next_best >= _MARGIN else None


# What a cell says: a note, NC, a tick, a number; anything else is never guessed.

_WHOLE_WORDS: Final = r"(?:non|pas)[ -]concernee?s?\.?"
_NOT_CONCERNED: Final = re.compile(rf"n ?[./]? ?c ?\.?(?: ?[–—:=.)(-]? ?{_WHOLE_WORDS}\)?)?|{_WHOLE_WORDS}")
_NOTE: Final = re.compile(r"([0-3])(?:[.,]0+)?(?:\s*[–—:=.)-]\s*|\s+)?(.*)", re.DOTALL)
_WORDS: Final = (
    (Rating.NO, re.compile(r"(?:non|pas)\b(?!.*\b(?:applicable|renseigne))(?:.*\bdu tout\b.*)?")),
    (Rating.PARTLY, re.compile(r"(?:oui,? )?partiel.*")),
    (Rating.MOSTLY, re.compile(r"(?:oui,? )?majoritaire.*")),
    (Rating.FULLY, re.compile(r"(?:oui\W+)?(?:total|tout a fait).*|oui")),
)
"""The words of the Caf's scale (grille Caf 16, mode opératoire)."""
_ALONE: Final = {
    **dict.fromkeys(("pasdutout", "nonpasdutout"), Rating.NO),
    **dict.fromkeys(("partiellement", "ouipartiellement"), Rating.PARTLY),
    **dict.fromkeys(("majoritairement", "ouimajoritairement"), Rating.MOSTLY),
    **dict.fromkeys(("totalement", "ouitotalement", "toutafait", "ouitoutafait"), Rating.FULLY),
}
"""What says a step by itself, by its letters. « Oui » and « non » alone may be of another scale."""
_TICKS: Final = frozenset({"x", "✓", "✔", "☑", "☒", "✗", "✘", "•", "●", "vrai"})
_BLANKS: Final = frozenset({"", "-", "–", "—", "…", ".", "☐", "faux"})


class NotANoteError(ValueError):
    """A cell holds something that is neither a note nor NC."""


def parse_note(text: str) -> Answer | None:
    """Return the answer a cell holds; None when it is blank.

    Understood: `2`, `2,0`, `2 – Majoritairement`, `Majoritairement`, `NC`, `N.C.`, `Non concerné`.
    Raises NotANoteError for everything else: `1,5`, `x`, `75 %`, `2-3`, `oui`, `²` are never guessed.
    """
    if any(unicodedata.category(character) == "No" for character in text):  # folded, `²` would be a 2
        raise NotANoteError(text)
    typed = plain(text)
    if typed in _BLANKS:
        return None
    if _NOT_CONCERNED.fullmatch(typed):
        return NOT_CONCERNED
    found = _NOTE.fullmatch(typed)
    if found is None:
        said = _ALONE.get(letters(text))
        if said is None:
            raise NotANoteError(text)
        return said
    step, rest = Rating(int(found[1])), found[2].strip()
    if rest and not dict(_WORDS)[step].match(rest):
        raise NotANoteError(text)
    return step


@lru_cache(maxsize=512)  # the same few notes fill a workbook, read by each grid known: a fifth of its time
def note_of(text: str) -> Answer | None:
    """Return the answer a text says; None also for what is no answer."""
    try:
        return parse_note(text)
    except NotANoteError:
        return None


def is_tick(text: str, step: Answer) -> bool:
    """Return whether a cell under a step of the scale is ticked: « 2 » under the step 2 is a tick too.

    Raises NotANoteError when it is unclear.
    """
    if note_of(text) == step:
        return True
    typed = fold(text).strip()
    if typed in _BLANKS:
        return False
    if typed in _TICKS:
        return True
    raise NotANoteError(text)


def parse_count(text: str) -> int | None:
    """Return the number of an indicator; None when blank. Raises NotANoteError for no natural number."""
    digits = "".join(text.split()).removesuffix(",0")
    if digits in _BLANKS:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise NotANoteError(text)
    return int(digits)
