"""The Caf's own workbook, filled with an assessment and read again before it is delivered."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers.expat import ExpatError

from ctg_tui.domain.assessment import Answer, Assessment, Identity, answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import fold
from ctg_tui.services.spreadsheet.reading import NOTHING_SAID, ColumnsSaid, columns_of, kept_columns, said_of
from ctg_tui.spreadsheet.cells import Position, Sheet, not_whole, number_text
from ctg_tui.spreadsheet.filling import Value, fill
from ctg_tui.spreadsheet.reader import MAX_BYTES, UNREADABLE, read_workbook
from ctg_tui.spreadsheet.understanding import Place, Places, Reading, Said, understand
from ctg_tui.storage import documents
from ctg_tui.system.files import read_document, shown_name
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.french import people
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


class _Written(NamedTuple):
    place: Place
    value: Value


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
        "l’envoyer rempli, enregistrez-le en .xlsx dans votre tableur, puis reprenez cette copie (T, depuis "
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
    places = _with_room(_certain(reading), assessment)
    names = tuple(_names(sheets, places, assessment.identity))
    written, held = _fill(content, places, assessment, names, name)
    otherwise = _shown_otherwise(written, places, assessment, name)
    if otherwise:
        places = _without(places, otherwise)
        written, held = _fill(content, places, assessment, names, name)
    again = _read_again(written, places, assessment, grid, said, name)
    left_out = (
        *_left_out(places, again, assessment, grid, otherwise),
        *_left_as_it_was(again, places, assessment),
    )
    return Filled(written, held, left_out, name)


_LABELS: Final[tuple[tuple[re.Pattern[str], Callable[[Identity], str]], ...]] = (
    (re.compile("(nom du )?territoire( ctg)?"), lambda identity: identity.territory.name),
    (re.compile("(nom (et prenom )?(du|de la) )?chargee?s?( de cooperation)?( ctg)?"), people),
)
"""What the label of a blank cell says, folded and without signs, and what goes at its right."""


class _Name(NamedTuple):
    part: str
    position: Position
    text: str


def _names(sheets: Iterable[Sheet], places: Places, identity: Identity) -> Iterator[_Name]:
    """Yield the territory and the people for the blank cells, above the lines, that ask for them."""
    lines = [place for options in places.answers.values() for place in options]
    for sheet in sheets:
        first = min((place.row for place in lines if place.sheet is sheet), default=None)
        for position, cell in sheet.cells.items():
            label = re.sub("[^a-z ]", "", fold(cell.text)).strip()
            said = next((said(identity) for asked, said in _LABELS if asked.fullmatch(label)), "")
            target = _beside(sheet, position)
            if said and target is not None and (first is None or position.row < first):
                yield _Name(sheet.part, target, said)


def _beside(sheet: Sheet, position: Position) -> Position | None:
    """Return the cell at the right of a label, which may be merged, if it is blank."""
    covered = (at for at, first in sheet.merged.items() if first == position)
    target = Position(position.row, max((at.column for at in covered), default=position.column) + 1)
    cell = sheet.cells.get(target)
    is_first = sheet.merged.get(target, target) == target
    return target if is_first and (cell is None or not (cell.text or cell.is_formula)) else None


def _fill(
    content: bytes, places: Places, assessment: Assessment, names: Iterable[_Name], name: str
) -> tuple[bytes, int]:
    """Return the workbook with the values at `places`, and how many, and `names`. Raises InvalidDocument."""
    values: dict[str, dict[Position, Value]] = {}
    for place, value in _written(places, assessment):
        values.setdefault(place.sheet.part, {})[Position(place.row, place.column)] = value
    held = sum(value is not None for cells in values.values() for value in cells.values())
    for part, position, text in names:
        values.setdefault(part, {})[position] = text
    try:
        return fill(content, values), held
    except (*UNREADABLE, ExpatError) as error:
        raise refusals.damaged(name) from error


def _shown_otherwise(content: bytes, places: Places, assessment: Assessment, name: str) -> Mapping[str, str]:
    """Return what the cells show, by their address, that would not show what was written in them."""
    sheets = {sheet.part: sheet for sheet in read_workbook(content, name)}
    found = {}
    for place, value in _written(places, assessment):
        cell = sheets[place.sheet.part].cells.get(Position(place.row, place.column))
        if value is None or cell is None:
            continue
        if cell.is_masked or (isinstance(value, int) and cell.text != number_text(value)):  # 100 %, a day
            found[place.address] = "" if cell.is_masked else cell.text
    return found


def _without(places: Places, addresses: Container[str]) -> Places:
    """Return `places` without those at `addresses`, and without the other ticks of their answers."""

    def others(known: Mapping[str, Place]) -> dict[str, Place]:
        return {line: place for line, place in known.items() if place.address not in addresses}

    answers = {
        cell: options
        for cell, options in places.answers.items()
        if not any(place.address in addresses for place in options)
    }
    return Places(answers, others(places.comments), others(places.numbers), others(places.remarks))


def _certain(reading: Reading) -> Places:
    """Return the places that can be written to: no formula is lost, nor the end of a text that was cut."""

    def is_free(place: Place) -> bool:
        cell = place.sheet.cells.get(Position(place.row, place.column))
        return cell is None or not (cell.is_formula or not_whole(cell))

    def free(places: Mapping[str, Place]) -> dict[str, Place]:
        return {line: place for line, place in places.items() if is_free(place)}

    found = reading.places
    answers = {cell: options for cell, options in found.answers.items() if all(map(is_free, options))}
    return Places(answers, free(found.comments), free(found.numbers), free(found.remarks))


def _with_room(places: Places, assessment: Assessment) -> Places:
    """Return `places` without those whose text is too long for a cell."""
    comments = {
        line: place for line, place in places.comments.items() if _fits(assessment.comments.get(line))
    }
    remarks = {line: place for line, place in places.remarks.items() if _fits(assessment.remarks.get(line))}
    return replace(places, comments=comments, remarks=remarks)


def _fits(text: str | None) -> bool:
    return text is None or len(text.encode("utf-16-le")) // 2 <= _MOST_IN_CELL


def _written(places: Places, assessment: Assessment) -> Iterator[_Written]:
    """Yield each value with its place, blanks included."""
    for cell, options in places.answers.items():
        yield from _answer(options, assessment.answers.get(cell))
    for activity, place in places.comments.items():
        yield _Written(place, assessment.comments.get(activity))
    for indicator, place in places.numbers.items():
        yield _Written(place, assessment.numbers.get(indicator))
    for indicator, place in places.remarks.items():
        yield _Written(place, assessment.remarks.get(indicator))


def _answer(options: tuple[Place, ...], answer: Answer | None) -> Iterator[_Written]:
    for place in options:
        if place.step is not None:
            yield _Written(place, _TICK if place.step == answer else None)
        elif answer is None:
            yield _Written(place, None)
        else:
            yield _Written(place, int(answer) if isinstance(answer, int) else answer_text(answer))


def _left_out(
    places: Places, again: Reading, assessment: Assessment, grid: Grid, otherwise: Mapping[str, str]
) -> Iterator[LeftOut]:
    """Yield what is in no cell; `otherwise` is what cells would show instead, by their address."""
    for cell, answer in assessment.answers.items():
        if cell not in places.answers:
            yield _unwritten(cell_key(cell), answer_text(answer), again, grid, otherwise)
    written: tuple[tuple[Mapping[str, object], Mapping[str, Place]], ...] = (
        (assessment.comments, places.comments),
        (assessment.numbers, places.numbers),
        (assessment.remarks, places.remarks),
    )
    for values, known in written:
        for line, value in values.items():
            if line not in known:
                yield _unwritten(line, str(value), again, grid, otherwise)


def _unwritten(key: str, value: str, again: Reading, grid: Grid, otherwise: Mapping[str, str]) -> LeftOut:
    name, address = key_name(grid, key), again.seen_at.get(key)
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


def _left_as_it_was(again: Reading, places: Places, assessment: Assessment) -> Iterator[LeftOut]:
    """Yield what the workbook held before and still holds, at places that are not certain."""
    reason = "Déjà dans le tableur, à une place qui n’est pas certaine : laissé tel quel."
    for note in again.notes:
        if note.cell not in places.answers:
            yield LeftOut(note.address, answer_text(note.answer), reason)
    for comment in again.comments:
        if comment.activity not in places.comments or comment.activity not in assessment.comments:
            yield LeftOut(comment.address, comment.text, reason)


def _read_again(
    content: bytes, places: Places, assessment: Assessment, grid: Grid, said: Said, name: str
) -> Reading:
    """Return what the filled workbook says. Raises Refusal when it is not what was to be written."""
    try:
        again = understand(read_workbook(content, name), [grid], name, said)
    except InvalidDocument as error:
        raise _not_the_same() from error
    answers = {note.cell: note.answer for note in again.notes if note.cell in places.answers}
    numbers = {line.indicator: line.number for line in again.indicators if line.number is not None}
    comments = {line.activity: line.text for line in again.comments if line.activity in places.comments}
    same = (
        answers == {cell: found for cell, found in assessment.answers.items() if cell in places.answers}
        and all(numbers.get(line) == assessment.numbers.get(line) for line in places.numbers)
        and all(_starts_with(comments, line, assessment.comments.get(line)) for line in places.comments)
    )
    if not same:
        raise _not_the_same()
    return again


def _starts_with(comments: Mapping[str, str], line: str, text: str | None) -> bool:
    """Return whether a comment is there; cell notes of the workbook come after it when it is read."""
    return text is None or comments.get(line, "").startswith(text.strip())


def _not_the_same() -> Refusal:
    return Refusal(
        "tableur-controle",
        "Le tableur rempli a été relu et ne correspond pas à vos réponses : il n’a pas été enregistré.",
        "Essayez avec le tableur tel que la Caf l’a envoyé, ou préparez l’envoi sans lui.",
    )
