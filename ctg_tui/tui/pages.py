"""The module of each page, imported when the page is first shown."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Place
from ctg_tui.tui.commands import CommentOf, Destination, FormField
from ctg_tui.tui.page import Page

if TYPE_CHECKING:
    from ctg_tui.tui.settings import Keyboard

_PAGES: Final = "ctg_tui.tui"
PAGES: Final[Mapping[Destination, tuple[str, str]]] = {
    Destination.HOME: (f"{_PAGES}.home.page", "HomeScreen"),
    Destination.GRID: (f"{_PAGES}.grid.page", "GridScreen"),
    Destination.FORM: (f"{_PAGES}.details", "FormScreen"),
    Destination.RESULTS: (f"{_PAGES}.results", "ResultsScreen"),
    Destination.SENDING: (f"{_PAGES}.sending", "SendingScreen"),
    Destination.FORECAST: (f"{_PAGES}.forecast", "ForecastScreen"),
    Destination.PREPARATION: (f"{_PAGES}.meeting", "PreparationScreen"),
    Destination.GRIDS: (f"{_PAGES}.grid_files", "GridsScreen"),
    Destination.RESTORE: (f"{_PAGES}.backups", "RestoreScreen"),
    Destination.WORKBOOKS: (f"{_PAGES}.spreadsheet", "WorkbooksScreen"),
    Destination.RECEIVED: (f"{_PAGES}.received", "ReceivedScreen"),
    Destination.LOG: (f"{_PAGES}.log", "LogScreen"),
    Destination.REVIEW: (f"{_PAGES}.review.writing", "ReviewScreen"),
    Destination.ANSWERS: (f"{_PAGES}.review.answering", "AnswersScreen"),
}
"""The module and the class of each page."""
EARLY: Final = (Destination.GRID,)
"""The pages imported while the person reads the first one; the others are left out to save memory."""


def page_class(destination: Destination) -> type[Page]:
    """Return the class of a page, importing its module."""
    module, name = PAGES[destination]
    page_type: type[Page] = getattr(import_module(module), name)
    return page_type


def is_of(page: Page, destination: Destination) -> bool:
    """Return whether `page` is the page of `destination`."""
    return type(page).__name__ == PAGES[destination][1]


def make_page(visit: Page.Visit, keyboard: Keyboard) -> Page:
    """Return the page visited, on the assessment of the session and at the place for those that have one."""
    place = visit.place
    writes = isinstance(place, CommentOf)
    line = place.place if isinstance(place, CommentOf) else place if isinstance(place, Place) else None
    also: dict[Destination, tuple[object, ...]] = {
        Destination.GRID: (line, keyboard, writes),
        Destination.LOG: (line,),
        Destination.REVIEW: (line, keyboard),
        Destination.ANSWERS: (line, keyboard),
        Destination.FORM: (place if isinstance(place, FormField) else None,),
    }
    arguments = also.get(visit.destination, ())
    return page_class(visit.destination)(visit.workspace, visit.session, *arguments)
