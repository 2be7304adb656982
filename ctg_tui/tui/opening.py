"""Ouvrir un fichier: the recent ones, each with what it is; and what would be taken of the chosen one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Container, Vertical
from textual.widget import Widget

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.thread import points_of
from ctg_tui.services import opening
from ctg_tui.services.exchange import Found, Nature, Outcome, State, mine_words, take_all, take_as_mine
from ctg_tui.services.opening import Act, AtHand, Seen
from ctg_tui.services.workspace import double_of
from ctg_tui.system.files import shown_name
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, leave
from ctg_tui.tui.page import Page
from ctg_tui.tui.steps import place_of
from ctg_tui.tui.widgets.fields import FileRow
from ctg_tui.tui.widgets.listing import (
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Listing,
    Piece,
    blank,
    ends,
    gap,
    hung,
    row,
    spread,
    strong,
    words,
)
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NARROW, NBSP, count

if TYPE_CHECKING:
    from textual.events import DescendantFocus, Paste, Resize

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_HEAD: Final = 16
"""The columns of what stands at the left of a row of the preview."""
PATIENCE_SECONDS: Final = 5.0
"""How long one file is waited for before the others are read."""
_SPACED: Final = 30
"""The rows of a window from which there are blank rows between two files, and in the preview."""
_WRONG: Final = typeset(
    "Aucun fichier ni dossier de ce nom. Vérifiez son chemin, ou glissez-le dans cette fenêtre."
)
_NOTHING: Final = typeset(
    "Aucun fichier récent parmi vos téléchargements, vos documents et sur votre bureau. Glissez le vôtre "
    "dans cette fenêtre, ou tapez son chemin."
)


class OpeningScreen(Page):
    """The files at the left, a path below them, the preview at the right or, in a narrow window, below."""

    TITLE_IN_HELP = "Ouvrir un fichier"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        cmd(
            *("ouvrir.prendre", "", "choose", "prendre", 1),
            "Faire ce que l’aperçu propose pour ce fichier",
            shown_keys="Entrée",
            when="can_choose",
        ),
        cmd(
            *("ouvrir.chemin", "", "to_path", "écrire un chemin", 4),
            "Écrire le chemin d’un autre fichier, ou d’un dossier",
            shown_keys="Tab",
        ),
        leave("ouvrir", bar=3),
    )
    DEFAULT_CSS = """
    OpeningScreen {
        #porte { layout: vertical; height: 1fr; margin-bottom: 1; }
        #a-gauche { height: auto; }
        #a-droite { height: 1fr; border-top: solid $filet; }
        &.-large #porte, &.-vaste #porte { layout: horizontal; }
        &.-large #a-gauche, &.-vaste #a-gauche { width: 1fr; height: 1fr; }
        &.-large #a-droite, &.-vaste #a-droite {
            width: 1fr;
            height: 1fr;
            border-top: none;
            border-left: solid $filet;
        }
        .titre { height: 1; padding: 0 2; color: $discret; }
        &.-large .titre, &.-vaste .titre { height: 3; padding: 1 2; }
        #fichiers { height: auto; max-height: 6; scrollbar-gutter: auto; }
        &.-bas #fichiers { max-height: 4; }
        &.-large #fichiers, &.-vaste #fichiers { max-height: 1fr; }
        #rien { height: auto; padding: 0 2; color: $discret; }
        FormRow { height: auto; padding: 0 2; margin-top: 1; }
        &.-moyen FormRow, &.-etroit FormRow { margin-top: 0; }
    }
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session | None = None,
        path: Path | None = None,
        into: int | None = None,
    ) -> None:
        """Show the recent files; `path` is shown first, `into` is the assessment chosen on the page below."""
        super().__init__(workspace)
        self._into = into if session is None else session.assessment.id
        self._given: tuple[Path, ...] = () if path is None else (path,)
        self._at_hand: tuple[AtHand, ...] = ()
        self._awaited = 0
        """The folders that were not read yet."""
        self._seen: dict[Path, Seen] = {}
        self._late: set[Path] = set()
        """The files that did not answer."""
        self._reading: Path | None = None
        self._is_taking = False
        self._shown_first = ""
        """The file that was chosen by the page, until the person chooses another."""
        self._files, self._preview = Listing(identifier="fichiers"), Listing(identifier="apercu")
        self._nothing = PlainStatic(id="rien")
        self._path = FileRow(
            "Autre fichier",
            opening.dropped_path,
            _WRONG,
            self._give,
            placeholder="son chemin, ou glissez-le ici",
        )

    # the page

    def headline(self) -> tuple[str, str]:
        return self.TITLE_IN_HELP, ""

    def body(self) -> Iterable[Widget]:
        names = ", ".join(folder.name for folder in opening.usual_folders())
        left = Vertical(
            PlainStatic(typeset(f"Récents : {names}"), classes="titre"),
            self._nothing,
            self._files,
            self._path,
            id="a-gauche",
        )
        right = Vertical(PlainStatic("Ce qui va être pris", classes="titre"), self._preview, id="a-droite")
        yield Container(left, right, id="porte")

    def on_mount(self) -> None:
        self._search()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, Entrée with what it does."""
        act, seen = self._act, self._seen_now
        label = "choisir" if act is None or seen is None else opening.act_words(act, seen)
        label = label.partition(f"{NBSP}:")[0]  # the preview counts what is taken
        return adapted(super().commands(), {"choose": {"label": label[:1].lower() + label[1:]}})

    @property
    def has_steps(self) -> bool:
        """Whether the commands of the steps have an assessment to go to: here none is open."""
        return False

    @property
    def can_choose(self) -> bool:
        """Whether something can be done with the chosen file."""
        return bool(self._acts_now) and not isinstance(self.focused, type(self._path.typed))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        super().on_descendant_focus(event)
        self.refresh_frame()

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._show_files)

    async def action_leave(self) -> None:
        """Go back to the files; from there, leave."""
        if self._files.has_focus or not self._keys:
            self.leave()
        else:
            self._files.focus()

    def action_to_path(self) -> None:
        self._path.typed.focus()

    def on_paste(self, event: Paste) -> None:
        """Show the file that was dropped on the window."""
        if self._path.drop(event.text):
            event.stop()

    # the files

    def _search(self) -> None:
        """Look for recent files in each folder, apart: one that does not answer holds back no other."""
        folders = opening.usual_folders()
        self._at_hand, self._awaited = (), len(folders)
        self._show_files()
        for folder in folders:
            self.later(partial(opening.files_at_hand, folder), self._take_folder)

    def _take_folder(self, found: tuple[AtHand, ...]) -> None:
        self._awaited -= 1
        self._at_hand = opening.latest(*self._at_hand, *found)
        self._show_files()

    @property
    def _keys(self) -> tuple[str, ...]:
        at_hand = (each.path for each in self._at_hand)
        return tuple(dict.fromkeys(str(path) for path in (*self._given, *at_hand)))

    @property
    def _chosen(self) -> Path | None:
        return None if self._files.key is None else Path(self._files.key)

    def _give(self, path: Path) -> None:
        """Show the file or folder of a path that was typed or dropped, before the recent ones."""
        self._given = (path, *(each for each in self._given if each != path))
        self._seen.pop(path, None)
        self._late.discard(path)
        self._path.typed.fill("")
        self._files.focus()
        self._show_files(str(path))

    def _show_files(self, key: str | None = None) -> None:
        keys = self._keys
        if key is None and keys and self._files.key in {None, self._shown_first}:
            key = keys[0]
        self._shown_first = key or self._shown_first
        self._files.display = bool(keys)
        self._nothing.display = not keys
        self._nothing.update("Recherche des fichiers récents…" if self._awaited else _NOTHING)
        self._files.show([self._item(one) for one in keys], key)
        if not keys and not self._awaited:
            self._path.typed.focus()
        self._show_preview()
        self._read_next()

    @property
    def _is_roomy(self) -> bool:
        return self.size.height >= _SPACED

    def _item(self, key: str) -> Item:
        spaces = [()] * (self._is_roomy and key != self._keys[-1])
        return Item(key, lambda width: [*self._lines_of(Path(key), width), *spaces])

    def _lines_of(self, path: Path, width: int) -> Sequence[Line]:
        seen = self._seen.get(path)
        at = next((each.changed_at for each in self._at_hand if each.path == path), None)
        when = "" if at is None else opening.when(at, self.workspace.today())
        name = shown(shown_name(path))
        if seen is None:
            title = opening.NO_ANSWER if path in self._late else opening.READING
        else:
            title = opening.title(seen) or name
        is_faint = seen is None or opening.faint(seen)
        below = name
        if seen is not None and seen.first is not None and (refusal := seen.first.refusal) is not None:
            below = shown(refusal.advice or refusal.message)
        head = Piece(shown(title), SOFT if is_faint else STRONG)
        return spread([head], [Piece(f" {when}", SOFT)], width), (Piece(fit(below, width), SOFT),)

    # reading them, one after the other, first the one that is looked at

    def _read_next(self) -> None:
        if self._reading is not None or not self.is_attached:
            return
        top = self._files.scroll_offset.y // (3 if self._is_roomy else 2)
        chosen = [] if self._files.key is None else [self._files.key]
        keys = self._keys
        waiting = (Path(key) for key in (*chosen, *keys[top:], *keys[:top]))
        path = next((one for one in waiting if one not in self._seen and one not in self._late), None)
        if path is None:
            return
        self._reading = path
        self.later(partial(opening.see, self.workspace, path), partial(self._take_seen, path), self._refused)
        self.set_timer(PATIENCE_SECONDS, partial(self._go_on_without, path))

    def _take_seen(self, path: Path, seen: Seen) -> None:
        self._late.discard(path)
        self._seen[path] = seen
        self._files.again(self._item(str(path)))
        if path == self._chosen:
            self._show_preview()
        if self._reading == path:
            self._reading = None
            self._read_next()

    def _refused(self, refusal: Refusal) -> None:
        self.refuse(refusal)
        if self._reading is not None:
            self._go_on_without(self._reading)

    def _go_on_without(self, path: Path) -> None:
        """Leave a file that does not answer, and read the others."""
        if self._reading == path:
            self._late.add(path)
            self._reading = None
            self._files.again(self._item(str(path)))
            self._show_preview()
            self._read_next()

    # the preview

    @property
    def _seen_now(self) -> Seen | None:
        return None if self._chosen is None else self._seen.get(self._chosen)

    @property
    def _acts_now(self) -> tuple[Act, ...]:
        seen = self._seen_now
        if seen is None:
            return ()
        has_files = bool(self.workspace.store.entries()) or self.workspace.store.has_submissions()
        return opening.acts(seen, has_files=has_files, into=self._own_to_complete)

    @property
    def _own_to_complete(self) -> int | None:
        seen = self._seen_now
        if seen is None:
            return None
        return self.read(lambda: opening.own_to_complete(self.workspace, seen, self._into), None)

    @property
    def _act(self) -> Act | None:
        """The act that Entrée does: the only one, or the one chosen among several."""
        every = self._acts_now
        if len(every) == 1:
            return every[0]
        return Act(self._preview.key) if self._preview.has_focus and self._preview.key else None

    @on(Listing.OptionHighlighted, "#fichiers")
    def _on_highlighted(self, event: Listing.OptionHighlighted) -> None:
        event.stop()
        self._show_preview()
        self._read_next()

    def _show_preview(self) -> None:
        """Show what the chosen file is, what can be done with it, then line by line what would be taken."""
        seen = self._seen_now
        if self._chosen is None:
            items = []
        elif seen is None:
            items = [row(None, words(opening.NO_ANSWER if self._chosen in self._late else opening.READING))]
        else:
            title, _, *rows = opening.preview(seen)
            acts = (_act_item(act, seen) for act in self._acts_now)
            items = [_preview_item(title), *([gap()] * self._is_roomy), *acts, *map(_preview_item, rows)]
        self._preview.show(items)
        self._preview.scroll_home(animate=False)
        self.refresh_frame()

    # doing it

    @on(Listing.OptionSelected, "#fichiers")
    def _on_file(self, event: Listing.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    @on(Listing.OptionSelected, "#apercu")
    def _on_act(self, event: Listing.OptionSelected) -> None:
        event.stop()
        if (seen := self._seen_now) is not None and event.option_id is not None:
            self._do(Act(event.option_id), seen)

    def action_choose(self) -> None:
        """Do what can be done with the chosen file; where there are several ways, go to them."""
        seen, act = self._seen_now, self._act
        if seen is None:
            self.show_message(opening.READING)
        elif act is not None:
            self._do(act, seen)
        elif self._acts_now:
            self._preview.focus()
        elif seen.first is not None and seen.first.refusal is not None:
            self.refuse(seen.first.refusal)
        else:
            self.show_message(opening.why_nothing(seen))

    def _do(self, act: Act, seen: Seen) -> None:
        if self._is_taking:
            return
        first = seen.first
        match act:
            case Act.WORKBOOK:
                from ctg_tui.tui.spreadsheet import WorkbookScreen

                self.app.push_screen(WorkbookScreen(self.workspace, seen.path, self._into))
            case Act.RESTORE:
                self._ask_to_restore(seen)
            case Act.COMPLETE if first is not None:
                self._complete(first)
            case Act.MINE if first is not None:
                self._take_as_mine(first)
            case _:
                self._take(opening.takeable(seen) if first is None else (first,))

    def _take(self, files: Sequence[Found]) -> None:
        """Take files together, all of them or none; the keys typed meanwhile wait."""
        self._is_taking = True
        if len(files) > 1:
            self.show_message(f"{len(files)} fichiers sont pris…")
        self.call_after_refresh(self._take_now, files)

    def _take_now(self, files: Sequence[Found]) -> None:
        outcomes = self.read(lambda: take_all(self.workspace, files), None)
        self._is_taking = False
        if outcomes:
            self._after_taking(outcomes)

    def _after_taking(self, outcomes: tuple[Outcome, ...]) -> None:
        """Say what was taken, and go to where the person goes on: the first open point, the file to read."""
        for outcome in outcomes:
            self._seen.pop(outcome.found.path, None)
        refused = [one for one in outcomes if one.state is State.REFUSED]
        said = " ".join(one.message for one in refused or outcomes[-1:])
        if len(outcomes) > 1:
            taken = len(outcomes) - len(refused)
            of_all = f" sur {len(outcomes)}" if refused else ""  # a folder may hold others
            said = typeset(
                f"{count(taken, 'fichier pris', 'fichiers pris')}{of_all}. "
                f"{' '.join(one.message for one in refused)}"
            ).strip()
        self.show_message(said, warning=bool(refused))
        own = next(
            (one.own_id for one in outcomes if one.state is State.TAKEN and one.own_id is not None), None
        )
        if own is not None:
            self._go_to_own(own)
        elif any(one.found.nature is Nature.SUBMISSION for one in outcomes if one not in refused):
            self._go_to_received(outcomes)
        else:
            self._show_files()

    def _go_to_own(self, own_id: int) -> None:
        """Show the grid on the first point that waits; those of the whole are on « Réponses »."""
        session = self.read(lambda: self.workspace.open(own_id, asks=False), None)
        if session is None:
            return
        waiting = [point for point in points_of(session.assessment, session.grid) if point.is_to_see]
        lines = {*session.grid.activities, *session.grid.indicators}
        first = next((point for point in waiting if point.line in lines), None)
        if first is not None and first.line is not None:
            self.visit(Destination.GRID, session, place_of(session.grid, first.line, first.policy))
        else:
            self.visit(Destination.ANSWERS if waiting else Destination.GRID, session)

    def _go_to_received(self, outcomes: Sequence[Outcome]) -> None:
        """Show the results of the file just kept; the list, where there are several."""
        from ctg_tui.services.received import kept

        received = [one.found.received for one in outcomes if one.found.received is not None]
        uuids = {one.assessment.uuid for one in received}
        none: tuple[kept.Lineage, ...] = ()
        lineages = self.read(lambda: kept.lineages(self.workspace), none)
        mine = [one for one in lineages if one.key in uuids]
        session = None
        if len(outcomes) == 1 and mine:
            session = self.read(lambda: kept.open_received(self.workspace, mine[0]), None)
        self.visit(Destination.RECEIVED if session is None else Destination.RESULTS, session)

    def _complete(self, found: Found) -> None:
        from ctg_tui.tui.completing import CompletingScreen

        own_id = self._own_to_complete
        if own_id is not None and found.received is not None:
            self.app.push_screen(CompletingScreen(self.workspace, own_id, found.path, found.received))

    def _take_as_mine(self, found: Found) -> None:
        received = found.received
        if received is None:
            return
        double = self.read(lambda: double_of(self.workspace, received.assessment.identity), None)

        def take_it() -> None:
            own_id = self.read(lambda: take_as_mine(self.workspace, found, doubles=True), None)
            if own_id is not None:
                self._seen.pop(found.path, None)
                self.show_message(mine_words(found, own_id))
                self._go_to_own(own_id)

        if double is None:
            take_it()
        else:
            question = typeset(f"{double.sentence} Ce serait une deuxième. La prendre quand même ?")
            self.ask(question, "Oui, la prendre", take_it)

    def _ask_to_restore(self, seen: Seen) -> None:
        question = f"Restaurer cette sauvegarde{NARROW}? {opening.MEANINGS[Act.RESTORE]}"
        self.ask(typeset(question), "Oui, restaurer", lambda: self._restore(seen.path))

    def _restore(self, path: Path) -> None:
        from ctg_tui.wording.backups import restored

        try:
            done = self.workspace.restore(path)
        except Refusal as refusal:
            if not self.workspace.store.is_open:
                raise  # without a database there is nothing left to show: the program ends with this error
            self.refuse(refusal)
        else:
            self.leave()
            self.show_message(f"Restauré. {restored(done.undo, done.put_aside)}")


def _act_item(act: Act, seen: Seen) -> Item:
    """Return an act: its words, and what it does."""
    meaning = words(typeset(opening.MEANINGS[act]), SOFT)
    return row(act.value, ends(strong(opening.act_words(act, seen))), meaning, blank)


def _preview_item(shown_row: opening.Row) -> Item:
    """Return a row of the preview."""
    if not shown_row.text:
        return row(None, blank)
    role = STRONG if shown_row.is_title or shown_row.is_warning else PLAIN
    if not shown_row.head:
        return row(None, words(shown(shown_row.text), role))
    head = fit(shown(shown_row.head), _HEAD - 1) + " "
    return row(None, hung(Piece(head, STRONG), shown_row.text))
