"""What was said of an assessment comes back with its file, and leaves with the next one."""

from __future__ import annotations

import json
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program

EXAMPLES = Path(__file__).parents[2] / "data" / "exemples"


def thread_sent(program: Program, folder: Path) -> tuple[int, list[object]]:
    """Return the number of the file made now, and what it says of the thread."""
    folder.mkdir()
    assert program.run("exporter", "--sortie", str(folder)).code == 0
    (written,) = folder.glob("*.json")
    document = json.loads(written.read_bytes())
    return document["document"]["envoi"], document.get("fil", [])


def test_what_was_said_is_taken_back_with_the_file_and_leaves_with_the_next(
    program: Program, tmp_path: Path
) -> None:
    said = json.loads((EXAMPLES / "bon-fil.json").read_bytes())["fil"]
    assert program.run("importer", str(EXAMPLES / "bon-fil.json"), "--mienne").code == 0
    assert thread_sent(program, tmp_path / "un") == (1, said), "the same file"
    workspace = open_workspace(program.database, None, write=True)
    workspace.open(1).rate(Cell("m1.a05", "social"), Rating.FULLY)
    workspace.close()
    assert thread_sent(program, tmp_path / "deux") == (2, said)


def test_a_file_of_one_s_own_adds_what_was_said_and_takes_nothing_away(
    program: Program, tmp_path: Path
) -> None:
    said = json.loads((EXAMPLES / "bon-fil.json").read_bytes())["fil"]
    assert program.run("importer", str(EXAMPLES / "bon-provisoire.json"), "--mienne").code == 0
    assert thread_sent(program, tmp_path / "un") == (1, [])
    assert program.run("importer", str(EXAMPLES / "bon-fil.json")).code == 0
    assert thread_sent(program, tmp_path / "deux") == (2, said), "other words are another file"
    assert program.run("importer", str(EXAMPLES / "bon-provisoire.json"), "--dans", "1").code == 0
    assert thread_sent(program, tmp_path / "trois") == (2, said)
