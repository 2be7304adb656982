"""The axes of the radar are chosen once, and their figures are the percentages of the scores."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from ctg_tui.chart.figures import (
    Axis,
    By,
    Figures,
    Past,
    axis_key,
    default_axes,
    figures,
    in_words,
    lowest,
    nothing_drawn,
    past_of,
)
from ctg_tui.chart.levels import Level, detect_level, gauge
from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.results import compared
from ctg_tui.domain.scores import score
from tests.each_row import each_row
from tests.strategies import charente_of_caf, fill, make_assessment, make_grid


def of(grid: Grid, past: Past | None = None, **how: Any) -> Figures:
    """Return the figures of a grid filled by a pattern without regularity, so that no two are the same."""
    answers = fill(grid, (Rating.NO, Rating.FULLY, Rating.FULLY, Rating.PARTLY, NOT_CONCERNED, Rating.MOSTLY))
    assessment = make_assessment(grid, answers)
    return figures(grid, assessment, score(grid, answers), past, **how)


def test_from_three_missions_with_lines_on_the_axes_are_the_missions(grid: Grid) -> None:
    content = of(grid)
    assert [axis.label for axis in content.axes] == ["Politiques", "Offre°", "Réseau°", "Population°"]
    answers = make_assessment(grid, fill(grid, (Rating.NO, Rating.FULLY))).answers
    scores = score(grid, answers)
    content = figures(grid, make_assessment(grid, answers), scores)
    for axis, mission in zip(content.axes, grid.noted_missions, strict=True):
        assert axis.now == scores.mission(mission).percentage


def test_with_one_mission_they_are_its_rubrics_and_its_lines_while_too_few_have_a_figure(grid: Grid) -> None:
    own = charente_of_caf()
    assert [axis.label for axis in of(own).axes] == ["Famille", "Éducation", "Social"]
    for filled, cells in ((own, own.cells[:2]), (grid, grid.cells[:6])):
        assessment = make_assessment(filled, dict.fromkeys(cells, Rating.PARTLY))
        assert default_axes(filled, score(filled, assessment.answers)) is By.LINE


def test_the_axes_of_one_mission_are_its_lines_points_over_the_policies() -> None:
    own = charente_of_caf()
    content = of(own, by=By.LINE)
    assert [axis.label for axis in content.axes] == [f"1.{rank}" for rank in range(1, 15)]
    line = own.missions[0].activities[2]
    answers: dict[Cell, Answer] = {
        Cell(line.id, "famille"): Rating.PARTLY,
        Cell(line.id, "education"): Rating.FULLY,
        Cell(line.id, "social"): NOT_CONCERNED,
    }
    content = figures(own, make_assessment(own, answers), score(own, answers), by=By.LINE)
    assert content.axes[2].now == 67  # 4 points of 6
    assert [axis.now for axis in content.axes if axis.now is not None] == [67]


def test_two_missions_give_the_lines_of_the_one_asked_for() -> None:
    two = make_grid(lines=(4, 3), indicators=())
    assert [axis.label for axis in of(two, by=By.LINE).axes] == ["1.1", "1.2", "1.3", "1.4"]
    assert [axis.label for axis in of(two, by=By.LINE, mission="m2").axes] == ["2.1", "2.2", "2.3"]


def test_the_axis_of_a_mission_whose_lines_are_proposed_has_a_mark() -> None:
    grid = make_grid(lines=(2, 2, 1), indicators=(), proposed={"m3.a01"})
    assert [axis.label for axis in of(grid).axes] == ["Essai 1", "Essai 2", "Essai 3°"]
    assert {axis_key(grid, cell, By.MISSION) for cell in grid.cells} == {axis.key for axis in of(grid).axes}
    assert [axis.label for axis in of(grid, by=By.LINE).axes] == ["1.1", "1.2"]
    proposed = of(grid, by=By.LINE, mission="m3")
    assert [axis.label for axis in proposed.axes] == ["3.1"], "the page says that all are proposed"


def test_the_rubrics_are_those_of_the_sheet_of_the_caf() -> None:
    grid = make_grid(lines=(2, 1), indicators=())
    answers = fill(grid, (Rating.NO, Rating.FULLY, Rating.PARTLY, Rating.MOSTLY))
    scores = score(grid, answers)
    content = figures(grid, make_assessment(grid, answers), scores, by=By.RUBRIC)
    assert [axis.label for axis in content.axes][:4] == ["1 Famille", "1 Education", "1 Social", "2 Famille"]
    assert [axis.now for axis in content.axes] == [
        scores.rubrics[rubric].percentage for rubric in scores.rubrics
    ]


@each_row("policies", [("famille",), tuple(f"p{n}" for n in range(1, 6))])
@each_row("missions", range(1, 13))
@each_row("by", By)
def test_any_grid_has_axes(policies: tuple[str, ...], missions: int, by: By) -> None:
    grid = make_grid(lines=(3,) * missions, policies=policies, indicators=())
    answers = fill(grid, (Rating.NO, Rating.FULLY, Rating.PARTLY))
    scores, assessment = score(grid, answers), make_assessment(grid, answers)
    expected = {By.LINE: 3, By.MISSION: missions, By.RUBRIC: missions * len(policies)}
    assert len(figures(grid, assessment, scores, by=by).axes) == expected[by]


def test_last_year_is_beside_and_says_on_how_many_lines_it_rests(grid: Grid) -> None:
    former = make_assessment(grid, dict.fromkeys(grid.cells, Rating.PARTLY))
    former = former._replace(identity=former.identity._replace(year=2026))
    last = compared(former, grid, grid)
    content = of(grid, past_of(last, grid))
    assert (content.year, content.past) == ("2027", "2026")
    assert {axis.before for axis in content.axes} == {33}
    assert {axis.before for axis in of(grid, past_of(last, grid), by=By.LINE).axes} == {33}
    partial = last._replace(compared_lines=12, other_lines=2)
    assert of(grid, past_of(partial, grid)).past == "2026 (12\N{NO-BREAK SPACE}lignes comparées sur 14)"
    assert of(grid, past_of(partial, grid), by=By.LINE).past == "2026", "each line is compared with itself"
    assert past_of(None, grid) is None
    assert past_of(last._replace(scores=None), grid) is None


# In words.


def words(*pairs: tuple[int | None, int | None]) -> str:
    axes = tuple(Axis(str(n), f"1.{n}", "", now, before) for n, (now, before) in enumerate(pairs, 1))
    return lowest(Figures(axes, "2027", "2026")).replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ")


@each_row(
    "pairs, said",
    [
        ([(50, 40), (33, 0), (80, 90)], "1.2 est la plus basse ; elle a monté depuis 2026."),
        ([(50, 40), (33, 67), (80, 90)], "1.2 est la plus basse ; elle a baissé depuis 2026."),
        ([(50, 40), (33, 33), (80, 90)], "1.2 est la plus basse ; elle n’a pas bougé depuis 2026."),
        ([(50, 40), (33, None), (80, 90)], "1.2 est la plus basse."),
        ([(33, 40), (33, 67), (80, 90)], "1.1 et 1.2 sont les plus basses ; elles ont baissé depuis 2026."),
        ([(33, 40), (33, 10), (80, 90)], "1.1 et 1.2 sont les plus basses."),
        ([(50, 40), (None, 0), (0, 0)], "1.3 est la plus basse ; elle n’a pas bougé depuis 2026."),
        ([(50, 40), (50, 0)], "1.1 et 1.2 sont à 50 %."),
        ([(50, 40), (50, 0), (None, None)], "1.1 et 1.2 sont à 50 %."),
        ([(50, 40)] * 14, "1.1, 1.2, 1.3 et 11 autres sont à 50 %."),
        ([*[(0, None)] * 6, (9, None)], "1.1, 1.2, 1.3 et 3 autres sont les plus basses."),
        ([(50, 40), (None, 0)], ""),
        ([], ""),
    ],
)
def test_a_sentence_says_which_is_lowest_and_whether_it_moved(
    pairs: list[tuple[int | None, int | None]], said: str
) -> None:
    assert words(*pairs) == said


def test_every_figure_is_said_in_words() -> None:
    axes = (Axis("a", "1", "", 72, 52), Axis("b", "2°", "", None, 16), Axis("c", "3°", "", 68, None))
    said = in_words(Figures(axes, "2027", "2026")).replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(
        "En 2027 : 1 à 72 %, 2° sans note et 3° à 68 %. En 2026 : 1 à 52 %, 2° à 16 % et 3° sans note."
    )
    unnoted = tuple(axis._replace(before=None) for axis in axes)
    assert "2026" not in in_words(Figures(unnoted, "2027", "2026")), "a year without a note is not said"
    assert in_words(Figures((), "2027")) == ""


@each_row(
    "known, of, said",
    [
        (0, 14, "Aucune note pour l’instant : le radar se dessine avec elles."),
        (1, 14, "Seule 1.1 a une note (67 %) : le radar se dessine avec les suivantes."),
        (2, 14, ""),
        (1, 2, "Le radar demande 3 axes au moins : le tableau donne les résultats."),
        (21, 21, "Le radar a 20 axes au plus : le tableau donne les 21 résultats."),
    ],
)
def test_one_figure_alone_is_a_sentence_and_no_picture(known: int, of: int, said: str) -> None:
    axes = tuple(Axis(str(n), f"1.{n}", "", 67 if n <= known else None) for n in range(1, of + 1))
    content = Figures(axes, "2027")
    assert content.is_empty is bool(said)
    assert nothing_drawn(content).replace("\N{NO-BREAK SPACE}", " ") == said
    if known == 1 and of == 14:
        spoken = in_words(content).replace("\N{NO-BREAK SPACE}", " ")
        assert spoken == "En 2027 : 1.1 à 67 % et les 13 autres sans note."


# Levels and bars.


@each_row(
    "encoding, environment, platform, level",
    [
        ("utf-8", {"TERM": "xterm-256color"}, "linux", Level.RICH),
        ("utf-8", {}, "linux", Level.RICH),
        ("utf-8", {"TERM": "linux"}, "linux", Level.COMPATIBLE),
        ("utf-8", {"TERM": "dumb"}, "linux", Level.COMPATIBLE),
        ("utf-8", {}, "win32", Level.COMPATIBLE),
        ("utf-8", {"WT_SESSION": "1"}, "win32", Level.RICH),
        ("iso8859-1", {"TERM": "xterm"}, "linux", Level.COMPATIBLE),
        ("cp1252", {"WT_SESSION": "1"}, "win32", Level.COMPATIBLE),
        (None, {"TERM": "xterm"}, "linux", Level.COMPATIBLE),
    ],
)
def test_the_drawing_level_follows_the_terminal(
    encoding: str | None, environment: dict[str, str], platform: str, level: Level
) -> None:
    assert detect_level(encoding, environment, platform) is level


@each_row("level", Level)
def test_a_bar_is_as_long_as_its_percentage_with_a_tick_at_last_years(level: Level) -> None:
    def drawn(now: int | None, before: int | None) -> str:
        return "".join(segment.text for segment in gauge(now, before, 20, level))

    full, tick = drawn(100, None)[0], drawn(None, 50).strip()
    assert drawn(50, None).count(full) == 10
    assert drawn(0, None).count(full) == 0
    assert len(tick) == 1
    assert tick not in drawn(100, None) + drawn(0, None)
    assert drawn(25, 50).index(tick) == 10
    assert drawn(None, 100) == " " * 19 + tick, "no figure is no bar, not an empty one"
    assert gauge(50, 50, 0, level) == ()


def test_nothing_heavy_is_imported_before_the_first_plot() -> None:
    code = "import sys, ctg_tui.chart.levels; print({'plotext', 'rich'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "set()"
