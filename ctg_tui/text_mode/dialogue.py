"""Questions and answers: sentences of at most 80 columns, the words a person types, no escape byte ever."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.text import clean, fold
from ctg_tui.system.computer import is_utf_8, typed_line
from ctg_tui.wording.french import NBSP, percentage, wrap
from ctg_tui.wording.typed import UNSHIFTED, as_digits

_KEYS: Final = {
    "Ctrl+Z, dans la grille,": "« annuler »",
    "Ctrl+Z": "« annuler »",
    " · ": ", ",
}
"""The keys that sentences of the pages name, and what does the same here; a dot is not heard."""
WIDTH: Final = 79
"""Columns of a line: a terminal of 80 moves to the next line by itself after the last one."""
_MARK: Final = re.compile(r"[\s\N{NO-BREAK SPACE}]?(?<!n)°[\N{NO-BREAK SPACE} ]?")


def lines(text: str, width: int = WIDTH) -> list[str]:
    """Return `text` in lines of at most `width` columns; a sentence begins a line, its own newlines stay."""
    result: list[str] = []
    for paragraph in text.split("\n"):
        is_short = len(wrap(paragraph, width)) == 1
        for sentence in [paragraph] if is_short else re.split(r"(?<=[.?!]) +", paragraph):
            result += wrap(sentence, width)
    return result


def without_mark(text: str) -> str:
    """Return a text of the program without the mark « ° »: whose lines it is about is said in words."""
    return _MARK.sub(" ", text).strip()


def aloud(text: str) -> str:
    """Return a text of the pages as it is heard: whose lines in words, no key, no dot, no arrow."""
    said = text.replace(f"lignes{NBSP}°", "lignes proposées").replace(f"{NBSP}°", " (proposée)")
    for key, word in _KEYS.items():
        said = said.replace(key, word)
    return without_mark(said).replace("→ ", "")


def heard(tally: Tally) -> str:
    """Return `74 %`, or in words that there is no note yet."""
    return "aucune note" if tally.percentage is None else percentage(tally)


def number_and_name(number: int, name: str) -> str:
    """Return `3 : Entretien`, the line of a list to choose from."""
    return f"{number}{NBSP}: {name}"


# The words that a person types: commands and notes, with or without accents and capitals.


class Word(StrEnum):
    """A command, whatever the question: what is typed, without accents and capitals."""

    NOTHING = ""
    HELP = "?"
    BACK = "retour"
    MENU = "menu"
    QUIT = "quitter"
    YES = "oui"
    NO = "non"
    SCALE = "echelle"
    NEXT = "suivante"
    GO = "aller"
    COMMENT = "commentaire"
    CLEAR = "effacer"
    UNDO = "annuler"
    REDO = "refaire"
    RESULTS = "resultats"
    WHY = "pourquoi"
    READ = "lire"
    ANSWER = "repondre"


_ALONE: Final[Mapping[str, Word]] = {
    **{word.value: word for word in Word},
    "aide": Word.HELP,
    "o": Word.YES,
    "n": Word.NO,
    "suivant": Word.NEXT,
    "reponses": Word.ANSWER,
}
_NOTES: Final[Mapping[str, Answer]] = {
    **{str(int(note)): note for note in Rating},
    **dict.fromkeys(("nc", "n", "x", "non concerne", "non concerné"), NOT_CONCERNED),
}
_AZERTY: Final[Mapping[str, Answer]] = dict(zip(UNSHIFTED, Rating, strict=False))
"""The keys 0 to 3 of an AZERTY keyboard without Shift."""


def fold_words(text: str) -> str:
    """Return `text` without accents, capitals and needless spaces, to compare with a command."""
    return fold(" ".join(text.split()))


def word_of(text: str) -> Word | None:
    """Return the command typed, such as `annuler` or `aller 2.3`; None for anything else."""
    typed = fold_words(text)
    if re.match(r"aller( \d|$)", typed):
        return Word.GO
    return _ALONE.get(typed) or _ALONE.get(typed.rstrip(" ?") or typed)


def note_of(text: str) -> Answer | None:
    """Return the note typed: `2`, `nc`, or `é` for 2, on an AZERTY keyboard; None for anything else."""
    typed = " ".join(text.split())
    if typed in _AZERTY:
        return _AZERTY[typed]
    return _NOTES.get(typed.casefold())  # not folded: « ² » is no note


_TERMINAL_LINE: Final = 4_095
"""Bytes that a terminal passes on of one line: it drops the others without a word."""
_QUOTED: Final = 40
QUESTION_WIDTH: Final = 66
"""Columns of a question: a short answer then stands on the same line."""


def rank_in(answer: str, last: int) -> int | None:
    """Return the number answered if it is 1 to `last`."""
    is_number = answer.isascii() and answer.isdigit() and len(answer) < 6
    return int(answer) if is_number and 1 <= int(answer) <= last else None


class Back(Exception):  # noqa: N818 - an answer of the person, not an error
    """The person typed `retour`."""


class Menu(Exception):  # noqa: N818 - as above
    """The person typed `menu`: back to the steps of the assessment."""


class Quit(Exception):  # noqa: N818 - as above
    """The person typed `quitter`, or the input has ended."""


def on_terminal() -> Dialogue:
    """Return a dialogue on the standard streams."""
    # What is not typed on a terminal has no echo: the question ends its own line.
    has_echo = sys.stdin is not None and sys.stdin.isatty()
    return Dialogue(after_question=" " if has_echo else "\n")


_AT_ONCE: Final = partial(print, end="", flush=True)


class Dialogue:
    """Says sentences and asks questions."""

    def __init__(
        self,
        read: Callable[[], str] = typed_line,
        write: Callable[[str], None] = _AT_ONCE,
        after_question: str = " ",
    ) -> None:
        self._read = read
        self._write = write
        self._after_question = after_question
        self.before_waiting: Callable[[], object] = lambda: None
        """Called before each wait for the person."""

    def say(self, *sentences: str | None) -> None:
        """Write each of `sentences` on lines of its own; an empty one is none."""
        for sentence in filter(None, sentences):
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
        return clean(typed)

    def _answer(self, question: str) -> str:
        """Write `question`; return the line read, with its newline. Raises Quit at the end of the input."""
        *before, last = lines(typeset(clean(question, multiline=True)), QUESTION_WIDTH)
        for part in before:
            self._write(f"{part}\n")
        self._write(f"{last}{self._after_question}")
        self.before_waiting()
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
            match word_of(answer):
                case Word.HELP:
                    self.say(help_text, _ALWAYS)
                case Word.BACK:
                    raise Back
                case Word.MENU:
                    raise Menu
                case Word.QUIT:
                    raise Quit
                case _:
                    return answer

    def agree(self, question: str, help_text: str = "Répondez par oui ou par non.") -> bool:
        """Return whether the person answers « oui »; Entrée alone is « non »."""
        self.say(question)
        while True:
            word = word_of(self.ask("Oui ou non :", help_text))
            if word is Word.YES:
                return True
            if word in {Word.NO, Word.NOTHING}:
                return False
            self.say("Répondez par oui ou par non. Entrée seule veut dire non.")

    def say_numbered(self, names: Iterable[str]) -> None:
        """Say each of `names` with its number, from 1."""
        self.say(*(number_and_name(rank, name) for rank, name in enumerate(names, 1)))

    def choose(self, names: Sequence[str], question: str, help_text: str) -> int | None:
        """Return the number answered, of one of `names`; None for Entrée alone."""
        self.say_numbered(names)
        while True:
            answer = as_digits(self.ask(question, help_text))
            if not answer:
                return None
            if (rank := rank_in(answer, len(names))) is not None:
                return rank
            self.misunderstood(answer, f"un numéro de 1 à {len(names)}")

    @contextmanager
    def saying_refusals(self) -> Iterator[None]:
        """Say why what is done inside was refused, and go on after it."""
        try:
            yield
        except Refusal as refusal:
            self.say(refusal.sentences())

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


_ALWAYS: Final = "« quitter » : fermer le programme.\nLes accents et les majuscules ne sont pas nécessaires."
"""The end of every help."""
