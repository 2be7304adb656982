"""What is said of our own report when an adviser sends it back filled, besides its review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from ctg_tui.domain.answers import Answer, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.wording.french import count, listing

_MOST_NAMED: Final = 5


class _Placed(Protocol):
    @property
    def address(self) -> str: ...


class _Changed(_Placed, Protocol):
    @property
    def sent(self) -> Answer | None: ...

    @property
    def now(self) -> str: ...


class _NotRead(_Placed, Protocol):
    @property
    def reason(self) -> str: ...


def not_taken(
    notes: Sequence[_Changed], comments: Sequence[str], unread: Sequence[_NotRead], *, are_offered: bool
) -> tuple[str, ...]:
    """Return a sentence each for self-notes and comments changed since they were sent, and for unread cells.

    The first addresses are named; a command prints them all. `are_offered` says that the page of the review
    offers the notes as the adviser's.
    """
    return tuple(map(typeset, _sentences(notes, comments, unread, are_offered)))


def _sentences(
    notes: Sequence[_Changed], comments: Sequence[str], unread: Sequence[_NotRead], are_offered: bool
) -> Iterator[str]:
    if notes:
        number = count(
            len(notes),
            "note de l’auto-évaluation a été changée",
            "notes de l’auto-évaluation ont été changées",
        )
        changes = [f"{one.address} : {_shown(one.sent)} → {one.now or 'vide'}" for one in notes]
        offered = f"l’avis {'les' if len(notes) > 1 else 'la'} propose, " if are_offered else ""
        yield f"{number} dans ce classeur ({_named(changes)}) : {offered}rien n’en est repris."
        if not are_offered:
            yield "Si la Caf y a écrit les siennes, leur place est dans les cellules bleues."
    if comments:
        number = count(
            len(comments),
            "commentaire de l’auto-évaluation a été changé",
            "commentaires de l’auto-évaluation ont été changés",
        )
        yield f"{number} dans ce classeur ({_named(comments)}) : rien n’en est repris."
    if unread:
        number = count(len(unread), "cellule n’a pas été lue", "cellules n’ont pas été lues")
        first = unread[0]
        yield f"{number} ({_named([one.address for one in unread])}). {first.address} : {first.reason}"


def nothing_filled(name: str, aside: Sequence[str], *, is_unread: bool) -> str:
    """Return that a returned report holds no review, then what is said besides.

    `is_unread` says that blue cells are filled, and that none can be read.
    """
    what = "aucune cellule bleue n’est remplie"
    if is_unread:
        what = "rien n’a pu être lu dans les cellules bleues"
    return " ".join((typeset(f"« {name} » : {what}, il n’y a pas d’avis."), *aside))


def _shown(note: Answer | None) -> str:
    return "vide" if note is None else answer_text(note)


def _named(addresses: Sequence[str]) -> str:
    shown = list(addresses[:_MOST_NAMED])
    others = len(addresses) - len(shown)
    return listing([*shown, *([count(others, "autre")] if others else [])])
