"""Accueil: the progress of each assessment, and the commands on it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ctg_tui.domain.assessment import Moment, Rating, Territory
from ctg_tui.wording.french import NBSP
from tests.databases import DATABASE_NAME, Clock, open_workspace, raw
from tests.effort import some
from tests.strategies import ALL_OPEN, HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    SIZES,
    Driver,
    control_characters,
    faults_of_typography,
    in_database,
    make,
    make_final,
    one_line,
    page,
    press,
    resized,
    running,
    shown,
    until,
    until_shown,
    write,
)


async def test_an_empty_database_opens_on_three_doors(tmp_path: Path) -> None:
    doors = {
        "J’ai le tableur de ma Caf": "WorkbooksScreen",
        "Commencer avec la grille de la Charente": "FormScreen",
        "Voir un exemple rempli": "GridScreen",
    }
    async with running(tmp_path) as pilot:
        await press(pilot, "home")
        for rank, (title, name) in enumerate(doors.items()):
            await press(pilot, *["down"] * rank)
            async for size in resized(pilot, *SIZES, (60, 16)):
                assert title in shown(pilot), size
            await press(pilot, "enter")
            assert page(pilot) == name
            await press(pilot, "escape", "home")
            assert page(pilot) == "HomeScreen"


async def test_an_empty_database_says_what_to_do_and_one_key_starts(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        text = shown(pilot)
        assert "Aucune évaluation" in text
        bar = text.rstrip().splitlines()[-1]
        assert "nouvelle" in bar
        assert not [word for word in ("ouvrir", "exporter", "supprimer") if word in bar]
        await press(pilot, "enter")
        assert page(pilot) == "FormScreen"


async def test_the_list_shows_where_each_assessment_stands(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    make(tmp_path, IDENTITY._replace(year=2028, moment=Moment.START, territory=Territory("Rouillacais")))
    async with running(tmp_path) as pilot:
        async for _ in resized(pilot):
            await press(pilot, "home")
            await until(pilot, lambda: "2 Grille 0/42" in preview_text(pilot))
            listed, text = one_line(pilot), preview_text(pilot)
            await press(pilot, "down")
            await until(pilot, lambda: "2 Grille 42/42" in preview_text(pilot))
            assert not faults_of_typography(shown(pilot))
            check_list_and_preview(listed, text + preview_text(pilot))


def check_list_and_preview(listed: str, text: str) -> None:
    """Check the two assessments in the list, and what is said of both beside it."""
    for expected in ("2027 · chaque année", "42/42 · 33 %", "2028 · au démarrage", "0/42 · —", "Rouillacais"):
        assert expected in listed, expected
    for expected in (
        "Val de Charente",
        "2027 · chaque année · provisoire",
        "42/42 réponses · 33 % · ° 33 %",
        "2028 · au démarrage · provisoire",
        "0/42 réponses · —",
        "la campagne ouvre en décembre",
        "78 jours avant fin mars 2027",
        "42 cases sans réponse",
        "Entrée : continuer",
        "F9 : préparer l’envoi",
    ):
        assert expected in text, expected


def preview_text(pilot: Driver) -> str:
    """Return the text at the right of the list, as one line."""
    return " ".join(" ".join(line.rpartition("│")[2] for line in shown(pilot).splitlines()).split())


async def test_without_room_for_a_preview_the_list_says_it_itself(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (60, 16)) as pilot:
        text = shown(pilot)
        assert f"42/42 réponses · 33{NBSP}% · °{NBSP}33{NBSP}%" in text
        assert "modifiée le 12" in text
        assert f"78{NBSP}jours avant fin mars" in text


async def test_the_preview_shows_the_radar_with_last_time_s_outline(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY._replace(year=2026), rating=Rating.PARTLY)
    make(tmp_path, rating=Rating.FULLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await until_shown(pilot, "° 100 % 2026 : ° 33 %")
        await until_shown(pilot, "Ensemble 2026")


async def test_twenty_assessments_of_seven_territories_are_read_at_80_by_24(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, clock := Clock())
    for number in range(20):
        clock.pass_by(minutes=1)
        name = f"Communauté de communes de la Vallée {number % 7 + 1}"
        workspace.create(
            IDENTITY._replace(year=2020 + number // 7, territory=Territory(name)), open_missions=ALL_OPEN
        )
    workspace.close()
    async with running(tmp_path) as pilot:
        text = shown(pilot)
        assert text.count("· chaque année") >= 15
        for number in (6, 5, 4, 3, 2):
            assert f"Vallée {number} " in text, number
        await press(pilot, "end")
        assert "Vallée 7 " in shown(pilot)


async def test_the_list_is_filtered_by_words_and_shown_whole_again(tmp_path: Path) -> None:
    for name in ("Rouillacais", "Cœur de Charente", "Val de Charente"):
        make(tmp_path, IDENTITY._replace(territory=Territory(name)))
    async with running(tmp_path) as pilot:
        await press(pilot, "f7")
        await write(pilot, "coeur 2027")
        await press(pilot, "enter")
        assert "Cœur de Charente" in shown(pilot)
        assert "Rouillacais" not in shown(pilot)
        await press(pilot, "f4")
        assert "Cœur de Charente" in shown(pilot).splitlines()[0]
        await press(pilot, "escape", "f7")
        await write(pilot, "zzz")
        assert "Rien ne correspond" in shown(pilot)
        await press(pilot, "escape")
        assert "Rouillacais" in shown(pilot)
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"


async def test_from_an_empty_folder_to_the_first_note_in_at_most_seven_keys(tmp_path: Path) -> None:
    keys = [*["enter"], "Val de", "down", "enter", "ctrl+g", "2"]
    async with running(tmp_path) as pilot:
        for key in keys:
            await (write(pilot, key) if key == "Val de" else press(pilot, key))
    assert len(keys) - 1 <= 7
    assert in_database(tmp_path, "SELECT territory_name, note FROM assessment, answer") == [
        ("Communauté de communes Val de Charente", "2")
    ]


async def test_an_unknown_grid_is_said_on_its_line_and_its_opening_refused(tmp_path: Path) -> None:
    make(tmp_path)
    with raw(tmp_path / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET grid_id = 'ailleurs-2030'")
    async with running(tmp_path, (120, 40)) as pilot:
        assert "grille introuvable sur ce poste" in shown(pilot)
        await until_shown(pilot, "ailleurs-2030")
        await press(pilot, "enter")
        assert page(pilot) == "HomeScreen"
        assert "grille installer" in " ".join(shown(pilot).split())


async def test_enter_opens_the_chosen_assessment(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"


async def test_deleting_asks_first_and_leaves_a_backup(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "delete")
        assert "Supprimer" in shown(pilot)
        await press(pilot, "enter")  # the cursor is on « non »
        assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(1,)]
        assert "ouvrir" in shown(pilot)
        await press(pilot, "delete", "down", "enter")
        assert "J’ai le tableur de ma Caf" in shown(pilot)
        assert "ouvrir" not in shown(pilot)
    assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]
    backups = [path for path in tmp_path.rglob("*.db") if path.name != DATABASE_NAME]
    assert backups, "a deletion can be undone from a backup"


def line_above_cursor(pilot: Driver) -> str:
    """Return the line above that of the cursor: the name of a territory."""
    lines = shown(pilot).splitlines()
    (rank,) = [rank for rank, line in enumerate(lines) if "► " in line]
    return lines[rank - 1]


async def test_the_next_year_takes_over_form_and_nc_and_opens_its_grid(
    tmp_path: Path,
) -> None:
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.open(made).toggle_policy("social", "m1")
    workspace.close()
    async with running(tmp_path) as pilot:
        await press(pilot, "d")
        assert "Commencer 2028" in shown(pilot)
        await press(pilot, "enter")  # the cursor is on « non »
        assert page(pilot) == "HomeScreen"
        await press(pilot, "d", "down", "enter", "2", "3")
        assert page(pilot) == "GridScreen"
    details = "SELECT year, previous_id, siren, territory_name FROM assessment WHERE id <> ?"
    assert in_database(tmp_path, details, made) == [(2028, made, "200043016", IDENTITY.territory.name)]
    notes = "SELECT activity, policy, note FROM answer WHERE note <> 'NC' ORDER BY policy DESC"
    assert in_database(tmp_path, notes) == [("m1.a01", "famille", "2"), ("m1.a01", "education", "3")]
    assert in_database(
        tmp_path, "SELECT count(*) FROM answer WHERE note = 'NC' AND assessment_id <> ?", made
    ) == [(14,)]


async def test_a_second_assessment_of_the_same_year_is_asked_about_and_the_first_can_be_opened(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    make(tmp_path, IDENTITY._replace(year=2028))

    def made() -> list[tuple[int, int]]:
        return in_database(tmp_path, "SELECT id, year FROM assessment ORDER BY id")

    async with running(tmp_path) as pilot:
        await press(pilot, "end", "d")
        assert "« Communauté de communes Val de Charente » 2028 existe déjà" in plain(pilot)
        assert not faults_of_typography(shown(pilot))
        await press(pilot, "o", "n", "enter")  # the cursor is on « Annuler »
        assert page(pilot) == "HomeScreen"
        await press(pilot, "d", "home", "enter")
        assert page(pilot) == "GridScreen"
        assert "2028" in shown(pilot).splitlines()[0]
        assert made() == [(1, 2027), (2, 2028)]
        await press(pilot, "escape", "end", "d", "escape")
        assert page(pilot) == "HomeScreen"
        await press(pilot, "d", "up", "enter")
        assert page(pilot) == "GridScreen"
    assert made() == [(1, 2027), (2, 2028), (3, 2028)]


def plain(pilot: Driver) -> str:
    return one_line(pilot).replace(NBSP, " ")


async def test_a_final_assessment_gets_a_new_revision_and_a_draft_none(tmp_path: Path) -> None:
    make_final(tmp_path)
    async with running(tmp_path) as pilot:
        assert "définitive" in shown(pilot)
        await press(pilot, "enter")
        assert "en lecture seule" in shown(pilot).splitlines()[-2]
        await press(pilot, "escape", "v", "down", "enter")
        await until(pilot, lambda: "provisoire, révision 2" in preview_text(pilot))
        await press(pilot, "v")
        assert "encore provisoire" in shown(pilot)
    assert in_database(tmp_path, "SELECT revision, status FROM assessment") == [(2, "provisoire")]


async def test_a_hostile_name_is_only_a_name(tmp_path: Path) -> None:
    made = {
        make(tmp_path, IDENTITY._replace(territory=Territory(text))): text for text in some(HOSTILE_TEXTS)
    }
    workspace = open_workspace(tmp_path)
    texts = [made[entry.id] for entry in workspace.store.entries()]
    workspace.close()
    async with running(tmp_path) as pilot:
        for text in texts:
            assert not control_characters(shown(pilot)), ("in the list", text[:60])
            await press(pilot, "delete")
            assert not control_characters(shown(pilot)), ("in the question", text[:60])
            await press(pilot, "n", "d")
            assert not control_characters(shown(pilot)), ("in what the next year asks", text[:60])
            await press(pilot, "escape")
            assert page(pilot) == "HomeScreen"
            await press(pilot, "down")


async def test_fifty_assessments_are_reached_from_one_end_to_the_other(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, clock := Clock())
    for number in range(50):
        clock.pass_by(minutes=1)
        workspace.create(
            IDENTITY._replace(territory=Territory(f"Territoire {number:02}")), open_missions=ALL_OPEN
        )
    workspace.close()
    async with running(tmp_path) as pilot:
        assert "Territoire 49" in shown(pilot)
        await press(pilot, "end")
        assert "Territoire 00" in shown(pilot)
        await press(pilot, "home", "down")
        assert "Territoire 48" in line_above_cursor(pilot)


def test_the_first_page_brings_in_no_heavy_module() -> None:
    code = (
        "import sys; import ctg_tui.tui.home.page; "
        "print([m for m in ('sqlite_utils', 'plotext', 'textual.widgets._data_table', "
        "'textual.widgets._text_area', 'ctg_tui.submission', 'ctg_tui.report', "
        "'xlsxwriter', 'fastjsonschema', 'click') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


async def test_a_list_that_cannot_be_read_is_not_shown_as_empty(tmp_path: Path) -> None:
    make(tmp_path)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE assessment SET created_at = 'hier'")
    async with running(tmp_path, (120, 40)) as pilot:
        text = " ".join(shown(pilot).split())
        assert "est abîmé" in text
        assert "ctg-tui docteur" in text
        assert "Aucune évaluation" not in text


async def test_an_assessment_just_made_is_the_one_that_is_chosen(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Ruffec")
        await press(pilot, "enter", "escape")
        assert page(pilot) == "HomeScreen"
        assert "Ruffec" in line_above_cursor(pilot)
