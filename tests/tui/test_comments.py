"""Comments: read whole, dated, written in as much room as there is."""

from __future__ import annotations

from tests.databases import open_workspace
from tests.tui.driving import Driver, make, resize, shown
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
