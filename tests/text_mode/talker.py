"""A person who answers `ctg-tui texte`, in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ctg_tui.services.workspace import Workspace
from ctg_tui.text_mode import home as start
from ctg_tui.text_mode.dialogue import Dialogue
from tests.databases import Clock, open_workspace


def plain(text: str) -> str:
    """Return `text` with plain spaces and newlines."""
    spaces = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\r": None})
    return text.translate(spaces)


class Script:
    """Answers given in advance, and all that was said, question by question."""

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers: Iterator[str] = iter(answers)
        self.said: list[str] = [""]
        self.code: int | None = None

    def read(self) -> str:
        self.said.append("")
        answer = next(self._answers, None)
        return "" if answer is None else f"{answer}\n"

    def write(self, text: str) -> None:
        self.said[-1] += text

    @property
    def text(self) -> str:
        """All that was said."""
        return plain("".join(self.said))

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


def talk(workspace: Workspace, *answers: str) -> Script:
    """Give `answers` to the program, then the end of the input; return what it said, and its exit code."""
    script = Script(answers)
    script.code = start.talk(Dialogue(script.read, script.write, "\n"), workspace)
    return script


@contextmanager
def workspace_in(folder: Path) -> Iterator[Workspace]:
    """Open the workspace of `folder`, and close it."""
    workspace = open_workspace(folder, Clock())
    try:
        yield workspace
    finally:
        workspace.close()


def talk_in_grid(folder: Path, *answers: str) -> Script:
    """Answer in the grid of the only assessment."""
    with workspace_in(folder) as workspace:
        return talk(workspace, "", "2", *answers)
