"""A Caf's workbook read with the grids known here: what it says, before anything is taken."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.spreadsheet.understanding import Reading, understand
from ctg_tui.system.files import read_regular, shown_name


def read(path: Path, catalogue: Catalogue) -> Reading:
    """Return what the workbook at `path` says. Nothing is written.

    Raises InvalidDocument when it cannot be read, or holds no table of a grid.
    """
    name = shown_name(path)
    return understand(read_workbook(read_regular(path, MAX_BYTES), name), catalogue.grids, name)
