"""Ordinary layouts of a filled workbook, as departmental Cafs and town halls may draw them.

They were drawn without looking at the reader, which they measure: see `measure_layouts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.spreadsheet.drawn_tables import (
    NAMES,
    POLICIES,
    REMARKS,
    Column,
    Footer,
    Notes,
    Table,
    draw_counts,
    draw_legend,
    draw_table,
    grid_missions,
    mean,
    note_columns,
    percent,
    random_notes,
)
from tests.spreadsheet.drawn_workbook import (
    Answer,
    Book,
    Comment,
    Count,
    Formula,
    Sheet,
    Value,
    by_hand_as_csv,
    by_openpyxl,
    by_xlsxwriter,
)

Draw = Callable[[Book, Random], None]
Write = Callable[[Book], bytes]


@dataclass(frozen=True)
class Layout:
    """One workbook and its truth by address. `others`: filled cells that are no answer."""

    name: str
    file_name: str
    content: bytes
    answers: dict[str, Answer]
    comments: dict[str, Comment]
    counts: dict[str, Count]
    others: frozenset[str]
    copies: dict[str, Answer]
    is_known: bool
    is_misleading: bool


_REGISTER: list[tuple[str, str, Write, Draw, bool, bool]] = []


def layout(
    name: str, file_name: str, write: Write = by_xlsxwriter, *, known: bool = True, misleading: bool = False
) -> Callable[[Draw], Draw]:
    """Register a function that draws a layout."""

    def register(draw: Draw) -> Draw:
        _REGISTER.append((name, file_name, write, draw, known, misleading))
        return draw

    return register


def draw_layouts(seed: int = 1) -> list[Layout]:
    """Return every layout, the same for the same seed."""
    from tests.spreadsheet import (  # they register theirs
        drawn_forms,
        drawn_lines,
        drawn_own_grids,
        drawn_traps,
    )

    assert all((drawn_forms, drawn_lines, drawn_own_grids, drawn_traps))
    drawn = []
    for name, file_name, write, draw, known, misleading in _REGISTER:
        book = Book()
        draw(book, Random(f"{seed} {name}"))
        truth = (book.answers, book.comments, book.counts, frozenset(book.others), book.copies)
        drawn.append(Layout(name, file_name, write(book), *truth, known, misleading))
    return drawn


LINE = Column("line", "Missions")
COMMENT = Column("comment", "Commentaires")
CAF_COLUMNS = (LINE, *note_columns(band="Politiques concernées"), COMMENT)


def simple(
    book: Book, random: Random, columns: tuple[Column, ...] = CAF_COLUMNS, **look: object
) -> tuple[Sheet, int]:
    """Draw one sheet with a title and one table of the four missions; gives the sheet and its next row."""
    sheet = book.sheet(str(look.pop("sheet", "Grille")))
    sheet.put(0, 0, "EVALUATION DE LA FONCTION DE CHARGE DE COOPERATION CTG")
    settings: dict[str, object] = {"row": 3, "missions": grid_missions(), **look}
    return sheet, draw_table(book, sheet, Table(columns, **settings), random)  # type: ignore[arg-type]


@layout("as the Caf issued it", "Grille évaluation CC 2025.xlsx")
def _issued(book: Book, random: Random) -> None:
    sheet, row = simple(book, random, footers=(Footer("", percent),), counts=True, sheet="Evaluation")
    sheet.put(1, 0, "MAJ août 2024")
    sheet.put(row + 1, 0, "MODE OPERATOIRE")
    sheet.put(row + 2, 0, "Pour chaque activité une note de 0 à 3 est donnée.")
    draw_legend(sheet, row + 4, 0)


@layout("mission 1 only", "grille.xlsx")
def _mission_one(book: Book, random: Random) -> None:
    simple(book, random, missions=grid_missions()[:1], counts=True, footers=(Footer("", percent),))


@layout("a sheet for each mission", "Auto-évaluation CTG.xlsx")
def _sheets(book: Book, random: Random) -> None:
    guide = book.sheet("Mode d'emploi")
    guide.put(1, 1, "Guide de remplissage")
    draw_legend(guide, 3, 1)
    for number, mission in enumerate(grid_missions(), 1):
        sheet = book.sheet(f"Mission {number}")
        sheet.frozen = (4, 1)
        table = Table(CAF_COLUMNS, (mission,), row=1, counts=True, gap=1, footers=(Footer("Total", percent),))
        draw_table(book, sheet, table, random)


@layout("rows of a logo above, from column C", "CTG_evaluation_2025.xlsx")
def _logo(book: Book, random: Random) -> None:
    sheet = book.sheet("Feuil1")
    sheet.put(7, 2, "Caf de la Corrèze — fonction de coopération")
    sheet.put(8, 2, "Collectivité :")
    sheet.put(8, 3, "CC du Pays de Sault")
    sheet.put(9, 2, "Année :")
    sheet.put(9, 3, 2025)
    sheet.put(10, 2, "ETP :")
    sheet.put(10, 3, 1)
    draw_table(book, sheet, Table(CAF_COLUMNS, grid_missions(), row=12, left=2, titles="merged"), random)


@layout("missions in a tall merged column", "evaluation.xlsx")
def _tall(book: Book, random: Random) -> None:
    columns = (Column("mission", "Mission"), Column("line", "Activités"), *note_columns(), COMMENT)
    simple(book, random, columns, titles="none")


@layout("groups merged and lines numbered", "evaluation CC.xlsx")
def _groups(book: Book, random: Random) -> None:
    columns = (
        Column("group", "Rubrique"),
        Column("number", "N°"),
        Column("line", "Activités du coordonnateur"),
        *note_columns(band="Notation"),
        Column("comment", "Observations"),
    )
    simple(book, random, columns, titles="merged")


@layout("policies in another order", "grille CTG.xlsx")
def _order(book: Book, random: Random) -> None:
    family, education, social = note_columns()
    simple(book, random, (LINE, social, education, family, COMMENT))


@layout("notes before the lines", "grille CTG remplie.xlsx")
def _before(book: Book, random: Random) -> None:
    simple(book, random, (*note_columns(), Column("line", "Activités"), Column("comment", "Précisions")))


@layout("a note then a comment for each policy", "Grille commentée.xlsx")
def _paired(book: Book, random: Random) -> None:
    columns: list[Column] = [Column("line", "Activités")]
    for policy, name in zip(POLICIES, NAMES, strict=True):
        columns += (
            Column("note", "Note", policy, name),
            Column("comment", "Commentaire", "", name),
        )
    simple(book, random, tuple(columns))


@layout("comments of each policy at the end", "Grille CC.xlsx")
def _apart(book: Book, random: Random) -> None:
    comments = tuple(Column("comment", f"Commentaire {name}") for name in NAMES)
    simple(book, random, (LINE, *note_columns(tuple(f"Note {name}" for name in NAMES)), *comments))


@layout("a legend at the right of the table", "légende.xlsx")
def _aside(book: Book, random: Random) -> None:
    sheet, _ = simple(book, random)
    sheet.put(4, 6, "Barème")
    draw_legend(sheet, 5, 6)


@layout("identity of the post above", "fiche.xlsx")
def _identity(book: Book, random: Random) -> None:
    labels = (("Nom et prénom", "Chargé(e) de coopération"), ("Employeur", "Ville de Tulle"))
    facts = (*labels, ("Politique(s) suivie(s)", "Famille, Éducation"), ("Temps de travail", "80 %"))
    sheet, _ = simple(book, random, row=8)
    for row, (label, value) in enumerate(facts, 2):
        sheet.put(row, 0, label)
        sheet.put(row, 1, value)
        sheet.merge(row, 1, row, 3)


@layout("heads repeated above each mission", "grille répétée.xlsx", by_openpyxl)
def _repeated(book: Book, random: Random) -> None:
    simple(book, random, titles="repeated", gap=3, counts=True)


@layout("hidden codes, a frozen head", "grille cachée.xlsx", by_openpyxl)
def _hidden(book: Book, random: Random) -> None:
    code = Column("other", "Code", cell=lambda place, notes, random: f"ACT-{place:03d}")
    sheet, _ = simple(book, random, (code, *CAF_COLUMNS))
    sheet.hidden_columns.add(0)
    sheet.hidden_rows.update((1, 2))
    sheet.frozen = (5, 2)


@layout("a comment row below each line", "dessous.xlsx")
def _below(book: Book, random: Random) -> None:
    simple(book, random, CAF_COLUMNS[:-1], comment_row="Commentaire : ")


@layout("averages, percentages and a mean for each line", "moyennes.xlsx")
def _averages(book: Book, random: Random) -> None:
    def mean_of_line(place: int, notes: Notes, random: Random) -> Value | None:
        points = [note for note in notes.values() if isinstance(note, int)]
        return Formula("=AVERAGE(B6:D6)", round(sum(points) / len(points), 2), "0.00") if points else None

    average = Column("other", "Moyenne", cell=mean_of_line)
    footers = (Footer("Moyenne de la mission", mean), Footer("Taux de réalisation", percent))
    simple(book, random, (LINE, *note_columns(), average, COMMENT), footers=footers, gap=2)


@layout("indicators in their own sheet", "indicateurs à part.xlsx")
def _own_sheet(book: Book, random: Random) -> None:
    simple(book, random)
    sheet = book.sheet("Indicateurs")
    row = 1
    for mission in grid_missions():
        sheet.put(row, 0, mission.title)
        row = draw_counts(book, sheet, mission, row + 1, 0, random) + 1


@layout("a cover, the grid, the results", "dossier.xlsx")
def _cover(book: Book, random: Random) -> None:
    cover = book.sheet("Page de garde")
    cover.put(3, 1, "Évaluation de la coopération")
    cover.put(5, 1, "Version")
    cover.put(5, 2, 2)
    simple(book, random, counts=True)
    results = book.sheet("Radar")
    for offset, name in enumerate(("Mission", *NAMES)):
        results.put(0, offset, name)
    for row, mission in enumerate(grid_missions(), 1):
        results.put(row, 0, mission.title)
        for offset in (1, 2, 3):
            share = random.randint(0, 100) / 100
            book.other(results, row, offset, Formula(f"=Grille!B{20 * row}", share, "0%"))


@layout("columns of a town hall after the notes", "suivi mairie.xlsx")
def _town_hall(book: Book, random: Random) -> None:
    facts = ("Bilan RPE 2024", "Compte rendu du COTECH", "Tableau de bord partagé")
    due = Column(
        "other", "Échéance", cell=lambda place, notes, random: random.choice(("T1 2026", "juin", "2026"))
    )
    proof = Column("other", "Éléments de preuve", cell=lambda place, notes, random: random.choice(facts))
    pilot = Column("other", "Qui ?", cell=lambda place, notes, random: random.choice(("CC", "DGS", "Élue")))
    simple(book, random, (LINE, *note_columns(), proof, pilot, due, COMMENT))


@layout(
    "one note for each line of policy, to sort",
    "base.csv",
    lambda book: by_hand_as_csv(book, ";", "utf-8-sig"),
)
def _sorted(book: Book, random: Random) -> None:
    sheet = book.sheet("base")
    for offset, heading in enumerate(("Mission", "Activité", "Politique", "Note", "Commentaire")):
        sheet.put(0, offset, heading)
    row = 0
    for mission in grid_missions():
        for line, text in mission.lines:
            notes = random_notes(random)
            for policy, name in zip(POLICIES, NAMES, strict=True):
                row += 1
                for offset, value in enumerate((mission.title, text, name)):
                    sheet.put(row, offset, value)
                if policy in notes:
                    book.answer(sheet, row, 3, notes[policy], Answer(line, policy, notes[policy]))
                if random.random() < 0.2:
                    book.comment(sheet, row, 4, random.choice(REMARKS), line)
