"""The grid of an assessment is kept with it: no command shows or sends figures of another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.services.workspace import open_workspace
from tests.changed_grids import shorter_grid
from tests.cli.program import Program
from tests.databases import raw
from tests.each_row import each_row
from tests.strategies import ALL_OPEN, make_identity


@pytest.fixture
def former_grid(program: Program) -> Path:
    """Return the grid file that the assessment of 2026 was filled with, every cell noted 3."""
    path = shorter_grid(program.home)
    workspace = open_workspace(program.database, path, write=True)
    session = workspace.open(workspace.create(make_identity(year=2026), open_missions=ALL_OPEN))
    for cell in session.grid.cells:
        session.rate(cell, Rating.FULLY)
    workspace.close()
    return path


@pytest.fixture
def lost_grid(program: Program, former_grid: Path) -> Path:
    """Take the grid out of the database, as another program may; return its file."""
    with raw(program.database) as connection:
        connection.execute("DELETE FROM document WHERE kind = 'grille'")
    return former_grid


def test_the_grid_of_an_assessment_is_kept_with_it_and_its_file_is_not_needed(
    program: Program, former_grid: Path
) -> None:
    former_grid.unlink()
    assert program.run("synthese", "1", "--json").json["resultats"]["ensemble"]["pourcentage"] == 100
    (facts,) = program.run("liste", "--json").json
    assert facts["pourcentage"] == 100
    answer = program.run("exporter", "1", "--sortie", ".")
    assert answer.code == 0, answer.err
    (sent,) = program.home.glob("CTG_*.json")
    answer = program.run("verifier", sent)
    assert (answer.code, "grille introuvable" in answer.out) == (0, False)
    (verdict,) = program.run("verifier", sent, "--base", program.home / "autre.db", "--json").json
    assert [notice["code"] for notice in next(v for k, v in verdict.items() if k == "remarques")] == [
        "grille-inconnue"
    ]


def test_content_changed_by_another_program_is_not_taken_for_the_grid(
    program: Program, former_grid: Path
) -> None:
    with raw(program.database) as connection:
        connection.execute(
            "UPDATE document SET content = CAST(replace(CAST(content AS TEXT), 'CTG', 'XXX') AS BLOB)"
            " WHERE kind = 'grille'"
        )
    answer = program.run("synthese", "1")
    assert (answer.code, "%" in answer.out) == (1, False)
    assert program.run("grille", "installer", former_grid).code == 0
    assert program.run("synthese", "1").code == 0


@each_row(
    "arguments",
    [
        ("synthese", "1"),
        ("synthese", "1", "--json"),
        ("exporter", "1", "--sortie", "."),
        ("exporter", "1", "--definitif", "--sortie", "."),
        ("rapport", "1", "--sortie", "r.html"),
        ("dossier", "1", "--sortie", "."),
    ],
)
def test_no_command_computes_with_a_grid_that_was_not_the_one_filled(
    program: Program, lost_grid: Path, arguments: tuple[str, ...]
) -> None:
    before = {path.name: path.read_bytes() for path in program.home.iterdir() if path.is_file()}
    answer = program.run(*arguments)
    assert answer.code == 1
    assert "36 réponses ; la grille actuelle a 153 cases" in answer.said
    assert "%" not in answer.out
    assert {path.name: path.read_bytes() for path in program.home.iterdir() if path.is_file()} == before
    answer = program.run("--grille", lost_grid, *arguments)
    assert answer.code == 0, answer.err


def test_the_list_says_that_the_grid_changed_instead_of_a_percentage(
    program: Program, lost_grid: Path
) -> None:
    shown = program.run("liste").out
    assert "grille d’origine absente" in " ".join(shown.split())
    assert "100" not in shown
    (facts,) = program.run("liste", "--json").json
    assert facts["pourcentage"] is None
    (facts,) = program.run("liste", "--json", "--grille", lost_grid).json
    assert facts["pourcentage"] == 100


def test_last_time_is_not_scored_with_the_new_grid_and_the_summary_says_why(
    program: Program, lost_grid: Path
) -> None:
    workspace = open_workspace(program.database, None, write=True)
    new = workspace.create(make_identity(year=2027), open_missions=ALL_OPEN)
    workspace.close()
    shown = " ".join(program.run("synthese", new).out.split())
    assert "Ensemble 2026" not in shown
    assert "L’évaluation 2026 a été remplie avec une autre grille" in shown
    program.run("rapport", new, "--sortie", "r.html")
    assert "Ensemble\N{NO-BREAK SPACE}2026" not in (program.home / "r.html").read_text(encoding="utf-8")
    assert lost_grid.is_file()
