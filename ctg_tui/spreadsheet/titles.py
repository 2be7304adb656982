"""The titles of a table: of a mission, of a part of it, of its totals, of an example."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ctg_tui.domain.text import fold
from ctg_tui.grids.matching import letters

MISSION: Final = re.compile(
    r"\s*+mission\s*+(?:n\s*+°?\s*+)?(\d{1,2})\s*+[:.–—-]?\s*+(.*)", re.IGNORECASE | re.DOTALL
)
LONGEST_TITLE: Final = 60
_TOTALS: Final = re.compile(
    r"(?=.*(?:ensemble|tota|moyenne|score|taux|resultat|pour ?cent|%|\bnc\b|\bpoints\b))"
    r"(?:(?:sous|tota(?:l|ux)|moyennes?|scores?|max|maxim(?:um|al|ale)|obtenus?|possibles?|taux|realisation"
    r"|atteintes?|de|des|du|la|les|d|par|en|missions?|politiques?|rubriques?|points|notes?|nc|nombre|nb|reponses?"
    r"|pour|cent|pourcentage|ensemble|global|globale|general|generale|resultats?|\d{1,2})\b|[ %:'’/().-])+"
)
_LONGEST_PART: Final = 300
_PART: Final = re.compile(
    r"(?:axe|volet|theme|thematique|orientation|enjeu|chantier|partie)\s*(?:n\s*°?\s*)?"
    r"(\d{1,2}|[ivx]{1,4})(?:\s*[:.)–—-].*|\s*)",
    re.DOTALL,
)


def parts_of(labels: Sequence[str]) -> frozenset[str]:
    """Return, folded, the labels that name a part of the table, as « Axe 2 – Faire réseau ».

    `labels` are those of all rows, in order. The parts of a table have lines between them, and a number each:
    « Axe 2 : Réunir » below « Axe 1 : Informer » is a line. No note is looked at: a blank copy has the same.
    """
    named: dict[str, set[str]] = {}
    sums: set[str] = set()
    """« Axe 2 » alone, beside its figures."""
    is_part_before = False
    for label in map(fold, labels):
        part = _PART.fullmatch(label) if len(label) <= _LONGEST_PART else None
        if part is None:
            is_part_before = False
        elif part.end(1) == len(label):
            sums.add(label)
        elif is_part_before:
            return frozenset()
        else:
            named.setdefault(label[: part.end(1)], set()).add(label)
            is_part_before = True
    return frozenset(next(iter(same)) for same in named.values() if len(same) == 1) | (sums & named.keys())


def is_total(label: str) -> bool:
    """Return whether a line sums up those above it: a title made of such words alone."""
    return len(label) < LONGEST_TITLE and _TOTALS.fullmatch(" ".join(fold(label).split())) is not None


def is_grand_total(label: str) -> bool:
    """Return whether a line is called a total, which no indicator is."""
    return is_total(label) and letters(label).startswith(("tota", "soustota"))


def is_example(text: str) -> bool:
    """Return whether a title says that what follows shows how to answer."""
    return letters(text).startswith("exemple")
