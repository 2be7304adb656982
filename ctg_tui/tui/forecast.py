"""Prévisionnel: names, hours, costs of the year. Personal data, in a file of their own."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from ctg_tui.domain.assessment import Moment
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.forecast import Row
from ctg_tui.services.forecast import ForecastSession
from ctg_tui.system.computer import local_time
from ctg_tui.tui.commands import Command
from ctg_tui.tui.form_page import Field, FormLine, FormPage, Value, form_commands
from ctg_tui.tui.widgets.fields import Doing, Fact, Heading, Option
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.forecast import COST_HINT, typed
from ctg_tui.wording.french import NARROW, count, euros, saved_words
from ctg_tui.wording.typed import parse_hours, parse_salary

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


_NO_RATE, _WHOLE, _PRO_RATA = "aucun", "entier", "prorata"
HOURS, COST, LAST, FIRST, REMOVE = "heures", "cout", "nom", "prenom", "retirer"
"""The fields of a person; the key of a row is one of them and that of the person: `heures:c1`."""
RATE, CAP, DIAGNOSIS, ADD = "taux", "plafond", "diagnostic", "ajouter"
_NUMBER_LENGTH: Final = 30


class ForecastScreen(FormPage):
    """The rows of each person, then the estimate of the Caf's share."""

    TITLE_IN_HELP = "Prévisionnel"
    STEP = 4
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("previsionnel.ajouter", "add", "ajouter une personne", "Ajouter une personne", bar=2),
        Command(
            "previsionnel.retirer", "remove", "retirer", "Retirer la personne ajoutée, ou vider ses lignes"
        ),
        *form_commands("previsionnel"),
    )

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._forecast = ForecastSession(self.opened)
        rows = zip(self._people(), self._forecast.table.rows, strict=True)
        lacking = (
            f"{field}:{key}"
            for key, row in rows
            for field, value in ((HOURS, row.line.centihours), (COST, row.line.salary_cents))
            if value is None
        )
        self._first = next(lacking, "")

    def _people(self) -> list[str]:
        """Return a key per line that stays the same as people join or leave: a reference, or a rank."""
        by_hand = itertools.count()
        return [line.coordinator or f"+{next(by_hand)}" for line in self._forecast.forecast.lines]

    def headline(self) -> tuple[str, str]:
        left, state = super().headline()
        at = self._forecast.saved_at
        if at is not None and not (self.opened.pending or self.is_example):
            state = saved_words(local_time(at), self.workspace.today())
        return left, state

    # rows

    def fields(self) -> Iterable[FormLine]:
        table, forecast = self._forecast.table, self._forecast.forecast
        is_first = "" if self.is_example else f"{forecast_words.FIRST} "
        about = f"{is_first}{forecast_words.PRIVACY}"
        yield Heading("intime", about, is_soft=True)
        for key, row in zip(self._people(), table.rows, strict=True):
            yield from self._person(key, row)
        yield Doing(ADD, "Ajouter une personne")
        amounts = (each for row in table.rows for each in (row.line.centihours, row.line.salary_cents))
        given = (*amounts, forecast.rate, forecast.diagnosis_cents, forecast.pro_rata or None)
        if self.opened.assessment.identity.moment is Moment.START or any(one is not None for one in given):
            yield from self._estimate()

    def _estimate(self) -> Iterator[FormLine]:
        """Yield the sums and the part of the Caf: once a figure is given; at the start, for the diagnosis."""
        table, forecast, funding = self._forecast.table, self._forecast.forecast, self.opened.grid.funding
        sums = (
            count(len(table.rows), "personne"),
            forecast_words.hours(table.centihours),
            forecast_words.fte(table.fte_hundredths),
            forecast_words.money(table.salary_cents),
        )
        yield Heading("ensemble", "Total et part de la Caf")
        yield Fact("total", "Total", " · ".join(sums))
        rates = [Option(rate.id, forecast_words.rate(rate)) for rate in funding.rates]
        rate = forecast.rate or _NO_RATE
        yield Field(RATE, "Taux de la Caf", rate, options=[Option(_NO_RATE, "pas d’estimation"), *rates])
        caps = [
            Option(_WHOLE, f"{euros(funding.yearly_cap_eur)} par poste"),
            Option(_PRO_RATA, "proratisé au temps de travail"),
        ]
        cap = _PRO_RATA if forecast.pro_rata else _WHOLE
        about = forecast_words.ABOUT_CAP
        if forecast.rate is not None or forecast.pro_rata:  # it bounds an estimate: none, no question
            yield Field(CAP, "Plafond annuel", cap, options=caps, note=about)
        if funding.diagnosis is not None:
            share = "" if table.diagnosis is None else forecast_words.diagnosis(table.diagnosis)
            yield _amount(DIAGNOSIS, "Diagnostic (€)", forecast.diagnosis_cents, note=share)
        note = forecast_words.NO_ESTIMATE if table.rate is None else forecast_words.ON_ESTIMATE
        for rank, sentence in enumerate(filter(None, (forecast_words.share(table), note))):
            yield Heading(f"estimation:{rank}", sentence, is_soft=True)

    def _person(self, key: str, row: Row) -> Iterator[FormLine]:
        """Yield the rows of a person, with what is computed from them."""
        line = row.line
        part = "" if row.fte_hundredths is None else forecast_words.fte(row.fte_hundredths)
        share = forecast_words.short_share(row.estimate)
        name = f"{line.last_name} {line.first_name}".strip() or f"Personne {row.position + 1}"
        yield Heading(f"qui:{key}", " · ".join(filter(None, (name, part, share))))
        if line.coordinator is None:
            yield Field(f"{LAST}:{key}", "Nom", line.last_name)
            yield Field(f"{FIRST}:{key}", "Prénom", line.first_name)
        full_time = self._forecast.table.full_time_hours
        yield Field(
            f"{HOURS}:{key}",
            "Heures par an",
            typed(line.centihours),
            hint=forecast_words.hours_hint(full_time),
            parse=lambda text: typed(parse_hours(text, full_time)),
            is_number=True,
            length=_NUMBER_LENGTH,
        )
        is_blank = line.centihours is None and line.salary_cents is None
        doubts = [] if is_blank else [forecast_words.finding(code, full_time) for code in row.findings]
        yield _amount(f"{COST}:{key}", "Coût annuel (€)", line.salary_cents, COST_HINT, note=" ".join(doubts))
        label = "Retirer cette personne" if line.coordinator is None else "Effacer ses heures et son coût"
        yield Doing(f"{REMOVE}:{key}", label, by_mouse=True)

    def on_show_again(self) -> None:
        self.flush()
        self._forecast.follow()
        super().on_show_again()

    def on_turned(self, edit: Edit) -> None:
        self._forecast.follow()
        super().on_turned(edit)

    # typed values

    def keep(self, values: Mapping[str, Value]) -> bool:
        forecast = self._forecast

        def text(field: str, key: str = "") -> str:
            value = values.get(f"{field}:{key}" if key else field, "")
            return value if isinstance(value, str) else ""

        def write() -> None:
            for position, key in enumerate(self._people()):
                if f"{HOURS}:{key}" not in values:  # its rows are not there yet
                    continue
                if forecast.forecast.lines[position].coordinator is None:
                    forecast.rename(position, text(LAST, key), text(FIRST, key))
                forecast.set_hours(position, parse_hours(text(HOURS, key)))
                forecast.set_salary(position, parse_salary(text(COST, key)))
            if RATE in values:
                forecast.choose_rate(None if text(RATE) == _NO_RATE else text(RATE))
            if CAP in values:
                forecast.choose_pro_rata(text(CAP) == _PRO_RATA)
            if DIAGNOSIS in values:
                forecast.set_diagnosis(parse_salary(text(DIAGNOSIS)))

        return self.save(write)

    # people

    async def pressed(self, key: str) -> None:
        if key == ADD:
            await self.action_add()
        else:
            self._ask_to_remove(key.partition(":")[2])

    async def action_add(self) -> None:
        """Add a person, and go to their name."""
        self.flush()
        self.end_typing()
        if self.save(self._forecast.add):
            self.end_typing()
            await self.lay_fields()
            self.focus_field(f"{LAST}:{self._people()[-1]}")

    def action_remove(self) -> None:
        """Remove a line added by hand; empty that of a person of the form.

        The person confirms first if the line holds hours, a cost or a name.
        """
        key = self.current.partition(":")[2]
        if key in self._people():
            self._ask_to_remove(key)
        else:
            self.show_message("Placez-vous d’abord sur la personne à retirer.")

    def _ask_to_remove(self, key: str) -> None:
        self.flush()
        line = self._forecast.forecast.lines[self._people().index(key)]
        by_hand = line.coordinator is None
        rows = [self.row(f"{field}:{key}") for field in (HOURS, COST, *((LAST, FIRST) if by_hand else ()))]
        if not any(row.text.strip() for row in rows):
            self._remove(key)
            return
        who = f"{line.first_name} {line.last_name}".strip() or "cette personne"
        sentence, yes = f"Effacer les heures et le coût de {who}{NARROW}?", "Oui, effacer"
        if by_hand:
            sentence, yes = f"Retirer {who} du tableau{NARROW}?", "Oui, retirer"
        self.ask(sentence, yes, lambda: self._remove(key))

    def _remove(self, key: str) -> None:
        self.end_typing()
        if key not in self._people():
            return
        for row in self.rows:  # a refused text goes with its person
            if row.key.endswith(f":{key}"):
                row.give_back()
        if self.save(lambda: self._forecast.remove(self._people().index(key))):
            self.end_typing()
            self.show_fields(turned=True)


def _amount(key: str, label: str, cents: int | None, hint: str = "", *, note: str = "") -> Field:
    return Field(
        key,
        label,
        typed(cents),
        hint=hint,
        parse=lambda text: typed(parse_salary(text)),
        is_number=True,
        length=_NUMBER_LENGTH,
        note=note,
    )
