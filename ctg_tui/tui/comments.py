"""Every comment of a mission, read one after the other, and last time's, on any page that shows lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import BindingType
from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment, Cell, Place
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.results import LastTime
from ctg_tui.services.results import last_time_of
from ctg_tui.system import places
from ctg_tui.tui.characters import shown, shown_text
from ctg_tui.tui.commands import Destination, bindings, cmd
from ctg_tui.tui.dialogs import Dialog
from ctg_tui.tui.widgets.listing import SOFT, STRONG, Item, Listing, blank, ends, hung, row, soft, words
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP, count, thousands
from ctg_tui.wording.lines import line_number, notes_of_line
from ctg_tui.wording.results import former_line

if TYPE_CHECKING:
    from ctg_tui.tui.page import Page


def shown_last_time(page: Page) -> LastTime | None:
    """Return last time's assessment, if it can be compared and the person's setting shows it.

    The example always shows it.
    """
    if not page.is_example:  # which has no folder
        choices = places.read(page.workspace.store.path.parent)
        if choices.get(places.LAST_TIME) == places.OFF:
            return None
    last = last_time(page)
    return None if last is None or last.scores is None else last


def last_time(page: Page) -> LastTime | None:
    """Return last time's assessment; None, with a message, when the database refuses."""
    opened = page.opened
    return page.read(lambda: last_time_of(page.workspace, opened.grid, opened.assessment), None)


_COMMANDS: Final = (
    cmd("lecture.ligne", "enter", "go_to_line", "aller à la ligne", 1, "Aller à la ligne"),
    cmd("lecture.suivante", "tab right", "turn(1)", "mission suivante", 2, "Mission suivante"),
    cmd("lecture.precedente", "shift+tab left", "turn(-1)", "mission précédente", 3, "Mission précédente"),
    cmd("lecture.fermer", "escape f6", "close", "fermer", 0, "Fermer"),
)


class CommentsReader(Dialog[Place | None]):
    """Returns the place of the line chosen, None when it is closed."""

    DEFAULT_CSS = """
    CommentsReader { align: center top; }
    CommentsReader > Vertical {
        width: 100%; max-width: 110; height: 1fr;
        background: $surface; border: solid $border; padding: 0 1;
    }
    CommentsReader Static { height: 1; text-style: bold; color: $primary; }
    CommentsReader Static { text-wrap: nowrap; text-overflow: ellipsis; }
    CommentsReader Listing { background: $surface; scrollbar-gutter: stable; }
    """
    KEYS = _COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = bindings(_COMMANDS)
    AUTO_FOCUS = "Listing"

    def __init__(self, grid: Grid, assessment: Assessment, place: Place, last: LastTime | None) -> None:
        super().__init__()
        self._grid = grid
        self._assessment = assessment
        self._last = last
        self._missions = [one for one in grid.missions if one.activities or one.indicators]
        mission = grid.missions_by_id.get(place.mission)
        self._number = self._missions.index(mission) if mission in self._missions else 0
        self._line = place.line

    @property
    def _mission(self) -> Mission:
        return self._missions[self._number]

    def content(self) -> Iterable[Widget]:
        yield PlainStatic(self._title())
        yield Listing(self._items())

    def on_mount(self) -> None:
        if self._line is not None:
            self.query_one(Listing).select(self._line, at_top=True)

    def _title(self) -> str:
        mission = self._mission
        written = sum(bool(_comment(self._assessment, line)) for line in mission.lines)
        return f"{count(written, 'commentaire')} · mission {mission.number} · {shown(mission.short_title)}"

    def _items(self) -> list[Item]:
        return list(_items(self._grid, self._assessment, self._mission, self._last))

    def action_turn(self, step: int) -> None:
        """Show the next mission or the one before, going round."""
        self._number = (self._number + step) % len(self._missions)
        self.query_one(PlainStatic).update(self._title())
        listing = self.query_one(Listing)
        listing.show(self._items())
        listing.action_first()
        listing.scroll_home(animate=False)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.dismiss(Place(self._mission.id, message.key))

    def action_go_to_line(self) -> None:
        """Close, and go to the line under the cursor, if there is one."""
        self.query_one(Listing).action_choose()

    def action_close(self) -> None:
        self.dismiss(None)


def read_comments(
    page: Page, place: Place | None = None, go: Callable[[Place], object] | None = None
) -> None:
    """Open the reader over `page` at `place`, by default where the cursor of the grid was.

    `go` shows the line chosen; by default its page is visited.
    """
    page.flush()
    opened = page.opened

    def chosen(target: Place | None) -> None:
        if target is None:
            return
        if go is None:
            page.visit(Destination.GRID, place=target)
        else:
            go(target)

    here = place or opened.place or Place(opened.grid.missions[0].id)
    page.app.push_screen(CommentsReader(opened.grid, opened.assessment, here, shown_last_time(page)), chosen)


def _comment(assessment: Assessment, line: str) -> str:
    return assessment.comments.get(line, "") or assessment.remarks.get(line, "")


def _items(grid: Grid, assessment: Assessment, mission: Mission, last: LastTime | None) -> Iterator[Item]:
    """Yield each line that has a comment, this time or the last; then the numbers of those without."""
    without = []
    for line in mission.lines:
        comment = shown_text(_comment(assessment, line))
        former = "" if last is None else _comment(last.assessment, line)
        if comment or former:
            yield _item(grid, assessment, line, comment, last)
        if not comment and line in grid.activities:
            without.append(line_number(grid, line))
    if without:
        yield row(None, words(f"Sans commentaire{NBSP}: {', '.join(without)}", SOFT))


def _item(grid: Grid, assessment: Assessment, line: str, comment: str, last: LastTime | None) -> Item:
    notes = _notes(grid, assessment, line)
    former = "" if last is None else _former(grid, line, last)
    parts = [hung(soft(f"{line_number(grid, line)}  "), shown(grid.line(line).label), STRONG)]
    parts += [ends(soft(f"  {notes}"))] if notes else []
    parts += [hung("✎ ", comment)] if comment else []
    parts += [hung("  ", former, SOFT)] if former else []
    return row(line, *parts, blank)


def _notes(grid: Grid, assessment: Assessment, line: str) -> str:
    """Return the notes of a line, or the number of an indicator."""
    if line in assessment.numbers:
        return f"Nombre{NBSP}: {thousands(assessment.numbers[line])}"
    if line in grid.indicators:
        return ""
    return notes_of_line(grid, assessment, line) or "aucune note"


def _former(grid: Grid, line: str, last: LastTime) -> str:
    answers = {policy.label: last.assessment.answers.get(Cell(line, policy.id)) for policy in grid.policies}
    return former_line(last.year, answers, _comment(last.assessment, line))
