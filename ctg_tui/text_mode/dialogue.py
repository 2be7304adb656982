"""Questions and answers: sentences of at most 80 columns, one question a line, and no escape byte ever."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import FORBIDDEN, clean
from ctg_tui.system.computer import is_utf_8, typed_line
from ctg_tui.text_mode.spoken import lines
from ctg_tui.text_mode.words import Word, command
from ctg_tui.wording.typed import as_digits

LONGEST_FIELD: Final = 200
"""Most characters of an answer on one line, as in the fields of the interface."""
_TERMINAL_LINE: Final = 4_095
"""Bytes that a terminal passes on of one line: it drops the others without a word."""
_QUOTED: Final = 40
QUESTION_WIDTH: Final = 66
"""Columns of a question: a short answer then stands on the same line."""


class Back(Exception):  # noqa: N818 - an answer of the person, not an error
    """The person typed `retour`."""


class Menu(Exception):  # noqa: N818 - as above
    """The person typed `menu`: back to the steps of the assessment."""


class Quit(Exception):  # noqa: N818 - as above
    """The person typed `quitter`, or the input has ended."""


def write_to_terminal(text: str) -> None:
    """Write `text` at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def on_terminal() -> Dialogue:
    """Return a dialogue on the standard streams."""
    # What is not typed on a terminal has no echo: the question ends its own line.
    has_echo = sys.stdin is not None and sys.stdin.isatty()
    return Dialogue(after_question=" " if has_echo else "\n")


def asking(title: str, present: str, answer: str = "Entrée pour garder") -> str:
    """Return `Année N, actuellement 2027. Entrée pour garder :`; the last line names what is asked for."""
    question = f"{title}, actuellement {present}. {answer} :"
    if len(question) <= QUESTION_WIDTH:
        return question
    return f"{title}, actuellement {present}.\n{title}. {answer} :"


class Dialogue:
    """Says sentences and asks questions."""

    def __init__(
        self,
        read: Callable[[], str] = typed_line,
        write: Callable[[str], None] = write_to_terminal,
        after_question: str = " ",
    ) -> None:
        self._read = read
        self._write = write
        self._after_question = after_question
        self.keyboard = ""
        """The id of the keyboard whose digits without Shift are understood as numbers."""

    def say(self, *sentences: str) -> None:
        """Write each of `sentences` on lines of its own."""
        for sentence in sentences:
            for line in lines(typeset(clean(sentence, multiline=True))):
                self._write(f"{line}\n")

    def line(self, question: str) -> str:
        """Return the line that answers `question`, whatever it says. Raises Quit at the end of the input.

        A line that is not in UTF-8 is asked for again.
        """
        while not is_utf_8(read := self._answer(question)):
            self.say(
                "Des caractères de cette ligne n’ont pas pu être lus, car ils ne sont pas en UTF-8. "
                "Rien n’a été changé.",
                "Réglez votre terminal sur UTF-8, ou tapez cette ligne sans accents.",
            )
        typed = read.rstrip("\r\n")
        if len(typed.encode("utf-8", "replace")) >= _TERMINAL_LINE:
            self.say(
                "Attention : le terminal a sans doute coupé cette ligne, trop longue pour lui. "
                "Tapez les longs textes en plusieurs lignes."
            )
        if re.search(FORBIDDEN, typed):
            self.say("Des caractères de commande ont été remplacés dans ce que vous avez tapé.")
        return clean(typed)

    def _answer(self, question: str) -> str:
        """Write `question`; return the line read, with its newline. Raises Quit at the end of the input."""
        *before, last = lines(typeset(clean(question, multiline=True)), QUESTION_WIDTH)
        for part in before:
            self._write(f"{part}\n")
        self._write(f"{last}{self._after_question}")
        read = self._read()
        if not read.endswith("\n"):
            if self._after_question != "\n":
                self._write("\n")  # the terminal has not moved to the next line
            if not read:
                raise Quit
        return read

    def ask(self, question: str, help_text: str) -> str:
        """Return the answer to `question`, stripped; `?` says `help_text` and asks again.

        Raises Back, Menu and Quit for these commands, Quit at the end of the input.
        """
        while True:
            answer = self.line(question).strip()
            word = command(answer)[0]
            match word:
                case Word.HELP:
                    self.say(help_text, ALWAYS)
                case Word.BACK:
                    raise Back
                case Word.MENU:
                    raise Menu
                case Word.QUIT:
                    raise Quit
                case _:
                    return answer

    def ask_text(self, question: str, help_text: str) -> str:
        """Return a text of at most `LONGEST_FIELD` characters; `=retour` is a text, not a command."""
        while True:
            text = self.short_text(self.ask(question, help_text))
            if text is not None:
                return text

    def short_text(self, answer: str) -> str | None:
        """Return the text that `answer` stands for; None, once said, when it is too long for a field."""
        text = answer.removeprefix("=").strip()
        if len(text) <= LONGEST_FIELD:
            return text
        self.say(
            f"Ce texte est trop long : {len(text)} caractères, pour {LONGEST_FIELD} au plus. "
            "Rien n’a été changé."
        )
        return None

    def digits(self, answer: str) -> str:
        """Return a number answered, also typed without Shift on the person's keyboard."""
        return as_digits(answer, self.keyboard)

    def agree(self, question: str, help_text: str = "Répondez par oui ou par non.") -> bool:
        """Return whether the person answers « oui »; Entrée alone is « non »."""
        self.say(question)
        while True:
            word = command(self.ask("Oui ou non :", help_text))[0]
            if word is Word.YES:
                return True
            if word in {Word.NO, Word.NOTHING}:
                return False
            self.say("Répondez par oui ou par non. Entrée seule veut dire non.")

    def choose(self, question: str, help_text: str, last: int) -> int | None:
        """Return the number answered, 1 to `last`; None for Entrée alone."""
        while True:
            answer = self.digits(self.ask(question, help_text))
            if not answer:
                return None
            if answer.isascii() and answer.isdigit() and len(answer) < 6 and 1 <= int(answer) <= last:
                return int(answer)
            self.misunderstood(answer, f"un numéro de 1 à {last}")

    def misunderstood(self, answer: str, expected: str) -> None:
        """Say that `answer` is none of what was `expected`, and that nothing changed."""
        if not answer:
            self.say(f"Attendu : {expected}.")
            return
        shown = answer if len(answer) <= _QUOTED else f"{answer[:_QUOTED]}…"
        self.say(
            f"« {shown} » n’est pas une réponse possible. Rien n’a été changé.",
            f"Attendu : {expected}.",
        )


ALWAYS: Final = (
    "« retour » : la question d’avant.\n"
    "« menu » : les étapes de l’évaluation.\n"
    "« quitter » : fermer le programme, où tout est déjà enregistré.\n"
    "Les accents et les majuscules ne sont pas nécessaires."
)
"""The end of every help."""
