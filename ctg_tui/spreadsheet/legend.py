"""The legend of a sheet: which words it gives to each step, and whether its scale is that of the grid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import fold
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.notes import word_step

_LONGEST: Final = 80
"""Characters of the words of a step: a longer text is a line of the table."""
_FEWEST: Final = 3
"""Steps that make a legend: a note beside a comment « Non, pas encore » makes none."""
_CODE: Final = re.compile(r"\d|n\.?c\.?")
_STEP: Final = re.compile(r"\W*(\d|n\.?c\.?)\s*[–—:=.)-]?\s*([a-z].*)")
_BETWEEN: Final = re.compile(r"[,;|\n]")

Numbered = tuple[int, Mapping[int, SheetCell]]


class _Step(NamedTuple):
    """A step in a row: its code (`2`, `nc`), the words beside it, the step of the scale that these name.

    `is_alone`: the row holds nothing else.
    """

    row: int
    is_alone: bool
    code: str
    words: str
    named: Answer

    @property
    def is_other(self) -> bool:
        """Whether the code is not that of the Caf's scale for these words."""
        own = NOT_CONCERNED if self.code == "nc" else Rating(int(self.code)) if self.code in "0123" else None
        return self.named != own


class Legend(NamedTuple):
    """What the legend of a sheet says.

    `words` are the steps that a note may be written as, by their letters; `rows` hold one step and no more,
    so that they are no lines of a table.
    """

    words: Mapping[str, Answer]
    rows: frozenset[int]


def legend_of(rows: Sequence[Numbered]) -> Legend:
    """Return the legend of a sheet, from its rows that hold something; empty without one."""
    steps = [step for legend in _legends(rows) for step in legend]
    words = {letters(re.split(r"[:(]", step.words)[0]): step.named for step in steps if not step.is_other}
    return Legend(words, frozenset(step.row for step in steps if step.is_alone))


def require_scale_of_grid(sheets: Iterable[Sheet], name: str) -> None:
    """Refuse a workbook whose legend gives other digits to the words of the scale: 1 to 4, or turned over.

    Raises InvalidDocument with the address of the first step that differs.
    """
    for sheet in sheets:
        for legend in _legends(list(sheet.rows())):
            others = [step for step in legend if step.is_other]
            if len(others) > 1:
                step = others[0]
                raise refusals.other_scale(name, sheet.address(step.row, 1), f"{step.code} : {step.words}")


def _legends(rows: Sequence[Numbered]) -> Iterator[Sequence[_Step]]:
    """Yield the steps that stand together, in one row or one below the other, each with words of its own."""
    found = [(column, step) for number, cells in rows for column, step in _steps(number, cells)]
    together: dict[tuple[str, int], list[_Step]] = {}
    for _, step in found:
        together.setdefault(("row", step.row), []).append(step)
    runs: dict[int, tuple[int, int]] = {}
    for column, step in found:
        first, last = runs.get(column, (step.row, step.row))
        first = first if step.row <= last + 1 else step.row
        runs[column] = first, step.row
        together.setdefault((f"column {column}", first), []).append(step)
    for steps in together.values():
        different = {step.code for step in steps}, {step.named for step in steps}
        if len(steps) >= _FEWEST and all(len(each) == len(steps) for each in different):
            yield steps


def _steps(number: int, cells: Mapping[int, SheetCell]) -> Iterator[tuple[int, _Step]]:
    """Yield the steps of a row and their columns: `2 – Majoritairement`, or code and words in two cells."""
    texts = {column: fold(cell.text).strip() for column, cell in cells.items()}
    for column, text in texts.items():
        beside = column + 1 if _CODE.fullmatch(text) else column
        is_alone = cells.keys() <= {column, beside}
        if beside > column:
            pairs = [(text, texts.get(beside, ""))]
        else:
            pairs = [(piece[1], piece[2]) for piece in map(_STEP.fullmatch, _BETWEEN.split(text)) if piece]
        for code, words in pairs:
            named = word_step(words) if len(words) <= _LONGEST else None
            if named is not None:
                yield column, _Step(number, is_alone, code.replace(".", ""), words, named)
