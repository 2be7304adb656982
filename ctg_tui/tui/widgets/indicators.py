"""An indicator of the form: its text and type, its number, its comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.grid import Grid, Indicator
from ctg_tui.domain.steps import is_asked
from ctg_tui.tui.characters import shown
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.fields import NumberField, TextField
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP, profile_name, thousands
from ctg_tui.wording.provenance import MARK
from ctg_tui.wording.typed import parse_number


class IndicatorBlock(Vertical):
    """One indicator. Posts `Typed` when the person types, and shows the values it is given."""

    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    IndicatorBlock {
        height: auto;
        margin-bottom: 1;
        & > Horizontal { height: auto; }
        .indicator--text { width: 1fr; height: auto; }
        .indicator--kind { width: auto; max-width: 34; height: 1; margin-left: 2; color: $discret; }
        .indicator--label { width: auto; height: 1; margin-right: 1; color: $discret; }
        TextField { width: 11; margin-right: 2; }
        CommentEditor, CommentEditor:focus { height: auto; max-height: 6; }
        &.-maximized { padding: 1 2; }
        &.-maximized > .indicator--fields { height: 1fr; }
        &.-maximized CommentEditor, &.-maximized CommentEditor:focus { height: 1fr; max-height: 100%; }
        CommentEditor:focus { background: $curseur; color: $curseur-texte; }
        CommentEditor:focus > .text-area--cursor { background: $curseur-texte; color: $curseur; }
        CommentEditor:focus > .text-area--placeholder { color: $curseur-texte; }
        .indicator--problem { height: auto; color: $error; display: none; }
        &.-wrong .indicator--problem { display: block; }
        &.-not-asked .indicator--text { color: $discret; }
    }
    """

    @dataclass
    class Typed(Message):
        """The person typed in this indicator."""

        block: IndicatorBlock

    @dataclass
    class Entered(Message):
        """Entrée was pressed in the number: go on to the next one."""

        block: IndicatorBlock

    def __init__(self, indicator: Indicator, grid: Grid, assessment: Assessment) -> None:
        super().__init__()
        self.indicator = indicator
        self.asked = is_asked(indicator, assessment)
        self._grid = grid
        self._assessment = assessment
        number = assessment.numbers.get(indicator.id)
        self.number = NumberField("" if number is None else str(number), max_length=30)
        self.remark = CommentEditor(assessment.remarks.get(indicator.id, ""))
        self.set_class(not self.asked, "-not-asked")

    @property
    def has_number(self) -> bool:
        """Whether a number can be typed here."""
        return self.asked and not self.indicator.is_heading

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield PlainStatic(shown(self.indicator.label), classes="indicator--text")
            yield PlainStatic(shown(self._kind()), classes="indicator--kind")
        if self.asked:
            with Horizontal(classes="indicator--fields"):
                yield from self._fields()
            yield PlainStatic(classes="indicator--problem")
        elif former := self._former_answer():
            yield PlainStatic(shown(former), classes="indicator--label")

    def _fields(self) -> Iterator[Widget]:
        if self.has_number:
            yield PlainStatic("Nombre", classes="indicator--label")
            yield self.number
        yield PlainStatic("Commentaire", classes="indicator--label")
        yield self.remark

    def _kind(self) -> str:
        """Return the type of the indicator, and the reason if it is not asked."""
        if not self.asked and self.indicator.reserved_for is not None:
            return f"réservé au {profile_name(self.indicator.reserved_for)}"
        if self.indicator.type is None:
            return f"titre de rubrique{NBSP}: pas de nombre"
        kind = self._grid.indicator_types_by_id.get(self.indicator.type)
        label = kind.label if kind else self.indicator.type
        return f"{label} · {MARK}{NBSP}ligne proposée" if self.indicator.is_proposed else label

    def _former_answer(self) -> str:
        """Return the answer given before the indicator stopped being asked."""
        number = self._assessment.numbers.get(self.indicator.id)
        remark = self._assessment.remarks.get(self.indicator.id, "")
        parts = [] if number is None else [thousands(number)]
        return f"Conservé{NBSP}: {' · '.join([*parts, remark])}" if parts or remark else ""

    # typed values

    def read_number(self) -> int | None:
        """Return the number typed, None when the field is empty. Raises ValueError with a French sentence."""
        return parse_number(self.number.value)

    def show_problem(self, problem: str) -> None:
        """Show the problem with the number; empty, hide it."""
        if self.has_number and self.is_attached:  # while quitting, there is no screen to show it on
            self.query_one(".indicator--problem", PlainStatic).update(shown(f"! {problem}"))
            self.set_class(bool(problem), "-wrong")

    def show(self, assessment: Assessment) -> None:
        """Show the values of the assessment where they differ from those typed."""
        number = assessment.numbers.get(self.indicator.id)
        remark = assessment.remarks.get(self.indicator.id, "")
        try:
            differs = self.read_number() != number
        except ValueError:
            differs = True
        if differs:
            self.number.value = "" if number is None else str(number)
        if self.remark.text.strip() != remark.strip():
            self.remark.load_text(remark)

    @on(TextField.Changed)
    @on(CommentEditor.Changed)
    def _on_change(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Typed(self))

    @on(TextField.Submitted)
    def _on_submit(self, event: TextField.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self))
