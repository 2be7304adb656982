"""The files of many assessments in one workbook: which ones count, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT, InvalidDocument, Refusal, typeset
from ctg_tui.domain.steps import LOW_NOTES, lines_rated
from ctg_tui.domain.text import fold
from ctg_tui.domain.thread import points_of
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.report.consolidation import Apart, Consolidation, Counted
from ctg_tui.services.files import Piece, pieces, unforeseen
from ctg_tui.submission.file import examine
from ctg_tui.wording.french import assessment_name

_OF_A_FOLDER: Final = frozenset({"dossier-illisible", "trop-de-contenu"})


def consolidate(paths: Iterable[Path], catalogue: Catalogue) -> Consolidation:
    """Return what the submissions at `paths` and in their folders give; their order does not matter.

    Raises Refusal when no file counts: InvalidDocument where one was refused.
    """
    return of_pieces(pieces(paths), catalogue)


def of_pieces(given: Iterable[Piece], catalogue: Catalogue) -> Consolidation:
    """Return what the files `given` hold, as `consolidate` does."""
    read: list[Counted] = []
    apart: list[Apart] = []
    for piece in given:
        is_of_folder = piece.refusal is not None and piece.refusal.code in _OF_A_FOLDER
        if not (piece.is_given or piece.suffix == ".json" or is_of_folder):  # beside those that are meant
            apart.append(Apart("autre", piece.path, "autre-piece", ""))
            continue
        try:
            read.append(_examined(piece, catalogue))
        except InvalidDocument as refusal:
            apart.append(_refused(piece, refusal))
        except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
            apart.append(_refused(piece, unforeseen(piece, error)))
    counted = _chosen(read, apart)
    apart.sort(key=lambda one: (not one.message, one.path))
    content = Consolidation(counted, tuple(apart))
    if not counted:
        raise _nothing(content)
    return content


def _refused(piece: Piece, refusal: InvalidDocument) -> Apart:
    return Apart("refuse", piece.path, refusal.code, refusal.sentences())


def _examined(piece: Piece, catalogue: Catalogue) -> Counted:
    """Return what the workbook shows of a submission. Raises InvalidDocument."""
    found = examine(piece.read(), catalogue, piece.path)
    grid, assessment, scores = found.grid, found.assessment, found.scores
    low = lines_rated(grid, assessment, LOW_NOTES)
    own = sum(not grid.activities[cell.activity].is_proposed for cell in low)
    to_see = sum(one.is_to_see for one in points_of(assessment, grid))
    return Counted(piece.path, grid, assessment, found.sending, scores, own, to_see)


def _chosen(read: list[Counted], apart: list[Apart]) -> tuple[Counted, ...]:
    """Return the file that counts of each assessment, in the order of the sheets; name the others in `apart`.

    The highest number counts; of two with that number, the later one.
    """
    ranked = sorted(read, key=lambda one: str(one.path), reverse=True)  # of copies, the first by its name
    ranked.sort(key=lambda one: (one.sending.number, one.sending.created_at, one.sending.identifier))
    best = {one.assessment.uuid: one for one in ranked}
    pairs = [(one, best[one.assessment.uuid]) for one in ranked]
    apart += [_replaced(one, counted) for one, counted in pairs if one is not counted]
    return tuple(sorted(best.values(), key=lambda one: (fold(one.territory), one.year, one.assessment.uuid)))


def _replaced(one: Counted, best: Counted) -> Apart:
    """Return why a file of an assessment does not count: `best` does."""
    number = one.sending.number
    if number != best.sending.number:
        code, why = "remplace", f"remplacé par n° {best.sending.number}, « {best.path.name} »"
    elif one.sending == best.sending:
        is_again = one.path.name == best.path.name
        code, why = "copie", "donné deux fois" if is_again else f"copie de « {best.path.name} »"
    else:
        code = "meme-numero"
        why = f"« {best.path.name} », plus récent, porte le même numéro et compte. Demandez lequel est le bon"
    message = f"« {one.path.name} » ({assessment_name(one.assessment.identity)}, n° {number}) : {why}."
    return Apart("remplace", one.path, code, typeset(message))


def _nothing(content: Consolidation) -> Refusal:
    kind = InvalidDocument if content.exit_code == EXIT_INVALID_DOCUMENT else Refusal
    whys = " ".join(one.message for one in content.apart)
    return kind(
        "rien-a-consolider",
        f"Aucun fichier pour la Caf n’a pu être pris : rien n’a été écrit. {whys}".strip(),
        "Donnez les fichiers CTG_….json reçus, ou leur dossier.",
    )
