"""The grids that a database keeps, for the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.grids.grid_file import Origin
from ctg_tui.storage.store import Store


class StoredShelf:
    """The grids of the database of a workspace: read once, since only its own window writes there."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store_now = store
        self._store: Store | None = None
        self._found: dict[str, Grid | None] = {}
        self._origins: Mapping[str, str] = {}

    def find(self, fingerprint: str) -> Grid | None:
        """Return the grid of that fingerprint. Raises DatabaseRefusal."""
        store = self._present()
        if fingerprint not in self._found:
            self._found[fingerprint] = store.grid(fingerprint)
        return self._found[fingerprint]

    def installed(self) -> tuple[Grid, ...]:
        """Return the grids installed or made from a workbook, the latest first. Raises DatabaseRefusal."""
        return self._of({Origin.INSTALLED, Origin.WORKBOOK})

    def given(self) -> tuple[Grid, ...]:
        """Return the grids that `--grille` gave, the latest first. Raises DatabaseRefusal."""
        return self._of({Origin.GIVEN})

    def has(self, fingerprint: str) -> bool:
        """Return whether the database keeps the grid of that fingerprint. Raises DatabaseRefusal."""
        self._present()
        return fingerprint in self._origins

    def _of(self, origins: Collection[str]) -> tuple[Grid, ...]:
        self._present()
        wanted = [fingerprint for fingerprint, origin in self._origins.items() if origin in origins]
        return tuple(grid for fingerprint in wanted if (grid := self.find(fingerprint)))

    def forget(self) -> None:
        """Read the grids again: one was stored."""
        self._store = None

    def _present(self) -> Store:
        """Return the open database, its grids read again after a restoration."""
        store = self._store_now()
        if store is not self._store:
            self._found = {}
            self._origins = store.grid_origins()
            self._store = store
        return store


class LazyShelf:
    """The grids of a database that is opened, to read, only for a grid that is not known otherwise."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._found: dict[str, Grid | None] = {}

    def find(self, fingerprint: str) -> Grid | None:
        """Return the grid of that fingerprint; None without any database. Raises DatabaseRefusal."""
        if fingerprint not in self._found:
            self._found[fingerprint] = self._read(fingerprint)
        return self._found[fingerprint]

    def _read(self, fingerprint: str) -> Grid | None:
        try:
            with self._open_store() as store:
                return store.grid(fingerprint)
        except DatabaseRefusal as refusal:
            if refusal.code != "base-absente":
                raise
            return None  # nothing was ever installed

    def installed(self) -> tuple[Grid, ...]:
        """Return no grid: received files name theirs."""
        return ()

    def given(self) -> tuple[Grid, ...]:
        """Return no grid, as `installed`."""
        return ()


def catalogue_of(grid_file: Path | None, open_store: Callable[[], Store]) -> Catalogue:
    """Return the grids known to the commands on received files. Raises InvalidDocument."""
    return Catalogue(grid_file, LazyShelf(open_store))
