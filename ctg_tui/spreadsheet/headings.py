"""The headings of a table: which rows are headings, and what each of their columns holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ctg_tui.domain.answers import Answer
from ctg_tui.grids.matching import bare, letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.titles import MISSION

POLICIES: Final = {
    **dict.fromkeys(("famille", "familles", "familial", "familiale", "familiales"), "famille"),
    **dict.fromkeys(("education", "educations", "educatif", "educative", "educatives"), "education"),
    **dict.fromkeys(("social", "sociale", "sociales"), "social"),
}
"""The columns of the Caf's grid, by their letters."""
_EXACT: Final = frozenset({"famille", "familles", "education", "social", "sociale"})

_ABBREVIATED: Final = {"fam": "famille", "educ": "education", "soc": "social"}
_NEUTRAL: Final = frozenset(
    {
        *("volet", "axe", "champ", "domaine", "politique", "politiques"),
        *("note", "notes", "cotation", "de", "la", "l", "et"),
        *("petite", "enfance", "jeunesse", "parentalite", "vie"),
    }
)
"""Words that may stand beside a policy in its heading, as its public; any other word makes another column."""
_SCALE: Final = re.compile(r"(?:de\s+)?0\s*(?:a|-|–)\s*3(?:\s*(?:ou|,|/)\s*nc)?|(?:sur|/)\s*3\b")
_COMMENTS: Final = ("commentaire", "observation", "remarque")
_WEAK_COMMENTS: Final = ("precision", "precisions")
"""Comments when they stand after the notes and no other column is that of comments; before, what is asked."""
_SHORT_COMMENTS: Final = frozenset({"com", "obs"})
_NUMBERS: Final = ("nombre", "nombres", "nb", "nbre", "valeur")
_ACTIVITIES: Final = frozenset({"activite", "activites", "libelle", "libelles", "missionsetactivites"})
_MISSIONS: Final = frozenset({"mission", "missions"})
_LINES: Final = frozenset({"activite", "activites", "missions", "missionsetactivites"})
"""What heads the lines of a table with one policy, where no second one proves that it is one."""
NOTES: Final = frozenset({"note", "notes", "cotation", "cotations", "autoevaluation", "evaluation"})
LONGEST_HEADING: Final = 80
_YEAR: Final = re.compile(r"20\d\d$")
_FORMER: Final = ("n1", "n2")
_NUMBER: Final = re.compile(rf"(?:{'|'.join(_NUMBERS)})?(?:20\d\d|n[12])|{'|'.join(_NUMBERS)}")
"""The heading of numbers, of this year or another: « Nombre », « Nb 2025 », « 2025 », « Nombre N-1 »."""
_STEMS: Final = ("famil", "educ", "soci", "parent", "enfan", "jeune")
"""What the names of the Caf's policies have in common."""
WIDEST: Final = 8
"""Columns that one policy may take."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand. `steps` gives, for a table of ticks, the step of each column.

    `more_comments`: the columns of comments after the first, as one per policy or one of the Caf;
    `has_comment_per_policy`: each of them stands under a policy.
    `missions`: the column that names the mission of each line, beside that of the lines.
    `aside`: columns headed like a policy that another column is, as « Vie sociale » beside « Social ».
    `words`: the steps that a note may be written as, by the letters of the sheet's legend.
    `is_example`: the table shows how to answer, under a title that says so. `is_unknown`: below its first
    lines stands another heading, whose columns are not known.
    """

    policies: Mapping[str, tuple[int, ...]]
    comments: int | None
    labels: int | None
    steps: Mapping[int, Answer] = field(default_factory=dict)
    more_comments: tuple[int, ...] = ()
    has_comment_per_policy: bool = False
    missions: int | None = None
    aside: tuple[int, ...] = ()
    words: Mapping[str, Answer] = field(default_factory=dict)
    is_example: bool = False
    is_unknown: bool = False

    @property
    def noted(self) -> tuple[int, ...]:
        return tuple(column for columns in self.policies.values() for column in columns)


@dataclass(frozen=True)
class IndicatorColumns:
    """Where the columns of a table of indicators stand.

    `other_numbers`: more columns of numbers, as those of former years; with `is_crowded`, none of
    them is this year's for certain, `number` neither.
    """

    labels: int
    number: int
    comments: int | None
    types: int | None
    missions: int | None = None
    other_numbers: tuple[int, ...] = ()
    is_crowded: bool = False


def is_line_heading(text: str) -> bool:
    """Return whether a heading is that of the lines: « Missions », « Activités »."""
    return heading_key(text) in _ACTIVITIES | _MISSIONS


def is_comments(heading: str) -> bool:
    """Return whether a heading is that of comments."""
    key = letters(heading)
    return key.startswith(_COMMENTS) or key in _SHORT_COMMENTS


def is_notes(heading: str) -> bool:
    """Return whether a heading is that of notes: « Note (0 à 3) », « Cotation »."""
    return letters(_SCALE.sub(" ", _without_nc(heading))) in NOTES


def is_comments_alone(heading: str) -> bool:
    """Return whether a text is « Commentaires » and no more: not « Commentaires généraux »."""
    return letters(heading).removesuffix("s") in _COMMENTS


@lru_cache(maxsize=1_024)
def policy_of(heading: str) -> str | None:
    """Return the policy that a heading names, alone or with words that add nothing; None for another one."""
    if len(heading) > LONGEST_HEADING:
        return None
    key = letters(heading)
    if key in POLICIES or key in _ABBREVIATED:
        return POLICIES.get(key) or _ABBREVIATED[key]
    words = re.split(r"[^a-z0-9]+", _SCALE.sub(" ", bare(heading)))
    return POLICIES.get("".join(word for word in words if word not in _NEUTRAL))


