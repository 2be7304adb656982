"""The part of `requirements.lock` that the program runs with, and the wheels that it names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parents[2]
LEFT_OUT: Final = {"pip"}
"""Required by sqlite-utils for its own plugins only; every environment that can install has one."""

_SYSTEMS: Final = (
    {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
    {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin"},
    {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"},
)
_PURE_WHEELS: Final = (
    *("--only-binary", ":all:", "--platform", "any"),
    *("--implementation", "py", "--abi", "none"),
)
"""Options of pip: wheels that run on every system and Python."""
_MADE_HERE: Final = ("markupsafe",)
"""Published as wheels of one system each; without a C compiler its sources make a wheel of pure Python."""
_NO_COMPILER: Final = {"CC": "false", "SOURCE_DATE_EPOCH": "315532800"}
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
"""The versions of Python that a release supports."""


def runtime_lock() -> str:
    """Return the locked requirements, with hashes, of the program without the development tools.

    Raises ValueError if the lock file misses one.
    """
    return "".join(_locked(_needed()))


def fetch_wheels(folder: Path, *, leave_out: Collection[str] = ()) -> list[Path]:
    """Put the locked wheels that the program requires on any system in `folder`, all of pure Python.

    Each is what the lock's hashes name, or made here from sources that they name. `leave_out` names packages
    to do without. Raises ValueError for a wheel of one system, CalledProcessError if a tool fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "runtime.lock"
    pip = (sys.executable, "-m", "pip")
    options = ("--quiet", "--no-deps", "--require-hashes", "-r", lock)
    # Without the conditions on the system: what only Windows needs is then fetched too.
    lines = _locked(_needed().difference(leave_out, _MADE_HERE))
    lock.write_text("".join(re.sub(r"^(\S+==\S+) ; [^\\\n]*", r"\1 ", line) for line in lines))
    subprocess.run([*pip, "download", "--dest", folder, *_PURE_WHEELS, *options], check=True)
    lock.write_text("".join(_locked(_MADE_HERE)))
    made_here = ("--no-binary", ",".join(_MADE_HERE), "--no-build-isolation", "--no-cache-dir")
    subprocess.run(
        [*pip, "wheel", "--wheel-dir", folder, *made_here, *options],
        check=True,
        env=os.environ | _NO_COMPILER,
    )
    lock.unlink()
    wheels = sorted(folder.iterdir())
    if native := [path.name for path in wheels if not path.name.endswith("-none-any.whl")]:
        raise ValueError(f"not of pure Python: {native}")
    return wheels


def _locked(names: Iterable[str]) -> list[str]:
    """Return the part of the lock file about each package. Raises ValueError if it misses one."""
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    found = {block.partition("==")[0]: block.rstrip("\n") for block in blocks}
    if missing := set(names) - found.keys():
        raise ValueError(f"not in requirements.lock: {sorted(missing)}")
    return [f"{found[name]}\n" for name in sorted(names)]


def _needed() -> set[str]:
    seen: set[tuple[str, str]] = set()
    waiting = [("ctg-tui", "")]
    while waiting:
        for wanted in _required_by(*waiting.pop()):
            if wanted not in seen and wanted[0] not in LEFT_OUT:
                seen.add(wanted)
                waiting.append(wanted)
    return {name for name, _ in seen}


def _required_by(name: str, extra: str) -> Iterator[tuple[str, str]]:
    """Yield the packages and extras that `name[extra]` requires on any supported system and Python."""
    try:
        lines = requires(name) or ()
    except PackageNotFoundError:  # needed on another system than this one
        return
    for requirement in map(Requirement, lines):
        if requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra, "python_version": python} | system)
            for python in PYTHONS
            for system in _SYSTEMS
        ):
            required = re.sub(r"[-_.]+", "-", requirement.name).lower()
            yield from ((required, wanted) for wanted in ("", *requirement.extras))


def build_wheel(folder: Path) -> Path:
    """Build the wheel of the program in `folder`, without the network; return its path."""
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = folder.glob("*.whl")
    return wheel
