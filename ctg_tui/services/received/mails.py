"""What received files hold: folders, mails and zips, within bounds; the pieces of a dossier recognised."""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.text import clean
from ctg_tui.formats import MAX_BYTES as MAX_PIECE
from ctg_tui.formats import with_own_line_ends
from ctg_tui.system import crash_log, files
from ctg_tui.system.files import open_regular, read_regular, shown_name

MAX_MAIL: Final = 25_000_000
"""Bytes of one mail: more than the usual mail servers take."""
MAX_LINES: Final = 1_000_000
MAX_PARTS: Final = 500
MAX_HEADERS: Final = 64_000
"""Bytes of the headers of one part."""
MAX_HEADER: Final = 16_000
"""Bytes of one header that is read: its encoded names cost much to decode."""
MAX_PARAMETERS: Final = 100
"""Parameters of one header: `email` takes quadratic time for them."""
_LONGEST_NAME: Final = 2_000
"""Bytes of a file name: some encoded words take quadratic time to decode."""
MAX_MAILS: Final = 100_000
"""Mails of one mbox."""
_BLOCK: Final = 1_000_000

_END_OF_HEADERS: Final = re.compile(rb"\n(?:\r?\n|(?=--)|(?![!-9;-~]*:|[ \t]|From ))")
"""A blank line, or what is no header where a mail lacks it."""
_HEADER: Final = re.compile(
    rb"^(Content-Type|Content-Disposition|Content-Transfer-Encoding)[ \t]*:(.*(?:\n[ \t].*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_BOUNDARY: Final = re.compile(rb"\n--([^\r\n]{1,998})(?=\r?\n|\r?\Z)")
_NEXT_MAIL: Final = re.compile(
    rb"From (?:(?<=\n\nFrom )|(?<=\n\r\nFrom )|(?<=\nFrom )[^\n]{0,200}\d\d:\d\d)[^\n]{0,800}\n"
)
"""The line before each mail of an mbox: after a blank line, or with a time. Others are of a text."""
_LONGEST_SEPARATOR: Final = 1_100
_BINARY: Final = frozenset({"", "7bit", "8bit", "binary"})
_MAILS: Final = frozenset({"message/rfc822", "message/global"})


_NAMELESS: Final = "pièce jointe sans nom"


class TooLargeError(ValueError):
    """A mail goes over one of the bounds; the message says which, in French."""

    OF_SIZE: Final = f"dépasse {MAX_MAIL // 1_000_000} Mo"


class Attachment(NamedTuple):
    """A file of a mail, not decoded yet. `name` is as the mail spells it, for display only."""

    headers: Message
    packed: memoryview

    def name(self) -> str:
        """Return its name, empty for the text of the mail. Raises ValueError, LookupError, MessageError.

        A file may have none: some mail programs and gateways drop names.
        """
        is_mail = self.headers.get_content_type() in _MAILS  # one that is encoded: others are gone through
        kind = self.headers.get_content_maintype()
        is_attached = self.headers.get_content_disposition() == "attachment"
        is_file = kind == "application" or (kind == "text" and is_attached)
        name = self.headers.get_filename("") or ("message" if is_mail else _NAMELESS if is_file else "")
        if len(name) <= _LONGEST_NAME:
            name = str(make_header(decode_header(name)))
        return f"{name}.eml" if is_mail and not name.casefold().endswith(".eml") else name

    def content(self) -> bytes:
        """Return its bytes; those of a JSON file with the line ends that it was sent with.

        Mail gives text its own line ends, CRLF. Raises ValueError.
        """
        content = bytes(self.packed)
        if _encoding(self.headers) not in _BINARY:
            decoder = Message()
            decoder["Content-Transfer-Encoding"] = _encoding(self.headers)
            decoder.set_payload(content.decode("ascii", "surrogateescape"))
            decoded = decoder.get_payload(decode=True)
            assert isinstance(decoded, bytes)
            content = decoded
        return with_own_line_ends(content) if content.startswith(b"{") else content


def attachments_of(mail: bytes) -> tuple[list[Attachment], bool]:
    """Return the parts of a mail that hold no part, in its order, and whether its end is missing.

    Raises TooLargeError before anything is decoded, and whatever `email` raises for damaged headers.
    """
    if len(mail) > MAX_MAIL:
        raise TooLargeError(TooLargeError.OF_SIZE)
    if mail.count(b"\n") > MAX_LINES:
        raise TooLargeError("a plus d’un million de lignes")
    parts = _Mail(mail)
    return list(parts.leaves()), parts.is_open


class _Mail:
    """The state of going through a mail, from one boundary to the next."""

    def __init__(self, mail: bytes) -> None:
        self._mail = mail
        self._parts = 0
        self._boundaries: dict[bytes, None] = {}
        """Of the parts that hold others and are open, the outermost first."""

    @property
    def is_open(self) -> bool:
        """Whether a part that holds others is not closed; at the end of a mail, its rest was lost."""
        return bool(self._boundaries)

    def leaves(self) -> Iterator[Attachment]:
        """Yield the parts that hold no other. Raises TooLargeError."""
        mail, view = self._mail, memoryview(self._mail)
        leaf, start = self._begin(0)
        for line in _BOUNDARY.finditer(mail):
            if line.start() + 1 < start:  # among the headers
                continue
            boundary = line[1].rstrip()
            is_last = boundary not in self._boundaries
            boundary = boundary.removesuffix(b"--") if is_last else boundary
            if boundary not in self._boundaries:
                continue
            if leaf is not None:
                # The line end before a boundary belongs to it.
                end = line.start() - (mail[line.start() - 1 : line.start()] == b"\r")
                yield Attachment(leaf, view[start : max(start, end)])
            while next(reversed(self._boundaries)) != boundary:
                self._boundaries.popitem()
            leaf, start = None, line.end()
            if is_last:
                del self._boundaries[boundary]
            else:
                leaf, start = self._begin(line.end())
        if leaf is not None:
            yield Attachment(leaf, view[start:])

    def _begin(self, place: int) -> tuple[Message | None, int]:
        """Return the headers of the part at `place`, a line end, and where its body starts.

        The headers are None for a part that holds others, whose boundary is then open. Raises TooLargeError.
        """
        while True:
            self._parts += 1
            if self._parts > MAX_PARTS:
                raise TooLargeError(f"a plus de {MAX_PARTS} parties")
            headers, start = self._headers(place)
            kind = headers.get_content_type()
            if kind in _MAILS and _encoding(headers) in _BINARY:
                place = start - 1
                continue
            if not kind.startswith("multipart/"):
                return headers, start
            boundary = headers.get_boundary("").encode("utf-8", "replace")
            self._boundaries.setdefault(boundary)
            return None, start

    def _headers(self, place: int) -> tuple[Message, int]:
        end = _END_OF_HEADERS.search(self._mail, place, place + MAX_HEADERS)
        if end is None and len(self._mail) - place > MAX_HEADERS:
            raise TooLargeError(f"a des en-têtes de plus de {MAX_HEADERS // 1000} ko")
        headers = Message()
        for name, value in _HEADER.findall(self._mail[place : end.start() if end else None]):
            if len(value) > MAX_HEADER:
                raise TooLargeError(f"a un en-tête de plus de {MAX_HEADER // 1000} ko")
            if value.count(b";") > MAX_PARAMETERS:
                raise TooLargeError(f"a un en-tête de plus de {MAX_PARAMETERS} paramètres")
            text = value.decode("utf-8", "replace").replace("\r", "").replace("\n", "").strip()
            if name.decode("ascii") not in headers:
                headers[name.decode("ascii")] = text
        return headers, end.end() if end else len(self._mail)


def _encoding(headers: Message) -> str:
    return str(headers.get("Content-Transfer-Encoding", "")).casefold()


def mails_of(file: BinaryIO) -> Iterator[bytes | None]:
    """Yield each mail of an mbox, None for one over `MAX_MAIL`; only one is in memory. Raises OSError."""
    waiting = bytearray(b"\n\n")
    is_in_mail = is_cut = False
    searched = 0
    while block := file.read(_BLOCK):
        waiting += block
        while (found := _NEXT_MAIL.search(waiting, searched)) is not None:
            if is_in_mail:
                yield None if is_cut or found.start() > MAX_MAIL else bytes(waiting[: found.start()])
            del waiting[: found.end() - 1]
            is_in_mail, is_cut, searched = True, False, 0
        if len(waiting) > MAX_MAIL + _LONGEST_SEPARATOR:
            is_cut = True
            del waiting[:-_LONGEST_SEPARATOR]
        searched = max(0, len(waiting) - _LONGEST_SEPARATOR)
    if is_in_mail:
        yield None if is_cut or len(waiting) > MAX_MAIL else bytes(waiting)


# No name inside a mail or a zip is ever used as a path: it only names a piece in a sentence.

MAX_ENVELOPE: Final = 50_000_000
"""Bytes of a zip, and of an mbox within another envelope."""
MAX_UNPACKED: Final = 500_000_000
"""Bytes of everything that is taken out of the zips of one file on the disk."""
MAX_FILES: Final = 20_000
"""Files of one folder, one zip or one mbox: there are some 4,600 coordinators in France."""
MAX_DEPTH: Final = 4
"""Folders, mails and zips within each other."""
_LONGEST_SHOWN_NAME: Final = 120
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
        archive = files.open_zip(piece.content or b"")
    except files.TooManyEntriesError:
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
    if not files.is_usually_packed(info):
        refusal = InvalidDocument(
            "compression-inconnue",
            f"« {inner.name} » est compressé d’une façon peu courante : il n’a pas été lu.",
            "Décompressez l’archive vous-même, puis importez les fichiers.",
        )
        return inner._replace(refusal=refusal)
    limit = min(_limit(inner), budget.left)
    try:
        content = files.read_entry(archive, info, limit)
    except Exception as error:  # noqa: BLE001 - the other entries are read, and this one is named
        return _failed(inner, error)
    budget.left -= min(len(content), limit)
    if len(content) > limit:
        return inner._replace(refusal=_too_much(inner.name))
    return inner._replace(content=content)


def _mail_parts(piece: Piece) -> Iterator[Piece]:
    """Yield the files attached to a mail. Raises what damaged mails raise, before the first one."""
    try:
        attachments, is_cut = attachments_of(piece.content or b"")
    except TooLargeError as bound:
        yield piece._replace(content=None, refusal=_too_large_mail(piece.name, str(bound)))
        return
    has_file = False
    for attachment in attachments:
        inner = piece._replace(content=None)
        try:
            name = attachment.name()
            if not name:
                continue
            has_file = True
            inner = _inner(piece, name)
            content = attachment.content()
        except Exception as error:  # noqa: BLE001 - the other parts are read, and this one is named
            yield _failed(inner, error)
            continue
        if len(content) > _limit(inner):
            yield inner._replace(refusal=_too_much(inner.name))
        else:
            yield inner._replace(content=content)
    if is_cut and has_file:
        refusal = InvalidDocument(
            "courriel-coupe",
            f"Le courriel « {piece.name} » est coupé : sa fin manque, et peut-être des pièces jointes. "
            "Ce qui précède a été lu.",
            "Enregistrez-le de nouveau depuis votre messagerie, ou importez la pièce jointe elle-même.",
        )
        yield piece._replace(content=None, refusal=refusal)


def _mailbox(piece: Piece, file: BinaryIO) -> Iterator[Piece]:
    """Yield the files attached to the mails of an mbox. Raises OSError."""
    left = MAX_FILES
    for number, mail in enumerate(mails_of(file), 1):
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
        if left <= 0 or number == MAX_MAILS:
            yield piece._replace(content=None, refusal=_too_much(piece.name))
            return


def _inner(outer: Piece, name: str) -> Piece:
    """Return the piece `name` of an envelope, its name cleaned and cut."""
    own = clean(name.replace("\\", "/").split("/")[-1]).strip() or "sans nom"
    own = own if len(own) <= _LONGEST_SHOWN_NAME else f"…{own[-_LONGEST_SHOWN_NAME:]}"
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
