"""Reading a file that may be anything, and writing one that is whole or not there at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.text import clean

PRIVATE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o777 if sys.platform == "win32" else 0o700
"""For the person alone. On Windows a folder of the profile is so by itself, and 0o700 would take it from
those who share the folder it is made in.
"""
_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8) if sys.platform == "win32" else ()
"""Seconds: an antivirus, or what synchronises a folder, holds a file for a moment after it was written."""
_READ_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO put in the place of the file must not make us wait
)
_CHUNK: Final = 65_536
_WRITE_FLAGS: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)


LEFTOVER_SECONDS: Final = 3600
"""No file takes an hour to write: an older temporary file belongs to a program that was stopped."""
_TEMPORARY: Final = re.compile(r"\.ctg-[0-9a-f]{16}\.tmp")

Done = TypeVar("Done")


class WriteRefusal(Refusal):
    """A file could not be written. What stood at its name before is still there, whole."""


def shown_name(path: Path) -> str:
    """The file's name as it may be shown: a name is text from outside too."""
    return clean(path.name or str(path))


def retry_if_locked(action: Callable[[], Done]) -> Done:
    """`action`, tried again for a moment where the system may hold its file. Raises OSError."""
    for seconds in _PAUSES:
        try:
            return action()
        except PermissionError:
            time.sleep(seconds)
    return action()


