"""Ordinary layouts that keep the form and change the words: of the headings, of the notes, of the lines."""

from __future__ import annotations

import unicodedata
from random import Random

from tests.spreadsheet.drawn_layouts import CAF_COLUMNS, COMMENT, LINE, layout, simple
from tests.spreadsheet.drawn_tables import NAMES, Column, Note, draw_legend, note_columns
from tests.spreadsheet.drawn_workbook import Book, Value, by_hand_as_csv


@layout("headings of the policies in full", "autoeval.xlsx")
def _in_full(book: Book, random: Random) -> None:
    headings = ("Politique familiale", "Politique éducative", "Politique sociale")
    simple(book, random, (LINE, *note_columns(headings), COMMENT))


@layout("headings by public", "autoeval enfance.xlsx")
def _by_public(book: Book, random: Random) -> None:
    headings = (
        "Petite enfance / famille",
        "Enfance-jeunesse / éducation",
        "Vie sociale",
    )
    columns = (Column("line", "Attendus"), *note_columns(headings, "Notation (0 à 3 ou NC)"), COMMENT)
    simple(book, random, columns)


@layout("headings of one word, cut short", "Eval.xlsx")
def _short(book: Book, random: Random) -> None:
    columns = (
        Column("line", "Activité"),
        *note_columns(("Fam.", "Éduc.", "Soc.")),
        Column("comment", "Obs."),
    )
    simple(book, random, columns)


@layout("headings in capitals without accents", "EVALUATION CTG.xlsx")
def _capitals(book: Book, random: Random) -> None:
    columns = (
        Column("line", "ACTIVITES"),
        *note_columns(("FAMILLE", "EDUCATION", "SOCIAL")),
        Column("comment", "COMMENTAIRES"),
    )
    simple(book, random, columns, titles="merged")


@layout("headings with a reminder of the scale", "Grille 2025.xlsx")
def _reminder(book: Book, random: Random) -> None:
    headings = tuple(f"Volet {name.lower()}\n(0 à 3 ou NC)" for name in NAMES)
    simple(book, random, (LINE, *note_columns(headings), COMMENT))


@layout("notes as text", "grille texte.xlsx")
def _as_text(book: Book, random: Random) -> None:
    simple(book, random, spell=lambda note, _: str(note))


@layout("NC written in several ways", "grille nc.xlsx")
def _several(book: Book, random: Random) -> None:
    def spell(note: Note, random: Random) -> Value:
        return random.choice(("NC", "N.C.", "nc", "Non concerné", "non concerné")) if note == "NC" else note

    simple(book, random, spell=spell, counts=True)


def _chosen(note: Note, random: Random) -> Value:
    words = {0: "Non", 1: "Partiellement", 2: "Majoritairement", 3: "Totalement", "NC": "Non concerné"}
    return f"{note} - {words[note]}"


@layout("notes chosen in a list of code and words", "liste.xlsx")
def _lists(book: Book, random: Random) -> None:
    simple(book, random, spell=_chosen, titles="merged")


def _worded(note: Note, random: Random) -> Value:
    return {0: "Non", 1: "Partiellement", 2: "Majoritairement", 3: "Oui", "NC": "NC"}[note]


@layout("notes in words, a legend giving the digits", "mots.xlsx")
def _words(book: Book, random: Random) -> None:
    words: list[tuple[Value, str]] = [
        ("NC", "Non concerné"),
        (0, "Non"),
        (1, "Partiellement"),
        (2, "Majoritairement"),
        (3, "Oui"),
    ]
    sheet, row = simple(book, random, spell=_worded)
    draw_legend(sheet, row + 2, 0, words)


def _unaccented(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("œ", "oe"))
    return "".join(part for part in parts if not unicodedata.combining(part))


@layout("lines with typographic apostrophes and quotes", "typo.xlsx")
def _typographic(book: Book, random: Random) -> None:
    def wording(place: int, text: str) -> str:
        return text.replace("'", "’").replace(" :", "\u00a0:").replace("é", "e\u0301")

    simple(book, random, wording=wording)


@layout("lines without accents", "sans accents.xlsx")
def _no_accents(book: Book, random: Random) -> None:
    simple(book, random, wording=lambda place, text: _unaccented(text).replace("’", "'"))


@layout("lines in capitals", "MAJUSCULES.xlsx")
def _upper(book: Book, random: Random) -> None:
    simple(book, random, wording=lambda place, text: _unaccented(text).upper())


@layout("lines with a number before and a full stop", "numérotée.xlsx")
def _numbered(book: Book, random: Random) -> None:
    simple(book, random, wording=lambda place, text: f"{place + 1}. {text}.")


@layout("lines with a dash and cut across lines of the cell", "tirets.xlsx")
def _dashed(book: Book, random: Random) -> None:
    def wording(place: int, text: str) -> str:
        words = text.split()
        half = len(words) // 2
        return "- " + " ".join(words[:half]) + "\n" + " ".join(words[half:]) + " ;"

    simple(book, random, wording=wording)


@layout("lines as infinitives, in other words at their start", "infinitifs.xlsx")
def _infinitives(book: Book, random: Random) -> None:
    verbs = {
        "Contribue": "Contribuer",
        "Développe": "Développer",
        "Intègre": "Intégrer",
        "Propose": "Proposer",
    }
    verbs |= {"Crée": "Créer", "Anime": "Animer", "Suit": "Suivre", "Participe": "Participer"}

    def wording(place: int, text: str) -> str:
        first, _, rest = text.partition(" ")
        return f"{verbs.get(first, first)} {rest}"

    simple(book, random, wording=wording)


@layout("a word added to some lines", "mots ajoutés.xlsx")
def _added(book: Book, random: Random) -> None:
    def wording(place: int, text: str) -> str:
        return (text, f"{text} (à préciser)", f"Le CC {text[0].lower()}{text[1:]}")[place % 3]

    simple(book, random, wording=wording)


@layout("notes shown with a decimal", "décimales.csv", lambda book: by_hand_as_csv(book, ";", "cp1252"))
def _decimals(book: Book, random: Random) -> None:
    simple(book, random, CAF_COLUMNS, spell=lambda note, _: f"{note},0" if isinstance(note, int) else note)
