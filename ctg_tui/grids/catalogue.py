"""The data shipped with the program; the file of a grid, its faults, and the grid built of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.grid import (
    Activity,
    Campaign,
    Funding,
    FundingRate,
    Grid,
    Indicator,
    Mission,
    Policy,
)
from ctg_tui.domain.text import digest
from ctg_tui.formats import STRUCTURE, Document, Problem, Schema, parse_toml
from ctg_tui.system.files import read_document, shown_name

_SCALE = ("NC", "0", "1", "2", "3")


def build(document: Document, fingerprint: str) -> Grid:
    """Return the grid of a document already checked, `fingerprint` included."""
    head, campaign, funding = (document[table] for table in ("grille", "campagne", "financement"))
    own = frozenset(row["id"] for row in document["sources"] if row["fait_foi"])
    labels = {row["code"]: row["libelle"] for row in document["echelle"]}
    return Grid(
        id=head["id"],
        version=head["version"],
        title=head["titre"],
        scale={code: labels[code] for code in _SCALE if code in labels},
        policies=tuple(Policy(row["id"], row["libelle"]) for row in document["politiques"]),
        indicator_types={row["id"]: row["libelle"] for row in document["types_indicateur"]},
        campaign=Campaign(campaign["ouverture_mois"], campaign["cloture_mois"]),
        funding=_funding(funding),
        missions=tuple(_mission(row, own) for row in document["missions"]),
        fingerprint=fingerprint,
        document=document,
        sources={row["id"]: row["libelle"] for row in document["sources"]},
        variant=head.get("variante"),
    )


def _funding(table: Document) -> Funding:
    rates = (
        FundingRate(
            row["id"],
            row.get("nom", row["id"]),
            row["pour_cent"],
            row["texte"],
            row.get("a_confirmer", False),
        )
        for row in table["taux"]
    )
    diagnosis = table.get("diagnostic_initial", {}).get("texte", "")
    return Funding(
        table["plafond_depense_annuelle_eur"], tuple(rates), table["etp"]["heures_annuelles"], diagnosis
    )


def _mission(row: Document, own: frozenset[str]) -> Mission:
    def landmarks(line: Document) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(line.get("reperes", {}).items(), key=lambda step: (step[0] == "NC", step[0])))

    return Mission(
        row["id"],
        row["numero"],
        row["titre"],
        row["titre_court"],
        tuple(
            Activity(line["id"], line["libelle"], line["source"], line["source"] not in own, landmarks(line))
            for line in row["activites"]
        ),
        tuple(
            Indicator(
                *(line["id"], line["libelle"], line["type"] or None, line.get("reserve_a")),
                *(line["source"], line["source"] not in own),
            )
            for line in row.get("indicateurs", ())
        ),
        row.get("titre_bref", ""),
    )


class GridFile(NamedTuple):
    """A grid with its file: name and content.

    `is_installed`: the person chose it, by its file or by a workbook; else it is a shipped one.
    """

    grid: Grid
    name: str
    raw: bytes
    is_installed: bool


def read_grid_file(path: Path) -> GridFile:
    """Return the grid file at `path`, to be installed. Raises InvalidDocument, InvalidGrid."""
    return grid_file(read_document(path, MAX_GRID_BYTES), shown_name(path))


def grid_file(raw: bytes, name: str) -> GridFile:
    """Return the grid file of that content, called `name`. Raises InvalidGrid when it is no grid."""
    try:
        document, fingerprint = read_known(raw)
        compiled("grille").check(document)
        require_consistent(document)
    except Problem as problem:
        raise InvalidGrid(name, problem) from problem
    return GridFile(build(document, fingerprint), name, raw, is_installed=True)


def require_consistent(document: Document) -> None:
    """Raise the Problem that the schema cannot express: clashing or unknown ids, mixed missions, dates."""
    missions = document["missions"]
    for table in ("sources", "types_indicateur"):
        _require_unique(_ids(table, document[table]))
    _require_unique(_ids("financement.taux", document["financement"]["taux"]))
    _require_unique(_ids("echelle", document["echelle"], "code"))
    _require_unique(_ids("politiques", document["politiques"], "libelle"))
    lines = _ids("politiques", document["politiques"])  # one namespace: answers and texts are stored by id
    kinds = {"", *(row["id"] for row in document["types_indicateur"])}
    own = {source["id"] for source in document["sources"] if source["fait_foi"]}
    if not any(mission["activites"] for mission in missions):
        raise Problem(STRUCTURE, "missions", "attendu : au moins une ligne dans toute la grille")
    for rank, policy in enumerate(document["politiques"]):
        if own and policy["source"] not in own:  # its notes would count as the Caf's
            fault = "attendu : une provenance qui fait foi, déclarée dans [[sources]]"
            raise Problem(STRUCTURE, f"politiques[{rank}].source", fault)
    if document["grille"].get("variante") == document["grille"]["id"]:
        raise Problem(STRUCTURE, "grille.variante", "attendu : l’identifiant d’une autre grille")
    for n, mission in enumerate(missions):
        path, indicators = f"missions[{n}]", mission.get("indicateurs", ())
        if mission["numero"] != n + 1:
            raise Problem(STRUCTURE, f"{path}.numero", f"attendu : {n + 1}, son rang")
        if len({line["source"] in own for line in mission["activites"]}) > 1:
            fault = "les lignes d’une mission sont toutes de la Caf, ou toutes proposées"
            raise Problem(STRUCTURE, f"{path}.activites", fault)
        for rank, kind in enumerate(row["type"] for row in indicators):
            if kind not in kinds:
                fault = f"le type « {kind} » n’est pas dans [[types_indicateur]]"
                raise Problem(STRUCTURE, f"{path}.indicateurs[{rank}].type", fault)
        lines += [(f"{path}.id", mission["id"]), *_ids(f"{path}.activites", mission["activites"])]
        lines += _ids(f"{path}.indicateurs", indicators)
    _require_unique(lines)
    for rank, row in enumerate(document.get("dates", ())):
        try:
            date.fromisoformat(row["jour"])
        except ValueError as error:
            raise Problem(STRUCTURE, f"dates[{rank}].jour", "cette date n’existe pas") from error


def _ids(path: str, rows: Iterable[Document], key: str = "id") -> list[tuple[str, str]]:
    return [(f"{path}[{position}].{key}", row[key]) for position, row in enumerate(rows)]


def _require_unique(ids: list[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for path, identifier in ids:
        if identifier in seen:
            fault = f"l’identifiant « {identifier} » est déjà pris dans cette grille"
            raise Problem(STRUCTURE, path, fault)
        seen.add(identifier)


@cache
def grid_of(raw: bytes, fingerprint: str) -> Grid:
    """Return the grid of a file that was checked before."""
    shipped = (grid for grid in shipped_grids() if grid.fingerprint == fingerprint)  # TOML takes 20 ms
    return next(shipped, None) or build(*read_known(raw))


MAX_GRID_BYTES = 1_000_000
DEFAULT_GRID = "charente-2024-08"


class InvalidGrid(InvalidDocument):
    """A grid file is refused. The message names the key and the expected value."""

    def __init__(self, name: str, problem: Problem) -> None:
        place = f"{problem.path} : " if problem.path else ""
        super().__init__(
            "grille-invalide",
            f"La grille « {name} » est refusée : {place}{problem.message.removesuffix('.')}.",
            f"Corrigez le fichier, puis vérifiez-le avec « {PROGRAM} grille verifier ».",
        )


KeptGrids = Sequence[tuple[Grid, bool]]
"""The grids of a database, the latest first, each with whether the person installed it."""


class Catalogue:
    """The grids known here: those of a database, if one is open, then the shipped ones."""

    def __init__(self, kept: Callable[[], KeptGrids] = tuple) -> None:
        self._kept = kept

    @property
    def installed(self) -> tuple[Grid, ...]:
        """The grids that the person installed or made from a workbook, the latest first."""
        return tuple(grid for grid, is_installed in self._kept() if is_installed)

    @property
    def grids(self) -> tuple[Grid, ...]:
        """One grid per id, the default one first: of two the one installed last, else the shipped one."""
        winners = {grid.id: grid for grid in shipped_grids()}
        winners |= {grid.id: grid for grid in reversed(self.installed)}
        return tuple(winners.values())

    @property
    def default(self) -> Grid:
        """The Caf's grid that is shipped, or what was installed in its place."""
        return self.grids[0]

    @property
    def every(self) -> tuple[Grid, ...]:
        """Every grid known here: those installed, the shipped ones, then all that the database keeps."""
        return (*self.installed, *shipped_grids(), *(grid for grid, _ in self._kept()))

    def get(self, grid_id: str) -> Grid | None:
        """Return the grid that is offered under an id."""
        return next((grid for grid in self.grids if grid.id == grid_id), None)

    def offers(self, grid: Grid) -> bool:
        """Return whether this very grid is the one offered under its id."""
        return any(grid.fingerprint == one.fingerprint for one in self.grids)

    def find(self, fingerprint: str) -> Grid | None:
        """Return the grid of exactly this fingerprint, whichever is offered under its id."""
        shipped = next((grid for grid in shipped_grids() if grid.fingerprint == fingerprint), None)
        return shipped or next((grid for grid, _ in self._kept() if grid.fingerprint == fingerprint), None)

    def variant_of(self, grid: Grid) -> Grid | None:
        """Return the variant that `grid` names, if it is known, names it too, and has its policies."""
        other = None if grid.variant is None else self.get(grid.variant)
        is_one = other is not None and (other.variant, other.policies) == (grid.id, grid.policies)
        return other if is_one else None


