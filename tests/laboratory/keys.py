"""Random keys and pastes on the real program: nothing stops it, and all of it can be undone."""

from __future__ import annotations

import random
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import EXIT_DATABASE, EXIT_INTERRUPTED
from ctg_tui.storage.opening import backup_folder
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.laboratory.ends import new_database
from tests.laboratory.laboratory import MAX_SHOWN, Outcome, Progress, Round, shared
from tests.laboratory.person import NotSeenError, Person
from tests.strategies import HOSTILE_TEXTS, make_identity

KEYS = 100_000
PASTES = 2_000
LARGEST_PASTE = 1_000_000
_SHORT_PASTE = 500
_WHOLE_KEY = 0.25
"""Seconds after which an escape is a key of its own; shorter than the cursor blinks."""
_CHUNK = 50
_SIZES = ((80, 24), (100, 30), (120, 40))
_UNSAVED = "Oui, quitter"
"""A phrase of the question asked before leaving with what is not saved."""
_KEYS_A_START = 2_500
# Independent of the program's own cleaning, which is checked here.
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ACTING_OR_NEWLINE = re.compile(f"{_ACTING.pattern}|\n")
_JOURNALED = "SELECT after FROM journal WHERE field NOT IN ('note', 'mise-de-cote', 'nombre') AND after <> ''"
_LINES = (
    "SELECT territory_name || adviser_name || adviser_email || department FROM assessment",
    "SELECT value FROM value WHERE field = 'renseignements'",
)

