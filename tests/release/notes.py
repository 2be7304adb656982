"""The notes of a release, out of the changelog: `python -m tests.release.notes v1.0.0`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from ctg_tui import __version__
from tests.release.locked import ROOT


def notes(tag: str, changelog: str, version: str = __version__) -> str:
    """Return the section of `changelog` for `tag`. Raises ValueError without one, or for another version."""
    if tag != f"v{version}":
        raise ValueError(f"the tag {tag} is not the version of the program, {version}")
    heading = re.compile(rf"^## \[{re.escape(version)}\].*\n", re.MULTILINE)
    match = heading.search(changelog)
    if match is None:
        raise ValueError(f"CHANGELOG.md has no section [{version}]")
    section, _, _ = changelog[match.end() :].partition("\n## [")
    if not section.strip():
        raise ValueError(f"the section [{version}] of CHANGELOG.md is empty")
    return section.strip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(notes(sys.argv[1], Path(ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
