"""Envoi: what goes to the Caf, for whom, where; the files made; what is missing, each with its step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from textual import on

from ctg_tui.domain.assessment import PreparationTopic, Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import number_of
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import FindingCode, Step
from ctg_tui.services.details import ADVISER_NAME
from ctg_tui.services.sending import (
    ALL_PIECES,
    PIECE_NAMES,
    Dossier,
    Enclosure,
    Missing,
    Outlook,
    about_salaries,
    changes_since_latest,
    default_folder,
    look,
    prepare,
    what_goes,
)
from ctg_tui.system import computer
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Destination, adapted, cmd
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.steps import visit_finding
from ctg_tui.tui.widgets.fields import FolderRow, TextField
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    TITLE,
    Item,
    Line,
    Piece,
    gap,
    hanging,
    sentence,
)
from ctg_tui.wording.french import STATUSES_OF_ASSESSMENT, TOPICS, count, counts, listing
from ctg_tui.wording.lines import count_apart, proposed_answers
from ctg_tui.wording.sending import changed_values, changes_since, files_made
from ctg_tui.wording.spreadsheet import not_in_workbook
from ctg_tui.wording.steps import FINDINGS, NAMES, finding

if TYPE_CHECKING:
    from ctg_tui.domain.changes import Change
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.tui.commands import Command
    from ctg_tui.tui.page import Page


VERSION, GOES, PIECE, TO, FOLDER, CREATE, DO, LACK, SINCE = (
    *("version", "ce-qui-part", "piece", "pour", "dossier", "creer"),
    *("faire", "manque", "depuis"),
)
"""The rows: the key of an item is one of them, or `piece:html`, `faire:open_folder`, `manque:code`."""
_LABEL: Final = 18
_WRITE: Final = typeset("Créer les fichiers (rien n’est envoyé)")
_NONE_IN_EXAMPLE: Final = "Dans l’exemple, aucun fichier n’est créé."
_MEANINGS: Final = {
    Status.DRAFT: "Pour en parler avec la Caf : des cases peuvent rester vides.",
    Status.FINAL: "Aucune case de la Caf n’est vide, et les personnes sont nommées. Tout reste modifiable.",
}
_ENTER: Final = {
    "creer": "créer les fichiers",
    "faire": "le faire",
    "manque": "y aller",
    "depuis": "lire les changements",
}
"""What Entrée does on a row that it does not change."""
_ABOUT_CODE: Final = (
    "Lisez-le au téléphone à votre contact Caf : le même code, c’est le même contenu. "
    "Il révèle une erreur de copie ; il ne remplace pas une signature."
)
_MEETING = "entretien"
_ANSWERS: Final = "Réponses"
"""Where the Caf is answered."""
_last_folder: Final[WeakKeyDictionary[Workspace, Path]] = WeakKeyDictionary()
"""The last folder written to, for each open database: proposed again until the program ends."""


# The rows.


def labelled(key: str | None, label: str, text: str | Sequence[Piece], *below: str) -> Item:
    """Return a row: its label, a text or pieces at the right, then soft sentences under them."""
    head, indent = Piece(label.ljust(_LABEL), SOFT), Piece(" " * _LABEL)

    def lines(width: int) -> Sequence[Line]:
        first = hanging(head, shown(text), width) if isinstance(text, str) else [(head, *text)]
        others = [line for each in below if each for line in hanging(indent, typeset(each), width, SOFT)]
        return [*first, *others]

    return Item(key, lines)


def folder_in_words(folder: Path) -> str:
    """Return `Documents › CTG` for a folder of the person's, else its path."""
    try:
        parts = folder.relative_to(Path.home()).parts
    except (ValueError, RuntimeError):
        return str(folder)
    return " › ".join(parts) if parts else str(folder)


