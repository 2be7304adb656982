"""`consolider`: the files of many in one workbook, its figures computed here from the JSON by hand."""

from __future__ import annotations

import tomllib
from typing import Any, Final

from openpyxl import load_workbook

from ctg_tui.domain.assessment import Coordinator, Profile
from tests.cli.program import ROOT, Program
from tests.persons import person
from tests.received import submission

POLICIES: Final = {"famille": "Famille", "education": "Éducation", "social": "Social"}
CAF_GRID: Final = tomllib.loads(
    (ROOT / "data" / "grilles" / "charente-2024-08.toml").read_text(encoding="utf-8")
)
CAF_LINES: Final = {
    line["id"]: f"1.{rank}"
    for mission in CAF_GRID["missions"]
    for rank, line in enumerate(mission["activites"], 1)
}
assert len(CAF_LINES) == 14


def plain(value: Any) -> Any:
    return value.replace("\xa0", " ").replace("\u202f", " ") if isinstance(value, str) else value


def test_texts_of_a_file_stay_texts_and_nothing_is_a_formula(program: Program) -> None:
    hostile = ["=1+1", "@SUM(A1)", "<r>x</r>", "+cmd|' /C calc'!A0", "[red]x[/]", "&[Picture]&G"]
    for number, text in enumerate(hostile):
        one = person(number)
        identity = one.identity._replace(
            territory=one.identity.territory._replace(name=text, known_id=None, siren=None),
            coordinators=(Coordinator("c1", text, "https://exemple.fr", Profile.THEMATIC, ()),),
        )
        (program.home / f"{number}.json").write_bytes(submission(one._replace(identity=identity)))
    out = program.home / "tous.xlsx"
    answer = program.run("consolider", *program.home.glob("*.json"), "--sortie", out)
    assert (answer.code, str(out) in answer.out) == (0, True)
    book = load_workbook(out)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    for text in hostile:
        assert {f"https://exemple.fr {text}", text} <= {cell.value for cell in cells}


def test_without_any_file_that_counts_nothing_is_written(program: Program) -> None:
    (program.home / "note.txt").write_text("Rien.", encoding="utf-8")
    out = program.home / "tous.xlsx"
    answer = program.run("consolider", program.home, "--sortie", out)
    assert answer.code == 1
    assert "rien n’a été écrit" in answer.said
    (program.home / "casse.json").write_text("{}", encoding="utf-8")
    answer = program.run("consolider", program.home, "--sortie", out)
    assert answer.code == 3
    assert "casse.json" in answer.said
    assert not out.exists()
