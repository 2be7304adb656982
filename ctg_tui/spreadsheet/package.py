"""The zip of a .xlsx or .ods: limits are checked before unpacking, its XML is read without entities."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from ctg_tui.spreadsheet import refusals

MAX_UNPACKED: Final = 100_000_000
MAX_PARTS: Final = 5_000
MAX_CELLS: Final = 100_000
"""Most non-empty cells: the largest grid has some 3,000."""
MAX_TEXT: Final = 20_000
"""Most characters of one cell, as in every field."""

UNREADABLE: Final = (zipfile.BadZipFile, ParseError, ValueError, KeyError, NotImplementedError, EOFError)
"""Raised by a damaged or hostile package, `defusedxml`'s refusals (ValueError) included."""


class Package:
    """The parts of a zip, by name. Raises InvalidDocument when it goes over the limits or is damaged."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            infos = self._zip.infolist()
        except UNREADABLE as error:
            raise refusals.damaged(name) from error
        if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise refusals.too_large(name)
        if any(info.flag_bits & 1 for info in infos):
            raise refusals.protected_by_password(name)
        self.parts: Final = frozenset(info.filename for info in infos)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part. Raises one of `UNREADABLE`; `zlib.error` is made a BadZipFile."""
        import zlib

        try:
            return self._zip.read(part)
        except zlib.error as error:
            raise zipfile.BadZipFile(part) from error

    def elements(self, part: str, *tags: str) -> Iterator[Element]:
        """Yield the elements of a part whose local name is among `tags`, each whole, in order.

        Each element is emptied after use: memory holds one at a time.
        """
        from defusedxml.ElementTree import iterparse

        content = BytesIO(self.read(part))
        events: Any = iterparse(content, events=("end",), forbid_dtd=True)
        for _, element in events:
            if local_name(element.tag) in tags:
                yield element
                element.clear()


def local_name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace; empty when it is not there."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")
