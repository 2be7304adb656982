"""A grid file byte for byte: what a database keeps of the grid of an assessment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_origin import Origin
from ctg_tui.grids.catalogue import MAX_GRID_BYTES, Catalogue, InvalidGrid, parse_grid, read_known
from ctg_tui.grids.document import build
from ctg_tui.system.files import read_regular, shown_name

if TYPE_CHECKING:
    from ctg_tui.domain.correspondences import LineChange


class GridFile(NamedTuple):
    """A grid with its file: name, content and origin. `workbook` is the hash of the one it was made from."""

    grid: Grid
    name: str
    raw: bytes
    origin: Origin
    workbook: str | None = None


def read_grid_file(path: Path, origin: Origin) -> GridFile:
    """Return the grid file at `path`. Raises InvalidDocument, InvalidGrid with every problem."""
    name = shown_name(path)
    raw = read_regular(path, MAX_GRID_BYTES)
    return GridFile(parse_grid(raw, name), name, raw, origin)


def require_former_lines(grid: Grid, name: str, catalogue: Catalogue) -> None:
    """Check the tables of former lines against the former grids that are known here.

    Raises InvalidGrid for a line that the former grid does not have, or an id that its new version reuses.
    """
    problems = [
        f"correspondances[{rank}].lignes[{position}].ancien : {fault}"
        for rank, (fingerprint, table) in enumerate(grid.correspondences.items())
        if (former := catalogue.named(fingerprint))
        for position, change in enumerate(table)
        if (fault := _fault(change, former, grid))
    ]
    if problems:
        raise InvalidGrid(name, problems)


def _fault(change: LineChange, former: Grid, grid: Grid) -> str:
    from ctg_tui.domain.correspondences import CARRIED  # not needed to start

    old = change.old or ""
    if old not in former.mission_of:
        return f"la ligne « {old} » n’existe pas dans la grille {former.id}, version {former.version}."
    is_kept = change.kind in CARRIED and change.new == old
    if former.id == grid.id and old in grid.mission_of and not is_kept:
        return f"« {old} » est aussi une ligne de cette version : un identifiant ne sert qu’une fois."
    return ""


def grid_of(raw: bytes, fingerprint: str) -> Grid | None:
    """Return the grid of a file that was checked before; None when its content is not of that fingerprint."""
    from ctg_tui.grids.toml_file import BadTomlError  # only when the copy in JSON is not that of the file

    try:
        document, present = read_known(raw)
    except BadTomlError:
        return None
    return build(document, present) if present == fingerprint else None
