"""Ouvrir un fichier: the recent ones, each with what it is; and what would be taken of the chosen one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.containers import Container, Vertical
from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.services import opening
from ctg_tui.services.exchange import Found, Nature, Outcome, State, mine_words, take_all, take_as_mine
from ctg_tui.services.forms import Field
from ctg_tui.services.opening import Act, Seen
from ctg_tui.services.workspace import double_of
from ctg_tui.system.files import shown_name
from ctg_tui.tui.backups import restore
from ctg_tui.tui.characters import ELLIPSIS, cut_at_a_word, fit, shown
from ctg_tui.tui.commands import Command, Destination, adapted, cmd, leave
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.fields import TextField
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
    hung,
    row,
    spread,
    strong,
    width_of,
    words,
)
from ctg_tui.tui.widgets.rows import Row
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import NBSP, count

if TYPE_CHECKING:
    from datetime import datetime

    from textual.events import DescendantFocus, Paste

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_HEAD: Final = 16
"""The columns of what stands at the left of a row of the preview."""
_AT_ONCE: Final = 3
"""The files read at the same time: one on a slow network holds back no other."""
_LONGEST_PATH: Final = 4096
_SPACED: Final = 30
"""The rows of a window from which there are blank rows between two files."""
_READING: Final = "Lecture…"
_TITLE: Final = re.compile(r"^(.*?)( \d{4}(?=,| ·|$)(?:, [^·]+)?(?: · envoi n°.\d+)?|$)(.*)")
_WRONG: Final = typeset(
    "Aucun fichier ni dossier de ce nom. Vérifiez son chemin, ou glissez-le dans cette fenêtre."
)
_NOTHING: Final = typeset(
    "Aucun fichier récent parmi vos téléchargements, vos documents et sur votre bureau. Glissez le vôtre "
    "dans cette fenêtre, ou tapez son chemin."
)

_OTHERS: Final = Command(
    *("ouvrir.autre", "", "autre fichier", "Voir un autre fichier"), shown_keys="↑ ↓", bar=2
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
            when="is_not_typing",
        ),
        leave("ouvrir"),
    )
    DEFAULT_CSS = """
    OpeningScreen {
        #porte { layout: vertical; height: 1fr; margin: 1 0; }
        &.-bas #porte { margin-top: 0; }
        #a-gauche { height: auto; }
        #a-droite { height: 1fr; border-top: solid $filet; }
        .titre { height: 1; padding: 0 2; color: $discret; }
        #fichiers { height: auto; max-height: 6; scrollbar-gutter: auto; }
        &.-bas #fichiers { max-height: 4; }
        #rien { height: auto; padding: 0 2; color: $discret; }
        Row { padding: 0 2; }
        &.-large, &.-vaste {
            #porte { layout: horizontal; margin-top: 0; }
            #a-gauche, #a-droite { width: 1fr; height: 1fr; }
            #a-droite { border-top: none; border-left: solid $filet; }
            .titre { height: 3; padding: 1 2; }
            #fichiers { max-height: 75%; margin-right: 1; }
            Row { margin-top: 1; }
        }
        &.-large.-bas, &.-vaste.-bas { #fichiers { max-height: 50%; } }
    }
    """

    def __init__(
        self, workspace: Workspace, session: Session | None = None, path: Path | None = None
    ) -> None:
        """Show the recent files, `path` first; a file can complete the assessment of `session`."""
        super().__init__(workspace)
        self._into = None if session is None else session.assessment.id
        self._given: tuple[Path, ...] = () if path is None else (path,)
        """The paths typed or dropped, which stand before the recent files."""
        self._at_hand: dict[Path, datetime] = {}
        self._placed: str | None = None
        """The file that the page put the cursor on: it moves it no more once a person did."""
        self._awaited = 0
        """The folders that were not read yet."""
        self._seen: dict[Path, Seen] = {}
        self._reading: set[Path] = set()
        self._acts: tuple[Act, ...] = ()
        """What can be done with the chosen file."""
        self._completes: int | None = None
        """The assessment that it can complete."""
        self._files, self._preview = Listing(identifier="fichiers"), Listing(identifier="apercu")
        self._nothing, self._title = PlainStatic(id="rien"), PlainStatic(classes="titre")
        place = Field("chemin", "Autre fichier", placeholder="son chemin, ou glissez-le ici")
        self._path = Row(place._replace(limit=_LONGEST_PATH))

    # the page

    def headline(self) -> tuple[str, str]:
        return self.TITLE_IN_HELP, ""

    def body(self) -> Iterable[Widget]:
        names = ", ".join(folder.name for folder in opening.usual_folders())
        recent = PlainStatic(typeset(f"Récents : {names}"), classes="titre")
        left = Vertical(recent, self._nothing, self._files, self._path, id="a-gauche")
        right = Vertical(self._title, self._preview, id="a-droite")
        yield Container(left, right, id="porte")

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available, Entrée with what it does."""
        act, seen = self._act, self._seen_now
        label = "choisir" if act is None or seen is None else opening.act_words(act, seen)[0]
        label = label.partition(f"{NBSP}:")[0]  # the preview counts what is taken
        every = adapted(super().commands(), {"choose": {"label": label[:1].lower() + label[1:]}})
        return (*every, _OTHERS) if len(self._keys) > 1 and self.is_not_typing else every

    @property
    def has_steps(self) -> bool:
        """Whether the commands of the steps have an assessment to go to: here none is open."""
        return False

    @property
    def can_choose(self) -> bool:
        """Whether something can be done with the chosen file."""
        return bool(self._acts) and self.is_not_typing

    @property
    def is_not_typing(self) -> bool:
        """Whether the focus is elsewhere than in the path."""
        return self.focused is not self._path.field

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        super().on_descendant_focus(event)
        self.refresh_frame()

    async def action_leave(self) -> None:
        """Go back to the files; from there, leave."""
        if self._files.has_focus or not self._keys:
            self.leave()
        else:
            self._files.focus()

    # the files

    def on_mount(self) -> None:
        """Look for recent files in each folder, apart: one that does not answer holds back no other."""
        folders = opening.usual_folders()
        self._awaited = len(folders)
        self._show_files()
        for folder in folders:
            self.later(partial(opening.files_at_hand, folder), self._take_folder)

    def _take_folder(self, found: dict[Path, datetime]) -> None:
        self._awaited -= 1
        self._at_hand = opening.latest(self._at_hand | found)
        self._show_files()

    @property
    def _keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(str, (*self._given, *self._at_hand))))

    @property
    def _chosen(self) -> Path | None:
        return None if self._files.key is None else Path(self._files.key)

    def _show_files(self, key: str | None = None) -> None:
        keys, is_ours = self._keys, self._files.key == self._placed
        self._files.display = bool(keys)
        self._nothing.display = not keys
        self._nothing.update("Recherche des fichiers récents…" if self._awaited else _NOTHING)
        self._files.show([self._item(one) for one in keys], key or (self._first if is_ours else None))
        if is_ours:
            self._placed = self._files.key
        if not keys and not self._awaited:
            self._path.field.focus()
        self._show_preview()
        self._read_next()

    @property
    def _first(self) -> str | None:
        """The file to begin on: the newest of which something can be taken, once those before it are read.

        Without any it is the newest; a file given is always the one.
        """
        keys = self._keys
        for key in () if self._given else keys:
            seen = self._seen.get(Path(key))
            if seen is None:
                break
            if self._acts_on(seen)[0]:
                return key
        return next(iter(keys), None)

    def _item(self, key: str) -> Item:
        is_apart = self.size.height >= _SPACED and key != self._keys[-1]
        return row(key, partial(self._lines_of, Path(key)), *([blank] if is_apart else ()))

    def _lines_of(self, path: Path, width: int) -> Sequence[Line]:
        """Return what a file is and its day; below, its name."""
        seen = self._seen.get(path)
        at = self._at_hand.get(path)
        when = Piece("" if at is None else f" {opening.when(at, self.workspace.today())}", SOFT)
        name = Piece(_name_in(shown_name(path), width), SOFT)
        if seen is None:
            return spread([Piece(_READING, SOFT)], [when], width), (name,)
        first = seen.first
        is_faint = first is not None and (first.refusal is not None or first.is_here)
        title = opening.title(seen)
        title = "Rien à prendre" if title == shown(path.name) else title
        head = Piece(_title_in(title, width - width_of([when]) - 1), STRONG)
        return spread([head._replace(style=SOFT) if is_faint else head], [when], width), (name,)

    # a path typed, or a file dropped on the window

    def action_to_path(self) -> None:
        self._path.field.focus()

    @on(TextField.Submitted)
    def _on_typed(self, event: TextField.Submitted) -> None:
        event.stop()
        path, problem = opening.dropped_path(event.value), ""
        if path is None:
            problem = _WRONG if event.value.strip() else ""
        elif not os.path.exists(path):  # noqa: PTH110 - Path.exists raises for some names
            problem = typeset(f"« {shown_name(path)} » n’existe pas. Vérifiez son nom et son dossier.")
        self._path.show_problem(problem)
        if path is not None and not problem:
            self._give(path)

    def on_paste(self, event: Paste) -> None:
        if (path := opening.dropped_path(event.text)) is not None:
            event.stop()
            self._give(path)

    def _give(self, path: Path) -> None:
        """Show a file or folder before the recent ones."""
        self._given = (path, *(each for each in self._given if each != path))
        self._seen.pop(path, None)
        self._path.fill("")
        self._files.focus()
        self._show_files(str(path))

    # reading them, first the one that is looked at

    def _read_next(self) -> None:
        chosen = [] if self._chosen is None else [self._chosen]
        for path in (*chosen, *map(Path, self._keys)):
            if len(self._reading) >= _AT_ONCE or not self.is_attached:
                return
            if path not in self._seen and path not in self._reading:
                self._reading.add(path)
                self.later(partial(opening.see, self.workspace, path), partial(self._take_seen, path))

    def _take_seen(self, path: Path, seen: Seen) -> None:
        self._reading.discard(path)
        self._seen[path] = seen
        self._files.again(self._item(str(path)))
        if self._files.key == self._placed and (first := self._first) is not None:
            self._files.select(first)
            self._placed = first
        if path == self._chosen:
            self._show_preview()
        self._read_next()

    # the preview

    @property
    def _seen_now(self) -> Seen | None:
        return None if self._chosen is None else self._seen.get(self._chosen)

    @property
    def _act(self) -> Act | None:
        """The act that Entrée does: the only one, or the one chosen among several."""
        if len(self._acts) == 1:
            return self._acts[0]
        return Act(self._preview.key) if self._preview.has_focus and self._preview.key else None

    @on(Listing.OptionHighlighted, "#fichiers")
    def _on_highlighted(self, event: Listing.OptionHighlighted) -> None:
        event.stop()
        self._show_preview()
        self._read_next()

    def _acts_on(self, seen: Seen) -> tuple[tuple[Act, ...], int | None]:
        """Return what can be done with a file, and the assessment it can complete."""
        none: tuple[tuple[Act, ...], int | None] = ((), None)
        return self.read(lambda: opening.acts_on(self.workspace, seen, self._into), none)

    def _show_preview(self) -> None:
        """Show what the chosen file is, what can be done with it, then line by line what would be taken."""
        seen, items = self._seen_now, [row(None, words(_READING))]
        self._acts = ()
        if seen is not None:
            self._acts, self._completes = self._acts_on(seen)
            title, *rows = map(_preview_item, opening.preview(seen))
            items = [title, *(_act_item(act, seen) for act in self._acts), *rows]
        self._title.update("Ce qui va être pris" if self._acts else "Ce fichier")
        self._preview.show(items if self._chosen is not None else [])
        self._preview.scroll_home(animate=False)
        self.refresh_frame()

    # doing it

    @on(Listing.OptionSelected)
    def _on_selected(self, event: Listing.OptionSelected) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Do what can be done with the chosen file; where there are several ways, go to them."""
        seen, act = self._seen_now, self._act
        if seen is None:
            self.show_message(_READING)
        elif act is not None:
            self._do(act, seen)
        elif self._acts:
            self._preview.focus()
        else:
            self.show_message("Rien n’est à prendre de ce fichier : l’aperçu dit pourquoi.")

    def _do(self, act: Act, seen: Seen) -> None:
        first = seen.first
        match act:
            case Act.WORKBOOK:
                from ctg_tui.tui.spreadsheet import WorkbookScreen

                self.app.push_screen(WorkbookScreen(self.workspace, seen.path, self._into))
            case Act.RESTORE:
                question = typeset(f"Restaurer cette sauvegarde ? {opening.act_words(act, seen)[1]}")
                self.ask(question, "Oui, restaurer", lambda: self._restore(seen.path))
            case Act.COMPLETE if first is not None:
                self._complete(first)
            case Act.MINE if first is not None:
                self._take_as_mine(first)
            case _:
                files = opening.takeable(seen) if first is None else (first,)
                if outcomes := self.read(lambda: take_all(self.workspace, files), None):
                    self._after_taking(outcomes)

    def _after_taking(self, outcomes: tuple[Outcome, ...]) -> None:
        """Say what was taken, and go to where the person goes on: the first open point, the file to read."""
        for outcome in outcomes:
            self._seen.pop(outcome.found.path, None)
        refused = [one for one in outcomes if one.state is State.REFUSED]
        said = " ".join(one.message for one in refused or outcomes[-1:])
        if len(outcomes) > 1:
            taken = count(len(outcomes) - len(refused), "fichier pris", "fichiers pris")
            said = f"{taken} sur {len(outcomes)}. {said}" if refused else f"{taken}."
        self.show_message(typeset(said), warning=bool(refused))
        kept = [one for one in outcomes if one.found.nature is Nature.SUBMISSION and one not in refused]
        own = next((one.found.own_id for one in outcomes if one.state is State.TAKEN), None)
        if own is not None:
            self._go_to_own(own)
        elif kept:
            self._go_to_received(kept)
        else:
            self._show_files()

    def _go_to_own(self, own_id: int) -> None:
        """Show what the Caf said, on the first point that waits; without any, the grid."""
        session = self.read(lambda: self.workspace.open(own_id, asks=False), None)
        if session is not None:
            is_waiting = any(point.is_to_see for point in session.points)
            self.visit(Destination.ANSWERS if is_waiting else Destination.GRID, session)

    def _go_to_received(self, outcomes: Sequence[Outcome]) -> None:
        """Show the results of the file just kept; the list, where there are several."""
        from ctg_tui.services import received

        given = [one.found.received for one in outcomes if one.found.received is not None]

        def latest() -> Session | None:
            uuid = given[0].assessment.uuid
            found = next(
                (one for one in received.files_that_count(self.workspace) if one.lineage == uuid), None
            )
            return None if found is None else received.open_received(self.workspace, found)

        session = self.read(latest, None) if len(given) == 1 else None
        self.visit(Destination.RECEIVED if session is None else Destination.RESULTS, session)

    def _complete(self, found: Found) -> None:
        from ctg_tui.tui.completing import CompletingScreen

        if self._completes is not None and found.received is not None:
            self.app.push_screen(
                CompletingScreen(self.workspace, self._completes, found.path, found.received)
            )

    def _take_as_mine(self, found: Found) -> None:
        """Go on with a file as one's own assessment; a second one of that year is asked about."""
        if (received := found.received) is None:
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

    def _restore(self, path: Path) -> None:
        if done := restore(self, path):
            self.leave()
            self.show_message(f"Restauré. {done[0]}")


