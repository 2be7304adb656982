"""Several files of one folder, put in place together or not at all."""

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

    A context manager: leaving it without `keep` gives every name of the folder back the file it had.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prepared: dict[str, Path] = {}
        self._placed: list[str] = []
        self._former: dict[str, Path] = {}
        self._is_kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_kept:
            self._take_back(error)

    def prepare(self, name: str, content: bytes) -> None:
        """Write `content` for the file `name` beside it, sync it, read it again. Raises WriteRefusal."""
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
        """Give each prepared file its name, and take the files `remove` out of the folder.

        Names already in use come first: a file that is open in another program then stops everything
        before a new one appears. Raises WriteRefusal.
        """
        in_use = [name for name in self._prepared if os.path.lexists(self.folder / name)]
        new = [name for name in self._prepared if name not in in_use]
        for name in (*remove, *in_use, *new):
            path = self.folder / name
            try:
                if os.path.lexists(path):
                    # Noted before each step: an interruption between the two is taken back as well.
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
        """Let the files in place stay when the batch is left, and drop those they replace."""
        self._is_kept = True
        for aside in self._former.values():
            with contextlib.suppress(OSError):  # a temporary file: the next preparation removes it
                aside.unlink()

    def _take_back(self, cause: BaseException | None) -> None:
        """Restore the folder. Raises WriteRefusal naming the files when that fails too."""
        for name in self._placed:
            with contextlib.suppress(OSError):  # checked below
                _rename(self.folder / name, self._prepared[name])
        there = [name for name in self._placed if not os.path.lexists(self._prepared[name])]
        for name in self._former.keys() - there:
            with contextlib.suppress(OSError):  # it never left, or is named below
                _rename(self._former[name], self.folder / name)
        gone = [name for name, aside in self._former.items() if os.path.lexists(aside) and name not in there]
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
    """Return the refusal that says which files are in the folder, and which are not."""
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
        "N’envoyez pas ce dossier : préparez-le de nouveau, ailleurs.",
    )
