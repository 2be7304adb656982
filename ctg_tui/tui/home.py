"""Accueil: what the chosen year needs, every year, the letters of the page; the first frame of the program.

What the year needs is painted once the first frame is there, in room kept for it: see `steps`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.services.workspace import grouped, next_year
from ctg_tui.tui.commands import Command, Destination, Landing, adapted, cmd
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.frame import ROOMY
from ctg_tui.tui.widgets.listing import SOFT, Item, Listing, blank, ends, gap, row, sentence, words
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
    from ctg_tui.tui.steps import WayOn


COMMANDS: Final = (
    cmd("accueil.ouvrir", "enter", "open", "continuer", 1, "Continuer l’année choisie, ou commencer"),
    cmd("accueil.changements", "m", "read_changes", "changements", None, "Lire ce qui a changé", when="sent"),
    cmd("accueil.annee", "", "step_field(1)", "année", 4, "", shown_keys="↑ ↓", palette=False, when="chosen"),
    cmd("accueil.suivante", "d", "begin_next", "", 3, "Commencer l’année suivante", when="next_year"),
    cmd(
        "accueil.points",
        "",
        "visit('ANSWERS')",
        "",
        None,
        "Les points de la Caf et vos réponses",
        when="chosen",
    ),
    cmd(
        *("accueil.fichier", "o", "visit('OPENING')", "ouvrir", None),
        "Ouvrir un fichier : réponse de la Caf, tableur",
    ),
    cmd(
        *("accueil.nouvelle", "n", "create", "année", None),
        "Commencer une évaluation : un territoire, une année",
    ),
    cmd(
        *("accueil.recues", "r", "visit('RECEIVED')", "reçues", None),
        "Fichiers reçus : ceux d’autres personnes",
        when="has_received",
    ),
    cmd(
        *("accueil.sauvegardes", "s", "visit('RESTORE')", "sauvegardes", None),
        "Sauvegardes : en voir, en restaurer une",
    ),
    cmd(
        *("accueil.exemple", "x", "example", "exemple", None),
        "Voir un exemple rempli : rien n’en est enregistré",
    ),
    cmd("accueil.supprimer", "delete", "delete", "supprimer", None, "Supprimer cette année", when="chosen"),
)
_LETTERS: Final = tuple(one for one in COMMANDS if one.letters and one.letters[0] in "onrsx")
"""The commands whose letters stand on the page and not in the foot."""


class HomeScreen(Page):
    """The years, and the commands on the chosen one."""

    TITLE_IN_HELP = "Accueil"
    WAY_ON = "open"
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    HomeScreen {
        #annee, #faits, #lettres { height: auto; padding: 0 0 0 3; }
        #annee, #faits { padding: 0 2 0 3; }
        #haut { height: 14; margin-top: 1; layout: vertical; }
        #faits, #lettres { margin-top: 1; }
        #bas { height: 1fr; layout: vertical; }
        Listing { padding: 0 1; }
        &.-large, &.-vaste {
            #haut, #bas { layout: horizontal; }
            #haut { height: 11; }
            #annee, #faits, Listing, #lettres { width: 1fr; }
            #annee { padding: 0 2 0 4; }
            Listing { padding: 0; }
            #faits { margin: 0; }
            #bas { margin: 0 2; border-top: solid $filet; }
            &.-vide #bas { margin: 0 1; }
        }
        &.-bas { #haut { height: 5; } #faits { display: none; } }
        &.-vide { #faits, Listing { display: none; } #haut { height: auto; } #bas { border-top: none; } }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._summaries: dict[str, Summary] = {}
        self.has_received = False
        """Whether there are files of others."""
        self._way: WayOn | None = None
        """What the chosen assessment needs. `session` is it, as it was last read; None where it cannot be."""
        self._is_started = False
        """Whether the first frame is painted: what reads every answer comes after it."""
        self._example: Workspace | None = None

    def body(self) -> Iterable[Widget]:
        self._listing = Listing()
        self._year, self._facts = PlainStatic(id="annee"), PlainStatic(id="faits")
        self._letters = PlainStatic(id="lettres")
        self._listing.show(self._items(), next(iter(self._summaries), None))
        yield Container(self._year, self._facts, id="haut")
        yield Container(self._listing, self._letters, id="bas")

    def headline(self) -> tuple[str, str]:
        today = day(self.workspace.today())
        return "Vos auto-évaluations CTG", f"tout est enregistré · {today}" if self._summaries else today

    def refresh_head(self) -> None:
        self._head.show(*self.headline())

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
            if not self._summaries:  # else the list stays
                self.add_class("-vide")
                self._year.update(clean(refusal.sentences()))
                return []
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        self.set_class(not summaries, "-vide")
        if not summaries:
            self._year.update(typeset("Aucune évaluation pour l’instant. Par où commencer ?"))
            return []
        has_proposed = any(one.totals is not None and one.totals.proposed for one in summaries)
        above = words(_YEARS_OF_CAF if has_proposed else "Années", SOFT)
        return [row(None, blank, above), *_year_items(summaries)]

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        self._listing.show(self._items(), key or self._listing.key or next(iter(self._summaries), None))
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
        if self._is_started:
            self._look(self.chosen)
            self._bar.show(self.commands())

    def _look(self, chosen: Summary | None) -> None:
        from ctg_tui.services.home import sent_and_heard
        from ctg_tui.tui.steps import about_caf, about_year, steps_now, way_on

        self._way = self.session = self._steps = None
        if chosen is None:
            return
        try:
            self.session = seen = self.workspace.open(chosen.entry.id, asks=True)
            heard, steps = sent_and_heard(self.workspace, seen.assessment), steps_now(seen)
            self._way, self._steps = way_on(seen, heard, steps), steps
            self._year.update(about_year(seen, steps, self._way, self.workspace.today()))
            self._facts.update(about_caf(heard))
        except Refusal as refusal:
            self._year.update(clean(refusal.sentences()))
            self._facts.update()

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= ROOMY

    def _letters_text(self) -> Content:
        """Return the letters of the page, a row each with what it does, or all in one row."""
        is_wide, texts = self._is_wide or not self._summaries, list[Content]()
        for one in sorted(_LETTERS, key=lambda one: 0 if self._summaries else "nxors".index(one.letters[0])):
            if one.when and not self.has_received:
                continue
            title, _, example = typeset(one.help).partition(f"{NBSP}: ")
            word = title.ljust(26) if is_wide else one.label.capitalize()
            text = clicked(Content.assemble((f"{one.key_text} ", "$accent bold"), word), one.action)
            if is_wide:
                text += Content.styled(example, "$discret")
            texts.append(text)
        return Content("\n" if is_wide else "  ").join(texts)

    # opening

    def visit(
        self, destination: Destination, session: Session | None = None, place: Landing | None = None
    ) -> None:
        if self.session is None and self.chosen is not None:  # the first key came before the preview
            self._look(self.chosen)
        super().visit(destination, session, place)

    def on_paste(self, event: Paste) -> None:
        """Open the file or folder that was dropped on the window, or whose path was pasted."""
        from ctg_tui.services.opening import dropped_path

        event.stop()
        if (path := dropped_path(event.text)) is None:
            self.show_message("Ce qui a été collé n’est pas un fichier.")
        else:
            self.visit(Destination.OPENING, place=path)

    # commands

    @property
    def sent(self) -> bool:
        """Whether files were made of the chosen assessment."""
        return self.chosen is not None and self.chosen.entry.sent is not None

    @property
    def next_year(self) -> int | None:
        """The year that can be begun from the chosen one; None where its territory has a later one."""
        chosen = self.chosen
        return chosen and next_year(chosen, self._summaries.values(), self.workspace.today())

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, in the words that what is there needs."""
        way = self._way
        label = "commencer" if self.chosen is None else "continuer" if way is None else way.label
        is_elsewhere = way is not None and way.destination is not Destination.GRID
        return adapted(
            super().commands(),
            {
                "open": {"label": label} | ({} if way is None else {"help": way.words}),
                "visit('GRID')": {"bar": 3 if is_elsewhere else None},
                "visit('RESULTS')": {"bar": None},
                "next_step": {"bar": None},
                "begin_next": {
                    "label": f"commencer {self.next_year}",
                    "bar": 3 if label == "ouvrir" else None,
                },
                "quit": {"bar": 2},
            },
        )

    @property
    def in_sight(self) -> Sequence[Command]:
        return (*super().in_sight, *_LETTERS)

    async def on_option_list_option_selected(self, message: Listing.OptionSelected) -> None:
        message.stop()
        await self.action_open()

    async def action_open(self) -> None:
        """Go on with the chosen year, or begin the first one."""
        if (chosen := self.chosen) is None:
            self.action_create()
            return
        if self._way is None:
            self._look(chosen)
        session, way = self.session, self._way
        if session is None or way is None:
            return
        if way.destination is None:
            self.action_next_step()
        else:
            from ctg_tui.tui.grid_view import place_of

            self.visit(way.destination, place=way.cell and place_of(session.grid, *way.cell))

    def action_read_changes(self) -> None:
        """Show what changed since the latest files of the chosen assessment."""
        from ctg_tui.services.home import changes_since
        from ctg_tui.tui.dialogs import ReadingScreen
        from ctg_tui.wording.changes import changed_values, files_made, since_words

        if self.session is None or (sent := self.session.sent) is None:
            return
        grid, assessment = self.session.grid, self.session.assessment
        changes = self.read(lambda: changes_since(self.workspace, grid, assessment, sent), None)
        if changes is not None:
            said = (f"{files_made(sent)} · {since_words(len(changes))}", *changed_values(grid, changes))
            items = [sentence(clean(text)) for text in said]
            self.app.push_screen(ReadingScreen("Ce qui a changé depuis les derniers fichiers", items))

    def open_assessment(self, key: str) -> None:
        """Open the grid of an assessment: another one took its place."""
        self.reload(key)
        self.visit(Destination.GRID)

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
                self.open_assessment(str(made))

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
            "Une sauvegarde est faite avant, conservée 30 jours ; "
            "pour tout rétablir : touche S depuis l’accueil."
        )
        self.ask(typeset(question), "Supprimer", delete)


# The items of the list.

_YEARS_OF_CAF: Final = f"Années{NBSP}: lignes de la Caf"


def _year_items(summaries: Sequence[Summary]) -> Iterator[Item]:
    groups = list(grouped(summaries))
    for number, (name, group) in enumerate(groups):
        if number:
            yield gap()
        if len(groups) > 1:  # the only one is named above
            yield row(None, words(clean(without_kind(name)), SOFT))
        for summary in group:
            yield row(str(summary.entry.id), ends(f"{summary.entry.identity.year}    {_state(summary)}"))


def _state(summary: Summary) -> str:
    """Return `fin · 42 sur 42 · 47 % · définitive`."""
    identity, sent, totals = summary.entry.identity, summary.entry.sent, summary.totals
    parts = [] if identity.moment is Moment.YEARLY else [MOMENTS[identity.moment]]
    if summary.grid is None:
        parts.append("grille introuvable sur ce poste")
    elif totals is not None:
        parts.append(f"{totals.whole.answered} sur {totals.whole.cells}")
        if totals.whole.rated:
            parts.append(percentage(totals.whole))
    if sent is not None and sent.is_final:
        parts.append(STATUSES_OF_ASSESSMENT[sent.status])
    return " · ".join(parts)
