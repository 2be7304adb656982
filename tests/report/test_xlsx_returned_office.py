"""Our report filled in LibreOffice by its own scripting, then taken: as an adviser does it."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.review import writing
from ctg_tui.services.review.writing import ReturnedWorkbook
from tests.report.test_xlsx_office import SOFFICE, needs_office
from tests.returned import Filler, opened, report_of

pytestmark = [pytest.mark.night, needs_office]

_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:{kind} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{dtd}.dtd">
<library:{kind} xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"
 {about}</library:{kind}>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{code}</script:module>
"""
_MADE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse">
<value>true</value></prop></item></oor:items>
"""
"""Keeps LibreOffice from making the profile anew, without the module."""
_SESSION = """
Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim document
  document = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
{body}
  document.close(True)
  StarDesktop.terminate()
End Sub

Sub Save(document, address, filter)
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = filter
  document.storeToURL(address, how())
End Sub
"""
_FILL = """
{writes}
  Save(document, "{filled}", "Calc MS Excel 2007 XML")
  Save(document, "{open_document}", "calc8")
  Dim sheet, lines, i
  document.unprotect("")
  For i = 0 To document.Sheets.Count - 1
    document.Sheets.getByIndex(i).unprotect("")
  Next i
  sheet = document.Sheets.getByName("Mission 1")
  sheet.getCellRangeByName("{changed}").Value = {other}
  Dim field(0) As New com.sun.star.table.TableSortField
  field(0).Field = 0
  field(0).IsAscending = False
  Dim order(0) As New com.sun.star.beans.PropertyValue
  order(0).Name = "SortFields"
  order(0).Value = field()
  lines = sheet.getCellRangeByName("{lines}")
  lines.sort(order())
  sheet.Columns.insertByIndex(6, 1)
  sheet.Name = "Ma mission"
  document.Sheets.moveByName("Données", 0)
  Save(document, "{touched}", "Calc MS Excel 2007 XML")
"""


def in_office(folder: Path, source: Path, body: str) -> None:
    """Open `source` in LibreOffice, in a profile of its own, run lines of Basic on `document`, close it."""
    code = _SESSION.format(source=source.as_uri(), body=body)
    standard = folder / "profile" / "user" / "basic" / "Standard"
    standard.mkdir(parents=True)
    libraries = f'>{"<library:library library:name=" + chr(34) + "Standard" + chr(34)} library:link="false"/>'
    elements = (
        'library:name="Standard" library:readonly="false" library:passwordprotected="false">'
        '<library:element library:name="Module1"/>'
    )
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_MADE, encoding="utf-8")
    (standard.parent / "script.xlc").write_text(
        _LIBRARY.format(kind="libraries", dtd="libraries", about=libraries), encoding="utf-8"
    )
    (standard / "script.xlb").write_text(
        _LIBRARY.format(kind="library", dtd="library", about=elements), encoding="utf-8"
    )
    (standard / "Module1.xba").write_text(_MODULE.format(code=escape(code)), encoding="utf-8")
    subprocess.run(
        [
            str(SOFFICE),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "macro:///Standard.Module1.Main"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )


def write(sheet: str, place: str, value: str | int) -> str:
    """Return the Basic line that enters a value; unlike a person, it can change a locked cell."""
    typed = str(value).replace('"', '""')
    target = f'document.Sheets.getByName("{sheet}").getCellRangeByName("{place}")'
    return f"  {target}.Value = {value}" if isinstance(value, int) else f'  {target}.String = "{typed}"'


def taken(path: Path) -> tuple[ReturnedWorkbook, dict[str, Any]]:
    """Return what the file of LibreOffice says, and its review without what belongs to one export."""
    now = datetime(2027, 2, 1, tzinfo=UTC)
    found = writing.read(path.read_bytes(), path.name, Catalogue(), now)
    assert found is not None
    assert found.content is not None
    document = json.loads(found.content)
    del document["document"]
    return found, document


def test_a_report_filled_in_libreoffice_is_the_same_review_sorted_or_not(tmp_path: Path) -> None:
    _, report = report_of(tmp_path)
    source = tmp_path / "rapport.xlsx"
    source.write_bytes(report)
    filler = Filler(opened(report))
    sheet, row = filler.row("1.2")
    noted = sheet[f"B{row}"].value
    _, first = filler.row("1.1")
    _, last = filler.row(f"1.{len(next(iter(Catalogue().grids[0].missions)).activities)}")
    meeting = "Entretien"
    entered = [
        *(("Mission 1", filler.place("1.3", f"Note du CCD/{policy}")) for policy in ("famille", "education")),
        *(("Mission 1", filler.place("1.3", name)) for name in ("Remarque du CCD", "Note convenue/social")),
        ("Mission 1", filler.place("1.1", "À l’ordre du jour")),
    ]
    values: list[str | int] = [2, "NC", 'Dit "oui" : =1+1', 0, "oui"]
    asked = {cell.value: cell.row for cell in filler.book[meeting]["A"]}
    writes = [write(*place, value) for place, value in zip(entered, values, strict=True)]
    writes += [
        write(meeting, f"A{asked['Question'] + 1}", "Qui suit le tableau ?"),
        write(meeting, f"B{asked['Question'] + 1}", "1.10"),
        write(meeting, f"B{asked['Date de l’entretien']}", 46_429),  # 11 February 2027
    ]
    files = {name: tmp_path / f"{name}.xlsx" for name in ("filled", "touched")}
    files["open_document"] = tmp_path / "open.ods"
    in_office(
        tmp_path,
        source,
        _FILL.format(
            writes="\n".join(writes),
            changed=f"B{row}",
            other=3 if noted != 3 else 0,
            lines=f"A{first}:N{last}",
            **{name: path.as_uri() for name, path in files.items()},
        ),
    )
    found, review = taken(files["filled"])
    assert (found.report.unread, found.report.is_touched) == ((), False)
    assert review["lignes"] == [
        {"activite": "m1.a01", "ordre_du_jour": True},
        {"activite": "m1.a03", "commentaire": 'Dit "oui" : =1+1'},
        {"activite": "m1.a03", "politique": "famille", "note_conseiller": 2},
        {"activite": "m1.a03", "politique": "education", "note_conseiller": "NC"},
    ]
    assert review["questions"] == [{"id": "q1", "activite": "m1.a10", "texte": "Qui suit le tableau ?"}]
    assert review["notes_convenues"] == [{"activite": "m1.a03", "politique": "social", "note": 0}]
    assert review["entretien"] == {"date": "2027-02-11"}
    assert taken(files["open_document"])[1] == review
    found, touched = taken(files["touched"])
    assert touched == review
    (changed,) = found.report.changed_notes
    assert (changed.cell.activity, changed.sent) == ("m1.a02", noted)
    assert changed.address.startswith("Ma mission!B")
    assert changed.address != f"Ma mission!B{row}", "the lines were sorted"
    assert (found.report.unread, found.report.changed_comments) == ((), ())
