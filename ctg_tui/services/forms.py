"""A form as data: its rows, what each value is called, means and becomes, and how it is kept.

The interface shows a form, the text mode walks through one, `ctg-tui remplir` fills one: the same words, the
same refusals. The key of a row names it: `annee`, or in a list `personnes.2.nom`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import LINE_LENGTH, clean, fold
from ctg_tui.wording.french import listing

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session

Value = str | tuple[str, ...]
"""What a field holds: a text, or the keys of the options chosen."""

ADD, REMOVE = "ajouter", "retirer"
"""The keys of the rows that add an item to the list of a form, and that take the item of their row away."""
NEW: Final = "+"
"""In the place of a number, in a key that a person types: a row added to the list."""


class Kind(Enum):
    """What is typed or chosen in a field."""

    LINE = auto()
    NUMBER = auto()
    TEXT = auto()
    ONE = auto()
    SEVERAL = auto()


class Option(NamedTuple):
    """One of the options of a choice, or what a typed text can become."""

    key: str
    label: str


def as_a_name(text: str) -> str:
    """Return a text on one line, clean: what `parse` does of a name."""
    return clean(text).strip()


class Field(NamedTuple):
    """A row with a label and a value.

    `keep` stores a value as understood and returns what is to be said of it, if anything; it raises NotSaved,
    or AsksFirst where it has to be agreed to. `parse` returns a text as it is understood, shown back in the
    field; it raises ValueError or Refusal, with a French sentence, for a text that is refused. `offers`
    returns what a typed text can become, `only_offers` that nothing else is one. `note` and `before` (last
    year’s text) stand below; `who` is whose row it is, said before the label where the rows above are not
    seen.
    """

    key: str
    label: str
    value: Value = ""
    keep: Callable[[Any], str | None] = lambda _: None
    parse: Callable[[str], str] = str
    kind: Kind = Kind.LINE
    limit: int = LINE_LENGTH
    hint: str = ""
    options: Sequence[Option] = ()
    offers: Callable[[str], Sequence[Option]] | None = None
    only_offers: bool = False
    placeholder: str = ""
    note: str = ""
    before: str = ""
    who: str = ""

    def understood(self, typed: Value) -> Value:
        """Return what a typed text or the names of options mean. Raises ValueError or Refusal."""
        if not self.options:
            if not isinstance(typed, str):
                raise ValueError(typeset(f"« {self.label} » ne prend qu’une valeur."))
            if len(typed) > self.limit:
                raise ValueError(typeset(f"« {self.label} » a {self.limit} caractères au plus."))
            return self.parse(typed)
        names = {fold(name.strip()) for name in ((typed,) if isinstance(typed, str) else typed)} - {""}
        chosen = [one for one in self.options if names & {fold(one.key), fold(one.label)}]
        if len(chosen) != len(names) or (self.kind is Kind.ONE and len(names) != 1):
            choices = listing((option.label for option in self.options), "ou")
            raise ValueError(typeset(f"« {self.label} » : {choices}."))
        keys = tuple(option.key for option in chosen)
        return keys if self.kind is Kind.SEVERAL else keys[0]

    @property
    def shown(self) -> str:
        """The value as people read it; empty for none."""
        chosen = (self.value,) if isinstance(self.value, str) else self.value
        if not self.options:
            return chosen[0]
        return listing(option.label for option in self.options if option.key in chosen)


class Fact(NamedTuple):
    """A row with a label and a text that is not typed here; without a label, a title or a sentence."""

    key: str
    label: str
    text: str


class Doing(NamedTuple):
    """A row that does something: `run` returns the key of the row to go to, empty for none.

    `head` is the label before it.
    """

    key: str
    label: str
    run: Callable[[], str]
    head: str = ""

    @property
    def removes(self) -> bool:
        """Whether it takes an item of a list away: passed over by Entrée in the field before."""
        return self.key.endswith(f".{REMOVE}")

    @property
    def word(self) -> str:
        """The verb of the label, by which it is named where it is typed: `ajouter`."""
        return self.label.strip("+ ").partition(" ")[0].lower()


Row = Field | Fact | Doing


class Form:
    """The rows of something as they are now, and what keeps a value of each."""

    name: str
    """What `ctg-tui remplir` calls it."""
    title: str
    is_stored = False
    """Whether each value is on the disk once it is given, not only the whole."""

    @property
    def needed(self) -> dict[str, str]:
        """The part without which nothing of an item of a list is stored, by the key of each such item."""
        return {}

    def rows(self) -> Iterator[Row]:
        """Yield the rows. Raises DatabaseRefusal when something is to be read for them."""
        raise NotImplementedError

    def take(self, key: str, typed: Value) -> str:
        """Keep what a person typed for the field `key`; return what is to be said of it, empty for nothing.

        Raises ValueError, with a French sentence; Refusal (`champ-inconnu`, and what `keep` raises).
        """
        if (field := (fields := self.fields).get(key)) is not None:
            return field.keep(field.understood(typed)) or ""
        raise Refusal(
            "champ-inconnu",
            f"« {self.title} » n’a pas de champ « {key} ».",
            f"Champs : {', '.join(fields)}.",
        )

    def end_typing(self) -> None:
        """End the edit being typed: the next value is another edit."""

    def follow(self) -> None:
        """Read again what was changed elsewhere: an undo, another page."""

    @property
    def fields(self) -> dict[str, Field]:
        return {row.key: row for row in self.rows() if isinstance(row, Field)}

    @property
    def doings(self) -> dict[str, Doing]:
        return {row.key: row for row in self.rows() if isinstance(row, Doing)}


class StoredForm(Form):
    """A form of an open assessment, which keeps each value at once."""

    is_stored = True
    _session: Session

    def end_typing(self) -> None:
        self._session.end_typing()
