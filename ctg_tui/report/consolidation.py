"""The workbook of many assessments: a first sheet to read on one landscape page, then two sheets of data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally, figure_rows, total
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean, short_fingerprint
from ctg_tui.report.workbook import DAY, PER_CENT, PROPOSED_PER_CENT, make_workbook, note, pieces, write_text
from ctg_tui.report.workbook import print_set_up as set_up
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import (
    DASH,
    MOMENTS,
    NBSP,
    STATUSES,
    count,
    listing,
    short_day,
    short_territory,
    territory_name,
    without_kind,
)
from ctg_tui.wording.lines import figure_name, line_number, whose_lines

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

OVERVIEW: Final = "Vue d’ensemble"
FIGURES: Final = "Chiffres"
NOTES: Final = "Notes"
NOT_FOLLOWED: Final = frozenset({"fichier-cache", "lien"})
"""The codes of what a folder holds and nobody means to give."""
_BESIDE: Final = re.compile(
    r"(CTG_.*_(rapport|entretien|tableur|previsionnel)|courriel)( \(\d+\))?\.(html|xlsx|eml|txt)"
)
"""The names of what a sending holds beside the file for the Caf."""
_NOT_READ: Final = "Fichiers cachés ou liens, laissés de côté"


class ApartState(StrEnum):
    """Why a file that was given is not in the workbook; the value is its spelling in `--json`."""

    REFUSED = "refuse"
    UNKNOWN_GRID = "grille-inconnue"
    REPLACED = "remplace"
    DUPLICATE = "copie"
    OTHER = "autre"


class Apart(NamedTuple):
    """A file that was given and is not in the workbook; `message` is the sentence that says why."""

    state: ApartState
    file: str
    path: str
    code: str
    message: str


class Counted(NamedTuple):
    """An assessment with the sending that counts; `low` notes are 0 or 1, `to_see` are its open points.

    `file` is the name of its file; `low` is of the Caf's lines.
    """

    file: str
    grid: Grid
    assessment: Assessment
    sending: Sending
    scores: Scores
    low: int
    to_see: int

    @property
    def year(self) -> int:
        return self.assessment.identity.year


class LineFigures(NamedTuple):
    """The notes of a line of the Caf over all assessments, by policy and together; `low` are 0 or 1."""

    grid: Grid
    line: str
    by_policy: Mapping[str, Tally]
    whole: Tally
    low: int


class Consolidation(NamedTuple):
    """What the workbook shows; `lines` are those of the latest year, in the order of the sheet."""

    counted: tuple[Counted, ...]
    lines: tuple[LineFigures, ...]
    apart: tuple[Apart, ...]

    @property
    def exit_code(self) -> int:
        refused = {ApartState.REFUSED, ApartState.UNKNOWN_GRID}
        return EXIT_INVALID_DOCUMENT if any(one.state in refused for one in self.apart) else 0

    @property
    def years(self) -> list[int]:
        return sorted({one.year for one in self.counted})

    @property
    def left_out(self) -> list[str]:
        """A sentence for each file that is not in the workbook; one for all those of one other kind.

        What our own sendings hold beside is counted.
        """
        sentences = [one.message for one in self.apart if one.state is not ApartState.OTHER]
        others = [one for one in self.apart if one.state is ApartState.OTHER]
        beside = [one for one in others if _BESIDE.fullmatch(one.file)]
        others = [one for one in others if one not in beside]
        if beside:
            pieces_of = count(len(beside), "autre pièce", "autres pièces")
            sentences.append(f"{pieces_of} de ces envois, à lire ailleurs (rapports, courriels).")
        for why, is_followed in (("Pas des fichiers pour la Caf", True), (_NOT_READ, False)):
            names = [f"« {one.file} »" for one in others if (one.code not in NOT_FOLLOWED) is is_followed]
            sentences += [typeset(f"{why} : {listing(names)}.")] if names else []
        return sentences

    @property
    def policies(self) -> dict[str, str]:
        """The labels of the policies of every grid, by id."""
        labels: dict[str, str] = {}
        for one in self.counted:
            for policy in one.grid.policies:
                labels.setdefault(policy.id, policy.label)
        return labels


def render(content: Consolidation, created_at: datetime) -> bytes:
    """Return the bytes of the workbook; two of the same content differ only by `created_at`."""
    return make_workbook(_title(content), created_at, lambda workbook: _fill(workbook, content))


def _title(content: Consolidation) -> str:
    years = listing(map(str, content.years))
    return f"CTG {years} · {count(len(content.counted), 'évaluation')}"


def _fill(workbook: Workbook, content: Consolidation) -> None:
    formats = {name: workbook.add_format({**_PLAIN, **style}) for name, style in _STYLES.items()}
    _Overview(_Sheet(workbook, OVERVIEW, formats), content).write()
    policies = content.policies
    figures = _Sheet(workbook, FIGURES, formats)
    figures.table(_figure_headings(policies), _figures_of(content, policies), content)
    notes = _Sheet(workbook, NOTES, formats)
    notes.table(_note_headings(policies), _notes_of(content, policies), content)


# One sheet: a value in a cell, a row of a table.

_Value = str | int | float | date | None
_LONGEST: Final = 1_000
"""Characters of one cell: a line or a name is whole, and nothing exceeds what a cell holds."""


class _Sheet:
    """A sheet being written; `row` is the next one, from 0, and `points` how high the rows are together."""

    def __init__(self, workbook: Workbook, name: str, formats: Mapping[str, Format]) -> None:
        self.sheet = workbook.add_worksheet(name)
        self.formats = formats
        self.row = 0
        self.points = 0.0
        self.sheet.hide_gridlines(2)

    def widths(self, pixels: Sequence[int]) -> None:
        for column, width in enumerate(pixels):
            self.sheet.set_column_pixels(column, column, width)

    def cell(self, column: int, value: _Value, style: str) -> None:
        look = self.formats[style]
        match value:
            case None:
                self.sheet.write_blank(self.row, column, None, look)
            case str():
                text = clean(value, multiline=True)
                shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
                write_text(self.sheet, self.row, column, shown, look)
            case int() | float():
                self.sheet.write_number(self.row, column, value, look)
            case date():
                self.sheet.write_datetime(self.row, column, value, look)

    def next(self, points: float) -> None:
        """Set the height of the row that was written and go to the next one."""
        self.sheet.set_row(self.row, points)
        self.row += 1
        self.points += points

    def table(
        self,
        headings: Sequence[tuple[str, int, str]],
        rows: Iterator[tuple[bool, Sequence[_Value]]],
        content: Consolidation,
    ) -> None:
        """Write a sheet of data: each heading with its width and style; True marks proposed lines."""
        self.widths([width for _, width, _ in headings])
        for column, (heading, _, _) in enumerate(headings):
            self.cell(column, heading, "heading")
        self.row += 1
        for is_proposed, values in rows:
            for column, (value, (_, _, style)) in enumerate(zip(values, headings, strict=True)):
                is_figure = is_proposed and style == "data per cent"
                self.cell(column, value, "data proposed per cent" if is_figure else style)
            self.row += 1
        self.sheet.autofilter(0, 0, self.row - 1, len(headings) - 1)
        self.sheet.freeze_panes(1, 1)
        set_up(self.sheet, _footer(content), (0, 0))


def _footer(content: Consolidation) -> str:
    return f"{_title(content)} · ce document contient des noms"


# The first sheet.

_TERRITORY, _PEOPLE, _YEAR, _SENDING, _STATE = 250, 240, 48, 132, 74
_POLICY, _WHOLE, _LOW, _TO_SEE = 74, 76, 66, 66
_PIXELS_A_LETTER: Final = 5.6
"""Of Arial in 9 points, on average."""
_LINE: Final = 12.0
_ROW: Final = 13.5
_HEADING: Final = 24.0
_HIGHEST: Final = 760.0
"""Points of rows that one page still shows in letters read without effort; more go on as wide as a page."""


class _Overview:
    """The sheet to read: the assessments, their totals on points, the lines, the files left out."""

    def __init__(self, sheet: _Sheet, content: Consolidation) -> None:
        self.sheet = sheet
        self.content = content
        self.policies = content.policies
        self.first = 5
        self.pixels = (
            *(_TERRITORY, _PEOPLE, _YEAR, _SENDING, _STATE),
            *(max(_POLICY, round(len(label) * 4)) for label in self.policies.values()),
            *(_WHOLE, _LOW, _TO_SEE),
        )
        self.last = len(self.pixels) - 1

    def write(self) -> None:
        sheet, content = self.sheet, self.content
        sheet.widths(self.pixels)
        sheet.cell(0, _title(content), "title")
        sheet.next(22)
        for sentence in self._summary():
            sheet.cell(0, sentence, "quiet")
            sheet.next(_ROW)
        sheet.next(4)
        head = sheet.row
        people = ("Territoire", "Rempli par", "Année", "Envoi", "État")
        self._headings(people, "Points à voir")
        sheet.sheet.freeze_panes(sheet.row, 1)
        for one in content.counted:
            self._assessment(one)
        for year in content.years:
            self._total([one for one in content.counted if one.year == year], year)
        if content.lines:
            self._lines()
        self._left_out()
        set_up(sheet.sheet, _footer(content), (head, head))
        sheet.sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)
        sheet.sheet.center_horizontally()
        sheet.sheet.print_area(0, 0, sheet.row - 1, self.last)
        if sheet.points <= _HIGHEST:
            sheet.sheet.fit_to_pages(1, 1)

    def _summary(self) -> Iterator[str]:
        counted = self.content.counted
        final = sum(one.sending.is_final for one in counted)
        states = [
            *([count(final, "définitive")] if final else []),
            *([count(len(counted) - final, "provisoire")] if final < len(counted) else []),
        ]
        to_see = sum(one.to_see for one in counted)
        places = sum(bool(one.to_see) for one in counted)
        points = f"{count(to_see, 'point')} à voir dans {count(places, 'évaluation')}"
        yield typeset(
            f"{', '.join(states)} ; {points if to_see else 'aucun point à voir'}. Rangées par nom. "
            "Les chiffres reposent sur les lignes de la Caf. Pour vous : ce document contient des noms."
        )

    def _headings(self, names: Sequence[str], last: str | None) -> None:
        centred = (*self.policies.values(), "Ensemble", "Notes à 0 ou 1", last)
        for column in range(self.first):
            name = names[column] if column < len(names) else None
            self.sheet.cell(column, name, "heading" if column < 2 else "heading centred")
        for column, heading in enumerate(centred, self.first):
            self.sheet.cell(column, heading, "heading centred")
        self.sheet.next(_HEADING)

    def _assessment(self, one: Counted) -> None:
        sheet, sending = self.sheet, one.sending
        identity = one.assessment.identity
        people = ", ".join(f"{who.first_name} {who.last_name}".strip() for who in identity.coordinators)
        name = _own_name(territory_name(identity))
        sent = f"n°{NBSP}{sending.number} du {short_day(local_time(sending.created_at).date())}"
        texts = (name, people or DASH)
        for column, text in enumerate(texts):
            sheet.cell(column, text, "wrapped")
        facts: tuple[_Value, ...] = (one.year, sent, STATUSES[sending.status])
        for column, value in enumerate(facts, 2):
            sheet.cell(column, value, "centred")
        self._per_cents([one], "per cent")
        sheet.cell(self.last - 1, one.low if one.scores.whole.rated else DASH, "centred")
        sheet.cell(self.last, one.to_see or DASH, "strong" if one.to_see else "centred")
        rooms = zip(texts, self.pixels, strict=False)
        lines = max(len(pieces(text[:_LONGEST], int(px / _PIXELS_A_LETTER), 1)) for text, px in rooms)
        sheet.next(min(_ROW + _LINE * (lines - 1), 400))

    def _per_cents(self, counted: Sequence[Counted], look: str) -> None:
        """Write the figures of the Caf's lines by policy and together, on the points of all `counted`."""
        tallies = [
            *(total(one.scores.policies.get(policy, Tally()) for one in counted) for policy in self.policies),
            total(one.scores.whole for one in counted),
        ]
        for column, tally in enumerate(tallies, self.first):
            is_whole = column == self.first + len(self.policies)
            self.sheet.cell(column, _fraction(tally), f"{'whole ' if is_whole else ''}{look}")

    def _total(self, counted: Sequence[Counted], year: int) -> None:
        number = "L’évaluation" if len(counted) == 1 else f"Les {len(counted)} évaluations"
        for column in range(self.last + 1):
            self.sheet.cell(column, None, "total")
        self.sheet.cell(0, f"{number} de {year}, sur les points", "total")
        self._per_cents(counted, "total per cent")
        self.sheet.cell(self.last - 1, sum(one.low for one in counted), "total centred")
        self.sheet.cell(self.last, sum(one.to_see for one in counted) or DASH, "total centred")
        self.sheet.next(_ROW)

    def _lines(self) -> None:
        sheet = self.sheet
        year = self.content.years[-1]
        sheet.cell(0, f"Les lignes en {year}, de la note moyenne la plus basse à la plus haute", "subtitle")
        sheet.next(20)
        self._headings(("Ligne",), None)
        room = int(sum(self.pixels[: self.first]) / _PIXELS_A_LETTER)
        for one in self.content.lines:
            label = f"{line_number(one.grid, one.line)}  {clean(one.grid.activities[one.line].label)}"
            sheet.sheet.merge_range(sheet.row, 0, sheet.row, self.first - 1, "", sheet.formats["text"])
            sheet.cell(0, _cut(label, room), "text")
            tallies = [*(one.by_policy.get(policy, Tally()) for policy in self.policies), one.whole]
            for column, tally in enumerate(tallies, self.first):
                is_whole = column == self.last - 2
                mean = DASH if tally.mean is None else tally.mean
                sheet.cell(column, mean, "whole mean" if is_whole else "mean")
            sheet.cell(self.last - 1, one.low if one.whole.rated else DASH, "centred")
            sheet.cell(self.last, None, "centred")
            sheet.next(_ROW)

    def _left_out(self) -> None:
        """Name every file that does not count, with why; those of another kind in one line."""
        given = len(self.content.counted) + len(self.content.apart)
        first = f"{count(given, 'fichier')}, {count(len(self.content.counted), 'compté')}."
        room = int(sum(self.pixels) / _PIXELS_A_LETTER)
        for sentence in (first, *self.content.left_out):
            for part in pieces(clean(sentence), room, 1):
                self.sheet.cell(0, part, "quiet")
                self.sheet.next(_LINE)


