"""Small faults drawn from domain/ and submission/, one at a time: which of them does a test catch?

`python -m tests.laboratory.sampled_mutants [--count 300] [--seed 1]` works in a copy of the tree. It first
runs the tests once and notes the lines that each one takes; then, for each mutant, it runs those that take
its line, the nearest and quickest first, until one fails. It ends with a list of the mutants not caught.

Each run is a fork of a process that has imported the heavy libraries and nothing of the package.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.laboratory.source_mutants import Mutant, sample

ROOT = Path(__file__).resolve().parents[2]
MUTATED = ("ctg_tui/domain", "ctg_tui/submission")
TESTS = (
    "domain",
    "submission",
    "wording",
    "grids",
    "chart",
    "storage",
    "services",
    "report",
    "cli",
    "system",
)
"""Folders of tests that take the lines of these rooms without drawing a screen."""

NEAR_SECONDS, FAR_SECONDS = 30.0, 30.0
"""How much of a processor the tests of the same room, then the others, may take for one mutant."""

_LIBRARIES = (
    *("click.testing", "coverage", "fastjsonschema", "hypothesis.strategies", "openpyxl"),
    *(
        "pytest_asyncio.plugin",
        "rich.console",
        "sqlite_utils.db",
        "textual.app",
        "textual.widgets",
        "xlsxwriter",
    ),
)
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "dist", "build", "demo")
_OPTIONS = [
    "-x",
    "-q",
    "--no-header",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-m",
    "not night",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
]


def main() -> int:
    """Run the program; end in 0 whatever number of mutants is caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        _run_here(options.count, options.seed)
        return 0
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "copy"
        shutil.copytree(ROOT, copy, ignore=_NOT_COPIED)
        arguments = ["--inside", "--count", str(options.count), "--seed", str(options.seed)]
        return subprocess.run(
            [sys.executable, "-m", "tests.laboratory.sampled_mutants", *arguments],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "TMPDIR": name},
            check=False,
        ).returncode


def _run_here(count: int, seed: int) -> None:
    _import_libraries()
    started = time.monotonic()
    lines = _lines_taken()
    _say(f"{len(lines)} tests pass, in {time.monotonic() - started:.0f} s with their lines noted")
    sys.dont_write_bytecode = True
    alive, caught = [], Counter[str]()
    mutants = sample(ROOT, MUTATED, count, seed)
    for mutant in mutants:
        verdict = _verdict(mutant, lines)
        if verdict:
            caught[mutant.kind] += 1
        else:
            alive.append(mutant)
        _say(f"caught {mutant} ({verdict})" if verdict else f"ALIVE  {mutant}")
    kinds = Counter(mutant.kind for mutant in mutants)
    _say(f"\n{len(mutants) - len(alive)} of {len(mutants)} caught in {time.monotonic() - started:.0f} s")
    _say(", ".join(f"{kind} {caught[kind]}/{number}" for kind, number in sorted(kinds.items())))
    _say("alive:" if alive else "none alive")
    for mutant in sorted(alive):
        _say(f"  {mutant}")


def _import_libraries() -> None:
    """Import here, once, what every fork would import again; the package itself is left for the forks."""
    for library in _LIBRARIES:
        importlib.import_module(library)
    if any(name.split(".")[0] == "ctg_tui" for name in sys.modules):
        raise AssertionError("the package must not be imported before it is mutated")
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants",
        max_examples=20,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")


class Taken:
    """The seconds of processor of one test, and the lines it takes in each mutated file."""

    def __init__(self, seconds: float, lines: dict[str, list[int]]) -> None:
        """Store the measures."""
        self.seconds = seconds
        self.lines = {file: set(numbers) for file, numbers in lines.items()}

    def takes(self, mutant: Mutant) -> bool:
        """Return True if this test runs the line of `mutant`."""
        return mutant.line in self.lines.get(mutant.file, ())


def _lines_taken() -> dict[str, Taken]:
    """Run every test without a fault: for each that passes, its seconds and its lines."""
    said = _in_fork(_measured, 1200)
    if said is None or not said.startswith("{"):
        raise AssertionError(f"the tests themselves do not come to an end: {said}")
    return {node: Taken(seconds, lines) for node, (seconds, lines) in json.loads(said).items()}


