"""Which column of a table is what: proposed from its headings, said by the person where it is another one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Final, Literal, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Policy
from ctg_tui.domain.text import bare, fold
from ctg_tui.spreadsheet.cells import (
    Sheet,
    SheetCell,
    column_letters,
    letters,
    note_of,
    position_of,
    text_of,
    words,
)

_OF_CAF: Final = {
    **dict.fromkeys(("fam", "famille", "familles", "familial", "familiale", "familiales"), "famille"),
    **dict.fromkeys(("educ", "education", "educations", "educatif", "educative", "educatives"), "education"),
    **dict.fromkeys(("soc", "social", "sociale", "sociales"), "social"),
}
"""The policies of the Caf's grid by the letters of the words that may head them."""
LINES, COMMENTS, POLICY, NOTE = "lignes", "commentaires", "politique", "note"
"""What a column can be, as a person says it, beside the policies of the grid by their ids."""
_OF_ROWS: Final = frozenset({LINES, COMMENTS, POLICY})
"""What holds no answer."""
TICKS: Final = "forme=croix"
"""What a person says of columns of ticks."""
_NEUTRAL: Final = frozenset(
    {
        *("volet", "axe", "champ", "domaine", "politique", "politiques", "note", "notes", "cotation"),
        *("de", "la", "l", "et", "petite", "enfance", "jeunesse", "parentalite", "vie"),
    }
)
"""Words that may stand beside a policy in its heading, as its public; any other word makes another column."""
_SCALE: Final = re.compile(r"(?:de\s+)?0\s*(?:a|-|–)\s*3(?:\s*(?:ou|,|/)\s*nc)?|(?:sur|/)\s*3\b")
_COMMENTS: Final = ("commentaire", "observation", "remarque")
_LINES: Final = frozenset(
    {"activite", "activites", "libelle", "libelles", "mission", "missions", "missionsetactivites"}
)
_NOTES: Final = frozenset({"note", "notes", "cotation", "cotations", "autoevaluation", "evaluation"})
_OF_ROW: Final = frozenset(
    {"politique", "politiques", "politiqueconcernee", "politiquesconcernees", "volet", "volets"}
)
_LONGEST_HEADING: Final = 80
_WIDEST: Final = 8
"""Columns that one policy may take."""
_FEWEST_STEPS: Final = 4
_STEPS: Final = (*Rating, NOT_CONCERNED)
"""The steps of columns of ticks whose headings name none."""
MOST_TABLES: Final = 200
_FEWEST: Final = 3
"""Letters of a code: a line has more."""
_LONGEST_WORD: Final = 15
"""Letters of a heading or a step: a text has more."""
_MOST_SAMPLES: Final = 3

Row = Mapping[int, SheetCell]
Policies = tuple[Policy, ...]
"""Those of the grid in use, which a heading may name."""


Form = Literal["note", "croix", "politique_par_ligne"]
"""How a table writes its notes: in a cell for each policy, as a tick per step, a policy per row."""


class Column(NamedTuple):
    """What a column is: the lines, the comments…, or a policy by its id.

    `step` is the answer that a tick in it means; without one, the note is written there.
    """

    name: str
    step: Answer | None = None


