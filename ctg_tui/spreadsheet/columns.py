"""Which column of a table is what: proposed from its headings, said by the person where it is another one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import bare, digest, fold
from ctg_tui.spreadsheet.cells import Sheet, SheetCell, column_letters, letters, position_of, words
from ctg_tui.spreadsheet.notes import note_of
from ctg_tui.wording.spreadsheet import role_name

POLICIES: Final = {
    **dict.fromkeys(("fam", "famille", "familles", "familial", "familiale", "familiales"), "famille"),
    **dict.fromkeys(("educ", "education", "educations", "educatif", "educative", "educatives"), "education"),
    **dict.fromkeys(("soc", "social", "sociale", "sociales"), "social"),
}
"""The columns of the Caf's grid, by their letters."""
EACH: Final = tuple(dict.fromkeys(POLICIES.values()))
LINES, COMMENTS, POLICY, NOTE = "lignes", "commentaires", "politique", "note"
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
_STEPS: Final[Sequence[Answer]] = (*Rating, NOT_CONCERNED)
"""The steps of columns of ticks whose headings name none."""
MOST_TABLES: Final = 200
_FEWEST: Final = 3
"""Letters of a code: a line has more."""
_LONGEST_WORD: Final = 15
"""Letters of a heading or a step: a text has more."""
_MOST_SAMPLES: Final = 3

Row = Mapping[int, SheetCell]
IsLine = Callable[[str], bool]


class Form(StrEnum):
    """How a table writes its notes: in a cell for each policy, as a tick per step, a policy per row."""

    NOTES = "note"
    TICKS = "croix"
    BY_ROW = "politique_par_ligne"


@dataclass(frozen=True)
class Columns:
    """Which column is what, in the rows of a sheet below `head`, its heading; 0 without one.

    `roles` gives the columns by the names that a person gives them: `lignes`, `famille`, `commentaires`,
    `politique` and `note` where each row names its own policy. `steps` gives the answer that a tick in a
    column means; without one, the note is written there. `about` gives the policy that a column of comments
    is about. A policy with several columns waits for the person to say which one is hers.
    """

    sheet: str
    head: int = 0
    roles: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    steps: Mapping[int, Answer] = field(default_factory=dict)
    about: Mapping[int, str] = field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    """The letters of all that its headings say."""
    key: str = ""
    """What is said of these columns is found again by it: the same for the same headings, next year too."""
    samples: tuple[int, ...] = ()
    """Some rows that show what the columns hold."""
    is_said: bool = False

    @cached_property
    def lines(self) -> int | None:
        return next(iter(self.roles.get(LINES, ())), None)

    @cached_property
    def policy(self) -> int | None:
        return next(iter(self.roles.get(POLICY, ())), None)

    @cached_property
    def comments(self) -> Mapping[int, str]:
        """The policy that each column of comments is about; "" for the whole line."""
        return {column: self.about.get(column, "") for column in self.roles.get(COMMENTS, ())}

    @cached_property
    def answers(self) -> Mapping[int, tuple[str, Answer | None]]:
        """The policy of each column of notes, "" for that of its row, and the step of a tick there."""
        return {
            column: (name.replace(NOTE, ""), self.steps.get(column))
            for name in (NOTE, *EACH)
            for column in self.roles.get(name, ())
        }

    @property
    def form(self) -> Form:
        if self.roles.keys() & {POLICY, NOTE}:
            return Form.BY_ROW
        return Form.TICKS if self.steps else Form.NOTES

    @cached_property
    def open(self) -> frozenset[str]:
        """The policies that have several columns of notes."""
        written = Counter(policy for policy, step in self.answers.values() if step is None)
        return frozenset(policy for policy, columns in written.items() if columns > 1)

    @property
    def lettered(self) -> dict[str, str]:
        """The letters of the columns by their names: `D`, `G,H`; of columns of ticks, the first one."""
        found: dict[str, str] = {}
        for name in (LINES, POLICY, NOTE, *EACH, COMMENTS):
            columns = self.roles.get(name, ())
            shown = columns[:1] if self.steps and name not in (LINES, COMMENTS) else sorted(columns)
            found |= {name: ",".join(map(column_letters, shown))} if columns else {}
        return found

    @property
    def typed(self) -> str:
        """Return `lignes=A famille=D commentaires=G`, as `parse_columns` reads it."""
        named = " ".join(f"{name}={columns}" for name, columns in self.lettered.items())
        return f"{named} forme=croix" if self.steps else named

    @property
    def names(self) -> tuple[str, ...]:
        """What a column of this form can be."""
        return (LINES, *((POLICY, NOTE) if self.form is Form.BY_ROW else EACH), COMMENTS)

    def moved(self, name: str, column: int | None) -> Columns:
        """Return them with another column for one of `names`, or with none."""
        roles, steps = {**self.roles}, dict(self.steps)
        former = [steps.pop(one) for one in roles.pop(name, ()) if one in steps]
        if column is None:
            return replace(self, roles=roles, steps=steps)
        if name in (NOTE, *EACH) and self.steps:
            steps |= dict(enumerate(former or _STEPS, column))
            return replace(
                self, roles={**roles, name: tuple(range(column, column + len(former or _STEPS)))}, steps=steps
            )
        return replace(self, roles={**roles, name: (column,)}, steps=steps)

    def turned(self, form: Form) -> Columns:
        """Return them for another form of the table, its columns of notes in their order."""
        first = min(filter(None, (self.policy, *self.answers)), default=(self.lines or 0) + 1)
        kept = {name: columns for name, columns in self.roles.items() if name in (LINES, COMMENTS)}
        if form is Form.BY_ROW:
            return replace(self, roles={**kept, POLICY: (first,), NOTE: (first + 1,)}, steps={})
        width = len(_STEPS) if form is Form.TICKS else 1
        starts = {name: first + width * rank for rank, name in enumerate(EACH)}
        roles = {name: tuple(range(start, start + width)) for name, start in starts.items()}
        steps = {start + rank: step for start in starts.values() for rank, step in enumerate(_STEPS)}
        return replace(self, roles=kept | roles, steps=steps if form is Form.TICKS else {})

    def placed(self, proposed: Columns, sheet: Sheet) -> Columns:
        """Return what a person said for the table that others were proposed for.

        Ticks mean the steps that its heading names; without a heading, one is looked for above the columns.
        """
        head, rows = proposed.head or _head_of(self, sheet), dict(sheet.rows())
        roles, steps = {**self.roles}, dict[int, Answer]()
        for name in (NOTE, *EACH) if self.steps else ():
            for start in self.roles.get(name, ())[:1]:
                span = range(start, start + _WIDEST)
                found = max((_steps(rows.get(row, {}), span) for row in (head, head + 1)), key=len)
                found = found if len(found) >= _FEWEST_STEPS else dict(enumerate(_STEPS, start))
                roles[name], steps = tuple(found), steps | found
        kept = {name: getattr(proposed, name) for name in ("sheet", "headings", "key", "samples")}
        return replace(self, head=head, roles=roles, steps=steps, is_said=True, **kept)


