"""The headings of a table: which rows are headings, and what each of their columns holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from ctg_tui.domain.answers import Answer
from ctg_tui.grids.matching import bare, letters
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet, SheetCell
from ctg_tui.spreadsheet.notes import parse_step, word_step
from ctg_tui.spreadsheet.titles import MISSION

POLICIES: Final = {
    **dict.fromkeys(("famille", "familles", "familial", "familiale", "familiales"), "famille"),
    **dict.fromkeys(("education", "educations", "educatif", "educative", "educatives"), "education"),
    **dict.fromkeys(("social", "sociale", "sociales"), "social"),
}
"""The columns of the Caf's grid, by their letters."""

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
_COMMENTS: Final = ("commentaire", "observation", "remarque", "precision")
_SHORT_COMMENTS: Final = frozenset({"com", "obs"})
_NUMBERS: Final = ("nombre", "nombres", "nb", "nbre", "valeur")
_ACTIVITIES: Final = frozenset({"activite", "activites", "libelle", "libelles", "missionsetactivites"})
_MISSIONS: Final = frozenset({"mission", "missions"})
_NOTES: Final = frozenset({"note", "notes", "cotation", "cotations", "autoevaluation", "evaluation"})
_POLICY_COLUMN: Final = frozenset(
    {"politique", "politiques", "politiqueconcernee", "politiquesconcernees", "volet", "volets"}
)
_LONGEST_HEADING: Final = 80
_YEAR: Final = re.compile(r"20\d\d$")
_STEMS: Final = ("famil", "educ", "soci", "parent", "enfan", "jeune")
"""What the names of the Caf's policies have in common."""
_WIDEST: Final = 8
"""Columns that one policy may take."""
_FEWEST_STEPS: Final = 4


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand. `steps` gives, for a table of ticks, the step of each column.

    `more_comments`: the columns of comments after the first, as one per policy or one of the Caf;
    `has_comment_per_policy`: each of them stands under a policy.
    `missions`: the column that names the mission of each line, beside that of the lines.
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
    words: Mapping[str, Answer] = field(default_factory=dict)
    is_example: bool = False
    is_unknown: bool = False

    @property
    def noted(self) -> tuple[int, ...]:
        return tuple(column for columns in self.policies.values() for column in columns)


@dataclass(frozen=True)
class IndicatorColumns:
    """Where the columns of a table of indicators stand.

    `other_numbers`: more columns of numbers, as those of former years; with `is_crowded`, `number` is one of
    several of which none is this year's for certain.
    """

    labels: int
    number: int
    comments: int | None
    types: int | None
    missions: int | None = None
    other_numbers: tuple[int, ...] = ()
    is_crowded: bool = False


@dataclass
class PolicyRows:
    """A table with one policy per row: named in the column `policy`, or by the title of a group of rows.

    `notes` are the columns of the note: one, or one per step when the table is one of ticks.
    """

    labels: int
    notes: tuple[int, ...]
    comments: int | None
    policy: int | None
    steps: Mapping[int, Answer]
    missions: int | None
    words: Mapping[str, Answer] = field(default_factory=dict)
    is_example: bool = False
    _by_policy: dict[str, Columns] = field(default_factory=dict)

    def columns_of(self, policy: str) -> Columns:
        """Return the columns of a row about `policy`, the same object for each of them."""
        return self._by_policy.setdefault(
            policy,
            Columns(
                {policy: self.notes},
                self.comments,
                self.labels,
                self.steps,
                missions=self.missions,
                words=self.words,
                is_example=self.is_example,
            ),
        )


def is_line_heading(text: str) -> bool:
    """Return whether a heading is that of the lines: « Missions », « Activités »."""
    return _key(text) in _ACTIVITIES | _MISSIONS


def is_comments(heading: str) -> bool:
    """Return whether a heading is that of comments."""
    key = letters(heading)
    return key.startswith(_COMMENTS) or key in _SHORT_COMMENTS


def is_comments_alone(heading: str) -> bool:
    """Return whether a text is « Commentaires » and no more: not « Commentaires généraux »."""
    return letters(heading).removesuffix("s") in _COMMENTS


@lru_cache(maxsize=1_024)
def policy_of(heading: str) -> str | None:
    """Return the policy that a heading names, alone or with words that add nothing; None for another one."""
    if len(heading) > _LONGEST_HEADING:
        return None
    key = letters(heading)
    if key in POLICIES or key in _ABBREVIATED:
        return POLICIES.get(key) or _ABBREVIATED[key]
    words = re.split(r"[^a-z0-9]+", _SCALE.sub(" ", bare(heading)))
    return POLICIES.get("".join(word for word in words if word not in _NEUTRAL))


def find_columns(
    sheet: Sheet, number: int, cells: Mapping[int, SheetCell], above: Mapping[int, SheetCell], name: str
) -> Columns | None:
    """Return the columns that a heading row gives; None for another row.

    A heading names two policies at least, or the lines and the policy of a person who has one alone;
    « Commentaires » and « Missions » stand in it or just above.
    Raises InvalidDocument when a policy stands in several columns.
    """
    policies: dict[str, list[int]] = {}
    for column, cell in cells.items():
        policy = policy_of(cell.text)
        if policy is not None:
            policies.setdefault(policy, []).append(column)
    is_heading = len(policies) > 1 or any(is_line_heading(cell.text) for cell in cells.values())
    if not policies or not is_heading:
        return None
    labels, missions = _line_columns((*above.items(), *cells.items()))
    # What stands above a heading of this row is that of a row of its own, such as a last comment.
    headings = {**{column: cell for column, cell in above.items() if column not in cells}, **cells}
    comments = {column for column, cell in headings.items() if is_comments(cell.text)} - {labels}
    for policy, columns in policies.items():
        if len(columns) > 1:
            addresses = ", ".join(sheet.address(number, column) for column in columns)
            raise refusals.two_columns(name, cells[columns[0]].text or policy, addresses)
    headed = sorted(column for column, cell in (*above.items(), *cells.items()) if cell.text)
    spans = {policy: _span(sheet, number, columns[0], headed) for policy, columns in policies.items()}
    first, *others = sorted(comments) or (None,)
    return Columns(spans, first, labels, more_comments=tuple(others), missions=missions)


