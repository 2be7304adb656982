"""Texts as they are heard: short lines cut where one breathes, and no sign that says nothing aloud."""

from __future__ import annotations

import re
from typing import Final

from ctg_tui.domain.scores import Tally
from ctg_tui.wording.french import NBSP, percentage
from ctg_tui.wording.wrapping import wrap

WIDTH: Final = 79
"""Columns of a line: a terminal of 80 moves to the next line by itself after the last one."""
_BREATHS: Final = re.compile(r"(?<=[.;:,?!»…]) +")
_SHORTEST: Final = 40
"""Columns from which a line may end at a comma although more words would fit."""
_MARK: Final = re.compile(r"[\s\N{NO-BREAK SPACE}]?°[\N{NO-BREAK SPACE} ]?")


def lines(text: str) -> list[str]:
    """Return `text` in lines of at most `WIDTH` columns; a sentence begins a line, its own newlines stay."""
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph)]


def _paragraph(text: str) -> list[str]:
    if len(wrap(text, WIDTH)) == 1:
        return wrap(text, WIDTH)
    result: list[str] = []
    for sentence in re.split(r"(?<=[.?!]) +", text):
        result += _sentence(sentence)
    return result


def _sentence(text: str) -> list[str]:
    """Return one sentence in lines, cut after a comma or a colon where one stands far enough."""
    result: list[str] = []
    rest = text
    while True:
        first, *more = wrap(rest, WIDTH)
        if not more:
            return [*result, first]
        breaths = [match.start() for match in _BREATHS.finditer(first) if match.start() >= _SHORTEST]
        head = first[: breaths[-1]] if breaths else first
        result.append(head.rstrip())
        rest = rest[len(head) :].lstrip()


def without_mark(text: str) -> str:
    """Return a text of the program without the mark « ° »: whose lines it is about is said in words."""
    return _MARK.sub(" ", text).strip()


def heard(tally: Tally) -> str:
    """Return `74 %`, or in words that there is no note yet."""
    return "aucune note" if tally.percentage is None else percentage(tally)


def number_and_name(number: int, name: str) -> str:
    """Return `3 : Indicateurs`, the line of a list to choose from."""
    return f"{number}{NBSP}: {name}"
