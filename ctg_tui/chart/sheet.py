"""The cells that a picture is drawn on: a text and a role each, and the lines that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len


class Segment(NamedTuple):
    """A run of text of one role.

    Roles: `ring`, `spoke`, `scale` (the percentages of the rings), `label` (titles and names), `figure` (the
    percentage of an axis), `missing` (title and dash of an axis without a percentage), `outline-<key>` and
    `behind-<key>` (line, mark), and the empty role for blank cells.
    """

    text: str
    role: str


class Drawing(NamedTuple):
    """A picture of exactly the width and height asked for."""

    lines: tuple[tuple[Segment, ...], ...]

    @property
    def plain(self) -> str:
        """The picture without roles, one line of text per line, without trailing spaces."""
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in self.lines)


def whole_characters(texts: list[str]) -> list[str]:
    """Return a row with a space in place of each half-overwritten wide character."""
    after = [*texts[1:], " "]
    before = [" ", *texts[:-1]]
    heads = [
        " " if cell_len(text) == 2 and behind else text for text, behind in zip(texts, after, strict=True)
    ]
    return [
        " " if not text and cell_len(ahead) != 2 else text for text, ahead in zip(heads, before, strict=True)
    ]


class Sheet(NamedTuple):
    """Cells being filled: a text (empty behind a wide character) and a role each."""

    texts: list[list[str]]
    roles: list[list[str]]

    def write(self, row: int, column: int, text: str, role: str) -> None:
        """Write `text` from a cell on, ignoring characters that fall outside."""
        if not 0 <= row < len(self.texts):
            return
        texts, roles = self.texts[row], self.roles[row]
        for character in text:
            wide = cell_len(character)
            if wide == 0 and 0 < column <= len(texts):
                texts[column - 1] += character
            elif wide and column >= 0 and column + wide <= len(texts):
                texts[column : column + wide] = [character] + [""] * (wide - 1)
                roles[column : column + wide] = [role] * wide
            column += wide

    def write_centred(self, row: int, entry: Sequence[Segment]) -> None:
        """Write pieces of text in the middle of a row."""
        column = (len(self.texts[0]) - sum(cell_len(segment.text) for segment in entry)) // 2
        for text, role in entry:
            self.write(row, column, text, role)
            column += cell_len(text)
