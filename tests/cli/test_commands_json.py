"""`--json` of every command, played on one scenario against one file: tests/data/attendus.json.

`python -m tests.cli.test_commands_json` writes the file again. Sentences may change, and are left out; what
differs from run to run is named by its kind, a list of more than six is cut.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from ctg_tui.cli.commands import gather, root
from ctg_tui.domain.assessment import Cell, Rating, Status
from tests.changed_grids import shorter_grid
from tests.cli.conftest import person
from tests.cli.program import ROOT, Program
from tests.received import submission
from tests.spreadsheet.workbooks import FILLED, put

EXPECTED: Final = ROOT / "tests" / "data" / "attendus.json"
SCENARIO: Final = """
    liste
    synthese
    liste --inconnue
    importer bon-fil.json --nouvelle
    liste
    synthese 1
    remplir 1 vous courriel=autre@exemple.fr
    remplir 1 previsionnel
    exporter 1 --sortie envoi
    rapport 1 --sortie rapport.html
    dossier 1 --sortie dossier
    verifier bon-fil.json casse.json
    importer un.json tableur.xlsx rapport.html casse.json notes.txt
    importer vide
    consolider un.json deux.json casse.json --sortie tous.xlsx
    consolider un.json --sortie tous.xlsx
    importer un.json --dans 1
    importer tableur.xlsx --nouvelle
    tableur 2 --sortie rempli.xlsx
    grille verifier ancienne.toml
    grille verifier casse.json
    grille installer ancienne.toml
    grille creer tableur.xlsx --sortie grille.toml
    sauvegarder
    restaurer
    restaurer 1 --oui
    effacer 2 --oui
    effacer 9
    docteur
"""
_SENTENCES: Final = frozenset({"message", "conseil", "constat", "raison", "logiciel"})
_KINDS: Final = (
    (r"(sha256:)?[0-9a-f]{64}", "EMPREINTE"),
    (r"([0-9a-f]{12}-)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "UUID"),
    (r"(?<![0-9A-F])[0-9A-F]{4}-[0-9A-F]{4}(?![0-9A-F])", "CODE"),
    (r"\d{4}-\d\d-\d\d[T_][\d:hm]{8}Z?", "MOMENT"),
    (r"_\d+(?=\.db$)", ""),  # a second backup of one second
)


_LONGEST: Final = 6
"""Elements of the longest list that is kept whole."""


def prepare(folder: Path) -> None:
    """Write the files that the commands read."""
    shutil.copy(ROOT / "data" / "exemples" / "bon-fil.json", folder)
    first, second = person(1), person(2)
    second = second._replace(answers={**first.answers, Cell("m1.a02", "famille"): Rating.NO})
    first = first._replace(answers={**first.answers, Cell("m1.a02", "famille"): Rating.FULLY})
    for name, one in (("un", first), ("deux", second)):
        (folder / f"{name}.json").write_bytes(submission(one, status=Status.DRAFT))
    put(folder / "tableur.xlsx", FILLED)
    (folder / "casse.json").write_text("{}", encoding="utf-8")
    (folder / "notes.txt").write_text("Rien.", encoding="utf-8")
    for name in ("vide", "envoi", "dossier"):
        (folder / name).mkdir()
    shorter_grid(folder)


def played(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield each command line with its exit code and what it prints."""
    prepare(folder)
    program = Program(folder)
    for line in map(str.strip, SCENARIO.strip().splitlines()):
        answer = program.run(*line.split(), "--json")
        yield {"commande": line, "code": answer.code, "json": stable(answer.json, str(folder))}


def stable(value: Any, folder: str, key: str = "") -> Any:
    """Return `value` as each run gives it."""
    if isinstance(value, Mapping):
        return {name: stable(one, folder, name) for name, one in value.items()}
    if isinstance(value, list) and key in _SENTENCES:
        return ["…"] * bool(value)
    if isinstance(value, list):
        is_long = len(value) > _LONGEST
        several = [stable(one, folder, key) for one in value[: 2 if is_long else None]]
        if key == "supprimes":  # by moment
            several.sort()
        return several + [f"… {len(value)} en tout"] * is_long
    if key == "octets":
        return "OCTETS"
    if not isinstance(value, str):
        return value
    if key in _SENTENCES:
        return "…" * bool(value)
    text = value.replace(folder, "DOSSIER").replace("\\", "/")
    for pattern, kind in _KINDS:
        text = re.sub(pattern, kind, text)
    return text


def test_every_command_prints_the_json_that_is_expected(tmp_path: Path) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    found = list(played(tmp_path))
    for said, row in zip(found, expected, strict=False):
        assert said == row, f"{row['commande']}: see the head of this file"
    assert len(found) == len(expected)


def test_every_command_prints_sentences_with_the_spaces_of_french(tmp_path: Path) -> None:
    """No line of a window starts with a mark: what stands before one holds to it, in data and messages."""
    prepare(tmp_path)
    program = Program(tmp_path)
    for line in map(str.strip, SCENARIO.strip().splitlines()):
        answer = program.run(*line.split())
        printed = answer.out + answer.err
        assert printed.strip(), line
        assert re.search(r" [;:!?»%€]|« |Traceback", printed) is None, f"{line}\n{printed}"


def test_every_command_with_json_is_played() -> None:
    def leaves(group: click.Group, prefix: str = "") -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                yield from leaves(command, f"{name} ")
            elif any("--json" in param.opts for param in command.params):
                yield f"{prefix}{name}"

    gather()
    lines = [line.strip() for line in SCENARIO.strip().splitlines()]
    assert [name for name in leaves(root) if not any(line.startswith(name) for line in lines)] == []


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        rows = [*played(Path(made))]
    EXPECTED.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{EXPECTED.relative_to(ROOT)} : {len(rows)} commandes\n")
