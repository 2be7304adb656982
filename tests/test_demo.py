"""`make demo`: the whole job without a keyboard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.night
def test_the_demonstration_does_the_whole_job_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "tests.demo", str(tmp_path / "demo")],
            cwd=ROOT,
            env=os.environ | {"PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        for shown in (
            "ctg-tui liste",
            "4° est la plus basse",
            "Fichier enregistré et relu",
            ": valide, définitif",
            "courriel.eml",
        ):
            assert shown in done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert len(list((tmp_path / "demo").glob("CTG_*.json"))) == 1