@lru_cache(maxsize=1_024)
def policy_of(heading: str) -> str | None:
    """Return the policy that a heading names, alone or with words that add nothing; None for another one."""
    if len(heading) > _LONGEST_HEADING:
        return None
    if letters(heading) in POLICIES:
        return POLICIES[letters(heading)]
    said = re.split(r"[^a-z0-9]+", _SCALE.sub(" ", bare(heading)))
    return POLICIES.get("".join(word for word in said if word not in _NEUTRAL))


def is_comments(heading: str) -> bool:
    """Return whether a heading is that of comments."""
    return letters(heading).startswith(_COMMENTS) or letters(heading) in ("com", "obs")


def is_line_heading(heading: str) -> bool:
    """Return whether a heading is that of the lines: « Missions », « Activités »."""
    return words(heading) in _LINES


def _is_notes(heading: str) -> bool:
    return letters(_SCALE.sub(" ", re.sub(r"\(.*\)", " ", bare(heading), flags=re.DOTALL))) in _NOTES


def propose(sheet: Sheet, is_line: IsLine = lambda _: False) -> list[Columns]:
    """Return the columns that the headings of a sheet tell, one for each of its tables.

    A sheet without headings that has known lines has one table, whose columns of notes are not known.
    """
    rows = dict(sheet.rows())
    heads = [number for number, cells in rows.items() if _is_heading(sheet, cells)][: MOST_TABLES + 1]
    numbers = list(rows)
    tables = []
    for head, after in pairwise((*heads, numbers[-1] + 1 if numbers else 0)):
        below = {number: rows[number] for number in numbers[numbers.index(head) + 1 :] if number < after}
        tables.append(_Proposer(sheet, head, rows, below, is_line).columns())
    if not heads and any(is_line(cell.text) for cell in sheet.cells.values()):
        tables.append(whole_sheet(sheet, is_line))
    return tables


