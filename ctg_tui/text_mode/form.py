"""A form by questions: each field in turn, with its present value, saved at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ctg_tui.domain.errors import Refusal
from ctg_tui.services.forms import Doing, Fact, Field, Form, Heading, Kind, Row, Value
from ctg_tui.text_mode.desk import COMMON_HELP, Desk, ask_for_text, saved
from ctg_tui.text_mode.dialogue import (
    Back,
    Dialogue,
    Word,
    aloud,
    asking,
    command,
    fold_words,
    rank_in,
)

_MOST_OFFERED: Final = 9
_KEEPS: Final = "Entrée seule ne change rien."
_CLEARS: Final = f"Tapez la réponse, puis Entrée. « effacer » la retire. {_KEEPS}"
_SEVERAL_HELP: Final = f"Tapez les noms, séparés par des virgules. « effacer » : aucun. {_KEEPS}"


class Unopened(NamedTuple):
    """The dialogue of a form that belongs to no assessment yet: nothing is saved before the whole of it."""

    dialogue: Dialogue

    def keep(self, edit: Callable[[], object], _: str) -> bool:
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
            item = rows[rank].key.rpartition(".")[0] if rank < len(rows) else ""
            self._say(rows[:rank], start, f"{item or None}.")
            if rank == len(rows):
                return True
            try:
                goes_to = self._ask(rows[rank])
            except Back:
                before = [one for one in asked if one < rank]
                if not before:
                    return False
                start = before[-1]
                continue
            here = self._rank_of(rows[rank].key, rank - 1)
            start = self._rank_of(goes_to, here + 1) if goes_to else here + 1

    def _rank_of(self, key: str, otherwise: int) -> int:
        """Return the rank of a row; `otherwise` when there is none of that key."""
        ranks = (rank for rank, row in enumerate(self._form.rows()) if row.key == key)
        return next(ranks, otherwise)

    def _say(self, rows: Sequence[Row], start: int, item: str) -> None:
        """Say the rows from `start` on; above, the facts of `item` or heard before that are others now."""
        dialogue = self._desk.dialogue
        for rank, row in enumerate(rows):
            if isinstance(row, Heading) and rank >= start:
                dialogue.say(aloud(row.text))
            elif isinstance(row, Fact):
                is_known = row.key in self._heard or row.key.startswith(item)
                if rank >= start or (is_known and self._heard.get(row.key) != row.text):
                    self._heard[row.key] = row.text
                    dialogue.say(f"{aloud(row.label)} : {aloud(row.text)}")

    def _ask(self, row: Row) -> str:
        """Ask for one row; return the key to go to, that of the row to ask again, empty for the next one."""
        if isinstance(row, Doing):
            return self._ask_to_do(row)
        assert isinstance(row, Field)
        title = f"{aloud(row.who)}, {row.label}" if row.who else row.label
        answer = self._ask_text(row, title) if row.kind is Kind.TEXT else self._answer(row, title)
        if not answer:
            return ""
        if (doing := self._doing(answer, row.key)) is not None:
            return self._do(doing, row.key)
        if self._desk.common(answer):
            self._form.follow()
        elif row.kind is Kind.TEXT:
            self._desk.dialogue.misunderstood(answer, "« écrire », « lire », « effacer », ou Entrée")
        elif (value := self._read(row, answer)) is not None and self._take(row, title, value):
            return ""
        return row.key

    def _answer(self, field: Field, title: str) -> str:
        """Return what is answered for a field; empty to leave it as it is."""
        dialogue, shown = self._desk.dialogue, field.shown
        about = " ".join(filter(None, (field.hint, field.note)))
        if field.kind is Kind.ONE:
            dialogue.say_numbered(option.label for option in field.options)
            question = asking(title, shown or "rien", "Numéro, ou Entrée pour garder")
            help_text = f"{about} {_KEEPS}"
        else:
            question = asking(title, shown) if shown else f"{title}, non renseigné :"
            is_several = field.kind is Kind.SEVERAL
            help_text = f"{field.choices}. {_SEVERAL_HELP}" if is_several else f"{about} {_CLEARS}"
        return dialogue.ask(question, f"{help_text.strip()}\n{self._words_at(field.key)}".strip())

    def _words_at(self, key: str) -> str:
        """Return the help on the words that do something at the row `key`."""
        item = key.rpartition(".")[0]
        doings = [doing for doing in self._form.doings.values() if doing.key.rpartition(".")[0] in {item, ""}]
        said = [f"« {doing.word} » : {doing.label.strip('+ ').lower()}." for doing in doings]
        return "\n".join([*said, *([COMMON_HELP] if isinstance(self._desk, Desk) else [])])

    def _read(self, field: Field, answer: str) -> Value | None:
        """Return the value that an answer spells; None when it is too long, which is said."""
        dialogue = self._desk.dialogue
        is_cleared = command(answer)[0] is Word.CLEAR
        if field.kind is Kind.ONE:
            rank = rank_in(dialogue.digits(answer), len(field.options))
            return answer if rank is None else field.options[rank - 1].key
        if field.kind is Kind.SEVERAL:
            return () if is_cleared else tuple(answer.replace(" et ", ",").split(","))
        if is_cleared:
            return ""
        typed = dialogue.short_text(answer, field.limit)
        if typed is None or field.offers is None:
            return dialogue.digits(typed) if typed and field.kind is Kind.NUMBER else typed
        offers = field.offers(typed)[:_MOST_OFFERED]
        if not offers or any(offer.text == typed for offer in offers):
            return typed
        if field.only_offers and len(offers) == 1:
            dialogue.say(aloud(offers[0].text))
            return offers[0].text
        question = f"Numéro, ou Entrée pour garder « {typed} » :"
        chosen = dialogue.choose([aloud(offer.text) for offer in offers], question, field.hint)
        return typed if chosen is None else offers[chosen - 1].text

    def _take(self, field: Field, title: str, answer: Value) -> bool:
        """Keep an answer and say it; return False when it is refused."""
        said: list[str] = []
        dialogue = self._desk.dialogue
        try:
            value = field.understood(answer)
        except ValueError as error:
            dialogue.say(f"{error} Rien n’a été changé.")
            return False
        except Refusal as refusal:
            dialogue.say(refusal.sentences())
            return False
        shown = field._replace(value=value).shown or "non renseigné"
        try:
            kept = self._desk.keep(
                lambda: said.append(self._form.put(field.key, value)), saved(f"{title}, {shown}")
            )
        finally:
            self._form.end_typing()
        if kept:
            dialogue.say(*filter(None, said[-1:]))
            note = self._form.fields.get(field.key)
            if note is not None and note.note and note.note != field.note:
                dialogue.say(note.note)
        return kept

    def _ask_text(self, row: Field, title: str) -> str:
        """Let a text be written, read, removed; return what else is answered, empty to go on."""

        def present() -> str:
            field = self._form.fields.get(row.key)
            return field.value if field is not None and isinstance(field.value, str) else ""

        def save(text: str) -> None:
            self._form.take(row.key, text)

        assert isinstance(self._desk, Desk)  # a form with a text belongs to an assessment
        before = (row.before,) if row.before else ()
        return ask_for_text(self._desk, title, present, save, lambda: before, self._form.end_typing)

    # what a form does

    def _doing(self, answer: str, key: str) -> Doing | None:
        """Return what a verb names: of the item of the row `key`, else of the whole form."""
        word, item = fold_words(answer), key.rpartition(".")[0]
        named = [doing for doing in self._form.doings.values() if fold_words(doing.word) == word]
        return next(
            (one for one in named if item and one.key.startswith(f"{item}.")),
            next((one for one in named if not one.key.rpartition(".")[0][-1:].isdigit()), None),
        )

    def _ask_to_do(self, doing: Doing) -> str:
        """Ask whether to do something; return the key to go to, empty for the next row."""
        desk, offer = self._desk, f"« {doing.word} », ou Entrée"
        answer = desk.dialogue.ask(f"{offer} pour continuer :", f"{_KEEPS}\n{self._words_at(doing.key)}")
        if not answer:
            return ""
        if (named := self._doing(answer, doing.key)) is not None:
            return self._do(named, doing.key)
        if desk.common(answer):
            self._form.follow()
        else:
            desk.dialogue.misunderstood(answer, offer)
        return doing.key

    def _do(self, doing: Doing, here: str) -> str:
        """Do something once the person agrees to what it asks; return the key to go to, `here` to stay."""
        dialogue = self._desk.dialogue
        if doing.asks and not dialogue.agree(doing.asks):
            return here
        goes_to: list[str] = []
        if not self._desk.keep(lambda: goes_to.append(doing.run()), ""):
            return here
        if doing.asks and not goes_to[0]:
            dialogue.say(saved(doing.label))
        return goes_to[0] or ("ajouter" if "ajouter" in self._form.doings else "")


def _is_asked(row: Row) -> bool:
    """Return whether a row is a question: a field, or what adds to a list."""
    return isinstance(row, Field) or (isinstance(row, Doing) and not row.by_mouse)
