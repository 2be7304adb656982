"""Safe reading of any path, archives within bounds, atomic writing of one file or several, safe names."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.domain.text import clean

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_FORBIDDEN: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
"""`:` opens an alternate data stream of NTFS, which would hide the report inside another file."""
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
"""Windows writes to the device, whatever the suffix: no file would exist."""


def why_unsafe(path: Path) -> str:
    """Return why Windows refuses the file name of `path`, in French; blank when it accepts it.

    The same names are refused on every system, since the file is sent to other computers.
    """
    name = path.name
    if path.drive and not path.root:
        return "commence par une lettre de lecteur sans dossier"
    if match := _FORBIDDEN.search(name):
        sign = match[0]
        return f"contient « {sign} »" if sign.isprintable() else "contient un caractère invisible"
    if name != name.rstrip(". "):
        return "finit par un point ou un espace"
    if _DEVICES.fullmatch(name):
        return "est un nom réservé par Windows"
    return ""


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
_CHUNK: Final = 65_536
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
    with _regular(path, limit) as (descriptor, size):
        content = _read_all(descriptor, size, limit + 1)
    if len(content) > limit:  # it grew after `fstat`
        raise _too_large(path, limit)
    return content


def read_document(path: Path, limit: int) -> bytes:
    """Return the bytes of a file that a person opens, as `read_regular` does.

    A mail, an archive and an old workbook are known by their first bytes, whatever their name and size, and
    refused with what to do: nothing in them is read. Raises InvalidDocument, also `courriel`, `archive` and
    `tableur-ancien-format`.
    """
    try:
        content = read_regular(path, limit)
    except InvalidDocument as refusal:
        if refusal.code == "fichier-trop-gros" and (wrapping := _wrapping(path, _head(path))) is not None:
            raise wrapping from refusal
        raise
    if (wrapping := _wrapping(path, content)) is not None:
        raise wrapping
    return content


def _head(path: Path) -> bytes:
    with _regular(path, sys.maxsize) as (descriptor, size):
        return _read_all(descriptor, min(size, _CHUNK), _CHUNK)


_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an .xls, an Outlook message and a workbook with a password begin."""
_OUTLOOK: Final = "__substg1.0_".encode("utf-16-le")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_WINMAIL: Final = bytes.fromhex("789f3e22")
_HEADER: Final = re.compile(
    rb"^(?:from|to|subject|date|mime-version|message-id|received|content-type|x-unsent):",
    re.IGNORECASE | re.MULTILINE,
)
_MAILBOX: Final = re.compile(rb"From [^\n]{1,200}\r?\n[!-9;-~]{1,80}:")
_ARCHIVES: Final = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_PART: Final = re.compile(
    rb"PK\x03\x04.{26}(?:mimetype|\[Content_Types\]|content\.xml|(?:_rels|xl|docProps|META-INF)/)", re.DOTALL
)
"""The beginning of a workbook that is a zip: the name of its first part."""
_PARTS: Final = frozenset({"xl/workbook.xml", "content.xml"})


def _wrapping(path: Path, content: bytes) -> InvalidDocument | None:
    """Return the refusal of a mail, an archive or an old workbook; None for any other file."""
    name = shown_name(path)
    if _is_mail(content):
        return InvalidDocument(
            "courriel",
            f"« {name} » est un courriel.",
            "Dans votre messagerie, enregistrez sa pièce jointe, puis ouvrez-la ici.",
        )
    if content.startswith(_ARCHIVES) or (content.startswith(b"PK") and not _is_workbook(content)):
        return InvalidDocument(
            "archive",
            f"« {name} » est une archive.",
            "Décompressez-la, puis ouvrez ici les fichiers qu’elle contient.",
        )
    if content.startswith(_OLE) and _ENCRYPTED not in content:
        return InvalidDocument(
            "tableur-ancien-format",
            f"« {name} » est au format .xls, trop ancien pour être lu ici.",
            "Ouvrez-le dans votre tableur, enregistrez-le au format .xlsx, puis recommencez.",
        )
    return None


def _is_mail(content: bytes) -> bool:
    """Return whether a file is a mail of any program: a message, several in one file, or Outlook's own."""
    if content.startswith(_WINMAIL) or (content.startswith(_OLE) and _OUTLOOK in content):
        return True
    head = content[:_CHUNK].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MAILBOX.match(head):
        return True
    headers, _, _ = head.replace(b"\r\n", b"\n").partition(b"\n\n")
    known = {found[0].lower() for found in _HEADER.finditer(headers)}
    return re.match(rb"[!-9;-~]{1,80}:", headers) is not None and len(known) > 1


def _is_workbook(content: bytes) -> bool:
    """Return whether a zip is a workbook, also a damaged one."""
    if _PART.match(content):
        return True
    from zipfile import BadZipFile

    try:
        return not _PARTS.isdisjoint(open_zip(content).namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False


@contextlib.contextmanager
def _regular(path: Path, limit: int) -> Iterator[tuple[int, int]]:
    """Open a regular file of at most `limit` bytes; give its descriptor and size. Raises InvalidDocument."""
    try:
        _require_regular(path, os.lstat(path), limit)
        descriptor = retry_if_locked(lambda: os.open(path, _READ_FLAGS))
        try:
            yield descriptor, _require_regular(path, os.fstat(descriptor), limit)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, FileNotFoundError | NotADirectoryError) or _is_no_name(error):
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


