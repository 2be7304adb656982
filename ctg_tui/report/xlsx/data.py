"""The sheet « Données », each answer on a row of its own, as it was sent; and the columns of percentages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Answer, NotConcerned, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Tally
from ctg_tui.domain.text import canonical_json, harmless
from ctg_tui.formats.documents import (
    ASSESSMENT,
    CONTROL,
    GRID,
    GRID_VERSION,
    HEADINGS,
    NAME,
    REVISION,
    SUBMISSION,
    TERRITORY,
    control,
)
from ctg_tui.report import workbook as formulas
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import Area, Column, Formula, Sheet
from ctg_tui.wording.french import DASH

Areas = Mapping[tuple[str, str, bool], Area]
"""By mission, policy, and whether the lines are proposed: a block of cells has lines of one kind."""


def per_cent(is_proposed: bool, total: str = "") -> str:
    """Return the look of a percentage, with the mark for proposed lines."""
    return f"{total}{'proposed ' if is_proposed else ''}per cent"


def places(grid: Grid, areas: Areas, row: FigureRow) -> list[list[Area]]:
    """Return the blocks that each figure of a row rests on: by policy, then all together."""
    portions = [
        portion
        for portion in grid.portions
        if portion.is_proposed is row.is_proposed and row.portion in {None, portion}
    ]
    by_policy = [
        [areas[portion.mission.id, policy.id, row.is_proposed] for portion in portions]
        for policy in grid.policies
    ]
    return [*by_policy, [area for blocks in by_policy for area in blocks]]


def shown_percentage(areas: Sequence[Area], tally: Tally, look: str = "per cent", span: int = 1) -> Column:
    """Return the percentage of some areas; `tally` is their present one."""
    value = DASH if tally.percentage is None else tally.percentage / 100
    return Column(Formula(formulas.percentage(areas), value), look, span)


def charted_percentage(cells: str, percentage: int | None) -> Column:
    """Return the percentage of the cells of a reference; `percentage` is their present one."""
    value = formulas.MISSING if percentage is None else percentage / 100
    return Column(Formula(formulas.radar_value(cells), value), "per cent")


def counts(areas: Sequence[Area], tally: Tally, look: str = "number") -> tuple[Column, Column, Column]:
    """Return the numbers of notes, NC and blanks."""
    return (
        Column(Formula(formulas.rated(areas), tally.rated), look),
        Column(Formula(formulas.not_concerned(areas), tally.not_concerned), look),
        Column(Formula(formulas.blank(areas), tally.blank), look),
    )


def points(areas: Sequence[Area], tally: Tally, look: str = "number") -> tuple[Column, Column]:
    """Return the points and their maximum."""
    return (
        Column(Formula(formulas.points(areas), tally.points), look),
        Column(Formula(formulas.maximum(areas), tally.maximum), look),
    )


def changes_since_sent(counts: Sequence[Area]) -> Formula | None:
    """Return the formula that counts the notes changed since the fingerprint; None when nothing was sent."""
    return Formula(formulas.changes_in_words(counts), formulas.NO_CHANGE) if counts else None


def fixed_percentage(percentage: int | None) -> Column:
    """Return a percentage that the notes do not change: last time's."""
    return Column(None if percentage is None else Formula(f"={percentage}/100", percentage / 100), "per cent")


WIDTHS: Final = (12, 14, 8, 60, 8)
NOW: Final = "note actuelle"
_MOST_IN_CELL: Final = 16_000
"""Characters of one cell: a spreadsheet holds 32,767 units of UTF-16, and an emoji takes two."""
_POLICY, _NOTE, _NOW = 1, 2, 4


class DataRow(NamedTuple):
    """The answer of a cell. `place` is its cell in the sheet of a mission, as `'Mission 1'!B7`."""

    activity: str
    policy: str
    answer: Answer | None
    comment: str | None
    place: str


def note(answer: Answer | None) -> int | str | None:
    """Return a note as a number, to be summed; NC as text; None without an answer."""
    if answer is None:
        return None
    return answer_text(answer) if isinstance(answer, NotConcerned) else int(answer)


def parts(text: str | None) -> list[str | None]:
    """Return a text in as many parts as it takes cells: the first goes beside its note, the others last."""
    whole = text or ""
    return [
        whole[start : start + _MOST_IN_CELL] or None for start in range(0, len(whole) or 1, _MOST_IN_CELL)
    ]


def columns_of(first: int, last: int) -> tuple[Area, Area, Area]:
    """Return the policies, the notes as sent and the present notes of the data rows `first` to `last`."""
    policies, notes, now = (
        Area(NAME, first + 1, column, last + 1, column, 0) for column in (_POLICY, _NOTE, _NOW)
    )
    return policies, notes, now


def write_data(sheet: Sheet, content: ReportContent, grid: Grid, rows: Sequence[DataRow]) -> None:
    """Write the answers, then the indicators, their number in the column of notes, then the grid.

    In a report that was sent, the present notes, by formula, stand beside the answers, and the last rows say
    what a review of it answers to.
    """
    is_sent = content.fingerprint is not None
    sheet.record([*HEADINGS, *([NOW] if is_sent else [])], "name")
    sheet.worksheet.freeze_panes(1, 0)
    for row in rows:
        value = note(row.answer)
        now = [Formula(formulas.present_note(row.place), "" if value is None else value)] if is_sent else []
        sheet.record([row.activity, row.policy, value, parts(row.comment)[0], *now])
    assessment = content.assessment
    for line in grid.indicators:
        sheet.record([line, None, assessment.numbers.get(line), parts(assessment.remarks.get(line))[0]])
    texts = [*((row.activity, row.comment) for row in rows), *assessment.remarks.items()]
    for line, text in texts:
        for part in parts(text)[1:]:
            sheet.record([line, None, None, part])
    facts = [(GRID, f"{grid.id} {grid.fingerprint}"), *(_about_the_submission(content) if is_sent else ())]
    about = [(name, part or "") for name, text in facts for part in parts(text)]
    if is_sent:
        keys = [(row.activity, row.policy, _text(note(row.answer))) for row in rows]
        keys += [
            (line, "", str(number)) for line, number in assessment.numbers.items() if line in grid.indicators
        ]
        keys += [(name, "", harmless(text, multiline=True).strip()) for name, text in about]
        about.append((CONTROL, control(keys)))
    for name, text in about:
        sheet.record([name, None, None, text])


def _about_the_submission(content: ReportContent) -> Iterator[tuple[str, str]]:
    """Yield what a review says of the submission that it answers to."""
    assessment = content.assessment
    yield SUBMISSION, content.fingerprint or ""
    yield ASSESSMENT, assessment.uuid
    yield REVISION, str(assessment.revision)
    yield GRID_VERSION, assessment.grid_version
    territory = assessment.identity.territory
    facts = {
        "nom": territory.name,
        "siren": territory.siren,
        "departement": territory.department,
        "identifiant": territory.known_id,
    }
    known = {name: text and harmless(text) for name, text in facts.items()}
    yield TERRITORY, canonical_json(known).decode()  # as JSON: a space at the end of a name stays


def _text(value: int | str | None) -> str:
    return "" if value is None else str(value)
