"""A form by questions: each field in turn, with its present value, kept at once."""

from __future__ import annotations

from typing import Final, NamedTuple

from ctg_tui.domain.steps import check
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import ADD, Doing, Fact, Field, Form, Kind, Row, Value
from ctg_tui.services.results import years_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.text_mode.dialogue import SAVED, Back, Dialogue, aloud, missing, rank_in, results, word_of
from ctg_tui.wording.changes import edit_name
from ctg_tui.wording.french import count
from ctg_tui.wording.typed import as_digits

COMMON_HELP: Final = (
    "« annuler » ou « refaire » : la dernière modification.\n"
    "« résultats » : les pourcentages, ce qui a changé depuis l’année d’avant, ce qui manque."
)
HELP: Final = f"{COMMON_HELP}\n« retour » : la question d’avant.\n« menu » : les étapes de l’évaluation."
"""The end of the help at a question about an assessment."""


class Desk(NamedTuple):
    """One open assessment, and the person's dialogue with it."""

    dialogue: Dialogue
    workspace: Workspace
    session: Session

    def common(self, answer: str) -> bool:
        """Do what `answer` asks for if it is a command known at every question; return whether it was."""
        word, session = word_of(answer), self.session
        if word in {"annuler", "refaire"}:
            self._turn(word)
        elif word == "resultats":
            found = years_of(self.workspace, session.grid, session.assessment)
            self.dialogue.say(
                *results(found), *missing(session.grid, check(session.grid, session.assessment))
            )
        else:
            return False
        return True

    def _turn(self, word: str) -> None:
        """Undo or redo, and say what."""
        is_undo, session = word == "annuler", self.session
        edit = session.next_undo() if is_undo else session.next_redo()
        if edit is None:
            self.dialogue.say(f"Il n’y a rien à {word}.")
            return
        name = aloud(edit_name(session.grid, edit))
        said = f"{'Annulé' if is_undo else 'Refait'} : {name}. {SAVED}"
        self.dialogue.keep(session.undo if is_undo else session.redo, said)


_MOST_OFFERED: Final = 9
_ASKED: Final = {Kind.TEXT: "Votre texte, ou ", Kind.ONE: "Numéro, ou ", Kind.SEVERAL: "Numéros, ou "}
"""What is asked for, where it is not one line."""
_HOW: Final = {
    Kind.TEXT: "Ce qui est tapé s’ajoute au texte, sur une ligne de plus. « lire » le relit, et celui de la "
    "dernière fois.",
    Kind.SEVERAL: "Tapez les numéros de ceux que vous gardez, par exemple « 1 3 ».",
}
_KEEPS: Final = "« effacer » : ne rien y laisser. Entrée seule ne change rien."


