"""The module of each page, imported when the page is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Place
from ctg_tui.tui.commands import CommentOf, Destination, FormField
from ctg_tui.tui.page import Page

if TYPE_CHECKING:
    from ctg_tui.tui.settings import Keyboard

EARLY: Final = (Destination.GRID,)
"""The pages imported while the person reads the first one; the others are left out to save memory."""


def page_class(destination: Destination) -> type[Page]:
    """Return the class of a page, importing its module."""
    page_type: type[Page] = getattr(import_module(destination.module), destination.page)
    return page_type


def is_of(page: Page, destination: Destination) -> bool:
    """Return whether `page` is the page of `destination`."""
    return type(page).__name__ == destination.page


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
