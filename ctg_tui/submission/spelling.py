"""The bytes of a document: UTF-8, LF, one line per key and per row of an array."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Cell, Rating
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.fingerprint import canonical_json
from ctg_tui.domain.grid import Grid
from ctg_tui.formats.sealed import ENCODER, STEP, Document, block, braced
from ctg_tui.submission.document import Header, Layout, answer_row, complete, state_of


def serialise(document: Document) -> bytes:
    """Return the bytes of `document`, valid or not: the tests also write files to be refused."""
    blocks = {
        key: _figures(value, STEP) if key == "resultats" and isinstance(value, dict) else block(value, STEP)
        for key, value in document.items()
    }
    return (braced(blocks, "") + "\n").encode("utf-8")


def _figures(results: Document, indent: str) -> str:
    inner = indent + STEP
    blocks = {
        key: _figures(value, inner)
        if key == "propositions" and isinstance(value, dict)
        else block(value, inner)
        for key, value in results.items()
    }
    return braced(blocks, indent)


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
                rank, cell, answer, canonical_json(row), ENCODER.encode(row).encode()
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
        answers = b'"reponses":[' + b",".join([row.canonical for row in rows]) + b"]"
        canonical = canonical.replace(b'"reponses":[]', answers, 1)
    written = serialise(complete(header, state, hashlib.sha256(canonical).hexdigest()))
    if rows:
        answers = b'"reponses": [\n    ' + b",\n    ".join([row.written for row in rows]) + b"\n  ]"
        written = written.replace(b'"reponses": []', answers, 1)
    return written
