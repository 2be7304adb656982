"""The estimate of the Caf’s share: rates, caps, pro rata, and its words."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.forecast import (
    MAX_CENTIHOURS,
    MAX_SALARY_CENTS,
    Forecast,
    ForecastLine,
    Reading,
    estimate,
    fte_hundredths,
    tabulate,
)
from ctg_tui.domain.grid import FundingRate
from ctg_tui.services import forecast as forecast_service
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import NARROW, NBSP
from tests.each_row import each_row
from tests.strategies import charente

FUNDING = charente().funding


NATIONAL, CHARENTE = FUNDING.rates
FULL_TIME = 160_700
CAP = Fraction(48_000)


def hours_part(centihours: int) -> Fraction:
    """Return the part of a full-time post, never over one."""
    return min(Fraction(1), Fraction(centihours, FULL_TIME))


def half_up_euro(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))  # never negative: int() is the floor


def shares(forecast: Forecast) -> list[dict[str, int]]:
    """Return the share of each person, {} without an estimate."""
    return [
        {} if row.estimate is None else {way.value: eur for way, eur in row.estimate.shares_eur.items()}
        for row in tabulate(forecast, FUNDING).rows
    ]


def alone(centihours: int | None, cents: int | None) -> ForecastLine:
    return ForecastLine("Nom", "Prénom", centihours, cents)


@each_row(
    "rate, pro_rata, centihours, cost, cap, capped_cost, capped_share",
    [
        (NATIONAL, False, FULL_TIME, 4_800_000, 4_800_000, 24_000, None),  # « soit 24 000 € »
        (NATIONAL, False, FULL_TIME, 6_000_000, 4_800_000, 24_000, None),
        (CHARENTE, False, FULL_TIME, 3_000_000, 4_800_000, 24_000, 24_000),
        (CHARENTE, False, None, 5_000_000, 4_800_000, 38_400, 40_000),
        (CHARENTE, False, None, 6_000_000, 4_800_000, 38_400, 48_000),
        (CHARENTE, False, None, 9_000_000, 4_800_000, 38_400, 48_000),
        (NATIONAL, True, FULL_TIME // 2, 3_000_000, 2_400_000, 12_000, None),
        (CHARENTE, True, FULL_TIME // 2, 3_000_000, 2_400_000, 19_200, 24_000),
        (NATIONAL, True, 2 * FULL_TIME, 9_000_000, 4_800_000, 24_000, None),  # never more than one post
        (NATIONAL, True, 100, 3_000_000, 2_987, 15, None),
        (NATIONAL, False, None, 100, 4_800_000, 1, None),  # 0.50 €: half up
        (NATIONAL, False, None, 99, 4_800_000, 0, None),
    ],
)
def test_estimates_follow_rate_cap_and_pro_rata_in_each_reading(
    rate: FundingRate,
    pro_rata: bool,
    centihours: int | None,
    cost: int,
    cap: int,
    capped_cost: int,
    capped_share: int | None,
) -> None:
    estimated = estimate(cost, centihours, FUNDING, rate, pro_rata=pro_rata)
    assert estimated is not None
    assert (estimated.cap_cents, estimated.retained_cents) == (cap, min(cap, cost))
    expected = {"cout-plafonne": capped_cost} | (
        {} if capped_share is None else {"part-plafonnee": capped_share}
    )
    assert dict(estimated.shares_eur) == expected


filled_lines = st.builds(
    ForecastLine,
    st.just("Nom"),
    st.just("Prénom"),
    st.none() | st.integers(0, MAX_CENTIHOURS) | st.integers(0, FULL_TIME),
    st.none() | st.integers(0, MAX_SALARY_CENTS),
)


@given(st.lists(filled_lines, max_size=5), st.sampled_from(FUNDING.rates), st.booleans())
def test_the_table_agrees_with_exact_fractions(
    lines: list[ForecastLine], rate: FundingRate, pro_rata: bool
) -> None:
    """The rule again, in euros: the cost of each person, the cap, the two readings, one rounding."""
    expected: list[dict[str, int]] = []
    for line in lines:
        hours, cents = line.centihours, line.salary_cents
        if hours == 0 or cents is None or (pro_rata and hours is None):
            expected.append({})
            continue
        cost = Fraction(cents, 100)
        cap = CAP * hours_part(hours or 0) if pro_rata else CAP
        part = Fraction(rate.per_cent, 100)
        ways = {"cout-plafonne": part * min(cost, cap)}
        if rate is CHARENTE:
            ways["part-plafonnee"] = min(part * cost, cap)
        expected.append({way: half_up_euro(amount) for way, amount in ways.items()})
    forecast = Forecast(tuple(lines), rate.id, pro_rata)
    assert shares(forecast) == expected
    table = tabulate(forecast, FUNDING)
    for way in ("cout-plafonne", "part-plafonnee"):
        amounts = [found[way] for found in expected if way in found]
        assert table.shares_eur.get(Reading(way)) == (sum(amounts) if amounts else None)
    figures = [part for line in lines for part in (line.centihours, line.salary_cents)]
    assert table.complete is (bool(lines) and None not in figures)
    assert (table.pro_rata, table.rate, table.full_time_hours) == (pro_rata, rate, FUNDING.full_time_hours)
    assert table.yearly_cap_eur == CAP
    for row, line in zip(table.rows, lines, strict=True):
        worked = None if line.centihours is None else fte_hundredths(line.centihours, FUNDING)
        assert (row.line, row.fte_hundredths) == (line, worked)
    assert table.centihours == sum(line.centihours or 0 for line in lines)
    assert table.fte_hundredths == fte_hundredths(table.centihours, FUNDING)
    assert table.salary_cents == sum(line.salary_cents or 0 for line in lines)


@given(st.none() | st.integers(0, MAX_SALARY_CENTS))
def test_the_diagnosis_has_its_own_estimate_which_no_total_holds(cents: int | None) -> None:
    lines = (alone(FULL_TIME, 3_000_000),)
    table = tabulate(Forecast(lines, NATIONAL.id, diagnosis_cents=cents), FUNDING)
    assert dict(table.shares_eur) == {"cout-plafonne": 15_000}
    if cents is None:
        assert table.diagnosis is None
    else:
        assert table.diagnosis is not None
        exact = min(Fraction(cents, 100), Fraction(15_000)) / 2
        assert table.diagnosis.share_eur == half_up_euro(exact) <= 7_500


# its words
def test_rate_cap_and_pro_rata_are_shown_beside_the_amount() -> None:
    lines = (alone(FULL_TIME, 3_000_000),)
    table = tabulate(Forecast(lines, CHARENTE.id, pro_rata=True), FUNDING)
    basis = forecast_words.basis(table)
    for word in (
        "Estimation",
        f"80{NBSP}% – Charente (à confirmer)",
        f"48{NARROW}000{NBSP}€ par an et par poste",
        "proratisé au temps de travail",
        "1\u202f607",
    ):
        assert word in basis
    both = f"estimation, dans les deux lectures{NBSP}: 24{NARROW}000{NBSP}€"
    assert forecast_words.share(table) == both
    assert not forecast_words.share(tabulate(Forecast(lines), FUNDING))
    national = tabulate(Forecast(lines, NATIONAL.id), FUNDING)
    assert forecast_words.share(national) == f"estimation{NBSP}: 15{NARROW}000{NBSP}€"
    assert forecast_words.rate(NATIONAL) == f"50{NBSP}% – national"


def test_both_readings_of_the_cafs_sentence_are_shown_with_what_else_it_may_mean() -> None:
    table = tabulate(Forecast((alone(FULL_TIME, 6_000_000),), CHARENTE.id), FUNDING)
    assert forecast_words.share(table).replace(NBSP, " ").replace(NARROW, " ") == (
        "estimation : 38 400 €, 80 % d’un coût plafonné à 48 000 € (38 400 € au plus) "
        "ou 48 000 €, 80 % du coût (48 000 € au plus)"
    )
    doubt = forecast_words.doubt(table)
    assert doubt is not None
    assert "la part des postes aidés" in doubt
    assert forecast_words.doubt(tabulate(Forecast(rate=NATIONAL.id), FUNDING)) is None
    assert forecast_service.short_share(table.rows[0].estimate) == (
        f"Caf ≈ 38{NARROW}400{NBSP}€ ou 48{NARROW}000{NBSP}€"
    )
