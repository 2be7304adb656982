"""Texts of several lines: each line is on the disk before the next one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.text_mode.desk import SAVED, Desk
from ctg_tui.text_mode.words import Word, command
from ctg_tui.wording.french import count

END: Final = "."
"""The line that ends a text."""


def write(desk: Desk, title: str, present: str, save: Callable[[str], None]) -> None:
    """Take lines until « . », and save the text after each; they go on from the text already `present`.

    `effacer` as the first line removes the text. Raises Quit at the end of the input: what was typed is
    saved.
    """
    dialogue, text = desk.dialogue, present
    if desk.session.is_read_only:
        dialogue.say("Cette évaluation est définitive. Ouvrez une nouvelle révision pour la modifier.")
        return
    if present:
        dialogue.say(f"{title}, texte actuel :", present)
        dialogue.say("Ce que vous tapez vient à la suite. « effacer », tout de suite, le supprime.")
    dialogue.say("Un point, seul sur une ligne, termine le texte.")
    question = f"{title} :"
    is_first = True
    try:
        while (line := dialogue.line(question)).strip() != END:
            if is_first and command(line)[0] is Word.CLEAR and present:
                desk.keep(partial(save, ""), f"{title} effacé. {SAVED}")
                return
            longer = f"{text}\n{line}" if text else line
            if len(longer) > MAX_TEXT_LENGTH:
                most = count(MAX_TEXT_LENGTH, "caractère")
                dialogue.say(f"Cette ligne n’est pas enregistrée : le texte dépasserait {most}.")
                question = "Une ligne plus courte, ou un point pour finir :"
                continue
            text, is_first = longer, False
            if not desk.keep(partial(save, text)):
                return
            question = "Suite, ou un point pour finir :"
    finally:
        desk.session.end_typing()
    dialogue.say(f"{title} : terminé.")
