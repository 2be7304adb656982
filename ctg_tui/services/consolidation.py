"""The files of many assessments in one workbook: which ones count, and why the others do not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.assessment import Cell
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Tally, tally, total
from ctg_tui.domain.steps import lines_rated
from ctg_tui.domain.text import fold, short_fingerprint, words_of
from ctg_tui.domain.thread import PointState, points
from ctg_tui.formats import ProblemCode, with_own_line_ends
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.consolidation import (
    NOT_FOLLOWED,
    Apart,
    ApartState,
    Consolidation,
    Counted,
    LineFigures,
    render,
)
from ctg_tui.services.files import Piece, pieces, unforeseen, write_output
from ctg_tui.submission.file import InvalidSubmission, Received, examine, piece_name
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import NBSP, assessment_name, short_day, without_kind
from ctg_tui.wording.lines import LOW_NOTES

_JSON: Final = ".json"
_OF_A_FOLDER: Final = frozenset({"dossier-illisible", "trop-de-contenu"})


class _Read(NamedTuple):
    """A submission that was read; `sha256` is that of its bytes with their own line ends."""

    counted: Counted
    path: Path
    sha256: str


def consolidate(paths: Iterable[Path], catalogue: Catalogue) -> Consolidation:
    """Return what the submissions at `paths` and in their folders give; their order does not matter.

    Raises Refusal when no file counts: InvalidDocument where one was refused.
    """
    return of_pieces(_each_once(pieces(paths)), catalogue)


def _each_once(found: Iterable[Piece]) -> Iterator[Piece]:
    """Yield each file once: one may be given by itself and with its folder."""
    seen: set[Path] = set()
    for piece in found:
        place = Path(os.path.realpath(piece.path.parent), piece.path.name)  # a link is a file of its own
        if place not in seen:
            seen.add(place)
            yield piece


def of_pieces(
    given: Iterable[Piece], catalogue: Catalogue, progress: Callable[[int], None] = lambda _: None
) -> Consolidation:
    """Return what the files `given` hold, as `consolidate` does; `progress` may stop it at each file."""
    read: list[_Read] = []
    apart: list[Apart] = []
    for number, piece in enumerate(given, 1):
        found = _read(piece, catalogue)
        read += [found] if isinstance(found, _Read) else []
        apart += [found] if isinstance(found, Apart) else []
        progress(number)
    counted = _chosen(sorted(read, key=lambda one: str(one.path)), apart)
    content = Consolidation(counted, _lines(counted), tuple(sorted(apart, key=_order)))
    if not counted:
        raise _nothing(content)
    return content


def write(
    content: Consolidation, path: Path, now: datetime, *, protected: Iterable[Path], replace: bool
) -> None:
    """Write the workbook whole, or not at all. Raises Refusal as `write_output` does, WriteRefusal."""
    write_output(path, render(content, now), protected, replace=replace)


def _read(piece: Piece, catalogue: Catalogue) -> _Read | Apart:
    """Return the submission of a file, or why it is none."""
    try:
        return _examined(piece, catalogue)
    except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
        refusal = error if isinstance(error, Refusal) else unforeseen(piece, error)
        return _apart(piece, ApartState.REFUSED, refusal.code, refusal.sentences())


def _examined(piece: Piece, catalogue: Catalogue) -> _Read | Apart:
    is_asked_for = piece.is_given or piece.suffix == _JSON
    if piece.content is None:
        assert piece.refusal is not None
        is_asked_for = is_asked_for or piece.refusal.code in _OF_A_FOLDER
        is_asked_for = is_asked_for and (piece.is_given or piece.refusal.code not in NOT_FOLLOWED)
        state = ApartState.REFUSED if is_asked_for else ApartState.OTHER
        return _apart(piece, state, piece.refusal.code, piece.refusal.sentences())
    other = piece_name(piece.content)
    if not other and not is_asked_for and not piece.content.lstrip().startswith(b"{"):
        other = "un autre fichier"
    if other:
        state = ApartState.REFUSED if piece.is_given else ApartState.OTHER
        message = f"« {piece.name} » : c’est {other}, pas un fichier pour la Caf."
        return _apart(piece, state, ProblemCode.OTHER_PIECE.value, message)
    content = with_own_line_ends(piece.content)
    found = examine(content, catalogue)
    if not isinstance(found, Received):
        raise InvalidSubmission(piece.path, found)
    if found.grid is None or found.scores is None:
        message = (
            f"« {piece.name} » ({assessment_name(found.assessment.identity)}) est en bon état, mais sa "
            "grille est introuvable sur ce poste : ses chiffres ne peuvent pas être calculés."
        )
        return _apart(piece, ApartState.UNKNOWN_GRID, ProblemCode.UNKNOWN_GRID.value, message)
    return _Read(_counted(piece.name, found.grid, found), piece.path, hashlib.sha256(content).hexdigest())


def _counted(name: str, grid: Grid, found: Received) -> Counted:
    assessment, scores = found.assessment, found.scores
    assert scores is not None
    low = [
        cell
        for cell in lines_rated(grid, assessment, LOW_NOTES)
        if not grid.activities[cell.activity].is_proposed
    ]
    to_see = [
        point
        for point in points(assessment.said.values(), assessment.answers, grid)
        if point.state is PointState.TO_SEE
    ]
    return Counted(name, grid, assessment, found.sending, scores, len(low), len(to_see))


def _apart(piece: Piece, state: ApartState, code: str, message: str) -> Apart:
    return Apart(state, piece.name, str(piece.path), code, typeset(message))


def _chosen(read: list[_Read], apart: list[Apart]) -> tuple[Counted, ...]:
    """Return the file that counts of each assessment, in the order of the sheets; name the others in `apart`.

    The highest number counts; of two with that number, the later one.
    """
    assessments: dict[str, list[_Read]] = {}
    for one in read:
        assessments.setdefault(one.counted.assessment.uuid, []).append(one)
    chosen = []
    for files in assessments.values():
        best = max(files, key=_rank)
        chosen.append(best.counted)
        firsts: dict[str, _Read] = {best.sha256: best}
        for one in files:
            first = firsts.setdefault(one.sha256, one)
            if one is not best:
                apart.append(_replaced(one, first, best))
    return tuple(sorted(chosen, key=_place))


def _rank(one: _Read) -> tuple[int, datetime, str]:
    sending = one.counted.sending
    return sending.number, sending.created_at, one.sha256


def _order(one: Apart) -> tuple[int, str]:
    return [*ApartState].index(one.state), one.path


def _place(one: Counted) -> tuple[str, int, str]:
    identity = one.assessment.identity
    return fold(without_kind(identity.territory.name)), identity.year, one.assessment.uuid


def _replaced(one: _Read, first: _Read, best: _Read) -> Apart:
    """Return why a file of an assessment does not count; `first` has its bytes, `best` counts."""
    counted, winner = one.counted, best.counted
    number = counted.sending.number
    state = ApartState.REPLACED
    name = f"« {counted.file} » ({assessment_name(counted.assessment.identity)}, n°{NBSP}{number})"
    if first is not one:
        state, code = ApartState.DUPLICATE, "copie"
        message = f"{name} : copie de « {first.counted.file} »."
    elif number != winner.sending.number:
        code = "remplace"
        message = f"{name} : remplacé par n°{NBSP}{winner.sending.number}, « {winner.file} »."
    else:
        code = "meme-numero"
        mine, other = (short_fingerprint(file.sending.fingerprint) for file in (counted, winner))
        codes = f" (code {other}, et non {mine})" if mine != other else ""
        made = winner.sending.created_at
        is_later = made > counted.sending.created_at
        why = f", car il est plus récent ({short_day(local_time(made).date())})" if is_later else ""
        message = (
            f"{name} : « {winner.file} » porte le même numéro{codes} et compte{why}. "
            "Demandez lequel est le bon."
        )
    return Apart(state, counted.file, str(one.path), code, typeset(message))


def _nothing(content: Consolidation) -> Refusal:
    kind = InvalidDocument if content.exit_code == EXIT_INVALID_DOCUMENT else Refusal
    whys = " ".join(one.message for one in content.apart if one.state is not ApartState.OTHER)
    return kind(
        "rien-a-consolider",
        f"Aucun fichier pour la Caf n’a pu être pris : rien n’a été écrit. {whys}".strip(),
        "Donnez les fichiers CTG_….json reçus, ou leur dossier.",
    )


# The lines, over the assessments of the latest year.


def _lines(counted: tuple[Counted, ...]) -> tuple[LineFigures, ...]:
    """Return the Caf's lines of the latest year, the lowest mean note first, then those without a note.

    Of two grids, the line of the same id and words is one.
    """
    year = max((one.assessment.identity.year for one in counted), default=0)
    groups: dict[tuple[str, str], list[Counted]] = {}
    for one in (one for one in counted if one.assessment.identity.year == year):
        for line in one.grid.activities.values():
            if not line.is_proposed:
                groups.setdefault((line.id, words_of(line.label)), []).append(one)
    figures = [_line_figures(group[0].grid, line, group) for (line, _), group in groups.items()]
    return tuple(sorted(figures, key=lambda one: (one.whole.mean is None, one.whole.mean or 0)))


def _line_figures(grid: Grid, line: str, group: list[Counted]) -> LineFigures:
    by_policy: dict[str, Tally] = {}
    for one in group:
        for policy in one.grid.policies:
            counts = tally(one.assessment.answers, [Cell(line, policy.id)])
            by_policy[policy.id] = by_policy.get(policy.id, Tally()) + counts
    low = sum(
        one.assessment.answers.get(Cell(line, policy.id)) in LOW_NOTES
        for one in group
        for policy in one.grid.policies
    )
    return LineFigures(grid, line, by_policy, total(by_policy.values()), low)
