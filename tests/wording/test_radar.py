"""The figures of the radar are the percentages of the scores, in the picture and in words."""

from __future__ import annotations

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.results import Years, year_of
from ctg_tui.domain.scores import score
from ctg_tui.wording.results import Axis, By, Figures, figures, in_words, nothing_drawn
from tests.each_row import each_row
from tests.strategies import charente, charente_of_caf, fill, make_assessment

PATTERN = (Rating.NO, Rating.FULLY, Rating.FULLY, Rating.PARTLY, NOT_CONCERNED, Rating.MOSTLY)


def test_the_axes_are_the_rubrics_of_the_sheet_of_the_caf_a_mark_on_proposed_ones() -> None:
    grid = charente()
    for filled, labels in (
        (charente_of_caf(), ["Famille", "Éducation", "Social"]),
        (grid, ["1 Famille", "1 Éducation", "1 Social", "2° Famille"]),
    ):
        assessment = make_assessment(filled, fill(filled, PATTERN))
        scores = score(filled, assessment.answers)
        content = figures(Years(filled, (year_of(assessment, filled, filled),)))
        assert [axis.label for axis in content.axes][:4] == labels
        rubrics = [
            scores.side(mission.is_proposed).rubrics[mission.id, policy.id].percentage
            for mission in filled.noted_missions
            for policy in filled.policies
        ]
        assert [axis.now for axis in content.axes] == rubrics


def test_the_axes_by_mission_are_computed_on_points_each_on_its_own_lines() -> None:
    grid = charente()
    assessment = make_assessment(grid, fill(grid, PATTERN))
    scores = score(grid, assessment.answers)
    content = figures(Years(grid, (year_of(assessment, grid, grid),)), By.MISSION)
    assert [axis.label for axis in content.axes] == ["1 Politiques", "2° Offre", "3° Réseau", "4° Population"]
    assert [axis.now for axis in content.axes] == [scores.mission(one).percentage for one in grid.missions]


def test_the_axes_of_one_mission_are_its_lines_points_over_the_policies() -> None:
    own = charente_of_caf()
    mission = own.missions[0]
    line = mission.activities[2]
    answers: dict[Cell, Answer] = {
        Cell(line.id, "famille"): Rating.PARTLY,
        Cell(line.id, "education"): Rating.FULLY,
        Cell(line.id, "social"): NOT_CONCERNED,
    }
    years = Years(own, (year_of(make_assessment(own, answers), own, own),))
    content = figures(years, By.LINE, mission)
    assert [axis.label for axis in content.axes] == [f"1.{rank}" for rank in range(1, 15)]
    assert [axis.now for axis in content.axes] == [None, None, 67, *[None] * 11], "4 points of 6"


def test_last_year_is_beside_and_says_on_how_many_lines_it_rests() -> None:
    grid = charente()
    former = make_assessment(grid, dict.fromkeys(grid.cells, Rating.PARTLY))
    former = former._replace(identity=former.identity._replace(year=2026))
    last = year_of(former, grid, grid)
    present = year_of(make_assessment(grid, {}), grid, grid)
    content = figures(Years(grid, (last, present)))
    assert (content.year, content.past) == ("2027", "2026")
    lines = figures(Years(grid, (last, present)), By.LINE)
    assert {axis.before for axis in (*content.axes, *lines.axes)} == {33}
    fewer = last._replace(asked=last.asked - {grid.cells[0]})
    said = figures(Years(grid, (fewer, present)))
    assert said.past == f"2026 ({len(said.axes) - 1}\N{NO-BREAK SPACE}comparables sur {len(said.axes)})"
    assert [axis.before for axis in said.axes] == [None, *[33] * (len(said.axes) - 1)]
    assert figures(Years(grid, (present,))).past == ""


def test_every_figure_is_said_in_words() -> None:
    axes = (Axis("1", 72, 52), Axis("2°", None, 16), Axis("3°", 68))
    said = in_words(Figures(axes, "2027", "2026")).replace("\N{NO-BREAK SPACE}", " ")
    assert said == (
        "En 2027 : 1 à 72 %, 2° sans note et 3° à 68 %. En 2026 : 1 à 52 %, 2° à 16 % et 3° sans note."
    )
    unnoted = tuple(axis._replace(before=None) for axis in axes)
    assert "2026" not in in_words(Figures(unnoted, "2027", "2026")), "a year without a note is not said"


@each_row("known, of, said", [(0, 14, "dont deux"), (1, 14, "dont deux"), (2, 14, ""), (9, 21, "à 20")])
def test_one_figure_alone_is_a_sentence_and_no_picture(known: int, of: int, said: str) -> None:
    content = Figures(tuple(Axis(f"1.{n}", 67 if n < known else None) for n in range(of)), "2027")
    assert content.is_empty is bool(said)
    assert said in nothing_drawn(content)