def is_unknown_heading(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    """Return whether a row heads the columns of notes anew, with words that tell no policy for certain."""
    headings = [letters(cells[column].text) for column in columns.noted if column in cells]
    return len({stem for stem in _STEMS for heading in headings if stem in heading}) > 1


def find_policy_rows(cells: Mapping[int, SheetCell]) -> PolicyRows | None:
    """Return the columns of a heading for one policy per row: « Activités | Politique | Note »."""
    labels, missions = _line_columns(cells.items())
    if labels is None:
        return None
    steps = _run_of_steps(cells, min(cells))
    notes = tuple(steps) or tuple(
        column for column, cell in cells.items() if letters(_SCALE.sub(" ", _without_nc(cell.text))) in _NOTES
    )
    if len(notes) != 1 and not steps:
        return None
    policy = next((column for column, cell in cells.items() if _key(cell.text) in _POLICY_COLUMN), None)
    comments = next((column for column, cell in cells.items() if is_comments(cell.text)), None)
    return PolicyRows(labels, notes, comments, policy, steps, missions)


def _without_nc(heading: str) -> str:
    return re.sub(r"\(.*\)", " ", bare(heading), flags=re.DOTALL)


def _key(heading: str) -> str:
    """Return the letters of a heading without the number before it and the footnote marks after it."""
    return letters(heading) if len(heading) > _LONGEST_HEADING else letters(bare(heading))


def _line_columns(cells: Iterable[tuple[int, SheetCell]]) -> tuple[int | None, int | None]:
    """Return the column of the lines, and that of their missions when it is another one."""
    labels = missions = activities = None
    for column, cell in cells:
        key = _key(cell.text)
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
    return tuple(sorted(covered)) or tuple(range(column, min(following, column + _WIDEST)))


def find_steps(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return the columns of a table of ticks, when this row names the steps under each policy."""
    steps: dict[int, Answer] = {}
    policies: dict[str, tuple[int, ...]] = {}
    for policy, span in columns.policies.items():
        # A heading that is not merged says where its steps begin; they end where they begin again.
        under = _run_of_steps(cells, span[0], only_there=True)
        if not under:
            return None
        steps |= under
        policies[policy] = tuple(under)
    return replace(columns, policies=policies, steps=steps)


def _run_of_steps(
    cells: Mapping[int, SheetCell], first: int, *, only_there: bool = False
) -> dict[int, Answer]:
    """Return the columns side by side that name steps of the scale, from `first` on; empty when too few."""
    for start in (first,) if only_there else cells:
        under: dict[int, Answer] = {}
        for column in range(start, start + _WIDEST):
            text = cells[column].text if column in cells else ""
            step = parse_step(text)
            step = word_step(text) if step is None else step
            if step is None or step in under.values():
                break
            under[column] = step
        if len(under) >= _FEWEST_STEPS:
            return under
    return {}


def find_notes_and_comments(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return `columns` when this row says « Note » and « Commentaire » under each policy; None otherwise."""
    policies: dict[str, tuple[int, ...]] = {}
    comments = [columns.comments, *columns.more_comments]
    # The last heading, when it is not merged, says where its columns begin; they are as many as before.
    width = max(len(span) for span in columns.policies.values())
    last = max(columns.noted)
    for policy, headed in columns.policies.items():
        span = tuple(range(headed[0], headed[0] + width)) if last in headed else headed
        beside = [column for column in span if column in cells and is_comments(cells[column].text)]
        notes = [column for column in span if column in cells and _key(cells[column].text) in _NOTES]
        if not beside or len(notes) > 1:
            return None
        policies[policy] = tuple(notes) or tuple(column for column in span if column not in beside)[:1]
        if not policies[policy]:
            return None
        comments += beside
    first, *others = sorted({column for column in comments if column is not None})
    return replace(
        columns,
        policies=policies,
        comments=first,
        more_comments=tuple(others),
        has_comment_per_policy=columns.comments is None,
    )


def find_indicators(cells: Mapping[int, SheetCell]) -> IndicatorColumns | None:
    """Return the columns that a heading of indicators gives; None for another row."""
    found = {_YEAR.sub("", _key(cell.text)): column for column, cell in cells.items()}
    labels = found.get("indicateurs", found.get("indicateur"))
    keys = {column: _key(cell.text) for column, cell in cells.items()}
    numbers = [column for column, key in keys.items() if _YEAR.sub("", key) in _NUMBERS]
    if labels is None or not numbers:
        return None
    # A heading without a year is that of this one, beside those of former years.
    own = [column for column in numbers if keys[column] in _NUMBERS] or numbers
    number, *others = sorted(numbers, key=lambda column: (column not in own, column))
    comments = next((column for column, cell in cells.items() if is_comments(cell.text)), None)
    missions = next((found[key] for key in sorted(_MISSIONS) if key in found), None)
    types = found.get("type", found.get("types"))
    return IndicatorColumns(labels, number, comments, types, missions, tuple(others), len(own) > 1)