def names_policies(cells: Mapping[int, SheetCell]) -> bool:
    """Return whether a row names two policies at least, as the heading of a table does."""
    return len({policy_of(cell.text) for cell in cells.values()} - {None}) > 1


def find_columns(
    sheet: Sheet,
    number: int,
    cells: Mapping[int, SheetCell],
    above: Mapping[int, SheetCell],
    name: str,
    *,
    may_have_one: bool = False,
) -> Columns | None:
    """Return the columns that a heading row gives; None for another row.

    A heading names two policies at least; with `may_have_one`, also « Missions » or « Activités » and the
    policy of a person who has one alone. « Commentaires » and « Missions » stand in it or just above.
    Raises InvalidDocument when a policy stands in several columns.
    """
    policies: dict[str, list[int]] = {}
    for column, cell in cells.items():
        policy = policy_of(cell.text)
        if policy is not None:
            policies.setdefault(policy, []).append(column)
    if len(policies) < 2:
        is_heading = may_have_one and any(heading_key(cell.text) in _LINES for cell in cells.values())
        if not policies or not is_heading:
            return None
    labels, missions = line_columns((*above.items(), *cells.items()))
    # What stands above a heading of this row is that of a row of its own, such as a last comment.
    headings = {**{column: cell for column, cell in above.items() if column not in cells}, **cells}
    comments = {column for column, cell in headings.items() if is_comments(cell.text)} - {labels}
    last = max(column for columns in policies.values() for column in columns)
    weak = {column for column, cell in headings.items() if heading_key(cell.text) in _WEAK_COMMENTS}
    comments = comments or {column for column in weak if column > last}
    aside = _leave_exact(policies, cells)
    for policy, columns in policies.items():
        if len(columns) > 1:
            addresses = ", ".join(sheet.address(number, column) for column in columns)
            raise refusals.two_columns(name, cells[columns[0]].text or policy, addresses)
    headed = sorted(column for column, cell in (*above.items(), *cells.items()) if cell.text)
    spans = {policy: _span(sheet, number, columns[0], headed) for policy, columns in policies.items()}
    first, *others = sorted(comments) or (None,)
    more = tuple(others)
    return Columns(spans, first, labels, more_comments=more, missions=missions, aside=aside)


def _leave_exact(policies: dict[str, list[int]], cells: Mapping[int, SheetCell]) -> tuple[int, ...]:
    """Keep of each policy in several columns the one with its very name; return the columns left aside."""
    aside: list[int] = []
    for policy, columns in policies.items():
        exact = [column for column in columns if letters(_without_nc(cells[column].text)) in _EXACT]
        if len(columns) > 1 and len(exact) == 1:
            aside += (column for column in columns if column not in exact)
            policies[policy] = exact
    return tuple(aside)


def is_unknown_heading(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    """Return whether a row heads the columns of notes anew, with words that tell no policy for certain."""
    headings = [letters(cells[column].text) for column in columns.noted if column in cells]
    return len({stem for stem in _STEMS for heading in headings if stem in heading}) > 1


def _without_nc(heading: str) -> str:
    return re.sub(r"\(.*\)", " ", bare(heading), flags=re.DOTALL)


def heading_key(heading: str) -> str:
    """Return the letters of a heading without the number before it and the footnote marks after it."""
    return letters(heading) if len(heading) > LONGEST_HEADING else letters(bare(heading))


def line_columns(cells: Iterable[tuple[int, SheetCell]]) -> tuple[int | None, int | None]:
    """Return the column of the lines, and that of their missions when it is another one."""
    labels = missions = activities = None
    for column, cell in cells:
        key = heading_key(cell.text)
        if key in _ACTIVITIES:
            activities = column
        elif key in _MISSIONS:
            labels = missions = column
        elif MISSION.fullmatch(cell.text):
            labels = column
    if activities is None:
        return labels, None
    return activities, None if missions == activities else missions


def _span(sheet: Sheet, row: int, column: int, headed: Sequence[int]) -> tuple[int, ...]:
    """Return the columns under a heading: those it is merged over, else up to the next heading."""
    covered = [
        place.column for place, top in sheet.merged.items() if top == (row, column) and place.row == row
    ]
    following = next((other for other in headed if other > column), column + 1)
    return tuple(sorted(covered)) or tuple(range(column, min(following, column + WIDEST)))


def find_indicators(cells: Mapping[int, SheetCell]) -> IndicatorColumns | None:
    """Return the columns that a heading of indicators gives; None for another row."""
    found = {_YEAR.sub("", heading_key(cell.text)): column for column, cell in cells.items()}
    labels = found.get("indicateurs", found.get("indicateur"))
    # a year alone is no number before a heading
    keys = {
        column: letters(cell.text) if _YEAR.fullmatch(cell.text) else heading_key(cell.text)
        for column, cell in cells.items()
    }
    numbers = [column for column, key in keys.items() if _NUMBER.fullmatch(key)]
    if labels is None or not numbers:
        return None
    # A heading without a year is that of this one, beside those of former years.
    own = [column for column in numbers if keys[column] in _NUMBERS]
    own = own or [column for column in numbers if not keys[column].endswith(_FORMER)]
    number, *others = sorted(numbers, key=lambda column: (column not in own, column))
    comments = next((column for column, cell in cells.items() if is_comments(cell.text)), None)
    missions = next((found[key] for key in sorted(_MISSIONS) if key in found), None)
    types = found.get("type", found.get("types"))
    return IndicatorColumns(labels, number, comments, types, missions, tuple(others), len(own) != 1)
