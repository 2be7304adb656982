"""The modules that each entry point imports, listed in a new process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.services.workspace import open_workspace
from tests import rooms
from tests.strategies import charente, make_identity

ROOT = Path(__file__).parents[1]
HEAVY = frozenset({"textual", "rich", "plotext", "sqlite_utils", "xlsxwriter", "jinja2", "fastjsonschema"})


def imported_by(code: str, database: Path) -> frozenset[str]:
    """Return the modules that a new interpreter imports to run `code`."""
    script = (
        "import sys\n"
        "before = set(sys.modules)\n"
        f"{code}\n"
        "print(*sorted(set(sys.modules) - before), sep='\\n', file=sys.stderr)\n"
    )
    environment = os.environ | {"CTG_TUI_BASE": str(database), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return frozenset(done.stderr.split())


def command(*arguments: str) -> str:
    return (
        f"sys.argv = ['ctg-tui', *{list(arguments)!r}]\nfrom ctg_tui.__main__ import main\nassert main() == 0"
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "base.db"
    workspace = open_workspace(path, write=True)
    workspace.create(make_identity(), charente())
    workspace.close()
    return path


def test_the_version_imports_next_to_nothing(database: Path) -> None:
    modules = imported_by(command("--version"), database)
    assert modules == {"ctg_tui", "ctg_tui.__main__"}


@pytest.mark.parametrize(
    ("arguments", "used"),
    [
        (("synthese",), frozenset()),
        (("grille", "verifier", str(ROOT / "data/grilles/charente-2024-08.toml")), {"fastjsonschema"}),
    ],
)
def test_a_command_imports_only_what_it_uses(
    database: Path, arguments: tuple[str, ...], used: frozenset[str]
) -> None:
    assert imported_by(command(*arguments), database) & HEAVY == used


def test_an_export_imports_neither_the_interface_nor_the_printing(database: Path, tmp_path: Path) -> None:
    modules = imported_by(command("exporter", "--sortie", str(tmp_path)), database)
    assert "ctg_tui.submission" in modules
    assert not modules & {"textual", "rich", "plotext", "xlsxwriter", "jinja2"}


def test_each_module_is_named_after_its_capability_or_in_the_core_of_its_room(tmp_path: Path) -> None:
    assert rooms.misnamed() == []
    assert all((rooms.PACKAGE / room).is_dir() for room in rooms.CORE)
    for room, core in rooms.CORE.items():
        folder = tmp_path / room
        folder.mkdir()
        for name in core.split():
            (folder / f"{name}.py").touch()
            assert (rooms.PACKAGE / room / name).exists() or (rooms.PACKAGE / room / f"{name}.py").exists()
    (tmp_path / "services" / "helpers.py").touch()
    assert rooms.misnamed(tmp_path) == ["services/helpers"]
