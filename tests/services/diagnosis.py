"""What the tests of the doctor ask it."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.services.backups import CheckResult, examine


def examined(database: Path) -> dict[str, CheckResult]:
    results = examine(database, "120 colonnes, 40 lignes.")
    assert all(result.found.endswith(".") for result in results)
    return {result.code: result for result in results}


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")
