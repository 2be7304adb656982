"""A mission laid out as the Caf's grid, its indicators, and what the adviser fills beside its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ctg_tui import formats
from ctg_tui.domain.assessment import Adviser, Answer, Cell, answer_text
from ctg_tui.domain.grid import Activity, Grid, Mission
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows
from ctg_tui.domain.text import clean
from ctg_tui.formats import continued_mark, line_mark
from ctg_tui.report import wording
from ctg_tui.report import workbook as figures
from ctg_tui.report.content import Discussed, ReportContent
from ctg_tui.report.workbook import Column, DataRow, Sheet, pieces
from ctg_tui.wording import review as review_words
from ctg_tui.wording.french import DASH, NBSP
from ctg_tui.wording.lines import MARK, line_number, numbered, whose_lines

_NOTE_WIDTH: Final = 12
_REMARK_WIDTH: Final = 44
_AGENDA_WIDTH: Final = 12
_ANSWER_WIDTH: Final = 44
_MARK_WIDTH: Final = 13
_NOTES: Final = ["0", "1", "2", "3", "NC"]
_MOST_ENTERED: Final = 32_000
"""Units of UTF-16 of a text in a blue cell: a cell holds 32,767."""


# What the blue cells hold when the file goes out: what their adviser said last, so that it comes back whole.


@dataclass
class Entered:
    """What one adviser said last. `beside` stands beside each line: answers, and other advisers' words.

    `others` is what was asked or said elsewhere: by other advisers, or of lines that are not in the sheets.
    """

    author: Adviser
    meeting: date | None = None
    notes: dict[Cell, Answer] = field(default_factory=dict)
    agreed: dict[Cell, Answer] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    agenda: set[str] = field(default_factory=set)
    questions: list[Discussed] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    others: list[Discussed] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Return what the reader compares with, to know that nothing was entered since."""
        return formats.entered(
            [
                *(("note", *cell, answer_text(note)) for cell, note in self.notes.items()),
                *(("convenue", *cell, answer_text(note)) for cell, note in self.agreed.items()),
                *(("remarque", line, text) for line, text in self.remarks.items()),
                *(("ordre-du-jour", line) for line in self.agenda),
                *(("question", one.row.activity or "", fitting(one.remark)) for one in self.questions),
                *([("entretien", self.meeting.isoformat())] if self.meeting else []),
            ]
        )

    @property
    def addressee(self) -> str:
        """Return `Prénom Nom <p.nom@exemple.fr>`, what the reader compares the name and the e-mail with."""
        return f"{fitting(self.author.name)} <{fitting(self.author.email)}>"


def entered(content: ReportContent) -> Entered:
    """Return what the blue cells hold: the words of the addressee, or of the only adviser who spoke."""
    whose = _whose(content)
    adviser = content.assessment.identity.adviser
    own = Entered(adviser if whose is None or _is(adviser, whose) else _named(whose))
    meeting = wording.meeting_of(content.assessment)
    own.meeting = None if meeting is None else meeting[0]
    lines = content.grid.activities if content.grid else {}
    beside: dict[str, list[str]] = {}
    for said in content.discussion:
        line = said.row.activity
        is_here = line is None or line in lines
        is_own = is_here and not said.is_past and said.author == whose and _take(own, said)
        if line is not None and is_here and not said.is_question:
            beside.setdefault(line, []).append(_answer(said) if is_own else other_words(said))
        elif not is_own:
            own.others.append(said)
    own.questions.sort(key=lambda said: (len(said.row.question or ""), said.row.question or ""))
    texts = {line: "\n".join(filter(None, said)) for line, said in beside.items()}
    own.beside = {line: text for line, text in texts.items() if text}
    return own


