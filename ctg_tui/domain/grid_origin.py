"""Why a database keeps a grid."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """Where a grid comes from. The value is the spelling in the database."""

    SHIPPED = "programme"
    GIVEN = "fichier"
    """The file of `--grille`, with which an assessment was filled."""
    INSTALLED = "installee"
    WORKBOOK = "tableur"
