"""Accueil: the territories and their years; the first frame of the program.

What the chosen year needs, at the right, is painted once the first frame is there: see `widgets.preview`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.containers import Vertical
from textual.widget import Widget

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.details import same_territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import campaign_year
from ctg_tui.domain.text import match_rank
from ctg_tui.services.workspace import grouped
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, Destination, cmd, to
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Listing, Piece, hanging, spread
from ctg_tui.wording.french import (
    MOMENTS,
    NARROW,
    NBSP,
    STATUSES_OF_ASSESSMENT,
    assessment_name,
    day,
    short_territory,
    wrap,
)

if TYPE_CHECKING:
    from pathlib import Path

    from textual.events import Paste

    from ctg_tui.services.editing import Session
    from ctg_tui.services.home import SentAndHeard
    from ctg_tui.services.workspace import Summary, Workspace
    from ctg_tui.tui.list_page import HomeFilter
    from ctg_tui.tui.widgets.preview import HomeFoot, HomePreview, LetterRow


def _summary(
    name: str, keys: str, action: str, label: str, bar: int | None, sentence: str, when: str
) -> Command:
    return cmd(f"accueil.{name}", keys, action, label, bar, sentence, when=when)


COMMANDS: Final = (
    _summary("ouvrir", "enter", "open", "continuer", 1, "Ouvrir l’année choisie", "can_open"),
    to(Destination.FORM, "accueil", when="has_chosen"),
    to(Destination.FORECAST, "accueil", when="has_chosen"),
    to(Destination.GRID, "accueil", keys=("ctrl+g",), when="has_chosen"),
    _summary(
        "changements",
        "m",
        "read_changes",
        "changements",
        None,
        "Lire ce qui a changé depuis les derniers fichiers créés",
        "has_sending",
    ),
    _summary(
        "suivante",
        "d",
        "begin_next",
        "année suivante",
        3,
        "Commencer l’année suivante : personnes et NC sont repris, les notes sont à donner",
        "can_begin_next",
    ),
    _summary(
        "reponses",
        "",
        "visit('ANSWERS')",
        "réponses",
        None,
        "Lire ce que la Caf a répondu, et y répondre",
        "has_answer",
    ),
    cmd(
        "accueil.fichier",
        "o",
        "",
        "ouvrir un fichier",
        5,
        "Ouvrir un fichier : réponse de la Caf, fichier d’un collègue, tableur, grille, sauvegarde",
        goes_to=Destination.OPENING,
    ),
    cmd("accueil.nouvelle", "n", "create", "nouvelle année", 7, "Commencer une année"),
    cmd(
        "accueil.recues",
        "r",
        "",
        "fichiers reçus",
        6,
        "Les fichiers reçus d’autres personnes",
        goes_to=Destination.RECEIVED,
        when="has_received",
    ),
    cmd(
        "accueil.sauvegardes",
        "s",
        "",
        "sauvegardes",
        9,
        "Voir les sauvegardes, et en restaurer une",
        goes_to=Destination.RESTORE,
    ),
    cmd("accueil.exemple", "x", "example", "exemple", 8, "Voir un exemple rempli : rien n’en est enregistré"),
    to(Destination.GRIDS, "accueil"),
    _summary(
        "supprimer",
        "delete",
        "delete",
        "supprimer",
        None,
        "Supprimer l’année choisie (une sauvegarde est faite avant)",
        "has_chosen",
    ),
    _summary(
        "chercher", "f7", "filter", "chercher", 10, "Chercher un territoire, une année, un nom", "has_chosen"
    ),
    _summary("tout", "escape", "end_filter", "tout montrer", 0, "Tout montrer de nouveau", "is_filtered"),
)
_FEW: Final = 12
"""The assessments from which looking for one stands in the bar."""
_INDENT: Final = 8
_NARROW_INDENT: Final = 2
"""Columns before what is said below a year."""
_ALONE: Final = 54
"""Columns from which the list has no preview beside it, and shows the progress itself."""

_BESIDE_DOORS: Final = {
    "accueil.ouvrir": (1, "choisir"),
    "app.quitter": (2, "quitter"),
    **{f"accueil.{name}": (None, "") for name in ("fichier", "nouvelle", "exemple", "sauvegardes")},
}
"""Rank and word of the keys below the doors of an empty list: each door names its own."""

GRID_DOOR, EXAMPLE_DOOR, FILE_DOOR = "porte-grille", "porte-exemple", "porte-fichier"


def _beside_doors(command: Command) -> Command:
    """Return a command with its rank and its words where nothing but the doors is there."""
    rank, label = _BESIDE_DOORS.get(command.id, (command.bar, ""))
    return command._replace(bar=rank, label=label or command.label, wide="" if label else command.wide)


class HomeScreen(Page):
    """The list of years, and the commands on one of them."""

    TITLE_IN_HELP = "Accueil"
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    HomeScreen {
        layout: grid;
        grid-size: 2 1;
        grid-columns: 36 1fr;
        #annees, #choisie { margin-top: 1; }
        Listing { padding: 0 1; }
        Listing:focus>.option-list--option-highlighted {
            background: $panel; color: $foreground; text-style: bold;
        }
        &.-large { grid-columns: 54 1fr; }
        &.-etroit, &.-vide { grid-size: 1 1; grid-columns: 1fr; #choisie { display: none; } }
        &.-vide Listing { padding: 0 2; }
        &.-vide Listing:focus>.option-list--option-highlighted {
            background: $curseur; color: $curseur-texte;
        }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self.add_class("-deux")
        self._summaries: dict[str, Summary] = {}
        self._has_received = False
        self._words = ""
        """The words of the filter."""
        self._filter: HomeFilter | None = None
        self._preview: HomePreview | None = None
        self._foot: HomeFoot | None = None
        self._heard: dict[int, SentAndHeard] = {}
        """What was made for the Caf and what it answered, by id of the assessments with something to say."""
        self._example: Workspace | None = None

    def body(self) -> Iterable[Widget]:
        rows = self._items()
        self._listing = Listing(rows, next(iter(self._summaries), GRID_DOOR))
        self._left = Vertical(self._listing, id="annees")
        yield self._left

    def headline(self) -> tuple[str, str]:
        today = day(self.workspace.today())
        state = f"tout est enregistré · {today}" if self._summaries else today
        return "Vos auto-évaluations CTG", state

    def on_option_list_option_highlighted(self, message: Listing.OptionHighlighted) -> None:
        """Show the preview of the year under the cursor, and the keys that it needs first."""
        message.stop()
        self._preview_soon()
        self._bar.show(self.commands())

    # the list

    def _items(self) -> list[Item]:
        try:
            summaries = self.workspace.summaries()
            self._has_received = self.workspace.store.has_submissions()
        except Refusal as refusal:
            if not self._summaries:  # keep the list: an empty one would say that there is nothing to lose
                self.add_class("-vide")
                why = refusal.sentences()
                return [
                    Item(None, lambda width: ((), *((Piece(x, STRONG),) for x in wrap(why, min(width, 76)))))
                ]
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        if self._preview is not None:  # the first frame does without
            self._read_heard()
        self.set_class(not summaries, "-vide")
        if not summaries:
            return _door_items()
        found = [one for one in summaries if match_rank(self._words, *one.words) is not None]
        if not found:
            return [Item(None, lambda width: ((), (Piece(fit("Rien ne correspond.", width), SOFT),)))]
        return [item for name, group in grouped(found) for item in self._group(name, group)]

    def _group(self, name: str, group: Sequence[Summary]) -> Iterator[Item]:
        title = shown(short_territory(name))
        yield Item(None, lambda width: [(Piece(line, SOFT),) for line in wrap(title, width)])
        for summary in group:
            number = summary.entry.id
            yield _year_item(summary, self._heard.get(number))
        yield Item(None, lambda _width: ((),))

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        was_empty = self.has_class("-vide")
        rows = self._items()
        if key is None and was_empty != self.has_class("-vide"):
            key = next(iter(self._summaries), GRID_DOOR)
        self._listing.show(rows, key)
        self.refresh_frame()
        self._preview_soon()

    def _read_heard(self) -> None:
        """Read what was made for the Caf, what changed since, and what it answered."""
        from ctg_tui.services.home import each_sent_and_heard

        self._heard = self.read(
            lambda: each_sent_and_heard(self.workspace, self._summaries.values()), self._heard
        )

    def on_show_again(self) -> None:
        """Read the list again, and choose an assessment created meanwhile."""
        before = {*self._summaries}
        self.reload()
        new_keys = [key for key in self._summaries if key not in before]
        if new_keys:
            self._listing.select(new_keys[0])

    @property
    def _chosen(self) -> Summary | None:
        return self._summaries.get(self._listing.key or "") if self._listing.is_attached else None

    # the preview and the filter

    def on_started(self) -> None:
        """Show the preview, now that the first frame is painted and the modules it needs are imported."""
        from ctg_tui.tui.widgets.preview import HomeFoot, HomePreview

        if not self._summaries and self._has_received and self.is_current:
            self.visit(Destination.RECEIVED)
        self._preview = HomePreview(self.workspace)
        self._foot = HomeFoot()
        self.mount(Vertical(self._preview, self._foot, id="choisie"), after=self._left)
        self._read_heard()
        if self._heard:
            self.reload()
        self._preview_soon()

    def _preview_soon(self) -> None:
        if self._preview is not None and self._foot is not None:
            chosen = self._chosen
            following = self.next_year if self.is_final and self.can_begin_next else None
            self._preview.show_soon(chosen, following, self._heard_of_chosen)
            self._foot.show(self._letters())

    def on_home_preview_read(self, message: HomePreview.Read) -> None:
        """Name the line that Entrée goes on at."""
        message.stop()
        self._bar.show(self.commands())

    async def on_home_preview_pressed(self, message: HomePreview.Pressed) -> None:
        message.stop()
        await self.run_action(message.action)

    async def action_filter(self) -> None:
        """Show the field of the filter."""
        from ctg_tui.tui.list_page import HomeFilter

        if self._filter is None:
            self._filter = HomeFilter(self._use_filter, self._listing.focus)
            await self.mount(self._filter)
        self._filter.take_focus()
        self.refresh_frame()

    def _use_filter(self, words: str) -> None:
        self._words = words
        self.reload()

    async def action_end_filter(self) -> None:
        """Show every assessment again."""
        if self._filter is None:
            return
        filter_row, self._filter = self._filter, None
        self._listing.focus()
        await filter_row.remove()
        self._use_filter("")

    # opening

    def open_chosen(self, *, asks: bool = True) -> Session | None:
        """Return the chosen assessment, opened; None, with a message, if there is none or it is refused."""
        if self._chosen is None:
            self.show_message("Aucune évaluation n’est choisie.")
            return None
        try:
            return self.workspace.open(self._chosen.entry.id, asks=asks)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def go_to(self, destination: Destination) -> None:
        """Visit a page with the chosen assessment; backups and grids are those of all assessments."""
        alone = {Destination.RESTORE, Destination.RECEIVED}
        if self._chosen is None:
            alone |= {Destination.GRIDS}
        elif self._chosen.grid is None:
            alone |= {Destination.GRIDS}  # the missing grid can be installed there
        if destination is Destination.OPENING:
            self._open_file()
        elif destination in alone:
            self.visit(destination)
        elif (session := self.open_chosen()) is not None:
            self.visit(destination, session)

    def on_paste(self, event: Paste) -> None:
        """Open the file or folder that was dropped on the window, or whose path was pasted."""
        from ctg_tui.services.opening import dropped_path

        event.stop()
        path = dropped_path(event.text)
        if path is None:
            self.show_message("Ce qui a été collé n’est pas un fichier.")
        else:
            self._open_file(path)

    def _open_file(self, path: Path | None = None) -> None:
        """Show « Ouvrir un fichier », on the file of `path`; a workbook can complete the chosen year."""
        from ctg_tui.tui.opening import OpeningScreen

        if self.is_current:
            into = None if self._chosen is None else self._chosen.entry.id
            self.app.push_screen(OpeningScreen(self.workspace, None, path, into))

    # commands

    @property
    def has_received(self) -> bool:
        """Whether there are files of others."""
        return self._has_received

    @property
    def _heard_of_chosen(self) -> SentAndHeard | None:
        return None if self._chosen is None else self._heard.get(self._chosen.entry.id)

    @property
    def has_answer(self) -> bool:
        """Whether the Caf waits for an answer about the chosen assessment."""
        heard = self._heard_of_chosen
        return heard is not None and bool(heard.open_points)

    def _letters(self) -> tuple[LetterRow, ...]:
        """Return the letters of the page."""
        from ctg_tui.tui.widgets.preview import LetterRow

        received = (LetterRow("accueil.recues", "R", "Fichiers reçus"),) if self._has_received else ()
        return (
            LetterRow("accueil.fichier", "O", "Ouvrir un fichier", "réponse de la Caf, grille…"),
            LetterRow("accueil.nouvelle", "N", "Commencer une année", "ou un autre territoire"),
            *received,
            LetterRow("accueil.sauvegardes", "S", "Sauvegardes"),
            LetterRow("accueil.exemple", "X", "Voir l’exemple", "rien n’est enregistré"),
        )

    async def on_home_foot_pressed(self, message: HomeFoot.Pressed) -> None:
        message.stop()
        await self.action_letter(message.command)

    @property
    def has_chosen(self) -> bool:
        return self._chosen is not None

    @property
    def can_open(self) -> bool:
        """Whether Entrée has something to open: an assessment or a door."""
        return self.has_chosen or (self.has_class("-vide") and self._listing.key is not None)

    @property
    def is_final(self) -> bool:
        """Whether the files of a definitive sending were made of the chosen assessment."""
        sent = None if self._chosen is None else self._chosen.entry.sent
        return sent is not None and sent.is_final

    @property
    def has_sending(self) -> bool:
        """Whether files were made of the chosen assessment."""
        return self._chosen is not None and self._chosen.entry.sent is not None

    def action_read_changes(self) -> None:
        """Show what changed since the latest files of the chosen assessment."""
        from ctg_tui.tui.sending import read_changes

        session = self.open_chosen()
        if session is not None:
            read_changes(self, session)

    @property
    def is_filtered(self) -> bool:
        return self._filter is not None

    @property
    def next_year(self) -> int:
        """The year that follows the chosen one: that of the next campaign, when it is later."""
        if self._chosen is None:
            return 0
        grid = self._chosen.grid or self.workspace.catalogue.default
        proposed = campaign_year(grid.campaign, self.workspace.today())
        return max(proposed, self._chosen.entry.identity.year + 1)

    @property
    def can_begin_next(self) -> bool:
        """Whether the territory of the chosen assessment has none of a later year."""
        chosen = self._chosen
        return chosen is not None and not any(
            other.entry.identity.year > chosen.entry.identity.year
            and same_territory(other.entry.identity.territory, chosen.entry.identity.territory)
            for other in self._summaries.values()
        )

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, in the words and with the keys that what is there needs."""
        every = tuple(self._adapted(command) for command in super().commands())
        return every if self._summaries else tuple(map(_beside_doors, every))

    def _adapted(self, command: Command) -> Command:
        has_one = bool(self._summaries)
        match command.id:
            case "accueil.ouvrir":
                return command._replace(label=self._way_on, bar=None if self.is_filtered else 1)
            case "accueil.grille":
                label = "la grille"
                return command._replace(label=label, bar=3 if self._leads_elsewhere else None)
            case "accueil.suivante":
                label, bar = f"commencer {self.next_year}", 1 if self.is_final else None
                return command._replace(label=label, bar=bar, palette=True)
            case "accueil.fichier" | "accueil.nouvelle" | "accueil.recues" | "accueil.sauvegardes" if has_one:
                return command._replace(bar=command.bar if self.has_class("-etroit") else None)
            case "accueil.exemple" if has_one:
                return command._replace(bar=None)
            case "accueil.chercher" if len(self._summaries) <= _FEW:
                return command._replace(bar=None)
            case "app.quitter":
                return command._replace(action="app.quit", bar=2)
            case "etapes.resultats" | "etapes.suite":
                return command._replace(bar=None)
            case "etapes.envoi":
                return command._replace(bar=None if self.is_final else 2)
        return command

    @property
    def _way_on(self) -> str:
        if self.has_answer:
            return "répondre à la Caf"
        return "ouvrir" if self.is_final else "continuer"

    @property
    def _leads_elsewhere(self) -> bool:
        """Whether Entrée goes on elsewhere than in the grid of the chosen assessment."""
        is_full = self._preview is not None and self._preview.next_step is not None
        return self.has_answer or (is_full and not self.is_final)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_open()

    @property
    def has_steps(self) -> bool:
        """Whether an assessment is chosen: the steps are then its own."""
        return bool(self._summaries)

    def action_next_step(self) -> None:
        session = self.open_chosen()
        if session is not None:
            self.go_on(session)

    def action_open(self) -> None:
        door = self._listing.key
        if self._preview is None:  # pressed during the first frame
            self._read_heard()
        if door == EXAMPLE_DOOR:
            self.action_example()
        elif door == FILE_DOOR:
            self._open_file()
        elif self._chosen is None:
            self.action_create()
        elif self.has_answer:
            self.go_to(Destination.ANSWERS)
        elif self.is_final:
            self.go_to(Destination.GRID)
        elif (session := self.open_chosen()) is not None:
            self._continue(session)

    def _continue(self, session: Session) -> None:
        """Go on where the person left, at the next blank cell or, once there is none, at the next step."""
        from ctg_tui.services.home import cell_to_go_on_at
        from ctg_tui.tui.steps import place_of, visit_next

        cell = cell_to_go_on_at(session.grid, session.assessment, session.place)
        if cell is None:
            visit_next(self, session)
        else:
            self.visit(Destination.GRID, session, place_of(session.grid, cell.activity, cell.policy))

    def open_assessment(self, assessment_id: int, *, is_agreed: bool) -> None:
        """Open the grid of an assessment: another one took its place."""
        self.reload(str(assessment_id))
        if (session := self.open_chosen(asks=not is_agreed)) is not None:
            self.visit(Destination.GRID, session)

    def action_example(self) -> None:
        """Open a new example, in memory; what was tried in the former one is gone."""
        from ctg_tui.services.home import open_example

        self._close_example()
        self._example, session = open_example(self.workspace.clock)
        self.post_message(self.Visit(self, Destination.GRID, session, None, self._example))

    def _close_example(self) -> None:
        if self._example is not None:
            self._example.close()
            self._example = None

    def on_unmount(self) -> None:
        self._close_example()

    def action_create(self) -> None:
        """Show the form that begins an assessment."""
        from ctg_tui.tui.details import NewAssessmentScreen

        if self.is_current:
            self.app.push_screen(NewAssessmentScreen(self.workspace))

    # a next year, a version, a deletion, each asked first

    def action_begin_next(self) -> None:
        """Begin the next year from the chosen one, in its grid, on the first line."""
        chosen, year = self._chosen, self.next_year
        if chosen is None or self.workspace.catalogue.get(chosen.entry.grid_id) is None:
            self.open_chosen()  # shows the reason
        elif not self.can_begin_next:
            self.show_message("L’année suivante existe déjà.")
        else:
            self.ask(
                f"Commencer {year} à partir de {assessment_name(chosen.entry.identity)}{NARROW}? "
                "Les personnes et les NC sont repris ; les notes et les commentaires sont à écrire.",
                f"Commencer {year}",
                lambda: self._do(lambda: self.workspace.duplicate(chosen.entry.id, year, Moment.YEARLY)),
                loses=False,
            )

    def action_delete(self) -> None:
        """Remove the chosen one, after a backup."""
        if (chosen := self._chosen) is None:
            return

        def delete() -> None:
            if self._do(lambda: self.workspace.delete(chosen.entry.id), opens=False):
                self.show_message(
                    "Évaluation supprimée. La sauvegarde faite juste avant permet de la retrouver."
                )

        self.ask(
            f"Supprimer {assessment_name(chosen.entry.identity)}, ses notes et ses commentaires{NARROW}? "
            f"Une sauvegarde est faite avant, conservée 30{NBSP}jours au moins{NARROW}; "
            f"pour tout rétablir{NBSP}: touche S depuis l’accueil.",
            "Supprimer",
            delete,
        )

    def _do(self, edit: Callable[[], int | None], *, opens: bool = True) -> bool:
        """Run an edit of the workspace and reload the list; with `opens`, open the grid of the new one.

        Returns whether the edit was made; a refusal is shown.
        """
        try:
            new_id = edit()
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        self.reload(None if new_id is None else str(new_id))
        if opens:
            self.go_to(Destination.GRID)
        return True


