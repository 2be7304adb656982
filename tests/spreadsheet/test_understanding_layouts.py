"""Workbooks as Cafs and town halls really draw them: each of these layouts was once misread."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.spreadsheet.reader import MAX_ELEMENTS, MAX_PART, read_workbook
from ctg_tui.spreadsheet.understanding import Reading, understand
from tests.each_row import each_row
from tests.spreadsheet.workbooks import Layout, make_workbook, saved
from tests.strategies import charente

GRID = charente()
FIRST, SECOND, THIRD = GRID.missions[0].activities[:3]
HEADINGS = ("Missions", "Famille", "Éducation", "Social", "Commentaires")


def read(content: bytes) -> Reading:
    return understand(read_workbook(content, "tableur"), [GRID], "tableur")


def book_of(*sheets: Sequence[Sequence[Any]]) -> Workbook:
    """Return a workbook with the given rows in its sheets, `Feuille 1` and the next ones."""
    book = Workbook()
    for rank, rows in enumerate(sheets, 1):
        sheet = book.active if rank == 1 else book.create_sheet()
        assert isinstance(sheet, Worksheet)
        sheet.title = f"Feuille {rank}"
        for row in rows:
            sheet.append(list(row))
    return book


def read_rows(*rows: Sequence[Any]) -> Reading:
    return read(saved(book_of(rows)))


def refusals(reading: Reading) -> dict[str, str]:
    return {one.address: one.reason for one in reading.unread}


def doubts(reading: Reading) -> dict[str, str]:
    return {one.address: one.doubt for one in reading.notes if one.doubt}


def test_a_label_cut_over_two_cells_is_one_line() -> None:
    start, end = SECOND.label[:30], SECOND.label[30:]
    beside = read_rows(("Missions", "", *HEADINGS[1:]), (start, end, 2, "NC", None))
    below = read_rows(HEADINGS, (start, 2, "NC"), (end,), (THIRD.label, 1))
    expected = {Cell(SECOND.id, "famille"): Rating.MOSTLY, Cell(SECOND.id, "education"): NOT_CONCERNED}
    assert beside.answers == expected
    assert below.answers == expected | {Cell(THIRD.id, "famille"): Rating.PARTLY}
    assert beside.unread == below.unread == []


def test_tables_side_by_side_are_each_read() -> None:
    reading = read_rows(
        (*HEADINGS, None, *HEADINGS), (FIRST.label, 1, 2, 3, "a", None, SECOND.label, 0, 0, 0)
    )
    assert len(reading.answers) == 6
    assert reading.answers[Cell(SECOND.id, "social")] == Rating.NO


def test_a_mission_after_indicators_needs_no_heading_of_its_own() -> None:
    indicator, other = GRID.missions[0].indicators[1], GRID.missions[1].activities[0]
    reading = read_rows(
        HEADINGS,
        (FIRST.label, 1),
        ("Indicateurs", "Type", "Nombre", "Commentaires"),
        (indicator.label, "Suivi", 4),
        (GRID.missions[1].title,),
        (other.label, None, 3),
    )
    assert reading.answers == {
        Cell(FIRST.id, "famille"): Rating.PARTLY,
        Cell(other.id, "education"): Rating.FULLY,
    }
    assert [(one.indicator, one.number) for one in reading.indicators] == [(indicator.id, 4)]


def test_last_years_hidden_sheet_leaves_its_place_to_the_visible_one() -> None:
    book = book_of((HEADINGS, (FIRST.label, 0, 0, 0)), (HEADINGS, (FIRST.label, 3, 3, 3)))
    book["Feuille 1"].sheet_state = "hidden"
    book.active = 1
    reading = read(saved(book))
    assert set(reading.answers.values()) == {Rating.FULLY}
    assert refusals(reading)["Feuille 1!B2"] == "Cette ligne est déjà lue en Feuille 2!A2."


ODS_NAMES = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "style"))


def packed_ods(content: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def test_a_hidden_sheet_of_libreoffice_is_seen_as_hidden() -> None:
    table = (
        '<table:table table:name="2024" table:style-name="ta1"><table:table-row>{}</table:table-row>'
        "<table:table-row>{}</table:table-row></table:table>"
    )
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    rows = ("".join(map(cell.format, row)) for row in (HEADINGS, (FIRST.label, "1", "2", "3")))
    content = (
        f"<office:document {ODS_NAMES}>"
        '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
        f"{table.format(*rows)}</office:document>"
    )
    reading = read(packed_ods(content))
    assert reading.answers == {}
    assert set(doubts(reading).values()) == {"Cette ligne est masquée dans le tableur."}


def test_a_number_that_libreoffice_shows_otherwise_is_asked_about() -> None:
    texts = ("".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in HEADINGS),)
    cell = '<table:table-cell office:value-type="float" office:value="{}">{}</table:table-cell>'
    shown = ((0, "<text:p>NC</text:p>"), (0, "<text:p/>"), (2, "<text:p>2,0</text:p>"))
    notes = "".join(cell.format(*one) for one in shown)
    label = f"<table:table-cell><text:p>{FIRST.label}</text:p></table:table-cell>"
    rows = (*texts, label + notes)
    content = (
        f"<office:document {ODS_NAMES}>"
        '<table:table table:name="2024">'
        + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
        + "</table:table></office:document>"
    )
    reading = read(packed_ods(content))
    assert reading.answers == {Cell(FIRST.id, "social"): Rating.MOSTLY}
    assert doubts(reading) == {
        "2024!B2": "Cette cellule contient 0 mais affiche « NC ».",
        "2024!C2": "Cette cellule contient 0 mais n’affiche rien.",
    }


def test_a_line_filled_in_two_sheets_is_asked_about_and_never_written_to() -> None:
    reading = read(saved(book_of((HEADINGS, (FIRST.label, 0)), (HEADINGS, (FIRST.label, 3)))))
    assert doubts(reading) == {"Feuille 1!B2": "Cette ligne se trouve aussi en Feuille 2!A2."}
    assert refusals(reading)["Feuille 2!B2"] == "Cette ligne est déjà lue en Feuille 1!A2."
    assert reading.places.answers == {}


def test_a_line_left_blank_this_year_is_not_read_from_last_years_sheet() -> None:
    last_year = (HEADINGS, (FIRST.label, 0), (SECOND.label, 1))
    this_year = (HEADINGS, (FIRST.label,), (SECOND.label, 2))
    reading = read(saved(book_of(last_year, this_year)))
    assert reading.answers == {}
    assert set(doubts(reading)) == {"Feuille 1!B2", "Feuille 1!B3"}


def test_a_note_merged_over_policies_or_a_comment_over_lines_is_asked_about() -> None:
    book = book_of((HEADINGS, (FIRST.label, 2, None, None, "Pour deux lignes"), (SECOND.label, 1)))
    book["Feuille 1"].merge_cells("B2:D2")
    book["Feuille 1"].merge_cells("E2:E3")
    reading = read(saved(book))
    assert set(doubts(reading)) == {"Feuille 1!B2"}
    assert [bool(one.doubt) for one in reading.comments] == [True]
    assert {cell.activity for cell in reading.places.answers} == {SECOND.id}
    assert reading.places.comments == {}


def test_ticks_are_read_when_their_heading_is_not_merged_as_in_a_csv() -> None:
    lines = (
        "Missions;Famille;;;;;Éducation;;;;;Social;;;;;Commentaires",
        ";" + ";".join(["0;1;2;3;NC"] * 3) + ";",
        f"{FIRST.label};;;x;;;;;;;X;0;;;;;Vu",
    )
    reading = read("\r\n".join(lines).encode("cp1252"))
    assert reading.answers == {
        Cell(FIRST.id, "famille"): Rating.MOSTLY,
        Cell(FIRST.id, "education"): NOT_CONCERNED,
        Cell(FIRST.id, "social"): Rating.NO,  # « 0 » under the step 0
    }


def test_several_columns_of_comments_are_all_read_and_asked_about() -> None:
    headings = (*HEADINGS, "Observations de la Caf", "Date")
    reading = read_rows(headings, (FIRST.label, 1, 2, 3, "De nous", "De la Caf", "3 mars"))
    assert [(one.text, one.doubt) for one in reading.comments] == [
        ("De nous\nDe la Caf", "Le tableau a plusieurs colonnes de commentaires.")
    ]
    assert reading.places.comments == {}


def test_what_only_looks_like_a_note_is_named_as_it_is_shown() -> None:
    book = book_of((HEADINGS, (FIRST.label, "²", date(2024, 3, 2), 1), (SECOND.label, 2, 0.75)))
    sheet = book["Feuille 1"]
    sheet["D2"].number_format = "0%"
    sheet["B3"].number_format = "dd/mm/yyyy"
    sheet["C3"].number_format = "0%"
    reading = read(saved(book))
    assert reading.answers == {}
    values = {one.address: one.value for one in reading.unread}
    assert values["Feuille 1!C2"] == "02/03/2024"  # « 2-3 », made a date by the spreadsheet program
    assert values["Feuille 1!D2"] == "100 %"
    assert len(values) == 5


def test_the_figures_a_radar_is_drawn_from_are_not_lines_of_the_grid() -> None:
    figures = [(f"Mission {mission.number} : {mission.title}", 0.5, 0.2, 1) for mission in GRID.missions]
    reading = read(saved(book_of((HEADINGS, (FIRST.label, 1)), (HEADINGS, *figures))))
    assert reading.unread == []
    assert len(reading.answers) == 1


def test_each_figure_of_a_radar_is_compared_with_its_own_mission() -> None:
    last = GRID.missions[-1]
    table = (HEADINGS, (FIRST.label, 3), (last.activities[0].label, 0))
    figures = (HEADINGS, (last.title, 0), (GRID.missions[2].title, 0))
    book = book_of(table, figures)
    for row in (2, 3):
        book["Feuille 2"].cell(row, 2).number_format = "0%"
    book["Feuille 2"]["B3"] = 0.4
    reading = read(saved(book))
    assert [(one.address, one.shown, one.computed) for one in reading.differences] == [
        ("Feuille 2!B3", "40 %", "—")
    ]


def with_part(name: str, content: bytes) -> bytes:
    """Return a workbook with one part replaced."""
    source = zipfile.ZipFile(BytesIO(saved(make_workbook(GRID, {}, Layout()))))
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for info in source.infolist():
            package.writestr(info, content if info.filename == name else source.read(info))
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@each_row(
    "content",
    [
        with_part(
            SHEET, b"<worksheet><sheetData>" + b"<row/>" * (MAX_ELEMENTS + 1) + b"</sheetData></worksheet>"
        ),
        with_part(SHEET, b"<worksheet>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</worksheet>"),
        with_part(
            SHEET,
            b"<worksheet><cols>" + b'<col min="1" max="16384" hidden="1"/>' * 9_000 + b"</cols></worksheet>",
        ),
        with_part("xl/styles.xml", b"<x>" + b" " * MAX_PART + b"</x>"),
        b"Missions;Famille;Social\n" + b";" * (MAX_ELEMENTS + 1),
        "\n".join(["Missions;Famille;Social", *(f"Une ligne {rank};1;2" for rank in range(2_000))]).encode(),
    ],
)
def test_a_workbook_that_would_cost_too_much_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read(content)
    assert refused.value.code == "tableur-trop-gros"


def test_an_encoding_that_does_not_exist_is_a_damaged_file_not_a_crash() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read(with_part(SHEET, b'<?xml version="1.0" encoding="none-such"?><worksheet/>'))
    assert refused.value.code == "tableur-illisible"


def test_a_sheet_named_twice_is_not_read_twice() -> None:
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheets = b'<sheet name="Grille" sheetId="1" r:id="rId1"/>' * 2
    start = f'<workbook xmlns:r="{relation}"><sheets>'.encode()
    with pytest.raises(InvalidDocument) as refused:
        read(with_part("xl/workbook.xml", start + sheets + b"</sheets></workbook>"))
    assert refused.value.code == "tableur-illisible"
