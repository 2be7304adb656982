"""`verifier`: check received files; the database is read only for a grid that is not known otherwise."""

from __future__ import annotations

import os
from glob import glob
from pathlib import Path
from typing import Any

import click

from ctg_tui.cli.databases import known_catalogue
from ctg_tui.cli.french import Command
from ctg_tui.cli.options import A_PATH, database_option, grid_option, json_option
from ctg_tui.cli.streams import print_json, print_line
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.scores import totals
from ctg_tui.formats.problems import Problem, ProblemCode
from ctg_tui.services.received import verify
from ctg_tui.submission.reader import Received, Verdict
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES, count
from ctg_tui.wording.provenance import basis, in_one


@click.command("verifier", cls=Command, help="Vérifie des soumissions reçues ou à envoyer.")
@click.argument("paths", metavar="FICHIER…", type=A_PATH, nargs=-1, required=True)
@database_option
@grid_option
@json_option
def verify_submissions(paths: tuple[Path, ...], as_json: bool) -> int:
    catalogue = known_catalogue()
    verdicts = (verify(path, catalogue) for pattern in paths for path in _matching(pattern))
    all_are_valid = True
    if as_json:
        facts = [_verdict_facts(verdict) for verdict in verdicts]
        print_json(facts)
        all_are_valid = all(verdict["valide"] for verdict in facts)
    else:
        for verdict in verdicts:
            _print_verdict(verdict)
            all_are_valid &= verdict.ok
    return 0 if all_are_valid else EXIT_INVALID_DOCUMENT


def _matching(pattern: Path) -> list[Path]:
    """Return the files that a pattern matches, or `pattern` itself: Windows' shells expand none."""
    names = [] if os.path.lexists(pattern) else sorted(glob(str(pattern)))  # noqa: PTH207 - also absolute
    return [Path(name) for name in names] or [pattern]


def _print_verdict(verdict: Verdict) -> None:
    name = shown_name(verdict.path)
    if [problem.code for problem in verdict.problems] == [ProblemCode.OTHER_PIECE]:
        print_line(verdict.problems[0].sentence())
        return
    if verdict.received is None:
        print_line(f"{name}{NBSP}: refusé, {count(len(verdict.problems), 'problème')}.")
        for problem in verdict.problems:
            print_line(f"  - {problem.sentence()} [{problem.code}]")
        return
    received = verdict.received
    identity = received.assessment.identity
    facts = [
        STATUSES[received.status],
        f"révision{NBSP}{received.header.revision}",
        identity.territory.name,
        f"{identity.year}, {MOMENTS[identity.moment]}",
        *([] if received.scores is None else [f"ensemble {in_one(totals(received.scores))}"]),
        f"empreinte {short_fingerprint(received.fingerprint)}",
    ]
    print_line(f"{name}{NBSP}: valide, {' · '.join(facts)}.")
    if received.grid is not None:
        print_line(f"  {basis(received.grid)}")
    for notice in verdict.notices:
        print_line(f"  - {notice.sentence()} [{notice.code}]")


def _verdict_facts(verdict: Verdict) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "fichier": str(verdict.path),
        "valide": verdict.ok,
        "problemes": [_problem_facts(problem) for problem in verdict.problems],
        "avis": [_problem_facts(notice) for notice in verdict.notices],
    }
    if verdict.received is not None:
        facts |= _submission_facts(verdict.received)
    return facts


def _problem_facts(problem: Problem) -> dict[str, str]:
    return {"code": problem.code.value, "chemin": problem.path, "message": problem.message}


def _submission_facts(received: Received) -> dict[str, Any]:
    document = received.document
    return {
        "empreinte": received.fingerprint,
        "empreinte_courte": short_fingerprint(received.fingerprint),
        **{key: document["document"][key] for key in ("id", "revision", "etat", "cree_le")},
        **{key: document[key] for key in ("grille", "evaluation", "territoire", "resultats")},
    }


COMMANDS = (verify_submissions,)
