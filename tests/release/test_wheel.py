"""The built wheel, in an environment with only its requirements, at the locked versions."""

from __future__ import annotations

import json
import os
import time
import zipfile
from pathlib import Path

import pytest

from ctg_tui import __version__
from tests.release.conftest import install, run
from tests.release.locked import ROOT

pytestmark = pytest.mark.night


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install(wheel, tmp_path_factory.mktemp("bare"))


def test_the_wheel_holds_the_program_and_its_data_and_nothing_else(wheel: Path) -> None:
    assert wheel.name == f"ctg_tui-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        texts = {name: archive.read(name) for name in names}
    assert {name.partition("/")[0] for name in names} == {"ctg_tui", f"ctg_tui-{__version__}.dist-info"}
    shipped = [path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*") if path.is_file()]
    assert len(shipped) > 3
    for name in (*(f"ctg_tui/{name}" for name in shipped), "ctg_tui/py.typed"):
        assert name in names
    assert not any("mauvais" in name for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    folder = os.fsencode(ROOT)
    assert [name for name, content in texts.items() if folder in content] == []


def test_the_installed_program_exports_what_it_verifies(
    installed: Path, database: Path, tmp_path: Path
) -> None:
    program = installed / "ctg-tui"
    answer = run(program, "--base", database, "exporter", "--sortie", tmp_path, "--json")
    assert answer.returncode == 0, answer.stderr
    path = json.loads(answer.stdout)["fichier"]
    checked = run(program, "verifier", "--json", path)
    assert checked.returncode == 0, checked.stdout
    assert json.loads(checked.stdout)[0]["valide"] is True
    shown = run(program, "--base", database, "synthese")
    assert shown.returncode == 0, shown.stderr
    assert "Résultats" in shown.stdout


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
def test_the_installed_program_opens_its_interface(installed: Path, database: Path) -> None:
    import pexpect
    import pyte

    screen = pyte.Screen(120, 40)
    stream = pyte.Stream(screen)
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "CTG_TUI_BASE": str(database)}
    child = pexpect.spawn(
        str(installed / "ctg-tui"),
        env=environment | {"PYTHONUTF8": "1"},
        dimensions=(40, 120),
        encoding="utf-8",
    )
    try:
        deadline = time.monotonic() + 60
        while not any("2027" in line for line in screen.display):
            assert time.monotonic() < deadline, "\n".join(screen.display)
            try:
                stream.feed(child.read_nonblocking(65_536, timeout=1))
            except pexpect.TIMEOUT:
                continue
        child.send("\x11")
        child.expect(pexpect.EOF, timeout=60)
        child.wait()
    finally:
        child.close(force=True)
    assert child.exitstatus == 0