def whole_sheet(sheet: Sheet, is_line: IsLine = lambda _: False) -> Columns:
    """Return what is known of a sheet without headings: the column of its lines, and some of its rows."""
    rows = dict(sheet.rows())
    lines = _line_column(rows, (), is_line)
    several = [cells for cells in rows.values() if len(cells) > 1]
    heads = [cells for cells in several if all(note_of(cell.text) is None for cell in cells.values())]
    roles = {} if lines is None else {LINES: (lines,)}
    return Columns(sheet.name, 0, roles, key=_key(sheet, *heads[:1]), samples=_samples(rows))


def _samples(rows: Mapping[int, Row]) -> tuple[int, ...]:
    """Return the first rows that have a line, to show what the columns hold."""
    lines = (
        number
        for number, cells in rows.items()
        if any(len(cell.text) > _LONGEST_WORD and not is_title(cell.text) for cell in cells.values())
    )
    return tuple(islice(lines, _MOST_SAMPLES))


def _key(sheet: Sheet, *rows: Row) -> str:
    """Return what headings say, and where."""
    texts = [[[column, letters(cell.text)] for column, cell in cells.items()] for cells in rows]
    return digest([sheet.name, texts])


_PART: Final = re.compile(
    r"(?:mission|axe|volet|theme|thematique|orientation|enjeu|partie)\W*(?:n\W*)?(\d|[ivx]+\b)?"
)
_SUM: Final = re.compile(
    r"(?:sous|total|moyenne|score|taux|resultat|indicateur|ensemble|pour ?cent|realisation)"
)
_LEGEND: Final = re.compile(r"\W*[0-4]\W+(?:non|oui|pas|partiel|majorit|total|tout)")
_ENDS: Final = ("modeoperatoire", "piecesafournir", "signature", "cachet")
_LONGEST_TITLE: Final = 300


def is_title(text: str) -> bool:
    """Return whether a text in the column of the lines heads others, sums them up, or is of a legend."""
    folded = fold(text).strip()
    part = _PART.match(folded)
    is_short = len(text) < _LONGEST_HEADING
    is_part = part is not None and (is_short or (len(text) < _LONGEST_TITLE and part[1] is not None))
    is_other = len(letters(text)) <= _FEWEST or _LEGEND.match(folded) or (is_short and _SUM.match(folded))
    return is_part or bool(is_other)


def is_legend(text: str) -> bool:
    """Return whether a text says what a step of the scale means: « 2 – Majoritairement : réalisé »."""
    return note_of(text) is not None or bool(_LEGEND.match(fold(text).strip()))


def ends_table(text: str) -> bool:
    """Return whether a text stands below a table: its lines are no more those of a grid."""
    return letters(text).startswith(_ENDS)


def _is_heading(sheet: Sheet, cells: Row) -> bool:
    policies = {policy_of(cell.text) for cell in cells.values()} - {None}
    if len(policies) > 1:
        return True
    if not any(words(cell.text) in _LINES for cell in cells.values()):
        return False
    by_row = policy_of(sheet.name) or any(words(cell.text) in _OF_ROW for cell in cells.values())
    has_notes = sum(_is_notes(cell.text) for cell in cells.values()) == 1
    return bool(policies) or bool(by_row and (has_notes or len(_steps(cells, cells)) >= _FEWEST_STEPS))


def _steps(cells: Row, columns: Iterable[int]) -> dict[int, Answer]:
    """Return the columns that name a step of the scale, each step once."""
    found: dict[int, Answer] = {}
    for column in columns:
        step = note_of(cells[column].text) if column in cells else None
        if step is not None and step not in found.values():
            found[column] = step
    return found


def _head_of(said: Columns, sheet: Sheet) -> int:
    """Return the row that heads columns which were said of a whole sheet: all have a text, none a note."""
    columns = {column for name, some in said.roles.items() if name != COMMENTS for column in some[:1]}
    for number, cells in sheet.rows():
        texts = [cells[column].text for column in columns if column in cells]
        if len(texts) == len(columns):
            is_heading = all(len(text) < _LONGEST_HEADING and note_of(text) is None for text in texts)
            return number if is_heading else 0
    return 0


