"""Dates as people type them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from ctg_tui.domain.identity import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.text import fold
from ctg_tui.wording.french import MONTHS, NBSP
from ctg_tui.wording.typed_digits import as_digits

_EXAMPLE: Final = f"Une date s’écrit par exemple 31/03/2027, 31/3 ou 31{NBSP}mars."
_FIGURES = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})(?:er)? ([a-z]+)\.?(?: (\d{4}))?", re.ASCII)
_LEAP_YEAR: Final = date(2000, 1, 1)
_MONTHS: Final = [fold(month) for month in MONTHS]


def parse_date(text: str, today: date) -> date | None:
    """Return the day typed: `31/03/2027`, `31/3`, `31 mars`, `2027-03-31`; None when blank.

    Without a year it is the next such day from `today` on. Raises ValueError with a French sentence.
    """
    typed = " ".join(fold(text).split())
    if not typed:
        return None
    if parts := _ISO.fullmatch(typed):
        return _day(int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := _FIGURES.fullmatch(typed):
        return _in_year(parts[3], int(parts[2]), int(parts[1]), today)
    if parts := _WORDS.fullmatch(typed):
        months = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(parts[2])]
        if len(months) == 1 and len(parts[2]) >= 3:
            return _in_year(parts[3], months[0], int(parts[1]), today)
    raise ValueError(_EXAMPLE)


def parse_past_date(text: str, today: date) -> date | None:
    """Return the day typed, as `parse_date` does; without a year it is the last such day up to `today`."""
    on = parse_date(text, today if has_year(text) else _LEAP_YEAR)
    if on is None or has_year(text):
        return on
    this_year = (on.month, on.day) <= (today.month, today.day)
    return _day(today.year if this_year else today.year - 1, on.month, on.day)


def has_year(text: str) -> bool:
    """Return whether a day typed gives its year."""
    typed = " ".join(fold(text).split())
    return re.search(r"\d{4}|[/.\- ]\d{1,2}[/.\- ]\d{2}$", typed, re.ASCII) is not None


def date_meant(text: str, keyboard: str) -> str:
    """Return `text` with the digits meant by its keys without Shift: `é-/&&` is `26/11` on AZERTY.

    What is a date as it stands stays: `26-11` is not `26611`. So do words: `é& déc.` is `21 déc.`.
    """
    if _has_form_of_date(text):
        return text
    words = [word if re.search("[A-Za-z]", word) else as_digits(word, keyboard) for word in text.split()]
    return " ".join(words) if _has_form_of_date(" ".join(words)) else text


def _has_form_of_date(text: str) -> bool:
    typed = " ".join(fold(text).split())
    return any(form.fullmatch(typed) for form in (_ISO, _FIGURES, _WORDS))


def _in_year(year: str | None, month: int, day: int, today: date) -> date:
    if year is not None:
        return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    try:
        this_year = _day(today.year, month, day)
    except ValueError:
        return _day(today.year + 1, month, day)
    return this_year if this_year >= today else _day(today.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date:
    try:
        on = date(year, month, day)
    except ValueError as error:
        raise ValueError("Ce jour n’existe pas dans le calendrier.") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:  # no submission carries it
        raise ValueError(f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
    return on


def refused_date(typed: str) -> str:
    """Return the sentence about a date typed that cannot be stored."""
    return f"La date « {typed} » n’est pas enregistrée."


CLOSE_WITHOUT_DATE: Final = "Corrigez-la, ou Échap de nouveau pour fermer sans elle."


def typed_date(value: date | None) -> str:
    """Return a date as a field shows it to be typed over: `31/03/2027`."""
    return "" if value is None else f"{value:%d/%m/%Y}"
