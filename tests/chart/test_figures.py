"""The figures of the radar are the percentages of the scores."""

from __future__ import annotations

import subprocess
import sys

from ctg_tui.chart.figures import WHOLE, figures
from ctg_tui.chart.levels import Level, detect_level
from ctg_tui.chart.names import Canvas, Spot, plot
from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.grids.catalogue import shipped_grids
from tests.each_row import each_row
from tests.strategies import fill, make_grid


def test_the_figures_are_those_of_the_scores(grid: Grid) -> None:
    answers = {cell: Rating(len(cell.activity + cell.policy) % 4) for cell in grid.cells[::2]}
    scores = score(grid, answers)
    content = figures(grid, scores)
    assert [axis.number for axis in content.axes] == [mission.number for mission in grid.missions]
    assert [line.key for line in content.outlines] == [*grid.policies_by_id, WHOLE]
    for line in content.outlines:
        for portion, value in zip(grid.portions, line.values, strict=True):
            side, mission = scores.side(portion.is_proposed), portion.mission.id
            tally = side.missions[mission] if line.key == WHOLE else side.rubrics[mission, line.key]
            assert value == tally.percentage
    assert any(value not in {None, 0} for line in content.outlines for value in line.values)


def test_the_proposed_lines_of_a_mission_have_an_axis_of_their_own() -> None:
    grid = make_grid(lines=(2, 2, 1), indicators=(), proposed={"m1.a02", "m3.a01"})
    content = figures(grid, score(grid, fill(grid)))
    axes = [(axis.number, axis.is_proposed) for axis in content.axes]
    assert axes == [(1, False), (1, True), (2, False), (3, True)]


def test_too_few_missions_of_the_caf_make_a_radar_of_the_policies() -> None:
    grid = shipped_grids()[0].through(())
    scores = score(grid, {cell: Rating(len(cell.policy) % 4) for cell in grid.cells})
    content = figures(grid, scores)
    assert [axis.title for axis in content.axes] == ["Famille", "Éducation", "Social"]
    (outline,) = content.outlines
    assert outline.values == tuple(scores.policies[policy.id].percentage for policy in grid.policies)


def test_a_rubric_wholly_nc_has_no_figure(grid: Grid) -> None:
    policy = grid.policies[0].id
    mission = grid.missions[0]
    scores = score(grid, {Cell(line.id, policy): NOT_CONCERNED for line in mission.activities})
    assert figures(grid, scores).outlines[0].values[0] is None


def test_last_time_is_behind_and_named(grid: Grid) -> None:
    before = score(grid, dict.fromkeys(grid.cells, Rating(1)))
    now = score(grid, dict.fromkeys(grid.cells, Rating(3)))
    content = figures(grid, now, previous=before, previous_name="Ensemble 2026")
    behind = [line for line in content.outlines if line.behind]
    assert [(line.name, set(line.values)) for line in behind] == [("Ensemble 2026", {33})]


@each_row(
    "encoding, environment, platform, level",
    [
        ("utf-8", {"TERM": "xterm-256color"}, "linux", Level.RICH),
        ("utf-8", {}, "linux", Level.RICH),
        ("utf-8", {"TERM": "linux"}, "linux", Level.COMPATIBLE),
        ("utf-8", {"TERM": "dumb"}, "linux", Level.ASCII),
        ("utf-8", {}, "win32", Level.COMPATIBLE),
        ("utf-8", {"WT_SESSION": "1"}, "win32", Level.RICH),
        ("iso8859-1", {"TERM": "xterm"}, "linux", Level.ASCII),
        ("cp1252", {"WT_SESSION": "1"}, "win32", Level.ASCII),
        (None, {"TERM": "xterm"}, "linux", Level.ASCII),
    ],
)
def test_the_drawing_level_follows_the_terminal(
    encoding: str | None, environment: dict[str, str], platform: str, level: Level
) -> None:
    assert detect_level(encoding, environment, platform) is level


def test_a_plot_goes_from_one_dot_to_the_other() -> None:
    spots = plot(Canvas(5, 5, braille=False), [[(0, 0), (4, 4)]], "x")
    assert set(spots) == {Spot(4 - step, step, "x") for step in range(5)}
    assert plot(Canvas(1, 1, braille=True), [[(0, 3), (0, 0)]], None) == (Spot(0, 0, "⡇"),)


def test_a_plot_forgets_the_one_before() -> None:
    canvas = Canvas(4, 4, braille=False)
    plot(canvas, [[(0, 0), (3, 3)]], "x")
    assert plot(canvas, [[(0, 0), (0, 0)]], "y") == (Spot(3, 0, "y"),)


def test_nothing_heavy_is_imported_before_the_first_plot() -> None:
    code = "import sys, ctg_tui.chart; print(*sorted({'plotext', 'rich', 'textual'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""
