"""The document of a submission: one state, one spelling, whose bytes are a contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from ctg_tui.domain.assessment import Action, Assessment, Cell, Rating, Sending, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import Schema
from ctg_tui.grids.catalogue import schema
from ctg_tui.submission import assemble, file_name, fingerprint_of, serialise
from tests import make_examples
from tests.each_row import each_row
from tests.effort import tries
from tests.received import examples
from tests.strategies import assessments, charente, filled_assessment, make_assessment, make_grid

AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
IDENTIFIER = UUID("3f2b8c1e-5a47-4d0b-9e6f-7c1a2b3d4e5f")


def document_of(grid: Grid, assessment: Assessment, **changes: Any) -> dict[str, Any]:
    sending = Sending(1, str(IDENTIFIER), AT, Status.DRAFT, "")._replace(**changes)
    return assemble(sending, "ctg-tui 0.1.0", assessment, grid)


# Golden bytes.


def test_the_published_examples_are_what_the_program_writes() -> None:
    """Run `python -m tests.make_examples` after changing the format."""
    refused = {path.name: path.read_bytes() for path in make_examples.REFUSED_FOLDER.iterdir()}
    for published, valid in ((examples(), True), (refused, False)):
        written = make_examples.contents(make_examples.all_examples(), valid=valid)
        assert published.keys() == written.keys()
        assert [name for name, content in written.items() if published[name] != content] == []


def test_the_bytes_of_a_small_submission_are_these() -> None:
    grid = make_grid(lines=(2,), policies=("famille", "social"), indicators=(2,))
    assessment = make_assessment(
        grid,
        {Cell("m1.a01", "famille"): Rating.MOSTLY, Cell("m1.a02", "social"): Rating.FULLY},
        comments={"m1.a02": 'Deux\nlignes « entre guillemets » et "}, {"activite"'},
        numbers={"m1.i02": 4},
        actions={"m1.a01": Action("Relancer", "Prénom Nom")},
    )
    expected = (Path(__file__).parent / "golden.json").read_bytes()
    assert serialise(document_of(grid, assessment, number=2)) == expected
    assert b"\r" not in expected
    assert expected.endswith(b"}\n")


# One spelling.


@settings(max_examples=tries(80))
@given(drawn=assessments())
def test_the_file_is_the_document_one_row_per_line(drawn: tuple[Grid, Assessment]) -> None:
    document = document_of(*drawn)
    content = serialise(document)
    assert json.loads(content) == document
    lines = content.decode("utf-8").split("\n")
    rows = [line for line in lines if line.startswith("    {")]
    blocks = ("charges_de_cooperation", "reponses", "commentaires", "indicateurs", "actions")
    assert len(rows) == sum(len(document.get(block, ())) for block in blocks)
    for row in rows:
        json.loads(row.rstrip(","))


@settings(max_examples=tries(40))
@given(drawn=assessments(), later=st.timedeltas(timedelta(seconds=1), timedelta(days=900)))
def test_two_exports_of_one_state_differ_in_document_only(
    drawn: tuple[Grid, Assessment], later: timedelta
) -> None:
    first = document_of(*drawn)
    second = document_of(*drawn, created_at=AT + later, identifier=str(uuid4()))
    assert first.pop("document") != second.pop("document")
    assert serialise(first) == serialise(second)
    assert first["integrite"]["empreinte"] == fingerprint_of(*drawn)


# Contents.


@settings(max_examples=tries(60))
@given(drawn=assessments())
def test_what_is_built_follows_the_published_schema(drawn: tuple[Grid, Assessment]) -> None:
    _SCHEMA.check(document_of(*drawn))


_SCHEMA = Schema(schema("soumission"))


def test_lines_that_the_grid_has_no_more_stay_out() -> None:
    grid = make_grid()
    assessment = make_assessment(
        grid,
        {Cell("m9.a01", "famille"): Rating.NO, Cell("m1.a01", "logement"): Rating.NO},
        comments={"m9.a01": "Ailleurs.", "m9.i02": "Ailleurs."},
        numbers={"m9.i01": 1},
        actions={"m9.a01": Action("Ailleurs")},
    )
    document = document_of(grid, assessment)
    assert "m9" not in serialise(document).decode()
    assert document["reponses"] == []
    assert fingerprint_of(grid, assessment) == fingerprint_of(grid, make_assessment(grid))


def test_every_object_of_the_schema_refuses_unknown_keys() -> None:
    """No salary and no forecast can enter a submission."""

    def objects(value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return [inner for item in value for inner in objects(item)]
        if not isinstance(value, dict):
            return []
        inner = [each for item in value.values() for each in objects(item)]
        return [value, *inner] if value.get("type") == "object" else inner

    definitions = objects(schema("soumission"))
    assert len(definitions) > 12
    assert all(each["additionalProperties"] is False for each in definitions)
    words = json.dumps(schema("soumission"))
    assert "salaire" not in words
    assert "heures" not in words


def test_every_value_of_the_schemas_says_in_french_what_is_expected() -> None:
    def silent(value: Any, path: str = "") -> list[str]:
        if isinstance(value, list):
            return [place for rank, item in enumerate(value) for place in silent(item, f"{path}[{rank}]")]
        if not isinstance(value, dict):
            return []
        inner = [place for key, item in value.items() for place in silent(item, f"{path}.{key}")]
        constrained = {"type", "enum", "const", "pattern"} & value.keys()
        return (
            [path, *inner]
            if constrained
            and isinstance(value.get("type", ""), str | list)
            and ("description" not in value and not path.endswith("properties"))
            else inner
        )

    assert silent(schema("soumission")) == []
    assert silent(schema("grille")) == []


# The file's name.


@each_row(
    "territory, part",
    [
        ({"siren": "200043016", "identifiant": "val-de-charente"}, "val-de-charente"),
        ({"nom": "Communauté de communes Cœur d’Éssai"}, "communaute-de-communes-coeur-d-essai"),
        ({"nom": "x" * 300}, "x" * 40),
        ({"nom": "../../CON: <>|"}, "con"),
        ({"nom": "漢字", "siren": "200043016"}, "200043016"),
        ({}, "territoire"),
    ],
)
def test_a_file_name_holds_safe_parts_only(territory: dict[str, str], part: str) -> None:
    grid = charente()
    document = document_of(grid, filled_assessment(grid), status=Status.FINAL)
    document["territoire"] = territory
    short = document["integrite"]["empreinte"][:8].upper()
    assert file_name(document) == f"CTG_{part}_2027_annuelle_envoi-1_{short[:4]}-{short[4:]}.json"
    document["document"]["envoi"] = 12
    document["evaluation"]["moment"] = "fin-engagement"
    assert "_2027_fin-engagement_envoi-12_" in file_name(document)
