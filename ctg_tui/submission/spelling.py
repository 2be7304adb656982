"""The bytes of a document: UTF-8, LF, one line per key and per row of an array."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.fingerprint import canonical_json
from ctg_tui.domain.grid import Grid
from ctg_tui.submission.document import Document, Header, Layout, answer_row, complete, state_of

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_STEP: Final = "  "


def serialise(document: Document) -> bytes:
    """Return the bytes of `document`, valid or not: the tests also write files to be refused."""
    blocks = {
        key: _figures(value, _STEP)
        if key == "resultats" and isinstance(value, dict)
        else _block(value, _STEP)
        for key, value in document.items()
    }
    return (_braced(blocks, "") + "\n").encode("utf-8")


def _figures(results: Document, indent: str) -> str:
    inner = indent + _STEP
    blocks = {
        key: _figures(value, inner)
        if key == "propositions" and isinstance(value, dict)
        else _block(value, inner)
        for key, value in results.items()
    }
    return _braced(blocks, indent)


def _braced(blocks: dict[str, str], indent: str) -> str:
    lines = [f'{indent}{_STEP}"{key}": {text}' for key, text in blocks.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _block(value: Any, indent: str) -> str:
    text = _ENCODER.encode(value)
    if isinstance(value, list) and value and isinstance(value[0], dict) and value[0]:
        # Splitting the encoded text is faster than encoding each row. No text can look like the border of
        # two rows: inside a text, the quote that follows `{` would be escaped.
        first = next(iter(value[0]))
        rows = text[1:-1].replace(f'}}, {{"{first}"', f'}},\n{indent}{_STEP}{{"{first}"')
        return f"[\n{indent}{_STEP}{rows}\n{indent}]"
    return text


class Row(NamedTuple):
    """A row of `reponses` that a grid can have, with its two spellings."""

    rank: int
    cell: Cell
    answer: Answer
    canonical: bytes
    written: bytes


_tables: dict[tuple[str, bool], dict[tuple[str, str, int | str], Row]] = {}


def possible_rows(grid: Grid) -> dict[tuple[str, str, int | str], Row]:
    """Return every row of answers that `grid` can have (some 800) by its three values; cached."""
    view = (grid.fingerprint, bool(grid.left_aside))
    if view not in _tables:
        answers: tuple[Answer, ...] = (*Rating, NOT_CONCERNED)
        documents = (
            (rank, cell, answer, answer_row(cell, answer))
            for rank, cell in enumerate(grid.cells)
            for answer in answers
        )
        _tables[view] = {
            (row["activite"], row["politique"], row["note"]): Row(
                rank, cell, answer, canonical_json(row), _ENCODER.encode(row).encode()
            )
            for rank, cell, answer, row in documents
        }
    return _tables[view]


def expected_file(header: Header, assessment: Assessment, layout: Layout, rows: Sequence[Row]) -> bytes:
    """Return `serialise(assemble(…))` in less than half the time, for the reader to compare files with.

    `rows` are those of the answers, in grid order. The document is spelt without answers, then the empty
    block is replaced. No text can look like that block: inside a text its quotes would be escaped.
    """
    state = state_of(assessment, layout, [])
    canonical = canonical_json(state)
    if rows:
        block = b'"reponses":[' + b",".join([row.canonical for row in rows]) + b"]"
        canonical = canonical.replace(b'"reponses":[]', block, 1)
    written = serialise(complete(header, state, hashlib.sha256(canonical).hexdigest()))
    if rows:
        block = b'"reponses": [\n    ' + b",\n    ".join([row.written for row in rows]) + b"\n  ]"
        written = written.replace(b'"reponses": []', block, 1)
    return written
