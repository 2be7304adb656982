"""A published JSON Schema enforced, with its refusals told in French.

The French comes from the schema itself: the `description` of each value says what is expected there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ctg_tui.domain.french import NBSP
from ctg_tui.domain.text import clean

MAX_VIOLATIONS = 100
"""More would help nobody, and a hostile file could make millions."""

_LONGEST_NAME = 60


class Violation(NamedTuple):
    """`path` is `missions[2].activites[4].libelle`, empty for the document itself; `message` is French."""

    path: str
    message: str


Validator = Callable[[Any], tuple[Violation, ...]]


def validator(definition: dict[str, Any]) -> Validator:
    """A function that gives what is wrong with a document, nothing when it follows `definition`.

    It stops at the first violation of a document it has not the right to be curious about: call
    `all_violations` for the rest. Compiling costs tens of milliseconds: keep the result.
    """
    import fastjsonschema  # only used for files from outside, never at start

    validate = fastjsonschema.compile(_inlined(definition), use_default=False, use_formats=False)

    def first_violation(document: Any) -> tuple[Violation, ...]:
        try:
            validate(document)
        except fastjsonschema.JsonSchemaValueException as error:
            return tuple(_told(error))
        return ()

    return first_violation


def exhaustive_validator(definition: dict[str, Any]) -> Validator:
    """Like `validator`, but gives every violation, up to `MAX_VIOLATIONS`. For documents of modest size."""
    import fastjsonschema  # only used for files from outside, never at start

    validate = fastjsonschema.compile(
        _inlined(definition), use_default=False, use_formats=False, fast_fail=False
    )

    def violations(document: Any) -> tuple[Violation, ...]:
        try:
            validate(document)
        except fastjsonschema.JsonSchemaValuesException as error:
            told = dict.fromkeys(one for each in error.errors for one in _told(each))
            return tuple(told)[:MAX_VIOLATIONS]
        return ()

    return violations


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
        yield Violation(path, f"attendu{NBSP}: {expected}.")


def join(path: str, key: str) -> str:
    """The path of `key` under `path`, the key cleaned and shortened since it may come from outside."""
    shown = clean(key)
    if len(shown) > _LONGEST_NAME:
        shown = f"{shown[:_LONGEST_NAME]}…"
    return f"{path}.{shown}" if path else shown


def _path(name: str) -> str:
    return name.removeprefix("data").removeprefix(".")
