"""The generated part of the docs: `python -m tests.make_docs` writes the table of docs/architecture.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from tests import rooms

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "architecture.md"
_TABLE: Final = "<!-- The table of rooms and capabilities: python -m tests.make_docs -->"
_END: Final = "<!-- end of the table -->"


def architecture() -> str:
    """Return the page on the rooms, with the table of what stands where."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_TABLE)
    return f"{before}{_TABLE}\n\n{rooms.table()}\n\n{_END}{rest.partition(_END)[2]}"


if __name__ == "__main__":
    ArgumentParser(description=__doc__).parse_args()
    PAGE.write_text(architecture(), encoding="utf-8", newline="\n")
