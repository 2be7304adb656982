"""Hours and salaries in integers: hundredths of an hour, cents. No floats."""

from __future__ import annotations

from typing import Final

MAX_CENTIHOURS: Final = 878_400
"""The hours of a leap year, the most that a person can work."""
MAX_SALARY_CENTS: Final = 99_999_999


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient of two natural numbers, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)
