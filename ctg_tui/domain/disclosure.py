"""What may be shown of several persons so that no answer of one can be worked out.

A figure counts persons, all together: it breaks down by nothing that tells them apart. So an answer is known
only if all have it, or if two publications are subtracted. Hence two rules, on each group of persons that the
publications, this one included, tell apart: it has at least `LEAST` persons, and no figure is shown whose
answers are not spread enough over each of these groups. Totals add up what is shown, nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.consolidation import NC

LEAST: Final = 5
"""Persons behind a figure."""
FOUR_CLASSES_FROM: Final = 50
"""Persons from which the notes are shown one by one, rather than 0–1 and 2–3."""
TWO: Final = "2"
FOUR: Final = "4"
NOT_CONCERNED: Final = "nc"
COUNT: Final = "n"


class Publication(NamedTuple):
    """A file that was shared. `members` are the fingerprints of what was counted, `keys` tell its persons.

    `shown` are the names of its figures, each with its form: `m1.a03/famille:2`. `grid` is the fingerprint of
    the grid whose lines they name.
    """

    members: frozenset[str]
    keys: frozenset[str]
    shown: frozenset[str]
    grid: str

    def may_show(self, figure: str, grid: str) -> bool:
        """Return whether the figure is shown, in any form; also True when its lines have other names."""
        forms = (TWO, FOUR, NOT_CONCERNED, COUNT)
        return self.grid != grid or any(f"{figure}:{form}" in self.shown for form in forms)


def groups_for(
    figure: str, grid: str, members: Sequence[str], publications: Iterable[Publication]
) -> tuple[tuple[int, ...], ...]:
    """Return the positions of `members` that no subtraction of the publications of `figure` tells apart."""
    before = [one.members for one in publications if one.may_show(figure, grid)]
    groups: dict[tuple[bool, ...], list[int]] = {}
    for position, member in enumerate(members):
        groups.setdefault(tuple(member in one for one in before), []).append(position)
    return tuple(map(tuple, groups.values()))


def note_forms(marks: Sequence[str], groups: Iterable[Sequence[int]]) -> frozenset[str]:
    """Return in which forms the notes of a cell may be shown: `TWO` or `FOUR`, and `NOT_CONCERNED`.

    `marks` has the mark of each person.
    """
    counts = [Counter(marks[position] for position in group) for group in groups]
    sizes = [counted.total() for counted in counts]
    if any(size < LEAST for size in sizes):
        return frozenset()
    rated = [(counted["0"] + counted["1"], counted["2"] + counted["3"]) for counted in counts]
    others = [size - low - high for size, (low, high) in zip(sizes, rated, strict=True)]
    unconcerned = [counted[NC] for counted in counts]
    if all(min(pair) >= LEAST for pair in rated) and all(map(_is_many_or_none, others)):
        every_note = (counted[note] for counted in counts for note in "0123")
        is_fine = sum(map(sum, rated)) >= FOUR_CLASSES_FROM and all(map(_is_many_or_none, every_note))
        blank = (other - nc for other, nc in zip(others, unconcerned, strict=True))
        shows_nc = all(map(_is_many_or_none, (*unconcerned, *blank)))
        return frozenset({FOUR if is_fine else TWO} | ({NOT_CONCERNED} if shows_nc else set()))
    return frozenset({NOT_CONCERNED}) if _are_split(unconcerned, sizes) else frozenset()


def may_count(has: Sequence[bool], groups: Iterable[Sequence[int]]) -> bool:
    """Return whether the number of persons for whom `has` is true may be shown."""
    counts = [(sum(has[position] for position in group), len(group)) for group in groups]
    return _are_split([count for count, _ in counts], [size for _, size in counts])


def may_total(numbers: Sequence[int | None], groups: Iterable[Sequence[int]]) -> bool:
    """Return whether the sum of `numbers` and how many gave one may be shown; None gave none.

    A sum is hidden when one person makes more than half of it: it would be that person's number, nearly.
    """
    for group in groups:
        given = [number for position in group if (number := numbers[position]) is not None]
        if sum(number > 0 for number in given) < LEAST or not _is_many_or_none(len(group) - len(given)):
            return False
        if 2 * max(given) > sum(given):
            return False
    return True


def _is_many_or_none(count: int) -> bool:
    return count == 0 or count >= LEAST


def _are_split(counts: Sequence[int], sizes: Sequence[int]) -> bool:
    return all(LEAST <= count <= size - LEAST for count, size in zip(counts, sizes, strict=True))
