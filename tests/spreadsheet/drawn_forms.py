"""Ordinary layouts whose form is another: ticks, a sheet for each policy, ODS and CSV."""

from __future__ import annotations

from random import Random

from tests.spreadsheet.drawn_layouts import CAF_COLUMNS, COMMENT, LINE, layout, simple
from tests.spreadsheet.drawn_tables import (
    FAMILY,
    NAMES,
    POLICIES,
    REMARKS,
    Column,
    Footer,
    Note,
    Table,
    cross_columns,
    draw_legend,
    draw_table,
    grid_missions,
    note_columns,
    percent,
    random_notes,
)
from tests.spreadsheet.drawn_workbook import (
    Answer,
    Book,
    Value,
    by_hand_as_csv,
    by_hand_as_ods,
    by_openpyxl,
)


@layout("a tick under each note, three policies", "croix.xlsx")
def _ticks(book: Book, random: Random) -> None:
    ticks = [
        column for policy, name in zip(POLICIES, NAMES, strict=True) for column in cross_columns(policy, name)
    ]
    simple(book, random, (LINE, *ticks, COMMENT))


@layout("a sheet for each policy, one note column", "par politique.xlsx")
def _sheet_by_policy(book: Book, random: Random) -> None:
    for policy, name in zip(POLICIES, NAMES, strict=True):
        sheet = book.sheet(name)
        sheet.put(0, 0, f"Politique : {name}")
        columns = (LINE, Column("note", "Note", policy), COMMENT)
        draw_table(book, sheet, Table(columns, grid_missions(), row=2), random)


@layout("a sheet for each policy, a tick under each note", "croix par politique.xlsx")
def _ticks_by_policy(book: Book, random: Random) -> None:
    headings = ("Non concerné", "Non", "Partiellement", "Majoritairement", "Totalement")
    for policy, name in zip(POLICIES, NAMES, strict=True):
        sheet = book.sheet(f"Volet {name}")
        columns = (LINE, *cross_columns(policy, "", headings), COMMENT)
        draw_table(book, sheet, Table(columns, grid_missions(), row=2, titles="merged"), random)
        draw_legend(sheet, 70, 0)


@layout("each line over three rows, one by policy", "trois lignes.xlsx")
def _three_rows(book: Book, random: Random) -> None:
    sheet = book.sheet("Auto-évaluation")
    for offset, heading in enumerate(("Activité", "Politique", "Note", "Commentaire")):
        sheet.put(1, offset, heading)
    row = 2
    for mission in grid_missions():
        sheet.put(row, 0, mission.title)
        sheet.merge(row, 0, row, 3)
        row += 1
        for line, text in mission.lines:
            notes = random_notes(random)
            sheet.put(row, 0, text)
            sheet.merge(row, 0, row + 2, 0)
            for policy, name in zip(POLICIES, NAMES, strict=True):
                sheet.put(row, 1, name)
                if policy in notes:
                    book.answer(sheet, row, 2, notes[policy], Answer(line, policy, notes[policy]))
                if random.random() < 0.2:
                    book.comment(sheet, row, 3, random.choice(REMARKS), line)
                row += 1


@layout("long lines continued on a second row", "suite.xlsx")
def _continued(book: Book, random: Random) -> None:
    """Somebody cut the long lines in two rows to print them; the notes are merged over both."""
    sheet = book.sheet("Grille")
    for offset, heading in enumerate(("Activités", *NAMES)):
        sheet.put(0, offset, heading)
    row = 1
    for mission in grid_missions():
        sheet.put(row, 0, mission.title)
        row += 1
        for line, text in mission.lines:
            words = text.split()
            is_long = len(words) > 12
            sheet.put(row, 0, " ".join(words[:9]) if is_long else text)
            sheet.put(row + 1, 0, " ".join(words[9:]) if is_long else None)
            for policy, note in random_notes(random).items():
                book.answer(sheet, row, 1 + POLICIES.index(policy), note, Answer(line, policy, note))
            for column in (1, 2, 3):
                sheet.merge(row, column, row + is_long, column)
            row += 1 + is_long


@layout("blank rows in groups and a second table at the side", "aérée.xlsx", by_openpyxl)
def _airy(book: Book, random: Random) -> None:
    sheet, row = simple(book, random, gap=4)
    for offset, value in enumerate(("Communes", "Habitants", "RPE")):
        sheet.put(4, 7 + offset, value)
    for place, commune in enumerate(("Chasseneuil", "Montbron", "La Rochefoucauld")):
        sheet.put(5 + place, 7, commune)
        book.other(sheet, 5 + place, 8, 1200 + 431 * place)
        book.other(sheet, 5 + place, 9, place)
    sheet.put(row + 2, 0, "Fait à Chasseneuil, le 12/02/2025")


@layout("a blank model kept before the filled sheet", "modèle et réponses.xlsx")
def _model(book: Book, random: Random) -> None:
    model = book.sheet("Modèle vierge")
    model.put(3, 0, "Missions")
    for offset, name in enumerate(NAMES, 1):
        model.put(3, offset, name)
    row = 4
    for mission in grid_missions():
        for _, text in mission.lines:
            model.put(row, 0, text)
            row += 1
    simple(book, random, sheet="Réponses 2025")


