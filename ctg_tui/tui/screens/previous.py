"""Last time's outline behind the radar, on demand."""

from __future__ import annotations

from dataclasses import replace

from ctg_tui.domain.errors import Refusal
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.view import View
from ctg_tui.wording.last_time import NO_LAST_TIME, outline_name, why_not_compared


def with_previous(page: Page, view: View) -> View:
    """Return `view` with last time's outline, or without it when it had one.

    A message gives the reason when there is none.
    """
    if view.previous is not None:
        return replace(view, previous=None, previous_name="")
    try:
        last = page.workspace.last_time(view.grid, view.assessment)
    except Refusal as refusal:
        page.refuse(refusal)
        return view
    if last is None:
        page.show_message(NO_LAST_TIME)
    elif last.scores is None:
        page.show_message(why_not_compared(last), warning=True)
    else:
        return replace(view, previous=last.scores, previous_name=outline_name(last))
    return view
