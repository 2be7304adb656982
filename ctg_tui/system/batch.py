"""Atomic replacement of several files of one folder: all of them or none."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.text import clean
from ctg_tui.system.files import (
    WriteRefusal,
    read_regular,
    retry_if_locked,
    shown_name,
    sync_file,
    sync_folder,
    temporary_path,
    write_new,
    write_refusal,
)


class Batch:
    """Files prepared in `folder` under temporary names, then renamed together.

    A context manager: leaving it without `keep` restores every file of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prepared: dict[str, Path] = {}
        self._placed: list[str] = []
        self._former: dict[str, Path] = {}
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

    def put_in_place(self, remove: Iterable[str] = ()) -> None:
        """Rename each prepared file to its final name, and remove the files `remove` from the folder.

        Names already in use come first, so that a file open in another program stops the batch before a new
        file appears. Raises WriteRefusal.
        """
        in_use = [name for name in self._prepared if os.path.lexists(self.folder / name)]
        new = [name for name in self._prepared if name not in in_use]
        for name in (*remove, *in_use, *new):
            path = self.folder / name
            try:
                if os.path.lexists(path):
                    # Recorded before each rename, so that an interrupted one is undone too.
                    self._former[name] = temporary_path(path)
                    _rename(path, self._former[name])
                if name in self._prepared:
                    self._placed.append(name)
                    _rename(self._prepared[name], path)
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
        """Keep the new files when the batch is left, and delete those they replace."""
        self._is_committed = True
        for backup in self._former.values():
            with contextlib.suppress(OSError):  # a temporary file: the next preparation removes it
                backup.unlink()

    def _restore(self, cause: BaseException | None) -> None:
        """Restore the folder. Raises WriteRefusal listing the files when that fails too."""
        for name in self._placed:
            with contextlib.suppress(OSError):  # checked below
                _rename(self.folder / name, self._prepared[name])
        there = [name for name in self._placed if not os.path.lexists(self._prepared[name])]
        for name in self._former.keys() - there:
            with contextlib.suppress(OSError):  # not moved, or listed below
                _rename(self._former[name], self.folder / name)
        gone = [
            name for name, backup in self._former.items() if os.path.lexists(backup) and name not in there
        ]
        for temporary in self._prepared.values():
            with contextlib.suppress(OSError):  # never made, or removed by the next preparation
                temporary.unlink()
        if there or gone:
            raise _incomplete(self.folder, there, gone, self._prepared) from cause


def _rename(source: Path, target: Path) -> None:
    retry_if_locked(lambda: source.replace(target))


def _failed_check(path: Path) -> WriteRefusal:
    return WriteRefusal(
        "relecture-differente",
        f"Le contrôle de « {shown_name(path)} » a échoué : rien n’a été écrit.",
        "Recommencez dans un autre dossier.",
    )


def _incomplete(folder: Path, there: list[str], gone: list[str], wanted: Iterable[str]) -> WriteRefusal:
    """Return the refusal that lists the files in the folder, and the missing ones."""
    missing = [
        *(name for name in wanted if name not in there),
        *(name for name in gone if name not in wanted),
    ]
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
