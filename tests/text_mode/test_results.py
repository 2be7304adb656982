"""The figures in words: where one comes from, what was answered before, the years side by side."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Action, Cell, Moment, Outcome, Rating
from tests.strategies import make_identity
from tests.text_mode.talker import talk, workspace_in

FIRST = Cell("m1.a01", "famille")


def test_why_says_the_points_then_what_was_answered_before_and_when(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        workspace.create(make_identity())
        said = talk(workspace, "", "2", "2", "aller 1.1/famille", "3", "aller 1.1/famille", "pourquoi").text
    assert "Mission 1, Famille : 3 points sur 3 possibles (1 note × 3)" in " ".join(said.split())
    assert "Répondu avant sur cette ligne :" in said
    assert "Famille : 2, puis 3, le " in said


def test_the_years_are_said_figure_by_figure_with_what_became_of_the_actions(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        former = workspace.create(make_identity(year=2026))
        session = workspace.open(former)
        session.rate(FIRST, Rating.PARTLY)
        session.plan("m1.a01", Action("Tableau de bord"))
        session.plan("m1.a02", Action("Accueil du matin"))
        present = workspace.open(workspace.duplicate(former, 2027, Moment.YEARLY))
        present.rate(FIRST, Rating.FULLY)
        present.plan("m1.a01", Action("Tableau de bord", outcome=Outcome.DONE))
        script = talk(workspace, "2", "2", "années")
    assert "Les années, de 2026 à 2027." in script.lines
    assert "Mission 1, Famille. 2026 : 33 %, 2027 : 100 %." in script.lines
    assert "Mission 1, Social. 2026 : aucune note, 2027 : aucune note." in script.lines
    assert "1.1. 2026 : 33 %, 2027 : 100 %." in script.lines
    said = " ".join(script.text.split())
    assert "Action décidée en 2026 : Tableau de bord ; fait en 2027." in said
    assert "Action décidée en 2026 : Accueil du matin ; rien n’en est encore dit." in said
    assert not any(sign in script.text for sign in "°—·→")


def test_a_first_year_says_that_there_is_nothing_to_compare(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        workspace.create(make_identity())
        assert "pas encore d’année précédente" in talk(workspace, "", "2", "années").text