def _take(own: Entered, said: Discussed) -> bool:
    """Put what `said` says into the blue cells; return False when others stand there already."""
    line, policy = said.row.activity, said.row.policy
    if said.is_question:
        own.questions.append(said)
        return True
    if line is None:
        return False
    if policy is None:
        if line in own.remarks and said.remark.strip():
            return False
    elif (cell := Cell(line, policy)) in own.notes or cell in own.agreed:
        return False
    else:
        if said.row.adviser_note is not None:
            own.notes[cell] = said.row.adviser_note
        if said.row.agreed_note is not None:
            own.agreed[cell] = said.row.agreed_note
    if said.remark.strip():
        text = f"{said.policy}{NBSP}: {said.remark}" if policy is not None else said.remark
        own.remarks[line] = fitting("\n".join(filter(None, (own.remarks.get(line), text))))
    if said.on_agenda:
        own.agenda.add(line)
    return True


def fitting(text: str) -> str:
    """Return a text cleaned, and cut where one cell is full."""
    shown = clean(text, multiline=True)
    while len(shown.encode("utf-16-le")) > 2 * _MOST_ENTERED:
        shown = shown[: len(shown) * 9 // 10]
    return shown


def _whose(content: ReportContent) -> str | None:
    """Return the author whose words the blue cells hold: the addressee, or the only one who spoke."""
    authors = [*dict.fromkeys(said.author for said in content.discussion if not said.is_past)]
    adviser = content.assessment.identity.adviser
    addressee = [author for author in authors if _is(adviser, author)]
    return next(iter(addressee or authors), None) if addressee or len(authors) == 1 else None


def _is(adviser: Adviser, author: str) -> bool:
    name, email = (text.strip() for text in adviser)
    names = {name, email, f"{name} ({email})"} - {"", " ()"}
    return not author or author.casefold() in {each.casefold() for each in names}


def _named(author: str) -> Adviser:
    """Return the adviser that `Prénom Nom (p.nom@exemple.fr)` names, or a name or an address alone."""
    name, _, email = author.removesuffix(")").rpartition(" (") if author.endswith(")") else (author, "", "")
    if "@" in email:
        return Adviser(name, email)
    return Adviser("", author) if "@" in author else Adviser(author, "")


def _answer(said: Discussed) -> str:
    """Return what became of what the blue cells of its line hold."""
    became = " · ".join(filter(None, (said.outcome, said.changed)))
    return f"{said.policy or 'Votre remarque'}{NBSP}: {became}" if became else ""


def other_words(said: Discussed) -> str:
    """Return what another adviser said, or a former review, and what became of it."""
    author = said.author or review_words.NO_AUTHOR
    quoted = f"«{NBSP}{said.remark}{NBSP}»" if said.remark.strip() else ""
    agenda = review_words.ON_AGENDA if said.on_agenda else ""
    notes = review_words.notes_of(said.row._replace(first_note=None), "note")
    what = (said.policy, notes, quoted, agenda, said.outcome, said.changed)
    return f"{author}{NBSP}: {' · '.join(filter(None, what))}"


# The columns of a mission that the adviser fills, and what was answered beside them.


class ReviewColumns:
    """The columns beside the grid of a mission; none in a report that was not sent, which has no review."""

    def __init__(self, content: ReportContent, grid: Grid, own: Entered) -> None:
        self._submission = content.fingerprint or ""
        self._own = own
        self._policies = [policy.id for policy in grid.policies]
        self._labels = [policy.label for policy in grid.policies]
        self._has_answers = bool(own.beside)
        number = len(self._policies)
        self.notes = number + 2
        self.remark = self.notes + number
        self.agenda = self.remark + 1
        self.agreed = self.agenda + 1
        self.answers = self.agreed + number if self._has_answers else None

    @property
    def widths(self) -> list[int]:
        if not self._submission:
            return []
        notes = [_NOTE_WIDTH] * len(self._policies)
        answers = [_ANSWER_WIDTH] if self._has_answers else []
        return [*notes, _REMARK_WIDTH, _AGENDA_WIDTH, *notes, *answers, _MARK_WIDTH]

    def headings(self) -> tuple[list[Column], list[Column]]:
        """Return the two rows of headings: what is asked, then the policies."""
        if not self._submission:
            return [], []
        look = "entry head centred"
        policies = [Column(label, look) for label in self._labels]
        answers = [Column(review_words.ANSWERS, "answer head")] if self._has_answers else []
        above = [
            Column(review_words.NOTES, look, len(policies)),
            Column(review_words.REVIEW, look, 2),
            Column(review_words.AGREED, look, len(policies)),
            *answers,
            Column(review_words.MARK, "mark"),
        ]
        remark = [Column(review_words.REMARK, "entry head"), Column(review_words.AGENDA_HEADING, look)]
        below = [Column(None, "answer head")] if self._has_answers else []
        return above, [*policies, *remark, *policies, *below, Column(review_words.MARK_ADVICE, "mark")]

    def cells(self, line: str) -> list[Column]:
        """Return the cells of a line: what was said last, what was answered, and the mark of the line.

        By its mark the line is known again wherever it goes.
        """
        if not self._submission:
            return []
        own = self._own
        notes, agreed = (
            [Column(figures.note(given.get(Cell(line, policy))), "entry note") for policy in self._policies]
            for given in (own.notes, own.agreed)
        )
        agenda = Column(review_words.YES if line in own.agenda else None, "entry centred")
        answers = [Column(own.beside.get(line), "answer")] if self._has_answers else []
        mark = Column(
            line_mark(self._submission, line), "mark", continued=continued_mark(self._submission, line)
        )
        return [*notes, Column(own.remarks.get(line), "entry"), agenda, *agreed, *answers, mark]

    def first_answer(self, line: str) -> str:
        """Return what stands in the first row of a line, of what was answered."""
        return pieces(self._own.beside.get(line, ""), _ANSWER_WIDTH)[0]

    def check(self, sheet: Sheet) -> None:
        """Let only notes, and « oui », be entered in the next row."""
        if not self._submission:
            return
        number = len(self._policies)
        only_notes(sheet, self.notes, number, "sans avis")
        only_notes(sheet, self.agreed, number, "pas de note convenue")
        sheet.worksheet.data_validation(
            sheet.row,
            self.agenda,
            sheet.row,
            self.agenda,
            {
                "validate": "list",
                "source": [review_words.YES],
                "error_title": "Oui, ou rien",
                "error_message": f"Écrivez «{NBSP}oui{NBSP}», ou videz la case.",
            },
        )


def only_notes(sheet: Sheet, first: int, number: int, blank: str) -> None:
    """Let only notes be entered in `number` columns of the next row; `blank` says what no note means."""
    sheet.worksheet.data_validation(
        sheet.row,
        first,
        sheet.row,
        first + number - 1,
        {
            "validate": "list",
            "source": _NOTES,
            "error_title": "Note inconnue",
            "error_message": f"Une note de 0 à 3, ou NC. Videz la case pour «{NBSP}{blank}{NBSP}».",
        },
    )


# The missions.

_LABEL_WIDTH: Final = 52
_COMMENT_WIDTH: Final = 52


def sheet_name(mission: Mission) -> str:
    return f"Mission {mission.number}"


def widths(grid: Grid) -> list[int]:
    """Return the widths of the printed columns."""
    return [_LABEL_WIDTH, *[_NOTE_WIDTH] * len(grid.policies), _COMMENT_WIDTH]


def write_mission(
    sheet: Sheet, content: ReportContent, grid: Grid, scores: Scores, mission: Mission, review: ReviewColumns
) -> list[DataRow]:
    """Write the sheet of a mission; return its answers, those of the sheet « Données ».

    The Caf's lines come first, then the proposed ones, each with their own percentages.
    """
    sheet.line(wording.mission_title(mission), "title")
    sheet.line(wording.whose(content), "quiet")
    sheet.line(wording.scale_in_brief(grid), "quiet")
    source = wording.own_source(grid, mission)
    if source is not None:
        sheet.line(source, "quiet")
    head = sheet.row
    above, below = review.headings()
    policies = [Column(policy.label, "head centred") for policy in grid.policies]
    notes = Column(review_words.SELF_NOTES, "head centred", len(policies))
    sheet.cells([Column(review_words.MISSIONS, "head"), notes, Column(review_words.COMMENTS, "head"), *above])
    sheet.cells([Column(review_words.ACTIVITIES, "head"), *policies, Column(None, "head"), *below])
    sheet.worksheet.freeze_panes(sheet.row, 1)
    sheet.print_set_up(wording.whose(content), (head, head + 1))
    rows: list[DataRow] = []
    for row in figure_rows(grid, scores):
        if row.mission is not None and row.mission.id == mission.id:
            for line in mission.activities:
                rows += _data_rows(sheet, content, grid, mission, line)
                _activity(sheet, content, grid, mission, line, review)
            _totals(sheet, grid, row, mission)
    _indicators(sheet, content, grid, mission)
    sheet.limit_print()
    return rows


def _data_rows(
    sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission, line: Activity
) -> Iterator[DataRow]:
    """Yield the answers of the line that is written in the next row, its comment with the first of them."""
    answers = content.assessment.answers
    comment = content.assessment.comments.get(line.id)
    for column, policy in enumerate(grid.policies, 1):
        answer = answers.get(Cell(line.id, policy.id))
        label = pieces(_label(grid, mission, line), _LABEL_WIDTH)[0]
        yield DataRow(line.id, policy.id, answer, comment, label, sheet.name, sheet.row + 1, column)
        comment = None


def _activity(
    sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission, line: Activity, review: ReviewColumns
) -> None:
    answers = content.assessment.answers
    notes = [figures.note(answers.get(Cell(line.id, policy.id))) for policy in grid.policies]
    only_notes(sheet, 1, len(grid.policies), "pas de note")
    review.check(sheet)
    sheet.cells(
        [
            Column(_label(grid, mission, line)),
            *(Column(note, "note") for note in notes),
            Column(content.assessment.comments.get(line.id)),
            *review.cells(line.id),
        ]
    )


def _label(grid: Grid, mission: Mission, line: Activity) -> str:
    mention = wording.mention(grid, mission, line)
    label = f"{line_number(grid, line.id)} {line.label}"
    return label if mention is None else f"{label}\n{DASH} {mention}"


def _totals(sheet: Sheet, grid: Grid, row: FigureRow, mission: Mission) -> None:
    mark = f"{NBSP}{MARK}" if row.is_proposed else ""
    look = figures.per_cent(row.is_proposed, "total ")
    sheet.cells(
        [
            Column(f"Pourcentage de réalisation{mark}", "total"),
            *(figures.shown_percentage(tally, look) for tally in row.tallies),
            Column(None, "total"),
        ]
    )
    counted = {
        "Cases notées": [tally.rated for tally in row.tallies],
        "Cases NC": [tally.not_concerned for tally in row.tallies],
        "Cases vides": [tally.blank for tally in row.tallies],
    }
    for name, numbers in counted.items():
        sheet.cells([Column(name), *(Column(number, "number") for number in numbers), Column(None)])
    whole = figures.shown_percentage(row.whole, look, len(grid.policies))
    name = f"Ensemble de la mission {numbered(mission)} ({whose_lines(row.is_proposed)})"
    sheet.cells([Column(name, "total"), whole, Column(None, "total")])


def _indicators(sheet: Sheet, content: ReportContent, grid: Grid, mission: Mission) -> None:
    """Write the indicators of a mission below its lines, as the Caf's grid does."""
    if not mission.indicators:
        return
    sheet.skip()
    span = len(grid.policies) - 1
    kind = [Column("Type", "head centred", span)] if span else []
    sheet.cells(
        [
            Column("Indicateurs", "head"),
            *kind,
            Column("Nombre", "head centred"),
            Column(review_words.COMMENTS, "head"),
        ]
    )
    for line in mission.indicators:
        number = content.assessment.numbers.get(line.id)
        own = wording.indicator_type(grid, line)
        label = f"{MARK}{NBSP}{line.label}" if line.is_proposed else line.label
        about = filter(None, (wording.mention(grid, mission, line), "" if span else own))
        sheet.cells(
            [
                Column("\n".join((label, *(f"{DASH} {text}" for text in about)))),
                *([Column(own, "centred", span)] if span else []),
                Column(
                    wording.indicator_number(line, content.assessment) if number is None else number, "number"
                ),
                Column(content.assessment.remarks.get(line.id)),
            ]
        )
