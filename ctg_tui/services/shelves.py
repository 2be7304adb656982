"""The grids that a database keeps, for the catalogue: read when first needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_origin import Origin
from ctg_tui.storage.store import Store

Opened = Callable[[], AbstractContextManager[Store | None]]
"""Gives an open database for a moment; None when there is none."""


class StoredShelf:
    """The grids of one database. Each method raises DatabaseRefusal.

    They are read once: only the window that holds the database writes there, and it calls `forget`.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._found: dict[str, Grid | None] = {}
        self._origins: Mapping[str, str] | None = None

    def find(self, fingerprint: str) -> Grid | None:
        """Return the grid of that fingerprint."""
        if fingerprint not in self._found:
            with self._opened() as store:
                self._found[fingerprint] = store.grid(fingerprint) if store else None
        return self._found[fingerprint]

    def installed(self) -> tuple[Grid, ...]:
        """Return the grids installed or made from a workbook, the latest first."""
        return self._of({Origin.INSTALLED, Origin.WORKBOOK})

    def given(self) -> tuple[Grid, ...]:
        """Return the grids that `--grille` gave, the latest first."""
        return self._of({Origin.GIVEN})

    def has(self, fingerprint: str) -> bool:
        """Return whether the database keeps the grid of that fingerprint."""
        return fingerprint in self._all_origins()

    def forget(self) -> None:
        """Read the grids again when they are next needed."""
        self._found = {}
        self._origins = None

    def _all_origins(self) -> Mapping[str, str]:
        if self._origins is None:
            with self._opened() as store:
                self._origins = store.grid_origins() if store else {}
        return self._origins

    def _of(self, origins: Collection[str]) -> tuple[Grid, ...]:
        wanted = [fingerprint for fingerprint, origin in self._all_origins().items() if origin in origins]
        return tuple(grid for fingerprint in wanted if (grid := self.find(fingerprint)))


@contextmanager
def opened_for_a_moment(open_store: Callable[[], Store]) -> Iterator[Store | None]:
    """Open a database to read and close it; yield None when there is none. Raises DatabaseRefusal."""
    try:
        store = open_store()
    except DatabaseRefusal as refusal:
        if refusal.code != "base-absente":
            raise
        yield None  # nothing was ever installed
        return
    with store:
        yield store
