"""SIGKILL between two rounds with an adviser, on the real program: each step goes on, and ends the same."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.review import FollowUp
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.received.own import take_back
from ctg_tui.services.review.answering import review_to_answer
from ctg_tui.submission.file import Received, examine
from tests.databases import DATABASE_NAME, open_workspace, rows
from tests.laboratory.kills import slow_disk
from tests.laboratory.laboratory import Outcome, Round, shared
from tests.laboratory.person import PATIENCE, Person, as_a_person_has
from tests.received import an_assessment, review_of_file, submission
from tests.strategies import charente

ROUNDS = 10
"""Exchanges of the full round, with six kills each."""
_SIZE: Final = (100, 60)
_NEXT: Final = b"\x1bOR"
_WORDS: Final = "Vu avec les élus."
_KEPT: Final = "SELECT count(*) FROM document WHERE kind = 'avis'"
_CELLS: Final = [f"note:{cell.activity}/{cell.policy}" for cell in charente().cells[:6]]
_ADVISER: Final = {"auteur:": "Prénom Un", "courriel:": "un@caf.example"}
_FIRST: Final = {
    **dict.fromkeys(_CELLS[:5], "0"),
    "commentaire:m1.a03": "Avec quels indicateurs ?",
    "question:/0001": "Et l’an prochain ?",
    **_ADVISER,
}
_SECOND: Final = {
    **dict.fromkeys(_CELLS[2:], "0"),
    "commentaire:m1.a03": "Avec quels indicateurs ?",
    "commentaire:m1.a05": "Qui suit les ajustements ?",
    **_ADVISER,
}
"""Says again what was answered, drops two notes and the question, adds a note and a remark."""


@dataclass
class _Side:
    """The person's folder, and what goes wrong there: `draw` is None where nothing does."""

    folder: Path
    draw: random.Random | None
    outcome: Outcome
    what: str = ""
    seconds: float = 1.0
    """How long a command takes from its start to its end, the last time that it was let."""

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME

    def kills(self, step: str, act: Callable[[], object], check: Callable[[], None]) -> None:
        """Let `act` be killed somewhere, once, then `check` what is left."""
        if self.draw is not None:
            with self.outcome.trial(f"{self.what}, {step}"):
                act()
                assert rows(self.database, "PRAGMA integrity_check") == [("ok",)]
                check()

    def command(self, *arguments: object, after: float | None = None) -> str:
        """Run a command to its end, or kill it `after` so many seconds."""
        environment = as_a_person_has() | {"XDG_DATA_HOME": str(self.folder), "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "ctg_tui", *map(str, arguments), "--base", str(self.database)]
        started = time.monotonic()
        with subprocess.Popen(
            [*command, "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                out, err = process.communicate(timeout=PATIENCE if after is None else after)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return ""
        assert after is not None or process.returncode == 0, err
        self.seconds = time.monotonic() - started
        return out

    def any_time(self) -> float:
        """Return seconds within which a command has started, works, or has just ended."""
        assert self.draw is not None
        return self.draw.uniform(0.3, 1.2) * self.seconds

    def follow_ups(self) -> tuple[FollowUp, ...]:
        workspace = open_workspace(self.folder)
        try:
            return workspace.load(1)[1].follow_ups
        finally:
            workspace.close()

    def waiting(self) -> int:
        """Return how many remarks and questions wait for an answer."""
        workspace = open_workspace(self.folder)
        try:
            review = review_to_answer(workspace, *workspace.load(1))
            return 0 if review is None else sum(item.is_open for item in review.items)
        finally:
            workspace.close()


def experiment(round_: Round) -> list[Outcome]:
    """Return two outcomes: nothing painted or received is lost; the end is that of a round without kills."""
    return shared(round_, _kills, ROUNDS)


def _kills(round_: Round, rank: int, number: int) -> list[Outcome]:
    lost = Outcome(
        "SIGKILL while a review is received, answered, sent back and received again",
        "every answer painted and every remark is in the database, which is sound; each file is whole",
    )
    same = Outcome("an exchange with kills, gone on with", "its last file is that of one without a kill")
    lost.counts = {"answers painted": 0}
    expected = ""
    for attempt in range(number + 1 if number else 0):
        draw = round_.draw(f"review kills {rank} {attempt}") if attempt else None
        with round_.folder() as folder:
            side = _Side(folder, draw, lost, f"worker {rank}, exchange {attempt}")
            if draw is None:
                expected = _exchange(side)
            else:
                with same.trial(side.what):
                    found = _exchange(side)
                    assert found == expected, f"{found} instead of {expected}"
    return [lost, same]


def _exchange(side: _Side) -> str:
    """Play both rounds; return the fingerprint of the final file."""
    sent = side.folder / "envoi.json"
    started = an_assessment(first=Rating.FULLY)
    answers = dict.fromkeys(charente().cells, Rating.MOSTLY)
    sent.write_bytes(submission(started._replace(answers=answers), status=Status.DRAFT))
    workspace = open_workspace(side.folder)
    take_back(workspace, sent)
    workspace.close()
    side.command("liste")
    for number, parts in enumerate((_FIRST, _SECOND), 1):
        review = side.folder / f"avis-{number}.json"
        review.write_bytes(review_of_file(sent.read_bytes(), parts, days=number))
        _receive(side, review, number)
        _answer(side)
        sent = _send(side, number)
    return str(json.loads(sent.read_bytes())["integrite"]["empreinte"])


def _receive(side: _Side, review: Path, number: int) -> None:
    before = side.follow_ups()

    def whole_or_not_at_all() -> None:
        ((kept,),) = rows(side.database, _KEPT)
        assert kept in {number - 1, number}
        assert kept == number or side.follow_ups() == before
        answered = [(row.decision, row.text) for row in side.follow_ups() if row.decision or row.text]
        assert len(answered) >= len([row for row in before if row.decision or row.text])

    side.kills(
        "receiving",
        lambda: side.command("importer", review, after=side.any_time()),
        whole_or_not_at_all,
    )
    (facts,) = json.loads(side.command("importer", review))
    assert facts["etat"] in {"pris", "deja"}
    (again,) = json.loads(side.command("importer", review))
    assert again["etat"] == "deja"


def _answer(side: _Side) -> None:
    """Answer all that waits, by keys: killed once or twice on the way, gone on with, to the end."""
    for _ in range(2 if side.waiting() > 2 else 1):
        before, shown = side.waiting(), [0]

        def some(shown: list[int] = shown) -> None:
            shown.append(_answered_until_killed(side))

        def all_kept(before: int = before, shown: list[int] = shown) -> None:
            stored = before - side.waiting()
            assert shown[-1] <= stored, f"{shown[-1]} answers painted, {stored} in the database"
            assert {row.text for row in side.follow_ups()} <= {"", _WORDS}
            side.outcome.counts["answers painted"] += shown[-1]

        side.kills("answering", some, all_kept)
    _answered_until_killed(side, to_the_end=True)
    assert side.waiting() == 0


def _answered_until_killed(side: _Side, *, to_the_end: bool = False) -> int:
    """Return how many answers were painted of those given here, the last time that no mark was."""
    draw = side.draw or random.Random(1)
    left = side.waiting()
    if not left:
        return 0
    is_slow = not to_the_end and draw.random() < 0.5
    with Person(side.database, _SIZE, slow_disk(side.folder) if is_slow else None) as person:
        person.wait_for("Lire la réponse")
        person.press(b"\r")
        person.wait_for(lambda text: text.count("à regarder") > left)
        first = person.text.count("répondu")
        safe, rhythm = 0, draw.choice((0.0, 0.02, 0.15))
        for rank in range(left if to_the_end else draw.randint(1, left)):
            if to_the_end:
                person.wait_for(_has_answers(first + rank))
            person.settle()
            _answer_one(person)
            person.look(draw.random() * rhythm)
            safe = _painted(person, first, safe)
        if to_the_end:
            person.wait_for("tout est regardé")
            person.quit()
        else:
            person.let_pass(draw.random() * 0.4)
            person.kill(signal.SIGKILL)
            person.wait_end()
        assert not person.went_wrong(), person.went_wrong()
        return _painted(person, first, safe)


def _has_answers(number: int) -> Callable[[str], bool]:
    return lambda text: text.count("répondu") == number


def _painted(person: Person, first: int, safe: int) -> int:
    """Return how many answers are painted; while the first line bears the mark, as many as before."""
    return safe if "*" in person.text.splitlines()[0] else person.text.count("répondu") - first


def _answer_one(person: Person) -> None:
    """Answer the remark or question that the cursor is on, and go on to the next."""
    if any(line.startswith(" ►") and "auto-évaluation" in line for line in person.text.splitlines()):
        person.press(b"g" + _NEXT)
    else:
        person.press(b"\r")
        person.wait_for("Votre réponse")
        person.paste(_WORDS)
        person.press(_NEXT)


def _send(side: _Side, number: int) -> Path:
    folder = side.folder / f"envoi-{number}"
    folder.mkdir()
    command = ("exporter", 1, "--sortie", folder, *(("--definitif",) if number == 2 else ()))

    def whole_or_absent() -> None:
        for path in folder.glob("CTG_*.json"):
            assert isinstance(examine(path.read_bytes(), Catalogue()), Received), path.name

    side.kills("sending", lambda: side.command(*command, after=side.any_time()), whole_or_absent)
    is_there = list(folder.glob("CTG_*.json"))
    if not (is_there and number == 2):
        side.command(*command, *(("--remplacer",) if is_there else ()))
    (path,) = folder.glob("CTG_*.json")
    return path