def _measured() -> str:
    import coverage

    measure = coverage.Coverage(data_file=None, source=[str(ROOT / folder) for folder in MUTATED])
    watcher = _Watcher(measure)
    with contextlib.redirect_stdout(io.StringIO()):
        measure.start()
        pytest.main([*_OPTIONS[1:], *(f"tests/{folder}" for folder in TESTS)], plugins=[watcher])
        measure.stop()
    data = measure.get_data()
    taken: dict[str, tuple[float, dict[str, list[int]]]] = {
        node: (seconds, {}) for node, seconds in watcher.seconds.items()
    }
    for name in data.measured_files():
        file = Path(name).relative_to(ROOT).as_posix()
        at_import: list[int] = []
        by_test: dict[str, list[int]] = {}
        for line, contexts in data.contexts_by_lineno(name).items():
            if "" in contexts:
                at_import.append(line)
            for context in contexts:
                by_test.setdefault(context, []).append(line)
        # A constant is read without its line being run: any test of the room may be about it.
        room = f"tests/{file.split('/')[1]}/"
        for node in taken:
            if node in by_test or node.startswith(room):
                taken[node][1][file] = by_test.get(node, []) + at_import
    return json.dumps(taken)


class _Watcher:
    """Name what is measured after the test that runs, and note the seconds of processor of those that pass.

    Of processor, so that a loaded machine tries as many tests on a mutant as an idle one.
    """

    def __init__(self, measure: Any) -> None:
        self.measure = measure
        self.seconds: dict[str, float] = {}
        self.begun = 0.0

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.measure.switch_context(item.nodeid)
        self.begun = sum(os.times()[:4])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = sum(os.times()[:4]) - self.begun


class _Chosen:
    """Run the tests of `order` only, in that order, and remember the one that failed."""

    def __init__(self, order: list[str]) -> None:
        self.ranks = {node: rank for rank, node in enumerate(order)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self.ranks), key=lambda item: self.ranks[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def _verdict(mutant: Mutant, lines: dict[str, Taken]) -> str:
    """Return what caught `mutant`: a test, an error while importing or a time limit; "" when nothing did."""
    file = ROOT / mutant.file
    source = file.read_bytes()
    for compiled in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
        compiled.unlink()  # its date and size may be those of the mutant
    file.write_bytes(mutant.applied(source))
    try:
        for order, seconds in _orders(mutant, lines):
            said = _in_fork(lambda order=order: _first_failure(order), 60 + 10 * seconds)  # type: ignore[misc]
            if said is None:
                return "time limit"
            if said:
                return said
    finally:
        file.write_bytes(source)
    return ""


def _orders(mutant: Mutant, lines: dict[str, Taken]) -> Iterable[tuple[list[str], float]]:
    """Yield the tests to run, by nodeid, and their seconds: those of the same room, then the others."""
    _, room, name = mutant.file.split("/")
    takers = sorted(
        (node for node, taken in lines.items() if taken.takes(mutant)),
        key=lambda node: (not node.startswith(f"tests/{room}/test_{name}"), lines[node].seconds, node),
    )
    near = [node for node in takers if node.startswith(f"tests/{room}/")]
    far = [node for node in takers if not node.startswith(f"tests/{room}/")]
    for nodes, limit in ((near, NEAR_SECONDS), (far, FAR_SECONDS)):
        order: list[str] = []
        total = 0.0
        for node in nodes:
            total += lines[node].seconds
            if total > limit and order:
                break
            order.append(node)
        if order:
            yield order, min(total, limit)


def _first_failure(order: list[str]) -> str:
    chosen = _Chosen(order)
    files = sorted({node.partition("::")[0] for node in order})
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main([*_OPTIONS, *files], plugins=[chosen])
    if chosen.failed:
        return chosen.failed.encode("ascii", "backslashreplace").decode()[:120]
    return "" if code == pytest.ExitCode.OK else f"pytest ends in {int(code)}"


def _in_fork(work: Callable[[], str], limit: float) -> str | None:
    """Return the result of `work` in a fork of this process, or None when it takes over `limit` seconds."""
    with tempfile.TemporaryDirectory() as name:
        answer, errors = Path(name) / "answer", Path(name) / "errors"
        sys.stdout.flush()
        child = os.fork()
        if not child:
            os.setsid()
            for descriptor in (1, 2):
                os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
            os.environ["TMPDIR"] = tempfile.tempdir = name
            try:
                answer.write_text(work(), encoding="utf-8")
            except BaseException:
                traceback.print_exc()
                raise
            finally:
                sys.stderr.flush()
                os._exit(0)
        ends = time.monotonic() + limit
        while not os.waitpid(child, os.WNOHANG)[0]:
            if time.monotonic() > ends:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return None
            time.sleep(0.01)
        if answer.exists():
            return answer.read_text(encoding="utf-8")
        return f"the process ended: {errors.read_text(encoding='utf-8', errors='replace')[-500:]}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
