"""Full and protected disks under the real program: reported, surviving, nothing lost, written later."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.errors import EXIT_DATABASE, EXIT_REFUSED
from ctg_tui.storage.opening import backup_folder
from tests.databases import DATABASE_NAME, NO_NEXT_ID, raw, read_again
from tests.laboratory.ends import new_database
from tests.laboratory.laboratory import Outcome, Round, Situation, played
from tests.laboratory.person import Person
from tests.laboratory.windows import COMMAND, environment, run_command

if sys.platform != "win32":
    import resource

TIMES = 6
_BANNER = "NON ENREGISTR"
_FIRST, _SECOND, _THIRD = Cell("m1.a01", "famille"), Cell("m1.a01", "education"), Cell("m1.a01", "social")


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome per way a disk can refuse."""
    promise = "lasting banner, earlier data intact, the answer written when there is room again"
    refused_meanwhile = (
        Situation("full disk (RLIMIT_FSIZE)", promise, _limit),
        Situation("folder protected under the program", promise, _protected_meanwhile),
    )
    situations = (
        Situation("full disk (small tmpfs)", promise, _full_disk, _no_mount()),
        *round_.kinds(refused_meanwhile),
        Situation("protected folder and file", "refused in a sentence; reading stays possible", _protected),
        Situation(
            "protected folder of backups",
            "notes are saved, what could not be done is reported in a sentence",
            _protected_backups,
        ),
        Situation(
            "the thread that writes ends on an unforeseen error",
            "lasting banner that counts what waits, recorded; quitting asks; earlier data intact",
            _thread_ends,
        ),
        Situation(
            "full output (/dev/full)", "a sentence, code 1, never a traceback", _full_output, _no_full()
        ),
    )
    return played(round_, situations, TIMES)


def _no_mount() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root can mount a tmpfs"
    return ""


def _no_full() -> str:
    return "" if Path("/dev/full").exists() else "no /dev/full here"


@contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    place = folder / "disque"
    place.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "ctg-essai", str(place)], check=True
    )
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _refused_then_written(person: Person, folder: Path, give_room: Callable[[], object]) -> None:
    """Check a disk that refuses a note, then a second one, then has room: all is there at the end."""
    before = (folder / DATABASE_NAME).read_bytes()
    person.press(b"2")
    person.wait_for(_BANNER)
    time.sleep(2.5)  # an automatic retry in between, which fails too
    person.settle()
    assert _BANNER in person.text, "the banner went away, and nothing was written"
    person.press(b"3")
    person.settle()
    assert _BANNER in person.text
    person.press(b"\x11")
    person.wait_for("Oui, quitter")
    person.press(b"\r")  # stay
    person.wait_for(lambda text: "Oui, quitter" not in text)
    person.press(b"\x1b")  # Accueil, then the grid again: the queue is still there
    person.wait_for("Vos auto-évaluations")
    assert _BANNER in person.text
    person.press(b"\r")
    person.wait_for("Majoritairement")
    person.press(b"\x1b[19~")  # F8 reads the intact part of the disk
    person.settle()
    person.press(b"\x1b")
    person.settle(0.3)
    assert _BANNER in person.text
    assert read_again(folder).answers == {_FIRST: Rating.PARTLY}, "what was there before is not intact"
    assert len(before) <= (folder / DATABASE_NAME).stat().st_size + 4096
    give_room()
    person.wait_for(lambda text: _BANNER not in text)
    person.quit()
    assert read_again(folder).answers == {
        _FIRST: Rating.PARTLY,
        _SECOND: Rating.MOSTLY,
        _THIRD: Rating.FULLY,
    }


def _full_disk(folder: Path) -> None:
    with _small_disk(folder, "600k") as place, Person(new_database(place)) as person:
        person.note_first(b"1")
        journal = place / f"{DATABASE_NAME}-journal"
        journal.unlink(missing_ok=True)  # a cleaning tool: the program has to write to its folder again
        filler = place / "plein"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1024))
        _refused_then_written(person, place, filler.unlink)


