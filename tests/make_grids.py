"""What is made of the grid with the proposed lines: `python -m tests.make_grids` writes it beside it.

The Caf's own grid is the same file without the lines whose source is not authoritative. Each of the two has
a JSON copy, read at start. A copy holds the checksum of its TOML file: a stale one is never read, and a test
fails.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from ctg_tui.formats import Document, toml_bytes
from ctg_tui.grids.catalogue import DEFAULT_GRID, read_known

FOLDER = Path(__file__).parent.parent / "data" / "grilles"
WHOLE = FOLDER / "charente-2024-08-proposee.toml"
TITLE = "Grille ctg-tui, d’après la Caf de la Charente (août 2024)"
_HEADING = f"# Fait de {WHOLE.name} par « python -m tests.make_grids ».\n\n"


def contents() -> Mapping[Path, str]:
    """Return the path and expected text of each file that is made."""
    whole = WHOLE.read_bytes()
    own = own_grid(whole)
    path = FOLDER / f"{DEFAULT_GRID}.toml"
    return {
        path: own.decode(),
        path.with_suffix(".json"): _copy(own),
        WHOLE.with_suffix(".json"): _copy(whole),
    }


def own_grid(whole: bytes) -> bytes:
    """Return the file of the Caf's own grid, made of the one with the proposed lines."""
    document, _ = read_known(whole)
    own = {source["id"] for source in document["sources"] if source["fait_foi"]}
    head = document["grille"]
    made = document | {
        "grille": head | {"id": head["variante"], "titre": TITLE, "variante": head["id"]},
        "missions": [_without_proposed(mission, own) for mission in document["missions"]],
    }
    return _HEADING.encode() + toml_bytes(made)


def _without_proposed(mission: Document, own: set[str]) -> dict[str, Any]:
    lines = {key: mission.get(key, []) for key in ("activites", "indicateurs")}
    return mission | {key: [line for line in rows if line["source"] in own] for key, rows in lines.items()}


def _copy(raw: bytes) -> str:
    document, fingerprint = read_known(raw)
    copy = {"crc32": crc32(raw), "empreinte": fingerprint, "document": document}
    return json.dumps(copy, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    ArgumentParser(description=__doc__).parse_args()
    for path, text in contents().items():
        path.write_text(text, encoding="utf-8", newline="\n")
