"""Following a process call by call: the data it writes, and when.

A child process made by `fork` runs a function under ptrace. Nothing is installed, and SQLite's own calls are
seen as well as ours. Linux only, on the two processors whose call numbers are known here.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_TRACEME, _SYSCALL, _SETOPTIONS, _INFO = 0, 24, 0x4200, 0x420E
_SYSGOOD, _EXITKILL = 1, 0x100000
_TRAPPED: Final = 5 | 0x80  # SIGTRAP of Linux, which Windows has not, and the mark of _SYSGOOD


def _numbers(table: str) -> dict[int, str]:
    words = table.split()
    return {int(number): name for name, number in zip(words[::2], words[1::2], strict=True)}


CALLS: Final = {
    "x86_64": _numbers(
        "write 1 open 2 close 3 lseek 8 pwrite64 18 writev 20 dup 32 sendfile 40 fsync 74 fdatasync 75"
        " truncate 76 ftruncate 77 rename 82 mkdir 83 rmdir 84 creat 85 link 86 unlink 87 openat 257"
        " mkdirat 258 unlinkat 263 renameat 264 linkat 265 fallocate 285 pwritev 296 renameat2 316"
        " copy_file_range 326"
    ),
    "aarch64": _numbers(
        "dup 23 mkdirat 34 unlinkat 35 linkat 37 renameat 38 truncate 45 ftruncate 46 fallocate 47"
        " openat 56 close 57 lseek 62 write 64 writev 66 pwrite64 68 pwritev 70 sendfile 71 fsync 82"
        " fdatasync 83 renameat2 276 copy_file_range 285"
    ),
}
CHANGING: Final = frozenset(
    {"write", "pwrite64", "fsync", "fdatasync", "ftruncate", "truncate", "rename", "renameat", "renameat2"}
    | {"unlink", "unlinkat", "link", "linkat", "mkdir", "mkdirat"}
)
"""The calls that change the content of a disk, or fsync it."""


@dataclass(frozen=True)
class Call:
    """One call of the process, once it has returned. `result` is negative (`-errno`) when it failed."""

    name: str
    arguments: tuple[int, ...]
    result: int
    path: str = ""
    second_path: str = ""
    data: bytes = b""


class _Entry(ctypes.Structure):
    _fields_ = (("number", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 6))


class _Exit(ctypes.Structure):
    _fields_ = (("result", ctypes.c_int64), ("is_error", ctypes.c_uint8))


class _Body(ctypes.Union):
    _fields_ = (("entry", _Entry), ("exit", _Exit), ("room", ctypes.c_uint64 * 8))


class _Info(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_uint8),
        ("padding", ctypes.c_uint8 * 3),
        ("architecture", ctypes.c_uint32),
        ("instruction", ctypes.c_uint64),
        ("stack", ctypes.c_uint64),
        ("body", _Body),
    )


def why_not() -> str:
    """Return the reason why no process can be followed here; empty when it can."""
    if sys.platform != "linux":
        return "Linux only"
    if platform.machine() not in CALLS:
        return f"the calls of a {platform.machine()} are not known"
    try:
        list(follow(lambda _: None))
    except OSError as error:
        return f"ptrace is refused here ({error.strerror})"
    return ""


def follow(work: Callable[[Callable[[bytes], None]], None]) -> Iterator[Call]:
    """Run `work` in a child process; yield each of its changing calls, in order.

    `work` receives a function that leaves a mark: it appears as a Call named `mark` with its data. Raises
    AssertionError when the child does not exit with 0, OSError when ptrace is refused.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_followed(work, writing)
    os.close(writing)
    try:
        yield from _calls(child, writing)
    finally:
        os.close(reading)


def _be_followed(work: Callable[[Callable[[bytes], None]], None], marks: int) -> None:
    status = 1
    try:
        _libc().ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        work(lambda data: (os.write(marks, data), None)[1])
        status = 0
    except BaseException:  # noqa: BLE001 - the child never returns into the parent's code
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def _calls(child: int, marks: int) -> Iterator[Call]:
    names = CALLS[platform.machine()]
    try:
        _wait(child)
        _ptrace(_SETOPTIONS, child, 0, _SYSGOOD | _EXITKILL)
        memory = os.open(f"/proc/{child}/mem", os.O_RDONLY)
        try:
            pending: Call | None = None
            while True:
                _ptrace(_SYSCALL, child, 0, 0)
                status = _wait(child)
                if status is None:
                    return
                if status != _TRAPPED:
                    continue
                info = _info(child)
                if info.kind == 1:
                    name = names.get(info.body.entry.number, "")
                    pending = (
                        _entered(name, tuple(info.body.entry.arguments), memory, marks) if name else None
                    )
                elif info.kind == 2 and pending is not None:
                    result = info.body.exit.result
                    yield Call(
                        pending.name,
                        pending.arguments,
                        result,
                        pending.path,
                        pending.second_path,
                        pending.data[: max(result, 0)],
                    )
                    pending = None
        finally:
            os.close(memory)
    except BaseException:
        _end(child)
        raise


def _entered(name: str, arguments: tuple[int, ...], memory: int, marks: int) -> Call:
    if name in {"write", "pwrite64"}:
        data = os.pread(memory, arguments[2], arguments[1])
        return Call("mark" if arguments[0] == marks else name, arguments, 0, data=data)
    if name in {"open", "creat", "rename", "link", "unlink", "mkdir", "rmdir", "truncate"}:
        second = _text(memory, arguments[1]) if name in {"rename", "link"} else ""
        return Call(name, arguments, 0, _text(memory, arguments[0]), second)
    if name in {"openat", "unlinkat", "mkdirat"}:
        return Call(name, arguments, 0, _text(memory, arguments[1]))
    if name in {"renameat", "renameat2", "linkat"}:
        return Call(name, arguments, 0, _text(memory, arguments[1]), _text(memory, arguments[3]))
    return Call(name, arguments, 0)


def _text(memory: int, address: int) -> str:
    found = b""
    while b"\0" not in found and len(found) < 4096:
        # Read to the end of the page at most: the next one may not be mapped.
        start = address + len(found)
        found += os.pread(memory, min(256, 4096 - start % 4096), start)
    return os.fsdecode(found.split(b"\0")[0])


def _info(child: int) -> _Info:
    info = _Info()
    _ptrace(_INFO, child, ctypes.sizeof(info), ctypes.addressof(info))
    return info


def _wait(child: int) -> int | None:
    """Return the signal that stopped the child; None when it ended well."""
    _, status = os.waitpid(child, 0)
    if os.WIFSTOPPED(status):
        return os.WSTOPSIG(status)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return None
    raise AssertionError(f"the followed process ended with {status:#x}")


def _end(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        return  # it had ended


def _ptrace(request: int, child: int, address: int, data: int) -> None:
    ctypes.set_errno(0)
    result = _libc().ptrace(request, child, ctypes.c_void_p(address), ctypes.c_void_p(data))
    if result < 0 and (number := ctypes.get_errno()):
        raise OSError(number, os.strerror(number))


def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.restype = ctypes.c_long
    library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    return library