def _own_name(name: str) -> str:
    """Return `Charente Limousine (CC)` for a « Communauté de communes de … », sorted by C."""
    letters, own = short_territory(name).split(" ", 1)[0], without_kind(name)
    if letters in {"CC", "CA", "CU"} and own != name:
        return f"{own[:1].upper()}{own[1:]} ({letters})"
    return name


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 2].rsplit(' ', 1)[0]} …"


def _fraction(tally: Tally) -> float | str:
    return DASH if tally.percentage is None else tally.percentage / 100


# The sheets of data.


_OF_A_FILE: Final = (
    *(("Territoire", 250, "data"), ("SIREN", 80, "data"), ("Année", 50, "data"), ("Moment", 120, "data")),
    *(("Envoi", 50, "data"), ("Date", 120, "data day"), ("État", 80, "data"), ("Code", 80, "data")),
)
_COUNTS: Final = ("Points", "Maximum", "Notées", "NC", "Vides")


def _of_a_file(one: Counted) -> tuple[_Value, ...]:
    identity, sending = one.assessment.identity, one.sending
    return (
        *(territory_name(identity), identity.territory.siren, identity.year, MOMENTS[identity.moment]),
        *(sending.number, local_time(sending.created_at).date(), STATUSES[sending.status]),
        short_fingerprint(sending.fingerprint),
    )


