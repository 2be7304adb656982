"""`grille`: check a file, install it; each assessment keeps its grid; a workbook's lines keep their ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.grids.catalogue import read_grid_file
from ctg_tui.services.results import last_time_of
from ctg_tui.services.workspace import open_workspace
from ctg_tui.storage.documents import keep_grid
from tests.changed_grids import shorter_grid
from tests.cli.program import Program
from tests.databases import raw, rows
from tests.spreadsheet.workbooks import ADDED, COUNTED, NOTES, write_two_years
from tests.strategies import make_identity

# An assessment and the very grid that it was filled with.


@pytest.fixture
def former_grid(program: Program) -> Path:
    """Return the grid file that the assessment of 2026 was filled with, every cell noted 3."""
    path = shorter_grid(program.home)
    grid = read_grid_file(path)
    workspace = open_workspace(program.database, write=True)
    keep_grid(workspace.store, grid._replace(is_installed=False))
    session = workspace.open(workspace.create(make_identity(year=2026), grid.grid))
    for cell in session.grid.cells:
        session.rate(cell, Rating.FULLY)
    workspace.close()
    return path


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


def test_the_grid_in_a_folder_is_installed_before_what_is_filled_with_it_is_read(
    program: Program, former_grid: Path, tmp_path: Path
) -> None:
    assert program.run("exporter", "1", "--sortie", ".").code == 0
    (sent,) = program.home.glob("CTG_*.json")
    other = Program(tmp_path / "neuf")
    (box := other.home / "boite").joinpath("zone").mkdir(parents=True)
    sent.rename(box / "a.json")
    former_grid.rename(box / "zone" / "Z.TOML")
    answer = other.run("importer", box, "--json")
    assert [one["code"] for one in answer.json] == ["grille-prise", "soumission-gardee"], answer


def test_a_grid_file_that_changed_under_the_same_id_changes_no_assessment(
    program: Program, former_grid: Path
) -> None:
    """The shipped grid has the id of the former one, and many more lines."""
    before = program.run("synthese", "1", "--json").json
    shipped = Path(__file__).parents[2] / "data" / "grilles" / "charente-2024-08-proposee.toml"
    given = (shipped, former_grid, shipped, shipped)
    states = [program.run("grille", "installer", path, "--json").json["etat"] for path in given]
    assert states == ["deja", "installee", "installee", "deja"], "whether it is the one offered"
    assert program.run("synthese", "1", "--json").json == before
    assert rows(program.database, "SELECT count(*) FROM value WHERE field = 'note'") == [(36,)]


def test_without_its_very_grid_no_command_computes_or_writes_and_the_file_gives_it_back(
    program: Program, former_grid: Path
) -> None:
    with raw(program.database) as connection:
        connection.execute("DELETE FROM document WHERE kind = 'grille'")
    before = {path.name: path.read_bytes() for path in program.home.iterdir() if path.is_file()}
    for arguments in (
        ("synthese", "1"),
        ("exporter", "1", "--sortie", "."),
        ("rapport", "1", "--sortie", "r.html"),
        ("dossier", "1", "--sortie", "."),
    ):
        answer = program.run(*arguments)
        assert (answer.code, "%" in answer.out) == (1, False)
        assert "Vos réponses sont intactes" in answer.said
        assert "grille installer" in answer.said
    assert {path.name: path.read_bytes() for path in program.home.iterdir() if path.is_file()} == before
    assert "rille introuvable sur ce poste" in " ".join(program.run("liste").out.split())
    assert program.run("grille", "installer", former_grid).code == 0
    assert program.run("synthese", "1", "--json").json["resultats"]["ensemble"]["pourcentage"] == 100


# A Caf's workbook, and the next one with a line more.


def test_after_one_line_is_added_to_the_workbook_every_former_note_is_beside_its_own_line(
    program: Program,
) -> None:
    for year, path in zip((2026, 2027), write_two_years(program.home), strict=True):
        answer = program.run("importer", path, "--nouvelle", "--json")
        assert answer.code == 0, answer.err
        workspace = open_workspace(program.database, write=True)
        session = workspace.open(answer.json[0]["id"])
        session.identify(make_identity(year=year))
        workspace.close()
    workspace = open_workspace(program.database, write=False)
    grid, assessment = workspace.load(2)
    last = last_time_of(workspace, grid, assessment)
    workspace.close()
    labels = {line.id: line.label.partition(". ")[2] for line in grid.activities.values()}
    assert list(labels.values())[1] == ADDED
    assert last is not None
    before = {(labels[cell.activity], note) for cell, note in last.assessment.answers.items()}
    assert before == {*NOTES.items()}
    assert program.run("texte", typed="2\ngrille\n2\nquitter\n").code == 0
    assert "n’est pas comparable" in program.run("synthese", "2").out, "the year before asked less"
    assert rows(program.database, "SELECT value FROM value WHERE field = 'nombre'") == [(str(COUNTED),)]
