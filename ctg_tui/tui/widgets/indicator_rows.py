"""An indicator of the form: its text and type, its number, its comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment, Profile
from ctg_tui.domain.completeness import is_asked
from ctg_tui.domain.grid import Grid, Indicator
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.editor import CommentEditor
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NBSP, PROFILES, thousands
from ctg_tui.wording.numbers import parse_number


class IndicatorBlock(Vertical):
    """One indicator. Knows neither base nor session: it tells what is typed and shows what it is given."""

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
        """Something was typed in this indicator."""

        block: IndicatorBlock

    @dataclass
    class Entered(Message):
        """Entrée in the number: go on to the next one."""

        block: IndicatorBlock

    def __init__(self, indicator: Indicator, grid: Grid, assessment: Assessment) -> None:
        super().__init__()
        self.indicator = indicator
        self.asked = is_asked(indicator, assessment)
        self._grid = grid
        self._assessment = assessment
        number = assessment.numbers.get(indicator.id)
        self.number = TextField("" if number is None else str(number), placeholder="nombre", max_length=30)
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
            with Horizontal():
                yield from self._fields()
            yield PlainStatic(classes="indicator--problem")
        elif kept := self._kept():
            yield PlainStatic(shown(kept), classes="indicator--label")

    def _fields(self) -> Iterator[Widget]:
        if self.has_number:
            yield PlainStatic("Nombre", classes="indicator--label")
            yield self.number
        yield PlainStatic("Commentaire", classes="indicator--label")
        yield self.remark

    def _kind(self) -> str:
        """Its type, and why it is not asked when it is not."""
        if not self.asked and self.indicator.reserved_for is not None:
            return f"non demandé ({_profile_name(self.indicator.reserved_for)})"
        if self.indicator.type is None:
            return "intitulé, sans nombre"
        kind = self._grid.indicator_types_by_id.get(self.indicator.type)
        label = kind.label if kind else self.indicator.type
        return f"{label} · proposition" if self.indicator.is_proposal else label

    def _kept(self) -> str:
        """What was answered before it stopped being asked."""
        number = self._assessment.numbers.get(self.indicator.id)
        remark = self._assessment.remarks.get(self.indicator.id, "")
        parts = [] if number is None else [thousands(number)]
        return f"Gardé{NBSP}: {' · '.join([*parts, remark])}" if parts or remark else ""

    # what is typed

    def read_number(self) -> int | None:
        """The number typed. Raises ValueError with a French sentence."""
        return parse_number(self.number.value)

    def say(self, problem: str) -> None:
        """What is wrong with the number, or (empty) that nothing is."""
        if self.has_number and self.is_attached:  # while quitting, nobody is there to read it
            self.query_one(".indicator--problem", PlainStatic).update(shown(f"! {problem}"))
            self.set_class(bool(problem), "-wrong")

    def show(self, assessment: Assessment) -> None:
        """Show what the assessment holds, when it is not what is typed."""
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


def _profile_name(profile: str) -> str:
    """The profile in words; a grid of others may name one that is not known here."""
    return PROFILES[Profile(profile)] if profile in set(Profile) else profile