@layout("the issued grid as ODS", "grille.ods", by_hand_as_ods)
def _ods(book: Book, random: Random) -> None:
    simple(book, random, titles="merged", counts=True, footers=(Footer("", percent),))


@layout("a sheet for each mission as ODS", "missions.ods", by_hand_as_ods)
def _ods_sheets(book: Book, random: Random) -> None:
    columns = (Column("number", "N°"), Column("line", "Activités"), *note_columns(), COMMENT)
    for number, mission in enumerate(grid_missions(), 1):
        sheet = book.sheet(f"M{number} - 2025")
        sheet.put(0, 0, mission.title)
        sheet.merge(0, 0, 0, 5)
        draw_table(book, sheet, Table(columns, (mission,), row=2, titles="none", counts=True), random)


@layout("missions in a tall merged column as ODS", "colonne.ods", by_hand_as_ods)
def _ods_tall(book: Book, random: Random) -> None:
    def spell(note: Note, random: Random) -> Value:
        return "Non concerné" if note == "NC" else str(note)

    columns = (Column("mission", "Mission"), Column("line", "Activités"), *note_columns(), COMMENT)
    simple(book, random, columns, titles="none", spell=spell)


@layout("CSV of Excel in France", "grille.csv", lambda book: by_hand_as_csv(book, ";", "cp1252"))
def _csv_windows(book: Book, random: Random) -> None:
    simple(book, random, counts=True)


@layout("CSV with commas", "export.csv", lambda book: by_hand_as_csv(book, ",", "utf-8"))
def _csv_commas(book: Book, random: Random) -> None:
    columns = (Column("number", "N°"), Column("line", "Activité"), *note_columns(), COMMENT)
    simple(book, random, columns, titles="none", row=0)  # the head is written over the title


@layout("text with tabs in UTF-16", "unicode.csv", lambda book: by_hand_as_csv(book, "\t", "utf-16"))
def _csv_tabs(book: Book, random: Random) -> None:
    simple(book, random, footers=(Footer("Taux", percent),))


@layout(
    "CSV with a BOM, notes chosen in a list", "liste.csv", lambda book: by_hand_as_csv(book, ";", "utf-8-sig")
)
def _csv_lists(book: Book, random: Random) -> None:
    words = {
        0: "Pas du tout",
        1: "Partiellement",
        2: "Majoritairement",
        3: "Totalement",
        "NC": "Non concerné",
    }
    simple(book, random, CAF_COLUMNS, spell=lambda note, _: f"{note} : {words[note]}")


@layout("one policy only", "famille.xlsx")
def _one_policy(book: Book, random: Random) -> None:
    simple(book, random, (LINE, Column("note", "Famille", FAMILY), COMMENT))


@layout("lines written across four merged columns", "fusion.xlsx")
def _across(book: Book, random: Random) -> None:
    """Draw the form in a word processor's way: a line takes the width of four columns."""
    blank = Column("blank")
    sheet, row = simple(book, random, (LINE, blank, blank, blank, *note_columns(), COMMENT))
    for place in range(3, row):
        sheet.merge(place, 0, place, 3)


@layout("the mission repeated on each row", "base de données.xlsx", by_openpyxl)
def _by_row(book: Book, random: Random) -> None:
    sheet = book.sheet("Données")
    mission_of = [mission.title for mission in grid_missions() for _ in mission.lines]
    columns = (Column("blank", "Mission"), Column("line", "Activité"), *note_columns(), COMMENT)
    draw_table(book, sheet, Table(columns, grid_missions(), titles="none"), random)
    for row, title in enumerate(mission_of, 1):
        sheet.put(row, 0, title)


@layout("notes as text with stray blanks", "espaces.xlsx", by_openpyxl)
def _stray(book: Book, random: Random) -> None:
    simple(book, random, spell=lambda note, random: random.choice((f" {note}", f"{note} ", f"{note}\u00a0")))


@layout("heads on three rows, the unit below", "trois rangs.xlsx")
def _three_heads(book: Book, random: Random) -> None:
    sheet = book.sheet("Grille")
    sheet.put(0, 1, "Auto-évaluation 2025")
    sheet.merge(0, 1, 0, 3)
    for offset, name in enumerate(NAMES, 1):
        sheet.put(1, offset, name)
        sheet.put(2, offset, "Note")
    sheet.put(0, 0, "Activités")
    sheet.merge(0, 0, 2, 0)
    sheet.put(0, 4, "Commentaires")
    columns = (Column("line"), *note_columns(("", "", "")), Column("comment"))
    draw_table(book, sheet, Table(columns, grid_missions(), row=2, titles="merged"), random)


@layout("numbers of the indicators with their unit", "unités.xlsx")
def _units(book: Book, random: Random) -> None:
    sheet, _ = simple(book, random, counts=True)
    for place in [place for place in sheet.cells if sheet.address(*place) in book.counts]:
        number = sheet.cells[place]
        sheet.cells[place] = random.choice((f"{number}", f"{number} environ", f"{number} réunions"))


@layout("rows hidden by a filter", "filtrée.xlsx")
def _filtered(book: Book, random: Random) -> None:
    """Hide some lines as a filter does: their answers stay answers."""
    sheet, row = simple(book, random)
    sheet.hidden_rows.update(range(8, row, 5))
