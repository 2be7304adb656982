"""Synthèse: the same figures as everywhere, their reasons, the lines to discuss, the findings."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from ctg_tui.chart.levels import Level
from ctg_tui.domain.assessment import Moment, Rating
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.scores import score
from ctg_tui.domain.steps import check
from ctg_tui.domain.values import apply
from ctg_tui.tui.results import items
from ctg_tui.tui.results.page import FIGURES, WHOLE_KEY, figures_items
from ctg_tui.tui.widgets.listing import Item
from ctg_tui.wording.french import explain, percentage
from ctg_tui.wording.steps import finding
from tests.databases import open_workspace
from tests.strategies import HOSTILE_TEXTS, filled_assessment, make_assessment, make_grid
from tests.tui.driving import (
    IDENTITY,
    SIZES,
    control_characters,
    faults_of_typography,
    make,
    page,
    press,
    resize,
    running,
    shown,
    until_painted,
)
from tests.tui.walk import go_home


def text_of(found: Item, width: int = 60) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in found.lines(width))


def everything(shown_items: object, width: int = 60) -> str:
    assert isinstance(shown_items, list)
    return "\n".join(text_of(one, width) for one in shown_items)


def test_every_figure_of_the_scores_is_in_the_table_and_explained() -> None:
    grid = make_grid()
    assessment = filled_assessment(grid)
    scores = score(grid, assessment.answers)
    keys = frozenset(f"{FIGURES}:{key}" for key in (*grid.missions_by_id, WHOLE_KEY))
    found = list(figures_items(grid, scores, Level.RICH, keys))
    for width, mission in product((42, 110), grid.missions):
        by_key = {item.key: text_of(item, width) for item in found}
        block = by_key[f"{FIGURES}:{mission.id}"]
        tallies = [scores.rubrics[mission.id, policy.id] for policy in grid.policies]
        for tally in (*tallies, scores.missions[mission.id]):
            assert percentage(tally) in block
            assert " ".join(explain(tally).split()) in " ".join(block.split())
        noted = next(line for line in block.splitlines() if "notées" in line)
        assert noted.split()[1:] == [str(tally.rated) for tally in (*tallies, scores.missions[mission.id])]
    assert percentage(scores.whole) in by_key[f"{FIGURES}:{WHOLE_KEY}"]


def test_a_rubric_without_a_note_shows_a_dash_and_never_a_percentage() -> None:
    grid = make_grid()
    scores = score(grid, {})
    for one in figures_items(grid, scores, Level.RICH, frozenset()):
        assert "%" not in text_of(one).replace("pourcentage", "")


def test_low_and_high_lines_come_with_their_notes_and_comments() -> None:
    grid = make_grid()
    low, high, *others = grid.cells[:1] + grid.cells[len(grid.policies) : len(grid.policies) + 1]
    assert not others
    assessment = make_assessment(
        grid,
        {low: Rating.NO, high: Rating.FULLY},
        comments={low.activity: "à reprendre\navec le conseiller", high.activity: "très bien"},
    )
    lows = list(items.rated_items(grid, assessment, items.LOW, "Bas", frozenset({0, 1}), "rien"))
    highs = list(items.rated_items(grid, assessment, items.HIGH, "Hauts", frozenset({3}), "rien"))
    assert "à reprendre" in everything(lows)
    assert "avec le conseiller" not in everything(lows)
    assert "(2\N{NO-BREAK SPACE}lignes)" in everything(lows)
    key = f"{items.LOW}:{low.activity}"
    whole = items.rated_items(grid, assessment, items.LOW, "Bas", frozenset({0, 1}), "rien", frozenset({key}))
    assert "avec le conseiller" in everything(list(whole))
    assert "très bien" not in everything(lows)
    assert [item.key for item in highs if item.key] == [f"{items.HIGH}:{high.activity}"]
    assert "très bien" in everything(highs)


def test_what_is_missing_is_what_the_checks_find() -> None:
    grid = make_grid()
    assessment = make_assessment(grid)
    found = check(grid, assessment)
    assert found
    text = everything(list(items.missing_items(grid, assessment)), 110)
    for one in found:
        assert finding(one) in text


def test_lines_of_another_grid_are_shown_apart_with_all_they_hold() -> None:
    grid = make_grid()
    edits = (
        Change(Field.ANSWER, "m9.a01/famille", None, "2"),
        Change(Field.COMMENT, "m9.a02", None, "un commentaire d’ailleurs"),
        Change(Field.NUMBER, "m9.i01", None, "1200"),
    )
    kept = apply(make_assessment(grid), edits)
    text = everything(list(items.apart_items(grid, kept, {})))
    for expected in ("m9.a01", "Famille\u00a02", "un commentaire d’ailleurs", "m9.i01", "1\u202f200"):
        assert expected in text
    assert list(items.apart_items(grid, make_assessment(grid), {})) == []


def test_hostile_comments_and_ids_are_only_text() -> None:
    grid = make_grid()
    cell = grid.cells[0]
    for text in HOSTILE_TEXTS:
        assessment = make_assessment(
            grid, {cell: Rating.NO}, comments={cell.activity: text, text: text}, remarks={text: text}
        )
        found = [
            *items.rated_items(grid, assessment, items.LOW, "Bas", frozenset({0, 1}), "rien"),
            *items.apart_items(grid, assessment, {}),
        ]
        assert not control_characters(everything(found)), text[:60]


async def test_radar_and_figures_are_there_at_every_size_one_row_a_mission_and_one_a_whole(
    tmp_path: Path,
) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, "f4")
        assert page(pilot) == "SummaryScreen"
        for size in SIZES:
            await resize(pilot, *size)
            await until_painted(pilot)
            text = shown(pilot)
            for expected in ("Réalisation", "Avant l’envoi", "42/42 réponses · ° 111/111", "●○ Famille"):
                assert expected in text, (expected, size)
            rows = [line for line in text.splitlines() if line.count("67\u00a0%") >= 4]
            starts = [" ".join(line.strip("► ").split()[:2]) for line in rows]
            assert starts[:4] == ["1 Mettre", "2 °", "3 °", "4 °"], size
            assert starts[4:] in (["Toutes les", "° Toutes"], ["Ensemble 67", "° Proposées"]), size
            assert not faults_of_typography(text)


async def test_what_is_missing_before_sending_stays_in_sight(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.NO)
    async with running(tmp_path) as pilot:
        await press(pilot, "f4")
        for size in ((60, 16), (80, 24), (200, 60)):
            await resize(pilot, *size)
            for key in ("end", "home", "f3", "f3", "f3"):
                await press(pilot, key)
                assert "Avant l’envoi" in shown(pilot), (key, size)
                assert "sans commentaire" in shown(pilot), (key, size)


async def test_space_unfolds_a_comment_and_folds_it_again(tmp_path: Path) -> None:
    made = make(tmp_path, rating=Rating.NO)
    workspace = open_workspace(tmp_path)
    workspace.open(made).comment("m1.a01", "première ligne\nseconde ligne")
    workspace.close()
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f4", "f3", "f3")
        assert "première ligne" in shown(pilot)
        assert "seconde ligne" not in shown(pilot)
        await press(pilot, "space")
        assert "seconde ligne" in shown(pilot)
        await press(pilot, "space")
        assert "seconde ligne" not in shown(pilot)


async def test_g_gives_the_radar_the_window_with_its_figures_and_the_sentence(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path) as pilot:
        for keys in (("g",), ("s", "g"), ("enter", "g")):
            await press(pilot, *keys)
            assert page(pilot) == "RadarScreen"
            for size in ((60, 16), (80, 24), (120, 40), (200, 60)):
                await resize(pilot, *size)
                await press(pilot, "home")
                text = shown(pilot)
                together = ("Confondus",) if size[1] >= 24 else ()  # lower, there is no line for it
                for expected in ("1 Mettre", "3° Animer", "Réalisation", "67\u00a0%", *together):
                    assert expected in text, (expected, size)
            await resize(pilot, 60, 16)
            await press(pilot, "end", *["down"] * 40)
            assert "Ensemble\u00a0: Mettre" in shown(pilot)
            await press(pilot, "escape")
            assert page(pilot) != "RadarScreen"
            await go_home(pilot)


async def test_enter_says_why_in_place_and_again_takes_it_away(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f4", "enter")
        assert "28 points sur 42 possibles".replace(" points", "\u00a0points") in shown(pilot)
        await press(pilot, "enter")
        assert "possibles" not in shown(pilot)


async def test_of_two_lists_the_arrow_stands_in_the_one_that_answers_the_keys(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f4")
        figures = [line for line in shown(pilot).splitlines() if line.startswith("► ")]
        assert [line.split()[1] for line in figures] == ["1"]
        await press(pilot, "f3")
        missing = [line for line in shown(pilot).splitlines() if line.startswith("► ")]
        assert [line.split()[1:3] for line in missing] == [["à", "compléter"]]
        assert sum(line.startswith("› ") for line in shown(pilot).splitlines()) == 1


async def test_a_missing_thing_leads_to_its_place(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "f4", "f3", "enter")
        assert page(pilot) == "GridScreen"


async def test_last_times_outline_comes_on_demand(tmp_path: Path) -> None:
    made = make(tmp_path, IDENTITY._replace(year=2026), rating=Rating.PARTLY)
    workspace = open_workspace(tmp_path)
    workspace.duplicate(made, 2027, Moment.YEARLY)
    workspace.close()
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f4")
        assert "Ensemble\u00a02026" not in shown(pilot)
        await press(pilot, ".synthese.precedent")
        assert "Ensemble\u00a02026" in shown(pilot)
        await press(pilot, ".synthese.precedent")
        assert "Ensemble\u00a02026" not in shown(pilot)
        await press(pilot, "escape", "end", "s", "t")
        assert "pas d’évaluation précédente" in shown(pilot)


async def test_the_large_radar_compares_to_last_time_and_explains_a_row(tmp_path: Path) -> None:
    made = make(tmp_path, IDENTITY._replace(year=2026), rating=Rating.PARTLY)
    workspace = open_workspace(tmp_path)
    workspace.duplicate(made, 2027, Moment.YEARLY)
    workspace.close()
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "g", "t")
        assert "× Ensemble\u00a02026" in shown(pilot)
        await press(pilot, "enter")
        assert "sans réponse" in shown(pilot)
        await press(pilot, "enter")
        assert "42\u00a0sans réponse" not in shown(pilot)
