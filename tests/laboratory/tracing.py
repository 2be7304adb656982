"""Following a process call by call: the data it writes, and when.

A child process made by `fork` runs a function under ptrace. Nothing is installed, and SQLite's own calls are
seen as well as ours. Linux on x86-64 only.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

_TRACEME, _SYSCALL, _SETOPTIONS, _INFO = 0, 24, 0x4200, 0x420E
_SYSGOOD, _EXITKILL = 1, 0x100000
_TRAPPED: Final = 5 | 0x80  # SIGTRAP of Linux, which Windows has not, and the mark of _SYSGOOD
_CALLS: Final = {
    1: "write",
    18: "write",
    2: "open",
    257: "open",
    3: "close",
    8: "lseek",
    74: "fsync",
    75: "fsync",
    77: "cut",
    82: "rename",
    83: "mkdir",
    87: "unlink",
    263: "unlink",
    84: "unlink",
    **dict.fromkeys((20, 40, 76, 85, 86, 258, 264, 265, 285, 296, 316, 326), "other"),
}
"""`other` changes a disk too, in a way that the model of it does not know."""
_PWRITE, _OPENAT, _UNLINKAT = 18, 257, 263
Mark = Callable[[], None]


class Call(NamedTuple):
    """One call of the process, once it has returned. `result` is negative (`-errno`) when it failed."""

    name: str
    arguments: tuple[int, ...]
    path: str = ""
    second_path: str = ""
    data: bytes = b""
    offset: int | None = None
    flags: int = 0
    result: int = 0


class _Entry(ctypes.Structure):
    _fields_ = (("number", ctypes.c_uint64), ("arguments", ctypes.c_uint64 * 6))


class _Exit(ctypes.Structure):
    _fields_ = (("result", ctypes.c_int64), ("is_error", ctypes.c_uint8))


class _Body(ctypes.Union):
    _fields_ = (("entry", _Entry), ("exit", _Exit), ("room", ctypes.c_uint64 * 8))


class _Info(ctypes.Structure):
    _fields_ = (
        *(("kind", ctypes.c_uint8), ("padding", ctypes.c_uint8 * 3), ("architecture", ctypes.c_uint32)),
        *(("instruction", ctypes.c_uint64), ("stack", ctypes.c_uint64), ("body", _Body)),
    )


def is_possible() -> bool:
    """Return whether a process can be followed here."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    try:
        return list(follow(lambda mark: mark())) == [Call("mark", ())]
    except OSError:
        return False


def follow(work: Callable[[Mark], None]) -> Iterator[Call]:
    """Run `work` in a child process; yield each of its changing calls, in order.

    `work` receives a function that leaves a mark: a Call named `mark`. Raises AssertionError when the child
    does not exit with 0, OSError when ptrace is refused.
    """
    reading, marks = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _libc().ptrace(_TRACEME, 0, None, None)
            os.kill(os.getpid(), signal.SIGSTOP)
            work(lambda: (os.write(marks, b"."), None)[1])
            status = 0
        except BaseException:  # noqa: BLE001 - the child never returns into the parent's code
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(marks)
    try:
        yield from _calls(child, marks)
    finally:
        os.close(reading)
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it had ended


def _calls(child: int, marks: int) -> Iterator[Call]:
    _stopped(child)
    _ptrace(_SETOPTIONS, child, 0, _SYSGOOD | _EXITKILL)
    pending: Call | None = None
    with Path(f"/proc/{child}/mem").open("rb", buffering=0) as memory:
        while True:
            _ptrace(_SYSCALL, child, 0, 0)
            status = _stopped(child)
            if status is None:
                return
            if status != _TRAPPED:
                continue
            info = _Info()
            _ptrace(_INFO, child, ctypes.sizeof(info), ctypes.addressof(info))
            if info.kind == 1:
                entry = info.body.entry
                pending = _entered(entry.number, tuple(entry.arguments), memory.fileno(), marks)
            elif info.kind == 2 and pending is not None:
                result = info.body.exit.result
                if pending.name == "mark":
                    yield pending
                elif result >= 0:
                    yield pending._replace(result=result, data=pending.data[:result])
                pending = None


def _entered(number: int, arguments: tuple[int, ...], memory: int, marks: int) -> Call | None:
    name = _CALLS.get(number)
    match name:
        case None:
            return None
        case "write":
            if arguments[0] == marks:
                return Call("mark", ())
            offset = arguments[3] if number == _PWRITE else None
            return Call(name, arguments, data=os.pread(memory, arguments[2], arguments[1]), offset=offset)
        case "open" | "unlink" | "mkdir" | "rename":
            at = arguments[1:] if number in {_OPENAT, _UNLINKAT} else arguments
            second = _text(memory, at[1]) if name == "rename" else ""
            return Call(name, arguments, _text(memory, at[0]), second, flags=at[1])
        case _:
            return Call(name, arguments)


def _text(memory: int, address: int) -> str:
    found = b""
    while b"\0" not in found and len(found) < 4096:
        # Read to the end of the page at most: the next one may not be mapped.
        start = address + len(found)
        found += os.pread(memory, min(256, 4096 - start % 4096), start)
    return os.fsdecode(found.split(b"\0")[0])


def _stopped(child: int) -> int | None:
    """Return the signal that stopped the child; None when it ended well."""
    _, status = os.waitpid(child, 0)
    if os.WIFSTOPPED(status):
        return os.WSTOPSIG(status)
    assert os.WIFEXITED(status), f"the followed process ended with {status:#x}"
    assert os.WEXITSTATUS(status) == 0, "the followed process failed"
    return None


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