# The items of the list: the years of each territory, or the three doors of an empty one.


def _year_item(summary: Summary, heard: SentAndHeard | None) -> Item:
    """Return a year and its state; where there is no preview beside it, its progress too."""
    entry, identity = summary.entry, summary.entry.identity
    sent = entry.sent
    state = "en cours" if sent is None else STATUSES_OF_ASSESSMENT[sent.status]
    if identity.moment is not Moment.YEARLY:
        state = f"{MOMENTS[identity.moment]} · {state}"
    if summary.grid is None or summary.totals is None:
        state = f"{state} · grille introuvable sur ce poste"

    def lines(width: int) -> Sequence[Line]:
        progress = ""
        if summary.totals is not None and (sent is None or not sent.is_final) and width >= _ALONE:
            whole = summary.totals.whole
            progress = f"{whole.answered} sur {whole.cells}"
        head = [Piece(f"{identity.year}    "), Piece(state)]
        rows: list[Line] = [spread(head, [Piece(progress, SOFT)] if progress else [], width)]
        if width >= _ALONE:
            said = () if heard is None else heard.lines
        else:  # the preview says what was made
            said = heard.lines[-1:] if heard is not None and heard.open_points else ()
        for text in said:
            indent = _INDENT if len(text) + _INDENT <= width else _NARROW_INDENT
            rows += hanging(Piece(" " * indent), f"{text[:1].upper()}{text[1:]}", width, SOFT)
        return rows

    return Item(str(entry.id), lines)