def _is_no_name(error: Exception) -> bool:
    """Return whether Windows says that no file can have the name, `*.json` for example."""
    return getattr(error, "winerror", None) == 123  # ERROR_INVALID_NAME


def _read_all(descriptor: int, size: int, limit: int) -> bytes:
    """Return at most `limit` bytes. The first read has a buffer of `size` + 1, small for a small file.

    Files of `/proc` have a size of 0 and are not empty.
    """
    parts = []
    buffer_size = size + 1
    while limit and (part := os.read(descriptor, min(limit, buffer_size))):
        parts.append(part)
        limit -= len(part)
        buffer_size = _CHUNK
    return b"".join(parts)


def _require_regular(path: Path, info: os.stat_result, limit: int) -> int:
    """Return the size of a regular file of at most `limit` bytes. Raises InvalidDocument otherwise."""
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
    """Write `content` at `path`, atomically and durably, or leave the former file.

    A private temporary file of the same folder is written, synced and renamed, the folder is synced, then the
    file is read back and compared. Raises WriteRefusal.
    """
    atomic_replace(path, lambda temporary: write_new(temporary, content))
    try:
        written = read_regular(path, len(content))
    except InvalidDocument as error:
        raise _differs(path) from error
    if written != content:
        raise _differs(path)


def atomic_replace(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a temporary file beside `path`, sync it, then rename it to `path`.

    `fill` receives a path that does not exist yet. On any failure the temporary file is removed and the
    former file is unchanged. Raises WriteRefusal for a failure of the system.
    """
    _atomic(path, fill, lambda temporary: retry_if_locked(lambda: temporary.replace(path)))


def atomic_new(path: Path, fill: Callable[[Path], None]) -> Path:
    """Do as `atomic_replace`, under the first name that no file has: `path`, then with `_2`, `_3`…

    Two programs at once never take the same. Returns the path of the new file.
    """
    placed: list[Path] = []

    def place(temporary: Path) -> None:
        name = reserved(path)
        try:
            retry_if_locked(lambda: temporary.replace(name))
        except BaseException:
            name.unlink()
            raise
        placed.append(name)

    _atomic(path, fill, place)
    return placed[0]


def reserved(path: Path) -> Path:
    """Create an empty file, private to the person, at the first free name for `path`. Raises OSError."""
    name, number = path, 1
    while True:
        try:
            os.close(os.open(name, _WRITE_FLAGS, PRIVATE_MODE))
        except FileExistsError:
            number += 1
            name = path.with_name(f"{path.stem}_{number}{path.suffix}")
        else:
            return name


def _atomic(path: Path, fill: Callable[[Path], None], place: Callable[[Path], object]) -> None:
    """Fill and sync a temporary file beside `path`, let `place` rename it, sync the folder."""
    try:
        temporary = temporary_path(path)
        try:
            fill(temporary)
            sync_file(temporary)
            place(temporary)
        except BaseException:
            with contextlib.suppress(OSError):  # it may not exist; the first failure matters
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
    """Return a new random path beside `path`, which does not reveal the file's name."""
    return path.with_name(f".ctg-{os.urandom(8).hex()}.tmp")


def write_new(path: Path, content: bytes) -> None:
    """Create `path`, private to the person, and write `content`. Raises OSError."""
    descriptor = os.open(path, _WRITE_FLAGS, PRIVATE_MODE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


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


def sync_file(path: Path) -> None:
    """Fsync the content of `path`. Raises OSError."""
    _sync(path, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Fsync the entries of `folder`, which Windows does by itself. Raises OSError."""
    if os.name == "nt":
        return
    try:
        _sync(folder, os.O_RDONLY)
    except OSError as error:
        # Some network file systems cannot sync a folder, and need not.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _differs(path: Path) -> WriteRefusal:
    return WriteRefusal(
        "relecture-differente",
        f"« {shown_name(path)} » a été écrit, mais le contrôle du fichier a échoué.",
        "N’envoyez pas ce fichier : recommencez dans un autre dossier.",
    )


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_PROTECTED = {errno.EACCES, errno.EPERM, errno.EROFS}
_BAD_NAME = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}
_BAD_NAME_ON_WINDOWS = {None, 123, 161}  # Windows maps its other errors to EINVAL too


def write_refusal(path: Path, error: OSError | ValueError) -> WriteRefusal:
    """Return the refusal for `error` at `path`, where nothing was written."""
    folder, name = clean(str(path.parent)), shown_name(path)
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if isinstance(error, FileNotFoundError) and os.path.isdir(path.parent):  # noqa: PTH112 - raises nothing
        # The error of Windows for a path that is too long, or a folder protected from programs.
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
    is_a_folder = os.path.isdir(path)  # noqa: PTH112 - raises nothing; Windows only says « access denied »
    if isinstance(error, IsADirectoryError) or (number in _PROTECTED and is_a_folder):
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


# Zips from outside, opened and unpacked within bounds.

MAX_ENTRIES: Final = 100_000
"""Entries of one zip, with those of zips stored within it: each costs time before anything is unpacked."""
_ENTRY: Final = b"PK\x01\x02"


class TooManyEntriesError(ValueError):
    """A zip announces more than `MAX_ENTRIES` entries."""


def open_zip(content: bytes) -> ZipFile:
    """Return the zip in `content`, nothing of it unpacked.

    Raises TooManyEntriesError, and whatever `zipfile` raises for a damaged one.
    """
    from zipfile import ZipFile

    if content.count(_ENTRY) > MAX_ENTRIES:
        raise TooManyEntriesError
    return ZipFile(BytesIO(content))


def is_usually_packed(info: ZipInfo) -> bool:
    """Return whether an entry is stored or deflated, as mail programs, spreadsheets and systems do.

    `zipfile` unpacks only these within bounds: of bzip2 and LZMA it takes the whole entry into memory.
    """
    from zipfile import ZIP_DEFLATED, ZIP_STORED

    return info.compress_type in {ZIP_STORED, ZIP_DEFLATED}


def read_entry(archive: ZipFile, info: ZipInfo, limit: int) -> bytes:
    """Return the bytes of an entry; one byte more than `limit` when it has more.

    Raises BadZipFile for another packing than those of `is_usually_packed`, and whatever `zipfile` raises for
    a damaged entry.
    """
    from zipfile import BadZipFile

    if not is_usually_packed(info):
        raise BadZipFile("neither stored nor deflated")
    with archive.open(info) as file:
        return file.read(limit + 1)


class Batch:
    """New files prepared in `folder` under temporary names, then renamed together.

    A context manager: leaving it without `keep` takes back every file of the batch.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prepared: dict[str, Path] = {}
        self._placed: list[str] = []
        self._is_committed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_committed:
            self._restore(error)

    def prepare(self, name: str, content: bytes) -> None:
        """Write `content` to a temporary file for `name`, sync it, read it back. Raises WriteRefusal."""
        path = self.folder / name
        try:
            temporary = self._prepared[name] = temporary_path(path)
            write_new(temporary, content)
            sync_file(temporary)
            written = read_regular(temporary, len(content))
        except (OSError, ValueError) as error:
            raise write_refusal(path, error) from error
        except InvalidDocument as error:
            raise _failed_check(path) from error
        if written != content:
            raise _failed_check(path)

    def put_in_place(self) -> None:
        """Rename each prepared file to its name, which no file has. Raises WriteRefusal."""
        for name, temporary in self._prepared.items():
            path = self.folder / name
            try:
                if os.path.lexists(path):  # it came since it was prepared
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
                self._placed.append(name)
                _rename(temporary, path)
            except OSError as error:
                raise write_refusal(path, error) from error
        try:
            sync_folder(self.folder)
        except OSError as error:
            raise WriteRefusal(
                "ecriture-non-assuree",
                f"Les fichiers de « {clean(str(self.folder))} » ont été écrits puis retirés : le disque ne "
                "garantit pas de les garder.",
                "Recommencez, ou choisissez un autre dossier.",
            ) from error

    def keep(self) -> None:
        """Keep the new files when the batch is left."""
        self._is_committed = True

    def _restore(self, cause: BaseException | None) -> None:
        """Take the new files back. Raises WriteRefusal listing the files when that fails too."""
        for name in self._placed:
            with contextlib.suppress(OSError):  # checked below
                _rename(self.folder / name, self._prepared[name])
        there = [name for name in self._placed if not os.path.lexists(self._prepared[name])]
        for temporary in self._prepared.values():
            with contextlib.suppress(OSError):  # never made, or removed by the next preparation
                temporary.unlink()
        if there:
            raise _incomplete(self.folder, there, self._prepared) from cause


def _rename(source: Path, target: Path) -> None:
    retry_if_locked(lambda: source.replace(target))


def _failed_check(path: Path) -> WriteRefusal:
    return WriteRefusal(
        "relecture-differente",
        f"Le contrôle de « {shown_name(path)} » a échoué : rien n’a été écrit.",
        "Recommencez dans un autre dossier.",
    )


def _incomplete(folder: Path, there: list[str], wanted: Iterable[str]) -> WriteRefusal:
    """Return the refusal that lists the files in the folder, and the missing ones."""
    missing = [name for name in wanted if name not in there]
    sentences = [f"Le dossier « {clean(str(folder))} » est incomplet."]
    if there:
        sentences.append(f"Y sont : {', '.join(map(clean, there))}.")
    if missing:
        sentences.append(f"N’y sont pas : {', '.join(map(clean, missing))}.")
    return WriteRefusal(
        "dossier-incomplet",
        " ".join(sentences),
        "N’envoyez pas ces fichiers : créez-les de nouveau, ailleurs.",
    )
