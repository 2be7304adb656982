"""Pictures of every page, to look at: `python -m tests.pictures FOLDER`; `--help` says how to take only some.

Each is an SVG of what the program paints, and a PNG where Chromium is there. Four sizes, three themes; the
pages with a radar at both drawing levels. The README shows « exemple » and « exemple-resultats »,
in the dark theme, each reduced to a palette.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ctg_tui.chart.levels import Level
from ctg_tui.tui import characters as drawing_level
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.settings import THEMES
from tests.tui.driving import Driver, running
from tests.tui.walk import WORLDS, World, every_page, fill_database, shown_page

SIZES: Final = ((80, 24), (100, 30), (120, 40), (200, 60))
DRAWN: Final = ("grid", "results", "resultats-lignes")
"""The pages that differ by drawing level."""
CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")


async def _take(folder: Path, size: tuple[int, int], themes: Sequence[str], only: str, suffix: str) -> None:
    """Write the SVG of each page of each situation whose name contains `only`, in one size and each theme."""
    worlds = {"": World(fill_database, every_page()), **WORLDS}
    for world, (fill, states) in worlds.items():
        named = {f"{world}-{name}" if world else name: state for name, state in states.items()}
        wanted = {
            name: state for name, state in named.items() if only in name and (not suffix or name in DRAWN)
        }
        if wanted:
            await _take_world(folder, size, themes, fill, wanted, suffix)


async def _take_world(
    folder: Path,
    size: tuple[int, int],
    themes: Sequence[str],
    fill: Callable[[Path], object],
    states: Mapping[str, tuple[Destination, tuple[str, ...]]],
    suffix: str,
) -> None:
    with TemporaryDirectory() as base:
        fill(Path(base))
        async with running(Path(base), size) as pilot:
            for name, (destination, keys) in states.items():
                async with shown_page(pilot, destination, keys):
                    for theme in themes:
                        await _wear(pilot, theme)
                        path = folder / f"{name}_{size[0]}x{size[1]}_{theme}{suffix}.svg"
                        path.write_text(pilot.app.export_screenshot(title=""), encoding="utf-8")


async def _wear(pilot: Driver, theme: str) -> None:
    pilot.app.theme = theme
    await pilot.pause()
    await pilot.pause()


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
    patched.setattr("ctg_tui.services.opening.usual_folders", tuple)
    sizes = [size for size in SIZES if chosen.size in {None, f"{size[0]}x{size[1]}"}]
    themes = [chosen.theme] if chosen.theme else list(THEMES)
    for level in Level:
        os.environ[drawing_level.ENVIRONMENT_NAME] = level
        drawing_level.current_level.cache_clear()
        suffix = "" if level is Level.RICH else f"_{level}"
        for size in sizes:
            asyncio.run(_take(folder, size, themes[:1] if suffix else themes, chosen.only, suffix))
    if CHROMIUM is not None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_to_png, sorted(folder.glob("*.svg"))))
    print(f"{len(list(folder.glob('*.svg')))} pictures in {folder}")


if __name__ == "__main__":
    main()
