"""The files of many town halls: received, put together, every figure that of a script."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from tests.outside.by_the_docs import written
from tests.outside.commands import EXAMPLES, command
from tests.outside.test_figures import percentage

NUMBER = 60
POLICIES = ("famille", "education", "social")


def figures(notes: Sequence[Any]) -> dict[str, Any]:
    """Return the figures of cells, blank ones None."""
    rated = [note for note in notes if isinstance(note, int)]
    return {
        "points": sum(rated),
        "maximum": 3 * len(rated),
        "notees": len(rated),
        "nc": notes.count("NC"),
        "sans_reponse": notes.count(None),
        "pourcentage": percentage(rated),
    }


def town(number: int, chance: random.Random, *, sending: int = 1) -> dict[str, Any]:
    """Return the file of a town hall whose notes are drawn."""
    made: dict[str, Any] = copy.deepcopy(json.loads((EXAMPLES / "bon-grille-de-la-caf.json").read_bytes()))
    made["document"] |= {
        "id": str(UUID(int=number * 10 + sending, version=4)),
        "envoi": sending,
        "etat": "provisoire",
        "cree_le": f"2027-02-{1 + number % 28:02}T14:02:{sending:02}Z",
    }
    made["evaluation"]["id"] = str(UUID(int=1_000_000 + number, version=4))
    made["territoire"] = {"nom": f"Territoire {number}"}
    lines = [f"m1.a{rank:02}" for rank in range(1, 15)]
    notes = {
        (line, policy): chance.choice([0, 1, 2, 3, 3, "NC", None]) for line in lines for policy in POLICIES
    }
    made["reponses"] = [
        {"activite": line, "politique": policy, "note": note}
        for (line, policy), note in notes.items()
        if note is not None
    ]
    whole = figures([*notes.values()])
    made["resultats"] = {
        "rubriques": [
            {"mission": "m1", "politique": policy}
            | figures([note for (_, other), note in notes.items() if other == policy])
            for policy in POLICIES
        ],
        "missions": [{"mission": "m1"} | whole],
        "ensemble": whole,
    }
    return made


def test_many_files_are_received_and_put_together_with_the_figures_of_a_script(tmp_path: Path) -> None:
    chance = random.Random(1)
    folder, database, out = tmp_path / "reçus", tmp_path / "evaluations.db", tmp_path / "tous.xlsx"
    folder.mkdir()
    counted = {}
    for number in range(NUMBER - 10):
        made = town(number, chance)
        (folder / f"t{number}.json").write_bytes(written(made))
        counted[f"t{number}.json"] = made
    for number in range(5):  # a second sending in place of the first
        made = town(number, chance, sending=2)
        if number == 0:  # of one number, the later one
            made["document"] |= {"envoi": 1, "id": str(UUID(int=0, version=4))}
        else:
            made["document"]["cree_le"] = "2027-01-31T14:02:00Z"  # by a clock that is behind
        (folder / f"t{number}-encore.json").write_bytes(written(made))
        counted[f"t{number}-encore.json"] = made
        del counted[f"t{number}.json"]
    for number in range(5):
        content = written(town(NUMBER + number, chance))
        (folder / f"faux-{number}.json").write_bytes(content.replace(b'"points": ', b'"points": 9', 1))

    (folder / "~$t0.json").write_bytes(b"the lock of another program")
    taken = command(database, "importer", folder, "--json")
    assert taken.code == 3
    assert Counter(one["etat"] for one in taken.json) == {"lu": NUMBER - 5, "refuse": 5}

    done = command(database, "consolider", folder, "--sortie", out, "--json")
    assert done.code == 3, done.err
    facts = done.json
    assert {Path(one["fichier"]).name for one in facts["evaluations"]} == counted.keys()
    aside = Counter(one["etat"] for one in facts["a_part"])
    assert aside == {"refuse": 5, "remplace": 5}
    assert len(facts["evaluations"]) + len(facts["a_part"]) == NUMBER
    for one in facts["evaluations"]:
        notes = [row["note"] for row in counted[Path(one["fichier"]).name]["reponses"]]
        assert one["pourcentage"] == percentage(notes)
        assert one["notes_0_ou_1"] == notes.count(0) + notes.count(1)

    every = [row for made in counted.values() for row in made["reponses"]]
    rows = [*load_workbook(out).worksheets[0].iter_rows(values_only=True)]
    (total,) = [row for row in rows if str(row[0]).startswith(f"Les {NUMBER - 10}")]
    shares = [round(100 * value) for value in total if isinstance(value, float) and value <= 1]
    by_policy = [percentage([row["note"] for row in every if row["politique"] == one]) for one in POLICIES]
    assert shares[:4] == [*by_policy, percentage([row["note"] for row in every])]
    means = [row for row in rows if str(row[0]).startswith("1.")]
    for row in means:
        line = f"m1.a{int(str(row[0]).split()[0].partition('.')[2]):02}"
        notes = [one["note"] for one in every if one["activite"] == line and one["note"] != "NC"]
        mean = pytest.approx(float(Fraction(sum(notes), len(notes))))
        assert any(isinstance(value, float) and value == mean for value in row), line
    assert len(means) == 14
