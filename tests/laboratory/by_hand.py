"""Faults put into the program by hand, each in a copy of it: the laboratory must see every one of them.

`python -m tests.laboratory.by_hand [NAME…]` ends in 0 when each made the laboratory fail. A laboratory that
passes on a broken program proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.laboratory.person import ROOT

_COPIED = ("ctg_tui", "data", "tests", "pyproject.toml")


class Fault(NamedTuple):
    """In `file`, `sound` becomes `broken`; `experiment` at `scale` must then fail."""

    name: str
    file: str
    sound: str
    broken: str
    experiment: str
    scale: float


FAULTS = (
    Fault(
        "the mark of what is not saved yet left out where the first line is short of room",
        "ctg_tui/tui/steps.py",
        '"*" if is_waiting else " " if right.startswith(_PASSING) else ""]',
        '""]',
        "review",
        0.4,
    ),
    Fault(
        "proposed lines added up with the Caf's",
        "ctg_tui/domain/grid.py",
        "tuple(line for line in self.mission.activities if line.is_proposed is self.is_proposed)",
        "self.mission.activities",
        "sources",
        0.01,
    ),
    Fault(
        "a source taken for the Caf's unless it says otherwise",
        "ctg_tui/grids/catalogue.py",
        "for source in sources if source.is_authoritative)",
        "for source in sources)",
        "sources",
        0.01,
    ),
    Fault(
        "the first cell of each figure left out of the years side by side",
        "ctg_tui/domain/results.py",
        "return tally(self.answers, cells) if cells else None",
        "return tally(self.answers, cells[1:]) if cells else None",
        "sources",
        0.01,
    ),
    Fault(
        "commit removed",
        "ctg_tui/storage/store.py",
        "            with self._transaction():\n                self._require_same_tables(waits=waits)\n"
        "                yield now\n",
        '            self.connection.execute("BEGIN")\n            yield now\n'
        '            self.connection.execute("ROLLBACK" if waits else "COMMIT")\n',
        "crashes",
        0.02,
    ),
    Fault(
        "« Enregistré » said before the note is written",
        "ctg_tui/text_mode/desk.py",
        "        edit()\n    except NotSaved",
        '        dialogue.say(said)\n        __import__("time").sleep(0.05)\n'
        "        edit()\n    except NotSaved",
        "text",
        0.05,
    ),
    Fault(
        "every sync of SQLite dropped",
        "ctg_tui/storage/opening.py",
        '"synchronous = EXTRA"',
        '"synchronous = OFF"',
        "crashes",
        0.1,
    ),
    Fault(
        "the syncs of the rollback journal but one dropped",
        "ctg_tui/storage/opening.py",
        '"synchronous = EXTRA"',
        '"synchronous = NORMAL"',
        "crashes",
        1,
    ),
    Fault(
        "no journal at all",
        "ctg_tui/storage/opening.py",
        'connection.execute("PRAGMA journal_mode = PERSIST").fetchone()[0]',
        '"persist"; connection.execute("PRAGMA journal_mode = OFF")',
        "crashes",
        0.1,
    ),
    Fault(
        "fsync of written files dropped",
        "ctg_tui/system/files.py",
        "            fill(temporary)\n            sync_file(temporary)\n",
        "            fill(temporary)\n",
        "crashes",
        1,
    ),
    Fault(
        "fsync of folders dropped",
        "ctg_tui/system/files.py",
        "        sync_folder(path.parent)\n",
        "        pass\n",
        "crashes",
        1,
    ),
    Fault(
        "backups written in place, not renamed",
        "ctg_tui/storage/backups.py",
        "atomic_replace(path, lambda temporary: _copy_as_shared(snapshot, temporary, content, database))",
        "_copy_as_shared(snapshot, path, content, database)",
        "crashes",
        1,
    ),
    Fault(
        "no backup before a deletion",
        "ctg_tui/services/workspace.py",
        "        self.store.back_up(BackupReason.DELETION)\n",
        "",
        "crashes",
        0.3,
    ),
    Fault(
        "what is erased left in the backups",
        "ctg_tui/storage/backups.py",
        "                        removed += _remove(path)\n",
        "                        pass\n",
        "crashes",
        0.1,
    ),
    Fault(
        "a damaged database not put aside",
        "ctg_tui/storage/backups.py",
        "    return None, put_aside(database, now)\n",
        "    return None, ()\n",
        "damage",
        0.02,
    ),
    Fault(
        "damage not checked for",
        "ctg_tui/storage/opening.py",
        'if connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":',
        "if connection:",
        "damage",
        0.2,
    ),
    Fault(
        "a database written to before its pages are checked",
        "ctg_tui/storage/store.py",
        "            self.check_pages()\n            with self._transaction",
        "            with self._transaction",
        "damage",
        0.2,
    ),
    Fault(
        "a refused edit forgotten",
        "ctg_tui/storage/writer.py",
        "            self._waiting = [work for work in self._waiting if not work.is_done]\n",
        "            self._waiting = []\n",
        "disks",
        0.02,
    ),
    Fault(
        "a refused edit shown as saved",
        "ctg_tui/storage/store.py",
        "            raise not_saved(error, waits=waits) from error\n\n    @contextmanager\n",
        "            return\n\n    @contextmanager\n",
        "disks",
        0.02,
    ),
    Fault(
        "ended with what waits, without a question",
        "ctg_tui/tui/app.py",
        "        if not lost and not self._not_stored():\n            self.exit(return_code=0)\n",
        "        if True:\n            self.exit(return_code=0)\n",
        "disks",
        0.02,
    ),
    Fault(
        "a text saved only when the typing rests",
        "ctg_tui/tui/later.py",
        "min(delays.rest, max(self._since + delays.longest - now, _AT_ONCE))",
        "delays.rest",
        "kills",
        0.1,
    ),
    Fault(
        "two writers let in",
        "ctg_tui/storage/opening.py",
        "        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "        pass\n",
        "windows",
        0.02,
    ),
    Fault(
        "a newer database opened all the same",
        "ctg_tui/storage/opening.py",
        "    if shape.declared > SCHEMA_VERSION:\n",
        "    if False:\n",
        "windows",
        0.02,
    ),
    Fault(
        "a replaced database not noticed",
        "ctg_tui/storage/store.py",
        "        if not same:\n            raise replaced(waits=waits)\n",
        "",
        "windows",
        0.02,
    ),
    Fault(
        "the cursor not remembered",
        "ctg_tui/storage/store.py",
        "        if place is not None:\n            columns",
        "        if False:\n            columns",
        "kills",
        0.01,
    ),
    Fault(
        "the hash of a submission not checked",
        "ctg_tui/submission/file.py",
        "    if not is_whole or any(",
        "    if any(",
        "mutants",
        0.02,
    ),
    Fault(
        "numbers that are no integers let through",
        "ctg_tui/submission/file.py",
        "json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)",
        "json.JSONDecoder()",
        "mutants",
        0.1,
    ),
    Fault(
        "the cleaning bypassed",
        "ctg_tui/domain/text.py",
        "    text = re.sub(FORBIDDEN, REPLACEMENT, text)\n",
        "",
        "keys",
        0.1,
    ),
    Fault(
        "the gate for keys removed",
        "ctg_tui/tui/key_gate.py",
        "            await self.gate.take(event)\n",
        "            await super().on_event(event)\n",
        "order",
        0.02,
    ),
    Fault(
        "a submission made final before it is written",
        "ctg_tui/services/sending.py",
        "    written = write(folder, outgoing.document, workspace.catalogue)\n",
        "    if outgoing.becomes_final:\n"
        '        workspace.store.finalise(assessment_id, "sha256:" + "0" * 64)\n'
        "    written = write(folder, outgoing.document, workspace.catalogue)\n",
        "crashes",
        1,
    ),
    Fault(
        "a dossier made final before its files are in place",
        "ctg_tui/services/sending.py",
        "        batch.put_in_place(remove=former_names(folder, files.names))\n",
        "        if outgoing.becomes_final:\n"
        "            workspace.store.finalise(assessment.id, submission.fingerprint)\n"
        "        batch.put_in_place(remove=former_names(folder, files.names))\n",
        "crashes",
        1,
    ),
)


def main() -> int:
    chosen = [fault for fault in FAULTS if not sys.argv[1:] or fault.name in sys.argv[1:]]
    unseen = []
    for fault in chosen:
        seen = is_seen(fault)
        sys.stdout.write(f"{'seen    ' if seen else 'NOT SEEN'} {fault.name} ({fault.experiment})\n")
        sys.stdout.flush()
        if not seen:
            unseen.append(fault.name)
    return 1 if unseen else 0


def is_seen(fault: Fault) -> bool:
    """Return whether the laboratory fails on a copy of the program with this fault."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in _COPIED:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / part)
        target = copy / fault.file
        text = target.read_text(encoding="utf-8")
        if text.count(fault.sound) != 1:
            raise AssertionError(f"{fault.name}: {fault.file} is no longer what the fault was written for")
        target.write_text(text.replace(fault.sound, fault.broken), encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.laboratory",
                "--scale",
                str(fault.scale),
                "--only",
                fault.experiment,
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            timeout=1200,
            check=False,
        )
    return done.returncode != 0 and b"BROKEN" in done.stdout


if __name__ == "__main__":
    sys.exit(main())