def _figure_headings(policies: Mapping[str, str]) -> list[tuple[str, int, str]]:
    figures = [(label, 80, "data per cent") for label in (*policies.values(), "Ensemble")]
    counts = [(name, 70, "data") for name in _COUNTS]
    return [*_OF_A_FILE, ("Mission", 320, "data"), ("Lignes", 130, "data"), *figures, *counts]


def _figures_of(
    content: Consolidation, policies: Mapping[str, str]
) -> Iterator[tuple[bool, Sequence[_Value]]]:
    """Yield a row per assessment and mission, then its totals: those of proposed lines apart, with « ° »."""
    for one in content.counted:
        for row in figure_rows(one.grid, one.scores):
            by_policy = dict(zip(one.grid.policies_by_id, row.tallies, strict=True))
            tallies = [*(by_policy.get(policy, Tally()) for policy in policies), row.whole]
            whole = row.whole
            values = (
                *_of_a_file(one),
                figure_name(one.grid, row),
                whose_lines(row.is_proposed),
                *map(_fraction, tallies),
                *(whole.points, whole.maximum, whole.rated, whole.not_concerned, whole.blank),
            )
            yield row.is_proposed, values


def _note_headings(policies: Mapping[str, str]) -> list[tuple[str, int, str]]:
    notes = [(label, 80, "data centred") for label in policies.values()]
    return [*_OF_A_FILE, ("Ligne", 60, "data"), ("Activité", 520, "data"), ("Lignes", 130, "data"), *notes]


