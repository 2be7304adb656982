"""Safe reading of any path, archives within bounds, atomic writing of one file or several, safe names."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.text import clean

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

PRIVATE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o777 if sys.platform == "win32" else 0o700
"""Private to the person. On Windows the profile is private already, and 0o700 would remove the access of the
other users of a shared folder.
"""
_PAUSES: Final = (0.05, 0.1, 0.2, 0.4, 0.8) if sys.platform == "win32" else ()
"""Seconds between tries: an antivirus or a synchronisation locks a file shortly after it is written."""
_READ_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO put in place of the file must not block
)
_WRITE_FLAGS: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)


LEFTOVER_SECONDS: Final = 3600
"""No file takes an hour to write: an older temporary file was left by a stopped program."""
_TEMPORARY: Final = re.compile(r"\.ctg-[0-9a-f]{16}\.tmp")

Done = TypeVar("Done")


class WriteRefusal(Refusal):
    """A file could not be written. The former file of that name is unchanged."""


def shown_name(path: Path) -> str:
    """Return the file's name, cleaned as any text from outside; with its drive in `a:b.html`, on Windows."""
    drive = "" if path.root else path.drive
    return clean(drive + path.name or str(path))


def retry_if_locked(action: Callable[[], Done]) -> Done:
    """Return the result of `action`, retried on Windows while its file is locked. Raises OSError."""
    for seconds in _PAUSES:
        try:
            return action()
        except PermissionError:
            time.sleep(seconds)
    return action()


def read_regular(path: Path, limit: int) -> bytes:
    """Return the bytes of the regular file at `path`, at most `limit`.

    Never blocks on a FIFO or a device, never follows a symbolic link, never reads past `limit`.
    Raises InvalidDocument: `fichier-absent`, `fichier-illisible`, `pas-un-fichier`, `fichier-trop-gros`.
    """
    try:
        _require_regular(path, os.lstat(path), limit)
        descriptor = retry_if_locked(lambda: os.open(path, _READ_FLAGS))
        try:
            _require_regular(path, os.fstat(descriptor), limit)
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(limit + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        # 123: what Windows says of a name that no file can have, `*.json` for example
        if isinstance(error, FileNotFoundError | NotADirectoryError) or getattr(error, "winerror", 0) == 123:
            raise InvalidDocument(
                "fichier-absent",
                f"Le fichier « {shown_name(path)} » n’existe pas.",
                "Vérifiez son nom et son dossier.",
            ) from error
        raise InvalidDocument(
            "fichier-illisible",
            f"Le fichier « {shown_name(path)} » ne peut pas être lu.",
            "Vérifiez vos droits sur ce fichier, ou copiez-le dans vos documents.",
        ) from error
    if len(content) > limit:  # it grew after `fstat`
        raise _too_large(path, limit)
    return content


def holds(path: Path, content: bytes) -> bool:
    """Return whether a regular file has these very bytes."""
    try:
        return read_regular(path, len(content)) == content
    except InvalidDocument:
        return False


_WRAPPINGS: Final = {
    ".eml .msg .mbox": (
        "courriel",
        "« {} » est un courriel.",
        "Dans votre messagerie, enregistrez sa pièce jointe, puis ouvrez-la ici.",
    ),
    ".zip .7z .rar .gz .tgz": (
        "archive",
        "« {} » est une archive.",
        "Décompressez-la, puis ouvrez ici les fichiers qu’elle contient.",
    ),
    ".xls": (
        "tableur-ancien-format",
        "« {} » est au format .xls, trop ancien pour être lu ici.",
        "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx, puis recommencez.",
    ),
}


def read_document(path: Path, limit: int) -> bytes:
    """Return the bytes of a file that a person opens, as `read_regular` does.

    A mail, an archive and an old workbook, known by their names, are refused with what to do. Raises
    InvalidDocument, also `courriel`, `archive` and `tableur-ancien-format`.
    """
    for suffixes, (code, fact, advice) in _WRAPPINGS.items():
        if path.suffix.lower() in suffixes.split() and os.path.isfile(path):  # noqa: PTH113
            raise InvalidDocument(code, fact.format(shown_name(path)), advice)
    return read_regular(path, limit)


def _require_regular(path: Path, info: os.stat_result, limit: int) -> None:
    """Raise InvalidDocument unless it is a regular file of at most `limit` bytes."""
    if not stat.S_ISREG(info.st_mode):
        kind = "un dossier" if stat.S_ISDIR(info.st_mode) else "un lien ou un périphérique"
        raise InvalidDocument(
            "pas-un-fichier",
            f"« {shown_name(path)} » est {kind}, pas un fichier ordinaire.",
            "Donnez le fichier lui-même.",
        )
    if info.st_size > limit:
        raise _too_large(path, limit)


def _too_large(path: Path, limit: int) -> InvalidDocument:
    return InvalidDocument(
        "fichier-trop-gros",
        f"Le fichier « {shown_name(path)} » dépasse {limit // 1_000_000} Mo : il n’a pas été lu.",
        "Vérifiez que c’est le bon fichier.",
    )


def atomic_write(path: Path, content: bytes, check: Callable[[Path], None] | None = None) -> None:
    """Write `content` at `path`, atomically and durably, or leave the former file.

    A private temporary file of the same folder is written, synced and given to `check`, then renamed, and the
    folder synced. Raises WriteRefusal, and what `check` raises.
    """
    remove_leftovers(path.parent)
    temporary = _prepared(path, content)
    with _removed_on_failure(temporary, path):
        if check is not None:
            check(temporary)
        _rename(temporary, path)
    _sync(path.parent, f"« {shown_name(path)} » est écrit en entier")


def _prepared(path: Path, content: bytes) -> Path:
    """Write `content` to a temporary file beside `path`, synced. Raises WriteRefusal."""
    temporary = path.with_name(f".ctg-{os.urandom(8).hex()}.tmp")
    with _removed_on_failure(temporary, path):
        descriptor = os.open(temporary, _WRITE_FLAGS, PRIVATE_MODE)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return temporary


@contextmanager
def _removed_on_failure(temporary: Path, path: Path) -> Iterator[None]:
    """Remove a temporary file when the block fails; raise WriteRefusal for an error of the system."""
    try:
        yield
    except BaseException as error:
        _unlink(temporary)
        if isinstance(error, OSError | ValueError):
            raise write_refusal(path, error) from error
        raise


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):  # it may not exist; what remains is a leftover
        retry_if_locked(path.unlink)


