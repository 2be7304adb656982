"""Questions and answers: sentences of at most 80 columns, the words a person types, no escape byte ever.

Below them, the figures and the list of assessments in such sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.errors import NotSaved, Refusal, typeset
from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.results import YearRow, Years
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import Finding, FindingCode
from ctg_tui.domain.text import clean, plain
from ctg_tui.services.editing import AsksFirst
from ctg_tui.services.home import SentAndHeard
from ctg_tui.services.workspace import Summary
from ctg_tui.system.computer import typed_line
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    count,
    due_words,
    listing,
    percentage,
    territory_name,
    wrap,
)
from ctg_tui.wording.lines import basis, finding, total_name, urgency
from ctg_tui.wording.results import key_sentences, why_not_compared
from ctg_tui.wording.typed import UNSHIFTED, as_digits

SAVED: Final = "Enregistré."
WIDTH: Final = 79
"""Columns of a line: a terminal of 80 moves to the next line by itself after the last one."""
QUESTION_WIDTH: Final = 66
"""Columns of a question: a short answer then stands on the same line."""
_MARK: Final = re.compile(r"[\s\N{NO-BREAK SPACE}]?(?<!n)°[\N{NO-BREAK SPACE} ]?")
_HEARD: Final = {
    f"lignes{NBSP}°": "lignes proposées",
    f"{NBSP}°": " (proposée)",
    "Ctrl+Z, dans la grille,": "« annuler »",
    "Ctrl+Z": "« annuler »",
    " · ": ", ",
    "→ ": "",
}
"""What sentences of the pages show, and what is said in its place: a key, a dot, an arrow are not heard."""


def aloud(text: str) -> str:
    """Return a text of the pages as it is heard; whose lines it is about is said in words, not by « ° »."""
    for shown, said in _HEARD.items():
        text = text.replace(shown, said)
    return _MARK.sub(" ", text).strip()


def heard(tally: Tally) -> str:
    """Return `74 %`, or in words that there is no note yet."""
    return "aucune note" if tally.percentage is None else percentage(tally)


# The words that a person types: commands and notes, with or without accents and capitals.


_SAME: Final = {"aide": "?", "o": "oui", "n": "non", "suivant": "suivante", "reponses": "repondre"}
"""Other words for a command."""
_NOTES: Final[dict[str, Answer]] = {
    **{str(int(note)): note for note in Rating},
    **dict(zip(UNSHIFTED, Rating, strict=False)),  # an AZERTY keyboard without Shift
    **dict.fromkeys(("nc", "n", "x", "non concerne", "non concerné"), NOT_CONCERNED),
}


def word_of(text: str) -> str:
    """Return the command typed, without accents: `annuler`, `aller` for `aller 2.3`; else the folded text."""
    typed = plain(text)
    typed = typed.rstrip(" ?") or typed
    return "aller" if re.match(r"aller( \d|$)", typed) else _SAME.get(typed, typed)


def note_of(text: str) -> Answer | None:
    """Return the note typed: `2`, `nc`, or `é` for 2; None for anything else."""
    return _NOTES.get(" ".join(text.split()).casefold())  # not folded: « ² » is no note


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


_ALWAYS: Final = "« quitter » : fermer le programme.\nLes accents et les majuscules ne sont pas nécessaires."
"""The end of every help."""


_AT_ONCE: Final = partial(print, end="", flush=True)


class Dialogue:
    """Says sentences and asks questions."""

    def __init__(
        self,
        read: Callable[[], str] = typed_line,
        write: Callable[[str], None] = _AT_ONCE,
        after_question: str = " ",
    ) -> None:
        """Talk on the standard streams, by default; what is not typed on a terminal has no echo (`"\\n"`)."""
        self._read = read
        self._write = write
        self._after_question = after_question
        self.before_waiting: Callable[[], object] = lambda: None
        """Called before each wait for the person."""

    def say(self, *sentences: str | None) -> None:
        """Write each of `sentences` on lines of its own; an empty one is none."""
        for sentence in filter(None, sentences):
            for line in wrap(typeset(clean(sentence, multiline=True)), WIDTH):
                self._write(f"{line}\n")

    def say_numbered(self, names: Iterable[str]) -> None:
        """Say each of `names` with its number, from 1."""
        self.say(*(f"{rank}{NBSP}: {name}" for rank, name in enumerate(names, 1)))

    def _line(self, question: str) -> str:
        """Write `question`; return the line read, clean. Raises Quit at the end of the input."""
        *before, last = wrap(typeset(clean(question, multiline=True)), QUESTION_WIDTH)
        self._write("".join(f"{part}\n" for part in before) + f"{last}{self._after_question}")
        self.before_waiting()
        read = self._read()
        if not read.endswith("\n"):
            if self._after_question != "\n":
                self._write("\n")  # the terminal has not moved to the next line
            if not read:
                raise Quit
        return clean(read).strip()

    def ask(self, question: str, help_text: str) -> str:
        """Return the answer to `question`, stripped; `?` says `help_text` and asks again.

        Raises Back, Menu and Quit for these commands, Quit at the end of the input.
        """
        while True:
            answer = self._line(question)
            match word_of(answer):
                case "?":
                    self.say(help_text, _ALWAYS)
                case "retour":
                    raise Back
                case "menu":
                    raise Menu
                case "quitter":
                    raise Quit
                case _:
                    return answer

    def agree(self, question: str, help_text: str = "Répondez par oui ou par non.") -> bool:
        """Return whether the person answers « oui »; Entrée alone and « retour » are « non »."""
        self.say(question)
        while True:
            try:
                word = word_of(self.ask("Oui ou non :", help_text))
            except Back:
                return False
            if word in {"oui", "non", ""}:
                return word == "oui"
            self.say("Répondez par oui ou par non. Entrée seule veut dire non.")

    def choose(self, names: Sequence[str], question: str, help_text: str) -> int | None:
        """Return the rank from 0 of the number answered, of one of `names`; None for Entrée, « retour »."""
        self.say_numbered(names)
        while True:
            try:
                answer = as_digits(self.ask(question, help_text))
            except Back:
                return None
            if not answer:
                return None
            if (rank := rank_in(answer, len(names))) is not None:
                return rank - 1
            self.misunderstood(answer, f"un numéro de 1 à {len(names)}")

    def keep(self, edit: Callable[[], object], said: str = SAVED) -> bool:
        """Run `edit` and say `said`: it is on the disk; else say why not. Return whether it was done."""
        try:
            edit()
        except AsksFirst as question:
            if self.agree(question.message):
                question.agree()
                return self.keep(edit, said)
            self.say("Rien n’a été changé.")
        except NotSaved as refusal:
            self.say(f"Ce n’est pas enregistré. {refusal.sentences()}")
        except Refusal as refusal:
            self.say(refusal.sentences())
        except ValueError as error:  # with a French sentence
            self.say(f"{error} Rien n’a été changé.")
        else:
            self.say(said)
            return True
        return False

    @contextmanager
    def saying_refusals(self) -> Iterator[None]:
        """Say why what is done inside was refused, and go on after it."""
        try:
            yield
        except Refusal as refusal:
            self.say(refusal.sentences())

    def misunderstood(self, answer: str, expected: str) -> None:
        """Say that `answer` is none of what was `expected`, and that nothing changed."""
        shown = answer if len(answer) <= 40 else f"{answer[:40]}…"
        refused = f"« {shown} » n’est pas une réponse possible. Rien n’a été changé." if answer else ""
        self.say(refused, f"Attendu : {expected}.")


# The figures and the list, in sentences.


def whose_lines(grid: Grid) -> str:
    """Return on which lines the figures rest."""
    return aloud(f"{basis(grid).partition('. ')[0].removesuffix('.')}.")


def results(found: Years) -> Iterator[str]:
    """Yield the key figure, with that of last year, then what is done and its figures, mission by mission."""
    grid = found.grid
    yield f"Résultats. {whose_lines(grid)}"
    yield from map(aloud, key_sentences(found))
    for row in found.wholes:
        if row.mission is not None:
            yield f"Mission {row.mission.number} : {row.mission.title}."
        yield figures_sentence(found, row)
    yield from map(why_not_compared, found.left_out)


def missing(grid: Grid, findings: tuple[Finding, ...]) -> Iterator[str]:
    """Yield what is left to complete before sending, and advice with its lines; or that all is filled in."""
    if not findings:
        yield "Avant l’envoi : tout est rempli."
    for item in findings:
        said = aloud(finding(item))
        if item.code is FindingCode.LOW_WITHOUT_COMMENT:
            said = f"{said.removesuffix('.')} : {listing(grid.numbers[line] for line in item.places)}."
        yield f"{urgency(item)} : {said}"


def figures_sentence(found: Years, row: YearRow) -> str:
    """Return `Mission 1, 14 réponses sur 42, 66 % : Famille 74 %, Éducation 58 %, Social aucune note.`"""
    total = aloud(total_name(found.grid, row.is_proposed))
    name, whole = total if row.mission is None else mission_name(row.mission), row.present
    by_policy = zip(found.grid.policies, found.by_policy(row), strict=True)
    each = ", ".join(f"{policy.label} {heard(one.present)}" for policy, one in by_policy)
    figures = f" : {each}" if whole.rated else ""
    return f"{name}, {answers_of(whole)}, {heard(whole)}{figures}."


def mission_name(mission: Mission) -> str:
    """Return the number of a mission, and whose lines when they are proposed."""
    name = f"Mission {mission.number}"
    return f"{name}, lignes proposées" if mission.is_proposed else name


def answers_of(tally: Tally) -> str:
    """Return `14 réponses sur 42`."""
    return f"{count(tally.answered, 'réponse')} sur {tally.cells}"


def in_words(summary: Summary, heard_of: SentAndHeard | None, today: date) -> str:
    """Return an assessment of the list: how far it is, what was sent, what the Caf said, when it is due."""
    entry, identity = summary.entry, summary.entry.identity
    name = f"{territory_name(identity)}, {identity.year}, {MOMENTS[identity.moment]}"
    if summary.grid is None or summary.totals is None:
        return f"{name}. Grille introuvable sur ce poste, réponses intactes."
    whole, begun = summary.totals.whole, "en cours, " if entry.sent is None else ""
    whose = " sur les lignes de la Caf" if summary.totals.proposed and whole.rated else ""
    sentences = [f"{name}, {begun}{answers_of(whole)}, {heard(whole)}{whose}."]
    sentences += [f"{line[:1].upper()}{line[1:]}." for line in map(aloud, heard_of.lines if heard_of else ())]
    if entry.sent is None or not entry.sent.is_final:
        sentences.append(due_words(summary.grid.campaign, identity.year, today))
    return " ".join(sentences)
