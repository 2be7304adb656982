"""Comments: read whole, dated, written in as much room as there is."""

from __future__ import annotations

from time import process_time

from textual import events

from ctg_tui.tui.widgets.editor import CommentEditor
from tests.databases import open_workspace
from tests.tui.driving import Driver, make, resize, shown, until
from tests.tui.person import Person
from tests.tui.typing import at_rest

SIZES = [(60, 16), (80, 24), (120, 40)]


def comment(person: Person, **texts: str) -> None:
    """Write comments on lines of mission 1, named by their rank: `a01`."""
    make(person.folder)
    workspace = open_workspace(person.folder)
    session = workspace.open(1)
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


async def test_f6_puts_today_s_date_in_the_comment_of_a_line_or_an_indicator(person: Person) -> None:
    async with person.at("enter", "f6"):
        assert person.page == "GridScreen"
        assert not person.stored().comments, "nothing is written: F6 does nothing"
        for size in SIZES:
            await resize(person.pilot, *size)
            await person.does("enter")
            person.sees("F6 la date", "Commentaire de 1.1, part avec l’envoi")
            await person.does("escape")
            person.sees(not_=("F6 la date",))
        await person.does("enter", "Réunion du ", "f6", ", 9 présents", "home", "f6", " : ", "escape")
        await person.does("end", "down", "down", "enter", "f6", "escape")
    today = "12\N{NO-BREAK SPACE}janvier 2027"
    assert person.stored().comments == {"m1.a01": f"{today} : Réunion du {today}, 9 présents"}
    assert person.stored().remarks == {"m1.i02": today}


async def test_a_click_on_the_comment_opens_it(person: Person) -> None:
    comment(person, a01="À lire en entier")
    async with person.at("enter"):
        await click_on(person.pilot, "À lire en entier")
        person.sees("part avec l’envoi", "Échap finir")


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


async def test_a_key_in_a_paragraph_of_10000_characters_is_as_quick_as_in_one_of_100(person: Person) -> None:
    """As quick for a person: within 15 ms of processor time; it took 20 ms more with one cut per line."""
    async with person.at("enter", "enter", "é à " * 25 + "!"):
        short = await _seconds_a_key(person.pilot)
        await person.does("é à " * 2_475 + "!")
        long = await _seconds_a_key(person.pilot)
    assert long - short < 0.015, f"{short * 1000:.1f} ms, then {long * 1000:.1f} ms"


async def test_a_paragraph_is_cut_once_for_all_the_lines_of_a_picture(person: Person) -> None:
    async with person.at("enter", "enter", "mot " * 2_500 + "!"):
        editor = person.pilot.app.screen.query_one(CommentEditor)
        cuts: list[object] = []
        await person.does("x")
        await until(person.pilot, lambda: editor.text.endswith("x"))
        kept = editor._cuts.sections
        editor._line_cache.clear()
        for y in range(editor.size.height):
            editor.render_line(y)
            cuts.append(editor._cuts.sections)
    assert all(each is kept or each is cuts[0] for each in cuts)
    assert len({id(each) for each in cuts}) == 1
