"""The headings, titles and legend of a table: what each column holds, and what a cell says under them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import bare, fold
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell, letters, text_of
from ctg_tui.wording import spreadsheet as refusals

_WHOLE_WORDS: Final = r"non[ -]concernee?s?\.?"
_NOT_CONCERNED: Final = re.compile(rf"n ?[./]? ?c ?\.?(?: ?[–—:=.)(-]? ?{_WHOLE_WORDS}\)?)?|{_WHOLE_WORDS}")
_NOTE: Final = re.compile(r"([0-3])(?:[.,]0+)?(?:\s*[–—:=.)-]\s*|\s+)?(.*)", re.DOTALL)
_WORDS: Final = {
    "0": ("non", "pas"),
    "1": ("partiellement",),
    "2": ("majoritairement",),
    "3": ("oui", "totalement"),
}
"""The first words of the Caf's scale (grille Caf 16, mode opératoire)."""
_NOT_CONCERNED_IN_WORDS: Final = re.compile(r"(?:non|pas)[ -]concern")
_STEPS_IN_WORDS: Final = (
    (re.compile(r"(?:oui,? )?partiel"), Rating.PARTLY),
    (re.compile(r"(?:oui,? )?majoritaire"), Rating.MOSTLY),
    (re.compile(r"(?:oui,? )?(?:total|tout a fait)|oui(?: *[/:,(]|$)"), Rating.FULLY),
    (re.compile(r"(?:non|pas)(?: du tout)?(?: *[/:,(]|$)"), Rating.NO),
)
_UNKNOWN_WORDS: Final = re.compile(r"([0-3])\s*[–—:=.)-]\s*([a-z][a-z', ]{2,40})")
_TICKS: Final = frozenset({"x", "✓", "✔", "☑", "☒", "✗", "✘", "•", "●", "vrai"})
_BLANKS: Final = frozenset({"", "-", "–", "—", "…", ".", "☐"})


class NotANoteError(ValueError):
    """A cell holds something that is neither a note nor NC."""


def parse_note(text: str) -> Answer | None:
    """Return the answer a cell holds; None when it is blank.

    Understood: `2`, `2,0`, `2 – Majoritairement`, `NC`, `N.C.`, `Non concerné`.
    Raises NotANoteError for everything else: `1,5`, `x`, `75 %`, `2-3`, `²` are never guessed.
    """
    if any(unicodedata.category(character) == "No" for character in text):  # folded, `²` would be a 2
        raise NotANoteError(text)
    typed = " ".join(fold(text).split())
    if typed in _BLANKS:
        return None
    if _NOT_CONCERNED.fullmatch(typed):
        return NOT_CONCERNED
    found = _NOTE.fullmatch(typed)
    if found is None:
        raise NotANoteError(text)
    words = found[2].strip()
    if words and not re.match(rf"(?:{'|'.join(_WORDS[found[1]])})\b", words):
        raise NotANoteError(text)
    return Rating(int(found[1]))


def probable_note(text: str) -> Answer | None:
    """Return the note before words that are not those of the scale: `2 - en partie`; None for another text.

    Such words may also be a doubt or a comment: the person is asked.
    """
    typed = " ".join(fold(text).split())
    found = _UNKNOWN_WORDS.fullmatch(typed)
    if found is None or re.search(r"\b(?:nc|ou|a|et|n/c)\b", found[2]):
        return None
    return Rating(int(found[1]))


def word_step(text: str) -> Answer | None:
    """Return the step of the scale whose words `text` begins with; None for other words.

    « Non applicable », « Plutôt oui » are words of no step: « Non » is one alone, or before a sign.
    """
    typed = " ".join(fold(text).split())
    if _NOT_CONCERNED_IN_WORDS.match(typed):
        return NOT_CONCERNED
    return next((step for words, step in _STEPS_IN_WORDS if words.match(typed)), None)


