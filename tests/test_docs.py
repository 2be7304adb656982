"""The docs say what the program does: their tables come from the code, and their examples run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.services.workspace import open_workspace
from tests.each_row import each_row
from tests.make_docs import ROOT, contents
from tests.strategies import charente, make_identity


def test_the_tables_of_the_docs_are_those_of_the_code() -> None:
    for path, expected in contents().items():
        assert path.read_text(encoding="utf-8") == expected, f"{path.name}: run python -m tests.make_docs"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Make a database with one note and one comment on a line of one assessment."""
    path = tmp_path / "base.db"
    workspace = open_workspace(path, write=True)
    session = workspace.open(workspace.create(make_identity(year=2027), charente()))
    session.rate(session.grid.cells[0], Rating.FULLY)
    session.comment(session.grid.cells[0].activity, "Trois réunions")
    workspace.close()
    return path


def example(language: str) -> str:
    """Return the one example of `docs/json.md` in `language`."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{language}\n(.*?)\n```", text, re.DOTALL)
    assert isinstance(block, str)
    return block


@pytest.fixture
def listing(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write `liste.json` into the folder of the database, which becomes the current one."""
    line = (sys.executable, "-m", "ctg_tui", "--base", database, "liste", "--json")
    path = database.parent / "liste.json"
    path.write_bytes(subprocess.run(line, check=True, capture_output=True, cwd=ROOT).stdout)
    monkeypatch.chdir(database.parent)
    return path


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_the_example_with_jq_runs(listing: Path) -> None:
    words = re.search(r"jq -r '(.*)'", example("sh"))
    assert words is not None
    line = ["jq", "-r", words[1], listing]
    assert subprocess.run(line, check=True, capture_output=True, text=True).stdout.endswith(",2027,1,100\n")


PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))


@each_row("page", PAGES)
def test_each_link_and_picture_of_a_page_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    files = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in files if not (page.parent / link).exists()] == []


def test_each_picture_of_the_docs_is_shown_by_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = [f"docs/images/{path.name}" for path in (ROOT / "docs" / "images").iterdir()]
    assert [picture for picture in pictures if f"]({picture})" not in readme] == []
