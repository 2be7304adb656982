"""A person of the forecast table: name, hours, cost, post, and the figures computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.forecast import ForecastLine, Row
from ctg_tui.tui.characters import shown
from ctg_tui.tui.widgets.fields import ActionLine, NumberField, TextField
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.forecast import COST, finding, fte, post_share, typed
from ctg_tui.wording.typed import parse_hours, parse_post, parse_salary


class ForecastBlock(Vertical):
    """One line of the table. Posts `Typed` when the person types, and shows the row it is given."""

    DEFAULT_CSS = """
    ForecastBlock {
        height: auto;
        margin-bottom: 1;
        & > Horizontal { height: 1; }
        .prevu--nom { width: auto; height: 1; margin-right: 2; text-style: bold; }
        .prevu--libelle { width: auto; margin-right: 1; color: $discret; }
        .prevu--qui { height: 1; }
        .prevu--suite { width: auto; }
        .prevu--remarque { height: auto; color: $accent; display: none; }
        .prevu--faute { height: auto; color: $error; display: none; }
        .prevu--nombre { width: 12; margin-right: 2; }
        .prevu--poste { width: 5; }
        .prevu--mot { width: 1fr; max-width: 24; margin-right: 2; }
        &.-remarque .prevu--remarque { display: block; }
        &.-faute .prevu--faute { display: block; }
    }
    """

    @dataclass
    class Typed(Message):
        """The person typed in this line."""

        block: ForecastBlock

    def __init__(self, row: Row, full_time_hours: int) -> None:
        super().__init__()
        line = row.line
        self._row = row
        self._full_time_hours = full_time_hours
        self.by_hand = line.coordinator is None
        self.last_name = TextField(line.last_name)
        self.first_name = TextField(line.first_name)
        self.hours = NumberField(typed(line.centihours), max_length=30)
        self.salary = NumberField(typed(line.salary_cents), max_length=30)
        self.post = NumberField(_post_text(line), placeholder=str(row.post.number), max_length=3)
        self.post.add_class("prevu--poste")
        for field in (self.hours, self.salary):
            field.add_class("prevu--nombre")
        for name in (self.last_name, self.first_name):
            name.add_class("prevu--mot")
        self._result = PlainStatic(classes="prevu--suite")
        self._findings = PlainStatic(classes="prevu--remarque")
        self._problem = PlainStatic(classes="prevu--faute")

    def compose(self) -> ComposeResult:
        if self.by_hand:
            with Horizontal():
                yield from self._labelled("Nom", self.last_name)
                yield from self._labelled("Prénom", self.first_name)
                yield self._result
                yield ActionLine("Retirer", identifier="retirer", by_mouse=True)
        else:
            line = self._row.line
            name = f"{line.last_name} {line.first_name}".strip()
            with Horizontal():
                yield PlainStatic(shown(name), classes="prevu--nom")
                yield self._result
                yield ActionLine("Vider", identifier="retirer", by_mouse=True)
        with Horizontal():
            yield from self._labelled("Heures par an", self.hours)
            yield from self._labelled(COST, self.salary)
            yield from self._labelled("Poste", self.post)
        yield self._findings
        yield self._problem

    def _labelled(self, label: str, field: Widget) -> Iterator[Widget]:
        yield PlainStatic(label, classes="prevu--libelle")
        yield field

    def on_mount(self) -> None:
        self.show(self._row)

    def show(self, row: Row) -> None:
        """Show the part of a post, the estimated share, and the findings of `row`."""
        self._row = row
        parts = [] if row.fte_hundredths is None else [fte(row.fte_hundredths)]
        if row.post.is_shared:
            parts.append(f"poste {row.post.number} partagé")
        if row.is_first_of_post and (share := post_share(row.post)):
            parts.append(share)
        self._result.update(" · ".join(parts))
        self._show_post(row)
        blank = row.line.centihours is None and row.line.salary_cents is None
        findings = [] if blank else [finding(code, self._full_time_hours) for code in row.findings]
        self._findings.update(" ".join(findings))
        self.set_class(bool(findings), "-remarque")

    def _show_post(self, row: Row) -> None:
        """Show the number of the post, which another line may have given to this one."""
        self.post.placeholder = str(row.post.number)
        if not self.post.has_focus and not self.has_problem and self.post.value != _post_text(row.line):
            with self.prevent(TextField.Changed):
                self.post.value = _post_text(row.line)

    @property
    def who(self) -> str:
        """The person's name, as typed here or in the form."""
        line = self._row.line
        names = (
            (self.first_name.value, self.last_name.value)
            if self.by_hand
            else (line.first_name, line.last_name)
        )
        return " ".join(name.strip() for name in names if name.strip())

    @property
    def holds_something(self) -> bool:
        """Whether the line holds hours, a salary, or a name typed here, which removing it would lose."""
        fields = [self.hours, self.salary, *([self.first_name, self.last_name] if self.by_hand else [])]
        return any(field.value.strip() for field in fields)

    def read_hours(self) -> int | None:
        """Return hundredths of an hour. Raises ValueError with a French sentence."""
        return parse_hours(self.hours.value)

    def read_salary(self) -> int | None:
        """Return cents. Raises ValueError with a French sentence."""
        return parse_salary(self.salary.value)

    def read_post(self) -> int | None:
        """Return the number of a post, None for one of its own. Raises ValueError with a French sentence."""
        return parse_post(self.post.value)

    @property
    def has_problem(self) -> bool:
        """Whether a field holds text that is not a number."""
        return self.has_class("-faute")

    def take_texts(self, former: ForecastBlock) -> None:
        """Copy the typed texts, valid or not, of the block that this one replaces."""
        self.hours.value, self.salary.value = former.hours.value, former.salary.value
        self.post.value = former.post.value
        if self.by_hand:
            self.last_name.value, self.first_name.value = former.last_name.value, former.first_name.value

    def take_line(self, row: Row) -> None:
        """Replace the typed texts by those of `row`."""
        line = row.line
        self.hours.value, self.salary.value = typed(line.centihours), typed(line.salary_cents)
        self.post.value = _post_text(line)
        self.last_name.value, self.first_name.value = line.last_name, line.first_name
        self.show_problem(also_new=False)

    def clear_numbers(self) -> None:
        """Empty the fields of hours and salary."""
        self.hours.value = self.salary.value = ""
        self.show_problem(also_new=False)

    def show_problem(self, *, also_new: bool) -> None:
        """Show which field holds no valid number; it is left as typed and not saved.

        Without `also_new`, only update a problem already shown: the person may still be typing.
        """
        problems = []
        for read in (self.read_hours, self.read_salary, self.read_post):
            try:
                read()
            except ValueError as error:
                problems.append(str(error))
        if self.is_attached and (also_new or self.has_class("-faute")):
            self._problem.update(shown(f"! {' '.join(problems)} Ce n’est pas enregistré."))
            self.set_class(bool(problems), "-faute")

    @on(TextField.Changed)
    def _on_change(self, event: TextField.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self))


def _post_text(line: ForecastLine) -> str:
    return "" if line.post is None else str(line.post)
