"""Opening the base: where it is, whether it is ours and sound, and the connection every write relies on."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import BaseRefusal
from ctg_tui.storage.failures import damaged, not_opened

APPLICATION_ID: Final = 0x43544731
"""« CTG1 » in the file header: tells our base from any other SQLite file."""
SCHEMA_VERSION: Final = 2
"""`user_version` of the newest migration; here, so that opening needs no import of sqlite-utils."""
BUSY_MILLISECONDS: Final = 400
BASE_NAME: Final = "ctg-tui.db"


def default_base() -> Path:
    """`CTG_TUI_BASE`, or the base in the user's data folder."""
    chosen = os.environ.get("CTG_TUI_BASE")
    if chosen:
        return Path(chosen)
    import platformdirs  # only when nothing was chosen: costs a start 3 ms

    return Path(platformdirs.user_data_dir("ctg-tui", appauthor=False)) / BASE_NAME


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection with the settings of the design, on a base that is ours, sound and not too new.

    A missing base is created, with its folder, when `write`. `row_factory` is `sqlite3.Row`.

    Raises BaseRefusal.
    """
    try:
        _prepare_file(path, write=write)
        connection = _raw_connection(path, write=write)
    except (OSError, sqlite3.Error) as error:
        raise not_opened(path, error) from error
    try:
        _check(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise not_opened(path, error) from error
    except BaseRefusal:
        connection.close()
        raise
    return connection


def _prepare_file(path: Path, *, write: bool) -> None:
    if not path.exists():
        if not write:
            raise BaseRefusal(
                "base-absente",
                f"Il n’y a pas encore de base à l’emplacement « {path} ».",
                "Lancez « ctg-tui » pour commencer, ou indiquez la base avec « --base FICHIER ».",
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise BaseRefusal(
            "base-pas-un-fichier",
            f"« {path} » n’est pas un fichier : ce ne peut pas être une base de ctg-tui.",
            "Indiquez un fichier avec « --base FICHIER ».",
        )
    if os.name == "posix" and mode & 0o077 and write and path.stat().st_uid == os.getuid():
        path.chmod(0o600)


def _raw_connection(path: Path, *, write: bool) -> sqlite3.Connection:
    # a plain path, not a URI: SQLite refuses URIs of Windows network shares
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
    connection.row_factory = sqlite3.Row
    for setting in ("foreign_keys = ON", "trusted_schema = OFF", "secure_delete = ON", "synchronous = EXTRA"):
        connection.execute(f"PRAGMA {setting}")
    if not write:
        connection.execute("PRAGMA query_only = ON")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application == 0 and tables == 0 and version == 0:
        return
    if application != APPLICATION_ID:
        raise BaseRefusal(
            "base-etrangere",
            f"« {path} » est une base d’un autre programme. Elle n’a pas été modifiée.",
            "Indiquez un autre fichier avec « --base FICHIER ».",
        )
    if version > SCHEMA_VERSION:
        raise BaseRefusal(
            "base-plus-recente",
            f"La base « {path} » vient d’une version plus récente de ctg-tui. Elle n’a pas été modifiée.",
            "Installez la dernière version de ctg-tui pour l’ouvrir.",
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise damaged(path)
