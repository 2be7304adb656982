"""A workbook as LibreOffice saves it in its own format: runs of blank cells and rows are written once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from xml.sax.saxutils import escape, quoteattr

Value = str | int | float | date
Cells = Mapping[tuple[int, int], Value]
"""The values of a sheet by row and column, from 0."""
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def as_ods(sheets: Mapping[str, Cells]) -> bytes:
    """Return the bytes of an .ods that has these sheets."""
    tables = "".join(_table(name, cells) for name, cells in sheets.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in (("mimetype", _ODS), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name, (2025, 2, 3, 0, 0, 0)), text)
    return stream.getvalue()


def _table(name: str, cells: Cells) -> str:
    rows, columns = (max(place[axis] for place in cells) + 1 for axis in (0, 1))
    rest = f'<table:table-cell table:number-columns-repeated="{1024 - columns}"/>'
    lines = (
        f"<table:table-row>{''.join(_cell(cells.get((row, column))) for column in range(columns))}{rest}"
        "</table:table-row>"
        for row in range(rows)
    )
    end = (
        f'<table:table-row table:number-rows-repeated="{1048576 - rows}">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    return f"<table:table table:name={quoteattr(name)}>{''.join(lines)}{end}</table:table>"


def _cell(value: Value | None) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        text = "</text:p><text:p>".join(escape(part) for part in value.split("\n"))
        kind = ' office:value-type="string"'
    elif isinstance(value, date):
        text, kind = f"{value:%d/%m/%Y}", f' office:value-type="date" office:date-value="{value.isoformat()}"'
    else:
        text = str(value).replace(".", ",")
        kind = f' office:value-type="float" office:value="{value}"'
    return f"<table:table-cell{kind}><text:p>{text}</text:p></table:table-cell>"
