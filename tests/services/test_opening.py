"""A path dropped on the window or typed: found however the terminal writes it; any other text is none."""

from __future__ import annotations

import os
from pathlib import Path

from ctg_tui.services.opening import dropped_path
from tests.each_row import each_row


@each_row(
    "text",
    [
        *("Réunion du COPIL", "", "   ", "3", "a\nb.json"),
        *("mot " * 300_000, "x" * 5_000),
        *("file://[", "file:///a%00.xlsx", "a\0.json", "~\0.json", "\udc80\0.json"),
    ],
)
def test_a_text_that_is_no_path_is_none(text: str) -> None:
    assert dropped_path(text) is None


def test_a_file_is_found_however_the_terminal_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "grille caf (2).xlsx"
    file.touch()
    escaped = str(file).replace(" ", "\\ ").replace("(", "\\(").replace(")", "\\)")
    for written in (f"{file}", f'"{file}"', f"'{file}' ", file.as_uri(), *[escaped] * (os.name == "posix")):
        assert dropped_path(written) == file, written
    assert dropped_path(str(tmp_path / "absent.json")) == tmp_path / "absent.json", "by its end"
    assert dropped_path(str(tmp_path / "absent")) is None
    assert dropped_path(str(tmp_path)) == tmp_path
