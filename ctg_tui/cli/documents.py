"""`verifier`: check received files; the database is read only for a grid that is not known otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

import click

from ctg_tui.cli.databases import known_catalogue
from ctg_tui.cli.french import command
from ctg_tui.cli.options import A_PATH, run_options
from ctg_tui.cli.streams import print_json, print_line
from ctg_tui.domain.errors import EXIT_INVALID_DOCUMENT
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.scores import totals
from ctg_tui.formats.problems import Problem, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.received import files_in, is_folder, verify
from ctg_tui.submission.reader import Received, Verdict
from ctg_tui.system.files import shown_name
from ctg_tui.wording.french import MOMENTS, NBSP, STATUSES, count
from ctg_tui.wording.provenance import basis, in_one


@command(
    "verifier",
    short_help="Vérifie des fichiers reçus ou à envoyer.",
    help="Vérifie des fichiers reçus ou à envoyer. D’un dossier, tous les fichiers .json sont vérifiés, ceux "
    "de ses sous-dossiers aussi ; les autres pièces (rapports, prévisionnel) y sont laissées de côté.",
)
@click.argument("paths", metavar="FICHIER|DOSSIER…", type=A_PATH, nargs=-1, required=True)
@run_options
def verify_submissions(paths: tuple[Path, ...], as_json: bool) -> int:
    counts = Counts()
    facts = []
    for verdict, folder in _verdicts(paths, known_catalogue(), counts):
        counts.add(verdict, in_folder=folder is not None)
        if as_json:
            facts.append(_verdict_facts(verdict))
        else:
            _print_verdict(verdict, _name_in(folder, verdict.path))
    if as_json:
        print_json(facts)
    elif len(paths) > 1 or counts.all_files != 1:
        print_line(counts.sentence())
    return EXIT_INVALID_DOCUMENT if counts.refused or not counts.valid else 0


@dataclass
class Counts:
    """What was done with the files of one command, for its last line."""

    valid: int = 0
    refused: int = 0
    left_aside: int = 0
    not_json: int = 0

    @property
    def read(self) -> int:
        return self.valid + self.refused

    @property
    def all_files(self) -> int:
        return self.read + self.left_aside + self.not_json

    def add(self, verdict: Verdict, *, in_folder: bool) -> None:
        """Count a verdict. In a folder, a known piece that is no submission is left aside, not refused."""
        if verdict.ok:
            self.valid += 1
        elif in_folder and [problem.code for problem in verdict.problems] == [ProblemCode.OTHER_PIECE]:
            self.left_aside += 1
        else:
            self.refused += 1

    def sentence(self) -> str:
        """Return `Total : 12 fichiers vérifiés, 11 valides, 1 refusé.`, and what was not verified."""
        if not self.read:
            parts = ["aucun fichier à vérifier"]
        else:
            parts = [
                count(self.read, "fichier vérifié", "fichiers vérifiés"),
                count(self.valid, "valide"),
                count(self.refused, "refusé"),
            ]
        if self.left_aside:
            parts.append(count(self.left_aside, "autre pièce laissée", "autres pièces laissées") + " de côté")
        if self.not_json:
            parts.append(count(self.not_json, "autre fichier non lu", "autres fichiers non lus"))
        return f"Total{NBSP}: {', '.join(parts)}."


def _verdicts(
    paths: Iterable[Path], catalogue: Catalogue, counts: Counts
) -> Iterator[tuple[Verdict, Path | None]]:
    """Yield the verdict of each file, and the folder where it was found, if any."""
    for path in (path for pattern in paths for path in _matching(pattern)):
        if not is_folder(path):
            yield verify(path, catalogue), None
            continue
        found, others = files_in(path)
        counts.not_json += others
        for file in found:
            yield verify(file, catalogue), path


def _name_in(folder: Path | None, path: Path) -> str:
    """Return the name of a file, with its subfolders of `folder`."""
    if folder is None:
        return shown_name(path)
    return "/".join(shown_name(Path(part)) for part in path.relative_to(folder).parts)


def _matching(pattern: Path) -> list[Path]:
    """Return the files that a pattern matches, or `pattern` itself: Windows' shells expand none."""
    names = [] if os.path.lexists(pattern) else sorted(glob(str(pattern)))  # noqa: PTH207 - also absolute
    return [Path(name) for name in names] or [pattern]


def _print_verdict(verdict: Verdict, name: str) -> None:
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
        f"code de contrôle {short_fingerprint(received.fingerprint)}",
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
        "remarques": [_problem_facts(notice) for notice in verdict.notices],
    }
    if verdict.received is not None:
        facts |= _submission_facts(verdict.received)
    return facts


def _problem_facts(problem: Problem) -> dict[str, str]:
    return {"code": problem.code.value, "chemin": problem.path, "message": problem.sentence()}


def _submission_facts(received: Received) -> dict[str, Any]:
    document = received.document
    return {
        "empreinte": received.fingerprint,
        "empreinte_courte": short_fingerprint(received.fingerprint),
        **{key: document["document"][key] for key in ("id", "revision", "etat", "cree_le")},
        **{key: document[key] for key in ("grille", "evaluation", "territoire", "resultats")},
    }


COMMANDS = (verify_submissions,)