NOTES = [b"0", b"1", b"2", b"3", b"n", "é".encode(), b"&", b'"', "à".encode(), b"\x7f", b"\x1b[3~"]
MOVES = [
    *(b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F"),
    *(b"\t", b"\x1b[Z", b"\r", b"\x1b"),
]
COMMANDS = [
    *(b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b[18~", b"\x1b[19~"),
    *(b"\x1b[20~", b"\x1a", b"\x19", b"\x13", b"\x14", b"\x0f", b"\x07", b"\x03"),
]
ASKED = [letter.encode() + b"\r" for letter in "dgjklmopqrstxDJKLMP"]
"""A letter that says what it would do, and Entrée that does it."""
AGREED = [letter.encode() + b"\r\x1b[B\r" for letter in "dpnxDP"]
"""The same with the question that follows, answered by yes."""
WAYS = [
    *(b"\x1b[15~\x1b[15~" + step for step in (b"1", b"2", b"3", b"4", b"5")),
    *(
        b"k",
        b"kCOPIL, 9 pr\xc3\xa9sents\r",
        b"\x1b[17~",
        b"\x1b[18~1.9\r",
        b"\x1b[F\x1b[B\x1b[B12",
        b"\x1bOR7",
    ),
]
"""The steps, a fact for the log, the comments read, a line found, the number of an indicator."""
LETTERS = [letter.encode() for letter in "abcdefghijklmnopqrstuvwxyzéèçàùœ’ ,.;:!?-()/0123456789"]
ODD = [
    *(b"\x00", b"\x1b[200~", b"\x1b[201~", b"\x9b", b"\xff", b"\xc3", b"\x1bO"),
    *(b"\x1b[999~", b"\x1b[<0;10;10M", b"\x1b[<0;40;29m", b"\x1b[I", b"\x1b[O"),
]
MOODS = (
    *((NOTES, MOVES), (NOTES, MOVES), (NOTES, MOVES), (MOVES,), (COMMANDS, MOVES), (COMMANDS, MOVES)),
    *((ASKED, NOTES, MOVES), (ASKED, AGREED, MOVES), (WAYS, NOTES, MOVES), (WAYS, ASKED, LETTERS)),
    *((LETTERS,), (LETTERS,), (LETTERS, MOVES), (WAYS, LETTERS, MOVES), (NOTES, COMMANDS), (ODD, MOVES)),
)
"""The kinds of keys: noting, moving, commands, pages, writing. Noting comes more often."""


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome for the keys, one for their texts in the database, one for undoing it all."""
    alive, clean, undone = shared(round_, _keys, KEYS)
    with undone.trial("something to undo"):
        assert undone.counts["edits undone"] > 0
    return [alive, clean, undone]


def _keys(round_: Round, rank: int, keys: int) -> list[Outcome]:
    """Press a share of the keys, in as many starts as it takes.

    The keys may delete an assessment: the backups, made before, are checked and undone as the database is.
    They may also quit the program, which is not a failure.
    """
    alive = Outcome("random keys, pastes up to 1 MB", "no error, and the way out works")
    clean = Outcome("texts that these keys left", "no control character in the database")
    undone = Outcome("undoing everything after these keys", "the assessment is as at the start")
    alive.counts, undone.counts = {"keys": 0, "starts": 0}, {"edits undone": 0}
    draw = round_.draw(f"keys {rank}")
    progress = Progress(f"keys of worker {rank}", keys)
    while alive.counts["keys"] < keys and len(alive.failures) < MAX_SHOWN:
        alive.counts["starts"] += 1
        with round_.folder() as folder:
            database = new_database(folder, open_missions=())
            # No program of the machine can be reached: « ouvrir le dossier » must report it.
            with Person(database, draw.choice(_SIZES), {"HOME": str(folder), "PATH": str(folder)}) as person:
                left = keys - alive.counts["keys"]
                alive.counts["keys"] += _press(person, draw, min(left, _KEYS_A_START), alive)
                with alive.trial(f"worker {rank}, end {alive.counts['starts']}"):
                    with _unless_ended(person):
                        _ask_for_the_end(person)
                    status = person.wait_end(60)
                    said = person.written.rpartition(b"\x1b[?1049l")[2].decode(errors="replace")
                    assert status in _ends(person), f"ended with {status} {person.went_wrong() or said}"
                    assert not person.went_wrong(), person.went_wrong()
                    assert person.terminal_is_restored()
            for kept in (database, *sorted(backup_folder(database).glob("*.db"))):
                _look_at_texts(kept, clean)
                with round_.folder() as aside:
                    shutil.copy(kept, aside / DATABASE_NAME)
                    _undo_everything(aside, undone)
        progress.reach(alive.counts["keys"])
    return [alive, clean, undone]


def _press(person: Person, draw: random.Random, keys: int, alive: Outcome) -> int:
    """Press `keys` keys, and the pastes that go with so many; return how many were pressed."""
    former_failures = len(alive.failures)
    pressed = _begin(person, alive)
    every = KEYS // PASTES
    while pressed < keys and len(alive.failures) == former_failures and not person.has_ended:
        with alive.trial(f"keys {pressed}"), _unless_ended(person):
            if draw.random() < 0.2:
                _back_to_the_grid(person)
            chunk = list(_chunk(draw))
            person.press(b"".join(chunk))
            pressed += len(chunk)
            if pressed % every < _CHUNK:
                pasted = _pasted(draw)
                if len(pasted) > _SHORT_PASTE:
                    # Paste only between whole keys, as a terminal does: else the text would be read key by
                    # key, for hours.
                    person.settle(_WHOLE_KEY, most=30)
                person.paste(pasted)
            person.look(0.01)
            assert not person.went_wrong(), person.went_wrong()
    return pressed


def _ask_for_the_end(person: Person) -> None:
    """Quit with Ctrl+Q, and confirm when unparsable fields would be lost."""
    person.press(b"\x1b[201~")  # the end of a paste that one of the odd keys has begun
    person.settle(_WHOLE_KEY, most=60)
    person.press(b"\x11")
    person.settle(_WHOLE_KEY)
    # A thousand keys may wait in front of this one: on a loaded machine they take minutes.
    person.wait_for(lambda text: _UNSAVED in text or person.has_ended, 300)
    if not person.has_ended:
        person.press(b"\x1b[B")
        person.press(b"\r")


def _ends(person: Person) -> set[int]:
    """Return the accepted exit codes: 0, or that of an accepted loss.

    Once the terminal is restored, Ctrl+C is a signal, which may come before the program has ended; its echo
    may be lost with it.
    """
    interrupted = {EXIT_INTERRUPTED, -signal.SIGINT} if b"\x03" in person.pressed_last else set()
    return {0, EXIT_DATABASE, *interrupted}


@contextmanager
def _unless_ended(person: Person) -> Iterator[None]:
    """Ignore that a program asked to end reads no more keys."""
    try:
        yield
    except NotSeenError:
        if not person.has_ended:
            raise


def _begin(person: Person, alive: Outcome) -> int:
    """Make three notes and paste a comment, so that there is something to check and to undo."""
    with alive.trial("beginning"):
        person.open_grid()
        person.press("é&3".encode())
        person.press(b"\r")
        person.wait_for("Commentaire")
        person.paste("Réunion\x1b[2J\x07\u202e du COPIL")
        person.wait_for("du COPIL")
        _back_to_the_grid(person)
        person.settle()
    return 4


def _chunk(draw: random.Random) -> Iterator[bytes]:
    mood = draw.choice(MOODS)
    for _ in range(_CHUNK):
        yield draw.choice(draw.choice(mood))


def _back_to_the_grid(person: Person) -> None:
    """Close whatever is open, then open the assessment: most of the work is done there."""
    for key in (b"\x1b", b"\x1b", b"\x1b", b"\r"):
        person.press(key)
        person.look(0.15)  # time is what separates a lone escape from the start of a sequence


def _pasted(draw: random.Random) -> str:
    text = draw.choice(HOSTILE_TEXTS).replace("\ud800", "")
    if draw.random() < 0.03:
        return (text + " ") * (LARGEST_PASTE // (len(text.encode()) + 1))
    return text * draw.randint(1, 20) if len(text) < 1000 else text


def _look_at_texts(database: Path, clean: Outcome) -> None:
    """Return every text that was ever stored: the journal keeps them all."""
    texts = [(str(text), True) for (text,) in rows(database, _JOURNALED)]
    texts += [(str(text), False) for column in _LINES for (text,) in rows(database, column)]
    for rank, (text, multiline) in enumerate(texts):
        with clean.trial(f"text {rank}"):
            found = (_ACTING if multiline else _ACTING_OR_NEWLINE).search(text)
            assert not found, repr(text)[:200]


def _undo_everything(folder: Path, undone: Outcome) -> None:
    with undone.trial("base"):
        assert rows(folder / DATABASE_NAME, "PRAGMA integrity_check") == [("ok",)]
    workspace = open_workspace(folder)
    try:
        for summary in workspace.summaries():
            with undone.trial(f"assessment {summary.entry.id}"):
                if summary.entry.status is Status.FINAL:
                    workspace.reopen(summary.entry.id)
                session = workspace.open(summary.entry.id)
                while session.undo():
                    undone.counts["edits undone"] += 1
                a = session.assessment
                left = (a.answers, a.set_aside, a.comments, a.numbers, a.remarks, a.preparation, a.actions)
                assert not any(left), left
                if summary.entry.id == 1:
                    assert (a.open_missions, a.identity) == (frozenset(), make_identity())
    finally:
        workspace.close()
