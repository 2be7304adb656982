"""A computer whose clock or time zone is set wrong: everything still works, in sentences."""

from __future__ import annotations

import os
import re

import pytest

from tests.cli.program import ROOT, Program


@pytest.mark.skipif(os.name != "posix", reason="TZ is read otherwise on Windows")
@pytest.mark.parametrize("zone", ["XXX+99", "XXX-99:99"])
def test_an_impossible_time_zone_leaves_every_command_at_work(filled: Program, zone: str) -> None:
    for command in (
        *("liste", "synthese", "sauvegarder", "restaurer"),
        *("docteur", "dossier 1 --sortie .", "exporter 1 --sortie ."),
    ):
        answer = filled.run(*command.split(), environment={"TZ": zone})
        assert answer.code == 0, f"{command}: {answer.err}"
        assert "imprévue" not in answer.err


def test_local_time_is_asked_of_one_function_that_never_fails() -> None:
    callers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "ctg_tui").rglob("*.py")
        if re.search(r"\.astimezone\(\)|date\.today\(|datetime\.now\(\)", path.read_text(encoding="utf-8"))
    ]
    assert callers == ["ctg_tui/system/local_time.py"]
