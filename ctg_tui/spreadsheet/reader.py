"""Open a workbook; its format is recognised by its content, not by its name."""

from __future__ import annotations

from typing import Final

from ctg_tui.spreadsheet import csv_reader, ods_reader, refusals, xlsx_reader
from ctg_tui.spreadsheet.cells import Sheet
from ctg_tui.spreadsheet.package import UNREADABLE, Package

MAX_BYTES: Final = 10_000_000
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


def read_workbook(content: bytes, name: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook of at most `MAX_BYTES`; `name` is that of the file, for sentences.

    Macros, links and external entities are never followed; a formula gives its stored value.
    Raises InvalidDocument: `tableur-…`.
    """
    if content.startswith(_OLE):
        raise refusals.protected_by_password(name) if _ENCRYPTED in content else refusals.old_format(name)
    if not content.startswith(b"PK"):
        return csv_reader.read(content, name)
    package = Package(content, name)
    try:
        if xlsx_reader.WORKBOOK in package.parts:
            if any(part.lower().endswith("vbaproject.bin") for part in package.parts):
                raise refusals.with_macros(name)
            return xlsx_reader.read(package)
        if ods_reader.CONTENT in package.parts:
            if any(map(ods_reader.is_macro, package.parts)):
                raise refusals.with_macros(name)
            return ods_reader.read(package)
    except (*UNREADABLE, OverflowError) as error:
        raise refusals.damaged(name) from error
    raise refusals.damaged(name)
