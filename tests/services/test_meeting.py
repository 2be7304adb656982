"""The calendar file: a whole-day event for each dated action, read by a reader written from the RFC alone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from hypothesis import given

from ctg_tui.domain.assessment import Action, Assessment, Outcome, PreparationTopic
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import harmless
from ctg_tui.services.meeting import MAX_OCTETS, dated_actions, render
from tests.strategies import HOSTILE_TEXTS, assessments, charente, make_assessment, make_identity

AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
GRID = charente()


def ics(assessment: Assessment, grid: Grid | None = GRID, at: datetime = AT) -> bytes:
    return render(assessment, grid, created_at=at, software="ctg-tui 0.1.0")


def events(raw: bytes) -> list[dict[str, str]]:
    """Unfold, split, unescape: RFC 5545 §3.1 and §3.3.11."""
    text = raw.decode("utf-8")
    assert text.endswith("\r\n")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    parsed: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            parsed.append({})
        elif parsed:
            if name in {"SUMMARY", "DESCRIPTION"}:
                assert not re.search("[,;\\\\]", re.sub(r"\\[\\,;n]", "", value))
            plain = re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), value)
            parsed[-1][name.partition(";")[0]] = plain
    return parsed


def planned(**actions: Action) -> Assessment:
    return make_assessment(GRID, actions={line.replace("_", "."): action for line, action in actions.items()})


def test_the_meeting_is_an_hour_or_without_its_time_a_day_and_the_same_event_when_it_moves() -> None:
    moved = [
        events(ics(make_assessment(GRID, preparation={PreparationTopic.MEETING: text})))
        for text in ("12/03/2027 à 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30", "15/03/2027", "deux\ndates")
    ]
    (timed,), (whole,), unread = moved
    assert (timed["DTSTART"], timed["DURATION"]) == ("20270312T143000", "PT1H")
    assert (whole["DTSTART"], whole["DTEND"]) == ("20270315", "20270316")
    assert timed["UID"] == whole["UID"]
    assert timed["SUMMARY"] == "CTG\u00a0: entretien avec la Caf"
    assert unread == []


def test_each_dated_action_is_a_day_in_the_calendar() -> None:
    assessment = planned(
        m1_a02=Action("Écrire le bilan, puis ; le relire\\", "Prénom Nom", date(2027, 12, 31)),
        m1_a01=Action("Sans date", "", None),
    )
    (event,) = events(ics(assessment))
    assert event["SUMMARY"] == "CTG\u00a0: Écrire le bilan, puis ; le relire\\"
    assert (event["DTSTART"], event["DTEND"]) == ("20271231", "20280101")
    assert event["DTSTAMP"] == "20270120T140211Z"
    assert "Prénom Nom" in event["DESCRIPTION"]
    assert GRID.activities["m1.a02"].label in event["DESCRIPTION"]


def test_events_come_in_grid_order_and_a_line_the_grid_lost_comes_last() -> None:
    due = date(2027, 6, 1)
    assessment = planned(
        ancien_a1=Action("c", "", due), m1_a03=Action("b", "", due), m1_a01=Action("a", "", due)
    )
    assert [line for line, _ in dated_actions(assessment, GRID)] == ["m1.a01", "m1.a03", "ancien.a1"]
    assert len(events(ics(assessment))) == 3
    assert len(events(ics(assessment, grid=None))) == 3


def test_the_same_action_moved_keeps_its_uid_and_another_has_another() -> None:
    first = planned(m1_a01=Action("Avant", "", date(2027, 6, 1)), m1_a02=Action("B", "", date(2027, 6, 1)))
    moved = planned(m1_a01=Action("Après", "X", date(2027, 7, 1)), m1_a02=Action("B", "", date(2027, 6, 1)))
    uids = [[event["UID"] for event in events(ics(assessment))] for assessment in (first, moved)]
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 2
    other_year = first._replace(identity=make_identity(year=2028))
    assert not set(uids[0]) & {event["UID"] for event in events(ics(other_year))}


def test_two_runs_differ_only_by_their_date() -> None:
    assessment = planned(m1_a01=Action("A", "", date(2027, 6, 1)))
    later = ics(assessment, at=datetime(2027, 2, 1, tzinfo=UTC))
    assert ics(assessment) == ics(assessment)
    assert later.replace(b"20270201T000000Z", b"20270120T140211Z") == ics(assessment)


def test_the_last_day_of_all_is_a_day_too() -> None:
    assert "DTEND" not in events(ics(planned(m1_a01=Action("A", "", date.max))))[0]


def test_any_year_has_four_digits() -> None:
    (event,) = events(ics(planned(m1_a01=Action("A", "", date(27, 1, 1)))))
    days = {name: value for name, value in event.items() if name.startswith(("DTSTART", "DTEND"))}
    assert list(days.values()) == ["00270101", "00270102"]


def test_hostile_texts_stay_inside_their_property() -> None:
    names = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP", "END"}
    for text in HOSTILE_TEXTS:
        hostile = f"{text}\r\nEND:VEVENT\r\nATTENDEE:mailto:x@exemple.fr"
        (event,) = events(ics(planned(m1_a01=Action(hostile, hostile, date(2027, 6, 1)))))
        assert set(event) == names, text[:60]
        summary = event["SUMMARY"].removeprefix("CTG\u00a0: ")
        assert summary == " ".join(harmless(hostile, multiline=True).split()), text[:60]


@given(assessments())
def test_any_assessment_gives_lines_that_fit_and_no_character_cut(drawn: tuple[Grid, Assessment]) -> None:
    grid, assessment = drawn
    raw = ics(assessment, grid)
    for line in raw.split(b"\r\n"):
        assert len(line) <= MAX_OCTETS
        line.decode("utf-8")
    still_to_do = {None, Outcome.POSTPONED}
    dated = [one for one in assessment.actions.values() if one.due is not None and one.outcome in still_to_do]
    assert len(events(raw)) == len(dated)
