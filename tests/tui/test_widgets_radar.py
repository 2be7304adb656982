"""The picture beside the grid follows each note, shows last year unasked, and marks the line being read."""

from __future__ import annotations

from functools import partial

from ctg_tui.domain.assessment import Moment, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.tui.widgets.figures import RadarPanel
from tests.databases import open_workspace
from tests.tui.driving import IDENTITY, note_everything, until
from tests.tui.person import Person


def two_years(person: Person, *, grid: Grid | None = None) -> None:
    """Make a year noted 1 everywhere, and the next one, empty."""
    workspace = open_workspace(person.folder)
    former = workspace.create(IDENTITY._replace(year=2026), grid)
    note_everything(workspace, former, Rating.PARTLY)
    workspace.duplicate(former, 2027, Moment.YEARLY)
    workspace.close()


def panel(person: Person) -> RadarPanel:
    return person.pilot.app.screen.query_one(RadarPanel)


def characters(person: Person) -> dict[str, set[str]]:
    """Return the texts that the panel paints in the colour of each role."""
    colours = {"$ensemble": "outline", "$an-dernier": "before", "$radar-anneau": "ring", "$accent": "current"}
    shown: dict[str, set[str]] = {role: set() for role in colours.values()}
    for line in panel(person)._lines:
        for start, end, style in line.spans:
            if role := colours.get(str(style).split(" ")[0]):
                shown[role].add(line.plain[start:end].strip())
    return {role: found - {""} for role, found in shown.items()}


async def test_last_year_is_there_unasked_and_this_year_grows_note_by_note(person: Person) -> None:
    two_years(person)
    async with person.at("enter", identity=None, size=(200, 60)):
        await until(person.pilot, lambda: characters(person)["before"])
        content = panel(person).content
        assert content is not None
        assert [axis.label for axis in content.axes] == [f"1.{rank}" for rank in range(1, 15)]
        assert {axis.before for axis in content.axes} == {33}
        assert {axis.now for axis in content.axes} == {None}
        assert characters(person)["ring"]
        person.sees("━━ 2027 • • 2026", "1.14")
        await person.does("3", "3", "3", "2", "2", "2")
        await until(person.pilot, lambda: characters(person)["outline"])
        content = panel(person).content
        assert content is not None
        assert [axis.now for axis in content.axes][:3] == [100, 67, None]


def is_marked(person: Person, number: str) -> bool:
    return characters(person)["current"] == {number}


async def test_the_number_of_the_line_being_read_is_marked(person: Person) -> None:
    two_years(person)
    async with person.at("enter", identity=None, size=(200, 60)):
        for key, number in (("down", "1.2"), ("down", "1.3"), ("up", "1.2")):
            await person.does(key)
            await until(person.pilot, partial(is_marked, person, number), number)


async def test_nothing_is_drawn_where_nothing_is_noted(person: Person) -> None:
    async with person.at("enter", size=(200, 60)):
        assert not any(line.plain.strip() for line in panel(person)._lines)
        await person.does("3", "tab", "3")
        await until(person.pilot, lambda: characters(person)["ring"])
