"""What the doctor says of rights: always reported, narrowed on request, never those of another program."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.services import backups
from ctg_tui.services.backups import NAMED_FILES, State, back_up
from ctg_tui.storage.backups import list_backups
from ctg_tui.storage.opening import backup_files, backup_folder, lock_file
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, raw, session_on
from tests.services.diagnosis import examined, plain, refuse


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Path:
    with session_on(tmp_path, clock) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
    return tmp_path / DATABASE_NAME


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_rights_open_to_others_are_closed(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined(database, clock)
    monkeypatch.setattr(backups, "own_folder", lambda: database.parent)
    (backup,) = list_backups(database)
    opened = [database, backup.path, backup_folder(database), database.parent]
    for path in opened:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert examined(database, clock)["droits"].state is State.REPAIRED
    assert [path.stat().st_mode & 0o077 for path in opened] == [0] * 4
    assert examined(database, clock)["droits"].state is State.GOOD

    database.chmod(0o644)
    monkeypatch.setattr(Path, "chmod", refuse)
    assert examined(database, clock)["droits-ouverts"].state is State.ATTENTION


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("correct", [False, True])
def test_a_folder_that_the_person_chose_keeps_its_rights(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, correct: bool
) -> None:
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    database.parent.chmod(0o755)
    assert examined(database, clock, correct=correct)["droits"].state is State.GOOD
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o755


@pytest.mark.skipif(os.name != "posix", reason="Windows has no links without a right to make them")
def test_a_link_in_the_place_of_the_lock_is_a_problem_since_nothing_can_be_written(
    database: Path, clock: Clock
) -> None:
    lock_file(database).unlink()
    lock_file(database).symlink_to(database.parent / "ailleurs")
    found = examined(database, clock)["verrou-refuse"]
    assert found.state is State.PROBLEM
    assert "Supprimez-le" in found.advice


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_many_shared_backups_are_counted_and_not_all_named(database: Path, clock: Clock) -> None:
    for _ in range(5):
        clock.pass_by(days=1)
        back_up(database, clock)
    for path in (database, *backup_files(database)):
        path.chmod(0o664)
    found = plain(examined(database, clock)["droits-partages"].found)
    assert "« essai.db » (664)" in found
    assert found.endswith("autres fichiers.")
    assert found.count("(664)") == NAMED_FILES


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_files_that_a_team_shares_are_reported_and_only_narrowed_on_request(
    database: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined(database, clock)
    monkeypatch.setenv("CTG_TUI_BASE", str(database))
    monkeypatch.setattr(backups, "own_folder", lambda: database.parent)
    (backup,) = list_backups(database)
    shared = {database.parent: 0o2775, database: 0o664, backup_folder(database): 0o2775, backup.path: 0o664}
    for path, bits in shared.items():
        path.chmod(bits)
    result = examined(database, clock)["droits-partages"]
    assert result.state is State.ATTENTION
    assert "essai.db » (664)" in plain(result.found)
    assert "« ctg-tui docteur --corriger »" in plain(result.advice)
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in shared} == shared
    assert examined(database, clock, correct=True)["droits"].state is State.REPAIRED
    assert [path.stat().st_mode & 0o077 for path in shared] == [0] * 4


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_file_of_another_program_keeps_its_rights(tmp_path: Path, clock: Clock) -> None:
    firefox, letter = tmp_path / "firefox.sqlite", tmp_path / "courrier.docx"
    with raw(firefox) as connection:
        connection.execute("CREATE TABLE moz_places (url TEXT)")
    letter.write_bytes(b"PK\x03\x04" + bytes(3000))
    empty = tmp_path / "vide.txt"
    empty.touch()
    for path in (firefox, letter, empty):
        path.chmod(0o644)
        results = examined(path, clock, correct=True)
        assert path == empty or results["base-etrangere"].state is State.PROBLEM
        assert not any("abîmé" in result.found for result in results.values())
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert sorted(tmp_path.iterdir()) == [letter, firefox, empty]


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_closing_a_protected_database_to_others_leaves_it_protected(database: Path, clock: Clock) -> None:
    database.chmod(0o444)
    assert examined(database, clock)["droits"].state is State.REPAIRED
    assert database.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize(
    ("name", "stopped"),
    [
        (DATABASE_NAME, "rien ne peut y être écrit"),
        (f"{DATABASE_NAME}.verrou", "rien ne peut y être écrit"),
        ("", "rien ne peut y être écrit"),
        ("sauvegardes", "les sauvegardes ne peuvent pas être faites"),
    ],
)
def test_a_file_or_folder_without_write_access_is_a_problem_with_advice(
    database: Path, clock: Clock, name: str, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "droits-manquants" not in examined(database, clock)
    protected, access = database.parent / name, os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != protected and access(path, mode))
    result = examined(database, clock)["droits-manquants"]
    assert result.state is State.PROBLEM
    assert str(protected) in result.found
    assert stopped in result.found
    assert "accessible en écriture" in result.advice
