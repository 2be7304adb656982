"""The whole job without a keyboard: `python -m tests.demo FOLDER`.

A database is filled by the edits of a person, from the shipped example submission; then the commands print
its figures and its radar, export it, verify the export, and prepare the whole dossier.
Everything stays in FOLDER.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.file import read
from tests.databases import Clock
from tests.strategies import charente

EXAMPLE = Path(__file__).parents[1] / "data" / "exemples" / "bon-definitif.json"


def fill(database: Path, example: Assessment, grid: Grid | None = None) -> int:
    """Create an assessment in `database` with the content of `example`, and return its id."""
    workspace = open_workspace(database, write=True, clock=Clock())
    try:
        assessment_id = workspace.create(example.identity, grid or charente())
        session = workspace.open(assessment_id)
        for cell, answer in example.answers.items():
            session.rate(cell, answer)
        for line, text in example.comments.items():
            session.comment(line, text)
        for line, number in example.numbers.items():
            session.count(line, number)
        for line, text in example.remarks.items():
            session.remark(line, text)
        for topic, text in example.preparation.items():
            session.prepare(topic, text)
        for line, action in example.actions.items():
            session.plan(line, action)
        return assessment_id
    finally:
        workspace.close()


def run(database: Path, *arguments: str) -> None:
    """Run `ctg-tui` on `database` as a process. Exits when it fails."""
    environment = os.environ | {"CTG_TUI_BASE": str(database), "PYTHONUTF8": "1"}
    print(f"\n$ ctg-tui {' '.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "ctg_tui", *arguments], env=environment, check=False)
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def main(folder: Path) -> None:
    """Fill, print, export, verify."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "demonstration.db"
    for former in (database, *folder.glob("CTG_*.json")):
        former.unlink(missing_ok=True)
    fill(database, read(EXAMPLE, Catalogue()).assessment)
    run(database, "liste")
    run(database, "synthese")
    run(database, "exporter", "--sortie", str(folder), "--definitif")
    run(database, "verifier", *map(str, folder.glob("CTG_*.json")))
    run(database, "dossier", "--sortie", str(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"))
