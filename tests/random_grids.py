"""Two random grids, the table of what became of the lines, and answers given with the first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Assessment, Cell, PreparationTopic, Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.formats import Schema
from ctg_tui.grids.catalogue import Document, build, fingerprint_of, schema, shipped_document
from ctg_tui.grids.toml_file import _cycles, inconsistencies
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
    """Return two grids, of one family or of two, with or without a table, and an assessment of the first."""
    ids = _ids(draw)
    missions = [
        [_line(draw, next(ids)) for _ in range(draw.randint(1, 5))] for _ in range(draw.randint(1, 3))
    ]
    indicators = [_line(draw, next(ids), type="suivi") for _ in range(draw.randint(0, 4))]
    before = _grid("grille-a", "1", missions, indicators, draw, [])
    same_family = draw.random() < 0.6
    # Another grid numbers its own lines: the same id may be another line there.
    new_ids = ids if same_family else _ids(draw)
    table: list[Document] = []
    later = [_after(draw, lines, new_ids, table, keeps_ids=same_family) for lines in missions]
    later_indicators = _after(draw, indicators, new_ids, table, keeps_ids=same_family, type="suivi")
    for lines in later:
        if not lines:
            lines.append(_line(draw, next(new_ids)))
    draw.shuffle(later)
    rows = _without_cycles(table)
    tables = [{"de": before.fingerprint, "lignes": rows}] if rows and draw.random() < 0.6 else []
    after = _grid("grille-a" if same_family else "grille-b", "2", later, later_indicators, draw, tables)
    is_clean = draw.random() < 0.5
    return Case(before, after, _assessment(draw, before, after, is_clean=is_clean), is_clean)


def _without_cycles(table: Sequence[Document]) -> list[Document]:
    """Return the rows of a table up to the first that leads back to its own line."""
    rows: list[Document] = []
    for row in table:
        if any(_cycles("", [*rows, row])):
            break
        rows.append(row)
    return rows


def _ids(draw: Random) -> Any:
    numbers = [f"m1.x{number:02}" for number in range(60)]
    draw.shuffle(numbers)
    return iter(numbers)


def _line(draw: Random, line_id: str, **more: str) -> Document:
    return {
        "id": line_id,
        "libelle": f"{draw.choice(TEXTS)} {draw.randint(1, 9)}",
        "source": draw.choice(("proposition", "grille-charente-2024")),
        **more,
    }


def _after(
    draw: Random, lines: Sequence[Document], ids: Any, table: list[Document], *, keeps_ids: bool, **more: str
) -> list[Document]:
    """Return what became of `lines`: kept, reworded, renumbered, split, merged, removed; and new ones."""
    made: list[Document] = []

    def row(former: Document, new: Document | None, nature: str) -> None:
        table.append({"ancien": former["id"], "nature": nature} | ({"nouveau": new["id"]} if new else {}))

    waiting = [*lines]
    while waiting:
        former = waiting.pop(0)
        fate = draw.choice(("same", "same", "reworded", "renumbered", "split", "merged", "removed"))
        if fate == "same":
            made.append(former if keeps_ids else former | {"id": next(ids)})
            row(former, made[-1], "identique")
        elif fate == "reworded":
            made.append(_line(draw, former["id"] if keeps_ids else next(ids), **more))
            row(former, made[-1], "reformulee")
        elif fate == "renumbered":
            made.append(former | {"id": next(ids)})
            row(former, made[-1], "renumerotee")
        elif fate == "split":
            for _ in range(2):
                made.append(_line(draw, next(ids), **more))
                row(former, made[-1], "scindee")
        elif fate == "merged" and waiting:
            made.append(_line(draw, next(ids), **more))
            row(former, made[-1], "fusionnee")
            row(waiting.pop(0), made[-1], "fusionnee")
        else:
            row(former, None, "supprimee")
    made += [_line(draw, next(ids), **more) for _ in range(draw.randint(0, 2))]
    draw.shuffle(made)
    return made


def _grid(
    grid_id: str,
    version: str,
    missions: Sequence[Sequence[Document]],
    indicators: Sequence[Document],
    draw: Random,
    tables: Sequence[Document],
) -> Grid:
    """Return a grid, checked as a file from outside is. Raises AssertionError when it is none."""
    document = json.loads(json.dumps({key: value for key, value in FRAME.items() if key != "thematiques"}))
    document["grille"] |= {"id": grid_id, "version": version}
    names = draw.sample(POLICIES, draw.randint(1, 3))
    document["politiques"] = [row for row in document["politiques"] if row["id"] in names]
    document["missions"] = [
        {
            "id": f"m{number}",
            "numero": number,
            "titre": f"Mission {number}",
            "titre_court": f"Mission {number}",
            "source": "proposition",
            "activites": [*lines],
            "indicateurs": [*indicators] if number == 1 else [],
        }
        for number, lines in enumerate(missions, 1)
    ]
    if tables:
        document["correspondances"] = [*tables]
    faults = (*_SCHEMA.violations(document), *inconsistencies(document))
    assert not faults, faults
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
        open_missions=frozenset(door.mission.id for door in before.doors if draw.random() < 0.5),
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
    return draw.sample([*present, *apart, f"{present[0]}@grille-a~2", "m9.a99"], 3)
