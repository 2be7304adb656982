"""Run the bench: `python -m tests.bench [--quick] [--json FILE] [--markdown FILE]`.

Prints each ratio with its spread; `--quick` takes a few measures only, to check that the harness runs.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Rating, Territory
from ctg_tui.domain.changes import Edit, Operation
from tests.bench import commands, interface
from tests.bench.figures import Row
from tests.databases import DATABASE_NAME, open_workspace
from tests.strategies import charente, make_identity

WIDE = (120, 40)
FULL_MARKER = "Territoire"


def measure(folder: Path, *, quick: bool) -> Iterator[Row]:
    """Yield each row of the table as soon as it is measured."""
    starts, presses, files = (3, 12, 20) if quick else (20, 150, commands.SUBMISSIONS)
    many = make_database(folder / "base-50", 50)
    yield interface.start_times(many, FULL_MARKER, starts, WIDE, "start → usable frame, 50 assessments")
    yield interface.keys(folder, _fresh(folder), presses, WIDE)
    yield from interface.slow_disk(_fresh(folder), folder, min(presses, 40), WIDE)
    yield interface.memory(_fresh(folder), WIDE)
    yield commands.version(starts * 2)
    yield from commands.consolidation(folder, files)


def make_database(folder: Path, assessments: int) -> Path:
    """Make a database of so many assessments, all noted but the last, which opens first; return its path."""
    folder.mkdir()
    workspace, grid = open_workspace(folder), charente()
    for number in range(1, assessments + 1):
        territory = Territory(f"Territoire {number:03}", None, "16")  # each with its name in the list
        session = workspace.open(workspace.create(make_identity(territory=territory), grid))
        if number < assessments:
            notes = edits.rate(session.assessment, grid.cells, Rating.MOSTLY)
            workspace.store.record(session.assessment.id, Edit(Operation.OTHER, notes), None)
    workspace.close()
    return folder / DATABASE_NAME


def _fresh(folder: Path) -> Path:
    """Make a database with one empty assessment of 153 cells, and return its path."""
    return make_database(folder / f"fresh-{len(list(folder.iterdir()))}", 1)


def cells_of(row: Row) -> Sequence[str]:
    """Return the cells of a row of the table."""
    bound = "–" if row.bound is None else f"≤ {row.bound:g}"
    if row.floor is None:
        return (row.what, "–", row.ours.summary(), f"{row.ratio:.4g}", bound, _verdict(row))
    ratio = f"{row.ratio:.2f} ({row.low_ratio:.2f} by 10 % quantiles)"
    return (row.what, row.floor.summary(), row.ours.summary(), ratio, bound, _verdict(row))


def _verdict(row: Row) -> str:
    if row.bound is None:
        return "–"
    return "held" if row.held else "MISSED"


def machine() -> str:
    return f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    root = Path(__file__).parents[2]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a missing .pyc makes every start 3.6 times longer
    for package in ("ctg_tui", "tests/bench"):
        compileall.compile_dir(root / package, quiet=1)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for row in measure(Path(folder), quick=options.quick):
            rows.append(row)
            sys.stdout.write(" | ".join(cells_of(row)) + "\n")
            sys.stdout.flush()
    if options.json:
        table = {"machine": machine(), "rows": [asdict(row) | {"ratio": row.ratio} for row in rows]}
        options.json.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.markdown:
        _write_table(options.markdown, rows)
    missed = [row.what for row in rows if not row.held]
    sys.stdout.write(f"{len(rows) - len(missed)} held, {len(missed)} missed: {'; '.join(missed) or 'none'}\n")
    return 0


BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def _write_table(page: Path, rows: Sequence[Row]) -> None:
    """Write the table between its two marks in `page`."""
    lines = [
        f"Measured on {machine()}; median (10 % – 90 % quantiles).",
        "",
        "| what | floor | ours | ratio | bound | |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(cells_of(row))} |" for row in rows),
    ]
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{chr(10).join(lines)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
