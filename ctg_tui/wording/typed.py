"""Numbers and dates as people type them, digits without Shift included."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

from ctg_tui.domain.assessment import MAX_NUMBER
from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import fold, plain
from ctg_tui.wording.french import MONTHS, NARROW, NBSP, thousands

UNSHIFTED: Final = "à&é\"'(-è_ç"
"""The characters of the keys 0 to 9 of an AZERTY keyboard without Shift."""
_DIGITS: Final = {ord(character): str(digit) for digit, character in enumerate(UNSHIFTED)}


def as_digits(text: str) -> str:
    """Return `text` with the digits that were meant: `é&` is `21` on AZERTY.

    A minus before digits stays one, though it is the key 6 of AZERTY without Shift.
    """
    digits = text.translate(_DIGITS)
    is_negative = text.startswith("-") and any(character in "0123456789" for character in text)
    return f"-{digits[1:]}" if is_negative else digits


_SPACES: Final = str.maketrans("", "", f" {NBSP}{NARROW}\N{FIGURE SPACE}\N{THIN SPACE}")


def parse_number(text: str) -> int | None:
    """Return the whole number typed, with or without spaces between thousands; None when blank.

    Raises ValueError, with a French sentence, for anything else than 0 to `MAX_NUMBER`.
    """
    digits = text.translate(_SPACES)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("Un nombre entier s’écrit avec des chiffres seulement.")
    if len(digits) > 20 or int(digits) > MAX_NUMBER:
        raise ValueError(typeset(f"Ce nombre est trop grand : {thousands(MAX_NUMBER)} au plus."))
    return int(digits)


_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY = re.compile(
    r"(?:le )?(?:(\d{1,2})(?:er)?[/.\- ])?(\d{1,2}|[a-z]{3,})\.?(?:[/.\- ](\d{2}|\d{4}))?", re.ASCII
)
_MONTHS: Final = [fold(month) for month in MONTHS]


def parse_date(text: str, today: date) -> date | None:
    """Return the day typed: `31/3`, `31 mars 2027`, `juin 2027`; None when blank.

    Without a year it is the next such day from `today` on; a whole month is its last day. Raises ValueError
    with a French sentence.
    """
    typed = plain(text)
    if not typed:
        return None
    if iso := _ISO.fullmatch(typed):
        return _day(*map(int, iso.groups()))
    parts = _DAY.fullmatch(typed)
    day, name, year = parts.groups() if parts else (None, "", None)
    months = [month for month, each in enumerate(_MONTHS, 1) if name and each.startswith(name)]
    if name.isdigit() and (day or year):
        months = [int(name)]
    if len(months) != 1:
        example = "Une date s’écrit par exemple 12/3, 12 mars, 12 mars 2027 ou juin 2027."
        raise ValueError(example.replace("12 mars", f"12{NBSP}mars"))
    place = months[0], int(day) if day else None
    if year is not None:
        return _day(int(year) + (2000 if len(year) == 2 else 0), *place)
    this_year = _day(today.year, *place)
    return this_year if this_year >= today else _day(today.year + 1, *place)


def _day(year: int, month: int, day: int | None) -> date:
    """Return a day, the last of the month without one. Raises ValueError with a French sentence."""
    if not 1 <= month <= 12:
        raise ValueError(typeset(f"Le mois {month} n’existe pas : 12/3 est le 12{NBSP}mars."))
    if not FIRST_YEAR <= year <= LAST_YEAR:  # no submission carries it
        raise ValueError(f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
    length = monthrange(year, month)[1]
    if day is not None and not 1 <= day <= length:
        named = f"{day}{NBSP}{MONTHS[month - 1]} {year}"
        raise ValueError(typeset(f"Le {named} n’existe pas : ce mois a {length}{NBSP}jours."))
    return date(year, month, length if day is None else day)


def date_read(text: str) -> date | None:
    """Return the day that a text of a file says; None where its day or its year is not written."""
    try:
        day = parse_date(text, date.min)
    except ValueError:
        return None
    if day is None or day.day not in map(int, re.findall(r"[0-9]+", text)):  # `mars 2027`
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def typed_date(value: date | None) -> str:
    """Return a date as a field shows it to be typed over: `31/03/2027`."""
    return "" if value is None else f"{value:%d/%m/%Y}"
