"""Comments: read without editing, whole, from page to page; written in as much room as there is."""

from __future__ import annotations

from pathlib import Path
from time import process_time

from textual import events

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.tui.widgets.editor import CommentEditor
from tests.databases import open_workspace, read_again
from tests.tui.driving import (
    Driver,
    cursor,
    make,
    make_final,
    on_grid,
    one_line,
    page,
    paste,
    press,
    resize,
    resized,
    running,
    shown,
    until,
    write,
)
from tests.tui.typing import at_rest
from tests.tui.walk import go_home

LINES = "\n".join(f"Ligne {number} du commentaire." for number in range(1, 31))
SIZES = [(60, 16), (80, 24), (120, 40)]


def comment(folder: Path, **texts: str) -> None:
    """Write comments on lines of mission 1, named by their rank: `a01`."""
    workspace = open_workspace(folder)
    session = workspace.open(workspace.summaries()[0].entry.id)
    for line, text in texts.items():
        session.comment(f"m1.{line}", text)
    workspace.close()


async def click_on(pilot: Driver, words: str) -> None:
    """Click on the first place where the screen shows `words`."""
    rows = shown(pilot).splitlines()
    y, x = next((y, row.index(words)) for y, row in enumerate(rows) if words in row)
    await pilot.click(offset=(x, y))
    await at_rest(pilot)
    await pilot.pause()


async def test_a_comment_is_read_to_its_end_below_the_table_without_editing(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a01=LINES)
    async with on_grid(tmp_path) as pilot:
        async for size in resized(pilot, *SIZES):
            await press(pilot, "down", "up")  # read from its beginning
            seen: set[int] = set()
            while True:
                seen |= {n for n in range(1, 31) if f"Ligne {n} du" in shown(pilot)}
                if "▾" not in shown(pilot):
                    break
                await press(pilot, "e")
            assert seen == set(range(1, 31)), size
            await press(pilot, "e")
            assert "Ligne 1 du" in shown(pilot), size
        assert not pilot.app.screen.query(CommentEditor)


async def test_another_line_is_read_from_its_beginning(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a01=LINES, a02=LINES.replace("Ligne", "Autre"))
    async with on_grid(tmp_path) as pilot:
        await press(pilot, *["e"] * 2)
        await press(pilot, "down")
        assert "Autre 1 du" in shown(pilot)


async def test_f6_reads_the_comments_of_a_mission_and_goes_to_a_line(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a03="Un premier commentaire", a09="Un second commentaire")
    async with on_grid(tmp_path, (60, 16)) as pilot:
        await press(pilot, "f6")
        assert page(pilot) == "CommentsReader"
        async for size in resized(pilot, *SIZES):
            await press(pilot, "home")
            assert "2 commentaires" in one_line(pilot), size
            assert "Un premier commentaire" in shown(pilot), size
            await press(pilot, "end")
            assert "Un second commentaire" in shown(pilot), size
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"
        assert cursor(pilot).activity == "m1.a09"
        await press(pilot, "f6", "escape")
        assert cursor(pilot).activity == "m1.a09"
    assert not read_again(tmp_path).answers


async def test_the_reader_goes_from_mission_to_mission_and_round(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a03="De la première mission")
    async with on_grid(tmp_path) as pilot:
        missions = len(pilot.app.screen.view.grid.missions)  # type: ignore[attr-defined]
        await press(pilot, "f6", "tab")
        assert "0 commentaire" in one_line(pilot)
        assert "De la première mission" not in one_line(pilot)
        await press(pilot, "enter")
        assert page(pilot) == "CommentsReader", "there is no line to go to"
        await press(pilot, *["tab"] * (missions - 1))
        assert "De la première mission" in one_line(pilot)
        await press(pilot, "shift+tab", "shift+tab", "tab", "tab")
        assert "De la première mission" in one_line(pilot)


async def test_a_long_comment_is_read_to_its_end_in_the_reader(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a01=LINES * 5, a02="La suivante")
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await press(pilot, "f6")
        seen = set()
        for _ in range(20):
            seen |= {n for n in range(1, 31) if f"Ligne {n} du" in shown(pilot)}
            await press(pilot, "pagedown")
        assert seen == set(range(1, 31))
        assert "La suivante" in shown(pilot)
        await press(pilot, *["pageup"] * 20)
        assert "Ligne 1 du" in shown(pilot)


async def test_the_comment_of_an_indicator_is_read_too_and_leads_to_it(tmp_path: Path) -> None:
    make(tmp_path)
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.summaries()[0].entry.id)
    indicator = session.grid.missions[0].indicators[-1].id
    session.remark(indicator, "Deux comités")
    session.count(indicator, 2)
    workspace.close()
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f6")
        assert "Deux comités" in shown(pilot)
        await press(pilot, "end", "enter")
        assert page(pilot) == "IndicatorsScreen"


async def test_f6_reads_from_every_page_that_shows_comments(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a03="À lire")
    async with on_grid(tmp_path) as pilot:
        for keys in (["f4"], ["f5", "3"], ["f4", "p"]):
            await press(pilot, "home", *keys, "f6")
            assert "À lire" in shown(pilot), keys
            await press(pilot, "enter")
            assert page(pilot) == "GridScreen"
            assert cursor(pilot).activity == "m1.a03", keys


