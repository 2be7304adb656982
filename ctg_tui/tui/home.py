"""Accueil: what the chosen year needs, every year, the letters of the page; the first frame of the program.

What the year needs is painted once the first frame is there, in room kept for it: see `widgets.preview`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services.workspace import grouped, next_year
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, Destination, adapted, cmd
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.frame import ROOMY
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, accent, blank, ends, gap, row, strong, words
from ctg_tui.tui.widgets.strips import PlainStatic, clicked
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    STATUSES_OF_ASSESSMENT,
    assessment_name,
    day,
    percentage,
    without_kind,
)

if TYPE_CHECKING:
    from textual.events import Paste

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Summary, Workspace
    from ctg_tui.tui.widgets.preview import WayOn


COMMANDS: Final = (
    cmd(*("accueil.ouvrir", "enter", "open", "continuer", 1), "Ouvrir l’année choisie", when="can_open"),
    cmd(
        *("accueil.changements", "m", "read_changes", "changements", None),
        "Lire ce qui a changé depuis les derniers fichiers créés",
        when="sent",
    ),
    cmd(
        *("accueil.suivante", "d", "begin_next", "année suivante", 3),
        "Commencer l’année suivante : personnes et NC sont repris, les notes sont à donner",
        when="next_year",
    ),
    cmd(
        *("accueil.fichier", "o", "", "ouvrir un fichier", None),
        "Ouvrir un fichier : réponse de la Caf, tableur, grille, fichier d’un collègue, sauvegarde",
        goes_to=Destination.OPENING,
    ),
    cmd(
        *("accueil.nouvelle", "n", "create", "une année", None),
        "Commencer une évaluation : un territoire, une année",
    ),
    cmd(
        *("accueil.recues", "r", "", "fichiers reçus", None, "Fichiers reçus : ceux d’autres personnes"),
        goes_to=Destination.RECEIVED,
        when="has_received",
    ),
    cmd(
        *("accueil.sauvegardes", "s", "", "sauvegardes", None, "Sauvegardes : en voir, en restaurer une"),
        goes_to=Destination.RESTORE,
    ),
    cmd(
        *("accueil.exemple", "x", "example", "exemple", None),
        "Voir un exemple rempli : rien n’en est enregistré",
    ),
    cmd(
        *("accueil.supprimer", "delete", "delete", "supprimer", None),
        "Supprimer l’année choisie (une sauvegarde est faite avant)",
        when="chosen",
    ),
)
_LETTERS: Final = tuple(one for one in COMMANDS if one.letters and one.letters[0] in "onrsx")
"""The commands whose letters stand on the page and not in the foot."""
_PARTS: Final = ("an", "suite", "etapes", "faits")


class HomeScreen(Page):
    """The years, and the commands on the chosen one."""

    TITLE_IN_HELP = "Accueil"
    WAY_ON = "open"
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    HomeScreen {
        #annee PlainStatic, #lettres { height: auto; }
        #annee { height: 14; margin-top: 1; padding: 0 1; layout: vertical; }
        #annee PlainStatic { padding: 0 2; }
        #annee #suite { width: auto; margin: 1 0; padding: 0 1 0 0; }
        #suite { background: $curseur; color: $curseur-texte; }
        #faits { margin-top: 1; }
        #a-gauche { height: auto; }
        #bas { height: 1fr; padding: 0 1; layout: vertical; }
        #lettres { margin: 1 0 0 2; }
        Listing:focus>.option-list--option-highlighted {
            background: $panel; color: $foreground; text-style: bold;
        }
        &.-large, &.-vaste {
            #annee, #bas { layout: horizontal; }
            #annee { height: 12; padding: 0 2; }
            #a-gauche, #faits, Listing, #lettres { width: 1fr; margin: 0; }
            #annee #suite { width: 100%; margin: 1 2 1 0; }
            #lettres { margin: 1 0 0 0; padding: 0 2; }
            #bas { margin: 0 2; padding: 0; border-top: solid $filet; }
        }
        &.-bas {
            #annee { height: 7; margin-top: 0; }
            #faits { display: none; }
        }
        &.-vide {
            #annee, #lettres { display: none; }
            #bas { border-top: none; margin: 1 0 0 0; padding: 0 1; }
            Listing { max-width: 76; }
            Listing:focus>.option-list--option-highlighted { background: $curseur; color: $curseur-texte; }
        }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._summaries: dict[str, Summary] = {}
        self.has_received = False
        """Whether there are files of others."""
        self._seen: Session | None = None
        """The chosen assessment, as it was last read; None before, and where it cannot be read."""
        self._way: WayOn | None = None
        """What it needs."""
        self._is_started = False
        """Whether the first frame is painted: what reads every answer comes after it."""
        self._example: Workspace | None = None

    def body(self) -> Iterable[Widget]:
        self._listing = Listing()
        rows = self._items()
        self._listing.show(rows, next(iter(self._summaries), None))
        self._parts = {name: PlainStatic(id=name) for name in _PARTS}
        self._letters = PlainStatic(id="lettres")
        for part in (*self._parts.values(), self._letters):
            part.auto_links = False  # what is clicked looks as the text around it
        *left, facts = self._parts.values()
        yield Container(Vertical(*left, id="a-gauche"), facts, id="annee")
        yield Container(self._listing, self._letters, id="bas")

    def headline(self) -> tuple[str, str]:
        today = day(self.workspace.today())
        return "Vos auto-évaluations CTG", f"tout est enregistré · {today}" if self._summaries else today

    def on_option_list_option_highlighted(self, event: Listing.OptionHighlighted) -> None:
        event.stop()
        self._preview()

    def on_resize(self) -> None:
        self._letters.update(self._letters_text())
        if self.is_current:
            self._preview()

    # the list

    def _items(self) -> list[Item]:
        try:
            summaries = self.workspace.summaries(has_figures=self._is_started)
            self.has_received = self.workspace.store.has_submissions()
        except Refusal as refusal:
            if not self._summaries:  # keep the list: an empty one would say that there is nothing to lose
                self.add_class("-vide")
                return [gap(), row(None, words(refusal.sentences()))]
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        self.set_class(not summaries, "-vide")
        self._listing.has_arrow = not summaries
        if not summaries:
            return [*_door_items(self.has_received)]
        has_proposed = any(one.totals is not None and one.totals.proposed for one in summaries)
        above = [] if self.has_class("-bas") else [words(_YEARS_OF_CAF if has_proposed else "Années", SOFT)]
        return [row(None, blank, *above), *_year_items(summaries)]

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        was_empty = self.has_class("-vide")
        rows = self._items()
        if key is None and was_empty != self.has_class("-vide"):
            key = next(iter(self._summaries), None)
        self._listing.show(rows, key)
        self._letters.update(self._letters_text())
        self.refresh_frame()
        self._preview()

    def on_show_again(self) -> None:
        """Read the list again, and choose an assessment created meanwhile."""
        before = {*self._summaries}
        self.reload()
        self._listing.select(next((key for key in self._summaries if key not in before), ""))

    @property
    def chosen(self) -> Summary | None:
        return self._summaries.get(self._listing.key or "") if self._listing.is_attached else None

    # what the chosen year needs, and the letters

    def on_started(self) -> None:
        """Show the figures and what the year needs, now that the first frame is painted."""
        self._is_started = True
        if not self._summaries and self.has_received and self.is_current:
            self.visit(Destination.RECEIVED)
        self.reload()

    def _preview(self) -> None:
        """Show what the chosen year needs, or why it cannot be read."""
        if self._is_started and self.chosen is not None:
            texts = self._look(self.chosen)
            for name, part in self._parts.items():
                part.visible = name in texts
                part.update(texts.get(name, ""))
            self._bar.show(self.commands())

    def _look(self, chosen: Summary) -> dict[str, Content]:
        """Read the chosen year; return the parts of the page, or why it cannot be read."""
        from ctg_tui.services.home import sent_and_heard
        from ctg_tui.tui.steps import steps_now
        from ctg_tui.tui.widgets import preview

        self._way = self._seen = self._steps = None
        try:
            self._seen = seen = self.workspace.open(chosen.entry.id, asks=True)
            heard = sent_and_heard(self.workspace, seen.assessment)
            self._steps = steps = steps_now(seen)
            self._way = preview.way_on(seen, heard, steps)
            is_wide, is_low = self.app.size.width >= ROOMY, self.has_class("-bas")
            today = self.workspace.today()
            return preview.texts(seen, heard, steps, self._way, today, is_wide=is_wide, is_low=is_low)
        except Refusal as refusal:
            return {"an": Content(shown(refusal.sentences()))}

    def _letters_text(self) -> Content:
        """Return the letters of the page, a row each with what it does, or as many in a row as fit."""
        width, rows = self.app.size.width, list[Content]()
        for one in _LETTERS:
            if one.when and not self.has_received:
                continue
            title, _, example = one.sentence.partition(f"{NBSP}: ")
            word = title.ljust(26) if width >= ROOMY else f"{one.word[:1].upper()}{one.word[1:]}"
            text = Content.assemble((f"{one.key_text} ", "$accent bold"), word)
            text = clicked(text, "visit", one.goes_to.name) if one.goes_to else clicked(text, one.action)
            if width >= ROOMY:
                text += Content.styled(example.partition(", grille")[0], "$discret")
            elif rows and rows[-1].cell_length + text.cell_length + 4 <= width:
                text = rows.pop() + "  " + text
            rows.append(text)
        return Content("\n").join(rows)

    # opening

    def open_chosen(self) -> Session | None:
        """Return the chosen assessment, opened; None, with a message, if it is refused."""
        chosen = self.chosen
        if chosen is None or self._seen is not None:
            return chosen and self._seen
        return self.read(lambda: self.workspace.open(chosen.entry.id, asks=True), None)

    def go_to(self, destination: Destination) -> None:
        """Visit a page with the chosen assessment; backups and files received are those of all."""
        if destination in {Destination.RESTORE, Destination.RECEIVED}:
            self.visit(destination)
        elif (session := self.open_chosen()) is not None or destination is Destination.OPENING:
            self.visit(destination, session)

    def action_change_grid(self) -> None:
        if (session := self.open_chosen()) is not None:
            from ctg_tui.tui.grid_files import change_grid

            change_grid(self, session)

    def on_paste(self, event: Paste) -> None:
        """Open the file or folder that was dropped on the window, or whose path was pasted."""
        from ctg_tui.services.opening import dropped_path

        event.stop()
        if (path := dropped_path(event.text)) is None:
            self.show_message("Ce qui a été collé n’est pas un fichier.")
        else:
            self.visit(Destination.OPENING, self.open_chosen(), path)

    # commands

    @property
    def can_open(self) -> bool:
        """Whether Entrée has something to open: an assessment or a door."""
        return self.chosen is not None or (self.has_class("-vide") and self._listing.key is not None)

    @property
    def sent(self) -> bool:
        """Whether files were made of the chosen assessment."""
        return self.chosen is not None and self.chosen.entry.sent is not None

    @property
    def has_steps(self) -> bool:
        """Whether an assessment is chosen: the steps are then its own."""
        return bool(self._summaries)

    @property
    def next_year(self) -> int | None:
        """The year that can be begun from the chosen one; None where its territory has a later one."""
        chosen = self.chosen
        return chosen and next_year(chosen, self._summaries.values(), self.workspace.today())

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, in the words that what is there needs."""
        way = self._way
        is_done = way is not None and way.label == "ouvrir"
        ranks: dict[Destination | None, int | None] = {Destination.RESULTS: None, Destination.GRID: None}
        if way is not None and way.destination is not Destination.GRID:
            ranks[Destination.GRID] = 3
        every = (
            one._replace(bar=ranks[one.goes_to]) if one.goes_to in ranks else one
            for one in super().commands()
        )
        label = "choisir" if self.chosen is None else "continuer" if way is None else way.label
        return adapted(
            every,
            {
                "open": {"label": label},
                "next_step": {"bar": None},
                "begin_next": {"label": f"commencer {self.next_year}", "bar": 3 if is_done else None},
                "quit": {"bar": 2},
            },
        )

    @property
    def in_sight(self) -> Sequence[Command]:
        return (*super().in_sight, *_LETTERS)

    async def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        await self.action_open()

    def action_next_step(self) -> None:
        if (session := self.open_chosen()) is not None:
            self.go_on(session)

    async def action_open(self) -> None:
        """Go through the door, or on with the chosen year."""
        if (chosen := self.chosen) is None:
            await self.run_action(next(one.run for one in COMMANDS if one.id == self._listing.key))
            return
        if self._way is None:
            self._look(chosen)
        session, way = self.open_chosen(), self._way
        if session is None or way is None:
            return
        if way.destination is None:
            self.go_on(session)
        else:
            from ctg_tui.tui.view import place_of

            self.visit(way.destination, session, way.cell and place_of(session.grid, *way.cell))

    def action_read_changes(self) -> None:
        """Show what changed since the latest files of the chosen assessment."""
        from ctg_tui.tui.sending import read_changes

        if (session := self.open_chosen()) is not None:
            read_changes(self, session)

    def open_assessment(self, key: str) -> None:
        """Open the grid of an assessment: another one took its place."""
        self.reload(key)
        if (session := self.open_chosen()) is not None:
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

    # a next year, a deletion, each asked first

    def action_begin_next(self) -> None:
        """Begin the next year from the chosen one, in its grid, on the first line."""
        if (chosen := self.chosen) is None or (year := self.next_year) is None:
            return

        def begin() -> None:
            made = self.read(lambda: self.workspace.duplicate(chosen.entry.id, year, Moment.YEARLY), None)
            if made is not None:
                self.reload(str(made))
                self.go_to(Destination.GRID)

        question = (
            f"Commencer {year} à partir de {assessment_name(chosen.entry.identity)} ? "
            "Les personnes et les NC sont repris ; les notes et les commentaires sont à écrire."
        )
        self.ask(typeset(question), f"Commencer {year}", begin, loses=False)

    def action_delete(self) -> None:
        """Remove the chosen one, after a backup."""
        if (chosen := self.chosen) is None:
            return

        def delete() -> None:
            if self.save(lambda: self.workspace.delete(chosen.entry.id)):
                self.reload()
                self.show_message(
                    "Évaluation supprimée. La sauvegarde faite juste avant permet de la retrouver."
                )

        question = (
            f"Supprimer {assessment_name(chosen.entry.identity)}, ses notes et ses commentaires ? "
            "Une sauvegarde est faite avant, conservée 30 jours au moins ; "
            "pour tout rétablir : touche S depuis l’accueil."
        )
        self.ask(typeset(question), "Supprimer", delete)


