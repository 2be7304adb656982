"""Measure what the real command reads of drawn workbooks: `python -m tests.spreadsheet.measure_layouts 2000`.

Options: `--seed N`. Prints what is wrong or left out, and ends in 0 only when nothing is.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.outside.caf_workbooks import LINES, WORKBOOKS, judge
from tests.outside.commands import command
from tests.spreadsheet.drawn_at_random import draw_at_random

AT_ONCE = 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    lines = json.loads((WORKBOOKS / LINES).read_bytes())
    filled = read = amiss = 0
    with TemporaryDirectory() as folder:
        every = draw_at_random(options.number, options.seed)
        for first in range(0, len(every), AT_ONCE):
            some = every[first : first + AT_ONCE]
            paths = [Path(folder, drawn.file_name) for drawn in some]
            for path, drawn in zip(paths, some, strict=True):
                path.write_bytes(drawn.content)
            done = command(Path(folder, "evaluations.db"), "importer", *paths, "--json")
            for drawn, found in zip(some, done.json, strict=True):
                verdict = judge(found, drawn.truth, lines)
                filled, read = filled + verdict.filled, read + verdict.read
                amiss += len(verdict.amiss)
                for what in verdict.amiss:
                    sys.stdout.write(f"{drawn.name}: {what}\n")
    sys.stdout.write(f"{filled} notes, {read} read, {amiss} wrong or left out\n")
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
