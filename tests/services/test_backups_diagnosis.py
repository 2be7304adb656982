"""`docteur` reports every problem, points to the latest sound backup, and changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.services import backups as upkeep
from ctg_tui.services.backups import CheckResult, examine
from ctg_tui.system import computer
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, back_up, raw, session_on


def plain(sentence: str) -> str:
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


def examined(database: Path) -> dict[str, CheckResult]:
    results = examine(database).values()
    assert all(result.found.endswith(".") for result in results)
    return {result.code: result for result in results}


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


def test_an_absent_database_is_not_made(tmp_path: Path, clock: Clock) -> None:
    results = examined(tmp_path / "rien" / "rien.db")
    assert results["base-absente"].advice == ""
    assert list(tmp_path.iterdir()) == []


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_of_a_damaged_database_the_latest_sound_backup_is_proposed_and_nothing_is_changed(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = back_up(database, clock).path
    clock.pass_by(hours=1)
    back_up(database, clock).path.write_bytes(b"abimee")
    database.write_bytes(database.read_bytes()[:2000])
    before = files(database.parent)
    result = examined(database)["base-abimee"]
    advice = plain(result.advice)
    assert f'« ctg-tui restaurer 2 --base "{database}" »' in advice
    assert "1 évaluation, 1 case remplie, 0 commentaire" in advice
    assert files(database.parent) == before
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    assert "« ctg-tui restaurer 2 »" in plain(examined(database)["base-abimee"].advice)
    database.unlink()
    assert "« ctg-tui restaurer 2 »" in plain(examined(database)["base-disparue"].advice)
    sound.unlink()
    assert "pas de sauvegarde saine" in examined(database)["base-disparue"].advice


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment SET created_at = 'hier'",
        "INSERT INTO document VALUES ('a', 'recu', 'b', 'c.json', 'd', '2027-01-12T08:02:00Z', x'00')",
    ],
)
def test_a_row_that_nothing_can_be_made_of_is_damage(database: Path, clock: Clock, statement: str) -> None:
    with raw(database) as connection:
        connection.execute(statement)
    assert examined(database)["base-abimee"].advice


def test_any_path_gets_a_result(tmp_path: Path, clock: Clock) -> None:
    for path in (Path("/"), tmp_path, tmp_path / ("x" * 300), Path("/dev/null"), tmp_path / "a\0b"):
        assert examine(path), path


def test_a_network_share_is_reported(database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "network_share", lambda _: "cifs")
    assert "partage réseau (cifs)" in examined(database)["versions"].found


@pytest.mark.skipif(os.name != "posix", reason="the table of mounts is POSIX's")
def test_the_share_is_that_of_the_closest_mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        "/dev/vda / ext4 rw 0 0\nrien\n\x85 \x85 nfs 0 0\n//srv/profils /mnt/mes\\040profils cifs rw 0 0\n"
        "tmpfs /mnt/mes\\040profils/local tmpfs rw 0 0\nserveur:/x /srv nfs4 rw 0 0\n",
        encoding="utf-8",
    )
    kinds = {
        "/home/x/b.db": None,
        "/mnt/mes profils/b.db": "cifs",
        "/mnt/mes profils/local/b.db": None,
        "/mnt/autre/b.db": None,
        "/srv/b.db": "nfs4",
    }
    for path, kind in kinds.items():
        assert computer.network_share(Path(path), table) == kind
    assert computer.network_share(Path("/srv/b.db"), tmp_path / "absent") is None
    program = tmp_path / "mount"
    program.write_text(
        "#!/bin/sh\necho '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)'\n"
        "echo '//GUEST:@nas/mes profils on /Volumes/mes profils (smbfs, nodev, nosuid, mounted by x)'\n",
        encoding="utf-8",
    )
    program.chmod(0o700)
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(computer, "_MOUNT", program)
    assert computer.network_share(Path("/Volumes/mes profils/b.db")) == "smbfs"
    assert computer.network_share(Path("/Users/x/b.db")) is None
