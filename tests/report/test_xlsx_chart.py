"""The radar of the workbook reads the figures of its names."""

from __future__ import annotations

import re

from ctg_tui.report import xlsx
from tests.report.contents import full_content, make_content
from tests.report.test_xlsx import grid_and_scores
from tests.report.workbooks import parts, read_workbook
from tests.strategies import fill, make_assessment, make_grid


def test_the_radar_reads_the_rubrics_and_leaves_out_those_where_nothing_is_noted() -> None:
    content = full_content()
    grid, scores = grid_and_scores(content)
    report = xlsx.render(content)
    radar = read_workbook(report, values=True)["Radar"]
    assert radar.sheet_state == "hidden"
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in radar.iter_rows()}
    assert rows.pop("Chiffres du radar")[:2] == ["2027", "2026"]
    assert content.previous is not None
    for mission in grid.noted_missions:
        for policy in grid.policies:
            mark = "°" if mission.is_proposed else ""
            now, before, *_ = rows.pop(f"{mission.number}{mark} {policy.label}")
            rubric = mission.id, policy.id
            present = scores.side(mission.is_proposed).rubrics[rubric].percentage
            former = content.previous.scores.side(mission.is_proposed).rubrics[rubric].percentage
            assert now == ("#N/A" if present is None else present / 100)
            assert before == (None if former is None else former / 100)
    assert not [name for name in rows if name in {policy.label for policy in grid.policies}]


def test_the_chart_draws_last_year_thin_and_this_year_over_it() -> None:
    report = xlsx.render(full_content())
    chart = parts(report)["xl/charts/chart1.xml"].decode()
    assert "<c:radarChart>" in chart
    assert '<c:dispBlanksAs val="gap"/>' in chart or "dispBlanksAs" not in chart  # gap is the default
    assert "dispNaAsBlank" in chart
    assert '<c:plotVisOnly val="1"/>' not in chart
    before, now = re.findall(r"<c:ser>.*?</c:ser>", chart, re.DOTALL)
    assert "Radar!$C$2:$C$13" in before
    assert '<a:prstDash val="dash"/>' in before
    assert "Radar!$B$2:$B$13" in now
    assert "prstDash" not in now
    values = now[now.index("<c:val>") :]
    assert '<c:ptCount val="12"/>' in values
    assert '<c:pt idx="2">' not in values, "a missing figure is not drawn as 0"
    assert '<c:pt idx="3">' in values
    assert "xl/charts/chart2.xml" not in parts(report), "four missions leave no room for their lines"
    alone = parts(xlsx.render(full_content(previous=None)))["xl/charts/chart1.xml"].decode()
    assert alone.count("<c:ser>") == 1


def test_with_one_mission_its_lines_have_a_chart_beside() -> None:
    grid = make_grid(lines=(4,), indicators=())
    content = make_content(grid, make_assessment(grid, fill(grid)))
    report = xlsx.render(content)
    rubrics, lines = (parts(report)[f"xl/charts/chart{rank}.xml"].decode() for rank in (1, 2))
    assert "Radar!$B$2:$B$4" in rubrics
    assert "Radar!$B$6:$B$9" in lines
    few, many = (make_grid(lines=(2,) * missions, indicators=()) for missions in (1, 7))
    for grid, number in ((few, 1), (many, 0)):
        names = parts(xlsx.render(make_content(grid, make_assessment(grid, fill(grid)))))
        charts = [name for name in names if name.startswith("xl/charts/chart")]
        assert len(charts) == number, "no surface: the tables have the figures"
