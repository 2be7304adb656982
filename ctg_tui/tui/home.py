"""Accueil: what the chosen year needs, every year, the letters of the page; the first frame of the program.

What the year needs is painted once the first frame is there, in room kept for it: see `widgets.preview`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.containers import Container
from textual.widget import Widget

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services.workspace import grouped, next_year
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

    from ctg_tui.domain.sending import Sending
    from ctg_tui.services.editing import Session
    from ctg_tui.services.home import Preview, SentAndHeard
    from ctg_tui.services.workspace import Summary, Workspace
    from ctg_tui.tui.widgets.preview import YearPanel


COMMANDS: Final = (
    cmd(*("accueil.ouvrir", "enter", "open", "continuer", 1), "Ouvrir l’année choisie", when="can_open"),
    to(Destination.FORM, "accueil", when="chosen"),
    to(Destination.FORECAST, "accueil", when="chosen"),
    to(
        Destination.GRID,
        "accueil",
        action="visit('GRID')",
        label="la grille",
        keys=("ctrl+g",),
        when="chosen",
    ),
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
        "Ouvrir un fichier : réponse de la Caf, fichier d’un collègue, tableur, grille, sauvegarde",
        goes_to=Destination.OPENING,
    ),
    cmd("accueil.nouvelle", "n", "create", "une année", None, "Commencer une année"),
    cmd(
        *("accueil.recues", "r", "", "fichiers reçus", None, "Les fichiers reçus d’autres personnes"),
        goes_to=Destination.RECEIVED,
        when="has_received",
    ),
    cmd(
        *("accueil.sauvegardes", "s", "", "sauvegardes", None, "Voir les sauvegardes, et en restaurer une"),
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
_LETTERS: Final = {
    "accueil.fichier": "réponse de la Caf, grille…",
    "accueil.nouvelle": "ou un autre territoire",
    "accueil.recues": "d’autres personnes",
    "accueil.sauvegardes": "en voir, en restaurer une",
    "accueil.exemple": "rien n’en est enregistré",
}
"""The commands whose letters stand on the page and not in the foot, with examples of what each does."""
_DOORS: Final = {
    "accueil.nouvelle": (
        "Commencer une évaluation",
        "Dites votre territoire, puis notez chaque ligne. Tout est enregistré automatiquement.",
    ),
    "accueil.exemple": (
        "Voir un exemple rempli",
        "Une évaluation fictive, à parcourir et à modifier librement : rien n’en est enregistré.",
    ),
    "accueil.fichier": (
        "J’ai un fichier",
        "Tableur de votre Caf, fichier d’un collègue, sauvegarde. Il n’est pas modifié.",
    ),
    "accueil.recues": ("Fichiers reçus", "Ceux que d’autres personnes vous ont envoyés."),
}
"""The commands that an empty list offers: their title and a sentence."""
_NOT_IN_FOOT: Final = {"etapes.resultats", "etapes.suite"}
"""The commands of the steps that F2 has, and not the foot."""
_REST_SECONDS: Final = 0.08
"""The rest of the cursor after which a year is read: reading each one passed over would slow it."""


class HomeScreen(Page):
    """The years, and the commands on the chosen one."""

    TITLE_IN_HELP = "Accueil"
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    HomeScreen {
        #annee { height: 14; margin-top: 1; }
        #bas { layout: vertical; height: 1fr; padding: 0 1; }
        #lettres { height: auto; margin-top: 1; }
        &.-moyen #pour-la-caf { margin-top: 1; }
        #accueil-recues { display: none; }
        &.-a-recu #accueil-recues { display: block; }
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
            Listing, #lettres { width: 1fr; margin: 0; }
            LettersPanel {
                layout: vertical;
                height: auto;
                padding-left: 1;
                Horizontal { width: 1fr; }
                PlainButton { width: 26; text-align: left; content-align: left middle; }
                .exemple { display: block; }
            }
        }
        &.-etroit {
            #faits { layout: vertical; }
            LettersPanel { layout: grid; grid-size: 2; grid-rows: 1; height: 3; }
        }
        &.-bas {
            #annee { height: 7; margin-top: 0; }
            #etapes { display: none; }
            #lettres, #pour-la-caf { margin-top: 0; }
            #a-faire { height: 5; }
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
        self._heard: dict[int, SentAndHeard] = {}
        """What was made for the Caf and what it answered, by id of the assessments with something to say."""
        self._panel: YearPanel | None = None
        self._seen: Preview | None = None
        """The chosen year as it was last read."""
        self._timer: Timer | None = None
        self._example: Workspace | None = None

    def body(self) -> Iterable[Widget]:
        rows = self._items()
        self._listing = Listing(rows, next(iter(self._summaries), None))
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
            self.has_received = self.workspace.store.has_submissions()
        except Refusal as refusal:
            if not self._summaries:  # keep the list: an empty one would say that there is nothing to lose
                self.add_class("-vide")
                return [gap(), row(None, words(refusal.sentences()))]
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        if self._panel is not None:  # the first frame does without
            from ctg_tui.services.home import each_sent_and_heard

            self._heard = self.read(lambda: each_sent_and_heard(self.workspace, summaries), self._heard)
        self.set_class(not summaries, "-vide")
        self.set_class(self.has_received, "-a-recu")
        return [*self._year_items(summaries)] if summaries else [*_door_items(self.has_received)]

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
            key = next(iter(self._summaries), None)
        self._listing.show(rows, key)
        self.refresh_frame()
        self._preview_soon()

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
        """Show them, now that the first frame is painted and the modules they need are imported."""
        from ctg_tui.tui.widgets.preview import LettersPanel, YearPanel

        if not self._summaries and self.has_received and self.is_current:
            self.visit(Destination.RECEIVED)
        self._panel = YearPanel()
        self._top.mount(self._panel)
        self._corner.mount(LettersPanel([one for one in COMMANDS if one.id in _LETTERS], _LETTERS))
        self.reload()

    def _preview_soon(self) -> None:
        """Show the year under the cursor once it rests."""
        if self._panel is not None:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(_REST_SECONDS, self._preview)

    def _preview(self) -> None:
        if self._panel is None or self.chosen is None or not self.is_current:
            return  # read again when the other page is left
        try:
            self._seen = self._look(self.chosen)
        except Refusal as refusal:
            self._seen = None
            self._panel.refuse(refusal.sentences())
        else:
            self._panel.show(self._seen, self.workspace.today(), self.next_year)
        self._bar.show(self.commands())

    def _look(self, chosen: Summary) -> Preview:
        from ctg_tui.services.home import preview

        return preview(self.workspace, chosen.entry.id)

    # opening

    def open_chosen(self, *, asks: bool = True) -> Session | None:
        """Return the chosen assessment, opened; None, with a message, if there is none or it is refused."""
        if self.chosen is None:
            self.show_message("Aucune évaluation n’est choisie.")
            return None
        try:
            return self.workspace.open(self.chosen.entry.id, asks=asks)
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
            into = None if self.chosen is None else self.chosen.entry.id
            self.app.push_screen(OpeningScreen(self.workspace, None, path, into))

    # commands

    @property
    def can_open(self) -> bool:
        """Whether Entrée has something to open: an assessment or a door."""
        return self.chosen is not None or (self.has_class("-vide") and self._listing.key is not None)

    @property
    def has_answer(self) -> bool:
        """Whether the Caf waits for an answer about the chosen assessment."""
        heard = None if self.chosen is None else self._heard.get(self.chosen.entry.id)
        return heard is not None and bool(heard.open_points)

    @property
    def sent(self) -> Sending | None:
        """The latest files made of the chosen assessment."""
        return None if self.chosen is None else self.chosen.entry.sent

    @property
    def is_final(self) -> bool:
        """Whether they are definitive."""
        return self.sent is not None and self.sent.is_final

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
        every = (one._replace(bar=None) if one.id in _NOT_IN_FOOT else one for one in super().commands())
        leads_elsewhere = self._seen is not None and self._seen.leads_elsewhere
        return adapted(
            every,
            {
                "open": {"label": self._way_on},
                "visit('GRID')": {"bar": 3 if leads_elsewhere else None},
                "begin_next": {"label": f"commencer {self.next_year}", "bar": 3 if self.is_final else None},
                "quit": {"bar": 2},
            },
        )

    @property
    def in_sight(self) -> Sequence[Command]:
        return (*super().in_sight, *(one for one in COMMANDS if one.id in _LETTERS))

    @property
    def _way_on(self) -> str:
        if self.chosen is None:
            return "choisir"
        if self.has_answer:
            return "répondre à la Caf"
        return "ouvrir" if self.is_final else "continuer"

    async def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        await self.action_open()

    def action_next_step(self) -> None:
        session = self.open_chosen()
        if session is not None:
            self.go_on(session)

    async def action_open(self) -> None:
        """Go through the door, or on with the chosen year as its green button says."""
        chosen = self.chosen
        if chosen is not None:
            session = self.open_chosen()
            seen = None if session is None else self.read(lambda: self._look(chosen), None)
            if session is not None and seen is not None:
                self._go_on_with(session, seen)
        else:
            await self.run_action(next(one.run for one in COMMANDS if one.id == self._listing.key))

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
        chosen, year = self.chosen, self.next_year
        if chosen is None or year is None:
            self.show_message("L’année suivante existe déjà.")
            return
        self.ask(
            f"Commencer {year} à partir de {assessment_name(chosen.entry.identity)}{NARROW}? "
            "Les personnes et les NC sont repris ; les notes et les commentaires sont à écrire.",
            f"Commencer {year}",
            lambda: self._do(lambda: self.workspace.duplicate(chosen.entry.id, year, Moment.YEARLY)),
            loses=False,
        )

    def action_delete(self) -> None:
        """Remove the chosen one, after a backup."""
        if (chosen := self.chosen) is None:
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


def _door_items(has_received: bool) -> Iterator[Item]:
    yield row(None, words(typeset("Aucune évaluation pour l’instant. Par où commencer ?"), SOFT), blank)
    letters = {command.id: command.key_text for command in COMMANDS}
    for key, (title, said) in _DOORS.items():
        if has_received or key != "accueil.recues":
            yield row(key, ends(strong(title), accent(letters[key])), words(typeset(said), SOFT), blank)
