"""The folder of a dossier: made, filled, and rid of what a former preparation left there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.report.letter import MAIL_NAME
from ctg_tui.report.mail import Attachment
from ctg_tui.services.export import check_folder
from ctg_tui.system.files import FOLDER_MODE, atomic_write, read_regular, shown_name


@contextlib.contextmanager
def made(folder: Path) -> Iterator[None]:
    """The folder, made if needed; taken away again when nothing could be written into it."""
    try:
        folder.mkdir(mode=FOLDER_MODE)
        is_new = True
    except FileExistsError:
        is_new = False
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
            with contextlib.suppress(OSError):  # the first failure is the one to tell
                folder.rmdir()
        raise


class Files:
    """The files of one folder, written in order. A file that already holds the very content is left alone.

    `stem` is the name of the submission without its suffix.
    """

    def __init__(self, folder: Path, stem: str) -> None:
        self.folder = folder
        self.stem = stem
        self.names: list[str] = []
        self.attachments: list[Attachment] = []

    def put(self, name: str, content: bytes, *, attached: bool = False) -> None:
        """Write a file of the dossier; `attached` when it goes with the mail. Raises WriteRefusal."""
        path = self.folder / name
        if not _holds(path, content):
            atomic_write(path, content)
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
    r"(r\d+_[0-9A-F]{4}-[0-9A-F]{4}_provisoire(\.json|_rapport\.(html|xlsx))"
    r"|previsionnel\.(xlsx|json)|actions\.ics)"
    rf"|{re.escape(MAIL_NAME)}"
)
"""Names that only a dossier gives. A final submission and its reports are no longer ours to remove."""


def remove_former(folder: Path, kept: Iterable[str]) -> None:
    """Take away the files of a former preparation: one would be sent in the place of the other."""
    names = frozenset(kept)
    try:
        present = sorted(folder.iterdir())
    except OSError as error:
        raise Refusal(
            "dossier-illisible",
            f"Le contenu du dossier « {shown_name(folder)} » ne peut pas être lu : des fichiers d’une "
            "préparation précédente peuvent y être restés.",
            "Vérifiez vos droits sur ce dossier, ou préparez-le ailleurs.",
        ) from error
    for path in present:
        if path.name in names or not _FORMER.fullmatch(path.name):
            continue
        try:
            if path.is_file() and not path.is_symlink():
                path.unlink()
        except OSError as error:
            raise Refusal(
                "ancien-fichier",
                f"« {shown_name(path)} » est d’une préparation précédente et n’a pas pu être retiré.",
                "Fermez-le s’il est ouvert ailleurs, puis préparez le dossier de nouveau.",
            ) from error
