"""`noter`: a fact into the log (*carnet*) of a territory."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from ctg_tui.cli.options import Misuse, command, option, run_options, workspace
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.errors import typeset
from ctg_tui.system.computer import typed_line
from ctg_tui.wording.french import NBSP, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctg_tui.domain.assessment import Territory


_ASKED = "Pour quel territoire ?"
_LONGEST_NAME = 200
_GIVE_IT = "Donnez-le avec --territoire NOM."


@command(
    "noter",
    short_help="Note un fait dans le carnet d’un territoire.",
    help="Note un fait dans le carnet d’un territoire : une phrase et, si vous voulez, ses lignes, ses "
    "indicateurs, un nombre. Le carnet reste sur cet ordinateur ; dans la grille, ses faits de l’année se "
    "reprennent dans un commentaire, et leur nombre dans un indicateur.",
)
@click.argument("text", metavar="PHRASE")
@option(*("--territoire", "name"), metavar="NOM", help="Le territoire, s’il y en a plusieurs.")
@option(*("--ligne", "lines"), multiple=True, metavar="1.3", help="Une ligne de la grille. Peut se répéter.")
@option(
    *("--indicateur", "indicators"), multiple=True, metavar="1.i2", help="Un indicateur. Peut se répéter."
)
@option(*("--nombre", "number"), metavar="N", help="Ce qui se compte, par exemple 1.")
@option(*("--date", "typed_day"), metavar="JOUR", help="Le jour du fait ; sinon aujourd’hui.")
@run_options
def note(
    text: str,
    name: str | None,
    lines: tuple[str, ...],
    indicators: tuple[str, ...],
    number: str | None,
    typed_day: str | None,
    as_json: bool,
) -> None:
    from ctg_tui.services import log
    from ctg_tui.wording.log import fact_in_a_line
    from ctg_tui.wording.typed import has_year

    counted = _number(number)
    with workspace(write=True) as opened:
        today = opened.today() if typed_day and has_year(typed_day) else log.today_of_facts(opened)
        on = _day(typed_day, today)
        territory = _chosen(log.territories(opened), name)
        grid = log.grid_of(opened, territory)
        book = log.LogBook(opened.store, territory)
        entry = log.new_entry(grid, on, text, lines, indicators, counted)
        key = book.note(entry)
        total = len(book.log.entries)
    if as_json:
        print_json(
            {
                "id": key,
                "territoire": territory.name,
                "date": on.isoformat(),
                "texte": entry.text,
                "lignes": list(entry.activities),
                "indicateurs": list(entry.indicators),
                "nombre": entry.number,
            }
        )
        return
    print_line(f"Noté au carnet de {territory.name}, le {day(on)}{NBSP}: {fact_in_a_line(grid, entry)}")
    if total == 1:
        print_message(typeset("C’est le premier fait de ce carnet."))


def _number(typed: str | None) -> int | None:
    from ctg_tui.wording.typed import parse_number

    try:
        return None if typed is None else parse_number(typed)
    except ValueError as error:
        raise Misuse(f"--nombre : {error}") from error


def _day(typed: str | None, today: date) -> date:
    """Return the day of the fact: a past one when the year is not typed."""
    from ctg_tui.wording.typed import parse_past_date

    try:
        return today if typed is None else parse_past_date(typed, today) or today
    except ValueError as error:
        raise Misuse(f"--date : {error}") from error


def _chosen(known: Sequence[Territory], name: str | None) -> Territory:
    """Return the territory to note for; without a name the only one, or the one that the person chooses.

    A name that is none of them begins a log of its own. Raises Misuse.
    """
    from ctg_tui.domain.assessment import Territory
    from ctg_tui.domain.text import clean

    if name is not None:
        return _named(known, clean(name).strip()) or Territory(clean(name).strip())
    if len(known) == 1:
        return known[0]
    if not known:
        raise Misuse(f"Aucun territoire n’est encore connu. {_GIVE_IT}")
    if sys.stdin is None or not sys.stdin.isatty():
        names = ", ".join(f"« {territory.name} »" for territory in known)
        raise Misuse(f"Il y a plusieurs territoires ({names}). {_GIVE_IT}")
    for rank, territory in enumerate(known, 1):
        print_message(f"{rank:>3}  {territory.name}")
    sys.stderr.write(typeset(f"{_ASKED} Tapez son numéro : "))
    sys.stderr.flush()
    typed = typed_line().strip()
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:9]) <= len(known):
        return known[int(typed[:9]) - 1]
    raise Misuse(f"« {clean(typed)} » n’est pas un de ces numéros.")


def _named(known: Sequence[Territory], name: str) -> Territory | None:
    """Return the territory of that name, of that SIREN, or the only one whose name holds it; None without."""
    from ctg_tui.domain.details import name_key
    from ctg_tui.services.log import territory_named

    if not name:
        raise Misuse("--territoire attend un nom.")
    if len(name) > _LONGEST_NAME:
        raise Misuse(f"--territoire attend un nom de {_LONGEST_NAME} caractères au plus.")
    if (exact := territory_named(name, known)) is not None:
        return exact
    typed = name_key(name)
    parts = [one for one in known if typed and typed in name_key(one.name)]
    if len(parts) > 1:
        names = ", ".join(f"« {one.name} »" for one in parts)
        raise Misuse(f"« {name} » convient à plusieurs territoires : {names}.")
    return parts[0] if parts else None


COMMANDS = (note,)
