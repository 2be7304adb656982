"""The workbook of many assessments: a first sheet to read on one landscape page, then two sheets of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, typeset
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.scores import Scores, Tally, tally, total
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean, short_fingerprint, words_of
from ctg_tui.report.workbook import (
    DAY,
    PER_CENT,
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
    STATUSES,
    count,
    listing,
    short_day,
    territory_name,
    without_kind,
)
from ctg_tui.wording.lines import LOW_NOTES, TOTAL, line_number, short_title, total_name, whose_lines
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
    """An assessment with the sending that counts; `low` notes of the Caf's lines are 0 or 1.

    `to_see` are its open points.
    """

    path: Path
    grid: Grid
    assessment: Assessment
    sending: Sending
    scores: Scores
    low: int
    to_see: int

    @property
    def year(self) -> int:
        return self.assessment.identity.year


class Consolidation(NamedTuple):
    """What the workbook shows."""

    counted: tuple[Counted, ...]
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
        return {policy.id: policy.label for one in reversed(self.counted) for policy in one.grid.policies}

    @property
    def title(self) -> str:
        years = listing(map(str, self.years))
        return f"CTG {years} · {count(len(self.counted), 'évaluation')}"


def render(content: Consolidation, created_at: datetime) -> bytes:
    """Return the bytes of the workbook; two of the same content differ only by `created_at`."""
    return make_workbook(content.title, created_at, lambda workbook: _fill(workbook, content))


def _fill(workbook: Workbook, content: Consolidation) -> None:
    looks, footer = Looks(workbook), f"{content.title} · ce document contient des noms"
    policies = (max(_POLICY, round(len(label) * 4)) for label in content.policies.values())
    pixels = [*_PEOPLE_PIXELS, *policies, *_FIGURES_PIXELS]
    _write_overview(Sheet(workbook.add_worksheet(OVERVIEW), looks, pixels, len(pixels)), content, footer)
    for name, headings, rows in (
        (FIGURES, _headings_of_figures(content), _figures(content)),
        (NOTES, _headings_of_notes(content), _notes(content)),
    ):
        widths = [width for _, width, _ in headings]
        data = Sheet(workbook.add_worksheet(name), looks, widths, len(widths))
        data.write([heading for heading, _, _ in headings], ["head"] * len(headings))
        for row in rows:
            texts = [_short(value) if isinstance(value, str) else value for value in row]
            data.record(texts, "data", [number_format for _, _, number_format in headings])
        data.worksheet.autofilter(0, 0, data.row - 1, len(headings) - 1)
        data.worksheet.freeze_panes(1, 1)
        data.finish(footer, (0, 0), is_portrait=False)


_LONGEST: Final = 1_000
"""Characters of one cell: a line or a name is whole, and nothing exceeds what a cell holds."""


def _short(text: str) -> str:
    shown = clean(text, multiline=True)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} …"


# The first sheet.

_PEOPLE_PIXELS: Final = (250, 240, 48, 132, 74)
_POLICY: Final = 74
_FIGURES_PIXELS: Final = (76, 66, 66)
_SIZE: Final = 9
"""Points of the letters of data."""
_ROW: Final = 13.5
_HIGHEST: Final = 760.0
"""Points of rows that one page still shows in letters read without effort; more go on as wide as a page."""
_MEAN: Final = "0.0"


def _write_overview(sheet: Sheet, content: Consolidation, footer: str) -> None:
    """Write the assessments, their totals on points, the lines, the files left out."""
    sheet.worksheet.hide_gridlines(2)
    sheet.lowest = 22
    sheet.write([content.title], ["data title"])
    sheet.lowest = 17.5
    sheet.write([_summary(content.counted)], ["data quiet"])
    head = sheet.row
    _write_headings(sheet, content, ("Territoire", "Rempli par", "Année", "Envoi", "État"), "Points à voir")
    sheet.worksheet.freeze_panes(sheet.row, 1)
    for one in content.counted:
        _write_assessment(sheet, content, one)
    for year in content.years:
        counted = [one for one in content.counted if one.year == year]
        number = "L’évaluation" if len(counted) == 1 else f"Les {len(counted)} évaluations"
        name = (f"{number} de {year}, sur les points", *(None for _ in _PEOPLE_PIXELS[1:]))
        looks = ["data total"] * len(name) + ["data total centred"] * len(_headings_of(content, None))
        _write_figures(sheet, content, counted, name, looks)
    _write_lines(sheet, content)
    given, counted_files = len(content.counted) + len(content.apart), len(content.counted)
    for sentence in (f"{count(given, 'fichier')}, {count(counted_files, 'compté')}.", *content.left_out):
        sheet.banner(sentence, "data small")
    sheet.finish(footer, (head, head), is_portrait=False)
    sheet.worksheet.center_horizontally()
    sheet.worksheet.print_area(0, 0, sheet.row - 1, len(sheet.pixels) - 1)
    if sheet.points <= _HIGHEST:
        sheet.worksheet.fit_to_pages(1, 1)


def _summary(counted: Sequence[Counted]) -> str:
    final = sum(one.sending.is_final for one in counted)
    to_see = sum(one.to_see for one in counted)
    places = count(sum(bool(one.to_see) for one in counted), "évaluation")
    points = f"{count(to_see, 'point')} à voir dans {places}" if to_see else "aucun point à voir"
    return typeset(
        f"{count(final, 'définitive')}, {count(len(counted) - final, 'provisoire')} ; {points}. "
        "Rangées par nom. Les chiffres reposent sur les lignes de la Caf. "
        "Pour vous : ce document contient des noms."
    )


def _write_headings(sheet: Sheet, content: Consolidation, names: Sequence[str], last: str | None) -> None:
    left = [*names, *(None for _ in _PEOPLE_PIXELS[len(names) :])]
    figures = _headings_of(content, last)
    sheet.lowest = 24.0
    sheet.write([*left, *figures], ["head"] * 2 + ["head centred"] * (len(left) + len(figures) - 2))
    sheet.lowest = _ROW


def _headings_of(content: Consolidation, last: str | None) -> list[str | None]:
    return [*content.policies.values(), TOTAL, "Notes à 0 ou 1", last]


def _write_assessment(sheet: Sheet, content: Consolidation, one: Counted) -> None:
    identity, sending = one.assessment.identity, one.sending
    people = ", ".join(f"{who.first_name} {who.last_name}".strip() for who in identity.coordinators)
    texts = [_short(text) for text in (without_kind(territory_name(identity)), people or DASH)]
    is_long = any(lines_of(text, width, _SIZE)[1:] for text, width in zip(texts, sheet.pixels, strict=False))
    sent = typeset(f"n° {sending.number} du {short_day(local_time(sending.created_at).date())}")
    looks = ["data ruled wrapped" if is_long else "data ruled"] * 2 + ["data centred"] * 3
    looks += [*("data centred" for _ in content.policies), "data strong", "data centred"]
    looks += ["data strong" if one.to_see else "data centred"]
    _write_figures(sheet, content, [one], [*texts, one.year, sent, STATUSES[sending.status]], looks)


def _write_figures(
    sheet: Sheet,
    content: Consolidation,
    counted: Sequence[Counted],
    who: Sequence[Content],
    looks: Sequence[str],
) -> None:
    """Write a row of figures of the Caf's lines, on the points of all `counted`."""
    tallies = [
        *(total(one.scores.policies.get(policy, Tally()) for one in counted) for policy in content.policies),
        total(one.scores.whole for one in counted),
    ]
    shares = [DASH if one.percentage is None else one.percentage / 100 for one in tallies]
    low = sum(one.low for one in counted) if tallies[-1].rated else DASH
    to_see = sum(one.to_see for one in counted) or DASH
    formats = [*("" for _ in who), *(PER_CENT for _ in shares)]
    sheet.write([*who, *shares, low, to_see], looks, formats=formats)


