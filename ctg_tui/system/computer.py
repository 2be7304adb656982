"""The computer: its local time, folders and drives, programs that open files, lines typed, log of errors."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ctg_tui import __version__
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.system.files import shown_name


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_time(moment: datetime) -> datetime:
    """Convert `moment` to the time zone of this computer, or to UTC when its zone is invalid.

    An odd `TZ` (`XXX+99`) is an offset of more than a day, which `astimezone` refuses. Some systems refuse
    the years that their C library cannot convert.
    """
    try:
        return moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return moment.astimezone(UTC)


# Opening a file or a folder with the default program of the system.

_OPENABLE: Final = frozenset({".eml", ".html", ".xlsx", ".json", ".txt"})
"""The formats that the program writes. The system would run some others instead of opening them."""


def show(path: Path) -> None:
    """Open a folder, or a file written by the program.

    Raises Refusal, naming the path so that the person can open it: `fichier-absent`, `ouverture-impossible`.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - unresolved, as the person gave it
    if not path.exists():
        raise Refusal("fichier-absent", f"« {shown_name(path)} » n’est plus là.", "Préparez-le de nouveau.")
    is_openable = path.is_dir() or path.suffix in _OPENABLE
    try:
        if is_openable and sys.platform == "win32":
            os.startfile(path)
            return
        if is_openable and (sys.platform == "darwin" or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}):
            _start("open" if sys.platform == "darwin" else "xdg-open", path)
            return
    except OSError:  # no such program, or none for this file
        pass
    raise Refusal(
        "ouverture-impossible",
        f"« {shown_name(path)} » ne peut pas être ouvert d’ici. Il est bien à sa place.",
        f"Ouvrez-le vous-même : {path}",
    )


def _start(program: str, path: Path) -> None:
    """Start `program` on `path`, absolute so that it cannot be read as an option.

    The process is detached from the terminal: a text browser must not draw over the interface. A thread reaps
    it: the opener may live as long as its window.
    """
    process = subprocess.Popen(
        [program, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()


# Reading the lines that a person types, or that a file gives, on the standard input.


def typed_line() -> str:
    """Return the next line of the standard input, its newline included; empty at its end.

    It is UTF-8 whatever the locale; a byte that is not becomes « � ». Not `input()`: where the module
    `readline` is loaded it writes escape bytes, and it stops at a NUL.
    """
    if sys.stdin is None:
        return ""
    if isinstance(sys.stdin, io.TextIOWrapper) and sys.stdin.errors != "replace":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # refused once a line was read
    return sys.stdin.readline()


# Where the person's files are, and on what storage.

DATABASE_NAME: Final = "ctg-tui.db"


def default_database() -> Path:
    """Return `CTG_TUI_BASE`, or the database in the folder that the program makes for itself."""
    chosen = os.environ.get("CTG_TUI_BASE", "").strip('"')  # the quotes of `set CTG_TUI_BASE="…"`
    return Path(chosen) if chosen else _own_folder() / DATABASE_NAME


def _own_folder() -> Path:
    """Return the folder that the program makes for itself.

    It is `ctg-tui` in the user's data folder and, on Windows, in the person's folder: there, the Python of
    the Microsoft Store keeps what goes into the data folder in one of its own, which is another for each
    version of Python, and goes away with it.
    """
    if sys.platform == "win32":
        return Path.home() / "ctg-tui"
    import platformdirs  # this import takes 3 ms

    return Path(platformdirs.user_data_dir("ctg-tui", appauthor=False))


# The kind of storage of a folder: local disk or network share.

_NETWORK_TYPES: Final = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "afs", "9p", "ncpfs", "coda", "ceph"),
    *("davfs", "webdav"),
    *("fuse.sshfs", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.glusterfs"),
}
_MOUNTS: Final = Path("/proc/self/mounts")
_MOUNT: Final = "/sbin/mount"
"""The program that lists what is mounted, on macOS."""


def network_share(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of share of `path` (`cifs`, `nfs4`…); None on a local disk or if unknown."""
    if sys.platform == "win32":
        return _windows_share(path)
    absolute = path.absolute()
    best, kind = -1, ""
    for folder, type_ in _mounted(mounts):
        if len(folder.parts) >= best and absolute.is_relative_to(folder):
            best, kind = len(folder.parts), type_
    return kind if kind in _NETWORK_TYPES else None


def _mounted(mounts: Path) -> Iterator[tuple[Path, str]]:
    """Yield each folder where something is mounted, with the kind of it."""
    try:
        if sys.platform == "darwin":  # //profils/dupont on /Volumes/dupont (smbfs, nodev, nosuid)
            lines = subprocess.run([_MOUNT], capture_output=True, check=False).stdout.split(b"\n")
            found = [re.fullmatch(r".* on (/.*) \((\w+).*", os.fsdecode(line)) for line in lines]
        else:  # //profils/dupont /mnt/dupont cifs rw 0 0
            lines = mounts.read_bytes().split(b"\n")  # not `splitlines`: a name may hold a line separator
            found = [re.fullmatch(r"[^ ]+ ([^ ]+) ([^ ]+).*", os.fsdecode(line)) for line in lines]
    except OSError:  # no such table on this system
        return
    for point, type_ in (match.groups() for match in found if match):
        yield Path(re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), point)), type_


def _windows_share(path: Path) -> str | None:
    import ctypes

    drive = path.absolute().drive
    if drive.startswith("\\\\"):
        return "partage"
    remote = 4  # DRIVE_REMOTE
    windll = getattr(ctypes, "windll", None)
    return "partage" if windll and windll.kernel32.GetDriveTypeW(f"{drive}\\") == remote else None


# The log of unexpected errors: exception types and lines of code only. Messages are left out, since they can
# quote a comment or a name that the person wrote.

LOG_NAME = "ctg-tui-erreurs.log"
MAX_LOG_BYTES = 100_000
REPORT_TO = "à la personne qui vous a fourni ctg-tui"
"""The recipient of a log: the program has no public address of its own."""
_KEPT_PARTS = 3  # of a file's path: names the module without the person's folders


def reported(error: BaseException, what: str) -> str:
    """Append the trace of `error` to the log of the data folder; return `what` in French and where it is."""
    try:
        target = default_database().parent
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = target / LOG_NAME
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            flags |= os.O_TRUNC
        descriptor = os.open(log, flags, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(trace(error))
    except OSError:  # the disk may be the cause of the error
        return typeset(f"{what} Le détail technique n’a pas pu être écrit.")
    place = f"est dans « {clean(str(log))} » : transmettez-le {REPORT_TO}"
    return typeset(f"{what} Le détail technique, sans vos réponses, {place}.")


def trace(error: BaseException) -> str:
    """Return the time (UTC), the versions, and the type and lines of code of each exception of the chain."""
    from traceback import extract_tb  # only when something went wrong

    moment = datetime.now(UTC).isoformat(timespec="seconds")
    python = ".".join(str(part) for part in sys.version_info[:3])
    lines = [f"{moment} ctg-tui {__version__} Python {python} {sys.platform}"]
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines.append(f"  {type(link).__module__}.{type(link).__qualname__}")
        lines += (
            f"    {'/'.join(Path(frame.filename).parts[-_KEPT_PARTS:])}:{frame.lineno} {frame.name}"
            for frame in extract_tb(link.__traceback__)
        )
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n\n"
