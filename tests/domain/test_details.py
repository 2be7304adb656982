"""One rule says whether two territories are one: the SIREN, else the name however it is spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Adviser, Coordinator, Profile, Territory
from ctg_tui.domain.details import cleaned_identity, is_email, name_key, normalise_siren, same_territory
from ctg_tui.domain.errors import Refusal
from tests.each_row import each_row
from tests.strategies import any_texts, make_identity

SIRENS = (None, "200072023", "200071827")
names = st.sampled_from(
    ["", "12", "Cœur de Charente", "COEUR-DE-CHARENTE", "Val", "val", "L’Œuf", "l'oeuf", "—"]
)
territories = st.builds(Territory, names | any_texts, st.sampled_from(SIRENS))


@each_row(
    "one, other",
    [
        ("Cœur de Charente", "Coeur de Charente"),
        ("Communauté d'agglomération du Grand Angoulême", "COMMUNAUTE D’AGGLOMERATION DU GRAND-ANGOULEME"),
        ("La Rochefoucauld - Porte du Périgord", "la rochefoucauld\u2011porte  du perigord "),
        ("Lys-lez-Ænnoy", "LYS LEZ AENNOY"),
        ("Val\N{NO-BREAK SPACE}de Charente", "Val\u200b de\tCharente"),
        ("E\u0301tampes", "étampes"),
        ("Grand-Angoulême", "GrandAngouleme"),
    ],
)
def test_two_spellings_of_a_name_are_one_territory(one: str, other: str) -> None:
    assert same_territory(Territory(one), Territory(other))
    assert same_territory(Territory(one, SIRENS[1]), Territory(other))
    assert same_territory(Territory(one, SIRENS[1]), Territory("Autre", SIRENS[1]))
    assert not same_territory(Territory(one, SIRENS[1]), Territory(other, SIRENS[2]))
    assert not same_territory(Territory(one), Territory(f"{other} Nord"))


@given(one=territories, other=territories)
def test_the_rule_is_symmetric_and_each_territory_with_a_letter_is_itself(
    one: Territory, other: Territory
) -> None:
    assert same_territory(one, other) == same_territory(other, one)
    assert same_territory(one, one) == bool(one.siren or name_key(one.name))


@given(st.text(st.sampled_from("0123456789"), min_size=8, max_size=8))
def test_of_ten_last_digits_one_makes_a_siren(first: str) -> None:
    """The key of a SIREN: doubled every second digit from the right, the digits' sum is a multiple of 10."""

    def sum_of(digits: str) -> int:
        doubled = (str(int(digit) * (2 if rank % 2 else 1)) for rank, digit in enumerate(digits))
        return sum(int(digit) for digit in "".join(doubled))

    for last in "0123456789":
        siren = first + last
        if sum_of(siren) % 10 == 0:
            assert normalise_siren(f" {siren[:3]} {siren[3:6]}\t{siren[6:]} ") == siren
        else:
            with pytest.raises(ValueError, match=r"sa clé de contrôle est fausse\. Vérifiez les chiffres\.$"):
                normalise_siren(siren)


@each_row("typed", ["", "20004301", "2000430160", "20004301A", "²00043016", "٢00043016", "200-043-016"])
def test_what_is_not_nine_digits_is_no_siren(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^Le SIREN compte 9 chiffres\.$"):
        normalise_siren(typed)


def test_the_form_is_stored_clean_and_what_cannot_be_is_refused() -> None:
    typed = make_identity(
        territory=Territory(" Val\tde\nCharente", "200043016", "16\n", "val\t16"),
        coordinators=(
            Coordinator("c1\n", "Nom\t", "Pré\nnom", Profile.THEMATIC, ("famille\n",)),
            Coordinator("c2", "Nom", "Prénom", Profile.THEMATIC),
        ),
        adviser=Adviser("Prénom\nNom", "prenom.nom@exemple.fr\t"),
    )
    clean = cleaned_identity(typed)
    assert cleaned_identity(clean) == clean
    assert clean.territory == Territory(*(part.replace("\t", " ") for part in clean.territory if part))
    said = repr(clean)
    assert "\\n" not in said
    assert "\\t" not in said
    assert cleaned_identity(typed._replace(territory=Territory())).territory == Territory()
    for year in (2000, 2199):
        assert cleaned_identity(typed._replace(year=year)).year == year
    for year in (1999, 2200):
        with pytest.raises(Refusal) as caught:
            cleaned_identity(typed._replace(year=year))
        assert caught.value.sentences() == "L’année doit être comprise entre 2000 et 2199. Corrigez-la."


def test_an_address_looks_like_one() -> None:
    assert all(map(is_email, ["prenom.nom@caf16.caf.fr", "a@b.fr", "à@é.fr"]))
    odd = ["", "a", "a@b", "a@b.", "@b.fr", "a b@c.fr", "a@b.fr, c@d.fr", "a@b.fr\n", "a@@b.fr"]
    assert not any(map(is_email, odd))
