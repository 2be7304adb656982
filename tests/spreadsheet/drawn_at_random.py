"""Ordinary workbooks composed at random: each choice is one that somebody makes, their mixture may be new.

A mixture finds what those of tests/data/classeurs do not: a number column between two bands, in a CSV.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from tests.outside.caf_workbooks import Truth
from tests.spreadsheet.drawn_tables import (
    NAMES,
    Column,
    Footer,
    Mission,
    Note,
    Notes,
    Table,
    draw_legend,
    draw_table,
    grid_missions,
    mean,
    note_columns,
    percent,
)
from tests.spreadsheet.drawn_workbook import (
    Book,
    Value,
    by_hand_as_csv,
    by_hand_as_ods,
    by_openpyxl,
    by_xlsxwriter,
)

Write = Callable[[Book], bytes]


class Drawn(NamedTuple):
    """One workbook, and what must be read in it."""

    name: str
    file_name: str
    content: bytes
    truth: Truth


def _own_mission(title: str, lines: Sequence[str], indicators: Sequence[str] = ()) -> Mission:
    """Return a mission with the lines of another Caf, each known by its own text."""
    return Mission(
        title, tuple((text, text) for text in lines), tuple((text, text, "Suivi") for text in indicators)
    )


STEERING = (
    "Préparer les comités de pilotage avec la direction générale",
    "Rédiger les relevés de décisions et les diffuser sous quinze jours",
    "Mettre à jour le schéma de développement communal",
    "Chiffrer chaque fiche action avec le service des finances",
    "Alerter les élus sur les fermetures de places en crèche",
)
NETWORK = (
    "Réunir les directeurs de centres de loisirs chaque trimestre",
    "Tenir l’annuaire des associations de parents",
    "Accueillir les nouveaux assistants maternels avec le relais",
    "Construire un projet éducatif de territoire avec les écoles",
    "Associer la mission locale et la protection maternelle et infantile",
    "Préparer la journée des partenaires",
)
RESIDENTS = (
    "Publier un guide des services pour les nouveaux arrivants",
    "Tenir une permanence dans chaque quartier prioritaire",
    "Recueillir la parole des adolescents",
    "Rendre visite aux familles du voyage avec le centre social",
)
MEASURES = ("Nombre de comités de pilotage tenus", "Nombre de familles rencontrées en permanence")
OWN = (
    _own_mission("Axe 1 – Piloter la convention", STEERING, MEASURES[:1]),
    _own_mission("Axe 2 – Faire réseau", NETWORK),
    _own_mission("Axe 3 – Aller vers les habitants", RESIDENTS, MEASURES[1:]),
)
LINE_HEADINGS = ("Missions", "Activités", "Activités du chargé de coopération", "Attendus", "Intitulé", "")
POLICY_HEADINGS = (
    NAMES,
    ("FAMILLE", "EDUCATION", "SOCIAL"),
    ("Note Famille", "Note Éducation", "Note Social"),
    ("Politique Famille", "Politique Éducation", "Politique Sociale"),
    ("Volet famille", "Volet éducation", "Volet social"),
    ("Famille (0 à 3)", "Éducation (0 à 3)", "Social (0 à 3)"),
)
BANDS = ("", "Politiques concernées", "Notation", "Évaluation", "Note de 0 à 3 ou NC")
FOOTERS = ((), (), (Footer("", percent),), (Footer("Moyenne", mean), Footer("Taux", percent)))
COMMENT_HEADINGS = ("Commentaires", "Observations", "Commentaire", "Remarques", "COMMENTAIRES")


def _digits(place: int, notes: Notes, random: Random) -> Value | None:
    return random.randint(1, 3)


def _percentage(place: int, notes: Notes, random: Random) -> Value | None:
    return random.choice(("0 %", "50 %", "100 %"))


def _mean_of_line(place: int, notes: Notes, random: Random) -> Value | None:
    points = [note for note in notes.values() if isinstance(note, int)]
    return round(sum(points) / len(points), 1) if points else None


EXTRAS = (
    Column("other", "Priorité", cell=_digits),
    Column("other", "Poids", cell=_digits),
    Column("other", "Coef.", cell=_digits),
    Column("other", "Nb de réunions", cell=_digits),
    Column("other", "Réf.", cell=_digits),
    Column("other", "Niveau d'enjeu", cell=_digits),
    Column("other", "Avancement", cell=_percentage),
    Column("other", "Moyenne", cell=_mean_of_line),
    Column("other", "Total", cell=_mean_of_line),
)
WRITERS: tuple[tuple[str, Write], ...] = (
    ("xlsx", by_xlsxwriter),
    ("xlsx", by_openpyxl),
    ("ods", by_hand_as_ods),
    ("csv", lambda book: by_hand_as_csv(book, ";", "cp1252")),
    ("csv", lambda book: by_hand_as_csv(book, ",", "utf-8-sig")),
)


def _columns(random: Random) -> tuple[Column, ...]:
    notes = list(note_columns(random.choice(POLICY_HEADINGS), random.choice(BANDS)))
    if random.random() < 0.2:
        random.shuffle(notes)
    columns = [Column("line", random.choice(LINE_HEADINGS)), *notes]
    if random.random() < 0.8:
        columns.append(Column("comment", random.choice(COMMENT_HEADINGS)))
    for extra in random.sample(EXTRAS, random.choice((0, 0, 1, 1, 2))):
        places = [0, 1, 1 + len(notes), len(columns)]
        columns.insert(random.choice(places), extra)
    if random.random() < 0.3:
        columns.insert(0, Column("number", random.choice(("N°", "", "n°")), code=random.choice(("", 1))))
    return tuple(columns)


def _wording(random: Random) -> tuple[str, str]:
    return random.choice((("", ""), ("", ""), ("- ", ""), ("", "."), ("• ", " ;"), ("", " ")))


def draw_at_random(number: int, seed: int) -> list[Drawn]:
    """Return that many workbooks, the same for the same seed."""
    return [_layout(place, Random(f"{seed} mixture {place}")) for place in range(number)]


def _layout(place: int, random: Random) -> Drawn:
    book, columns = Book(), _columns(random)
    extension, write = random.choice(WRITERS)
    before, after = _wording(random)
    not_concerned = random.choice(("NC", "N.C.", "nc", "Non concerné", "NON CONCERNÉ", "N/C"))
    is_text = random.random() < 0.2

    def spell(note: Note, random: Random) -> Value:
        return not_concerned if note == "NC" else str(note) if is_text else note

    is_known = random.random() < 0.7
    missions = grid_missions() if is_known else OWN
    has_counts = random.random() < 0.5
    # Unknown lines right below indicators, with nothing between: a person too would be mistaken.
    titles = ("rows", "merged", "repeated", *(("none",) if is_known or not has_counts else ()))
    is_split = extension != "csv" and random.random() < 0.3
    table = Table(
        columns,
        missions,
        row=random.choice((0, 2, 5)),
        left=random.choice((0, 0, 1)),
        titles=random.choice(titles),
        wording=lambda place, text: f"{before}{text}{after}",
        spell=spell,
        footers=random.choice(FOOTERS),
        gap=random.choice((0, 0, 1, 2)),
        counts=has_counts,
        counts_below_lines=random.random() < 0.7,
    )
    for number, part in enumerate([(mission,) for mission in missions] if is_split else [missions], 1):
        sheet = book.sheet(f"Mission {number}" if is_split else "Feuille" if extension == "csv" else "Grille")
        if table.row:
            sheet.put(0, 0, "Auto-évaluation du chargé de coopération CTG – année 2025")
        row = draw_table(book, sheet, Table(**{**vars(table), "missions": part}), random)
        if random.random() < 0.4:
            draw_legend(sheet, row + 1, 0)
    lines, headings = "known" if is_known else "own", "|".join(column.heading for column in columns)
    name = f"{place:03d} {lines} {extension} {table.titles} {headings}"
    return Drawn(name, f"tirage-{place:04d}.{extension}", write(book), book.truth)
