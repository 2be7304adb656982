"""Which column of a table is what: proposed from its headings, said by the person where it is another one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from typing import Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import digest, fold
from ctg_tui.spreadsheet.cells import (
    Position,
    Sheet,
    SheetCell,
    column_letters,
    letters,
    position_of,
    text_of,
)
from ctg_tui.spreadsheet.headings import (
    FEWEST_LETTERS,
    MISSION,
    POLICIES,
    WITHOUT_HEADING,
    Columns,
    parse_step,
    policy_of,
    word_step,
)
from ctg_tui.spreadsheet.rows import ActivityRow, Found, has_answers
from ctg_tui.wording.spreadsheet import role_name

_MOST_SAMPLES: Final = 3
_SHORT: Final = 12
"""Letters of a heading or a code: a line has more."""
_STEPS: Final[Sequence[Answer]] = (*Rating, NOT_CONCERNED)
"""The steps of columns of ticks whose headings name none."""


class Form(StrEnum):
    """How a table writes its notes: in a cell for each policy, as a tick per step, a policy per row."""

    NOTES = "note"
    TICKS = "croix"
    BY_ROW = "politique_par_ligne"


@dataclass(frozen=True)
class Roles:
    """Which column of a table is what. Its heading begins `at` a cell of `sheet`; `key` is what it says.

    `policies` gives the column of each policy's notes, or its first one of ticks; several where the headings
    leave that open. With a policy per row, they are those of the policy "", and `named` names it.
    """

    sheet: str
    at: Position
    key: str
    form: Form
    lines: int | None
    policies: Mapping[str, tuple[int, ...]]
    comments: tuple[int, ...] = ()
    named: int | None = None
    samples: tuple[int, ...] = ()
    """Some rows that show what the columns hold."""

    @property
    def address(self) -> str:
        """Where its heading begins; its sheet alone without a heading."""
        if self.at == WITHOUT_HEADING:
            return self.sheet
        return f"{self.sheet}!{column_letters(self.at.column)}{self.at.row}"

    @property
    def by_name(self) -> dict[str, tuple[int, ...]]:
        """The columns by the names that a person gives them: `lignes`, `famille`, `commentaires`."""
        one = {"lignes": self.lines, "politique": self.named}
        found: dict[str, tuple[int, ...]] = {
            name: (column,) for name, column in one.items() if column is not None
        }
        found |= {policy or "note": columns for policy, columns in self.policies.items()}
        return found | ({"commentaires": self.comments} if self.comments else {})

    @property
    def lettered(self) -> dict[str, str]:
        """The letters of the columns by those names: `D`, `G,H`."""
        return {name: ",".join(map(column_letters, columns)) for name, columns in self.by_name.items()}

    def moved(self, name: str, column: int | None) -> Roles:
        """Return them with another column for one name of `by_name`, or with none."""
        if name == "lignes":
            return replace(self, lines=column)
        if name == "politique":
            return replace(self, named=column)
        columns = () if column is None else (column,)
        if name == "commentaires":
            return replace(self, comments=columns)
        policy = "" if name == "note" else name
        policies = {**self.policies, policy: columns}
        return replace(self, policies={one: some for one, some in policies.items() if some})

    def placed(self, table: Roles) -> Roles:
        """Return them for another table: the one they were said of."""
        return replace(self, sheet=table.sheet, at=table.at, key=table.key, samples=table.samples)

    def turned(self, form: Form) -> Roles:
        """Return them for another form of the table, its columns of notes in their order."""
        first = min((columns[0] for columns in self.policies.values()), default=(self.lines or 0) + 1)
        if form is Form.BY_ROW:
            return replace(self, form=form, named=first, policies={"": (first + 1,)})
        policies = self.policies
        if self.form is Form.BY_ROW:
            start = first if self.named is None else self.named
            policies = {
                policy: (start + rank,) for rank, policy in enumerate(dict.fromkeys(POLICIES.values()))
            }
        return replace(self, form=form, named=None, policies=policies)

    @property
    def names(self) -> tuple[str, ...]:
        """What a column of this form can be."""
        notes = ("politique", "note") if self.form is Form.BY_ROW else tuple(dict.fromkeys(POLICIES.values()))
        return ("lignes", *notes, "commentaires")

    def columns(self, words: Mapping[str, Answer]) -> Columns:
        """Return what they say of the columns of a table."""
        steps: dict[int, Answer] = {}
        policies = dict(self.policies)
        if self.form is Form.TICKS:
            policies = {policy: self._ticks(one[0]) for policy, one in policies.items()}
            steps = {
                column: step for one in policies.values() for column, step in zip(one, _STEPS, strict=True)
            }
        first, *more = self.comments or (None,)
        return Columns(
            *(policies, first, self.lines, steps, tuple(more)),
            words=words,
            at=self.at,
            key=self.key,
            is_by_row=self.form is Form.BY_ROW,
            named=self.named,
            has_rivals=any(len(one) > 1 for one in self.policies.values()),
            is_said=True,
        )

    @staticmethod
    def _ticks(first: int) -> tuple[int, ...]:
        return tuple(range(first, first + len(_STEPS)))


Numbered = tuple[int, Mapping[int, SheetCell]]
"""A row that holds something: its number and its cells by column."""
Said = Mapping[tuple[str, Position], Roles]
"""What the person said of each table, by its sheet and where its heading begins."""


def noted_columns(said: Said) -> dict[str, frozenset[int]]:
    """Return the columns of notes that were said of each sheet."""
    found: dict[str, frozenset[int]] = {}
    for (sheet, _), roles in said.items():
        found[sheet] = found.get(sheet, frozenset()) | set(roles.columns({}).noted)
    return found


def grouped(tables: Iterable[Roles]) -> list[tuple[str, tuple[Roles, ...]]]:
    """Return the tables with the same columns together, each group by the names of its sheets."""
    groups: dict[str, list[Roles]] = {}
    for table in tables:
        groups.setdefault(typed_roles(table), []).append(table)
    taken = Counter(sheet for group in groups.values() for sheet in {table.sheet for table in group})
    found = []
    for group in groups.values():
        names = {table.sheet: table.sheet if taken[table.sheet] == 1 else table.address for table in group}
        found.append((", ".join(names.values()), tuple(group)))
    return found


def key_of(sheet: Sheet, *rows: Mapping[int, SheetCell]) -> str:
    """Return what the heading of a table says, to know it again: the same in next year's workbook."""
    texts = [[[column, letters(cell.text)] for column, cell in cells.items()] for cells in rows]
    return digest([sheet.name, texts])


