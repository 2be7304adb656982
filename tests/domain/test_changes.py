"""Edits as changes: they can be undone and redone, and change no other value."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import date
from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui import domain
from ctg_tui.domain import edits, text
from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Assessment,
    Coordinator,
    Outcome,
    PreparationTopic,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.changes import ACTION, Change, Field, apply, put, spelt_grid
from ctg_tui.domain.details import parts
from ctg_tui.domain.forecast import Forecast, ForecastLine, forecast_text, parse_forecast
from ctg_tui.domain.grid import Grid
from ctg_tui.storage import connection
from tests.strategies import (
    actions,
    answers,
    assessments,
    fill,
    make_assessment,
    make_grid,
    make_identity,
    paragraphs,
    turned,
)


def turn(grid: Grid, assessment: Assessment, policy: str) -> tuple[Change, ...]:
    """Untick a policy for all people or, where nobody has it, tick it for the first one."""
    if not assessment.identity.coordinators:
        return ()
    return edits.describe_with_columns(grid, assessment, turned(assessment.identity, policy))


def undo(assessment: Assessment, made: tuple[Change, ...]) -> Assessment:
    return apply(assessment, [change.inverse() for change in reversed(made)])


@st.composite
def an_edit(draw: st.DrawFn, grid: Grid, assessment: Assessment) -> tuple[Change, ...]:
    """Draw one edit of any kind on `assessment`."""
    activity = draw(st.sampled_from(tuple(grid.activities)))
    policy = draw(st.sampled_from(grid.policies)).id
    cells = draw(st.lists(st.sampled_from(grid.cells), min_size=1, max_size=6, unique=True))
    text = draw(st.just("") | paragraphs)
    topic = draw(st.sampled_from(PreparationTopic)).value
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return edits.rate(assessment, cells, draw(st.none() | answers))
    if kind == 1:
        return turn(grid, assessment, policy)
    if kind == 2:
        return edits.neutralise(assessment, cells)
    if kind == 3:
        return edits.give_back(assessment, cells)
    if kind == 4:
        return put(assessment, Field.COMMENT, activity, text)
    if kind == 5:
        return put(assessment, Field.PREPARATION, topic, text)
    if kind == 6:
        return put(assessment, Field.NUMBER, "m1.i01", draw(st.none() | st.integers(0, 999_999)))
    return put(assessment, Field.ACTION, activity, draw(st.none() | actions))


@given(data=st.data(), drawn=assessments())
def test_any_edits_are_undone_one_by_one_and_redone(
    data: st.DataObject, drawn: tuple[Grid, Assessment]
) -> None:
    grid, start = drawn
    states = [start]
    journal = []
    for _ in range(data.draw(st.integers(1, 6))):
        made = data.draw(an_edit(grid, states[-1]))
        journal.append(made)
        states.append(apply(states[-1], made))
    present = states[-1]
    for made, before in zip(reversed(journal), reversed(states[:-1]), strict=True):
        present = undo(present, made)
        assert present == before
    for made, after in zip(journal, states[1:], strict=True):
        present = apply(present, made)
        assert present == after


@given(drawn=assessments(), data=st.data())
def test_a_column_made_nc_and_given_back_is_as_before(
    drawn: tuple[Grid, Assessment], data: st.DataObject
) -> None:
    grid, assessment = drawn
    policy = data.draw(st.sampled_from(grid.policies)).id
    person = Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC, (policy,))
    assessment = assessment._replace(identity=make_identity(coordinators=(person,)))
    cells = edits.column_cells(grid, policy)
    made_nc = apply(assessment, turn(grid, assessment, policy))
    assert all(made_nc.answers[cell] is NOT_CONCERNED for cell in cells)
    if any(assessment.answers.get(cell) is not NOT_CONCERNED for cell in cells):
        assert apply(made_nc, turn(grid, made_nc, policy)) == assessment
    others = {cell: answer for cell, answer in assessment.answers.items() if cell not in cells}
    assert {cell: answer for cell, answer in made_nc.answers.items() if cell not in cells} == others


def test_the_columns_follow_the_policies_that_people_leave_or_take() -> None:
    grid = make_grid()
    one, other = (
        Coordinator(f"c{rank}", "Nom", "Prénom", Profile.THEMATIC, policies)
        for rank, policies in enumerate((("famille", "social"), ("social",)), 1)
    )
    start = make_assessment(grid, fill(grid), identity=make_identity(coordinators=(one, other)))

    def described(before: Assessment, *people: Coordinator) -> tuple[list[str], Assessment]:
        """Return the policies that people turn, and the assessment with these people."""
        identity = before.identity._replace(coordinators=people)
        made = edits.describe_with_columns(grid, before, identity)
        return list(edits.turned_policies(grid, before, identity)), apply(before, made)

    turned, there = described(start, one._replace(policies=("social",)), other)
    assert turned == ["famille"]
    assert there.identity.coordinators == (one._replace(policies=("social",)), other)
    for cell in grid.cells:
        is_left = cell.policy == "famille"
        assert there.answers[cell] is (NOT_CONCERNED if is_left else Rating.MOSTLY)
        assert (cell in there.set_aside) is is_left
    assert described(there, one, other) == (["famille"], start), "taken again, its answers come back"
    assert described(start, one)[0] == [], "another one has the policy still"
    assert described(start)[0] == [], "nobody is named: nothing is known of their policies"
    assert described(start._replace(identity=make_identity(coordinators=())), one)[0] == []
    by_hand = start._replace(answers=fill(grid, (NOT_CONCERNED,)))
    turned, there = described(by_hand, one._replace(policies=()), other)
    assert (turned, there.answers) == ([], by_hand.answers), "NC already"
    turned, there = described(there, one, other)
    assert turned == ["famille"]
    assert {cell.policy for cell in there.answers} == {"education", "social"}, "NC by hand: to be answered"


# What the database and the files spell: a word changed here makes what people have unreadable.

WORDS = """
assessment.Moment: demarrage annuelle fin-engagement
assessment.Outcome: fait reporte abandonne
assessment.PreparationTopic: rendez-vous points-forts points-a-travailler aide-demandee formation
assessment.Profile: chef-de-projet thematique
assessment.Status: provisoire definitif
changes.Field: note mise-de-cote commentaire nombre preparation action renseignements previsionnel
    grille parole reponse
