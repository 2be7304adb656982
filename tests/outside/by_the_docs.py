"""Submissions and their thread, read and written by the rules of docs/formats.md alone."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

import rfc8785

Row = Mapping[str, Any]
Place = tuple[str | None, str | None]
_KEYS: Final = (
    *("date", "auteur", "caf", "fichier", "activite", "politique", "note_lue", "note", "texte", "repond_a"),
)
_ID: Final = ("caf", "fichier", "activite", "politique", "note", "texte", "repond_a")


def row_id(row: Row) -> str:
    """Return the id of a row of `fil`, also when it has blanks in place of what is absent."""
    values = (row.get(name) for name in _ID)
    said = [None if one is None or one is False or one in ("", []) else one for one in values]
    return hashlib.sha256(rfc8785.dumps([_folded(row.get("auteur") or ""), *said])).hexdigest()[:32]


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", folded)
    return "".join(one for one in plain if not unicodedata.combining(one))


def place_of(row: Row) -> Place:
    return row.get("activite"), row.get("politique")


def points(thread: Iterable[Row], notes: Mapping[Place, Any]) -> list[list[Row]]:
    """Return the rows of the Caf that wait, those answered at once together.

    Of one place: those of one person, and the same words of two people about one file.
    """
    rows = list(thread)
    answered = {key for row in rows if not row.get("caf") for key in row.get("repond_a") or ()}
    groups: list[tuple[set[object], list[Row]]] = []
    for row in (row for row in rows if row.get("caf")):
        where = place_of(row)
        same = (where, row["fichier"], row.get("note"), row.get("texte"), tuple(row.get("repond_a") or ()))
        names: set[object] = {(where, _folded(row.get("auteur") or "")), same}
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if group not in joined]
        groups.append(
            (names.union(*(one for one, _ in joined)), [*(one for _, many in joined for one in many), row])
        )
    waiting = []
    for _, said in groups:
        owed = [
            row
            for row in said
            if row_id(row) not in answered
            and (row.get("texte") or row.get("note") is None or notes.get(place_of(row)) != row["note"])
        ]
        waiting += [owed] if owed else []
    return waiting


def sealed(file: bytes, rows: Iterable[Row]) -> bytes:
    """Return a submission with `rows` as its thread, its seal computed again."""
    document = json.loads(file)
    thread = {row_id(row): {key: row[key] for key in _KEYS if key in row} for row in rows}
    document["fil"] = [row for _, row in sorted(thread.items(), key=lambda one: (one[1]["date"], one[0]))]
    return written(document)


def written(document: dict[str, Any]) -> bytes:
    """Return a submission as a file, its two hashes computed again: a key a line, a row a line."""
    state = {key: value for key, value in document.items() if key not in {"document", "fil", "integrite"}}
    head = {key: value for key, value in document["document"].items() if key != "controle"}
    fingerprint = hashlib.sha256(rfc8785.dumps(state)).hexdigest()
    thread = {"fil": document["fil"]} if document.get("fil") else {}
    seal = hashlib.sha256(rfc8785.dumps({"document": head, "empreinte": fingerprint} | thread)).hexdigest()
    blocks = {key: document[key] for key in document if key not in {"document", "fil", "integrite"}}
    first = {key: blocks.pop(key) for key in ("format", "version")}
    whole = first | {"document": head | {"controle": seal}} | blocks | thread
    whole["integrite"] = document["integrite"] | {"empreinte": fingerprint}
    return f"{_object(whole, '')}\n".encode()


def _object(value: Mapping[str, Any], indent: str) -> str:
    lines = (f'{indent}  "{key}": {_block(key, one, indent + "  ")}' for key, one in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _block(key: str, value: Any, indent: str) -> str:
    if key in {"resultats", "propositions"}:
        return _object(value, indent)
    if isinstance(value, list) and value:
        rows = ",\n".join(f"{indent}  {json.dumps(row, ensure_ascii=False)}" for row in value)
        return f"[\n{rows}\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