def is_heading_row(cells: Mapping[int, SheetCell]) -> bool:
    """Return whether a row can head columns: texts in several of them, and no note."""
    texts = [cell.text for cell in cells.values() if len(letters(cell.text)) >= FEWEST_LETTERS]
    return len(texts) > 1 and not any(parse_step(cell.text) is not None for cell in cells.values())


def below_heading(roles: Roles, rows: Sequence[Numbered]) -> Sequence[Numbered]:
    """Return the rows below the heading of columns that were said of a whole sheet; all of them without one.

    It names the lines and all columns of notes. Titles of missions above it are kept; above anything else
    that is written in a said column there is no heading.
    """
    said = [column for columns in roles.by_name.values() for column in columns]
    heads = [roles.lines, roles.named, *(columns[0] for columns in roles.policies.values())]
    for rank, (_, cells) in enumerate(rows):
        texts = [text_of(cells, column) for column in heads if column is not None]
        if all(len(letters(text)) >= FEWEST_LETTERS and not _is_answer(text) for text in texts):
            titles = (
                row for row in rows[:rank] if any(MISSION.fullmatch(cell.text) for cell in row[1].values())
            )
            return [*titles, *rows[rank + 1 :]]
        if any(text_of(cells, column) for column in said if column != roles.lines):
            break
    return rows


