"""The forecast table: integers from end to end, names of the form, checks in place, estimates."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.forecast import (
    Forecast,
    ForecastCode,
    ForecastLine,
    tabulate,
    with_people,
)
from tests.domain.test_forecast_estimate import FULL_TIME, FUNDING
from tests.each_row import each_row


def person(ref: str, last_name: str = "Nom", first_name: str = "Prénom") -> Coordinator:
    return Coordinator(ref, last_name, first_name, Profile.THEMATIC)


# People.


def test_names_come_from_the_form_and_follow_it() -> None:
    first = with_people(Forecast(), [person("c1", "Nom", "Prenom"), person("c2", "Autre", "Prénom")])
    assert [line.last_name for line in first.lines] == ["Nom", "Autre"]
    filled = replace(first, lines=(replace(first.lines[0], salary_cents=1), *first.lines[1:]))
    corrected = with_people(filled, [person("c2", "Autre", "Prénom"), person("c1", "Nom", "Prénom")])
    assert corrected.lines == (
        ForecastLine("Autre", "Prénom", None, None, "c2"),
        ForecastLine("Nom", "Prénom", None, 1, "c1"),
    )


def test_a_successor_with_the_same_reference_does_not_take_the_salary() -> None:
    former = ForecastLine("Ancien", "Prénom", 80_350, 2_400_000, "c1")
    updated = with_people(Forecast((former,)), [person("c1", "Nouveau", "Autre")])
    assert updated.lines == (
        ForecastLine("Nouveau", "Autre", None, None, "c1"),
        replace(former, coordinator=None),
    )


def test_a_person_removed_from_the_form_keeps_only_a_filled_line() -> None:
    gone, filled = (
        ForecastLine("Parti", "Prénom", None, None, "c1"),
        ForecastLine("Nom", "P", 100, None, "c2"),
    )
    by_hand = ForecastLine()
    assert with_people(Forecast((gone, filled, by_hand)), []).lines == (
        replace(filled, coordinator=None),
        by_hand,
    )


def test_a_person_added_by_hand_then_to_the_form_has_one_line() -> None:
    by_hand = ForecastLine("NOM", "Prenom", 80_350, 2_400_000)
    assert with_people(Forecast((by_hand,)), [person("c1", "Nom", "Prénom")]).lines == (
        ForecastLine("Nom", "Prénom", 80_350, 2_400_000, "c1"),
    )


@given(
    st.lists(st.sampled_from(["Nom", "Autre", "Tiers"]), max_size=3, unique=True),
    st.lists(
        st.builds(
            ForecastLine,
            st.sampled_from(["Nom", "Autre", ""]),
            st.just("Prénom"),
            st.none() | st.integers(0, 9),
            st.none() | st.integers(0, 9),
            st.sampled_from([None, "c1", "c2"]),
        ),
        max_size=4,
    ),
)
def test_no_amount_is_ever_dropped_by_a_change_of_people(names: list[str], lines: list[ForecastLine]) -> None:
    people = [person(f"c{rank}", name) for rank, name in enumerate(names, 1)]
    updated = with_people(Forecast(tuple(lines)), people)
    amounts = sorted(
        (line.centihours or 0, line.salary_cents or 0)
        for line in lines
        if line.centihours is not None or line.salary_cents is not None
    )
    remaining = sorted(
        (line.centihours or 0, line.salary_cents or 0)
        for line in updated.lines
        if line.centihours is not None or line.salary_cents is not None
    )
    assert remaining == amounts
    assert [line.coordinator for line in updated.lines[: len(people)]] == [person.ref for person in people]
    assert with_people(updated, people) == updated


# Checks.


def codes(*lines: ForecastLine) -> set[tuple[ForecastCode, int | None]]:
    table = tabulate(Forecast(lines), FUNDING)
    return {(code, row.position) for row in table.rows for code in row.findings}


@each_row(
    "line, code",
    [
        (ForecastLine("", "Prénom", FULL_TIME, 3_600_000), ForecastCode.NO_NAME),
        (ForecastLine("Nom", " ", FULL_TIME, 3_600_000), ForecastCode.NO_NAME),
        (ForecastLine("Nom", "Prénom", None, 3_600_000), ForecastCode.NO_HOURS),
        (ForecastLine("Nom", "Prénom", FULL_TIME + 1, 3_600_000), ForecastCode.OVER_FULL_TIME),
        (ForecastLine("Nom", "Prénom", FULL_TIME, None), ForecastCode.NO_SALARY),
        (ForecastLine("Nom", "Prénom", 100_00, 10_000_00 // 10 - 1), ForecastCode.ODD_HOURLY),
        (ForecastLine("Nom", "Prénom", 100_00, 10_000_00 + 1), ForecastCode.ODD_HOURLY),
    ],
)
def test_each_doubt_is_reported_on_its_line(line: ForecastLine, code: ForecastCode) -> None:
    sound = ForecastLine("Autre", "Prénom", FULL_TIME, 3_600_000)
    others = {(ForecastCode.NO_SALARY, 1)} if line.salary_cents is None else set()
    assert codes(sound, line) == {(code, 1)} | others


def test_a_repeated_person_is_reported_on_both_lines() -> None:
    twice = (ForecastLine("Nom", "Prénom", 10_000, 150_000), ForecastLine("PRENOM", "nom", 10_000, 150_000))
    assert codes(*twice) == {(ForecastCode.DUPLICATE, 0), (ForecastCode.DUPLICATE, 1)}
