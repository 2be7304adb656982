"""Writing a consolidation: the file is there whole, or not there at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import consolidation
from ctg_tui.services.received.mails import pieces
from tests.laboratory.laboratory import DONE, Mark, do_again_if_refused
from tests.received import an_assessment, submission, zipped

_NUMBER: Final = 12


def make(folder: Path) -> None:
    """Make an archive of the submissions of several people."""
    _archive(folder).write_bytes(zipped({f"{number}.json": _file(number) for number in range(_NUMBER)}))


def consolidate(folder: Path, mark: Mark) -> None:
    """Consolidate the archive; if the disk refuses, do it again, as a person would."""
    do_again_if_refused(lambda: _consolidate(folder), mark)
    mark(DONE)


def is_consolidated(folder: Path, marks: int) -> None:
    """Check that a file that is there is whole, and that consolidating again gives the same rows."""
    if _output(folder).exists():
        before = _rows(folder)
        _consolidate(folder)
        assert _rows(folder) == before
    else:
        assert not marks
        _consolidate(folder)
    assert len(_rows(folder)) > 40


def _consolidate(folder: Path) -> None:
    gathered = consolidation.gather(pieces([_archive(folder)]), Catalogue(None))
    consolidation.write(consolidation.consolidate(gathered), _output(folder), replace=True)


def _file(number: int) -> bytes:
    one = an_assessment(number)
    people = (Coordinator("c1", f"Nom{number}", "Prénom", Profile.THEMATIC),)
    return submission(
        one._replace(
            identity=one.identity._replace(coordinators=people),
        )
    )


def _rows(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(_output(folder))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT * FROM ligne").fetchall()


def _archive(folder: Path) -> Path:
    return folder / "envois.zip"


def _output(folder: Path) -> Path:
    return folder / "tout.db"
