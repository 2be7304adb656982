"""The review (*avis*): the one received, said and answered by words; the one written of a file received."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Cell, Status, answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.grid import number_of
from ctg_tui.domain.review import Decision, FollowUp, Part, order_in, part_key, said_before
from ctg_tui.report import mail
from ctg_tui.report.content import discussed_words, discussion
from ctg_tui.services import report
from ctg_tui.services.review import writing
from ctg_tui.services.review.answering import (
    KeptReview,
    ReviewItem,
    decided,
    kept_reviews,
    to_answer,
    with_reviews,
)
from ctg_tui.services.review.writing import review_in
from ctg_tui.text_mode.desk import (
    COMMON_HELP,
    SAVED,
    Desk,
    ask_folder,
    ask_only_for_text,
    cell_named,
    policy_named,
    saved,
    search,
    write,
    write_file,
)
from ctg_tui.text_mode.dialogue import (
    Back,
    Word,
    ask_in_turn,
    asking,
    command,
    fold_words,
    line_aloud,
    note_of,
    number_and_name,
    rank_in,
)
from ctg_tui.wording.french import STATUSES, count, thousands
from ctg_tui.wording.lines import notes_of_line
from ctg_tui.wording.review import (
    AGREEMENT,
    DECISIONS,
    NOTHING_TO_KEEP,
    OFF_AGENDA,
    ON_AGENDA,
    answer_words,
    caf_answered,
    changed_words,
    contents,
    notes_of,
    outcome_words,
    put_note,
    received_of,
    suggestion_words,
)
from ctg_tui.wording.typed import date_meant, parse_date, typed_date

if TYPE_CHECKING:
    from pathlib import Path

    from ctg_tui.domain.assessment import Answer, Assessment
    from ctg_tui.domain.grid import Grid, Mission
    from ctg_tui.domain.review import SaidBefore
    from ctg_tui.services.received.kept import ReceivedSession
    from ctg_tui.services.review.answering import ReviewToAnswer

_DECISIONS: Final = {
    Word.NOTE_KEPT: Decision.KEPT,
    Word.NOTE_TAKEN: Decision.TAKEN,
    Word.NOTE_AGREED: Decision.AGREED,
}
_HELP: Final = (
    "« gardée » : je garde ma note.\n"
    "« retenue » : je retiens celle de la Caf.\n"
    "« convenue » : la note convenue pendant l’entretien, « convenue 2 » si l’avis ne la donne pas.\n"
    "« écrire » : répondre par une phrase, ou la continuer.\n"
    "« effacer » : retirer la réponse.\n"
    "Entrée seule passe à la suite. Aucune réponse ne change une note.\n"
    f"{COMMON_HELP}"
)
_NONE: Final = "Aucun avis reçu sur cette évaluation. « importer », à l’accueil, en reçoit un."
_ANSWERS_GO: Final = "Vos réponses partiront avec le prochain fichier pour la Caf."
_WORDS: Final = "« gardée », « retenue », « convenue »"


def announce(desk: Desk) -> None:
    """Say that there is a review of the open assessment, and how to answer it; nothing without one."""
    if room := _room(desk):
        room.announce()
        desk.dialogue.say(f"« avis » pour le lire{'' if desk.session.is_read_only else ' et y répondre'}.")


def visit(desk: Desk) -> None:
    """Answer the review of the open assessment, or say that there is none."""
    if room := _room(desk, otherwise=_NONE):
        room.run()


def _room(desk: Desk, otherwise: str = "") -> ReviewRoom | None:
    """Return the room of the review; None, once said why it cannot be read, or `otherwise` without one."""
    with desk.dialogue.saying_refusals():
        session = desk.session
        kept = kept_reviews(desk.workspace, session.assessment.uuid)
        if to_answer(kept, session.grid, session.assessment).is_there:
            return ReviewRoom(desk, kept)
        if otherwise:
            desk.dialogue.say(otherwise)
    return None


class ReviewRoom:
    """Asks for an answer to each remark and question, those without one first."""

    def __init__(self, desk: Desk, kept: tuple[KeptReview, ...]) -> None:
        self._desk = desk
        self._kept = kept

    def announce(self) -> None:
        """Say who wrote, how much, and how many answers are left to give."""
        present = self._present()
        for kept in self._kept:
            review = kept.received.review
            self._desk.dialogue.say(f"{received_of(review)} : {contents(review)}.")
        self._desk.dialogue.say(f"{caf_answered(len(present.left))}.")

    def run(self) -> None:
        """Ask for each answer in the order of the grid; Entrée alone passes."""
        self.announce()
        review, say = self._present(), self._desk.dialogue.say
        if not review.read_is_known:
            say("L’état exact que la Caf a lu n’a pas été retrouvé ici. Vos notes actuelles sont dites.")
        for apart in review.apart:
            say(f"Sur une ligne absente de votre grille, {apart.line} : {apart.text}")
        if review.past:
            say(f"Dit dans un avis précédent : {count(len(review.past), 'point')}.")
            past = self._desk.session.assessment._replace(follow_ups=review.past)
            for one in discussion(self._desk.session.grid, past):
                say(f"{discussed_words(one)}.")
        done = [item for item in review.items if item.is_answered or item.row.is_agreement]
        left = [item for item in review.items if item not in done]
        asked = [each for each in (left, done) if each]
        if asked and self._ask_each(asked[0]) and len(asked) > 1:
            points = count(len(done), "autre point", "autres points")
            if self._desk.dialogue.agree(f"{points}, déjà avec réponse ou sans réponse à donner. À revoir ?"):
                self._ask_each(done)
        if asked:
            is_final = self._desk.session.is_read_only
            say("Fin de l’avis." if is_final else f"Fin de l’avis. {_ANSWERS_GO}")

    def _ask_each(self, items: Sequence[ReviewItem]) -> bool:
        """Ask for each answer in turn; return False when the person goes back before the first."""
        questions, line = [], ""
        for rank, item in enumerate(items, 1):
            place = f"{rank} sur {len(items)}"
            heading = _heading(self._desk.session.grid, item, place, is_same_line=item.row.activity == line)
            questions.append(partial(self._ask, item.key, heading))
            line = item.row.activity or ""
        return ask_in_turn(questions)

    def _present(self) -> ReviewToAnswer:
        session = self._desk.session
        return to_answer(self._kept, session.grid, session.assessment)

    def _item(self, key: str) -> ReviewItem:
        return next(item for item in self._present().items if item.key == key)

    def _ask(self, key: str, heading: str) -> None:
        """Say a remark, then take the words that answer it until one passes on."""
        desk, item = self._desk, self._item(key)
        desk.dialogue.say(heading)
        desk.dialogue.say(*_in_words(item))
        is_final = desk.session.is_read_only
        question = "Entrée pour la suite :" if is_final else "Votre réponse, ou Entrée pour passer :"
        while True:
            answer = desk.dialogue.ask(question, _HELP)
            word, more = command(answer)
            item = self._item(key)
            if word is Word.NOTHING:
                return
            if is_final and (word is Word.CLEAR or word is Word.WRITE or word in _DECISIONS):
                desk.is_closed()
            elif word is Word.CLEAR:
                self._clear(item)
            elif word is Word.WRITE:
                write(desk, "Votre réponse", item.row.text, partial(self._write, item))
            elif word in _DECISIONS:
                self._decide(item, _DECISIONS[word], more)
            elif not desk.common(answer):
                words = "« écrire », ou Entrée" if item.cell is None else f"{_WORDS}, « écrire », ou Entrée"
                desk.dialogue.misunderstood(answer, words)

    def _decide(self, item: ReviewItem, decision: Decision, more: str) -> None:
        say = self._desk.dialogue.say
        if item.cell is None:
            say("Il n’y a pas de note à garder ni à retenir ici. « écrire » pour répondre.")
            return
        note = note_of(more) if more else None
        if more and note is None:
            self._desk.dialogue.misunderstood(more, "une note de 0 à 3, ou NC")
            return
        agreed = item.row.agreed_note if note is None else note
        undecided = item.row._replace(decision=None, agreed_note=agreed)  # said twice, it is the same answer
        row = decided(item._replace(row=undecided), decision)
        if row is None:
            say("L’avis n’a pas cette note. « convenue 2 » dit celle que vous avez convenue.")
            return
        if decision is Decision.KEPT and self._desk.session.assessment.answers.get(item.cell) is None:
            say(f"{NOTHING_TO_KEEP} « écrire » pour répondre.")
            return
        what = DECISIONS[decision]
        if decision is Decision.AGREED and agreed is not None:
            what += f", {answer_text(agreed)}"
        session = self._desk.session
        self._desk.keep(lambda: session.answer_review(row, is_elsewhere=item.is_elsewhere), saved(what))
        session.end_typing()
        self._offer(row)

    def _offer(self, row: FollowUp) -> None:
        """Ask whether the person's own note becomes the one retained or agreed on, while it is another."""
        desk, cell, note = self._desk, Cell(row.activity or "", row.policy or ""), row.settled_note
        present = desk.session.assessment.answers.get(cell)
        if note is not None and present != note and desk.dialogue.agree(put_note(row, present)):
            desk.keep(lambda: desk.session.rate(cell, note), saved(f"votre note, {answer_text(note)}"))

    def _write(self, item: ReviewItem, text: str) -> None:
        row = item.row._replace(text=text)
        self._desk.session.answer_review(row, is_elsewhere=item.is_elsewhere)

    def _clear(self, item: ReviewItem) -> None:
        if item.is_answered:
            session = self._desk.session
            unanswer = partial(session.unanswer_review, item.row, is_elsewhere=item.is_elsewhere)
            self._desk.keep(unanswer, f"Réponse retirée. {SAVED}")
        else:
            self._desk.dialogue.say("Il n’y a pas de réponse à retirer.")