async def test_reading_in_the_middle_of_a_comment_loses_no_letter(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "à moitié")
        await press(pilot, "f6")
        assert read_again(tmp_path).comments == {"m1.a01": "à moitié"}
        assert one_line(pilot).count("à moitié") >= 1
        await press(pilot, "escape")
        await write(pilot, " puis fini")
        await press(pilot, "escape")
    assert read_again(tmp_path).comments == {"m1.a01": "à moitié puis fini"}


async def test_the_comments_of_a_final_assessment_are_read(tmp_path: Path) -> None:
    make_final(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f6")
        assert page(pilot) == "CommentsReader"


async def test_a_click_on_the_comment_reads_it(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a01="À lire en entier")
    async with on_grid(tmp_path) as pilot:
        await click_on(pilot, "À lire en entier")
        assert page(pilot) == "CommentsReader"


async def test_a_long_comment_is_scrolled_with_the_mouse_alone(tmp_path: Path) -> None:
    make(tmp_path)
    comment(tmp_path, a01=LINES)
    async with on_grid(tmp_path) as pilot:
        seen = set()
        for _ in range(30):
            seen |= {n for n in range(1, 31) if f"Ligne {n} du" in shown(pilot)}
            if "▾" in shown(pilot):
                await click_on(pilot, "▾")
        assert seen == set(range(1, 31))
        assert page(pilot) == "GridScreen"


async def test_the_editor_takes_the_whole_window_and_gives_it_back(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Un texte")
        editor = pilot.app.screen.query_one(CommentEditor)
        for size in SIZES:
            await resize(pilot, *size)
            before = editor.size.height
            await press(pilot, "ctrl+t")
            assert editor.size.height > before
            assert editor.size.height >= size[1] - 9
            assert editor.has_focus
            assert "Contribue à répondre" in shown(pilot), "the line that the text is about"
            await write(pilot, ".")
            await press(pilot, "ctrl+t")
            assert editor.size.height == before
        await press(pilot, "ctrl+t", "escape")
        assert "Mett" in shown(pilot)
        await press(pilot, "2")
    stored = read_again(tmp_path)
    assert stored.comments == {"m1.a01": "Un texte..."}
    assert stored.answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}


async def test_every_editor_can_take_the_whole_window(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        for keys, least in ((["enter", "f4", "p", "enter"], 18), (["enter", "f5", "3", "tab"], 11)):
            await press(pilot, *keys)
            await write(pilot, "abc")
            assert "3 caractères" in one_line(pilot)
            await press(pilot, "ctrl+t")
            editor = pilot.app.screen.focused
            assert isinstance(editor, CommentEditor)
            assert editor.size.height >= least
            assert "3 caractères" in one_line(pilot)
            await press(pilot, "ctrl+t")
            assert editor.size.height < least
            await go_home(pilot)


async def test_what_is_typed_next_is_never_hidden_by_a_text_in_the_whole_window(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3", "tab", "ctrl+t", "f3")
        focused = pilot.app.screen.focused
        assert focused is not None
        assert not isinstance(focused, CommentEditor)
        assert focused.region.height
        assert pilot.app.screen.maximized is None


async def test_the_length_of_the_text_is_shown_and_the_limit_when_it_comes_near(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "àé")
        assert "2 caractères · Ctrl+T" in one_line(pilot)
        await paste(pilot, "é" * (MAX_TEXT_LENGTH - 2))
        assert "20 000 caractères sur 20 000" in one_line(pilot)


async def _seconds_a_key(pilot: Driver) -> float:
    """Return the processor time that a key takes in the editor, the least of many."""
    least = 60.0
    for _ in range(30):
        start = process_time()
        pilot.app.post_message(events.Key("a", "a"))
        await at_rest(pilot)
        await pilot.pause()
        least = min(least, process_time() - start)
    return least


async def test_a_key_in_a_paragraph_of_10000_characters_is_as_quick_as_in_one_of_100(tmp_path: Path) -> None:
    """As quick for a person: within 15 ms of processor time; it took 20 ms more with one cut per line."""
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await paste(pilot, "é à " * 25)
        short = await _seconds_a_key(pilot)
        await paste(pilot, "é à " * 2_475)
        long = await _seconds_a_key(pilot)
    assert long - short < 0.015, f"{short * 1000:.1f} ms, then {long * 1000:.1f} ms"


async def test_a_paragraph_is_cut_once_for_all_the_lines_of_a_picture(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await paste(pilot, "mot " * 2_500)
        editor = pilot.app.screen.query_one(CommentEditor)
        cuts: list[object] = []
        await write(pilot, "x")
        await until(pilot, lambda: editor.text.endswith("x"))
        kept = editor._cuts.sections
        editor._line_cache.clear()
        for y in range(editor.size.height):
            editor.render_line(y)
            cuts.append(editor._cuts.sections)
    assert all(each is kept or each is cuts[0] for each in cuts)
    assert len({id(each) for each in cuts}) == 1
