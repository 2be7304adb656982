"""Synthèse: the large radar, all the figures, the lines to discuss, the findings before sending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.containers import Container, Horizontal
from textual.widget import Widget

from ctg_tui.chart.figures import figures
from ctg_tui.chart.levels import GLYPHS, Level
from ctg_tui.chart.picture import sentences
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import FigureRow, Scores, figure_rows, totals
from ctg_tui.domain.steps import FindingCode
from ctg_tui.services.grid_files import apart_names
from ctg_tui.tui.characters import fit, shortened, shown
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.comments import with_previous
from ctg_tui.tui.page import Page
from ctg_tui.tui.results import items
from ctg_tui.tui.steps import place_of, visit_finding
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.figures import RadarPanel
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    TITLE,
    Item,
    Line,
    Listing,
    Piece,
    gap,
    hanging,
    section_title,
    sentence,
)
from ctg_tui.wording.french import MOMENTS, NBSP, explain, territory_name, wrap
from ctg_tui.wording.lines import HIGH_NOTES, LOW_NOTES
from ctg_tui.wording.provenance import (
    MARK,
    TOTAL,
    basis,
    count_apart,
    in_one,
    marked,
    short_title,
    short_total_name,
    total_name,
)
from ctg_tui.wording.results import Differences, DifferentLine

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_COMMANDS: Final = (
    Command(
        "radar.calcul",
        "unfold",
        "le calcul",
        "Sur un chiffre : afficher le calcul",
        letters=("enter",),
        bar=10,
    ),
    Command(
        "radar.precedent",
        "previous_outline",
        "comparer à l’an dernier",
        "Montrer ou cacher le tracé de l’évaluation précédente",
        bar=11,
    ),
    Command(
        "radar.retour",
        "leave",
        "retour",
        "Revenir à la page précédente",
        ("escape",),
        bar=20,
        group="Aller",
    ),
)


class RadarScreen(Page):
    """The radar as large as the window allows, its table and its sentence."""

    TITLE_IN_HELP = "Radar"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    RadarScreen {
        #radar { height: 1fr; layout: horizontal; }
        RadarPanel { width: 1fr; height: 100%; }
        Listing { width: 52; height: 100%; }
        &.-moyen Listing { width: 46; }
        &.-vaste Listing { width: 66; }
        &.-etroit #radar { layout: vertical; }
        &.-etroit RadarPanel { width: 100%; height: 2fr; }
        &.-etroit Listing { width: 100%; height: 1fr; }
        &.-etroit.-bas Listing { height: 4; }
        &.-etroit.-bas.-exemple Listing { height: 3; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.set_class(self.is_example, "-exemple")
        self._unfolded: frozenset[str] = frozenset()
        self.view = self._view()

    def _view(self) -> View:
        opened = self.opened
        return View(opened.grid, opened.assessment, opened.scores, opened.grid.cells[0])

    def body(self) -> Iterable[Widget]:
        with Container(id="radar"):
            yield RadarPanel(self.view, self.level, alone=True)
            yield Listing(list(self._items()))

    def headline(self) -> tuple[str, str]:
        identity = self.opened.assessment.identity
        return (
            f"Radar · {territory_name(identity)} · {identity.year} · {MOMENTS[identity.moment]}",
            in_one(totals(self.opened.scores)),
        )

    def _items(self) -> Iterator[Item]:
        view = self.view
        yield from figures_items(view.grid, view.scores, self.level, self._unfolded)
        yield section_title("Le même radar, en mots")
        drawn = figures(
            view.grid, view.scores, previous=view.previous, previous_name=shown(view.previous_name)
        )
        for text in sentences(drawn):
            yield sentence(shown(text))

    def _show(self, view: View) -> None:
        self.view = view
        self.query_one(RadarPanel).show(view)
        self.query_one(Listing).show(list(self._items()))

    def on_show_again(self) -> None:
        self._show(self._view()._replace(drawn=self.view.drawn))

    # commands

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_unfold()

    def action_unfold(self) -> None:
        """Explain the figures of the row under the cursor; once more, fold it."""
        key = self.query_one(Listing).key
        if key is not None:
            self._unfolded ^= {key}
            self.query_one(Listing).show(list(self._items()))

    def action_previous_outline(self) -> None:
        self._show(with_previous(self, self.view))


# The items of the synthesis that say what changed since last time.

CHANGED: Final = "changements"
"""The section; a key is `changements:rank:grid id`."""


def difference_items(found: Differences) -> Iterator[Item]:
    """Yield the sentence, then each line that changed, under the way it changed."""
    yield section_title(found.title, "Entrée : voir la ligne" if found.sections else "")
    yield sentence(found.summary)
    for rank, section in enumerate(found.sections):
        yield _heading(f"{section.title} ({count_apart(section.number, 'ligne')})")
        yield from (_line(line, rank) for line in section.lines)
        yield gap()


def _heading(title: str) -> Item:
    return Item(None, lambda width: [(Piece(title, STRONG),)])


def _line(line: DifferentLine, rank: int) -> Item:
    head = Piece(f"{line.number:<6} ", SOFT)
    indent = Piece(" " * len(head.text))

    def lines(width: int) -> Sequence[Line]:
        notes = hanging(indent, line.notes, width, STRONG) if line.notes else ()
        quoted = hanging(indent, f"✎ {line.quoted}", width, SOFT)[:1] if line.quoted else ()
        return [*hanging(head, line.label, width), *notes, *quoted]

    return Item(None if line.id is None else f"{CHANGED}:{rank}:{line.id}", lines)


# The table mission × policy, beside the radar: one row per mission, one for each whole; a row unfolds.

FIGURES: Final = "figures"
"""The section of the table; a key is `figures:mission id`, with the mark for proposed lines."""
WHOLE_KEY: Final = "ensemble"
_NAME: Final = 16
"""The columns that names take at least, while the figures can give them."""
_MIN_COLUMN, _COMFORTABLE, _MAX_COLUMN = 7, 9, 12
_ANSWERS: Final = 10
_HEADING: Final = "Réalisation"


class _Columns(NamedTuple):
    """The widths of a row: its name, each figure, and the answers (0 without room)."""

    name: int
    figure: int
    answers: int


def _columns(width: int, figures: int, longest: int) -> _Columns:
    """Return the widths that leave room for the `longest` name, then for the heads of the figures."""
    narrow = max(_MIN_COLUMN, min(_COMFORTABLE, (width - _NAME) // figures))
    figure = max(narrow, min(_MAX_COLUMN, (width - longest - _ANSWERS) // figures))
    answers = _ANSWERS if width - figures * figure >= longest + _ANSWERS else 0
    return _Columns(max(width - figures * figure - answers, 0), figure, answers)


def figures_items(grid: Grid, scores: Scores, level: Level, unfolded: frozenset[str]) -> Iterator[Item]:
    """Yield the heads, a row per mission and one for each whole, and on how many lines they rest.

    The rows with a key in `unfolded` are followed by their counts and reasons.
    """
    marks = GLYPHS[level].marks
    symbols = [marks[number % (len(marks) - 1)] for number in range(len(grid.policies))] + [marks[-1]]
    names = [shown(policy.label) for policy in grid.policies] + [TOTAL]
    rows = figure_rows(grid, scores)
    titles = [_title(grid, row) for row in rows]
    longest = max(map(cell_len, titles)) + 1
    yield Item(None, lambda width: (_heads(symbols, names, _columns(width, len(names), longest)),))
    for row, title in zip(rows, titles, strict=True):
        short = shown(short_total_name(grid, row.is_proposed)) if row.portion is None else title
        yield _row(row, (title, short), names, unfolded, longest)
    yield Item(None, lambda _width: ((),))
    yield sentence(basis(grid))


def _title(grid: Grid, row: FigureRow) -> str:
    return shown(total_name(grid, row.is_proposed) if row.portion is None else short_title(row.portion))


def _heads(symbols: Sequence[str], names: Sequence[str], columns: _Columns) -> Line:
    heads = [
        f" {symbol} {shortened(name, columns.figure - 3)}".rjust(columns.figure)
        for symbol, name in zip(symbols, names, strict=True)
    ]
    answers = "réponses".rjust(columns.answers) if columns.answers else ""
    return Piece(fit(_HEADING, columns.name), TITLE), Piece("".join(heads) + answers, SOFT)


def _row(
    figures: FigureRow, titles: tuple[str, str], names: Sequence[str], unfolded: frozenset[str], longest: int
) -> Item:
    """Make a row; `titles` are its name in full, and the one for a column too narrow for it."""
    portion, is_proposed = figures.portion, figures.is_proposed
    place = WHOLE_KEY if portion is None else portion.mission.id
    key = f"{FIGURES}:{place}{MARK if is_proposed else ''}"
    tallies = [*figures.tallies, figures.whole]

    def cells(values: Iterable[str], columns: _Columns) -> str:
        return "".join(value.rjust(columns.figure) for value in values)

    def lines(width: int) -> Sequence[Line]:
        columns = _columns(width, len(tallies), longest)
        role = STRONG if portion is None else PLAIN
        title = titles[cell_len(titles[0]) > columns.name]
        figure = cells((marked(tally, is_proposed) for tally in tallies), columns)
        answers = f"{figures.whole.answered}/{figures.whole.cells}".rjust(columns.answers)
        row: Line = (
            Piece(fit(title, columns.name), role),
            Piece(figure, STRONG),
            Piece(answers if columns.answers else "", SOFT),
        )
        if key not in unfolded:
            return (row,)
        counts = [
            ("notées", [str(tally.rated) for tally in tallies]),
            ("NC", [str(tally.not_concerned) for tally in tallies]),
            ("sans réponse", [str(tally.blank) for tally in tallies]),
        ]
        details: list[Line] = [
            (Piece(fit(f"  {label}", columns.name), SOFT), Piece(cells(values, columns)))
            for label, values in counts
        ]
        for name, tally in zip(names, tallies, strict=True):
            reason = typeset(f"{name}{NBSP}: {explain(tally)}")
            details += [(Piece(f"  {line}", ACCENT),) for line in wrap(reason, max(width - 2, 1))]
        return (row, *details, ())

    return Item(key, lines)


_GO = "Aller"


_SUMMARY_COMMANDS: Final = (
    Command(
        "synthese.choisir",
        "choose",
        "voir le détail",
        "Sur un chiffre : afficher le calcul ; sur une ligne : y aller",
        letters=("enter",),
        bar=10,
    ),
    Command(
        "synthese.deplier",
        "unfold",
        "déplier",
        "Sur un chiffre : afficher le calcul ; sur une ligne, la lire en entier avec son commentaire",
        letters=("space",),
        bar=11,
    ),
    Command(
        "synthese.section",
        "next_section",
        "suite",
        "Passer à la partie suivante : chiffres, éléments manquants, points à travailler, points forts",
        ("f3",),
        bar=12,
    ),
    Command(
        "synthese.precedent",
        "previous_outline",
        "comparer à l’an dernier",
        "Montrer ou cacher le tracé de l’évaluation précédente",
        bar=14,
    ),
    Command(
        "synthese.grille",
        "",
        "grille",
        "Revenir à la grille",
        ("ctrl+g",),
        bar=30,
        group=_GO,
        goes_to=Destination.GRID,
    ),
    to(
        Destination.PREPARATION,
        "synthese",
        help="Préparer l’entretien avec la Caf, et les actions",
        bar=15,
        group=_GO,
    ),
    Command(
        "synthese.retour",
        "leave",
        "retour",
        "Revenir à la page précédente",
        ("escape",),
        bar=20,
        group=_GO,
    ),
)


class FigureList(Listing):
    """The table, then the lines to discuss."""


class SendingList(Listing):
    """What is missing before sending, always in sight."""


class SummaryScreen(Page):
    """The table and the lists at the left, the radar at the right, what is missing always below."""

    TITLE_IN_HELP = "Synthèse"
    KEY_COMMANDS = _SUMMARY_COMMANDS
    DEFAULT_CSS = """
    SummaryScreen {
        #synthese { height: 1fr; }
        RadarPanel { width: 1fr; height: 100%; }
        FigureList { width: 3fr; min-width: 44; }
        RadarPanel { width: 2fr; }
        SendingList { max-height: 9; border-top: solid $filet; }
        &.-vaste FigureList, &.-vaste RadarPanel { width: 1fr; }
        &.-moyen FigureList { width: 46; }
        &.-moyen RadarPanel { width: 1fr; }
        &.-etroit RadarPanel { display: none; }
        &.-etroit FigureList { width: 1fr; }
        &.-normal SendingList { max-height: 5; }
        &.-bas SendingList { max-height: 4; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._unfolded: frozenset[str] = frozenset()
        self.view = self._view()

    def _view(self) -> View:
        opened = self.opened
        return View(
            opened.grid, opened.assessment, opened.scores, opened.grid.cells[0], saved_at=opened.saved_at
        )

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="synthese"):
            yield FigureList(self._items())
            yield RadarPanel(self.view, self.level, alone=True)
        yield SendingList(self._missing())

    def on_mount(self) -> None:
        self._show_missing()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: F4 leads here."""
        return tuple(one for one in super().commands() if one.goes_to is not Destination.RESULTS)

    def headline(self) -> tuple[str, str]:
        identity = self.opened.assessment.identity
        name = territory_name(identity)
        both = totals(self.opened.scores)
        proposed = f" · {MARK} {both.proposed.answered}/{both.proposed.cells}" if both.proposed else ""
        return (
            f"Synthèse · {name} · {identity.year} · {MOMENTS[identity.moment]}",
            f"{both.whole.answered}/{both.whole.cells} réponses{proposed}",
        )

    def _items(self) -> list[Item]:
        opened = self.opened
        grid, assessment = opened.grid, opened.assessment
        low = ("À travailler (notes 0 et 1)", LOW_NOTES, "Aucune case notée 0 ou 1.")
        names: Mapping[str, str] = self.read(lambda: apart_names(self.workspace, grid, assessment), {})
        high = ("Points forts (notes 3)", HIGH_NOTES, "Aucune case notée 3.")
        unfolded = self._unfolded
        return [
            *figures_items(grid, opened.scores, self.level, unfolded),
            *self._changed_items(),
            *items.rated_items(grid, assessment, items.LOW, *low, unfolded=unfolded),
            *items.rated_items(grid, assessment, items.HIGH, *high, unfolded=unfolded),
            *items.apart_items(grid, assessment, names),
        ]

    def _changed_items(self) -> Iterable[Item]:
        from ctg_tui.tui.comments import last_time
        from ctg_tui.wording.results import differences

        opened = self.opened
        last = last_time(self)
        found = None if last is None else differences(last, opened.grid, opened.assessment)
        return () if found is None else difference_items(found)

    def _missing(self) -> list[Item]:
        opened = self.opened
        return list(items.missing_below(opened.grid, opened.assessment, received=opened.is_received))

    def _show_missing(self) -> None:
        """Show what is missing, in the lines that it needs and the rule above it."""
        missing = self._missing()
        self._sending.show(missing)
        self._sending.styles.height = len(missing) + 1

    @property
    def _figures(self) -> FigureList:
        return self.query_one(FigureList)

    @property
    def _sending(self) -> SendingList:
        return self.query_one(SendingList)

    def _show_radar(self, view: View) -> None:
        self.view = view
        self.query_one(RadarPanel).show(view)

    def on_show_again(self) -> None:
        self._show_radar(self._view()._replace(drawn=self.view.drawn))
        self._figures.show(self._items())
        self._show_missing()

    # commands

    @property
    def _key(self) -> str:
        """The key under the cursor of the list that has the focus."""
        focused = self.focused
        return (focused.key or "") if isinstance(focused, Listing) else ""

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self._choose(message.key)

    def action_choose(self) -> None:
        """On figures, explain the percentage; on a line or on what is missing, go to it."""
        self._choose(self._key)

    def _choose(self, chosen: str) -> None:
        section, _, key = chosen.partition(":")
        if section == FIGURES:
            self._unfold(chosen)
        elif section == items.MISSING:
            self._go_to_finding(key)
        elif section:
            self.visit(Destination.GRID, place=place_of(self.opened.grid, key.rpartition(":")[2]))

    def action_unfold(self) -> None:
        """Show the whole of the item under the cursor; once more, fold it."""
        section = self._key.partition(":")[0]
        if section in {FIGURES, items.LOW, items.HIGH}:
            self._unfold(self._key)

    def _unfold(self, key: str) -> None:
        self._unfolded ^= {key}
        self._figures.show(self._items())

    def _go_to_finding(self, code: str) -> None:
        if code in {FindingCode.UNKNOWN_LINES, FindingCode.ALL_NOT_CONCERNED}:  # shown on this page
            self._figures.focus()
        else:
            visit_finding(self, code)

    def action_next_section(self) -> None:
        """Go to the first item of the next section, going round; what is missing comes after the figures."""
        keys = [key for key in self._figures.keys if key is not None]
        sections = list(dict.fromkeys(key.partition(":")[0] for key in keys))
        if any(self._sending.keys):
            sections.insert(1, items.MISSING)
        here = self._key.partition(":")[0]
        following = sections[(sections.index(here) + 1) % len(sections)] if here in sections else sections[0]
        if following == items.MISSING:
            self._sending.focus()
        else:
            self._figures.focus()
            self._figures.select(next(key for key in keys if key.startswith(f"{following}:")), at_top=True)

    def action_previous_outline(self) -> None:
        self._show_radar(with_previous(self, self.view))