def _heading(grid: Grid, item: ReviewItem, rank: str, *, is_same_line: bool) -> str:
    """Return `Remarque 2 sur 5, ligne 1.1, Famille : Contribue…`, the label where the line is another."""
    row = item.row
    kind = "Question" if item.is_question else "Remarque"
    if row.activity is None:
        return f"{kind} {rank}, sur l’ensemble."
    policy = "" if row.policy is None else grid.policies_by_id[row.policy].label
    head = ", ".join(filter(None, (f"{kind} {rank}", f"ligne {line_aloud(grid, row.activity)}", policy)))
    return f"{head}." if is_same_line else f"{head} : {grid.activities[row.activity].label}."


def _in_words(item: ReviewItem) -> list[str]:
    """Return the notes of both, what the Caf says, and the answer given already, a sentence each."""
    row = item.row
    notes = (
        ("Votre note", item.shown.first_note),
        (f"Note de {item.author or 'la Caf'}", row.adviser_note),
        ("Note convenue", row.agreed_note),
    )
    said = [f"{name} : {answer_text(note)}." for name, note in notes if note is not None]
    if item.is_changed:
        said.append("Vous avez changé cette note depuis.")
    if row.remark:
        said.append(f"{item.author or 'La Caf'}{' demande' if item.is_question else ''} : {row.remark}")
    if item.suggested is not None and not item.is_answered:
        said.append(suggestion_words(item.suggested, item.author))
    if row.on_agenda:
        said.append(f"{ON_AGENDA.capitalize()}.")
    if words := answer_words(row):
        said.append(f"Votre réponse : {words}")
    elif row.is_agreement:
        said.append(f"{AGREEMENT[:1].upper()}{AGREEMENT[1:]}.")
    return said