def whole_sheet(sheet: Sheet) -> Roles:
    """Return what is known of a sheet without a table: the column with most text, and some of its rows."""
    texts: dict[int, dict[int, str]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if len(letters(cell.text)) > _SHORT:
            texts.setdefault(column, {})[row] = cell.text
    lines = max(texts, key=lambda column: sum(map(len, texts[column].values())), default=None)
    samples = () if lines is None else tuple(texts[lines])[-_MOST_SAMPLES:]
    # Without a known heading: its lines, whatever year stands in them, and what may head the columns.
    labels = [re.sub(r"\d", "", letters(text)) for text in texts.get(lines or 0, {}).values()]
    key = digest(
        [labels, key_of(sheet, *islice(filter(is_heading_row, map(itemgetter(1), sheet.rows())), 1))]
    )
    return Roles(sheet.name, WITHOUT_HEADING, key, Form.NOTES, lines, {}, samples=samples)


def roles_of(rows: Iterable[Found]) -> tuple[Roles, ...]:
    """Return which column is what in each table of `rows`, as it was read."""
    tables: dict[tuple[str, Position], list[ActivityRow]] = {}
    for row in rows:
        if isinstance(row, ActivityRow):
            tables.setdefault((row.sheet.name, row.columns.at), []).append(row)
    seen: Counter[str] = Counter()
    found = []
    for table in map(_roles_of_table, tables.values()):
        key = table.key.partition("/")[0]
        seen[key] += 1  # one sheet may have the same heading several times, its columns not the same
        found.append(replace(table, key=key if seen[key] == 1 else f"{key}/{seen[key]}"))
    return tuple(found)


def _roles_of_table(rows: Sequence[ActivityRow]) -> Roles:
    first = rows[0]
    columns = first.columns
    form = Form.BY_ROW if columns.is_by_row else Form.TICKS if columns.steps else Form.NOTES
    policies: dict[str, tuple[int, ...]] = {}
    for policy, span in first.columns.policies.items():
        noted = span if columns.has_rivals else tuple(one for one in span if _is_noted(rows, one))
        is_one = form is not Form.NOTES or not noted
        policies["" if columns.is_by_row else policy] = span[:1] if is_one else noted
    comments = tuple(one for one in (columns.comments, *columns.more_comments) if one is not None)
    lines = first.label_column if columns.labels is None else columns.labels
    filled = [row.number for row in rows if has_answers(row.cells, row.columns)]
    return Roles(
        *(first.sheet.name, columns.at, columns.key, form, lines, policies, comments, columns.named),
        samples=tuple((filled or [row.number for row in rows])[:_MOST_SAMPLES]),
    )


def _is_noted(rows: Iterable[ActivityRow], column: int) -> bool:
    return any(parse_step(text_of(row.cells, column)) is not None for row in rows)


_ROLE: Final = re.compile(r"([^\s=]+)=([A-Za-z]{1,3}(?:,[A-Za-z]{1,3})*)")


def typed_roles(roles: Roles) -> str:
    """Return `lignes=A famille=D commentaires=G`, as `parse_roles` reads it."""
    form = " forme=croix" if roles.form is Form.TICKS else ""
    return " ".join(f"{name}={found}" for name, found in roles.lettered.items()) + form


def parse_roles(typed: str) -> Roles:
    """Return the columns that a person typed, of no table yet. Raises ValueError with a French reason."""
    found: dict[str, tuple[int, ...]] = {}
    form = Form.NOTES
    for word in typed.split():
        if fold(word) == "forme=croix":
            form = Form.TICKS
            continue
        pair = _ROLE.fullmatch(word)
        if pair is None:
            raise ValueError(f"« {word} » ne dit aucune colonne")
        key = letters(pair[1])
        name = key if key in ("lignes", "commentaires", "politique", "note") else policy_of(pair[1])
        if name is None:
            raise ValueError(f"« {pair[1]} » n’est ni « lignes », ni une politique, ni « commentaires »")
        if name in found:
            raise ValueError(f"« {name} » est dit deux fois")
        found[name] = tuple(position_of(f"{one.upper()}1").column for one in pair[2].split(","))
    policies = {name: columns for name, columns in found.items() if name in POLICIES.values()}
    if "note" in found:
        form, policies = Form.BY_ROW, {"": found["note"]}
    one = {name: found[name][0] if name in found else None for name in ("lignes", "politique")}
    return Roles(
        *("", WITHOUT_HEADING, "", form, one["lignes"], policies),
        comments=found.get("commentaires", ()),
        named=one["politique"],
    )


def require_one_each(roles: Roles) -> Mapping[int, str]:
    """Return what each column is. Raises ValueError with a French reason where one is said twice, or none."""
    taken: dict[int, str] = {}
    for name, columns in roles.by_name.items():
        if len(columns) > 1 and name != "commentaires":
            raise ValueError(
                f"« {role_name(name)} » a plusieurs colonnes ({roles.lettered[name]}) : dites laquelle"
            )
        for column in columns:
            if column in taken:
                letter = column_letters(column)
                raise ValueError(
                    f"la colonne {letter} est dite deux fois, "
                    f"pour « {role_name(taken[column])} » et « {role_name(name)} »"
                )
            taken[column] = name
    if roles.lines is None or not roles.policies:
        raise ValueError("il faut la colonne des lignes, et une colonne de notes au moins")
    return taken


def require_fitting(roles: Roles, sheet: Sheet) -> None:
    """Raise ValueError with a French reason where these cannot be the columns of a table of `sheet`.

    A column is said once, and has something in it.
    """
    taken = require_one_each(roles)
    filled = {place.column for place, cell in sheet.cells.items() if cell.text and place.row >= roles.at.row}
    filled |= {place.column for place in sheet.merged if place.row >= roles.at.row}
    for column, name in taken.items():
        if column not in filled:
            raise ValueError(f"la colonne {column_letters(column)} (« {role_name(name)} ») est vide")


def require_notes(roles: Roles, rows: Iterable[Found]) -> None:
    """Raise ValueError with a French reason where a column said to be notes holds texts alone.

    `rows` are those of its sheet, read with these columns.
    """
    lines = [row for row in rows if isinstance(row, ActivityRow) and row.columns.at == roles.at]
    for column, *_ in roles.policies.values():
        texts = [text for row in lines if (text := text_of(row.cells, column))]
        words = [text for text in texts if len(letters(text)) >= FEWEST_LETTERS]
        if words and not any(map(_is_answer, texts)):
            raise ValueError(f"la colonne {column_letters(column)} n’a que des textes (« {words[0][:40]} »)")


def _is_answer(text: str) -> bool:
    return parse_step(text) is not None or word_step(text) is not None or letters(text) in ("x", "vrai")
