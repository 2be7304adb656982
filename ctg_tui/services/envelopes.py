"""What received files hold: folders, mails and zips are opened, within bounds, and give their files.

No name inside a mail or a zip is ever used as a path: it only names a piece in a sentence.
"""

from __future__ import annotations

import lzma
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.text import clean
from ctg_tui.formats.strict_json import MAX_BYTES as MAX_PIECE
from ctg_tui.system.files import read_regular, shown_name

MAX_ENVELOPE: Final = 50_000_000
"""Bytes of a mail or a zip."""
MAX_UNPACKED: Final = 500_000_000
"""Bytes of everything that one command takes out of mails and zips."""
MAX_FILES: Final = 20_000
"""Files of one folder or entries of one zip: there are some 4,600 coordinators in France."""
MAX_PARTS: Final = 500
"""Parts of one mail."""
MAX_DEPTH: Final = 4
"""Folders, mails and zips within each other."""
_LONGEST_NAME: Final = 120
_SYSTEM_FILES: Final = (".", "~$", "__MACOSX", "Thumbs.db", "desktop.ini")
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
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
    """The bytes that may still be taken out of mails and zips."""

    def __init__(self) -> None:
        self.left = MAX_UNPACKED


def pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the files at `paths` and in their folders, mails and zips, in a stable order. Raises nothing."""
    budget = _Budget()
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from _in_folder(path, budget, MAX_DEPTH)
        else:
            yield from _file(path, budget, MAX_DEPTH, is_given=True)


def _in_folder(folder: Path, budget: _Budget, depth: int) -> Iterator[Piece]:
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
        if path.is_dir() and not path.is_symlink():
            yield from _in_folder(path, budget, depth - 1)
        else:
            yield from _file(path, budget, depth, is_given=False)


def _file(path: Path, budget: _Budget, depth: int, *, is_given: bool) -> Iterator[Piece]:
    piece = Piece(path, is_given=is_given)
    limit = MAX_ENVELOPE if piece.suffix in _OPENERS else MAX_PIECE * 2
    try:
        content = read_regular(path, limit)
    except InvalidDocument as refusal:
        yield piece._replace(refusal=refusal)
        return
    yield from _opened(piece._replace(content=content), budget, depth)


def _opened(piece: Piece, budget: _Budget, depth: int) -> Iterator[Piece]:
    """Yield the pieces of a mail or a zip, or `piece` itself."""
    opener = _OPENERS.get(piece.suffix)
    if opener is None or piece.content is None:
        yield piece
        return
    if depth == 0:
        yield piece._replace(content=None, refusal=_too_much(piece.name))
        return
    is_empty = True
    for inner in opener(piece, budget):
        is_empty = False
        yield from _opened(inner, budget, depth - 1)
    if is_empty:
        refusal = InvalidDocument(
            "enveloppe-vide",
            f"« {piece.name} » ne contient aucun fichier.",
            "Vérifiez que c’est le bon, et que la pièce jointe y est.",
        )
        yield piece._replace(content=None, refusal=refusal)


def _zip_entries(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    try:
        archive = zipfile.ZipFile(BytesIO(piece.content or b""))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except _DAMAGED as error:
        yield _damaged(piece, error)
        return
    if len(infos) > MAX_FILES:
        yield piece._replace(content=None, refusal=_too_much(piece.name))
        return
    for info in infos:
        parts = info.filename.replace("\\", "/").split("/")
        if any(part.startswith(_SYSTEM_FILES) and part.strip(".") for part in parts):
            continue
        inner = _inner(piece, parts[-1])
        if info.flag_bits & 1:
            refusal = InvalidDocument(
                "mot-de-passe",
                f"« {inner.name} » est protégé par un mot de passe : il n’a pas été lu.",
                "Demandez-le sans mot de passe, ou ouvrez-le puis importez son contenu.",
            )
            yield inner._replace(refusal=refusal)
            continue
        limit = min(MAX_ENVELOPE if inner.suffix in _OPENERS else MAX_PIECE * 2, budget.left)
        try:
            with archive.open(info) as file:
                content = file.read(limit + 1)
        except _DAMAGED as error:
            yield _damaged(inner, error)
            continue
        budget.left -= min(len(content), limit)
        if len(content) > limit:
            yield inner._replace(refusal=_too_much(inner.name))
            if budget.left <= 0:
                return
            continue
        yield inner._replace(content=content)


def _mail_parts(piece: Piece, budget: _Budget) -> Iterator[Piece]:
    try:
        parts = []
        for part in message_from_bytes(piece.content or b"").walk():
            parts.append(part)
            if len(parts) > MAX_PARTS:
                yield piece._replace(content=None, refusal=_too_much(piece.name))
                return
    except (*_DAMAGED, RecursionError, TypeError, AttributeError) as error:
        yield _damaged(piece, error)
        return
    for part in parts:
        try:
            name = _attached_name(part)
            content = part.get_payload(decode=True) if name else None
        except (*_DAMAGED, TypeError, AttributeError) as error:
            yield _damaged(piece, error)
            continue
        if name and isinstance(content, bytes):
            inner = _inner(piece, name)
            budget.left -= len(content)
            if budget.left <= 0:
                yield inner._replace(refusal=_too_much(inner.name))
                return
            yield inner._replace(content=content)


def _attached_name(part: Message) -> str:
    """Return the name of an attachment; empty for the text of the mail and what only holds other parts."""
    if part.is_multipart():
        return ""
    name = part.get_filename()
    return "" if name is None else str(make_header(decode_header(name)))


_OPENERS: Final = {".zip": _zip_entries, ".eml": _mail_parts}


def _inner(outer: Piece, name: str) -> Piece:
    """Return the piece `name` of an envelope, its name cleaned and cut."""
    own = clean(name.replace("\\", "/").split("/")[-1]).strip() or "sans nom"
    own = own if len(own) <= _LONGEST_NAME else f"…{own[-_LONGEST_NAME:]}"
    return Piece(outer.path, f"{outer.inside} › {own}" if outer.inside else own)


def _damaged(piece: Piece, error: BaseException) -> Piece:
    refusal = InvalidDocument(
        "enveloppe-abimee",
        f"« {piece.name} » est abîmé : il ne s’ouvre pas.",
        "Enregistrez-le de nouveau depuis votre messagerie, ou demandez à l’expéditeur de le renvoyer.",
    )
    refusal.__cause__ = error
    return piece._replace(content=None, refusal=refusal)


def _too_much(name: str) -> InvalidDocument:
    return InvalidDocument(
        "trop-de-contenu",
        f"« {name} » contient trop de choses : le reste n’a pas été lu.",
        "Importez les fichiers eux-mêmes, en plusieurs fois.",
    )
