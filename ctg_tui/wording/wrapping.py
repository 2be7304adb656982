"""Lines of a terminal: where a text is cut."""

from __future__ import annotations


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, cut between words; its own newlines stay."""
    from rich.cells import cell_len, chop_cells  # the commands do without it

    if width <= 0:
        return []
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            candidate = f"{line} {word}" if line else word
            if cell_len(candidate) <= width:
                line = candidate
                continue
            if line:
                lines.append(line)
            *whole, line = chop_cells(word, width) or [""]
            lines += whole
        lines.append(line)
    return lines
