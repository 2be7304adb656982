"""Run the laboratory: `python -m tests.laboratory [--scale S] [--seed N] [--only NAME…] [--markdown FILE]`.

The full round takes about 40 minutes on two cores. Ends in 0 only when every promise held.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.laboratory import (
    adoptions,
    crashes,
    damage,
    disks,
    ends,
    keys,
    kills,
    mutants,
    order,
    refusals,
    review_kills,
    sources,
    text_kills,
    windows,
)
from tests.laboratory.laboratory import Experiment, Outcome, Round, timed

EXPERIMENTS: dict[str, Experiment] = {
    "kills": kills.experiment,
    "text": text_kills.experiment,
    "review": review_kills.experiment,
    "crashes": crashes.experiment,
    "refusals": refusals.experiment,
    "disks": disks.experiment,
    "damage": damage.experiment,
    "windows": windows.experiment,
    "ends": ends.experiment,
    "keys": keys.experiment,
    "mutants": mutants.experiment,
    "adoptions": adoptions.experiment,
    "order": order.experiment,
    "sources": sources.experiment,
}
ON_REQUEST = ("order",)
"""Too long for the round: `make keys` runs it."""
ALONE = ("damage", "ends", "crashes", "refusals", "disks", "windows")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=Round.seed)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=sorted(EXPERIMENTS),
        default=[name for name in EXPERIMENTS if name not in ON_REQUEST],
    )
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    round_ = Round(seed=options.seed, scale=options.scale)
    results: dict[str, list[Outcome]] = {}
    # Experiments of one process run side by side, the longest first; the others use every core.
    with ProcessPoolExecutor(round_.workers) as pool:
        started = {pool.submit(_done, name, round_): name for name in ALONE if name in options.only}
        for future in as_completed(started):
            results[started[future]] = _told(future.result())
    for name in options.only:
        if name not in results:
            results[name] = _told(_done(name, round_))
    outcomes = [outcome for name in options.only for outcome in results[name]]
    if options.markdown:
        _write_table(options.markdown, outcomes, round_)
    broken = [outcome.fault for outcome in outcomes if not outcome.is_good]
    sys.stdout.write(
        f"{len(outcomes) - len(broken)} held, {len(broken)} did not: {'; '.join(broken) or '–'}\n"
    )
    return 1 if broken else 0


def _done(name: str, round_: Round) -> list[Outcome]:
    """Return the outcomes of an experiment; an experiment that cannot run is a failure as well."""
    try:
        return timed(EXPERIMENTS[name], round_)
    except Exception:  # noqa: BLE001 - the round goes on and reports any exception
        return [Outcome(name, "the experiment itself", 1, 0, [traceback.format_exc()])]


def _told(outcomes: list[Outcome]) -> list[Outcome]:
    """Return the outcomes, printed as soon as they are known."""
    sys.stdout.write("".join(map(described, outcomes)))
    sys.stdout.flush()
    return outcomes


def described(outcome: Outcome) -> str:
    """Return an outcome with its failures, as text to print."""
    if outcome.skipped:
        return f"skipped  {outcome.fault}: {outcome.skipped}\n"
    verdict = "held    " if outcome.is_good else "BROKEN  "
    lines = [f"{verdict} {outcome.held}/{outcome.injected}  {outcome.fault}: {outcome.promise}"]
    lines += [f"           {note}" for note in (*outcome.notes, *outcome.failures)]
    return "\n".join(lines) + "\n"


def _write_table(page: Path, outcomes: Sequence[Outcome], round_: Round) -> None:
    """Put the table between its two marks in `page`, leaving the prose alone."""
    lines = [
        f"Round of seed {round_.seed}, scale {round_.scale:g} (1 is the full round).",
        "",
        "| fault | what must hold | injected | held |",
        "|---|---|---:|---:|",
        *(
            f"| {_cell(one.fault)} | {_cell(_promise(one))} | {one.injected} | {one.held} |"
            for one in outcomes
        ),
    ]
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{chr(10).join(lines)}\n{END}{after}", encoding="utf-8")


def _promise(outcome: Outcome) -> str:
    return f"skipped: {outcome.skipped}" if outcome.skipped else outcome.promise


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
