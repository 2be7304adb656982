"""`importer` shows the values of a workbook, and writes nothing."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.grids.catalogue import shipped_grids
from tests.cli.program import Program
from tests.spreadsheet.workbooks import Layout, answers_of, make_workbook, saved


def test_importer_shows_the_values_of_a_workbook_in_the_json_that_other_programs_read(
    filled: Program, tmp_path: Path
) -> None:
    grid = shipped_grids()[0]
    answers = answers_of(grid)
    workbook = tmp_path / "grille.xlsx"
    workbook.write_bytes(saved(make_workbook(grid, answers, Layout())))
    before = filled.database.read_bytes()
    answer = filled.run("importer", workbook, "--json")
    assert answer.code == 0
    (facts,) = answer.json
    assert (facts["nature"], facts["etat"]) == ("tableur", "lu")
    assert facts["grille"] == {"connue": True, "id": grid.id, "activites": 51, "indicateurs": 15}
    assert len(facts["lu"]) == len(answers)
    assert facts["lu"][0].keys() == {"adresse", "activite", "libelle", "politique", "note"}
    assert facts["non_lu"] == facts["a_confirmer"] == []
    assert filled.database.read_bytes() == before


def test_a_file_that_is_no_workbook_ends_in_3_beside_the_others(filled: Program, tmp_path: Path) -> None:
    grid = shipped_grids()[0]
    workbook, other = tmp_path / "grille.xlsx", tmp_path / "budget.csv"
    workbook.write_bytes(saved(make_workbook(grid, {}, Layout())))
    other.write_text("Poste;Montant\n", encoding="utf-8")
    answer = filled.run("importer", other, workbook, "--json")
    assert answer.code == 3
    assert [facts["etat"] for facts in answer.json] == ["refuse", "lu"]