def is_tick(text: str) -> bool:
    """Return whether a cell under a step of the scale is ticked. Raises NotANoteError when it is unclear."""
    typed = fold(text).strip()
    if typed in _BLANKS:
        return False
    if typed in _TICKS:
        return True
    raise NotANoteError(text)


def parse_step(text: str) -> Answer | None:
    """Return the step of the scale that heads a column of ticks; None when it is no step."""
    try:
        return parse_note(text)
    except NotANoteError:
        return None


def parse_count(text: str) -> int | None:
    """Return the number of an indicator; None when blank. Raises NotANoteError for no natural number."""
    digits = "".join(text.split()).removesuffix(",0")
    if digits in _BLANKS:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise NotANoteError(text)
    return int(digits)


# The titles of a table: of a mission, of a part of it, of its totals, of an example.

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


# The headings of a table: which rows are headings, and what each of their columns holds.

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
_COMMENTS: Final = ("commentaire", "observation", "remarque")
_SHORT_COMMENTS: Final = frozenset({"com", "obs"})
_NUMBERS: Final = ("nombre", "nombres", "nb", "nbre", "valeur")
_ACTIVITIES: Final = frozenset({"activite", "activites", "libelle", "libelles", "missionsetactivites"})
_MISSIONS: Final = frozenset({"mission", "missions"})
_LINES: Final = frozenset({"activite", "activites", "missions", "missionsetactivites"})
"""What heads the lines of a table with one policy, where no second one proves that it is one."""
NOTES: Final = frozenset({"note", "notes", "cotation", "cotations", "autoevaluation", "evaluation"})
LONGEST_HEADING: Final = 80
FEWEST_LETTERS: Final = 4
"""Letters from which a cell is a text, not a code."""
_YEAR: Final = re.compile(r"20\d\d$")
_FORMER: Final = ("n1", "n2")
_NUMBER: Final = re.compile(rf"(?:{'|'.join(_NUMBERS)})?(?:20\d\d|n[12])|{'|'.join(_NUMBERS)}")
"""The heading of numbers, of this year or another: « Nombre », « Nb 2025 », « 2025 », « Nombre N-1 »."""
_STEMS: Final = ("famil", "educ", "soci", "parent", "enfan", "jeune")
"""What the names of the Caf's policies have in common."""
WIDEST: Final = 8
"""Columns that one policy may take."""
WITHOUT_HEADING: Final = Position(0, 0)
"""Where a table begins whose heading is not known: it takes its whole sheet."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table stand. `steps` gives, for a table of ticks, the step of each column.

    `more_comments`: the columns of comments after the first, as one per policy or one of the Caf.
    `missions`: the column that names the mission of each line, beside that of the lines.
    `words`: the steps that a note may be written as, by the letters of the sheet's legend.
    `is_example`: the table shows how to answer, under a title that says so. `is_unknown`: below its first
    lines stands another heading, whose columns are not known.
    `at` is where its heading begins, `key` what it says; `is_by_row`: it has one policy per row, `named` in
    that column, else by its sheet: until a row is read, its notes are those of the policy "".
    `has_rivals`: a policy stands in several columns. `is_said`: the person said what each column is.
    """

    policies: Mapping[str, tuple[int, ...]]
    comments: int | None
    labels: int | None
    steps: Mapping[int, Answer] = field(default_factory=dict)
    more_comments: tuple[int, ...] = ()
    missions: int | None = None
    words: Mapping[str, Answer] = field(default_factory=dict)
    is_example: bool = False
    is_unknown: bool = False
    at: Position = WITHOUT_HEADING
    key: str = ""
    is_by_row: bool = False
    named: int | None = None
    has_rivals: bool = False
    is_said: bool = False

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
    return letters(_SCALE.sub(" ", re.sub(r"\(.*\)", " ", bare(heading), flags=re.DOTALL))) in NOTES


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


