"""A computer whose clock or time zone is set wrong: everything still works, in sentences."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.errors import Refusal
from ctg_tui.services.backups import daily_backup
from ctg_tui.services.sending import export, prepare
from ctg_tui.services.workspace import Workspace
from tests.cli.program import ROOT, Program
from tests.databases import DATABASE_NAME, OF_LOGS, Clock, open_workspace, rows
from tests.each_row import each_row, new_folder
from tests.effort import some
from tests.strategies import ALL_OPEN, make_identity


@pytest.mark.skipif(os.name != "posix", reason="TZ is read otherwise on Windows")
@pytest.mark.parametrize("zone", some(["XXX-99:99", "XXX+99"], 2))
def test_an_impossible_time_zone_leaves_every_command_at_work(filled: Program, zone: str) -> None:
    for command in some(
        (
            *("sauvegarder", "liste", "synthese", "restaurer"),
            *("docteur", "dossier 1 --sortie .", "exporter 1 --sortie ."),
        )
    ):
        answer = filled.run_process(*command.split(), environment={"TZ": zone})
        assert answer.code == 0, f"{command}: {answer.err}"
        assert "imprévue" not in answer.err


def test_local_time_is_asked_of_one_function_that_never_fails() -> None:
    callers = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "ctg_tui").rglob("*.py")
        if re.search(r"\.astimezone\(\)|date\.today\(|datetime\.now\(\)", path.read_text(encoding="utf-8"))
    ]
    assert callers == ["ctg_tui/system/computer.py"]


@each_row("year", [1960, 1999, 2250])
def test_a_clock_set_to_another_age_lets_the_person_work_and_is_named_when_a_file_would_bear_it(
    tmp_path: Path, year: int
) -> None:
    tmp_path = new_folder(tmp_path)
    clock = Clock(datetime(year, 6, 1, tzinfo=UTC))
    workspace = open_workspace(tmp_path, clock)
    assessment_id = workspace.create(make_identity(), open_missions=ALL_OPEN)
    session = workspace.open(assessment_id)
    session.rate(session.grid.cells[0], Rating.FULLY)
    assert len(workspace.summaries()) == 1
    assert workspace.open(assessment_id).assessment.answers[session.grid.cells[0]] is Rating.FULLY
    assert daily_backup(tmp_path / DATABASE_NAME, clock) is not None
    folder = tmp_path / "envoi"
    folder.mkdir()
    for write in (export, prepare):
        with pytest.raises(Refusal) as caught:
            write(workspace, assessment_id, folder)
        assert caught.value.code == "horloge-fausse"
        assert f"juin {year}" in caught.value.message
        assert "cree_le" not in caught.value.sentences()
    assert list(folder.iterdir()) == []
    workspace.close()


@pytest.mark.parametrize("today", [date(1, 1, 1), date(1999, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_a_fact_is_noted_by_a_wrong_clock_only_at_a_day_given_with_its_year(
    filled: Program, monkeypatch: pytest.MonkeyPatch, today: date
) -> None:
    monkeypatch.setattr(Workspace, "today", lambda _: today)
    for typed in ((), ("--date", "1/1"), ("--date", "31 décembre")):
        answer = filled.run("noter", "COPIL", *typed)
        assert (answer.code, answer.out) == (1, ""), typed
        assert "L’horloge de cet ordinateur indique le" in answer.said, typed
        assert f" {today.year} : rien n’a été noté" in answer.said, typed
    assert filled.run("noter", "COPIL", "--date", "12/01/2027").code == 0
    assert rows(filled.database, f"SELECT json_extract(value, '$.date') {OF_LOGS}") == [("2027-01-12",)]


def test_on_the_last_year_a_past_day_without_its_year_is_still_noted(
    filled: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "today", lambda _: date(2199, 6, 1))
    assert filled.run("noter", "COPIL", "--date", "1/1").code == 0
    assert filled.run("noter", "COPIL", "--date", "31/12").code == 0
    days = rows(filled.database, f"SELECT json_extract(value, '$.date') AS day {OF_LOGS} ORDER BY day")
    assert days == [("2198-12-31",), ("2199-01-01",)]