@dataclass(frozen=True)
class Columns:
    """What each column is in the rows of a sheet below `head`, its heading; 0 without one.

    A policy with several columns waits for the person to say which one is hers.
    """

    sheet: str
    head: int = 0
    columns: Mapping[int, Column] = field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    """The letters of all that its headings say."""
    samples: tuple[int, ...] = ()
    """Some rows that show what the columns hold."""

    def named(self, name: str) -> list[int]:
        """Return the columns that are what `name` says."""
        return [number for number, column in sorted(self.columns.items()) if column.name == name]

    @cached_property
    def lines(self) -> int | None:
        return next(iter(self.named(LINES)), None)

    @cached_property
    def policy(self) -> int | None:
        return next(iter(self.named(POLICY)), None)

    @cached_property
    def answers(self) -> Mapping[int, tuple[str, Answer | None]]:
        """The policy of each column of notes, "" for that of its row, and the step of a tick there."""
        return {
            number: ("" if column.name == NOTE else column.name, column.step)
            for number, column in self.columns.items()
            if column.name not in _OF_ROWS
        }

    @property
    def form(self) -> Form:
        if self.named(POLICY) or self.named(NOTE):
            return "politique_par_ligne"
        return "croix" if any(step is not None for _, step in self.answers.values()) else "note"

    @cached_property
    def open(self) -> frozenset[str]:
        """The policies that have several columns of notes."""
        written = Counter(policy for policy, step in self.answers.values() if step is None)
        return frozenset(policy for policy, columns in written.items() if columns > 1)

    @property
    def lettered(self) -> dict[str, str]:
        """The letters of the columns by their names: `D`, `G,H`; of columns of ticks, the first one."""
        found: dict[str, str] = {}
        policies = (one.name for _, one in sorted(self.columns.items()) if one.name not in {*_OF_ROWS, NOTE})
        for name in dict.fromkeys((LINES, *policies, COMMENTS, POLICY, NOTE)):
            columns = self.named(name)
            ticked = bool(columns) and self.columns[columns[0]].step is not None
            if columns:
                found[name] = ",".join(map(column_letters, columns[:1] if ticked else columns))
        return found

    @property
    def typed(self) -> str:
        """Return `lignes=A famille=D commentaires=G`, as `parse_columns` reads it."""
        named = [f"{name}={columns}" for name, columns in self.lettered.items()]
        return " ".join([*named, *([TICKS] if self.form == "croix" else [])])

    def sentence(self, policies: Policies) -> str:
        """Return `lignes : A · Famille : D · commentaires : G`, and the form if it is another."""
        labels = dict(policies)
        named = [
            f"{labels.get(name, name)} : {some.replace(',', ' ou ')}" for name, some in self.lettered.items()
        ]
        forms = {"croix": ["une croix par note"], "politique_par_ligne": ["une politique par ligne"]}
        return typeset(" · ".join([*named, *forms.get(self.form, [])]))

    def placed(self, proposed: Columns, sheet: Sheet) -> Columns:
        """Return what a person said for the table that others were proposed for.

        Ticks mean the steps that its heading names; without a heading, one is looked for above the columns.
        """
        head, rows = proposed.head or _head_of(self, sheet), dict(sheet.rows())
        columns = dict(self.columns)
        for start, column in self.columns.items():
            if column.step is not None:
                span = range(start, start + _WIDEST)
                steps = max((_steps(rows.get(row, {}), span) for row in (head, head + 1)), key=len)
                steps = steps if len(steps) >= _FEWEST_STEPS else dict(enumerate(_STEPS, start))
                columns |= {number: Column(column.name, step) for number, step in steps.items()}
        return replace(proposed, head=head, columns=columns)


@lru_cache(maxsize=8)
def _by_letters(policies: Policies) -> dict[str, str]:
    return {**_OF_CAF, **{letters(text): policy.id for policy in policies for text in policy}}


@lru_cache(maxsize=1_024)
def policy_of(heading: str, policies: Policies) -> str | None:
    """Return the policy that a heading names, alone or with words that add nothing; None for another one."""
    if len(heading) > _LONGEST_HEADING:
        return None
    known = _by_letters(policies)
    if letters(heading) in known:
        return known[letters(heading)]
    said = re.split(r"[^a-z0-9]+", _SCALE.sub(" ", bare(heading)))
    return known.get("".join(word for word in said if word not in _NEUTRAL))


def is_comments(heading: str) -> bool:
    """Return whether a heading is that of comments."""
    return letters(heading).startswith(_COMMENTS) or letters(heading) in ("com", "obs")


def _is_notes(heading: str) -> bool:
    return letters(_SCALE.sub(" ", re.sub(r"\(.*\)", " ", bare(heading), flags=re.DOTALL))) in _NOTES


def _steps(cells: Row, columns: Iterable[int]) -> dict[int, Answer]:
    """Return the columns that name a step of the scale, each step once."""
    found: dict[int, Answer] = {}
    for column in columns:
        step = note_of(cells[column].text) if column in cells else None
        if step is not None and step not in found.values():
            found[column] = step
    return found


# What is no line of a grid, though it stands in the column of the lines.

_PART: Final = re.compile(
    r"(?:mission|axe|volet|theme|thematique|orientation|enjeu|partie)\W*(?:n\W*)?(\d|[ivx]+\b)?"
)
_SUM: Final = re.compile(
    r"(?:sous|total|moyenne|score|taux|resultat|indicateur|ensemble|pour ?cent|realisation)"
)
_LEGEND: Final = re.compile(r"\W*[0-4]\W+(?:non|oui|pas|partiel|majorit|total|tout)")
_LONGEST_TITLE: Final = 300
_ENDS: Final = ("modeoperatoire", "piecesafournir", "signature", "cachet")


def ends_table(cells: Row) -> bool:
    """Return whether a row stands below a table: its lines are no more those of a grid."""
    return any(letters(cell.text).startswith(_ENDS) for cell in cells.values())


def is_legend(text: str) -> bool:
    """Return whether a text says what a step of the scale means: « 2 – Majoritairement : réalisé »."""
    return note_of(text) is not None or _LEGEND.match(fold(text).strip()) is not None


