"""`exporter` and `verifier`: the second accepts the files of the first, and refuses others with a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import fill
from tests.cli.program import Program


def export(program: Program, *arguments: object) -> Path:
    answer = program.run("exporter", "--sortie", program.home, "--json", *arguments)
    assert answer.code == 0, answer.err
    return Path(answer.json["fichier"])


def test_with_several_assessments_the_number_is_needed(program: Program) -> None:
    first, second = fill(program, 2026, every=9), fill(program, 2027, every=9)
    answer = program.run("exporter", "--sortie", program.home)
    assert (answer.code, answer.out) == (2, "")
    assert f"{second} et {first}" in answer.err
    assert not list(program.home.glob("CTG_*"))
    assert "_2026_" in export(program, first).name


def test_an_incomplete_assessment_does_not_become_final(filled: Program) -> None:
    answer = filled.run("exporter", "--sortie", filled.home, "--definitif")
    assert (answer.code, answer.out) == (1, "")
    assert "cases vides" in answer.err
    assert not list(filled.home.glob("CTG_*"))


@pytest.mark.parametrize("kind", ["absent", "file"])
def test_a_folder_that_cannot_be_written_is_refused(filled: Program, kind: str) -> None:
    folder = filled.home / "dossier"
    if kind == "file":
        folder.write_text("", encoding="utf-8")
    answer = filled.run("exporter", "--sortie", folder)
    assert (answer.code, answer.out) == (1, "")
    assert f"« {folder} »" in answer.said
