"""Ouvrir un fichier: the recent ones, a row each; Entrée shows what one is, and what would be taken of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from textual import on
from textual.events import Key, Paste
from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.services import exchange, opening
from ctg_tui.services.editing import Session
from ctg_tui.services.exchange import Found, Offer, State, take_all, take_as_mine
from ctg_tui.services.forms import Field
from ctg_tui.services.opening import Act, Seen
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.system.files import shown_name
from ctg_tui.tui.backups import restore
from ctg_tui.tui.characters import cut_at_a_word, fit
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.page import ListPage
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.listing import (
    PLAIN,
    SOFT,
    STRONG,
    TITLE,
    Item,
    Line,
    Piece,
    blank,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    spread,
    strong,
    ticked,
    words,
)
from ctg_tui.tui.widgets.rows import Row
from ctg_tui.wording.french import count

_KIND, _DATED = 23, 70
"""The columns of what a file is, and those from which its day stands at the right."""
_HEAD: Final = 16
"""The columns of what stands at the left of a row of the preview."""
_LONGEST_PATH: Final = 4096
_READING: Final = "Lecture…"
_NEW, _HERE, _OTHERS = "À prendre", "Déjà ici", "Le reste"
_WRONG: Final = typeset(
    "Aucun fichier ni dossier de ce nom. Vérifiez son chemin, ou glissez-le dans cette fenêtre."
)
_NOTHING: Final = typeset(
    "Aucun fichier récent parmi vos téléchargements, vos documents et sur votre bureau. Glissez le vôtre "
    "dans cette fenêtre, ou tapez son chemin."
)


class OpeningScreen(ListPage):
    """The recent files, the newest first, and a path below them."""

    TITLE_IN_HELP = "Ouvrir un fichier"
    KEY_COMMANDS = (
        cmd(
            *("ouvrir.voir", "enter", "look", "voir", 1),
            "Voir ce que contient ce fichier, avant d’en prendre quoi que ce soit",
        ),
        cmd(
            *("ouvrir.chemin", "", "to_path", "liste ou chemin", 4),
            "Écrire le chemin d’un autre fichier, ou d’un dossier",
            shown_keys="Tab",
            when="_paths",
        ),
        leave("ouvrir"),
    )
    DEFAULT_CSS = """
    OpeningScreen {
        Row { padding: 0 3; margin-top: 1; }
        &.-normal, &.-haut { Listing { height: auto; max-height: 75%; } }
    }
    """

    def __init__(
        self, workspace: Workspace, session: Session | None = None, path: Path | None = None
    ) -> None:
        """Show the recent files, or `path` at once; a file can complete the assessment of `session`."""
        super().__init__(workspace)
        self._into = None if session is None else session.assessment.id
        self._given: tuple[Path, ...] = () if path is None else (path,)
        """The paths typed or dropped, which stand before the recent files."""
        self._at_hand: dict[Path, datetime] = {}
        self._is_searching = True
        """Whether the recent files are not known yet."""
        self._seen: dict[Path, Seen | None] = {}
        """What the files are; None while one is read."""
        self._wanted = path
        """The file that is shown as soon as it is read."""
        self._led_to: str | None = None
        """Where the cursor was put last: on the first file."""
        place = Field("chemin", "Autre fichier", placeholder="son chemin, ou glissez-le ici")
        self._path = Row(place._replace(limit=_LONGEST_PATH))

    def body(self) -> Iterable[Widget]:
        return (*super().body(), self._path)

    # the files

    @property
    def _paths(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((*self._given, *self._at_hand)))

    def rows(self) -> Iterator[Item]:
        if not self._paths:
            yield sentence("Recherche des fichiers récents…" if self._is_searching else _NOTHING)
        for rank, (title, paths) in enumerate(self._groups().items()):
            style = TITLE if title == _NEW else SOFT
            yield row(None, *[blank] * bool(rank), ends(Piece(title, style)))
            yield from (row(str(path), partial(self._line_of, path, style)) for path in paths)

    def _groups(self) -> dict[str, list[Path]]:
        """Return the files by what is new in them; those that are not read yet are the last."""
        groups: dict[str, list[Path]] = {title: [] for title in (_NEW, _HERE, _OTHERS)}
        for path in self._paths:
            seen = self._seen.get(path)
            is_none = seen is None or (seen.first is not None and seen.first.refusal is not None)
            groups[_HERE if self._is_here(path) else _OTHERS if is_none else _NEW].append(path)
        return {title: paths for title, paths in groups.items() if paths}

    def _is_here(self, path: Path) -> bool:
        """Whether all that a file says is known already."""
        seen = self._seen.get(path)
        return seen is not None and seen.first is not None and seen.first.is_here

    def _line_of(self, path: Path, style: str, width: int) -> Sequence[Line]:
        """Return what a file is, whose, what is in it and its name if that is new here, and its day."""
        seen, at, name = self._seen.get(path), self._at_hand.get(path), clean(shown_name(path))
        title = f"{_READING} · {name}" if seen is None else opening.title(seen)
        kind, _, about = title.partition(" · ")
        if self._is_here(path):
            about = about.partition(" · ")[0]
        elif seen is not None and name not in about and not name.startswith("CTG_"):
            about = f"{about} · {name}"
        when = "" if at is None or width < _DATED else opening.when(at, self.workspace.today())
        whose = _about_in(about, width - _KIND - len(when) - 2)
        kind_style, text_style = (STRONG, PLAIN) if style == TITLE else (SOFT, SOFT)
        left = Piece(kind.ljust(_KIND), kind_style), Piece(whose, text_style)
        return [spread(left, [Piece(when, SOFT)], width)]

    def on_mount(self) -> None:
        self._show_files(*map(str, self._given))
        self.later(opening.recent_files, self._take_recent)

    def on_show_again(self) -> None:
        """Read again the file that was looked at: something may be taken of it now."""
        self._seen.pop(Path(self.list.key or ""), None)
        self._show_files()

    def _take_recent(self, found: dict[Path, datetime]) -> None:
        self._at_hand, self._is_searching = found, False
        self._show_files()

    def _show_files(self, key: str | None = None) -> None:
        """Show the rows; the cursor stays on the first one until the person moves it."""
        is_led = self.list.key == self._led_to
        self.show_rows(key)
        if is_led and key is None:
            self.list.action_first()
            self._led_to = self.list.key
        if not self._paths and not self._is_searching:
            self._path.field.focus()
        self._read_next()

    def _read_next(self) -> None:
        """Read the next file, after the one being read."""
        unread = next((path for path in self._paths if path not in self._seen), None)
        if unread is not None and None not in self._seen.values() and self.is_attached:
            self._read(unread)

    def _read(self, path: Path) -> None:
        """Read a file, unless it was read or is being read."""
        if path not in self._seen:
            self._seen[path] = None
            self.later(partial(opening.see, self.workspace, path), partial(self._take_seen, path))

    def _take_seen(self, path: Path, seen: Seen) -> None:
        self._seen[path] = seen
        self._show_files()
        if path == self._wanted:
            self._look(seen)

    def action_look(self) -> None:
        """Show what the chosen file is, once it is read."""
        if (key := self.list.key) is None:
            return
        self._wanted = Path(key)
        if (seen := self._seen.get(self._wanted)) is not None:
            self._look(seen)
        else:
            self._read(self._wanted)
            self.show_message(_READING)

    def _look(self, seen: Seen) -> None:
        self._wanted = None
        if not self.is_current:
            return
        if seen.first is not None and (workbook := seen.first.workbook) is not None:
            from ctg_tui.tui.spreadsheet import WorkbookScreen

            self.app.push_screen(WorkbookScreen(self.workspace, workbook, self._into))
        else:
            self.app.push_screen(FileScreen(self.workspace, seen, self._into))

    # a path typed, or a file dropped on the window

    def action_to_path(self) -> None:
        self._path.field.focus()

    @on(TextField.Submitted)
    def _on_typed(self, event: TextField.Submitted) -> None:
        event.stop()
        path = opening.dropped_path(event.value)
        if path is not None and os.path.exists(path):  # noqa: PTH110 - Path.exists raises for some names
            self._give(path)
        else:
            self._path.show_problem(_WRONG if event.value.strip() else "")

    def on_key(self, event: Key) -> None:
        """Write what is typed over the list in the path: some terminals type the name of a dropped file."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.set_focus(self._path.field)
            self.take_typed(event.character)

    def on_paste(self, event: Paste) -> None:
        if (path := opening.dropped_path(event.text)) is not None:
            event.stop()
            self._give(path)

    def _give(self, path: Path) -> None:
        """Show a file or folder before the recent ones, and what it is."""
        self._given = (path, *(each for each in self._given if each != path))
        self._seen.pop(path, None)
        self._wanted = path
        self._read(path)
        self._path.show_problem("")
        self._path.fill("")
        self.list.focus()
        self._show_files(str(path))


