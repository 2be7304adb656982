"""The sheet « Grille »: the lines of all missions, what was said of them, and what the adviser adds."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from ctg_tui.domain.assessment import Answer, Cell, NotConcerned, answer_text
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.thread import Said, union
from ctg_tui.formats import going_on, line_mark
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.workbook import Column, RuledSheet, note, text_width
from ctg_tui.wording import workbook as words
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import line_number, marked
from ctg_tui.wording.thread import WHOLE

_BEFORE: Final = (38, 206)
_NARROWEST, _BROADEST = 52, 96
_BESIDE: Final = (200, 282)
_REMARK: Final = 182
_MARK: Final = 90
"""Pixels of the columns: with three policies all of them but the mark are in sight at 1366."""
_WIDTH_IN_SIGHT: Final = 1260
_ZOOM: Final = 90
_LOWEST_ROW: Final = 30.0
_HEADING_SIZE: Final = 9
_NOTES: Final = ["0", "1", "2", "3", "NC"]


def pixels(content: ReportContent, grid: Grid) -> list[int]:
    """Return the widths of the columns; the blue ones and the mark are those of a file that was sent."""
    notes = [_note_width(policy.label) for policy in grid.policies]
    blue = [*notes, _REMARK, _MARK] if content.is_sent else []
    return [*_BEFORE, *(width + 6 for width in notes), *_BESIDE, *blue]


def _note_width(label: str) -> int:
    """Return the pixels of a column of notes under a heading in bold letters."""
    return min(max(_NARROWEST, int(text_width(label) * _HEADING_SIZE * 1.08 / 0.75) + 12), _BROADEST)


def write_grid(sheet: RuledSheet, content: ReportContent, grid: Grid, scores: Scores) -> None:
    """Write the sheet: its head, each line with what was said of it, indicators, then the whole."""
    writer = _Writer(sheet, content, grid)
    writer.head(scores)
    missions = [mission for mission in grid.missions if mission.lines]
    for mission in missions:
        writer.mission(mission)
        for line in mission.activities:
            writer.activity(mission, line)
        for indicator in mission.indicators:
            writer.indicator(mission, indicator)
    writer.others()
    writer.foot()
    sheet.limit_print()


class _Writer:
    """Writes the rows of one sheet « Grille »."""

    def __init__(self, sheet: RuledSheet, content: ReportContent, grid: Grid) -> None:
        self._sheet = sheet
        self._content = content
        self._grid = grid
        self._policies = [policy.id for policy in grid.policies]
        self._span = sheet.printed
        self._has_selection = False
        self._said: defaultdict[str | None, list[Said]] = defaultdict(list)
        for said in union(content.assessment.said.values()):
            self._said[said.line].append(said)

    def head(self, scores: Scores) -> None:
        """Write what the file is, what changed, the one instruction, then the headings of the columns."""
        sheet, content, grid = self._sheet, self._content, self._grid
        identity = content.assessment.identity
        state, meeting = wording.state(content), wording.meeting_in_words(content.assessment)
        figures = (_figures(content, grid, scores), meeting and f"entretien le {meeting}")
        sheet.lowest = 22.0
        self._banner(f"{content.territory_name} · {identity.year}", "banner title")
        sheet.lowest = 15.0
        self._banner(" · ".join(filter(None, (f"{state[0].upper()}{state[1:]}", *figures))), "banner")
        for sentence in wording.since(content):
            self._banner(sentence, "banner small")
        if content.is_sent:
            sheet.lowest = 22.0
            name = Column(identity.adviser.name, "blue text")
            blue = len(self._policies)
            instruction = Column(words.INSTRUCTION, "banner blue", self._span - blue - 1)
            sheet.cells([instruction, Column(words.YOUR_NAME, "banner blue right", blue), name])
        labels = [*words.policy_names(grid).values()]
        sheet.lowest = 28.0
        top = sheet.row
        sheet.cells(
            [
                Column(words.NUMBER, "ruled head"),
                Column(words.ACTIVITY, "ruled head"),
                *(Column(label, "ruled head centred") for label in labels),
                Column(words.COMMENT, "ruled head indented"),
                Column(words.THREAD, "ruled head indented"),
                *self._blue([Column(f"{words.YOUR_NOTE}\n{label}", "blue head centred") for label in labels]),
                *self._blue([Column(words.REMARK, "blue head"), Column(words.MARK, "mark")]),
            ]
        )
        sheet.worksheet.freeze_panes(sheet.row, 0)
        sheet.print_set_up(wording.whose(content), (top, top), is_portrait=False)
        sheet.worksheet.set_zoom(min(_ZOOM, _ZOOM * _WIDTH_IN_SIGHT // sum(sheet.pixels[: self._span])))
        if content.is_sent:
            sheet.worksheet.set_column(self._span, self._span, None, None, {"hidden": True})

    def mission(self, mission: Mission) -> None:
        title, source = wording.mission_title(mission), wording.own_source(self._grid, mission)
        self._sheet.lowest = 22.0
        self._banner(title, "ruled mission")
        self._sheet.lowest = 15.0
        if source:
            self._banner(source, "banner small")
        self._sheet.lowest = _LOWEST_ROW

    def activity(self, mission: Mission, line: Activity) -> None:
        """Write a line: its notes, what was said of it, and the blue cells."""
        if self._content.is_sent:
            self._only_notes()
        cells = [Cell(line.id, policy) for policy in self._policies]
        self._row(
            line.id,
            line_number(self._grid, line.id),
            _label(line.label, wording.mention(self._grid, mission, line)),
            [self._note(cell) for cell in cells],
            self._content.assessment.comments.get(line.id),
            has_notes=True,
        )

    def indicator(self, mission: Mission, line: Indicator) -> None:
        """Write an indicator: its number in the first column of the notes, and a remark."""
        about = (wording.indicator_type(self._grid, line), wording.mention(self._grid, mission, line))
        assessment = self._content.assessment
        number = assessment.numbers.get(line.id)
        missing = wording.indicator_number(line, assessment) if number is None else DASH
        rest = [Column(None, "ruled count") for _ in self._policies[1:]]
        self._row(
            line.id,
            line_number(self._grid, line.id),
            _label(line.label, *about, missing),
            [Column(number, "ruled count"), *rest],
            assessment.remarks.get(line.id),
        )

    def others(self) -> None:
        """Write the lines that the grid does not have, of which something was said, then the whole."""
        blank = [Column(None, "ruled count") for _ in self._policies]
        for line in self._said:
            if line is not None and line not in self._grid.mission_of:
                name = self._content.line_names.get(line, line)
                self._row(line, "", _label(line, name if name != line else None), blank, None)
        self._row(None, "", WHOLE, blank, None)

    def foot(self) -> None:
        """Write how to read the notes."""
        past, legend = self._content.previous, []
        if self._content.revised:
            legend.append(f"•{NBSP}: note revue depuis l’envoi précédent.")
        if past is not None:
            legend.append(f"Entre parenthèses, celle de {past.past.year} quand elle diffère.")
        self._banner(" ".join((*legend, wording.scale_in_brief(self._grid))), "banner small")

    def _row(
        self,
        line: str | None,
        number: str,
        label: str,
        notes: list[Column],
        comment: str | None,
        *,
        has_notes: bool = False,
    ) -> None:
        mark = line_mark(self._content.about, line) if self._content.is_sent else ""
        look = "blue note" if has_notes else "ruled count"
        said = words.said_words(self._said.get(line, ()), self._grid) or None
        self._sheet.cells(
            [
                Column(number, "ruled number"),
                Column(label, "ruled label"),
                *notes,
                Column(comment, "ruled text"),
                Column(said, "ruled thread"),
                *self._blue([Column(None, look) for _ in self._policies]),
                *self._blue([Column(None, "blue text"), Column(mark, "mark", continued=going_on(mark))]),
            ]
        )

    def _note(self, cell: Cell) -> Column:
        """Return the note of a cell; its number stays one: the rest is in its format."""
        present = self._content.assessment.answers.get(cell)
        past = self._content.previous.past.answers.get(cell) if self._content.previous else None
        shown = _note_format(present, past, is_revised=cell in self._content.revised)
        return Column(note(present), "ruled note", number_format=shown)

    def _only_notes(self) -> None:
        """Let only notes be typed in the blue cells of the next row; the first one is selected."""
        row, last = self._sheet.row, self._span - 2
        first = last - len(self._policies) + 1
        if not self._has_selection:
            self._sheet.worksheet.set_selection(row, first, row, first)
            self._has_selection = True
        self._sheet.worksheet.data_validation(
            row,
            first,
            row,
            last,
            {
                "validate": "list",
                "source": _NOTES,
                "dropdown": False,
                "error_title": "Note inconnue",
                "error_message": "Une note de 0 à 3, ou NC. Laissez la case vide si vous n’en proposez pas.",
            },
        )

    def _blue(self, columns: list[Column]) -> list[Column]:
        """Return the columns that are there only in a file that was sent."""
        return columns if self._content.is_sent else []

    def _banner(self, text: str, look: str) -> None:
        self._sheet.cells([Column(text, look, self._span)])


def _note_format(present: Answer | None, past: Answer | None, *, is_revised: bool) -> str:
    """Return the format that shows `•2  (1)`: a revised note, and last year’s where it differs."""
    if present is None:
        return "General"
    before = '"•"' if is_revised else "_•"
    after = f'"  ({answer_text(past)})"' if past is not None and past != present else '"  "_(_0_)'
    return f"{before}@{after}" if isinstance(present, NotConcerned) else f"{before}0{after}"


def _label(label: str, *mentions: str | None) -> str:
    """Return a label with what is said of it below, a line each."""
    shown = (mention for mention in mentions if mention and mention != DASH)
    return "\n".join((label, *(f"{words.MENTION}{mention}" for mention in shown)))


def _figures(content: ReportContent, grid: Grid, scores: Scores) -> str:
    """Return `résultat 67 % (2026 : 51 %) · Famille 76 % (62 %)`, on the Caf’s lines where it has any."""
    is_proposed = not grid.own_cells
    now = scores.side(is_proposed)
    past = content.previous.scores if content.previous else None
    before = None if past is None or (is_proposed and past.proposed is None) else past.side(is_proposed)
    year = f"{content.previous.past.year}{NBSP}: " if content.previous else ""
    named = [("résultat", now.whole, before and before.whole, year)]
    for policy in grid.policies:
        former = before.policies.get(policy.id) if before else None
        named.append((policy.label, now.policies[policy.id], former, ""))
    return " · ".join(
        f"{name} {marked(tally, is_proposed)}"
        + (f" ({of}{marked(former, is_proposed)})" if former is not None else "")
        for name, tally, former, of in named
    )
