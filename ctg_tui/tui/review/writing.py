"""Avis: the review of a file received, being written, and the page of its meeting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import on

from ctg_tui.domain.assessment import Assessment, Cell, Place, Status, answer_text
from ctg_tui.domain.changes import Edit, cell_key, parse_cell_key
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import (
    FollowUp,
    Part,
    ReviewDraft,
    order_in,
    part_key,
    said_before,
    split_key,
)
from ctg_tui.report import mail
from ctg_tui.services import report
from ctg_tui.services.received.kept import ReceivedSession
from ctg_tui.services.review import writing
from ctg_tui.services.review.answering import (
    with_reviews,
)
from ctg_tui.services.sending import default_folder
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination, cmd, undo_and_redo
from ctg_tui.tui.list_page import NotedListing, OfReviewPage
from ctg_tui.tui.review.answering import discussed_items
from ctg_tui.tui.view import place_of
from ctg_tui.tui.widgets.editor import WritingPane
from ctg_tui.tui.widgets.fields import FolderRow, TextField
from ctg_tui.tui.widgets.listing import (
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Piece,
    accent,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
)
from ctg_tui.wording.french import DASH, NARROW, NBSP, STATUSES, count
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.review import (
    ON_AGENDA,
    changed_words,
    contents,
    notes_of,
    outcome_words,
)
from ctg_tui.wording.typed import parse_date, typed_date

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_INDENT: Final = NBSP * 4


_NAMES: Final = {
    Part.MEETING: ("Entretien", "date à indiquer"),
    Part.AUTHOR: ("Auteur", "à indiquer"),
    Part.EMAIL: ("Courriel", "à indiquer"),
    Part.STATUS: ("Votre avis", ""),
    Part.PRIVATE: ("Pense-bête", "pour vous seul·e : il n’entre dans aucun fichier"),
}
"""The parts that the page always shows, in order, and what stands there while they are empty."""


def review_items(
    grid: Grid, assessment: Assessment, draft: ReviewDraft, folder: str, *, is_written: bool
) -> Iterator[Item]:
    """Yield what is left to do, then every part of the review, open ones first, by the key of the part.

    Beside what the file of `assessment` holds already stands its answer; what others said comes last.
    """
    rank, before = order_in(grid), said_before(draft, assessment)

    def in_order(*parts: Part) -> list[Cell]:
        cells = dict.fromkeys(cell for part in parts for cell in draft.cells(part))
        return sorted(cells, key=lambda cell: rank(*cell))

    def is_done(keys: Iterable[str]) -> bool:
        said = [before.mine.get(key) for key in keys]
        return all(row is not None and not row.is_open for row in said)

    def is_answered(keys: Iterable[str]) -> bool:
        said = [before.mine.get(key) for key in keys]
        return all(row is not None and row.is_answered for row in said)

    noted, lines = in_order(Part.NOTE), draft.lines()
    keys: dict[str, list[str]] = {}
    for cell in noted:
        keys.setdefault(cell.activity, []).append(part_key(Part.NOTE, cell_key(cell)))
    for activity in lines:
        keys.setdefault(activity, []).append(part_key(Part.COMMENT, activity))
    points = [[key] for of_line in keys.values() for key in of_line]
    if is_written:
        yield sentence("Le fichier de cet avis est créé. Il vous reste à le joindre à un courriel.")
    elif not draft.is_empty:
        yield sentence("Rien d’autre n’est exigé. Pour finir, F9 crée le fichier de l’avis.")
    yield section_title("Avis : notes et remarques", _left("point", points, is_answered))
    if not keys:
        yield sentence("Dans la grille : une note à côté de la sienne, Entrée pour une remarque.")
    for activity in sorted(keys, key=lambda line: (is_done(keys[line]), rank(line, None), line)):
        of_line = [one for one in noted if one.activity == activity]
        for cell in sorted(of_line, key=lambda one: is_done([part_key(Part.NOTE, cell_key(one))])):
            row_before = before.mine.get(part_key(Part.NOTE, cell_key(cell)))
            answer = assessment.answers.get(cell)
            first = row_before.first_note if row_before else None
            both = FollowUp(
                "", *cell, None, answer if first is None else first, draft.note(cell), draft.agreed(cell)
            )
            changed = "" if row_before is None else changed_words(row_before, answer)
            end = strong(" · ".join(filter(None, (notes_of(both), changed))))
            yield _cell_row(grid, Part.NOTE, cell, end, _answer(row_before))
        if activity in lines:
            agenda = accent(ON_AGENDA if draft.is_on_agenda(activity) else "")
            head = ends([strong(f"{_number(grid, activity)}  "), soft(_label(grid, activity))], agenda)
            comment, key = shown(draft.part(Part.COMMENT, activity)), part_key(Part.COMMENT, activity)
            said = [hung(_INDENT, comment)] if comment else []
            yield row(key, head, *said, *_answer(before.mine.get(key)))
    yield gap()
    questions = sorted(draft.questions(), key=lambda each: is_done([each.key]))
    asked_already = _left("question", [[each.key] for each in questions], is_answered)
    yield section_title("Questions", asked_already or typeset("facultatif · Q : en poser une"))
    for question in questions:
        name = _number(grid, question.activity) if question.activity else "Question"
        asked = hung(strong(f"{name}  "), shown(question.text))
        yield row(question.key, asked, *_answer(before.mine.get(question.key)))
    if questions:
        yield gap()
    if agreed := in_order(Part.NOTE, Part.AGREED):
        yield section_title("Notes convenues", typeset("facultatif, après l’entretien : 0 à 3, ou N"))
        for cell in agreed:
            note = draft.agreed(cell)
            yield _cell_row(
                grid, Part.AGREED, cell, soft(DASH) if note is None else strong(answer_text(note))
            )
        yield gap()
    yield section_title("Entretien et fichiers", f"F9{NBSP}: l’avis et la page de l’entretien")
    for part, (name, nothing) in _NAMES.items():
        if part is Part.PRIVATE:
            yield row(FOLDER, hung(soft(fit("Dossier", 12)), shown(folder)))
        value = shown(_value(part, draft, assessment))
        yield row(part_key(part), hung(soft(fit(name, 12)), value or nothing, PLAIN if value else SOFT))
    if before.others:
        yield gap()
        left = sum(one.is_open for one in before.others)
        aside = f"{len(before.others)} · {left} sans réponse" if left else str(len(before.others))
        yield section_title("Dit aussi, dans ce fichier ou un autre avis", aside)
        for is_open in (True, False):
            rows = tuple(one for one in before.others if one.is_open is is_open)
            yield from discussed_items(grid, assessment._replace(follow_ups=rows))


FOLDER: Final = "dossier:"
"""The key of the row of the folder that the files go to."""


def _left(name: str, said: Iterable[Iterable[str]], is_answered: Callable[[Iterable[str]], bool]) -> str:
    """Return `6 points · 2 avec réponse`, of what is said on lines or asked; empty without any."""
    done = [is_answered(keys) for keys in said]
    answered = f" · {sum(done)} avec réponse" if any(done) else ""
    return f"{count(len(done), name)}{answered}" if done else ""


def _answer(row_before: FollowUp | None) -> list[Callable[[int], Sequence[Line]]]:
    """Return the answer that the file holds to what is said; nothing to what was not sent yet."""
    said = "" if row_before is None else outcome_words(row_before)
    if row_before is not None and row_before.is_answered:
        return [hung(f"{_INDENT}Réponse{NBSP}: ", shown(said), STRONG)]
    return [hung(_INDENT, said, SOFT)] if said else []


def _number(grid: Grid, activity: str) -> str:
    return line_number(grid, activity) if activity in grid.activities else shown(activity)


def _label(grid: Grid, activity: str) -> str:
    line = grid.activities.get(activity)
    return "" if line is None else shown(line.label)


def _cell_row(
    grid: Grid, part: Part, cell: Cell, end: Piece, below: Sequence[Callable[[int], Sequence[Line]]] = ()
) -> Item:
    policy = grid.policies_by_id.get(cell.policy)
    place = f"{_number(grid, cell.activity)} {shown(policy.label if policy else cell.policy)}"
    return row(
        part_key(part, cell_key(cell)),
        ends([strong(f"{place}  "), soft(_label(grid, cell.activity))], end),
        *below,
    )


def _value(part: Part, draft: ReviewDraft, assessment: Assessment) -> str:
    author = draft.author(assessment.identity.adviser)
    match part:
        case Part.MEETING:
            return typed_date(draft.meeting)
        case Part.AUTHOR:
            return author.name
        case Part.EMAIL:
            return author.email
        case Part.STATUS:
            name = STATUSES[draft.status]
            return f"{name}, il peut encore changer" if draft.status is Status.DRAFT else name
        case _:
            return draft.part(part)


_TEXTS: Final = {
    Part.COMMENT: ("Avis : votre remarque", "Votre remarque"),
    Part.QUESTION: ("Votre question", "Votre question"),
    Part.MEETING: ("Date de l’entretien", "par exemple 11/02/2027 ou 11 février"),
    Part.AUTHOR: ("Qui écrit l’avis", "Prénom Nom"),
    Part.EMAIL: ("Votre courriel", "prenom.nom@…"),
    Part.PRIVATE: ("Pense-bête : il n’entre dans aucun fichier", "Pour vous seul·e"),
}
"""The heading and the example of each text."""


class ReviewScreen(OfReviewPage):
    """One row per note, remark, question; below them what the file says of its author and of the meeting."""

    TITLE_IN_HELP = "Avis"
    KEY_COMMANDS = (
        cmd("avis.modifier", "enter", "write_row", "changer", 1, "Changer cette ligne"),
        cmd(
            *("avis.question", "q", "ask_question", "question", 5),
            "Poser une question qui n’est liée à aucune ligne",
        ),
        cmd("avis.ligne", "l", "line", "voir la ligne", 6, "Voir la ligne dans la grille"),
        cmd(
            *("avis.supprimer", "", "remove", "supprimer", 7),
            "Supprimer cette ligne de l’avis (Ctrl+Z la rétablit)",
            shown_keys="Suppr",
        ),
        cmd(
            *("avis.ecrire", "f9", "write", "créer l’avis", 2),
            "Créer le fichier de l’avis et, à côté, la page de l’entretien (rien n’est envoyé)",
            wide="créer le fichier de l’avis",
        ),
        *(one._replace(when="is_resting") for one in undo_and_redo("avis", bar=4)),
        cmd(
            *("avis.copier", "t", "copy_mail", "copier le courriel", 8),
            "Copier le texte du courriel qui accompagne l’avis écrit, à coller dans votre messagerie",
            when="has_mail",
        ),
        cmd("avis.retour", "escape", "leave", "retour", 3, "Revenir à la grille"),
    )
    DEFAULT_CSS = """
    ReviewScreen FormRow { padding: 0 2; display: none; }
    ReviewScreen FormRow.-montre { display: block; }
    """

    def __init__(
        self,
        workspace: Workspace,
        session: Session | None,
        place: Place | None = None,
    ) -> None:
        super().__init__(workspace, session, place)
        self._folder = FolderRow(str(default_folder()))
        self._discussed: Assessment | None = None
        """The assessment received, with every review of it that is here."""
        self._written: dict[str, str] | None = None
        """The parts of the review as its last file holds them; None when that is another state."""
        self._mail = ""
        """The text that goes with the review written; empty before."""

    @property
    def received(self) -> ReceivedSession:
        """The submission that the review is about."""
        if not isinstance(self.session, ReceivedSession):
            raise TypeError("a review is about a submission received")
        return self.session

    def body(self) -> Iterable[Widget]:
        return *super().body(), self._folder

    def on_mount(self) -> None:
        self._read_reviews()
        self.show_rows()
        here = (key for key in self.list.keys if key and self.line and self._line_of(key) == self.line)
        if first := next(here, None):
            self.list.select(first)

    def rows(self) -> Iterable[Item]:
        received = self.received
        discussed = self._discussed or received.assessment
        draft, folder = received.book.draft, self._folder.typed.value
        is_written = draft.parts == self._written
        return review_items(received.grid, discussed, draft, folder, is_written=is_written)

    def _read_reviews(self) -> None:
        grid, assessment = self.received.grid, self.received.assessment
        self._discussed = self.read(lambda: with_reviews(self.workspace, grid, assessment), self._discussed)
        is_written = self.read(lambda: writing.is_written(self.workspace, self.received), False)
        self._written = dict(self.received.book.draft.parts) if is_written else None

    @property
    def is_typing(self) -> bool:
        """Whether a text or the folder is being typed."""
        return super().is_typing or self._folder.has_class("-montre")

    # the rows

    async def action_write_row(self) -> None:
        """Write the text of the row, change its state, or go to its line."""
        key = self.list.key
        if key is None or self.pane is not None:
            return
        if key == FOLDER:
            self._show_folder(True)
            return
        part, _ = split_key(key)
        book = self.received.book
        if part is Part.STATUS:
            other = Status.FINAL if book.draft.status is Status.DRAFT else Status.DRAFT
            self._set(key, other.value)
        elif part in _TEXTS:
            await self._write_part(key)
        elif part is Part.AGREED:
            self.show_message("Tapez la note convenue : 0 à 3, ou N pour NC. Suppr l’efface.")
        else:
            self.action_line()

    async def action_ask_question(self) -> None:
        await self._write_part(self.received.book.draft.new_question(""))

    async def _write_part(self, key: str) -> None:
        part, _ = split_key(key)
        title, example = _TEXTS[part]
        draft = self.received.book.draft
        text = _value(part, draft, self.opened.assessment) if part in _NAMES else draft.parts.get(key, "")
        await self.write_text(key, WritingPane(title, text, example))

    def row_of(self, edit: Edit) -> str | None:
        """Return the row of an edit: a line on the agenda is in the row of its remark."""
        key = super().row_of(edit)
        part, about = split_key(key) if key else (None, "")
        return part_key(Part.COMMENT, about) if part is Part.AGENDA else key

    def refused_date(self, key: str, pane: WritingPane) -> tuple[str, str]:
        if self._is_typed and split_key(key)[0] is Part.MEETING:
            try:
                parse_date(pane.text, self.workspace.today())
            except ValueError as error:
                return pane.text, f"{error} La date n’est pas enregistrée."
        return "", ""

    def flush(self) -> None:
        """Save the text being written, but no date that is refused."""
        if self.pane is None or not self.refused_date(self._key, self.pane)[0]:
            super().flush()

    def store(self, key: str, pane: WritingPane) -> None:
        text = pane.text
        if split_key(key)[0] is Part.MEETING:
            on_day = parse_date(text, self.workspace.today())
            text = "" if on_day is None else on_day.isoformat()
        self.received.book.type(key, text)

    def on_noted_listing_noted(self, message: NotedListing.Noted) -> None:
        """Note the cell of the row: the adviser's note or, under « convenues », the one agreed on."""
        message.stop()
        key = self.list.key
        if key is None or key == FOLDER:
            return
        part, about = split_key(key)
        book = self.received.book
        if message.answer is None:
            self.action_remove()
        elif part is Part.NOTE:
            self._do(lambda: book.note(parse_cell_key(about), message.answer))
        elif part is Part.AGREED:
            self._do(lambda: book.agree(parse_cell_key(about), message.answer))
            self.list.action_go(1)
        else:
            self.show_message("Cette ligne ne prend pas de note.")

    def action_remove(self) -> None:
        """Remove the row from the review; undo gives it back."""
        key = self.list.key
        if key is None or key == FOLDER:
            return
        part, about = split_key(key)
        book = self.received.book
        if part is Part.COMMENT and book.draft.is_on_agenda(about) and not book.draft.part(part, about):
            key = part_key(Part.AGENDA, about)
        if key in book.draft.parts:
            self._set(key, "")

    def _set(self, key: str, text: str) -> None:
        self._do(lambda: self.received.book.set(key, text))

    def _do(self, edit: Callable[[], object]) -> None:
        if self.save(edit):
            self.show_rows()

    def _line_of(self, key: str) -> str:
        """Return the line that a row is about; empty without one."""
        return "" if key == FOLDER else split_key(key)[1].partition("/")[0]

    def action_line(self) -> None:
        """Show the line of the row in the grid."""
        grid, key = self.opened.grid, self.list.key
        line = "" if key is None else self._line_of(key)
        cell = next((cell for cell in grid.cells if cell.activity == line), None)
        self.visit(Destination.GRID, place=None if cell is None else place_of(grid, cell))

    # the files

    async def action_write(self) -> None:
        """Write the review, and the page of the meeting, into the folder."""
        if await self.close_text():
            self._write()

    def _show_folder(self, is_shown: bool) -> None:
        self._folder.set_class(is_shown, "-montre")
        (self._folder.typed if is_shown else self.list).focus()
        self.show_rows()

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        if self._folder.read() is not None:
            self._show_folder(False)

    def _write(self, *, replace: bool = False) -> None:
        folder = self._folder.read()
        if folder is None:
            self._show_folder(True)
            return
        try:
            sent = writing.write(self.workspace, self.received, folder, replace=replace)
        except Refusal as refusal:
            if refusal.code == "fichier-existe":
                question = f"{refusal.message} Le remplacer{NARROW}?"
                self.ask(question, "Oui, remplacer", lambda: self._write(replace=True))
            else:
                self.refuse(refusal)
            return
        self._read_reviews()
        self._show_folder(False)
        found, names = sent.received, [sent.path.name]
        try:
            written = report.write_meeting(self.workspace, self.received, sent.path)
            page = f"et «{NBSP}{written.name}{NBSP}», pour l’entretien. T{NBSP}: copier le courriel."
            names.append(written.name)
        except Refusal as refusal:
            page = f". La page de l’entretien n’a pas pu l’être{NBSP}: {refusal.sentences()}"
        identity = self.received.assessment.identity
        self._mail = mail.of_review(identity, found.review, found.header.status, names).as_text
        self.show_message(
            f"Avis {STATUSES[found.header.status]} écrit et relu{NBSP}: {contents(found.review)}. Dans "
            f"{folder.name}{NBSP}: «{NBSP}{sent.path.name}{NBSP}» {page}"
        )

    @property
    def has_mail(self) -> bool:
        return bool(self._mail) and self.is_resting

    def action_copy_mail(self) -> None:
        self.app.copy_to_clipboard(self._mail)
        self.show_message("Texte du courriel copié, si votre terminal le permet. Joignez-y les fichiers.")

    async def action_leave(self) -> None:
        """Close the text or the folder being typed; else leave."""
        if self._folder.has_class("-montre"):
            self._show_folder(False)
        else:
            await super().action_leave()
