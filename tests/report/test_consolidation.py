"""The page and the workbook of a consolidation: accessible, harmless, complete."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl

from ctg_tui.domain.consolidation import Column, Consolidation, Table
from ctg_tui.report import consolidation
from ctg_tui.report import consolidation as pages
from ctg_tui.wording import consolidation as wording
from tests.report.pages import read_page

HOSTILE = '=1+1"><script>alert(1)</script>'
AT = datetime(2027, 1, 20, tzinfo=UTC)


def content() -> Consolidation:
    columns = (
        *(Column("territoire", "Territoire"), Column("points", "Points", is_number=True)),
        Column("provenance", "Provenance"),
    )
    tables = (
        Table("evaluation", "Évaluations", columns, ((HOSTILE, 3, "Caf"), ("Ailleurs", None, "Caf"))),
        Table("ligne", "Par ligne", columns, (("1.1", 4, "Caf"),), "Une phrase."),
        Table("rejet", "Fichiers non comptés", columns, ()),
        Table("action", "Actions", columns, ()),
    )
    facts = (("annee", "2027"), ("logiciel", "ctg-tui 0.1.0"))
    return Consolidation("Titre", wording.BANNER, facts, tables)


def test_the_page_has_a_title_landmarks_and_tables_whose_headers_have_their_scope() -> None:
    text = consolidation.as_html(content())
    page = read_page(text)
    assert text == consolidation.as_html(content())
    assert "<script" not in text
    assert page.attributes == {"lang": "fr"}
    assert page.one("head").one("title").text == page.one("h1").text == "Titre"
    assert page.one("p", "provisoire").text == wording.BANNER
    assert [node.text for node in page.every("h2")] == ["Évaluations", "Actions"]
    for section in page.every("section"):
        assert page.by_id(section.attributes["aria-labelledby"]).name == "h2"
    table = page.one("table")
    assert table.one("caption").text == "Évaluations"
    assert [(one.text, one.attributes["scope"]) for one in table.one("thead").every("th")] == [
        *(("Territoire", "col"), ("Points", "col")),
    ]
    rows = table.one("tbody").every("tr")
    assert [row.one("th").text for row in rows] == [HOSTILE, "Ailleurs"]
    assert [row.one("td").text for row in rows] == ["Points3", "Points—"]
    assert page.one("main").attributes["id"] == page.every("a")[0].attributes["href"][1:]


def test_the_workbook_has_a_sheet_for_each_table_and_no_formula() -> None:
    raw = pages.as_xlsx(content(), AT)
    assert raw == pages.as_xlsx(content(), AT)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["À savoir", "Evaluation", "Ligne", "Rejet", "Action"]
    sheet = book["Evaluation"]
    assert [cell.value for cell in sheet[4]] == ["Territoire", "Points", "Provenance"]
    assert [(cell.value, cell.data_type) for cell in sheet[5]] == [(HOSTILE, "s"), (3, "n"), ("Caf", "s")]
    assert sheet["B6"].value is None
    for one in book.worksheets[1:]:
        assert str(one["A2"].value).startswith(wording.BANNER)
