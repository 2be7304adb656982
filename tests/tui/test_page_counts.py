"""Events that must not happen, counted: counts are stable where times are not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ctg_tui.domain import scores as scores_module
from ctg_tui.services import editing as session_module
from ctg_tui.tui.widgets import figures as radar
from ctg_tui.tui.widgets import table
from tests.databases import DATABASE_NAME
from tests.tui.driving import (
    DELAYS,
    grid_screen,
    make,
    on_grid,
    press,
    running,
    until,
    until_painted,
    write,
)

ROOT = Path(__file__).parents[2]
LATER = (
    "click",
    "fastjsonschema",
    "plotext",
    "sqlite_utils",
    "tomllib",
    "hashlib",
    "xlsxwriter",
    "ctg_tui.domain.changes",
    "ctg_tui.domain.edits",
    "ctg_tui.grids.toml_file",
    "ctg_tui.services.editing",
    "ctg_tui.storage.journal",
    "ctg_tui.report",
    "ctg_tui.submission",
    "ctg_tui.cli.commands",
    "ctg_tui.chart.radar",
    "ctg_tui.tui.grid.page",
    "ctg_tui.tui.widgets.preview",
    "ctg_tui.tui.sending",
    "ctg_tui.tui.steps",
    "textual.widgets._text_area",
    "textual.widgets._markdown",
    "textual.widgets._data_table",
    "tree_sitter",
)
"""Modules that the first frame does not use."""

FIRST_FRAME = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from ctg_tui.cli.guard import guarded
    from ctg_tui.cli.terminal import plain_opening
    from ctg_tui.services.workspace import open_workspace
    from ctg_tui.tui.app import CtgApp

    class Seen(CtgApp):
        def _prepare(self):
            packages = {name for name, module in sys.modules.items() if hasattr(module, "__path__")}
            print("\\n".join(sorted(set(sys.modules) - packages)))
            self.exit()

    async def start():
        workspace = open_workspace(Path(sys.argv[1]), write=True)
        async with Seen(workspace).run_test(size=(120, 40)) as pilot:
            while pilot.app.is_running:
                await pilot.pause(0.01)
        workspace.close()

    asyncio.run(start())
    """
)


def test_the_first_frame_imports_few_modules_of_ours_and_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    make(tmp_path)
    command = [sys.executable, "-c", FIRST_FRAME, str(tmp_path / DATABASE_NAME)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    first_frame = frozenset(done.stdout.split())
    assert "ctg_tui.tui.home" in first_frame, "it was looked at too early"
    imported = [name for name in LATER if name in first_frame]
    assert not imported
    ours = {name for name in first_frame if name.startswith("ctg_tui.")}
    assert len(ours) <= 65, sorted(ours)


async def test_what_the_first_note_needs_is_imported_soon_after_the_first_frame(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        needed = {"plotext", "ctg_tui.services.editing", "ctg_tui.tui.grid.page"}
        await until(pilot, lambda: needed <= set(sys.modules), "what the first note imports")


async def test_one_note_costs_few_statements_one_score_and_one_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    counts: dict[str, int] = {}

    def counting(owner: object, name: str, label: str) -> None:
        real = getattr(owner, name)

        def counted(*arguments: object, **options: object) -> object:
            counts[label] = counts.get(label, 0) + 1
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, counted)

    async with on_grid(tmp_path, (200, 60)) as pilot:
        await write(pilot, "123")
        await until_painted(pilot)
        counting(table.ActivityTable, "paint", "ActivityTable")
        counting(radar, "radar", "radar")
        counting(session_module, "rescore", "rescore")
        counting(scores_module, "score", "score")
        counting(scores_module, "tally", "tally")
        statements: list[str] = []
        connection = grid_screen(pilot).workspace.store.connection
        connection.set_trace_callback(statements.append)
        await press(pilot, "0")
        await until(pilot, lambda: counts.get("radar"), "the radar")
        connection.set_trace_callback(None)
    assert len(statements) <= 9, statements  # one looks whether another program changed the tables
    assert counts == dict.fromkeys(("ActivityTable", "radar", "rescore", "tally"), 1)


async def test_moving_the_cursor_writes_nothing_at_once_and_computes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)

    def never(*_arguments: object, **_options: object) -> None:
        pytest.fail("nothing changed")

    async with on_grid(tmp_path, delays=DELAYS._replace(place=3600)) as pilot:
        await until_painted(pilot)
        monkeypatch.setattr(session_module, "rescore", never)
        monkeypatch.setattr(radar, "radar", never)
        statements: list[str] = []
        connection = grid_screen(pilot).workspace.store.connection
        connection.set_trace_callback(statements.append)
        await press(pilot, "down", "down", "right", "up")
        assert not statements
        assert grid_screen(pilot)._moving is not None
        grid_screen(pilot).save_place()
        connection.set_trace_callback(None)
    assert sum(statement.startswith("UPDATE") for statement in statements) == 1, (
        "the place, once, after a rest"
    )


def test_a_note_costs_few_bytes_and_the_terminals_cursor_follows_it(tmp_path: Path) -> None:
    pytest.importorskip("pexpect", reason="a pseudo-terminal needs POSIX")
    from tests.tui.terminal import opened, to_grid

    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.settle()
        before = len(terminal.raw)
        notes = "2301n2103231"
        for note in notes:
            terminal.type(note)
            terminal.settle()
            cursor, lines = terminal.screen.cursor, terminal.screen.display
            assert lines[cursor.y][cursor.x - 1 : cursor.x + 2] == " · ", "the next cell"
            assert lines[cursor.y].startswith("►")
        assert (len(terminal.raw) - before) / len(notes) <= 2_200
        terminal.type("\x11")
        assert terminal.end() == 0
