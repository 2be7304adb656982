"""Random scripts of keys, typed slowly and typed fast on a slow disk: the database is the same at the end."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from difflib import unified_diff
from pathlib import Path
from pprint import pformat
from typing import Any, Final, NamedTuple
from unittest import mock

from textual.document._history import EditHistory

from ctg_tui.domain.assessment import Moment, Rating, Status, Territory
from ctg_tui.domain.log import LogEntry
from ctg_tui.services.editing import Session
from ctg_tui.services.log import LogBook
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage.log import logs
from ctg_tui.system import computer
from ctg_tui.tui import sending
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.later import COLLECTOR, Delays
from tests.databases import open_workspace
from tests.laboratory.laboratory import Outcome, Progress, Round, summed
from tests.laboratory.person import Person
from tests.slow_disk import slow_disk
from tests.strategies import ALL_OPEN, make_identity
from tests.tui.parsed_once import parse_each_style_sheet_once
from tests.tui.typing import Pasted, Typed, at_rest, type_fast, type_slowly

SCRIPTS: Final = 3_000
IN_TERMINAL: Final = 300
PACES: Final = (0.0, 0.01, 0.08)
"""Seconds between two keys."""
DISKS: Final = (0, 15, 40, 100, 300)
"""Milliseconds added to each fsync."""
_AT_ONCE: Final = 6
"""Scripts played at once by each worker of the round: most of one is waiting, for a key or for the disk."""
_PATIENCE: Final = 300.0
"""Seconds that a busy machine has for what waits in front of the last key."""
_SIZE: Final = (100, 30)
_ALONE: Final = 0.15
"""Seconds after which a terminal's escape is the key Échap, not the start of a sequence."""
_AFTER_ESCAPE: Final = 0.5
"""Seconds that one who types fast lets pass after Échap: the thread that reads may wait for a processor."""
_MOMENT: Final = 0.01
"""Seconds without output, on a busy machine too: the thread that reads then waits for nothing but keys."""
_WIDE: Final = 160
_LOSS: Final = "Oui, quitter"
"""A phrase of the question asked before leaving with what is not saved."""


def _keys(names: str) -> Sequence[Sequence[Typed]]:
    return [[name] for name in names.split()]


