"""Last time's outline behind the radar, on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctg_tui.domain.errors import Refusal
from ctg_tui.services.results import last_time_of
from ctg_tui.system import places as stored_settings
from ctg_tui.tui.view import View
from ctg_tui.wording.results import NO_LAST_TIME, why_not_compared

if TYPE_CHECKING:
    from ctg_tui.domain.results import LastTime
    from ctg_tui.tui.screens.page import Page


def shown_last_time(page: Page) -> LastTime | None:
    """Return last time's assessment, if it can be compared and the person's setting shows it.

    The example always shows it.
    """
    if not page.is_example:  # which has no folder
        choices = stored_settings.read(page.workspace.store.path.parent)
        if choices.get(stored_settings.LAST_TIME) == stored_settings.OFF:
            return None
    last = last_time(page)
    return None if last is None or last.scores is None else last


def last_time(page: Page) -> LastTime | None:
    """Return last time's assessment; None, with a message, when the database refuses."""
    opened = page.opened
    return page.read(lambda: last_time_of(page.workspace, opened.grid, opened.assessment), None)


def with_previous(page: Page, view: View) -> View:
    """Return `view` with last time's outline, or without it when it had one.

    A message gives the reason when there is none.
    """
    if view.drawn is not None:
        return view._replace(drawn=None)
    try:
        last = last_time_of(page.workspace, view.grid, view.assessment)
    except Refusal as refusal:
        page.refuse(refusal)
        return view
    if last is None:
        page.show_message(NO_LAST_TIME)
    elif last.scores is None:
        page.show_message(why_not_compared(last), warning=True)
    else:
        return view._replace(drawn=last)
    return view
