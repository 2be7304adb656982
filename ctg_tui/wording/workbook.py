"""The words of the workbook that the adviser answers in: those its reader knows it by, and the thread."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean, fold
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import MARK as MARK_PROPOSED
from ctg_tui.wording.lines import line_number

MARK: Final = "Repère"
"""The heading of the hidden column by which rows are known."""

GRID_SHEET: Final = "Grille"
NUMBER: Final = "N°"
ACTIVITY: Final = "Activité"
COMMENT: Final = "Commentaire"
THREAD: Final = "Ce qui s’est dit"
REMARK: Final = "Votre remarque ou question"
YOUR_NAME: Final = typeset("Votre nom :")
YOUR_NOTE: Final = "Note"
"""Before the name of a policy, the heading of a blue column of notes: `Note Famille`."""

INSTRUCTION: Final = (
    "En bleu, ce que vous ajoutez. Ce que vous avez déjà écrit est à côté et reste. "
    "Enregistrez, puis renvoyez ce classeur."
)
MENTION: Final = f"{DASH} "
"""Before what is said of a line below its label: its type, who wrote it."""

MEETING_SHEET: Final = "Entretien"
MEETING_DATE: Final = "Date de l’entretien"
MEETING_LINE: Final = "Ligne"
STATE: Final = "État"
AGREED_NOTE: Final = "Note convenue"
AGREED: Final = "Convenu"
WHAT: Final = "Quoi"
WHO: Final = "Qui"
WHEN: Final = "Pour quand"


def shown_number(grid: Grid, line: str) -> str:
    """Return what column « N° » shows: `1.3`, for an indicator its rank in its mission."""
    if line in grid.indicators:
        mark = f"{NBSP}{MARK_PROPOSED}" if grid.indicators[line].is_proposed else ""
        return f"{grid.numbers[line].partition('.i')[2]}{mark}"
    return line_number(grid, line)


def policy_names(grid: Grid) -> dict[str, str]:
    """Return the name of each policy in a heading, by its id: its label, `Famille (2)` for a second one."""
    names: dict[str, str] = {}
    for policy in grid.policies:
        label = clean(policy.label)
        rank = sum(fold(label) == fold(clean(other.label)) for other in grid.policies[: len(names)])
        names[policy.id] = f"{label} ({rank + 1})" if rank else label
    return names
