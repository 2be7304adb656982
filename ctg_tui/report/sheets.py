"""The sheets « Grille » and « Entretien »: what was noted and said, and in blue what the adviser adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.thread import Point
from ctg_tui.formats import action_mark, going_on, line_mark, point_mark
from ctg_tui.report import tables, wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import Column, Sheet, note, text_width
from ctg_tui.wording import workbook as words
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import INDICATOR
from ctg_tui.wording.thread import NO_NAME, place_of, sayings

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
_NUMBER_GIVEN: Final = "Nombre"
"""The heading of the numbers of indicators."""


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


def grid_pixels(content: ReportContent) -> list[int]:
    """Return the widths of the columns; the blue ones and the mark are those of a file that was sent."""
    labels = [policy.label for policy in content.grid.policies] if content.grid else []
    notes = [
        min(max(_NARROWEST, int(text_width(label) * _HEADING_SIZE * 1.08 / 0.75) + 12), _BROADEST)
        for label in labels
    ]
    blue = [*notes, _REMARK, _MARK] if content.is_sent else []
    beside = _BESIDE if content.assessment.said else _BESIDE_FIRST
    return [*_BEFORE, *(width + 6 for width in notes), *beside, *blue]


def write_grid(sheet: Sheet, content: ReportContent) -> None:
    """Write the sheet: its head, each line with what was said of it, indicators, then the whole."""
    _GridSheet(sheet, content).write()


class _GridSheet:
    def __init__(self, sheet: Sheet, content: ReportContent) -> None:
        self._sheet = sheet
        self._content = content
        self._labels = [*words.policy_names(content.grid).values()] if content.grid else []
        self._has_selection = False

    def write(self) -> None:
        sheet, content = self._sheet, self._content
        top = self._head()
        for section in tables.sections(content):
            self._title(section.title, section.source)
            for line in section.lines:
                self._row(line)
            if section.indicators:
                self._title_of_indicators()
            for line in section.indicators:
                self._row(line)
        self._row(tables.whole(content))
        sheet.banner(self._legend(), "small")
        sheet.finish(wording.whose(content), (top, top), is_portrait=False)

    def _head(self) -> int:
        """Write what the file is, what changed, the one instruction; return the row of the headings."""
        sheet, content, labels = self._sheet, self._content, self._labels
        identity, state = content.assessment.identity, wording.state(content)
        meeting = wording.meeting_in_words(content.assessment)
        said = (
            f"{state[0].upper()}{state[1:]}",
            tables.in_a_line(content),
            meeting and f"entretien le {meeting}",
        )
        sheet.lowest = 22.0
        sheet.banner(f"{content.territory_name} · {identity.year}", "title")
        sheet.lowest = 15.0
        sheet.banner(" · ".join(filter(None, said)))
        for sentence in wording.since(content):
            sheet.banner(sentence, "small")
        if content.grid is None:
            sheet.banner(wording.UNKNOWN_GRID, "small")
        if content.is_sent:
            sheet.lowest = 22.0
            blue = len(labels)
            asked = Column(words.INSTRUCTION, "asked", sheet.printed - blue - 1)
            name = Column(identity.adviser.name, "blue text")
            sheet.cells([asked, Column(words.YOUR_NAME, "asked right", blue), name])
        top, sheet.lowest = sheet.row, 28.0
        sheet.cells(
            [
                Column(words.NUMBER, "head"),
                Column(words.ACTIVITY, "head"),
                *(Column(label, "head centred") for label in labels),
                Column(words.COMMENT, "head indented"),
                Column(words.THREAD, "head indented"),
                Column(None, "head"),
                *self._blue(
                    *(Column(f"{words.YOUR_NOTE}\n{label}", "blue head centred") for label in labels)
                ),
                *self._blue(Column(words.REMARK, "blue head"), Column(words.MARK, "mark")),
            ]
        )
        sheet.worksheet.freeze_panes(sheet.row, 0)
        sheet.worksheet.set_zoom(min(_ZOOM, _ZOOM * _WIDTH_IN_SIGHT // sum(sheet.pixels[: sheet.printed])))
        sheet.lowest = _LOWEST_ROW
        return top

    def _title(self, title: str, source: str = "") -> None:
        self._sheet.lowest = 20.0
        if title:
            self._sheet.banner(title, "subtitle")
        self._sheet.lowest = 15.0
        if source:
            self._sheet.banner(source, "small")
        self._sheet.lowest = _LOWEST_ROW

    def _title_of_indicators(self) -> None:
        """Write above which column their numbers stand."""
        rest = self._sheet.printed - 3
        self._sheet.lowest = 20.0
        title = Column(f"{INDICATOR}s", "subtitle", 2), Column(_NUMBER_GIVEN, "subtitle centred")
        self._sheet.cells([*title, Column(None, "subtitle", rest)])
        self._sheet.lowest = _LOWEST_ROW

    def _row(self, line: tables.Line) -> None:
        """Write a line: its notes or its number, what was said of it, and the blue cells."""
        sheet, content = self._sheet, self._content
        mark = line_mark(content.about, line.id) if content.is_sent else ""
        if line.notes and content.is_sent:
            self._take_notes()
        counts = [line.number_given, *(None for _ in self._labels)][: len(self._labels)]
        notes = [_note(one) for one in line.notes] or [Column(count, "count") for count in counts]
        look = "blue note" if line.notes else "count"
        sheet.cells(
            [
                Column(line.number, "number"),
                Column(
                    f"{line.label}\n{words.MENTION}{line.mention}" if line.mention else line.label, "label"
                ),
                *notes,
                Column(line.comment),
                Column(sayings(line.said, content.grid, nameless=NO_NAME), "thread"),
                Column(None),
                *self._blue(*(Column(None, look) for _ in self._labels)),
                *self._blue(Column(None, "blue text"), Column(mark, "mark", continued=going_on(mark))),
            ]
        )

    def _take_notes(self) -> None:
        """Let only notes be typed in the blue cells of the next row; the first one is selected."""
        row, last = self._sheet.row, self._sheet.printed - 2
        first = last - len(self._labels) + 1
        if not self._has_selection:
            self._sheet.worksheet.set_selection(row, first, row, first)
            self._has_selection = True
        _only_notes(self._sheet, first, last, "vous n’en proposez pas")

    def _blue(self, *columns: Column) -> Sequence[Column]:
        """Return the columns that are there only in a file that was sent."""
        return columns if self._content.is_sent else ()

    def _legend(self) -> str:
        """Return how to read the notes."""
        past, grid = self._content.previous, self._content.grid
        parts = [
            f"•{NBSP}: note revue depuis l’envoi précédent." if self._content.revised else "",
            f"Entre parenthèses, celle de {past.year} quand elle diffère." if past else "",
            wording.scale_in_brief(grid) if grid else "",
        ]
        return " ".join(filter(None, parts))


def _note(one: tables.Note) -> Column:
    """Return `•2  (1)`: a revised note, and last year’s where it differs; the number stays one."""
    if one.now is None:
        return Column(None, "note")
    before = '"•"' if one.is_revised else "_•"
    after = '"  "_(_0_)' if one.past is None else f'"  ({answer_text(one.past)})"'
    shown = f"{before}{0 if one.is_counted else '@'}{after}"
    return Column(note(one.now), "note", number_format=shown)


# « Entretien »: a page to print, and the record of the meeting. What is blue comes back.

MEETING_PIXELS: Final = (150, 276, 66, 76, 162, 90)
_PRINTED: Final = 5
"""All but the marks, by which the rows are known when the workbook comes back."""
_ACTION_ROWS: Final = 3
_ACTION_SPANS: Final = (1, 1, 2, 1)
_TITLE: Final = "Entretien avec la Caf"
_MET: Final = "Personnes rencontrées"


def write_meeting(sheet: Sheet, content: ReportContent) -> dict[str, tuple[Point, ...]]:
    """Write when, who, the figures, the points in discussion, what was prepared, and the actions.

    Return the points by the mark of their row; none in a report that was not sent, where nothing is blue.
    """
    sheet.lowest = 22.0
    sheet.banner(f"{_TITLE} · {content.assessment.identity.year}", "title")
    sheet.lowest = 16.0
    sheet.banner(wording.whose(content), "small")
    on_day = wording.meeting_of(content.assessment)
    day = Column(on_day[0] if on_day else None, _blue(content, "day"), _PRINTED - 1)
    sheet.cells([Column(words.MEETING_DATE, "label"), day])
    met = "\n".join(wording.people(content)) or DASH
    sheet.cells([Column(_MET, "label"), Column(met, "text", _PRINTED - 1)])
    sheet.banner(tables.in_a_line(content))
    points = _write_points(sheet, content)
    for name, text in tables.prepared(content):
        sheet.cells([Column(name, "label"), Column(text, "text", _PRINTED - 1)])
    _write_actions(sheet, content)
    sheet.finish(wording.whose(content), None, is_portrait=True)
    return points


def _blue(content: ReportContent, look: str) -> str:
    return f"blue {look}" if content.is_sent else look


def _mark(content: ReportContent, mark: str) -> list[Column]:
    return [Column(mark, "mark", continued=going_on(mark))] if content.is_sent else []


def _write_points(sheet: Sheet, content: ReportContent) -> dict[str, tuple[Point, ...]]:
    """Write a row for each place in discussion, then the settled ones in a line."""
    by_mark: dict[str, tuple[Point, ...]] = {}
    sheet.skip()
    sheet.banner("Points en discussion", "subtitle")
    discussed = tables.by_place(content)
    if not discussed:
        sheet.banner("Aucun point n’est en discussion.", "small")
    else:
        heads = [Column(words.MEETING_LINE, "head")]
        heads += [Column(name, "head indented") for name in (words.THREAD, words.STATE)]
        heads.append(Column(words.AGREED_NOTE, f"{_blue(content, 'head')} centred"))
        heads.append(Column(words.AGREED, _blue(content, "head")))
        sheet.cells([*heads, *_mark(content, words.MARK)])
    sheet.lowest = _BLUE_ROW
    for one in discussed:
        line = "\n".join(filter(None, (place_of(content.grid, one.points[0]), one.label, one.notes)))
        said = "\n".join(saying.whole for saying in one.sayings)
        mark = point_mark(content.about, one.points[0].key, line, said)
        by_mark[mark] = one.points
        has_note = content.is_sent and one.policy is not None
        if has_note:
            _only_notes(sheet, 3, 3, "rien n’est convenu")
        sheet.cells(
            [
                Column(line, "label"),
                Column(one.sayings, "thread"),
                Column(one.state),
                Column(None, "blue note" if has_note else "text"),
                Column(None, _blue(content, "text")),
                *_mark(content, mark),
            ]
        )
    sheet.lowest = 16.0
    if settled := wording.settled_in_a_line(content):
        sheet.banner(settled, "small")
    return by_mark if content.is_sent else {}


def _write_actions(sheet: Sheet, content: ReportContent) -> None:
    """Write who does what: what is planned, then blue rows for what is agreed on, then the engagement."""
    sheet.skip()
    sheet.banner("Qui fait quoi, pour quand", "subtitle")
    planned = tables.planned(content)
    if planned or content.is_sent:
        names = (words.MEETING_LINE, words.WHAT, words.WHEN, words.WHO)
        looks = ["head", *["head indented"] * 3]
        heads = [Column(*of_one) for of_one in zip(names, looks, _ACTION_SPANS, strict=True)]
        sheet.cells([*heads, *_mark(content, words.MARK)])
    else:
        sheet.banner(tables.NO_ACTION, "small")
    for one in planned:
        due = one.action.due or one.due
        when = "day" if one.action.due else "text"
        what = "\n".join(filter(None, (one.action.what, one.outcome)))
        sheet.cells([Column(one.number, "label"), Column(what), Column(due, when, 2), Column(one.action.who)])
    sheet.lowest = _BLUE_ROW
    for rank in range(1, _ACTION_ROWS + 1 if content.is_sent else 1):
        blue = [Column(None, "blue text", span) for span in _ACTION_SPANS]
        sheet.cells([*blue, *_mark(content, action_mark(content.about, rank))])
    sheet.lowest = 16.0
    engagement = tables.engagement(content)
    if engagement:
        sheet.skip()
        sheet.banner("Toutes les actions de l’engagement", "subtitle")
    for number, said in engagement:
        sheet.cells([Column(number, "label"), Column(said, "text", _PRINTED - 1)])
