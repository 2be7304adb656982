"""What the grid page finds: a line by its words, the facts of the year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid
from ctg_tui.tui.characters import fit
from ctg_tui.tui.choices import Chooser
from ctg_tui.tui.widgets.fields import Choice, Option, TextField
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, STRONG, Item, Line, Listing, Piece
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.grid import Kept, SearchedLine, excerpt, found_lines, searched_lines

if TYPE_CHECKING:
    from ctg_tui.domain.log import LogEntry
    from ctg_tui.services.log import YearOfLog
    from ctg_tui.tui.page import Page


class LineSearch(Chooser):
    """Returns the id of the line chosen, None when it is closed."""

    DEFAULT_CSS = """
    LineSearch Choice { margin-top: 1; background: $surface; }
    LineSearch Choice:focus { background: $curseur; }
    """

    def __init__(self, grid: Grid, assessment: Assessment) -> None:
        super().__init__("Chercher une ligne", ())
        self._lines = searched_lines(grid, assessment)

    def compose(self) -> ComposeResult:
        numbers = {kind: sum(kind in line.kinds for line in self._lines) for kind in Kept}
        options = [Option(kind.name, f"{kind.value} ({numbers[kind]})") for kind in Kept]
        self._typed = TextField(placeholder=f"Tapez quelques lettres{NBSP}; Tab pour filtrer les lignes")
        self._kind = Choice(options, [Kept.ALL.name])
        with Vertical():
            yield PlainStatic(f"{self._title}   (Échap pour fermer)")
            yield self._typed
            yield self._kind
            yield Listing(list(self._items()), is_led=True)

    def _items(self) -> Iterator[Item]:
        typed, kept = self._typed.value, Kept[self._kind.chosen[0]]
        found = found_lines(self._lines, typed, kept)
        longest = max((cell_len(line.number) for line in found), default=0)
        for line in found:
            quoted = excerpt(line, typed) if typed else ""
            yield _item(line, quoted, longest, has_notes=kept is not Kept.ALL)
        if not found:
            yield Item(None, lambda width: [(Piece(fit("Aucun résultat.", width), SOFT),)])

    def _matching(self, typed: str) -> list[Item]:
        return list(self._items())

    def on_choice_changed(self, message: Choice.Changed) -> None:
        message.stop()
        listing = self.query_one(Listing)
        listing.show(list(self._items()))
        listing.action_first()

    def on_choice_submitted(self, message: Choice.Submitted) -> None:
        message.stop()
        self.query_one(Listing).action_choose()


def _item(line: SearchedLine, quoted: str, longest: int, *, has_notes: bool) -> Item:
    def lines(width: int) -> Sequence[Line]:
        head = f"{fit(line.number, longest)}  "
        made: list[Line] = [(Piece(head, SOFT), Piece(fit(line.label, width - len(head)).rstrip(), PLAIN))]
        if has_notes and line.notes:
            made.append((Piece(fit(f"{' ' * len(head)}{line.notes}", width).rstrip(), STRONG),))
        if quoted:
            made.append((Piece(fit(f"{' ' * len(head)}✎ {quoted}", width).rstrip(), SOFT),))
        return made

    return Item(line.id, lines)


# The facts of the log in the year of the assessment that a page shows, read by the page when it has time.


class FactsOfYear:
    """What was last read of the log; none for an assessment received from somebody."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.year: YearOfLog | None = None
        self._is_behind = False
        """Whether something waited for the disk when it was read."""

    def read(self, *, waits: bool = False) -> bool:
        """Read the facts; `waits` as `year_of_log` does.

        Return whether they were read: the database may refuse, which is said.
        """
        page = self._page
        if not page.is_attached or page.opened.is_received:
            return False
        from ctg_tui.services.log import year_of_log

        opened, workspace = page.opened, page.workspace
        self._is_behind = workspace.writer.waiting > 0
        year = page.read(lambda: year_of_log(workspace, opened.grid, opened.assessment, waits=waits), None)
        if year is not None:
            self.year = year
        return year is not None

    def catch_up(self) -> bool:
        """Read again, once all is on the disk, what was read before; return whether it was."""
        return self._is_behind and not self._page.workspace.writer.waiting and self.read()

    def of_line(self, line: str) -> tuple[LogEntry, ...]:
        """Return the facts tied to an activity or an indicator, by its identifier."""
        return () if self.year is None else self.year.of_line(line)
