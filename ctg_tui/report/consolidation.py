"""The workbook of many assessments: a first sheet to read on one landscape page, then two sheets of data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, typeset
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.scores import Scores, Tally, figure_rows, total
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean, short_fingerprint
from ctg_tui.domain.thread import Said
from ctg_tui.report.workbook import (
    DAY,
    PER_CENT,
    PROPOSED_PER_CENT,
    Column,
    Content,
    Looks,
    Sheet,
    lines_of,
    make_workbook,
    note,
)
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
from ctg_tui.wording.thread import sayings

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

OVERVIEW: Final = "Vue d’ensemble"
FIGURES: Final = "Chiffres"
NOTES: Final = "Notes"
_BESIDE: Final = ("CTG_", "courriel.")
"""How the names of what a sending holds beside the file for the Caf begin."""


class ApartState(StrEnum):
    """Why a file that was given is not in the workbook; the value is its spelling in `--json`."""

    REFUSED = "refuse"
    REPLACED = "remplace"
    OTHER = "autre"


class Apart(NamedTuple):
    """A file that was given and is not in the workbook; `message` is the sentence that says why."""

    state: ApartState
    path: Path
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
        is_refused = any(one.state is ApartState.REFUSED for one in self.apart)
        return EXIT_INVALID_DOCUMENT if is_refused else 0

    @property
    def years(self) -> list[int]:
        return sorted({one.year for one in self.counted})

    @property
    def left_out(self) -> list[str]:
        """A sentence for each file that is not in the workbook; one for all those of another kind."""
        sentences = [one.message for one in self.apart if one.state is not ApartState.OTHER]
        others = [one.path.name for one in self.apart if one.state is ApartState.OTHER]
        named = [f"« {name} »" for name in others if not name.startswith(_BESIDE)]
        if beside := len(others) - len(named):
            pieces_of = count(beside, "autre pièce", "autres pièces")
            sentences.append(f"{pieces_of} de ces envois, à lire ailleurs (rapports, courriels).")
        if named:
            sentences.append(typeset(f"Autres fichiers, laissés de côté : {listing(named)}."))
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
    looks, policies = Looks(workbook), content.policies
    notes = (max(_POLICY, round(len(label) * 4)) for label in policies.values())
    pixels = [*_PEOPLE_PIXELS, *notes, *_FIGURES_PIXELS]
    _write_overview(Sheet(workbook.add_worksheet(OVERVIEW), looks, pixels, len(pixels)), content)
    for name, headings, rows in (
        (FIGURES, _figure_headings(policies), _figures_of(content, policies)),
        (NOTES, _note_headings(policies), _notes_of(content, policies)),
    ):
        widths = [width for _, width, _ in headings]
        sheet = Sheet(workbook.add_worksheet(name), looks, widths, len(widths))
        _write_data(sheet, headings, rows)
        sheet.worksheet.freeze_panes(1, 1)
        sheet.finish(_footer(content), (0, 0), is_portrait=False)


_LONGEST: Final = 1_000
"""Characters of one cell: a line or a name is whole, and nothing exceeds what a cell holds."""


def _short(text: str) -> str:
    shown = clean(text, multiline=True)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} …"


def _footer(content: Consolidation) -> str:
    return f"{_title(content)} · ce document contient des noms"


# The first sheet.

_PEOPLE_PIXELS: Final = (250, 240, 48, 132, 74)
_POLICY: Final = 74
_FIGURES_PIXELS: Final = (76, 66, 66)
_SIZE: Final = 9
"""Points of the letters of data."""
_ROW: Final = 13.5
_HEADING: Final = 24.0
_HIGHEST: Final = 760.0
"""Points of rows that one page still shows in letters read without effort; more go on as wide as a page."""
_MEAN: Final = "0.0"


def _write_overview(sheet: Sheet, content: Consolidation) -> None:
    """Write the assessments, their totals on points, the lines, the files left out."""
    sheet.worksheet.hide_gridlines(2)
    sheet.lowest = 22
    sheet.cells([Column(_title(content), "data title")])
    sheet.lowest = _ROW
    sheet.cells([Column(_summary(content.counted), "data quiet")])
    sheet.lowest = 4
    sheet.cells([Column(None, "data")])
    head = sheet.row
    _headings(sheet, content, ("Territoire", "Rempli par", "Année", "Envoi", "État"), "Points à voir")
    sheet.worksheet.freeze_panes(sheet.row, 1)
    for one in content.counted:
        _write_assessment(sheet, content, one)
    for year in content.years:
        _write_total(sheet, content, year)
    if content.lines:
        _write_lines(sheet, content)
    given, counted = len(content.counted) + len(content.apart), len(content.counted)
    for sentence in (f"{count(given, 'fichier')}, {count(counted, 'compté')}.", *content.left_out):
        sheet.banner(sentence, "data small")
    sheet.finish(_footer(content), (head, head), is_portrait=False)
    sheet.worksheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)
    sheet.worksheet.center_horizontally()
    sheet.worksheet.print_area(0, 0, sheet.row - 1, len(sheet.pixels) - 1)
    if sheet.points <= _HIGHEST:
        sheet.worksheet.fit_to_pages(1, 1)


def _summary(counted: Sequence[Counted]) -> str:
    final = sum(one.sending.is_final for one in counted)
    to_see = sum(one.to_see for one in counted)
    places = sum(bool(one.to_see) for one in counted)
    points = f"{count(to_see, 'point')} à voir dans {count(places, 'évaluation')}"
    return typeset(
        f"{count(final, 'définitive')}, {count(len(counted) - final, 'provisoire')} ; "
        f"{points if to_see else 'aucun point à voir'}. Rangées par nom. "
        "Les chiffres reposent sur les lignes de la Caf. Pour vous : ce document contient des noms."
    )


def _headings(sheet: Sheet, content: Consolidation, names: Sequence[str], last: str | None) -> None:
    centred = (*content.policies.values(), "Ensemble", "Notes à 0 ou 1", last)
    left = [*names, *(None for _ in _PEOPLE_PIXELS[len(names) :])]
    sheet.lowest = _HEADING
    sheet.cells(
        [
            *(Column(name, "head" if rank < 2 else "head centred") for rank, name in enumerate(left)),
            *(Column(heading, "head centred") for heading in centred),
        ]
    )
    sheet.lowest = _ROW


def _write_assessment(sheet: Sheet, content: Consolidation, one: Counted) -> None:
    identity, sending = one.assessment.identity, one.sending
    people = ", ".join(f"{who.first_name} {who.last_name}".strip() for who in identity.coordinators)
    texts = [_short(text) for text in (_own_name(territory_name(identity)), people or DASH)]
    sent = f"n°{NBSP}{sending.number} du {short_day(local_time(sending.created_at).date())}"
    is_long = any(lines_of(text, width, _SIZE)[1:] for text, width in zip(texts, sheet.pixels, strict=False))
    look = "data ruled wrapped" if is_long else "data ruled"
    sheet.cells(
        [
            *(Column(text, look) for text in texts),
            *(Column(fact, "data centred") for fact in (one.year, sent, STATUSES[sending.status])),
            *_per_cents(content, [one], "data centred", "data strong"),
            Column(one.low if one.scores.whole.rated else DASH, "data centred"),
            Column(one.to_see or DASH, "data strong" if one.to_see else "data centred"),
        ]
    )


def _per_cents(content: Consolidation, counted: Sequence[Counted], look: str, whole: str) -> list[Column]:
    """Return the figures of the Caf's lines by policy and together, on the points of all `counted`."""
    by_policy = (
        total(one.scores.policies.get(policy, Tally()) for one in counted) for policy in content.policies
    )
    every = total(one.scores.whole for one in counted)
    return [
        *(Column(_fraction(tally), look, number_format=PER_CENT) for tally in by_policy),
        Column(_fraction(every), whole, number_format=PER_CENT),
    ]


