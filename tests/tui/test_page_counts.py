"""Events that must not happen, counted: counts are stable where times are not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.databases import DATABASE_NAME
from tests.tui.driving import make

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
    "ctg_tui.services.editing",
    "ctg_tui.storage.journal",
    "ctg_tui.report",
    "ctg_tui.submission",
    "ctg_tui.cli.commands",
    "ctg_tui.wording.results",
    "ctg_tui.tui.grid",
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


def test_a_note_costs_few_bytes_and_the_terminals_cursor_follows_it(tmp_path: Path) -> None:
    pytest.importorskip("pexpect", reason="a pseudo-terminal needs POSIX")
    from tests.tui.terminal import opened, to_grid

    make(tmp_path)
    with opened(tmp_path) as terminal:
        to_grid(terminal)
        terminal.settle()
        before = len(terminal.raw)
        notes = "23n1"
        for note in notes:
            terminal.type(note)
            terminal.settle()
            cursor, lines = terminal.screen.cursor, terminal.screen.display
            assert lines[cursor.y][cursor.x - 1 : cursor.x + 2] == " · ", "the next cell"
            assert lines[cursor.y].startswith("►")
        assert (len(terminal.raw) - before) / len(notes) <= 4_000
        terminal.type("\x11")
        assert terminal.end() == 0
