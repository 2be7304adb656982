"""`rapport` and `dossier`: whole files, from the database or from a submission alone."""

from __future__ import annotations

import os

import pytest

from tests.cli.program import ROOT, Program

EXAMPLE = ROOT / "data" / "exemples" / "bon-definitif.json"


# A file already has this name.


@pytest.mark.skipif(os.name != "posix", reason="Windows has no links without a right to make them")
def test_the_database_and_the_backups_are_never_replaced_under_any_name(filled: Program) -> None:
    assert filled.run("sauvegarder").code == 0
    (backup,) = (filled.home / "sauvegardes").iterdir()
    name = filled.home / "rapport.html"  # no report has the name of a database: only a link to one can
    for target in (filled.database, backup):
        for link in (name.symlink_to, name.hardlink_to):
            name.unlink(missing_ok=True)
            link(target)
            before = target.read_bytes()
            answer = filled.run("rapport", EXAMPLE, "--sortie", name, "--remplacer")
            assert (answer.code, answer.out) == (1, ""), target
            assert target.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_an_ordinary_file_is_ever_replaced(program: Program, kind: str) -> None:
    path, elsewhere = program.home / "rapport.html", program.home / "autre.html"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        elsewhere.write_text("à moi", encoding="utf-8")
        path.symlink_to(elsewhere)
    before = (path.lstat().st_ino, path.lstat().st_mode)
    answer = program.run("rapport", EXAMPLE, "--sortie", path, "--remplacer")
    assert (answer.code, answer.out) == (1, "")
    assert "rien n’a été écrit" in answer.said
    assert (path.lstat().st_ino, path.lstat().st_mode) == before
    assert elsewhere.exists() == (kind == "link")