def _limit(folder: Path) -> None:
    database = new_database(folder)
    with Person(database) as person:
        person.note_first(b"1")
        resource.prlimit(person.process, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        _refused_then_written(
            person, folder, lambda: resource.prlimit(person.process, resource.RLIMIT_FSIZE, unlimited)
        )


def as_anybody() -> None:
    """Drop the capabilities that let the superuser write anywhere; do nothing for another user."""
    library = ctypes.CDLL(None)
    for capability in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        library.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def _protected_meanwhile(folder: Path) -> None:
    database = new_database(folder)
    with Person(database, before=as_anybody) as person:
        person.note_first(b"1")
        (folder / f"{DATABASE_NAME}-journal").unlink(missing_ok=True)
        folder.chmod(0o500)
        try:
            _refused_then_written(person, folder, lambda: folder.chmod(0o700))
        finally:
            folder.chmod(0o700)


def _protected(folder: Path) -> None:
    database = new_database(folder)
    database.chmod(0o400)
    folder.chmod(0o500)
    before = database.read_bytes()
    try:
        with Person(database, before=as_anybody) as person:
            assert person.wait_end() == EXIT_DATABASE, f"ended with {person.status}"
            assert "lecture seule" in " ".join(person.text.split())
            assert not person.went_wrong(), person.went_wrong()
        for command, code in (("liste", 0), ("synthese", 0), ("sauvegarder", EXIT_REFUSED)):
            done = run_command(database, command, before=as_anybody)
            assert done.returncode == code, f"{command}: {done.returncode} {done.stderr!r}"
            assert b"Traceback" not in done.stderr
    finally:
        folder.chmod(0o700)
    assert database.read_bytes() == before
    assert [
        entry.name for entry in folder.glob(f"{DATABASE_NAME}*") if entry.name != f"{DATABASE_NAME}.verrou"
    ] == [DATABASE_NAME]


def _protected_backups(folder: Path) -> None:
    database = new_database(folder)
    backups = backup_folder(database)
    backups.mkdir(exist_ok=True)
    backups.chmod(0)
    try:
        with Person(database, before=as_anybody) as person:
            person.open_grid()
            person.press(b"1")
            person.wait_for("évaluations sont intactes")
            person.press(b"2")
            person.settle()
            person.quit()
        for command, code in (
            (("docteur",), EXIT_DATABASE),
            (("restaurer",), EXIT_DATABASE),
            (("sauvegarder",), EXIT_REFUSED),
            (("effacer", "1", "--oui"), EXIT_DATABASE),
            (("liste",), 0),
        ):
            done = run_command(database, *command, before=as_anybody)
            assert done.returncode == code, f"{command}: {done.returncode} {done.stderr!r}"
            assert b"Traceback" not in done.stderr
            assert "imprévue".encode() not in done.stderr, done.stderr
    finally:
        backups.chmod(0o700)
    assert read_again(folder).answers == {_FIRST: Rating.PARTLY, _SECOND: Rating.MOSTLY}


def _thread_ends(folder: Path) -> None:
    database = new_database(folder)
    with Person(database) as person:
        person.note_first(b"1")
        with raw(database) as other:
            other.execute(NO_NEXT_ID)
        person.press(b"2")
        person.wait_for(_BANNER)
        person.wait_for("imprévue")
        person.press(b"3")
        person.wait_for(lambda text: "2 changements en attente" in text.replace("\xa0", " "))
        person.press(b"\x11")
        person.wait_for("Oui, quitter")
        person.press(b"\x1b[B")
        person.press(b"\r")
        assert person.wait_end() == EXIT_DATABASE, f"ended with {person.status}"
        assert "TypeError" in person.went_wrong(), "the error is nowhere recorded"
        assert person.terminal_is_restored()
    assert read_again(folder).answers == {_FIRST: Rating.PARTLY}


def _full_output(folder: Path) -> None:
    database = new_database(folder)
    for arguments in (
        ("liste",),
        ("synthese",),
        ("docteur",),
        ("liste", "--json"),
        ("--version",),
        ("--aide",),
    ):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*COMMAND, *arguments, *(() if arguments[0].startswith("-") else ("--base", str(database)))],
                env=environment(database),
                stdin=subprocess.DEVNULL,
                stdout=full,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        assert done.returncode == EXIT_REFUSED, f"{arguments}: {done.returncode}"
        assert b"Traceback" not in done.stderr, done.stderr
        assert b"Exception ignored" not in done.stderr, done.stderr
