"""The SIREN number of a local authority."""

from __future__ import annotations


def normalise_siren(text: str) -> str:
    """Return the 9 digits of a SIREN typed with or without spaces.

    Raises ValueError, with a French sentence, when there are not 9 digits or the key (Luhn) is wrong.
    """
    digits = "".join(text.split())
    if len(digits) != 9 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("Le SIREN compte 9 chiffres.")
    if not _luhn(digits):
        raise ValueError("Ce SIREN n’existe pas : sa clé de contrôle est fausse. Vérifiez les chiffres.")
    return digits


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
