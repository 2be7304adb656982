"""The figures as formulas over the cells of the notes, recomputed when a note changes.

They give exactly what `domain.scores` gives: half up, in integers, since a quotient that is not an integer is
farther from it than a double can err.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ctg_tui.domain.answers import MAX_RATING
from ctg_tui.wording.french import DASH, NBSP

PER_CENT = f'0"{NBSP}"%'
PROPOSED_PER_CENT = f'"°{NBSP}"0"{NBSP}"%;"°{NBSP}"-0"{NBSP}"%;"°{NBSP}"0"{NBSP}"%;"°{NBSP}"@'
"""The same with the mark of proposed lines, before the dash too."""
WHOLE_NUMBER = '[>=1000]0"\N{NARROW NO-BREAK SPACE}"000;0'
"""A number up to 999 999 as French writes it, whatever the language of the spreadsheet."""
DAY = "[$-40C]d mmmm yyyy"

MISSING = "#N/A"
"""A value that a chart leaves out."""


SINCE_SENT = " depuis l’envoi"
NO_CHANGE = f"aucune case changée{SINCE_SENT}"


class Area(NamedTuple):
    """A block of note cells. Rows and columns start at 0, both ends are inside.

    `cells` is how many of them carry an answer: a row that goes on with a long text carries none.
    """

    sheet: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int
    cells: int

    @property
    def reference(self) -> str:
        """The reference of the block, as in `'Mission 1'!B6:D19`."""
        first = f"{column_letters(self.first_column)}{self.first_row + 1}"
        last = f"{column_letters(self.last_column)}{self.last_row + 1}"
        return f"'{self.sheet}'!{first}:{last}"


def column_letters(column: int) -> str:
    """Return the letters of a column: `A` for 0, `AA` for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def percentage(areas: Sequence[Area]) -> str:
    """Return the percentage as a fraction of 1, a dash without a note."""
    return _fraction(areas, f'"{DASH}"')


def radar_value(areas: Sequence[Area]) -> str:
    """Return the percentage for the chart, which leaves out #N/A."""
    return _fraction(areas, "NA()")


def _fraction(areas: Sequence[Area], missing: str) -> str:
    cells = _references(areas)
    total, rated = f"SUM({cells})", f"COUNT({cells})"
    half_up = f"INT((200*{total}+{MAX_RATING}*{rated})/(2*{MAX_RATING}*{rated}))/100"
    return f"=IF({rated}=0,{missing},{half_up})"


def points(areas: Sequence[Area]) -> str:
    return f"=SUM({_references(areas)})"


def maximum(areas: Sequence[Area]) -> str:
    return f"={MAX_RATING}*COUNT({_references(areas)})"


def rated(areas: Sequence[Area]) -> str:
    return f"=COUNT({_references(areas)})"


def not_concerned(areas: Sequence[Area]) -> str:
    return "=" + _not_concerned(areas)


def blank(areas: Sequence[Area]) -> str:
    cells = sum(area.cells for area in areas)
    return f"={cells}-COUNT({_references(areas)})-({_not_concerned(areas)})"


def present_note(place: str) -> str:
    """Return the note that a cell holds now; a number typed as text, which is not summed, is marked `?`."""
    return f'=IF(ISNUMBER({place}),{place},IF({place}="","",IF({place}="NC","NC","?"&{place})))'


def changed(policy: str, policies: Area, sent: Area, now: Area) -> str:
    """Count the rows of a policy whose present note is not the one that was sent.

    Texts are compared: for a spreadsheet, an empty cell equals 0.
    """
    differs = f'{sent.reference}&""<>{now.reference}&""'
    return f'=SUMPRODUCT(({policies.reference}="{policy}")*({differs}))'


def changes_in_words(counts: Sequence[Area]) -> str:
    """Return `2 cases changées depuis l’envoi`, from the areas that hold the counts of changed cells."""
    total = f"SUM({_references(counts)})"
    some = f'{total}&IF({total}=1,"{NBSP}case changée","{NBSP}cases changées")&"{SINCE_SENT}"'
    return f'=IF({total}=0,"{NO_CHANGE}",{some})'


def _not_concerned(areas: Sequence[Area]) -> str:
    return "+".join(f'COUNTIF({area.reference},"NC")' for area in areas)


def _references(areas: Sequence[Area]) -> str:
    return ",".join(area.reference for area in areas)