def is_title(text: str) -> bool:
    """Return whether a text in the column of the lines heads others, sums them up, or is of a legend."""
    if len(letters(text)) <= _FEWEST or is_legend(text):
        return True
    folded = fold(text).strip()
    part, is_short = _PART.match(folded), len(text) < _LONGEST_HEADING
    if part is not None and (is_short or (len(text) < _LONGEST_TITLE and part[1] is not None)):
        return True
    return is_short and _SUM.match(folded) is not None


# The columns as the headings tell them.


def propose(sheet: Sheet, policies: Policies) -> list[Columns]:
    """Return the columns that the headings of a sheet tell, one for each of its tables."""
    rows = dict(sheet.rows())
    heads = [number for number, cells in rows.items() if _is_heading(sheet, cells, policies)]
    heads = heads[: MOST_TABLES + 1]
    ends = (*heads, max(rows, default=0) + 1)
    return [
        _proposed(
            sheet, head, rows, {number: rows[number] for number in rows if head < number < after}, policies
        )
        for head, after in pairwise(ends)
    ]


def whole_sheet(sheet: Sheet) -> Columns:
    """Return what is known of a sheet without headings: the column of its lines, and some of its rows."""
    rows = dict(sheet.rows())
    lines = _line_column(rows, ())
    columns = {} if lines is None else {lines: Column(LINES)}
    return Columns(sheet.name, 0, columns, samples=_samples(rows))


def _is_heading(sheet: Sheet, cells: Row, policies: Policies) -> bool:
    texts = [cell.text for cell in cells.values()]
    headed = {policy_of(text, policies) for text in texts} - {None}
    if len(headed) > 1:
        return True
    if not any(words(text) in _LINES for text in texts):
        return False
    by_row = policy_of(sheet.name, policies) or any(words(text) in _OF_ROW for text in texts)
    has_notes = sum(map(_is_notes, texts)) == 1 or len(_steps(cells, cells)) >= _FEWEST_STEPS
    return bool(headed) or bool(by_row and has_notes)


def _goes_on(under: Row, spans: Iterable[Iterable[int]]) -> bool:
    """Return whether a row below a heading is part of it: it names the steps of one policy, or comments.

    A row with a note for each policy is a line already.
    """
    if any(len(_steps(under, span)) >= _FEWEST_STEPS for span in spans):
        return True
    return not any(_steps_of(under)) and any(is_comments(cell.text) for cell in under.values())


def _proposed(
    sheet: Sheet, head: int, rows: Mapping[int, Row], below: Mapping[int, Row], policies: Policies
) -> Columns:
    """Return the columns of one table, from the rows at its heading and from what stands below."""
    own = rows[head]
    above, under = rows.get(head - 1, {}), rows.get(head + 1, {})
    under = under if _goes_on(under, _spans(sheet, head, {*own, *under, *above}, policies).values()) else {}
    at = (head, *([head + 1] if under else []), *([head - 1] if above else []))
    headings = {
        column: next(filter(None, (sheet.text(row, column) for row in at)), "")
        for column in sorted({*own, *under, *above})
    }
    columns = {column: Column(COMMENTS) for column, text in headings.items() if is_comments(text)}
    spans, steps_row = _spans(sheet, head, headings, policies), under
    if not spans:  # a policy per row, or per sheet
        noted = [column for column in headings if _is_notes(sheet.text(head, column))]
        spans[policy_of(sheet.name, policies) or NOTE] = noted or list(_steps(own, headings))
        steps_row = own
    named = [column for column, text in headings.items() if words(text) in _OF_ROW]
    if NOTE in spans:
        columns |= {column: Column(POLICY) for column in named[:1]}
    answered = {column for cells in below.values() for column in _steps_of(cells)}
    for policy, span in spans.items():
        steps = _steps(steps_row, span)
        if len(steps) >= _FEWEST_STEPS:
            columns |= {column: Column(policy, step) for column, step in steps.items()}
            continue
        texts = [column for column in span if is_comments(text_of(under, column))]
        columns |= dict.fromkeys(texts, Column(COMMENTS))
        left = [column for column in span if column not in columns]
        headed = [column for column in left if policy_of(sheet.text(head, column), policies)]
        noted = [column for column in left if column in answered] or headed or left[:1]
        columns |= dict.fromkeys(noted, Column(policy))
    lines = _line_column(below, {*columns, *named})
    columns |= {} if lines is None else {lines: Column(LINES)}
    said = (*headings.values(), *(cell.text for cell in under.values()))
    of_headings = frozenset(map(letters, said)) - {""}
    return Columns(sheet.name, head, columns, of_headings, _samples(below))


def _steps_of(cells: Row) -> Iterator[int]:
    return (column for column, cell in cells.items() if note_of(cell.text) is not None)


