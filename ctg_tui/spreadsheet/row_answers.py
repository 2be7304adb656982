"""The answer that a row gives under a policy: one written note, or one tick."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ctg_tui.domain.answers import Answer
from ctg_tui.grids.matching import letters
from ctg_tui.spreadsheet.cells import Position
from ctg_tui.spreadsheet.notes import NotANoteError, is_tick, parse_note, parse_step, probable_note
from ctg_tui.spreadsheet.rows import ActivityRow


class RowAnswer(NamedTuple):
    """An answer and its column. `doubt` is a French sentence, empty when nothing is to be looked at."""

    column: int
    answer: Answer
    doubt: str = ""


def row_answer(row: ActivityRow, policy: str) -> RowAnswer | None:
    """Return the answer of a row under a policy; None when it is blank.

    Raises NotANoteError with a French sentence when the cells are not one answer.
    """
    columns = row.columns.policies[policy]
    return _ticked(row, columns) if row.columns.steps else _written(row, columns)


class RowComment(NamedTuple):
    """The comment of a row, and where it begins. `doubt` is as that of a RowAnswer.

    `texts` gives each of its cells, with the policy it is about; empty when it is about the whole line.
    """

    address: str
    texts: tuple[tuple[str, str], ...]
    doubt: str


def row_comment(row: ActivityRow, is_help: Callable[[str], bool]) -> RowComment | None:
    """Return the comment of a row: its cells of comments, then the cell notes on its answers; None without.

    `is_help` tells the cell notes that explain how to answer from those of the person who answered.
    """
    columns = row.columns
    texts = {
        Position(row.number, column): row.cells[column].text
        for column in (columns.comments, *columns.more_comments)
        if column is not None and column in row.cells and row.cells[column].text
    }
    if row.below is not None and row.below.text:
        texts[row.below.position] = row.below.text
    doubt = ""
    if columns.more_comments and texts and not columns.has_comment_per_policy:
        doubt = "Le tableau a plusieurs colonnes de commentaires."
    elif any(is_shared(row, column) for number, column in texts if number == row.number):
        doubt = "Ce commentaire est dans une cellule fusionnée avec d’autres."
    for column in (*columns.noted, columns.comments, *columns.more_comments):
        remark = row.cells[column].remark if column is not None and column in row.cells else ""
        if column is not None and remark and not is_help(remark):
            place = Position(row.number, column)
            texts[place] = f"{texts[place]}\n{remark}" if place in texts else remark
    if not texts:
        return None
    of_row = next(iter(columns.policies)) if len(columns.policies) == 1 else ""
    by_policy = tuple((_policy_beside(row, column) or of_row, text) for (_, column), text in texts.items())
    return RowComment(row.sheet.address(*next(iter(texts))), by_policy, doubt)


def _policy_beside(row: ActivityRow, column: int) -> str:
    """Return the policy that a column of comments is about, where each policy has its own; else nothing."""
    before = {
        max(columns): policy for policy, columns in row.columns.policies.items() if max(columns) < column
    }
    return before[max(before)] if before and row.columns.has_comment_per_policy else ""


def comment_place(row: ActivityRow) -> Position | None:
    """Return the one cell that holds the comment of a row, or would; None when there is no such cell."""
    columns = row.columns
    if columns.comments is None:
        return row.below.position if row.below is not None and row.below.is_place else None
    if columns.more_comments or row.below is not None or is_shared(row, columns.comments):
        return None
    place = Position(row.number, columns.comments)
    return row.sheet.merged.get(place, place)


def is_shared(row: ActivityRow, column: int) -> bool:
    """Return whether a cell is merged with those of other lines or of other columns of the table."""
    top = row.sheet.merged.get(Position(row.number, column))
    if top is None:
        return False
    own = next((span for span in row.columns.policies.values() if column in span), (column,))
    others = {*row.columns.noted, row.columns.comments} - set(own)
    return any(
        place.column in others
        or (
            place.row not in (row.number, row.continued)
            and row.sheet.text(place.row, row.label_column) not in ("", row.label)
        )
        for place, first in row.sheet.merged.items()
        if first == top
    )


def _written(row: ActivityRow, columns: tuple[int, ...]) -> RowAnswer | None:
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
            answer = row.columns.words.get(letters(cell.text))
            answer = parse_note(cell.text) if answer is None else answer
        except NotANoteError as error:
            answer, doubt = probable_note(cell.text), f"« {cell.text} » n’est pas écrit comme dans l’échelle."
            if answer is None:
                raise NotANoteError(f"« {cell.text} » n’est ni une note ni NC.") from error
        else:
            doubt = ""
        if answer is not None:
            found.append(RowAnswer(column, answer, doubt))
    if len(found) > 1:
        raise NotANoteError("Plusieurs notes sont écrites pour cette politique.")
    return found[0] if found else None


def _ticked(row: ActivityRow, columns: tuple[int, ...]) -> RowAnswer | None:
    found = []
    for column in columns:
        text = row.cells[column].text if column in row.cells else ""
        try:
            # « 2 » under the step 2 is a tick too.
            ticked = parse_step(text) == row.columns.steps[column] or is_tick(text)
        except NotANoteError as error:
            raise NotANoteError(f"« {text} » n’est pas une coche.") from error
        if ticked:
            found.append(RowAnswer(column, row.columns.steps[column]))
    if len(found) > 1:
        raise NotANoteError("Plusieurs cases sont cochées pour cette politique.")
    return found[0] if found else None
