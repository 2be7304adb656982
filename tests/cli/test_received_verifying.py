"""`verifier`: a verdict for each file, whatever stands in its place."""

from __future__ import annotations

import os

import pytest

from tests.cli.program import Program


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_pipe_or_a_device_never_makes_verifier_wait(program: Program) -> None:
    fifo = program.home / "tube"
    os.mkfifo(fifo)
    answer = program.run("verifier", "--json", fifo, "/dev/zero")
    assert answer.code == 3
    assert [verdict["probleme"]["code"] for verdict in answer.json] == ["pas-un-fichier"] * 2