def _write_lines(sheet: Sheet, content: Consolidation) -> None:
    sheet.lowest = 20
    title = f"Les lignes en {content.years[-1]}, de la note moyenne la plus basse à la plus haute"
    sheet.write([title], ["data subtitle"])
    _write_headings(sheet, content, ("Ligne",), None)
    looks = ["data ruled", *("data centred" for _ in content.policies), "data strong", *["data centred"] * 2]
    for label, tallies, low in _lines(content):
        first, *others = lines_of(label, sum(_PEOPLE_PIXELS), _SIZE)
        means = [DASH if one.mean is None else one.mean for one in tallies]
        values = (
            f"{first.rstrip()} …" if others else label,
            *means,
            low if tallies[-1].rated else DASH,
            None,
        )
        sheet.write(values, looks, spans=[len(_PEOPLE_PIXELS)], formats=["", *(_MEAN for _ in means)])


def _lines(content: Consolidation) -> list[tuple[str, list[Tally], int]]:
    """Return the Caf's lines of the latest year, the lowest mean note first, then those without a note.

    Each with its tallies by policy, then together, and how many notes are 0 or 1. Of two grids, the line of
    the same id and words is one.
    """
    groups: dict[tuple[str, str], list[Counted]] = {}
    for one in (one for one in content.counted if one.year == content.years[-1]):
        for line in one.grid.activities.values():
            if not line.is_proposed:
                groups.setdefault((line.id, words_of(line.label)), []).append(one)
    rows = []
    for (line_id, _), group in groups.items():
        grid = group[0].grid
        cells = [Cell(line_id, policy) for policy in content.policies]
        tallies = [total(tally(one.assessment.answers, [cell]) for one in group) for cell in cells]
        low = sum(one.assessment.answers.get(cell) in LOW_NOTES for one in group for cell in cells)
        label = f"{line_number(grid, line_id)}  {clean(grid.activities[line_id].label)}"
        rows.append((label, [*tallies, total(tallies)], low))
    return sorted(rows, key=lambda row: (row[1][-1].mean is None, row[1][-1].mean or 0))


