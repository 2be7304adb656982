"""Two windows, a window killed, a newer database, a database replaced or removed under the program."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ctg_tui.domain.errors import EXIT_DATABASE
from tests.databases import read_again
from tests.laboratory.ends import new_database
from tests.laboratory.laboratory import Outcome, Round, Situation, played
from tests.laboratory.person import Person, as_a_person_has
from tests.strategies import charente

TIMES = 8
READINGS = 30


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome per situation."""
    situations = (
        Situation("two windows", "the second says so and ends; the first goes on", _two_windows),
        Situation("a window killed", "the next one opens at once", _killed_window),
        Situation("database of a newer version", "refused, no byte changed", _newer),
        Situation(
            "database replaced under the program", "reported, nothing is written to the other file", _replaced
        ),
        Situation("database removed under the program", "reported, no empty database is made", _removed),
    )
    return [*played(round_, situations, TIMES), _readings(round_)]


def _two_windows(folder: Path) -> None:
    database = new_database(folder)
    with Person(database) as first:
        first.note_first(b"2")
        with Person(database) as second:
            assert second.wait_end() == EXIT_DATABASE
            assert "autre fenêtre" in " ".join(second.text.split())
            assert not second.went_wrong()
        first.press(b"3")
        first.wait_answers(2)
        first.quit()
    assert len(read_again(folder).answers) == 2


def _killed_window(folder: Path) -> None:
    database = new_database(folder)
    with Person(database) as first:
        first.open_grid()
        first.press(b"2")
        first.wait_for(lambda text: "Grille 1 sur 42" in text)
        first.wait_answers(1)
        first.kill(signal.SIGKILL)
        first.wait_end()
    with Person(database) as second:
        second.open_grid()
        second.press(b"3")
        second.settle()
        second.quit()
    assert len(read_again(folder).answers) == 2


def _newer(folder: Path) -> None:
    database = new_database(folder)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 4242")
    before = database.read_bytes()
    with Person(database) as person:
        assert person.wait_end() == EXIT_DATABASE
        assert "plus récente" in " ".join(person.text.split())
    for command in ("liste", "synthese", "sauvegarder", "docteur"):
        done = run_command(database, command)
        assert done.returncode in {EXIT_DATABASE, 1}, f"{command} ended with {done.returncode}"
        assert b"Traceback" not in done.stderr
    assert database.read_bytes() == before


def _replaced(folder: Path) -> None:
    database = new_database(folder)
    with Person(database) as person:
        person.note_first(b"2")
        shutil.copyfile(database, folder / "copie")
        (folder / "copie").replace(database)
        before = database.read_bytes()
        person.press(b"3")
        person.wait_for("NON ENREGISTR")
        person.wait_for("remplacé")
        person.press(b"n")
        person.settle(0.3)
        assert "NON ENREGISTR" in person.text
        person.press(b"\x11")
        person.settle(0.5)
        if person.status is None:
            person.kill(signal.SIGTERM)
        person.wait_end()
        assert not person.went_wrong(), person.went_wrong()
    assert database.read_bytes() == before
    assert len(read_again(folder).answers) == 1


def _removed(folder: Path) -> None:
    database = new_database(folder)
    with Person(database) as person:
        person.note_first(b"2")
        database.unlink()
        person.press(b"3")
        person.wait_for("NON ENREGISTR")
        person.kill(signal.SIGTERM)
        person.wait_end()
        assert not person.went_wrong(), person.went_wrong()
    assert not database.exists()


def _readings(round_: Round) -> Outcome:
    outcome = Outcome("`liste` and `synthese` while typing", "no update lost, no reading cut short")
    cells = charente().cells
    with round_.folder() as folder:
        database = new_database(folder)
        with Person(database) as person:
            person.open_grid()
            for attempt in range(round_.times(READINGS, 4)):
                with outcome.trial(f"reading {attempt}"):
                    command = [*COMMAND, "--base", str(database), ("liste", "synthese")[attempt % 2]]
                    with subprocess.Popen(
                        command, env=environment(database), stdout=subprocess.PIPE, stderr=subprocess.PIPE
                    ) as reading:
                        for note in range(3):
                            person.press(b"0123"[(attempt + note) % 4 :][:1])
                            person.look(0.1)
                        _, errors = reading.communicate(timeout=30)
                    assert reading.returncode == 0, errors
            with outcome.trial("end"):
                person.wait_answers(min(3 * round_.times(READINGS, 4), len(cells)))
                person.quit()
    return outcome


COMMAND = (sys.executable, "-m", "ctg_tui")


def run_command(
    database: Path, *arguments: str, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run one command of the program on a database, without a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments, "--base", str(database)],
        env=environment(database),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )


def environment(database: Path) -> dict[str, str]:
    """Return the variables of a run that leaves nothing outside the folder of `database`."""
    return {**as_a_person_has(), "XDG_DATA_HOME": str(database.parent)}
