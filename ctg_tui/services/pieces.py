"""Recognise the other pieces of a dossier, given where a submission is expected."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.formats.problems import Problem, ProblemCode, typeset_problem
from ctg_tui.system import files as zips
from ctg_tui.system.files import read_regular, shown_name

_MAX_BYTES: Final = 50_000_000
_NAME: Final = r"CTG_[a-z0-9-]+_\d{4}_(?:[a-z0-9-]+_){0,2}r\d+_[0-9A-F]{4}-[0-9A-F]{4}(?:_provisoire)?\.json"
_NO_ARCHIVE: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError),
    *(RuntimeError, NotImplementedError),  # encrypted, or an unknown compression
)
FORECAST: Final = "le tableau prévisionnel"
REVIEW: Final = "un avis de la Caf"
_HEAD: Final = 4_000
"""Bytes: every piece is recognised by its beginning."""


def other_piece(path: Path) -> Problem | None:
    """Return the problem that names the piece and the file to check instead; None for any other file."""
    try:
        raw = read_regular(path, _MAX_BYTES)
    except InvalidDocument:
        return None
    piece = piece_name(raw)
    attached = None if piece else _attached(raw)
    if attached:
        piece = "un courriel"
    if not piece:
        return None
    what = f"« {shown_name(path)} » n’est pas le fichier à vérifier : c’est {piece}."
    message = f"{what} {_which(path, piece, attached)}"
    return typeset_problem(Problem(ProblemCode.OTHER_PIECE, "", message))


def piece_name(raw: bytes) -> str:
    """Return which piece of a dossier `raw` is, with its article; empty for a submission and other files."""
    head = raw[:_HEAD]
    if re.match(rb'\s*\{\s*"format":\s*"ctg-previsionnel"', head):
        return FORECAST
    if re.match(rb'\s*\{\s*"format":\s*"ctg-avis"', head):
        return REVIEW
    if head.startswith("\ufeffÀ joindre".encode()):
        return "le texte d’un courriel"
    if b"<meta" in head and re.search(rb'<meta name="generator" content="ctg-tui\b', head):
        return "un rapport à lire"
    if head.startswith(b"BEGIN:VCALENDAR") and b"PRODID:-//ctg-tui" in head:
        return "l’agenda des actions"
    if head.startswith(b"PK") and (title := _workbook_title(raw)):
        return FORECAST if title.startswith("Tableau") else "un rapport à lire"
    return ""


def is_review_file(path: Path) -> bool:
    """Return whether the file at `path` says that it is a review; False when it cannot be read."""
    try:
        return piece_name(read_regular(path, _MAX_BYTES)) == REVIEW
    except InvalidDocument:
        return False


def _which(path: Path, piece: str, attached: str | None) -> str:
    """Return the sentence that names the file to check: attached to the mail, or in the same folder."""
    if piece == REVIEW:
        return f"« {PROGRAM} importer » le reprend."
    if attached:
        return f"Enregistrez sa pièce jointe « {attached} », puis vérifiez-la."
    try:
        names = [entry.name for entry in path.parent.iterdir() if re.fullmatch(_NAME, entry.name)]
    except OSError:  # the folder cannot be listed: give an example instead
        names = []
    if len(names) == 1:
        return f"Vérifiez « {names[0]} », dans le même dossier."
    example = "CTG_val-de-charente_2027_annuelle_nom_r1_7F3A-21C0.json"
    return f"Vérifiez le fichier qui finit par .json, par exemple {example}."


def _workbook_title(raw: bytes) -> str | None:
    """Return the title of a workbook made by this program; None for any other file."""
    try:
        archive = zips.open_zip(raw)
        core = zips.read_entry(archive, archive.getinfo("docProps/core.xml"), _HEAD)
    except _NO_ARCHIVE:
        return None
    match = re.search(
        "<dc:title>((?:Auto-évaluation CTG|Tableau prévisionnel) [^<]*)", core.decode("utf-8", "replace")
    )
    return match[1] if match else None


def _attached(raw: bytes) -> str | None:
    """Return the name of the submission attached to a mail; None for any other file."""
    if not re.search(rb"(?mi)^subject:", raw[:_HEAD]):
        return None
    match = re.search(rb'(?i)name="?(' + _NAME.encode() + rb')"?\s', raw)
    return match[1].decode("ascii") if match else None
