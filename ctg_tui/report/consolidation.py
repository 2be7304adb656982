"""The workbook of many assessments: a first sheet to read on one landscape page, then two sheets of data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ctg_tui.domain.assessment import Assessment, Cell, Sending
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, typeset
from ctg_tui.domain.grid import Activity, Grid, Indicator
from ctg_tui.domain.scores import Scores, Tally, tally, total
from ctg_tui.domain.steps import LOW_NOTES
from ctg_tui.domain.text import clean, words_of
from ctg_tui.report.sheets import DAY, PER_CENT, Book, Box, Content, make_workbook, note
from ctg_tui.report.tables import shortened
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
from ctg_tui.wording.lines import TOTAL, line_number, short_title, total_name, whose_lines
from ctg_tui.wording.spreadsheet import CONSOLIDATED
from ctg_tui.wording.thread import sayings

_BESIDE: Final = ("CTG_", "courriel.")
"""How the names of what a sending holds beside the file for the Caf begin."""


class Apart(NamedTuple):
    """A file that was given and is not in the workbook; `message` is why, empty for another kind of file.

    `state` is its spelling in `--json`.
    """

    state: Literal["refuse", "remplace", "autre"]
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

    @property
    def territory(self) -> str:
        return without_kind(territory_name(self.assessment.identity))


class Consolidation(NamedTuple):
    """What the workbook shows."""

    counted: tuple[Counted, ...]
    apart: tuple[Apart, ...]

    @property
    def exit_code(self) -> int:
        """3 where a file that names itself one for the Caf was refused."""
        return EXIT_INVALID_DOCUMENT if any(one.state == "refuse" for one in self.apart) else 0

    @property
    def years(self) -> list[int]:
        return sorted({one.year for one in self.counted})

    @property
    def year_of_lines(self) -> int:
        """The latest year of which the Caf's lines have a note; the latest one without any."""
        return max((one.year for one in self.counted if one.scores.whole.rated), default=self.years[-1])

    @property
    def left_out(self) -> list[str]:
        """A sentence for each file that is not in the workbook; one for all those of another kind."""
        sentences = [one.message for one in self.apart if one.message]
        others = [one.path.name for one in self.apart if not one.message]
        named = [f"« {name} »" for name in others if not name.startswith(_BESIDE)]
        if beside := len(others) - len(named):
            pieces = count(beside, "autre pièce", "autres pièces")
            sentences.append(f"{pieces} de ces envois, à lire ailleurs (rapports, courriels).")
        return sentences + [typeset(f"Autres fichiers, laissés de côté : {listing(named)}.")] * bool(named)

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
    return make_workbook(content.title, created_at, lambda book: _fill(book, content))


def _fill(book: Book, content: Consolidation) -> None:
    footer = f"{content.title} · ce document contient des noms"
    _write_overview(book, content, footer)
    for name, columns, rows in (
        ("Chiffres", _columns_of_figures(content), _figures(content)),
        ("Notes", _columns_of_notes(content), _notes(content)),
    ):
        sheet = book.sheet(name, [width for _, width, _ in columns])
        sheet.write(Box(heading, "head") for heading, _, _ in columns)
        formats = [number_format for _, _, number_format in columns]
        for row in rows:
            pairs = zip(row, formats, strict=True)
            sheet.write(Box(one, "small left whole", 1, shown) for one, shown in pairs)
        sheet.worksheet.autofilter(0, 0, sheet.row - 1, len(columns) - 1)
        sheet.worksheet.freeze_panes(1, 1)
        sheet.finish(footer, 0)


# The first sheet.

_WHO: Final = (("Territoire", 250), ("Rempli par", 240), ("Année", 48), ("Envoi", 132), ("État", 74))
_POLICY: Final = 74
_FIGURES: Final = ((TOTAL, 76), ("Notes à 0 ou 1", 66), ("Points à voir", 66))
_MOST_ROWS: Final = 50
"""The rows that one page still shows in letters read without effort; more go on as wide as a page."""
_LETTERS_OF_A_LINE: Final = 110
_RULED, _CENTRED = "small ruled", "small ruled centre"


