"""The one accessor of the data that ships with the program: grids, territories, schemas, examples.

In the wheel they are in `ctg_tui/data/`, in a checkout in `data/` beside the package; both work from a zip.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.domain.grid import Grid, KnownTerritory
from ctg_tui.grids.document import Document, build
from ctg_tui.system.files import read_regular, shown_name
from ctg_tui.wording.french import count

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from ctg_tui.formats.json_schema import Schema, Violation

MAX_GRID_BYTES = 1_000_000
DEFAULT_GRID = "charente-2024-08"


class InvalidGrid(InvalidDocument):
    """A grid file is refused. `problems` are sentences, each naming the key and what was expected."""

    def __init__(self, name: str, problems: Iterable[str]) -> None:
        self.problems = tuple(typeset(problem) for problem in problems)
        others = len(self.problems) - 1
        more = f" Et {count(others, 'autre erreur', 'autres erreurs')}." if others else ""
        super().__init__(
            "grille-invalide",
            f"La grille « {name} » est refusée : {self.problems[0]}{more}",
            f"Corrigez le fichier, puis vérifiez-le avec « {PROGRAM} grille verifier ».",
        )


class Catalogue:
    """The grids known here: those that ship, and the one of `--grille`, which comes before them."""

    def __init__(self, grid_file: Path | None = None) -> None:
        """Raises InvalidDocument when `grid_file` is not a grid."""
        chosen = () if grid_file is None else (load_grid(grid_file),)
        self._known = (*chosen, *shipped_grids())
        self.default: Grid = self._known[0]

    @property
    def grids(self) -> tuple[Grid, ...]:
        """One grid per id, the default one first."""
        return tuple({grid.id: grid for grid in reversed(self._known)}.values())[::-1]

    def get(self, grid_id: str) -> Grid | None:
        """The grid of that id; the one of `--grille` wins over a shipped one."""
        return next((grid for grid in self._known if grid.id == grid_id), None)

    def find(self, grid_id: str, fingerprint: str) -> Grid | None:
        """The very grid, to the letter, that a document was made with; also one that `--grille` hides."""
        same = (grid for grid in self._known if grid.id == grid_id and grid.fingerprint == fingerprint)
        return next(same, None)


def load_grid(path: Path) -> Grid:
    """The grid of a file from outside.

    Raises InvalidDocument when the file cannot be read, InvalidGrid with every problem when it is no grid.
    """
    from ctg_tui.formats.json_schema import MAX_VIOLATIONS
    from ctg_tui.grids import (
        toml_file,  # the grids that ship need none of the checks, nor of what they import
    )

    name = shown_name(path)
    raw = read_regular(path, MAX_GRID_BYTES)
    try:
        document = toml_file.parse(toml_file.decoded(raw))
    except toml_file.BadTomlError as error:
        raise InvalidGrid(name, [f"{error}."]) from error
    document, unclean = toml_file.cleaned(document)
    violations = (*unclean, *_grid_schema().violations(document))
    if not violations:
        violations = tuple(islice(toml_file.inconsistencies(document), MAX_VIOLATIONS))
    if violations:
        raise InvalidGrid(name, [_sentence(one) for one in violations[:MAX_VIOLATIONS]])
    return build(document, fingerprint_of(document))


@cache
def _grid_schema() -> Schema:
    from ctg_tui.formats.json_schema import Schema

    return Schema(schema("grille"))


def _sentence(violation: Violation) -> str:
    return f"{violation.path} : {violation.message}" if violation.path else violation.message


def fingerprint_of(document: Document) -> str:
    """The fingerprint of a grid: of what it says, whatever its layout and its comments."""
    from ctg_tui.domain.fingerprint import digest

    return f"sha256:{digest(document)}"


@cache
def shipped_grids() -> tuple[Grid, ...]:
    """The grids that ship, the default one first. The tests prove them valid: nothing is checked at start."""
    files = [entry for entry in _entries("grilles") if entry.name.endswith(".toml")]
    grids = [_shipped(entry) for entry in files]
    return tuple(sorted(grids, key=lambda grid: (grid.id != DEFAULT_GRID, grid.id)))


def _shipped(entry: Traversable) -> Grid:
    """The grid of a TOML file that ships, from its copy in JSON when that was made of these very bytes.

    Reading TOML, and the fingerprint, take 8 ms of every start.
    """
    raw = entry.read_bytes()
    copy = _data() / "grilles" / f"{entry.name.removesuffix('.toml')}.json"
    if copy.is_file():
        ahead = json.loads(copy.read_bytes())
        if ahead["crc32"] == crc32(raw):
            return build(ahead["document"], ahead["empreinte"])
    return build(*read_known(raw))


def read_known(raw: bytes) -> tuple[Document, str]:
    """The document of a TOML file known to be right, and its fingerprint."""
    from ctg_tui.grids import toml_file

    document = toml_file.parse(toml_file.decoded(raw))
    return document, fingerprint_of(document)


@cache
def known_territories() -> tuple[KnownTerritory, ...]:
    """The local authorities offered in the form, in the order of their files."""
    import tomllib

    territories = []
    for entry in _entries("territoires"):
        document = tomllib.loads(entry.read_text(encoding="utf-8"))
        territories += [
            KnownTerritory(row["id"], row["nom"], row["nom_court"], row["siren"], document["departement"])
            for row in document["territoires"]
        ]
    return tuple(territories)


@cache
def schema(name: str) -> dict[str, Any]:
    """A published JSON Schema: `grille` or `soumission`."""
    text = (_data() / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    definition: dict[str, Any] = json.loads(text)
    return definition


def examples() -> Mapping[str, bytes]:
    """The example submissions and their `verdicts.json`, by file name."""
    return {entry.name: entry.read_bytes() for entry in _entries("exemples")}


def _entries(folder: str) -> list[Traversable]:
    return sorted((_data() / folder).iterdir(), key=lambda entry: entry.name)


@cache
def _data() -> Traversable:
    package = Path(__file__).parent.parent
    for folder in (package / "data", package.parent / "data"):
        if folder.is_dir():
            return folder
    # Inside a zip. Imported only there: it costs more than reading the grid.
    from importlib.resources import files

    return files("ctg_tui") / "data"