def read_regular(path: Path, limit: int) -> bytes:
    """The bytes of the regular file at `path`, at most `limit` of them.

    Never waits on a FIFO or a device, never follows a symbolic link, never reads past `limit`.
    Raises InvalidDocument: `fichier-absent`, `fichier-illisible`, `pas-un-fichier`, `fichier-trop-gros`.
    """
    try:
        _require_regular(path, os.lstat(path), limit)
        descriptor = retry_if_locked(lambda: os.open(path, _READ_FLAGS))
        try:
            size = _require_regular(path, os.fstat(descriptor), limit)
            content = _read_all(descriptor, size, limit + 1)
        finally:
            os.close(descriptor)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InvalidDocument(
            "fichier-absent",
            f"Le fichier « {shown_name(path)} » n’existe pas.",
            "Vérifiez son nom et son dossier.",
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InvalidDocument(
            "fichier-illisible",
            f"Le fichier « {shown_name(path)} » ne peut pas être lu.",
            "Vérifiez vos droits sur ce fichier, ou copiez-le dans vos documents.",
        ) from error
    if len(content) > limit:  # it grew since it was measured
        raise _too_large(path, limit)
    return content


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    """Up to `limit` bytes; `size` are expected, so that a small file is not given a large buffer.

    Some files of the system say that they are empty, and are not.
    """
    parts = []
    wanted = size + 1
    while limit and (part := os.read(descriptor, min(limit, wanted))):
        parts.append(part)
        limit -= len(part)
        wanted = _CHUNK
    return b"".join(parts)


def _require_regular(path: Path, info: os.stat_result, limit: int) -> int:
    """The size of a regular file of at most `limit` bytes; raises InvalidDocument when it is not one."""
    if not stat.S_ISREG(info.st_mode):
        kind = "un dossier" if stat.S_ISDIR(info.st_mode) else "un lien ou un périphérique"
        raise InvalidDocument(
            "pas-un-fichier",
            f"« {shown_name(path)} » est {kind}, pas un fichier ordinaire.",
            "Donnez le fichier lui-même.",
        )
    if info.st_size > limit:
        raise _too_large(path, limit)
    return info.st_size


def _too_large(path: Path, limit: int) -> InvalidDocument:
    return InvalidDocument(
        "fichier-trop-gros",
        f"Le fichier « {shown_name(path)} » dépasse {limit // 1_000_000} Mo : il n’a pas été lu.",
        "Vérifiez que c’est le bon fichier.",
    )


def atomic_write(path: Path, content: bytes) -> None:
    """Write `content` at `path`, whole and lasting, or leave what was there; read it again to be sure.

    A temporary file of the same folder (exclusive, readable by the person alone) is written, synced,
    renamed, the folder synced, the file read again and compared. Raises WriteRefusal.
    """

    atomic_replace(path, lambda temporary: write_new(temporary, content))
    try:
        written = read_regular(path, len(content))
    except InvalidDocument as error:
        raise _unlike(path) from error
    if written != content:
        raise _unlike(path)


def atomic_replace(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` make a temporary file beside `path`, sync it, then give it the name `path`.

    `fill` receives a name that does not exist yet. On any failure the temporary file is removed and what
    stood at `path` is untouched. Raises WriteRefusal for a failure of the system.
    """
    try:
        temporary = temporary_path(path)
        try:
            fill(temporary)
            sync_file(temporary)
            retry_if_locked(lambda: temporary.replace(path))
        except BaseException:
            with contextlib.suppress(OSError):  # it may never have been made; the first failure matters
                temporary.unlink()
            raise
    except (OSError, ValueError) as error:
        raise write_refusal(path, error) from error
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise WriteRefusal(
            "ecriture-non-assuree",
            f"« {shown_name(path)} » est écrit en entier, mais le disque ne garantit pas de le garder.",
            "Recommencez, ou choisissez un autre dossier.",
        ) from error


def temporary_path(path: Path) -> Path:
    """Return a new name beside `path`, one that says nothing of what the file holds."""
    return path.with_name(f".ctg-{os.urandom(8).hex()}.tmp")


def write_new(path: Path, content: bytes) -> None:
    """Create `path`, readable by the person alone, and write `content`. Raises OSError."""
    descriptor = os.open(path, _WRITE_FLAGS, PRIVATE_MODE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path, seconds: int = LEFTOVER_SECONDS) -> None:
    """Remove the temporary files of programs that were stopped while they wrote into `folder`.

    A file younger than `seconds` may be in use by another program: it stays. One that cannot be
    removed, and a folder that cannot be listed, wait for the next time.
    """
    try:
        entries = [entry for entry in folder.iterdir() if _TEMPORARY.fullmatch(entry.name)]
    except OSError:
        return
    oldest = time.time() - seconds
    for entry in entries:
        with contextlib.suppress(OSError):
            info = entry.lstat()
            if stat.S_ISREG(info.st_mode) and info.st_mtime <= oldest:
                entry.unlink()


def sync_file(path: Path) -> None:
    """Make the content of `path` last through a power cut. Raises OSError."""
    _sync(path, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Make the names of `folder` last through a power cut (Windows does it by itself)."""
    if os.name == "nt":
        return
    try:
        _sync(folder, os.O_RDONLY)
    except OSError as error:
        # Some network file systems cannot sync a folder; they keep names by themselves.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlike(path: Path) -> WriteRefusal:
    return WriteRefusal(
        "relecture-differente",
        f"« {shown_name(path)} » a été écrit, mais ce qui se relit sur le disque est différent.",
        "N’envoyez pas ce fichier : recommencez dans un autre dossier.",
    )


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PROTECTED = {errno.EACCES, errno.EPERM, errno.EROFS}
_BAD_NAME = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
_BAD_NAME_ON_WINDOWS = {None, 123, 161}  # any other error of Windows that C has no number for is EINVAL too


def write_refusal(path: Path, error: OSError | ValueError) -> WriteRefusal:
    """Return the refusal for `error` at `path`: nothing was written there, and why."""
    folder, name = clean(str(path.parent)), shown_name(path)
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if isinstance(error, FileNotFoundError) and os.path.isdir(path.parent):  # noqa: PTH112 - raises nothing
        # What Windows says of a path that is too long, and of a folder that it protects from programs.
        return WriteRefusal(
            "ecriture-empechee",
            f"Le système n’a pas laissé écrire « {name} » dans « {folder} » : chemin trop long, ou dossier "
            "protégé. Rien n’a été écrit.",
            "Choisissez un autre dossier, au chemin plus court.",
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return WriteRefusal(
            "dossier-absent",
            f"Le dossier « {folder} » n’existe pas : rien n’a été écrit.",
            "Choisissez un dossier existant.",
        )
    if number in _FULL:
        return WriteRefusal(
            "disque-plein",
            f"Il n’y a plus de place pour « {name} » : rien n’a été écrit.",
            "Libérez de la place, ou choisissez un autre dossier.",
        )
    if isinstance(error, IsADirectoryError):
        return WriteRefusal(
            "nom-pris",
            f"Un dossier porte déjà le nom « {name} » : rien n’a été écrit.",
            "Choisissez un autre dossier.",
        )
    if number in _PROTECTED:
        return WriteRefusal(
            "ecriture-refusee",
            f"« {name} » ne peut pas être écrit dans « {folder} » : le dossier est "
            "protégé, ou le fichier est ouvert ailleurs. Rien n’a été écrit.",
            "Fermez le fichier s’il est ouvert, ou choisissez un autre dossier.",
        )
    if number in _BAD_NAME and getattr(error, "winerror", None) in _BAD_NAME_ON_WINDOWS:
        return WriteRefusal(
            "nom-refuse",
            f"Le système refuse le nom « {name} » : rien n’a été écrit.",
            "Choisissez un autre dossier.",
        )
    return WriteRefusal(
        "ecriture-impossible",
        f"« {name} » n’a pas pu être écrit : ce qui existait est intact.",
        "Recommencez, ou choisissez un autre dossier.",
    )
