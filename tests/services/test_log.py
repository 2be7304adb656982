"""The log of a territory: facts kept before any assessment exists, corrected, undone, found again by year."""

from __future__ import annotations

from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Identity, Moment, Territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.log import MAX_TEXT, LogEntry, facts_of, total_of, year_of
from ctg_tui.domain.text import clean
from ctg_tui.services.log import LogBook, new_entry, territories, year_of_log
from ctg_tui.services.workspace import Workspace
from tests.databases import DATABASE_NAME, Clock, open_workspace, raw, rows
from tests.each_row import each_row
from tests.strategies import ALL_OPEN, HOSTILE_TEXTS

VAL = Territory("Val de Charente", "200043016", "16")
MEETING = LogEntry(date(2026, 5, 12), "COPIL, 9 présents", ("m1.a03",), ("m1.i02",), 1)
LATER = LogEntry(date(2026, 9, 3), "Comité technique", ("m1.a03",))


def test_a_fact_is_kept_before_any_assessment_exists(workspace: Workspace, tmp_path: Path) -> None:
    LogBook(workspace.store, VAL).note(MEETING)
    assert [fact.entry for fact in LogBook(workspace.store, VAL).facts] == [MEETING]
    assert rows(tmp_path / DATABASE_NAME, "SELECT count(*) FROM assessment") == [(0,)]
    assert territories(workspace) == (VAL,)


def test_the_log_follows_the_territory_by_its_siren_else_its_name(workspace: Workspace) -> None:
    LogBook(workspace.store, VAL).note(MEETING)
    assert LogBook(workspace.store, VAL._replace(name="CC Val de Charente")).facts
    assert LogBook(workspace.store, Territory("val de charente")).facts
    assert not LogBook(workspace.store, Territory("Haute Charente")).facts
    with pytest.raises(Refusal, match="territoire"):
        LogBook(workspace.store, Territory(" "))


def test_every_edit_of_the_log_is_undone_and_redone_also_by_another_window(workspace: Workspace) -> None:
    book = LogBook(workspace.store, VAL)
    key = book.note(MEETING)
    book.change(key, MEETING._replace(text="COPIL, 10 présents"))
    book.note(LATER)
    book.remove(key)
    states = [book.log.entries]
    other = LogBook(workspace.store, VAL)
    for _ in islice(iter(other.undo, None), 10):
        states.append(other.log.entries)
        assert LogBook(workspace.store, VAL).log.entries == other.log.entries
    assert [len(state) for state in states] == [1, 2, 1, 1, 0]
    for state in reversed(states[:-1]):
        assert other.redo()
        assert other.log.entries == state
    assert other.redo() is None


def test_what_is_no_fact_is_refused_and_nothing_is_written(workspace: Workspace) -> None:
    book = LogBook(workspace.store, VAL)
    wrong = MEETING._replace(text=" \n"), MEETING._replace(number=-1), MEETING._replace(number=10**7)
    for entry in (*wrong, MEETING._replace(on=date(1999, 12, 31))):
        with pytest.raises(Refusal):
            book.note(entry)
    assert not LogBook(workspace.store, VAL).facts


@each_row("rank, text", enumerate(HOSTILE_TEXTS))
def test_a_hostile_fact_is_stored_clean_and_read_the_same(workspace: Workspace, rank: int, text: str) -> None:
    book = LogBook(workspace.store, VAL._replace(name=f"Territoire {rank}", siren=None))
    if not 0 < len(clean(text).strip()) <= MAX_TEXT:
        with pytest.raises(Refusal, match="phrase"):
            book.note(LogEntry(date(2026, 5, 12), text))
        return
    book.note(LogEntry(date(2026, 5, 12), text, (text[:40],)))
    (fact,) = LogBook(workspace.store, book.territory).facts
    assert fact == book.facts[0]
    assert not {"\x00", "\x1b", "\n", "\u202e"} & set(fact.entry.text)


def test_rows_no_release_could_have_written_are_a_refusal(workspace: Workspace, tmp_path: Path) -> None:
    LogBook(workspace.store, VAL).note(MEETING)
    with raw(tmp_path / DATABASE_NAME) as connection:
        connection.execute("UPDATE value SET value = json_replace(value, '$.lignes', json('{}'))")
    with pytest.raises(Refusal) as caught:
        LogBook(workspace.store, VAL)
    assert caught.value.code == "base-abimee"


def test_the_year_begins_the_day_after_the_former_campaign_closed(workspace: Workspace) -> None:
    campaign = workspace.catalogue.default.campaign
    yearly = year_of(campaign, Identity(2027, Moment.YEARLY))
    assert yearly == (date(2026, 4, 1), date(2027, 3, 31))
    assert date(2026, 3, 31) not in yearly
    assert date(2026, 4, 1) in yearly
    assert date(2027, 4, 1) not in yearly
    assert date(2027, 9, 1) in year_of(campaign, Identity(2027, Moment.START))


def test_the_facts_of_a_line_are_those_of_the_year_of_the_assessment(workspace: Workspace) -> None:
    book = LogBook(workspace.store, VAL)
    for entry in (LATER, MEETING, MEETING._replace(on=date(2026, 3, 31)), MEETING._replace(activities=())):
        book.note(entry)
    workspace.create(Identity(2027, Moment.YEARLY, VAL), open_missions=ALL_OPEN)
    grid, assessment = workspace.load(1)
    seen = year_of_log(workspace, grid, assessment)
    assert seen.of_line("m1.a03") == (MEETING, LATER)
    assert total_of(seen.of_line("m1.i02")) == 2
    assert not facts_of(seen.entries, "m2.a01", seen.period)
    assert not year_of_log(
        workspace, grid, assessment._replace(identity=Identity(2027, Moment.YEARLY))
    ).entries


def test_lines_and_indicators_are_named_as_people_name_them(workspace: Workspace) -> None:
    grid = workspace.catalogue.default
    entry = new_entry(grid, date(2026, 5, 12), " COPIL ", ["1.3", "m1.a03"], ["1.i2"], 4)
    assert entry == LogEntry(date(2026, 5, 12), "COPIL", ("m1.a03",), ("m1.i02",), 4)
    for lines, indicators in (
        (["9.9"], []),
        (["1.3/famille"], []),
        *(([], [name]) for name in ("1.3", "1.i0", "1.i99")),
    ):
        with pytest.raises(Refusal, match=r"n.est pas dans la grille"):
            new_entry(grid, date(2026, 5, 12), "COPIL", lines, indicators)


def test_the_log_is_in_every_backup_and_comes_back_with_it(tmp_path: Path) -> None:
    from ctg_tui.domain.backups import BackupReason

    workspace = open_workspace(tmp_path, Clock())
    book = LogBook(workspace.store, VAL)
    book.note(MEETING)
    backup = workspace.store.back_up(BackupReason.ASKED)
    book.note(LATER)
    workspace.restore(backup.path)
    assert [fact.entry for fact in LogBook(workspace.store, VAL).facts] == [MEETING]
    workspace.close()


def test_a_database_with_a_log_alone_has_its_daily_backup(tmp_path: Path) -> None:
    from ctg_tui.services.backups import daily_backup

    clock = Clock()
    workspace = open_workspace(tmp_path, clock)
    assert daily_backup(workspace.store.path, clock) is None
    LogBook(workspace.store, VAL).note(MEETING)
    assert daily_backup(workspace.store.path, clock)
    workspace.close()