def _name_in(name: str, width: int) -> str:
    """Return the name of a file, or the last of its parts that `width` columns hold: cut at an underscore."""
    whole, parts = shown(name), shown(name).split("_")
    while cell_len(whole) > width and len(parts) > 1:
        del parts[0]
        whole = f"{ELLIPSIS}_{'_'.join(parts)}"
    return fit(whole, width) if cell_len(whole) > width else whole


def _title_in(title: str, width: int) -> str:
    """Return what a file is in `width` columns: the territory is shortened, not its year nor its sending."""
    before, year, after = _TITLE.findall(shown(title))[0]
    room = width - len(year) - bool(after)
    if cell_len(before) > room:
        before = cut_at_a_word(before, room).rstrip()
    return cut_at_a_word(before + year + after, width).rstrip()


def _act_item(act: Act, seen: Seen) -> Item:
    """Return an act: its words, and what it does."""
    title, meaning = opening.act_words(act, seen)
    return row(act.value, ends(strong(title)), words(meaning, SOFT), blank)


def _preview_item(shown_row: opening.Row) -> Item:
    """Return a row of the preview, and a blank line."""
    role = STRONG if shown_row.is_strong else PLAIN
    if not shown_row.head:
        return row(None, words(shown(shown_row.text), role), blank)
    head = fit(shown(shown_row.head), _HEAD - 1) + " "
    return row(None, hung(Piece(head, STRONG), shown_row.text), blank)