_NOTES: Final = _keys('0 1 2 3 é & " à n backspace delete')
_MOVES: Final = _keys("up down left right pageup pagedown home end tab shift+tab")
_ENTERING: Final = _keys("enter enter escape")
_COMMANDS: Final = _keys("f1 f2 f3 f4 f5 f6 f7 f8 f9 ctrl+z ctrl+z ctrl+y ctrl+s l p d")
_LETTERS: Final = _keys("a b c d e f g h i j k l m o p q r s t u v w x y z J K L M P 4 5 ( ' / ;")
_EDITING: Final = _keys("ctrl+t ctrl+t ctrl+g f3 f7 enter tab escape up down left right")
_LINE: Final[Sequence[Sequence[Typed]]] = [
    ["k", *"COPIL, 9 présents", "enter"],
    ["k", *"pour rien", "escape"],
    ["j", "enter"],
    ["J", "enter", "enter", *"suite", "escape"],
    ["m", "enter"],
    ["M", "escape"],
    ["p", "enter"],
    ["P", "escape"],
    ["f2", *"toute la colonne", "enter", "down", "enter"],
    ["l", "3"],
    ["L", "j", "enter"],
    ["enter", "ctrl+t", *"neuf lignes", "enter", "ctrl+t", "escape"],
    ["enter", *"Suivi au COPIL", "f8", "escape", "escape"],
    ["m", "down", "j", "ctrl+z"],
]
"""What a person does on a line: letters that ask, a fact for the log, its comment."""
_COUNTED: Final[Sequence[Sequence[Typed]]] = [
    ["home", "up", "2"],
    ["end", "down", "down", *"12", "down"],
    ["end", "down", "down", *"7", "backspace", "enter", *"une remarque", "escape"],
    ["end", "down", "down", "j", "enter"],
    ["end", "down", "down", "k", *"COPIL de mars", "enter", "m", "enter"],
    ["end", "down", "3", "n", "é"],
    ["f3", *"40", "delete"],
]
"""The indicators, below the lines of their mission."""
_DOORS: Final[Sequence[Sequence[Typed]]] = [
    ["tab", "enter", "2"],
    ["tab", "tab", "right", "enter", "1"],
    ["tab", "d", "enter", "3", "d", "enter"],
    ["tab", "D", "enter", "enter"],
    ["shift+tab", *"ouvrir", "escape", "enter", *"&é"],
    ["f2", *"toutes les missions", "enter", "down", "enter"],
]
"""The doors of the missions, opened and closed, with answers behind them."""
_PAGES: Final[Sequence[Sequence[Typed]]] = [
    ["f5", "f5", "1", *"ab", "tab", "tab", *" bis", "f5", "f5", "2"],
    ["f5", "f5", "1", *["down"] * 5, "right", "space", "down", "enter", "escape"],
    ["f5", "f5", "1", "ctrl+g", "1"],
    ["f5", "f5", "3", "down", "enter", *"nous", "tab", "down", "enter", *"encore", "escape"],
    ["f5", "f5", "3", "enter", *"12 mars 2027", "enter", "ctrl+z", "ctrl+y"],
    ["f5", "f5", "3", "end", "enter", *"relancer", "tab", *"nous", "tab", *"juin 2027", "enter"],
    ["f5", "f5", "3", "end", "enter", "enter", "down", "enter", "ctrl+z"],
    ["f5", "f5", "4", *"803 h 30", "tab", *"24 000,50", "enter", "f3"],
    ["f5", "f5", "4", *"beaucoup", "tab", *"12", "enter", "escape", "escape"],
    ["f5", "f5", "5", "right", "down", "enter", "escape"],
    ["f9", "f9", "2", "escape"],
    ["home", *["l", "3"] * 14, "f9", "right", "f9", "down", "enter", "escape", "enter", "2"],
    ["escape", "v", "down", "enter", "enter", "l", "1"],
    ["f4", "g", "G", "down", "enter", "f4"],
    ["f4", "end", "enter", "escape", "escape"],
    ["escape", "K", "n", *"Réunion", "tab", *"9 mars", "tab", *"1.1", "enter", "tab", *"9", "enter"],
    ["escape", "k", "enter", *" bis", "enter", "delete", "ctrl+z", "escape", "enter"],
    ["escape", "n", *"Val", "down", "enter", "tab", *"7", "f5", "escape", "enter"],
    ["escape", "n", *"Ruffec", "down", "enter", "f5", "3"],
    ["escape", "d", "down", "enter", "3"],
    ["escape", "delete", "enter", "enter", "2"],
    ["f7", *"1.9", "enter", "1"],
    ["f2", *"vous", "enter", *"x"],
    ["f1", "c", "escape", "escape", "2"],
]
"""The pages of an assessment and the two above, each with what is typed there, and the way back."""
_TEXTS: Final[Sequence[Sequence[Typed]]] = [
    [*text]
    for text in (
        *("Partenariat 3", "pnl", "ne pas oublier", "12", "2027", "241600303", "s’il neige, non", "o"),
        *("des lignes à revoir : 3 fois", "fin 2027", "24h", "31/02/2027", "bientôt"),
    )
]
_PASTES: Final = [[Pasted(text)] for text in ("Réunion du COPIL", "3", "n\nxp", "7")]
_MOODS: Final[Sequence[Sequence[Sequence[Sequence[Typed]]]]] = (
    *((_NOTES, _NOTES, _MOVES), (_NOTES, _MOVES, _ENTERING), (_NOTES, _COMMANDS)),
    *((_NOTES, _LETTERS, _MOVES, _ENTERING), (_LINE, _NOTES, _MOVES), (_LINE, _EDITING, _TEXTS)),
    *((_COUNTED, _LINE, _MOVES), (_DOORS, _NOTES, _COMMANDS), (_DOORS, _COUNTED, _ENTERING)),
    *((_PAGES, _NOTES), (_PAGES, _LINE, _COMMANDS), (_PAGES, _TEXTS, _EDITING), (_PAGES, _PASTES, _MOVES)),
    *((_ENTERING, _TEXTS, _MOVES), (_ENTERING, _TEXTS, _PASTES), (_COMMANDS, _TEXTS, _ENTERING)),
)
_BYTES: Final[Mapping[str, bytes]] = {
    "enter": b"\r",
    "tab": b"\t",
    "space": b" ",
    "escape": b"\x1b",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "shift+tab": b"\x1b[Z",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "ctrl+z": b"\x1a",
    "ctrl+y": b"\x19",
    "ctrl+s": b"\x13",
    "ctrl+t": b"\x14",
    "ctrl+g": b"\x07",
}


