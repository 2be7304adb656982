"""An edit that the disk refuses: shown on every page, retried, never dropped."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Action, Cell, PreparationTopic, Rating
from ctg_tui.storage.journal import read_forecast
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.dialogs import Question
from ctg_tui.tui.forecast import ForecastScreen
from ctg_tui.tui.meeting import PreparationScreen
from ctg_tui.tui.widgets.frame import Banner
from tests.databases import Clock, open_workspace, read_again
from tests.tui.driving import (
    DELAYS,
    IDENTITY,
    Driver,
    held,
    make,
    messages,
    on_grid,
    one_line,
    page,
    press,
    running,
    shown,
    toasts,
    until,
    until_shown,
    until_written,
    write,
)

FIRST = Cell("m1.a01", "famille")


def waiting(pilot: Driver) -> int:
    assert isinstance(pilot.app, CtgApp)
    return pilot.app.workspace.writer.waiting


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def asked(pilot: Driver) -> str:
    """Return the question that is shown."""
    assert isinstance(pilot.app.screen, Question), page(pilot)
    return plain(pilot.app.screen._sentence)


async def stay(pilot: Driver) -> None:
    """Choose the first answer."""
    assert isinstance(pilot.app.screen, Question), page(pilot)
    await press(pilot, "enter")


async def test_a_note_that_waits_follows_to_the_list_and_is_written_from_there(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "escape")
            assert page(pilot) == "HomeScreen"
            assert "NON ENREGISTRÉ (1 changement en attente)" in one_line(pilot)
            await press(pilot, "enter")
            await until_shown(pilot, "2*")  # opened again, it is still there, once no message covers it
            await press(pilot, "escape")
        await until_written(pilot)
        assert "NON ENREGISTRÉ" not in shown(pilot)
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_details_that_wait_are_written_after_their_page_was_left(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements", *["down"] * 7)  # the name of the adviser
        with held(tmp_path):
            await write(pilot, " Suite")
            await press(pilot, "escape")
            assert page(pilot) == "HomeScreen"
            assert waiting(pilot) == 1
        await until_written(pilot)
    assert read_again(tmp_path).identity.adviser.name == "Prénom Nom Suite"


async def test_an_assessment_begun_on_a_disk_that_refuses_waits_and_is_created_later(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "n")
        with held(tmp_path):
            await write(pilot, "Ma commune")
            await press(pilot, "ctrl+g", "escape")
            assert page(pilot) == "HomeScreen"
            assert "NON ENREGISTRÉ (1 changement en attente)" in one_line(pilot)
        await until_written(pilot)
        assert "Ma commune" in one_line(pilot), "the list shows it once it is there"
    assert read_again(tmp_path, 2).identity.territory.name == "Ma commune"


async def test_between_pages_of_one_assessment_nothing_is_asked_and_what_waits_is_written(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "end", "down", "down", "4", "f4")
            assert page(pilot) == "ResultsScreen"
            await press(pilot, "escape")
            assert page(pilot) == "GridScreen"
            assert "NON ENREGISTRÉ" in shown(pilot)
            assert waiting(pilot) == 2
            await press(pilot, "backspace")  # taken back before it could be written
        await until_written(pilot)
        assert "NON ENREGISTRÉ" not in shown(pilot)
    stored = read_again(tmp_path)
    assert (stored.answers, stored.numbers) == ({FIRST: Rating.MOSTLY}, {})


async def test_a_text_of_the_preparation_that_waits_is_gone_on_with(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".etapes.entretien", "down")
        with held(tmp_path):
            await press(pilot, "enter")
            await write(pilot, "premier")
            await press(pilot, "escape", "enter")
            screen = pilot.app.screen
            assert isinstance(screen, PreparationScreen)
            assert screen.pane is not None
            assert screen.pane.text == "premier"
            await write(pilot, " et second")
            await press(pilot, "escape")
        await until_written(pilot)
    assert read_again(tmp_path).preparation == {PreparationTopic.STRONG_POINTS: "premier et second"}


async def test_undoing_what_waits_is_shown_at_once_and_can_be_redone_after(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "down", "3")
            await press(pilot, "ctrl+z", "ctrl+z")
            assert "Grille 0 sur 42" in one_line(pilot)
            assert pilot.app.screen.query(Banner)
        await until_written(pilot)
        assert not pilot.app.screen.query(Banner)
        assert read_again(tmp_path).answers == {}
        await press(pilot, "ctrl+y")
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_a_reading_that_the_database_refuses_is_shown_and_nothing_that_waits_is_lost(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    clock = Clock()
    clock.pass_by(hours=1)
    workspace = open_workspace(tmp_path, clock)
    workspace.duplicate(1, 2028, IDENTITY.moment)  # one with a former assessment
    workspace.close()
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2")
            for key in ("f8",):
                pilot.app.clear_notifications()
                await press(pilot, key)
                assert page(pilot) == "GridScreen"
                assert "utilisé par un autre programme" in toasts(pilot), key
                assert "NON ENREGISTRÉ" in shown(pilot)
        await until_written(pilot)
    assert read_again(tmp_path, 2).answers == {FIRST: Rating.MOSTLY}


async def test_the_forecast_comes_back_from_the_form_though_the_database_does_not_answer(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel", ".etapes.renseignements")
        with held(tmp_path):
            await press(pilot, ".etapes.previsionnel")
            assert page(pilot) == "ForecastScreen"
        await write(pilot, "803")
        await press(pilot, "enter")
        assert not pilot.app.screen.query(Banner)


async def test_a_rate_and_hours_that_are_not_saved_are_counted_and_written_after_their_page_was_left(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        screen = pilot.app.screen
        assert isinstance(screen, ForecastScreen)
        with held(tmp_path):
            await write(pilot, "1607")
            await press(pilot, "enter")
            screen.focus_field("taux")
            await press(pilot, "right")
            assert waiting(pilot) == 2
            assert "NON ENREGISTRÉ" in shown(pilot)
            rate = screen.row("taux").typed
            await press(pilot, "escape")
            assert page(pilot) == "HomeScreen"
        await until_written(pilot)
        assert waiting(pilot) == 0
        workspace = pilot.app.workspace  # type: ignore[attr-defined]
        forecast = read_forecast(workspace.store, 1).forecast
        assert (forecast.rate, forecast.lines[0].centihours) == (rate, 160_700)


async def test_quitting_from_the_help_asks_about_what_waits(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "f1", "ctrl+q")
            assert isinstance(pilot.app.screen, Question)
            assert "n’est pas encore enregistré" in one_line(pilot)
            await stay(pilot)
            assert page(pilot) == "GridScreen"
        await until_written(pilot)
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_a_text_typed_without_a_rest_is_saved_all_the_same(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, delays=DELAYS._replace(rest=3600, longest=0.5)) as pilot:
        await press(pilot, "enter")
        await write(pilot, "sans repos")
        await until(pilot, lambda: read_again(tmp_path).comments)
        await write(pilot, " ni fin")
        await until(pilot, lambda: read_again(tmp_path).comments == {"m1.a01": "sans repos ni fin"})
        await press(pilot, "escape", "ctrl+z")
    assert read_again(tmp_path).comments == {}, "one text, one undo"


async def test_a_refused_date_is_said_before_the_page_changes_and_before_quitting(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 5, "enter")
        await write(pilot, "Quoi")
        await press(pilot, "tab", "tab")
        await write(pilot, "31/02/2027")
        said = "La date « 31/02/2027 » n’est pas enregistrée."
        for key in ("ctrl+c", "ctrl+s", "f4"):
            await press(pilot, key)
            assert said in plain(messages(pilot)[-1]), key
            assert page(pilot) == "PreparationScreen", key
        await press(pilot, "ctrl+q")
        assert asked(pilot) == f"{said} Quitter quand même ?"
        await press(pilot, "escape", "f4")
        assert page(pilot) == "ResultsScreen", "said already"
        await press(pilot, "ctrl+q")
    assert pilot.app.return_code == 0
    assert read_again(tmp_path).actions == {"m1.a01": Action("Quoi")}


async def test_the_sending_page_lives_through_a_database_that_does_not_answer(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "f9", *["down"] * 5, "enter")
        assert page(pilot) == "GridScreen", "what is missing leads to its line"
        with held(tmp_path):
            await press(pilot, "2", "f9")
            assert page(pilot) == "SendingScreen"
            assert "Un autre programme utilise vos évaluations." in toasts(pilot)
            await press(pilot, "f1", "escape")
            assert page(pilot) == "SendingScreen"
            assert waiting(pilot) == 1
        await until_written(pilot)
        assert waiting(pilot) == 0
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_what_waits_is_written_under_an_open_dialog(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        with held(tmp_path):
            await press(pilot, "2", "f1")
            assert page(pilot) == "HelpScreen"
        await until_written(pilot)
        assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}
        assert page(pilot) == "HelpScreen"
        assert not messages(pilot)


async def test_hours_half_typed_hold_the_page_once_and_are_left_knowingly(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "douze")
        await press(pilot, "f4")
        assert page(pilot) == "ForecastScreen"
        assert "douze" in shown(pilot)
        assert "Un nombre d’heures s’écrit" in one_line(pilot)
        assert "douze » n’est pas enregistré" in plain(toasts(pilot))
        await press(pilot, "f4")
        assert page(pilot) == "ResultsScreen"
        said = "« douze » n’est pas enregistré (Heures par an)."
        assert [plain(message) for message in messages(pilot)] == [said], "said as it is lost"


async def test_escape_on_a_refused_text_says_what_it_leaves_and_undo_gives_the_text_back(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "1607")
        await press(pilot, "enter", "up", "end", *["backspace"] * 7)
        await write(pilot, "douze")
        for _ in range(2):
            await press(pilot, "escape")
            assert page(pilot) == "ForecastScreen"
            said = "« douze » n’est pas enregistré ; « 1607 » est remis. Ctrl+Z : reprendre ce texte."
            assert said in plain(toasts(pilot))
            assert "douze" not in plain(shown(pilot)).replace(said, "")
            await press(pilot, "ctrl+z")
            assert "Un nombre d’heures s’écrit" in one_line(pilot)
            assert "douze" in shown(pilot)
        await press(pilot, "down", "escape")
        assert page(pilot) == "ForecastScreen"
        said = "« douze » n’est pas enregistré (Heures par an). Corrigez, ou Échap pour le laisser."
        assert said in plain(toasts(pilot))
        await press(pilot, "escape", "escape")
        assert page(pilot) == "HomeScreen"
        forecast = read_forecast(pilot.app.workspace.store, 1).forecast  # type: ignore[attr-defined]
        assert forecast.lines[0].centihours == 160_700, "what was stored stays"
