"""What the Caf said, point by point, read aloud; and what is answered to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ctg_tui.domain.thread import Point
from ctg_tui.services.answers import AnswerForm
from ctg_tui.text_mode.desk import Desk
from ctg_tui.text_mode.form import FormRoom
from ctg_tui.wording.french import count
from ctg_tui.wording.thread import BEGUN, answer_words, caf_answered, point_words

ANSWER_IT: Final = "« répondre » pour y répondre."


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


def announce(desk: Desk) -> None:
    """Say how many points wait, and how to answer them; nothing without any."""
    if waiting := caf_answered(point for point in desk.session.points if point.is_to_see):
        desk.dialogue.say(f"{waiting[:1].upper()}{waiting[1:]}. « répondre » pour les lire.")


def answer(desk: Desk) -> None:
    """Go through the points that wait, then through the others once the person agrees."""
    points, say = desk.session.points, desk.dialogue.say
    waiting = [point for point in points if point.is_to_see]
    others = [point for point in points if not point.is_to_see]
    if not points:
        say("La Caf n’a encore rien répondu. « ouvrir », à l’accueil, prend sa réponse.")
    if waiting and not go_through(desk, waiting):
        return
    if others:
        number = count(len(others), "point déjà répondu ou réglé", "points déjà répondus ou réglés")
        if desk.dialogue.agree(f"{number}. Les relire ?"):
            go_through(desk, others)
    if any(point.draft and point.draft.is_kept for point in desk.session.points):
        say("Vos réponses partent avec le prochain envoi.")


def go_through(desk: Desk, points: Iterable[Point]) -> bool:
    """Read each of `points` and ask for its answer; return False when the person goes back."""
    return FormRoom(desk, AnswerForm(desk.session, [point.key for point in points])).run()
