"""A form by questions: each field in turn, with its present value, kept at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.errors import Refusal
from ctg_tui.services.forms import Doing, Fact, Field, Form, Heading, Kind, Row, Value
from ctg_tui.text_mode.desk import HELP, Desk, ask_for_text
from ctg_tui.text_mode.dialogue import Back, Dialogue, Word, aloud, fold_words, rank_in, word_of
from ctg_tui.wording.typed import as_digits

_MOST_OFFERED: Final = 9
_BLANK: Final = "vide"
_KEEPS: Final = "Entrée seule ne change rien."
_LINE_HELP: Final = f"Tapez la réponse, puis Entrée. « effacer » la retire. {_KEEPS}"
_HOW: Final = {
    Kind.ONE: ("Numéro, ou ", _KEEPS),
    Kind.SEVERAL: (
        "Numéros, ou ",
        f"Tapez les numéros de ceux que vous gardez, par exemple « 1 3 ». « effacer » : aucun. {_KEEPS}",
    ),
}
"""What is asked for where one chooses, and how it is typed."""


class Unopened(NamedTuple):
    """The dialogue of a form that belongs to no assessment yet: nothing is saved before the whole of it."""

    dialogue: Dialogue

    def keep(self, edit: Callable[[], object], _: str = "") -> bool:
        """Run `edit`."""
        edit()
        return True

    def common(self, _: str) -> bool:
        """Return that there is no assessment to say something of."""
        return False


class FormRoom:
    """Walks through the rows of a form, from the first to the last; « retour » goes back one question.

    The verb of what a form does, such as « ajouter », does it: of an item of a list, of the one asked about.
    """

    def __init__(self, desk: Desk | Unopened, form: Form) -> None:
        self._desk, self._form = desk, form
        self._heard: dict[str, str] = {}
        """The facts that were said, by key."""

    def run(self, first: str = "") -> bool:
        """Ask for every field from `first` on; return False when the person left it by « retour »."""
        self._form.follow()
        start = self._rank_of(first, 0)
        while True:
            rows = list(self._form.rows())
            asked = [rank for rank, row in enumerate(rows) if _is_asked(row)]
            rank = next((rank for rank in asked if rank >= start), len(rows))
            self._say(rows[:rank], start)
            if rank == len(rows):
                return True
            row = rows[rank]
            try:
                answer = self._answer(row)
            except Back:
                before = [-1, *(one for one in asked if one < rank)]
                if len(before) == 1:
                    return False
                start = before[-2] + 1  # with what is said before the question
                continue
            try:
                goes_to = self._act(row, answer) if answer else ""
            except Back:  # at a question asked on the way
                goes_to = row.key
            here = self._rank_of(row.key, rank - 1)
            start = self._rank_of(goes_to, here + 1) if goes_to else here + 1

    def _rank_of(self, key: str, otherwise: int) -> int:
        """Return the rank of a row; `otherwise` when there is none of that key."""
        ranks = (rank for rank, row in enumerate(self._form.rows()) if row.key == key)
        return next(ranks, otherwise)

    def _say(self, rows: Sequence[Row], start: int) -> None:
        """Say the rows from `start` on; above, the facts that are others now than they were heard."""
        dialogue = self._desk.dialogue
        for rank, row in enumerate(rows):
            if isinstance(row, Heading) and rank >= start:
                dialogue.say(aloud(row.text))
            elif isinstance(row, Fact):
                if rank >= start or self._heard.get(row.key, row.text) != row.text:
                    self._heard[row.key] = row.text
                    dialogue.say(" : ".join(filter(None, (aloud(row.label), aloud(row.text)))))
            elif isinstance(row, Doing) and row.by_mouse and rank >= start and not _is_numbered(row.key):
                dialogue.say(self._offer(row))

    # a question

    def _answer(self, row: Row) -> str:
        """Return what is answered to a row; empty to leave it as it is."""
        dialogue, words = self._desk.dialogue, self._words_at(row.key)
        if isinstance(row, Doing):
            verb, _, what = row.label.strip("+ ").partition(" ")
            return dialogue.ask(f"« {verb.lower()} » {what}, ou Entrée :", f"{_KEEPS}\n{words}")
        assert isinstance(row, Field)
        if row.kind is Kind.TEXT:
            return self._ask_text(row, words)
        dialogue.say_numbered(option.label for option in row.options)
        asked, how = _HOW.get(row.kind, ("", _LINE_HELP))
        question = f"{_title(row)}, {_BLANK}{f'. {asked}Entrée pour passer' if asked else ''} :"
        if row.shown:
            question = f"{_title(row)}, actuellement {row.shown}. {asked}Entrée pour garder :"
        help_text = " ".join(filter(None, (row.hint, row.note, how)))
        return dialogue.ask(question, f"{help_text}\n{words}")

    def _ask_text(self, row: Field, words: str) -> str:
        """Let a text be written, read, removed; return what else is answered, empty to go on."""

        def present() -> str:
            field = self._form.fields.get(row.key)
            return field.value if field is not None and isinstance(field.value, str) else ""

        assert isinstance(self._desk, Desk)  # a form with a text belongs to an assessment
        return ask_for_text(
            self._desk,
            _title(row),
            present,
            lambda text: self._form.take(row.key, text),
            before=row.before,
            end=self._form.end_typing,
            is_command=lambda answer: self._doing(answer, row.key) is not None,
            words=words,
        )

    def _words_at(self, key: str) -> str:
        """Return the help on the words that do something at the row `key`."""
        said = "".join(f"{self._offer(doing)}\n" for doing in self._doings_at(key))
        return f"{said}{HELP if isinstance(self._desk, Desk) else _UNOPENED_HELP}"

    def _offer(self, doing: Doing) -> str:
        return f"« {doing.word} » : {doing.label.strip('+ ').lower()}."

    # an answer

    def _act(self, row: Row, answer: str) -> str:
        """Do what is answered; return the key to go to, empty for the next row."""
        dialogue, doing = self._desk.dialogue, self._doing(answer, row.key)
        if isinstance(row, Doing) and word_of(answer) is Word.YES:
            doing = row
        if doing is not None:
            return self._do(doing, row.key)
        if self._desk.common(answer):
            self._form.follow()
        elif isinstance(row, Doing):
            dialogue.misunderstood(answer, f"« {row.word} », ou Entrée")
        elif isinstance(row, Field) and row.kind is Kind.TEXT:
            dialogue.misunderstood(answer, "votre texte, « lire », « effacer », ou Entrée")
        elif isinstance(row, Field) and self._take(row, self._read(row, answer)):
            return ""
        return row.key

    def _read(self, field: Field, answer: str) -> Value:
        """Return the value that an answer spells, chosen among what it can become."""
        dialogue = self._desk.dialogue
        is_cleared = word_of(answer) is Word.CLEAR
        if field.kind is Kind.ONE:
            rank = rank_in(as_digits(answer), len(field.options))
            return answer if rank is None else field.options[rank - 1].key
        if field.kind is Kind.SEVERAL:
            ranks = [rank_in(each, len(field.options)) for each in answer.replace(",", " ").split()]
            if all(ranks):
                return tuple(field.options[rank - 1].key for rank in ranks if rank is not None)
            return () if is_cleared else tuple(answer.split(","))
        typed = "" if is_cleared else answer.removeprefix("=").strip()
        offers = field.offers(typed)[:_MOST_OFFERED] if typed and field.offers is not None else ()
        if not offers or any(offer.text == typed for offer in offers):
            return typed
        if field.only_offers and len(offers) == 1:
            dialogue.say(aloud(offers[0].text))
            return offers[0].text
        question = f"Numéro, ou Entrée pour garder « {typed} » :"
        chosen = dialogue.choose([aloud(offer.text) for offer in offers], question, field.hint)
        return typed if chosen is None else offers[chosen - 1].text

    def _take(self, field: Field, answer: Value) -> bool:
        """Keep an answer and say it; return False when it is refused, or has to be corrected."""
        dialogue, desk, said = self._desk.dialogue, self._desk, list[str]()
        before = desk.state if isinstance(desk, Desk) else None
        try:
            value = field.understood(answer)
            if not desk.keep(lambda: said.append(self._form.put(field.key, value)), ""):
                return False
        except ValueError as error:
            dialogue.say(f"{error} Rien n’a été changé.")
            return False
        except Refusal as refusal:
            dialogue.say(refusal.sentences())
            return False
        finally:
            self._form.end_typing()
        if isinstance(desk, Desk):
            is_stored = value == field.value or desk.state != before
            shown = field._replace(value=value).shown or _BLANK
            dialogue.say(f"{'Enregistré' if is_stored else 'Choisi'} : {_title(field)}, {shown}.")
        dialogue.say(*said)
        return True

    # what a form does

    def _doings_at(self, key: str) -> list[Doing]:
        """Return what can be done at the row `key`: with its item first, then with the whole form."""
        doings, item = list(self._form.doings.values()), _item(key)
        of_item = [one for one in doings if item and _item(one.key) == item]
        return [*of_item, *(one for one in doings if one not in of_item and not _is_numbered(one.key))]

    def _doing(self, answer: str, key: str) -> Doing | None:
        """Return what a verb names, at the row `key`."""
        word = fold_words(answer)
        return next((one for one in self._doings_at(key) if fold_words(one.word) == word), None)

    def _do(self, doing: Doing, here: str) -> str:
        """Do something once the person agrees to what it asks; return the key to go to, `here` to stay."""
        dialogue = self._desk.dialogue
        goes_to: list[str] = []
        if not self._desk.keep(lambda: goes_to.append(doing.run()), ""):
            return here
        if not goes_to[0]:
            dialogue.say(f"Enregistré : {doing.label}.")
        return goes_to[0] or ("ajouter" if "ajouter" in self._form.doings else "")


_UNOPENED_HELP: Final = "« retour » : la question d’avant.\n« menu » : ne rien créer, et revenir à l’accueil."


def _title(field: Field) -> str:
    return f"{aloud(field.who)}, {field.label}" if field.who else field.label


def _item(key: str) -> str:
    """Return the item of a list that a row belongs to: `actions.2` of `actions.2.quoi`."""
    return key.rpartition(".")[0]


def _is_numbered(key: str) -> bool:
    """Return whether a row belongs to an item of a list."""
    return _item(key)[-1:].isdigit()


def _is_asked(row: Row) -> bool:
    """Return whether a row is a question: a field, or what adds to a list."""
    return isinstance(row, Field) or (isinstance(row, Doing) and not row.by_mouse)