def _written_items(written: Dossier) -> Iterator[Item]:
    """Yield where the files are, their names, the code, and what was sent in figures."""
    sent = written.sent
    yield Item(None, lambda _width: ((Piece("Fichiers créés, relus et vérifiés", TITLE),),))
    where = (Piece("O  ", ACCENT), Piece(shown(folder_in_words(written.folder)), STRONG))
    yield labelled(f"{DO}:open_folder", "Ils sont dans", where, *written.names)
    if written.mail is not None:
        mail = (Piece("T  ", ACCENT), Piece(typeset("copier son texte, à coller dans votre messagerie")))
        yield labelled(f"{DO}:copy_mail", "Le courriel", mail)
    tally = Tally(rated=sent.counts.rated, not_concerned=sent.counts.not_concerned, blank=sent.counts.blank)
    content = (
        counts(tally),
        count_apart(sent.counts.comments, "commentaire"),
        count_apart(sent.counts.numbers, "nombre"),
        count_apart(sent.counts.actions, "action"),
        *([proposed_answers(sent.counts.proposed)] if sent.counts.proposed else []),
    )
    yield labelled(None, "Contenu", " · ".join(content))
    if sent.sending.is_final:  # of a draft nobody reads it aloud
        yield labelled(f"{DO}:copy_code", "Code de contrôle", [Piece(sent.short, STRONG)], _ABOUT_CODE)
    for left in written.not_in_workbook:
        yield labelled(None, "Tableur", not_in_workbook(left.where, left.value, left.reason))
    yield gap()


_COPY_MAIL: Final = "Copier le texte du courriel, à coller dans votre messagerie"
_OPEN_MAIL: Final = "Ouvrir le brouillon de courriel dans votre messagerie"
_ON_FILES: Final = (
    ("dossier", "o", "open_folder", "ouvrir le dossier", 3, "Ouvrir le dossier des fichiers", "has_files"),
    ("copier", "t", "copy_mail", "copier le courriel", 4, _COPY_MAIL, "has_mail"),
    ("courriel", "", "open_mail", "ouvrir le courriel", None, _OPEN_MAIL, "has_mail"),
    ("code", "", "copy_code", "copier le code", None, "Copier le code de contrôle", "has_files"),
    ("chemin", "", "copy_path", "copier l’emplacement", None, "Copier l’emplacement du dossier", "has_files"),
)
"""The commands on the files made, each as the arguments of `cmd`."""


