"""Réponses: every point of the Caf, a card each, the open ones first; each is answered in its card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from textual.containers import Container
from textual.geometry import Offset
from textual.widget import Widget

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.thread import Point
from ctg_tui.tui.answers.writing import Answering, while_answering
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, Destination, cmd, leave, undo_and_redo
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.view import place_of as place_in
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    STRONG,
    Item,
    Line,
    Listing,
    Piece,
    gap,
    section_title,
    sentence,
    spread,
)
from ctg_tui.tui.widgets.table import OPEN, lines_of
from ctg_tui.wording.grid import ALL_ANSWERED, place_shown, sayings
from ctg_tui.wording.thread import BEGUN, STATES, caf_answered

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.tui.answers.writing import AnswerForm

NOTHING_SAID: Final = "La Caf n’a encore rien répondu. Pour reprendre sa réponse : O depuis l’accueil."
_NOT_HERE: Final = "Cette ligne n’est pas dans votre grille."
_MOST_PLACE: Final = 18
_BESIDE: Final = 4
"""The mark of a point and the columns that part its place from its words."""


class Cards(Listing):
    """The points; below the card being answered there is room for the form."""

    def below(self, key: str) -> Offset | None:
        """Return the cell below the last line of a card, as the list is scrolled; None without it."""
        if key not in self.keys:
            return None
        _, end = self.span(self.keys.index(key))
        return Offset(0, end) - self.scroll_offset


def card(grid: Grid, point: Point, indent: int, form: int) -> Item:
    """Return the card of a point, with `form` rows free; its words begin at `indent`."""
    is_open, draft, line = point.is_to_see, point.draft, point.line
    state = BEGUN if draft is not None and not draft.is_kept else STATES[point.state]
    place = fit(shown(place_shown(grid, point)), indent - _BESIDE)
    known = line in grid.activities or line in grid.indicators
    label = shown(grid.line(line).label) if line and known else "" if line is None else _NOT_HERE
    head = [Piece(OPEN, "$warning") if is_open else Piece("✓", ACCENT), Piece(f" {place}  ", STRONG)]
    shown_point = point._replace(draft=None) if form else point  # the draft stands in the form

    def lines(width: int) -> Sequence[Line]:
        room = max(width - indent - len(state) - 3, 5)
        made = [spread([*head, Piece(fit(label, room), SOFT)], [Piece(state, SOFT)], width)]
        for said in sayings(grid, [shown_point], names_policy=False):
            style = PLAIN if is_open else SOFT
            made += [(Piece(" " * indent), *line) for line in lines_of(said, width - indent, style)]
        return [*made, *[(Piece(" "),)] * form, ()]

    return Item(point.key, lines)


class AnswersScreen(ListPage):
    """The cards keep their places while one answers: the cursor moves by the arrows and by F3 only."""

    TITLE_IN_HELP = IN_HEAD = "Réponses"
    KEY_COMMANDS = (
        cmd("reponses.repondre", "enter", "answer", "répondre", 1, "Répondre à ce point"),
        cmd(
            *("reponses.suivant", "f3", "next_blank", "point suivant", 2),
            "Aller au prochain point à voir, et y répondre",
        ),
        cmd("reponses.ligne", "l", "line", "voir la ligne", 5, "Voir la ligne dans la grille"),
        cmd(
            *("reponses.retirer", "delete", "remove", "retirer", 6),
            "Retirer la réponse qui n’est pas encore partie (Ctrl+Z la rétablit)",
        ),
        *undo_and_redo("reponses", bar=7),
        leave("reponses", bar=0),
    )
    DEFAULT_CSS = """
    AnswersScreen #titre { margin: 1 0; }
    AnswersScreen.-bas #titre { margin: 0; }
    AnswersScreen #cartes { height: 1fr; layers: default form; }
    AnswersScreen AnswerForm { layer: form; position: absolute; }
    """

    def __init__(self, workspace: Workspace, session: Session | None, point: str = "") -> None:
        """Open the page; with the key of a `point`, to answer it and go back."""
        super().__init__(workspace, session)
        self._point_alone = point
        self._answering = Answering(self)
        self._order: list[str] = []
        """The keys of the points in the order of the page, and how many of them were open then."""
        self._open_at_first = 0
        self._area = Container(self.list, id="cartes")

    def made_list(self) -> Listing:
        return Cards()

    def body(self) -> Iterable[Widget]:
        return self._heading, self._area

    def heading(self) -> str:
        waiting = [point for point in self.opened.points if point.is_to_see]
        said = caf_answered(waiting)
        return f"{said[:1].upper()}{said[1:]}" if said else ALL_ANSWERED if self.opened.points else ""

    @property
    def is_unsaved(self) -> bool:
        return self._answering.is_changed

    def commands(self) -> tuple[Command, ...]:
        every = super().commands()
        return while_answering(every) if self._answering.point is not None else every

    def on_mount(self) -> None:
        """Go to the first point; answer the one that it was opened for."""
        self._arrange()
        self.show_rows()
        self.watch(self.list, "scroll_y", self._put_form, init=False)
        self.list.select(self._point_alone or next(iter(self._order), ""))
        if self._point_alone:
            self.call_after_refresh(self.action_answer)

    def on_show_again(self) -> None:
        self._arrange()
        super().on_show_again()

    def _arrange(self) -> None:
        """Put the open points first."""
        points = sorted(self.opened.points, key=lambda point: not point.is_to_see)
        self._order = [point.key for point in points]
        self._open_at_first = sum(point.is_to_see for point in points)

    def rows(self) -> Iterable[Item]:
        grid, points = self.opened.grid, {point.key: point for point in self.opened.points}
        if not points:
            yield sentence(NOTHING_SAID)
            return
        longest = max(len(shown(place_shown(grid, point))) for point in points.values())
        indent = min(longest, _MOST_PLACE) + _BESIDE
        for rank, key in enumerate(self._order):
            if rank == self._open_at_first:
                yield from [gap()] * bool(rank)
                yield section_title("Déjà répondu")
            if key in points:
                form = self._answering.rows if self._answering.is_on(key) else 0
                yield card(grid, points[key], indent, form)

    # answering

    def _point(self) -> Point | None:
        """Return the point under the cursor."""
        return next((point for point in self.opened.points if point.key == self.list.key), None)

    async def action_answer(self) -> None:
        """Open the form of the answer to the point under the cursor, in its card."""
        self._answering.close()
        point = self._point()
        if point is None:
            return
        form = self._answering.made_form()
        if not form.is_attached:
            await self._area.mount(form)
        self._answering.open(point)
        self._show_form()

    def _show_form(self) -> None:
        self.show_rows()
        self._put_form()
        self.call_after_refresh(self._put_form)

    def _put_form(self) -> None:
        """Put the form on the room that its card leaves."""
        form, key = self._answering.form, self.list.key
        if form is None or key is None or not self._answering.is_on(key) or not isinstance(self.list, Cards):
            return
        below = self.list.below(key)
        if below is not None:
            left = 4 if self.size.width < 80 else _MOST_PLACE
            form.styles.width = max(self.size.width - left - 3, 10)
            form.styles.offset = (left, below.y - 1 - form.rows)

    def on_resize(self) -> None:
        self.call_after_refresh(self._put_form)

    def on_answer_form_typed(self, message: AnswerForm.Typed) -> None:
        message.stop()
        self._answering.typed()

    def on_answer_form_grown(self, message: AnswerForm.Grown) -> None:
        message.stop()
        self._show_form()

    def on_answer_form_kept(self, message: AnswerForm.Kept) -> None:
        """Keep the answer; the cursor stays on its card, where the page was not opened for it alone."""
        message.stop()
        if self._answering.keep():
            self._leave_form()
            if self._point_alone:
                self.leave()

    def _leave_form(self) -> None:
        self.show_rows()
        self.list.focus()

    def flush(self) -> None:
        self._answering.save()

    async def action_next_blank(self) -> None:
        """Go to the next point to see, and open its form; from the top again after the last."""
        self._point_alone = ""
        if self._answering.close():
            self._leave_form()
        if self.select_next({point.key for point in self.opened.points if point.is_to_see}):
            await self.action_answer()
        else:
            self.show_message(ALL_ANSWERED if self.opened.points else NOTHING_SAID)

    def action_remove(self) -> None:
        """Remove the answer that was not sent."""
        point = self._point()
        if point is not None and point.draft is not None:
            if self.save(lambda: self.opened.remove_answer(point)):
                self.show_rows()
        elif point is not None:
            self.show_message("Il n’y a pas ici de réponse à retirer.")

    async def action_leave(self) -> None:
        is_closed = self._answering.close()
        if is_closed:
            self._leave_form()
        if self._point_alone or not is_closed:
            self.leave()

    def turn(
        self, word: str, nothing: str, following: Callable[[], Edit | None], turn: Callable[[], object]
    ) -> None:
        if self._answering.close():
            self._leave_form()
        super().turn(word, nothing, following, turn)

    def on_turned(self, edit: Edit) -> None:
        """Go to the card that an edit is about."""
        self._arrange()
        keys = {change.key for change in edit.changes}
        about = (point.key for point in self.opened.points if keys & {said.id for said in point.rows})
        self.show_rows(next(about, None))

    # elsewhere

    def visit(self, destination: Destination, session: Session | None = None, place: object = None) -> None:
        if self._answering.close():
            self._leave_form()
        super().visit(destination, session, place)  # type: ignore[arg-type]

    def action_line(self) -> None:
        """Show the line of the point in the grid."""
        point, grid = self._point(), self.opened.grid
        if point is None or point.line not in grid.mission_of:
            self.show_message("Ce point n’est pas sur une ligne de votre grille.")
            return
        policy = point.policy if point.policy in grid.policies_by_id else grid.policies[0].id
        self.visit(Destination.GRID, place=place_in(grid, point.line, policy or ""))
