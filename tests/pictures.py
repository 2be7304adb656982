"""Pictures of every page, to look at: `python -m tests.pictures FOLDER`; `--help` says how to take only some.

Each is an SVG of what the program paints on the published example, and a PNG where Chromium is there. The
README shows « exemple » and « exemple-resultats », in the dark theme, each reduced to a palette.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ctg_tui.domain.assessment import Assessment
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission import read
from ctg_tui.tui.app import THEMES
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.page import Page
from tests.databases import DATABASE_NAME, Clock
from tests.strategies import charente
from tests.tui.driving import go_home, press, running, until_painted

SIZES: Final = ((80, 24), (120, 40), (200, 60))
CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")
EXAMPLE: Final = Path(__file__).parents[1] / "data" / "exemples" / "bon-definitif.json"
PAGES: Final[dict[str, tuple[Destination, tuple[str, ...]]]] = {
    **{page.name.lower().replace("_", "-"): (page, ()) for page in Destination},
    "aide": (Destination.GRID, ("f1",)),
    "cadre": (Destination.GRID, ("f1", "c")),
    "commandes": (Destination.GRID, ("f2",)),
    "chercher": (Destination.GRID, ("f7",)),
    "grille-commentaire": (Destination.GRID, ("enter",)),
    "grille-calcul": (Destination.GRID, ("f8",)),
    "resultats-lignes": (Destination.RESULTS, ("g",)),
    "nouvelle": (Destination.HOME, ("n",)),
    "exemple": (Destination.HOME, ("x",)),
    "exemple-resultats": (Destination.HOME, ("x", "f4")),
}
"""The page and the keys that show each."""


def fill(folder: Path, example: Assessment) -> None:
    """Create an assessment in the database of `folder` with the content of `example`."""
    workspace = open_workspace(folder / DATABASE_NAME, write=True, clock=Clock())
    session = workspace.open(workspace.create(example.identity, charente()))
    for cell, answer in example.answers.items():
        session.rate(cell, answer)
    for line, text in example.comments.items():
        session.comment(line, text)
    for line, number in example.numbers.items():
        session.count(line, number)
    for topic, text in example.preparation.items():
        session.prepare(topic, text)
    for line, action in example.actions.items():
        session.plan(line, action)
    workspace.close()


async def _take(folder: Path, size: tuple[int, int], themes: list[str], only: str) -> None:
    """Write the SVG of each page whose name contains `only`, in one size and each theme."""
    example = read(EXAMPLE, Catalogue()).assessment
    former = example.identity._replace(year=example.identity.year - 1)
    with TemporaryDirectory() as base:
        fill(Path(base), example._replace(identity=former, comments={}, actions={}))
        fill(Path(base), example)
        async with running(Path(base), size) as pilot:
            for name, (destination, keys) in PAGES.items():
                if only not in name:
                    continue
                top = pilot.app.screen
                assert isinstance(top, Page)
                if destination is not Destination.HOME:
                    top.visit(destination)
                await press(pilot, *keys)
                for theme in themes:
                    pilot.app.theme = theme
                    await pilot.pause()
                    await until_painted(pilot)
                    path = folder / f"{name}_{size[0]}x{size[1]}_{theme}.svg"
                    path.write_text(pilot.app.export_screenshot(title=""), encoding="utf-8")
                await go_home(pilot)


def _to_png(path: Path) -> None:
    """Let Chromium draw an SVG, in its own size."""
    width, height = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', path.read_text(encoding="utf-8"))[0]
    with TemporaryDirectory() as profile:
        subprocess.run(
            [
                str(CHROMIUM),
                *("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"),
                f"--window-size={int(float(width)) + 1},{int(float(height)) + 1}",
                f"--screenshot={path.with_suffix('.png')}",
                path.resolve().as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main() -> None:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--size", choices=[f"{width}x{height}" for width, height in SIZES])
    parser.add_argument("--theme", choices=list(THEMES))
    chosen = parser.parse_args()
    folder: Path = chosen.folder
    folder.mkdir(parents=True, exist_ok=True)
    patched = pytest.MonkeyPatch()  # no folder of this machine is shown
    patched.setattr("ctg_tui.services.sending_form.default_folder", lambda: Path("/home/exemple/Documents"))
    patched.setattr("ctg_tui.services.opening.usual_folders", dict)
    sizes = [size for size in SIZES if chosen.size in {None, f"{size[0]}x{size[1]}"}]
    themes = [chosen.theme] if chosen.theme else list(THEMES)
    for size in sizes:
        asyncio.run(_take(folder, size, themes, chosen.only))
    if CHROMIUM is not None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_to_png, sorted(folder.glob("*.svg"))))
    print(f"{len(list(folder.glob('*.svg')))} pictures in {folder}")


if __name__ == "__main__":
    main()
