"""The XLSX report: the Caf's grid, with the figures of the other reports."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from openpyxl import Workbook

from ctg_tui.domain.assessment import Cell, PreparationTopic, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import Scores, Tally
from ctg_tui.domain.text import harmless
from ctg_tui.formats import ABOUT
from ctg_tui.report import xlsx
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import DASH
from tests.each_row import each_row
from tests.effort import tries
from tests.report.contents import (
    contents,
    figures_expected,
    full_content,
    make_content,
)
from tests.report.workbooks import (
    computed,
    formulas,
    parts,
    read_workbook,
    row_named,
    rows,
    rows_from,
)
from tests.strategies import charente, make_assessment, make_grid


def fraction(tally: Tally) -> float | str:
    return DASH if tally.percentage is None else tally.percentage / 100


def grid_and_scores(content: ReportContent) -> tuple[Grid, Scores]:
    assert content.grid is not None
    assert content.scores is not None
    return content.grid, content.scores


@given(contents())
@settings(max_examples=tries(40), deadline=None)
def test_whatever_the_assessment_its_figures_answers_and_texts_are_in_the_workbook(
    content: ReportContent,
) -> None:
    report = xlsx.render(content)
    workbook, stored = read_workbook(report), read_workbook(report, values=True)
    every_figure_stored_is_that_of_the_scores(content, stored)
    every_formula_gives_the_value_stored_beside_it(workbook, stored)
    every_answer_is_in_its_cell_a_number_nc_or_nothing(content, workbook)
    every_text_is_in_the_report(content, workbook)


def every_figure_stored_is_that_of_the_scores(content: ReportContent, workbook: Workbook) -> None:
    grid, _ = grid_and_scores(content)
    wanted = figures_expected(content)
    for mission, proposed, (*tallies, whole_tally) in wanted:
        if mission is None:
            continue
        sheet = workbook[f"Mission {mission.number}"]
        last = len(grid.policies) + 1
        mark = "\N{NO-BREAK SPACE}°" if proposed else ""
        percentages, *counts, whole = rows_from(sheet, f"Pourcentage de réalisation{mark}", 5)
        assert percentages[1:last] == [fraction(t) for t in tallies]
        assert [row[0] for row in counts] == ["Cases notées", "Cases NC", "Cases vides"]
        assert counts[0][1:last] == [t.rated for t in tallies]
        assert counts[1][1:last] == [t.not_concerned for t in tallies]
        assert counts[2][1:last] == [t.blank for t in tallies]
        kind = "°\N{NO-BREAK SPACE}lignes proposées" if proposed else "lignes de la Caf"
        assert whole[:2] == [f"Ensemble de la mission {mission.number}{mark} ({kind})", fraction(whole_tally)]
        summary = row_named(workbook["Synthèse"], f"{mission.number}{mark} {mission.short_title}")
        assert summary[1 : last + 1] == [*map(fraction, [*tallies, whole_tally])]


def every_formula_gives_the_value_stored_beside_it(workbook: Workbook, stored: Workbook) -> None:
    for (sheet, place), value in computed(workbook).items():
        kept = stored[sheet][place].value
        assert value == ("" if kept is None else kept), (sheet, place)


def place_of(workbook: Workbook, content: ReportContent, activity: str, policy: str) -> str:
    """Return the cell of a note, found by its labels."""
    grid, _ = grid_and_scores(content)
    mission = grid.mission_of[activity]
    sheet = workbook[f"Mission {mission.number}"]
    label = grid.activities[activity].label
    (row,) = [cell.row for cell in sheet["A"] if label in str(cell.value)]
    (head,) = [cell.row for cell in sheet["A"] if cell.value == "Activités"]
    wanted = grid.policies_by_id[policy].label
    column, *_ = [cell.column_letter for cell in sheet[head] if cell.value == wanted]
    return f"{column}{row}"


def every_answer_is_in_its_cell_a_number_nc_or_nothing(content: ReportContent, workbook: Workbook) -> None:
    grid, _ = grid_and_scores(content)
    for cell in grid.cells:
        place = place_of(workbook, content, *cell)
        mission = grid.mission_of[cell.activity]
        answer = content.assessment.answers.get(cell)
        wanted = None if answer is None else int(text) if (text := answer_text(answer)) != "NC" else "NC"
        assert workbook[f"Mission {mission.number}"][place].value == wanted


def every_text_is_in_the_report(content: ReportContent, workbook: Workbook) -> None:
    cells = Counter(
        value
        for sheet in workbook.worksheets
        for row in rows(sheet)
        for value in row
        if isinstance(value, str)
    )
    assessment = content.assessment
    texts = [*assessment.comments.values(), *assessment.remarks.values()]
    texts += [action.what for action in assessment.actions.values()]
    for text, times in Counter(texts).items():
        assert cells[harmless(text, multiline=True)] >= times
    sheet = [row[0] for row in rows(workbook["Synthèse"])]
    for topic in PreparationTopic:
        for line in assessment.preparation.get(topic, "").split("\n"):
            assert harmless(line) in sheet or not line


def test_sheets_are_those_of_the_grid_in_order() -> None:
    names = read_workbook(xlsx.render(full_content())).sheetnames
    assert names == [
        "Synthèse",
        *(f"Mission {number}" for number in range(1, 5)),
        *("Entretien", "Radar", "Données"),
    ]


def test_a_note_cell_takes_the_notes_of_the_scale_only() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    for mission in charente().missions:
        checks = workbook[f"Mission {mission.number}"].data_validations.dataValidation
        assert {check.type for check in checks} == {"list"}
        choices = Counter((check.formula1, re.sub(r"\d+", "", str(check.sqref))) for check in checks)
        notes = [('"0,1,2,3,NC"', columns) for columns in ("B:D", "F:H", "K:M")]
        assert choices == dict.fromkeys([*notes, ('"oui"', "J")], len(mission.activities))


def test_what_the_adviser_fills_alone_is_unlocked_and_sheets_stay_without_a_password() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    assert (workbook.security.lockStructure, workbook.security.workbookPassword) == (True, None)
    for sheet in workbook.worksheets:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    for mission in charente().missions:
        sheet = workbook[f"Mission {mission.number}"]
        open_cells = Counter(
            cell.coordinate.rstrip("0123456789")
            for row in sheet.iter_rows()
            for cell in row
            if not cell.protection.locked
        )
        assert open_cells == dict.fromkeys("FGHIJKLM", len(mission.activities))
        assert str(sheet.print_area).partition("!")[2].replace("$", "").startswith("A1:E")
    asked = workbook["Entretien"]
    fields = [cell for row in asked.iter_rows() for cell in row if not cell.protection.locked]
    about = [cell for cell in fields if asked[f"A{cell.row}"] not in fields]
    assert {asked[f"A{cell.row}"].value for cell in about} == {
        *("Votre nom", "Votre courriel", "Date de l’entretien")
    }
    assert len(fields) - len(about) == 2 * 12
    filled = [cell.value for cell in fields if cell.value]
    adviser = full_content().assessment.identity.adviser
    assert filled == [text for text in adviser if text]


def test_a_report_that_was_not_sent_asks_the_adviser_nothing() -> None:
    content = full_content(sending=None)
    workbook = read_workbook(xlsx.render(content))
    assert "Entretien" not in workbook.sheetnames
    assert {sheet.max_column for sheet in workbook.worksheets if sheet.title.startswith("Mission")} == {5}
    assert workbook["Mission 1"][place_of(workbook, content, "m1.a01", "famille")].protection.locked


def test_each_sheet_prints_on_a4_as_wide_as_the_page_and_the_raw_ones_do_not() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    for sheet in workbook.worksheets:
        if sheet.title in {"Radar", "Données"}:
            assert sheet.sheet_state == "hidden", "not very hidden: Power Query reads it"
            continue
        assert sheet.page_setup.orientation == "portrait"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter is not None
        assert "&P / &N" in str(sheet.oddFooter.right.text)
    for number in range(1, 5):
        sheet = workbook[f"Mission {number}"]
        (head,) = [cell.row for cell in sheet["A"] if cell.value == "Activités"]
        assert sheet.print_title_rows == f"${head - 1}:${head}"
        assert sheet.freeze_panes == f"B{head + 1}"


def test_the_indicators_of_a_mission_stand_below_its_lines_with_their_numbers() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    workbook = read_workbook(xlsx.render(content))
    for mission in grid.missions:
        sheet = workbook[f"Mission {mission.number}"]
        (head,) = [cell.row for cell in sheet["A"] if cell.value == "Indicateurs"]
        assert head > max(cell.row for cell in sheet["A"] if str(cell.value).startswith("Ensemble"))
        below = rows(sheet)[head:]
        mark = "°\N{NO-BREAK SPACE}"
        assert [str(row[0]).partition("\n")[0] for row in below] == [
            f"{mark if line.is_proposed else ''}{line.label}" for line in mission.indicators
        ]
        wanted = [content.assessment.numbers.get(line.id) for line in mission.indicators]
        pairs = zip((row[3] for row in below), wanted, strict=True)
        assert all(want is None or shown == want for shown, want in pairs)


def test_numbers_of_proposed_indicators_are_counted_apart() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    numbers = content.assessment.numbers
    own = sum(not grid.indicators[line].is_proposed for line in numbers if line in grid.indicators)
    proposed = sum(grid.indicators[line].is_proposed for line in numbers if line in grid.indicators)
    assert (own, proposed > 1) == (1, True)
    said = "".join(str(row[0] or "") for row in rows(read_workbook(xlsx.render(content))["Synthèse"]))
    wanted = f", 1 indicateur chiffré (lignes ° : {proposed}), "
    assert wanted in said.replace("\N{NO-BREAK SPACE}", " ")


def test_the_data_sheet_has_every_answer_once_with_its_comment_and_every_indicator() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    head, *every = rows(read_workbook(xlsx.render(content))["Données"])
    lines = [line for line in every if line[0] not in ABOUT]
    about = {line[0]: line[3] for line in every if line[0] in ABOUT}
    assert about.keys() == ABOUT
    assert about["grille"] == f"{grid.id} {grid.fingerprint}"
    assert about["soumission"] == content.fingerprint
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


def test_no_column_is_hidden_and_the_code_stands_beside_its_warning_only() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    for number in range(1, 5):
        dimensions = workbook[f"Mission {number}"].column_dimensions
        assert not [key for key, column in dimensions.items() if column.hidden]
    places = {
        (sheet.title, row[0].value)
        for sheet in workbook.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if "7F3A-21C0" in str(cell.value)
    }
    assert places == {("Synthèse", "Code de contrôle")}
    footers = [sheet.oddFooter.left.text for sheet in workbook.worksheets if sheet.oddFooter is not None]
    assert len(footers) > 5
    assert not [footer for footer in footers if "7F3A" in str(footer)]


def test_figures_are_written_the_french_way() -> None:
    workbook = read_workbook(xlsx.render(full_content()))
    sheet = workbook["Mission 1"]
    (row,) = [cell.row for cell in sheet["A"] if cell.value == "Pourcentage de réalisation"]
    assert sheet[f"B{row}"].number_format == '0"\N{NO-BREAK SPACE}"%'
    plan = workbook["Synthèse"]
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
    assert {name for name in one if one[name].replace(before, after) != other[name]} == {"docProps/core.xml"}


def test_an_unknown_grid_is_shown_apart_and_not_scored() -> None:
    workbook = read_workbook(xlsx.render(full_content(grid=None, previous=None)))
    assert workbook.sheetnames == ["Synthèse", "Hors grille"]
    assert formulas(workbook) == {}
    ids = [cell.value for cell in workbook["Hors grille"]["A"]]
    assert {"m1.a01", "zz.a01", "m1.i02"} <= set(ids)


def test_an_empty_assessment_shows_dashes_only() -> None:
    content = make_content(charente(), make_assessment(charente()))
    workbook = read_workbook(xlsx.render(content), values=True)
    for number in range(1, 5):
        (shown,) = {
            value
            for row in rows(workbook[f"Mission {number}"])
            if str(row[0]).startswith("Pourcentage de réalisation")
            for value in row[1:4]
        }
        assert shown == DASH, "the mark is in the format"


@each_row("policies", [("famille",), ("a", "b"), tuple("abcdef")])
def test_any_number_of_policies_has_room(policies: tuple[str, ...]) -> None:
    grid = make_grid(policies=policies)
    content = make_content(grid, make_assessment(grid, {Cell("m1.a01", policies[-1]): 2}))  # type: ignore[dict-item]  # an int is what a note is
    workbook = read_workbook(xlsx.render(content))
    sheet = workbook["Mission 1"]
    (head,) = [cell.row for cell in sheet["A"] if cell.value == "Activités"]
    labels = [cell.value for cell in sheet[head] if cell.value]
    names = [policy.capitalize() for policy in policies]
    assert labels[: len(names) + 1] == ["Activités", *names]
    assert sheet.cell(head + 1, 1 + len(policies)).value == 2
