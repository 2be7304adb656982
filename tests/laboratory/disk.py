"""The possible states of a disk after a power cut: all that was fsynced, and any part of the rest.

The calls of a followed process are played on a model of a folder. Before an fsync, each sector written may
have reached the disk or not, in any order; names created, changed and removed reach it in order, up to any
point. A missing fsync, of SQLite or of the program, shows here.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.laboratory.tracing import CHANGING, Call

SECTOR: Final = 512


@dataclass
class _File:
    """A file of the model. `pending` is the data written since the last fsync: (offset, data) or a length."""

    lasting: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes] | int] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        _put(self.now, offset, data)
        self.pending.append((offset, data))

    def cut(self, length: int) -> None:
        _cut(self.now, length)
        self.pending.append(length)

    def sync(self) -> None:
        self.lasting = bytes(self.now)
        self.pending.clear()

    def after_cut(self, draw: random.Random | None, *, everything: bool) -> bytes:
        """Return a content that a power cut may leave: all, the fsynced part, or (with `draw`) any part."""
        if everything:
            return bytes(self.now)
        content = bytearray(self.lasting)
        for change in self.pending if draw else ():
            if isinstance(change, int):
                if draw and draw.random() < 0.5:
                    _cut(content, change)
                continue
            offset, data = change
            start = 0
            while start < len(data):
                end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
                if draw and draw.random() < 0.5:
                    _put(content, offset + start, data[start:end])
                start = end
        return bytes(content)


_Names = dict[str, "_File | None"]  # None: a folder


@dataclass
class Disk:
    """The folder `root` and all below it, as a followed process changes it."""

    root: str
    names: _Names = field(default_factory=dict)
    lasting_names: _Names = field(default_factory=dict)
    pending: list[tuple[str, tuple[tuple[str, bool], ...], _File | None]] = field(default_factory=list)
    opened: dict[int, tuple[str, _File | None, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """Return the model of a folder whose present content is fsynced."""
        disk = cls(str(folder))
        for entry in sorted(folder.rglob("*")):
            content = None if entry.is_dir() else entry.read_bytes()
            file = None if content is None else _File(content, bytearray(content))
            disk.names[str(entry)] = disk.lasting_names[str(entry)] = file
        return disk

    def play(self, call: Call) -> None:
        """Apply one call to the model."""
        if call.result < 0:
            return
        match call.name:
            case "open" | "openat" | "creat":
                self._open(call)
            case "close":
                self.opened.pop(call.arguments[0], None)
            case "lseek":
                if held := self.opened.get(call.arguments[0]):
                    self.opened[call.arguments[0]] = (held[0], held[1], call.result)
            case "write" | "pwrite64":
                self._write(call)
            case "ftruncate":
                if (held := self.opened.get(call.arguments[0])) and held[1]:
                    held[1].cut(call.arguments[1])
            case "fsync" | "fdatasync":
                self._sync(call.arguments[0])
            case "rename" | "renameat" | "renameat2":
                self._rename(call.path, call.second_path)
            case "link" | "linkat":
                self._name(call.second_path, self.names.get(call.path))
            case "unlink" | "unlinkat" | "rmdir":
                self._forget(call.path)
            case "mkdir" | "mkdirat":
                self._name(call.path, None)
            case "mark":
                pass
            case other:
                raise AssertionError(f"the model does not know {other}")

    def leave(self, folder: Path, draw: random.Random | None = None, *, everything: bool = False) -> None:
        """Write in the empty `folder` a state that a power cut may leave now.

        `everything` is the death of the process alone; without it, nothing that is not fsynced is left or,
        with `draw`, any part of it.
        """
        names = dict(self.names) if everything else dict(self.lasting_names)
        if draw:
            for _, changes, file in self.pending[: draw.randint(0, len(self.pending))]:
                _apply(names, changes, file)
        for path, file in sorted(names.items()):
            target = folder / os.path.relpath(path, self.root)
            if not target.parent.is_dir():  # its folder's own name was not fsynced
                continue
            if file is None:
                target.mkdir(mode=0o700)
            else:
                target.write_bytes(file.after_cut(draw, everything=everything))

    def differences(self, folder: Path) -> list[str]:
        """Return the differences between the model and the real folder: the model must be reliable."""
        real = {str(entry): None if entry.is_dir() else entry.read_bytes() for entry in folder.rglob("*")}
        modelled = {path: None if file is None else bytes(file.now) for path, file in self.names.items()}
        return sorted(path for path in real.keys() | modelled.keys() if real.get(path) != modelled.get(path))

    def _inside(self, path: str) -> bool:
        return path.startswith(self.root + "/")

    def _open(self, call: Call) -> None:
        path = os.path.normpath(call.path)
        if path == self.root or (self._inside(path) and path in self.names and self.names[path] is None):
            self.opened[call.result] = (path, None, 0)
            return
        if not self._inside(path):
            self.opened.pop(call.result, None)
            return
        flags = call.arguments[2] if call.name == "openat" else call.arguments[1]
        file = self.names.get(path)
        if file is None:
            file = _File()
            self._name(path, file)
        if flags & os.O_TRUNC and file.now:
            file.cut(0)
        self.opened[call.result] = (path, file, 0)

    def _write(self, call: Call) -> None:
        held = self.opened.get(call.arguments[0])
        if held is None or held[1] is None:
            return
        path, file, position = held
        offset = call.arguments[3] if call.name == "pwrite64" else position
        held[1].write(offset, call.data)
        if call.name == "write":
            self.opened[call.arguments[0]] = (path, file, offset + len(call.data))

    def _sync(self, descriptor: int) -> None:
        held = self.opened.get(descriptor)
        if held is None:
            return
        path, file, _ = held
        if file is not None:
            file.sync()
            return
        for one in [one for one in self.pending if one[0] == path]:
            _apply(self.lasting_names, one[1], one[2])
            self.pending.remove(one)

    def _change(self, parent: str, changes: tuple[tuple[str, bool], ...], file: _File | None) -> None:
        _apply(self.names, changes, file)
        self.pending.append((parent, changes, file))

    def _name(self, path: str, file: _File | None) -> None:
        if self._inside(path):
            self._change(str(Path(path).parent), ((path, True),), file)

    def _forget(self, path: str) -> None:
        if self._inside(path):
            self._change(str(Path(path).parent), ((path, False),), None)

    def _rename(self, former: str, new: str) -> None:
        if self._inside(former) and self._inside(new):
            self._change(str(Path(new).parent), ((former, False), (new, True)), self.names.get(former))


def _apply(names: _Names, changes: Iterable[tuple[str, bool]], file: _File | None) -> None:
    for path, present in changes:
        if present:
            names[path] = file
        else:
            names.pop(path, None)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _cut(content: bytearray, length: int) -> None:
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


def is_change(call: Call) -> bool:
    """Return whether the call changes the content of the disk, or fsyncs it."""
    return call.name in CHANGING and call.result >= 0
