"""The form of an assessment: what is wrong in it, and what is stored of it."""

from __future__ import annotations

from dataclasses import replace

from ctg_tui.domain.assessment import Identity, Moment
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.details import FormTexts, identity_of, problems


def test_a_known_territory_is_recognised_however_its_name_is_spelt() -> None:
    known = known_territories()
    for one in known:
        for name in (one.name, one.name.upper(), one.name.replace("œ", "oe").replace(" ", "-")):
            texts = FormTexts(name, "2027", Moment.YEARLY, one.siren)
            assert "siren" not in problems(texts, Identity(2027, Moment.YEARLY), known), name
            for siren in (one.siren, ""):
                stored = identity_of(
                    FormTexts(name, "2027", Moment.YEARLY, siren), Identity(2027, Moment.YEARLY), known
                ).territory
                assert (stored.known_id, stored.name) == (one.id, name)
    other = FormTexts("Ailleurs", "2027", Moment.YEARLY, known[0].siren)
    assert "est celui de" in problems(other, Identity(2027, Moment.YEARLY), known)["siren"]


def test_the_siren_and_department_of_a_known_territory_go_with_its_name() -> None:
    known = known_territories()
    first, second = known[:2]
    texts = FormTexts(first.name, "2027", Moment.YEARLY, first.siren, first.department)
    former = identity_of(texts, Identity(2027, Moment.YEARLY), known)
    assert (former.territory.siren, former.territory.department) == (first.siren, first.department)
    elsewhere = identity_of(replace(texts, territory="Ailleurs"), former, known)
    assert (elsewhere.territory.siren, elsewhere.territory.department) == (None, "")
    other = identity_of(replace(texts, territory=second.name), former, known)
    assert (other.territory.siren, other.territory.known_id) == (second.siren, second.id)
    respelt = identity_of(replace(texts, territory=first.name.upper()), former, known)
    assert respelt.territory.siren == first.siren
    typed = identity_of(replace(texts, territory="Ailleurs"), elsewhere, known)
    assert typed.territory.siren == first.siren, "typed since, it stays"
