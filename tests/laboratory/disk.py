"""The possible states of a disk after a power cut: all that was fsynced, and any part of the rest.

The calls of a followed process are played on a model of a folder. Before an fsync, each sector written may
have reached the disk or not, in any order; names created, changed and removed reach it in order, up to any
point. A missing fsync, of SQLite or of the program, shows here.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Final

from tests.laboratory.tracing import Call

_SECTOR: Final = 512


class _File:
    """A file of the model. `pending` is what was written since the last fsync: (offset, data) or a length."""

    def __init__(self, content: bytes = b"") -> None:
        self.lasting, self.now = content, bytearray(content)
        self.pending: list[tuple[int, bytes]] = []

    def write(self, offset: int, data: bytes) -> None:
        for start in range(offset - offset % _SECTOR, offset + len(data), _SECTOR):
            first, end = max(start, offset), min(start + _SECTOR, offset + len(data))
            self._change(first, data[first - offset : end - offset])

    def cut(self, length: int) -> None:
        self._change(length, b"")

    def _change(self, offset: int, data: bytes) -> None:
        _put(self.now, offset, data)
        self.pending.append((offset, data))

    def sync(self) -> None:
        self.lasting = bytes(self.now)
        self.pending.clear()

    def left(self, draw: random.Random | None) -> bytes:
        """Return what was fsynced with, given `draw`, any part of the rest."""
        content = bytearray(self.lasting)
        for offset, data in self.pending if draw else ():
            if draw and draw.random() < 0.5:
                _put(content, offset, data)
        return bytes(content)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    """Write data; without any, cut to that length."""
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data) if data else None] = data


_Names = dict[str, "_File | None"]  # None: a folder
_Change = tuple[str, "str | None", "_File | None"]
"""A name that goes, empty for none; one that comes; the file that it is of."""


class Disk:
    """The folder `root` and all below it, as a process changes it; what is there now is fsynced."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.names: _Names = {
            str(entry): None if entry.is_dir() else _File(entry.read_bytes()) for entry in root.rglob("*")
        }
        self.lasting_names = dict(self.names)
        self.pending: list[_Change] = []
        self.opened: dict[int, tuple[str, _File | None, int]] = {}

    def play(self, call: Call) -> None:
        """Apply one call to the model."""
        descriptor = call.arguments[0] if call.arguments else -1
        path, file, position = self.opened.get(descriptor, ("", None, 0))
        match call.name:
            case "open":
                self._open(call)
            case "close":
                self.opened.pop(descriptor, None)
            case "lseek" if path:
                self.opened[descriptor] = path, file, call.result
            case "write" if file:
                offset = position if call.offset is None else call.offset
                file.write(offset, call.data)
                if call.offset is None:
                    self.opened[descriptor] = path, file, offset + len(call.data)
            case "cut" if file:
                file.cut(call.arguments[1])
            case "fsync" if file:
                file.sync()
            case "fsync" if path:
                self._sync_folder(path)
            case "rename":
                self._change((call.path, call.second_path, self.names.get(call.path)))
            case "unlink":
                self._change((call.path, None, None))
            case "mkdir":
                self._change(("", call.path, None))
            case "other":
                raise AssertionError(f"the model does not know this call: {call}")

    def _open(self, call: Call) -> None:
        path = os.path.normpath(call.path)
        self.opened.pop(call.result, None)
        if path != self.root and not path.startswith(f"{self.root}/"):
            return
        file = self.names.get(path)
        if file is None and path != self.root and path not in self.names:
            file = _File()
            self._change(("", path, file))
        if file and call.flags & os.O_TRUNC:
            file.cut(0)
        self.opened[call.result] = path, file, 0

    def _change(self, change: _Change) -> None:
        if (change[1] or change[0]).startswith(f"{self.root}/"):
            _rename(self.names, change)
            self.pending.append(change)

    def _sync_folder(self, folder: str) -> None:
        for change in [one for one in self.pending if str(Path(one[1] or one[0]).parent) == folder]:
            _rename(self.lasting_names, change)
            self.pending.remove(change)

    def leave(self, folder: Path, draw: random.Random | None, *, everything: bool) -> None:
        """Write in the empty `folder` a state that a power cut may leave now.

        `everything` is the death of the process alone; without it, nothing that is not fsynced is left or,
        with `draw`, any part of it.
        """
        names = dict(self.names if everything else self.lasting_names)
        for change in self.pending[: draw.randint(0, len(self.pending))] if draw else ():
            _rename(names, change)
        for path, file in sorted(names.items()):
            target = folder / os.path.relpath(path, self.root)
            if not target.parent.is_dir():  # its folder's own name was not fsynced
                continue
            if file is None:
                target.mkdir(mode=0o700)
            else:
                target.write_bytes(bytes(file.now) if everything else file.left(draw))

    def require_true(self, folder: Path) -> None:
        """Assert that the model is what the real folder is: it must be reliable."""
        real = {str(entry): None if entry.is_dir() else entry.read_bytes() for entry in folder.rglob("*")}
        modelled = {path: None if file is None else bytes(file.now) for path, file in self.names.items()}
        assert [path for path in real.keys() | modelled.keys() if real.get(path) != modelled.get(path)] == []


def _rename(names: _Names, change: _Change) -> None:
    former, new, file = change
    names.pop(former, None)
    if new is not None:
        names[new] = file
