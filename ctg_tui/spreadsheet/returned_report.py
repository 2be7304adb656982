"""Our report sent back by an adviser: what its blue cells say, as a review, and what was touched besides.

Lines are known by their mark and columns by their headings: sorted rows, inserted columns, renamed or
reordered sheets change nothing. A self-note changed since it was sent is reported, never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctg_tui.domain.answers import Answer, Cell, answer_text
from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Review
from ctg_tui.formats import documents as report_data
from ctg_tui.formats import strict_json
from ctg_tui.spreadsheet import refusals
from ctg_tui.spreadsheet.cells import Sheet
from ctg_tui.spreadsheet.notes import NotANoteError, parse_note
from ctg_tui.spreadsheet.own_report import DataSheet, FindGrid, data_sheet, read_data
from ctg_tui.spreadsheet.results import Unread
from ctg_tui.spreadsheet.review_cells import Entries

_ID, _, _NOTE, _COMMENT = report_data.HEADINGS


@dataclass(frozen=True)
class ChangedNote:
    """A self-note that is not the one that was sent. `now` is what the cell shows; empty for a blank one."""

    address: str
    cell: Cell
    sent: Answer | None
    now: str

    @property
    def note(self) -> Answer | None:
        """The note that is there now; None for a blank, or for what is no note."""
        try:
            return parse_note(self.now)
        except NotANoteError:
            return None


@dataclass(frozen=True)
class ReturnedReport:
    """What an adviser wrote in our report. `review` is in the order of the sheets; `sent` are the self-notes.

    `changed_comments` are the addresses of the comments that are not those that were sent.
    """

    review: Review
    grid: Grid
    sent: Mapping[Cell, Answer]
    changed_notes: tuple[ChangedNote, ...]
    changed_comments: tuple[str, ...]
    unread: tuple[Unread, ...]

    @property
    def is_filled(self) -> bool:
        """Whether a blue cell was read that holds something that the report was not sent with."""
        review = self.review
        return bool(review.remarks or review.questions or review.agreed or review.meeting)

    @property
    def typed_over(self) -> Mapping[Cell, Answer]:
        """The notes that stand where others were sent."""
        return {one.cell: one.note for one in self.changed_notes if one.note is not None}

    @property
    def is_touched(self) -> bool:
        """Whether something else was changed: a cell that is not blue, or one that cannot be read."""
        return bool(self.changed_notes or self.changed_comments or self.unread)


def read_returned(sheets: Sequence[Sheet], find: FindGrid, name: str) -> ReturnedReport | None:
    """Return what the adviser wrote in a workbook; None when it is no report of ours that was sent.

    Raises InvalidDocument when « Données » was changed or its grid is not known here (`tableur-rapport`),
    for a row of another file, a line that has two rows, or columns found twice.
    """
    data = data_sheet(sheets)
    if data is None or not data.about(report_data.SUBMISSION) or not data.about(report_data.ASSESSMENT):
        return None
    _check_control(data, name)
    reading = read_data(data, find, name)
    grid = reading.grid
    assert grid is not None  # read_data raises without one
    entries = Entries(grid, data.about(report_data.SUBMISSION), name)
    for sheet in sheets:
        if sheet is not data.sheet:
            entries.read(sheet)
    unread = [*reading.unread, *entries.unread, *_lines_lost(data, grid, entries)]
    return ReturnedReport(
        _review(data, grid, entries, name),
        grid,
        reading.answers,
        tuple(_changed_notes(entries, reading.answers)),
        tuple(_changed_comments(entries, {one.activity: one.text for one in reading.comments})),
        tuple(unread),
    )


def _check_control(data: DataSheet, name: str) -> None:
    """Raise InvalidDocument unless the rows of « Données » are those that were sent, in any order."""
    keys: list[report_data.DataKey] = []
    for row in data.rows:
        is_about = row.line in report_data.ABOUT
        if row.line == report_data.CONTROL or not (is_about or row.policy or row.note):
            continue
        keys.append((row.line, row.policy, row.comment if is_about else row.note))
    if report_data.control(keys) == data.about(report_data.CONTROL):
        return
    seen = set()
    places = {row.line: row for row in data.rows if row.line == report_data.CONTROL}
    for row in data.rows:
        if (row.policy or row.note) and (row.line, row.policy) in seen:
            raise refusals.rows_of_two_files(name, data.address(row, _ID))
        seen.add((row.line, row.policy))
    place = places.get(report_data.CONTROL, 1)
    raise refusals.data_changed(name, data.address(place, _COMMENT))


def _review(data: DataSheet, grid: Grid, entries: Entries, name: str) -> Review:
    try:
        territory: Any = strict_json.parse_strictly(data.about(report_data.TERRITORY))
        texts = {key: territory[key] for key in ("nom", "siren", "departement", "identifiant")}
        is_sound = all(value is None or isinstance(value, str) for value in texts.values())
        revision = int(data.about(report_data.REVISION))
    except (strict_json.UnreadableError, LookupError, TypeError, ValueError):
        is_sound = False
    if not is_sound:
        raise refusals.data_changed(name, data.address(1, _COMMENT))
    return Review(
        submission=data.about(report_data.SUBMISSION),
        assessment=data.about(report_data.ASSESSMENT),
        revision=revision,
        grid_id=grid.id,
        grid_version=data.about(report_data.GRID_VERSION),
        grid_fingerprint=grid.fingerprint,
        territory=Territory(
            texts["nom"] or "", texts["siren"], texts["departement"] or "", texts["identifiant"]
        ),
        author=entries.author,
        meeting=entries.meeting,
        remarks=entries.remarks,
        questions=tuple(entries.questions),
        agreed=entries.agreed,
    )


def _lines_lost(data: DataSheet, grid: Grid, entries: Entries) -> Iterable[Unread]:
    """Yield the lines that no sheet has any more: what was written there cannot be read."""
    seen = set()
    for row in data.lines:
        if row.line in grid.activities and row.line not in entries.lines and row.line not in seen:
            seen.add(row.line)
            reason = "Cette ligne n’est plus dans les feuilles des missions."
            yield Unread(data.address(row, _ID), grid.activities[row.line].label, reason)


def _changed_notes(entries: Entries, sent: dict[Cell, Answer]) -> Iterable[ChangedNote]:
    for cell, (address, text) in entries.self_notes.items():
        try:
            is_same = parse_note(text) == sent.get(cell)
        except NotANoteError:
            is_same = False
        if not is_same:
            yield ChangedNote(address, cell, sent.get(cell), text)


def _changed_comments(entries: Entries, sent: dict[str, str]) -> Iterable[str]:
    """Yield the addresses of changed comments; a long one is in several rows, in any order once sorted."""
    for line, found in entries.comments.items():
        if line in entries.misplaced:  # what stands in its rows is of other lines
            continue
        whole = "".join(sent.get(line, "").split())
        pieces = ["".join(entry.text.split()) for entry in found]
        if sum(map(len, pieces)) != len(whole) or not all(piece in whole for piece in pieces):
            yield found[0].address


def sent_note(changed: ChangedNote) -> str:
    """Return the note that was sent, as people read it; empty for none."""
    return "" if changed.sent is None else answer_text(changed.sent)
