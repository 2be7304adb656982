"""The workbook that the adviser answers in: what stands in its sheets, what is blue, how it prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import Workbook

from ctg_tui.domain.assessment import Cell, PreparationTopic, answer_text
from ctg_tui.domain.text import harmless
from ctg_tui.formats import unpacked
from ctg_tui.report import reply_workbook
from ctg_tui.report.sheets import MOST_IN_CELL
from ctg_tui.report.tables import ReportContent
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.spreadsheet import shown_number
from tests.each_row import each_row
from tests.effort import tries
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    contents,
    discussed_content,
    full_content,
    hostile_content,
    said_by_caf,
    thread_of,
)
from tests.report.workbooks import formulas, parts, read_workbook, rows
from tests.returned import Filler
from tests.strategies import charente_of_caf

HEADINGS = ("N°", "Activité", "Famille", "Éducation", "Social", "Commentaire", "Ce qui s’est dit")
BLUE = ("Note Famille", "Note Éducation", "Note Social", "Votre remarque ou question")


def on_line(workbook: Workbook, content: ReportContent, line: str) -> list[Any]:
    """Return the cells of the first row of a line in « Grille », found by its number and its label."""
    label = harmless(content.grid.lines[line].label, multiline=True)
    found = [
        row
        for row in workbook["Grille"].iter_rows()
        if row[0].value == shown_number(content.grid, line) and str(row[1].value).startswith(label[:200])
    ]
    return list(found[0])


@given(contents())
@settings(max_examples=tries(20), deadline=None)
def test_whatever_the_assessment_its_answers_and_texts_are_in_the_workbook(content: ReportContent) -> None:
    grid, assessment = content.grid, content.assessment
    workbook = read_workbook(reply_workbook.render(content))
    assert formulas(workbook) == []
    for line in grid.activities:
        row = on_line(workbook, content, line)
        for cell, shown in zip((Cell(line, policy.id) for policy in grid.policies), row[2:], strict=False):
            answer = assessment.answers.get(cell)
            wanted = None if answer is None else int(text) if (text := answer_text(answer)) != "NC" else "NC"
            assert shown.value == wanted
    for line in grid.indicators:
        assert on_line(workbook, content, line)[2].value == assessment.numbers.get(line)
    values = (value for sheet in workbook.worksheets for row in rows(sheet) for value in row)
    written = "".join("".join(value.split()) for value in values if isinstance(value, str))
    texts = [*assessment.comments.values()]
    texts += [action.what for action in assessment.actions.values()]
    texts += [text for topic, text in assessment.preparation.items() if topic is not PreparationTopic.MEETING]
    for text in texts:
        assert "".join(harmless(text, multiline=True).split()) in written


def unlocked(sheet: Any) -> list[Any]:
    return [
        cell for row in sheet.iter_rows() for cell in row if cell.has_style and not cell.protection.locked
    ]


def test_the_blue_cells_are_blank_but_for_the_name_and_take_the_notes_of_the_scale_only() -> None:
    content = discussed_content()
    workbook = read_workbook(reply_workbook.render(content))
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in workbook.worksheets)
    filler = Filler(workbook)
    fields = unlocked(workbook["Grille"])
    assert {cell.column for cell in fields} == {filler.column(heading) for heading in BLUE}
    assert len(fields) == 1 + 4 * len(content.grid.activities) + len(content.grid.indicators) + 1
    assert [cell.value for cell in fields if cell.value] == [content.assessment.identity.adviser.name]
    assert not [cell for cell in unlocked(workbook["Entretien"]) if isinstance(cell.value, str)]
    assert not unlocked(workbook["Données"])
    checks = workbook["Grille"].data_validations.dataValidation
    assert {(check.type, check.formula1) for check in checks} == {("list", '"0,1,2,3,NC"')}
    for line in content.grid.activities:
        row = filler.row(line_number(content.grid, line, mark=""))
        for heading in BLUE[:3]:
            place = workbook["Grille"].cell(row, filler.column(heading)).coordinate
            assert [check for check in checks if place in check.sqref]


def test_a_report_that_was_not_sent_asks_the_adviser_nothing() -> None:
    workbook = read_workbook(reply_workbook.render(discussed_content(sending=None)))
    assert workbook["Grille"].max_column == len(HEADINGS) + 1
    assert not [sheet for sheet in workbook.worksheets if unlocked(sheet)]


def test_last_years_note_stands_beside_where_it_differs_and_a_mark_before_what_changed_since() -> None:
    content = discussed_content()
    assert content.previous is not None
    workbook = read_workbook(reply_workbook.render(content))
    for line in ("m1.a01", "m1.a02", "m1.a03", "m1.a05"):
        cells = on_line(workbook, content, line)[2:5]
        for policy, place in zip(("famille", "education", "social"), cells, strict=True):
            now = content.assessment.answers[Cell(line, policy)]
            before = content.previous.assessment.answers[Cell(line, policy)]
            assert (f"({answer_text(before)})" in place.number_format) == (before != now)
            assert place.number_format.startswith('"•"') == ((line, policy) == ("m1.a02", "education"))


def test_the_head_says_which_sending_it_is_what_changed_since_the_last_and_the_one_thing_to_do() -> None:
    for content, number, changes in ((full_content(), 1, False), (discussed_content(), 2, True)):
        sheet = read_workbook(reply_workbook.render(content))["Grille"]
        top = [str(row[0].value).replace("\xa0", " ") for row in sheet["A1:A6"]]
        assert any(text.startswith(f"Envoi n° {number}, du ") for text in top)
        assert any("note" in text and "Éducation" in text and "n° 1" in text for text in top) == changes
        assert sum("En bleu, ce que vous ajoutez." in text for text in top) == 1


def test_every_blue_cell_is_in_sight_on_a_small_screen_and_each_sheet_prints_as_wide_as_a_page() -> None:
    content = full_content(charente_of_caf())
    *shown, _ = reply_workbook.grid_pixels(content)
    workbook = read_workbook(reply_workbook.render(content))
    grid, meeting, data = workbook.worksheets
    assert sum(shown) * int(grid.sheet_view.zoomScale or 100) <= 1260 * 90
    filler = Filler(workbook)
    assert grid.column_dimensions["M"].hidden, "the marks"
    assert grid.sheet_view.selection[-1].activeCell == f"I{filler.row('1.1')}"
    assert grid.freeze_panes == f"A{filler.row('1.1')}"
    assert data.sheet_state == "hidden", "not very hidden: Power Query reads it"
    for sheet, orientation in ((grid, "landscape"), (meeting, "portrait")):
        assert sheet.page_setup.orientation == orientation
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P / &N" in str(sheet.oddFooter.right.text if sheet.oddFooter else "")
    (head,) = [cell.row for cell in grid["A"] if cell.value == "N°"]
    assert grid.print_title_rows == f"${head}:${head}"
    assert ":$L$" in str(grid.print_area), "what she writes is on her paper, the marks are not"


@each_row("text", ["mot " * 4_000, "👩" * 18_000, "W" * 9_000, "une ligne\n" * 900])
def test_no_row_is_higher_than_a_spreadsheet_has_and_a_long_text_stays_in_its_cell(text: str) -> None:
    content = full_content()
    asked = [said_by_caf("Prénom", f"{rank} {text}", line="m1.a03") for rank in range(3)]
    assessment = content.assessment._replace(comments={"m1.a03": text}, said=thread_of(*asked))
    sheet = read_workbook(reply_workbook.render(replace(content, assessment=assessment)))["Grille"]
    (row,) = [row for row in sheet.iter_rows() if str(row[-1].value).startswith("m1.a03 ")]
    assert row[5].value == text[:MOST_IN_CELL]
    assert str(row[6].value).startswith("Caf (Prénom), 22")
    height = sheet.row_dimensions[int(row[0].row or 0)].height
    assert height is not None
    assert 300 < height <= 409


def test_the_data_sheet_holds_the_file_that_was_sent() -> None:
    content = full_content(document=bytes(range(256)) * 400)
    head, *every = rows(read_workbook(reply_workbook.render(content))["Données"])
    assert head == ["fichier", "textes"]
    assert unpacked("".join(row[0] or "" for row in every)) == content.document


# Texts: always text, always whole.


def test_a_hostile_text_in_every_place_is_never_a_formula_nor_lost() -> None:
    content = hostile_content(*(text for text in MORE_HOSTILE_TEXTS if len(text) < 200))
    made = reply_workbook.render(content)
    files = parts(made)
    workbook = read_workbook(made)
    assert formulas(workbook) == []
    assert not any(b"<hyperlink" in body for body in files.values())
    assert not any("externalLink" in name or "vbaProject" in name for name in files)
    table = rows(workbook["Grille"])
    start = next(rank for rank, row in enumerate(table) if row[1] == "Activité")
    shown = "".join(str(row[5]) for row in table[start + 1 :] if row[5] is not None)
    given = content.assessment.comments
    order = [given[line] for mission in content.grid.missions for line in mission.lines]
    assert Counter(shown) == Counter("".join(harmless(text, multiline=True) for text in order))


@pytest.mark.filterwarnings("error")
@each_row("name, shown", [("A&Gâtine", "A et Gâtine"), ("&P&[Picture] 4&8", "et P et [Picture] 4 et 8")])
def test_a_footer_takes_no_order_from_a_territory(name: str, shown: str) -> None:
    sheet = parts(reply_workbook.render(hostile_content(name)))["xl/worksheets/sheet1.xml"].decode()
    footer = unescape(sheet.partition("<oddFooter>")[2].partition("</oddFooter>")[0])
    assert footer.startswith(f"&L&8 {shown} · ".replace("&8 et P", "&8  et P"))
    assert footer.endswith("&R&8&P / &N")
