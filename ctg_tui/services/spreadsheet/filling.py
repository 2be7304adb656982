"""The Caf's own workbook, filled with an assessment and read again before it is delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.assessment import Assessment, answer_text
from ctg_tui.domain.changes import Field, Values, cell_key, values_of
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.services.spreadsheet.reading import NOTHING_SAID, ColumnsSaid, kept_columns, said_of
from ctg_tui.spreadsheet.cells import NotANoteError, Position, is_tick, not_whole
from ctg_tui.spreadsheet.filling import Value, fill
from ctg_tui.spreadsheet.reader import MAX_BYTES, UNREADABLE, read_workbook
from ctg_tui.spreadsheet.understanding import Key, Place, Reading, Said, understand
from ctg_tui.storage import documents
from ctg_tui.storage.journal import ever_held
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
    grid, assessment = workspace.load(assessment_id)
    workbook = documents.workbook_of(workspace.store, assessment_id)
    columns = ColumnsSaid(kept=kept_columns(workspace.store, workbook.columns if workbook else ()))
    held = ever_held(workspace.store, assessment_id)
    cleared = {key for key in _keys(grid) if key in held} - values_of(assessment).keys()
    if model is not None:
        return filled(read_document(model, MAX_BYTES), grid, assessment, shown_name(model), columns, cleared)
    if workbook is None:
        raise refusals.without_workbook()
    return filled(workbook.content, grid, assessment, workbook.name, columns, cleared)


def _keys(grid: Grid) -> Iterator[Key]:
    """Yield every value that an assessment can have on the lines of a grid."""
    yield from ((Field.ANSWER, cell_key(cell)) for cell in grid.cells)
    yield from ((Field.COMMENT, line) for line in grid.activities)
    yield from ((field, line) for field in (Field.NUMBER, Field.REMARK) for line in grid.indicators)


def why_not_filled(workspace: Workspace, assessment_id: int) -> str | None:
    """Return why the workbook that an assessment, or its grid, came from cannot be filled, with what to do.

    Empty when it can; None without one.
    """
    name = documents.workbook_name_of(workspace.store, assessment_id)
    if name is None or name.lower().endswith(".xlsx"):
        return None if name is None else ""
    return typeset(
        f"Le tableur de votre Caf (« {name} ») n’est pas au format .xlsx : il n’est pas joint. Pour "
        "l’envoyer rempli, enregistrez-le en .xlsx dans votre tableur, puis reprenez cette copie (O, depuis "
        "l’accueil)."
    )


def filled(
    content: bytes,
    grid: Grid,
    assessment: Assessment,
    name: str,
    columns: ColumnsSaid = NOTHING_SAID,
    cleared: Collection[Key] = (),
) -> Filled:
    """Return the workbook `content` with the answers, comments and numbers of `assessment`.

    Those that the person `cleared` are cleared in it too; what else it says, and she never took, stays as it
    is. Raises InvalidDocument when it is no .xlsx of this grid; Refusal (`tableur-controle`) when what it
    says, read again, is not the assessment: nothing is delivered then.
    """
    sheets = read_workbook(content, name)
    if not all(sheet.part for sheet in sheets):
        raise refusals.only_xlsx(name)
    said = said_of(sheets, columns, name)
    reading = understand(sheets, [grid], name, said)
    if reading is None:
        raise refusals.of_another_grid(name, "écrit")
    held = values_of(assessment)
    values = {key: held[key] for key in _keys(grid) if key in held}
    reasons = {key: why for key in values if (why := _why_not(reading, key, values[key]))}
    places = {
        key: tuple(place for place in options if not _holds_other_text(place, values.get(key)))
        for key, options in reading.places.items()
        if key not in reasons and (key in values or (key in cleared and all(map(_is_free, options))))
    }
    written, again, amiss = _written(content, places, values, grid, said, name)
    if amiss:  # cells whose format shows something else
        reasons |= dict.fromkeys(amiss, "Le format de cette cellule afficherait autre chose.")
        places = {key: options for key, options in places.items() if key not in amiss}
        written, again, amiss = _written(content, places, values, grid, said, name)
        if amiss:
            raise _not_the_same()
    left_out = [
        LeftOut(_where(grid, again, key), values[key], why) for key, why in reasons.items() if key in values
    ]
    left_out += [
        LeftOut(read.address, read.text, _LEFT_AS_IT_WAS)
        for read in again.values
        if (read.field, read.key) not in places
    ]
    held_there = sum(value is not None for _, value in _cells(places, values))
    return Filled(written, held_there, tuple(left_out), name)


_LEFT_AS_IT_WAS: Final = "Déjà dans le tableur, et pas dans vos réponses : laissé tel quel."


def _written(
    content: bytes, places: Places, values: Values, grid: Grid, said: Said, name: str
) -> tuple[bytes, Reading, set[Key]]:
    """Return the workbook with the values at `places`, what it says then, and what is read otherwise.

    Raises InvalidDocument; Refusal when it is no workbook of the grid any more.
    """
    cells: dict[str, dict[Position, Value]] = {}
    for place, value in _cells(places, values):
        cells.setdefault(place.sheet.part, {})[Position(place.row, place.column)] = value
    try:
        written = fill(content, cells)
    except UNREADABLE as error:
        raise refusals.damaged(name) from error
    try:
        again = understand(read_workbook(written, name), [grid], name, said)
    except InvalidDocument as error:
        raise _not_the_same() from error
    if again is None:
        raise _not_the_same()
    found = again.certain
    return written, again, {key for key in places if found.get(key, "") != values.get(key, "").strip()}


def _cells(places: Places, values: Values) -> Iterator[tuple[Place, Value]]:
    """Yield what stands in each cell, blanks included."""
    for key, options in places.items():
        text = values.get(key)
        for place in options:
            if place.step is not None:
                yield place, _TICK if text == answer_text(place.step) else None
            elif text is not None and key[0] in {Field.ANSWER, Field.NUMBER} and text.isdecimal():
                yield place, int(text)
            else:
                yield place, text


def _where(grid: Grid, reading: Reading, key: Key) -> str:
    address = reading.seen_at.get(key)
    return f"{key_name(grid, key[1])} ({address})" if address else key_name(grid, key[1])


def _why_not(reading: Reading, key: Key, text: str) -> str:
    """Return why, in French, a value cannot be written; empty when it can."""
    options = reading.places.get(key, ())
    steps = [answer_text(place.step) for place in options if place.step is not None]
    if key not in reading.seen_at:
        return "Cette ligne, ou une colonne pour elle, n’est pas dans le tableur."
    if steps and text not in steps:
        return "Le tableau n’a pas de colonne pour cette réponse."
    if len(text.encode("utf-16-le")) // 2 > _MOST_IN_CELL:
        return "Ce texte est trop long pour une cellule de tableur."
    if not options or not all(map(_is_free, options)):
        return "Sa place dans le tableur n’est pas certaine, ou contient une formule ou un texte trop long."
    return ""


def _holds_other_text(place: Place, value: str | None) -> bool:
    """Return whether a cell for a tick that `value` does not give holds something else than a tick."""
    if place.step is None or value == answer_text(place.step):
        return False
    try:
        return not is_tick(place.cell.text, place.step)
    except NotANoteError:
        return True


def _is_free(place: Place) -> bool:
    """Return whether a cell can be written to: no formula is lost, nor the end of a text that was cut."""
    return not (place.cell.is_formula or not_whole(place.cell))


def _not_the_same() -> Refusal:
    return Refusal(
        "tableur-controle",
        "Le tableur rempli a été relu et ne correspond pas à vos réponses : il n’a pas été enregistré.",
        "Essayez avec le tableur tel que la Caf l’a envoyé, ou préparez l’envoi sans lui.",
    )
