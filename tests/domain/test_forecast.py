"""The forecast table: integers from end to end, names of the form, checks in place, estimates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.amounts import MAX_CENTIHOURS, MAX_SALARY_CENTS, half_up
from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.estimate import Reading, estimate, fte_hundredths
from ctg_tui.domain.forecast import (
    Forecast,
    ForecastCode,
    ForecastFinding,
    ForecastLine,
    in_post,
    post_numbers,
    tabulate,
    with_people,
)
from ctg_tui.domain.grid import FundingRate
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.amounts import parse_hours, parse_post, parse_salary
from ctg_tui.wording.french import NARROW, NBSP
from tests.each_row import each_row
from tests.strategies import charente

FUNDING = charente().funding
NATIONAL, CHARENTE = FUNDING.rates
FULL_TIME = 160_700


def person(ref: str, last_name: str = "Nom", first_name: str = "Prénom") -> Coordinator:
    return Coordinator(ref, last_name, first_name, Profile.THEMATIC)


# typed amounts


@each_row(
    "typed, centihours",
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


@each_row(
    "typed, cents",
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


@each_row(
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


@each_row(
    "line, code",
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

CAP = Fraction(48_000)


def hours_part(*centihours: int) -> Fraction:
    """Return the part of a full-time post, never over one."""
    return min(Fraction(1), Fraction(sum(centihours), FULL_TIME))


def half_up_euro(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))  # never negative: int() is the floor


def shares(forecast: Forecast) -> list[dict[str, int]]:
    """Return the shares of each post, {} without an estimate."""
    posts = tabulate(forecast, FUNDING).posts
    return [
        {} if post.estimate is None else {way.value: eur for way, eur in post.estimate.shares_eur.items()}
        for post in posts
    ]


def alone(centihours: int | None, cents: int | None, post: int | None = None) -> ForecastLine:
    return ForecastLine("Nom", "Prénom", centihours, cents, post=post)


def test_no_rate_is_the_default_and_without_one_nothing_is_estimated() -> None:
    table = tabulate(Forecast((alone(FULL_TIME, 3_600_000),)), FUNDING)
    assert table.rate is None
    assert not table.shares_eur
    assert table.posts[0].estimate is None
    assert tabulate(Forecast(rate="disparu"), FUNDING).rate is None


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


def test_a_missing_figure_leaves_no_estimate() -> None:
    assert shares(Forecast((alone(100, None),), NATIONAL.id)) == [{}]
    assert shares(Forecast((alone(None, 100),), NATIONAL.id, pro_rata=True)) == [{}]
    known_and_not = (alone(FULL_TIME, 100, 1), alone(FULL_TIME, None, 1))
    assert shares(Forecast(known_and_not, NATIONAL.id)) == [{}], "half of its cost is not the cost of a post"


def test_two_people_who_share_a_post_have_one_cap() -> None:
    two = (alone(FULL_TIME // 2, 3_000_000, 7), alone(FULL_TIME // 2, 3_000_000, 7))
    assert shares(Forecast(two, CHARENTE.id)) == [{"cout-plafonne": 38_400, "part-plafonnee": 48_000}]
    own = tuple(replace(line, post=None) for line in two)
    assert shares(Forecast(own, CHARENTE.id)) == [{"cout-plafonne": 24_000, "part-plafonnee": 24_000}] * 2
    table = tabulate(Forecast(two, CHARENTE.id), FUNDING)
    assert table.posts[0].positions == (0, 1)
    assert [row.is_first_of_post for row in table.rows] == [True, False]


def test_lines_take_the_lowest_number_that_no_post_has() -> None:
    lines = (alone(None, None), alone(None, None, 1), alone(None, None), alone(None, None, 5))
    assert post_numbers(lines) == (2, 1, 3, 5)


def test_the_number_shown_for_a_line_is_the_one_to_type_on_another() -> None:
    lines = (alone(None, None), alone(None, None), alone(None, None))
    assert post_numbers(lines) == (1, 2, 3)
    joined = in_post(lines, 2, 1)
    assert post_numbers(joined) == (1, 2, 1)
    assert post_numbers(joined[1:]) == (2, 1), "without the first line the others share nothing new"
    assert post_numbers(in_post(joined, 2, None)) == (1, 2, 3)


filled_lines = st.builds(
    ForecastLine,
    st.just("Nom"),
    st.just("Prénom"),
    st.none() | st.integers(0, MAX_CENTIHOURS) | st.integers(0, FULL_TIME),
    st.none() | st.integers(0, MAX_SALARY_CENTS),
    st.none(),
    st.none() | st.integers(1, 3),
)


@pytest.mark.parametrize("rate", FUNDING.rates)
def test_a_pro_rata_share_is_rounded_once_only(rate: FundingRate) -> None:
    """77 hundredths of an hour at 50 % give 11.4997 €, so 11; a cap rounded to the cent would give 12."""
    for centihours in (77, *range(1, FULL_TIME + 1, 7)):
        estimated = estimate(4_800_000, centihours, FUNDING, rate, pro_rata=True)
        assert estimated is not None
        cap = CAP * hours_part(centihours)
        exact = {
            "cout-plafonne": half_up_euro(min(CAP, cap) * rate.per_cent / 100),
            "part-plafonnee": half_up_euro(min(CAP * rate.per_cent / 100, cap)),
        }
        assert dict(estimated.shares_eur) == {way: exact[way] for way in estimated.shares_eur}, centihours


def test_somebody_at_zero_hours_is_asked_about_and_not_estimated() -> None:
    for pro_rata in (False, True):
        lines = (alone(0, 3_000_000), ForecastLine("Autre", "Prénom", FULL_TIME, 3_000_000))
        table = tabulate(Forecast(lines, CHARENTE.id, pro_rata), FUNDING)
        assert table.posts[0].estimate is None
        assert table.rows[0].findings == (ForecastCode.ZERO_HOURS,)
        assert set(table.shares_eur.values()) == {24_000}
        assert "0\N{NO-BREAK SPACE}heure n’y est pas comptée" in forecast_words.basis(table)
    shared = tuple(replace(line, post=1) for line in lines)
    assert shares(Forecast(shared, NATIONAL.id)) == [{"cout-plafonne": 15_000}]


@given(st.lists(filled_lines, max_size=5), st.sampled_from(FUNDING.rates), st.booleans())
def test_the_table_agrees_with_exact_fractions(
    lines: list[ForecastLine], rate: FundingRate, pro_rata: bool
) -> None:
    """The rule again, in euros: the cost of each post, its cap, the two readings, one rounding."""
    groups: dict[object, list[ForecastLine]] = {}
    for rank, line in enumerate(lines):
        groups.setdefault(line.post or f"line {rank}", []).append(line)
    expected: list[dict[str, int]] = []
    for people in groups.values():
        working = [line for line in people if line.centihours is None or line.centihours > 0]
        costs = [line.salary_cents for line in working]
        hours = [line.centihours for line in working]
        if not working or None in costs or (pro_rata and None in hours):
            expected.append({})
            continue
        cost = Fraction(sum(cents for cents in costs if cents is not None), 100)
        cap = CAP * hours_part(*(part for part in hours if part is not None)) if pro_rata else CAP
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
    assert sorted(at for post in table.posts for at in post.positions) == list(range(len(lines)))
    assert table.centihours == sum(line.centihours or 0 for line in lines)
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


def test_part_of_a_post_is_rounded_half_up() -> None:
    assert fte_hundredths(80_350, FUNDING) == 50
    assert fte_hundredths(FULL_TIME, FUNDING) == 100
    assert [half_up(n, 2) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert forecast_words.fte(50) == f"0,50{NBSP}ETP"


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
    both = f"Part de la Caf (estimation), dans les deux lectures{NBSP}: 24{NARROW}000{NBSP}€"
    assert forecast_words.shares(table) == [both]
    assert forecast_words.shares(tabulate(Forecast(lines), FUNDING)) == []
    national = tabulate(Forecast(lines, NATIONAL.id), FUNDING)
    assert forecast_words.shares(national) == [f"Part de la Caf (estimation){NBSP}: 15{NARROW}000{NBSP}€"]
    assert forecast_words.rate(NATIONAL) == f"50{NBSP}% – national"


def test_both_readings_of_the_cafs_sentence_are_shown_with_what_else_it_may_mean() -> None:
    table = tabulate(Forecast((alone(FULL_TIME, 6_000_000),), CHARENTE.id), FUNDING)
    cost, share = forecast_words.shares(table)
    assert cost.endswith(f"(38{NARROW}400{NBSP}€ au plus){NBSP}: 38{NARROW}400{NBSP}€")
    assert share.endswith(f"(48{NARROW}000{NBSP}€ au plus){NBSP}: 48{NARROW}000{NBSP}€")
    assert all("estimation" in line for line in (cost, share))
    doubt = forecast_words.doubt(table)
    assert doubt is not None
    assert "la part des postes aidés" in doubt
    assert forecast_words.doubt(tabulate(Forecast(rate=NATIONAL.id), FUNDING)) is None
    assert forecast_words.post_share(table.posts[0]) == (
        f"Caf ≈ 38{NARROW}400{NBSP}€ ou 48{NARROW}000{NBSP}€"
    )


def test_the_diagnosis_is_said_with_its_rule() -> None:
    table = tabulate(Forecast(diagnosis_cents=2_000_000), FUNDING)
    assert table.diagnosis is not None
    words = forecast_words.diagnosis(table.diagnosis)
    for word in ("estimation", f"50{NBSP}%", f"15{NARROW}000{NBSP}€", f"7{NARROW}500{NBSP}€", "hors total"):
        assert word in words
    assert f"soit 7{NARROW}500" not in words


@pytest.mark.parametrize(("typed", "number"), [("", None), (" 3 ", 3), ("200", 200)])
def test_the_number_of_a_post_is_read(typed: str, number: int | None) -> None:
    assert parse_post(typed) == number


@each_row("typed", ["0", "201", "-1", "1,5", "un", "٣", "1" * 30])
def test_a_text_that_is_no_post_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="1 à 200"):
        parse_post(typed)