# The items of the list: the years, or the doors of an empty one.

_YEARS_OF_CAF: Final = f"Années{NBSP}: cases et chiffres des lignes de la Caf"


def _year_items(summaries: Sequence[Summary]) -> Iterator[Item]:
    groups = list(grouped(summaries))
    for number, (name, group) in enumerate(groups):
        if number:
            yield gap()
        if len(groups) > 1:  # the only one is named above
            yield row(None, words(shown(without_kind(name)), SOFT))
        for summary in group:
            yield row(str(summary.entry.id), ends(f"{summary.entry.identity.year}    {_state(summary)}"))


def _state(summary: Summary) -> str:
    """Return `fin · 42 sur 42 · 47 % · définitive, n° 3`."""
    identity, sent, totals = summary.entry.identity, summary.entry.sent, summary.totals
    parts = [] if identity.moment is Moment.YEARLY else [MOMENTS[identity.moment]]
    if summary.grid is None:
        parts.append("grille introuvable sur ce poste")
    elif totals is not None:
        parts.append(f"{totals.whole.answered} sur {totals.whole.cells}")
        if totals.whole.rated:
            parts.append(percentage(totals.whole))
    if sent is not None:
        parts.append(f"{STATUSES_OF_ASSESSMENT[sent.status]}, n°{NBSP}{sent.number}")
    return " · ".join(parts)


def _door_items(has_received: bool) -> Iterator[Item]:
    """Yield the ways in that an empty list offers."""
    yield row(None, words(typeset("Aucune évaluation pour l’instant. Par où commencer ?"), SOFT), blank)
    doors = {one.letters[0]: one for one in _LETTERS}
    for letter in "nxor" if has_received else "nxo":
        title, _, example = doors[letter].sentence.partition(f"{NBSP}: ")
        first = ends(strong(title), accent(doors[letter].key_text))
        yield row(doors[letter].id, first, words(example, SOFT), blank)
