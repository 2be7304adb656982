"""« Résultats »: figures and their calculation, the years, the actions, what is missing, the radar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Cell, Moment, Outcome, Rating, Status
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.edits import apply
from ctg_tui.domain.results import Years, year_figures
from ctg_tui.domain.thread import Choice, Said
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.results import FigureTable, line_item, widths
from ctg_tui.wording.lines import foreign_lines
from tests.databases import open_workspace
from tests.each_row import each_row
from tests.effort import some
from tests.received import an_assessment, answered, receive, submission, write
from tests.services.dossiers import save
from tests.strategies import (
    HOSTILE_TEXTS,
    charente,
    charente_of_caf,
    filled_assessment,
    make_assessment,
    make_grid,
)
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    cursor,
    faults_of_typography,
    make,
    resized,
    shown,
)
from tests.tui.person import Person

FIRST = Cell("m1.a01", "famille")


def in_database(folder: Path, do: Callable[[Workspace], object]) -> None:
    workspace = open_workspace(folder)
    do(workspace)
    workspace.close()


def three_years(folder: Path, *, is_open: bool = False) -> None:
    """Make three years of which each note is better than the one before, and actions that one year closes."""

    def do(workspace: Workspace) -> None:
        last = workspace.create(IDENTITY._replace(year=2025), charente() if is_open else charente_of_caf())
        for rank in range(3):
            last = last if not rank else workspace.duplicate(last, 2025 + rank, Moment.YEARLY)
            session = workspace.open(last)
            for cell in session.grid.cells:
                session.rate(cell, Rating(rank + (cell.activity == "m1.a03")))
            session.plan("m1.a02", Action("Accueil du matin", "Prénom Nom"))
            outcome = Outcome.DONE if rank == 2 else None
            session.plan("m1.a01", Action("Tableau de bord", "Prénom Nom", outcome=outcome))

    in_database(folder, do)


def row(person: Person, words: str) -> str:
    """Return the line of the screen that has these words, its spaces as one."""
    lines = [" ".join(line.split()) for line in shown(person.pilot).splitlines()]
    return next((line for line in lines if words in line), "")


def height(person: Person, words: str) -> int:
    return next(y for y, line in enumerate(shown(person.pilot).splitlines()) if words in line)


async def test_one_page_has_the_figures_the_years_the_actions_and_what_is_missing(person: Person) -> None:
    three_years(person.folder)
    async with person.at("f4", identity=None):
        person.sees("Résultats", "Mission 1, un axe par ligne")
        assert row(person, "2025 2026 2027").startswith("1 Mettre en œuvre")
        for words in ("Famille", "Ensemble"):
            assert f"{words} 2 % 36 % 69 %" in row(person, words)
        assert "0 % 33 % 67 %" in row(person, "1.1 ")
        assert "33 % 67 % 100 %" in row(person, "1.3 ")
        assert row(person, "1.14 ")
        person.sees("Actions décidées en 2025", "Rien ne manque avant l’envoi", "Facultatif")
        assert "fait en 2027" in row(person, "Tableau de bord")
        assert "suite à noter (facultatif, Entretien)" in row(person, "Accueil du matin")
        assert "Prévisionnel" in row(person, "Heures ou coût à renseigner")
        assert "Grille" in row(person, "indicateur sans nombre")
        async for _ in resized(person.pilot):
            person.sees("Résultats")
            assert not faults_of_typography(shown(person.pilot))


async def test_with_several_missions_policies_stand_beside_the_years_and_the_lines_that_moved_below(
    person: Person,
) -> None:
    three_years(person.folder, is_open=True)
    async with person.at("f4", identity=None):
        person.sees("en 2027", "Un axe par mission", "° : lignes proposées par ctg-tui, comptées à part")
        assert row(person, "1 Mettre").count("69 %") == 4, "three policies, then all together"
        assert "° 0 % ° 33 % ° 67 %" in row(person, "2 ° Adapter")
        assert row(person, "° Ensemble 2 à 4")
        person.sees("Lignes de la Caf qui ont le plus bougé")
        assert "0 % 33 % 67 %" in row(person, "1.1 ")
        assert not row(person, "1.14 ")


async def test_a_figure_says_where_it_comes_from_in_place_and_once_more_folds(person: Person) -> None:
    three_years(person.folder)
    async with person.at("f4", identity=None):
        await person.does(*["down"] * 5)
        for key in ("enter", "f8"):
            before = height(person, "1.2 ")
            await person.does(key)
            assert height(person, "1.2 ") == before, "the row being read stays where it is"
            person.sees("6 points sur 9 possibles (3 notes × 3) : 67 %", "Ces lignes sont celles de la Caf.")
            person.sees("Développe et suit le plan d'action annuel", "Famille 2, Éducation 2, Social 2")
            await person.does(key)
            person.sees(not_=("possibles",))
        await person.does(*["up"] * 5, "enter")
        person.sees("29 points sur 42 possibles (14 notes × 3) : 69 %")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_escape_closes_what_is_open_before_it_leaves_the_page_and_the_foot_says_so(
    person: Person, size: tuple[int, int]
) -> None:
    three_years(person.folder)
    async with person.at("f4", size=size, identity=None):
        person.sees("Échap accueil")
        await person.does("enter", "down", "down", "enter")
        person.sees("Échap fermer", "Entrée refermer")
        await person.does("down")
        person.sees("Échap fermer", "possibles", not_=("refermer",))
        assert row(person, "► Ensemble")
        await person.does("escape")
        person.sees("Échap accueil", not_=("possibles",))
        assert row(person, "► Ensemble"), "the cursor stays on its row"
        while not row(person, "Tableau de bord").startswith("►"):
            await person.does("down")
        await person.does("enter")
        person.sees("Échap fermer", "refermer")
        if size[0] < 110:
            await person.does("g")
            person.sees("Échap le tableau")
            await person.does("escape")
            person.sees("Échap fermer")
        await person.does("escape")
        assert person.page == "ResultsScreen"
        await person.does("escape")
        assert person.page == "HomeScreen"


async def test_f8_says_all_at_once_and_what_was_answered_on_the_line_before(person: Person) -> None:
    async with person.at("enter", size=(80, 24)):
        for note in ("3", "0", "2"):
            await person.does(note, "left")
        await person.does("f8")
        person.sees("Pourquoi 67 % ?", "2 points sur 3 possibles", "Répondu avant sur cette ligne")
        person.sees("Famille : vide → 3, le ", "Famille : 3 → 0, le ", "Échap")
        await person.does("f8")
        person.sees("Réalisation", not_=("Pourquoi",))


async def test_what_is_missing_leads_to_the_step_that_holds_it(person: Person) -> None:
    make(person.folder)
    for words, wanted in (("42 cases", "GridScreen"), ("Heures ou coût", "ForecastScreen")):
        async with person.at("f4", identity=None):
            person.sees(words)
            await person.does("end")
            while not row(person, words).startswith("►"):
                await person.does("up")
            await person.does("enter")
            assert person.page == wanted


async def test_escape_and_f4_again_go_back_to_the_cell_one_left(person: Person) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    async with person.at("enter", identity=None):
        await person.does("down", "down", "right")
        left = cursor(person.pilot)
        for key in ("escape", "f4"):
            await person.does("f4", "down", "down")
            person.sees("Résultats")
            await person.does(key)
            assert person.page == "GridScreen"
            assert cursor(person.pilot) == left


async def test_g_turns_the_radar_and_in_a_narrow_window_shows_it_first(person: Person) -> None:
    three_years(person.folder, is_open=True)
    async with person.at("f4", identity=None):
        for title in (
            "Un axe par rubrique",
            "Mission 1, un axe par ligne",
            "Un axe par mission",
        ):
            await person.does("g")
            person.sees(title, "Réalisation")
    async with person.at("f4", size=(80, 24), identity=None):
        person.sees("Réalisation", not_=("Un axe",))
        for title in (
            "Un axe par mission",
            "Un axe par rubrique",
            "Mission 1, un axe par ligne",
        ):
            await person.does("g")
            person.sees(title, "Échap le tableau", not_=("Réalisation", "Entrée"))
        await person.does("g")
        person.sees("Réalisation", not_=("Un axe",))
        await person.does("down", "g", "escape")
        person.sees("Réalisation", not_=("Un axe",))
        await person.does("escape")
        assert person.page == "HomeScreen"


async def test_without_a_note_there_are_dashes_and_nothing_is_drawn(person: Person) -> None:
    async with person.at("f4"):
        person.sees("Aucune note pour l’instant", "42 cases", not_=("%", "G un radar"))
        await person.does("enter")
        person.sees("pas de pourcentage")


async def test_one_line_noted_is_said_and_not_drawn(person: Person) -> None:
    async with person.at("enter", "2", "f4", grid=charente_of_caf()):
        person.sees("Seule 1.1 a une note (67 %)")
        person.sees(not_=("un axe par ligne", "⡇", "⠒"))


async def test_how_many_cells_are_filled_is_said_of_the_caf_s_lines_below_the_proposed_ones(
    person: Person,
) -> None:
    async with person.at("enter", "2", "f4"):
        person.sees("Lignes de la Caf : cette année, 1 case remplie sur 42.", "G un axe par rubrique")


async def test_a_mission_without_a_line_last_year_was_not_asked(person: Person) -> None:
    def do(workspace: Workspace) -> None:
        former = workspace.create(IDENTITY._replace(year=2026))
        workspace.open(former).rate(FIRST, Rating.PARTLY)
        present = workspace.open(workspace.duplicate(former, 2027, Moment.YEARLY))
        workspace.fill_with(present, charente())
        present.rate(Cell("m2.a01", "famille"), Rating.FULLY)

    in_database(person.folder, do)
    async with person.at("f4", "down", "enter", identity=None):
        assert "— ° 100 %" in row(person, "► 2 ° Adapter")
        person.sees("2026 : non demandé, 2027 : ° 100 %", "Ces lignes sont proposées par ctg-tui.")


async def test_two_assessments_of_one_year_bear_their_moment(person: Person) -> None:
    def do(workspace: Workspace) -> None:
        former = workspace.create(IDENTITY._replace(moment=Moment.START))
        workspace.duplicate(former, 2027, Moment.YEARLY)

    in_database(person.folder, do)
    async with person.at("f4", identity=None):
        person.sees("2027 début", "2027 annuelle")


async def test_a_received_file_has_its_figures_and_no_forecast(person: Person) -> None:
    def do(workspace: Workspace) -> None:
        receive(workspace, write(person.folder / "recus", [submission(an_assessment(1))]))

    in_database(person.folder, do)
    async with person.at("enter", identity=None):
        person.sees("Résultats", "2027", not_=("Heures ou coût", "avant l’envoi"))


async def test_a_line_of_one_s_own_unfolds_with_what_the_caf_said_and_the_answer_that_was_not_sent(
    person: Person,
) -> None:
    asked = Said(
        datetime(2027, 3, 12, 9, tzinfo=UTC),
        "Prénom Nom",
        True,
        "a" * 32,
        *FIRST,
        read=Rating.MOSTLY,
        note=Rating.PARTLY,
        words="Et le COPIL ?",
    )

    def do(workspace: Workspace) -> None:
        own = save(workspace, an_assessment())
        sent = submission(workspace.load(own)[1], status=Status.DRAFT)
        receive(workspace, write(person.folder / "recus", [answered(sent, asked)]))
        session = workspace.open(own)
        (point,) = session.points
        session.keep_answer(point, Choice.KEEP, "Il s’est réuni deux fois.")

    in_database(person.folder, do)
    for size in ((120, 40), (80, 24)):
        async with person.at("f4", size=size, identity=None):
            for _ in range(60):
                if row(person, "► 1.1 "):
                    break
                await person.does("down")
            await person.does("enter")
            person.sees("Famille · Caf (Prénom Nom), 12 mars : 1 plutôt que 2.", "COPIL ?")
            person.sees("Votre réponse, pas encore envoyée : note 3. « Il")


@each_row("missions, policies", [(1, 5), (2, 1), (4, 5), (12, 3), (12, 8)])
def test_the_table_of_any_grid_fits_in_its_columns_with_every_figure(missions: int, policies: int) -> None:
    """Names are cut, figures never."""
    names = [f"politique au nom très long {rank}" for rank in range(policies)]
    for proposed in (set(), {"m1.a01"}, {f"m{rank + 1}.a01" for rank in range(missions)}):
        grid = make_grid([1] * missions, names, [], proposed=proposed)
        assessment = filled_assessment(grid)
        alone = make_assessment(grid, dict.fromkeys(grid.cells, NOT_CONCERNED))
        for number in (1, 2, 5):
            each = [year_figures(alone, grid, grid)] * (number - 1)
            years = Years(grid, (*each, year_figures(assessment, grid, grid)))
            for width in some((54, 66, 74, 90, 114, 194)):
                columns = widths(years, width)
                table = FigureTable(years, columns, frozenset(), lambda line: (line,))
                lines = [
                    "".join(p.text for p in line) for item in table.items() for line in item.lines(width)
                ]
                assert max(map(cell_len, lines)) <= width, (width, number)
                for whole in years.wholes:
                    assert columns.policy or columns.years >= min(number, 2)
                    assert any(line.endswith(f"{whole.present.percentage}\u00a0%") for line in lines)


def test_lines_of_another_grid_are_shown_apart_with_all_they_hold_as_text_only() -> None:
    grid = make_grid()
    for text in ("un commentaire d’ailleurs", *HOSTILE_TEXTS):
        edits = (
            Change(Field.ANSWER, "m9.a01/famille", None, "2"),
            Change(Field.COMMENT, "m9.a01", None, text),
        )
        (line,) = foreign_lines(grid, apply(make_assessment(grid), edits))
        said = "\n".join("".join(p.text for p in one) for one in line_item(line, text).lines(60))
        assert "Famille\u00a02" in said
        assert not control_characters(said), text[:60]
