"""Measures without a terminal: `--version`, and verifying submissions."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from ctg_tui.domain.assessment import Status
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import build, serialise
from ctg_tui.submission.file import verify
from tests.bench.databases import filled
from tests.bench.figures import Row, Series
from tests.strategies import charente

SUBMISSIONS = 4580
"""One for each chargé de coopération of France."""


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


def verification(folder: Path, files: int, rounds: int) -> list[Row]:
    """Measure verifying submissions of realistic size against `json.loads` of the same bytes."""
    catalogue = Catalogue(None)
    grid = charente()
    chance = random.Random(files)
    paths = []
    for number in range(files):
        document = build(
            grid,
            filled(grid, chance, number + 1),
            number=1,
            status=Status.DRAFT,
            created_at=datetime(2027, 1, 20, 14, tzinfo=UTC),
            identifier=UUID(int=number, version=4),
            software="ctg-tui 0.1.0",
        )
        path = folder / f"{number:05}.json"
        path.write_bytes(serialise(document))
        paths.append(path)
    contents = [path.read_bytes() for path in paths]
    size = sum(map(len, contents)) // len(contents)
    if not verify(paths[0], catalogue).ok:  # also compiles the schema, once
        raise AssertionError("the bench's own submission is refused")
    parsed, verified, single = [], [], []
    for _ in range(rounds):
        start = time.perf_counter()
        for content in contents:
            json.loads(content)
        parsed.append(time.perf_counter() - start)
        start = time.perf_counter()
        accepted = sum(verify(path, catalogue).ok for path in paths)
        verified.append(time.perf_counter() - start)
        if accepted != files:
            raise AssertionError(f"{files - accepted} of the bench's submissions are refused")
        start = time.perf_counter()
        verify(paths[0], catalogue)
        single.append(1000 * (time.perf_counter() - start))
    return [
        Row(
            f"verify {files} submissions ({size // 1000} kB each)",
            Series("json.loads", "s", tuple(parsed)),
            Series("verify", "s", tuple(verified)),
            bound=12,
        ),
        Row("verify one submission", None, Series("one", "ms", tuple(single)), bound=50),
    ]
