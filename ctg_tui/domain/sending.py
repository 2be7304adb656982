"""A sending (*envoi*): one making of the files for the Caf, recorded with its number and its date."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.assessment import Status


class Sending(NamedTuple):
    """One sending: its number from 1, the id and date of its submission, and the state that was sent.

    `created_at` is UTC, to the second; `fingerprint` is that of the state, 64 hexadecimal digits.
    """

    number: int
    identifier: str
    created_at: datetime
    status: Status
    fingerprint: str

    @property
    def is_final(self) -> bool:
        return self.status is Status.FINAL
