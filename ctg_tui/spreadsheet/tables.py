"""The tables of a sheet, found by their headings and not by their place, and a grid made of their lines.

That grid is the same whether the workbook is blank or filled, wherever the same grids are known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import merge
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import digest, fold, visible, words_of
from ctg_tui.spreadsheet.cells import Position, Sheet, SheetCell, letters, text_of
from ctg_tui.spreadsheet.headings import (
    FEWEST_LETTERS,
    LONGEST_TITLE,
    MISSION,
    WITHOUT_HEADING,
    Columns,
    IndicatorColumns,
    find_columns,
    find_indicators,
    find_policy_rows,
    find_steps,
    is_comments_alone,
    is_example,
    is_grand_total,
    is_line_heading,
    is_total,
    is_unknown_heading,
    legend_of,
    line_columns,
    parse_step,
    parts_of,
    policy_of,
    run_of_steps,
    without_columns,
    word_step,
)
from ctg_tui.spreadsheet.roles import (
    Numbered,
    Roles,
    Said,
    below_heading,
    is_heading_row,
    key_of,
    noted_columns,
)
from ctg_tui.spreadsheet.rows import (
    ActivityRow,
    FigureRow,
    Found,
    IndicatorRow,
    LooseComment,
    MissionRow,
    SubtitleRow,
    figures_of,
    has_answers,
    has_note,
    is_per_cent,
    label_of,
    lead_of,
    title_letters,
    within,
    without_examples,
)
from ctg_tui.wording import spreadsheet as refusals

_ENDS: Final = ("modeoperatoire", "piecesafournir", "signaturede", "signaturedu", "cachetet")
_LAST_WORDS: Final = frozenset({"faita", "faitle", "datedesignature", "signature", "signatures", "visa"})
_NO_COLUMN: Final = 20_000
"""More columns than any sheet has."""
_NOTHING: Final[Said] = {}
Scanned = Iterator[tuple[int, Found]]


def find_tables(sheets: Iterable[Sheet], said: Said = _NOTHING) -> Iterator[Found]:
    """Yield what the tables of a workbook hold, in order; nothing when it has no table of a grid.

    The columns of a table are those that its headings tell, unless the person `said` others.
    """
    for sheet in sheets:
        yield from _rows_of_sheet(sheet, list(sheet.rows()), said)


def _rows_of_sheet(sheet: Sheet, rows: Sequence[Numbered], said: Said) -> Iterator[Found]:
    starts = () if (sheet.name, WITHOUT_HEADING) in said else _starts_beside(rows)
    bands = pairwise((0, *starts, _NO_COLUMN))
    found = [_rows_of_band(sheet, rows, first, after, said) for first, after in bands]
    # By their rows: indicators beside the notes belong to the mission that stands there.
    yield from (row for _, row in merge(*found, key=itemgetter(0)))


def _rows_of_band(sheet: Sheet, rows: Sequence[Numbered], first: int, after: int, said: Said) -> Scanned:
    band = [(number, within(cells, first, after)) for number, cells in rows]
    return _Scanner(sheet, [row for row in band if row[1]], said).rows()


def _starts_beside(rows: Sequence[Numbered]) -> tuple[int, ...]:
    """Return where more tables begin in the row of a heading: of policies again, or of indicators."""
    for _, cells in rows:
        policies = [column for column, cell in cells.items() if policy_of(cell.text)]
        starts = {
            column
            for column, cell in cells.items()
            if policies and min(policies) < column < max(policies) and is_line_heading(cell.text)
        }
        indicators = find_indicators(cells)
        if indicators is not None and policies and indicators.labels > max(policies):
            starts.add(indicators.labels)
        if starts:
            return tuple(sorted(starts))
    return ()


def _titled(title: re.Match[str]) -> MissionRow:
    return MissionRow(int(title[1]), title[2].strip())


class _Scanner:
    """Goes down a sheet: each heading says what the rows below it are, until the next one."""

    def __init__(self, sheet: Sheet, rows: Sequence[Numbered], said: Said) -> None:
        self._sheet = sheet
        self._rows = rows
        self._said = said
        self._columns: Columns | None = None
        self._of_policy: dict[str, Columns] = {}
        """Those of a row of each policy, where a table has one per row."""
        self._indicators: IndicatorColumns | None = None
        self._mission_text = ""
        title = MISSION.fullmatch(sheet.name)
        self._titles_above = [title] if title else []
        self._policy = policy_of(sheet.name) or ""
        self._line = ("", 0)
        self._has_lines = False
        """Whether lines were read below the last heading of policies."""
        self._is_example = is_example(sheet.name)
        noted = noted_columns(said).get(sheet.name, frozenset())
        self._legend = legend_of(without_columns(rows, noted))
        self._parts = parts_of([lead_of(cells) for _, cells in rows])
        if (whole := said.get((sheet.name, WITHOUT_HEADING))) is not None:
            self._begin(whole, {}, {})
            self._rows = below_heading(whole, rows)

    def rows(self) -> Scanned:
        """Yield each row that means something, with its number."""
        for rank, (number, cells) in enumerate(self._rows):
            if not self._is_heading(rank):
                for found in self._row(rank):
                    yield number, found
            elif (title := self._title_of_table(cells)) is not None:
                yield number, _titled(title)

    def _title_of_table(self, cells: Mapping[int, SheetCell]) -> re.Match[str] | None:
        """Return the mission of the table that a heading begins: in place of « Missions », or above it."""
        table = self._columns
        title = MISSION.fullmatch(text_of(cells, table.labels)) if table is not None else None
        titles, self._titles_above = self._titles_above, []
        if title is None and len({one[1] for one in titles}) == 1:
            return titles[-1]
        return title

    def _is_heading(self, rank: int) -> bool:
        """Return whether a row is a heading, and keep the columns that it gives."""
        number, cells = self._rows[rank]
        above = self._rows[rank - 1][1] if rank else {}
        at = Position(number, min(cells))
        if (said := self._said.get((self._sheet.name, at))) is not None:
            self._begin(said, cells, above)
            return True
        columns = find_columns(self._sheet, number, cells, above)
        if columns is not None:
            shown = self._is_example or any(is_example(cell.text) for cell in above.values())
            # Of two people, the names may stand in the row above.
            named = [above] if columns.has_rivals and is_heading_row(above) else []
            key = key_of(self._sheet, *named, cells)
            self._enter(replace(columns, words=self._legend.words, is_example=shown, at=at, key=key))
            return True
        table = self._columns
        if table is not None and not table.is_by_row and table.is_said == bool(table.steps):
            below = find_steps(cells, table)
            if below is not None:
                self._columns = below
                return True
        by_policy = find_policy_rows(cells)
        if by_policy is not None and (by_policy.named is not None or self._policy):
            key = key_of(self._sheet, cells)
            self._enter(replace(by_policy, words=self._legend.words, at=at, key=key))
            return True
        indicators = find_indicators(cells)
        if indicators is not None:
            self._indicators = indicators
        return indicators is not None

    def _begin(self, said: Roles, cells: Mapping[int, SheetCell], above: Mapping[int, SheetCell]) -> None:
        """Begin a table whose columns the person said; its headings still name missions and steps."""
        _, missions = line_columns((*above.items(), *cells.items()))
        missions = None if missions == said.lines else missions
        table = replace(said.columns(self._legend.words), missions=missions)
        if table.is_by_row and (steps := run_of_steps(cells, table.noted[0], only_there=True)):
            table = replace(table, policies={"": tuple(steps)}, steps=steps)
        self._enter(table)

    def _enter(self, table: Columns) -> None:
        self._columns, self._of_policy, self._indicators = table, {}, None
        self._has_lines, self._line = False, ("", 0)

    def _row(self, rank: int) -> Iterator[Found]:
        number, cells = self._rows[rank]
        if number in self._legend.rows:
            return
        if self._columns is None and self._indicators is None:
            titles = (MISSION.fullmatch(cell.text) for cell in cells.values())
            self._titles_above += filter(None, titles)
            if fold(lead_of(cells)) in self._parts:
                yield SubtitleRow(lead_of(cells))
            return
        columns = self._columns
        if len(cells) <= 2 and is_comments_alone(next(iter(cells.values())).text.partition(":")[0]):
            yield from self._loose(number, cells, cells)
            return
        if columns is not None and columns.is_by_row:
            columns = self._columns_by_policy(columns, number, cells) if self._indicators is None else None
        if columns is not None and columns.is_by_row:
            label, label_column = self._line
        else:
            label, label_column = label_of(cells, columns, self._indicators)
        yield from self._mission_beside(columns, cells)
        if letters(label).startswith(_ENDS) or letters(label) in _LAST_WORDS:
            self._columns = self._indicators = None
        elif (title := MISSION.fullmatch(label)) and not (columns and has_answers(cells, columns)):
            if self._columns is not None:
                self._indicators = None
            yield _titled(title)
            yield from self._loose(number, cells, self._comment_columns)
        elif columns is not None and (figures := figures_of(cells, columns, label)):
            yield FigureRow(self._sheet, number, figures, label)
        elif fold(label) in self._parts and not self._is_indicator(cells):
            if columns is not None:
                self._indicators = None
            yield SubtitleRow(label)
            yield from self._loose(number, cells, cells.keys() - {label_column})
        elif self._heads_anew(label, cells):
            self._columns = replace(self._columns, is_unknown=True) if self._columns else None
        elif is_line_heading(label) or (columns and self._is_top(rank, label, columns)):
            return
        elif self._indicators is not None:
            if label and not is_grand_total(label):
                indicators = self._indicators
                yield IndicatorRow(self._sheet, number, label, label_column, cells, indicators, columns)
        elif columns is not None and not is_total(label) and (label or has_note(cells, columns)):
            top = Position(number, label_column)
            if any(self._sheet.merged.get(Position(number, column)) == top for column in columns.noted):
                yield SubtitleRow(label)
                return
            self._has_lines = True
            yield ActivityRow(self._sheet, number, label, label_column, cells, columns)

    def _is_top(self, rank: int, label: str, columns: Columns) -> bool:
        """Return whether a row below lines is the first of a heading of two: « Intitulé | Évaluation »."""
        if len(label) > LONGEST_TITLE or rank + 1 == len(self._rows):
            return False
        cells, (number, below) = self._rows[rank][1], self._rows[rank + 1]
        heads = [text_of(cells, column) for column in columns.noted]
        return (
            any(len(letters(text)) >= FEWEST_LETTERS for text in heads)
            and not any(parse_step(text) is not None or word_step(text) is not None for text in heads)
            and min(columns.noted) <= min(below)
            and find_columns(self._sheet, number, below, cells) is not None
        )

    def _is_indicator(self, cells: Mapping[int, SheetCell]) -> bool:
        """Return whether a row in a table of indicators has more than a title has."""
        table = self._indicators
        return table is not None and any(
            text_of(cells, column) for column in (table.number, table.types, table.comments)
        )

    def _heads_anew(self, label: str, cells: Mapping[int, SheetCell]) -> bool:
        """Return whether a row below lines is a heading of policies that none of the known ones is."""
        columns = self._columns
        if columns is None or columns.is_by_row or not self._has_lines:
            return False
        return (not label or is_line_heading(label)) and is_unknown_heading(cells, columns)

    @property
    def _comment_columns(self) -> set[int | None]:
        columns, indicators = self._columns, self._indicators
        beside = (
            set() if columns is None or columns.is_example else {columns.comments, *columns.more_comments}
        )
        return beside if indicators is None else beside | {indicators.comments}

    def _loose(
        self, number: int, cells: Mapping[int, SheetCell], columns: Iterable[int | None]
    ) -> Iterator[LooseComment]:
        """Yield the texts of a row that belong to no line, from some columns: they are named."""
        for column in sorted({one for one in columns if one is not None}):
            lead, colon, rest = text_of(cells, column).partition(":")
            text = rest.strip() if colon and is_comments_alone(lead) else f"{lead}{colon}{rest}"
            is_other = is_comments_alone(text) or is_per_cent(text) or MISSION.fullmatch(text)
            if text and not is_other:
                yield LooseComment(self._sheet.address(number, column), text)

    def _columns_by_policy(self, table: Columns, number: int, cells: Mapping[int, SheetCell]) -> Columns:
        """Return the columns of a row of one policy; its line may be written once for all its rows."""
        named = self._sheet.text(number, table.named) if table.named is not None else ""
        policy = (policy_of(named) or "") if table.named is not None else self._policy
        columns = self._of_policy.setdefault(policy, replace(table, policies={policy: table.noted}))
        label = self._sheet.text(number, table.labels or 1)
        if label or not named:
            self._line = (label, table.labels or 1) if label else label_of(cells, columns, None)
        return columns

    def _mission_beside(self, columns: Columns | None, cells: Mapping[int, SheetCell]) -> Iterator[Found]:
        """Yield the mission that the column of missions names, where it changes."""
        table = self._indicators or columns
        text = text_of(cells, table.missions) if table is not None else ""
        if not text or text == self._mission_text:
            return
        self._mission_text = text
        title = MISSION.fullmatch(text)
        yield _titled(title) if title else MissionRow(None, text)


SOURCE: Final = "tableur-caf"
"""The provenance of each line: the Caf's own workbook."""

