"""A made-up, realistic assessment: that of the published examples."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ctg_tui.domain.assessment import Assessment
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission import Received, examine

FOLDER = Path(__file__).parents[1] / "data" / "exemples"


@cache
def read_example(name: str) -> Received:
    """Return what a published example holds: `definitif`, `provisoire`, `fil`…"""
    path = FOLDER / f"bon-{name}.json"
    return examine(path.read_bytes(), Catalogue(), path)


def published(name: str) -> Assessment:
    """Return the assessment of a published example, as a database has it."""
    return read_example(name).assessment._replace(id=1)
