"""The form of an assessment: what is wrong in it, and what is stored of it."""

from __future__ import annotations

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
