"""The workbook that the adviser answers in: what stands in its sheets, what is blue, how it prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from openpyxl import Workbook

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, PreparationTopic, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores
from ctg_tui.domain.text import harmless
from ctg_tui.formats import ABOUT
from ctg_tui.report import sheets, xlsx
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import percentage
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.workbook import shown_number
from tests.each_row import each_row
from tests.effort import tries
from tests.report.contents import (
    contents,
    discussed_content,
    figures_expected,
    full_content,
    make_content,
)
from tests.report.workbooks import formulas, parts, read_workbook, rows
from tests.returned import WHOLE, Filler
from tests.strategies import charente, charente_of_caf, make_assessment, make_grid

HEADINGS = ("N°", "Activité", "Famille", "Éducation", "Social", "Commentaire", "Ce qui s’est dit")
BLUE = ("Note Famille", "Note Éducation", "Note Social", "Votre remarque ou question")


def grid_and_scores(content: ReportContent) -> tuple[Grid, Scores]:
    assert content.grid is not None
    assert content.scores is not None
    return content.grid, content.scores


def on_line(workbook: Workbook, content: ReportContent, line: str) -> list[Any]:
    """Return the cells of the first row of a line in « Grille », found by its number and its label."""
    grid, _ = grid_and_scores(content)
    label = harmless(grid.line(line).label, multiline=True)
    found = [
        row
        for row in workbook["Grille"].iter_rows()
        if row[0].value == shown_number(grid, line) and str(row[1].value).startswith(label[:200])
    ]
    return list(found[0])


@given(contents())
@settings(max_examples=tries(40), deadline=None)
def test_whatever_the_assessment_its_figures_answers_and_texts_are_in_the_workbook(
    content: ReportContent,
) -> None:
    grid, _ = grid_and_scores(content)
    workbook = read_workbook(xlsx.render(content))
    assert formulas(workbook) == {}
    every_figure_is_that_of_the_scores(content, workbook)
    for line in grid.activities:
        row = on_line(workbook, content, line)
        for cell, shown in zip((Cell(line, policy.id) for policy in grid.policies), row[2:], strict=False):
            answer = content.assessment.answers.get(cell)
            wanted = None if answer is None else int(text) if (text := answer_text(answer)) != "NC" else "NC"
            assert shown.value == wanted
    every_text_is_in_the_report(content, workbook)


def every_figure_is_that_of_the_scores(content: ReportContent, workbook: Workbook) -> None:
    every = figures_expected(content)
    _, proposed, tallies = next(row for row in every if row[0] is None)
    head = str(workbook["Grille"]["A2"].value)
    mark = "°\N{NO-BREAK SPACE}" if proposed else ""
    grid, _ = grid_and_scores(content)
    for name, tally in zip((*(one.label for one in grid.policies), "Résultat"), tallies, strict=True):
        assert f"{harmless(name)} {mark}{percentage(tally)}" in head


def every_text_is_in_the_report(content: ReportContent, workbook: Workbook) -> None:
    written = "".join(
        "".join(value.split())
        for sheet in workbook.worksheets
        for row in rows(sheet)
        for value in row
        if isinstance(value, str)
    )
    assessment = content.assessment
    texts = [*assessment.comments.values(), *assessment.remarks.values()]
    texts += [action.what for action in assessment.actions.values()]
    texts += [text for topic, text in assessment.preparation.items() if topic is not PreparationTopic.MEETING]
    for text in texts:
        assert "".join(harmless(text, multiline=True).split()) in written


def test_the_lines_of_all_missions_stand_in_one_sheet_which_is_the_first() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    workbook = read_workbook(xlsx.render(content))
    assert workbook.sheetnames == ["Grille", "Entretien", "Données"]
    assert workbook.active is not None
    assert workbook.active.title == "Grille"
    shown = [row[0] for row in rows(workbook["Grille"])]
    lines = [shown_number(grid, line) for mission in grid.missions for line in mission.lines]
    assert [number for number in shown if number in lines] == lines
    assert not [number for number in shown if ".i" in str(number)], "a name of ours"
    assert [row[1] for row in rows(workbook["Grille"])].count(WHOLE) == 1


def test_the_blue_cells_are_blank_but_for_the_name_whatever_was_said_and_nothing_else_is_unlocked() -> None:
    content = discussed_content()
    grid, _ = grid_and_scores(content)
    workbook = read_workbook(xlsx.render(content))
    for sheet in workbook.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    filler = Filler(workbook)
    blue = {filler.column(heading) for heading in BLUE}
    fields = [cell for row in workbook["Grille"].iter_rows() for cell in row if not cell.protection.locked]
    assert {cell.column for cell in fields} == blue
    assert len(fields) == 1 + 4 * len(grid.activities) + len(grid.indicators) + 1
    assert [cell.value for cell in fields if cell.value] == [content.assessment.identity.adviser.name]
    open_cells = [
        cell for row in workbook["Entretien"].iter_rows() for cell in row if not cell.protection.locked
    ]
    assert not [cell.value for cell in open_cells if isinstance(cell.value, str)]
    assert not [sheet for sheet in workbook.worksheets[2:] if has_unlocked(sheet)]


def has_unlocked(sheet: Any) -> bool:
    return any(not cell.protection.locked for row in sheet.iter_rows() for cell in row if cell.has_style)


def test_a_blue_note_takes_the_notes_of_the_scale_only() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    checks = workbook["Grille"].data_validations.dataValidation
    assert {(check.type, check.formula1) for check in checks} == {("list", '"0,1,2,3,NC"')}
    filler = Filler(workbook)
    for line in charente().activities:
        row = filler.row(line_number(charente(), line, mark=""))
        for heading in BLUE[:3]:
            place = workbook["Grille"].cell(row, filler.column(heading)).coordinate
            assert [check for check in checks if place in check.sqref]


def test_what_was_said_stands_beside_its_line_and_that_of_the_whole_and_of_unknown_lines_last() -> None:
    content = discussed_content()
    said = next(iter(content.assessment.said.values()))._replace(line="zz.a01", words="Et celle-ci ?")
    thread = {**content.assessment.said, said.id: said}
    content = replace(content, assessment=content.assessment._replace(said=thread))
    filler = Filler(read_workbook(xlsx.render(content)))
    column = filler.column("Ce qui s’est dit")
    third, fourth, whole = (
        str(filler.grid.cell(filler.row(line), column).value).replace("\xa0", " ")
        for line in ("1.3", "1.4", WHOLE)
    )
    assert "Caf (Prénom Une), 22 janvier : « Quels indicateurs avez-vous retenus ? »" in third
    assert "Caf (Prénom Deux), 22 janvier : « Trois, c’est un début. »" in third
    assert third.splitlines()[-1] == "Prénom Nom, 27 janvier : « Trois, dans le commentaire. »"
    assert "Caf (Prénom Deux), 22 janvier : Social, 0. « Pas d’analyse à jour. »" in fourth
    assert "Les élus sont-ils associés ?" in whole
    last = [str(row[1].value) for row in filler.grid.iter_rows() if row[1].value][-2:]
    assert last[0].startswith("zz.a01")
    assert last[1] == WHOLE


def test_last_years_note_stands_beside_where_it_differs_and_a_mark_before_what_changed_since() -> None:
    content = discussed_content()
    assert content.previous is not None
    workbook = read_workbook(xlsx.render(content))
    for line in ("m1.a01", "m1.a02", "m1.a03", "m1.a05"):
        cells = on_line(workbook, content, line)[2:5]
        shown = dict(zip(("famille", "education", "social"), cells, strict=True))
        for policy, place in shown.items():
            now = content.assessment.answers[Cell(line, policy)]
            before = content.previous.answers[Cell(line, policy)]
            assert (f"({answer_text(before)})" in place.number_format) == (before != now)
            assert place.number_format.startswith('"•"') == ((line, policy) == ("m1.a02", "education"))


def test_the_head_says_which_sending_it_is_what_changed_since_the_last_and_the_one_thing_to_do() -> None:
    for content, number, changes in ((full_content(), 1, False), (discussed_content(), 2, True)):
        sheet = read_workbook(xlsx.render(content))["Grille"]
        top = [str(row[0].value).replace("\xa0", " ") for row in sheet["A1:A6"]]
        assert any(text.startswith(f"Envoi n° {number}, du ") for text in top)
        assert any("note" in text and "Éducation" in text and "n° 1" in text for text in top) == changes
        assert sum("En bleu, ce que vous ajoutez." in text for text in top) == 1


def test_a_report_that_was_not_sent_asks_the_adviser_nothing() -> None:
    workbook = read_workbook(xlsx.render(full_content(sending=None)))
    assert workbook.sheetnames == ["Grille", "Entretien", "Données"]
    assert workbook["Grille"].max_column == len(HEADINGS) + 1
    assert not [sheet for sheet in workbook.worksheets if has_unlocked(sheet)]
    assert "zz.a01" in str([row[1] for row in rows(workbook["Grille"])]), "lines of other grids come last"


def test_every_blue_cell_is_in_sight_on_a_small_screen() -> None:
    content = full_content(grid=charente_of_caf())
    *shown, _ = sheets.grid_pixels(content)
    assert sum(shown) <= 1300
    workbook = read_workbook(xlsx.render(content))
    sheet = workbook["Grille"]
    assert sum(shown) * int(sheet.sheet_view.zoomScale or 100) <= 1260 * 90
    filler = Filler(workbook)
    assert sheet.column_dimensions["M"].hidden, "the marks"
    assert sheet.sheet_view.selection[-1].activeCell == f"I{filler.row('1.1')}"
    assert sheet.freeze_panes == f"A{filler.row('1.1')}"


def test_each_sheet_prints_on_a4_as_wide_as_the_page_and_the_raw_ones_do_not() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    for sheet in workbook.worksheets:
        if sheet.title == "Données":
            assert sheet.sheet_state == "hidden", "not very hidden: Power Query reads it"
            continue
        assert sheet.page_setup.orientation == ("landscape" if sheet.title == "Grille" else "portrait")
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter is not None
        assert "&P / &N" in str(sheet.oddFooter.right.text)
    grid = workbook["Grille"]
    (head,) = [cell.row for cell in grid["A"] if cell.value == "N°"]
    assert grid.print_title_rows == f"${head}:${head}"
    assert ":$L$" in str(grid.print_area), "what she writes is on her paper, the marks are not"


@each_row("text", ["mot " * 4_000, "👩" * 8_000, "W" * 9_000, "une ligne\n" * 900])
def test_no_row_is_higher_than_a_spreadsheet_has_and_a_long_text_goes_on_below(text: str) -> None:
    content = full_content()
    assessment = content.assessment._replace(comments={"m1.a03": text})
    sheet = read_workbook(xlsx.render(replace(content, assessment=assessment)))["Grille"]
    shown = [row for row in sheet.iter_rows() if str(row[-1].value).startswith("m1.a03 ")]
    assert "".join(str(row[5].value) for row in shown).split() == text.split()
    assert sum(not row[9].protection.locked for row in shown) == 1, "one blue cell a line"
    for row in shown:
        height = sheet.row_dimensions[int(row[0].row or 0)].height
        lines = sum(-(-len(part) // 40) for part in str(row[5].value).split("\n"))
        assert height is not None
        assert min(lines * 10, 300) < height <= 409


def test_an_indicator_has_its_number_and_its_comment_on_its_line() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    workbook = read_workbook(xlsx.render(content))
    for line in grid.indicators:
        row = on_line(workbook, content, line)
        assert row[2].value == content.assessment.numbers.get(line)
        assert (row[5].value or "") == content.assessment.remarks.get(line, "")


def test_the_data_sheet_has_every_answer_once_with_its_comment_and_every_indicator() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    head, *every = rows(read_workbook(xlsx.render(content))["Données"])
    lines = [line for line in every if line[0] not in ABOUT]
    about = {line[0]: line[3] for line in every if line[0] in ABOUT}
    assert about.keys() == ABOUT
    assert about["grille"] == f"{grid.id} {grid.fingerprint}"
    assert about["fichier"] == content.about
    assert about["evaluation"] == content.assessment.uuid
    assert head == ["id", "politique", "note", "commentaire"]
    assessment = content.assessment
    notes = {Cell(line[0], line[1]): line[2] for line in lines if line[1] is not None}
    assert len(notes) == len(grid.cells) == sum(line[1] is not None for line in lines)
    for cell, note in notes.items():
        answer = assessment.answers.get(cell)
        assert (None if note is None else str(note)) == (None if answer is None else answer_text(answer))
    comments = {line[0]: line[3] for line in lines if line[1] is not None and line[3] is not None}
    assert comments == {line: text for line, text in assessment.comments.items() if line in grid.activities}
    indicators = {line[0]: (line[2], line[3]) for line in lines if line[1] is None}
    assert indicators == {
        line: (assessment.numbers.get(line), assessment.remarks.get(line)) for line in grid.indicators
    }


def test_no_code_stands_in_a_file_that_others_change() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    cells = [str(cell.value) for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row]
    footers = [str(sheet.oddFooter.left.text) for sheet in workbook.worksheets if sheet.oddFooter is not None]
    assert len(footers) == 3
    assert not [text for text in (*cells, *footers) if "7F3A" in text]


def test_a_day_is_written_the_french_way() -> None:
    plan = read_workbook(xlsx.render(full_content()))["Entretien"]
    (due,) = [cell for row in plan.iter_rows() for cell in row if isinstance(cell.value, datetime)]
    assert due.value == datetime(2027, 6, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    assert due.number_format == "[$-40C]d mmmm yyyy"


def test_the_same_assessment_gives_the_same_bytes_but_for_the_date() -> None:
    content = full_content()
    first = xlsx.render(content)
    assert xlsx.render(full_content()) == first
    later = xlsx.render(replace(content, created_at=content.created_at.replace(day=21)))
    one, other = parts(first), parts(later)
    before, after = (f"{day}\N{NO-BREAK SPACE}janvier".encode() for day in (20, 21))
    changed = {name for name in one if one[name].replace(before, after) != other[name]}
    assert changed == {"docProps/core.xml", "xl/sharedStrings.xml"}, "the digests of its texts are in these"


def test_an_unknown_grid_is_shown_and_not_scored() -> None:
    workbook = read_workbook(xlsx.render(full_content(grid=None, previous=None)))
    assert workbook.sheetnames == ["Grille", "Entretien"]
    ids = {str(cell.value).split("\n")[0] for cell in workbook["Grille"]["B"]}
    assert {"m1.a01", "zz.a01", "m1.i02"} <= ids


def test_an_empty_assessment_shows_dashes_only() -> None:
    content = make_content(charente(), make_assessment(charente()))
    workbook = read_workbook(xlsx.render(content), values=True)
    assert "%" not in str(workbook["Grille"]["A2"].value)
    assert not [row[2].value for row in workbook["Grille"].iter_rows() if isinstance(row[2].value, int)]


@each_row("policies", [("famille",), ("a", "b"), tuple("abcdef"), ("x" * 45, "y" * 45)])
def test_any_number_of_policies_has_room(policies: tuple[str, ...]) -> None:
    grid = make_grid(policies=policies)
    answers = {Cell("m1.a01", policies[-1]): NOT_CONCERNED}
    content = make_content(grid, make_assessment(grid, answers))
    workbook = read_workbook(xlsx.render(content))
    sheet = workbook["Grille"]
    (head,) = [cell.row for cell in sheet["A"] if cell.value == "N°"]
    names = [policy.capitalize() for policy in policies]
    labels = [" ".join(str(cell.value).split()) for cell in sheet[head]]
    blue = [f"Note {name}" for name in names]
    assert labels == ["N°", "Activité", *names, *HEADINGS[5:], "None", *blue, BLUE[3], "Repère"]
    assert on_line(workbook, content, "m1.a01")[1 + len(policies)].value == "NC"
    widest = max(len(label) for label in names)
    assert (sheet.row_dimensions[head].height or 0) >= (50 if widest > 40 else 20)