def _write_overview(book: Book, content: Consolidation, footer: str) -> None:
    """Write the assessments, their totals on points, the lines, the files left out."""
    policies = list(content.policies.values())
    widths = [max(_POLICY, len(label) * 4) for label in policies]
    pixels = [*(width for _, width in _WHO), *widths, *(width for _, width in _FIGURES)]
    sheet = book.sheet("Vue d’ensemble", pixels)
    figures = [*policies, *(name for name, _ in _FIGURES)]
    sheet.banner(content.title, "title", 22)
    sheet.banner(_summary(content.counted), "small quiet", 17.5)
    names = [name for name, _ in _WHO]
    looks = ["head", "head", *("head centre" for _ in (*names[2:], *figures))]
    sheet.write(map(Box, (*names, *figures), looks), 24)
    head = sheet.row - 1
    sheet.worksheet.freeze_panes(sheet.row, 1)
    for one in content.counted:
        identity, sending = one.assessment.identity, one.sending
        people = ", ".join(f"{who.first_name} {who.last_name}".strip() for who in identity.coordinators)
        sent = typeset(f"n° {sending.number} du {short_day(local_time(sending.created_at).date())}")
        who = [Box(text, _RULED) for text in (one.territory, people or DASH)]
        who += [Box(text, _CENTRED) for text in (one.year, sent, STATUSES[sending.status])]
        sheet.write((*who, *_of_assessments(content, [one], _CENTRED)))
    for year in content.years:
        counted = [one for one in content.counted if one.year == year]
        number = "L’évaluation" if len(counted) == 1 else f"Les {len(counted)} évaluations"
        name = Box(f"{number} de {year}, sur les points", "small total", len(_WHO))
        sheet.write((name, *_of_assessments(content, counted, "small total centre")))
    sheet.banner(
        f"Les lignes en {content.year_of_lines}, de la note moyenne la plus basse à la plus haute",
        "bold low",
        20,
    )
    looks = ["head", *("head centre" for _ in figures)]
    sheet.write(map(Box, ("Ligne", *figures[:-1], None), looks, (len(_WHO), *(1 for _ in figures))), 24)
    for label, tallies, low in _lines(content):
        means = [Box(DASH if one.mean is None else one.mean, _CENTRED, 1, "0.0") for one in tallies]
        shown = Box(shortened(label, _LETTERS_OF_A_LINE), _RULED, len(_WHO))
        sheet.write((shown, *means, Box(low if tallies[-1].rated else DASH, _CENTRED), Box(None, _CENTRED)))
    given, taken = len(content.counted) + len(content.apart), len(content.counted)
    for sentence in (f"{count(given, 'fichier')}, {count(taken, 'compté')}.", *content.left_out):
        sheet.banner(sentence, "small quiet")
    sheet.finish(footer, head)
    sheet.worksheet.fit_to_pages(1, int(sheet.row <= _MOST_ROWS))


def _summary(counted: Sequence[Counted]) -> str:
    final, to_see = sum(one.sending.is_final for one in counted), sum(one.to_see for one in counted)
    return typeset(
        f"{count(final, 'définitive')}, {count(len(counted) - final, 'provisoire')} ; "
        f"{count(to_see, 'point')} à voir. Les chiffres reposent sur les lignes de la Caf. "
        "Pour vous : ce document contient des noms."
    )


def _of_assessments(content: Consolidation, counted: Sequence[Counted], look: str) -> Iterator[Box]:
    """Yield the figures of the Caf's lines, on the points of all `counted`."""
    for policy in content.policies:
        yield Box(
            _share(total(one.scores.policies.get(policy, Tally()) for one in counted)), look, 1, PER_CENT
        )
    whole = total(one.scores.whole for one in counted)
    yield Box(_share(whole), f"{look} bold", 1, PER_CENT)
    yield Box(sum(one.low for one in counted) if whole.rated else DASH, look)
    yield Box(sum(one.to_see for one in counted) or DASH, look)


def _share(tally: Tally) -> float | str:
    return DASH if tally.percentage is None else tally.percentage / 100


def _lines(content: Consolidation) -> list[tuple[str, list[Tally], int]]:
    """Return the Caf's lines of `year_of_lines`, the lowest mean note first, then those without a note.

    Each with its tallies by policy, then together, and how many notes are 0 or 1. Of two grids, the line of
    the same id and words is one.
    """
    groups: dict[tuple[str, str], list[Counted]] = {}
    for one in (one for one in content.counted if one.year == content.year_of_lines):
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


# The data: columns, each with its width and the format of its numbers, and rows.

_Columns = list[tuple[str, int, str]]
_WIDTHS: Final = (310, 80, 50, 120, 50, 120, 80, 80)
_OF_A_FILE: Final = [
    (name, width, DAY if name == "Date" else "") for name, width in zip(CONSOLIDATED, _WIDTHS, strict=True)
]


def _file(one: Counted) -> tuple[Content, ...]:
    """Return what each row says of the file that it is from."""
    identity, sending = one.assessment.identity, one.sending
    return (
        *(territory_name(identity), identity.territory.siren, identity.year, MOMENTS[identity.moment]),
        *(sending.number, local_time(sending.created_at).date(), STATUSES[sending.status]),
        sending.code,
    )


def _columns_of_figures(content: Consolidation) -> _Columns:
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
                yield (
                    *(*_file(one), name, whose_lines(is_proposed)),
                    *(_share(by_policy.get(policy, Tally())) for policy in content.policies),
                    _share(whole),
                    *(whole.points, whole.maximum, whole.rated, whole.not_concerned, whole.blank),
                )


def _columns_of_notes(content: Consolidation) -> _Columns:
    return [
        *_OF_A_FILE,
        *(("Ligne", 90, ""), ("Activité", 520, ""), ("Lignes", 130, "")),
        *((label, 80, "") for label in content.policies.values()),
        *(("Nombre", 80, ""), ("Commentaire", 420, ""), ("Ce qui s’est dit", 420, "")),
    ]


def _notes(content: Consolidation) -> Iterator[Sequence[Content]]:
    """Yield a row per assessment and line: its notes by policy or its number, and what was written of it."""
    for one in content.counted:
        assessment = one.assessment
        lines: list[Activity | Indicator] = [*one.grid.activities.values(), *one.grid.indicators.values()]
        for line in lines:
            said = (row for row in assessment.said.values() if row.line == line.id)
            yield (
                *(*_file(one), line_number(one.grid, line.id), clean(line.label)),
                whose_lines(line.is_proposed),
                *(note(assessment.answers.get(Cell(line.id, policy))) for policy in content.policies),
                assessment.numbers.get(line.id),
                assessment.comments.get(line.id),
                " ".join(row.whole for row in sayings(said, one.grid)) or None,
            )
