"""Export: the checks, provisoire or définitif, where to; then what was written, and its fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.completeness import check, is_blocked
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.french import STATUSES, count, counts
from ctg_tui.domain.scores import Tally
from ctg_tui.sending import Sent, check_folder, default_folder, export
from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.page import Destination, Page
from ctg_tui.tui.screens.summary_items import MISSING, gap, missing_items, section_title, sentence
from ctg_tui.tui.screens.summary_places import visit_finding
from ctg_tui.tui.texts import shown, wrap
from ctg_tui.tui.widgets.fields import ActionLine, Choice, Option, TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, STRONG, Item, Line, Listing, Piece

if TYPE_CHECKING:
    from ctg_tui.register import Register
    from ctg_tui.session import Session

_LABEL = 12
_MEANINGS = {
    Status.DRAFT: "Pour le montrer au conseiller : des cases peuvent rester vides, rien ne change ici.",
    Status.FINAL: "Complet. Une fois le fichier écrit et relu, l’évaluation passe en lecture seule.",
}
_ABOUT_FINGERPRINT = (
    "Lisez-la au téléphone à votre conseiller : la même empreinte, c’est le même contenu. "
    "Elle détecte les accidents de copie ; ce n’est pas une signature."
)


class ExportScreen(Page):
    """Three fields, and below them what to look at, then what was written."""

    TITLE_IN_HELP = "Export"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "export.ecrire", "write", "exporter", "Écrire le fichier à envoyer à la Caf", ("f9",), bar=10
        ),
        Command("export.synthese", "summary", "synthèse", "Tous les chiffres et le radar", ("f4",), bar=12),
        Command("export.fiche", "form", "fiche", "Territoire, année, personnes, conseiller", ("f6",), bar=13),
        Command("export.suivant", "next_field", "champ suivant", "Champ suivant", ("down",), palette=False),
        Command("export.precedent", "previous_field", "précédent", "Champ précédent", ("up",), palette=False),
        Command("export.retour", "leave", "retour", "Revenir à la page précédente", ("escape",), bar=11),
    )
    DEFAULT_CSS = """
    ExportScreen {
        #export { height: auto; padding: 1 2; }
        #export-sens { height: auto; margin: 0 0 1 16; padding: 0 1; color: $discret; }
        #export-faire { margin: 1 0 0 16; }
        Listing { padding: 0 2; }
    }
    """

    def __init__(self, register: Register, session: Session | None) -> None:
        super().__init__(register, session)
        self._sent: Sent | None = None
        chosen = Status.FINAL if self.opened.is_final else Status.DRAFT
        options = [Option(status.value, label) for status, label in STATUSES.items()]
        self._status = Choice(options, [chosen.value])
        self._folder = TextField(str(default_folder()), max_length=1000)
        self._list = Listing()

    def body(self) -> Iterable[Widget]:
        with Vertical(id="export"):
            yield FormRow("État", self._status, identifier="ligne-etat")
            yield Static(id="export-sens")
            yield FormRow("Dossier", self._folder, identifier="ligne-dossier")
            yield ActionLine("Exporter", identifier="export-faire")
        yield self._list

    def headline(self) -> tuple[str, str]:
        assessment = self.opened.assessment
        name = assessment.identity.territory.name or "Territoire sans nom"
        state = f"{STATUSES[assessment.status]}, révision {assessment.revision}"
        return f"Export · {name} · {assessment.identity.year}", state

    def on_mount(self) -> None:
        self._status.disabled = self.opened.is_final
        self._refresh()

    def on_show_again(self) -> None:
        self._refresh()

    def _refresh(self) -> None:
        meaning = _MEANINGS[self._chosen]
        if self.opened.is_final:
            meaning = "Cette évaluation est définitive : le même fichier est écrit de nouveau."
        self.query_one("#export-sens", Static).update(Content(typeset(meaning)))
        opened = self.opened
        self._list.show([*_sent_items(self._sent), *missing_items(opened.grid, opened.assessment)])
        self._say_blocked(also_new=False)

    @property
    def _chosen(self) -> Status:
        return Status(self._status.chosen[0])

    # fields

    @on(Choice.Changed)
    def _on_status(self, event: Choice.Changed) -> None:
        event.stop()
        self._refresh()
        self._say_blocked(also_new=True)

    def _say_blocked(self, *, also_new: bool) -> bool:
        """Whether a final export is refused for now; said under the choice."""
        row = self.query_one("#ligne-etat", FormRow)
        opened = self.opened
        blocked = (
            self._chosen is Status.FINAL
            and not opened.is_final
            and is_blocked(check(opened.grid, opened.assessment))
        )
        if also_new or row.has_class("-wrong"):
            row.say("Il reste à compléter, ci-dessous, avant un export définitif." if blocked else "")
        return blocked

    def _read_folder(self) -> Path | None:
        """The folder typed; None, told in place, when nothing can be written there."""
        row = self.query_one("#ligne-dossier", FormRow)
        typed = self._folder.value.strip().strip('"')
        try:
            if not typed:
                raise Refusal("dossier-vide", "Indiquez le dossier où écrire le fichier.")
            folder = _expanded(typed)
            check_folder(folder)
        except Refusal as refusal:
            row.say(refusal.sentences())
            return None
        row.say("")
        return folder

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    def _on_submit(self, event: Message) -> None:
        event.stop()
        if event.control is not self._folder or self._read_folder() is not None:
            self.focus_next()

    def on_input_blurred(self) -> None:
        self._read_folder()

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    # writing

    def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        self.action_write()

    def action_write(self) -> None:
        """Write the file; a final one is asked about first, since the assessment is then read-only."""
        folder = self._read_folder()
        if folder is None:
            self._folder.focus()
            return
        if self._say_blocked(also_new=True):
            self._status.focus()
            return
        if self._chosen is Status.DRAFT or self.opened.is_final:
            self._write(folder)
            return
        from ctg_tui.tui.screens.question import Question

        def answered(yes: bool | None) -> None:
            if yes:
                self._write(folder)

        question = Question(
            typeset(
                "Exporter comme définitif ? L’évaluation passera en lecture seule ; pour la corriger "
                "ensuite, il faudra ouvrir une nouvelle révision."
            ),
            "Oui, exporter",
        )
        self.app.push_screen(question, answered)

    def _write(self, folder: Path) -> None:
        opened = self.opened
        if not self.save(opened.retry):
            return

        def write() -> None:
            self._sent = export(self.register, opened.assessment.id, folder, self._chosen)
            opened.reload()

        if self.save(write):
            self._status.disabled = opened.is_final
            self._refresh()
            self._list.scroll_home(animate=False)
            self._list.focus()
            self.refresh_frame()
            self.tell("Exporté, relu et vérifié.")

    # elsewhere

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        section, _, code = message.key.partition(":")
        if section == MISSING:
            visit_finding(self, code)

    def action_summary(self) -> None:
        self.visit(Destination.SUMMARY)

    def action_form(self) -> None:
        self.visit(Destination.FORM)

    def action_leave(self) -> None:
        self.leave()


def _expanded(typed: str) -> Path:
    """The path typed, `~` being the home folder."""
    try:
        return Path(typed).expanduser()
    except RuntimeError as error:  # the home folder of somebody unknown here
        raise Refusal(
            "dossier-absent", f"« {typed} » n’existe pas ici.", "Choisissez un autre dossier."
        ) from error


def _sent_items(sent: Sent | None) -> Iterable[Item]:
    """What was written, where, its fingerprint and counts; nothing before."""
    if sent is None:
        return
    held = sent.counts
    tally = Tally(rated=held.rated, not_concerned=held.not_concerned, blank=held.blank)
    texts = " · ".join(
        (count(held.comments, "commentaire"), count(held.numbers, "nombre"), count(held.actions, "action"))
    )
    yield section_title("Exporté, relu et vérifié")
    yield _fact("fichier", sent.path.name, STRONG)
    yield _fact("dossier", str(sent.path.parent))
    yield _fact("empreinte", sent.short, STRONG)
    yield _fact("", typeset(_ABOUT_FINGERPRINT), SOFT)
    yield _fact("état", f"{STATUSES[sent.status]}, révision {sent.revision}")
    yield _fact("contenu", counts(tally))
    yield _fact("", texts)
    if sent.status is Status.FINAL:
        yield sentence(
            typeset("L’évaluation est en lecture seule. Pour la corriger : « r » depuis l’accueil.")
        )
    yield gap()


def _fact(label: str, text: str, role: str = PLAIN) -> Item:
    def lines(width: int) -> Sequence[Line]:
        first, *others = wrap(shown(text), max(width - _LABEL, 10))
        return (
            (Piece(label.ljust(_LABEL), SOFT), Piece(first, role)),
            *((Piece(" " * _LABEL), Piece(line, role)) for line in others),
        )

    return Item(None, lines)
