"""Where the value of a change comes from, as the journal spells it."""

from __future__ import annotations

from typing import Final

TYPED: Final = "saisie"
"""The source of a change that the person typed."""


def from_workbook(sha256: str, address: str) -> str:
    """Return the source of a change read in a workbook: the hash of the file and the address of the cell."""
    return f"tableur {sha256} {address}"


def from_submission(fingerprint: str) -> str:
    """Return the source of a change taken from a submission."""
    return f"soumission {fingerprint}"
