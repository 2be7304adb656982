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
from ctg_tui.spreadsheet.headings import is_line_heading, policy_of
from ctg_tui.spreadsheet.notes import word_step

_LONGEST: Final = 80
"""Characters of the words of a step: longer ones are a line of the table, or a comment."""
_LONGEST_CELL: Final = 400
"""Characters of a cell that holds a whole legend."""
_FEWEST: Final = 3
"""Steps that make a legend on a sheet with a table."""
_FEWEST_APART: Final = 4
"""Those on another sheet, which may tell of other things."""
_NEAR: Final = 2
"""Rows between two steps, at most."""
_SPACES: Final = re.compile(r"[^\S\n]+")
_CODE: Final = re.compile(r"\d|n\.?c\.?")
_CODE_FIRST: Final = re.compile(r"\W*(\d|n\.?c\.?) ?[–—:=.)-]? ?([a-z].*)")
_WORDS_FIRST: Final = re.compile(r"\W*([a-z][^()]*)\((\d|n\.?c\.?)\)\W*")
_BETWEEN: Final = re.compile(r"[,;|/\n]| (?=\d ?[:=–—-])")
_GRADED: Final = re.compile(r"(?:non|pas|plutot|oui|tout a fait)\b|.*(?:partiel|majorit|total)")
"""The words of a scale, the Caf's or another one."""
_BETWEEN_NO_AND_YES: Final = re.compile(r".*(?:partiel|majorit|plutot)")
_OTHER_NC: Final = re.compile(r"(?:non|pas)\b(?!.?concern)")


class _Step(NamedTuple):
    """A step of a legend: its code (`2`, `nc`) and its words.

    `begins`: nothing stands before it in its row, so that it is no comment beside a note.
    """

    row: int
    column: int
    code: str
    words: str
    begins: bool

    @property
    def own(self) -> Answer | None:
        """The answer of its code; None for a code that no grid has."""
        if self.code == "nc":
            return NOT_CONCERNED
        return Rating(int(self.code)) if self.code in "0123" else None

    @property
    def is_other(self) -> bool:
        """Whether its words are those of another step of the Caf's scale."""
        named = word_step(self.words)
        return (named is not None and named != self.own) or (
            self.code == "nc" and _OTHER_NC.match(self.words) is not None
        )


class Legend(NamedTuple):
    """What the legend of a sheet says.

    `words` are the steps that a note may be written as, by their letters. `rows` begin with a step, so that
    they are no lines of a table.
    """

    words: Mapping[str, Answer]
    rows: frozenset[int]


def legend_of(rows: Sequence[tuple[int, Mapping[int, SheetCell]]]) -> Legend:
    """Return the legend of a sheet, from its rows that hold something; empty without one."""
    steps = [step for legend in _legends(rows) for step in legend]
    words = {
        letters(re.split(r"[:(]", step.words)[0]): step.own
        for step in steps
        if step.own is not None and word_step(step.words) == step.own
    }
    return Legend(words, frozenset(step.row for step in steps if step.begins))


def require_scale_of_grid(sheets: Iterable[Sheet], name: str) -> None:
    """Refuse a workbook whose legend gives other digits to the words of the scale: 1 to 4, or turned over.

    Raises InvalidDocument with the address of the first step that differs.
    """
    for sheet in sheets:
        for legend in _legends(list(sheet.rows())):
            step = next((step for step in legend if step.is_other), None)
            if step is not None and any(_BETWEEN_NO_AND_YES.match(one.words) for one in legend):
                address = sheet.address(step.row, step.column)
                raise refusals.other_scale(name, address, f"{step.code.upper()} : {step.words}")


def _legends(rows: Sequence[tuple[int, Mapping[int, SheetCell]]]) -> Iterator[Sequence[_Step]]:
    """Yield the steps that stand together, in one row or one below the other, each with a code of its own."""
    found: list[_Step] = []
    last_headed = 0
    above: Mapping[int, SheetCell] = {}
    for number, cells in rows:
        steps = list(_steps(number, cells, above))
        if _is_heading(cells):
            last_headed = max({*cells, *above} - {step.column for step in steps}, default=0)
        # Below a heading, what stands beside lines and under a heading is a note or a comment.
        found += (step for step in steps if step.begins or step.column > last_headed)
        above = cells
    fewest = _FEWEST if last_headed else _FEWEST_APART
    in_rows: dict[int, list[_Step]] = {}
    in_columns: dict[int, list[list[_Step]]] = {}
    for step in found:
        in_rows.setdefault(step.row, []).append(step)
        runs = in_columns.setdefault(step.column, [])
        goes_on = runs and step.row - runs[-1][-1].row <= _NEAR + 1
        if goes_on and step.code not in {other.code for other in runs[-1]}:
            runs[-1].append(step)
        else:
            runs.append([step])
    for steps in (*in_rows.values(), *(run for runs in in_columns.values() for run in runs)):
        if len({step.code for step in steps}) == len(steps) >= fewest:
            yield steps


def _is_heading(cells: Mapping[int, SheetCell]) -> bool:
    policies = {policy_of(cell.text) for cell in cells.values()} - {None}
    return len(policies) > 1 or any(is_line_heading(cell.text) for cell in cells.values())


def _steps(number: int, cells: Mapping[int, SheetCell], above: Mapping[int, SheetCell]) -> Iterator[_Step]:
    """Yield the steps of a row: `2 – Majoritairement`, code and words in two cells, or words below codes."""
    texts = {
        column: _SPACES.sub(" ", fold(cell.text)).strip() if len(cell.text) <= _LONGEST_CELL else ""
        for column, cell in cells.items()
    }
    columns = [*texts]
    for rank, (column, text) in enumerate(texts.items()):
        following = columns[rank + 1] if rank + 1 < len(columns) else None
        beside = texts[following] if following is not None else ""
        pairs: Iterable[tuple[str, str]]
        if _CODE.fullmatch(text):
            pairs = [(text, beside)]
        elif _CODE.fullmatch(beside) and _GRADED.match(text):
            pairs = [(beside, text)]
        elif column in above and _CODE.fullmatch(fold(above[column].text).strip()):
            pairs = [(fold(above[column].text).strip(), text)]
        else:
            pairs = _written_in(text)
        for code, words in pairs:
            if len(words) <= _LONGEST and _GRADED.match(words):
                yield _Step(number, column, code.replace(".", ""), words, rank == 0)


def _written_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the steps written in one cell: `1 = non, 2 = partiellement`, `Non (1), partiellement (2)`."""
    for piece in _BETWEEN.split(text):
        piece = piece.strip()
        if len(piece) > _LONGEST:
            continue
        if found := _CODE_FIRST.fullmatch(piece):
            yield found[1], found[2].strip()
        elif found := _WORDS_FIRST.fullmatch(piece):
            yield found[2], found[1].strip()
