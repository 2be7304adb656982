"""One description of a form: the screen, the questions and `remplir` keep the same, refuse the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ctg_tui.cli.form import form_of
from ctg_tui.domain.assessment import Action, Assessment, Cell, Rating
from ctg_tui.domain.forecast import Forecast
from ctg_tui.services.forms import Field
from tests.cli.program import Program
from tests.databases import DATABASE_NAME, open_workspace, read_again
from tests.text_mode.talker import talk, workspace_in
from tests.threads import FOUR_QUESTIONS, SIX_NOTES, hears
from tests.tui.driving import make
from tests.tui.person import Person

STEPS = {"entretien": 3, "envoi": 5}
ROWS: list[tuple[str, str, str, str]] = [
    ("entretien", "actions.1.quand", "31/02/2027", "Le 31 février 2027 n’existe pas"),
    ("reponse", "1.choix", "mettre 1", ""),
    ("envoi", "dossier", "nulle-part", "n’existe pas"),
]
"""A form, a key (of an answer: the rank of its point), what is typed, the refusal if there is one."""


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def begin(folder: Path) -> None:
    """Make an assessment with two actions, which the Caf answered with a note and with a question."""
    make(folder)
    hears(folder, SIX_NOTES[0], FOUR_QUESTIONS[0])
    workspace = open_workspace(folder)
    session = workspace.open(1)
    session.rate(Cell("m1.a01", "famille"), Rating(2))
    session.plan("m1.a02", Action("Réunir le comité"))
    session.plan("m1.a03", Action("Un tableau"))
    workspace.close()


def key_of(folder: Path, name: str, key: str) -> tuple[str, int]:
    """Return the whole key of a row, and how many questions come before it."""
    workspace = open_workspace(folder)
    form = form_of(name, workspace, workspace.open(1))
    rows = [row for row in form.rows() if isinstance(row, Field) or not getattr(row, "removes", True)]
    workspace.close()
    rank, _, part = key.partition(".")
    if name == "reponse":
        key = [row.key for row in rows if row.key.endswith(f".{part}")][int(rank) - 1]
    return key, [row.key for row in rows].index(key)


def stored(folder: Path) -> tuple[Assessment, Forecast]:
    workspace = open_workspace(folder)
    try:
        return read_again(folder), workspace.open(1).forecast
    finally:
        workspace.close()


@pytest.mark.parametrize(("name", "key", "typed", "refused"), ROWS)
async def test_a_value_is_kept_or_refused_alike_on_the_screen_by_questions_and_by_the_command(
    tmp_path: Path, name: str, key: str, typed: str, refused: str
) -> None:
    start = tmp_path / "depart"
    start.mkdir()
    begin(start)
    by_screen, by_questions, by_command = (
        Path(shutil.copytree(start, tmp_path / one)) for one in ("ecran", "questions", "commande")
    )
    whole, before = key_of(start, name, key)

    with workspace_in(by_questions) as workspace:
        step = "répondre" if name == "reponse" else str(STEPS[name])
        lines = (typed, "") if whole.endswith((".texte", "points-forts")) else (typed,)
        said = plain(talk(workspace, "", step, *[""] * before, *lines).text)

    program = Program(by_command)
    (by_command / DATABASE_NAME).rename(program.database)
    answer = program.run("remplir", 1, name, f"{whole}={typed}")
    assert answer.code == (1 if refused else 0), answer
    program.database.rename(by_command / DATABASE_NAME)

    assert stored(by_questions) == stored(by_command)
    assert (stored(by_command) == stored(start)) is bool(refused)
    texts = [said, plain(answer.err)]
    if name == "entretien":
        async with Person(by_screen).at() as person:
            await person.does(".etapes.entretien")
            form_page = person.pilot.app.screen
            form_page.focus_field(whole)  # type: ignore[attr-defined]
            await person.does("ctrl+a", typed, "tab" if len(lines) > 1 else "enter")
            texts.append(plain(person.screen))
        assert stored(by_screen) == stored(by_command)
    for text in texts:
        assert not refused or refused in text, text


def test_the_command_plans_answers_and_makes_the_files(tmp_path: Path) -> None:
    begin(tmp_path)
    program = Program(tmp_path)
    (tmp_path / DATABASE_NAME).rename(program.database)
    action = ("actions.+.ligne=1.9", "actions.+.quoi=Un forum", "actions.+.quand=juin 2027")
    planned = program.run("remplir", 1, "entretien", *action, "actions.2=", "--oui", "--json").json
    assert (planned["faits"]["actions.2.ligne"], planned["champs"]["actions.2.quand"]) == (
        "1.9",
        "30/06/2027",
    )
    assert "actions.3.quoi" not in planned["champs"]
    rows = program.run("synthese", 1, "--json").json["fil"]
    key = next(row["cle"] for row in rows if row["due"] and row["note"] is not None)
    program.run("remplir", 1, "reponse", f"{key}.choix=garder", f"{key}.texte=Deux réunions.")
    late = program.run("remplir", 1, "envoi", "creer=oui", f"dossier={tmp_path / 'autre'}")
    assert (late.code, "creer=oui » vient en dernier" in plain(late.said)) == (2, True)
    made = program.run("remplir", 1, "envoi", f"dossier={tmp_path}", "creer=oui", "--json")
    assert any("rapport.html" in text for text in made.json["faits"].values())
    (path,) = tmp_path.rglob("CTG_*.json")
    (reply,) = (row for row in json.loads(path.read_bytes())["fil"] if not row.get("caf"))
    assert (reply["note"], reply["texte"]) == (2, "Deux réunions.")


def test_the_command_adds_and_takes_away_people_and_says_what_the_screen_says(tmp_path: Path) -> None:
    program = Program(tmp_path)
    nameless = program.run("remplir", "nouvelle", "annee=2027")
    assert (nameless.code, "Donnez le nom du territoire." in nameless.said) == (1, True)
    wrong = program.run("remplir", "nouvelle", "territoire=Ruffec", "annee=quand")
    assert (wrong.code, "Rien n’a été enregistré." in plain(wrong.said)) == (1, True)
    begun = program.run("remplir", "nouvelle", "territoire=coeur de charente", "annee=2027").out
    known = "Communauté de communes Cœur de Charente"
    assert (f"territoire={known}" in begun, "siren=" in begun) == (True, False), "its own SIREN has no row"
    whole = ("territoire=Cognac", "annee=2027", "personnes.1.nom=Un", "courriel=sans arobase")
    second = program.run("remplir", "nouvelle", "vous", *whole)
    assert (second.code, "Enregistré avant : territoire, annee, personnes.1.nom." in plain(second.said)) == (
        1,
        True,
    )
    assert program.run("remplir", 2, "vous", "--json").json["champs"]["personnes.1.nom"] == "Un"
    added = ("personnes.1.nom=Un", "personnes.+.nom=Deux", "personnes.+.politiques=Famille, Social")
    done = program.run("remplir", 1, "vous", *added, "personnes.1.politiques=famille,social", "--json")
    assert done.json["champs"]["personnes.2.nom"] == "Deux"
    said = program.run("remplir", 1, "vous", "personnes.1.politiques=famille,social,education").out
    assert "Éducation : 14 cases avec les notes d’avant" in plain(said)
    fewer = program.run("remplir", 1, "vous", "personnes.2=", "--json")
    assert "personnes.2.nom" not in fewer.json["champs"]
    unknown = program.run("remplir", 1, "vous", "anee=2027")
    assert (unknown.code, "n’a pas de champ « anee »" in unknown.said) == (1, True)
