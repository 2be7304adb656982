"""The real program in a terminal that draws nothing: kills, any bytes, and every way to end."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import DATABASE_NAME, read_again
from tests.effort import some
from tests.outside.person import Person

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal needs POSIX", allow_module_level=True)
NO_UTF_8 = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def talking(folder: Path, **variables: str) -> Person:
    return Person(folder / DATABASE_NAME, (80, 24), {"TERM": "dumb", **variables})


def answer(person: Person, text: bytes, then: str) -> None:
    """Type a line; wait for what is said after it."""
    person.press(text + b"\n")
    person.sees(then)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (b"kill", -signal.SIGKILL),
        (b"\x03", 130),
        *some([(b"quitter\n", 0), (b"\x04", 0), (b"hang up", -signal.SIGHUP)], 5),
    ],
)
def test_every_end_keeps_what_was_said_to_be_saved(folder: Path, end: bytes, code: int) -> None:
    with talking(folder) as person:
        person.sees("Entrée pour l’ouvrir")
        answer(person, b"", "ou Entrée pour la 2 :")
        answer(person, b"2", "Famille :")
        answer(person, b"2", "Enregistré : Famille, 2.")
        if code < 0:
            person.kill(-code)
        else:
            person.sees("Éducation :")
            person.press(end)
            person.sees("Au revoir.")
        assert person.wait_end() == code
        assert not person.went_wrong()
        assert b"\x1b" not in person.written
    assert read_again(folder).answers == {Cell("m1.a01", "famille"): Rating.MOSTLY}


def test_a_line_is_utf_8_whatever_the_locale_and_what_is_not_is_seen(
    tmp_path: Path,
) -> None:
    with talking(tmp_path, **NO_UTF_8) as person:
        person.sees("commencer, ou")
        answer(person, b"", "Territoire")
        for line in ("Pays d’Œuvre\x02".encode() + b"\xe9", *[b""] * 5):
            person.press(line + b"\n")
        person.sees("Nom, vide")
        answer(person, b"quitter", "Au revoir.")
        assert person.wait_end() == 0
    assert read_again(tmp_path).identity.territory.name == "Pays d’Œuvre��"
