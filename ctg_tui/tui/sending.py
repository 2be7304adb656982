"""Envoi: what goes to the Caf, for whom, where; what is missing; then what was written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

from textual import on
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import FindingCode, check, is_blocked
from ctg_tui.services.sending import (
    ALL_PIECES,
    PIECE_NAMES,
    Enclosure,
    Outlook,
    default_folder,
    export,
    look,
    prepare,
)
from ctg_tui.system import computer
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, Destination, field_steps, leave
from ctg_tui.tui.page import Page
from ctg_tui.tui.results.items import MISSING, missing_items, missing_line
from ctg_tui.tui.steps import visit_finding
from ctg_tui.tui.widgets.fields import ActionLine, Choice, Fields, FolderRow, FormRow, Option, TextField
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Listing,
    Piece,
    gap,
    hanging,
    section_title,
    sentence,
)
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NARROW, STATUSES, counts
from ctg_tui.wording.provenance import count_apart, proposed_answers
from ctg_tui.wording.spreadsheet import not_in_workbook

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.sending import Dossier, Sent
    from ctg_tui.services.spreadsheet.filling import LeftOut
    from ctg_tui.services.workspace import Workspace


ON_FILES: Final = ("open_folder", "open_mail", "copy_path", "copy_code", "copy_mail")
"""The actions on the files written."""
SENDING_COMMANDS: Final = (
    Command(
        "envoi.ecrire", "write", "préparer l’envoi", "Écrire ce qui est à envoyer à la Caf", ("f9",), bar=10
    ),
    Command("envoi.dossier", "open_folder", "ouvrir le dossier", "Ouvrir le dossier", letters=("o",), bar=13),
    Command(
        "envoi.courriel",
        "open_mail",
        "ouvrir le courriel",
        "Ouvrir le brouillon de courriel dans votre messagerie",
        bar=14,
    ),
    Command(
        "envoi.copier",
        "copy_mail",
        "copier le texte",
        "Copier le texte du courriel, à coller dans votre messagerie",
        letters=("t",),
        bar=15,
    ),
    Command("envoi.code", "copy_code", "copier le code", "Copier le code de contrôle", bar=16),
    Command(
        "envoi.chemin",
        "copy_path",
        "copier l’emplacement",
        "Copier l’emplacement du dossier",
        bar=17,
    ),
    Command(
        "envoi.annuler", "undo", "annuler", "Remettre le dossier proposé", ("ctrl+z",), bar=40, palette=False
    ),
    *field_steps("envoi"),
    leave("envoi", bar=11),
)


# The items of the page Envoi: the files written, and what can be done with them.

DO: Final = "faire"
"""The section of the items that run a command; a key is `faire:action`."""
_LABEL: Final = 18
_ABOUT_CODE: Final = (
    "Lisez-le au téléphone à votre contact Caf : le même code, c’est le même contenu. "
    "Il révèle une erreur de copie ; il ne remplace pas une signature."
)


class Written(NamedTuple):
    """What was written: the submission and, when other pieces go with it, the folder of all of them."""

    sent: Sent
    folder: Path
    names: tuple[str, ...]
    mail_path: Path | None = None
    mail_text: str = ""
    not_in_workbook: tuple[LeftOut, ...] = ()


def one_file(sent: Sent) -> Written:
    """Return the submission written alone."""
    return Written(sent, sent.path.parent, (sent.path.name,))


def whole(made: Dossier) -> Written:
    """Return the dossier written."""
    text = "" if made.mail is None else made.mail.as_text
    return Written(made.sent, made.folder, made.names, made.mail_path, text, made.not_in_workbook)


def written_items(written: Written) -> Iterator[Item]:
    """Yield where the files are, their names, the code, and a line for each thing to do with them."""
    yield section_title("Enregistré, relu et vérifié", typeset("Entrée ou un clic : ouvrir, copier"))
    yield _deed("open_folder", "O", "ouvrir", str(written.folder), STRONG)
    yield _deed("copy_path", "D", "copier", "l’emplacement du dossier")
    yield _deed("copy_code", "K", "copier", typeset(f"le code de contrôle : {written.sent.short}"), STRONG)
    if written.mail_path is not None:
        yield _deed("open_mail", "M", "ouvrir", "le brouillon de courriel, dans votre messagerie")
        yield _deed("copy_mail", "C", "copier", "le texte du courriel, à coller dans votre messagerie")
    yield gap()
    for number, name in enumerate(written.names):
        label = "fichiers" if len(written.names) > 1 else "fichier"
        yield fact("" if number else label, name)
    yield from _sent_items(written.sent)
    for left in written.not_in_workbook:
        yield fact("tableur", not_in_workbook(left.where, left.value, left.reason))
    yield gap()


def _sent_items(sent: Sent) -> Iterator[Item]:
    """Yield what the code is for, the state of the submission and its counts."""
    sent_counts = sent.counts
    tally = Tally(rated=sent_counts.rated, not_concerned=sent_counts.not_concerned, blank=sent_counts.blank)
    texts = (
        count_apart(sent_counts.comments, "commentaire"),
        count_apart(sent_counts.numbers, "nombre"),
        count_apart(sent_counts.actions, "action"),
        *([proposed_answers(sent_counts.proposed)] if sent_counts.proposed else []),
    )
    yield fact("code de contrôle", sent.short, STRONG)
    yield fact("", typeset(_ABOUT_CODE), SOFT)
    yield fact("état", f"{STATUSES[sent.status]}, révision {sent.revision}")
    yield fact("contenu", counts(tally))
    yield fact("", " · ".join(texts))
    if sent.status is Status.FINAL:
        advice = "L’évaluation n’est plus modifiable. Pour la corriger : R (révision) depuis l’accueil."
        yield sentence(typeset(advice))


def _deed(action: str, letter: str, verb: str, text: str, role: str = PLAIN) -> Item:
    head = Piece(f"{letter}  {verb}".ljust(_LABEL - 2), ACCENT)
    return Item(f"{DO}:{action}", lambda width: hanging(head, shown(text), width, role))


def fact(label: str, text: str, role: str = PLAIN) -> Item:
    """Return a label and its value, in as many lines as it needs."""
    return Item(None, lambda width: hanging(Piece(label.ljust(_LABEL), SOFT), shown(text), width, role))


_FILE: Final = "fichier"
"""The key, among the pieces, of the submission itself, which always goes."""
_MEANINGS: Final = {
    Status.DRAFT: "Pour en discuter avec la Caf : des cases peuvent rester vides, tout reste modifiable.",
    Status.FINAL: (
        "Tout doit être rempli. Une fois le fichier enregistré, l’évaluation n’est plus modifiable."
    ),
}
_ABOUT_REVIEW: Final = frozenset({FindingCode.NOTE_TAKEN, FindingCode.OPEN_REMARKS})
"""The findings that the question before a final sending repeats."""
_IS_FINAL: Final = "Évaluation définitive : le même contenu est écrit, avec le même code de contrôle."
_last_folder: Final[WeakKeyDictionary[Workspace, Path]] = WeakKeyDictionary()
"""The last folder written to, for each open database: proposed again until the program ends."""


class SendingScreen(Page):
    """The fields, and below them the files written, then what is missing."""

    TITLE_IN_HELP = "Envoi"
    STEP = 5
    KEY_COMMANDS = SENDING_COMMANDS
    DEFAULT_CSS = """
    SendingScreen {
        #envoi { height: auto; max-height: 65%; padding: 1 2; }
        FormRow .row--label { width: 18; }
        FormRow .row--problem { margin-left: 18; }
        #envoi-sens, #envoi-pour { height: auto; margin: 0 0 0 18; padding: 0 1; color: $discret; }
        #envoi-faire { margin: 1 0 0 18; }
        Listing { padding: 0 2; }
        &.-normal #envoi, &.-bas #envoi { padding: 0 2; }
        &.-normal #envoi-faire, &.-bas #envoi-faire { margin: 0 0 0 18; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._written: Written | None = None
        chosen = Status.FINAL if self.opened.is_read_only else Status.DRAFT
        states = [Option(status.value, label) for status, label in STATUSES.items()]
        self._status = Choice(states, [chosen.value])
        self._outlook = look(workspace, self.opened.assessment.id)
        options = self._possible()
        self._pieces = Choice(options, [option.key for option in options], several=True)
        self._proposed = str(_last_folder.get(workspace) or default_folder())
        self._folder = FolderRow(self._proposed, identifier="ligne-dossier")
        self._list = Listing()

    def body(self) -> Iterable[Widget]:
        with Fields(id="envoi", can_focus=False):
            yield FormRow("État", self._status, identifier="ligne-etat")
            yield PlainStatic(id="envoi-sens")
            yield FormRow("Ce qui part", self._pieces)
            yield PlainStatic(id="envoi-pour")
            yield self._folder
            yield ActionLine("Préparer l’envoi", identifier="envoi-faire")
        yield self._list

    def on_mount(self) -> None:
        self._status.disabled = self.opened.is_read_only
        self.show()

    def on_show_again(self) -> None:
        self.show()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: opening and copying need files."""
        hidden = set() if self._written else set(ON_FILES)
        return tuple(command for command in super().commands() if command.action not in hidden)

    def show(self) -> None:
        """Show the present state of the assessment; do nothing before the page is composed."""
        if not self.query(FormRow):
            return
        options = self._possible()
        left_out = {option.key for option in self._pieces.options} - {*self._pieces.chosen}
        self._pieces.offer(options, [option.key for option in options if option.key not in left_out])
        meaning = _IS_FINAL if self.opened.is_read_only else _MEANINGS[self.status]
        self.query_one("#envoi-sens", PlainStatic).update(typeset(meaning))
        self.query_one("#envoi-pour", PlainStatic).update(shown(self._recipient()))
        self._list.show(list(self._items()))
        self._show_blocked(also_new=False)

    def _recipient(self) -> str:
        """Return for whom it is, and whether it is one file or a folder."""
        adviser = self.opened.assessment.identity.adviser
        known = " · ".join(part for part in (adviser.name.strip(), adviser.email.strip()) if part)
        what = "Ces fichiers, dans un dossier à part" if self._others else "Ce seul fichier"
        return typeset(f"{what}. Pour : {known or 'contact Caf non renseigné'}.")

    @property
    def status(self) -> Status:
        return Status(self._status.chosen[0])

    # the pieces

    def _possible(self) -> list[Option]:
        """Return the submission and the pieces that have content by now."""
        possible = self._refreshed(ALL_PIECES).possible
        pieces = [Option(piece.value, PIECE_NAMES[piece]) for piece in Enclosure if piece in possible]
        return [Option(_FILE, "Le fichier pour la Caf"), *pieces]

    def _refreshed(self, pieces: frozenset[Enclosure]) -> Outlook:
        """Return the pieces to send and the missing ones; the last known when the database refuses."""
        self._outlook = self.read(
            lambda: look(self.workspace, self.opened.assessment.id, pieces), self._outlook
        )
        return self._outlook

    @property
    def _others(self) -> frozenset[Enclosure]:
        """The pieces chosen beside the submission."""
        return frozenset(Enclosure(key) for key in self._pieces.chosen if key != _FILE)

    @property
    def _asked(self) -> frozenset[Enclosure]:
        """The pieces chosen, including those that cannot be sent yet."""
        offered = {Enclosure(option.key) for option in self._pieces.options if option.key != _FILE}
        return self._others | (ALL_PIECES - offered)

    def _items(self) -> Iterator[Item]:
        if self._written is not None:
            yield from written_items(self._written)
        opened = self.opened
        yield from missing_items(opened.grid, opened.assessment, self._forecast_items())

    def _forecast_items(self) -> Iterator[Item]:
        """Yield the remarks left to answer, and the missing pieces: the checks of the page cover neither."""
        known = {code.value for code in FindingCode} - {FindingCode.OPEN_REMARKS.value}
        for missing in self._refreshed(self._asked).missing:
            if missing.code not in known:
                yield Item(f"{MISSING}:{missing.code}", missing_line("conseil", missing.sentence))

    # fields

    @on(Choice.Changed)
    def _on_choice(self, event: Choice.Changed) -> None:
        event.stop()
        if event.choice is self._pieces and _FILE not in self._pieces.chosen:
            cursor = self._pieces.cursor
            self._pieces.choose(_FILE, *self._pieces.chosen)
            self._pieces.cursor = cursor
            self.show_message("Le fichier pour la Caf part toujours.")
        self.show()
        if event.choice is self._status:
            self._show_blocked(also_new=True)

    def _show_blocked(self, *, also_new: bool) -> bool:
        """Return whether a final submission is refused for now, and show it under the choice.

        Without `also_new`, only update a problem already shown.
        """
        row = self.query_one("#ligne-etat", FormRow)
        opened = self.opened
        blocked = (
            self.status is Status.FINAL
            and not opened.is_read_only
            and is_blocked(check(opened.grid, opened.assessment))
        )
        if also_new or row.has_class("-wrong"):
            row.show_problem("Il reste à compléter, ci-dessous, avant un envoi définitif." if blocked else "")
        return blocked

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    def _on_submit(self, event: Message) -> None:
        event.stop()
        if event.control is not self._folder.typed or self._folder.read() is not None:
            self.focus_next()

    def on_input_blurred(self) -> None:
        self._folder.read()

    def action_undo(self) -> None:
        """Put the proposed folder back: the answers are undone on their own pages."""
        if self._folder.typed.value == self._proposed:
            self.show_message("Il n’y a rien à annuler sur cette page.")
        else:
            self._folder.typed.fill(self._proposed)
            self._folder.read()
            self.show_message("Dossier proposé remis.")

    # writing

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write; confirm a final submission first, since the assessment is then read-only."""
        folder = self._folder.read()
        if folder is None:
            self._folder.typed.focus()
            return
        if self._show_blocked(also_new=True):
            self._status.focus()
            return
        if self.status is Status.DRAFT or self.opened.is_read_only:
            self._write(folder)
            return
        missing = self._refreshed(self._asked).missing
        about_review = [lack.sentence for lack in missing if lack.code in _ABOUT_REVIEW]
        sentence = (
            "Préparer l’envoi définitif ? L’évaluation ne sera plus modifiable ; pour la corriger ensuite, "
            "il faudra ouvrir une nouvelle révision."
        )
        self.ask(
            typeset(" ".join((*about_review, sentence))), "Oui, préparer l’envoi", lambda: self._write(folder)
        )

    def _write(self, folder: Path, *, replace: bool = False) -> None:
        """Write, then list the files; a file of another's that has the name is asked about."""
        opened = self.opened
        existing: list[Refusal] = []

        def write() -> None:
            try:
                self._written = self._put(folder, replace=replace)
            except Refusal as refusal:
                if refusal.code != "fichier-existe":
                    raise
                existing.append(refusal)

        is_done = self.save(opened.retry) and self.save(write)
        if existing:
            question = f"{existing[0].message} Le remplacer{NARROW}?"
            self.ask(question, "Oui, remplacer", lambda: self._write(folder, replace=True))
        elif is_done:
            self.read(opened.reload, None)
            _last_folder[self.workspace] = folder
            self._proposed = str(folder)
            self._status.disabled = opened.is_read_only
            self.show()
            self._list.action_first()
            self._list.scroll_home(animate=False)
            self._list.focus()
            self.refresh_frame()

    def _put(self, folder: Path, *, replace: bool) -> Written:
        """Write the submission alone, or all the pieces in a folder of their own. Raises Refusal."""
        assessment_id = self.opened.assessment.id
        if not self._others:
            return one_file(export(self.workspace, assessment_id, folder, self.status, replace=replace))
        # The files have a folder of their own, with a note that they are made anew each time.
        return whole(prepare(self.workspace, assessment_id, folder, pieces=self._asked, status=self.status))

    # what was written

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        section, _, name = message.key.partition(":")
        if section == DO:
            getattr(self, f"action_{name}")()
        elif name == FindingCode.OPEN_REMARKS.value:
            self.visit(Destination.ANSWERS)
        elif name == "previsionnel-non-joint":
            self._pieces.focus()
        elif name.startswith("previsionnel"):
            self.visit(Destination.FORECAST)
        elif section == MISSING:
            visit_finding(self, name)

    def action_open_folder(self) -> None:
        self._open(self._written.folder if self._written else None)

    def action_open_mail(self) -> None:
        self._open(self._written.mail_path if self._written else None)

    def _open(self, path: Path | None) -> None:
        if path is None:
            self.show_message("Préparez d’abord l’envoi, avec le brouillon de courriel.")
        else:
            self.run_worker(self._show_outside(path), exclusive=True)

    async def _show_outside(self, path: Path) -> None:
        try:
            await asyncio.to_thread(computer.show, path)
        except Refusal as refusal:
            self.refuse(refusal)

    def action_copy_mail(self) -> None:
        self._copy(self._written.mail_text if self._written else "", "Il est aussi dans le dossier.")

    def action_copy_path(self) -> None:
        self._copy(str(self._written.folder) if self._written else "")

    def action_copy_code(self) -> None:
        self._copy(self._written.sent.short if self._written else "")

    def _copy(self, text: str, also: str = "") -> None:
        if not text:
            self.show_message("Préparez d’abord l’envoi, avec le brouillon de courriel.")
            return
        self.app.copy_to_clipboard(text)
        self.show_message(f"Texte copié, si votre terminal le permet. {also}".strip())
