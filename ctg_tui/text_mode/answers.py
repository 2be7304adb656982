"""What the Caf said, point by point, read aloud; and what is answered to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.thread import Choice, Point, choices, chosen
from ctg_tui.text_mode.desk import COMMON_HELP, SAVED, Desk, place_aloud, saved, write
from ctg_tui.text_mode.dialogue import Word, ask_in_turn, command, fold_words
from ctg_tui.wording.french import count
from ctg_tui.wording.thread import (
    BEGUN,
    STATES,
    answer_words,
    caf_answered,
    choice_words,
    point_words,
)

if TYPE_CHECKING:
    pass

ANSWER_IT: Final = "« répondre » pour y répondre."
_HELP: Final = (
    "« vu » : vous en prenez note, sans rien répondre d’autre.\n"
    "« mettre 1 » : votre note devient celle que la Caf propose.\n"
    "« garder 2 » : vous gardez la vôtre.\n"
    "« écrire » : répondre par une phrase, ou continuer celle qui est commencée.\n"
    "« effacer » : retirer votre réponse.\n"
    "« lire » : relire ce point. Entrée seule passe au suivant.\n"
    f"{COMMON_HELP}"
)


def point_aloud(point: Point) -> Iterator[str]:
    """Yield what was said in a point, the earliest first, then the answer that was not sent."""
    yield from point_words(point)
    draft = point.draft
    if draft is not None:
        what = "Votre réponse" if draft.is_kept else f"Votre {BEGUN}, qui ne part pas"
        yield f"{what} : {answer_words(draft.note, draft.words)}"


def heard_first(points: Iterable[Point]) -> list[Point]:
    """Return points with those that the Caf waits on first, each kind in its order."""
    return sorted(points, key=lambda point: not point.is_to_see)


class AnswersRoom:
    """Reads each point, then asks for the answer to it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def announce(self) -> None:
        """Say how many points wait, and how to answer them; nothing without any."""
        if waiting := caf_answered(point for point in self._desk.session.points if point.is_to_see):
            self._desk.dialogue.say(f"{waiting[:1].upper()}{waiting[1:]}. « répondre » pour les lire.")

    def run(self) -> None:
        """Go through the points that wait, then through the others once the person agrees."""
        points, say = self._desk.session.points, self._desk.dialogue.say
        waiting = [point for point in points if point.is_to_see]
        others = [point for point in points if not point.is_to_see]
        if not points:
            say("La Caf n’a encore rien répondu. « ouvrir », à l’accueil, prend sa réponse.")
        if waiting and not self.go_through(waiting):
            return
        if others:
            number = count(len(others), "point déjà répondu ou réglé", "points déjà répondus ou réglés")
            if self._desk.dialogue.agree(f"{number}. Les relire ?"):
                self.go_through(others)
        if any(point.draft and point.draft.is_kept for point in self._desk.session.points):
            say("Vos réponses partent avec le prochain envoi.")

    def go_through(self, points: Iterable[Point]) -> bool:
        """Read each of `points` and ask for its answer; return False when the person goes back."""
        keys = [point.key for point in points]
        asked = (partial(self._ask, key, f"{rank} sur {len(keys)}") for rank, key in enumerate(keys, 1))
        return ask_in_turn(list(asked))

    def _point(self, key: str) -> Point | None:
        """Return the point of that row as it is now; None when undoing took it back."""
        rows = self._desk.session.points
        return next((point for point in rows if any(said.id == key for said in point.rows)), None)

    def _ask(self, key: str, rank: str) -> None:
        """Read a point, then take its answer until one passes on.

        An answer is about all that the Caf said there: the point is read again where that is more.
        """
        desk, read = self._desk, None
        while (point := self._point(key)) is not None:
            if point.rows != read:
                self._read(point, rank)
                read = point.rows
            answer = desk.dialogue.ask(self._question(point), _HELP)
            word, _ = command(answer)
            if word is Word.NOTHING:
                return
            if word is Word.READ:
                read = None
            elif word is Word.WRITE:
                self._write(point)
            elif word is Word.CLEAR:
                self._clear(point)
            elif (choice := self._choice(point, answer)) is not None:
                self._keep(point, choice)
            elif not desk.common(answer):
                desk.dialogue.misunderstood(answer, self._question(point).removesuffix(" :"))

    def _read(self, point: Point, rank: str) -> None:
        grid, say = self._desk.session.grid, self._desk.dialogue.say
        label = f" {grid.line(point.line).label}" if point.line and point.line in grid.mission_of else ""
        say(f"Point {rank}, {place_aloud(grid, point)}, {STATES[point.state]}.{label}", *point_aloud(point))

    def _question(self, point: Point) -> str:
        notes = self._desk.session.assessment.answers
        offered = [f"« {choice_words(one, point, notes)} »" for one in choices(point, notes)]
        return f"{', '.join(offered)}, « écrire », ou Entrée :"

    def _choice(self, point: Point, answer: str) -> Choice | None:
        """Return the choice typed, `mettre 1` or `mettre` alone."""
        notes, typed = self._desk.session.assessment.answers, fold_words(answer)
        return next(
            (
                one
                for one in choices(point, notes)
                if typed in {one.value, fold_words(choice_words(one, point, notes))}
            ),
            None,
        )

    def _keep(self, point: Point, choice: Choice) -> None:
        session = self._desk.session
        said = choice_words(choice, point, session.assessment.answers)
        words = "" if point.draft is None else point.draft.words
        self._desk.keep(partial(session.keep_answer, point, choice, words), saved(said))

    def _write(self, point: Point) -> None:
        """Take the words of an answer: each line is on the disk, and the last one keeps it."""
        session = self._desk.session
        choice = chosen(point, session.assessment.answers)
        present = "" if point.draft is None else point.draft.words
        if write(self._desk, "Votre réponse", present, partial(session.type_answer, point, choice)):
            typed = self._point(point.key)
            if typed is not None and typed.draft is not None:
                self._desk.keep(partial(session.keep_answer, typed, choice, typed.draft.words))

    def _clear(self, point: Point) -> None:
        if point.draft is None:
            self._desk.dialogue.say("Il n’y a pas de réponse à retirer.")
        else:
            remove = partial(self._desk.session.remove_answer, point)
            self._desk.keep(remove, f"Réponse retirée. {SAVED}")
