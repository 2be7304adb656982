"""The database of this run, and the assessment that an argument names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ctg_tui import PROGRAM
from ctg_tui.cli.french import Misuse
from ctg_tui.cli.options import where
from ctg_tui.domain.errors import Refusal
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.outputs import protected_files
from ctg_tui.services.shelves import StoredShelf, opened_for_a_moment
from ctg_tui.services.workspace import Workspace, open_workspace
from ctg_tui.storage.opening import chosen_database
from ctg_tui.storage.store import Store
from ctg_tui.system.computer import utc_now
from ctg_tui.wording.french import listing

NO_ASSESSMENT = "Il n’y a encore aucune évaluation."
NOT_A_NUMBER = "« {} » n’est pas un numéro d’évaluation."
CREATE_ONE = f"Lancez « {PROGRAM} » pour en créer une."


def database_path() -> Path:
    """Return the path of the database of this run."""
    return chosen_database(where().database)


@contextmanager
def workspace(*, write: bool = False) -> Iterator[Workspace]:
    """Open the workspace of this run, and close it afterwards. Raises Refusal."""
    files = where()
    opened = open_workspace(files.database, files.grid_file, write=write)
    try:
        yield opened
    finally:
        opened.close()


def known_catalogue() -> Catalogue:
    """Return the grids known to this run; the database is read only for any other. Raises InvalidDocument."""

    def open_store() -> Store:
        return Store(database_path(), utc_now, write=False)

    return Catalogue(where().grid_file, StoredShelf(lambda: opened_for_a_moment(open_store)))


@contextmanager
def opened_for(names: Iterable[Path]) -> Iterator[tuple[Workspace | None, Catalogue]]:
    """Open the workspace if one of `names` is an assessment's number; give the known grids in any case."""
    if any(is_number(str(name)) for name in names):
        with workspace() as opened:
            yield opened, opened.catalogue
    else:
        yield None, known_catalogue()


def never_replaced(*read: Path | None) -> tuple[Path, ...]:
    """Return the files that no output of this run replaces, those that are `read` among them."""
    return protected_files(database_path(), *filter(None, (*read, where().grid_file)))


def chosen_id(opened: Workspace, which: str | None, *, latest: bool) -> int:
    """Return the id `which`; without it the only assessment's or, with `latest`, the last changed one's.

    Raises Misuse when that names none or several, Refusal when the database is empty.
    """
    if which is not None:
        if not is_number(which):
            raise Misuse(NOT_A_NUMBER.format(which))
        return int(which)
    entries = [summary.entry for summary in opened.summaries()]
    if not entries:
        raise Refusal("base-vide", NO_ASSESSMENT, CREATE_ONE)
    if len(entries) > 1 and not latest:
        numbers = listing(str(entry.id) for entry in entries)
        raise Misuse(f"Il y a plusieurs évaluations : indiquez laquelle ({numbers}).")
    return entries[0].id


def is_number(text: str) -> bool:
    """Return True if `text` is the number of an assessment rather than the name of a file."""
    return text.isascii() and text.isdigit() and len(text) < 10


def moment_text(at: datetime) -> str:
    """Format a moment for JSON: UTC, to the second, `2027-01-20T14:02:11Z`."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
