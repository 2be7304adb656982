"""Every way out, and odd terminals: no letter is lost, no traceback is shown, the terminal is restored."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from ctg_tui.domain.assessment import Rating
from tests.databases import DATABASE_NAME, open_workspace, read_again
from tests.laboratory.laboratory import Outcome, Round
from tests.laboratory.person import Person
from tests.laboratory.sheet import painted
from tests.strategies import ALL_OPEN, charente, make_identity

TIMES = 12
RESIZES = 400
WAYS_OUT = (("Ctrl+Q",), ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"), ("window closed",))
"""The names of the ways out, by kind."""
ODD_TERMINALS: Sequence[Mapping[str, Mapping[str, str]]] = (
    {"TERM=dumb": {"TERM": "dumb"}},
    {
        "TERM=linux": {"TERM": "linux", "COLORTERM": ""},
        "no TERM": {"TERM": ""},
        "NO_COLOR": {"NO_COLOR": "1"},
    },
    {
        "locale without UTF-8": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "latin-1": {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    },
)
"""The environments, by kind of oddity."""
_TEXT = "Suivi partage au COPIL de mars"


def _quit(person: Person) -> None:
    person.press(b"\x11")


def _hang_up(person: Person) -> None:
    person.hang_up()


def _signal(number: int) -> Callable[[Person], None]:
    return lambda person: person.kill(number)


def ways_out() -> Mapping[str, tuple[Callable[[Person], None], tuple[int, ...]]]:
    """Return each way out with its possible exit codes. Windows does not know all of these signals."""
    return {
        "Ctrl+Q": (_quit, (0,)),
        "SIGTERM": (_signal(signal.SIGTERM), (128 + signal.SIGTERM,)),
        "SIGHUP": (_signal(signal.SIGHUP), (128 + signal.SIGHUP,)),
        "SIGINT": (_signal(signal.SIGINT), (128 + signal.SIGINT,)),
        "SIGQUIT": (_signal(signal.SIGQUIT), (128 + signal.SIGQUIT,)),
        "window closed": (_hang_up, (128 + signal.SIGHUP, 0, 1)),
    }


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome per way out, one for sizes, one per odd terminal."""
    ways = ways_out()
    outcomes = [_way_out(round_, name, *ways[name]) for kind in WAYS_OUT for name in round_.kinds(kind)]
    odd = [
        _odd(name, terminal, round_)
        for kind in ODD_TERMINALS
        for name, terminal in round_.kinds([*kind.items()])
    ]
    return [*outcomes, _resizes(round_), *odd]


def new_database(folder: Path, open_missions: Collection[str] = ALL_OPEN) -> Path:
    """Return a database with one empty assessment."""
    workspace = open_workspace(folder)
    workspace.create(make_identity(), open_missions=open_missions)
    workspace.close()
    return folder / DATABASE_NAME


def _way_out(round_: Round, name: str, leave: Callable[[Person], None], statuses: tuple[int, ...]) -> Outcome:
    outcome = Outcome(
        f"{name} in the middle of a comment", "no letter lost, no traceback, the terminal given back"
    )
    draw = round_.draw(name)
    for attempt in range(round_.times(TIMES)):
        with round_.folder() as folder, outcome.trial(f"attempt {attempt}"):
            with Person(new_database(folder)) as person:
                person.open_grid()
                person.press(b"0123"[: draw.randint(1, 4)])
                person.press(b"\r")
                person.wait_for("Commentaire")
                # Not ended by a space: the blank of the screen after the last letter looks the same.
                written = _TEXT[: draw.randint(3, len(_TEXT))].rstrip()
                for letter in written:
                    person.press(letter.encode())
                    person.look(draw.random() * 0.02)
                person.wait_for(written)
                leave(person)
                status = person.wait_end()
                assert status in statuses, f"ended with {status}"
                assert not person.went_wrong(), person.went_wrong()
                if name != "window closed":
                    assert person.terminal_is_restored(), "the terminal was not given back"
            comments = read_again(folder).comments
            assert list(comments.values()) == [written], f"{written!r} typed, {comments} in the database"
    return outcome


def _resizes(round_: Round) -> Outcome:
    outcome = Outcome("window resized between 20×5 and 300×80", "nothing stops, each note is saved")
    draw = round_.draw("resizes")
    grid = charente()
    cells = grid.cells
    with round_.folder() as folder, Person(new_database(folder)) as person:
        person.open_grid()
        typed = 0
        for attempt in range(round_.times(RESIZES, 8)):
            size = (draw.randint(20, 300), draw.randint(5, 80))
            holds_the_page = size[0] >= 60 and size[1] >= 16
            with outcome.trial(f"{attempt}: {size[0]}×{size[1]}"):
                if not holds_the_page:
                    person.settle(0.05)  # a busy program can see the size before the key typed before it
                person.resize(size)
                person.look(draw.random() * 0.05)
                if typed < len(cells) - 1 and holds_the_page:
                    person.settle(0.05)
                    # A key pressed while the window still shows that it is too small is not a note.
                    person.wait_for(lambda _: painted(person.screen, grid)[1] is not None)
                    person.press(b"0123"[typed % 4 :][:1])
                    typed += 1
                assert not person.went_wrong(), person.went_wrong()
        with outcome.trial("end"):
            person.resize((80, 24))
            person.settle(0.3)
            person.quit()
            assert person.terminal_is_restored()
            assert read_again(folder).answers == {
                cell: Rating(rank % 4) for rank, cell in enumerate(cells[:typed])
            }
    return outcome


def _odd(name: str, environment: Mapping[str, str], round_: Round) -> Outcome:
    outcome = Outcome(f"terminal: {name}", "usable, nothing lost, no traceback")
    for attempt in range(round_.times(3)):
        with round_.folder() as folder, outcome.trial(f"attempt {attempt}"):
            with Person(new_database(folder), environment=environment) as person:
                if environment.get("TERM") == "dumb":  # asked first, and still to be had
                    person.wait_for("Réponse")
                    person.press(b"non\n")
                person.open_grid()
                # An accent from a terminal in Latin-1 is not valid UTF-8: it must not end the program. It is
                # no note, and an arrow ends what it begins.
                for key in (b"0", b"1", b"\xe9", b"\x1b[C", b"2", b"3", b"n"):
                    person.press(key)
                    person.settle(0.05)
                person.quit()
            assert len(read_again(folder).answers) == 5
    return outcome
