"""The reviews being written, one per assessment received; their parts are values too."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.review import ReviewDraft, parse_part
from ctg_tui.domain.text import clean
from ctg_tui.storage.reading import Reader

_HEAD: Final = "avis:"


def owner_of(lineage: str) -> str:
    """Return the owner of the parts of the review of an assessment."""
    return _HEAD + lineage


def draft_of(reader: Reader, lineage: str) -> ReviewDraft:
    """Return the review being written of an assessment, empty without one. Raises DatabaseRefusal."""
    with reader.reading():
        query = "SELECT key, value FROM value WHERE owner = ?"
        found = reader.connection.execute(query, (owner_of(lineage),))
        parts = {clean(row["key"]): parse_part(clean(row["key"]), row["value"]) for row in found}
        return ReviewDraft({key: text for key, text in parts.items() if text})


def begun(reader: Reader) -> frozenset[str]:
    """Return the stable ids of the assessments whose review is begun. Raises DatabaseRefusal."""
    with reader.reading():
        query = "SELECT DISTINCT owner FROM value WHERE field = 'avis'"
        return frozenset(clean(row["owner"]).removeprefix(_HEAD) for row in reader.connection.execute(query))
