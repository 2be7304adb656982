"""Grille: notes given by keys are in the database before they are on the screen, and the figures follow."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.scores import score
from ctg_tui.tui.settings import KEYBOARDS
from ctg_tui.wording.french import percentage
from tests.databases import read_again
from tests.strategies import charente
from tests.tui.driving import (
    cursor,
    faults_of_typography,
    grid_screen,
    make,
    messages,
    on_grid,
    press,
    resized,
    shown,
    until_painted,
    write,
)

UNSHIFTED = 'à&é"'


async def test_the_42_cells_of_mission_1_take_42_unshifted_azerty_keys(tmp_path: Path) -> None:
    make(tmp_path)
    keys = [UNSHIFTED[rank % 4] for rank in range(42)]
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "".join(keys))
        assert cursor(pilot) == Cell("m1.a14", "social"), "the figures of the mission stay in sight"
        await press(pilot, "f3")
        assert cursor(pilot) == Cell("m2.a01", "famille")
    answers = read_again(tmp_path).answers
    mission = [cell for cell in charente().cells if cell.activity.startswith("m1.")]
    assert answers == {cell: Rating(rank % 4) for rank, cell in enumerate(mission)}


async def test_each_keyboard_gives_every_answer(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for name, preset in KEYBOARDS.items():
            typed = "0123nNxX" + "".join(preset.unshifted or ())
            expected: list[Answer] = [*Rating, *[NOT_CONCERNED] * 4, *(Rating if preset.unshifted else ())]
            grid_screen(pilot).use_keyboard(preset)
            await press(pilot, "home", *["left"] * 2)
            await write(pilot, typed)
            answers = read_again(tmp_path).answers
            assert [answers.get(cell) for cell in charente().cells[: len(typed)]] == expected, name
            await press(pilot, *["ctrl+z"] * len(typed))
            assert not read_again(tmp_path).answers


async def test_a_note_is_in_the_database_while_the_program_still_runs(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2")
        assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}
        assert "enregistré 1" in shown(pilot)


async def test_clearing_takes_the_answer_away_and_stays(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "3", "left", "delete")
        assert cursor(pilot) == Cell("m1.a01", "famille")
        assert not read_again(tmp_path).answers
        await press(pilot, "n", "left", "backspace")
    assert not read_again(tmp_path).answers


async def test_every_figure_on_screen_is_that_of_the_domain(tmp_path: Path) -> None:
    make(tmp_path)
    grid = charente()
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "310n22" + "03n1")
        scores = score(grid, read_again(tmp_path).answers)
        async for size in resized(pilot):
            await until_painted(pilot)
            text = shown(pilot)
            table_row = next(line for line in text.splitlines() if "Réalisation" in line)
            for policy in grid.policies:
                tally = scores.rubrics["m1", policy.id]
                assert tally.rated
                assert percentage(tally) in table_row
                if size[0] >= 100:  # in a narrower window, what the label needs comes before the gauges
                    gauge = next(
                        line for line in text.splitlines() if f" {policy.label} " in line and "%" in line
                    )
                    assert percentage(tally) in gauge
            assert f"{percentage(scores.missions['m1'])}" in text
            assert f"{scores.whole.answered}/{scores.whole.cells}" in text
            assert not faults_of_typography(text)


async def test_a_note_for_the_whole_line_and_only_once(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "l")
        assert "TOUTE LA LIGNE" in shown(pilot)
        await press(pilot, "2", "1")
        assert cursor(pilot) == Cell("m1.a02", "education")
    answers = read_again(tmp_path).answers
    assert {answers[Cell("m1.a01", policy.id)] for policy in charente().policies} == {Rating.MOSTLY}
    assert answers[Cell("m1.a02", "famille")] is Rating.PARTLY
    assert len(answers) == 4


async def test_escape_renounces_the_whole_line(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "l", "escape", "2")
    assert len(read_again(tmp_path).answers) == 1


async def test_a_policy_becomes_nc_and_its_notes_come_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "123")
        await press(pilot, "left", "p")  # Famille: the cursor is on m1.a02
        neutral = read_again(tmp_path).answers
        assert [neutral[Cell(line.id, "famille")] for line in charente().missions[0].activities] == [
            NOT_CONCERNED
        ] * 14
        assert Cell("m2.a01", "famille") not in neutral
        await press(pilot, "p")
    first = [Cell("m1.a01", policy.id) for policy in charente().policies]
    assert read_again(tmp_path).answers == dict(zip(first, list(Rating)[1:], strict=True))


async def test_undo_of_a_policy_set_to_nc_names_it_and_leaves_the_cursor(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "right", "p", "down", "down", "left")
        for key, word in (("ctrl+z", "Annulé"), ("ctrl+y", "Refait")):
            await press(pilot, key)
            said = messages(pilot)[-1].replace("\N{NO-BREAK SPACE}", " ")
            assert said == f"{word} : politique Éducation en NC, mission 1."
            assert cursor(pilot) == Cell("m1.a03", "famille")


async def test_a_policy_becomes_nc_in_the_whole_grid_once_asked(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "P")
        assert "51\N{NO-BREAK SPACE}lignes" in shown(pilot)
        for answer in ("enter", "escape", "n"):  # Entrée typed ahead changes nothing
            await press(pilot, answer, "P")
            assert not read_again(tmp_path).answers
        await press(pilot, "down", "enter")
        assert len(read_again(tmp_path).answers) == 51
        await press(pilot, "P")
        assert "Rétablir les notes de Famille dans toute la grille" in shown(pilot)
        await press(pilot, "up", "enter")
    assert not read_again(tmp_path).answers


async def test_with_capslock_too_only_what_stays_in_the_mission_is_done_at_once(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "P")  # the key P alone, as a terminal sends it with CapsLock
        assert not read_again(tmp_path).answers
        await press(pilot, "escape")
        await write(pilot, "p")  # Maj+P
        assert len(read_again(tmp_path).answers) == 14


async def test_the_cursor_passes_the_cells_of_a_column_set_to_nc(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "right", "p", "left", "2")
        assert cursor(pilot) == Cell("m1.a01", "social")


async def test_column_by_column_goes_down(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, ".grille.sens", "2")
        assert cursor(pilot) == Cell("m1.a02", "famille")
        await press(pilot, "end", "2")
        assert cursor(pilot) == Cell("m1.a01", "education")


async def test_undo_and_redo_show_what_they_change_also_after_a_restart(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2", "3", "down", "down")
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "ctrl+z")
        assert cursor(pilot) == Cell("m1.a01", "education")
        assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}
        assert "Annulé\u00a0: note 3." in shown(pilot)
        await press(pilot, "ctrl+y")
        assert len(read_again(tmp_path).answers) == 2
        await press(pilot, "ctrl+z", "ctrl+z", "ctrl+z")
        assert "Il n’y a rien à annuler." in shown(pilot)
    assert not read_again(tmp_path).answers


async def test_why_this_percentage_is_answered_in_place(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await write(pilot, "2nn1nn")
        await press(pilot, "f8")
        text = shown(pilot)
        assert "Pourquoi 50" in text
        assert "3\u00a0points sur 6 possibles" in text
        await press(pilot, "2")
        assert "5\u00a0points sur 9 possibles" in shown(pilot), "the answer follows the notes"
        await press(pilot, "escape")
        assert "Pourquoi" not in shown(pilot).replace("pourquoi", "")


async def test_the_history_of_a_line_shows_what_was_answered_and_when(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2", "left", "3", "left", "h")
        text = shown(pilot)
    assert "Famille\u00a0: sans réponse → 2" in text
    assert "Famille\u00a0: 2 → 3" in text
    assert text.index("2 → 3") < text.index("sans réponse → 2"), "the latest first"


async def test_the_history_shows_the_new_value_in_a_small_window(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await press(pilot, "right", "n", "left", "3", "left", "h")
        text = shown(pilot)
    assert "Éducation\u00a0: sans réponse → NC, le " in text
    assert "Éducation\u00a0: NC → 3, le " in text


async def test_what_the_next_key_will_do_is_never_cut(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "l")
        async for size in resized(pilot, (60, 16), (80, 24), (120, 40)):
            assert "TOUTE LA LIGNE" in shown(pilot), size
            assert "Échap pour renoncer" in shown(pilot), size
        await press(pilot, "escape", "v")
        async for size in resized(pilot, (60, 16), (80, 24), (120, 40)):
            assert "↓ colonne par colonne" in shown(pilot), size
