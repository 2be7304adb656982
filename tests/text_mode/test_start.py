"""The real program in a terminal that draws nothing: kills, any bytes, and every way to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Cell,
    Rating,
    answer_text,
)
from tests.databases import read_again
from tests.effort import IS_NIGHT, some
from tests.strategies import charente, make_identity
from tests.text_mode.talker import ROOT, Talker, workspace_in

pytest.importorskip("pexpect", reason="a pseudo-terminal needs POSIX")


@contextmanager
def in_grid(folder: Path) -> Iterator[Talker]:
    """Start the program on a new assessment, at the first question of its grid."""
    with workspace_in(folder) as workspace:
        workspace.create(make_identity(), charente())
    with Talker(folder) as talker:
        talker.wait_for("« nouvelle » :")
        talker.answer("", "ou Entrée pour la 2 :")
        talker.answer("2", "Famille :")
        yield talker


def test_a_kill_right_after_saved_loses_nothing(tmp_path: Path) -> None:
    with workspace_in(tmp_path) as workspace:
        workspace.create(make_identity(), charente())
    notes = (Rating.MOSTLY, NOT_CONCERNED, Rating.NO)[: 3 if IS_NIGHT else 1]
    for kill, note in enumerate(notes, 1):
        with Talker(tmp_path) as talker:
            talker.wait_for("« nouvelle » :")
            talker.answer("", "ou Entrée pour la 2 :")
            talker.answer("2", " :")
            talker.answer(answer_text(note), "Enregistré :")
            talker.kill()
        assert read_again(tmp_path).answers == dict(zip(charente().cells, notes[:kill], strict=False))


@pytest.mark.parametrize(("end", "code"), some([(b"\x03", 130), (b"quitter\n", 0), (b"\x04", 0)]))
def test_every_way_out_keeps_all_and_says_so(tmp_path: Path, end: bytes, code: int) -> None:
    with in_grid(tmp_path) as talker:
        talker.answer("2", "Éducation :")
        talker.child.send(end)
        talker.wait_for("Vos évaluations sont enregistrées. Au revoir.")
        assert talker.end() == code
        assert b"Traceback" not in talker.written
    assert read_again(tmp_path).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}


_NO_UTF_8 = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "variables",
    some(
        [_NO_UTF_8, {"PYTHONIOENCODING": "utf-8:strict"}, {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}]
    ),
)
def test_a_line_that_is_not_utf_8_is_asked_again_and_utf_8_is_taken_whatever_the_locale(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    with Talker(tmp_path, **variables) as talker:
        talker.wait_for("commencer, ou")
        talker.answer("", "Territoire")
        talker.wait_for(":")
        talker.child.send(b"Pays \xe9\xff\n")
        talker.wait_for("pas en UTF-8")
        talker.wait_for("Territoire")
        talker.wait_for(":")
        talker.child.send("Pays d’Œuvre\x1b[2J\x02\n".encode())
        for then in ("SIREN", "partement", "actuellement 2027", "Quand", "Grille", "Nom, vide"):
            talker.wait_for(then)
            if then in {"SIREN", "partement", "actuellement 2027"}:
                talker.wait_for(":")
            else:
                talker.wait_for("garder" if then in {"Quand", "Grille"} else ":")
            if not then.startswith("Nom"):
                talker.answer("", "\n")
        talker.answer("quitter", "Au revoir.")
        assert talker.end() == 0
    assert read_again(tmp_path).identity.territory.name == "Pays d’Œuvre�[2J�"


@pytest.mark.parametrize(
    "variables",
    [{"TERM": "dumb"}, {"TERM": "xterm-256color", "CTG_TUI_TEXTE": "1"}],
    ids=["TERM=dumb", "CTG_TUI_TEXTE=1"],
)
def test_the_program_alone_opens_questions_and_answers(tmp_path: Path, variables: dict[str, str]) -> None:
    grid_file = str(ROOT / "data/grilles/charente-2024-08.toml")
    with Talker(tmp_path, "--grille", grid_file, **variables) as talker:
        talker.wait_for("par questions et réponses.")
        talker.wait_for("ouvrir » :")
        talker.answer("quitter", "Au revoir.")
        assert talker.end() == 0
