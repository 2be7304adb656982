"""The rules of a valid submission, written without any of the reader's own code."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
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
    """Check every figure of `document`, counted again from its answers and its rubrics."""
    results = document["resultats"]
    answers = Counter(_counted(document["reponses"]))
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
