"""The layout of a document whose grid is unknown here, taken from the document itself."""

from __future__ import annotations

from collections.abc import Iterable

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.scores import Tally, total
from ctg_tui.formats.sealed import Document
from ctg_tui.submission.document import Layout, figures


def layout_in(document: Document) -> Layout:
    """Return the document's own order, with the figures computed from its rubrics."""
    written = document["resultats"]
    blocks = [written, written["propositions"]] if "propositions" in written else [written]
    results = [_results(block["rubriques"]) for block in blocks]
    if len(results) > 1:
        results[0]["propositions"] = results[1]
    rubrics = [row for block in blocks for row in block["rubriques"]]
    return Layout(
        grid={key: document["grille"][key] for key in ("id", "version", "empreinte", "lignes_proposees")},
        cells=dict.fromkeys(Cell(row["activite"], row["politique"]) for row in document["reponses"]),
        commented=dict.fromkeys(row["activite"] for row in document["commentaires"]),
        planned=dict.fromkeys(row["activite"] for row in document.get("actions", ())),
        followed=dict.fromkeys(row["activite"] for row in document.get("suites", ()) if "activite" in row),
        indicators=dict.fromkeys(row["indicateur"] for row in document["indicateurs"]),
        policies=tuple(dict.fromkeys(row["politique"] for row in rubrics)),
        results=results[0],
    )


def _results(rubrics: Iterable[Document]) -> Document:
    """Return the block `resultats` computed from the four counts of each rubric."""
    rows = []
    missions: dict[str, Tally] = {}
    for row in rubrics:
        tally = Tally(row["points"], row["notees"], row["nc"], row["sans_reponse"])
        missions[row["mission"]] = total([missions.get(row["mission"], Tally()), tally])
        rows.append({"mission": row["mission"], "politique": row["politique"]} | figures(tally))
    return {
        "rubriques": rows,
        "missions": [{"mission": mission} | figures(tally) for mission, tally in missions.items()],
        "ensemble": figures(total(missions.values())),
    }
