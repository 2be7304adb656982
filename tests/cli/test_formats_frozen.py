"""What version 1.0.0 writes is read by every later version: a base, the files that people exchange, a grid.

`python -m tests.cli.test_formats_frozen` writes them again, in tests/data/version-1.0, as long as 1.0.0 is
not released; from that day on they stay as they are.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.file import read
from tests.cli.program import ROOT, Program
from tests.cli.test_commands_json import stable
from tests.demo import EXAMPLE, fill
from tests.received import a_review, an_assessment, submission
from tests.returned import Filler, fill_review, opened, report_of, saved
from tests.strategies import charente

FROZEN: Final = ROOT / "tests" / "data" / "version-1.0"
BASE: Final = "ctg-tui.db"
IN_THE_BASE: Final = """
    liste
    synthese 1
    rapport 1 --sortie rapport.html
    exporter 1 --sortie envoi --definitif
    dossier 1 --sortie envoi
    docteur
"""
AS_FILES: Final = """
    verifier soumission.json
    grille verifier grille.toml
    importer soumission.json avis.json retour.xlsx
    importer soumission.json --nouvelle
    synthese 1
"""


def read_again(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what commands say of copies of the frozen files, in `folder`: of the base, then of the files."""
    for name, lines in (("base", IN_THE_BASE), ("fichiers", AS_FILES)):
        place = folder / name
        shutil.copytree(FROZEN, place)
        (place / "envoi").mkdir()
        program = Program(place)
        if name == "base":
            (place / BASE).rename(program.database)
        for line in map(str.strip, lines.strip().splitlines()):
            answer = program.run(*line.split(), "--json")
            yield {"commande": line, "code": answer.code, "json": stable(answer.json, str(place))}


def test_what_version_1_0_0_wrote_is_read_as_it_was(tmp_path: Path) -> None:
    expected = json.loads((FROZEN / "attendus.json").read_text(encoding="utf-8"))
    assert list(read_again(tmp_path)) == expected


def _write(folder: Path) -> None:
    """Write a file of each format with the present program."""
    example = read(EXAMPLE, Catalogue()).assessment
    database = folder / BASE
    fill(database, example)
    workspace = open_workspace(database, write=True)
    session = workspace.open(1)
    session.rate(session.grid.cells[0], Rating.NO)
    session.undo()
    session.fill_forecast(Forecast((ForecastLine("Nom", "Prénom", 80_350, 2_400_000),)))
    workspace.close()
    received = an_assessment()
    (folder / "soumission.json").write_bytes(submission(received))
    (folder / "avis.json").write_bytes(a_review(charente(), received))
    _, report = report_of(folder, received)
    shutil.rmtree(folder / "recus")
    filler = Filler(opened(report))
    fill_review(filler)
    saved(filler.book, folder / "retour.xlsx")
    shutil.copy(ROOT / "data" / "grilles" / "charente-2024-08.toml", folder / "grille.toml")
    program = Program(folder)
    given = {"CTG_TUI_BASE": str(database)}
    answer = program.run("importer", "soumission.json", "avis.json", environment=given)
    assert answer.code == 0, answer.err
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    (folder / f"{BASE}.verrou").unlink()


if __name__ == "__main__":
    shutil.rmtree(FROZEN, ignore_errors=True)
    FROZEN.mkdir(parents=True)
    _write(FROZEN)
    with tempfile.TemporaryDirectory() as made:
        rows = [*read_again(Path(made) / "copies")]
    text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    (FROZEN / "attendus.json").write_text(text, encoding="utf-8")
    sys.stdout.write("".join(f"{path.name} {path.stat().st_size}\n" for path in sorted(FROZEN.iterdir())))
