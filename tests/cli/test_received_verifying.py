"""`verifier`: a verdict for each file, whatever stands in its place."""

from __future__ import annotations

import os
import sys

import pytest

from tests.cli.program import Program, as_anybody
from tests.cli.test_sending_submission import export


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_pipe_or_a_device_never_makes_verifier_wait(program: Program) -> None:
    fifo = program.home / "tube"
    os.mkfifo(fifo)
    answer = program.run("verifier", "--json", fifo, "/dev/zero")
    assert answer.code == 3
    assert [verdict["probleme"]["code"] for verdict in answer.json] == ["pas-un-fichier"] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="gives up rights as Linux has them")
def test_a_path_that_cannot_be_read_has_its_verdict_beside_the_others(filled: Program) -> None:
    good = export(filled)
    closed, folder = filled.home / "fermé.json", filled.home / "fermé"
    closed.write_bytes(good.read_bytes())
    closed.chmod(0)
    folder.mkdir()
    folder.chmod(0)
    paths = (good, closed, folder / "a.json")
    answer = filled.run_process("verifier", "--json", *paths, before=as_anybody)
    assert answer.code == 3
    assert answer.json[0]["probleme"] is None
    assert [one["probleme"]["code"] for one in answer.json[1:]] == ["fichier-illisible"] * 2
    assert filled.run_process("rapport", closed, "--sortie", "r.html", before=as_anybody).code == 3
    grid = filled.run_process("grille", "verifier", closed, before=as_anybody)
    assert (grid.code, "ne peut pas être lu" in grid.said) == (3, True)