def _spans(sheet: Sheet, head: int, headings: Iterable[int], policies: Policies) -> dict[str, list[int]]:
    """Return the columns under each policy: that of its heading, and blank ones right of it."""
    spans: dict[str, list[int]] = {}
    policy = None
    for column in range(min(headings, default=1), max(headings, default=0) + 1):
        own = sheet.text(head, column)
        goes_on = not own and policy and column - spans[policy][0] < _WIDEST
        policy = policy_of(own, policies) or (policy if goes_on else None)
        if policy:
            spans.setdefault(policy, []).append(column)
    return spans


def _line_column(rows: Mapping[int, Row], taken: Iterable[int]) -> int | None:
    """Return the column with most text, of those not taken."""
    texts: Counter[int] = Counter()
    for cells in rows.values():
        texts.update({one: len(letters(cell.text)) for one, cell in cells.items() if one not in {*taken}})
    return max(filter(texts.get, texts), key=lambda column: (texts[column], -column), default=None)


def _samples(rows: Mapping[int, Row]) -> tuple[int, ...]:
    """Return the first rows that have a line, to show what the columns hold."""
    lines = (
        number
        for number, cells in rows.items()
        if any(len(cell.text) > _LONGEST_WORD and not is_title(cell.text) for cell in cells.values())
    )
    return tuple(islice(lines, _MOST_SAMPLES))


def _head_of(said: Columns, sheet: Sheet) -> int:
    """Return the row that heads columns which were said of a whole sheet: all have a text, none a note."""
    columns = [column for column, what in said.columns.items() if what.name != COMMENTS]
    for number, cells in sheet.rows():
        texts = [cells[column].text for column in columns if column in cells]
        if len(texts) == len(columns):
            is_heading = all(len(text) < _LONGEST_HEADING and note_of(text) is None for text in texts)
            return number if is_heading else 0
    return 0


def distinct(tables: Iterable[Columns]) -> list[tuple[str, Columns]]:
    """Return the first of the tables that have the same columns, each with the names of their sheets."""
    groups: dict[str, dict[str, Columns]] = {}
    for table in tables:
        groups.setdefault(table.typed, {}).setdefault(table.sheet, table)
    return [(", ".join(group), next(iter(group.values()))) for group in groups.values()]


# What a person says of the columns.

_SAID: Final = re.compile(r"([^\s=]+)=([A-Za-z]{1,3}(?:,[A-Za-z]{1,3})*)")


def parse_columns(typed: str, policies: Policies) -> Columns:
    """Return the columns that a person typed, of no table yet. Raises ValueError with a French reason."""
    columns: dict[int, Column] = {}
    said = typed.split()
    step = _STEPS[0] if TICKS in map(fold, said) else None
    for word in said:
        pair = _SAID.fullmatch(word)
        if fold(word) == TICKS:
            continue
        if pair is None:
            raise ValueError(f"« {word} » ne dit aucune colonne")
        key = letters(pair[1])
        name = key if key in {*_OF_ROWS, NOTE} else policy_of(pair[1], policies)
        if name is None:
            reason = "ni « lignes », ni une politique de la grille, ni « commentaires »"
            raise ValueError(f"« {pair[1]} » n’est {reason}")
        for letter in pair[2].upper().split(","):
            column = position_of(f"{letter}1").column
            other = columns.setdefault(column, Column(name, None if name in _OF_ROWS else step))
            if other.name != name:
                names = f"« {other.name} » et « {name} »"
                raise ValueError(f"la colonne {letter} est dite deux fois, pour {names}")
    found = Columns("", 0, columns)
    for policy, held in Counter(policy for policy, _ in found.answers.values()).items():
        if held > 1:
            name = policy or NOTE
            letters_of = ",".join(map(column_letters, found.named(name)))
            raise ValueError(f"« {name} » a plusieurs colonnes ({letters_of}) : dites laquelle")
    if found.lines is None or not found.answers:
        raise ValueError("il faut la colonne des lignes, et une colonne de notes au moins")
    return found


def said_columns(typed: Iterable[str], sheets: Sequence[Sheet], policies: Policies) -> dict[str, Columns]:
    """Return the columns that a person typed for a sheet, « Mission 2: lignes=A … », else for all tables.

    Raises ValueError with a French reason.
    """
    said: dict[str, Columns] = {}
    for one in typed:
        where, _, what = one.rpartition(":")
        named = [sheet.name for sheet in sheets if sheet.name == where.strip()]
        if where.strip() and not named:
            raise ValueError(f"« {where.strip()} » n’est le nom d’aucune feuille")
        named = named or [sheet.name for sheet in sheets if propose(sheet, policies)]
        said |= dict.fromkeys(named or [sheet.name for sheet in sheets], parse_columns(what, policies))
    return said
