"""The Caf's own workbook, filled with an assessment and read again before it is delivered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, answer_text
from ctg_tui.domain.changes import Field
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_files import Values, line_values
from ctg_tui.services.spreadsheet.reading import NOTHING_SAID, ColumnsSaid, columns_of, kept_columns, said_of
from ctg_tui.spreadsheet.cells import Position, not_whole, number_text
from ctg_tui.spreadsheet.filling import Value, fill
from ctg_tui.spreadsheet.notes import NotANoteError, is_tick
from ctg_tui.spreadsheet.reader import MAX_BYTES, UNREADABLE, read_workbook
from ctg_tui.spreadsheet.understanding import Key, Place, Reading, Said, understand
from ctg_tui.storage import documents
from ctg_tui.system.files import read_document, shown_name
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.spreadsheet import key_name

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace


_TICK = "x"
_MOST_IN_CELL: Final = 32_767
"""Units of UTF-16 that a cell of a spreadsheet holds."""


class LeftOut(NamedTuple):
    """Something of the assessment that the workbook cannot hold. `reason` is a French sentence."""

    where: str
    value: str
    reason: str


class Filled(NamedTuple):
    """The bytes of the filled workbook, how many values it holds, and what could not be written in it.

    `name` is that of the file that was filled.
    """

    content: bytes
    written: int
    left_out: tuple[LeftOut, ...]
    name: str


Places = Mapping[Key, tuple[Place, ...]]


def of_assessment(workspace: Workspace, assessment_id: int, model: Path | None = None) -> Filled:
    """Return the workbook that an assessment came from, filled; `model` is another copy of it.

    Raises Refusal (`tableur-absent`) when it came from none; as `filled` does.
    """
    seen, assessment = workspace.load(assessment_id)
    # The whole grid: the workbook has the lines that are left aside too, and they stay blank there.
    grid = workspace.catalogue.own_grid(assessment) or seen
    workbook = documents.workbook_of(workspace.store, assessment_id)
    own = None if workbook is None or workbook.columns is None else columns_of(workbook.columns)
    if model is not None:
        columns = ColumnsSaid(kept=kept_columns(workspace.store) | (own or {}))
        return filled(read_document(model, MAX_BYTES), grid, assessment, shown_name(model), columns)
    if workbook is None:
        raise refusals.without_workbook()
    columns = ColumnsSaid(kept=kept_columns(workspace.store) if own is None else own)
    return filled(workbook.content, grid, assessment, workbook.name, columns)


def has_fillable_workbook(workspace: Workspace, assessment_id: int) -> bool:
    """Return whether an assessment, or its grid, came from a workbook that can be filled."""
    name = documents.workbook_name_of(workspace.store, assessment_id)
    return name is not None and _can_be_filled(name)


def why_not_filled(workspace: Workspace, assessment_id: int) -> str:
    """Return the French sentence on a workbook that cannot be filled, with what to do; empty without one."""
    name = documents.workbook_name_of(workspace.store, assessment_id)
    if name is None or _can_be_filled(name):
        return ""
    return typeset(
        f"Le tableur de votre Caf (« {name} ») n’est pas au format .xlsx : il n’est pas joint. Pour "
        "l’envoyer rempli, enregistrez-le en .xlsx dans votre tableur, puis reprenez cette copie (O, depuis "
        "l’accueil)."
    )


def _can_be_filled(name: str) -> bool:
    return name.lower().endswith(".xlsx")


def filled(
    content: bytes, grid: Grid, assessment: Assessment, name: str, columns: ColumnsSaid = NOTHING_SAID
) -> Filled:
    """Return the workbook `content` with the answers, comments and numbers of `assessment`.

    Raises InvalidDocument when it is no .xlsx of this grid; Refusal (`tableur-controle`) when what it says,
    read again, is not the assessment: nothing is delivered then.
    """
    sheets = read_workbook(content, name)
    if not all(sheet.part for sheet in sheets):
        raise refusals.only_xlsx(name)
    said = said_of(sheets, columns, name)
    reading = understand(sheets, [grid], name, said)
    if reading.grid is None:
        raise refusals.of_another_grid(name, reading.first_line)
    values = {key: text for key, text in line_values(assessment).items() if key[0] in _FIELDS}
    without_column = {
        key: values.pop(key) for key, text in [*values.items()] if _has_no_column(reading, key, text)
    }
    places = _places_to_write(reading, values)
    written, held = _fill(content, places, values, name)
    otherwise = _shown_otherwise(written, places, values, name)
    if otherwise:  # of ticks, all those of an answer
        places = {
            key: options
            for key, options in places.items()
            if otherwise.keys().isdisjoint(place.address for place in options)
        }
        written, held = _fill(content, places, values, name)
    again = _read_again(written, places, values, grid, said, name)
    left_out = (
        *(
            LeftOut(f"{key_name(grid, key[1])} ({reading.seen_at[key[1]]})", text, _NO_COLUMN)
            for key, text in without_column.items()
        ),
        *(_unwritten(key, text, again, grid, otherwise) for key, text in values.items() if key not in places),
        *(
            LeftOut(read.address, text, _LEFT_AS_IT_WAS)
            for key, text, read in again.values()
            if key not in places
        ),
    )
    return Filled(written, held, left_out, name)


_FIELDS: Final = frozenset({Field.ANSWER, Field.COMMENT, Field.NUMBER, Field.REMARK})
_LEFT_AS_IT_WAS: Final = "Déjà dans le tableur, à une place qui n’est pas certaine : laissé tel quel."
_NO_COLUMN: Final = "Le tableau n’a pas de colonne pour cette réponse."


def _has_no_column(reading: Reading, key: Key, text: str) -> bool:
    """Return whether a table of ticks has a column for each answer but this one."""
    steps = [place.step for place in reading.places.get(key, ()) if place.step is not None]
    return bool(steps) and text not in map(answer_text, steps)


def _places_to_write(reading: Reading, values: Values) -> Places:
    """Return the places of the values, and of those that were read and have been cleared since.

    A cell of which nothing was read stays as it is where the assessment has no value for it.
    """
    is_certain = {key: not read.doubt for key, _, read in reading.values()}
    return {
        key: tuple(place for place in options if not _holds_other_text(place, values.get(key)))
        for key, options in reading.places.items()
        if (key in values or is_certain.get(key)) and _fits(values.get(key)) and all(map(_is_free, options))
    }


def _holds_other_text(place: Place, value: str | None) -> bool:
    """Return whether a cell for a tick that `value` does not give holds something else than a tick."""
    if place.step is None or value == answer_text(place.step):
        return False
    cell = place.sheet.cells.get(Position(place.row, place.column))
    try:
        return cell is not None and not is_tick(cell.text, place.step)
    except NotANoteError:
        return True


def _fill(content: bytes, places: Places, values: Values, name: str) -> tuple[bytes, int]:
    """Return the workbook with the values at `places`, and how many. Raises InvalidDocument."""
    cells: dict[str, dict[Position, Value]] = {}
    for place, value in _written(places, values):
        cells.setdefault(place.sheet.part, {})[Position(place.row, place.column)] = value
    held = sum(value is not None for some in cells.values() for value in some.values())
    try:
        return fill(content, cells), held
    except UNREADABLE as error:
        raise refusals.damaged(name) from error


def _written(places: Places, values: Values) -> Iterator[tuple[Place, Value]]:
    """Yield each value with its place, blanks included."""
    for key, options in places.items():
        text = values.get(key)
        for place in options:
            if place.step is not None:
                yield place, _TICK if text == answer_text(place.step) else None
            elif text is not None and key[0] in {Field.ANSWER, Field.NUMBER} and text.isdecimal():
                yield place, int(text)
            else:
                yield place, text


def _shown_otherwise(content: bytes, places: Places, values: Values, name: str) -> Mapping[str, str]:
    """Return what the cells show, by their address, that would not show what was written in them."""
    sheets = {sheet.part: sheet for sheet in read_workbook(content, name)}
    found = {}
    for place, value in _written(places, values):
        cell = sheets[place.sheet.part].cells.get(Position(place.row, place.column))
        if value is None or cell is None:
            continue
        if cell.is_masked or (isinstance(value, int) and cell.text != number_text(value)):  # 100 %, a day
            found[place.address] = "" if cell.is_masked else cell.text
    return found


def _is_free(place: Place) -> bool:
    """Return whether a cell can be written to: no formula is lost, nor the end of a text that was cut."""
    cell = place.sheet.cells.get(Position(place.row, place.column))
    return cell is None or not (cell.is_formula or not_whole(cell))


def _fits(text: str | None) -> bool:
    return text is None or len(text.encode("utf-16-le")) // 2 <= _MOST_IN_CELL


def _unwritten(key: Key, value: str, again: Reading, grid: Grid, otherwise: Mapping[str, str]) -> LeftOut:
    """Return what is in no cell; `otherwise` is what cells would show instead, by their address."""
    name, address = key_name(grid, key[1]), again.seen_at.get(key[1])
    if address is None:
        return LeftOut(name, value, "Cette ligne n’est pas dans le tableur.")
    reason = "Sa place dans le tableur n’est pas certaine, ou contient une formule ou un texte trop long."
    if not _fits(value):
        reason = "Ce texte est trop long pour une cellule de tableur."
    elif address in otherwise:
        shown = otherwise[address]
        what = f"afficherait « {shown} »" if shown else "peut afficher autre chose"
        reason = typeset(f"Le format de cette cellule {what}.")
    return LeftOut(f"{name} ({address})", value, reason)


def _read_again(content: bytes, places: Places, values: Values, grid: Grid, said: Said, name: str) -> Reading:
    """Return what the filled workbook says. Raises Refusal when it is not what was to be written."""
    try:
        again = understand(read_workbook(content, name), [grid], name, said)
    except InvalidDocument as error:
        raise _not_the_same() from error
    found = {key: text for key, text, _ in again.values()}
    if any(found.get(key, "") != values.get(key, "").strip() for key in places):
        raise _not_the_same()
    return again


def _not_the_same() -> Refusal:
    return Refusal(
        "tableur-controle",
        "Le tableur rempli a été relu et ne correspond pas à vos réponses : il n’a pas été enregistré.",
        "Essayez avec le tableur tel que la Caf l’a envoyé, ou préparez l’envoi sans lui.",
    )
