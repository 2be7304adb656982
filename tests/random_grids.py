"""Two random grids of one family or of two, and answers given with the first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Assessment, Cell, PreparationTopic, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import Schema
from ctg_tui.grids.catalogue import Document, build, fingerprint_of, schema, shipped_document
from ctg_tui.grids.toml_file import inconsistencies
from tests.strategies import make_identity

FRAME = shipped_document()
NOTES = (NOT_CONCERNED, *Rating)
POLICIES = ("famille", "education", "social")
TEXTS = ("Anime le réseau", "Anime le réseau des acteurs", "Suit le plan", "Évalue", "Accueille", "Informe")
"""Few texts: some lines share one."""

_SCHEMA = Schema(schema("grille"))


class Case(NamedTuple):
    """An assessment filled with `before`, which may adopt `after`; `is_clean` when it has no other values."""

    before: Grid
    after: Grid
    assessment: Assessment
    is_clean: bool


def random_case(draw: Random) -> Case:
    """Return two grids, versions or variants of one or strangers, and an assessment of the first."""
    missions = [_lines(draw, f"m{mission}.a", draw.randint(1, 5)) for mission in range(draw.randint(1, 3))]
    indicators = _lines(draw, "m1.i", draw.randint(0, 4), type="suivi")
    later = [_after(draw, lines) or lines[:1] for lines in missions]
    draw.shuffle(later)
    before_id, after_id, variants = draw.choice(
        (("grille-a", "grille-a", {}), ("grille-a", "grille-b", {}), ("grille-a", "grille-b", _BOTH))
    )
    before = _grid(draw, before_id, "1", missions, indicators, variants)
    after = _grid(draw, after_id, "2", later, _after(draw, indicators), variants)
    is_clean = draw.random() < 0.5
    return Case(before, after, _assessment(draw, before, after, is_clean=is_clean), is_clean)


_BOTH = {"grille-a": "grille-b", "grille-b": "grille-a"}


def _lines(draw: Random, start: str, number: int, **more: str) -> list[Document]:
    return [_line(draw, f"{start}{rank:02}", **more) for rank in range(number)]


def _line(draw: Random, line_id: str, **more: str) -> Document:
    return {
        "id": line_id,
        "libelle": f"{draw.choice(TEXTS)} {draw.randint(1, 9)}",
        "source": draw.choice(("proposition", "grille-charente-2024")),
        **more,
    }


def _after(draw: Random, lines: Sequence[Document]) -> list[Document]:
    """Return what became of `lines`: kept, reworded or taken away; and new ones."""
    made = []
    for line in lines:
        fate = draw.choice(("kept", "kept", "reworded", "gone", "renamed"))
        if fate == "reworded":
            made.append(line | {"libelle": f"{draw.choice(TEXTS)} {draw.randint(1, 9)}"})
        elif fate == "renamed":
            made.append(line | {"id": f"{line['id']}.b"})
        elif fate == "kept":
            made.append(line)
    draw.shuffle(made)
    return made


def _grid(
    draw: Random,
    grid_id: str,
    version: str,
    missions: Sequence[Sequence[Document]],
    indicators: Sequence[Document],
    variants: dict[str, str],
) -> Grid:
    """Return a grid, checked as a file from outside is. Raises AssertionError when it is none."""
    document = json.loads(json.dumps({key: value for key, value in FRAME.items() if key != "thematiques"}))
    document["grille"] |= {"id": grid_id, "version": version}
    document["grille"].pop("variante", None)
    if grid_id in variants:
        document["grille"]["variante"] = variants[grid_id]
    names = draw.sample(POLICIES, draw.randint(1, 3))
    document["politiques"] = [row for row in document["politiques"] if row["id"] in names]
    document["missions"] = [
        {
            "id": f"m{number}",
            "numero": number,
            "titre": f"Mission {number}",
            "titre_court": f"Mission {number}",
            "source": "proposition",
            "activites": [line | {"source": lines[0]["source"]} for line in lines],
            "indicateurs": [*indicators] if number == 1 else [],
        }
        for number, lines in enumerate(missions, 1)
    ]
    assert _SCHEMA.violation(document) is None
    assert not [*inconsistencies(document)]
    return build(document, fingerprint_of(document))


def _assessment(draw: Random, before: Grid, after: Grid, *, is_clean: bool) -> Assessment:
    lines = [*before.activities, *([] if is_clean else _others(draw, after))]
    counted = [*before.indicators, *([] if is_clean else _others(draw, after))]
    cells = [Cell(line, policy) for line in lines for policy in POLICIES]

    def some(values: Sequence[Any], of: Any) -> dict[Any, Any]:
        return {value: of(value) for value in values if draw.random() < 0.6}

    return Assessment(
        id=1,
        grid_id=before.id,
        grid_version=before.version,
        grid_fingerprint=before.fingerprint,
        identity=make_identity(),
        answers=some(cells, lambda _: draw.choice(NOTES)),
        set_aside=some(cells, lambda _: draw.choice((None, *NOTES))),
        comments=some(lines, lambda line: f"commentaire de {line}"),
        numbers=some(counted, lambda _: draw.randint(0, 99)),
        remarks=some(counted, lambda line: f"remarque de {line}"),
        preparation={PreparationTopic.HELP_ASKED: "une aide"},
        actions=some(lines, lambda line: Action(f"agir sur {line}")),
    )


def _others(draw: Random, after: Grid) -> list[str]:
    """Return lines that the first grid may not have: left by former ones, or kept apart."""
    present = [*after.activities, *after.indicators]
    apart = [f"{line}@{owner}" for line in present for owner in ("grille-a", "grille-b", "grille-c")]
    return draw.sample([*present, *apart, f"{present[0]}@grille-a~", "m9.a99"], 3)
