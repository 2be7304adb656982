"""Every field for a number understands the digits of the keyboard without Shift."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.forecast import parse_forecast
from tests.databases import read_again
from tests.tui.driving import IDENTITY, in_database, make, press, running, write

NUMBER = ("end", "down", "down")
"""The keys from a line of the grid to the indicator that takes a number."""


async def test_the_year_the_siren_and_the_department_typed_without_shift(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY._replace(territory=Territory("Ruffec")))
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements")
        await write(pilot, 'é\'&-àà"à"')
        await press(pilot, "tab")
        await write(pilot, "&è")
        await press(pilot, "tab", *["backspace"] * 4)
        await write(pilot, "éàé_")
        await press(pilot, "escape")
    identity = read_again(tmp_path).identity
    assert identity.year == 2028
    assert identity.territory.siren == "241600303"
    assert identity.territory.department == "17"


async def test_the_letters_of_a_comment_beside_a_number_stay_letters(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", *NUMBER, "enter")
        await write(pilot, "à été & (où)")
        await press(pilot, "escape")
    assert list(read_again(tmp_path).remarks.values()) == ["à été & (où)"]


async def test_hours_and_a_salary_typed_without_shift(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "&-àè,(")
        await press(pilot, "tab")
        await write(pilot, "é'ààà")
        await press(pilot, "escape")
    ((stored,),) = in_database(tmp_path, "SELECT value FROM value WHERE field = 'previsionnel'")
    (line,) = parse_forecast(stored).lines
    assert (line.centihours, line.salary_cents) == (160_750, 2_400_000)
