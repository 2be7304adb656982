"""`comparer` from files and from the database, in the order of time, never between territories."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Cell, Identity, Rating, Territory
from ctg_tui.services.results import former_years
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.strategies import make_identity

FIRST = Cell("m1.a01", "famille")


@pytest.fixture
def two_years(program: Program) -> Program:
    opened = open_workspace(program.database, None, write=True)
    for year, rating in ((2027, Rating.FULLY), (2026, Rating.PARTLY)):
        made = opened.create(make_identity(year=year))
        opened.open(made).rate(FIRST, rating)
    opened.close()
    return program


def test_two_years_are_put_in_order_and_their_figures_stand_side_by_side(two_years: Program) -> None:
    answer = two_years.run("comparer", "1", "2", "--json")
    assert answer.code == 0
    facts = answer.json
    assert [one["annee"] for one in facts["moments"]] == [2026, 2027]
    assert "L’ordre a été rétabli" in facts["remarques"][0]
    (rubric,) = [one for one in facts["rubriques"] if one["constant"]["cases"]]
    assert rubric == {
        "mission": "m1",
        "politique": "famille",
        "avant": {"points": 1, "maximum": 3, "pourcentage": 33},
        "apres": {"points": 3, "maximum": 3, "pourcentage": 100},
        "constant": {
            "cases": 1,
            "avant": {"points": 1, "maximum": 3, "pourcentage": 33},
            "apres": {"points": 3, "maximum": 3, "pourcentage": 100},
        },
    }
    assert facts["lignes"] == [
        {"activite": "m1.a01", "politique": "famille", "avant": 1, "apres": 3, "nature": "hausse"}
    ]
    printed = two_years.run("comparer", "2", "1").out
    assert "1.1 Famille" in printed
    assert "en hausse" in printed


def test_a_received_file_is_compared_with_an_assessment(two_years: Program, tmp_path: Path) -> None:
    assert two_years.run("exporter", "2", "--sortie", tmp_path).code == 0
    (file,) = tmp_path.glob("*.json")
    answer = two_years.run("comparer", file, "1", "--json")
    assert [one["annee"] for one in answer.json["moments"]] == [2026, 2027]


def test_two_territories_are_never_compared(two_years: Program) -> None:
    opened = open_workspace(two_years.database, None, write=True)
    elsewhere = Identity(2028, make_identity().moment, Territory("Ailleurs"))
    opened.create(elsewhere)
    opened.close()
    answer = two_years.run("comparer", "1", "3")
    assert answer.code == 1
    assert "ne se comparent pas" in answer.said


def test_the_synthesis_says_what_changed_since_last_time_as_comparer_does(two_years: Program) -> None:
    printed = " ".join(two_years.run("synthese", "1").out.split())
    assert "Depuis 2026 : 1 note en hausse." in printed
    assert "1.1 Famille 1 → 3" in printed
    since = two_years.run("synthese", "1", "--json").json["derniere_fois"]
    compared = two_years.run("comparer", "2", "1", "--json").json
    assert (since.pop("annee"), since.pop("moment")) == (2026, "annuelle")
    assert since == {key: compared[key] for key in since}
    assert since["lignes"] == compared["lignes"]
    assert two_years.run("synthese", "2", "--json").json["derniere_fois"] is None


def test_lines_left_aside_in_one_of_the_years_are_compared_nowhere(
    two_years: Program, tmp_path: Path
) -> None:
    """Every answer of both years, with the proposed lines aside in neither, either, and both."""
    opened = open_workspace(two_years.database, None, write=True)
    for number in (1, 2):
        session = opened.open(number)
        for cell in session.grid.cells:
            session.rate(cell, Rating.FULLY if number == 1 else Rating.PARTLY)
        session.plan("m2.a01", Action(f"Projet {number}", "Prénom Nom", None))
    opened.close()
    for shown in product((True, False), repeat=2):
        opened = open_workspace(two_years.database, None, write=True)
        for number, choice in zip((1, 2), shown, strict=True):
            opened.open(number).show_proposed_lines(choice)
        grid, assessment = opened.load(1)
        plans = [plan.actions for plan in former_years(opened, grid, assessment)]
        opened.close()
        assert any(plans) is all(shown), shown
        since = two_years.run("synthese", "1", "--json").json["derniere_fois"]
        compared = two_years.run("comparer", "2", "1", "--json").json
        assert {key: compared[key] for key in since if key in compared} == {
            key: since[key] for key in since if key in compared
        }, shown
        assert len(since["lignes"]) == (153 if all(shown) else 42)
        printed = " ".join(two_years.run("synthese", "1").out.split())
        assert f"42 notes en hausse{' (° 111)' if all(shown) else ''}" in printed
        for name in ("rapport.html", "rapport.xlsx"):
            report = tmp_path / name
            assert two_years.run("rapport", "1", "--sortie", report, "--remplacer").code == 0, shown
        text = (tmp_path / "rapport.html").read_text(encoding="utf-8")
        assert ("°\N{NO-BREAK SPACE}33\N{NO-BREAK SPACE}%" in text) is all(shown), shown
        assert "lignes comparées sur" not in text


def test_the_report_says_what_changed_since_last_time(two_years: Program, tmp_path: Path) -> None:
    report = tmp_path / "rapport.html"
    assert two_years.run("rapport", "1", "--sortie", report).code == 0
    text = " ".join(report.read_text(encoding="utf-8").split())
    assert '<h2 id="depuis">Depuis 2026</h2>' in text
    assert "1 note en hausse." in text
    assert "Famille 1 → 3</li>" in text
    assert 'href="#depuis"' in text
    assert two_years.run("rapport", "2", "--sortie", report, "--remplacer").code == 0
    assert "depuis" not in report.read_text(encoding="utf-8")