class FormRoom:
    """Walks through the rows of a form, from the first to the last; « retour » goes back one question.

    The verb of what a form does, such as « ajouter », does it: of an item of a list, of the one asked about.
    A form that begins an assessment has no `desk` yet.
    """

    def __init__(self, dialogue: Dialogue, form: Form, desk: Desk | None = None) -> None:
        self._dialogue, self._form, self._desk = dialogue, form, desk

    def run(self, first: str = "") -> bool:
        """Ask for every field from `first` on; return False when the person left it by « retour »."""
        self._form.follow()
        start = self._rank_of(first, 0)
        while True:
            rows = list(self._form.rows())
            asked = [rank for rank, row in enumerate(rows) if _is_asked(row)]
            rank = next((rank for rank in asked if rank >= start), len(rows))
            for row in rows[start:rank]:
                self._say(row)
            if rank == len(rows):
                return True
            try:
                goes_to = self.ask(rows[rank])
            except Back:
                before = [-1, *(one for one in asked if one < rank)]
                if len(before) == 1:
                    return False
                start = before[-2] + 1  # with what is said before the question
                continue
            here = self._rank_of(rows[rank].key, rank - 1)
            start = self._rank_of(goes_to, here + 1) if goes_to else here + 1

    def _rank_of(self, key: str, otherwise: int) -> int:
        """Return the rank of a row; `otherwise` when there is none of that key."""
        ranks = (rank for rank, row in enumerate(self._form.rows()) if row.key == key)
        return next(ranks, otherwise)

    def _say(self, row: Row) -> None:
        if isinstance(row, Fact):
            self._dialogue.say(" : ".join(filter(None, (aloud(row.label), aloud(row.text)))))

    def ask(self, row: Row) -> str:
        """Ask about a row, and do what is answered; return the key to go to, empty for the next row.

        Raises Back.
        """
        dialogue = self._dialogue
        if isinstance(row, Field):
            dialogue.say_numbered(option.label for option in row.options)
        answer = dialogue.ask(self._question(row), self._help(row))
        if not answer:
            return ""
        goes_to = self._command(row, answer)
        if goes_to is not None:
            return goes_to
        if not isinstance(row, Field):
            dialogue.misunderstood(answer, "« oui », ou Entrée")
            return row.key
        word, present = word_of(answer), row.value
        if row.kind is Kind.TEXT and word == "lire":
            dialogue.say(f"{_title(row)} :", row.shown or "Vide.", row.before)
            return row.key
        if row.kind is Kind.TEXT and isinstance(present, str) and word != "effacer":
            return self._take(row, "\n".join(filter(None, (present, answer))))
        return self._take(row, self._meant(row, answer))

    def _question(self, row: Row) -> str:
        if not isinstance(row, Field):
            assert isinstance(row, Doing)
            return f"« {row.word} » {row.label.strip('+ ').partition(' ')[2]}, ou Entrée :"
        asked = _ASKED.get(row.kind, "")
        present = row.shown
        if present and row.kind is Kind.TEXT:
            present = count(len(present.splitlines()), "ligne")
        state = f"actuellement {present}. {asked}Entrée pour garder" if present else ""
        return f"{_title(row)}, {state or f'vide. {asked}Entrée pour passer'} :"

    def _help(self, row: Row) -> str:
        """Return what a field wants, then what the words do that can be typed at it."""
        wants = (row.hint, row.note, _HOW.get(row.kind), _KEEPS) if isinstance(row, Field) else ()
        words = (f"« {one.word} » : {one.label.strip('+ ').lower()}." for one in self._doings_at(row.key))
        end = HELP if self._desk is not None else "« retour » : la question d’avant.\n« menu » : l’accueil."
        return "\n".join((" ".join(filter(None, wants)), *words, end))

    def _command(self, row: Row, answer: str) -> str | None:
        """Do what a command asks for; return the key to go to, None when `answer` is none."""
        doing = row if isinstance(row, Doing) and word_of(answer) == "oui" else None
        of_word = (one for one in self._doings_at(row.key) if word_of(one.word) == word_of(answer))
        if (doing := doing or next(of_word, None)) is not None:
            return self._do(doing, row.key)
        before = {key: field.value for key, field in self._form.fields.items()}
        if self._desk is None or not self._desk.common(answer):
            return None
        self._form.follow()
        changed = [key for key, field in self._form.fields.items() if field.value != before.get(key)]
        return changed[0] if len(changed) == 1 else row.key  # what undo or redo changed is asked again

    def _doings_at(self, key: str) -> list[Doing]:
        """Return what can be done at the row `key`: with its item of a list, then with the whole form."""
        doings, item = [*self._form.doings.values()], _item(key)
        of_item = [one for one in doings if item and _item(one.key) == item]
        return [*of_item, *(one for one in doings if not _item(one.key)[-1:].isdigit())]

    def _do(self, doing: Doing, here: str) -> str:
        """Do something once the person agrees to what it asks; return the key to go to, `here` to stay."""
        goes_to: list[str] = []
        if not self._dialogue.keep(lambda: goes_to.append(doing.run()), ""):
            return here
        if not goes_to[0]:
            self._dialogue.say(f"Enregistré : {doing.label}.")
        return goes_to[0] or (ADD if ADD in self._form.doings else "")

    def _meant(self, field: Field, answer: str) -> Value:
        """Return the value that an answer spells, chosen among what it can become."""
        typed = "" if word_of(answer) == "effacer" else answer
        if field.options:
            ranks = [rank_in(as_digits(each), len(field.options)) for each in typed.replace(",", " ").split()]
            keys = tuple(field.options[rank - 1].key for rank in ranks if rank is not None)
            spelt = tuple(typed.split(",")) if field.kind is Kind.SEVERAL else (typed,)
            return keys if len(keys) == len(ranks) else spelt
        offers = field.offers(typed)[:_MOST_OFFERED] if typed and field.offers is not None else ()
        if not offers or any(offer.label == typed for offer in offers):
            return typed
        if field.only_offers and len(offers) == 1:
            self._dialogue.say(aloud(offers[0].label))
            return offers[0].label
        question = f"Numéro, ou Entrée pour garder « {typed} » :"
        chosen = self._dialogue.choose([aloud(offer.label) for offer in offers], question, field.hint)
        return typed if chosen is None else offers[chosen].label

    def _take(self, field: Field, typed: Value) -> str:
        """Keep a value and say it; return the key to go to: the field's when it has to be corrected."""
        said, value = list[str](), typed

        def keep() -> None:
            nonlocal value
            value = field.understood(typed)
            try:
                said.append(field.keep(value) or "")
            finally:
                self._form.end_typing()

        if not self._dialogue.keep(keep, ""):
            return field.key
        if self._desk is not None:
            item = _item(field.key)
            lacks = self._form.needed.get(item)
            verb = "Enregistré" if self._form.is_stored and lacks is None else "Choisi"
            shown = "" if field.kind is Kind.TEXT else field._replace(value=value).shown
            what = (_title(field), shown or ("" if value else "vide"))
            sentence = f"{verb} : {', '.join(filter(None, what))}."
            if lacks is not None:
                sentence += f" Gardé seulement avec « {self._form.fields[f'{item}.{lacks}'].label} »."
            self._dialogue.say(sentence)
        self._dialogue.say(*said)
        return ""


def _title(field: Field) -> str:
    return f"{aloud(field.who)}, {field.label}" if field.who else field.label


def _item(key: str) -> str:
    """Return the item of a list that a row belongs to: `actions.2` of `actions.2.quoi`."""
    return key.rpartition(".")[0]


def _is_asked(row: Row) -> bool:
    """Return whether a row is a question: a field, or what adds to a list."""
    return isinstance(row, Field) or (isinstance(row, Doing) and not row.removes)
