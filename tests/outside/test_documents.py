"""The documents that people open: their cells and their texts, as files that one reads when they change."""

from __future__ import annotations

from pathlib import Path

from tests.outside import golden
from tests.outside.person import DATA


def test_the_cells_of_our_workbook_are_those_expected(tmp_path: Path) -> None:
    assert golden.cells(tmp_path) == (DATA / "classeur.txt").read_text(encoding="utf-8"), golden.AGAIN


def test_the_elements_and_texts_of_our_page_are_those_expected(tmp_path: Path) -> None:
    assert golden.tree(tmp_path) == (DATA / "page.txt").read_text(encoding="utf-8"), golden.AGAIN
