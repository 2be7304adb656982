"""`rapport` and `dossier`: files whole, from the base or from a submission alone, and read again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.services.workspace import open_workspace
from ctg_tui.wording import french
from tests.cli.program import ROOT, Program

EXAMPLE = ROOT / "data" / "exemples" / "bon-definitif.json"


def whole(program: Program, grid: Grid) -> str:
    workspace = open_workspace(program.database, None, write=False)
    _, assessment = workspace.load(1)
    workspace.close()
    return french.percentage(score(grid, assessment.answers).whole)


def test_a_report_of_the_base_shows_its_figures(filled: Program, grid: Grid) -> None:
    path = filled.home / "rapport.html"
    answer = filled.run("rapport", 1, "--sortie", path)
    assert (answer.code, answer.err) == (0, "")
    assert str(path) in answer.out
    page = path.read_text(encoding="utf-8")
    assert page.casefold().startswith("<!doctype html>")
    assert whole(filled, grid) in page


def test_a_submission_alone_makes_the_same_reports_without_any_base(program: Program) -> None:
    for suffix in ("html", "xlsx"):
        path = program.home / f"rapport.{suffix}"
        answer = program.run("rapport", EXAMPLE, "--sortie", path, "--json")
        assert answer.code == 0, answer.err
        assert answer.json["fichier"] == str(path)
        assert len(answer.json["empreinte"]) == 64
        assert path.stat().st_size > 5_000
    assert zipfile.is_zipfile(program.home / "rapport.xlsx")
    assert not program.database.exists()


@pytest.mark.parametrize(
    ("which", "name", "code"),
    [
        (EXAMPLE, "rapport.pdf", 2),
        (EXAMPLE, "rapport", 2),
        (EXAMPLE.with_name("mauvais-note-changee.json"), "rapport.html", 3),
        ("nowhere.json", "rapport.html", 3),
        (1, "rapport.html", 4),
    ],
)
def test_a_report_that_cannot_be_made_leaves_nothing(
    program: Program, which: object, name: str, code: int
) -> None:
    answer = program.run("rapport", which, "--sortie", program.home / name)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err
    assert list(program.home.iterdir()) == []


def test_a_dossier_holds_what_it_says_and_can_be_made_again(filled: Program) -> None:
    first = filled.run("dossier", "--sortie", filled.home, "--json")
    assert first.code == 0, first.err
    folder = Path(first.json["dossier"])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(first.json["fichiers"]) <= set(before)
    assert {Path(name).suffix for name in before} >= {".json", ".html", ".xlsx", ".eml"}
    assert filled.run("verifier", folder / first.json["fichiers"][0]).code == 0
    assert any(one["code"] == "cases-sans-reponse" for one in first.json["manque"])

    shown = filled.run("dossier", "--sortie", filled.home)
    assert shown.code == 0
    for name in first.json["fichiers"]:
        assert name in shown.out
    assert "sans réponse" in shown.said
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_piece_can_be_left_out_of_the_dossier(filled: Program) -> None:
    arguments = ("dossier", "--sortie", filled.home, "--sans", "xlsx", "--sans", "courriel", "--json")
    names = filled.run(*arguments).json["fichiers"]
    assert {Path(name).suffix for name in names} == {".json", ".html", ".txt"}
    answer = filled.run("dossier", "--sortie", filled.home, "--sans", "photo")
    assert (answer.code, answer.out) == (2, "")
    assert "« photo »" in answer.said
