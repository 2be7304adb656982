"""The answer that a page writes to a point of the Caf: in its form, saved as it is typed, kept by Entrée."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Answer, Cell, answer_text
from ctg_tui.domain.thread import Choice, choices, chosen, own_note
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.later import Autosave
from ctg_tui.wording.grid import YOUR_ANSWER, place_shown
from ctg_tui.wording.thread import choice_words

if TYPE_CHECKING:
    from ctg_tui.domain.thread import Point
    from ctg_tui.tui.answers.form import AnswerForm
    from ctg_tui.tui.page import Page


LEAVE_IT: Final = "Laisser la réponse commencée : elle est gardée, elle n’est pas envoyée"
_NOT_IN_ANSWER: Final = frozenset(
    {"comment", "answer", "search", "undo", "redo", "why", "last_time", "put_date"}
)
"""The actions of pages without effect while an answer is written."""
_KEYS: Final = tuple(
    Command(f"reponse.{label}", "", label, sentence, shown_keys=keys, bar=bar, group="Répondre")
    for label, keys, bar, sentence in (
        ("répondre", "Entrée", 1, "Garder cette réponse"),
        ("choisir", "↑ ↓", 3, "Choisir ce que vous répondez ; une lettre commence vos mots"),
    )
)


def while_answering(every: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of a page while the form of an answer is open."""
    keys = (one for one in every if one.keys and one.action not in _NOT_IN_ANSWER)
    return adapted((*_KEYS, *keys), {"leave": {"label": "laisser", "help": LEAVE_IT}})


class Answering:
    """Writes to one point at a time. Left without Entrée, an answer stays begun: it settles nothing."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._key = ""
        self._rest = Autosave(page, self.save)
        self.form: AnswerForm | None = None
        """Made with the first answer, then only hidden."""

    @property
    def point(self) -> Point | None:
        """The point being answered."""
        points = self._page.opened.points if self._key else ()
        return next((point for point in points if point.key == self._key), None)

    @property
    def rows(self) -> int:
        """The rows of the form; 0 while nothing is answered."""
        return 0 if self.form is None or not self._key else self.form.rows

    def is_on(self, key: str) -> bool:
        """Return whether the point of that key is being answered."""
        return self._key == key

    def made_form(self) -> AnswerForm:
        """Return the form, made at the first answer."""
        if self.form is None:
            from ctg_tui.tui.answers.form import AnswerForm

            self.form = AnswerForm()
        return self.form

    def open(self, point: Point) -> None:
        """Show the form of the answer to a point, with what was begun or kept."""
        from ctg_tui.tui.answers.form import Option

        opened, form = self._page.opened, self.made_form()
        notes = opened.assessment.answers
        options = [Option(choice, *choice_row(choice, point, notes)) for choice in choices(point, notes)]
        self._key = point.key
        title = f"{YOUR_ANSWER} ({place_shown(opened.grid, point)}), part avec l’envoi"
        form.show(title, options, chosen(point, notes), "" if point.draft is None else point.draft.words)

    @property
    def is_changed(self) -> bool:
        """Whether the form holds something that is not stored."""
        point, form = self.point, self.form
        if point is None or form is None:
            return False
        stored = "" if point.draft is None else point.draft.words
        return (form.choice, form.words) != (chosen(point, self._page.opened.assessment.answers), stored)

    def typed(self) -> None:
        """Have what was typed saved at the next rest."""
        if self.is_changed:
            self._rest.typed()
        self._page.refresh_head()

    def save(self) -> bool:
        """Store what is typed, as an answer that is only begun; return whether it is stored."""
        point, form = self.point, self.form
        if point is None or form is None or not self.is_changed:
            return True
        return self._page.save(lambda: self._page.opened.type_answer(point, form.choice, form.words))

    def keep(self) -> bool:
        """Keep the answer and close its form; return False when it was refused, and stays open."""
        point, form = self.point, self.form
        if point is None or form is None:
            return False
        is_kept = self._page.save(lambda: self._page.opened.keep_answer(point, form.choice, form.words))
        if is_kept:
            self._hide()
        return is_kept

    def close(self) -> bool:
        """Save what is typed and close the form; return whether it was open, and is not any more."""
        if not self._key or not self.save():
            return False
        self._page.opened.end_typing()
        self._hide()
        return True

    def _hide(self) -> None:
        self._rest.stop()
        self._key = ""
        if self.form is not None:
            self.form.display = False


def choice_row(choice: Choice, point: Point, notes: Mapping[Cell, Answer]) -> tuple[str, str]:
    """Return the words of a choice, and what it does: `mettre 1`, `la note passe de 2 à 1`."""
    own, proposed = own_note(point, notes), point.proposed
    does = "rien ne change"
    if choice is Choice.TAKE and proposed is not None:
        new = answer_text(proposed)
        does = (
            f"note {new} dans la case vide" if own is None else f"la note passe de {answer_text(own)} à {new}"
        )
    elif choice is Choice.KEEP:
        does = "dites pourquoi si vous voulez"
    return choice_words(choice, point, notes), does
