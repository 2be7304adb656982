"""Measures without a terminal: `--version`, and the workbook of many submissions."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.sending import Sending
from ctg_tui.submission.document import assemble, serialise
from tests.bench.figures import Row, Series
from tests.strategies import charente, filled_assessment

SUBMISSIONS = 200
"""Ten times those of a département."""


def version(starts: int) -> Row:
    """Measure `ctg-tui --version` against an interpreter that does nothing."""
    program = str(Path(sys.executable).with_name("ctg-tui"))
    nothing, ours = [], []
    for _ in range(starts):
        nothing.append(_milliseconds([sys.executable, "-c", "pass"]))
        ours.append(_milliseconds([program, "--version"]))
    return Row(
        "`ctg-tui --version`",
        Series("python -c pass", "ms", tuple(nothing)),
        Series("--version", "ms", tuple(ours)),
        bound=1.7,
    )


def _milliseconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - start)


def consolidation(folder: Path, files: int) -> list[Row]:
    """Measure the workbook of many submissions of realistic size: seconds, and the most memory."""
    grid = charente()
    given = folder / "recus"
    given.mkdir()
    for number in range(files):
        identifier = str(UUID(int=number, version=4))
        document = assemble(
            Sending(1, identifier, datetime(2027, 1, 20, 14, tzinfo=UTC), Status.DRAFT, ""),
            "ctg-tui 0.1.0",
            filled_assessment(grid)._replace(uuid=identifier),
            grid,
        )
        (given / f"{number:05}.json").write_bytes(serialise(document))
    program = str(Path(sys.executable).with_name("ctg-tui"))
    command = [program, "consolider", str(given), "--sortie", str(folder / "tableau.xlsx")]
    seconds = _milliseconds(command) / 1000
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return [
        Row(f"`consolider`, {files} files", None, Series("whole", "s", (seconds,)), bound=10),
        Row(f"`consolider`, {files} files: memory", None, Series("peak", "MB", (peak,)), bound=200),
    ]
