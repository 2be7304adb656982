"""Refused submissions: one changed character, mutants of structure, hostile files."""

from __future__ import annotations

import copy
import json
import time
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from ctg_tui import formats
from ctg_tui.domain.assessment import Said, Status
from ctg_tui.domain.errors import InvalidDocument
from ctg_tui.domain.thread import MOST_ROWS, said_row
from ctg_tui.grids.catalogue import Catalogue, compiled
from ctg_tui.submission import Received, read, serialise
from tests.each_row import each_row
from tests.effort import IS_NIGHT, some, tries
from tests.make_examples import document_of, resealed
from tests.received import examples
from tests.strategies import charente, filled_assessment
from tests.submission.verdicts import problem_of, verdict

# One character.


def neighbour(byte: int) -> bytes:
    """Return another byte of the same kind, the hardest change to detect."""
    character = chr(byte)
    if character.isdigit():
        return str((int(character) + 1) % 10).encode()
    if character.isascii() and character.isalpha():
        return b"x" if character != "x" else b"y"
    return b" " if byte != 32 else b"\n"


def test_every_single_byte_changed_is_refused(catalogue: Catalogue) -> None:
    """Exhaustive at night: each byte of the provisional example changed, doubled and removed."""
    content = examples()["bon-provisoire.json"]
    assert isinstance(verdict(content, catalogue), Received)
    accepted = [
        position
        for position, byte in some([*enumerate(content[:-1])], 37)  # its line end may change
        for changed in (
            content[:position] + neighbour(byte) + content[position + 1 :],
            content[:position] + bytes([byte]) + content[position:],
            content[:position] + content[position + 1 :],
        )
        if changed != content and isinstance(verdict(changed, catalogue), Received)
    ]
    assert accepted == []


# Structure-aware mutants.


JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 2**63),
    *("", " ", "x", "NC", "m1.a01", "\x1b[2J", "e\u0301"),
    *([], {}, [[]], {"a": 1}),
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the keys and ranks that lead to each value of a document."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [way] * bool(way) + [place for key, item in items for place in places(item, (*way, key))]


@st.composite
def mutants(draw: st.DrawFn) -> tuple[dict[str, Any], bytes]:
    """Draw the provisional example with one to three faults of structure, its hashes corrected or not."""
    document = json.loads(examples()["bon-provisoire.json"])
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(document)))
        holder: Any = document
        for step in way:
            holder = holder[step]
        edit = draw(st.sampled_from(["junk", "drop", "move", "copy"]))
        if edit == "junk":
            holder[last] = copy.deepcopy(draw(st.sampled_from(JUNK)))
        elif edit == "drop":
            del holder[last]
        elif isinstance(holder, list):
            taken = holder[last] if edit == "copy" else holder.pop(last)
            holder.insert(draw(st.integers(0, len(holder))), copy.deepcopy(taken))
        else:
            taken = holder[last] if edit == "copy" else holder.pop(last)
            holder[draw(st.sampled_from(["id", "nom", "texte", "note", "salaire", "quand"]))] = taken
    hashed = isinstance(document.get("document"), dict) and isinstance(document.get("integrite"), dict)
    if hashed and draw(st.booleans()):
        return document, resealed(document)
    return document, serialise(document)


@settings(max_examples=tries(250))
@given(mutant=mutants())
def test_a_mutant_is_refused_with_a_code_or_is_a_submission(mutant: tuple[dict[str, Any], bytes]) -> None:
    document, content = mutant
    catalogue = Catalogue()
    result = verdict(content, catalogue)
    if isinstance(result, Received):
        event("accepted")
        assert formats.parse_strictly(content.decode("utf-8")) == document
        compiled("soumission").check(document)
    else:
        event(problem_of(content, catalogue).code)


# Hostile files.


@each_row(
    "content, code",
    [
        (b"[" * 200_000, "structure"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "structure"),
        (b'{"format": "' + b'\\"' * 1_000_000, "json-invalide"),
        (b'"' + b"[" * 100_000 + b'"', "format-inconnu"),
        (b"[" + b"[]," * 1_500_000 + b"[]]", "format-inconnu"),
        (b'{"format": "ctg-soumission", "x": [' + b"1," * 300_000 + b"1]}", "structure"),
        (b'{"a": 1' + b"".join(b',"%x": 1' % key for key in range(300_000)) + b"}", "structure"),
        (b"9" * 4_900_000, "structure"),
        (b'{"format": "ctg-soumission", "\\ud800": 1e999}', "structure"),
    ],
)
def test_a_hostile_file_is_refused_within_2_s_and_200_mb(
    tmp_path: Path, catalogue: Catalogue, content: bytes, code: str
) -> None:
    assert len(content) < formats.MAX_BYTES
    path = tmp_path / "hostile.json"
    path.write_bytes(content)
    started = time.process_time()
    with pytest.raises(InvalidDocument) as caught:
        read(path, catalogue)
    assert time.process_time() - started < 2
    assert caught.value.code == code
    if not IS_NIGHT:  # the crowd of lists below takes most
        return
    tracemalloc.start()
    try:
        verdict(path.read_bytes(), catalogue)
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_a_longer_thread_than_the_bound_is_refused_in_words(catalogue: Catalogue) -> None:
    document = document_of(charente(), filled_assessment(charente()), Status.DRAFT)
    said = [Said(datetime(2027, 3, 12, tzinfo=UTC), words=f"{number}.") for number in range(MOST_ROWS + 1)]
    rows = [said_row(one) for one in sorted(said, key=lambda one: one.id)]
    document["fil"] = rows
    document["integrite"] = document.pop("integrite")
    problem = problem_of(resealed(document), catalogue)
    assert (problem.code, problem.path) == ("structure", "fil")
    assert "4 800" in problem.message.replace("\N{NO-BREAK SPACE}", " ").replace(
        "\N{NARROW NO-BREAK SPACE}", " "
    )
    document["fil"] = rows[:-1]
    assert isinstance(verdict(resealed(document), catalogue), Received)