# The data.


_OF_A_FILE: Final = (
    *(("Territoire", 310, ""), ("SIREN", 80, ""), ("Année", 50, ""), ("Moment", 120, "")),
    *(("Envoi", 50, ""), ("Date", 120, DAY), ("État", 80, ""), ("Code", 80, "")),
)
"""Headings of what `_file` returns, each with its width and the format of its numbers."""


def _file(one: Counted) -> tuple[Content, ...]:
    """Return what each row says of the file that it is from."""
    identity, sending = one.assessment.identity, one.sending
    return (
        *(territory_name(identity), identity.territory.siren, identity.year, MOMENTS[identity.moment]),
        *(sending.number, local_time(sending.created_at).date(), STATUSES[sending.status]),
        short_fingerprint(sending.fingerprint),
    )


def _headings_of_figures(content: Consolidation) -> list[tuple[str, int, str]]:
    shares = [(label, 80, PER_CENT) for label in (*content.policies.values(), TOTAL)]
    counts = [(name, 70, "") for name in ("Points", "Maximum", "Notées", "NC", "Vides")]
    return [*_OF_A_FILE, ("Mission", 320, ""), ("Lignes", 130, ""), *shares, *counts]


def _figures(content: Consolidation) -> Iterator[Sequence[Content]]:
    """Yield a row per assessment and mission, then of all the Caf's lines, and of all proposed ones."""
    for one in content.counted:
        for is_proposed in (False, True):
            missions = [each for each in one.grid.noted_missions if each.is_proposed is is_proposed]
            if not missions:
                continue
            side = one.scores.side(is_proposed)
            rows = [
                (short_title(each), {policy: side.rubrics[each.id, policy] for policy in side.policies})
                for each in missions
            ]
            for name, by_policy in (*rows, (total_name(one.grid, is_proposed), side.policies)):
                whole = total(by_policy.values())
                tallies = (*(by_policy.get(policy, Tally()) for policy in content.policies), whole)
                yield (
                    *(*_file(one), name, whose_lines(is_proposed)),
                    *(DASH if each.percentage is None else each.percentage / 100 for each in tallies),
                    *(whole.points, whole.maximum, whole.rated, whole.not_concerned, whole.blank),
                )


def _headings_of_notes(content: Consolidation) -> list[tuple[str, int, str]]:
    return [
        *_OF_A_FILE,
        *(("Ligne", 90, ""), ("Activité", 520, ""), ("Lignes", 130, "")),
        *((label, 80, "") for label in content.policies.values()),
        *(("Nombre", 80, ""), ("Commentaire", 420, ""), ("Ce qui s’est dit", 420, "")),
    ]


def _notes(content: Consolidation) -> Iterator[Sequence[Content]]:
    """Yield a row per assessment and line: its notes by policy or its number, and what was written of it.

    A blank cell is no answer.
    """
    for one in content.counted:
        assessment = one.assessment
        written = {**assessment.comments, **assessment.remarks}
        lines: list[Activity | Indicator] = [*one.grid.activities.values(), *one.grid.indicators.values()]
        for line in lines:
            said = (row for row in assessment.said.values() if row.line == line.id)
            yield (
                *_file(one),
                line_number(one.grid, line.id),
                clean(line.label),
                whose_lines(line.is_proposed),
                *(note(assessment.answers.get(Cell(line.id, policy))) for policy in content.policies),
                assessment.numbers.get(line.id),
                written.get(line.id),
                " ".join(row.whole for row in sayings(said, one.grid)) or None,
            )
