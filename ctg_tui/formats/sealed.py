"""The two hashes that every exchanged document carries, and the spelling of its bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from ctg_tui.domain.fingerprint import digest
from ctg_tui.domain.text import clean
from ctg_tui.formats.problems import Problem, ProblemCode

Document = dict[str, Any]

CANONICAL_FORM: Final = "RFC8785"
ALGORITHM: Final = "SHA-256"
OUTSIDE_THE_STATE: Final = ("document", "integrite")
"""The blocks outside `integrite.empreinte`, the hash of the state, which is the same at each export.

`document.controle` covers both: every field has a hash.
"""
STEP: Final = "  "
ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def state_fingerprint(document: Document) -> str:
    """Return the hash of everything but `OUTSIDE_THE_STATE`: 64 hexadecimal digits."""
    return digest({key: value for key, value in document.items() if key not in OUTSIDE_THE_STATE})


def seal(document: Document, fingerprint: str) -> str:
    """Return `document.controle`: the hash of the rest of the block `document` and of the fingerprint."""
    sealed = {key: value for key, value in document.items() if key != "controle"}
    return digest({"document": sealed, "empreinte": fingerprint})


def integrity(fingerprint: str) -> Document:
    """Return the block `integrite`."""
    return {"canonicalisation": CANONICAL_FORM, "algorithme": ALGORITHM, "empreinte": fingerprint}


def filled(**texts: str | None) -> Document:
    """Return the texts that are not blank, clean, on one line."""
    return {key: clean(text) for key, text in texts.items() if text and text.strip()}


def written(document: Document) -> bytes:
    """Return the bytes of a document: UTF-8, LF, one line per key and per row of an array."""
    blocks = {key: block(value, STEP) for key, value in document.items()}
    return (braced(blocks, "") + "\n").encode("utf-8")


def with_own_line_ends(raw: bytes) -> bytes:
    """Return the bytes of a document with the line ends of `written`: LF, and one at the end."""
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"


def braced(blocks: dict[str, str], indent: str) -> str:
    """Return an object, one line per key."""
    lines = [f'{indent}{STEP}"{key}": {text}' for key, text in blocks.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def block(value: Any, indent: str) -> str:
    """Return a value on one line, or an array of objects with one line per row."""
    text = ENCODER.encode(value)
    if isinstance(value, list) and value and isinstance(value[0], dict) and value[0]:
        # Splitting the encoded text is faster than encoding each row. No text can look like the border of
        # two rows: inside a text, the quote that follows `{` would be escaped.
        first = next(iter(value[0]))
        rows = text[1:-1].replace(f'}}, {{"{first}"', f'}},\n{indent}{STEP}{{"{first}"')
        return f"[\n{indent}{STEP}{rows}\n{indent}]"
    return text


def wrong_hashes(document: Document) -> Iterator[Problem]:
    """Yield a problem for each hash that does not go with the content."""
    fingerprint = document["integrite"]["empreinte"]
    if state_fingerprint(document) != fingerprint:
        message = "il ne va pas avec le contenu, modifié après son enregistrement."
        yield Problem(ProblemCode.OTHER_FINGERPRINT, "integrite.empreinte", message)
    if seal(document["document"], fingerprint) != document["document"]["controle"]:
        message = "il a été modifié après son enregistrement."
        yield Problem(ProblemCode.OTHER_SEAL, "document.controle", message)
