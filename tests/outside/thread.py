"""The thread of an assessment, read by the rules of docs/formats.md alone."""

from __future__ import annotations

import hashlib
import json
import re
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
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
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
    """Return a submission with `rows` as its thread, its seal computed again: a row a line, as it came."""
    document = json.loads(file)
    thread = {row_id(row): {key: row[key] for key in _KEYS if key in row} for row in rows}
    ordered = [row for _, row in sorted(thread.items(), key=lambda one: (one[1]["date"], one[0]))]
    head = document["document"]
    former = head.pop("controle")
    covered = {"document": head, "empreinte": document["integrite"]["empreinte"]}
    seal = hashlib.sha256(rfc8785.dumps(covered | ({"fil": ordered} if ordered else {}))).hexdigest()
    text = re.sub(r'  "fil": \[\n.*?\n  \],\n', "", file.decode(), flags=re.DOTALL).replace(former, seal)
    lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in ordered)
    block = f'  "fil": [\n{lines}\n  ],\n' if ordered else ""
    return text.replace('  "integrite":', f'{block}  "integrite":').encode()
