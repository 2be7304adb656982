"""The common part of the pages that write files: provisoire or définitif, the folder, the checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from weakref import WeakKeyDictionary

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.completeness import check, is_blocked
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.scores import Tally
from ctg_tui.services.export import Sent, check_folder, default_folder
from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import MISSING, sentence
from ctg_tui.tui.screens.summary_places import visit_finding
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.fields import ActionLine, Choice, Option, TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, STRONG, Item, Listing, Piece, hanging
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NARROW, STATUSES, count, counts, territory_name
from ctg_tui.wording.provenance import proposed_answers

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_LABEL = 12
_MEANINGS: Final = {
    Status.DRAFT: "Pour en discuter avec la Caf : des cases peuvent rester vides, tout reste modifiable.",
    Status.FINAL: "Tout est rempli. Une fois le fichier enregistré, l’évaluation n’est plus modifiable.",
}
_ABOUT_FINGERPRINT: Final = (
    "Lisez-le au téléphone à votre contact Caf : le même code, c’est le même contenu. "
    "Il révèle une erreur de copie ; il ne remplace pas une signature."
)
_last_folder: Final[WeakKeyDictionary[Workspace, Path]] = WeakKeyDictionary()
"""The last folder written to, for each open database: proposed again until the program ends."""
MOVING: Final = (
    Command("sortie.suivant", "next_field", "champ suivant", "Champ suivant", ("down",), palette=False),
    Command("sortie.precedent", "previous_field", "précédent", "Champ précédent", ("up",), palette=False),
)


class OutgoingPage(Page):
    """Fields, and below them the findings, then the files written."""

    ACTION: ClassVar[str]
    """The label of the line that writes."""
    DEFAULT_CSS = """
    OutgoingPage {
        #sortie { height: auto; padding: 1 2; }
        #sortie-sens { height: auto; margin: 0 0 1 17; padding: 0 1; color: $discret; }
        #sortie-faire { margin: 1 0 0 17; }
        Listing { padding: 0 2; }
        &.-normal #sortie, &.-bas #sortie { padding: 0 2 1 2; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        chosen = Status.FINAL if self.opened.is_read_only else Status.DRAFT
        options = [Option(status.value, label) for status, label in STATUSES.items()]
        self._status = Choice(options, [chosen.value])
        self._folder = TextField(str(_last_folder.get(workspace) or default_folder()), max_length=1000)
        self._list = Listing()

    def body(self) -> Iterable[Widget]:
        with Vertical(id="sortie"):
            yield FormRow("État", self._status, identifier="ligne-etat")
            yield PlainStatic(id="sortie-sens")
            yield from self.rows()
            yield FormRow("Enregistrer dans", self._folder, identifier="ligne-dossier")
            yield ActionLine(self.ACTION, identifier="sortie-faire")
        yield self._list

    def rows(self) -> Iterator[Widget]:
        """Yield the fields between the state and the folder."""
        yield from ()

    def items(self) -> Iterable[Item]:
        """Return the items below the fields."""
        raise NotImplementedError

    def write(self, folder: Path, status: Status, *, replace: bool) -> None:
        """Write into `folder`, and list the written files; `replace` allows another file of the same name.

        Raises Refusal: after `fichier-existe`, the person is asked whether to write with `replace`.
        """
        raise NotImplementedError

    def headline(self) -> tuple[str, str]:
        assessment = self.opened.assessment
        name = territory_name(assessment.identity)
        state = f"{STATUSES[assessment.status]}, révision {assessment.revision}"
        return f"{self.TITLE_IN_HELP} · {name} · {assessment.identity.year}", state

    def on_mount(self) -> None:
        self._status.disabled = self.opened.is_read_only
        self.show()

    def on_show_again(self) -> None:
        self.show()

    def show(self) -> None:
        """Show the present state of the assessment; do nothing before the page is composed."""
        if not self.query(FormRow):
            return
        meaning = _MEANINGS[self.status]
        if self.opened.is_read_only:
            meaning = (
                "Cette évaluation est définitive : le même contenu est écrit, avec le même code de contrôle."
            )
        self.query_one("#sortie-sens", PlainStatic).update(typeset(meaning))
        self._list.show(list(self.items()))
        self._show_blocked(also_new=False)

    @property
    def status(self) -> Status:
        return Status(self._status.chosen[0])

    # fields

    @on(Choice.Changed)
    def _on_choice(self, event: Choice.Changed) -> None:
        event.stop()
        self.show()
        self._show_blocked(also_new=True)

    def _show_blocked(self, *, also_new: bool) -> bool:
        """Return whether a final export is refused for now, and show it under the choice.

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

    def _read_folder(self) -> Path | None:
        """Return the folder typed; None, with the problem below the field, when it cannot be written to."""
        row = self.query_one("#ligne-dossier", FormRow)
        typed = self._folder.value.strip().strip('"')
        try:
            if not typed:
                raise Refusal("dossier-vide", "Indiquez le dossier où écrire.")
            folder = _expanded(typed)
            check_folder(folder)
        except Refusal as refusal:
            row.show_problem(refusal.sentences())
            return None
        row.show_problem("")
        return folder

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    def _on_submit(self, event: Message) -> None:
        event.stop()
        if event.control is not self._folder or self._read_folder() is not None:
            self.focus_next()

    def on_input_blurred(self) -> None:
        self._read_folder()

    # writing

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write; confirm a final export first, since the assessment is then read-only."""
        folder = self._read_folder()
        if folder is None:
            self._folder.focus()
            return
        if self._show_blocked(also_new=True):
            self._status.focus()
            return
        if self.status is Status.DRAFT or self.opened.is_read_only:
            self._write(folder)
            return
        from ctg_tui.tui.screens.question import Question

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(folder)

        question = Question(
            typeset(
                "Enregistrer comme définitif ? L’évaluation ne sera plus modifiable ; pour la corriger "
                "ensuite, il faudra ouvrir une nouvelle révision."
            ),
            "Oui, enregistrer",
        )
        self.app.push_screen(question, answered)

    def _write(self, folder: Path, *, replace: bool = False) -> None:
        """Write, then list the files: a toast would cover the state just above the list."""
        opened = self.opened
        refusals: list[Refusal] = []

        def write() -> None:
            try:
                self.write(folder, self.status, replace=replace)
            except Refusal as refusal:
                if refusal.code != "fichier-existe":
                    raise
                refusals.append(refusal)

        is_done = self.save(opened.retry) and self.save(write)
        if refusals:
            self._ask_to_replace(refusals[0], folder)
        elif is_done:
            self.read(opened.reload, None)
            _last_folder[self.workspace] = folder
            self._status.disabled = opened.is_read_only
            self.show()
            self._list.scroll_home(animate=False)
            self._list.focus()
            self.refresh_frame()

    def _ask_to_replace(self, refusal: Refusal, folder: Path) -> None:
        from ctg_tui.tui.screens.question import Question

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(folder, replace=True)

        question = Question(f"{refusal.message} Le remplacer{NARROW}?", "Oui, remplacer")
        self.app.push_screen(question, answered)

    # checks

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        section, _, code = message.key.partition(":")
        if section == MISSING:
            visit_finding(self, code)


def _expanded(typed: str) -> Path:
    """Return the path typed, `~` being the home folder."""
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:  # the home folder of a user unknown here
        raise Refusal(
            "dossier-absent", f"« {typed} » n’existe pas ici.", "Choisissez un autre dossier."
        ) from error


def sent_items(sent: Sent) -> Iterator[Item]:
    """Yield the fingerprint of the submission, its state and its counts."""
    sent_counts = sent.counts
    tally = Tally(rated=sent_counts.rated, not_concerned=sent_counts.not_concerned, blank=sent_counts.blank)
    texts = (
        count(sent_counts.comments, "commentaire"),
        count(sent_counts.numbers, "nombre"),
        count(sent_counts.actions, "action"),
        *([proposed_answers(sent_counts.proposed)] if sent_counts.proposed else []),
    )
    yield fact("code", sent.short, STRONG)
    yield fact("", typeset(_ABOUT_FINGERPRINT), SOFT)
    yield fact("état", f"{STATUSES[sent.status]}, révision {sent.revision}")
    yield fact("contenu", counts(tally))
    yield fact("", " · ".join(texts))
    if sent.status is Status.FINAL:
        advice = "L’évaluation n’est plus modifiable. Pour la corriger : R (révision) depuis l’accueil."
        yield sentence(typeset(advice))


def fact(label: str, text: str, role: str = PLAIN) -> Item:
    """Return a label and its value, in as many lines as it needs."""
    return Item(None, lambda width: hanging(Piece(label.ljust(_LABEL), SOFT), shown(text), width, role))
