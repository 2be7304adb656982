"""One description of a form: the screen, the questions and `remplir` keep the same, refuse the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.forecast import Forecast
from ctg_tui.services.details import DetailsForm
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.services.forms import Field, Form
from tests.cli.program import Program
from tests.databases import DATABASE_NAME, open_workspace, read_again
from tests.text_mode.talker import talk, workspace_in
from tests.tui.driving import make
from tests.tui.person import Person

VOUS, FORECAST = ".accueil.renseignements", ".accueil.previsionnel"
ROWS: list[tuple[str, str, str, str]] = [
    ("vous", "annee", "2031", ""),
    ("vous", "annee", "31", "L’année s’écrit avec quatre chiffres, de 2000 à 2199."),
    ("vous", "personnes.1.nom", "Nom-Nouveau", ""),
    ("vous", "contact", "Prénom Autre", ""),
    ("previsionnel", "personnes.1.heures", "803 h 30", ""),
    ("previsionnel", "personnes.1.heures", "beaucoup", "Un nombre d’heures s’écrit par exemple"),
    ("previsionnel", "personnes.1.cout", "24 000,50", ""),
    ("previsionnel", "personnes.1.cout", "beaucoup", "Un montant s’écrit par exemple"),
]


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def form_of(folder: Path, name: str) -> tuple[Form, Any]:
    workspace = open_workspace(folder)
    session = workspace.open(1)
    form: Form = DetailsForm(workspace, session) if name == "vous" else ForecastForm(session)
    return form, workspace


def place_of(folder: Path, name: str, key: str) -> int:
    """Return how many questions come before that of the key."""
    form, workspace = form_of(folder, name)
    workspace.close()
    asked = [row.key for row in form.rows() if isinstance(row, Field) or not getattr(row, "by_mouse", True)]
    return asked.index(key)


def stored(folder: Path) -> tuple[Identity, Forecast]:
    workspace = open_workspace(folder)
    try:
        return read_again(folder).identity, workspace.open(1).forecast
    finally:
        workspace.close()


@pytest.mark.parametrize(("name", "key", "typed", "refused"), ROWS)
async def test_a_value_is_kept_or_refused_alike_on_the_screen_by_questions_and_by_the_command(
    tmp_path: Path, name: str, key: str, typed: str, refused: str
) -> None:
    start = tmp_path / "depart"
    start.mkdir()
    make(start)
    by_screen, by_questions, by_command = (
        Path(shutil.copytree(start, tmp_path / one)) for one in ("ecran", "questions", "commande")
    )
    before = place_of(start, name, key)

    async with Person(by_screen).at() as person:
        await person.does(VOUS if name == "vous" else FORECAST)
        form_page = person.pilot.app.screen
        form_page.focus_field(key)  # type: ignore[attr-defined]
        await person.does("ctrl+a", typed, "enter")
        on_screen = plain(person.screen)

    with workspace_in(by_questions) as workspace:
        step = "1" if name == "vous" else "4"
        said = plain(talk(workspace, "", step, *[""] * before, typed).text)

    program = Program(by_command)
    (by_command / DATABASE_NAME).rename(program.database)
    answer = program.run("remplir", 1, name, f"{key}={typed}")
    assert answer.code == (1 if refused else 0)
    program.database.rename(by_command / DATABASE_NAME)

    assert stored(by_screen) == stored(by_questions) == stored(by_command)
    assert (stored(by_screen) == stored(start)) is bool(refused)
    for text in (on_screen, said, plain(answer.err)):
        assert not refused or refused in text, text


def test_the_command_adds_and_takes_away_people_and_asks_what_the_screen_asks(tmp_path: Path) -> None:
    program = Program(tmp_path)
    begun = program.run("remplir", "nouvelle", "territoire=Ruffec", "annee=2027", "--json")
    assert begun.json["champs"]["territoire"] == "Ruffec"
    added = ("personnes.1.nom=Un", "personnes.+.nom=Deux", "personnes.+.politiques=Famille, Social")
    assert program.run("remplir", 1, "vous", *added, "personnes.1.politiques=famille,social").code == 1
    asked = program.run("remplir", 1, "vous", "personnes.1.politiques=famille,social")
    assert (asked.code, "Éducation : vous n’y travaillez pas" in asked.said) == (1, True)
    agreed = program.run("remplir", 1, "vous", "personnes.1.politiques=famille,social", "--oui", "--json")
    assert agreed.json["champs"]["personnes.2.nom"] == "Deux"
    fewer = program.run("remplir", 1, "vous", "personnes.2=", "--json")
    assert "personnes.2.nom" not in fewer.json["champs"]
    unknown = program.run("remplir", 1, "vous", "anee=2027")
    assert (unknown.code, "n’a pas de champ « anee »" in unknown.said) == (1, True)
