"""SIGKILL right after « Enregistré », in questions and answers: nothing that was said as saved is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ctg_tui.domain.assessment import parse_answer
from ctg_tui.domain.grid import number_of
from tests.databases import read_again
from tests.laboratory.ends import new_database
from tests.laboratory.kills import KEYS
from tests.laboratory.laboratory import Outcome, Round, shared
from tests.strategies import charente
from tests.text_mode.talker import Talker

KILLS = 200
_MOST_NOTES = 6
"""Notes given before a kill."""


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome: every note said as saved is in the database after the kill."""
    return shared(round_, _kills, KILLS)


def _kills(round_: Round, rank: int, number: int) -> list[Outcome]:
    draw = round_.draw(f"text kills {rank}")
    outcome = Outcome(
        "SIGKILL right after « Enregistré », in questions and answers",
        "every note said as saved is in the database",
    )
    outcome.counts = {"notes said as saved": 0}
    grid = charente()
    cells = grid.cells
    starts = [
        rank
        for rank in range(len(cells) - _MOST_NOTES)
        if grid.mission_of[cells[rank].activity] is grid.mission_of[cells[rank + _MOST_NOTES].activity]
    ]  # the indicators of a mission come after its notes
    with round_.folder() as folder:
        new_database(folder)
        for attempt in range(number):
            with outcome.trial(f"worker {rank}, attempt {attempt}"):
                before = {**read_again(folder).answers}
                first = draw.choice(starts)
                notes = [draw.choice(tuple(KEYS)) for _ in range(draw.randint(1, _MOST_NOTES))]
                _answer_and_kill(
                    folder, f"{number_of(grid, cells[first].activity)}/{cells[first].policy}", notes
                )
                given = [parse_answer(note) for note in notes]
                outcome.counts["notes said as saved"] += len(given)
                expected = before | dict(zip(cells[first:], given, strict=False))
                found = read_again(folder).answers
                assert found == expected, f"{len(expected)} expected, {len(found)} found"
    return [outcome]


def _answer_and_kill(folder: Path, place: str, notes: Sequence[str]) -> None:
    """Give `notes` from `place` on, and kill the program as soon as the last is said as saved."""
    with Talker(folder) as talker:
        talker.wait_for("« nouvelle » :")
        talker.answer("", "ou Entrée pour la 2 :")
        talker.answer("grille", " :")
        talker.answer(f"aller {place}", "Mission ")
        for note in notes:
            talker.answer(note, "Enregistré :")
        talker.kill()
