"""Numbers, dates and times as people type them, digits without Shift included."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, time
from typing import Final, NamedTuple

from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.domain.text import fold
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


# Numbers as people type them.

_SPACES: Final = str.maketrans("", "", f" {NBSP}{NARROW}\N{FIGURE SPACE}\N{THIN SPACE}")


def parse_number(text: str) -> int | None:
    """Return the whole number typed, with or without spaces between thousands; None when blank.

    Raises ValueError, with a French sentence, for anything else than 0 to `MAX_NUMBER`.
    """
    digits = text.translate(_SPACES)
    if not digits:
        return None
    if digits.startswith(("-", "−")) and digits[1:].isascii() and digits[1:].isdigit():
        raise ValueError("Un nombre compté ne peut pas être négatif.")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("Un nombre entier s’écrit avec des chiffres seulement.")
    if len(digits) > 20 or int(digits) > MAX_NUMBER:
        raise ValueError(typeset(f"Ce nombre est trop grand : {thousands(MAX_NUMBER)} au plus."))
    return int(digits)


# Dates and times as people type them.

_EXAMPLE: Final = f"Une date s’écrit par exemple 12/3, 12{NBSP}mars, 12{NBSP}mars 2027 ou juin 2027."
_FIGURES = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_WORDS = re.compile(r"(?:le )?(\d{1,2})(?:er)? ([a-z]+)\.?(?: (\d{4}))?", re.ASCII)
_MONTH_IN_FIGURES = re.compile(r"(\d{1,2})[/.\-](\d{4})", re.ASCII)
_MONTH = re.compile(r"([a-z]+)\.?(?: (\d{4}))?", re.ASCII)
_MONTHS: Final = [fold(month) for month in MONTHS]
_LAST: Final = 0
"""Stands for the last day of a month."""


class _Day(NamedTuple):
    """A day as typed: without its year it is None; `day` is `_LAST` for a whole month."""

    year: int | None
    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return that day of `year`. Raises ValueError with a French sentence."""
        day, length = self.day, monthrange(year, self.month)[1]
        if day == _LAST:
            day = length
        if not 1 <= day <= length:
            named = f"{self.day}{NBSP}{MONTHS[self.month - 1]}{'' if self.year is None else f' {year}'}"
            raise ValueError(typeset(f"Le {named} n’existe pas : ce mois a {length}{NBSP}jours."))
        if not FIRST_YEAR <= year <= LAST_YEAR:  # no submission carries it
            raise ValueError(f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
        return date(year, self.month, day)


def parse_date(text: str, today: date) -> date | None:
    """Return the day typed: `31/3`, `31 mars 2027`, `juin 2027`; None when blank.

    Without a year it is the next such day from `today` on; a whole month is its last day. Raises ValueError
    with a French sentence.
    """
    simple = _simple(text)
    if not simple:
        return None
    typed = _day_of(simple)
    if typed is None:
        raise ValueError(_EXAMPLE)
    if not 1 <= typed.month <= 12:
        raise ValueError(typeset(f"Le mois {typed.month} n’existe pas : 12/3 est le 12{NBSP}mars."))
    if typed.year is not None:
        return typed.in_year(typed.year)
    days = _possible(typed, range(today.year, today.year + 9))
    return next((day for day in days if day >= today), None) or typed.in_year(today.year)


def _possible(typed: _Day, years: Iterable[int]) -> Iterator[date]:
    """Yield that day of each of `years` that has it: 29 February is not in every year."""
    for year in years:
        with suppress(ValueError):
            yield typed.in_year(year)


def _simple(text: str) -> str:
    return " ".join(fold(text).split())


def _day_of(typed: str) -> _Day | None:
    """Return the day written in one of the known ways, whether it exists or not; None for anything else."""
    if parts := _ISO.fullmatch(typed):
        return _Day(int(parts[1]), int(parts[2]), _number_of_day(parts[3]))
    if parts := _FIGURES.fullmatch(typed):
        return _Day(_year(parts[3]), int(parts[2]), _number_of_day(parts[1]))
    if parts := _MONTH_IN_FIGURES.fullmatch(typed):
        return _Day(int(parts[2]), int(parts[1]), _LAST)
    if (parts := _WORDS.fullmatch(typed)) and (month := _month(parts[2])):
        return _Day(_year(parts[3]), month, _number_of_day(parts[1]))
    if (parts := _MONTH.fullmatch(typed)) and (month := _month(parts[1])):
        return _Day(_year(parts[2]), month, _LAST)
    return None


def _number_of_day(digits: str) -> int:
    """Return the day of a month; -1 for a typed 0, which is not the last one."""
    return int(digits) or -1


def _year(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month(name: str) -> int | None:
    """Return the number of the month whose name begins so, from three letters on."""
    months = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    return months[0] if len(months) == 1 and len(name) >= 3 else None


_TIME = re.compile(r"(\d{1,2}) ?(?:h|:|heures?) ?(\d{2})?", re.ASCII)
_AT = re.compile(rf"(.*?)(?:,? (?:a )?)({_TIME.pattern})", re.ASCII)


def parse_time(text: str) -> time | None:
    """Return the time of day of `14h`, `14 h 30`, `14:30`; None when blank. Raises ValueError, in French."""
    typed = _simple(text)
    if not typed:
        return None
    parts = _TIME.fullmatch(typed)
    if parts is None:
        raise ValueError("Une heure s’écrit par exemple 14h ou 14h30.")
    hours, minutes = int(parts[1]), int(parts[2] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(f"Une heure va de 0{NBSP}h à 23{NBSP}h{NBSP}59.")
    return time(hours, minutes)


def parse_meeting(text: str, today: date) -> tuple[date, time | None] | None:
    """Return the day of a meeting and its time, if typed: `12 mars 14h30`, `12/3 à 9h`; None when blank.

    Raises ValueError with a French sentence.
    """
    parts = _AT.fullmatch(_simple(text))
    day = parse_date(parts[1] if parts else text, today)
    if day is None:
        return None
    return day, None if parts is None else parse_time(parts[2])


def meeting_as_read(text: str, today: date) -> str:
    """Return a meeting as it is understood (`typed_meeting`); empty when blank. Raises ValueError."""
    meeting = parse_meeting(text, today)
    return "" if meeting is None else typed_meeting(*meeting)


def typed_meeting(day: date, at: time | None) -> str:
    """Return a meeting as it is shown and stored, which `parse_meeting` reads: `12/03/2027 à 14 h 30`."""
    if at is None:
        return typed_date(day)
    minutes = f"{NBSP}{at.minute:02}" if at.minute else ""
    return f"{typed_date(day)} à {at.hour}{NBSP}h{minutes}"


def typed_date(value: date | None) -> str:
    """Return a date as a field shows it to be typed over: `31/03/2027`."""
    return "" if value is None else f"{value:%d/%m/%Y}"