_POLICIES: Final = {"famille": "Famille", "education": "Éducation", "social": "Social"}
_ID: Final = re.compile(r"tableur-[0-9a-f]{8}")
_MOST_MISSIONS: Final = 12
_MOST_LINES: Final = 99
"""Most activities, and most indicators, that the format of a grid has in a mission."""
_LONGEST: Final = 2_000
_SHORT_TITLE: Final = 40
_FRAME: Final = ("mode_operatoire", "echelle", "types_indicateur", "campagne", "financement")

Document = dict[str, Any]
KnownIds = Mapping[tuple[bool, str], str]
"""The id of each line known here, by whether it is an indicator and by its words."""
_NO_IDS: Final[KnownIds] = {}


def grid_document(
    sheets: Sequence[Sheet], frame: Document, name: str, said: Said = _NOTHING, known: KnownIds = _NO_IDS
) -> Document:
    """Return the document of the grid that the tables of `sheets` make; `frame` gives what they do not say.

    A line takes the id that `known` has for its words, else one made of them: a line added between others
    changes no id of theirs. Raises InvalidDocument when there is no table of a grid, or more than a grid may
    hold.
    """
    missions: list[Document] = []
    policies: dict[str, None] = {}
    seen: set[str] = set()
    found, _ = without_examples(list(find_tables(sheets, said)))
    parts = {letters(row.title) for row in found if isinstance(row, SubtitleRow)}
    has_missions = any(isinstance(row, MissionRow) for row in found) or len(parts) > _MOST_MISSIONS
    current = -1
    for row in found:
        match row:
            case MissionRow():
                current = _open_mission(missions, row.number, row.title)
            case SubtitleRow() if not has_missions:
                current = _open_mission(missions, None, row.title)
            case ActivityRow() | IndicatorRow():
                key = letters(row.label)
                if not missions:
                    current = _open_mission(missions, None, "")
                if key and key not in seen:
                    seen.add(key)
                    _add_line(missions[current], row)
                if isinstance(row, ActivityRow):
                    policies |= dict.fromkeys(row.columns.policies)
    # Titles that stand again over figures, as those of a radar, are no activities.
    titles = {letters(mission["titre"]) for mission in missions}
    for mission in missions:
        mission["activites"] = [
            line for line in mission["activites"] if title_letters(line["libelle"]) not in {*titles, ""}
        ]
    missions = [mission for mission in missions if mission["activites"]]
    if not missions:
        raise refusals.without_grid(name)
    if len(missions) > _MOST_MISSIONS:
        raise refusals.too_many(name, f"{len(missions)} missions", _MOST_MISSIONS)
    for mission in missions:
        for kind, named in (("activites", "lignes"), ("indicateurs", "indicateurs")):
            if len(mission[kind]) > _MOST_LINES:
                where = f"{len(mission[kind])} {named} dans la mission « {mission['titre_court']} »"
                raise refusals.too_many(name, where, _MOST_LINES)
    taken: dict[str, set[str]] = {"titre": set(), "titre_court": set()}
    _name_lines(missions, known)
    for rank, mission in enumerate(missions, 1):
        for key, texts in taken.items():
            mission[key] = _distinct(mission[key], rank, texts)
    return {
        "grille": {
            "id": f"tableur-{digest(missions)[:8]}",
            "titre": "Grille du tableur de la Caf",
            "organisme": "Caf, d’après son tableur",
            "langue": "fr",
            "version": "1",
            "definition": "Grille lue dans le tableur transmis par la Caf.",
            "source": SOURCE,
        },
        "sources": [{"id": SOURCE, "libelle": "tableur de la Caf", "fait_foi": True}, *_sources(frame)],
        "politiques": [
            {"id": policy, "libelle": _POLICIES[policy], "source": SOURCE}
            for policy in _POLICIES
            if policy in policies
        ],
        **{part: frame[part] for part in _FRAME},
        "missions": missions,
    }