# The review of a file received, being written: line by line, then on the whole; then its file.

_LINE_HELP: Final = (
    "« famille 2 » : votre note à côté de la sienne, « famille vide » la retire. Plusieurs : "
    "« famille 2, social nc ».\n"
    "« remarque » : votre remarque sur la ligne, à écrire ou à continuer.\n"
    "« question » : poser une question sur la ligne.\n"
    "« ordre du jour » : la mettre à l’ordre du jour de l’entretien, ou l’en retirer.\n"
    "« convenue famille 2 » : la note convenue pendant l’entretien.\n"
    "« suivante » : la prochaine ligne changée depuis votre lecture, ou sans réponse.\n"
    "« aller 1.3 », « chercher partenaires » : une autre ligne.\n"
    f"Entrée seule passe à la ligne suivante. Ses notes à elle ne changent jamais.\n{COMMON_HELP}"
)
_QUESTIONS_HELP: Final = (
    "Tapez le numéro d’une question pour la continuer ou l’effacer, « ajouter » pour en poser une sur "
    "l’ensemble, « retirer 2 » pour retirer la deuxième. Entrée seule passe à la suite."
)
_VALUE_HELP: Final = "Entrée seule garde ce qui est là. « effacer » le retire."
_BLANK: Final = "vide"
_NAMES: Final = {Part.AUTHOR: "Auteur", Part.EMAIL: "Courriel"}
_STATES: Final = {Status.FINAL: "définitif", Status.DRAFT: "provisoire, il peut encore changer"}


