"""Power cuts and sudden ends at each call that changes the disk, during each operation that writes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.laboratory.acts import Act, every_act
from tests.laboratory.disk import Disk, is_change
from tests.laboratory.laboratory import DONE, Outcome, Round
from tests.laboratory.tracing import follow, why_not

CUTS_AT_RANDOM = 3
"""Number of power cuts per point that leave any part of the data not yet fsynced."""


def experiment(round_: Round) -> list[Outcome]:
    """Return one outcome per operation and per kind of end."""
    reason = why_not()
    if reason:
        return [Outcome("end at each call", "old or new, whole", skipped=reason)]
    return [outcome for act in every_act() for outcome in _during(act, round_)]


def _during(act: Act, round_: Round) -> list[Outcome]:
    ends = Outcome(f"program ended at each call: {act.name}", act.promise)
    cuts = Outcome(f"power cut at each call: {act.name}", act.promise)
    with round_.folder() as place:
        folder = place / "vrai"
        folder.mkdir(mode=0o700)
        act.prepare(folder)
        disk = Disk.of(folder)
        calls = list(follow(lambda mark: act.work(folder, mark)))
        points = [rank for rank, call in enumerate(calls) if is_change(call)]
        kept = some(points, round_)
        ends.notes.append(f"{len(points)} calls")
        marks = 0
        for rank, call in enumerate(calls):
            if rank in kept:
                _look(act, disk, place, marks, ends, cuts, round_, rank)
            disk.play(call)
            marks += call.name == "mark" and call.data == DONE
        _look(act, disk, place, marks, ends, cuts, round_, len(calls))
        differences = disk.differences(folder)
        assert not differences, f"the model of the disk is wrong about {differences}"
    return [ends, cuts] if act.with_power_cuts else [ends]


def some(points: list[int], round_: Round) -> frozenset[int]:
    """Return the points to check: every one in the full round, one at least in the shortest."""
    if round_.scale >= 1:
        return frozenset(points)
    step = max(1, round(1 / round_.scale))
    return frozenset(points[round_.draw("crashes").randrange(min(step, len(points))) :: step])


def _look(
    act: Act, disk: Disk, place: Path, marks: int, ends: Outcome, cuts: Outcome, round_: Round, rank: int
) -> None:
    draw = random.Random(f"{round_.seed} {act.name} {rank}")
    with ends.trial(f"call {rank}"):
        _check(act, disk, place, marks, None, everything=True)
    if not act.with_power_cuts:
        return
    with cuts.trial(f"call {rank}, only what was synced"):
        _check(act, disk, place, marks, None, everything=False)
    for number in range(CUTS_AT_RANDOM):
        with cuts.trial(f"call {rank}, some of the rest ({number})"):
            _check(act, disk, place, marks, draw, everything=False)


def _check(
    act: Act, disk: Disk, place: Path, marks: int, draw: random.Random | None, *, everything: bool
) -> None:
    left = place / "reste"
    left.mkdir(mode=0o700)
    try:
        disk.leave(left, draw, everything=everything)
        act.check(left, marks)
    finally:
        shutil.rmtree(left)