def _sources(frame: Document) -> list[Document]:
    """Return the sources of the parts that are taken from `frame`, as it declares them."""
    used: set[str] = set()
    waiting: list[Any] = [frame[part] for part in _FRAME]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            used |= {value["source"]} if "source" in value else set()
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return [source for source in frame["sources"] if source["id"] in used]


def is_from_workbook(grid: Grid) -> bool:
    """Return whether a grid was made from the lines of a workbook, and has its id still."""
    return _ID.fullmatch(grid.id) is not None


def _mission(number: int, title: str) -> Document:
    title = title or f"Mission {number}"
    return {
        "id": f"m{number}",
        "numero": number,
        "titre": title[:300],
        "titre_court": _short(title),
        "source": SOURCE,
        "activites": [],
        "indicateurs": [],
    }


def _open_mission(missions: list[Document], number: int | None, title: str) -> int:
    """Return the rank of the mission that a title names, added to `missions` when it is a new one.

    A workbook names a mission again in each of its tables, on each of its sheets, or by its number alone.
    """
    for rank, mission in enumerate(missions):
        is_same = letters(title) == letters(mission["titre"])
        if is_same if title else number == mission["numero"]:
            return rank
    missions.append(_mission(len(missions) + 1 if number is None else number, title))
    return len(missions) - 1


