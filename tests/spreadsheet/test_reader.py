"""A Caf's workbook is read as it is: every filled cell taken rightly, or named with its address."""

from __future__ import annotations

import random
import string
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import pytest

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.spreadsheet import reader
from ctg_tui.spreadsheet.cells import LineMatcher
from ctg_tui.spreadsheet.reader import MAX_UNPACKED, read_workbook
from ctg_tui.spreadsheet.understanding import understand
from tests.each_row import each_row
from tests.effort import some
from tests.spreadsheet.workbooks import KNOWN
from tests.strategies import charente

GRID = charente()


def packed(**parts: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


SHEET_BOMB = packed(
    xl__workbook_dot_xml=b"<workbook/>", xl__worksheets__sheet1_dot_xml=b" " * (MAX_UNPACKED + 1)
)
ENTITIES = packed(
    xl__workbook_dot_xml=b'<!DOCTYPE w [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
)
MACROS = packed(xl__workbook_dot_xml=b"<workbook/>", xl__vbaProject_dot_bin=b"x")
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@each_row(
    "content, code",
    [
        (OLE, "tableur-illisible"),
        (MACROS, "tableur-illisible"),
        (SHEET_BOMB, "tableur-trop-gros"),
        (ENTITIES, "tableur-illisible"),
        (b"PK\x03\x04 no zip", "tableur-illisible"),
        (packed(mimetype=b"application/pdf"), "tableur-illisible"),
        (bytes(range(256)) * 10, "tableur-illisible"),
        (b"\xef\xbb\xbf\r\n<html><table><tr><td>Famille</td></tr></table></html>", "tableur-illisible"),
        (b"Missions;Famille;Social\n" + b"Une ligne sans fin;2;NC\n" * 3_001, "tableur-trop-gros"),
    ],
)
def test_a_file_that_is_no_such_workbook_is_refused_in_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        understand(read_workbook(content, "tableur.xlsx"), [GRID], "tableur.xlsx", {})
    assert refused.value.code == code
    assert "Rien n’a été repris." in refused.value.message


def test_a_workbook_with_more_attributes_in_all_than_any_grid_has_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = KNOWN.read_bytes()
    assert understand(read_workbook(content, "tableur.xlsx"), [GRID], "tableur.xlsx", {}) is not None
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [ElementTree.fromstring(package.read(name)) for name in package.namelist()]
    most = max(sum(len(element.attrib) for element in part.iter()) for part in parts)
    monkeypatch.setattr(reader, "MAX_ATTRIBUTES", most)  # no part is over it alone
    with pytest.raises(InvalidDocument) as refused:
        read_workbook(content, "tableur.xlsx")
    assert refused.value.code == "tableur-trop-gros"


def test_a_distorted_line_is_never_taken_for_another() -> None:
    matcher = LineMatcher(GRID.activities.values())
    drawn = random.Random(20261126)
    found = 0
    lines = some([*GRID.activities.values()])
    for line in lines:
        for _ in range(2):
            text = distorted(line.label, drawn)
            nearest = matcher.same(text) or matcher.near(text)
            assert nearest is None or nearest is line
            found += nearest is not None
    assert found >= 0.98 * 2 * len(lines)


def distorted(label: str, drawn: random.Random) -> str:
    """Return a label as somebody retyped it: letters lost, doubled, changed, words left out at the end."""
    characters = list(label)
    for _ in range(max(1, len(label) // 12)):
        place = drawn.randrange(len(characters))
        change = drawn.randrange(3)
        if change == 0:
            characters[place] = drawn.choice(string.ascii_lowercase)
        elif change == 1:
            characters.insert(place, characters[place])
        else:
            del characters[place]
    text = "".join(characters)
    return text.rsplit(" ", 1)[0] if drawn.random() < 0.3 else text