class WritingRoom:
    """Writes the review of a file received; the notes of the file never change."""

    def __init__(self, desk: Desk, received: ReceivedSession) -> None:
        """Open the review of a file received. Raises DatabaseRefusal."""
        self._desk = desk
        self._received = received
        self._book = received.book
        self._discussed = self._with_reviews()

    def _with_reviews(self) -> Assessment:
        return with_reviews(self._desk.workspace, self._received.grid, self._received.assessment)

    def state(self) -> str:
        """Return `3 remarques, 1 question`."""
        return contents(review_in(self._received))

    @property
    def _before(self) -> SaidBefore:
        return said_before(self._book.draft, self._discussed)

    # the lines

    def lines(self) -> None:
        """Say each line, and take what is said of it; Entrée alone goes to the next one."""
        lines, rank = list(self._received.grid.activities), 0
        while 0 <= rank < len(lines):
            self._say_line(lines[rank])
            try:
                line = self._ask_line(lines[rank])
                rank = rank + 1 if line is None else lines.index(line)
            except Back:
                rank -= 1
        if rank == len(lines):
            self._desk.dialogue.say(f"Fin de la grille. Votre avis : {self.state()}.")

    def _say_line(self, line: str) -> None:
        received, say = self._received, self._desk.dialogue.say
        grid, assessment, mission = received.grid, received.assessment, received.grid.mission_of[line]
        if mission.activities[0].id == line:
            say(f"Mission {mission.number} : {mission.title}.")
        given = notes_of_line(grid, assessment, line)
        say(
            f"Ligne {line_aloud(grid, line)} : {grid.activities[line].label}", f"Notes : {given or 'aucune'}."
        )
        if comment := assessment.comments.get(line):
            say("Commentaire :", comment)
        if changed := received.since.by_line.get(line) if received.since else None:
            say(f"Changé depuis votre lecture : {', '.join(changed).replace(' → ', ', puis ')}.")
        say(*self._said_on(line))
        if mission.activities[-1].id == line:
            self._say_indicators(mission)

    def _say_indicators(self, mission: Mission) -> None:
        assessment = self._received.assessment
        for one in mission.indicators:
            number, text = assessment.numbers.get(one.id), assessment.remarks.get(one.id, "")
            if number is not None or text:
                figure = "sans nombre" if number is None else thousands(number)
                self._desk.dialogue.say(f"Indicateur, {figure} : {one.label}", *filter(None, [text]))

    def _said_on(self, line: str) -> Iterator[str]:
        """Yield what the review says of a line, with the answer in the file; then what others said."""
        grid, draft, before = self._received.grid, self._book.draft, self._before
        for policy in grid.policies:
            cell = Cell(line, policy.id)
            notes = (("Votre note", draft.note(cell)), ("Note convenue", draft.agreed(cell)))
            for name, note in notes:
                if note is not None:
                    yield f"{name}, {policy.label} : {answer_text(note)}."
            row = before.mine.get(part_key(Part.NOTE, cell_key(cell)))
            if row is not None and (words := changed_words(row, self._received.assessment.answers.get(cell))):
                yield f"{words[:1].upper()}{words[1:].replace(' → ', ', puis ')}."
            yield from _outcome(row)
        if remark := draft.part(Part.COMMENT, line):
            yield f"Votre remarque : {remark}"
        yield from _outcome(before.mine.get(part_key(Part.COMMENT, line)))
        if draft.is_on_agenda(line):
            yield f"{ON_AGENDA.capitalize()}."
        for question in draft.questions():
            if question.activity == line:
                yield f"Votre question : {question.text}"
                yield from _outcome(before.mine.get(question.key))
        rows = tuple(row for row in before.others if row.activity == line)
        for one in discussion(grid, self._discussed._replace(follow_ups=rows)):
            yield f"Dit aussi, {discussed_words(one)}."

    def _ask_line(self, line: str) -> str | None:
        """Take what is said of a line; return the line to go to then, None for the next one."""
        desk, grid, book = self._desk, self._received.grid, self._book
        number = number_of(grid, line)
        while True:
            question = f"Ligne {number}. Note, remarque, question, ou Entrée :"
            answer = desk.dialogue.ask(question, _LINE_HELP)
            word, more = command(answer)
            match word:
                case Word.NOTHING:
                    return None
                case Word.REMARK:
                    key = part_key(Part.COMMENT, line)
                    write(desk, "Votre remarque", book.draft.parts.get(key, ""), partial(book.type, key))
                case Word.QUESTION:
                    write(desk, "Votre question", "", partial(book.type, book.draft.new_question(line)))
                case Word.AGENDA:
                    is_on = not book.draft.is_on_agenda(line)
                    desk.keep(partial(book.toggle_agenda, line), saved(ON_AGENDA if is_on else OFF_AGENDA))
                case Word.NOTE_AGREED if self._note(line, more, book.agree):
                    continue
                case Word.NEXT | Word.GO | Word.SEARCH:
                    if (found := self._other_line(line, word, more)) is not None:
                        return found
                case None if self._note(line, answer, book.note):
                    continue
                case _ if not desk.common(answer):
                    label = grid.policies[0].label.lower()
                    expected = f"« {label} 2 », « remarque », « question », « ordre du jour », ou Entrée"
                    desk.dialogue.misunderstood(answer, expected)

    def _note(self, line: str, typed: str, put: Callable[[Cell, Answer | None], None]) -> bool:
        """Save each note of `famille 2, social nc`; return whether all were understood, else save none."""
        grid, made = self._received.grid, []
        for part in typed.split(","):
            name, _, last = " ".join(part.split()).rpartition(" ")
            policy = policy_named(grid, name)
            note = note_of(last)
            if policy is None or (note is None and fold_words(last) != _BLANK):
                return False
            made.append((policy, note))
        for policy, note in made:
            said = _BLANK if note is None else answer_text(note)
            label = grid.policies_by_id[policy].label
            self._desk.keep(partial(put, Cell(line, policy), note), saved(f"{label}, {said}"))
        return True

    def _other_line(self, line: str, word: Word, more: str) -> str | None:
        """Return the line asked for; None, once said why, where there is none."""
        received, dialogue = self._received, self._desk.dialogue
        grid = received.grid
        if word is Word.SEARCH:
            return search(dialogue, grid, received.assessment, more)
        if word is Word.GO:
            cell = cell_named(grid, more, grid.policies[0].id)
            if cell is None:
                dialogue.misunderstood(more, "une ligne, par exemple « aller 1.3 »")
            return None if cell is None else cell.activity
        looked = {*(received.since.by_line if received.since else ())}
        looked |= {row.activity for row in self._discussed.follow_ups if row.is_open and row.activity}
        lines = list(grid.activities)
        rank = lines.index(line) + 1
        found = next((one for one in (*lines[rank:], *lines[:rank]) if one in looked), None)
        if found is None:
            dialogue.say(
                "Aucune ligne n’a changé depuis votre lecture, et aucune remarque n’est sans réponse."
            )
        return found

    # the whole

    def whole(self) -> None:
        """Say the review, then ask for what is about no line: the questions first, the state at the end."""
        say = self._desk.dialogue.say
        for line in self._received.grid.activities:
            if sentences := [*self._said_on(line)]:
                say(f"Ligne {line_aloud(self._received.grid, line)}.", *sentences)
        rows = tuple(row for row in self._before.others if row.activity is None)
        for one in discussion(self._received.grid, self._discussed._replace(follow_ups=rows)):
            say(f"Dit aussi, {discussed_words(one)}.")
        fields = [partial(self._field, part) for part in _NAMES]
        if ask_in_turn([self._questions, self._agreed, self._meeting, *fields, self._status, self._private]):
            say(f"Votre avis : {self.state()}.")

    def _questions(self) -> None:
        desk, book, grid = self._desk, self._book, self._received.grid
        while True:
            asked = book.draft.questions()
            desk.dialogue.say(f"{count(len(asked), 'question')}." if asked else "Aucune question.")
            for number, one in enumerate(asked, 1):
                where = f"ligne {number_of(grid, one.activity)}, " if one.activity in grid.activities else ""
                desk.dialogue.say(number_and_name(number, f"{where}{one.text}"))
                desk.dialogue.say(*_outcome(self._before.mine.get(one.key)))
            answer = desk.dialogue.ask("Questions. Numéro, « ajouter », ou Entrée :", _QUESTIONS_HELP)
            word, more = command(answer)
            if word is Word.NOTHING:
                return
            rank = rank_in(more if word is Word.REMOVE else answer, len(asked))
            if word is Word.ADD:
                write(desk, "Votre question", "", partial(book.type, book.draft.new_question("")))
            elif rank is not None and word is Word.REMOVE:
                desk.keep(partial(book.set, asked[rank - 1].key, ""), saved("question retirée"))
            elif rank is not None:
                one = asked[rank - 1]
                write(desk, "Votre question", one.text, partial(book.type, one.key))
            elif not desk.common(answer):
                desk.dialogue.misunderstood(answer, "un numéro de la liste, « ajouter », ou Entrée")

    def _agreed(self) -> None:
        """Ask for the note agreed on for each cell that the review notes, where the person asks for it."""
        draft, rank = self._book.draft, order_in(self._received.grid)
        cells = sorted({*draft.cells(Part.NOTE), *draft.cells(Part.AGREED)}, key=lambda cell: rank(*cell))
        done = len(draft.cells(Part.AGREED))
        if cells and self._desk.dialogue.agree(
            f"Notes convenues, {done} sur {len(cells)}. Les dire maintenant ?",
            "Oui après l’entretien, pour dire la note convenue de chaque case de votre avis.",
        ):
            ask_in_turn([partial(self._agreed_note, cell) for cell in cells])

    def _agreed_note(self, cell: Cell) -> None:
        dialogue, grid, book = self._desk.dialogue, self._received.grid, self._book
        policy = grid.policies_by_id.get(cell.policy)
        place = f"{number_of(grid, cell.activity)} {policy.label if policy else cell.policy}"
        note, own = book.draft.note(cell), self._received.assessment.answers.get(cell)
        both = notes_of(FollowUp("", *cell, None, own, note)).replace(" · ", ", ")
        present = book.draft.agreed(cell)
        dialogue.say(f"{place}, {both}.")
        while True:
            shown = _BLANK if present is None else answer_text(present)
            answer = dialogue.ask(asking("Note convenue", shown), _VALUE_HELP)
            given = note_of(answer)
            if not answer:
                return
            if given is not None or command(answer)[0] is Word.CLEAR:
                said = saved("note convenue retirée" if given is None else f"convenue, {answer_text(given)}")
                self._desk.keep(partial(book.agree, cell, given), said)
                return
            dialogue.misunderstood(answer, "une note de 0 à 3, NC, ou « effacer »")

    def _meeting(self) -> None:
        desk, book = self._desk, self._book
        key = part_key(Part.MEETING)
        while True:
            present = typed_date(book.draft.meeting)
            answer = desk.dialogue.ask(asking("Date de l’entretien", present or _BLANK), _VALUE_HELP)
            if not answer:
                return
            try:
                is_cleared = command(answer)[0] is Word.CLEAR
                meant = "" if is_cleared else date_meant(answer)
                on_day = parse_date(meant, desk.workspace.today())
            except ValueError as error:
                desk.dialogue.say(f"{error} La date n’est pas enregistrée.")
                continue
            said = "date retirée" if on_day is None else f"entretien le {typed_date(on_day)}"
            text = "" if on_day is None else on_day.isoformat()
            desk.keep(partial(book.set, key, text), saved(said))
            return

    def _field(self, part: Part) -> None:
        """Ask who writes the review, or their e-mail: by default those of whom the file is addressed to."""
        dialogue, book = self._desk.dialogue, self._book
        author = book.draft.author(self._received.assessment.identity.adviser)
        present = author.name if part is Part.AUTHOR else author.email
        answer = dialogue.ask_text(asking(_NAMES[part], present or _BLANK), _VALUE_HELP)
        if answer:
            text = "" if command(answer)[0] is Word.CLEAR else answer
            self._desk.keep(
                partial(book.set, part_key(part), text), saved(f"{_NAMES[part]}, {text or _BLANK}")
            )

    def _status(self) -> None:
        states = list(_STATES)
        present = STATUSES[self._book.draft.status]
        chosen = self._desk.dialogue.choose(
            [*_STATES.values()], asking("État", present, "Numéro, ou Entrée pour garder"), _VALUE_HELP
        )
        if chosen is not None:
            status = states[chosen - 1]
            put = partial(self._book.set, part_key(Part.STATUS), status.value)
            self._desk.keep(put, saved(STATUSES[status]))

    def _private(self) -> None:
        put = partial(self._book.type, part_key(Part.PRIVATE))
        name = "Pense-bête, pour vous"
        ask_only_for_text(self._desk, name, lambda: self._book.draft.part(Part.PRIVATE), put)

    # the file

    def write(self) -> None:
        """Write the review, and the page of the meeting, into the folder that the person says."""
        folder = ask_folder(self._desk.dialogue)
        write_file(self._desk.dialogue, lambda replace: self._write(folder, replace=replace))

    def _write(self, folder: Path, *, replace: bool) -> None:
        workspace, received, say = self._desk.workspace, self._received, self._desk.dialogue.say
        sent = writing.write(workspace, received, folder, replace=replace)
        self._discussed = self._with_reviews()
        review, status, names = sent.received.review, sent.received.header.status, [sent.path.name]
        say(f"Avis {STATUSES[status]} écrit et relu : {contents(review)}. Rien n’a été envoyé.")
        with self._desk.dialogue.saying_refusals():
            names.append(report.write_meeting(workspace, received, sent.path).name)
        say("Dans le dossier :", str(folder), *names)
        draft = mail.of_review(received.assessment.identity, review, status, names)
        say("Courriel à coller dans votre messagerie, avec ces fichiers :", draft.as_text)


def _outcome(row: FollowUp | None) -> Iterator[str]:
    """Yield the answer that the file holds to what was said before; nothing to what was not sent yet."""
    if row is not None and (said := outcome_words(row)):
        yield f"Réponse : {said}" if row.is_answered else f"{said.capitalize()}."
