"""Run the laboratory: `python -m tests.laboratory [--scale S] [--seed N] [--only NAME…]`.

Prints a table of the faults. Ends in 0 only when every promise held.
"""

from __future__ import annotations

import argparse
import sys
import traceback

from tests.laboratory import crashes, kills
from tests.laboratory.laboratory import Experiment, Outcome, Round

EXPERIMENTS: dict[str, Experiment] = {"kills": kills.experiment, "crashes": crashes.experiment}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=Round.seed)
    parser.add_argument("--only", nargs="+", choices=sorted(EXPERIMENTS), default=[*EXPERIMENTS])
    options = parser.parse_args()
    round_ = Round(seed=options.seed, scale=options.scale)
    outcomes: list[Outcome] = []
    for name in options.only:
        made = _done(name, round_)
        sys.stdout.write("".join(map(described, made)))
        sys.stdout.flush()
        outcomes += made
    broken = [outcome.fault for outcome in outcomes if not outcome.is_good]
    sys.stdout.write(
        f"{len(outcomes) - len(broken)} held, {len(broken)} did not: {'; '.join(broken) or '–'}\n"
    )
    return 1 if broken else 0


def _done(name: str, round_: Round) -> list[Outcome]:
    """Return the outcomes of an experiment; an experiment that cannot run is a failure as well."""
    try:
        return EXPERIMENTS[name](round_)
    except Exception:  # noqa: BLE001 - the round goes on and reports any exception
        return [Outcome(name, "the experiment itself", 1, 0, [traceback.format_exc()])]


def described(outcome: Outcome) -> str:
    """Return an outcome with its failures, as text to print."""
    if outcome.skipped:
        return f"skipped  {outcome.fault}: {outcome.skipped}\n"
    verdict = "held    " if outcome.is_good else "BROKEN  "
    lines = [f"{verdict} {outcome.held}/{outcome.injected}  {outcome.fault}: {outcome.promise}"]
    lines += [f"           {note}" for note in (*outcome.notes, *outcome.failures)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
