"""The answers to the Caf as a form: for each point a choice and words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Final

from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import MAX_TEXT_LENGTH
from ctg_tui.domain.thread import Choice, Point, choices, own_note
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import Fact, Field, Kind, Option, Row, StoredForm, Value
from ctg_tui.wording.lines import notes_of_line
from ctg_tui.wording.thread import BEGUN, STATES, choice_words, place_of, sayings

CHOICE, WORDS = "choix", "texte"
"""The parts of an answer; the key of a row is `CLE.choix`, by the key of a row of the thread."""
_LONGEST: Final = 160
"""Characters that are shown of one's own comment beside a point."""
_NONE: Final = Option("aucune", "pas de réponse")


class AnswerForm(StoredForm):
    """What the Caf said of an open assessment, point by point, and the answer to each.

    What is put is kept at once; where it `begins` only, it stays begun until `keep`, « vu » at first.
    """

    name = "reponse"
    title = "Réponses"

    def __init__(
        self, session: Session, keys: Collection[str] | None = None, *, begins: bool = False
    ) -> None:
        """Show the points of `keys`, by default all: each the key of one of its rows."""
        self._session, self._keys = session, keys
        self._write = partial(session.answer, is_kept=not begins)
        self._first = Choice.SEEN.value if begins else ""
        self._answered = {point.key for point in self.points if begins and point.draft is not None}
        self._removed: set[str] = set()

    @property
    def points(self) -> list[Point]:
        """The points shown, as they are now, in the order of the grid; undoing can take one away."""
        return [one for one in self._session.points if self._keys is None or _has(one, self._keys)]

    def _point(self, key: str) -> Point:
        return next(point for point in self.points if point.key == key)

    def rows(self) -> Iterator[Row]:
        """Yield what was said in each point, the earliest first, then the answer to it."""
        grid, notes = self._session.grid, self._session.assessment.answers
        ranks = {point.key: rank for rank, point in enumerate(self._session.points, 1)}
        for point in self.points:
            key, draft = point.key, point.draft
            label = f" {grid.lines[point.line].label}" if point.line and point.line in grid.mission_of else ""
            place = place_of(grid, point)
            where = place if point.line is None else f"Ligne {place}" if self._first else f"ligne {place}"
            rank = "" if self._first else f"Point {ranks[key]} sur {len(ranks)}, "
            state = STATES[point.state] if draft is None or draft.is_kept else BEGUN
            state = "" if self._first and point.is_to_see else f", {state}"
            yield Fact(key, "", f"{rank}{where}{state}.{label}")
            for number, saying in enumerate(sayings(point.rows), 1):
                yield Fact(f"{key}.{number}", saying.who, saying.what)
            if self._first and point.line in grid.activities:
                yield from self._own(point)
            options = [Option(one.value, choice_words(one, point, notes)) for one in choices(point, notes)]
            if self._first and len(options) > 1 and (own := own_note(point, notes)) is not None:
                options[0] = options[0]._replace(label=f"vu, reste {answer_text(own)}")
            if draft is not None or key in self._answered:
                options.append(_NONE)
            choice, words = self._choice(point), "" if draft is None else draft.words
            chooses, writes = partial(self._choose, key), partial(self._word, key)
            present = self._first if choice is None else choice.value
            present = _NONE.key if draft is None and key in self._removed else present
            yield Field(f"{key}.{CHOICE}", "Réponse", present, chooses, kind=Kind.ONE, options=options)
            yield Field(
                *(f"{key}.{WORDS}", "Vos mots", words, writes),
                kind=Kind.TEXT,
                limit=MAX_TEXT_LENGTH,
                placeholder="facultatif",
            )

    def _own(self, point: Point) -> Iterator[Fact]:
        """Yield one's note at a point, or those of its line, and the comment there."""
        grid, assessment, line = self._session.grid, self._session.assessment, point.line or ""
        note = assessment.answers.get(point.cell) if point.cell else None
        notes = notes_of_line(grid, assessment, line) if point.cell is None else ""
        own = notes if note is None else answer_text(note)
        yield Fact(f"{point.key}.note", "Votre note", own or "pas encore de note")
        if comment := assessment.comments.get(line, ""):
            cut = comment if len(comment) <= _LONGEST else f"{comment[:_LONGEST].rpartition(' ')[0]}…"
            yield Fact(f"{point.key}.commentaire", "Votre commentaire", cut)

    def _choice(self, point: Point) -> Choice | None:
        """Return what is chosen; None where nothing is, and where words alone answer."""
        draft = point.draft
        if draft is None or (draft.note is None and draft.words.strip()):
            return None
        if draft.note is None:
            return Choice.SEEN
        return Choice.TAKE if draft.note == point.proposed else Choice.KEEP

    def take(self, key: str, typed: Value) -> str:
        """Keep what was typed for a point, named by the key of any of its rows."""
        row, _, part = key.partition(".")
        named = next((point.key for point in self.points if _has(point, (row,))), row)
        return super().take(f"{named}.{part}", typed)

    def _choose(self, key: str, choice: str) -> str:
        point = self._point(key)
        if choice == _NONE.key:
            self._removed |= {key} & self._answered
            self._session.remove_answer(point)
        else:
            self._removed.discard(key)
            self._write(point, Choice(choice), "" if point.draft is None else point.draft.words)
        note = self._session.assessment.answers.get(point.cell) if point.cell else None
        return "" if note is None or self._first else typeset(f"Votre note : {answer_text(note)}.")

    def _word(self, key: str, words: str) -> None:
        point = self._point(key)
        if words != ("" if point.draft is None else point.draft.words):
            self._write(point, self._choice(point), words)

    def keep(self, choice: str, words: str) -> None:
        """Keep the answer to the point shown: it goes with the next sending."""
        for point in self.points:
            if choice == _NONE.key:
                self._session.remove_answer(point)
            else:
                self._session.answer(point, Choice(choice), words)


def _has(point: Point, keys: Collection[str]) -> bool:
    return any(said.id in keys for said in point.rows)
