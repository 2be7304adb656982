"""The test modules import where Python has only what Windows has: their marks alone leave tests out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.release.locked import ROOT

AS_ON_WINDOWS = """
import importlib, shutil, signal, sys, types
import click, hypothesis, openpyxl, pytest, pyte, sqlite_utils, textual.app, textual.pilot, xlsxwriter
from pathlib import Path
import concurrent.futures.process, multiprocessing.pool, os, socket, subprocess, uuid, pexpect
POSIX = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty", "pexpect")
for name in POSIX:
    sys.modules[name] = None
for name in ("SIGKILL", "SIGHUP", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTRAP", "SIGTSTP", "alarm"):
    delattr(signal, name)
for name in ("fork", "mkfifo", "geteuid", "getuid", "setuid", "killpg", "statvfs", "O_NOFOLLOW"):
    delattr(os, name)
sys.modules["msvcrt"] = types.ModuleType("msvcrt")
shutil._winapi = types.SimpleNamespace(NeedCurrentDirectoryForExePath=lambda _: True)
sys.platform = "win32"
failed = []
for path in sorted(Path("tests").rglob("test_*.py")):
    try:
        importlib.import_module(".".join(path.with_suffix("").parts))
    except pytest.skip.Exception:
        pass
    except Exception as error:
        failed.append(f"{path}: {error!r}")
print(*failed, sep="\\n", end="")
"""
"""Deletes what Windows lacks, behind the libraries, whose own imports are not in question."""


@pytest.mark.night
@pytest.mark.skipif(sys.platform == "win32", reason="there the tests themselves show it")
def test_every_test_module_imports_without_what_only_posix_has() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
