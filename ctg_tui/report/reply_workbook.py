"""The XLSX report: « Grille », « Entretien », with in blue what the adviser adds, and « Données », hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ctg_tui import formats
from ctg_tui.domain.assessment import answer_text
from ctg_tui.report import tables
from ctg_tui.report.sheets import (
    DAY,
    LETTER,
    MOST_IN_CELL,
    WHOLE_NUMBER,
    Book,
    Box,
    Sheet,
    make_workbook,
    note,
)
from ctg_tui.report.tables import ReportContent
from ctg_tui.wording import spreadsheet as words
from ctg_tui.wording.french import DASH, NBSP, OUTCOMES
from ctg_tui.wording.lines import INDICATOR, MARK_MEANING
from ctg_tui.wording.thread import WHOLE, place_of, sayings

_ALLOWED = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}
_BLUE_NOTE, _BLUE_TEXT, _SUBTITLE = "blue big centre", "blue indent text", "ruled bold low"


def render(content: ReportContent) -> bytes:
    """Return the whole workbook. The same content gives the same bytes."""
    return make_workbook(content.title, content.created_at, lambda book: _fill(book, content))


def _fill(book: Book, content: ReportContent) -> None:
    # The marks, by which the rows are known when the workbook comes back, are those of a file that was sent.
    pixels = grid_pixels(content)
    grid = book.sheet(words.GRID_SHEET, pixels, len(pixels) - content.is_sent)
    _write_grid(grid, content)
    pixels = list(_MEETING_PIXELS[: None if content.is_sent else _PRINTED])
    meeting = book.sheet(words.MEETING_SHEET, pixels, _PRINTED)
    _write_meeting(meeting, content)
    data = book.sheet(formats.DATA, (420, 420))
    _write_data(data, content, [*book.texts])
    data.worksheet.hide()
    for sheet in (grid, meeting, data):
        sheet.worksheet.protect("", _ALLOWED)


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
_REMARK_AND_MARK: Final = (182, 90)
"""Pixels of the columns: with three policies all of them but the mark are in sight at 1366."""
_WIDTH_IN_SIGHT: Final = 1260
_ZOOM: Final = 90
_HEADING_SIZE: Final = 9
_BLUE_ROW: Final = 26.0
"""The least height of a row to write in, in points."""


def grid_pixels(content: ReportContent) -> list[int]:
    """Return the widths of the columns; the blue ones and the mark are those of a file that was sent."""
    wide = (len(policy.label) * LETTER * _HEADING_SIZE / 0.75 for policy in content.grid.policies)
    notes = [min(max(_NARROWEST, int(one) + 16), _BROADEST) for one in wide]
    blue = [*notes, *_REMARK_AND_MARK] if content.is_sent else []
    beside = _BESIDE if content.assessment.said else _BESIDE_FIRST
    return [*_BEFORE, *(width + 6 for width in notes), *beside, *blue]


def _write_grid(sheet: Sheet, content: ReportContent) -> None:
    """Write the head, each line with what was said of it, indicators, then the whole."""
    grid = content.grid
    top = _write_head(sheet, content, [policy.label for policy in grid.policies])
    missions = [mission for mission in grid.missions if mission.lines]
    for mission in missions:
        if len(missions) > 1:
            sheet.banner(f"Mission {mission.number}{NBSP}: {mission.title}", _SUBTITLE, 20)
        for line in mission.activities:
            _write_line(sheet, content, line.id, line.label, notes=tables.notes(content, line.id))
        if mission.indicators:
            head, number = (Box(f"{INDICATOR}s", _SUBTITLE, 2), Box("Nombre", "ruled small bold low centre"))
            sheet.write((head, number, Box(None, "ruled", sheet.printed - 3)), 20)
        for counted in mission.indicators:
            kind = grid.indicator_types.get(counted.type or "", counted.type)
            label = f"{counted.label}\n{words.MENTION}{kind}" if kind else counted.label
            _write_line(sheet, content, counted.id, label, number=content.assessment.numbers.get(counted.id))
    _write_line(sheet, content, None, WHOLE)
    sheet.banner(_legend(content), "small quiet")
    sheet.finish(tables.whose(content), top)


def _write_head(sheet: Sheet, content: ReportContent, labels: Sequence[str]) -> int:
    """Write what the file is, what changed, the one instruction; return the row of the headings."""
    identity, state = content.assessment.identity, tables.state(content)
    meeting = tables.meeting_in_words(content.assessment)
    said = f"{state[0].upper()}{state[1:]}", tables.in_a_line(content), meeting and f"entretien le {meeting}"
    sheet.banner(f"{content.territory_name} · {identity.year}", "title", 22)
    sheet.banner(" · ".join(filter(None, said)))
    if since := tables.since(content):
        sheet.banner(since, "small quiet")
    if content.is_sent:
        asked = Box(words.INSTRUCTION, "bold ground", sheet.printed - len(labels) - 1)
        name = Box(words.YOUR_NAME, "bold ground right", len(labels))
        sheet.write((asked, name, Box(identity.adviser.name, _BLUE_TEXT)), 22)
    top = sheet.row
    sheet.write(
        (
            *(Box(name, "head") for name in (words.NUMBER, words.ACTIVITY)),
            *(Box(label, "head centre") for label in labels),
            *(Box(name, "head indent") for name in (words.COMMENT, words.THREAD)),
            Box(None, "head"),
            *(Box(f"{words.YOUR_NOTE}\n{label}", "head ground centre") for label in labels),
            *(Box(words.REMARK, "head ground indent"), Box(words.MARK, "mark")),
        ),
        28,
    )
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
    counts = [number, *(None for _ in policies[1:])]
    values = [
        Box(note(one.now), "ruled bold big centre", number_format=_number_format(one)) for one in notes
    ] or [Box(one, "ruled bold centre", number_format=WHOLE_NUMBER) for one in counts]
    shown = "" if line is None else words.shown_number(content.grid, line)
    rows = (one for one in content.assessment.said.values() if one.line == line)
    comment = content.assessment.comments.get(line or "")
    said = "\n".join(one.whole for one in sayings(rows, content.grid))
    sheet.write(
        (
            *(Box(shown, "ruled bold left"), Box(label, "ruled small"), *values),
            *(Box(comment, "ruled indent"), Box(said, "ruled small indent"), Box(None, "ruled")),
            *(Box(None, _BLUE_NOTE if notes else "ruled") for _ in values),
            *(Box(None, _BLUE_TEXT), Box(formats.line_mark(content.about, line), "mark")),
        ),
        30,
    )


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
    scale = (f"{code}{NBSP}{label.partition(':')[0].strip()}" for code, label in content.grid.scale.items())
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
_ACTION_ROWS: Final = 3
_ACTION_SPANS: Final = (1, 1, 2, 1, 1)


def _write_meeting(sheet: Sheet, content: ReportContent) -> None:
    """Write when, who, the figures, the points in discussion, what was prepared, and the actions."""
    meeting, beside = tables.meeting_of(content.assessment), _PRINTED - 1
    blue = "blue indent left" if content.is_sent else "ruled indent left"
    sheet.banner(f"Entretien avec la Caf · {content.assessment.identity.year}", "title", 22)
    sheet.banner(tables.whose(content), "small quiet")
    day = Box(meeting, blue, beside, DAY)
    sheet.write((Box(words.MEETING_DATE, "ruled small"), day))
    met = "\n".join(tables.people(content)) or DASH
    sheet.write((Box("Personnes rencontrées", "ruled small"), Box(met, "ruled indent", beside)))
    sheet.banner(tables.in_a_line(content))
    _write_points(sheet, content)
    for name, text in tables.prepared(content):
        sheet.write((Box(name, "ruled small"), Box(text, "ruled indent", beside)))
    _write_actions(sheet, content)
    sheet.finish(tables.whose(content), is_portrait=True)


def _write_points(sheet: Sheet, content: ReportContent) -> None:
    """Write a row for each place in discussion, then the settled ones in a line."""
    sheet.row += 1
    sheet.banner("Points en discussion", _SUBTITLE)
    discussed = [*tables.discussed(content, content.discussed, by_policy=True)]
    if not discussed:
        sheet.banner("Aucun point n’est en discussion.", "small quiet")
    else:
        own, blue = (words.THREAD, words.STATE), (words.AGREED_NOTE, words.AGREED)
        sheet.write(
            (
                Box(words.MEETING_LINE, "head"),
                *(Box(name, "head indent") for name in own),
                *(Box(name, "head ground indent") for name in blue),
                Box(words.MARK, "mark"),
            )
        )
    for one in discussed:
        place = one.points[0]
        line = "\n".join(filter(None, (place_of(content.grid, place), one.label, one.notes)))
        said = "\n".join(saying.whole for saying in one.sayings)
        mark = formats.point_mark(content.about, place.key, line, said)
        has_note = place.policy is not None and content.is_sent
        if has_note:
            _only_notes(sheet, 3, 3, "rien n’est convenu")
        sheet.write(
            (
                *(Box(line, "ruled small"), Box(said, "ruled small indent")),
                *(Box(one.state, "ruled indent"), Box(None, _BLUE_NOTE if has_note else "ruled")),
                *(Box(None, _BLUE_TEXT if content.is_sent else "ruled"), Box(mark, "mark")),
            ),
            _BLUE_ROW,
        )
    if settled := tables.settled_in_a_line(content):
        sheet.banner(settled, "small quiet")


def _write_actions(sheet: Sheet, content: ReportContent) -> None:
    """Write who does what: what is planned, then blue rows for what is agreed on."""
    sheet.row += 1
    sheet.banner("Qui fait quoi, pour quand", _SUBTITLE)
    looks = ("head", "head indent", "head indent", "head indent", "mark")
    names = (words.MEETING_LINE, words.WHAT, words.WHEN, words.WHO, words.MARK)
    sheet.write(map(Box, names, looks, _ACTION_SPANS))
    own = ("ruled small", "ruled indent", "ruled indent left", "ruled indent")
    for number, action in tables.planned(content):
        what = f"{action.what}\n{OUTCOMES[action.outcome]}" if action.outcome else action.what
        values = (number, what, action.due or tables.due(action), action.who)
        sheet.write(map(Box, values, own, _ACTION_SPANS, ("", "", DAY if action.due else "", "")))
    blue = _BLUE_TEXT if content.is_sent else "ruled indent"
    for rank in range(1, _ACTION_ROWS + 1):
        mark = Box(f"{words.ACTION_MARK}{rank}", "mark")
        sheet.write((*(Box(None, blue, span) for span in _ACTION_SPANS[:4]), mark), _BLUE_ROW)


# The sheet « Données »: the file that the workbook answers, for when it comes back.


def _write_data(sheet: Sheet, content: ReportContent, texts: Iterable[str]) -> None:
    """Write the file that was sent, and the digests of all `texts` of the other sheets."""
    sheet.write((Box(formats.PACKED, "mark"), Box(formats.TEXTS, "mark")))
    if content.is_sent:
        every = formats.packed(content.document), "".join(sorted(texts))
        for start in range(0, max(map(len, every)), MOST_IN_CELL):
            sheet.write(Box(text[start : start + MOST_IN_CELL], "mark") for text in every)
