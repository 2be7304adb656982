"""The folder for Windows, put together from an archive with the names of python.org's."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.each_row import each_row
from tests.release.windows import build

INTERPRETER = {"python.exe": b"MZ", "python313.dll": b"MZ", "python313.zip": b"PK", "python313._pth": b".\n"}


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the archive of a folder with an interpreter of four files."""
    one_file = tmp_path / "ctg-tui.pyz"
    one_file.write_bytes(b"#!")
    output = tmp_path / "ctg-tui-windows.zip"
    build(archive(tmp_path / "embed.zip", INTERPRETER), one_file, output)
    return output


def test_it_holds_the_interpreter_as_it_came_and_no_other_binary(folder: Path) -> None:
    with zipfile.ZipFile(folder) as target:
        files = {name: target.read(name) for name in target.namelist()}
    assert {
        f"ctg-tui-windows/python/{name}": content for name, content in INTERPRETER.items()
    }.items() <= files.items()
    ours = {name for name in files if not name.startswith("ctg-tui-windows/python/")}
    assert ours == {
        "ctg-tui-windows/ctg-tui.cmd",
        "ctg-tui-windows/ctg-tui.pyz",
        "ctg-tui-windows/LISEZMOI.txt",
    }


def test_its_texts_are_as_windows_reads_them(folder: Path) -> None:
    with zipfile.ZipFile(folder) as target:
        start, words = target.read("ctg-tui-windows/ctg-tui.cmd"), target.read("ctg-tui-windows/LISEZMOI.txt")
    assert start.isascii()
    assert words.startswith("\ufeff".encode())
    for text in (start, words):
        assert text.count(b"\n") == text.count(b"\r\n") > 3


def test_unpacked_over_a_former_folder_it_updates_it_and_touches_nothing_else(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    (place / "ctg-tui-windows" / "python").mkdir(parents=True)
    (place / "ctg-tui-windows" / "ctg-tui.pyz").write_bytes(b"former")
    (place / "ctg-tui-windows" / "mes notes.txt").write_bytes(b"mine")
    with zipfile.ZipFile(folder) as target:
        target.extractall(place)
    assert (place / "ctg-tui-windows" / "ctg-tui.pyz").read_bytes() == b"#!"
    assert (place / "ctg-tui-windows" / "mes notes.txt").read_bytes() == b"mine"


@each_row(
    "files", [{"python.exe": b"MZ"}, INTERPRETER | {"Lib/os.py": b""}, INTERPRETER | {"..\\evil.dll": b""}]
)
def test_another_archive_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="embeddable"):
        build(archive(tmp_path / "other.zip", files), tmp_path / "none", tmp_path / "output.zip")
    assert not (tmp_path / "output.zip").exists()
