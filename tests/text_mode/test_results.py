"""The figures in words: where one comes from, what was answered before, the years side by side."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell, Moment, Rating
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


def test_results_say_the_year_before_and_which_lines_lack_a_comment(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        former = workspace.create(make_identity(year=2026))
        workspace.open(former).rate(FIRST, Rating.PARTLY)
        present = workspace.open(workspace.duplicate(former, 2027, Moment.YEARLY))
        present.rate(FIRST, Rating.FULLY)
        present.rate(Cell("m1.a02", "famille"), Rating.NO)
        present.rate(Cell("m1.a04", "famille"), Rating.PARTLY)
        script = talk(workspace, "2", "2", "résultats")
    said = " ".join(script.text.split())
    assert "44 % en 2027, 33 % en 2026." in said
    assert "2 lignes notées 0 ou 1 sans commentaire : 1.2 et 1.4." in said
    assert not any(sign in script.text for sign in "°—·→")