@cache
def shipped_grids() -> tuple[Grid, ...]:
    """Return the shipped grids, the default one first, unchecked: the tests prove them valid.

    Each is read from the JSON copy beside its TOML file, which would take 20 ms of every start.
    """
    stored = [json.loads(path.read_bytes()) for path in sorted((_data() / "grilles").glob("*.json"))]
    grids = (build(each["document"], each["empreinte"]) for each in stored)
    return tuple(sorted(grids, key=lambda grid: grid.id != DEFAULT_GRID))


def shipped_file(grid: Grid) -> GridFile | None:
    """Return the file of a shipped grid; None for any other."""
    if grid not in shipped_grids():
        return None
    path = _data() / "grilles" / f"{grid.id}.toml"
    return GridFile(grid, path.name, path.read_bytes(), is_installed=False)


def read_known(raw: bytes) -> tuple[Document, str]:
    """Return the document of a TOML file, unchecked, and its fingerprint, whatever the layout."""
    document = parse_toml(raw)
    return document, f"sha256:{digest(document)}"


@cache
def known_territories() -> tuple[Territory, ...]:
    """Return the local authorities offered in the form, in the order of their files."""
    import tomllib

    territories = []
    for path in sorted((_data() / "territoires").glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        territories += [
            Territory(row["nom"], row["siren"], document["departement"], row["id"])
            for row in document["territoires"]
        ]
    return tuple(territories)


@cache
def schema(name: str) -> dict[str, Any]:
    """Return a published JSON Schema: `grille` or `soumission`."""
    text = (_data() / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    definition: dict[str, Any] = json.loads(text)
    return definition


@cache
def compiled(name: str) -> Schema:
    """Return a published schema, compiled at its first use."""
    return Schema(schema(name))


def example_content() -> Mapping[str, Any]:
    """Return the content of the example that can be visited; see `services.home`."""
    text = (_data() / "visite" / "exemple.json").read_text(encoding="utf-8")
    content: Mapping[str, Any] = json.loads(text)
    return content


@cache
def _data() -> Path:
    """Return the folder of the data: in the package once installed, beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"
