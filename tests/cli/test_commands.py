"""The commands in a real process: their output on each stream, their exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui import __version__
from ctg_tui.cli.commands import root
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import figure_rows, score
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.document import results
from ctg_tui.wording import french
from tests.cli.conftest import fill
from tests.cli.program import ROOT, Program
from tests.each_row import each_row

GRID_FILE = ROOT / "data" / "grilles" / "charente-2024-08.toml"


def test_the_version_is_shown(program: Program) -> None:
    for arguments in (["--version"], ["--base", "x", "--version"]):
        answer = program.run(*arguments)
        assert (answer.code, answer.out, answer.err) == (0, f"ctg-tui {__version__}\n", "")


def test_help_is_in_french_to_the_last_word(program: Program) -> None:
    pages = [
        program.run(*command, "--aide") for command in ([], ["liste"], ["grille"], ["grille", "verifier"])
    ]
    for page in pages:
        assert (page.code, page.err) == (0, "")
        assert page.out.startswith("Usage\N{NO-BREAK SPACE}: ctg-tui")
        assert "Affiche cette aide." in page.out
        assert not re.search(r"\b(Show|Options:|Commands|exit|required|default|COMMAND|ARGS)\b", page.out)


def test_no_line_of_the_help_starts_with_a_mark_of_punctuation(program: Program) -> None:
    for command in ([], *([name] for name in root.commands), ["grille", "verifier"]):
        page = program.run(*command, "--aide").out
        assert not re.search(r"[ \n][:;?!»]", page), page


def test_on_windows_commands_are_shown_as_its_installation_spells_them() -> None:
    code = "import sys; sys.platform = 'win32'; sys.argv = ['-m']; import ctg_tui; print(ctg_tui.PROGRAM)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout == "py -P -m ctg_tui\n"


@each_row(
    "arguments, said",
    [
        (["truc"], "La commande « truc » n’existe pas."),
        (["list"], "Vouliez-vous dire « liste »"),
        (["liste", "--jsn"], "Vouliez-vous dire « --json »"),
        (["liste", "--json=3"], "« --json » ne prend pas de valeur."),
        (["--base"], "« --base » attend une valeur."),
        (["liste", "x", "y"], "« x » et « y » sont de trop."),
        (["grille", "verifier"], "Il manque l’argument FICHIER."),
        (["grille"], "Commandes"),
    ],
)
def test_a_wrong_usage_is_reported_in_french_with_code_2(
    program: Program, arguments: list[str], said: str
) -> None:
    answer = program.run(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.said
    assert not re.search(r"\b(Error|Try|Usage:|such|Missing)\b", answer.err)


def test_without_a_terminal_it_says_where_the_commands_are_that_need_none(program: Program) -> None:
    answer = program.run()
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.err.splitlines()) == 1
    assert "ctg-tui --aide" in answer.said
    assert not program.database.exists()


def test_the_list_gives_every_assessment_the_last_changed_first(program: Program) -> None:
    first, second = fill(program, 2026), fill(program, 2027, every=3)
    answer = program.run("liste", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [(row["id"], row["annee"]) for row in answer.json] == [(second, 2027), (first, 2026)]
    assert answer.json[1]["sans_reponse"] == 0
    assert answer.json[1]["pourcentage"] is not None
    shown = program.run("liste").out
    assert "Communauté de communes" in shown
    assert "2026 · chaque année · en cours" in " ".join(shown.split())
    assert f"{answer.json[1]['pourcentage']}\N{NO-BREAK SPACE}%" in shown


def test_an_empty_database_is_reported_on_stderr(program: Program) -> None:
    open_workspace(program.database, None, write=True).close()
    answer = program.run("liste")
    assert (answer.code, answer.out) == (0, "")
    assert "aucune évaluation" in answer.said
    assert program.run("liste", "--json").json == []
    assert program.run("synthese").code == 1


def test_a_missing_database_is_not_made_by_reading(program: Program) -> None:
    for command in ("liste", "synthese"):
        answer = program.run(command)
        assert (answer.code, answer.out) == (4, "")
        assert "base" in answer.said
    assert not program.database.exists()


def test_a_file_that_is_no_database_is_refused_and_untouched(program: Program) -> None:
    for content in (b"\xff\xd8\xff\xe0 a picture", b"SQLite format 3\x00" + b"\x01" * 4000):
        program.database.write_bytes(content)
        answer = program.run("liste", "--json")
        assert answer.code == 4
        assert answer.json["erreur"]["code"] == "base-etrangere"
        assert answer.json["erreur"]["message"] in answer.err
        assert program.database.read_bytes() == content


def test_the_database_can_be_named_before_or_after_the_command(filled: Program, tmp_path: Path) -> None:
    elsewhere = {"CTG_TUI_BASE": str(tmp_path / "nowhere.db")}
    assert filled.run("liste", "--json", environment=elsewhere).code == 4
    for arguments in (
        ("--base", filled.database, "liste", "--json"),
        ("liste", "--json", "--base", filled.database),
    ):
        assert len(filled.run(*arguments, environment=elsewhere).json) == 1


def test_the_summary_shows_the_figures_of_the_domain(filled: Program, grid: Grid) -> None:
    workspace = open_workspace(filled.database, None, write=False)
    _, assessment = workspace.load(1)
    workspace.close()
    scores = score(grid, assessment.answers)
    assert filled.run("synthese", "--json").json["resultats"] == results(grid, scores)
    shown = filled.run("synthese", "1").out
    for row in figure_rows(grid, scores):
        for tally in (*row.tallies, row.whole):
            assert "aucune note" in shown if tally.percentage is None else french.percentage(tally) in shown
    assert "sur 14\N{NO-BREAK SPACE}lignes de la Caf" in shown
    assert "Il manque\N{NO-BREAK SPACE}: 21\N{NO-BREAK SPACE}cases vides." in shown.splitlines()


def test_a_number_that_no_assessment_has_is_refused(filled: Program) -> None:
    answer = filled.run("synthese", "99")
    assert (answer.code, answer.out) == (1, "")
    assert "99" in answer.said


def test_the_grid_that_ships_is_valid(program: Program) -> None:
    answer = program.run("grille", "verifier", GRID_FILE)
    assert (answer.code, answer.err) == (0, "")
    assert "charente-2024-08" in answer.out


def test_a_wrong_grid_file_is_refused_with_code_3(program: Program) -> None:
    wrong = program.home / "grille.toml"
    text = GRID_FILE.read_text(encoding="utf-8")
    wrong.write_text(text.replace('id = "m1"', 'id = "m1"\nsurprise = 1', 1), encoding="utf-8")
    assert wrong.read_text(encoding="utf-8") != text
    answer = program.run("grille", "verifier", wrong)
    assert (answer.code, answer.out) == (3, "")
    assert "« grille.toml »" in answer.said
    assert "surprise" in answer.said


@pytest.mark.parametrize("kind", ["absent", "folder", "fifo"])
def test_a_path_that_is_no_file_is_refused_at_once(program: Program, kind: str) -> None:
    path = program.home / "chose"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no FIFO on this system")
        os.mkfifo(path)
    answer = program.run("grille", "verifier", path)
    assert (answer.code, answer.out) == (3, "")
    assert "« chose »" in answer.said
    assert program.run("--grille", path, "liste").code == 3
