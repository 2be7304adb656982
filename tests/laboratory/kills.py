"""SIGKILL at random moments of typing, on the real program."""

from __future__ import annotations

import random
import signal
from collections.abc import Mapping
from pathlib import Path

from ctg_tui.domain.assessment import Answer, Cell, parse_answer
from ctg_tui.domain.grid import Grid
from ctg_tui.storage.store import Store
from ctg_tui.tui.view import place_of
from tests.databases import DATABASE_NAME, Clock, open_workspace
from tests.laboratory.laboratory import Outcome, Round, shared
from tests.laboratory.sheet import painted, spelt, stored
from tests.outside.person import Person
from tests.strategies import charente, make_identity

KEYS = {"0": b"0", "1": b"&", "2": "é".encode(), "3": b"3", "NC": b"n"}
KILLS = 300
TEXTS = 100
_MARK = "pas encore enregistré"
_RESTS = 0.05
"""How often one rests between two letters."""
_SIZE = (80, 24)
_LETTERS = "Le suivi du plan d’actions, à reprendre au comité ; vu"
"""On one row of the editor."""
_ROOM = 20
"""Cells left before the end of the grid, where the cursor stays."""


def new_database(folder: Path) -> Path:
    """Return a database with one empty assessment."""
    workspace = open_workspace(folder)
    workspace.create(make_identity(), charente())
    workspace.close()
    return folder / DATABASE_NAME


def experiment(round_: Round) -> list[Outcome]:
    """Return three outcomes: notes painted are stored; same cell; texts without the mark are."""
    return [*shared(round_, _kills, KILLS), *shared(round_, _texts, TEXTS, least=2)]


def _kills(round_: Round, rank: int, number: int) -> list[Outcome]:
    draw = round_.draw(f"kills {rank}")
    lost = Outcome(
        "SIGKILL while typing",
        "every note painted is in the database, which is sound and one of the states typed",
    )
    again = Outcome("opening again after SIGKILL", "the cursor is on the same cell")
    lost.counts = {"notes typed": 0, "painted": 0, "in the database": 0}
    with round_.folder() as folder:
        database = folder / DATABASE_NAME
        for attempt in range(number):
            _make_room(database)
            _one(database, draw, f"worker {rank}, kill {attempt}", lost, again)
    return [lost, again]


def _make_room(database: Path) -> None:
    """Begin an empty assessment, at first and where the one before has little room for notes."""
    cells = [(cell.activity, cell.policy) for cell in charente().cells]
    place = stored(database)[1] if database.exists() else None
    if place and place.line and place.policy:
        has_room = cells.index((place.line, place.policy)) <= len(cells) - _ROOM
    else:
        has_room = database.exists()
    if not has_room:
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
        new_database(database.parent)


def _one(database: Path, draw: random.Random, what: str, lost: Outcome, again: Outcome) -> None:
    grid = charente()
    before, place = stored(database)
    start = Cell(place.line or "", place.policy or "") if place else grid.cells[0]
    typed: list[tuple[Cell, str]] = []
    with Person(database, _SIZE) as person, again.trial(what):
        person.wait_for("Val de Charente")
        person.press(b"\r")
        person.wait_for(lambda _: painted(person.screen, grid)[1] is not None)
        cursor = painted(person.screen, grid)[1]
        with lost.trial(what):
            typed = _type(person, grid, cursor or start, before, draw)
            person.kill(signal.SIGKILL)
            person.wait_end()
            _nothing_lost(database, grid, before, typed, painted(person.screen, grid)[0], lost)
        assert cursor == start, f"{cursor} instead of {start}"


def _type(
    person: Person, grid: Grid, cell: Cell, before: Mapping[Cell, Answer], draw: random.Random
) -> list[tuple[Cell, str]]:
    """Type notes, one for each next cell, faster or slower; the last ones may be ignored."""
    typed: list[tuple[Cell, str]] = []
    rank = grid.cells.index(cell)
    rhythm = draw.choice((0.0, 0.0, 0.01, 0.04, 0.12))
    for _ in range(draw.randint(1, 14)):
        target = grid.cells[rank]
        note = draw.choice([note for note in KEYS if note != spelt(before, target)])
        person.press(KEYS[note])
        typed.append((target, note))
        rank += 1
        person.look(draw.random() * rhythm)
    person.let_pass(draw.random() * 0.25)
    return typed


def _nothing_lost(
    database: Path,
    grid: Grid,
    before: Mapping[Cell, Answer],
    typed: list[tuple[Cell, str]],
    shown: Mapping[Cell, str],
    lost: Outcome,
) -> None:
    answers, place = stored(database)
    written = next(
        (n for n in range(len(typed), -1, -1) if answers == _after(before, typed[:n])),
        None,
    )
    assert written is not None, f"the database holds no state that typing {typed} went through"
    seen = [rank for rank, (cell, note) in enumerate(typed, 1) if shown.get(cell) == note]
    assert max(seen, default=0) <= written, f"{max(seen)} notes painted, {written} in the database"
    if written:
        following = grid.cells[grid.cells.index(typed[written - 1][0]) + 1]
        assert place == place_of(grid, *following), f"the cursor was left on {place}"
    lost.counts["notes typed"] += len(typed)
    lost.counts["painted"] += len(seen)
    lost.counts["in the database"] += written


def _after(before: Mapping[Cell, Answer], typed: list[tuple[Cell, str]]) -> Mapping[Cell, Answer]:
    return {**before, **{cell: parse_answer(note) for cell, note in typed}}


def _texts(round_: Round, rank: int, number: int) -> list[Outcome]:
    """Type a comment at ten letters a second, with rests, then end the program."""
    draw = round_.draw(f"texts {rank}")
    outcome = Outcome(
        "SIGKILL in a comment typed at ten letters a second",
        "without the mark, every letter painted is in the database; with it, their beginning",
    )
    outcome.counts = {"without the mark": 0, "with it": 0}
    for attempt in range(number):
        with round_.folder() as folder, outcome.trial(f"worker {rank}, text {attempt}"):
            _one_text(new_database(folder), draw, outcome)
    return [outcome]


def _one_text(database: Path, draw: random.Random, outcome: Outcome) -> None:
    typed = ""
    with Person(database, _SIZE) as person:
        person.open_grid()
        person.press(b"\r")
        person.wait_for("Commentaire")
        for letter in _LETTERS[: draw.randint(1, len(_LETTERS))]:
            person.press(letter.encode())
            typed += letter
            person.look(draw.choice((0.05, 0.1, 0.15)))
            if draw.random() < _RESTS:
                person.look(draw.uniform(0.3, 1.5))
        person.let_pass(draw.choice((0.0, 1.5)))
        person.kill(signal.SIGKILL)
        person.wait_end()
        shown = person.text
    with Store(database, Clock()) as store:
        kept = store.load(1).assessment.comments.get("m1.a01", "")
    assert typed.startswith(kept), f"{kept!r} was never typed"
    is_marked = _MARK in shown.replace("\N{NO-BREAK SPACE}", " ")
    outcome.counts["with it" if is_marked else "without the mark"] += 1
    if not is_marked:
        painted = next(n for n in range(len(typed), -1, -1) if typed[:n].rstrip() in shown)
        assert len(kept) >= len(typed[:painted].rstrip()), (
            f"{typed[:painted]!r} is shown as saved, {kept!r} kept"
        )