def remove_leftovers(folder: Path, seconds: int = LEFTOVER_SECONDS) -> None:
    """Remove the temporary files left in `folder` by stopped programs.

    A file younger than `seconds` may be in use by another program and stays. Files that cannot be removed
    and folders that cannot be listed are left for the next call, and so is all when the clock is past 2262.
    """
    try:
        entries = [entry for entry in folder.iterdir() if _TEMPORARY.fullmatch(entry.name)]
        oldest = time.time() - seconds
    except (OSError, OverflowError):  # Python counts time in nanoseconds, until 2262
        return
    for entry in entries:
        with contextlib.suppress(OSError):
            info = entry.lstat()
            if stat.S_ISREG(info.st_mode) and info.st_mtime <= oldest:
                entry.unlink()


def sync_folder(folder: Path) -> None:
    """Fsync the entries of `folder`, which Windows does by itself. Raises OSError."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot sync a folder, and need not.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def _sync(folder: Path, fact: str) -> None:
    """Sync a folder in which `fact` is now true. Raises WriteRefusal."""
    try:
        sync_folder(folder)
    except OSError as error:
        unsure = f"{fact}, mais le disque ne garantit pas de le garder."
        advice = "Recommencez, ou choisissez un autre dossier."
        raise WriteRefusal("ecriture-non-assuree", unsure, advice) from error


def write_refusal(path: Path, error: OSError | ValueError) -> WriteRefusal:
    """Return the refusal for `error` at `path`, where nothing was written."""
    folder, name = clean(str(path.parent)), shown_name(path)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return WriteRefusal(
            "disque-plein",
            f"Il n’y a plus de place pour « {name} » : rien n’a été écrit.",
            "Libérez de la place, ou choisissez un autre dossier.",
        )
    return WriteRefusal(
        "ecriture-refusee",
        f"« {name} » n’a pas pu être écrit dans « {folder} » : ce dossier est absent ou protégé, son chemin "
        "est trop long, ou le fichier est ouvert ailleurs. Ce qui existait est intact.",
        "Fermez le fichier s’il est ouvert, ou choisissez un autre dossier.",
    )


def free_name(folder: Path, name: str, content: bytes) -> str:
    """Return the name that new content takes in `folder`: « (2) » where another file has its name."""
    free, rank, wanted = name, 1, Path(name)
    while os.path.lexists(path := folder / free) and not holds(path, content):
        rank += 1
        free = f"{wanted.stem} ({rank}){wanted.suffix}"
    return free


@contextmanager
def written_together(folder: Path, contents: Mapping[str, bytes]) -> Iterator[None]:
    """Write new files, by their free names, all of them or none; run the block once they are there.

    When it fails they are taken back. Raises WriteRefusal, with the names of those that cannot be removed.
    """
    remove_leftovers(folder)
    prepared: dict[Path, Path] = {}
    tried: list[Path] = []
    try:
        for path, content in ((folder / name, content) for name, content in contents.items()):
            if not os.path.lexists(path):
                prepared[path] = _prepared(path, content)
        for path, temporary in prepared.items():
            with _removed_on_failure(temporary, path):
                if os.path.lexists(path):  # it came since it was prepared
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
                tried.append(path)
                _rename(temporary, path)
        _sync(folder, f"Ce que « {clean(str(folder))} » a reçu est retiré")
        yield
    except BaseException as error:
        placed = [path for path in tried if not os.path.lexists(prepared[path])]
        for path in (*prepared.values(), *placed):
            _unlink(path)
        if there := [shown_name(path) for path in placed if os.path.lexists(path)]:
            raise WriteRefusal(
                "dossier-incomplet",
                f"Le dossier « {clean(str(folder))} » est incomplet. Y sont : {', '.join(there)}.",
                "N’envoyez pas ces fichiers : créez-les de nouveau, ailleurs.",
            ) from error
        raise


def _rename(source: Path, target: Path) -> None:
    retry_if_locked(lambda: source.replace(target))


# Zips from outside, opened and unpacked within bounds.


def open_zip(content: bytes) -> ZipFile:
    """Return the zip in `content`, nothing of it unpacked.

    Raises BadZipFile, also for an entry that is neither stored nor deflated: `zipfile` unpacks bzip2 and LZMA
    without bounds. Raises whatever else `zipfile` does for a damaged one.
    """
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

    archive = ZipFile(BytesIO(content))
    if not {info.compress_type for info in archive.infolist()} <= {ZIP_STORED, ZIP_DEFLATED}:
        raise BadZipFile("neither stored nor deflated")
    return archive


def read_entry(archive: ZipFile, info: ZipInfo, limit: int) -> bytes:
    """Return the bytes of an entry; one byte more than `limit` when it has more. Raises as `zipfile` does."""
    with archive.open(info) as file:
        return file.read(limit + 1)
