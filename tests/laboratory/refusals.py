"""A disk that refuses one call, each in turn: no room for a write, an error on an fsync or a rename."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from ctg_tui.domain.errors import Refusal
from tests.laboratory.acts import Act, every_act
from tests.laboratory.crashes import some
from tests.laboratory.laboratory import DONE, Mark, Outcome, Round
from tests.laboratory.tracing import CHANGING, Failure, can_fail_calls, follow, why_not

_NO_ROOM = frozenset({"write", "pwrite64", "mkdir", "mkdirat", "ftruncate"})


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome per operation."""
    reason = why_not() or ("" if can_fail_calls() else "another processor than x86-64")
    if reason:
        return [Outcome("disk refuses each call in turn", "a sentence, nothing lost", skipped=reason)]
    return [_during(act, round_) for act in every_act()]


def _during(act: Act, round_: Round) -> Outcome:
    outcome = Outcome(f"disk refuses each call in turn: {act.name}", f"a sentence; {act.promise}")
    with round_.folder() as place:
        model = place / "modele"
        model.mkdir(mode=0o700)
        act.prepare(model)
        calls = [call.name for call in follow(lambda mark: act.work(_copy(model, place / "essai"), mark))]
        calls = [name for name in calls if name in CHANGING]
        points = some(list(range(1, len(calls) + 1)), round_)
        refusals = 0
        for at in sorted(points):
            name = calls[at - 1]
            number = errno.ENOSPC if name in _NO_ROOM else errno.EIO
            with outcome.trial(f"{name} {at}: {errno.errorcode[number]}"):
                refusals += _refuse(act, model, place / f"essai-{at}", Failure(at, number))
        outcome.notes.append(f"{refusals} refusals reported in a sentence")
    return outcome


def _refuse(act: Act, model: Path, folder: Path, failure: Failure) -> int:
    """Run the operation with one call refused; return how many refusals the program reported."""
    _copy(model, folder)

    def work(mark: Mark) -> None:
        try:
            act.work(folder, mark)
        except Refusal as refusal:
            mark(f"refus {refusal.code}: {refusal.sentences()}".encode())

    marks = [call.data for call in follow(work, failure) if call.name == "mark"]
    refusals = [mark for mark in marks if mark != DONE]
    act.check(folder, marks.count(DONE))
    shutil.rmtree(folder)
    return len(refusals)


def _copy(model: Path, folder: Path) -> Path:
    shutil.copytree(model, folder)
    return folder
