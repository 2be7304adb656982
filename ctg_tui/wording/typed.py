"""Numbers, amounts and dates as people type them, digits without Shift included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from ctg_tui.domain.details import FIRST_YEAR, LAST_YEAR
from ctg_tui.domain.forecast import MAX_CENTIHOURS, MAX_POST, MAX_SALARY_CENTS, half_up
from ctg_tui.domain.steps import MAX_NUMBER
from ctg_tui.domain.text import fold
from ctg_tui.wording.french import MONTHS, NARROW, NBSP, thousands

UNSHIFTED: Final[Mapping[str, str]] = {
    "azerty": "à&é\"'(-è_ç",
    "afnor": "»àéèê()‘’«",
    "bepo": '*"«»()@+-/',
}
"""By keyboard layout, the characters of the keys 0 to 9 without Shift; other layouts give digits."""

_TABLES: Final = {
    keyboard: {ord(character): str(digit) for digit, character in enumerate(characters)}
    for keyboard, characters in UNSHIFTED.items()
}


def as_digits(text: str, keyboard: str) -> str:
    """Return `text` with the digits that were meant: `é&` is `21` on AZERTY.

    A minus before digits stays one, though it is the key 6 of AZERTY without Shift.
    """
    digits = text.translate(_TABLES.get(keyboard, {}))
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
        raise ValueError(f"Ce nombre est trop grand{NBSP}: {thousands(MAX_NUMBER)} au plus.")
    return int(digits)


# Hours and salaries as people type them: hundredths of an hour, cents. No floats.

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


# Dates as people type them.

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
