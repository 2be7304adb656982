"""The files attached to a mail, and the mails of an mbox, within bounds.

The parts are found by going once through the bytes: `email.parser` takes quadratic time for some mails, and
many times their size in memory. The library still reads the headers of each part, and decodes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from typing import BinaryIO, Final, NamedTuple

from ctg_tui.formats.documents import with_own_line_ends

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


class TooLargeError(ValueError):
    """A mail goes over one of the bounds; the message says which, in French."""

    OF_SIZE: Final = f"dépasse {MAX_MAIL // 1_000_000} Mo"


class Attachment(NamedTuple):
    """A file of a mail, not decoded yet. `name` is as the mail spells it, for display only."""

    headers: Message
    packed: memoryview

    def name(self) -> str:
        """Return its name, empty for the text of the mail. Raises ValueError, LookupError, MessageError."""
        is_mail = self.headers.get_content_type() in _MAILS  # one that is encoded: others are gone through
        name = self.headers.get_filename("message" if is_mail else "")
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


def attachments(mail: bytes) -> list[Attachment]:
    """Return the files and other parts of a mail that hold no part, in its order.

    Raises TooLargeError before anything is decoded, and whatever `email` raises for damaged headers.
    """
    if len(mail) > MAX_MAIL:
        raise TooLargeError(TooLargeError.OF_SIZE)
    if mail.count(b"\n") > MAX_LINES:
        raise TooLargeError("a plus d’un million de lignes")
    return list(_Mail(mail).leaves())


class _Mail:
    """The state of going through a mail, from one boundary to the next."""

    def __init__(self, mail: bytes) -> None:
        self._mail = mail
        self._parts = 0
        self._boundaries: dict[bytes, None] = {}
        """Of the parts that hold others and are open, the outermost first."""

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