_DOORS: Final = (
    (
        GRID_DOOR,
        "Commencer une évaluation",
        "N",
        "Dites votre territoire, puis notez chaque ligne. Tout est enregistré automatiquement.",
    ),
    (
        EXAMPLE_DOOR,
        "Voir un exemple rempli",
        "X",
        f"Une évaluation fictive, à parcourir et à modifier librement{NBSP}: rien n’en est enregistré.",
    ),
    (
        FILE_DOOR,
        "J’ai un fichier",
        "O",
        "Tableur de votre Caf, fichier d’un collègue, sauvegarde. Il n’est pas modifié.",
    ),
)
"""Key, title, letter and sentence of the ways to begin."""
_DOOR_WIDTH: Final = 70


def _door_items() -> list[Item]:
    return [
        Item(None, lambda width: ((Piece(fit(_WELCOME, width).rstrip(), SOFT),), ())),
        *(_door(*door) for door in _DOORS),
    ]


_WELCOME: Final = f"Aucune évaluation pour l’instant. Par où commencer{NARROW}?"


def _door(key: str, title: str, letter: str, sentence: str) -> Item:
    def lines(width: int) -> Sequence[Line]:
        room = min(width, _DOOR_WIDTH)
        head = spread([Piece(title, STRONG)], [Piece(letter, ACCENT)], room)
        return (head, *((Piece(line, SOFT),) for line in wrap(sentence, room)), ())

    return Item(key, lines)
