"""The XLSX report: « Grille », « Entretien », with in blue what the adviser adds, and « Données », hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Cell, answer_text
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import canonical_json, harmless
from ctg_tui.domain.thread import Point
from ctg_tui.formats import (
    ADDRESSEE,
    ASSESSMENT,
    FILE,
    GRID,
    HEADINGS,
    MEETING,
    MOMENT,
    NAME,
    POINTS,
    SENDING,
    TERRITORY,
    TEXTS,
    action_mark,
    line_mark,
    point_mark,
)
from ctg_tui.report import tables, wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import Looks, Sheet, make_workbook, note, text_width
from ctg_tui.wording import workbook as words
from ctg_tui.wording.french import DASH, NBSP, OUTCOMES
from ctg_tui.wording.lines import INDICATOR, MARK_MEANING
from ctg_tui.wording.thread import NO_NAME, WHOLE, place_of, sayings

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_ALLOWED = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}
_Points = Mapping[str, Sequence[Point]]


def render(content: ReportContent) -> bytes:
    """Return the whole workbook. The same content gives the same bytes."""
    return make_workbook(content.title, content.created_at, lambda workbook: _fill(workbook, content))


def _fill(workbook: Workbook, content: ReportContent) -> None:
    looks = Looks(workbook, has_blue=content.is_sent)

    def worksheet(name: str) -> Worksheet:
        made = workbook.add_worksheet(name)
        made.protect("", _ALLOWED)
        made.hide_gridlines(2)
        return made

    # The marks, by which the rows are known when the workbook comes back, are those of a file that was sent.
    pixels = grid_pixels(content)
    _write_grid(Sheet(worksheet(words.GRID_SHEET), looks, pixels, len(pixels) - content.is_sent), content)
    pixels = list(_MEETING_PIXELS[: None if content.is_sent else _PRINTED])
    points = _write_meeting(Sheet(worksheet(words.MEETING_SHEET), looks, pixels, _PRINTED), content)
    data = Sheet(worksheet(NAME), looks, (90, 100, 60, 420), 4)
    _write_data(data, content, points, [*looks.texts])
    data.worksheet.hide()


def _only_notes(sheet: Sheet, first: int, last: int, blank: str) -> None:
    """Let only notes be typed in these cells of the next row."""
    rule = {
        "validate": "list",
        "source": ["0", "1", "2", "3", "NC"],
        "dropdown": False,
        "error_title": "Note inconnue",
        "error_message": f"Une note de 0 à 3, ou NC. Laissez la case vide si {blank}.",
    }
    sheet.worksheet.data_validation(sheet.row, first, sheet.row, last, rule)


# « Grille »: the lines of all missions, what was said of them, and what the adviser adds.

_BEFORE: Final = (38, 206)
_NARROWEST, _BROADEST = 52, 96
_BESIDE: Final = (200, 276, 6)
_BESIDE_FIRST: Final = (290, 186, 6)
"""The comment, what was said, and what keeps its letters off the blue border; before anything was said."""
_REMARK: Final = 182
_MARK: Final = 90
"""Pixels of the columns: with three policies all of them but the mark are in sight at 1366."""
_WIDTH_IN_SIGHT: Final = 1260
_ZOOM: Final = 90
_LOWEST_ROW: Final = 30.0
_BLUE_ROW: Final = 26.0
"""The least height of a row to write in, in points."""
_HEADING_SIZE: Final = 9


def grid_pixels(content: ReportContent) -> list[int]:
    """Return the widths of the columns; the blue ones and the mark are those of a file that was sent."""
    wide = (text_width(policy.label) * _HEADING_SIZE * 1.08 / 0.75 for policy in content.grid.policies)
    notes = [min(max(_NARROWEST, int(one) + 12), _BROADEST) for one in wide]
    blue = [*notes, _REMARK, _MARK] if content.is_sent else []
    beside = _BESIDE if content.assessment.said else _BESIDE_FIRST
    return [*_BEFORE, *(width + 6 for width in notes), *beside, *blue]


def _write_grid(sheet: Sheet, content: ReportContent) -> None:
    """Write the head, each line with what was said of it, indicators, then the whole."""
    labels = [*words.policy_names(content.grid).values()]
    top = _write_head(sheet, content, labels)
    missions = [mission for mission in content.grid.missions if mission.lines]
    for mission in missions:
        sheet.lowest = 20.0
        if len(missions) > 1:
            sheet.banner(wording.mission_title(mission), "subtitle")
        for line in mission.activities:
            _write_line(sheet, content, line.id, line.label, notes=tables.notes(content, line.id))
        if mission.indicators:
            sheet.lowest = 20.0
            names, looks = (f"{INDICATOR}s", "Nombre", None), ("subtitle", "subtitle centred", "subtitle")
            sheet.write(names, looks, spans=(2, 1, sheet.printed - 3))
        for counted in mission.indicators:
            kind = content.grid.indicator_types.get(counted.type or "", counted.type)
            label = f"{counted.label}\n{words.MENTION}{kind}" if kind else counted.label
            number = content.assessment.numbers.get(counted.id)
            _write_line(sheet, content, counted.id, label, number=number)
    _write_line(sheet, content, None, WHOLE)
    sheet.banner(_legend(content), "small")
    sheet.finish(wording.whose(content), (top, top), is_portrait=False)


def _write_head(sheet: Sheet, content: ReportContent, labels: Sequence[str]) -> int:
    """Write what the file is, what changed, the one instruction; return the row of the headings."""
    identity, state = content.assessment.identity, wording.state(content)
    meeting = wording.meeting_in_words(content.assessment)
    said = f"{state[0].upper()}{state[1:]}", tables.in_a_line(content), meeting and f"entretien le {meeting}"
    sheet.lowest = 22.0
    sheet.banner(f"{content.territory_name} · {identity.year}", "title")
    sheet.lowest = 15.0
    sheet.banner(" · ".join(filter(None, said)))
    for sentence in wording.since(content):
        sheet.banner(sentence, "small")
    if content.is_sent:
        sheet.lowest = 22.0
        asked = (words.INSTRUCTION, words.YOUR_NAME, identity.adviser.name)
        spans = (sheet.printed - len(labels) - 1, len(labels))
        sheet.write(asked, ("asked", "asked right", "blue text"), spans=spans)
    top, sheet.lowest = sheet.row, 28.0
    own = (words.NUMBER, words.ACTIVITY, *labels, words.COMMENT, words.THREAD, None)
    blue = (*(f"{words.YOUR_NOTE}\n{label}" for label in labels), words.REMARK, words.MARK)
    looks = ["head", "head", *("head centred" for _ in labels), "head indented", "head indented", "head"]
    looks += [*("blue head centred" for _ in labels), "blue head", "mark"]
    sheet.write((*own, *blue), looks)
    sheet.worksheet.freeze_panes(sheet.row, 0)
    sheet.worksheet.set_zoom(min(_ZOOM, _ZOOM * _WIDTH_IN_SIGHT // sum(sheet.pixels[: sheet.printed])))
    if content.is_sent:
        first = sheet.printed - 1 - len(labels)
        sheet.worksheet.set_selection(sheet.row, first, sheet.row, first)
    return top


def _write_line(
    sheet: Sheet,
    content: ReportContent,
    line: str | None,
    label: str,
    *,
    notes: Sequence[tables.Note] = (),
    number: int | None = None,
) -> None:
    """Write a line: its notes or its number, what was said of it, and the blue cells."""
    policies = content.grid.policies
    if notes and content.is_sent:
        _only_notes(sheet, sheet.printed - 1 - len(policies), sheet.printed - 2, "vous n’en proposez pas")
    values = [note(one.now) for one in notes] or [number, *(None for _ in policies[1:])]
    said = sayings(content.said_of(line), content.grid, nameless=NO_NAME)
    shown = "" if line is None else words.shown_number(content.grid, line)
    own = (shown, label, *values, tables.comment(content, line), said, None)
    looks = ["number", "label", *("note" if notes else "count" for _ in values), "text", "thread", "text"]
    looks += [*("blue note" if notes else "count" for _ in values), "blue text", "mark"]
    sheet.lowest = _LOWEST_ROW
    blue = (*(None for _ in values), None, line_mark(content.about, line))
    sheet.write((*own, *blue), looks, formats=("", "", *map(_number_format, notes)))


def _number_format(one: tables.Note) -> str:
    """Show `•2  (1)`: a revised note, and last year’s where it differs; the number stays one."""
    if one.now is None:
        return ""
    before = '"•"' if one.is_revised else "_•"
    after = '"  "_(_0_)' if one.past is None else f'"  ({answer_text(one.past)})"'
    return f"{before}{0 if one.is_counted else '@'}{after}"


def _legend(content: ReportContent) -> str:
    """Return how to read the notes."""
    past = content.previous
    scale = (f"{step.code}{NBSP}{wording.scale_word(step)}" for step in content.grid.scale)
    parts = [
        f"•{NBSP}: note revue depuis l’envoi précédent." if content.revised else "",
        f"Entre parenthèses, celle de {past.year} quand elle diffère." if past else "",
        MARK_MEANING if content.grid.has_proposed_activities else "",
        " · ".join(scale),
    ]
    return " ".join(filter(None, parts))


# « Entretien »: a page to print, and the record of the meeting. What is blue comes back.

_MEETING_PIXELS: Final = (150, 276, 66, 76, 162, 90)
_PRINTED: Final = 5
"""All but the marks."""
_BESIDE_A_LABEL: Final = (1, _PRINTED - 1)
_ACTION_ROWS: Final = 3
_ACTION_SPANS: Final = (1, 1, 2, 1)


def _write_meeting(sheet: Sheet, content: ReportContent) -> dict[str, tuple[Point, ...]]:
    """Write when, who, the figures, the points in discussion, what was prepared, and the actions.

    Return the points by the mark of their row.
    """
    sheet.lowest = 22.0
    sheet.banner(f"Entretien avec la Caf · {content.assessment.identity.year}", "title")
    sheet.lowest = 16.0
    sheet.banner(wording.whose(content), "small")
    meeting = wording.meeting_of(content.assessment)
    day = meeting[0] if meeting else None
    sheet.write((words.MEETING_DATE, day), ("label", "blue day"), spans=_BESIDE_A_LABEL)
    met = "\n".join(wording.people(content)) or DASH
    sheet.write(("Personnes rencontrées", met), ("label", "text"), spans=_BESIDE_A_LABEL)
    sheet.banner(tables.in_a_line(content))
    points = _write_points(sheet, content)
    for name, text in tables.prepared(content):
        sheet.write((name, text), ("label", "text"), spans=_BESIDE_A_LABEL)
    _write_actions(sheet, content)
    sheet.finish(wording.whose(content), None, is_portrait=True)
    return points


def _write_points(sheet: Sheet, content: ReportContent) -> dict[str, tuple[Point, ...]]:
    """Write a row for each place in discussion, then the settled ones in a line."""
    by_mark: dict[str, tuple[Point, ...]] = {}
    sheet.skip()
    sheet.banner("Points en discussion", "subtitle")
    discussed = tables.by_place(content)
    if not discussed:
        sheet.banner("Aucun point n’est en discussion.", "small")
    else:
        names = (words.MEETING_LINE, words.THREAD, words.STATE, words.AGREED_NOTE, words.AGREED, words.MARK)
        looks = ("head", "head indented", "head indented", "blue head centred", "blue head", "mark")
        sheet.write(names, looks)
    sheet.lowest = _BLUE_ROW
    for one in discussed:
        place = one.points[0]
        line = "\n".join(filter(None, (place_of(content.grid, place), one.label, one.notes)))
        said = "\n".join(saying.whole for saying in one.sayings)
        mark = point_mark(content.about, place.key, line, said)
        by_mark[mark] = one.points
        if place.policy is not None and content.is_sent:
            _only_notes(sheet, 3, 3, "rien n’est convenu")
        agreed = "text" if place.policy is None else "blue note"
        looks = ("label", "thread", "text", agreed, "blue text", "mark")
        sheet.write((line, one.sayings, one.state, None, None, mark), looks)
    sheet.lowest = 16.0
    if settled := wording.settled_in_a_line(content):
        sheet.banner(settled, "small")
    return by_mark


def _write_actions(sheet: Sheet, content: ReportContent) -> None:
    """Write who does what: what is planned, then blue rows for what is agreed on."""
    sheet.skip()
    sheet.banner("Qui fait quoi, pour quand", "subtitle")
    names = (words.MEETING_LINE, words.WHAT, words.WHEN, words.WHO, words.MARK)
    looks = ("head", "head indented", "head indented", "head indented", "mark")
    sheet.write(names, looks, spans=_ACTION_SPANS)
    for number, action in tables.planned(content):
        what = f"{action.what}\n{OUTCOMES[action.outcome]}" if action.outcome else action.what
        values = (number, what, action.due or tables.due(action), action.who)
        sheet.write(values, ("label", "text", "day", "text"), spans=_ACTION_SPANS)
    sheet.lowest = _BLUE_ROW
    for rank in range(1, _ACTION_ROWS + 1):
        blue = (None, None, None, None, action_mark(content.about, rank))
        sheet.write(blue, ("blue text", "blue text", "blue text", "blue text", "mark"), spans=_ACTION_SPANS)


# The sheet « Données »: every answer once, for programs, and for the workbook sent back.

_MOST_IN_CELL: Final = 16_000
"""Characters of one cell: a spreadsheet holds 32,767 units of UTF-16, and an emoji takes two."""


def _write_data(sheet: Sheet, content: ReportContent, points: _Points, texts: Iterable[str]) -> None:
    """Write the answers, then the indicators, their number in the column of notes, then the grid.

    In a report that was sent, the last rows say what comes back is about: `points` are those of the sheet
    « Entretien » by their marks, `texts` the digests of all texts of the other sheets.
    """
    sheet.record(HEADINGS)
    sheet.worksheet.freeze_panes(1, 0)
    grid, assessment = content.grid, content.assessment
    for line in grid.activities:
        comment = assessment.comments.get(line, "")[:_MOST_IN_CELL]
        for policy in grid.policies:
            answer = note(assessment.answers.get(Cell(line, policy.id)))
            sheet.record([line, policy.id, answer, comment or None])
            comment = ""
    for line in grid.indicators:
        remark = assessment.remarks.get(line, "")[:_MOST_IN_CELL]
        sheet.record([line, None, assessment.numbers.get(line), remark or None])
    facts = [
        (GRID, f"{grid.id} {grid.fingerprint}"),
        *(_about_the_file(content, content.sending, points, texts) if content.sending else ()),
    ]
    for name, text in facts:
        for start in range(0, len(text) or 1, _MOST_IN_CELL):
            sheet.record([name, None, None, text[start : start + _MOST_IN_CELL] or None])


def _about_the_file(
    content: ReportContent, sending: Sending, points: _Points, texts: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Yield what the reader needs to know of the file that this workbook is of."""
    assessment = content.assessment
    territory = assessment.identity.territory
    facts = {
        "nom": territory.name,
        "siren": territory.siren,
        "departement": territory.department,
        "identifiant": territory.known_id,
    }
    known = {name: text and harmless(text) for name, text in facts.items()}
    meeting = wording.meeting_of(assessment)
    yield FILE, content.about
    yield ASSESSMENT, assessment.uuid
    yield SENDING, str(sending.number)
    yield MOMENT, sending.created_at.astimezone(UTC).isoformat(timespec="seconds")
    yield ADDRESSEE, assessment.identity.adviser.name
    yield MEETING, "" if meeting is None else meeting[0].isoformat()
    yield TERRITORY, canonical_json(known).decode()  # as JSON: a space at the end of a name stays
    said = [
        [mark, group[0].key, group[0].line, group[0].policy, _of_caf(group)] for mark, group in points.items()
    ]
    yield POINTS, canonical_json(said).decode()
    yield TEXTS, "".join(sorted(texts))


def _of_caf(points: Sequence[Point]) -> list[str]:
    """Return the ids of what the Caf said in the points of one row."""
    return list(dict.fromkeys(row.id for point in points for row in point.rows if row.is_caf))
