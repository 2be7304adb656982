"""The log (*carnet*) in French: a fact in a line, the facts in a comment, what an indicator can take up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.log import LogEntry, Period, total_of
from ctg_tui.domain.text import clean
from ctg_tui.wording.french import NBSP, count, day, short_day, thousands
from ctg_tui.wording.lines import MARK, line_number

STAYS = (
    f"Ce carnet reste sur cet ordinateur{NBSP}: seul ce que vous reprenez dans un commentaire ou un nombre "
    "est envoyé."
)

STAYS_IN_EXAMPLE = (
    f"Votre carnet resterait sur cet ordinateur{NBSP}: seul ce que vous reprenez dans un commentaire ou un "
    "nombre est envoyé. Dans l’exemple, rien n’en est gardé."
)


_LONGEST_LABEL: Final = 40
"""Characters of a label that is named among others."""


def short_label(label: str) -> str:
    """Return a label cut between words, on one line and without what separates it from the next."""
    text = " ".join(clean(label).replace(";", ",").split())
    if len(text) <= _LONGEST_LABEL:
        return text
    return f"{text[:_LONGEST_LABEL].rpartition(' ')[0] or text[:_LONGEST_LABEL]}…"


def place_name(grid: Grid, line: str, mark: str = f"{NBSP}{MARK}") -> str:
    """Return `1.3` for a line, the beginning of its label for an indicator; a proposed one has the `mark`."""
    if line in grid.whole.activities:
        return line_number(grid, line, mark)
    indicator = grid.whole.indicators[line]
    return f"{short_label(indicator.label)}{mark if indicator.is_proposed else ''}"


def places_of(grid: Grid, entry: LogEntry, mark: str = f"{NBSP}{MARK}") -> str:
    """Return the names of the lines and indicators of a fact that the grid has, in its order."""
    known = [
        line
        for line in (*grid.activities, *grid.indicators)
        if line in {*entry.activities, *entry.indicators}
    ]
    return ", ".join(place_name(grid, line, mark) for line in known)


def fact_in_a_line(grid: Grid, entry: LogEntry, mark: str = f"{NBSP}{MARK}") -> str:
    """Return `COPIL, 9 présents · 1.3, Notes de conseil · nombre 2`. See `places_of`."""
    number = "" if entry.number is None else f"nombre{NBSP}{thousands(entry.number)}"
    return " · ".join(filter(None, (entry.text, places_of(grid, entry, mark), number)))


FACTS_TAKEN: Final = "Ces faits sont déjà dans le commentaire."


def facts_in_comment(comment: str, facts: Sequence[LogEntry]) -> str:
    """Return `comment` with each fact on a line of its own, `12 mars : COPIL, 9 présents`; each once."""
    lines = [f"{short_day(entry.on)} {entry.on.year}{NBSP}: {entry.text}" for entry in facts]
    missing = [line for line in dict.fromkeys(lines) if line not in comment.splitlines()]
    return "\n".join([*filter(None, [comment.rstrip()]), *missing])


def facts_added(before: str, comment: str) -> int:
    """Return how many facts `facts_in_comment` added to the comment `before`."""
    return len(comment.splitlines()) - len(before.rstrip().splitlines())


def taken(number: int) -> str:
    """Return `3 faits du carnet repris dans le commentaire. Ctrl+Z pour annuler.`"""
    many = count(number, "fait du carnet repris", "faits du carnet repris")
    return f"{many} dans le commentaire. Ctrl+Z pour annuler."


def offer_of_number(facts: Sequence[LogEntry]) -> str:
    """Return `3 faits au carnet : reprendre 4`, what an indicator can take up."""
    return f"{count(len(facts), 'fait')} au carnet{NBSP}: reprendre {thousands(total_of(facts))}"


def period_in_words(period: Period) -> str:
    """Return `du 1er avril 2026 au 31 mars 2027`."""
    return f"du {day(period.first)} au {day(period.last)}"


def stays_with(number: int) -> str:
    """Return what becomes of a log of `number` facts when its assessment takes another territory."""
    if not number:
        return ""
    return (
        f"Son carnet ({count(number, 'fait')}) restera à ce nom{NBSP}: vous l’y retrouverez, mais il ne "
        "comptera plus dans cette grille."
    )
