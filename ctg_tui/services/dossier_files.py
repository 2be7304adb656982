"""The folder of a dossier: make it, fill it, find the files of a former preparation."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.report.mail import MAIL_NAME, TEXT_NAME, Attachment
from ctg_tui.services.export import check_folder
from ctg_tui.services.outputs import check_output
from ctg_tui.system.batch import Batch
from ctg_tui.system.files import FOLDER_MODE, read_regular, shown_name, sync_folder


@contextlib.contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make the folder if needed; on an error, remove it again if it is new."""
    try:
        folder.mkdir(mode=FOLDER_MODE)
        is_new = True
        if os.access(folder.parent, os.R_OK):  # a folder that cannot be opened cannot be synced
            sync_folder(folder.parent)
    except FileExistsError:
        is_new = False
        _require_own(folder)
        check_folder(folder)
    except OSError as error:
        raise Refusal(
            "dossier-protege",
            f"Le dossier « {shown_name(folder)} » n’a pas pu être créé. Rien n’a été écrit.",
            "Choisissez un autre emplacement, par exemple vos documents.",
        ) from error
    try:
        yield
    except BaseException:
        if is_new:
            with contextlib.suppress(OSError):  # the first error is the one to report
                folder.rmdir()
        raise


def _require_own(folder: Path) -> None:
    """Raise Refusal when a file or a link has the name of the dossier's folder.

    Behind a link is a folder of the person's, where a note or a mail of theirs would be replaced.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise Refusal(
            "pas-un-dossier",
            f"« {shown_name(folder)} » existe déjà, et c’est un fichier ou un lien, pas un dossier préparé "
            "ici : rien n’a été écrit.",
            "Renommez-le, ou choisissez un autre emplacement.",
        )


class Files:
    """The files of one dossier, prepared in order. A file that already has these bytes is left as it is.

    `stem` is the name of the submission without its suffix. `protected` are files that are never replaced.
    """

    def __init__(self, batch: Batch, stem: str, protected: Iterable[Path]) -> None:
        self.stem = stem
        self.names: list[str] = []
        self.attachments: list[Attachment] = []
        self._batch = batch
        self._protected = tuple(protected)

    def put(self, name: str, content: bytes, *, attached: bool = False) -> None:
        """Prepare a file of the dossier; `attached` adds it to the mail. Raises WriteRefusal, Refusal."""
        path = self._batch.folder / name
        check_output(path, self._protected, replace=True)
        if not _holds(path, content):
            self._batch.prepare(name, content)
        self.names.append(name)
        if attached:
            self.attachments.append(Attachment(name, content))


def _holds(path: Path, content: bytes) -> bool:
    try:
        return read_regular(path, len(content)) == content
    except InvalidDocument:
        return False


_FORMER: Final = re.compile(
    r"CTG_[A-Za-z0-9-]+_\d{4}_"
    r"((?:[a-z0-9-]+_){0,2}r\d+_[0-9A-F]{4}-[0-9A-F]{4}_provisoire"
    r"(\.json|_rapport\.(html|xlsx)|_compte-rendu\.html|_tableur\.xlsx)"
    r"|previsionnel\.xlsx|actions\.ics)"
    rf"|{re.escape(MAIL_NAME)}|{re.escape(TEXT_NAME)}"
)
"""Names that only a dossier gives; a final submission and its reports are never removed."""


def former_names(folder: Path, current: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a former preparation, `current` ones excepted: they could be sent by mistake.

    Raises Refusal when the folder cannot be listed.
    """
    names = frozenset(current)
    try:
        present = sorted(folder.iterdir())
    except OSError as error:
        raise Refusal(
            "dossier-illisible",
            f"Le contenu du dossier « {shown_name(folder)} » ne peut pas être lu : des fichiers d’une "
            "préparation précédente peuvent y être. Rien n’a été écrit.",
            "Vérifiez vos droits sur ce dossier, ou préparez-le ailleurs.",
        ) from error
    former = [path for path in present if path.name not in names and _FORMER.fullmatch(path.name)]
    return tuple(path.name for path in former if path.is_file() and not path.is_symlink())
