"""Ordinary layouts whose lines are another Caf's own: the grid is new to the program."""

from __future__ import annotations

from random import Random

from tests.spreadsheet.drawn_layouts import COMMENT, layout
from tests.spreadsheet.drawn_tables import (
    NAMES,
    Column,
    Footer,
    Note,
    Table,
    draw_legend,
    draw_table,
    note_columns,
    own_missions,
    percent,
)
from tests.spreadsheet.drawn_workbook import Book, Value, by_hand_as_csv, by_hand_as_ods, by_openpyxl

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
OWN = own_missions(
    ("Axe 1 – Piloter la convention", STEERING, MEASURES[:1]),
    ("Axe 2 – Faire réseau", NETWORK, ()),
    ("Axe 3 – Aller vers les habitants", RESIDENTS, MEASURES[1:]),
)


def _named_columns(names: tuple[str, ...], band: str = "") -> tuple[Column, ...]:
    return tuple(Column("note", name, name, band) for name in names)


@layout("own lines, three policies", "Caf 19 - grille.xlsx", known=False)
def _three(book: Book, random: Random) -> None:
    sheet = book.sheet("Grille")
    sheet.put(0, 0, "Évaluation annuelle de la fonction de coopération – Caf de la Corrèze")
    columns = (Column("line", "Missions"), *note_columns(band="Politiques concernées"), COMMENT)
    row = draw_table(book, sheet, Table(columns, OWN, row=2, counts=True), random)
    draw_legend(sheet, row + 2, 0)


@layout("own lines, a sheet for each axis", "Caf 87 - axes.xlsx", by_openpyxl, known=False)
def _axes(book: Book, random: Random) -> None:
    columns = (Column("number", "N°"), Column("line", "Activités"), *note_columns(), COMMENT)
    for number, mission in enumerate(OWN, 1):
        sheet = book.sheet(f"Axe {number}")
        sheet.put(0, 0, mission.title)
        draw_table(book, sheet, Table(columns, (mission,), row=2, titles="none", counts=True), random)


@layout("own lines, five themes", "Caf 24 - thématiques.xlsx", known=False)
def _themes(book: Book, random: Random) -> None:
    sheet = book.sheet("Auto-évaluation")
    names = ("Petite enfance", "Enfance", "Jeunesse", "Parentalité", "Animation de la vie sociale")
    columns = (Column("line", "Activités"), *_named_columns(names, "Thématiques"), COMMENT)
    row = draw_table(book, sheet, Table(columns, OWN, row=3, titles="merged"), random)
    draw_legend(sheet, row + 1, 0)


@layout("own lines in a CSV", "caf33.csv", lambda book: by_hand_as_csv(book, ";", "cp1252"), known=False)
def _csv(book: Book, random: Random) -> None:
    sheet = book.sheet("caf33")
    columns = (Column("line", "Activités"), *note_columns(("Famille", "Éducation", "Social")), COMMENT)
    draw_table(book, sheet, Table(columns, OWN), random)


@layout("own lines as ODS, percentages below", "Caf 79.ods", by_hand_as_ods, known=False)
def _ods(book: Book, random: Random) -> None:
    def spell(note: Note, random: Random) -> Value:
        return "N.C." if note == "NC" else note

    sheet = book.sheet("Feuille1")
    headings = ("Politique familiale", "Politique éducative", "Politique sociale")
    columns = (Column("line", "Attendus"), *note_columns(headings), Column("comment", "Observations"))
    table = Table(columns, OWN, row=4, spell=spell, gap=1, footers=(Footer("Taux d’atteinte", percent),))
    draw_table(book, sheet, table, random)


@layout("own lines, axes in a tall merged column", "Caf 86.xlsx", known=False)
def _tall(book: Book, random: Random) -> None:
    sheet = book.sheet("Évaluation 2025")
    sheet.put(1, 1, "Grille d’auto-évaluation du chargé de coopération")
    columns = (Column("mission", "Axes"), Column("line", "Activités"), *_named_columns(NAMES), COMMENT)
    draw_table(book, sheet, Table(columns, OWN, row=3, left=1, titles="none"), random)