class _Proposer:
    """Tells the columns of one table from the rows at its heading, and from what stands below."""

    def __init__(
        self, sheet: Sheet, head: int, rows: Mapping[int, Row], below: Mapping[int, Row], is_line: IsLine
    ) -> None:
        self._sheet, self._head, self._below, self._is_line = sheet, head, below, is_line
        self._cells = rows[head]
        beside = (rows.get(row, {}) for row in (head - 1, head + 1))
        longest = _LONGEST_HEADING // 2  # a row with more is of a line
        self._above, under = (
            {} if any(len(cell.text) > longest for cell in cells.values()) else cells for cells in beside
        )
        self._under = under if self._goes_on(under) else {}
        self._seen = sorted({*self._cells, *self._under, *self._above})
        texts = ((column, cell.text) for row in below.values() for column, cell in row.items())
        self._answered = {column for column, text in texts if note_of(text) is not None}
        self._own = {column: sheet.text(head, column) for column in self._seen}
        self._headings = {column: self._heading(column) for column in self._seen}

    @staticmethod
    def _goes_on(under: Row) -> bool:
        """Return whether a row below a heading is part of it: it names steps, notes or comments."""
        texts = [cell.text for cell in under.values()]
        steps = [note_of(text) for text in texts]
        has_steps = len(set(steps) - {None}) >= _FEWEST_STEPS and all(step is not None for step in steps)
        return has_steps or any(is_comments(text) or _is_notes(text) for text in texts)

    def _heading(self, column: int) -> str:
        steps = (0, *([1] if self._under else []), *([-1] if self._above else []))
        return next(filter(None, (self._sheet.text(self._head + step, column) for step in steps)), "")

    def columns(self) -> Columns:
        """Return the columns as the headings tell them."""
        named = [column for column in self._seen if words(self._headings[column]) in _OF_ROW]
        comments = {column: "" for column in self._seen if is_comments(self._headings[column])}
        spans, under = self._spans(), self._under
        if not spans:
            noted = [column for column in self._seen if _is_notes(self._own[column])]
            spans[policy_of(self._sheet.name) or NOTE] = noted or list(_steps(self._cells, self._seen))
            under = under if noted else self._cells
        roles: dict[str, tuple[int, ...]] = {}
        steps: dict[int, Answer] = {}
        for policy, span in spans.items():
            ticked = _steps(under, span)
            if len(ticked) >= _FEWEST_STEPS:
                roles[policy], steps = tuple(ticked), steps | ticked
                continue
            comments |= {one: policy for one in span if one in under and is_comments(under[one].text)}
            roles[policy] = tuple(self._noted([one for one in span if one not in comments]))
        taken = {column for columns in roles.values() for column in columns}
        lines = _line_column(self._below, {*taken, *comments, *named}, self._is_line)
        if lines is None:
            lines = next((one for one in self._seen if words(self._headings[one]) in _LINES), None)
        roles |= {} if lines is None else {LINES: (lines,)}
        roles |= {POLICY: tuple(named[:1] if NOTE in roles else ()), COMMENTS: tuple(sorted(comments))}
        texts = (*self._headings.values(), *(cell.text for cell in self._under.values()))
        return Columns(
            *(self._sheet.name, self._head, {name: some for name, some in roles.items() if some}, steps),
            about={column: policy for column, policy in comments.items() if policy},
            headings=frozenset(map(letters, texts)) - {""},
            key=_key(self._sheet, self._above, self._cells),
            samples=_samples(self._below),
        )

    def _spans(self) -> dict[str, list[int]]:
        """Return the columns under each policy: that of its heading, and blank ones right of it."""
        spans: dict[str, list[int]] = {}
        policy = None
        for column in range(min(self._seen, default=1), max(self._seen, default=0) + 1):
            own = self._sheet.text(self._head, column)
            is_blank = not own and not (self._above and self._sheet.text(self._head - 1, column))
            goes_on = is_blank and policy and column - spans[policy][0] < _WIDEST
            policy = policy_of(own) or (policy if goes_on else None)
            if policy:
                spans.setdefault(policy, []).append(column)
        return spans

    def _noted(self, span: list[int]) -> list[int]:
        """Return the column of a policy that has notes; several where they have, or are headed so."""
        headed = [column for column in span if policy_of(self._own.get(column, ""))]
        noted = [column for column in span if column in self._answered]
        if len(headed) > 1:
            return noted if len(noted) > 1 else headed
        return noted or span[:1]


