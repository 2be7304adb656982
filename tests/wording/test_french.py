"""Small promises: French words and figures, SIREN, campaign, sentences of refusals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ctg_tui.domain.details import normalise_siren
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import campaign_year
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import Finding, FindingCode
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.wording import french
from ctg_tui.wording.lines import finding
from tests.each_row import each_row
from tests.strategies import charente


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Communauté de communes Lavalette Tude Dronne", "Lavalette Tude Dronne"),
        ("Communauté de communes de La Rochefoucauld", "La Rochefoucauld"),
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
        (state_in_2027(date(2026, 11, 30)), "À rendre du 1er décembre au 31 mars 2027."),
        (state_in_2027(date(2026, 12, 1)), "À rendre au plus tard le 31 mars 2027, dans 120 jours."),
        (state_in_2027(date(2027, 2, 18)), "À rendre au plus tard le 31 mars, dans 41 jours."),
        (state_in_2027(date(2027, 3, 30)), "À rendre au plus tard le 31 mars, dans 1 jour."),
        (state_in_2027(date(2027, 3, 31)), "À rendre au plus tard le 31 mars, aujourd’hui."),
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


def test_why_74_per_cent_is_answered_with_points_nc_and_blanks() -> None:
    explained = french.explain(Tally(31, 14, 2, 1)).replace(french.NBSP, " ")
    assert explained == "31 points sur 42 (14 notes × 3, hors 2 NC et 1 case vide) : 74 %."
    assert "et 3\N{NO-BREAK SPACE}cases vides" in french.explain(Tally(blank=3))


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


def test_every_known_territory_has_a_valid_siren_and_no_neighbour_of_it_is() -> None:
    """The check digit catches any single wrong digit."""
    for territory in known_territories():
        siren = territory.siren or ""
        assert normalise_siren(siren) == siren
        for position, digit in enumerate(siren):
            for other in set("0123456789") - {digit}:
                wrong = siren[:position] + other + siren[position + 1 :]
                with pytest.raises(ValueError, match="clé de contrôle"):
                    normalise_siren(wrong)


@each_row(
    "today, year",
    [
        *((date(2026, 12, 1), 2027), (date(2027, 1, 15), 2027), (date(2027, 3, 31), 2027)),
        *((date(2027, 4, 1), 2028), (date(2027, 11, 30), 2028)),
    ],
)
def test_the_year_proposed_is_that_of_the_next_closing(today: date, year: int) -> None:
    assert campaign_year(charente().campaign, today) == year
