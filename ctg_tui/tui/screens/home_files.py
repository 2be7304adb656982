"""Files given to the list: workbooks at hand, and what is dropped on the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.services.spreadsheet.reading import RECEIVED, dropped_file, dropped_path
from ctg_tui.services.submissions import is_review_file
from ctg_tui.tui.screens.taking_back import offer
from ctg_tui.tui.screens.workbook import WorkbookScreen
from ctg_tui.tui.screens.workbooks import WorkbooksScreen

if TYPE_CHECKING:
    from ctg_tui.tui.screens.home import HomeScreen


def show_workbooks(page: HomeScreen, into: int | None, path: Path | None = None) -> None:
    """Show the workbooks at hand or the one at `path`, which may complete the assessment `into`."""
    if page.is_current:
        page.app.push_screen(
            WorkbooksScreen(page.workspace, into=into)
            if path is None
            else WorkbookScreen(page.workspace, path, into)
        )


def take_dropped(page: HomeScreen, text: str, into: int | None, *, has_received: bool) -> None:
    """Read the file whose path was pasted, or say that it is none."""
    path = dropped_file(text)
    if path is None:
        page.show_message("Ce qui a été collé n’est ni un tableur, ni un fichier reçu.")
    elif path.suffix.casefold() == ".json" and not has_received and not is_review_file(path):
        offer(page, path, lambda taken: page.reload(str(taken.assessment_id)))
    elif path.name.lower().endswith(RECEIVED) or dropped_path(text) is None:
        _show_received(page, path)
    else:
        show_workbooks(page, into, path)


def _show_received(page: HomeScreen, path: Path) -> None:
    from ctg_tui.tui.screens.received import ReceivedScreen

    if page.is_current:
        page.app.push_screen(ReceivedScreen(page.workspace, None, path))
