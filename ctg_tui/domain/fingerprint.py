"""Canonical JSON and the fingerprint that two people can read to each other over the phone."""

from __future__ import annotations

import json
from typing import Any


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form of a value without floats: sorted keys, no spaces, UTF-8.

    Keys here are ASCII, for which Python's order is that of RFC 8785 (UTF-16 code units).
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical form: 64 lower-case hexadecimal digits."""
    import hashlib  # OpenSSL takes 3 MB: not in a window that only names fingerprints

    return hashlib.sha256(canonical_json(value)).hexdigest()


def short_fingerprint(hexadecimal: str) -> str:
    """Return the first 32 bits as `7F3A-21C0`. It detects accidents; it is not a signature."""
    return f"{hexadecimal[:4]}-{hexadecimal[4:8]}".upper()
