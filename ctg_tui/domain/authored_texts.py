"""Texts of several people in one: each passage under the names of its authors, none lost.

A passage that everybody wrote has no heading; the others follow a line with the names of their authors and a
colon. A merged text is read back into the same passages, so that merging it again repeats none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_SEPARATOR: Final = ", "
_END: Final = "\N{NO-BREAK SPACE}:"


class Passage(NamedTuple):
    """A text and the names of those who wrote it."""

    authors: frozenset[str]
    text: str


def read_passages(text: str, names: Mapping[str, str]) -> Iterator[Passage]:
    """Yield the passages of a text. `names` gives each heading's name the one it has from now on.

    What stands under no heading was written by everybody.
    """
    authors = frozenset(names.values())
    lines: list[str] = []
    has_heading = False
    for line in text.split("\n"):
        found = _authors(line, names)
        if found is None:
            lines.append(line)
            continue
        if has_heading or lines:
            yield Passage(authors, "\n".join(_without_gap(lines)))
        authors, lines, has_heading = found, [], True
    yield Passage(authors, "\n".join(lines))


def _authors(line: str, names: Mapping[str, str]) -> frozenset[str] | None:
    """Return the authors that a heading names; None for any other line."""
    if not line.endswith(_END):
        return None
    written = line.removesuffix(_END).split(_SEPARATOR)
    return frozenset(names[name] for name in written) if all(name in names for name in written) else None


def _without_gap(lines: list[str]) -> list[str]:
    return lines[:-1] if lines and not lines[-1] else lines


def joined(passages: Iterable[Passage], everybody: Sequence[str], former: str | None = None) -> str:
    """Return one text of all passages, in the order of `everybody`; those of equal text are one.

    The passage that repeats `former`, the text before the authors parted, goes when another is there.
    """
    by_text: dict[str, frozenset[str]] = {}
    for authors, text in passages:
        if text:
            by_text[text] = by_text.get(text, frozenset()) | authors
    if former is not None and by_text.keys() - {former}:
        by_text.pop(former, None)
    if len(by_text) == 1:
        ((text, authors),) = by_text.items()
        if authors == frozenset(everybody):
            return text
    ranks = {name: rank for rank, name in enumerate(everybody)}
    ordered = sorted((sorted(ranks[name] for name in authors), text) for text, authors in by_text.items())
    return "\n\n".join(
        f"{_SEPARATOR.join(everybody[rank] for rank in authors)}{_END}\n{text}" for authors, text in ordered
    )
