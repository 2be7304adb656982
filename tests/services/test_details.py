"""« Vous »: a known territory is recognised, and its SIREN and department come and go with its name."""

from __future__ import annotations

from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.details import DetailsForm, NewForm
from ctg_tui.services.workspace import Workspace
from tests.strategies import make_identity


def test_a_known_territory_is_recognised_however_its_name_is_spelt(workspace: Workspace) -> None:
    known = known_territories()
    for one in known:
        for name in (one.name, one.name.upper(), one.name.replace("œ", "oe").replace(" ", "-")):
            form = NewForm(workspace)
            form.take("territoire", "Ailleurs")
            form.take("siren", known[0].siren)
            assert "est celui de" in form.fields["siren"].note
            form.take("territoire", name)
            assert "siren" not in form.fields
            assert form.identity.territory == (name, one.siren, one.department, one.id)


def test_the_siren_and_department_of_a_known_territory_go_with_its_name(workspace: Workspace) -> None:
    first, second = known_territories()[:2]
    session = workspace.open(workspace.create(make_identity()))
    form = DetailsForm(workspace, session, "territoire")

    def named(name: str) -> tuple[str | None, ...]:
        form.take("territoire", name)
        return session.assessment.identity.territory[1:]

    assert named(first.name) == (first.siren, first.department, first.id)
    assert named("Ailleurs") == (None, "", None)
    assert named(second.name) == (second.siren, second.department, second.id)
    assert named("Autre part") == (None, "", None)
    form.take("siren", second.siren)
    assert named(first.name.upper())[0] == second.siren, "typed since, it stays"
