"""Read hours and salaries as people type them: hundredths of an hour, cents. No floats."""

from __future__ import annotations

import re

from ctg_tui.domain.amounts import MAX_CENTIHOURS, MAX_SALARY_CENTS, half_up
from ctg_tui.domain.forecast import MAX_POST
from ctg_tui.wording.french import NBSP

_NUMBER = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?", re.ASCII)
_POST = re.compile(r"\d{1,3}", re.ASCII)
_HOURS_AND_MINUTES = re.compile(r"(\d{1,12})h(\d{2})", re.ASCII)


def parse_hours(text: str) -> int | None:
    """Return the hundredths of an hour of `1607`, `803,5`, `803 h 30`; None when blank.

    Minutes are rounded half up. Raises ValueError, with a French sentence, for anything but the hours of a
    year.
    """
    typed = _without(text, "heures", "heure", "h")
    clock = _HOURS_AND_MINUTES.fullmatch(typed)
    if clock is not None and int(clock[2]) < 60:
        centihours = 100 * int(clock[1]) + half_up(100 * int(clock[2]), 60)
    else:
        example = f"Un nombre d’heures s’écrit par exemple 1607, 803,5 ou 803{NBSP}h{NBSP}30."
        parsed = _hundredths(typed, "Un nombre d’heures ne peut pas être négatif.", example)
        if parsed is None:
            return None
        centihours = parsed
    if centihours > MAX_CENTIHOURS:
        raise ValueError(f"Une année ne compte que 8{NBSP}784{NBSP}heures{NBSP}: vérifiez ce nombre.")
    return centihours


def parse_post(text: str) -> int | None:
    """Return the number of a post, 1 to `MAX_POST`; None when blank. Raises ValueError, in French."""
    typed = "".join(text.split())
    if not typed:
        return None
    if not _POST.fullmatch(typed) or not 1 <= int(typed) <= MAX_POST:
        raise ValueError(f"Un numéro de poste va de 1 à {MAX_POST}.")
    return int(typed)


def parse_salary(text: str) -> int | None:
    """Return the cents of `24 000,50 €`; None when blank. Raises ValueError with a French sentence."""
    typed = _without(text, "euros", "euro", "eur", "€")
    example = f"Un montant s’écrit par exemple 24000 ou 24{NBSP}000,50."
    cents = _hundredths(typed, "Un montant ne peut pas être négatif.", example)
    if cents is not None and cents > MAX_SALARY_CENTS:
        raise ValueError(f"Ce montant atteint le million d’euros{NBSP}: vérifiez ce nombre.")
    return cents


def _without(text: str, *units: str) -> str:
    """Return `text` in lower case, without any kind of space and without its unit."""
    typed = "".join(text.split()).lower()
    return next((typed.removesuffix(unit) for unit in units if typed.endswith(unit)), typed)


def _hundredths(typed: str, negative: str, example: str) -> int | None:
    if not typed:
        return None
    if typed[0] in "-−–" and _NUMBER.fullmatch(typed[1:]):
        raise ValueError(negative)
    parts = _NUMBER.fullmatch(typed)
    if parts is None:
        raise ValueError(example)
    return 100 * int(parts[1]) + int((parts[2] or "").ljust(2, "0"))
