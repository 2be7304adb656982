"""Any file that is opened, in words: what it is, what taking it did, why nothing was taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    NO_TERRITORY,
    STATUSES_OF_ASSESSMENT,
    count,
    listing,
    people,
    short_day,
    territory_name,
    thousands,
    without_kind,
)

if TYPE_CHECKING:
    from ctg_tui.domain.assessment import Identity, Said, Territory
    from ctg_tui.domain.sending import Sending

NOTHING_TAKEN: Final = "Rien n’a été repris."
OTHER_STATE: Final = (
    "Ses notes ou ses textes diffèrent des vôtres : ils ne sont pas repris. Pour compléter les vôtres, "
    "choisissez « Mettre dans la mienne », ou « --dans »."
)


# What a file is.


def answer_title(
    rows: Sequence[Said], author: str, territory: Territory, year: int | None, unread: int
) -> str:
    """Return `Réponse de la Caf · Val de Charente 2027 · Prénom Nom, 12 mars · 3 remarques`.

    `year` is None for another's; nothing filled is `Classeur sans réponse · Val de Charente 2027`.
    """
    of = f"{without_kind(clean(territory.name) or NO_TERRITORY)} {year or ''}".strip()
    if not rows and not unread:
        return f"Classeur sans réponse · {of}"
    names = dict.fromkeys(clean(said.author).strip() for said in rows) or {clean(author).strip(): None}
    whose = listing(filter(None, names))
    on = short_day(local_time(max(said.at for said in rows)).date()) if rows else ""
    said = count(len(rows), "remarque") if rows else count(unread, "cellule non lue", "cellules non lues")
    by = ", ".join(filter(None, (whose, on)))
    return typeset(" · ".join(filter(None, ("Réponse de la Caf", of, by, said))))


def submission_title(identity: Identity, sending: Sending, rows: int, *, is_own: bool) -> str:
    """Return `Fichier pour la Caf · Val de Charente 2027 · envoi n° 2, provisoire · Prénom Nom`."""
    moment = "" if identity.moment is Moment.YEARLY else f", {MOMENTS[identity.moment]}"
    parts = [
        "Votre évaluation" if is_own else "Fichier pour la Caf",
        f"{without_kind(territory_name(identity))} {identity.year}{moment}",
        f"{count(rows, 'remarque')} à prendre" if is_own and rows else "",
        f"envoi n°{NBSP}{sending.number}, {STATUSES_OF_ASSESSMENT[sending.status]}",
        people(identity),
    ]
    return typeset(" · ".join(filter(None, parts)))


# Why nothing can be done with a file.


def other_file(name: str) -> InvalidDocument:
    """Return the refusal of a file of which nothing is known."""
    return InvalidDocument(
        "autre-fichier",
        f"« {name} » n’est ni un fichier pour la Caf, ni un classeur, ni une grille. {NOTHING_TAKEN}",
        "Vérifiez que c’est le bon fichier.",
    )


def salaries(name: str) -> InvalidDocument:
    """Return the refusal of a forecast."""
    return InvalidDocument(
        "salaires",
        f"« {name} » est un tableau prévisionnel : il contient des salaires, il n’est pas gardé ici.",
    )


def too_many(name: str, number: int) -> str:
    """Return why a file is not taken that would bring the thread over its bound, to `number` rows."""
    return typeset(
        f"« {name} » n’est pas repris : avec lui, cette évaluation compterait {thousands(number)} remarques "
        f"et réponses, et {thousands(MOST_RECEIVED_ROWS)} au plus peuvent être reçues. Ce qui est déjà là "
        "reste."
    )


# What became of a file.


def taken(name: str, rows: int, own_id: int, identity: Identity, to_see: int) -> str:
    """Return `3 remarques reprises dans votre évaluation n° 1 (Val de Charente, 2027) : 2 points à voir.`"""
    what = count(rows, "remarque reprise", "remarques reprises")
    waiting = count(to_see, "point à voir", "points à voir")
    return typeset(
        f"« {name} » : {what} dans votre évaluation n° {own_id} ({territory_name(identity)}, "
        f"{identity.year}), {waiting}. Ctrl+Z, dans la grille, annule cela."
    )


def already(name: str, own_id: int) -> str:
    """Return that one's own assessment has all of a file."""
    return typeset(f"« {name} » : tout ce qui y est dit est déjà dans votre évaluation n° {own_id}.")


def kept(name: str, what: str, notices: Sequence[str]) -> str:
    """Return that a file was kept among those received; `what` says what it is."""
    also = "".join(f" Attention, {notice}" for notice in notices)
    return typeset(f"« {name} », gardé parmi les fichiers reçus : {what}.{also}")


def typed_over(address: str, what: str, sent: str, now: str) -> str:
    """Return which of her texts another person typed over, with its address."""
    before, after = (f"« {text} »" if (text := clean(one).strip()) else "vide" for one in (sent, now))
    return typeset(f"{clean(address)}, {clean(what)} : {before} à l’envoi, {after} dans ce classeur.")


def not_read(address: str, value: str, reason: str) -> str:
    """Return why a cell was not read, with its address."""
    shown = clean(value, multiline=True).strip()
    said = f" (« {shown[:60]}{'…' if len(shown) > 60 else ''} »)" if shown else ""
    return typeset(f"{clean(address)}{said} : {reason}")


def not_filled(own_id: int | None, *, is_unread: bool) -> str:
    """Return that a workbook sent back says nothing, or nothing that can be read, as a part of a sentence."""
    whose = "" if own_id is None else f" dans le classeur de votre évaluation n°{NBSP}{own_id}"
    what = "rien de ce qui est écrit n’a pu être lu" if is_unread else "aucune cellule bleue n’est remplie"
    return f"{what}{whose}"


MOST_NAMED: Final = 3
"""Cells not read that a sentence names."""


def aside(changed: int, unread: Sequence[tuple[str, str, str]]) -> str:
    """Return what else a workbook has: cells not read (`not_read`), texts of hers that were changed there."""
    parts = []
    if unread:
        said = count(len(unread), "cellule n’a pas pu être lue", "cellules n’ont pas pu être lues")
        named = " ".join(not_read(*cell) for cell in unread[:MOST_NAMED])
        left = len(unread) - MOST_NAMED
        parts.append(f"{said} : {named}{f' Et {left} de plus.' if left > 0 else ''}")
    if changed:
        said = count(changed, "de vos valeurs y est changée", "de vos valeurs y sont changées")
        parts.append(f"{said} : rien n’en est pris.")
    return typeset(" ".join(parts))


# One's own, taken from a file.


def not_a_submission(name: str) -> Refusal:
    """Return the refusal to make one's own assessment of another file than a submission."""
    return Refusal(
        "pas-une-soumission",
        f"« {name} » n’est pas un fichier pour la Caf : il ne contient pas d’évaluation. {NOTHING_TAKEN}",
        "Donnez le fichier qui finit par .json.",
    )
