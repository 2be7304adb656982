"""The docs say what the program does: their table comes from the code, and their example runs."""

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
from tests.make_docs import PAGE, ROOT, architecture
from tests.strategies import charente, make_identity

PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))


def test_the_table_of_the_rooms_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == architecture(), "run python -m tests.make_docs"


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_the_example_of_the_formats_runs(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "base.db", write=True)
    session = workspace.open(workspace.create(make_identity(year=2027), charente()))
    session.rate(session.grid.cells[0], Rating.FULLY)
    workspace.close()
    line = (sys.executable, "-m", "ctg_tui", "--base", tmp_path / "base.db", "liste", "--json")
    listing = subprocess.run(line, check=True, capture_output=True, cwd=ROOT).stdout
    words = re.search(r"jq -r '(.*)'", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"))
    assert words is not None
    done = subprocess.run(["jq", "-r", words[1]], input=listing, check=True, capture_output=True)
    assert done.stdout.decode().endswith(",2027,1,100\n")


@each_row("page", PAGES)
def test_each_link_and_picture_of_a_page_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    files = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in files if not (page.parent / link).exists()] == []


def test_each_picture_of_the_docs_is_shown_by_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = [f"docs/images/{path.name}" for path in (ROOT / "docs" / "images").iterdir()]
    assert [picture for picture in pictures if f"]({picture})" not in readme] == []


def test_each_file_and_name_of_where_to_look_is_there() -> None:
    rows = re.findall(r"^\| [^|]+ \| `([^` ]+)`(?: \((.*)\))? \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert len(rows) > 100
    for path, names in rows:
        file = next(one for one in (ROOT / "ctg_tui" / path, ROOT / path) if one.exists())
        for name in re.findall(r"`(\w+)`", names):
            defined = rf"^ *(def |class )?{name}\b *[:=(\[]"
            assert re.search(defined, file.read_text(encoding="utf-8"), re.M), f"{name} is not in {path}"
