"""The rules of a valid submission, written without any of the reader's own code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

_COUNTS: Final = ("points", "maximum", "notees", "nc", "sans_reponse")


def parsed_strictly(raw: bytes) -> Any:
    """Return the JSON value of `raw`.

    Raises AssertionError for a number that is not an integer, or a repeated key.
    """
    return json.loads(
        raw.decode("utf-8"), parse_float=_refused, parse_constant=_refused, object_pairs_hook=_once
    )


def _refused(number: str) -> None:
    raise AssertionError(f"accepted with {number[:20]}, which is no integer")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), f"accepted with a key written twice among {pairs[:3]}"
    return dict(pairs)


def require_right_figures(document: dict[str, Any]) -> None:
    """Check every figure of `document`, counted again from its answers and its rubrics.

    The lines that the file says are proposed have their own block, and nothing of it is in the other.
    """
    proposed = set(document["grille"]["lignes_proposees"])
    own = [row for row in document["reponses"] if row["activite"] not in proposed]
    others = [row for row in document["reponses"] if row["activite"] in proposed]
    results = document["resultats"]
    _require_block(results, own)
    if "propositions" in results:
        _require_block(results["propositions"], others)
    else:
        assert not others, "answers to proposed lines, and no figure on them"


def _require_block(results: dict[str, Any], given: list[dict[str, Any]]) -> None:
    answers = Counter(_counted(given))
    rubrics = results["rubriques"]
    by_policy: Counter[tuple[str, str]] = Counter()
    for row in rubrics:
        for key in ("points", "notees", "nc"):
            by_policy[row["politique"], key] += row[key]
    assert +answers == +by_policy, "per policy, the answers and the rubrics do not agree"
    names = [(row["mission"], row["politique"]) for row in rubrics]
    assert len(set(names)) == len(names), "a rubric is written twice"
    for row in (*rubrics, *results["missions"], results["ensemble"]):
        assert 0 <= row["points"] <= row["maximum"] == 3 * row["notees"], row
        best = row["maximum"]
        rounded = int(100 * row["points"] / best + 0.5) if best else None
        assert row["pourcentage"] == rounded, row
    for row in results["missions"]:
        _require_sum(row, (one for one in rubrics if one["mission"] == row["mission"]))
    _require_sum(results["ensemble"], rubrics)


def _counted(answers: Iterable[dict[str, Any]]) -> dict[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for row in answers:
        policy, note = row["politique"], row["note"]
        if note == "NC":
            found[policy, "nc"] += 1
        else:
            found[policy, "notees"] += 1
            found[policy, "points"] += note
    return found


def _require_sum(whole: dict[str, Any], parts: Iterable[dict[str, Any]]) -> None:
    kept = list(parts)
    for key in _COUNTS:
        assert whole[key] == sum(part[key] for part in kept), (whole, key)


# The figures of a grid whose lines have several sources, from the rule: docs/formats.md, « The grid ».

Answers = dict[tuple[str, str], int | str]
"""A note or "NC", by line and policy."""


def is_of_caf(grid: dict[str, Any], line: dict[str, Any]) -> bool:
    """Return whether the Caf wrote a line of a grid file."""
    if "sources" not in grid:
        return bool(line["source"] == "grille-charente-2024")
    return any(source["id"] == line["source"] and source["fait_foi"] for source in grid["sources"])


def figures_of(grid: dict[str, Any], answers: Answers, *, of_caf: bool) -> dict[str, Any] | None:
    """Return the percentage of each rubric, each mission and the whole; None when there is no such line.

    `grid` is the document of a grid file. Only the lines that are the Caf's count, or only the others.
    """
    lines = {
        mission["id"]: [line["id"] for line in mission["activites"] if is_of_caf(grid, line) is of_caf]
        for mission in grid["missions"]
    }
    policies = [policy["id"] for policy in grid["politiques"]]
    some = {mission: its for mission, its in lines.items() if its}
    if not some and not of_caf:
        return None
    every = [line for its in some.values() for line in its]
    return {
        "rubriques": {
            (mission, policy): _percentage(answers, its, [policy])
            for mission, its in some.items()
            for policy in policies
        },
        "missions": {mission: _percentage(answers, its, policies) for mission, its in some.items()},
        "ensemble": _percentage(answers, every, policies),
    }


def _percentage(answers: Answers, lines: list[str], policies: list[str]) -> int | None:
    given = [answers.get((line, policy)) for line in lines for policy in policies]
    notes = [Fraction(note, 3) for note in given if isinstance(note, int)]
    if not notes:
        return None
    exact = 100 * sum(notes, Fraction(0)) / len(notes)
    return (exact + Fraction(1, 2)).__floor__()


def figures_in(results: dict[str, Any]) -> dict[str, Any]:
    """Return the percentages of a block `resultats`, in the shape of `figures_of`."""
    return {
        "rubriques": {(row["mission"], row["politique"]): row["pourcentage"] for row in results["rubriques"]},
        "missions": {row["mission"]: row["pourcentage"] for row in results["missions"]},
        "ensemble": results["ensemble"]["pourcentage"],
    }
