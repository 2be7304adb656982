"""The part of `requirements.lock` that the program runs with: `python -m tests.release.locked` prints it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection, Iterator
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
PURE_WHEELS: Final = (
    "--only-binary",
    ":all:",
    "--platform",
    "any",
    "--implementation",
    "py",
    "--abi",
    "none",
)
"""Options of pip: wheels that run on every system and Python."""
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
"""The versions of Python that a release supports."""


def runtime_lock(*, everywhere: bool = False, leave_out: Collection[str] = ()) -> str:
    """Return the locked requirements, with hashes, of the program without the development tools.

    With `everywhere`, the conditions on the system are left out: what only Windows needs is then included.
    `leave_out` names packages to do without.
    Raises ValueError if the lock file misses one.
    """
    needed = _needed()
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    found = {block.partition("==")[0]: block.rstrip("\n") for block in blocks}
    if missing := needed - found.keys():
        raise ValueError(f"not in requirements.lock: {sorted(missing)}")
    texts = [found[name] for name in sorted(needed.difference(leave_out))]
    if everywhere:
        texts = [re.sub(r"^(\S+==\S+) ; [^\\\n]*", r"\1 ", text) for text in texts]
    return "\n".join(texts) + "\n"


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


if __name__ == "__main__":
    sys.stdout.write(runtime_lock(everywhere=True))
