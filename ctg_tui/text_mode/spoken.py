"""Texts as they are heard: short lines cut where one breathes, and no sign that says nothing aloud."""

from __future__ import annotations

import re
from typing import Final

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.proposed_lines import LineCount
from ctg_tui.domain.scores import Tally
from ctg_tui.wording.french import NBSP, percentage, thousands, wrap
from ctg_tui.wording.lines import line_number

PROPOSED: Final = " (proposée)"
"""Stands for « ° » behind the number of a line."""
WIDTH: Final = 79
"""Columns of a line: a terminal of 80 moves to the next line by itself after the last one."""
_BREATHS: Final = (re.compile(r"(?<=[.;:?!…]) +"), re.compile(r"(?<=[,»]) +"))
"""Where a sentence can be cut, the better place first."""
_SHORTEST: Final = 30
"""Columns from which a line may end at a comma although more words would fit."""
_MARK: Final = re.compile(r"[\s\N{NO-BREAK SPACE}]?°[\N{NO-BREAK SPACE} ]?")


def lines(text: str, width: int = WIDTH) -> list[str]:
    """Return `text` in lines of at most `width` columns; a sentence begins a line, its own newlines stay."""
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width)]


def _paragraph(text: str, width: int) -> list[str]:
    if len(wrap(text, width)) == 1:
        return [text]
    result: list[str] = []
    for sentence in re.split(r"(?<=[.?!]) +", text):
        result += _sentence(sentence, width)
    return result


def _sentence(text: str, width: int) -> list[str]:
    """Return one sentence in lines, cut after a comma or a colon where one stands far enough."""
    result: list[str] = []
    rest = text
    while True:
        first, *more = wrap(rest, width)
        if not more:
            return [*result, first]
        if len(more) == 1 and len(more[0]) < _SHORTEST // 2:
            first = wrap(rest, 2 * len(rest) // 3)[0]  # « 67 % » alone would say nothing
        head = next((cut for sign in _BREATHS if (cut := _cut(first, sign))), first)
        result.append(head.rstrip())
        rest = rest[len(head) :].lstrip()


def _cut(line: str, sign: re.Pattern[str]) -> str:
    """Return `line` up to its last `sign` that stands far enough; empty when there is none."""
    places = [found.start() for found in sign.finditer(line) if found.start() >= _SHORTEST]
    return line[: places[-1]] if places else ""


def proposed_aloud(number: LineCount, asked: LineCount | None = None) -> str:
    """Return `, et 5 aux lignes proposées`, `, et 5 sur 12 aux lignes proposées`; nothing without any."""
    if not (asked or number).proposed:
        return ""
    of = "" if asked is None else f" sur {thousands(asked.proposed)}"
    return f", et {thousands(number.proposed)}{of} aux lignes proposées"


def line_aloud(grid: Grid, line: str) -> str:
    """Return `1.3`, `2.1 (proposée)`: the number of a line, and that it is not the Caf's."""
    return line_number(grid, line, PROPOSED)


def without_mark(text: str) -> str:
    """Return a text of the program without the mark « ° »: whose lines it is about is said in words."""
    return _MARK.sub(" ", text).strip()


def heard(tally: Tally) -> str:
    """Return `74 %`, or in words that there is no note yet."""
    return "aucune note" if tally.percentage is None else percentage(tally)


def number_and_name(number: int, name: str) -> str:
    """Return `3 : Indicateurs`, the line of a list to choose from."""
    return f"{number}{NBSP}: {name}"
