"""Whose lines a figure rests on: the Caf's, or proposed ones, whose figures bear the mark « ° »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.grid import Door, Grid, Portion
from ctg_tui.domain.scores import Tally, Totals
from ctg_tui.wording.french import NARROW, NBSP, count, percentage, thousands

if TYPE_CHECKING:
    from ctg_tui.domain.scores import LineCount

MARK: Final = "°"
"""Stands beside each figure that rests on lines that are not the Caf's."""
MARK_MEANING: Final = f"{MARK}{NBSP}: ligne proposée, absente du document de la Caf."
OF_CAF: Final = "lignes de la Caf"
PROPOSED: Final = "lignes proposées"
TOTAL: Final = "Ensemble"
TOTAL_PROPOSED: Final = f"Lignes proposées{NBSP}{MARK}"


LEGEND: Final = (
    f"Les chiffres reposent sur les lignes de la Caf{NARROW}; ceux marqués {MARK}, sur les lignes proposées."
)
"""The sentence beside totals over several grids."""


def marked(tally: Tally, is_proposed: bool) -> str:
    """Return `74 %`, or `° 61 %` for proposed lines; a dash stands for the missing figure."""
    return f"{MARK}{NBSP}{percentage(tally)}" if is_proposed else percentage(tally)


def whose_lines(is_proposed: bool) -> str:
    """Return whose lines a figure rests on, with the mark."""
    return f"{MARK}{NBSP}{PROPOSED}" if is_proposed else OF_CAF


def short_title(portion: Portion) -> str:
    """Return `2 Adapter l’offre`, `2° Adapter l’offre` for the proposed lines of a mission."""
    return f"{numbered(portion)} {portion.mission.short_title}"


def numbered(portion: Portion) -> str:
    """Return the number of a mission, with the mark for its proposed lines."""
    return f"{portion.mission.number}{MARK}" if portion.is_proposed else str(portion.mission.number)


def total_name(grid: Grid, is_proposed: bool) -> str:
    """Return the name of a total: whose lines it rests on, when the grid has lines of both kinds."""
    if not grid.has_proposed_activities:
        return "Toutes les missions"
    return f"{MARK}{NBSP}Toutes les lignes proposées" if is_proposed else "Toutes les lignes de la Caf"


def in_one(both: Totals) -> str:
    """Return `66 %`, or `66 % · ° 61 %`; proposed lines without a figure are left out."""
    if both.proposed is None or not both.proposed.rated:
        return percentage(both.whole)
    return f"{percentage(both.whole)} · {marked(both.proposed, is_proposed=True)}"


def basis(grid: Grid) -> str:
    """Return the sentence that stands beside every total: on how many lines of each kind it rests."""
    proposed = sum(line.is_proposed for line in grid.activities.values())
    own = len(grid.activities) - proposed
    if not own:
        return (
            f"Aucune ligne de cette grille n’est celle de la Caf{NBSP}: "
            f"les chiffres portent {MARK} et reposent sur {count(proposed, 'ligne')}."
        )
    sentence = f"Les chiffres reposent sur {_lines(own)} de la Caf"
    if proposed:
        other = count(proposed, "ligne proposée", "lignes proposées")
        return f"{sentence}. Ceux marqués {MARK} sont calculés à part, sur {other}."
    return f"{sentence}."


def count_apart(number: LineCount, one: str, several: str | None = None) -> str:
    """Return `2 commentaires`, `2 commentaires (° 5)`: what proposed lines have is counted apart."""
    beside = f" ({MARK}{NBSP}{thousands(number.proposed)})" if number.proposed else ""
    return f"{count(number.own, one, several)}{beside}"


def out_of(done: LineCount, asked: LineCount, one: str = "") -> str:
    """Return `1 sur 2`, `1 sur 2 · ° 0 sur 12`, `° 0 sur 12`; with a word, `1 action sur 2`."""
    own = f"{count(done.own, one) if one else thousands(done.own)} sur {thousands(asked.own)}"
    proposed = f"{MARK}{NBSP}{done.proposed} sur {asked.proposed}"
    if not asked.proposed:
        return own
    return f"{own} · {proposed}" if asked.own else proposed


def proposed_answers(number: int) -> str:
    """Return `16 réponses ° aux lignes proposées`: what a file holds beside the Caf's lines."""
    return f"{count(number, 'réponse')} {MARK} aux lignes proposées"


# Doors: the proposed lines of a mission, which a person opens or closes.


def lines_offered(grid: Grid) -> tuple[str, str]:
    """Return what a new assessment may hold: `les 14 de la Caf`, `aussi les 37 proposées, missions 2 à 4`.

    `grid` has doors.
    """
    proposed = sum(len(door.activities) for door in grid.doors)
    own = len(grid.whole.activities) - proposed
    asked = f"la seule{NBSP}ligne de la Caf" if own == 1 else f"les {own} de la Caf"
    also = "la ligne proposée" if proposed == 1 else f"les {proposed} proposées"
    if not proposed:
        also = "les indicateurs proposés"
    return asked, f"aussi {also}, {missions_of(grid.doors)}"


def missions_of(doors: Sequence[Door]) -> str:
    """Return `mission 2`, `missions 2 et 4`, `missions 2 à 4`: those of `doors`, in grid order."""
    numbers = [door.mission.number for door in doors]
    if len(numbers) > 2 and numbers == [*range(numbers[0], numbers[-1] + 1)]:
        return f"missions {numbers[0]} à {numbers[-1]}"
    *first, last = map(str, numbers)
    return f"missions {', '.join(first)} et {last}" if first else f"mission {last}"


def _lines(number: int) -> str:
    return f"la seule{NBSP}ligne" if number == 1 else f"les {number}{NBSP}lignes"