def _write_total(sheet: Sheet, content: Consolidation, year: int) -> None:
    counted = [one for one in content.counted if one.year == year]
    number = "L’évaluation" if len(counted) == 1 else f"Les {len(counted)} évaluations"
    sheet.cells(
        [
            Column(f"{number} de {year}, sur les points", "data total"),
            *(Column(None, "data total") for _ in _PEOPLE_PIXELS[1:]),
            *_per_cents(content, counted, "data total centred", "data total centred"),
            Column(sum(one.low for one in counted), "data total centred"),
            Column(sum(one.to_see for one in counted) or DASH, "data total centred"),
        ]
    )


def _write_lines(sheet: Sheet, content: Consolidation) -> None:
    sheet.lowest = 20
    title = f"Les lignes en {content.years[-1]}, de la note moyenne la plus basse à la plus haute"
    sheet.cells([Column(title, "data subtitle")])
    _headings(sheet, content, ("Ligne",), None)
    for one in content.lines:
        label = f"{line_number(one.grid, one.line)}  {clean(one.grid.activities[one.line].label)}"
        first, *others = lines_of(label, sum(_PEOPLE_PIXELS), _SIZE)
        tallies = [one.by_policy.get(policy, Tally()) for policy in content.policies]
        means = [Column(_mean(tally), "data centred", number_format=_MEAN) for tally in tallies]
        sheet.cells(
            [
                Column(f"{first.rstrip()} …" if others else label, "data ruled", len(_PEOPLE_PIXELS)),
                *means,
                Column(_mean(one.whole), "data strong", number_format=_MEAN),
                Column(one.low if one.whole.rated else DASH, "data centred"),
                Column(None, "data centred"),
            ]
        )