changes.Operation: note colonne reprise commentaire nombre preparation action renseignements
    previsionnel import grille reponse
connection.BackupReason: quotidienne demandee avant-mise-a-jour avant-suppression avant-restauration
    avant-changement-de-grille avant-remplacement mise-de-cote
details.Part: annee moment territoire personnes contact
steps.FindingCode: territoire-absent charge-absent conseiller-absent sans-ligne-de-la-caf
    cases-sans-reponse indicateurs-sans-nombre notes-basses-sans-commentaire
    points-sans-reponse previsionnel-absent previsionnel-non-joint previsionnel-incomplet
thread.Choice: vu mettre garder
thread.PointState: a-voir repondu regle
"""


def test_each_word_of_the_database_and_of_json_stays_what_it_is() -> None:
    names = [module.name for module in pkgutil.iter_modules(domain.__path__)]
    modules = [connection, *(importlib.import_module(f"{domain.__name__}.{name}") for name in names)]
    said = [
        f"{module.__name__.rpartition('.')[2]}.{kind.__name__}: {' '.join(kind)}"
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == module.__name__
    ]
    assert sorted(said) == re.sub(r"\n +", " ", WORDS).strip().split("\n")


def test_each_value_of_the_database_is_spelt_and_read_as_it_is() -> None:
    day = date(2027, 6, 30)
    line = ForecastLine("Nom", "Prénom", 80_350, 2_400_000, "c1")
    person = Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC, ("famille",))
    identity = make_identity(
        year=2027, coordinators=(person,), territory=Territory("Val", "200043016", "16", "val-de-charente")
    )
    spelt = {
        (Field.ACTION, "m1.a03"): text.spelt(
            text.row_of(Action("Agir", "Prénom Nom", day, Outcome.DONE), ACTION)
        ),
        (Field.FORECAST, ""): forecast_text(Forecast((line,), "taux-1")),
        (Field.GRID, "grille"): spelt_grid("charente", "2024-08", "sha256:b"),
        **{(Field.DETAILS, key): text for key, text in parts(identity).items()},
    }
    assert "\n".join(f"{field.value} {key} {text}" for (field, key), text in spelt.items()) == (
        """\
action m1.a03 {"devenir": "fait", "quand": "2027-06-30", "qui": "Prénom Nom", "quoi": "Agir"}
previsionnel  {"lignes": [{"centiheures": 80350, "centimes": 2400000, "nom": "Nom", "prenom": "Prénom", "ref": "c1"}], "taux": "taux-1"}
grille grille {"empreinte": "sha256:b", "id": "charente", "version": "2024-08"}
renseignements annee 2027
renseignements moment annuelle
renseignements territoire {"departement": "16", "id": "val-de-charente", "nom": "Val", "siren": "200043016"}
renseignements personnes [{"nom": "Nom", "politiques": ["famille"], "prenom": "Prénom", "profil": "thematique", "ref": "c1"}]
renseignements contact {"courriel": "prenom.nom@exemple.fr", "nom": "Prénom Nom"}"""  # noqa: E501
    )
    nothing = make_identity(territory=Territory(), adviser=Adviser())
    blank = {
        (Field.FORECAST, ""): forecast_text(Forecast((ForecastLine(),))),
        (Field.DETAILS, "territoire"): parts(nothing)["territoire"],
        (Field.DETAILS, "contact"): parts(nothing)["contact"],
        (Field.ACTION, "m1.a03"): text.spelt(text.row_of(Action(), ACTION)),
    }
    assert [*blank.values()] == [
        (
            '{"lignes": [{"centiheures": null, "centimes": null, "nom": "", '
            '"prenom": "", "ref": null}], "taux": null}'
        ),
        '{"departement": "", "id": null, "nom": "", "siren": null}',
        '{"courriel": "", "nom": ""}',
        "{}",
    ]
    assert forecast_text(Forecast()) is None
    there = apply(make_assessment(make_grid()), [Change(*place, None, text) for place, text in spelt.items()])
    assert there.identity == identity
    assert (there.grid_id, there.grid_version, there.grid_fingerprint) == ("charente", "2024-08", "sha256:b")
    assert parse_forecast(spelt[Field.FORECAST, ""]) == Forecast((line,), "taux-1")


@given(one=assessments(), two=assessments())
def test_the_changes_between_two_contents_give_one_the_content_of_the_other(
    one: tuple[Grid, Assessment], two: tuple[Grid, Assessment]
) -> None:
    before, after = one[1], two[1]
    there = apply(before, edits.differences(before, after))
    for name in ("answers", "comments", "numbers", "actions", "preparation", "identity"):
        assert getattr(there, name) == getattr(after, name), name
    assert not [*edits.differences(there, after._replace(set_aside=there.set_aside))]