def find_columns(
    sheet: Sheet,
    number: int,
    cells: Mapping[int, SheetCell],
    above: Mapping[int, SheetCell],
) -> Columns | None:
    """Return the columns that a heading row gives; None for another row.

    A heading names two policies at least, or « Missions » or « Activités » and the policy of a person who has
    one alone. « Commentaires » and « Missions » stand in it or just above.
    """
    policies: dict[str, list[int]] = {}
    for column, cell in cells.items():
        policy = policy_of(cell.text)
        if policy is not None:
            policies.setdefault(policy, []).append(column)
    if len(policies) < 2:
        is_heading = any(heading_key(cell.text) in _LINES for cell in cells.values())
        if not policies or not is_heading:
            return None
    labels, missions = line_columns((*above.items(), *cells.items()))
    # What stands above a heading of this row is that of a row of its own, such as a last comment.
    headings = {**{column: cell for column, cell in above.items() if column not in cells}, **cells}
    comments = {column for column, cell in headings.items() if is_comments(cell.text)} - {labels}
    headed = sorted(column for column, cell in (*above.items(), *cells.items()) if cell.text)
    has_rivals = any(len(columns) > 1 for columns in policies.values())
    spans = {
        policy: tuple(columns) if has_rivals else _span(sheet, number, columns[0], headed)
        for policy, columns in policies.items()
    }
    first, *others = sorted(comments) or (None,)
    more = tuple(others)
    return Columns(spans, first, labels, more_comments=more, missions=missions, has_rivals=has_rivals)


def is_unknown_heading(cells: Mapping[int, SheetCell], columns: Columns) -> bool:
    """Return whether a row heads the columns of notes anew, with words that tell no policy for certain."""
    headings = [letters(text_of(cells, column)) for column in columns.noted]
    return len({stem for stem in _STEMS for heading in headings if stem in heading}) > 1


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


# What stands under the headings of policies: the steps to tick.

_FEWEST_STEPS: Final = 4
_LONGEST_LEAD: Final = 20
"""Characters of what stands before the steps that head ticks: « Missions », « N° »."""


def find_steps(cells: Mapping[int, SheetCell], columns: Columns) -> Columns | None:
    """Return the columns of a table of ticks, when this row names the steps under each policy."""
    steps: dict[int, Answer] = {}
    policies: dict[str, tuple[int, ...]] = {}
    first = min(columns.noted)
    if any(len(cell.text) > _LONGEST_LEAD and column < first for column, cell in cells.items()):
        return None  # a line with its notes
    for policy, span in columns.policies.items():
        # A heading that is not merged says where its steps begin; they end where they begin again.
        under: dict[int, Answer] = {}
        for start in span if columns.has_rivals else span[:1]:
            under |= run_of_steps(cells, start, only_there=True)
        if not under:
            return None
        steps |= under
        policies[policy] = tuple(under)
    return replace(columns, policies=policies, steps=steps)


def run_of_steps(
    cells: Mapping[int, SheetCell], first: int, *, only_there: bool = False
) -> dict[int, Answer]:
    """Return the columns side by side that name steps of the scale, from `first` on; empty when too few."""
    for start in (first,) if only_there else cells:
        under: dict[int, Answer] = {}
        for column in range(start, start + WIDEST):
            text = cells[column].text if column in cells else ""
            step = parse_step(text)
            step = word_step(text) if step is None else step
            if step is None or step in under.values():
                break
            under[column] = step
        if len(under) >= _FEWEST_STEPS:
            return under
    return {}


_POLICY_COLUMN: Final = frozenset(
    {"politique", "politiques", "politiqueconcernee", "politiquesconcernees", "volet", "volets"}
)


