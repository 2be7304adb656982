"""What received files hold: folders, mails and zips are opened, within bounds, and give their files.

No name inside a mail or a zip is ever used as a path: it only names a piece in a sentence.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.text import clean
from ctg_tui.formats.strict_json import MAX_BYTES as MAX_PIECE
from ctg_tui.services import mail_parts
from ctg_tui.services.mail_parts import MAX_MAIL, TooLargeError
from ctg_tui.system import crash_log
from ctg_tui.system import files as zips
from ctg_tui.system.files import open_regular, read_regular, shown_name

MAX_ENVELOPE: Final = 50_000_000
"""Bytes of a zip, and of an mbox within another envelope."""
MAX_UNPACKED: Final = 500_000_000
"""Bytes of everything that is taken out of the zips of one file on the disk."""
MAX_FILES: Final = 20_000
"""Files of one folder, one zip or one mbox: there are some 4,600 coordinators in France."""
MAX_DEPTH: Final = 4
"""Folders, mails and zips within each other."""
_LONGEST_NAME: Final = 120
_MAILBOX: Final = ".mbox"
_SYSTEM_FILES: Final = (".", "~$", "__MACOSX", "Thumbs.db", "desktop.ini")
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, NotImplementedError, RuntimeError, MessageError),
)
"""What reading a damaged or hostile mail or zip raises; RuntimeError also for an encrypted entry."""


class Piece(NamedTuple):
    """A file that was found. `path` is the one on the disk; `inside` names it in a mail or a zip, else empty.

    `content` is None when it could not be read: `refusal` says why. `is_given` is True for a file that the
    person named, rather than one found in a folder, a mail or a zip.
    """

    path: Path
    inside: str = ""
    content: bytes | None = None
    refusal: InvalidDocument | None = None
    is_given: bool = False

    @property
    def name(self) -> str:
        """The name to show: `envois.zip › CTG_….json`."""
        own = shown_name(self.path)
        return f"{own} › {self.inside}" if self.inside else own

    @property
    def own_name(self) -> str:
        """The name of the file itself."""
        return self.inside.rpartition(" › ")[2] if self.inside else shown_name(self.path)

    @property
    def suffix(self) -> str:
        """The end of the file's own name, in lower case, with its dot."""
        return os.path.splitext(self.own_name)[1].casefold()  # noqa: PTH122 - it may be no path at all


class _Budget:
    """The bytes that may still be taken out of the zips of one file."""

    def __init__(self) -> None:
        self.left = MAX_UNPACKED


def pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the files at `paths` and in their folders, mails and zips, in a stable order. Raises nothing."""
    for path in paths:
        if _is_folder(path):
            yield from _in_folder(path, MAX_DEPTH)
        else:
            yield from _file(path, MAX_DEPTH, is_given=True)


def _is_folder(path: Path) -> bool:
    """Return whether `path` is a folder; False for what cannot be looked at, which its reader reports."""
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - Path's own may raise


def unforeseen(piece: Piece, error: Exception) -> InvalidDocument:
    """Return the refusal of a file whose reading raised what no check foresees; `error` goes to the log."""
    log = crash_log.record(error)
    sentence = crash_log.sentences_meanwhile(log, f"« {piece.name} » n’a pas pu être lu.")
    return InvalidDocument("erreur-imprevue", sentence)


def _in_folder(folder: Path, depth: int) -> Iterator[Piece]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith(_SYSTEM_FILES))
    except OSError as error:
        refusal = InvalidDocument(
            "dossier-illisible",
            f"Le dossier « {shown_name(folder)} » ne peut pas être lu.",
            "Vérifiez vos droits, ou copiez-le dans vos documents.",
        )
        refusal.__cause__ = error
        yield Piece(folder, refusal=refusal)
        return
    if len(names) > MAX_FILES or depth == 0:
        yield Piece(folder, refusal=_too_much(shown_name(folder)))
        return
    for name in names:
        path = folder / name
        if _is_folder(path):
            yield from _in_folder(path, depth - 1)
        else:
            yield from _file(path, depth, is_given=False)


def _file(path: Path, depth: int, *, is_given: bool) -> Iterator[Piece]:
    piece = Piece(path, is_given=is_given)
    try:
        if piece.suffix == _MAILBOX:
            with open_regular(path) as file:
                yield from _unpacked(piece, _mailbox(piece, file), _Budget(), depth)
        else:
            content = read_regular(path, _limit(piece))
            yield from _opened(piece._replace(content=content), _Budget(), depth)
    except InvalidDocument as refusal:
        yield piece._replace(refusal=refusal)
    except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
        yield _failed(piece, error)


def _limit(piece: Piece) -> int:
    """Return how many bytes of a file are read at most."""
    return {".eml": MAX_MAIL, ".zip": MAX_ENVELOPE, _MAILBOX: MAX_ENVELOPE}.get(piece.suffix, MAX_PIECE * 2)


def _opened(piece: Piece, budget: _Budget, depth: int) -> Iterator[Piece]:
    """Yield the pieces of a mail or a zip, or `piece` itself."""
    match piece.suffix if piece.content is not None else "":
        case ".zip":
            found = _zip_entries(piece, budget)
        case ".eml":
            found = _mail_parts(piece)
        case ".mbox":
            found = _mailbox(piece, BytesIO(piece.content or b""))
        case _:
            yield piece
            return
    yield from _unpacked(piece, found, budget, depth)


def _unpacked(piece: Piece, found: Iterator[Piece], budget: _Budget, depth: int) -> Iterator[Piece]:
    """Yield the pieces `found` in an envelope, those that are envelopes opened in turn."""
    if depth == 0:
        yield piece._replace(content=None, refusal=_too_much(piece.name))
        return
    is_empty = True
    try:
        for inner in found:
            is_empty = False
            yield from _opened(inner, budget, depth - 1)
    except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
        yield _failed(piece, error)
        return
    if is_empty:
        refusal = InvalidDocument(
            "enveloppe-vide",
            f"« {piece.name} » ne contient aucun fichier.",
            "Vérifiez que c’est le bon, et que la pièce jointe y est.",
        )
        yield piece._replace(content=None, refusal=refusal)


def _zip_entries(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    """Yield the entries of a zip, those of the system left out. Raises what damaged zips raise."""
    try:
        archive = zips.open_zip(piece.content or b"")
    except zips.TooManyEntriesError:
        yield piece._replace(content=None, refusal=_too_much(piece.name))
        return
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_FILES:
        yield piece._replace(content=None, refusal=_too_much(piece.name))
        return
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if any(part.startswith(_SYSTEM_FILES) and part.strip(".") for part in parts):
            continue
        if budget.left <= 0:
            yield piece._replace(content=None, refusal=_too_much(piece.name))
            return
        yield _zip_entry(_inner(piece, parts[-1]), archive, info, budget)


def _zip_entry(inner: Piece, archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> Piece:
    """Return an entry with its bytes, or with its refusal."""
    if info.flag_bits & 1:
        refusal = InvalidDocument(
            "mot-de-passe",
            f"« {inner.name} » est protégé par un mot de passe : il n’a pas été lu.",
            "Demandez-le sans mot de passe, ou ouvrez-le puis importez son contenu.",
        )
        return inner._replace(refusal=refusal)
    if not zips.is_usually_packed(info):
        refusal = InvalidDocument(
            "compression-inconnue",
            f"« {inner.name} » est compressé d’une façon peu courante : il n’a pas été lu.",
            "Décompressez l’archive vous-même, puis importez les fichiers.",
        )
        return inner._replace(refusal=refusal)
    limit = min(_limit(inner), budget.left)
    try:
        content = zips.read_entry(archive, info, limit)
    except Exception as error:  # noqa: BLE001 - the other entries are read, and this one is named
        return _failed(inner, error)
    budget.left -= min(len(content), limit)
    if len(content) > limit:
        return inner._replace(refusal=_too_much(inner.name))
    return inner._replace(content=content)


def _mail_parts(piece: Piece) -> Iterator[Piece]:
    """Yield the files attached to a mail. Raises what damaged mails raise, before the first one."""
    try:
        attachments = mail_parts.attachments(piece.content or b"")
    except TooLargeError as bound:
        yield piece._replace(content=None, refusal=_too_large_mail(piece.name, str(bound)))
        return
    for attachment in attachments:
        inner = piece._replace(content=None)
        try:
            name = attachment.name()
            if not name:
                continue
            inner = _inner(piece, name)
            content = attachment.content()
        except Exception as error:  # noqa: BLE001 - the other parts are read, and this one is named
            yield _failed(inner, error)
            continue
        if len(content) > _limit(inner):
            yield inner._replace(refusal=_too_much(inner.name))
        else:
            yield inner._replace(content=content)


def _mailbox(piece: Piece, file: BinaryIO) -> Iterator[Piece]:
    """Yield the files attached to the mails of an mbox. Raises OSError."""
    left = MAX_FILES
    for number, mail in enumerate(mail_parts.mails_of(file), 1):
        one = _inner(piece, f"courriel {number}")
        if mail is None:
            yield one._replace(refusal=_too_large_mail(one.name, TooLargeError.OF_SIZE))
            continue
        try:
            for inner in _mail_parts(one._replace(content=mail)):
                left -= 1
                yield inner
        except Exception as error:  # noqa: BLE001 - the other mails are read, and this one is named
            yield _failed(one, error)
        if left <= 0 or number == mail_parts.MAX_MAILS:
            yield piece._replace(content=None, refusal=_too_much(piece.name))
            return


def _inner(outer: Piece, name: str) -> Piece:
    """Return the piece `name` of an envelope, its name cleaned and cut."""
    own = clean(name.replace("\\", "/").split("/")[-1]).strip() or "sans nom"
    own = own if len(own) <= _LONGEST_NAME else f"…{own[-_LONGEST_NAME:]}"
    return Piece(outer.path, f"{outer.inside} › {own}" if outer.inside else own)


def _failed(piece: Piece, error: Exception) -> Piece:
    """Return `piece` with its refusal. The error is not kept: its traceback would hold the whole envelope."""
    if not isinstance(error, _DAMAGED):
        return piece._replace(content=None, refusal=unforeseen(piece, error))
    refusal = InvalidDocument(
        "enveloppe-abimee",
        f"« {piece.name} » est abîmé : il ne s’ouvre pas.",
        "Enregistrez-le de nouveau depuis votre messagerie, ou demandez à l’expéditeur de le renvoyer.",
    )
    return piece._replace(content=None, refusal=refusal)


def _too_much(name: str) -> InvalidDocument:
    return InvalidDocument(
        "trop-de-contenu",
        f"« {name} » contient trop de choses : le reste n’a pas été lu.",
        "Importez les fichiers eux-mêmes, en plusieurs fois.",
    )


def _too_large_mail(name: str, bound: str) -> InvalidDocument:
    return InvalidDocument(
        "trop-de-contenu",
        f"Le courriel « {name} » {bound} : rien n’y a été lu.",
        "Enregistrez sa pièce jointe, puis importez-la.",
    )
