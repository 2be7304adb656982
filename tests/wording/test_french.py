"""Small promises: French words and figures, SIREN, campaign, fingerprint, form, sentences of refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    Adviser,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Status,
    Territory,
)
from ctg_tui.domain.details import cleaned_identity, normalise_siren
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import Campaign, campaign_closing, campaign_year
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import Finding, FindingCode
from ctg_tui.domain.text import canonical_json, digest, short_fingerprint
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.wording import french
from ctg_tui.wording.steps import finding
from tests.cleanness import is_clean
from tests.each_row import each_row
from tests.strategies import any_texts, charente, make_identity

# French.


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Communauté de communes Lavalette Tude Dronne", "Lavalette Tude Dronne"),
        ("Communauté de communes de Lavalette", "Lavalette"),
        ("Communauté de communes de La Rochefoucauld", "La Rochefoucauld"),
        ("Communauté de communes Deux Rives", "Deux Rives"),
        ("Communauté d’agglomération de la Plaine", "Plaine"),
        ("COMMUNAUTÉ DE COMMUNES DES 4 B", "4 B"),
        ("Ville de Ruffec", "Ruffec"),
        ("Communauté d'agglomération de l'Estuaire", "Estuaire"),
        ("Communauté de communes", "Communauté de communes"),
    ],
)
def test_a_territory_is_known_by_its_own_name_whole(name: str, own: str) -> None:
    assert french.without_kind(name) == own


def state_in_2027(today: date) -> str:
    return french.due_words(charente().campaign, 2027, today)


@each_row(
    "shown, expected",
    [
        (french.count(0, "case"), "0 case"),
        (french.count(1, "case"), "1 case"),
        (french.count(2, "case"), "2 cases"),
        (french.count(2, "ligne notée", "lignes notées"), "2 lignes notées"),
        (french.count(4580, "poste"), "4.580 postes"),
        (french.thousands(1_234_567), "1.234.567"),
        (french.euros(48_000), "48.000 €"),
        (french.percentage(Tally(31, 14)), "74 %"),
        (french.percentage(Tally(0, 3)), "0 %"),
        (french.percentage(Tally(blank=3)), "—"),
        (french.day(date(2027, 3, 1)), "1er mars 2027"),
        (french.day(date(2027, 1, 12)), "12 janvier 2027"),
        (french.short_day(date(2027, 8, 1)), "1er août"),
        (french.day_and_time(datetime(2027, 1, 12, 9, 5, tzinfo=UTC)), "12 janvier 2027 à 09 h 05"),
        (french.counts(Tally(31, 14, 2, 3)), "14 notées · 2 NC · 3 vides"),
        (
            state_in_2027(date(2026, 11, 30)),
            "À rendre au plus tard le 31 mars 2027 : la campagne ouvre en décembre.",
        ),
        (state_in_2027(date(2026, 12, 1)), "À rendre au plus tard le 31 mars 2027, dans 120 jours."),
        (state_in_2027(date(2027, 2, 18)), "À rendre au plus tard le 31 mars, dans 41 jours."),
        (state_in_2027(date(2027, 3, 30)), "À rendre au plus tard le 31 mars, dans 1 jour."),
        (state_in_2027(date(2027, 3, 31)), "À rendre aujourd’hui au plus tard."),
        (state_in_2027(date(2027, 4, 1)), "À rendre au plus tard le 31 mars : la date est passée."),
        (french.sending_name(2, date(2026, 11, 30)), "envoi n° 2, du 30 novembre"),
        (french.listing([]), ""),
        (french.listing(["Famille"]), "Famille"),
        (french.listing(["Famille", "Éducation", "Social"]), "Famille, Éducation et Social"),
    ],
)  # fmt: skip
def test_a_figure_or_a_word_as_french_writes_it(shown: str, expected: str) -> None:
    # In the table a dot stands for the narrow no-break space between thousands.
    assert shown.replace(french.NARROW, ".").replace(french.NBSP, " ") == expected


def test_figures_hold_together_at_the_end_of_a_line() -> None:
    assert french.percentage(Tally(31, 14)) == f"74{french.NBSP}%"
    assert french.euros(24_000) == f"24{french.NARROW}000{french.NBSP}€"
    assert " " not in french.count(3, "note")


@each_row(
    "written, words",
    [
        ("plafonnée à 48 000 €, soit", ["plafonnée", "à", "48|000|€,", "soit"]),
        ("50 % de 15 000 € ou 1 200 000 fois", ["50|%", "de", "15|000|€", "ou", "1|200|000", "fois"]),
        ("de 3 à 5 ans, 1 ou 2000 fois", ["de", "3", "à", "5", "ans,", "1", "ou", "2000", "fois"]),
    ],
)
def test_no_line_ends_inside_an_amount_of_the_caf(written: str, words: list[str]) -> None:
    shown = french.unbroken_amounts(written)
    assert shown.replace(french.NBSP, "|").split(" ") == words
    assert shown.replace(french.NBSP, " ") == written


def test_why_74_per_cent_is_answered_with_points_nc_and_blanks() -> None:
    explained = french.explain(Tally(31, 14, 2, 1)).replace(french.NBSP, " ")
    assert explained == (
        "31 points sur 42 possibles (14 notes × 3) : 74 %. 2 cases NC ne sont pas prises en compte. "
        "1 case vide ne compte pas encore."
    )
    assert "pas de pourcentage" in french.explain(Tally(blank=3))


def test_every_value_that_is_shown_has_its_french_name() -> None:
    assert french.MOMENTS.keys() == set(Moment)
    assert french.PROFILES.keys() == set(Profile)
    assert french.STATUSES.keys() == set(Status)
    assert french.TOPICS.keys() == set(PreparationTopic)
    assert len(french.MONTHS) == 12


@each_row("code", FindingCode)
@each_row("places", [(), ("m1.a01",), ("m1.a01", "m1.a02")])
def test_every_finding_is_a_sentence(code: FindingCode, places: tuple[str, ...]) -> None:
    sentence = finding(Finding(code, places))
    assert sentence.endswith(".")
    assert "None" not in sentence


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("« a » : b ; c ! d ?", "«_a_»_: b,; c,! d,?"),
        ("74 % de 12 €", "74_% de 12_€"),
        ("14:02:11", "14:02:11"),
    ],
)
def test_a_refusal_is_written_plain_and_shown_typeset(plain: str, set_: str) -> None:
    expected = set_.replace("_", french.NBSP).replace(",", french.NARROW)
    assert typeset(plain) == expected
    assert typeset(expected) == expected
    refusal = Refusal("essai", plain, plain)
    assert refusal.sentences() == f"{expected} {expected}"


# SIREN.


def test_every_known_territory_has_a_valid_siren_and_no_neighbour_of_it_is() -> None:
    """The check digit catches any single wrong digit."""
    for territory in known_territories():
        assert normalise_siren(territory.siren) == territory.siren
        for position, digit in enumerate(territory.siren):
            for other in set("0123456789") - {digit}:
                wrong = territory.siren[:position] + other + territory.siren[position + 1 :]
                with pytest.raises(ValueError, match="clé de contrôle"):
                    normalise_siren(wrong)


def test_a_siren_may_be_typed_with_spaces() -> None:
    assert normalise_siren(" 200 043\u00a0016 ") == "200043016"


@each_row("text", ["", "20004301", "2000430166", "20004301a", "٢٠٠٠٤٣٠١٦", "²00043016"])
def test_a_siren_has_nine_plain_digits(text: str) -> None:
    with pytest.raises(ValueError, match="9 chiffres"):
        normalise_siren(text)


# Campaign.


@each_row(
    "today, year",
    [
        *((date(2026, 12, 1), 2027), (date(2027, 1, 15), 2027), (date(2027, 3, 31), 2027)),
        *((date(2027, 4, 1), 2028), (date(2027, 11, 30), 2028)),
    ],
)
def test_the_year_proposed_is_that_of_the_next_closing(today: date, year: int) -> None:
    assert campaign_year(charente().campaign, today) == year


@each_row(
    "month, year, last",
    [
        (3, 2027, date(2027, 3, 31)),
        (2, 2028, date(2028, 2, 29)),
        (12, 2027, date(2027, 12, 31)),
        (6, 2027, date(2027, 6, 30)),
    ],
)
def test_a_campaign_closes_on_the_last_day_of_its_month(month: int, year: int, last: date) -> None:
    campaign: Campaign = charente().campaign._replace(closing_month=month)
    assert campaign_closing(campaign, year) == last


# Fingerprint.

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(value=json_values)
def test_canonical_json_is_rfc_8785_for_values_without_floats(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # hypothesis says object


def test_a_fingerprint_is_read_over_the_phone_in_two_groups_of_four() -> None:
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert short_fingerprint(digest({})) == "4413-6FA3"


# The form.


@given(text=any_texts)
def test_every_text_of_the_form_is_cleaned_and_twice_changes_nothing(text: str) -> None:
    identity = Identity(
        2027,
        Moment.YEARLY,
        Territory(text, None, text, text),
        (Coordinator("c1", text, text, Profile.THEMATIC, (text,)),),
        Adviser(text, text),
    )
    cleaned = cleaned_identity(identity)
    person = cleaned.coordinators[0]
    texts = [cleaned.territory.name, cleaned.territory.department, cleaned.territory.known_id or ""]
    texts += [
        person.last_name,
        person.first_name,
        *person.policies,
        cleaned.adviser.name,
        cleaned.adviser.email,
    ]
    assert all(is_clean(one) for one in texts)
    assert cleaned_identity(cleaned) == cleaned


@each_row(
    "identity, code",
    [
        (make_identity(year=1999), "annee-hors-bornes"),
        (make_identity(year=2200), "annee-hors-bornes"),
        (make_identity(territory=Territory("a", "200043017")), "siren-invalide"),
        (make_identity(coordinators=make_identity().coordinators * 2), "personne-en-double"),
    ],
)
def test_a_form_out_of_bounds_is_refused(identity: Identity, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        cleaned_identity(identity)
    assert caught.value.code == code
