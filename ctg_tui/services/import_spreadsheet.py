"""Read a Caf's workbook with the known grids, and plan the changes that importing it would make."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ctg_tui.domain import changes
from ctg_tui.domain.answers import answer_text
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.changes import Change, Field
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, understand
from ctg_tui.system.files import read_regular, shown_name


class Conflict(NamedTuple):
    """A value of the workbook where the assessment has another one: the person chooses."""

    address: str
    line: str
    here: str
    workbook: str


class Plan(NamedTuple):
    """The changes that importing a workbook makes, as one edit, and the conflicts left to the person."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]


def read(path: Path, catalogue: Catalogue) -> Reading:
    """Return the values of the workbook at `path`.

    Raises InvalidDocument when it cannot be read, or has no table of a grid.
    """
    name = shown_name(path)
    return understand(read_workbook(read_regular(path, MAX_BYTES), name), catalogue.grids, name)


def plan(reading: Reading, assessment: Assessment) -> Plan:
    """Return the changes that give `assessment` the certain values of the workbook.

    Doubtful values are left out; a different value of `assessment` is a conflict.
    """
    made: list[Change] = []
    conflicts: list[Conflict] = []
    for note in reading.notes:
        here = assessment.answers.get(note.cell)
        if note.doubt or here == note.answer:
            continue
        if here is None:
            made += changes.rate(assessment, (note.cell,), note.answer)
        else:
            line = changes.cell_key(note.cell)
            conflicts.append(Conflict(note.address, line, answer_text(here), answer_text(note.answer)))
    texts: list[tuple[Field, str, str, ReadComment | ReadIndicator]] = [
        *((Field.COMMENT, comment.activity, comment.text, comment) for comment in reading.comments),
        *((Field.REMARK, row.indicator, row.comment, row) for row in reading.indicators if row.comment),
    ]
    for field, line, text, source in texts:
        present = (assessment.comments if field is Field.COMMENT else assessment.remarks).get(line)
        if source.doubt or present == text:
            continue
        if present is None:
            made += changes.write_text(assessment, field, line, text)
        else:
            conflicts.append(Conflict(source.address, line, present, text))
    for counted in reading.indicators:
        number = assessment.numbers.get(counted.indicator)
        if counted.doubt or counted.number is None or number == counted.number:
            continue
        if number is None:
            made += changes.count(assessment, counted.indicator, counted.number)
        else:
            conflicts.append(Conflict(counted.address, counted.indicator, str(number), str(counted.number)))
    return Plan(tuple(made), tuple(conflicts))
