"""The forecast table: integers from end to end, names of the form, checks in place, estimates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.forecast import (
    MAX_CENTIHOURS,
    MAX_SALARY_CENTS,
    Forecast,
    ForecastLine,
    forecast_text,
    parse_forecast,
    shares,
    tabulate,
    with_people,
)
from ctg_tui.domain.grid import FundingRate
from ctg_tui.wording import forecast as words
from tests.each_row import each_row
from tests.strategies import charente

FUNDING = charente().funding
NATIONAL, CHARENTE = FUNDING.rates
FULL_TIME = 160_700


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


# Estimates.


@each_row(
    "rate, cost, capped_cost, capped_share",
    [
        (NATIONAL, 4_800_000, 24_000, None),  # « soit 24 000 € »
        (NATIONAL, 6_000_000, 24_000, None),
        (NATIONAL, 100, 1, None),  # 0.50 €: half up
        (NATIONAL, 99, 0, None),
        (CHARENTE, 3_000_000, 24_000, 24_000),
        (CHARENTE, 5_000_000, 38_400, 40_000),
        (CHARENTE, 9_000_000, 38_400, 48_000),
    ],
)
def test_estimates_follow_rate_and_cap_in_each_reading(
    rate: FundingRate, cost: int, capped_cost: int, capped_share: int | None
) -> None:
    expected = tuple(share for share in (capped_cost, capped_share) if share is not None)
    assert shares(cost, FUNDING.yearly_cap_eur, rate) == expected


@given(
    st.lists(
        st.builds(
            ForecastLine,
            st.just("Nom"),
            st.just("Prénom"),
            st.none() | st.integers(0, MAX_CENTIHOURS) | st.just(0),
            st.none() | st.integers(0, MAX_SALARY_CENTS),
        ),
        max_size=5,
    ),
    st.sampled_from(FUNDING.rates),
)
def test_the_table_agrees_with_exact_fractions(lines: list[ForecastLine], rate: FundingRate) -> None:
    """The rule again, in euros: the cost of each person, the cap, the two readings, one rounding."""
    table = tabulate(Forecast(tuple(lines), rate.id), FUNDING)
    sums: list[int] = []
    for line, row in zip(lines, table.rows, strict=True):
        expected: list[int] = []
        if line.centihours != 0 and line.salary_cents is not None:
            cost, cap, part = Fraction(line.salary_cents, 100), Fraction(48_000), Fraction(rate.per_cent, 100)
            expected.append(half_up_euro(part * min(cost, cap)))
            if rate is CHARENTE:
                expected.append(half_up_euro(min(part * cost, cap)))
            sums = [sum(pair) for pair in zip(sums or [0, 0], expected, strict=False)]
        assert [*row.shares_eur] == expected
        worked = None if line.centihours is None else half_up_euro(Fraction(line.centihours, 1607))
        assert (row.line, row.fte_hundredths) == (line, worked)
    assert [*table.shares_eur] == sums
    assert table.centihours == sum(line.centihours or 0 for line in lines)
    assert table.salary_cents == sum(line.salary_cents or 0 for line in lines)


def half_up_euro(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))  # never negative: int() is the floor


def test_the_total_of_posts_is_that_of_the_hours_and_not_of_the_rounded_rows() -> None:
    lines = tuple(ForecastLine(name, "Prénom", 60_000) for name in ("Nom", "Autre"))
    table = tabulate(Forecast(lines), FUNDING)
    assert ([row.fte_hundredths for row in table.rows], table.fte_hundredths) == ([37, 37], 75)


@each_row(
    "line",
    [
        ForecastLine("Nom", "Prénom", -1, 2_400_000),
        ForecastLine("Nom", "Prénom", 80_350, -1),
        ForecastLine("Nom", "Prénom", MAX_CENTIHOURS + 1, 2_400_000),
        ForecastLine("Nom", "Prénom", 80_350, MAX_SALARY_CENTS + 1),
    ],
)
def test_hours_or_a_cost_below_zero_or_over_the_most_are_not_read(line: ForecastLine) -> None:
    with pytest.raises(ValueError, match="centiheures"):
        parse_forecast(forecast_text(Forecast((line,))))


def plain(text: str | None) -> str:
    return (text or "").replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_both_readings_of_the_cafs_sentence_are_shown_with_what_else_it_may_mean() -> None:
    lines = (ForecastLine("Nom", "Prénom", FULL_TIME, 6_000_000), ForecastLine("Autre", "Prénom", 0, 100))
    table = tabulate(Forecast(lines, CHARENTE.id), FUNDING)
    assert plain(words.share(table)) == "38 400 € (coût plafonné) ou 48 000 € (part plafonnée)"
    basis = plain(words.basis(table))
    for part in (
        "80 % – Charente (à confirmer)",
        "48 000 € par an et par poste",
        "0 heure n’y est pas comptée",
    ):
        assert part in basis
    assert "la part des postes aidés" in plain(words.doubt(table))
    national = tabulate(Forecast(lines, NATIONAL.id), FUNDING)
    assert (plain(words.share(national)), words.doubt(national)) == ("24 000 €", None)
    assert words.share(tabulate(Forecast(lines), FUNDING)) == words.NO_ESTIMATE