class Case(NamedTuple):
    """A script with the pace and the disk of its fast round; the doors are closed, as they begin, or open."""

    script: list[Typed]
    seconds_between: float
    milliseconds_a_sync: int
    has_open_doors: bool = False

    def __str__(self) -> str:
        doors = "doors open, " if self.has_open_doors else ""
        return f"{doors}{self.script}, {self.seconds_between} s a key, {self.milliseconds_a_sync} ms a sync"


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome for the scripts in this process, one for those in the real program."""
    wanted = {_piloted: round_.times(SCRIPTS), _in_terminal: round_.times(IN_TERMINAL, round_.workers)}
    jobs = [(number / most, play, number) for play, most in wanted.items() for number in range(most)]
    jobs.sort(key=lambda job: job[0])
    found: dict[object, list[Outcome]] = {play: [] for play in wanted}
    progress = Progress("scripts", len(jobs))
    with ProcessPoolExecutor(_AT_ONCE * round_.workers, initializer=_prepare) as pool:
        started = {pool.submit(play, round_, number): play for _, play, number in jobs}
        for done, future in enumerate(as_completed(started), 1):
            found[started[future]].append(future.result())
            progress.reach(done)
    return [summed(outcomes) for outcomes in found.values()]


def _prepare() -> None:
    """Parse each style sheet once for all windows, and collect garbage as rarely as the program does."""
    parse_each_style_sheet_once()
    gc.freeze()
    gc.set_threshold(*COLLECTOR)


def _database(folder: Path, *, has_open_doors: bool = False) -> None:
    """Make a database with an empty assessment, the one of the year before, and facts of the log for it."""
    workspace = open_workspace(folder)
    missions = ALL_OPEN if has_open_doors else ()
    former = workspace.open(workspace.create(make_identity(year=2026), open_missions=missions))
    first = former.grid.cells[0]
    former.rate(first, Rating.MOSTLY)
    former.comment(first.activity, "COPIL installé")
    workspace.duplicate(former.assessment.id, 2027, Moment.YEARLY)
    book = LogBook(workspace.store, make_identity().territory)
    indicators = [line.id for line in former.grid.indicators.values() if not line.is_heading]
    book.note(LogEntry(date(2026, 5, 12), "COPIL, 9 présents", (first.activity,), (indicators[0],), 9))
    workspace.close()


def _case(round_: Round, name: str) -> Case:
    """Return the script of this name, which depends on the seed only."""
    draw = round_.draw(name)
    return Case([*_script(draw)], draw.choice(PACES), draw.choice(DISKS), draw.random() < 0.3)


def _script(draw: random.Random) -> Iterator[Typed]:
    """Draw a script: from the list of assessments into the grid, then in several moods of a person."""
    yield "enter"
    for _ in range(draw.randint(1, 3)):
        mood = draw.choice(_MOODS)
        for _ in range(draw.randint(2, 8)):
            yield from draw.choice(draw.choice(mood))


def _piloted(round_: Round, number: int) -> Outcome:
    outcome = Outcome("scripts of keys typed fast on slow disks", "the database is as after typing slowly")
    case = _case(round_, f"script {number}")
    with outcome.trial(f"script {number}: {case}"):
        play_both(round_, case)
    return outcome


def play_both(round_: Round, case: Case) -> None:
    """Type the script slowly and fast in this process; raise AssertionError with what then differs."""
    with round_.folder() as slow, round_.folder() as fast:
        _database(slow, has_open_doors=case.has_open_doors)
        shutil.copytree(slow, fast, dirs_exist_ok=True)
        asyncio.run(_play(slow, case, typed_slowly=True))
        asyncio.run(_play(fast, case, typed_slowly=False))
        _compare(slow, fast)


async def _play(folder: Path, case: Case, *, typed_slowly: bool) -> None:
    """Type the script on a copy of the program in which no time passes between two keys.

    An unparsable field is left as typed and not saved, so an earlier autosave of it stays; and Ctrl+Z in a
    text takes back what was typed within two seconds. Both depend on time, whatever the order of the keys.
    """
    with (
        mock.patch.object(EditHistory, "_get_time", return_value=0.0),
        mock.patch.object(sending, "default_folder", return_value=folder),
        mock.patch.object(computer, "show"),
        slow_disk(0 if typed_slowly else case.milliseconds_a_sync),
    ):
        workspace = open_workspace(folder)
        app = CtgApp(workspace, Delays(rest=3600, longest=3600, backup=3600))
        try:
            async with app.run_test(size=_SIZE, notifications=True, tooltips=True) as pilot:
                await at_rest(pilot)
                if typed_slowly:
                    await type_slowly(pilot, case.script)
                else:
                    await type_fast(pilot, case.script, case.seconds_between)
                app.flush()
                await at_rest(pilot)  # an assessment begun opens once it is saved
        finally:
            app.workspace.close()


def _in_terminal(round_: Round, number: int) -> Outcome:
    outcome = Outcome("the same in the real program", "the database is as after typing slowly")
    if shutil.which("strace") is None:
        outcome.skipped = "no strace here to slow the disk down"
        return outcome
    case = _case(round_, f"terminal {number}")
    with round_.folder() as slow, round_.folder() as fast, outcome.trial(f"terminal {number}: {case}"):
        _database(slow, has_open_doors=case.has_open_doors)
        shutil.copytree(slow, fast, dirs_exist_ok=True)
        _type(slow, case, typed_slowly=True)
        _type(fast, case, typed_slowly=False)
        _compare(slow, fast)
    return outcome


def _type(folder: Path, case: Case, *, typed_slowly: bool) -> None:
    database = next(folder.glob("*.db"))
    environment = {"HOME": str(folder), "PATH": str(folder)}
    delay = 0 if typed_slowly else 1000 * case.milliseconds_a_sync
    slowed = (
        # -DD: the program keeps its own place among the processes, so that the person sees whether it works.
        *(str(shutil.which("strace")), "-DD", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull),
        *("-e", "trace=fsync,fdatasync"),
        *("-e", f"inject=fsync,fdatasync:delay_enter={delay}"),
    )
    with Person(database, _SIZE, environment, prefix=slowed if delay else ()) as person:
        person.wait_for("Val de Charente")
        person.settle()
        for typed in case.script:
            if isinstance(typed, Pasted):
                person.paste(typed.text)
            else:
                person.press(_BYTES.get(typed) or typed.encode())
            if typed_slowly:
                person.settle(_ALONE, _PATIENCE)
            else:
                if typed == "escape":
                    person.wait_read()
                person.let_pass(_AFTER_ESCAPE if typed == "escape" else case.seconds_between)
                if typed == "escape":
                    person.settle(_MOMENT)
        person.let_pass(_ALONE)
        person.press(b"\x11")
        person.wait_for(lambda text: _LOSS in text or person.has_ended, _PATIENCE)
        if not person.has_ended:
            person.press(b"\x1b[B")
            person.press(b"\r")
        person.wait_end(_PATIENCE)
        assert not person.went_wrong(), person.went_wrong()


# What a database holds, apart from times and from how the saves of a text are cut.


def _compare(slow: Path, fast: Path) -> None:
    """Raise AssertionError, with what differs, unless both databases hold the same."""
    wanted, found = (pformat(left_behind(folder), width=_WIDE).splitlines() for folder in (slow, fast))
    assert found == wanted, "\n".join(unified_diff(wanted, found, "slowly", "fast", lineterm="", n=0))


def left_behind(folder: Path) -> list[object]:
    """Return each assessment and each log: its cursor and the states of its undo."""
    workspace = open_workspace(folder)
    try:
        assessments = [_assessment(workspace, summary.entry.id) for summary in workspace.summaries()]
        return [*assessments, *(_log(workspace, stored.log.territory) for stored in logs(workspace.store))]
    finally:
        workspace.close()


def _log(workspace: Workspace, territory: Territory) -> object:
    """Return the facts of a log after each undo, without their ids, which hold times."""
    book = LogBook(workspace.store, territory)
    states = [sorted(book.log.entries.values())]
    while book.undo():
        states.append(sorted(book.log.entries.values()))
    return territory, states


def _assessment(workspace: Workspace, assessment_id: int) -> object:
    session = workspace.open(assessment_id)
    assessment, place = session.assessment, session.place
    if assessment.status is Status.FINAL:
        workspace.reopen(assessment_id)
        session = workspace.open(assessment_id)
    states = [_content(session)]
    while session.undo():
        states.append(_content(session))
    return assessment.status, place, states[0], _undone(states)


_Content = dict[tuple[str, Any], Any]
_BY_LINE: Final = ("comments", "numbers", "remarks", "preparation", "actions")
_TYPED: Final = {*_BY_LINE, "details", "forecast"}


def _content(session: Session) -> _Content:
    assessment = session.assessment
    content: _Content = {("set_aside", cell): True for cell in assessment.set_aside}
    content |= {("open", mission): True for mission in assessment.open_missions}
    content |= {("details", ""): assessment.identity, ("forecast", ""): session.forecast}
    for kind in ("answers", *_BY_LINE):
        content |= {(kind, key): value for key, value in getattr(assessment, kind).items()}
    return content


def _undone(states: list[_Content]) -> list[_Content]:
    """Return the states without the intermediate ones of one text: its saves are cut by time."""
    kept: list[tuple[_Content, object]] = []
    for state, following in zip(states, [*states[1:], states[-1]], strict=True):
        changed = {key for key in state.keys() | following.keys() if state.get(key) != following.get(key)}
        only = changed.pop() if len(changed) == 1 else None
        text = only if only is not None and only[0] in _TYPED else None
        if kept and text is not None and kept[-1][1] == text:
            continue
        kept.append((state, text))
    return [state for rank, (state, _) in enumerate(kept) if not rank or state != kept[rank - 1][0]]
