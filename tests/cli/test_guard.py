"""Any error ends in a French sentence and an exit code: closed pipes, encodings, unexpected errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctg_tui.system import crash_log
from tests.cli.program import ROOT, Program
from tests.each_row import each_row
from tests.effort import some

SECRET = "commentaire secret de la personne"


def test_an_output_in_another_encoding_keeps_its_words(filled: Program) -> None:
    for encoding in some(("ascii", "latin-1", "cp850")):
        environment = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
        answer = filled.run_process("synthese", environment=environment, encoding=encoding)
        assert (answer.code, answer.err) == (0, "")
        assert "Communaut" in answer.out
        assert "?" not in answer.out
        assert encoding != "ascii" or "Education" in answer.out


@pytest.mark.night
def test_json_is_the_same_in_every_encoding(filled: Program) -> None:
    plain = filled.run_process("liste", "--json").json
    environment = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    assert filled.run_process("liste", "--json", environment=environment).json == plain


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
@pytest.mark.parametrize("columns", some([40, 80], 2))
def test_a_message_on_a_terminal_is_cut_between_its_words(filled: Program, columns: int) -> None:
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        ["-m", "ctg_tui", "exporter", "--sortie", "/nulle/part/ni/ailleurs"],
        env=filled.environment(COLUMNS=""),
        encoding="utf-8",
        dimensions=(24, columns),
        timeout=60,
    )
    child.expect(pexpect.EOF)
    lines = str(child.before).splitlines()
    child.close()
    message = filled.run("exporter", "--sortie", "/nulle/part/ni/ailleurs").err
    assert len(lines) > 1
    assert max(map(len, lines)) <= columns
    assert " ".join(lines) == message.rstrip("\n")


def test_words_too_many_and_a_file_that_is_not_there_are_named_once(filled: Program) -> None:
    many = filled.run("synthese", "1", "b", "c")
    assert many.said.startswith("« b » et « c » sont de trop.")
    assert filled.run("synthese", "1", "b").said.startswith("« b » est de trop.")
    absent = filled.run("rapport", "nope", "--sortie", "r.html")
    assert absent.said.count("nope") == 1
    assert absent.said.startswith("Le fichier « nope » n’existe pas.")


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
    for arguments, environment in (
        (["synthese"], {}),
        (["liste", "--json"], {"PYTHONUNBUFFERED": "1"}),
        (["--aide"], {}),
    ):
        with Path("/dev/full").open("wb") as full:
            answer = filled.run_process(*arguments, stdout=full, environment=environment)
        assert answer.code == 1
        assert answer.said == (
            "La réponse de cette commande n’a pas pu être écrite en entier ; ce qu’elle a fait reste fait. "
            "Libérez de la place, puis recommencez.\n"
        )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@each_row(
    "arguments",
    some(
        [
            *(["synthese"], ["liste", "--json"], ["--aide"], ["rien"], ["verifier", "absent.json"]),
            ["sauvegarder"],
        ]
    ),
)
def test_a_full_disk_behind_both_outputs_ends_with_the_code_of_a_failure(
    filled: Program, arguments: list[str]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ctg_tui", *arguments],
            env=filled.environment(),
            stdout=full,
            stderr=full,
            cwd=filled.home,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert not list(filled.home.rglob(crash_log.LOG_NAME))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.night
def test_a_version_that_cannot_be_written_ends_without_a_word(program: Program) -> None:
    with Path("/dev/full").open("wb") as full:
        answer = program.run_process("--version", stdout=full)
    assert (answer.code, answer.err) == (1, "")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interruption_ends_with_130_and_no_traceback(program: Program) -> None:
    # Stops in the middle of an import: the only moment that a test can choose without a race.
    slow = program.home / "sitecustomize.py"
    slow.write_text(
        "import sys, time\n"
        "class Slow:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'ctg_tui.services.workspace':\n"
        "            print('ready', flush=True)\n"
        "            time.sleep(30)\n"
        "sys.meta_path.insert(0, Slow())\n",
        encoding="utf-8",
    )
    environment = program.environment(PYTHONPATH=f"{program.home}{os.pathsep}{ROOT}")
    process = subprocess.Popen(
        [sys.executable, "-m", "ctg_tui", "liste"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets its background processes ignore SIGINT; a foreground program does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")


def test_an_unexpected_error_is_reported_and_recorded_without_the_person_s_texts(filled: Program) -> None:
    broken = filled.home / "sitecustomize.py"
    broken.write_text(
        "import ctg_tui.domain.scores as scores\n"
        "def broken(grid, answers):\n"
        f"    secret = {SECRET!r}\n"
        "    raise ValueError(f'not an answer: {secret}')\n"
        "scores.score = broken\n",
        encoding="utf-8",
    )
    environment = {"PYTHONPATH": f"{filled.home}{os.pathsep}{ROOT}"}
    answer = filled.run_process("synthese", environment=environment)
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.err.splitlines()) == 1
    assert "Traceback" not in answer.err
    log = filled.database.parent / crash_log.LOG_NAME
    assert str(log) in answer.err
    assert "à la personne qui vous a fourni ctg-tui" in answer.err, "it says who the log is for"
    trace = log.read_text(encoding="utf-8")
    assert "builtins.ValueError" in trace
    assert "broken" in trace
    assert SECRET not in trace
    assert str(filled.home) not in trace
    if os.name == "posix":
        assert log.stat().st_mode & 0o777 == 0o600


def test_the_log_does_not_grow_for_ever(tmp_path: Path) -> None:
    log = tmp_path / crash_log.LOG_NAME
    log.write_text("x" * (crash_log.MAX_LOG_BYTES + 1), encoding="utf-8")
    assert crash_log.record(ValueError(SECRET), tmp_path) == log
    assert log.stat().st_size < 1_000


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("", encoding="utf-8")
    assert crash_log.record(ValueError(SECRET), taken) is None
    assert "n’a pas pu être écrit" in crash_log.sentences(None)


@pytest.mark.skipif(os.name == "nt", reason="SIGINT is a signal of POSIX")
@pytest.mark.night
def test_ctrl_c_once_all_is_said_changes_nothing(filled: Program) -> None:
    late = (
        "import atexit, os, signal, sys\n"
        "atexit.register(os.kill, os.getpid(), signal.SIGINT)\n"
        "sys.argv = ['ctg-tui', 'liste']\n"
        "from ctg_tui.__main__ import main\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", late], env=filled.environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "2027" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
def test_an_unexpected_error_of_the_interface_is_reported_without_the_person_s_texts(filled: Program) -> None:
    import pexpect
    import pyte

    broken = (
        "import sys\n"
        "from ctg_tui.tui.app import CtgApp\n"
        "def action_help(self):\n"
        f"    secret = {SECRET!r}\n"
        "    raise ValueError(f'not an answer: {secret}')\n"
        "CtgApp.action_help = action_help\n"
        "sys.argv = ['ctg-tui']\n"
        "from ctg_tui.__main__ import main\n"
        "sys.exit(main())\n"
    )
    screen = pyte.Screen(120, 40)
    stream = pyte.Stream(screen)
    child = pexpect.spawn(
        sys.executable,
        ["-c", broken],
        env=filled.environment(TERM="xterm-256color"),
        dimensions=(40, 120),
        encoding="utf-8",
        timeout=60,
    )
    everything = ""

    def read_until(wanted: str) -> None:
        nonlocal everything
        deadline = time.monotonic() + 60
        while not any(wanted in line for line in screen.display):
            assert time.monotonic() < deadline, "\n".join(screen.display)
            try:
                read = child.read_nonblocking(65_536, timeout=1)
            except pexpect.TIMEOUT:
                continue
            everything += read
            stream.feed(read)

    read_until("2027")
    child.send("\x1bOP")  # F1
    read_until("erreur imprévue")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1
    assert "Traceback" not in everything
    assert SECRET not in everything
    assert everything.rindex("\x1b[?1049l") < everything.index(
        "erreur imprévue"
    )  # the alternate screen is left first
    assert "ValueError" in (filled.database.parent / crash_log.LOG_NAME).read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="streams are closed as a POSIX shell does")
@each_row(
    "command, closed",
    some(
        [
            *(("liste", ">&-"), ("docteur", "2>&-"), ("--aide", ">&-")),
            *(("sauvegarder", "<&- >&- 2>&-"), ("--version", "<&- >&- 2>&-"), ("rien", "2>&-")),
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
    assert not list(tmp_path.rglob(crash_log.LOG_NAME))
