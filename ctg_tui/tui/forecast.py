"""Prévisionnel: names, hours, costs, posts of year N. Personal data, in a table and a file of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, on
from textual.containers import Vertical
from textual.widget import Widget

from ctg_tui.domain.changes import Edit
from ctg_tui.domain.errors import typeset
from ctg_tui.services.forecast import ForecastSession
from ctg_tui.system.computer import local_time
from ctg_tui.tui.characters import shown, shown_lines
from ctg_tui.tui.commands import Command, field_steps, leave, undo_and_redo
from ctg_tui.tui.form_page import reading
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.fields import ActionLine, Choice, Fields, FormRow, NumberField, Option, TextField
from ctg_tui.tui.widgets.forecast import ForecastBlock
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import NARROW, NBSP, count, euros, saved_words
from ctg_tui.wording.typed import parse_salary

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_NO_RATE, _WHOLE, _PRO_RATA = "aucun", "entier", "prorata"
_PRIVACY: Final = (
    "Données personnelles : elles restent avec vos évaluations et dans leur propre fichier. "
    "Ni le fichier pour la Caf ni les rapports ne les contiennent."
)


class ForecastScreen(Page):
    """A line per person, then the estimate of the Caf's share."""

    TITLE_IN_HELP = "Prévisionnel"
    STEP = 4
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("previsionnel.ajouter", "add", "ajouter une personne", "Ajouter une personne", bar=2),
        Command(
            "previsionnel.retirer",
            "remove",
            "retirer",
            "Retirer la personne ajoutée, ou vider sa ligne",
            bar=3,
        ),
        *undo_and_redo("previsionnel", bar=5),
        *field_steps("previsionnel"),
        leave("previsionnel", bar=1),
    )
    DEFAULT_CSS = """
    ForecastScreen {
        #previsionnel { height: 1fr; padding: 0 2; scrollbar-gutter: stable; }
        #previsionnel-intime { height: auto; margin: 1 0; color: $discret; }
        #lignes { height: auto; }
        &.-lecture ActionLine { display: none; }
        #totaux, #estimation { height: auto; margin-bottom: 1; }
        #diagnostic { height: auto; }
        #phrases { height: auto; margin-top: 1; color: $discret; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._forecast = ForecastSession(self.opened)
        self._blocks = self._made_blocks()
        """One block per line of the table, in its order, whether mounted yet or not."""
        self._typed: list[ForecastBlock] = []
        """The blocks with unsaved text."""
        cost = forecast_words.typed(self._forecast.forecast.diagnosis_cents)
        self._diagnosis = NumberField(cost, max_length=30, identifier="cout")
        self._diagnosis_row = FormRow("Diagnostic (€)", self._diagnosis)
        self._diagnosis_typed = False
        self._rest = Autosave(self, self.flush)

    # content

    def body(self) -> Iterable[Widget]:
        forecast = self._forecast.forecast
        rates = [Option(rate.id, forecast_words.rate(rate)) for rate in self.opened.grid.funding.rates]
        self._rate = Choice([Option(_NO_RATE, "pas d’estimation"), *rates], [forecast.rate or _NO_RATE])
        funding = self.opened.grid.funding
        caps = [
            Option(_WHOLE, f"{euros(funding.yearly_cap_eur)} par poste"),
            Option(_PRO_RATA, "proratisé au temps de travail"),
        ]
        self._cap = Choice(caps, [_PRO_RATA if forecast.pro_rata else _WHOLE])
        with Fields(id="previsionnel", can_focus=False):
            yield PlainStatic(id="previsionnel-intime")
            with Vertical(id="lignes"):
                yield from self._blocks
            yield ActionLine("Ajouter une personne", identifier="ajouter")
            yield PlainStatic(id="totaux")
            yield FormRow("Taux de la Caf", self._rate)
            yield FormRow("Plafond annuel", self._cap)
            yield PlainStatic(id="estimation")
            if funding.diagnosis is not None:
                yield self._diagnosis_row
                yield PlainStatic(id="diagnostic")
            yield PlainStatic(shown_lines(forecast_words.caf_sentences(funding)), id="phrases")

    def _made_blocks(self) -> list[ForecastBlock]:
        table = self._forecast.table
        return [ForecastBlock(row, table.full_time_hours) for row in table.rows]

    def _keys(self) -> list[str]:
        """Return a key per line that stays the same as people join or leave: a reference, or a rank."""
        by_hand = itertools.count()
        return [line.coordinator or f"à la main {next(by_hand)}" for line in self._forecast.forecast.lines]

    def headline(self) -> tuple[str, str]:
        left, state = super().headline()
        at = self._forecast.saved_at
        if not (self.opened.pending or self.is_read_only):
            state = "" if at is None else saved_words(local_time(at), self.workspace.today())
        return left, state

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: those that edit nothing, when nothing can be edited."""
        every = super().commands()
        return reading(every) if self.is_read_only else every

    def on_mount(self) -> None:
        self._show_table()
        self._show_read_only()
        numbers = (field for block in self._blocks for field in (block.hours, block.salary))
        lacking = next((field for field in numbers if not field.value.strip()), None)
        if lacking is not None:
            lacking.focus()

    def _show_read_only(self) -> None:
        """Show whose the figures are; when nothing can be edited, say so and offer nothing to fill in."""
        advice = self.opened.read_only_advice
        sentences = [*([advice] if advice else []), typeset(_PRIVACY), forecast_words.COST_HINT]
        self.query_one("#previsionnel-intime", PlainStatic).update(shown_lines(sentences))
        self.set_class(self.is_read_only, "-lecture")
        self.query_one("#previsionnel").disabled = self.is_read_only

    def _show_table(self) -> None:
        """Show the figures computed from the lines: beside each line, and in the sums."""
        table = self._forecast.table
        for block, row in zip(self._blocks, table.rows, strict=True):
            block.show(row)
        sums = (
            count(len(table.rows), "personne"),
            forecast_words.hours(table.centihours),
            forecast_words.fte(table.fte_hundredths),
            forecast_words.money(table.salary_cents),
        )
        self.query_one("#totaux", PlainStatic).update(shown(f"Total{NBSP}: {' · '.join(sums)}"))
        estimate = [*forecast_words.shares(table), forecast_words.basis(table), forecast_words.doubt(table)]
        self.query_one("#estimation", PlainStatic).update(shown_lines(filter(None, estimate)))
        if self._diagnosis_row.is_attached:
            line = "" if table.diagnosis is None else forecast_words.diagnosis(table.diagnosis)
            self.query_one("#diagnostic", PlainStatic).update(shown(line))
        self.refresh_frame()

    def on_show_again(self) -> None:
        self.flush()
        self._follow()
        self._show_read_only()

    def on_turned(self, edit: Edit) -> None:
        keys, lines = self._keys(), self._forecast.forecast.lines
        self._follow(anew=False)
        if self._keys() == keys:
            for block, line, row in zip(self._blocks, lines, self._forecast.table.rows, strict=True):
                if row.line != line:  # the others stay as typed
                    block.take_line(row)

    def on_saved(self) -> None:
        self.refresh_frame()

    def _follow(self, *, anew: bool = True) -> None:
        """Show the lines of the assessment: the people of the form may have changed, or an edit been undone.

        Blocks are made anew where names may have changed; otherwise only when the people differ.
        """
        before, keys = self._forecast.forecast, self._keys()
        typed = {
            key: block
            for key, block in zip(keys, self._blocks, strict=True)
            if block in self._typed or block.has_problem
        }
        self._forecast.follow()
        forecast = self._forecast.forecast
        self._rate.choose(forecast.rate or _NO_RATE)
        self._cap.choose(_PRO_RATA if forecast.pro_rata else _WHOLE)
        if forecast.diagnosis_cents != before.diagnosis_cents:
            self._diagnosis.value = forecast_words.typed(forecast.diagnosis_cents)
        if forecast.lines == before.lines or (not anew and self._keys() == keys):
            self._show_table()
            return
        self._blocks = self._made_blocks()
        self._typed = []
        for key, block in zip(self._keys(), self._blocks, strict=True):
            if key in typed:
                block.take_texts(typed[key])
                self._typed.append(block)
        lines = self.query_one("#lignes", Vertical)
        lines.remove_children()
        lines.mount(*self._blocks)
        self._show_table()
        self.call_after_refresh(self.flush)

    # typed values

    def on_forecast_block_typed(self, message: ForecastBlock.Typed) -> None:
        message.stop()
        if message.block not in self._typed:
            self._typed.append(message.block)
        message.block.show_problem(also_new=False)
        self._rest.typed()

    def flush(self) -> None:
        """Save the typed values; unparsable fields are left as typed and not saved."""
        typed, self._typed = self._typed, []
        diagnosis, self._diagnosis_typed = self._diagnosis_typed, False
        for block in typed:
            self._save(block)
        if diagnosis:
            self._save_diagnosis()
        if (typed or diagnosis) and self.is_open and self.query("#totaux"):  # neither left, nor being removed
            self._show_table()

    def _save(self, block: ForecastBlock) -> None:
        if block not in self._blocks:  # its line was removed, or has a new block
            return
        forecast, position = self._forecast, self._blocks.index(block)
        line = forecast.forecast.lines[position]
        if block.by_hand:
            names = block.last_name.value, block.first_name.value
            if names != (line.last_name, line.first_name):
                self.save(lambda: forecast.rename(position, *names))
        for read, write in (
            (block.read_hours, forecast.set_hours),
            (block.read_salary, forecast.set_salary),
            (block.read_post, forecast.set_post),
        ):
            try:
                value = read()
            except ValueError:
                block.show_problem(also_new=True)
            else:
                self.save(partial(write, position, value))

    @on(TextField.Changed, "#cout")
    def _on_diagnosis_typed(self, event: TextField.Changed) -> None:
        event.stop()
        self._diagnosis_typed = True
        self._diagnosis_row.show_problem("")
        self._rest.typed()

    def _save_diagnosis(self) -> None:
        try:
            cents = parse_salary(self._diagnosis.value)
        except ValueError as error:
            self._diagnosis_row.show_problem(f"{error} Ce n’est pas enregistré.")
        else:
            self.save(lambda: self._forecast.set_diagnosis(cents))

    @on(Choice.Changed)
    def _on_choice(self, event: Choice.Changed) -> None:
        event.stop()
        self.flush()
        self._forecast.end_typing()
        if self.save(self._choose):
            self._show_table()
        self._forecast.end_typing()

    def _choose(self) -> None:
        rate = self._rate.chosen[0]
        self._forecast.choose_rate(None if rate == _NO_RATE else rate)
        self._forecast.choose_pro_rata(self._cap.chosen[0] == _PRO_RATA)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self.flush()
        self._forecast.end_typing()

    # from field to field

    def action_next_field(self) -> None:
        if self.is_read_only:
            self.query_one("#previsionnel").scroll_down(animate=False, force=True)
        else:
            self.focus_next()

    def action_previous_field(self) -> None:
        if self.is_read_only:
            self.query_one("#previsionnel").scroll_up(animate=False, force=True)
        else:
            self.focus_previous()

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    def _on_submit(self) -> None:
        self.focus_next()

    # people

    async def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        if message.line.id == "ajouter":
            await self.action_add()
        else:
            self._ask_to_remove(
                next(node for node in message.line.ancestors if isinstance(node, ForecastBlock))
            )

    async def action_add(self) -> None:
        self.flush()
        self._forecast.end_typing()
        if self.save(self._forecast.add):
            self._forecast.end_typing()
            table = self._forecast.table
            block = ForecastBlock(table.rows[-1], table.full_time_hours)
            self._blocks.append(block)
            self._show_table()
            await self.query_one("#lignes", Vertical).mount(block)
            block.last_name.focus()

    def action_remove(self) -> None:
        """Remove a line added by hand; empty that of a person of the form.

        The person confirms first if the line holds hours, a cost or a name.
        """
        self.flush()
        block = next((each for each in self._blocks if each.has_focus_within), None)
        if block is None:
            self.show_message("Placez-vous d’abord sur la personne à retirer.")
        else:
            self._ask_to_remove(block)

    def _ask_to_remove(self, block: ForecastBlock) -> None:
        if not block.holds_something:
            self._remove(block)
            return

        who = block.who or "cette personne"
        sentence, yes = f"Effacer les heures et le coût de {who}{NARROW}?", "Oui, effacer"
        if block.by_hand:
            sentence, yes = f"Retirer {who} du tableau{NARROW}?", "Oui, retirer"
        self.ask(sentence, yes, lambda: self._remove(block))

    def _remove(self, block: ForecastBlock) -> None:
        self._forecast.end_typing()
        if block in self._blocks and self.save(lambda: self._forecast.remove(self._blocks.index(block))):
            self._forecast.end_typing()
            if block.by_hand:
                self._blocks.remove(block)
                block.remove()
            else:
                block.clear_numbers()
            self._show_table()
            self.query_one("#ajouter").focus()
