"""Damaged databases: opened whole, or refused with the latest sound backup proposed; never deleted."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Rating
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.backups import back_up, latest_sound, restore
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.opening import backup_folder
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, open_workspace, rows
from tests.laboratory.laboratory import Outcome, Round
from tests.laboratory.windows import run_command
from tests.strategies import ALL_OPEN, make_identity

RANDOM_DAMAGES = 4000
IN_THE_PROGRAM = 40
_PAGE = 4096


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome for the storage, one for the commands of the real program."""
    promise = "opened, or refused with the latest sound backup; the file is kept"
    inside = Outcome("damaged database", promise)
    outside = Outcome("damaged database, in front of the commands", "a sentence, never a traceback")
    with round_.folder() as place:
        model = place / "modele"
        _fill(model)
        sound = (model / DATABASE_NAME).read_bytes()
        damages = list(_damages(sound, round_))
        opened = 0
        for rank, (name, content) in enumerate(damages):
            # As a command opens a database, and as the interface does: with its pages checked a moment later.
            with inside.trial(name):
                opened += _open_or_refuse(model, place / "essai", content, check_later=rank % 2 == 1)
        inside.notes.append(f"{opened} opened, {len(damages) - opened} refused and restored")
        step = max(1, len(damages) // round_.times(IN_THE_PROGRAM, 4))
        for name, content in damages[::step]:
            with outside.trial(name):
                _run_on(model, place / "essai", content)
    return [inside, outside]


def _fill(folder: Path) -> None:
    workspace = open_workspace(folder)
    for year in (2026, 2027):
        session = workspace.open(workspace.create(make_identity(year=year), open_missions=ALL_OPEN))
        for rank, cell in enumerate(session.grid.cells[:60]):
            session.rate(cell, NOT_CONCERNED if rank % 5 == 4 else Rating(rank % 4))
        for activity in list(session.grid.activities)[:10]:
            session.comment(activity, f"Commentaire de {activity}, " + "à développer " * 30)
        session.toggle_policy("social")
    workspace.close()
    back_up(folder / DATABASE_NAME, Clock())


def _damages(sound: bytes, round_: Round) -> Iterator[tuple[str, bytes]]:
    pages = range(0, len(sound), _PAGE)
    some = range(0, len(pages), 1 if round_.scale >= 1 else 5)
    yield from ((f"cut at page {rank}", sound[: pages[rank]]) for rank in some)
    yield from ((f"cut 17 bytes into page {rank}", sound[: pages[rank] + 17]) for rank in some)
    yield from (
        (f"page {rank} zeroed", sound[: pages[rank]] + bytes(_PAGE) + sound[pages[rank] + _PAGE :])
        for rank in some
    )
    yield "header zeroed", bytes(100) + sound[100:]
    yield "header alone", sound[:100]
    yield "empty file", b""
    yield "a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF" + random.Random(1).randbytes(30_000)
    yield "a text", "Bonjour, ceci n’est pas une base.\n".encode() * 50
    draw = round_.draw("damage")
    for rank in range(round_.times(RANDOM_DAMAGES)):
        content = bytearray(sound)
        kind = draw.choice(("byte", "bit", "range", "several", "pages exchanged"))
        if kind == "pages exchanged":
            one, other = draw.choice(pages), draw.choice(pages)
            content[one : one + _PAGE], content[other : other + _PAGE] = (
                sound[other : other + _PAGE],
                sound[one : one + _PAGE],
            )
        else:
            for _ in range(draw.randint(2, 20) if kind == "several" else 1):
                start = draw.randrange(len(content))
                length = draw.choice((16, 100, 700)) if kind == "range" else 1
                end = min(len(content), start + length)
                flipped = bytes((content[start] ^ (1 << draw.randrange(8)),))
                content[start:end] = flipped if kind == "bit" else draw.randbytes(end - start)
        yield f"{kind} {rank}", bytes(content)


def _open_or_refuse(model: Path, folder: Path, content: bytes, *, check_later: bool) -> bool:
    """Return True when the database opened and all of it could be read and written.

    Return False when it was refused, then restored.
    """
    database = _put(model, folder, content)
    try:
        try:
            store = Store(database, Clock(), check_later=check_later)
            workspace = Workspace(store, Catalogue(), Clock())
        except DatabaseRefusal:
            pass
        else:
            try:
                for summary in workspace.summaries():
                    session = workspace.open(summary.entry.id)
                    for activity in session.grid.activities:
                        session.history(activity)
                    session.rate(session.grid.cells[-1], Rating.NO)
                    session.undo()
                workspace.store.check_pages()
                assert rows(database, "PRAGMA quick_check(1)") == [("ok",)], "damaged, opened and written to"
                return True
            except Refusal:
                pass  # the damage shows while working, in a sentence: restoring must work too
            finally:
                workspace.close()
        present = database.read_bytes()
        assert present == content or _pages_are_sound(database), "written to before its pages were looked at"
        proposed = latest_sound(database, Clock())
        assert proposed is not None, "no backup is proposed"
        try:
            done = restore(database, proposed.path, Clock())
        except DatabaseRefusal as refusal:
            if refusal.code != "base-plus-recente":
                raise
            # A changed byte can make its version look newer: such a file is never replaced.
            assert database.read_bytes() == content, "refused as a newer database, and changed"
            return False
        assert done.content == proposed.content
        kept = [path.read_bytes() for path in (*done.put_aside, *([done.undo.path] if done.undo else []))]
        assert done.undo or present in kept, "the damaged file is lost"
        open_workspace(folder).close()
        return False
    finally:
        shutil.rmtree(folder)


def _pages_are_sound(database: Path) -> bool:
    try:
        return rows(database, "PRAGMA quick_check(1)") == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def _run_on(model: Path, folder: Path, content: bytes) -> None:
    database = _put(model, folder, content)
    try:
        for command in ("liste", "synthese", "sauvegarder", "restaurer", "docteur"):
            done = run_command(database, command)
            assert done.returncode in {0, 1, 2, 4}, f"{command} ended with {done.returncode}: {done.stderr!r}"
            for words in (b"Traceback", "erreur imprévue".encode()):
                assert words not in done.stderr, f"{command}: {done.stderr!r}"
        assert database.exists() or not content, "the damaged file is gone"
        assert backup_folder(database).is_dir()
    finally:
        shutil.rmtree(folder)


def _put(model: Path, folder: Path, content: bytes) -> Path:
    shutil.copytree(model, folder)
    database = folder / DATABASE_NAME
    database.write_bytes(content)
    return database
