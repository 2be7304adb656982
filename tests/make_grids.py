"""The copies read at start: `python -m tests.make_grids` writes one beside each grid of `data/grilles/`.

A copy holds the checksum of its TOML file: a stale one is never read, and a test fails.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from zlib import crc32

from ctg_tui.grids.catalogue import read_known

FOLDER = Path(__file__).parent.parent / "data" / "grilles"


def contents() -> Mapping[Path, str]:
    """Return the path and expected text of each copy."""
    return {path.with_suffix(".json"): _copy(path.read_bytes()) for path in sorted(FOLDER.glob("*.toml"))}


def _copy(raw: bytes) -> str:
    document, fingerprint = read_known(raw)
    copy = {"crc32": crc32(raw), "empreinte": fingerprint, "document": document}
    return json.dumps(copy, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for copy_path, text in contents().items():
        copy_path.write_text(text, encoding="utf-8", newline="\n")
