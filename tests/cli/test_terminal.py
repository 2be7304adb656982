"""Any error ends in a French sentence and an exit code: closed pipes, encodings, unexpected errors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.system import computer
from tests.cli.program import ROOT, Program
from tests.each_row import each_row
from tests.effort import some
from tests.outside.person import KEYS, Person

SECRET = "commentaire secret de la personne"


def test_an_output_in_another_encoding_is_no_error(filled: Program) -> None:
    environment = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    answer = filled.run_process("synthese", environment=environment, encoding="ascii")
    assert (answer.code, answer.err) == (0, "")
    assert "Communaut" in answer.out
    answer = filled.run_process("liste", "--json", environment=environment, encoding="ascii")
    assert answer.json == filled.run("liste", "--json").json


def test_json_reports_every_error_as_one_object(filled: Program) -> None:
    broken = filled.home / "sitecustomize.py"
    broken.write_text("import ctg_tui.domain.scores as scores\nscores.score = None\n", encoding="utf-8")
    unforeseen = {"PYTHONPATH": f"{filled.home}{os.pathsep}{ROOT}"}
    for arguments, environment, code, reported in (
        (["rapport", "x", "--sortie", "r.html", "--json"], {}, 3, "fichier-absent"),
        (["synthese", "--json", "--inconnue"], {}, 2, "usage"),
        (["liste", "de", "trop", "--json"], {}, 2, "usage"),
        (["inconnue", "--json"], {}, 2, "usage"),
        (["synthese", "--json"], unforeseen, 1, "erreur-imprevue"),
    ):
        run = filled.run_process if environment else filled.run
        answer = run(*arguments, environment=environment)
        assert answer.code == code, arguments
        assert answer.json.keys() == {"erreur"}
        assert answer.json["erreur"].keys() == {"code", "message", "conseil"}
        assert answer.json["erreur"]["code"] == reported
        assert answer.err


def test_a_reader_that_leaves_is_not_an_error(filled: Program) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        answer = filled.run_process("synthese", stdout=writing)
    finally:
        os.close(writing)
    assert answer.err == ""
    assert answer.code == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_the_output_is_reported(filled: Program) -> None:
    for arguments, environment in ((["synthese"], {}), (["liste", "--json"], {"PYTHONUNBUFFERED": "1"})):
        with Path("/dev/full").open("wb") as full:
            answer = filled.run_process(*arguments, stdout=full, environment=environment)
            both = filled.run_process(*arguments, stdout=full, stderr=full, environment=environment)
        assert both.code == 1
        assert answer.code == 1
        assert answer.said == (
            "La réponse de cette commande n’a pas pu être écrite en entier ; ce qu’elle a fait reste fait. "
            "Libérez de la place, puis recommencez.\n"
        )


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
def test_an_unexpected_error_of_the_interface_is_reported_without_the_person_s_texts(filled: Program) -> None:
    (filled.home / "sitecustomize.py").write_text(
        "from ctg_tui.tui.app import CtgApp\n"
        "def action_help(self):\n"
        f"    secret = {SECRET!r}\n"
        "    raise ValueError(f'not an answer: {secret}')\n"
        "CtgApp.action_help = action_help\n",
        encoding="utf-8",
    )
    broken = {"PYTHONPATH": f"{filled.home}{os.pathsep}{ROOT}"}
    with Person(filled.database, (120, 40), broken) as person:
        person.wait_for("2027")
        person.press(KEYS["F1"].encode())
        assert person.wait_end() == 1
        written = person.written.decode()
    assert "Traceback" not in written
    assert SECRET not in written
    assert written.rindex("\x1b[?1049l") < written.index("erreur imprévue"), "the other screen is left first"
    log = person.went_wrong()
    assert ("ValueError" in log, SECRET in log, str(filled.home) in log) == (True, False, False)


@pytest.mark.skipif(os.name != "posix", reason="streams are closed as a POSIX shell does")
@each_row(
    "command, closed",
    some(
        [
            *(("sauvegarder", "<&- >&- 2>&-"), ("--version", "<&- >&- 2>&-")),
            *(("liste", ">&-"), ("docteur", "2>&-"), ("--aide", ">&-"), ("rien", "2>&-")),
        ]
    ),
)
def test_a_stream_closed_before_the_start_is_no_error_of_the_program(
    filled: Program, tmp_path: Path, command: str, closed: str
) -> None:
    database = "" if command.startswith("-") else f" --base '{filled.database}'"
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m ctg_tui {command}{database} {closed}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 1, 2}
    assert b"Traceback" not in done.stdout + done.stderr
    assert "imprévue".encode() not in done.stderr
    assert not list(tmp_path.rglob(computer.LOG_NAME))
