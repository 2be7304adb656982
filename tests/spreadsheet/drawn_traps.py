"""Layouts made to mislead: digits that are no answers, or answers that are not this person's, this year.

A cell whose note no honest reader can tell has a note of None: it must be asked about or named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from random import Random

from tests.spreadsheet.drawn_layouts import CAF_COLUMNS, COMMENT, LINE, layout, simple
from tests.spreadsheet.drawn_tables import (
    FAMILY,
    NAMES,
    POLICIES,
    Column,
    Footer,
    Note,
    Notes,
    Table,
    draw_legend,
    draw_table,
    grid_missions,
    note_columns,
    random_notes,
)
from tests.spreadsheet.drawn_workbook import (
    Answer,
    Book,
    Formula,
    Sheet,
    Styled,
    Value,
    by_hand_as_csv,
    by_hand_as_ods,
)


def _digit(place: int, notes: Notes, random: Random) -> Value | None:
    values: tuple[Value | None, ...] = (0, 1, 2, 3, "NC", None)
    return random.choice(values)


def _one_to_three(place: int, notes: Notes, random: Random) -> Value:
    return random.randint(1, 3)


def _other_columns(headings: Iterable[str], band: str = "") -> tuple[Column, ...]:
    return tuple(Column("other", heading, "", band, cell=_digit) for heading in headings)


def _unclear(book: Book) -> None:
    """Take back every note: a person would have to be asked which one is meant."""
    for address, answer in book.answers.items():
        book.answers[address] = answer._replace(note=None)


@layout("the note of the Caf after one's own", "entretien.xlsx", misleading=True)
def _caf_after(book: Book, random: Random) -> None:
    own, caf = note_columns(band="Auto-évaluation"), _other_columns(NAMES, "Évaluation de la Caf")
    simple(book, random, (LINE, *own, *caf, COMMENT))


@layout("the note of the Caf before one's own, by policy", "regards croisés.xlsx", misleading=True)
def _caf_before(book: Book, random: Random) -> None:
    columns: list[Column] = [LINE]
    for policy, name in zip(POLICIES, NAMES, strict=True):
        columns += (*_other_columns(("Note Caf",), name), Column("note", "Note CC", policy, name))
    simple(book, random, (*columns, COMMENT))


@layout("last year before this year", "2024-2025.xlsx", misleading=True)
def _last_year(book: Book, random: Random) -> None:
    last, now = _other_columns(NAMES, "Année N-1"), note_columns(band="Année N")
    simple(book, random, (LINE, *last, *now, COMMENT))


@layout("a column N-1 beside each policy", "évolution.xlsx", misleading=True)
def _beside(book: Book, random: Random) -> None:
    columns: list[Column] = [LINE]
    for policy, name in zip(POLICIES, NAMES, strict=True):
        columns += (Column("note", name, policy), *_other_columns((f"{name} N-1",)))
    simple(book, random, (*columns, COMMENT))


@layout("two persons in one sheet", "binôme.xlsx", misleading=True)
def _two_persons(book: Book, random: Random) -> None:
    first, second = note_columns(band="Mme Martin"), note_columns(band="M. Durand")
    simple(book, random, (LINE, *first, *second, COMMENT))
    _unclear(book)


@layout("a column of weights", "pondération.xlsx", misleading=True)
def _weights(book: Book, random: Random) -> None:
    weight = Column("other", "Poids", cell=_one_to_three)
    simple(book, random, (LINE, weight, *note_columns(), COMMENT), titles="merged")


@layout("a column of priority", "priorités.xlsx", misleading=True)
def _priority(book: Book, random: Random) -> None:
    priority = Column("other", "Priorité", cell=_one_to_three)
    simple(book, random, (LINE, *note_columns(band="Notation"), priority, COMMENT))


@layout("priority inside the band of the notes", "priorités 2.xlsx", misleading=True)
def _inside(book: Book, random: Random) -> None:
    priority = Column("other", "Priorité", "", "Évaluation", cell=_one_to_three)
    simple(book, random, (LINE, *note_columns(band="Évaluation"), priority, COMMENT))


@layout("coefficients and weighted scores", "scores.xlsx", misleading=True)
def _scores(book: Book, random: Random) -> None:
    def score(policy: str) -> Callable[[int, Notes, Random], Value | None]:
        def cell(place: int, notes: Notes, random: Random) -> Value | None:
            note = notes.get(policy)
            return Formula(f"=2*B{place + 6}", 2 * note) if isinstance(note, int) else None

        return cell

    columns: list[Column] = [LINE, Column("other", "Coef.", cell=_one_to_three)]
    for policy, name in zip(POLICIES, NAMES, strict=True):
        columns += (
            Column("note", "Note", policy, name),
            Column("other", "Score", policy, name, cell=score(policy)),
        )
    simple(book, random, (*columns, COMMENT))


@layout("lines numbered 1, 2, 3 beside the notes", "numéros.xlsx", misleading=True)
def _numbers(book: Book, random: Random) -> None:
    number = Column("number", "N°", code=1)
    simple(book, random, (LINE, number, *note_columns(), COMMENT))


@layout("total rows made of digits", "totaux.xlsx", misleading=True)
def _totals(book: Book, random: Random) -> None:
    footers = (
        Footer("Note moyenne arrondie", lambda notes, cells: Formula(f"=ROUND(AVERAGE({cells}),0)", 2)),
        Footer("Nombre de NC", lambda notes, cells: notes.count("NC")),
        Footer("Nombre de 0", lambda notes, cells: notes.count(0)),
    )
    simple(book, random, footers=footers, gap=1)


@layout("dates among the notes", "dates.xlsx", misleading=True)
def _dates(book: Book, random: Random) -> None:
    updated = Column("other", "Mis à jour le", cell=lambda place, notes, random: date(2025, 1, 1 + place))
    sheet, _ = simple(book, random, (LINE, updated, *note_columns(), COMMENT))
    for address, place in _some_answers(book, sheet, 4):
        sheet.cells[place] = date(2025, 3, 2)  # Excel's reading of « 2/3 »
        book.answers[address] = book.answers[address]._replace(note=None)


def _some_answers(book: Book, sheet: Sheet, step: int) -> list[tuple[str, tuple[int, int]]]:
    """Return some of the answers of a sheet and their places."""
    places = {sheet.address(*place): place for place in sheet.cells}
    return [(address, places[address]) for address in list(book.answers)[::step] if address in places]


@layout("a percentage of progress, shown 0 % to 100 %", "avancement.xlsx", misleading=True)
def _progress(book: Book, random: Random) -> None:
    def progress(place: int, notes: Notes, random: Random) -> Value:
        return Styled(random.choice((0, 0.25, 0.5, 1)), "0%")

    done = Column("other", "Avancement", cell=progress)
    simple(book, random, (LINE, *note_columns(), done, COMMENT))


@layout("values out of the scale", "hors barème.xlsx", misleading=True)
def _out_of_scale(book: Book, random: Random) -> None:
    sheet, _ = simple(book, random)
    odd: tuple[Value, ...] = (4, 1.5, "2 ou 3", "?", "à voir", -1, "1→2", 10, "2+", "30%", Styled(1, "0%"))
    for turn, (address, place) in enumerate(_some_answers(book, sheet, 5)):
        sheet.cells[place] = odd[turn % len(odd)]
        book.answers[address] = book.answers[address]._replace(note=None)


@layout("a sheet of last year beside this year's", "deux années.xlsx", misleading=True)
def _two_years(book: Book, random: Random) -> None:
    simple(book, random, sheet="2025")
    kept = dict(book.answers)
    notes = dict(book.comments)
    simple(book, random, sheet="2024")
    book.others |= book.answers.keys() - kept.keys() | book.comments.keys() - notes.keys()
    book.answers, book.comments = kept, notes


@layout("aims for next year beside the notes", "objectifs.xlsx", misleading=True)
def _aims(book: Book, random: Random) -> None:
    aims = _other_columns(NAMES, "Objectif 2026")
    simple(book, random, (LINE, *note_columns(band="Situation 2025"), *aims, COMMENT))


@layout("an example of filling above the table", "exemple.xlsx", misleading=True)
def _example(book: Book, random: Random) -> None:
    sheet, _ = simple(book, random, row=10)
    _, text = grid_missions()[0].lines[1]
    sheet.put(2, 0, "Exemple de remplissage :")
    for offset, name in enumerate(("Missions", *NAMES)):
        sheet.put(3, offset, name)
    sheet.put(4, 0, text)
    for offset, note in enumerate(("3", "0", "NC"), 1):
        book.other(sheet, 4, offset, int(note) if note.isdigit() else note)


@layout("a second sheet that repeats the notes by formulas", "synthèse.xlsx", misleading=True)
def _repeats(book: Book, random: Random) -> None:
    sheet, _ = simple(book, random)
    copy = book.sheet("Synthèse")
    for (row, column), value in sheet.cells.items():
        answer = book.answers.get(sheet.address(row, column))
        if answer is not None and not isinstance(value, Formula | Styled | date):
            letter = chr(ord("A") + column)
            copy.put(row, column, Formula(f"=Grille!{letter}{row + 1}", value))
            book.copies[copy.address(row, column)] = answer
        elif sheet.address(row, column) not in book.comments:
            copy.put(row, column, value)


@layout("an action plan that repeats the lines", "plan d'action.xlsx", misleading=True)
def _plan(book: Book, random: Random) -> None:
    simple(book, random)
    sheet = book.sheet("Plan d'action 2026")
    for offset, heading in enumerate(("Activité à développer", "Priorité", "Échéance (trimestre)", "Coût")):
        sheet.put(0, offset, heading)
    for row, (_, text) in enumerate(grid_missions()[1].lines[:6], 1):
        sheet.put(row, 0, text)
        book.other(sheet, row, 1, random.randint(1, 3))
        book.other(sheet, row, 2, random.randint(1, 4))
        book.other(sheet, row, 3, random.choice((0, 1500)))


@layout("hidden columns of a former year", "colonnes masquées.xlsx", misleading=True)
def _hidden(book: Book, random: Random) -> None:
    former = _other_columns(tuple(f"{name} 2023" for name in NAMES))
    sheet, _ = simple(book, random, (LINE, *former, *note_columns(), COMMENT))
    sheet.hidden_columns.update((1, 2, 3))


@layout("a scale from 1 to 4", "échelle de 1 à 4.xlsx", misleading=True)
def _four_steps(book: Book, random: Random) -> None:
    """Draw known lines with another scale: 1 means what the grid calls 0."""
    sheet, row = simple(book, random, spell=lambda note, _: note + 1 if isinstance(note, int) else note)
    sheet.put(1, 0, "Chaque activité est notée de 1 (pas du tout) à 4 (totalement)")
    steps = ((1, "Pas du tout"), (2, "Partiellement"), (3, "Majoritairement"), (4, "Totalement"))
    draw_legend(sheet, row + 1, 0, steps)
    for address, answer in book.answers.items():
        if isinstance(answer.note, int):
            book.answers[address] = answer._replace(note=None)


@layout("a scale turned over", "échelle inversée.xlsx", misleading=True)
def _turned(book: Book, random: Random) -> None:
    sheet, row = simple(book, random, spell=lambda note, _: 3 - note if isinstance(note, int) else note)
    steps = ((0, "Totalement"), (1, "Majoritairement"), (2, "Partiellement"), (3, "Pas du tout"))
    draw_legend(sheet, row + 1, 0, (*steps, ("NC", "Non concerné")))
    for address, answer in book.answers.items():
        if isinstance(answer.note, int):
            book.answers[address] = answer._replace(note=None)


NEAR = {
    "m1.a05": "Propose des ajustements du budget de la CTG si nécessaire",
    "m1.a07": "Crée des indicateurs de suivi interne des équipements en gestion associative",
    "m1.a08": "Crée et suit des tableaux de bords de fréquentation et de qualité",
    "m1.a14": "Suit le partenariat associatif",
    "m3.a01": "Identifie et mobilise les habitants relais du territoire",
    "m4.a11": "Soutient les initiatives des élus, des agents et des associations",
}
"""Lines that look like one of the grid and mean another: they must not be taken for it."""


@layout("lines near those of the grid, that mean another", "grille adaptée.xlsx", misleading=True)
def _near(book: Book, random: Random) -> None:
    missions = tuple(
        mission._replace(
            lines=tuple((NEAR.get(line, line), NEAR.get(line, text)) for line, text in mission.lines)
        )
        for mission in grid_missions()
    )
    simple(book, random, missions=missions)


@layout(
    "years of several columns, one policy at a time", "famille 4 ans.ods", by_hand_as_ods, misleading=True
)
def _four_years(book: Book, random: Random) -> None:
    """Nothing says which year is meant: every filled cell must be asked about or named."""
    sheet = book.sheet("Famille")
    years = tuple(Column("note", str(year), FAMILY) for year in (2022, 2023, 2024, 2025))
    draw_table(book, sheet, Table((LINE, *years), grid_missions(), row=1), random)
    _unclear(book)


@layout(
    "two towns side by side", "communes.csv", lambda book: by_hand_as_csv(book, ";", "utf-8"), misleading=True
)
def _towns(book: Book, random: Random) -> None:
    towns = (*note_columns(band="Tulle"), *note_columns(band="Naves"))
    simple(book, random, (LINE, *towns))
    _unclear(book)


@layout("a column of meetings counted", "réunions.xlsx", misleading=True)
def _meetings(book: Book, random: Random) -> None:
    meetings = Column("other", "Nb de réunions", cell=_one_to_three)
    simple(book, random, (LINE, *note_columns(), meetings, COMMENT))


def _two_tables(book: Book, sheet: Sheet, row: int, random: Random) -> None:
    for place, (_, text) in enumerate(grid_missions()[0].lines):
        sheet.put(row + place, 0, text)
        for column, note in enumerate(random_notes(random).values(), 1):
            book.other(sheet, row + place, column, note)


@layout("the answers of a colleague below, for comparison", "comparaison.xlsx", misleading=True)
def _below(book: Book, random: Random) -> None:
    sheet, row = simple(book, random, missions=grid_missions()[:1])
    sheet.put(row + 2, 0, "Pour mémoire : réponses de la CC voisine")
    for offset, name in enumerate(("Missions", *NAMES)):
        sheet.put(row + 3, offset, name)
    _two_tables(book, sheet, row + 4, random)


def _spelled(note: Note, random: Random) -> Value:
    return f"{note}/3" if isinstance(note, int) else note


@layout("notes written out of three", "sur trois.xlsx", misleading=True)
def _out_of_three(book: Book, random: Random) -> None:
    simple(book, random, CAF_COLUMNS, spell=_spelled)


@layout("ticks for the policies concerned, one note", "note unique.xlsx", misleading=True)
def _concerned(book: Book, random: Random) -> None:
    """Tick the policies and note once: nothing says that the note goes to each policy ticked."""

    def tick(place: int, notes: Notes, random: Random) -> Value | None:
        return random.choice(("X", "X", None))

    ticks = tuple(Column("other", name, "", "Politiques concernées", cell=tick) for name in NAMES)
    simple(book, random, (LINE, *ticks, Column("note", "Note", FAMILY), COMMENT))
    _unclear(book)


@layout("two themes under each policy", "thématiques.xlsx", misleading=True)
def _two_themes(book: Book, random: Random) -> None:
    """Give two notes where the grid has one: no reader can choose."""
    themes = ("Petite enfance", "Parentalité", "Enfance", "Jeunesse", "Vie sociale", "Accès aux droits")
    columns = tuple(
        Column("note", theme, POLICIES[place // 2], NAMES[place // 2]) for place, theme in enumerate(themes)
    )
    simple(book, random, (LINE, *columns, COMMENT))
    _unclear(book)


@layout("an overall note on the row of each mission", "note de mission.xlsx", misleading=True)
def _overall(book: Book, random: Random) -> None:
    sheet, _ = simple(book, random)
    titles = {mission.title for mission in grid_missions()}
    for row in [row for (row, column), value in sheet.cells.items() if column == 0 and value in titles]:
        for column in (1, 2, 3):
            book.other(sheet, row, column, random.randint(0, 3))


@layout("a line written twice with other notes", "doublon.xlsx", misleading=True)
def _twice(book: Book, random: Random) -> None:
    first = grid_missions()[0]
    doubled = first._replace(lines=(*first.lines, first.lines[2]))
    sheet, _ = simple(book, random, missions=(doubled,))
    line, text = first.lines[2]
    above, below = (row for (row, column), value in sheet.cells.items() if column == 0 and value == text)
    for column, (policy, note) in enumerate(zip(POLICIES, (0, 1, 3), strict=True), 1):
        for place, value in ((above, note), (below, 2)):
            book.answer(sheet, place, column, value, Answer(line, policy, None))
