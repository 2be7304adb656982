"""The forecast table: integers from end to end, names of the form, checks in place, estimates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.amounts import MAX_CENTIHOURS, MAX_SALARY_CENTS, half_up
from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.forecast import (
    Forecast,
    ForecastCode,
    ForecastFinding,
    ForecastLine,
    estimate,
    fte_hundredths,
    tabulate,
    with_people,
)
from ctg_tui.domain.grid import FundingRate
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.amounts import parse_hours, parse_salary
from ctg_tui.wording.french import NARROW, NBSP
from tests.strategies import charente

FUNDING = charente().funding
NATIONAL, CHARENTE = FUNDING.rates
FULL_TIME = 160_700


def person(ref: str, last_name: str = "Nom", first_name: str = "Prénom") -> Coordinator:
    return Coordinator(ref, last_name, first_name, Profile.THEMATIC)


# typed amounts


@pytest.mark.parametrize(
    ("typed", "centihours"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("1607", 160_700),
        ("1 607", 160_700),
        (f"1{NARROW}607 h", 160_700),
        (f"1{NBSP}607 heures", 160_700),
        ("803,5", 80_350),
        ("803.50", 80_350),
        ("803,05", 80_305),
        ("803h30", 80_350),
        ("803 H 20", 80_333),
        ("803 h 40", 80_367),
        ("8784", 878_400),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, centihours: int | None) -> None:
    assert parse_hours(typed) == centihours


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("", None),
        ("24000", 2_400_000),
        ("24 000,5", 2_400_050),
        (f"24{NARROW}000,50{NBSP}€", 2_400_050),
        ("24000 euros", 2_400_000),
        ("999999,99 EUR", 99_999_999),
    ],
)
def test_salaries_are_read_as_people_write_them(typed: str, cents: int | None) -> None:
    assert parse_salary(typed) == cents


@pytest.mark.parametrize("typed", ["-5", "−5", "– 5,5"])
def test_negative_amounts_have_their_own_refusal(typed: str) -> None:
    for parse in (parse_hours, parse_salary):
        with pytest.raises(ValueError, match="négatif"):
            parse(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "1,607",
        "1.607,5",
        "12,345",
        "1e3",
        "NaN",
        "٣",
        "803h99",
        "=1+1",
        "--5",
        "1,",
        ",5",
        "9" * 40,
        "\x00",
    ],
)
def test_a_text_that_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    for parse in (parse_hours, parse_salary):
        with pytest.raises(ValueError, match="par exemple"):
            parse(typed)


def test_absurd_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="Une année ne compte que"):
        parse_hours("8785")
    with pytest.raises(ValueError, match="million"):
        parse_salary("1000000")


@given(st.integers(0, MAX_CENTIHOURS), st.integers(0, MAX_SALARY_CENTS))
def test_a_shown_amount_parses_back_to_itself(centihours: int, cents: int) -> None:
    assert parse_hours(forecast_words.typed(centihours)) == centihours
    assert parse_hours(forecast_words.hours(centihours)) == centihours
    assert parse_salary(forecast_words.typed(cents)) == cents
    assert parse_salary(forecast_words.money(cents)) == cents


# people


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
    updated = with_people(Forecast((former,)), [person("c1", "Nouveau", "Prénom")])
    assert updated.lines == (
        ForecastLine("Nouveau", "Prénom", None, None, "c1"),
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


# checks


def codes(*lines: ForecastLine) -> set[tuple[ForecastCode, int | None]]:
    table = tabulate(Forecast(lines), FUNDING)
    return {(share_estimate.code, share_estimate.position) for share_estimate in table.findings}


def test_a_sound_line_has_nothing_to_look_at() -> None:
    assert codes(ForecastLine("Nom", "Prénom", FULL_TIME, 3_600_000)) == set()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (ForecastLine("", "Prénom", FULL_TIME, 3_600_000), ForecastCode.NO_NAME),
        (ForecastLine("Nom", " ", FULL_TIME, 3_600_000), ForecastCode.NO_NAME),
        (ForecastLine("Nom", "Prénom", None, 3_600_000), ForecastCode.NO_HOURS),
        (ForecastLine("Nom", "Prénom", 0, 3_600_000), ForecastCode.ZERO_HOURS),
        (ForecastLine("Nom", "Prénom", 0, None), ForecastCode.ZERO_HOURS),
        (ForecastLine("Nom", "Prénom", 24_00, 3_600_000), ForecastCode.FEW_HOURS),
        (ForecastLine("Nom", "Prénom", 51_99, 100_000), ForecastCode.FEW_HOURS),
        (ForecastLine("Nom", "Prénom", FULL_TIME + 1, 3_600_000), ForecastCode.OVER_FULL_TIME),
        (ForecastLine("Nom", "Prénom", FULL_TIME, None), ForecastCode.NO_SALARY),
        (ForecastLine("Nom", "Prénom", 100_00, 10_000_00 // 10 - 1), ForecastCode.LOW_HOURLY),
        (ForecastLine("Nom", "Prénom", 100_00, 10_000_00 + 1), ForecastCode.HIGH_HOURLY),
    ],
)
def test_each_doubt_is_reported_on_its_line(line: ForecastLine, code: ForecastCode) -> None:
    sound = ForecastLine("Autre", "Prénom", FULL_TIME, 3_600_000)
    others = {(ForecastCode.NO_SALARY, 1)} if line.salary_cents is None else set()
    assert codes(sound, line) == {(code, 1)} | others


def test_the_thresholds_themselves_are_no_doubt() -> None:
    assert codes(ForecastLine("Nom", "Prénom", 100_00, 1_000_00)) == set()
    assert codes(ForecastLine("Nom", "Prénom", 100_00, 10_000_00)) == set()
    assert codes(ForecastLine("Nom", "Prénom", 52_00, 1_000_00)) == set()


def test_a_repeated_person_is_reported_on_both_lines() -> None:
    twice = (ForecastLine("Nom", "Prénom", 10_000, 150_000), ForecastLine("PRENOM", "nom", 10_000, 150_000))
    assert codes(*twice) == {(ForecastCode.DUPLICATE, 0), (ForecastCode.DUPLICATE, 1)}


def test_lines_without_a_name_are_no_duplicates() -> None:
    blank = ForecastLine("", "", 10_000, 150_000)
    assert codes(blank, blank) == {(ForecastCode.NO_NAME, 0), (ForecastCode.NO_NAME, 1)}


def test_an_empty_table_is_reported() -> None:
    assert tabulate(Forecast(), FUNDING).findings == (ForecastFinding(ForecastCode.NO_PERSON),)
    assert Forecast().is_blank
    assert not Forecast((ForecastLine(centihours=0),)).is_blank


def test_every_code_has_its_sentence() -> None:
    sentences = {forecast_words.finding(code, 1607) for code in ForecastCode}
    assert len(sentences) == len(ForecastCode)
    assert all(sentence.endswith((".", "?")) for sentence in sentences)


# the estimate


def test_no_rate_is_the_default_and_without_one_nothing_is_estimated() -> None:
    table = tabulate(Forecast((ForecastLine("Nom", "Prénom", FULL_TIME, 3_600_000),)), FUNDING)
    assert table.rate is None
    assert table.share_eur is None
    assert table.rows[0].estimate is None
    assert tabulate(Forecast(rate="disparu"), FUNDING).rate is None


@pytest.mark.parametrize(
    ("rate", "pro_rata", "centihours", "salary", "cap", "share"),
    [
        (NATIONAL, False, FULL_TIME, 4_800_000, 4_800_000, 24_000),  # « soit 24 000 € »
        (NATIONAL, False, FULL_TIME, 6_000_000, 4_800_000, 24_000),
        (CHARENTE, False, FULL_TIME, 3_000_000, 4_800_000, 24_000),
        (CHARENTE, False, None, 6_000_000, 4_800_000, 38_400),
        (
            NATIONAL,
            True,
            FULL_TIME // 2,
            3_000_000,
            2_400_000,
            12_000,
        ),  # the cap of a half-time is 24 000 €
        (NATIONAL, True, 2 * FULL_TIME, 9_000_000, 4_800_000, 24_000),  # never more than one post
        (NATIONAL, True, 100, 3_000_000, 2_987, 15),
        (NATIONAL, False, None, 100, 4_800_000, 1),  # 0.50 €: half up
        (NATIONAL, False, None, 99, 4_800_000, 0),
    ],
)
def test_estimates_follow_rate_cap_and_pro_rata(
    rate: FundingRate, pro_rata: bool, centihours: int | None, salary: int, cap: int, share: int
) -> None:
    share_estimate = estimate(
        ForecastLine("Nom", "Prénom", centihours, salary), FUNDING, rate, pro_rata=pro_rata
    )
    assert share_estimate is not None
    assert (share_estimate.cap_cents, share_estimate.retained_cents, share_estimate.share_eur) == (
        cap,
        min(cap, salary),
        share,
    )


def test_a_missing_figure_leaves_no_estimate() -> None:
    assert estimate(ForecastLine(centihours=100), FUNDING, NATIONAL, pro_rata=False) is None
    assert estimate(ForecastLine(salary_cents=100), FUNDING, NATIONAL, pro_rata=True) is None


filled_lines = st.builds(
    ForecastLine,
    st.just("Nom"),
    st.just("Prénom"),
    st.none() | st.integers(0, MAX_CENTIHOURS),
    st.none() | st.integers(0, MAX_SALARY_CENTS),
)


def rounded(value: Fraction | int) -> int:
    return int(value + Fraction(1, 2))  # never negative: int() is the floor


def exact_share(salary_cents: int, cap_cents: Fraction | int, rate: FundingRate) -> int:
    """Return the share in euros, from exact fractions rounded half up once."""
    return rounded(Fraction(min(salary_cents, cap_cents)) * rate.per_cent / (100 * 100))


@pytest.mark.parametrize("rate", FUNDING.rates)
def test_a_pro_rata_share_is_rounded_once_only(rate: FundingRate) -> None:
    """77 hundredths of an hour at 50 % give 11.4997 €, so 11; a cap rounded to the cent would give 12."""
    for centihours in (77, *range(1, FULL_TIME + 1, 7)):
        share_estimate = estimate(ForecastLine("", "", centihours, 4_800_000), FUNDING, rate, pro_rata=True)
        assert share_estimate is not None
        exact = exact_share(4_800_000, Fraction(4_800_000 * centihours, FULL_TIME), rate)
        assert share_estimate.share_eur == exact, centihours


def test_somebody_at_zero_hours_is_asked_about_and_not_estimated() -> None:
    for pro_rata in (False, True):
        lines = (
            ForecastLine("Nom", "Prénom", 0, 3_000_000),
            ForecastLine("Autre", "Prénom", FULL_TIME, 3_000_000),
        )
        table = tabulate(Forecast(lines, CHARENTE.id, pro_rata), FUNDING)
        assert table.rows[0].estimate is None
        assert table.rows[0].findings == (ForecastCode.ZERO_HOURS,)
        assert table.share_eur == 24_000
        assert "0\N{NO-BREAK SPACE}heure n’y est pas comptée" in forecast_words.basis(table)


@given(st.lists(filled_lines, max_size=4), st.sampled_from(FUNDING.rates), st.booleans())
def test_the_table_agrees_with_exact_fractions(
    lines: list[ForecastLine], rate: FundingRate, pro_rata: bool
) -> None:
    table = tabulate(Forecast(tuple(lines), rate.id, pro_rata), FUNDING)
    total = None
    for row in table.rows:
        line = row.line
        if line.salary_cents is None or line.centihours == 0 or (pro_rata and line.centihours is None):
            assert row.estimate is None
            continue
        part = min(Fraction(1), Fraction(line.centihours or 0, FULL_TIME)) if pro_rata else Fraction(1)
        cap = Fraction(4_800_000) * part
        share = exact_share(line.salary_cents, cap, rate)
        assert row.estimate is not None
        assert (row.estimate.cap_cents, row.estimate.share_eur) == (rounded(cap), share)
        assert row.estimate.retained_cents == rounded(min(Fraction(line.salary_cents), cap))
        total = (total or 0) + share
    assert table.share_eur == total
    assert table.centihours == sum(line.centihours or 0 for line in lines)
    assert table.salary_cents == sum(line.salary_cents or 0 for line in lines)


def test_part_of_a_post_is_rounded_half_up() -> None:
    assert fte_hundredths(80_350, FUNDING) == 50
    assert fte_hundredths(FULL_TIME, FUNDING) == 100
    assert [half_up(n, 2) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert forecast_words.fte(50) == f"0,50{NBSP}ETP"


def test_rate_cap_and_pro_rata_are_shown_beside_the_amount() -> None:
    lines = (ForecastLine("Nom", "Prénom", FULL_TIME, 3_000_000),)
    table = tabulate(Forecast(lines, CHARENTE.id, pro_rata=True), FUNDING)
    basis = forecast_words.basis(table)
    for word in (
        "Estimation",
        f"80{NBSP}%",
        "à confirmer",
        f"48{NARROW}000{NBSP}€",
        "part du poste",
        "1\u202f607",
    ):
        assert word in basis
    assert forecast_words.share(table) == f"Part de la Caf (estimation){NBSP}: 24{NARROW}000{NBSP}€"
    assert forecast_words.share(tabulate(Forecast(lines), FUNDING)) is None