def find_policy_rows(cells: Mapping[int, SheetCell]) -> Columns | None:
    """Return the columns of a heading for one policy per row: « Activités | Politique | Note »."""
    labels, missions = line_columns(cells.items())
    if labels is None:
        return None
    steps = run_of_steps(cells, min(cells))
    notes = tuple(steps) or tuple(column for column, cell in cells.items() if is_notes(cell.text))
    if len(notes) != 1 and not steps:
        return None
    named = next((one for one, cell in cells.items() if heading_key(cell.text) in _POLICY_COLUMN), None)
    comments = next((column for column, cell in cells.items() if is_comments(cell.text)), None)
    return Columns({"": notes}, comments, labels, steps, missions=missions, is_by_row=True, named=named)


# The legend of a sheet: which words it gives to each step, and whether its scale is that of the grid.

_LONGEST: Final = 80
"""Characters of the words of a step: longer ones are a line of the table, or a comment."""
_LONGEST_CELL: Final = 400
"""Characters of a cell that holds a whole legend."""
_FEWEST: Final = 3
"""Steps that make a legend on a sheet with a table."""
_FEWEST_APART: Final = 4
"""Those on another sheet, which may tell of other things."""
_NEAR: Final = 2
"""Rows between two steps, at most."""
_SPACES: Final = re.compile(r"[^\S\n]+")
_CODE: Final = re.compile(r"\d|n\.?c\.?")
_CODE_FIRST: Final = re.compile(r"\W*(\d|n\.?c\.?) ?[–—:=.)-]? ?([a-z].*)")
_WORDS_FIRST: Final = re.compile(r"\W*([a-z][^()]*)\((\d|n\.?c\.?)\)\W*")
_BETWEEN: Final = re.compile(r"[,;|/\n]| (?=\d ?[:=–—-])")
_GRADED: Final = re.compile(r"(?:non|pas|plutot|oui|tout a fait)\b|.*(?:partiel|majorit|total)")
"""The words of a scale, the Caf's or another one."""
_BETWEEN_NO_AND_YES: Final = re.compile(r".*(?:partiel|majorit|plutot)")
_OTHER_NC: Final = re.compile(r"(?:non|pas)\b(?!.?concern)")


_NOWHERE: Final[Mapping[str, frozenset[int]]] = {}


class _Step(NamedTuple):
    """A step of a legend: its code (`2`, `nc`) and its words.

    `begins`: nothing stands before it in its row, so that it is no comment beside a note.
    """

    row: int
    column: int
    code: str
    words: str
    begins: bool

    @property
    def own(self) -> Answer | None:
        """The answer of its code; None for a code that no grid has."""
        if self.code == "nc":
            return NOT_CONCERNED
        return Rating(int(self.code)) if self.code in "0123" else None

    @property
    def is_other(self) -> bool:
        """Whether its words are those of another step of the Caf's scale."""
        named = word_step(self.words)
        return (named is not None and named != self.own) or (
            self.code == "nc" and _OTHER_NC.match(self.words) is not None
        )


class Legend(NamedTuple):
    """What the legend of a sheet says.

    `words` are the steps that a note may be written as, by their letters. `rows` begin with a step, so that
    they are no lines of a table.
    """

    words: Mapping[str, Answer]
    rows: frozenset[int]


def without_columns(
    rows: Iterable[tuple[int, Mapping[int, SheetCell]]], columns: Collection[int]
) -> list[tuple[int, Mapping[int, SheetCell]]]:
    """Return the rows without some columns."""
    return [
        (
            number,
            {column: cell for column, cell in cells.items() if column not in columns} if columns else cells,
        )
        for number, cells in rows
    ]


def legend_of(rows: Sequence[tuple[int, Mapping[int, SheetCell]]]) -> Legend:
    """Return the legend of a sheet, from its rows that hold something; empty without one."""
    steps = [step for legend in _legends(rows) for step in legend]
    words = {
        letters(re.split(r"[:(]", step.words)[0]): step.own
        for step in steps
        if step.own is not None and word_step(step.words) == step.own
    }
    return Legend(words, frozenset(step.row for step in steps if step.begins))