def _distinct(title: str, number: int, taken: set[str]) -> str:
    """Return a title that reads like none of `taken`, and add it to them."""
    read_as = fold(visible(title))
    if not read_as or read_as in taken:
        title = f"Mission {number} – {title}" if read_as else f"Mission {number}"
    taken.add(fold(visible(title)))
    return title


def _short(title: str) -> str:
    """Return the beginning of a title, cut between words."""
    words = re.split(r"[«(,:;]", title)[0].strip() or title
    if len(words) <= _SHORT_TITLE:
        return words
    return words[: _SHORT_TITLE + 1].rpartition(" ")[0] or words[:_SHORT_TITLE]


def _add_line(mission: Document, row: ActivityRow | IndicatorRow) -> None:
    label = " ".join(row.label.split())[:_LONGEST]
    if isinstance(row, ActivityRow):
        mission["activites"].append({"libelle": label, "source": SOURCE})
        return
    line: Document = {"libelle": label, "type": _type(row), "source": SOURCE}
    if "chef de projet" in fold(label):
        line["reserve_a"] = "chef-de-projet"
    mission["indicateurs"].append(line)


def _type(row: IndicatorRow) -> str:
    """Return the type of an indicator; empty for a heading, which the column of types leaves blank."""
    column = row.columns.types
    if column is None:
        return "suivi"
    written = fold(row.cells[column].text).strip() if column in row.cells else ""
    if parse_step(written) is not None:
        return ""
    return "evaluation" if written.startswith("eval") else "suivi" if written else ""


def _name_lines(missions: list[Document], known: KnownIds) -> None:
    """Give the missions their ids by their order, and the lines theirs by their words."""
    reserved = {*_POLICIES, *(f"m{rank}" for rank in range(1, _MOST_MISSIONS + 1))}
    named: list[tuple[tuple[bool, str], Document]] = []
    for rank, mission in enumerate(missions, 1):
        mission["id"], mission["numero"] = f"m{rank}", rank
        for kind in ("activites", "indicateurs"):
            named += [((kind == "indicateurs", words_of(line["libelle"])), line) for line in mission[kind]]
    numbers = Counter(key for key, _ in named)
    for (is_indicator, words), line in named:
        if numbers[is_indicator, words] > 1:  # told apart by their numbering or their signs alone
            words = letters(line["libelle"])
        line_id = known.get((is_indicator, words))
        if line_id is None or line_id in reserved:
            line_id = f"{'i' if is_indicator else 'a'}-{digest(words)[:12]}"
        line["id"] = line_id
