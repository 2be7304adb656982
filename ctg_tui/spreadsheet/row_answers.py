"""The answer that a row gives under a policy: one written note, or one tick."""

from __future__ import annotations

from ctg_tui.domain.answers import Answer
from ctg_tui.spreadsheet.cells import Position
from ctg_tui.spreadsheet.notes import NotANoteError, is_tick, parse_note, parse_step
from ctg_tui.spreadsheet.tables import ActivityRow


def row_answer(row: ActivityRow, policy: str) -> tuple[int, Answer] | None:
    """Return the answer of a row under a policy, with its column; None when it is blank.

    Raises NotANoteError with a French sentence when the cells are not one answer.
    """
    columns = row.columns.policies[policy]
    return _ticked(row, columns) if row.columns.steps else _written(row, columns)


def is_shared(row: ActivityRow, column: int) -> bool:
    """Return whether a cell is merged with those of other lines or of other columns of the table."""
    top = row.sheet.merged.get(Position(row.number, column))
    if top is None:
        return False
    own = next((span for span in row.columns.policies.values() if column in span), (column,))
    others = {*row.columns.noted, row.columns.comments} - set(own)
    return any(
        place.column in others
        or (place.row != row.number and row.sheet.text(place.row, row.label_column) not in ("", row.label))
        for place, first in row.sheet.merged.items()
        if first == top
    )


def _written(row: ActivityRow, columns: tuple[int, ...]) -> tuple[int, Answer] | None:
    found = []
    for column in columns:
        cell = row.cells.get(column)
        if cell is None:
            continue
        if cell.is_stale:
            raise NotANoteError(
                "Cette formule n’a pas de valeur enregistrée : enregistrez le tableur, puis recommencez."
            )
        try:
            answer = parse_note(cell.text)
        except NotANoteError as error:
            raise NotANoteError(f"« {cell.text} » n’est ni une note ni NC.") from error
        if answer is not None:
            found.append((column, answer))
    if len(found) > 1:
        raise NotANoteError("Plusieurs notes sont écrites pour cette politique.")
    return found[0] if found else None


def _ticked(row: ActivityRow, columns: tuple[int, ...]) -> tuple[int, Answer] | None:
    found = []
    for column in columns:
        text = row.cells[column].text if column in row.cells else ""
        try:
            # « 2 » under the step 2 is a tick too.
            ticked = parse_step(text) == row.columns.steps[column] or is_tick(text)
        except NotANoteError as error:
            raise NotANoteError(f"« {text} » n’est pas une coche.") from error
        if ticked:
            found.append((column, row.columns.steps[column]))
    if len(found) > 1:
        raise NotANoteError("Plusieurs cases sont cochées pour cette politique.")
    return found[0] if found else None
