"""A published JSON Schema enforced, with its refusals told in French.

The French comes from the schema itself: the `description` of each value says what is expected there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ctg_tui.domain.text import clean

MAX_VIOLATIONS = 100
"""More would help nobody."""

_MOST_VALUES = 20_000
"""Values of a document. Past that, one violation is told: a hostile file could make millions of them."""

_LONGEST_NAME = 60


class Violation(NamedTuple):
    """`path` is `missions[2].activites[4].libelle`, empty for the document itself; `message` is French."""

    path: str
    message: str


class Schema:
    """A JSON Schema (draft 7, local references only), compiled when it is first needed, then kept."""

    def __init__(self, definition: dict[str, Any]) -> None:
        self._definition = definition

    @cached_property
    def _check(self) -> Callable[[Any], Any]:
        return self._compiled(fast_fail=True)

    @cached_property
    def _check_all(self) -> Callable[[Any], Any]:
        return self._compiled(fast_fail=False)

    def _compiled(self, *, fast_fail: bool) -> Callable[[Any], Any]:
        import fastjsonschema  # only for files from outside, never at start

        definition = _inlined(self._definition)
        check: Callable[[Any], Any] = fastjsonschema.compile(
            definition, use_default=False, use_formats=False, fast_fail=fast_fail
        )
        return check

    def accepts(self, document: Any) -> bool:
        """Whether `document` follows the schema."""
        return self._first(document) is None

    def violations(self, document: Any) -> tuple[Violation, ...]:
        """What is wrong with `document`, up to `MAX_VIOLATIONS`; nothing when it follows the schema."""
        import fastjsonschema

        first = self._first(document)
        if first is None:
            return ()
        errors = [first]
        if not _holds_more_than(document, _MOST_VALUES):
            try:
                self._check_all(document)
            except fastjsonschema.JsonSchemaValuesException as error:
                errors = error.errors
        told = dict.fromkeys(one for error in errors for one in _told(error))
        return tuple(told)[:MAX_VIOLATIONS]

    def _first(self, document: Any) -> Any:
        import fastjsonschema

        try:
            self._check(document)
        except fastjsonschema.JsonSchemaValueException as error:
            return error
        return None


def _holds_more_than(document: Any, limit: int) -> bool:
    """Whether there are more than `limit` values in `document`, however deep it goes."""
    left = [document]
    seen = 0
    while left:
        value = left.pop()
        seen += 1
        if seen > limit:
            return True
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return False


def _inlined(definition: dict[str, Any]) -> Any:
    """`definition` without references: fastjsonschema validates five times faster than through them."""

    def resolve(value: Any) -> Any:
        if isinstance(value, list):
            return [resolve(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return resolve(definition["definitions"][value["$ref"].removeprefix("#/definitions/")])
        return {key: resolve(item) for key, item in value.items() if key != "definitions"}

    return resolve(definition)


def _told(error: Any) -> Iterator[Violation]:
    """One refusal of fastjsonschema as violations: one per missing or unknown key."""
    path = _path(error.name or "")
    if error.rule == "required":
        for key in error.definition["required"]:
            if key not in error.value:
                yield Violation(join(path, key), "cette clé obligatoire est absente.")
    elif error.rule == "additionalProperties":
        for key in error.value:
            if key not in error.definition["properties"]:
                yield Violation(join(path, key), "cette clé n’est pas prévue ici.")
    else:
        expected = error.definition.get("description", "une autre valeur")
        yield Violation(path, f"attendu : {expected}.")


def join(path: str, key: str) -> str:
    """The path of `key` under `path`, the key cleaned and shortened since it may come from outside."""
    shown = clean(key)
    if len(shown) > _LONGEST_NAME:
        shown = f"{shown[:_LONGEST_NAME]}…"
    return f"{path}.{shown}" if path else shown


def _path(name: str) -> str:
    return name.removeprefix("data").removeprefix(".")
