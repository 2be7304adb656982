"""The environment of all tests, independent of the machine, and the number of workers."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

import pytest
from hypothesis import settings

from tests.effort import tries

OBJECTS_MADE_BEFORE_A_COLLECTION = (20_000, 20, 10)
"""Many: a key makes some 3,000, nearly none of them in a cycle. At most those of some tests wait."""
WATCHING = """
import os, sys
def _watch(event, arguments):
    if event.startswith("socket.") and not (event == "socket.__new__" and arguments[1] == 1):
        with open(os.environ["CTG_TUI_WATCHED"], "a") as log:
            log.write(f"{event} {arguments[1:]}\\n")
sys.addaudithook(_watch)
"""
"""Logs every use of a socket, except asyncio's own pair of Unix sockets."""
_SEEN = {"NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES"}
for name in [*os.environ]:
    if name.startswith("CTG_TUI_") or name in _SEEN:
        del os.environ[name]
# A terminal that draws everything: on Windows `WT_SESSION` says so.
os.environ |= {"TERM": "xterm-256color", "WT_SESSION": "tests", "TZ": "UTC"}
if hasattr(time, "tzset"):
    time.tzset()
# No deadline: shared machines pause at random.
settings.register_profile("ctg-tui", deadline=None, max_examples=tries(120))
settings.load_profile("ctg-tui")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return two more than the cores: many tests wait for a terminal, and each worker imports all anew."""
    return 2 + (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave aside all that is imported: it takes a quarter of the time else."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OBJECTS_MADE_BEFORE_A_COLLECTION)


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process that logs its uses of the network in `tmp_path/uses`."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WATCHING)
    return {
        "PYTHONPATH": f"{hook}{os.pathsep}{Path(__file__).parents[1]}",
        "CTG_TUI_WATCHED": str(tmp_path / "uses"),
        "XDG_DATA_HOME": str(tmp_path),
        "HOME": str(tmp_path),
        "PATH": str(tmp_path),  # « ouvrir le dossier » finds no program of the machine
    }
