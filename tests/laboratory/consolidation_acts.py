"""Sharing a consolidation: the file is there whole and remembered, or not there at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.consolidation import Usage
from ctg_tui.domain.errors import Refusal
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import consolidation, publications
from ctg_tui.services.envelopes import pieces
from tests.received import an_assessment, submission, zipped

_NUMBER: Final = 12


def make(folder: Path) -> None:
    """Make an archive of the submissions of several people."""
    _archive(folder).write_bytes(zipped({f"{number}.json": _file(number) for number in range(_NUMBER)}))


def share(folder: Path, mark: Callable[[bytes], None]) -> None:
    """Share the archive; what the disk refuses is shared again, as a person would."""
    try:
        _share(folder)
    except Refusal as refusal:
        mark(f"refus {refusal.code}".encode())
        _share(folder)
    mark(b".")


def is_shared(folder: Path, marks: int) -> None:
    """Check that a file that is there is whole and remembered, and that sharing again gives the same."""
    if _output(folder).exists():
        assert publications.remembered(_memory(folder)), "shared, and not remembered"
        before = _rows(folder)
        _share(folder)
        assert _rows(folder) == before
    else:
        assert not marks
        _share(folder)
    assert len(publications.remembered(_memory(folder))) == 1
    assert len(_rows(folder)) > 100


def _share(folder: Path) -> None:
    gathered = consolidation.gather(pieces([_archive(folder)]), Catalogue(None))
    made = consolidation.consolidate(gathered, Usage.SHARED, _memory(folder))
    consolidation.write(made, _output(folder), _memory(folder), replace=True)


def _file(number: int) -> bytes:
    one = an_assessment(number)
    people = (Coordinator("c1", f"Nom{number}", "Prénom", Profile.THEMATIC),)
    return submission(
        one._replace(
            identity=one.identity._replace(coordinators=people),
            numbers=dict.fromkeys(one.numbers, number + 1),  # a figure that may be shown
        )
    )


def _rows(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(_output(folder))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT * FROM repartition").fetchall()


def _archive(folder: Path) -> Path:
    return folder / "envois.zip"


def _output(folder: Path) -> Path:
    return folder / "partage.db"


def _memory(folder: Path) -> Path:
    return publications.memory_of(folder / "base.db")