def require_scale_of_grid(
    sheets: Iterable[Sheet], name: str, noted: Mapping[str, frozenset[int]] = _NOWHERE
) -> None:
    """Refuse a workbook whose legend gives other digits to the words of the scale: 1 to 4, or turned over.

    `noted` are the columns of each sheet that hold notes, and no legend. Raises InvalidDocument with the
    address of the first step that differs.
    """
    for sheet in sheets:
        for legend in _legends(without_columns(sheet.rows(), noted.get(sheet.name, frozenset()))):
            step = next((step for step in legend if step.is_other), None)
            if step is not None and any(_BETWEEN_NO_AND_YES.match(one.words) for one in legend):
                address = sheet.address(step.row, step.column)
                raise refusals.other_scale(name, address, f"{step.code.upper()} : {step.words}")


def _legends(rows: Sequence[tuple[int, Mapping[int, SheetCell]]]) -> Iterator[Sequence[_Step]]:
    """Yield the steps that stand together, in one row or one below the other, each with a code of its own."""
    found: list[_Step] = []
    last_headed = 0
    above: Mapping[int, SheetCell] = {}
    for number, cells in rows:
        steps = list(_steps(number, cells, above))
        if _is_heading(cells):
            last_headed = max({*cells, *above} - {step.column for step in steps}, default=0)
        # Below a heading, what stands beside lines and under a heading is a note or a comment.
        found += (step for step in steps if step.begins or step.column > last_headed)
        above = cells
    fewest = _FEWEST if last_headed else _FEWEST_APART
    in_rows: dict[int, list[_Step]] = {}
    in_columns: dict[int, list[list[_Step]]] = {}
    for step in found:
        in_rows.setdefault(step.row, []).append(step)
        runs = in_columns.setdefault(step.column, [])
        goes_on = runs and step.row - runs[-1][-1].row <= _NEAR + 1
        if goes_on and step.code not in {other.code for other in runs[-1]}:
            runs[-1].append(step)
        else:
            runs.append([step])
    for steps in (*in_rows.values(), *(run for runs in in_columns.values() for run in runs)):
        if len({step.code for step in steps}) == len(steps) >= fewest:
            yield steps


def _is_heading(cells: Mapping[int, SheetCell]) -> bool:
    policies = {policy_of(cell.text) for cell in cells.values()} - {None}
    return len(policies) > 1 or any(is_line_heading(cell.text) for cell in cells.values())


def _steps(number: int, cells: Mapping[int, SheetCell], above: Mapping[int, SheetCell]) -> Iterator[_Step]:
    """Yield the steps of a row: `2 – Majoritairement`, code and words in two cells, or words below codes."""
    texts = {
        column: _SPACES.sub(" ", fold(cell.text)).strip() if len(cell.text) <= _LONGEST_CELL else ""
        for column, cell in cells.items()
    }
    columns = [*texts]
    for rank, (column, text) in enumerate(texts.items()):
        following = columns[rank + 1] if rank + 1 < len(columns) else None
        beside = texts[following] if following is not None else ""
        pairs: Iterable[tuple[str, str]]
        if _CODE.fullmatch(text):
            pairs = [(text, beside)]
        elif _CODE.fullmatch(beside) and _GRADED.match(text):
            pairs = [(beside, text)]
        elif column in above and _CODE.fullmatch(fold(above[column].text).strip()):
            pairs = [(fold(above[column].text).strip(), text)]
        else:
            pairs = _written_in(text)
        for code, words in pairs:
            if len(words) <= _LONGEST and _GRADED.match(words):
                yield _Step(number, column, code.replace(".", ""), words, rank == 0)


def _written_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the steps written in one cell: `1 = non, 2 = partiellement`, `Non (1), partiellement (2)`."""
    for piece in _BETWEEN.split(text):
        piece = piece.strip()
        if len(piece) > _LONGEST:
            continue
        if found := _CODE_FIRST.fullmatch(piece):
            yield found[1], found[2].strip()
        elif found := _WORDS_FIRST.fullmatch(piece):
            yield found[2], found[1].strip()
