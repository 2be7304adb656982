"""Our report sent back: the review in it, whatever was moved; what was touched is named, never taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import Workbook

from ctg_tui.domain.assessment import Adviser
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.review import writing
from ctg_tui.services.review.writing import ReturnedWorkbook
from tests.received import an_assessment, review_of_file
from tests.returned import AS_PARTS, Filler, as_ods, fill_review, opened, report_of

NOW = datetime(2027, 2, 1, 8, 0, 0, tzinfo=UTC)


class Sent(NamedTuple):
    """The workbook of a report, and the review to write in it, as a document."""

    report: bytes
    review: dict[str, Any]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    folder = tmp_path_factory.mktemp("envoi")
    assessment = an_assessment()
    spaced = assessment.identity._replace(
        adviser=Adviser(" Prénom Nom ", "prenom.nom@exemple.fr"),
        territory=assessment.identity.territory._replace(name="Grand Angoulême "),
    )
    comments = {**assessment.comments, "m1.a04": "Un long commentaire. " * 400}  # goes on in other rows
    path, report = report_of(folder, assessment._replace(identity=spaced, comments=comments))
    review = review_of_file(path.read_bytes(), AS_PARTS | {"auteur:": "Prénom Nom"})
    return Sent(report, without_header(review))


def without_header(content: bytes | None) -> dict[str, Any]:
    """Return a review without what belongs to one export."""
    assert content is not None
    document: dict[str, Any] = json.loads(content)
    del document["document"]
    return document


def back(book: Workbook) -> ReturnedWorkbook | None:
    content = BytesIO()
    book.save(content)
    return writing.read(content.getvalue(), "retour.xlsx", Catalogue(), NOW)


def filled(sent: Sent) -> tuple[Workbook, Filler]:
    book = opened(sent.report)
    filler = Filler(book)
    fill_review(filler)
    return book, filler


def sort_rows(book: Workbook, columns: int = 14) -> None:
    """Turn the lines of each mission round, long comments and totals apart, in the first `columns`."""
    for sheet in book.worksheets:
        if not sheet.title.startswith("Mission "):
            continue
        (head,) = [cell.row for cell in sheet["A"] if cell.value == "Activités"]
        last = next(cell.row for cell in sheet["A"] if str(cell.value).startswith("Pourcentage")) - 1
        lines = [[cell.value for cell in row] for row in sheet.iter_rows(head + 1, last)]
        for number, values in enumerate(reversed(lines), head + 1):
            for column, value in enumerate(values[:columns], 1):
                sheet.cell(number, column).value = value


def insert_column(book: Workbook) -> None:
    """Insert a column among the policies of the notes, as a spreadsheet program does: headings stay apart."""
    for sheet in book.worksheets:
        if sheet.title.startswith("Mission "):
            for merged in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(merged))
            sheet.insert_cols(7)
            sheet.insert_cols(1)


def rename_and_reorder(book: Workbook) -> None:
    for sheet in list(book.worksheets):
        book.move_sheet(sheet, -len(book.worksheets))
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Feuille {number}"


def marks_of_1_0(book: Workbook) -> None:
    """Repeat the mark of a line where its comment goes on, as the reports of the first version do."""
    marks = [cell for sheet in book.worksheets for cell in sheet["N"] if str(cell.value).endswith(" suite")]
    assert marks
    for cell in marks:
        cell.value = str(cell.value).removesuffix(" suite")


def another_file(book: Workbook, tmp_path: Path) -> None:
    """Paste a row of the report of somebody else."""
    _, other = report_of(tmp_path, an_assessment(1, territory=1))
    theirs, row = Filler(opened(other)).row("1.2")
    for cell in theirs[row]:
        book["Mission 1"][cell.coordinate].value = cell.value


def change_data(book: Workbook, tmp_path: Path) -> None:
    book["Données"]["C2"].value = "NC"


def double_data(book: Workbook, tmp_path: Path) -> None:
    data = book["Données"]
    data.append([cell.value for cell in data[2]])


def double_row(book: Workbook, tmp_path: Path) -> None:
    """Paste a row under the table, with another note."""
    sheet, row = Filler(book).row("1.3")
    sheet.append([cell.value for cell in sheet[row]])
    sheet.cell(sheet.max_row, 6).value = 0


def double_mark(book: Workbook, tmp_path: Path) -> None:
    """Fill the mark of a line down over that of the next one."""
    sheet, row = Filler(book).row("1.1")
    sheet[f"N{row + 1}"].value = sheet[f"N{row}"].value


def double_column(book: Workbook, tmp_path: Path) -> None:
    """Leave a copy of the column of remarks beside the table."""
    sheet = book["Mission 1"]
    (head,) = [cell.row for cell in sheet["A"] if cell.value == "Activités"]
    for row in range(1, sheet.max_row + 1):
        sheet[f"O{row}"].value = sheet[f"N{row}"].value
        sheet[f"N{row}"].value = None
    sheet[f"N{head - 1}"].value, sheet[f"N{head}"].value = "Avis de la Caf", "Remarque du CCD"
    sheet[f"N{head + 1}"].value = "De trop"


@pytest.mark.parametrize("touch", [sort_rows, insert_column, rename_and_reorder, marks_of_1_0])
def test_sorting_inserting_and_renaming_change_nothing_of_the_review(
    sent: Sent, touch: Callable[[Workbook], None]
) -> None:
    book, _ = filled(sent)
    touch(book)
    found = back(book)
    assert found is not None
    assert (found.report.unread, found.report.is_touched) == ((), False)
    assert without_header(found.content) == sent.review


def test_a_report_saved_as_ods_is_the_same_review(sent: Sent) -> None:
    book = opened(sent.report, values=True)
    fill_review(Filler(book))
    found = writing.read(as_ods(book), "retour.ods", Catalogue(), NOW)
    assert found is not None
    assert (found.report.unread, found.report.is_touched) == ((), False)
    assert without_header(found.content) == sent.review


def test_a_changed_self_note_is_shown_with_its_address_and_never_taken(sent: Sent) -> None:
    book, filler = filled(sent)
    sheet, row = filler.row("1.2")
    noted = sheet[f"B{row}"].value
    sheet[f"B{row}"].value, sheet[f"C{row}"].value = 3 if noted != 3 else 0, None
    sheet[f"E{row}"].value = "Un autre commentaire"
    found = back(book)
    assert found is not None
    changed = found.report.changed_notes
    assert [one.address for one in changed] == [f"Mission 1!B{row}", f"Mission 1!C{row}"]
    assert [changed[0].sent, changed[1].now] == [noted, ""]
    assert found.report.changed_comments == (f"Mission 1!E{row}",)
    assert without_header(found.content) == sent.review, "self-notes are no part of a review"
    sheet[f"A{row}"].value = "À revoir"
    again = back(book)
    assert again is not None
    assert again.report.changed_notes == changed, "compared also where the label was typed over"


def test_a_report_as_it_was_sent_is_no_review_and_one_only_tried_out_has_no_file(sent: Sent) -> None:
    book = opened(sent.report)
    assert back(book) is None
    sheet, row = Filler(book).row("1.2")
    sheet[f"B{row}"].value = "x"
    found = back(book)
    assert found is not None
    assert (found.content, found.report.changed_notes[0].now) == (None, "x")


@pytest.mark.parametrize(
    ("harm", "place"),
    [
        (another_file, "Données!A"),
        (change_data, "Données!D"),
        (double_data, "Données!D"),
        (double_column, "Mission 1!N"),
        (double_row, "Mission 1!F"),
        (double_mark, "Données!A"),
    ],
)
def test_what_is_not_one_answer_to_one_file_is_named_with_its_place_and_the_rest_is_taken(
    sent: Sent, tmp_path: Path, harm: Callable[[Workbook, Path], None], place: str
) -> None:
    book, _ = filled(sent)
    harm(book, tmp_path)
    found = back(book)
    assert found is not None
    assert found.report.unread[0].address.startswith(place), found.report.unread
    assert without_header(found.content) == sent.review


def test_rows_sorted_without_their_marks_are_named_and_land_on_no_other_line(sent: Sent) -> None:
    book, filler = filled(sent)
    sort_rows(book, columns=13)
    found = back(book)
    assert found is not None
    rows = {line: filler.row(line)[1] for line in ("1.1", "1.3", "2.1")}
    written = [f"Mission 1!{column}{rows['1.3']}" for column in "FGIK"]
    written += [f"Mission 1!J{rows['1.1']}", f"Mission 2!H{rows['2.1']}"]
    assert sorted(one.address for one in found.report.unread) == sorted(written)
    assert found.report.unread[0].reason.startswith("Cette ligne a le repère de l’activité 1.")
    assert (found.report.changed_notes, found.report.changed_comments) == ((), ())
    document = without_header(found.content)
    assert [document["lignes"], document["notes_convenues"]] == [[], []]
    assert document["questions"] == sent.review["questions"]


def test_a_formula_that_was_never_computed_leaves_out_its_cell_alone(sent: Sent) -> None:
    book, filler = filled(sent)
    address = filler.put("1.2", "Note du CCD/famille", "=B7")
    found = back(book)
    assert found is not None
    assert [one.address for one in found.report.unread] == [address]
    assert without_header(found.content) == sent.review
    alone = opened(sent.report)
    Filler(alone).put("1.2", "Note du CCD/famille", "=B7")
    nothing = back(alone)
    assert nothing is not None
    assert (nothing.content, len(nothing.report.unread)) == (None, 1), "an empty review is none"


def test_a_line_written_as_a_number_is_not_guessed_and_a_date_needs_its_year(sent: Sent) -> None:
    book, filler = filled(sent)
    filler.ask(4, "Laquelle ?", 1.1)  # 1.1 or 1.10
    filler.ask(5, "Celle-ci ?", "1,2")
    filler.beside("Date de l’entretien", "11 février")
    found = back(book)
    assert found is not None
    assert [one.value for one in found.report.unread] == ["11 février", "1,1"]
    document = without_header(found.content)
    assert "entretien" not in document
    assert [question.get("activite") for question in document["questions"]] == [
        *(None, "m1.a03", None, "m1.a02")
    ]
