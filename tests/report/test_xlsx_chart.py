"""The radar of the workbook reads the figures of its names."""

from __future__ import annotations

import re

from openpyxl.utils import get_column_letter

from ctg_tui.report import xlsx
from tests.report.contents import full_content, make_content
from tests.report.test_xlsx import grid_and_scores, place_of
from tests.report.workbooks import evaluate, formulas, parts, read_workbook
from tests.strategies import fill, make_assessment, make_grid


def test_the_radar_reads_cells_that_are_missing_where_nothing_is_noted() -> None:
    content = full_content()
    _, scores = grid_and_scores(content)
    report = xlsx.render(content)
    radar = read_workbook(report, values=True)["Radar"]
    assert radar.sheet_state == "hidden"
    assert [cell.value for cell in radar["D"]][:3] == [
        "Social",
        "#N/A",
        (scores.side(True).rubrics["m2", "social"].percentage or 0) / 100,
    ]
    chart = parts(report)["xl/charts/chart1.xml"].decode()
    assert "<c:radarChart>" in chart
    assert '<c:dispBlanksAs val="gap"/>' in chart or "dispBlanksAs" not in chart  # gap is the default
    assert "dispNaAsBlank" in chart
    assert '<c:plotVisOnly val="1"/>' not in chart
    series = re.findall(r"<c:ser>.*?</c:ser>", chart, re.DOTALL)
    assert len(series) == 5
    social = next(serie for serie in series if "Radar!$D$2" in serie)
    values = social[social.index("<c:val>") :]
    assert '<c:ptCount val="4"/>' in values
    assert '<c:pt idx="0">' not in values, "a missing figure is not drawn as 0"
    assert '<c:pt idx="1">' in values


def test_the_chart_has_hollow_marks_at_proposed_missions_alone() -> None:
    content = full_content()
    grid, _ = grid_and_scores(content)
    chart = parts(xlsx.render(content))["xl/charts/chart1.xml"].decode()
    proposed = [str(rank) for rank, portion in enumerate(grid.portions) if portion.is_proposed]
    series = re.findall(r"<c:ser>.*?</c:ser>", chart, re.DOTALL)
    for serie in series:
        points = dict(re.findall(r'<c:dPt><c:idx val="(\d+)"/><c:marker>(.*?)</c:marker></c:dPt>', serie))
        assert list(points) == proposed
        assert all("FFFFFF" in point for point in points.values())
    assert proposed
    (last,) = [serie for serie in series if '<c:symbol val="x"/>' in serie]
    assert '<a:prstDash val="sysDot"/>' in last, "last time's outline is dotted"


def test_the_chart_points_at_the_figures_of_its_names() -> None:
    content = full_content()
    grid, scores = grid_and_scores(content)
    report = xlsx.render(content)
    radar = read_workbook(report, values=True)["Radar"]
    chart = parts(report)["xl/charts/chart1.xml"].decode()
    references = re.findall(r"Radar!\$([A-Z])\$2:\$([A-Z])\$(\d+)</c:f>", chart)
    assert {int(last) for *_, last in references} == {1 + len(grid.missions)}
    names = {get_column_letter(rank): cell.value for rank, cell in enumerate(radar[1], 1)}
    charted = {names[first] for first, *_ in references if first != "A"}
    assert charted == {*(policy.label for policy in grid.policies), "Ensemble", "Ensemble 2026"}
    assert content.previous is not None
    before = [content.previous.scores.portion(portion).percentage for portion in grid.portions]
    column = next(letter for letter, name in names.items() if name == "Ensemble 2026")
    assert [round(100 * cell.value) for cell in radar[column][1:]] == before
    column = next(letter for letter, name in names.items() if name == "Ensemble")
    now = [scores.portion(portion).percentage for portion in grid.portions]
    assert [round(100 * cell.value) for cell in radar[column][1:]] == now


def test_the_figure_of_a_mission_without_mark_follows_the_lines_of_the_caf_alone() -> None:
    grid = make_grid(lines=(4,), policies=("famille",), indicators=(), proposed={"m1.a02", "m1.a03"})
    content = make_content(grid, make_assessment(grid, fill(grid)))
    workbook = read_workbook(xlsx.render(content))
    before = {key: evaluate(workbook, formula) for key, formula in formulas(workbook).items()}
    workbook["Mission 1"][place_of(workbook, content, "m1.a02", "famille")].value = 0
    after = {key: evaluate(workbook, formula) for key, formula in formulas(workbook).items()}
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    changed = [key for key in before if before[key] != after[key]]
    assert len(changed) > 5
    for sheet, place in changed:
        name = str(sheets[sheet][f"A{sheets[sheet][place].row}"].value)
        about = (
            sheet == "Données"
            or name.startswith(("Cases changées", "Code de contrôle", "Code court"))
            or "°" in name
            or "proposées" in name
        )
        assert about, (sheet, place, name)
