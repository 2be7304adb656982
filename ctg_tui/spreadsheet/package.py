"""The zip behind .xlsx and .ods: bounded before anything is unpacked, its XML read without entities."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from ctg_tui.spreadsheet import refusals
from ctg_tui.system import files as zips

MAX_UNPACKED: Final = 100_000_000
MAX_PART: Final = 40_000_000
"""Bytes of one part: one long text is held whole while it is read."""
MAX_ELEMENTS: Final = 200_000
"""Elements of one part, empty ones included: each costs time and memory whatever it holds."""
MAX_DEPTH: Final = 100
MAX_PARTS: Final = 5_000
MAX_CELLS: Final = 50_000
"""Cells that hold something: a grid of the largest size has some 3,000."""
MAX_TEXT: Final = 20_000
"""Characters taken of one cell, as of every field."""

UNREADABLE: Final = (zipfile.BadZipFile, ParseError, ValueError, LookupError, NotImplementedError, EOFError)
"""What reading a damaged or hostile package raises, `defusedxml`'s refusals (ValueError) included."""


class Package:
    """The parts of a zip, by name. Raises InvalidDocument when it goes over the limits or is damaged."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zips.open_zip(content)
            infos = self._zip.infolist()
        except zips.TooManyEntriesError as error:
            raise refusals.too_large(name) from error
        except UNREADABLE as error:
            raise refusals.damaged(name) from error
        sizes = [info.file_size for info in infos]
        if len(sizes) > MAX_PARTS or sum(sizes) > MAX_UNPACKED or max(sizes, default=0) > MAX_PART:
            raise refusals.too_large(name)
        if any(info.flag_bits & 1 for info in infos):
            raise refusals.protected_by_password(name)
        if not all(map(zips.is_usually_packed, infos)):
            raise refusals.packed_otherwise(name)
        self.parts: Final = frozenset(info.filename for info in infos)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part. Raises one of `UNREADABLE`; `zlib.error` is made a BadZipFile."""
        import zlib

        try:
            # Bounded by the size that was checked: a zip may announce less than it holds.
            info = self._zip.getinfo(part)
            return zips.read_entry(self._zip, info, info.file_size)
        except zlib.error as error:
            raise zipfile.BadZipFile(part) from error

    def elements(self, part: str, *tags: str) -> Iterator[Element]:
        """Yield the elements of a part whose local name is among `tags`, each whole, in order.

        Elements are dropped once they were yielded: memory stays that of one of them. Raises InvalidDocument
        over the limits.
        """
        from defusedxml.ElementTree import iterparse

        events: Any = iterparse(BytesIO(self.read(part)), events=("start", "end"), forbid_dtd=True)
        parents: list[Element] = []
        seen = 0
        for event, element in events:
            if event == "start":
                seen += 1
                parents.append(element)
                if seen > MAX_ELEMENTS or len(parents) > MAX_DEPTH:
                    raise refusals.too_large(self.name)
                continue
            parents.pop()
            if local_name(element.tag) in tags:
                yield element
                element.clear()
                if parents:
                    parents[-1].remove(element)


def local_name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its local name, whatever its namespace; empty when it is not there."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")
