"""The example files that are published, and broken ones, through the command that anybody may run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.outside.commands import EXAMPLES, REFUSED_EXAMPLES, command


@pytest.mark.parametrize("folder", [EXAMPLES, REFUSED_EXAMPLES], ids=lambda folder: folder.name)
def test_each_example_is_valid_or_refused_as_its_verdict_says(folder: Path, tmp_path: Path) -> None:
    verdicts = json.loads((folder / "verdicts.json").read_bytes())
    files = [path for path in sorted(folder.iterdir()) if path.name in verdicts]
    assert len(files) == len(verdicts)
    done = command(tmp_path / "evaluations.db", "verifier", *files, "--json")
    found = {Path(facts["fichier"]).name: facts for facts in done.json}
    assert {name: facts["valide"] for name, facts in found.items()} == {
        name: verdict["valide"] for name, verdict in verdicts.items()
    }
    for facts in found.values():
        assert (facts["probleme"] is None) is facts["valide"]
        assert facts["valide"] or facts["probleme"]["message"].endswith(".")
    assert done.code == (0 if all(facts["valide"] for facts in found.values()) else 3)
    assert "Traceback" not in done.err


def test_a_file_with_anything_around_it_is_refused(tmp_path: Path) -> None:
    content, file = (EXAMPLES / "bon-fil.json").read_bytes(), tmp_path / "autour.json"
    for changed in (b" " + content, b"\n" + content, content + b" ", content + b"\t\n"):
        file.write_bytes(changed)
        (facts,) = command(tmp_path / "evaluations.db", "verifier", file, "--json").json
        assert not facts["valide"], changed[:2] + changed[-2:]