def _notes_of(content: Consolidation, policies: Mapping[str, str]) -> Iterator[tuple[bool, Sequence[_Value]]]:
    """Yield a row per assessment and line, its notes by policy; a blank cell is no answer."""
    for one in content.counted:
        facts, answers = _of_a_file(one), one.assessment.answers
        for line in one.grid.activities.values():
            values = (
                *facts,
                line_number(one.grid, line.id),
                clean(line.label),
                whose_lines(line.is_proposed),
                *(note(answers.get(Cell(line.id, policy))) for policy in policies),
            )
            yield line.is_proposed, values


_QUIET: Final = "#4A535E"
_PLAIN: Final[Mapping[str, Any]] = {"font_name": "Arial", "font_size": 9, "valign": "vcenter"}
_RULE: Final[Mapping[str, Any]] = {"bottom": 1, "bottom_color": "#B3BAC2"}
_HEAD: Final[Mapping[str, Any]] = {"bold": True, "bottom": 2, "bg_color": "#F1F3F5", "text_wrap": True}
_TOTAL: Final[Mapping[str, Any]] = {"bold": True, "top": 2}
_CENTRED: Final[Mapping[str, Any]] = {"align": "center"}
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {"bold": True, "font_size": 13},
    "subtitle": {"bold": True, "font_size": 10.5, "valign": "bottom"},
    "quiet": {"font_color": _QUIET},
    "heading": _HEAD,
    "heading centred": {**_HEAD, **_CENTRED},
    "text": _RULE,
    "wrapped": {**_RULE, "text_wrap": True},
    "centred": {**_RULE, **_CENTRED},
    "strong": {**_RULE, **_CENTRED, "bold": True},
    "per cent": {**_RULE, **_CENTRED, "num_format": PER_CENT},
    "whole per cent": {**_RULE, **_CENTRED, "num_format": PER_CENT, "bold": True},
    "mean": {**_RULE, **_CENTRED, "num_format": "0.0"},
    "whole mean": {**_RULE, **_CENTRED, "num_format": "0.0", "bold": True},
    "total": _TOTAL,
    "total centred": {**_TOTAL, **_CENTRED},
    "total per cent": {**_TOTAL, **_CENTRED, "num_format": PER_CENT},
    "whole total per cent": {**_TOTAL, **_CENTRED, "num_format": PER_CENT},
    "data": {},
    "data centred": _CENTRED,
    "data day": {"num_format": DAY, "align": "left"},
    "data per cent": {**_CENTRED, "num_format": PER_CENT},
    "data proposed per cent": {**_CENTRED, "num_format": PROPOSED_PER_CENT},
}