def _line_column(rows: Mapping[int, Row], taken: Iterable[int], is_line: IsLine) -> int | None:
    """Return the column that has most known lines; else the one with most text, of those not taken."""
    known = Counter(column for cells in rows.values() for column, cell in cells.items() if is_line(cell.text))
    texts: Counter[int] = Counter()
    above, seen = 0, 0
    for number, cells in rows.items():
        if number > above + 1 and seen > _MOST_SAMPLES:  # below a blank row may stand a legend
            break
        above, seen = number, seen + 1
        texts.update({one: len(letters(cell.text)) for one, cell in cells.items() if one not in {*taken}})
    counts = known or texts
    return max(filter(counts.get, counts), key=lambda column: (counts[column], -column), default=None)


def distinct(tables: Iterable[Columns]) -> list[tuple[str, Columns]]:
    """Return the first of the tables that have the same columns, each with the names of their sheets."""
    groups: dict[str, dict[str, Columns]] = {}
    for table in tables:
        groups.setdefault(table.typed, {}).setdefault(table.sheet, table)
    return [(", ".join(group), next(iter(group.values()))) for group in groups.values()]


# What a person says of the columns.

_SAID: Final = re.compile(r"([^\s=]+)=([A-Za-z]{1,3}(?:,[A-Za-z]{1,3})*)")


def parse_columns(typed: str) -> Columns:
    """Return the columns that a person typed, of no table yet. Raises ValueError with a French reason."""
    roles: dict[str, tuple[int, ...]] = {}
    taken: dict[int, str] = {}
    said = [word for word in typed.split() if fold(word) != "forme=croix"]
    for word in said:
        pair = _SAID.fullmatch(word)
        if pair is None:
            raise ValueError(f"« {word} » ne dit aucune colonne")
        key = letters(pair[1])
        name = key if key in (LINES, COMMENTS, POLICY, NOTE) else policy_of(pair[1])
        if name is None:
            raise ValueError(f"« {pair[1]} » n’est ni « lignes », ni une politique, ni « commentaires »")
        columns = [position_of(f"{one.upper()}1").column for one in pair[2].split(",")]
        roles[name] = (*roles.get(name, ()), *columns)
        for column in columns:
            other = taken.setdefault(column, name)
            if other != name:
                names = f"« {role_name(other)} » et « {role_name(name)} »"
                raise ValueError(f"la colonne {column_letters(column)} est dite deux fois, pour {names}")
    steps = dict.fromkeys(taken, _STEPS[0]) if len(said) < len(typed.split()) else {}
    found = Columns("", 0, roles, steps)
    require_one_each(found)
    return found


def require_one_each(said: Columns) -> None:
    """Raise ValueError with a French reason where a column is missing, or one of several is to be said."""
    if said.open:
        name = min(said.open) or NOTE
        raise ValueError(
            f"« {role_name(name)} » a plusieurs colonnes ({said.lettered[name]}) : dites laquelle"
        )
    if said.lines is None or not said.answers:
        raise ValueError("il faut la colonne des lignes, et une colonne de notes au moins")


def require_fitting(said: Columns, sheet: Sheet) -> None:
    """Raise ValueError with a French reason where these cannot be the columns of a table of `sheet`.

    Each has something in it.
    """
    require_one_each(said)
    rows = [number for number, _ in sheet.rows() if number >= said.head - 1]
    for name, columns in said.roles.items():
        if columns and not any(sheet.text(row, columns[0]) for row in rows):
            raise ValueError(f"la colonne {column_letters(columns[0])} (« {role_name(name)} ») est vide")


def said_columns(typed: Iterable[str], sheets: Mapping[str, bool]) -> Iterator[tuple[str, Columns]]:
    """Yield the columns that a person typed for each sheet: « Mission 2: lignes=A … », else for all of them.

    `sheets` says of each whether a table was found in it. Raises ValueError with a French reason.
    """
    seen: set[str] = set()
    for text in typed:
        where, _, what = text.rpartition(":")
        where, said = where.strip(), parse_columns(what)
        about = [name for name in sheets if where in ("", name)]
        if not about:
            raise ValueError(f"« {where} » n’est le nom d’aucune feuille")
        for name in [name for name in about if sheets[name]] or about:
            if name in seen:
                raise ValueError(f"les colonnes de « {name} » sont dites deux fois")
            seen.add(name)
            yield name, said
