"""Accueil: what the chosen year needs, every year, the letters of the page; the first frame of the program.

What the year needs is painted once the first frame is there, in room kept for it: see `widgets.preview`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.containers import Container
from textual.widget import Widget

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.details import same_territory
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import campaign_year
from ctg_tui.services.workspace import grouped
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, to
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.listing import (
    SOFT,
    Item,
    Listing,
    Piece,
    accent,
    blank,
    both,
    ends,
    gap,
    row,
    strong,
    words,
)
from ctg_tui.wording.french import (
    MOMENTS,
    NARROW,
    STATUSES_OF_ASSESSMENT,
    assessment_name,
    count,
    day,
    short_territory,
)

if TYPE_CHECKING:
    from pathlib import Path

    from textual.events import Paste
    from textual.timer import Timer

    from ctg_tui.services.editing import Session
    from ctg_tui.services.home import Preview, SentAndHeard
    from ctg_tui.services.workspace import Summary, Workspace
    from ctg_tui.tui.widgets.preview import LettersPanel, YearPanel


COMMANDS: Final = (
    cmd(*("accueil.ouvrir", "enter", "open", "continuer", 1), "Ouvrir l’année choisie", when="can_open"),
    to(Destination.FORM, "accueil", when="has_chosen"),
    to(Destination.FORECAST, "accueil", when="has_chosen"),
    to(Destination.GRID, "accueil", keys=("ctrl+g",), when="has_chosen"),
    cmd(
        *("accueil.changements", "m", "read_changes", "changements", None),
        "Lire ce qui a changé depuis les derniers fichiers créés",
        when="has_sending",
    ),
    cmd(
        *("accueil.suivante", "d", "begin_next", "année suivante", 3),
        "Commencer l’année suivante : personnes et NC sont repris, les notes sont à donner",
        when="can_begin_next",
    ),
    cmd(
        *("accueil.reponses", "", "visit('ANSWERS')", "réponses", None),
        "Lire ce que la Caf a répondu, et y répondre",
        when="has_answer",
    ),
    cmd(
        *("accueil.fichier", "o", "", "ouvrir un fichier", None),
        "Ouvrir un fichier : réponse de la Caf, fichier d’un collègue, tableur, grille, sauvegarde",
        goes_to=Destination.OPENING,
    ),
    cmd("accueil.nouvelle", "n", "create", "une année", None, "Commencer une année"),
    cmd(
        *("accueil.recues", "r", "", "fichiers reçus", 5, "Les fichiers reçus d’autres personnes"),
        goes_to=Destination.RECEIVED,
        when="has_received",
    ),
    cmd(
        *("accueil.sauvegardes", "s", "", "sauvegardes", None, "Voir les sauvegardes, et en restaurer une"),
        goes_to=Destination.RESTORE,
    ),
    cmd(
        "accueil.exemple",
        "x",
        "example",
        "exemple",
        None,
        "Voir un exemple rempli : rien n’en est enregistré",
    ),
    cmd(
        *("accueil.supprimer", "delete", "delete", "supprimer", None),
        "Supprimer l’année choisie (une sauvegarde est faite avant)",
        when="has_chosen",
    ),
)
_EXAMPLES: Final = {
    "accueil.fichier": "réponse de la Caf, grille…",
    "accueil.nouvelle": "ou un autre territoire",
    "accueil.recues": "d’autres personnes",
    "accueil.sauvegardes": "en voir, en restaurer une",
    "accueil.exemple": "rien n’en est enregistré",
}
"""Beside the letters of the page, which stand there and not in the foot: examples of what each does."""
_REST_SECONDS: Final = 0.08
"""The rest of the cursor after which a year is read: reading each one passed over would slow it."""
GRID_DOOR, EXAMPLE_DOOR, FILE_DOOR = "porte-grille", "porte-exemple", "porte-fichier"


class HomeScreen(Page):
    """The years, and the commands on the chosen one."""

    TITLE_IN_HELP = "Accueil"
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    HomeScreen {
        #annee { height: 14; margin-top: 1; }
        #bas { layout: vertical; height: 1fr; padding: 0 1; }
        #lettres { height: auto; }
        Listing:focus>.option-list--option-highlighted {
            background: $panel; color: $foreground; text-style: bold;
        }
        &.-large, &.-vaste {
            #annee { height: 13; }
            YearPanel { layout: horizontal; }
            #a-faire, #pour-la-caf { width: 1fr; height: auto; }
            .titre, #ou, #campagne { display: block; }
            #faits { layout: vertical; margin-bottom: 1; }
            #campagne { margin-top: 1; }
            #bas { layout: horizontal; margin: 0 1; padding: 1 0 0 0; border-top: solid $filet; }
            Listing, #lettres { width: 1fr; }
            LettersPanel {
                layout: vertical;
                height: auto;
                padding: 0;
                Horizontal { width: 1fr; }
                PlainButton { width: 26; text-align: left; content-align: left middle; }
                .exemple { display: block; }
            }
        }
        &.-etroit {
            #faits { layout: vertical; }
            LettersPanel { layout: grid; grid-size: 2; grid-rows: 1; height: 3; padding: 0 1; }
        }
        &.-bas {
            #annee { height: 6; margin-top: 0; }
            #etapes { display: none; }
            #a-faire { height: 5; }
        }
        &.-vide {
            #annee, #lettres { display: none; }
            #bas { border-top: none; margin-top: 1; }
            Listing { max-width: 76; }
            Listing:focus>.option-list--option-highlighted { background: $curseur; color: $curseur-texte; }
        }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._summaries: dict[str, Summary] = {}
        self._has_received = False
        self._heard: dict[int, SentAndHeard] = {}
        """What was made for the Caf and what it answered, by id of the assessments with something to say."""
        self._panel: YearPanel | None = None
        self._letters: LettersPanel | None = None
        self._seen: Preview | None = None
        """The chosen year as it was last read."""
        self._timer: Timer | None = None
        self._example: Workspace | None = None

    def body(self) -> Iterable[Widget]:
        rows = self._items()
        self._listing = Listing(rows, next(iter(self._summaries), GRID_DOOR))
        self._top, self._corner = Container(id="annee"), Container(id="lettres")
        yield self._top
        yield Container(self._listing, self._corner, id="bas")

    def headline(self) -> tuple[str, str]:
        today = day(self.workspace.today())
        state = f"tout est enregistré · {today}" if self._summaries else today
        return "Vos auto-évaluations CTG", state

    def on_option_list_option_highlighted(self, event: Listing.OptionHighlighted) -> None:
        event.stop()
        self._preview_soon()

    # the list

    def _items(self) -> list[Item]:
        try:
            summaries = self.workspace.summaries()
            self._has_received = self.workspace.store.has_submissions()
        except Refusal as refusal:
            if not self._summaries:  # keep the list: an empty one would say that there is nothing to lose
                self.add_class("-vide")
                return [gap(), row(None, words(refusal.sentences()))]
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        if self._panel is not None:  # the first frame does without
            self._read_heard()
        self.set_class(not summaries, "-vide")
        return [*self._year_items(summaries)] if summaries else _door_items()

    def _year_items(self, summaries: Sequence[Summary]) -> Iterator[Item]:
        for number, (name, group) in enumerate(grouped(summaries)):
            if number:
                yield gap()
            yield row(None, words(shown(short_territory(name)), SOFT))
            for summary in group:
                yield _year_item(summary, self._heard.get(summary.entry.id))

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        was_empty = self.has_class("-vide")
        rows = self._items()
        if key is None and was_empty != self.has_class("-vide"):
            key = next(iter(self._summaries), GRID_DOOR)
        self._listing.show(rows, key)
        self.refresh_frame()
        if self._letters is not None:
            every = self.commands()
            self._letters.show([(one, _EXAMPLES[one.id]) for one in every if one.id in _EXAMPLES])
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

    # what the chosen year needs, and the letters

    def on_started(self) -> None:
        """Show them, now that the first frame is painted and the modules they need are imported."""
        from ctg_tui.tui.widgets.preview import LettersPanel, YearPanel

        if not self._summaries and self._has_received and self.is_current:
            self.visit(Destination.RECEIVED)
        self._panel, self._letters = YearPanel(), LettersPanel()
        self._top.mount(self._panel)
        self._corner.mount(self._letters)
        self.reload()

    def _preview_soon(self) -> None:
        """Show the year under the cursor once it rests."""
        if self._panel is not None:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(_REST_SECONDS, self._preview)

    def _preview(self) -> None:
        if self._panel is None or self._chosen is None or not self.is_current:
            return  # read again when the other page is left
        try:
            self._seen = self._look(self._chosen)
        except Refusal as refusal:
            self._seen = None
            self._panel.refuse(refusal.sentences())
        else:
            following = self.next_year if self.can_begin_next else None
            self._panel.show(self._seen, self.workspace.today(), following)
        self._bar.show(self.commands())

    def _look(self, chosen: Summary) -> Preview:
        from ctg_tui.services.home import preview

        return preview(self.workspace, chosen.entry.id)

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
        """Visit a page with the chosen assessment; backups and files received are those of all."""
        if destination is Destination.OPENING:
            self._open_file()
        elif destination in {Destination.RESTORE, Destination.RECEIVED}:
            self.visit(destination)
        elif (session := self.open_chosen()) is not None:
            self.visit(destination, session)

    def action_change_grid(self) -> None:
        if (session := self.open_chosen()) is not None:
            from ctg_tui.tui.grid_files import change_grid

            change_grid(self, session)

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
    def has_chosen(self) -> bool:
        return self._chosen is not None

    @property
    def can_open(self) -> bool:
        """Whether Entrée has something to open: an assessment or a door."""
        return self.has_chosen or (self.has_class("-vide") and self._listing.key is not None)

    @property
    def has_answer(self) -> bool:
        """Whether the Caf waits for an answer about the chosen assessment."""
        heard = None if self._chosen is None else self._heard.get(self._chosen.entry.id)
        return heard is not None and bool(heard.open_points)

    @property
    def has_sending(self) -> bool:
        """Whether files were made of the chosen assessment."""
        return self._chosen is not None and self._chosen.entry.sent is not None

    @property
    def is_final(self) -> bool:
        """Whether the files of a definitive sending were made of the chosen assessment."""
        sent = None if self._chosen is None else self._chosen.entry.sent
        return sent is not None and sent.is_final

    @property
    def has_steps(self) -> bool:
        """Whether an assessment is chosen: the steps are then its own."""
        return bool(self._summaries)

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
        """Return the commands available, in the words that what is there needs."""
        every = [self._in_foot(command) for command in super().commands()]
        leaves = {"action": "app.quit", "bar": 2}
        if not self._summaries:
            return adapted(every, {"open": {"label": "choisir"}, "quit": leaves})
        return adapted(
            every,
            {
                "open": {"label": self._way_on},
                "begin_next": {"label": f"commencer {self.next_year}", "bar": 3 if self.is_final else None},
                "quit": leaves,
            },
        )

    @property
    def in_sight(self) -> Sequence[Command]:
        letters = [one for one in self.KEY_COMMANDS if one.id in _EXAMPLES]
        return (*super().in_sight, *letters)

    def _in_foot(self, command: Command) -> Command:
        """Return a command with its rank in the foot, which is short: F2 has the others."""
        if command.id == "accueil.grille":
            leads_elsewhere = self._seen is not None and self._seen.leads_elsewhere
            return command._replace(label="la grille", bar=3 if leads_elsewhere else None)
        is_beside = command.id in _EXAMPLES and self._summaries
        return command._replace(bar=None) if is_beside or command.id in _NOT_HERE else command

    @property
    def _way_on(self) -> str:
        if self.has_answer:
            return "répondre à la Caf"
        return "ouvrir" if self.is_final else "continuer"

    async def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        self.action_open()

    def action_next_step(self) -> None:
        session = self.open_chosen()
        if session is not None:
            self.go_on(session)

    def action_open(self) -> None:
        """Go through the door, or on with the chosen year as its green button says."""
        chosen = self._chosen
        if chosen is not None:
            session = self.open_chosen()
            seen = None if session is None else self.read(lambda: self._look(chosen), None)
            if session is not None and seen is not None:
                self._go_on_with(session, seen)
        elif self._listing.key == EXAMPLE_DOOR:
            self.action_example()
        elif self._listing.key == FILE_DOOR:
            self._open_file()
        else:
            self.action_create()

    def _go_on_with(self, session: Session, seen: Preview) -> None:
        from ctg_tui.services.home import Way
        from ctg_tui.tui.steps import place_of

        if seen.way is Way.LINE and seen.cell is not None:
            place = place_of(session.grid, seen.cell.activity, seen.cell.policy)
            self.visit(Destination.GRID, session, place)
        elif seen.way is Way.STEP:
            self.go_on(session)
        else:
            page = {Way.ANSWER: Destination.ANSWERS, Way.SEND_ANSWERS: Destination.SENDING}
            self.visit(page.get(seen.way, Destination.GRID), session)

    async def action_open_second(self) -> None:
        """Do what the button beside the green one says."""
        from ctg_tui.tui.widgets.preview import second_way

        second = None if self._seen is None else second_way(self._seen, self.next_year)
        if second is not None:
            await self.run_action(second.action)

    def action_read_changes(self) -> None:
        """Show what changed since the latest files of the chosen assessment."""
        from ctg_tui.tui.sending import read_changes

        session = self.open_chosen()
        if session is not None:
            read_changes(self, session)

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
            + typeset(
                "Une sauvegarde est faite avant, conservée 30 jours au moins ; "
                "pour tout rétablir : touche S depuis l’accueil."
            ),
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


# The items of the list: the years, or the three doors of an empty one.


def _year_item(summary: Summary, heard: SentAndHeard | None) -> Item:
    """Return a year, its progress and its state; what the Caf waits for stands at its end."""
    identity, sent = summary.entry.identity, summary.entry.sent
    state = "en cours" if sent is None else STATUSES_OF_ASSESSMENT[sent.status]
    if identity.moment is not Moment.YEARLY:
        state = f"{MOMENTS[identity.moment]} · {state}"
    if summary.grid is None or summary.totals is None:
        state = f"{state} · grille introuvable sur ce poste"
    elif sent is None or not sent.is_final:
        whole = summary.totals.whole
        state = f"{state} · {whole.answered} sur {whole.cells}"
    points = len(heard.open_points) if heard is not None else 0
    right = f"la Caf a répondu : {count(points, 'point')}" if points else ""
    return row(str(summary.entry.id), both(Piece(f"{identity.year}    {state}"), strong(typeset(right))))


def _door_items() -> list[Item]:
    return [
        row(None, words(typeset("Aucune évaluation pour l’instant. Par où commencer ?"), SOFT), blank),
        *(
            row(key, ends(strong(title), accent(letter)), words(typeset(said), SOFT), blank)
            for key, title, letter, said in _DOORS
        ),
    ]


_DOORS: Final = (
    (
        *(GRID_DOOR, "Commencer une évaluation", "N"),
        "Dites votre territoire, puis notez chaque ligne. Tout est enregistré automatiquement.",
    ),
    (
        *(EXAMPLE_DOOR, "Voir un exemple rempli", "X"),
        "Une évaluation fictive, à parcourir et à modifier librement : rien n’en est enregistré.",
    ),
    (
        *(FILE_DOOR, "J’ai un fichier", "O"),
        "Tableur de votre Caf, fichier d’un collègue, sauvegarde. Il n’est pas modifié.",
    ),
)
"""Key, title, letter and sentence of the ways to begin."""
_NOT_HERE: Final = {"etapes.resultats", "etapes.suite"}
"""The commands of the steps that the foot leaves out here."""
