"""What pages hold that could not be written yet: how much of it, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterable

from ctg_tui.tui.screens.page import Page
from ctg_tui.wording.french import count


def held(pages: Iterable[Page], but: Iterable[Page] = ()) -> int:
    """How many changes of `pages` and of their assessments could not be written yet; those of an assessment
    that a page of `but` has open too are not counted.
    """
    pages = list(pages)
    elsewhere = {id(page.session) for page in but}
    sessions = {id(page.session): page.session for page in pages if page.session is not None}
    waiting = (len(session.waiting) for key, session in sessions.items() if key not in elsewhere)
    return sum(page.unsaved for page in pages) + sum(waiting)


def not_saved(changes: int) -> str:
    """`1 changement n’est pas encore enregistré.`"""
    state = "n’est pas encore enregistré" if changes == 1 else "ne sont pas encore enregistrés"
    return f"{count(changes, 'changement')} {state}."
