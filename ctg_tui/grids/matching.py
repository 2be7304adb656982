"""Which line of a grid a text stands for: the same text, the same letters, or clearly the nearest.

A number before a line and the footnote marks after it are not part of its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

from ctg_tui.domain.text import fold

Line = TypeVar("Line")

ENOUGH: Final = 0.5
MARGIN: Final = 0.15
"""Measured on 2,040 distorted lines: 2,039 matched rightly, none wrongly; the nearest lines score 0.47."""
_TOO_LONG: Final = 4
"""A text so many times longer than every label shares too little with each of them."""
_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_NUMBERING: Final = re.compile(
    r"\W*(?:[a-z]?\d{1,2}(?:[.,-]\d{1,2}){0,2}(?:\s*[.)°/:–—-]+)?|(?:[a-z]|[ivx]{1,4})\s*[.)/:–—-]+)\s*(?=\S)"
)
"""What stands before a label without being of it: `1.3`, `a)`, `IV -`, `M1.2 :`."""
_FOOTNOTES: Final = re.compile(r"(?:\s*+(?:\(\d{1,2}\)|\[\d{1,2}\]|[*¹²³⁰⁴-⁹.;,:]))++\s*+$")
"""What stands after it: `(1)`, `*`, `²`, a final stop."""

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

_LONGEST_FOOTNOTES: Final = 60
"""Characters at the end of a label in which they are looked for."""


@lru_cache(maxsize=4_096)
def letters(text: str) -> str:
    """Return the letters and digits of `text` alone, folded: `Educatio n ` gives `education`."""
    return _LETTERS.sub("", fold(text))


def without_footnotes(text: str) -> str:
    """Return a label without the footnote marks after it."""
    start = max(len(text) - _LONGEST_FOOTNOTES, 0)
    return text[:start] + _FOOTNOTES.sub("", text[start:])


def bare(text: str) -> str:
    """Return a label, folded, without the number before it and the footnote marks after it."""
    folded = fold(without_footnotes(text))
    number = _NUMBERING.match(folded)
    return folded[number.end() :] if number else folded


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
