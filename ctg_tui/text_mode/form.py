"""A form by questions: each field in turn, with its present value, saved at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from ctg_tui.services.forms import Doing, Fact, Field, Form, Heading, Kind, Row, Value
from ctg_tui.text_mode.desk import Desk, ask_for_text, saved
from ctg_tui.text_mode.dialogue import Back, Dialogue, Word, asking, command, fold_words

_MOST_OFFERED: Final = 9
_KEEPS: Final = "Entrée seule ne change rien. « retour » : la question d’avant."
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

    « ajouter » and « retirer » add an item to a list, or take the one that is asked about away.
    """

    def __init__(self, desk: Desk | Unopened, form: Form) -> None:
        self._desk, self._form = desk, form

    def run(self, first: str = "") -> bool:
        """Ask for every field from `first` on; return False when the person left it by « retour »."""
        self._form.follow()
        key, heard = first, ""
        while True:
            rows = list(self._form.rows())
            here = next((rank for rank, row in enumerate(rows) if row.key == key), 0)
            asked = [rank for rank, row in enumerate(rows) if _is_asked(row)]
            rank = next((rank for rank in asked if rank >= here), None)
            if rank is None:
                self._say(rows[here + 1 if key else 0 :])
                return True
            row = rows[rank]
            if row.key != heard:  # asked again: what stands above was said
                self._say(rows[here:rank])
            heard = row.key
            try:
                key = self._ask(row) or self._after(row.key)
            except Back:
                before = [one for one in asked if one < rank]
                if not before:
                    return False
                key = rows[before[-1]].key
            if not key:
                return True

    def _say(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if isinstance(row, Heading):
                self._desk.dialogue.say(row.text)
            elif isinstance(row, Fact):
                self._desk.dialogue.say(f"{row.label} : {row.text}")

    def _after(self, key: str) -> str:
        """Return the key of the row that follows; empty after the last, or when the row is gone."""
        keys = [row.key for row in self._form.rows()]
        rank = keys.index(key) + 1 if key in keys else 0
        rest = list(self._form.rows())[rank:]
        if not any(_is_asked(row) for row in rest):
            self._say(rest)
            return ""
        return keys[rank]

    def _ask(self, row: Row) -> str:
        """Ask for one row; return the key to go to, empty for the next one."""
        if isinstance(row, Doing):
            return self._offer(row)
        assert isinstance(row, Field)
        if row.kind is Kind.TEXT:
            return self._ask_text(row)
        title = f"{row.who}, {row.label}" if row.who else row.label
        while True:
            field = self._form.fields.get(row.key)
            if field is None:  # an undo took it away
                return ""
            answer = self._answer(title, field)
            if answer is None:
                return ""
            if isinstance(answer, str):
                doing = self._doing(answer, row.key)
                if doing is not None:
                    return self._offer(doing, is_chosen=True) or self._after_list(row.key)
                if self._desk.common(answer):
                    self._form.follow()
                    continue
                read = self._read(field, answer)
                if read is None:
                    continue
                answer = read
            if self._take(title, field, answer):
                return ""

    def _answer(self, title: str, field: Field) -> Value | None:
        """Return what is answered for a field; None to leave it as it is."""
        dialogue, shown = self._desk.dialogue, field.shown
        about = " ".join(filter(None, (field.hint, field.note)))
        if field.kind is Kind.ONE:
            names = [option.label for option in field.options]
            help_text = f"{about} {_KEEPS}".strip()
            chosen = dialogue.choose(
                names, asking(title, shown or "rien", "Numéro, ou Entrée pour garder"), help_text
            )
            return None if chosen is None else field.options[chosen - 1].key
        question = asking(title, shown) if shown else f"{title}, non renseigné :"
        if field.kind is Kind.SEVERAL:
            return dialogue.ask(question, f"{field.choices}. {_SEVERAL_HELP}") or None
        return dialogue.ask(question, f"{about} {_CLEARS}".strip()) or None

    def _read(self, field: Field, answer: str) -> Value | None:
        """Return the value that an answer spells; None when it is too long, which is said."""
        dialogue = self._desk.dialogue
        is_cleared = command(answer)[0] is Word.CLEAR
        if field.kind is Kind.SEVERAL:
            return () if is_cleared else tuple(answer.replace(" et ", ",").split(","))
        if is_cleared:
            return ""
        typed = dialogue.short_text(answer)
        if typed is None or field.offers is None:
            return dialogue.digits(typed) if typed and field.kind is Kind.NUMBER else typed
        return self._among(field, typed)

    def _among(self, field: Field, typed: str) -> str:
        """Return the offer chosen among what a typed text can become, else the text."""
        assert field.offers is not None
        offers = field.offers(typed)[:_MOST_OFFERED]
        if not offers or any(offer.text == typed for offer in offers):
            return typed
        question = f"Numéro, ou Entrée pour garder « {typed} » :"
        chosen = self._desk.dialogue.choose([offer.text for offer in offers], question, field.hint)
        return typed if chosen is None else offers[chosen - 1].text

    def _take(self, title: str, field: Field, answer: Value) -> bool:
        """Keep an answer and say it; return False when it is refused."""
        said: list[str] = []
        dialogue = self._desk.dialogue
        try:
            value = field.understood(answer)
        except ValueError as error:
            dialogue.say(f"{error} Rien n’a été changé.")
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

    def _ask_text(self, row: Field) -> str:
        title = f"{row.who}, {row.label}" if row.who else row.label

        def present() -> str:
            field = self._form.fields[row.key]
            return field.value if isinstance(field.value, str) else ""

        def save(text: str) -> None:
            self._form.take(row.key, text)

        assert isinstance(self._desk, Desk)  # a form with a text belongs to an assessment
        before = (row.before,) if row.before else ()
        while answer := ask_for_text(self._desk, title, present, save, lambda: before):
            if self._desk.common(answer):
                self._form.follow()
            else:
                self._desk.dialogue.misunderstood(answer, "« écrire », « lire », « effacer », ou Entrée")
        return ""

    # lists

    def _doing(self, answer: str, key: str) -> Doing | None:
        """Return what an answer names by the last word of its key: of the item of the row `key`, else any."""
        word, item = fold_words(answer), key.rpartition(".")[0]
        named = [doing for doing in self._form.doings.values() if doing.key.rpartition(".")[2] == word]
        return next(
            (one for one in named if item and one.key.startswith(f"{item}.")),
            next((one for one in named if not one.key.rpartition(".")[0][-1:].isdigit()), None),
        )

    def _offer(self, doing: Doing, *, is_chosen: bool = False) -> str:
        """Ask whether to do something, then what it asks; return the key to go to, empty for the next row."""
        dialogue = self._desk.dialogue
        if not is_chosen:
            answer = dialogue.ask(f"« {doing.key} », ou Entrée pour continuer :", f"{doing.label}. {_KEEPS}")
            if not answer:
                return ""
            if command(answer)[0] is not Word.ADD:
                if not self._desk.common(answer):
                    dialogue.misunderstood(answer, f"« {doing.key} », ou Entrée")
                self._form.follow()
                return doing.key
        if doing.asks and not dialogue.agree(doing.asks):
            return doing.key if not is_chosen else ""
        goes_to: list[str] = []
        if not self._desk.keep(lambda: goes_to.append(doing.run()), ""):
            return ""
        if doing.asks and not goes_to[0]:
            dialogue.say(saved(doing.label))
        return goes_to[0]

    def _after_list(self, key: str) -> str:
        """Return the key to go on at once an item is gone: what follows its list, or the list."""
        return "ajouter" if "ajouter" in self._form.doings else self._after(key)


def _is_asked(row: Row) -> bool:
    """Return whether a row is a question: a field, or what adds to a list."""
    return isinstance(row, Field) or (isinstance(row, Doing) and not row.by_mouse)
