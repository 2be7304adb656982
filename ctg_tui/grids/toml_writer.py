"""Writing the document of a grid as a TOML file: the same document gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ctg_tui.grids.document import Document


def toml_bytes(document: Document) -> bytes:
    """Return a document of texts, integers, booleans, lists and tables as TOML in UTF-8."""
    return "\n".join(_table(document, ())).lstrip("\n").encode("utf-8") + b"\n"


def _table(table: Document, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the plain values of a table, then the tables below it under their headings."""
    below: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            below.append((key, value))
        else:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in below:
        name = ".".join(map(_key, (*path, key)))
        if isinstance(value, dict):
            yield f"\n[{name}]"
            yield from _table(value, (*path, key))
            continue
        for row in value:
            yield f"\n[[{name}]]"
            yield from _table(row, (*path, key))


def _key(key: str) -> str:
    bare = key.replace("_", "").replace("-", "")
    return key if bare.isascii() and bare.isalnum() else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # Every escape of JSON is one of TOML, which also asks for that of DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
