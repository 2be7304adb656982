"""The lines that are not the Caf's: marked wherever they stand, left aside and taken up by one key."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ctg_tui.chart.figures import figures, past_of
from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.log import LogEntry
from ctg_tui.domain.review import Part, part_key
from ctg_tui.services.log import LogBook
from ctg_tui.services.received.intake import receive
from ctg_tui.services.results import last_time_of
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.radar import RadarPanel
from tests.databases import open_workspace, read_again
from tests.received import a_review
from tests.received import write as write_files
from tests.tui.driving import (
    IDENTITY,
    Driver,
    cursor,
    faults_of_typography,
    grid_screen,
    make,
    note_everything,
    on_grid,
    press,
    resized,
    running,
    shown,
    until,
    until_painted,
    until_shown,
)
from tests.tui.walk import every_page, fill_database, shown_page


async def test_a_figure_on_proposed_lines_bears_the_mark_wherever_it_stands(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "3", "pagedown", "1")
        assert cursor(pilot) == Cell("m2.a01", "social")
        async for size in resized(pilot):
            await until_painted(pilot)
            text = shown(pilot)
            names, figures = text.replace("\N{NO-BREAK SPACE}", " ").splitlines()[2:4]
            caf, proposed, *_ = (figures[names.index(f"{number} ") :].strip() for number in (1, 2))
            assert caf.startswith("100 %"), "mission 1 rests on the line of the Caf"
            assert proposed.startswith("° 33 %"), "mission 2 on a proposed one"
            whole = figures[names.index("Ensemble") :]
            assert whole.startswith("100 % · ° 33 %"), "« Ensemble » tells them apart"
            assert "50" not in names + figures, "nothing is the mean of both"
            assert "Réalisation °" in text
            if size[0] >= 120:
                assert "Mission 2 · °\N{NO-BREAK SPACE}lignes proposées" in text
            assert not faults_of_typography(text)


async def test_why_says_on_how_many_lines_of_each_kind_the_figures_rest(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f8")
        text = " ".join(shown(pilot).split())
        assert "Pourquoi 67 %" in text.replace("\N{NO-BREAK SPACE}", " ")
        await press(pilot, "pagedown")
        lines = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
    assert "Pourquoi ° 67 %" in lines
    assert "14 lignes de la Caf" in lines
    assert "37 lignes proposées" in lines


async def test_one_key_leaves_the_proposed_lines_aside_and_takes_them_up_again(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await press(pilot, "pagedown", "d", "down", "enter")
        await until_shown(pilot, "fermées")
        assert cursor(pilot) == Cell("m1.a01", "famille"), "the line under the cursor has gone"
        async for size in resized(pilot):
            text = shown(pilot)
            assert "1 Mettre" in text, size
            assert "2 Adapter" not in text, size
            assert not faults_of_typography(text)
        stored = read_again(tmp_path)
        assert not stored.open_missions
        assert len(stored.answers) == 153, "their answers stay in the base"
        await press(pilot, "d")
        await until_shown(pilot, "ouvertes")
        assert {line.is_proposed for line in grid_screen(pilot).view.grid.activities.values()} == {
            False,
            True,
        }
    assert read_again(tmp_path).open_missions


async def test_the_choice_is_undone_as_any_edit_and_survives_a_restart(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "d", "down", "enter")
    async with on_grid(tmp_path) as pilot:
        assert "2 Adapter" not in shown(pilot)
        assert "lignes ° de côté" in shown(pilot)
        await press(pilot, "ctrl+z")
        await until_shown(pilot, "2 Adapter")
        await press(pilot, "ctrl+y")
        assert "2 Adapter" not in shown(pilot)
    assert not read_again(tmp_path).open_missions


async def test_the_list_has_no_mark_once_the_proposed_lines_are_aside(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "d", "down", "enter", "escape")
        await until(pilot, lambda: "42/42" in shown(pilot) and "°" not in shown(pilot))


async def test_the_synthesis_gives_each_kind_of_lines_its_own_block(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 60)) as pilot:
        await press(pilot, "s")
        text = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
    assert "42/42 réponses · ° 111/111" in text
    assert "1 Mettre en œuvre" in text
    assert "2 ° Adapter" in text


def two_years(folder: Path) -> None:
    """Make an assessment of 2026 noted 1 and the next one noted 2, the first cell of mission 2 left blank."""
    make(folder, IDENTITY._replace(year=2026), rating=Rating.PARTLY)
    workspace = open_workspace(folder)
    workspace.open(1).comment("m2.a01", "Pas encore d’outil commun.")
    session = workspace.open(workspace.duplicate(1, 2027, IDENTITY.moment))
    note_everything(workspace, session.assessment.id, Rating.MOSTLY)
    session = workspace.open(session.assessment.id)
    session.rate(Cell("m2.a01", "famille"), None)
    workspace.close()


def last_year_is_that_of_the_lines_in_sight(pilot: Driver) -> bool:
    """Return whether the radar of the page compares the lines of the page, with last year drawn behind."""
    top = pilot.app.screen
    assert isinstance(top, Page)
    grid, scores = top.opened.grid, top.opened.scores
    last = last_time_of(top.workspace, grid, top.opened.assessment)
    assert last is not None
    panel = top.query_one(RadarPanel)
    expected = figures(
        grid, top.opened.assessment, scores, past_of(last, grid), mission=panel.view.mission.id
    )
    return expected == panel.figures() and any(axis.before is not None for axis in expected.axes)


async def test_comparing_with_last_year_and_leaving_the_proposed_lines_aside_go_together(
    tmp_path: Path,
) -> None:
    """T and D in every order, undone, done again, opened again, on each page that draws last year."""
    two_years(tmp_path)
    aside = ("d", "down", "enter")
    async with on_grid(tmp_path) as pilot:
        for before in (aside, ("ctrl+z",), ()):
            await press(pilot, *before, "escape", "enter", "t")
            assert last_year_is_that_of_the_lines_in_sight(pilot), before
            is_aside = not grid_screen(pilot).opened.assessment.open_missions
            for keys in (("d",), aside, ("ctrl+z",), ("ctrl+y",)) if is_aside else (aside, ("d",)):
                await press(pilot, *keys)
                assert last_year_is_that_of_the_lines_in_sight(pilot), (before, keys)
                assert not faults_of_typography(shown(pilot))
            await press(pilot, "ctrl+z")
        await press(pilot, *aside)
        for way in (("f4", "t"), ("g", "t")):
            await press(pilot, *way)
            for key in ("ctrl+z", "ctrl+y", "ctrl+z", "ctrl+y", "ctrl+z"):
                await press(pilot, key)
                assert last_year_is_that_of_the_lines_in_sight(pilot), (way, key)
            await press(pilot, "escape")
            assert last_year_is_that_of_the_lines_in_sight(pilot), "the grid below follows"
            await press(pilot, "ctrl+y")


async def test_a_proposed_line_bears_the_mark_on_every_page(tmp_path: Path) -> None:
    """Of the grid of the example, mission 1 is the Caf's and the lines of the others are proposed."""
    fill_database(tmp_path)
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.store.entries()[0].id)
    said = {part_key(Part.COMMENT, "m2.a02"): "À revoir ensemble."}
    later = a_review(session.grid, session.assessment, said, days=1)
    receive(workspace, write_files(tmp_path / "encore", [later]))
    session.comment("m2.a03", "Un commentaire")
    log = LogBook(workspace.store, session.assessment.identity.territory)
    log.note(LogEntry(date(2027, 1, 12), "COPIL", ("m1.a02", "m2.a02"), ("m2.i01",)))
    workspace.close()
    seen = set()
    pages = every_page() | {
        "lire-2": (Destination.GRID, ("pagedown", "f6")),
        "avis-2": (Destination.RECEIVED, ("enter", "pagedown", "3", "f")),
    }
    async with running(tmp_path, (110, 60)) as pilot:  # the dialogs hide the page below
        for name, (destination, keys) in pages.items():
            async with shown_page(pilot, destination, keys):
                text = shown(pilot)
                bare = re.findall(
                    r"(?<![\d.,])[2-4]\.i?\d{1,2}(?!\N{NO-BREAK SPACE}°|[\d.])[^\n]{0,30}", text
                )
                assert not bare, (name, bare)
                assert not re.findall(r"(?<![\d.,])1\.i?\d{1,2}\N{NO-BREAK SPACE}°", text), name
                if re.search(r"[2-4]\.\d{1,2}\N{NO-BREAK SPACE}°", text):
                    seen.add(name)
    assert {"answers", "preparation", "log", "lire-2", "avis-2", "summary"} <= seen, seen