def _about_in(about: str, width: int) -> str:
    """Return what a file is or, where `width` does not hold it, whose; a name is cut, its year is not.

    Of what was read in it, the first parts that fit.
    """
    whose = about if cell_len(about) <= width else about.partition(" · ")[0]
    name, _, year = whose.rpartition(" ")
    if cell_len(whose) > width and year.isdigit():
        return f"{cut_at_a_word(name, max(width - len(year) - 1, 1)).rstrip()} {year}"
    while cell_len(whose) > width and ", " in whose:
        whose = whose.rpartition(", ")[0]
    return whose


_ADDS_NOTHING: Final = "Il n’ajoute rien : tout ce qu’il dit est déjà dans la vôtre, ou en diffère."


class FileScreen(ListPage):
    """What a file is, what can be done with it, then line by line what would be taken.

    Entrée does it, or takes a colleague's value that differs from one's own, or leaves it.
    """

    TITLE_IN_HELP = "Ce que contient un fichier"
    KEY_COMMANDS = (
        cmd(
            *("fichier.choisir", "enter", "choose", "choisir", 1),
            "Faire ce que dit cette ligne, ou prendre cette valeur",
            when="_acts",
        ),
        leave("fichier"),
    )

    def __init__(self, workspace: Workspace, seen: Seen, into: int | None) -> None:
        super().__init__(workspace)
        self._seen, self._into = seen, into
        self._acts: tuple[Act, ...] = ()
        self._offer: Offer | None = None
        """What a colleague's file would add to one's own assessment."""
        self._chosen: set[str] = set()
        """The keys of the values that differ and are taken."""

    def headline(self) -> tuple[str, str]:
        state = "rien n’est encore enregistré" if self._acts else ""
        return f"Ouvrir · {clean(shown_name(self._seen.path))}", state

    def on_mount(self) -> None:
        none: tuple[tuple[Act, ...], int | None] = ((), None)
        seen, first = self._seen, self._seen.first
        acts, own_id = self.read(lambda: opening.acts_on(self.workspace, seen, self._into), none)
        if own_id is not None and Act.COMPLETE in acts and first is not None and (given := first.received):
            self._offer = self.read(lambda: exchange.offer_of(self.workspace, own_id, given), None)
        self._acts = tuple(act for act in acts if self._offer or act is not Act.COMPLETE)
        self.show_rows()

    def rows(self) -> Iterator[Item]:
        seen, offer = self._seen, self._offer
        title, *lines = map(_preview_item, opening.preview(seen))
        yield title
        for act in self._acts:
            name, meaning = opening.act_words(act, seen)
            if offer is not None and act is Act.COMPLETE:
                meaning = f"Il ajoute {offer.summary}." if offer.summary else _ADDS_NOTHING
            yield row(act.name, ends(strong(name)), words(clean(meaning), SOFT), blank)
        if offer is None:
            yield from lines
            return
        if offer.differences:
            yield section_title(
                f"Ce qui diffère ({len(offer.differences)})", typeset("Entrée : prendre ou laisser")
            )
            for one in offer.differences:
                yield ticked(one.key, clean(one.sentence), is_taken=one.key in self._chosen)
            yield gap()
        if offer.fills:
            yield section_title(f"Ce qui s’ajoute ({len(offer.fills)})")
            for text in offer.fills:
                yield row(None, hung("", clean(text), SOFT))

    def action_choose(self) -> None:
        key = self.list.key
        act = next((act for act in self._acts if act.name == key), None)
        if act is not None:
            self._do(act)
        elif key is not None:
            self._chosen ^= {key}
            self.show_rows(key)
        else:
            self.show_message("Il n’y a rien à prendre de ce fichier : Échap pour en choisir un autre.")

    def _do(self, act: Act) -> None:
        seen, first = self._seen, self._seen.first
        if act is Act.RESTORE:
            question = typeset(f"Restaurer cette sauvegarde ? {opening.act_words(act, seen)[1]}")
            self._agreed(question, "Oui, restaurer", self._restore)
        elif act is Act.COMPLETE and first is not None and self._offer is not None:
            own_id = self._offer.own_id
            question = self.read(lambda: self.workspace.question_before(own_id), "")
            self._agreed(question, "Oui, la modifier", partial(self._complete, first, own_id))
        elif act is Act.MINE and first is not None and (given := first.received) is not None:
            double = self.read(lambda: double_of(self.workspace, given.assessment.identity), None)
            question = f"{double.sentence} Ce serait une deuxième. La prendre quand même ?" if double else ""
            self._agreed(typeset(question), "Oui, la prendre", partial(self._take_as_mine, first))
        else:
            files = opening.takeable(seen) if first is None else (first,)
            if outcomes := self.read(lambda: take_all(self.workspace, files), None):
                self._after_taking(outcomes)

    def _agreed(self, question: str, yes: str, do: Callable[[], object]) -> None:
        """Do it, once a question is agreed to, if there is one."""
        if question:
            self.ask(question, yes, do)
        else:
            do()

    def _after_taking(self, outcomes: tuple[Found, ...]) -> None:
        """Say what was taken, and go to where the person goes on: the first open point, the file to read."""
        refused = [one for one in outcomes if one.state is State.REFUSED]
        said = " ".join(one.message for one in refused or outcomes[-1:])
        if len(outcomes) > 1:
            taken = count(len(outcomes) - len(refused), "fichier pris", "fichiers pris")
            said = f"{taken} sur {len(outcomes)}. {said}" if refused else f"{taken}."
        files = (one.received for one in outcomes if one not in refused)
        kept = [file.assessment.uuid for file in files if file is not None]
        own = next((one.own_id for one in outcomes if one.own_id and one not in refused), None)
        if own is not None:
            self._go_to_own(own)
        elif kept:
            self.visit(Destination.RECEIVED, place=kept[0])
        elif not refused:
            self.leave()
        self.show_message(typeset(said), warning=bool(refused))

    def _go_to_own(self, own_id: int) -> None:
        """Show what the Caf said, on the first point that waits; without any, the grid."""
        session = self.read(lambda: self.workspace.open(own_id, asks=False), None)
        if session is not None:
            is_waiting = any(point.is_to_see for point in session.points)
            self.visit(Destination.ANSWERS if is_waiting else Destination.GRID, session)

    def _complete(self, found: Found, own_id: int) -> None:
        """Put the file in, and show what is to see."""
        done = self.read(lambda: exchange.complete(self.workspace, own_id, found, self._chosen), None)
        if done is not None:
            self._after_taking(done[:1])

    def _take_as_mine(self, found: Found) -> None:
        """Go on with a file as one's own assessment."""
        outcome = self.read(lambda: take_as_mine(self.workspace, found), None)
        if outcome is not None:
            self._after_taking((outcome,))

    def _restore(self) -> None:
        if done := restore(self, self._seen.path):
            self.visit(Destination.RESTORE)
            self.show_message(f"Restauré. {done[0]}")


def _preview_item(shown_row: opening.Row) -> Item:
    """Return a row of the preview, and a blank line."""
    role = STRONG if shown_row.is_strong else PLAIN
    if not shown_row.head:
        return row(None, words(clean(shown_row.text), role), blank)
    head = fit(clean(shown_row.head), _HEAD - 1) + " "
    return row(None, hung(Piece(head, STRONG), shown_row.text), blank)
