"""Questions asked one after the other, where `retour` goes back to the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctg_tui.text_mode.dialogue import Back

Question = Callable[[], None]
"""Asks, and saves the answer."""


def ask_in_turn(questions: Sequence[Question]) -> bool:
    """Ask `questions`; return False when the person left them by `retour` at the first one."""
    rank = 0
    while rank < len(questions):
        try:
            questions[rank]()
        except Back:
            rank -= 1
            if rank < 0:
                return False
        else:
            rank += 1
    return True
