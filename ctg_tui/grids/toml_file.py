"""The TOML file of a grid: parsed, its faults found, written again with the same bytes."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from ctg_tui.domain.text import REPLACEMENT, clean
from ctg_tui.formats import STRUCTURE, Document, Problem, decoded, join

MAX_DEPTH = 16
"""Far above the schema's own depth, and below that of any Python."""

# tomllib is quadratic in the parts of a dotted key: 30 s for 80 kB of `a.a.a…`.
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
# Each run of spaces matches in one way only, or the search would be quadratic in its length.
_START = r"(?:^[ \t]*(?:\[{1,2}[ \t]*)?|[{,][ \t]*)"
_DEEP_KEY = re.compile(rf"{_START}{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{16}}", re.MULTILINE)


def parse(raw: bytes) -> Document:
    """Return the TOML document: texts clean, dates as ISO text for a canonical JSON form. Raises Problem."""
    text = decoded(raw)
    if _DEEP_KEY.search(text):
        raise Problem(STRUCTURE, "", "une clé y a trop de niveaux séparés par des points")
    try:
        document: Document = _plain(tomllib.loads(text), "", 0)
    except Problem:
        raise
    except RecursionError as error:
        fault = "des listes ou des tables y sont emboîtées trop profondément"
        raise Problem(STRUCTURE, "", fault) from error
    except ValueError as error:
        where = re.search(r"at line (\d+)", str(error))
        place = f"à la ligne {where[1]}" if where else "quelque part"
        raise Problem(STRUCTURE, "", f"la syntaxe TOML est fautive {place}") from error
    return document


def _plain(value: Any, path: str, depth: int) -> Any:
    """Return a value with clean texts. Raises Problem for a command character or a float, RecursionError."""
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        return {key: _plain(item, join(path, key), depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{path}[{position}]", depth + 1) for position, item in enumerate(value)]
    if isinstance(value, float):
        raise Problem(STRUCTURE, path, "un nombre à virgule n’est pas permis")
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    text = clean(value)
    if text.count(REPLACEMENT) > value.count(REPLACEMENT):
        raise Problem(STRUCTURE, path, "ce texte contient un caractère de commande, à retirer")
    return text


def require_consistent(document: Document) -> None:
    """Raise the Problem that the schema cannot express: clashing or unknown ids, mixed missions, dates."""
    missions = document["missions"]
    for table in ("sources", "types_indicateur"):
        _require_unique(_ids(table, document[table]))
    _require_unique(_ids("financement.taux", document["financement"]["taux"]))
    _require_unique(_ids("echelle", document["echelle"], "code"))
    _require_unique(_ids("politiques", document["politiques"], "libelle"))
    lines = _ids("politiques", document["politiques"])  # one namespace: answers and texts are stored by id
    kinds = {"", *(row["id"] for row in document["types_indicateur"])}
    own = {source["id"] for source in document["sources"] if source["fait_foi"]}
    if not any(mission["activites"] for mission in missions):
        raise Problem(STRUCTURE, "missions", "attendu : au moins une ligne dans toute la grille")
    for rank, policy in enumerate(document["politiques"]):
        if own and policy["source"] not in own:  # its notes would count as the Caf's
            fault = "attendu : une provenance qui fait foi, déclarée dans [[sources]]"
            raise Problem(STRUCTURE, f"politiques[{rank}].source", fault)
    if document["grille"].get("variante") == document["grille"]["id"]:
        raise Problem(STRUCTURE, "grille.variante", "attendu : l’identifiant d’une autre grille")
    for n, mission in enumerate(missions):
        path, indicators = f"missions[{n}]", mission.get("indicateurs", ())
        if mission["numero"] != n + 1:
            raise Problem(STRUCTURE, f"{path}.numero", f"attendu : {n + 1}, son rang")
        if len({line["source"] in own for line in mission["activites"]}) > 1:
            fault = "les lignes d’une mission sont toutes de la Caf, ou toutes proposées"
            raise Problem(STRUCTURE, f"{path}.activites", fault)
        for rank, kind in enumerate(row["type"] for row in indicators):
            if kind not in kinds:
                fault = f"le type « {kind} » n’est pas dans [[types_indicateur]]"
                raise Problem(STRUCTURE, f"{path}.indicateurs[{rank}].type", fault)
        lines += [(f"{path}.id", mission["id"]), *_ids(f"{path}.activites", mission["activites"])]
        lines += _ids(f"{path}.indicateurs", indicators)
    _require_unique(lines)
    for rank, row in enumerate(document.get("dates", ())):
        try:
            date.fromisoformat(row["jour"])
        except ValueError as error:
            raise Problem(STRUCTURE, f"dates[{rank}].jour", "cette date n’existe pas") from error


def _ids(path: str, rows: Iterable[Document], key: str = "id") -> list[tuple[str, str]]:
    return [(f"{path}[{position}].{key}", row[key]) for position, row in enumerate(rows)]


def _require_unique(ids: list[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for path, identifier in ids:
        if identifier in seen:
            fault = f"l’identifiant « {identifier} » est déjà pris dans cette grille"
            raise Problem(STRUCTURE, path, fault)
        seen.add(identifier)


def toml_bytes(document: Document) -> bytes:
    """Return a document of texts, integers, booleans, lists and tables as TOML in UTF-8."""
    return "\n".join(_table_lines(document, ())).lstrip("\n").encode("utf-8") + b"\n"


def _table_lines(table: Document, path: tuple[str, ...]) -> Iterator[str]:
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
            yield from _table_lines(value, (*path, key))
            continue
        for row in value:
            yield f"\n[[{name}]]"
            yield from _table_lines(row, (*path, key))


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