def _own_name(name: str) -> str:
    """Return `Charente Limousine (CC)` for a « Communauté de communes de … », sorted by C."""
    letters, own = short_territory(name).split(" ", 1)[0], without_kind(name)
    if letters in {"CC", "CA", "CU"} and own != name:
        return f"{own[:1].upper()}{own[1:]} ({letters})"
    return name


def _fraction(tally: Tally) -> float | str:
    return DASH if tally.percentage is None else tally.percentage / 100


def _mean(tally: Tally) -> float | str:
    return DASH if tally.mean is None else tally.mean


# The sheets of data.

_Headings = Sequence[tuple[str, int, str]]
_Rows = Iterator[tuple[bool, Sequence[Content]]]
_OF_A_FILE: Final = (
    *(("Territoire", 310, ""), ("SIREN", 80, ""), ("Année", 50, ""), ("Moment", 120, "")),
    *(("Envoi", 50, ""), ("Date", 120, DAY), ("État", 80, ""), ("Code", 80, "")),
)
_COUNTS: Final = ("Points", "Maximum", "Notées", "NC", "Vides")


def _write_data(sheet: Sheet, headings: _Headings, rows: _Rows) -> None:
    """Write a table to filter: each heading with its width and format; True marks proposed lines."""
    sheet.cells([Column(heading, "head") for heading, _, _ in headings])
    formats = [shown for _, _, shown in headings]
    marked = [PROPOSED_PER_CENT if shown == PER_CENT else shown for shown in formats]
    for is_proposed, values in rows:
        texts = [_short(value) if isinstance(value, str) else value for value in values]
        sheet.record(texts, "data", marked if is_proposed else formats)
    sheet.worksheet.autofilter(0, 0, sheet.row - 1, len(headings) - 1)


def _of_a_file(one: Counted) -> tuple[Content, ...]:
    identity, sending = one.assessment.identity, one.sending
    return (
        *(territory_name(identity), identity.territory.siren, identity.year, MOMENTS[identity.moment]),
        *(sending.number, local_time(sending.created_at).date(), STATUSES[sending.status]),
        short_fingerprint(sending.fingerprint),
    )


def _figure_headings(policies: Mapping[str, str]) -> list[tuple[str, int, str]]:
    figures = [(label, 80, PER_CENT) for label in (*policies.values(), "Ensemble")]
    counts = [(name, 70, "") for name in _COUNTS]
    return [*_OF_A_FILE, ("Mission", 320, ""), ("Lignes", 130, ""), *figures, *counts]


def _figures_of(content: Consolidation, policies: Mapping[str, str]) -> _Rows:
    """Yield a row per assessment and mission, then its totals: those of proposed lines apart, with « ° ».

    A mission that is alone has the row of its total.
    """
    for one in content.counted:
        rows = figure_rows(one.grid, one.scores)
        kinds = Counter(row.is_proposed for row in rows)
        for row in (row for row in rows if row.mission is None or kinds[row.is_proposed] > 2):
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
    notes = [(label, 80, "") for label in policies.values()]
    line = (("Ligne", 90, ""), ("Activité", 520, ""), ("Lignes", 130, ""))
    texts = (("Commentaire", 420, ""), ("Ce qui s’est dit", 420, ""))
    return [*_OF_A_FILE, *line, *notes, ("Nombre", 80, ""), *texts]


def _notes_of(content: Consolidation, policies: Mapping[str, str]) -> _Rows:
    """Yield a row per assessment and line: its notes by policy or its number, and what was written of it.

    A blank cell is no answer.
    """
    for one in content.counted:
        facts, assessment = _of_a_file(one), one.assessment
        written = {**assessment.comments, **assessment.remarks}
        said: dict[str | None, list[Said]] = {}
        for row in assessment.said.values():
            said.setdefault(row.line, []).append(row)
        lines: list[Activity | Indicator] = [*one.grid.activities.values(), *one.grid.indicators.values()]
        for line in lines:
            values = (
                *facts,
                line_number(one.grid, line.id),
                clean(line.label),
                whose_lines(line.is_proposed),
                *(note(assessment.answers.get(Cell(line.id, policy))) for policy in policies),
                assessment.numbers.get(line.id),
                written.get(line.id),
                " ".join(one_said.whole for one_said in sayings(said.get(line.id, ()), one.grid)) or None,
            )
            yield line.is_proposed, values
