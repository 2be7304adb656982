"""Sixty workbooks as Cafs and town halls make them, read by the command that anybody may run."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from tests.outside.caf_workbooks import LINES, WORKBOOKS, judge, read_truth
from tests.outside.commands import command

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


def test_two_ticks_on_a_line_for_one_policy_are_both_named_and_neither_is_read(tmp_path: Path) -> None:
    path = tmp_path / "croix.xlsx"
    book = load_workbook(WORKBOOKS / path.name)
    sheet = book["Grille"]
    assert (sheet["D7"].value, sheet["F7"].value) == ("x", None)
    sheet["F7"] = "x"
    book.save(path)
    (found,) = command(tmp_path / "evaluations.db", "importer", path, "--json").json
    twice = {one["adresse"] for one in found["non_lu"] if "Plusieurs cases sont cochées" in one["raison"]}
    assert twice == {"Grille!D7", "Grille!F7"}
    assert not twice & {one["adresse"] for one in found["lu"]}