class SendingScreen(ListPage):
    """Five rows, the files made, then what is missing; the folder is typed in a field below them."""

    TITLE_IN_HELP = "Envoi"
    STEP = 5
    KEY_COMMANDS = (
        cmd(
            *("envoi.choisir", "", "choose", "changer", 2),
            "Changer cette ligne, ou aller à ce qui manque",
            shown_keys="Entrée",
            when="can_choose",
        ),
        cmd(
            *("envoi.ecrire", "f9", "write", "créer les fichiers", 1),
            "Créer les fichiers pour la Caf (rien n’est envoyé)",
            when="can_write",
        ),
        *(
            cmd(f"envoi.{name}", key, action, label, bar, sentence, when=when)
            for name, key, action, label, bar, sentence, when in _ON_FILES
        ),
        cmd(
            *("envoi.changements", "m", "read_changes", "changements", 6),
            "Lire ce qui a changé depuis les derniers fichiers créés",
            when="has_sending",
        ),
        cmd(
            *("envoi.version", "left right", "turn_version", "version", None),
            "Choisir l’autre version",
            palette=False,
            when="can_choose",
        ),
        cmd(*("envoi.retour", "escape", "leave", "accueil", 11), "Fermer le champ, puis revenir"),
    )
    DEFAULT_CSS = """
    SendingScreen {
        Listing { padding: 1 2; }
        FolderRow { height: auto; padding: 0 4; margin-bottom: 1; }
        FolderRow .row--label { width: 18; }
        FolderRow .row--problem { margin-left: 18; }
        &.-normal Listing, &.-bas Listing { padding: 0 2; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.status = Status.DRAFT
        self._left_out: set[Enclosure] = set()
        self._is_unfolded = False
        self._folder = _last_folder.get(workspace) or default_folder()
        self._folder_row: FolderRow | None = None
        self._written: Dossier | None = None
        self._outlook = Outlook(frozenset(), ())

    # rows

    def rows(self) -> Iterable[Item]:
        asked = ALL_PIECES - self._left_out
        self._outlook = self.read(
            lambda: look(self.workspace, self.opened.assessment.id, asked), self._outlook
        )
        apart = Item(None, lambda _width: ((),) if self.size.height >= 24 else ())
        folder = labelled(FOLDER, "Enregistrer dans", folder_in_words(self._folder))
        button = Item(
            CREATE, lambda width: hanging(Piece(" " * (_LABEL - 2)), f"[ {_WRITE} ]", width, STRONG)
        )
        version, to = self._version_item(), self._recipient_item()
        for items in ([version], self._goes_items(), [to], *([[folder]] if self.can_write else [])):
            if not items:
                continue
            yield from items
            yield apart
        yield button if self.can_write else sentence(_NONE_IN_EXAMPLE)
        yield gap()
        if self._written is not None:
            yield from _written_items(self._written)
        elif made := self._made_items():
            yield from made
            yield gap()
        missing = self._outlook.missing
        yield from self._missing_items(
            "Il manque, pour la version définitive", [self._lack(one) for one in missing if one.is_blocking]
        )
        waiting = [one for one in missing if one.found and one.found.code is FindingCode.OPEN_POINTS]
        yield from self._missing_items("À regarder", [self._lack(one) for one in waiting])
        advice = [self._lack(one) for one in missing if not one.is_blocking and one not in waiting]
        yield from self._missing_items("Facultatif", [*advice, *self._other_advice()])

    def _version_item(self) -> Item:
        pieces: list[Piece] = []
        for status, word in STATUSES_OF_ASSESSMENT.items():
            is_chosen = status is self.status
            pieces += [Piece("    ")] if pieces else []
            pieces.append(Piece(f"({'x' if is_chosen else ' '}) {word}", STRONG if is_chosen else PLAIN))
        return labelled(VERSION, "Version", pieces, _MEANINGS[self.status])

    def _made_items(self) -> list[Item]:
        """Return the row on the latest files and what changed since; none before the first."""
        sent = self.opened.sent
        if sent is None:
            return []
        opened = self.opened
        nothing: tuple[Change, ...] = ()
        changes = self.read(
            lambda: changes_since_latest(self.workspace, opened.grid, opened.assessment), nothing
        )
        return [labelled(SINCE, "Déjà fait", f"{files_made(sent)} · {changes_since(len(changes))}")]

    def _goes_items(self) -> Iterator[Item]:
        salaries = ""
        if Enclosure.FORECAST in self.pieces:
            salaries = self.read(lambda: about_salaries(self.opened.forecast), "")
        yield labelled(GOES, "Ce qui part", what_goes(self.pieces), salaries)
        if self._is_unfolded:
            yield labelled(None, "", "[x] le fichier pour la Caf")
            for piece in (one for one in Enclosure if one in self._outlook.possible):
                box = "[ ]" if piece in self._left_out else "[x]"
                yield labelled(f"{PIECE}:{piece.value}", "", f"{box} {PIECE_NAMES[piece]}")

    def _recipient_item(self) -> Item:
        adviser = self.opened.assessment.identity.adviser
        name, address = adviser.name.strip(), adviser.email.strip()
        if not name and not address:
            return labelled(TO, "Pour", [Piece("contact Caf non renseigné", SOFT)])
        return labelled(TO, "Pour", name or address, *([address] if name else []))

    @property
    def pieces(self) -> frozenset[Enclosure]:
        """The pieces that go beside the submission."""
        return self._outlook.possible - self._left_out

    # what is missing

    def _missing_items(self, title: str, items: Sequence[Item]) -> Iterator[Item]:
        if items:
            yield Item(None, lambda _width: ((Piece(title, TITLE),),))
            yield from items
            yield gap()

    def _lack(self, missing: Missing) -> Item:
        found, sentence = missing.found, missing.sentence
        if found is not None and found.code is FindingCode.BLANK_CELLS:
            first = number_of(self.opened.grid, found.places[0])
            sentence = f"{count(found.count, 'case vide', 'cases vides')}, la première à la ligne {first}"
        elif found is not None:
            sentence = finding(found)
        return labelled(f"{LACK}:{missing.code}", _step_name(missing), sentence.removesuffix("."))

    def _other_advice(self) -> Iterator[Item]:
        """Yield what the checks do not cover: the meeting."""
        opened = self.opened
        preparation = opened.assessment.preparation
        blank = [TOPICS[topic] for topic in PreparationTopic if not preparation.get(topic, "").strip()]
        if blank:
            text = listing(f"{topic[0].lower()}{topic[1:]}" for topic in blank)
            yield labelled(f"{LACK}:{_MEETING}", NAMES[Step.PREPARATION][0], text)

    # commands

    @property
    def has_files(self) -> bool:
        return self._written is not None

    @property
    def has_mail(self) -> bool:
        return self._written is not None and self._written.mail_path is not None

    @property
    def can_write(self) -> bool:
        """Whether files can be made: none of the example."""
        return not self.is_example

    @property
    def can_choose(self) -> bool:
        """Whether Entrée does something on the row."""
        return not self.is_typing

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: Échap closes the field of the folder first."""
        word = _ENTER.get((self.list.key or "").partition(":")[0], "changer")
        onward = {"bar": 12}  # the way on is F9 here
        every = adapted(super().commands(), {"choose": {"label": word}, "next_step": onward})
        every = tuple(one for one in every if one.goes_to is not Destination.SENDING)
        return adapted(every, {"leave": {"label": "fermer"}}) if self._folder_row is not None else every

    async def action_choose(self) -> None:
        """Change the row under the cursor, or go to what it says is missing."""
        section, _, name = (self.list.key or "").partition(":")
        match section:
            case "version":
                self._choose_version()
            case "ce-qui-part":
                self._is_unfolded = not self._is_unfolded
                self.show_rows()
            case "piece":
                self._left_out ^= {Enclosure(name)}
                self.show_rows()
            case "pour":
                self.visit(Destination.FORM, place=ADVISER_NAME)
            case "dossier":
                await self._type_folder()
            case "creer":
                await self.action_write()
            case "faire":
                getattr(self, f"action_{name}")()
            case "manque":
                self._go_to(name)
            case "depuis":
                self.action_read_changes()

    @property
    def has_sending(self) -> bool:
        """Whether files were made before."""
        return self.opened.sent is not None

    def action_read_changes(self) -> None:
        """Show what changed since the latest files."""
        read_changes(self, self.opened)

    def action_turn_version(self) -> None:
        if self.list.key == VERSION:
            self._choose_version()

    def _choose_version(self) -> None:
        self.status = Status.DRAFT if self.status is Status.FINAL else Status.FINAL
        self.show_rows()

    def _go_to(self, code: str) -> None:
        if code == "previsionnel-non-joint":
            self._is_unfolded = True
            self.show_rows(f"{PIECE}:{Enclosure.FORECAST.value}")
        elif code.startswith("previsionnel"):
            self.visit(Destination.FORECAST)
        elif code == _MEETING:
            self.visit(Destination.PREPARATION)
        else:
            visit_finding(self, code)

    # the folder

    async def _type_folder(self) -> None:
        if self._folder_row is None:
            self._folder_row = FolderRow(str(self._folder))
            await self.mount(self._folder_row, after=self.list)
        self._folder_row.typed.focus()

    @on(TextField.Submitted)
    async def _on_submit(self, event: TextField.Submitted) -> None:
        event.stop()
        if self._take_folder():
            await self._close_folder()

    def _take_folder(self) -> bool:
        """Take the folder typed; return False, with the cursor on it, when it cannot be written to."""
        if self._folder_row is None:
            return True
        folder = self._folder_row.read()
        if folder is None:
            self._folder_row.typed.focus()
            return False
        self._folder = folder
        return True

    async def _close_folder(self) -> None:
        row, self._folder_row = self._folder_row, None
        if row is not None:
            await row.remove()
        self.list.focus()
        self.show_rows()

    async def action_leave(self) -> None:
        """Close the field of the folder, which changes nothing; without it, leave."""
        if self._folder_row is None:
            self.leave()
        else:
            await self._close_folder()

    # writing

    async def action_write(self) -> None:
        """Write, unless something is missing for a final version."""
        if not self._take_folder():
            return
        await self._close_folder()
        blocking = [one for one in self._outlook.missing if one.is_blocking]
        if self.status is Status.FINAL and blocking:
            self.list.select(f"{LACK}:{blocking[0].code}")
            self.show_message("Pour la version définitive, il manque ce qui est dit ici. Rien n’a été écrit.")
        else:
            self._write()

    def _write(self) -> None:
        """Make the files, then list them."""
        opened = self.opened

        def write() -> None:
            self._written = prepare(
                self.workspace, opened.assessment.id, self._folder, pieces=self.pieces, status=self.status
            )

        if self.save(write):
            self.read(opened.reload, None)
            opened.question = self.read(lambda: self.workspace.question_before(opened.assessment.id), "")
            _last_folder[self.workspace] = self._folder
            self._is_unfolded = False
            self.show_rows(f"{DO}:open_folder")
            self.show_message("Fichiers créés. Rien n’a été envoyé.")

    # what was written

    def action_open_folder(self) -> None:
        if self._written is not None:
            self._open(self._written.folder)

    def action_open_mail(self) -> None:
        if self._written is not None and self._written.mail_path is not None:
            self._open(self._written.mail_path)

    def _open(self, path: Path) -> None:
        self.run_worker(self._show_outside(path), exclusive=True)

    async def _show_outside(self, path: Path) -> None:
        try:
            await asyncio.to_thread(computer.show, path)
        except Refusal as refusal:
            self.refuse(refusal)

    def action_copy_mail(self) -> None:
        if self._written is not None and self._written.mail is not None:
            self._copy(self._written.mail.as_text, "Il est aussi dans le dossier.")

    def action_copy_path(self) -> None:
        if self._written is not None:
            self._copy(str(self._written.folder))

    def action_copy_code(self) -> None:
        if self._written is not None:
            self._copy(self._written.sent.short)

    def _copy(self, text: str, also: str = "") -> None:
        self.app.copy_to_clipboard(text)
        self.show_message(f"Texte copié, si votre terminal le permet. {also}".strip())


def read_changes(page: Page, session: Session) -> None:
    """Show what changed in an assessment since its latest files were made."""
    from ctg_tui.tui.dialogs import ReadingScreen

    changes = page.read(lambda: changes_since_latest(page.workspace, session.grid, session.assessment), None)
    if session.sent is None or changes is None or not page.is_current:
        return
    head = [f"{files_made(session.sent)} · {changes_since(len(changes))}"]
    items = [sentence(shown(text)) for text in (*head, *changed_values(session.grid, changes))]
    page.app.push_screen(ReadingScreen("Ce qui a changé depuis les derniers fichiers", items))


def _step_name(missing: Missing) -> str:
    """Return the name of the page where a missing piece is given."""
    code = missing.code
    if missing.found is not None:
        step = next((step for step, codes in FINDINGS.items() if missing.found.code in codes), None)
        return _ANSWERS if step is None else NAMES[step][0]
    return NAMES[Step.FORECAST][0] if code.startswith("previsionnel") else "Tableur"
