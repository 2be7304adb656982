"""Sixty workbooks as Cafs and town halls make them, read by the command that anybody may run."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from tests.outside.caf_workbooks import LINES, WORKBOOKS, judge, read_truth
from tests.outside.commands import CAF_WORKBOOK, command, reported, sent_state

LEAST_READ = 0.96
"""Of the notes of ordinary workbooks; each of the others is asked about, or named with its address."""


def test_no_cell_of_sixty_workbooks_is_read_wrongly_none_is_left_out_and_nearly_all_are_read(
    tmp_path: Path,
) -> None:
    lines = json.loads((WORKBOOKS / LINES).read_bytes())
    files = [path for path in sorted(WORKBOOKS.iterdir()) if path.suffix != ".json"]
    assert len(files) == 60
    done = command(tmp_path / "evaluations.db", "importer", *files, "--json")
    amiss, filled, read = {}, 0, 0
    for path, found in zip(files, done.json, strict=True):
        truth = read_truth(path.with_name(f"{path.name}.json"))
        verdict = judge(found, truth, lines)
        if verdict.amiss:
            amiss[path.name] = verdict.amiss
        if not truth.is_misleading:
            filled, read = filled + verdict.filled, read + verdict.read
    assert amiss == {}
    assert read >= LEAST_READ * filled > 4_000
    assert "Traceback" not in done.err


def test_the_notes_of_a_hidden_row_are_asked_about_and_not_taken(tmp_path: Path) -> None:
    database, file = tmp_path / "evaluations.db", tmp_path / "masquée.xlsx"
    book = load_workbook(CAF_WORKBOOK)
    sheet = book["Grille"]
    noted = [cell.row for row in sheet.iter_rows() for cell in row if cell.value in {0, 1, 2, 3}]
    sheet.row_dimensions[noted[0]].hidden = True
    book.save(file)
    for path in (CAF_WORKBOOK, file):
        reported(database, "importer", path, "--nouvelle")
    whole, part = (
        {(one["activite"], one["politique"]) for one in state["reponses"]}
        for state in (sent_state(database, number, tmp_path / f"relu-{number}") for number in (1, 2))
    )
    assert part < whole
    assert {line for line, _ in whole - part} == {"m1.a01"}
    (facts,) = reported(database, "importer", file)
    asked = {(one["activite"], one.get("politique")) for one in facts["a_confirmer"]}
    assert whole - part <= asked
