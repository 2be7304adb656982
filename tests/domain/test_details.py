"""One rule says whether two territories are one: the SIREN, else the name however it is spelt."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.details import (
    is_another_territory,
    is_named,
    name_key,
    of_territory,
    same_territory,
    territory_keys,
)
from tests.each_row import each_row
from tests.strategies import any_texts

SIRENS = (None, "200072023", "200071827")
names = st.sampled_from(
    ["", "12", "Cœur de Charente", "COEUR-DE-CHARENTE", "Val", "val", "L’Œuf", "l'oeuf", "—"]
)
territories = st.builds(Territory, names | any_texts, st.sampled_from(SIRENS))
lists = st.lists(territories, max_size=8)


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


@each_row("blank", ["", " ", "12", "—", "’", "16-17", "\u3164", "\u200d", "?"])
def test_a_name_without_a_letter_is_no_other_s(blank: str) -> None:
    assert not same_territory(Territory(blank), Territory(blank))
    assert not is_named(Territory(blank))
    assert not is_another_territory(Territory(blank), Territory("Val de Charente"))
    assert not is_another_territory(Territory(blank, SIRENS[1]), Territory("Val de Charente"))
    assert same_territory(Territory(blank, SIRENS[1]), Territory("Val de Charente", SIRENS[1]))
    assert len(set(territory_keys([Territory(blank), Territory(blank)]))) == 2


@given(one=territories, other=territories)
def test_the_rule_is_symmetric_and_each_territory_with_a_letter_is_itself(
    one: Territory, other: Territory
) -> None:
    assert same_territory(one, other) == same_territory(other, one)
    assert is_another_territory(one, other) == is_another_territory(other, one)
    assert same_territory(one, one) == bool(one.siren or name_key(one.name))
    assert not is_another_territory(one, one)
    assert not (same_territory(one, other) and is_another_territory(one, other))


@given(every=lists, data=st.data())
def test_among_many_two_sirens_are_never_one_and_the_order_changes_nothing(
    every: list[Territory], data: st.DataObject
) -> None:
    keys = territory_keys(every)
    order = data.draw(st.permutations(range(len(every))))
    shuffled = territory_keys([every[rank] for rank in order])
    for here in range(len(every)):
        for there in range(len(every)):
            is_one = keys[here] == keys[there]
            assert is_one == (shuffled[order.index(here)] == shuffled[order.index(there)])
            if every[here].siren and every[there].siren:
                assert is_one == (every[here].siren == every[there].siren)
            elif not (every[here].siren or every[there].siren) and same_territory(every[here], every[there]):
                assert is_one, "also where the SIREN that bears the name has another name too"


@given(territory=territories, among=lists)
def test_those_of_a_territory_are_one_by_the_rule_and_of_one_siren(
    territory: Territory, among: list[Territory]
) -> None:
    found = [among[rank] for rank in of_territory(territory, among)]
    assert all(same_territory(one, territory) for one in found)
    assert len({one.siren for one in found if one.siren}) <= 1
    with_its_siren = [one for one in among if territory.siren and one.siren == territory.siren]
    assert found[: len(with_its_siren)] == with_its_siren


def test_a_name_that_two_sirens_bear_is_neither_s() -> None:
    here, nowhere, there = (Territory("Saint-Martin", siren) for siren in (SIRENS[1], None, SIRENS[2]))
    assert same_territory(here, nowhere)
    assert same_territory(nowhere, there)
    assert not same_territory(here, there)
    assert of_territory(nowhere, [here, there]) == []
    assert of_territory(nowhere, [here, nowhere, there]) == [1]
    assert of_territory(nowhere, [here]) == [0]
    assert of_territory(here, [nowhere, there, here]) == [2, 0]
    assert len(set(territory_keys([here, nowhere, there]))) == 3
    assert len(set(territory_keys([nowhere, here]))) == 1
