"""What the outside tests expect, as files. After a change that is meant, make them again and read the diff:

python -m tests.outside.golden
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from openpyxl import load_workbook

from tests.outside.adviser import is_blue
from tests.outside.commands import CAF_WORKBOOK, EXAMPLES, command, reported, sent_state
from tests.outside.person import DATA

REPORTED: Final = EXAMPLES / "bon-fil.json"
"""The example whose report is expected cell by cell: it has words of the Caf and answers to them."""
CODES: Final = re.compile(
    r"\b[0-9A-F]{4}-[0-9A-F]{4}\b|\b[0-9a-f]{64,}\b|(?<=[0-9]) [0-9a-f]{4}$", re.MULTILINE
)
"""Fingerprints and marks of rows: other tests hold them, and they change with any word of the example."""
AGAIN: Final = "expected otherwise: if the change is meant, python -m tests.outside.golden, and read the diff"


def year(folder: Path) -> str:
    """Return what the file for the Caf holds of a year taken from a Caf's workbook."""
    database = folder / "annee.db"
    reported(database, "importer", CAF_WORKBOOK, "--nouvelle")
    state = sent_state(database, 1, folder / "envoi")
    kept = {key: state[key] for key in ("reponses", "commentaires", "indicateurs", "resultats")}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def cells(folder: Path) -> str:
    """Return the cells of our workbook, one a line, as they are shown; those to fill are « bleue »."""
    book = load_workbook(_report(folder, "classeur.xlsx"), data_only=True)
    lines = []
    for sheet in book.worksheets:
        lines.append(f"# {sheet.title}" + (" (masquée)" if sheet.sheet_state != "visible" else ""))
        for row in sheet.iter_rows():
            for cell in row:
                text = "" if cell.value is None else str(cell.value).replace("\n", "\\n")
                if text or is_blue(cell):
                    lines.append(f"{cell.coordinate}{' bleue' if is_blue(cell) else ''} = {text}")
    return CODES.sub("…", "\n".join(lines) + "\n")


def tree(folder: Path) -> str:
    """Return the elements of our page with their classes and texts, one a line, indented."""
    outline = _Outline()
    outline.feed(_report(folder, "page.html").read_text(encoding="utf-8"))
    return CODES.sub("…", "\n".join(outline.lines) + "\n")


def _report(folder: Path, name: str) -> Path:
    """Return the report of the example, written under `name`."""
    done = command(folder / "rapport.db", "rapport", REPORTED, "--sortie", folder / name)
    assert done.code == 0, done
    return folder / name


class _Outline(HTMLParser):
    """Keeps the elements and the texts of a page, without its styles and the paths of its drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class")
        self._add(tag + (f".{'.'.join(classes.split())}" if classes else ""))
        if tag not in {"meta", "col", "br", "link", "img"}:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split(" ")).strip("\n ").replace("\n", " ")
        if text and "style" not in self._open:
            self._add(f"« {text} »")

    def _add(self, line: str) -> None:
        self.lines.append(f"{' ' * len(self._open)}{line}")


EXPECTED: Final[Mapping[str, Callable[[Path], str]]] = {
    "annee-par-commandes.json": year,
    "classeur.txt": cells,
    "page.txt": tree,
}
"""The files, each with what makes it in an empty folder."""


def made() -> Iterator[tuple[Path, str]]:
    """Yield each file with what it has to hold now."""
    for name, make in EXPECTED.items():
        with TemporaryDirectory() as folder:
            yield DATA / name, make(Path(folder))


if __name__ == "__main__":
    for path, text in made():
        path.write_text(text, encoding="utf-8", newline="\n")
