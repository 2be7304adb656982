"""The pieces of a dossier that are not the submission, known by what they hold."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.formats.problems import Problem, ProblemCode, typeset_problem
from ctg_tui.system.files import read_regular, shown_name

_MAX_BYTES: Final = 50_000_000
_NAME: Final = r"CTG_[A-Za-z0-9_-]+_\d{4}_r\d+_[0-9A-F]{4}-[0-9A-F]{4}(?:_provisoire)?\.json"
_NO_ARCHIVE: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError),
    *(RuntimeError, NotImplementedError),  # encrypted, or packed in a way of another program
)
_HEAD: Final = 4_000
"""Bytes: what a file says it is stands at its beginning."""


def other_piece(path: Path) -> Problem | None:
    """Return the sentence that says which other piece of a dossier `path` is, and which file to check."""
    try:
        raw = read_regular(path, _MAX_BYTES)
    except InvalidDocument:
        return None
    head = raw[:_HEAD]
    attached = None
    if re.match(rb'\s*\{\s*"format":\s*"ctg-previsionnel"', head):
        what = "le tableau prévisionnel"
    elif head.startswith(b"\xef\xbb\xbfAuto-") and b"Dans ce dossier" in head:
        what = "le mode d’emploi d’un dossier"
    elif b"<meta" in head and re.search(rb'<meta name="generator" content="ctg-tui\b', head):
        what = "un rapport à lire"
    elif head.startswith(b"BEGIN:VCALENDAR") and b"PRODID:-//ctg-tui" in head:
        what = "l’agenda des actions"
    elif head.startswith(b"PK") and (title := _workbook_title(raw)):
        what = "le tableau prévisionnel" if title.startswith("Tableau") else "un rapport à lire"
    elif attached := _attached(raw):
        what = "un courriel"
    else:
        return None
    which = _which(path, attached)
    message = f"« {shown_name(path)} » n’est pas le fichier à vérifier : c’est {what}. {which}"
    return typeset_problem(Problem(ProblemCode.OTHER_PIECE, "", message))


def _which(path: Path, attached: str | None) -> str:
    """Return the sentence that says which file to check: one of the mail's, or one that is beside."""
    if attached:
        return f"Enregistrez sa pièce jointe « {attached} », puis vérifiez-la."
    try:
        names = [entry.name for entry in path.parent.iterdir() if re.fullmatch(_NAME, entry.name)]
    except OSError:  # the folder cannot be listed: the usual name is given instead
        names = []
    if len(names) == 1:
        return f"Vérifiez « {names[0]} », dans le même dossier."
    return "Vérifiez le fichier qui finit par .json, par exemple CTG_200043016_2027_r1_7F3A-21C0.json."


def _workbook_title(raw: bytes) -> str | None:
    """Return the title of a workbook of ours; None for any other file."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            core = archive.open("docProps/core.xml").read(_HEAD)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return None  # no archive, another kind of archive, or one that nothing reads
    found = re.search(
        "<dc:title>((?:Auto-évaluation CTG|Tableau prévisionnel) [^<]*)", core.decode("utf-8", "replace")
    )
    return found[1] if found else None


def _attached(raw: bytes) -> str | None:
    """Return the name of the submission that a mail carries; None when it is no such mail."""
    if not re.search(rb"(?mi)^subject:", raw[:_HEAD]):
        return None
    found = re.search(rb'(?i)name="?(' + _NAME.encode() + rb')"?\s', raw)
    return found[1].decode("ascii") if found else None
