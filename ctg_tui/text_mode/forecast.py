"""The forecast table: hours and cost of each person, then the estimate of the Caf's share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from ctg_tui.domain.forecast import Row
from ctg_tui.services.forecast import ForecastSession
from ctg_tui.text_mode.desk import Desk, saved
from ctg_tui.text_mode.dialogue import Word, ask_in_turn, asking, command, rank_in
from ctg_tui.wording import forecast
from ctg_tui.wording.french import count, euros
from ctg_tui.wording.typed import parse_hours, parse_salary

_AMOUNT_HELP: Final = (
    "Tapez un nombre, puis Entrée. Entrée seule ne change rien. « effacer » le retire. "
    "« annuler » et « refaire » : la dernière modification."
)
_PEOPLE_HELP: Final = (
    "Entrée seule passe à l’estimation. « ajouter » ajoute une personne qui n’est pas dans les "
    "renseignements. « retirer 2 » retire la deuxième personne du tableau, ou vide sa ligne."
)

Parse = Callable[[str], int | None]
Save = Callable[[int | None], None]


class ForecastRoom:
    """Asks for the figures of each person, for people added by hand, then for the terms of the estimate."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._forecast = ForecastSession(desk.session)

    def run(self) -> None:
        """Ask for the whole table, then say the estimate."""
        self._desk.dialogue.say(forecast.PRIVACY)
        hint = forecast.hours_hint(self._forecast.table.full_time_hours)
        self._desk.dialogue.say(f"Heures : {hint}", forecast.COST_HINT)
        if self._ask_lines(0) and ask_in_turn([self._people, self._rate, self._cap, self._diagnosis]):
            self._say_result()

    def _ask_lines(self, first: int) -> bool:
        """Ask for the figures of the lines from `first` on; return False when the person left them."""
        questions = []
        for position in range(first, len(self._forecast.forecast.lines)):
            questions += [partial(ask, position) for ask in (self._hours, self._cost)]
        return ask_in_turn(questions)

    # one person

    def _row(self, position: int) -> Row:
        return self._forecast.table.rows[position]

    def _name(self, position: int) -> str:
        lines = self._forecast.forecast.lines
        names = [f"{line.first_name} {line.last_name}".strip() for line in lines[position : position + 1]]
        return next(filter(None, names), f"Personne {position + 1}")

    def _hours(self, position: int) -> None:
        self._number(
            position,
            f"{self._name(position)}, heures par an",
            lambda: _or_none(self._row(position).line.centihours, forecast.hours),
            partial(parse_hours, full_time_hours=self._forecast.table.full_time_hours),
            partial(self._forecast.set_hours, position),
            forecast.hours,
        )

    def _cost(self, position: int) -> None:
        self._number(
            position,
            f"{self._name(position)}, coût salarial annuel",
            lambda: _or_none(self._row(position).line.salary_cents, forecast.money),
            parse_salary,
            partial(self._forecast.set_salary, position),
            forecast.money,
        )
        for row in self._forecast.table.rows[position : position + 1]:
            self._desk.dialogue.say(
                *(forecast.finding(code, self._forecast.table.full_time_hours) for code in row.findings)
            )

    def _number(
        self,
        position: int | None,
        title: str,
        present: Callable[[], str],
        parse: Parse,
        save: Save,
        shown: Callable[[int], str],
    ) -> None:
        """Ask for one number until it can be saved, is left as it is, or its line is gone (an undo)."""
        desk = self._desk
        while position is None or position < len(self._forecast.forecast.lines):
            value = present()
            question = asking(title, value) if value else f"{title}, non renseigné :"
            answer = desk.dialogue.ask(question, _AMOUNT_HELP)
            if not answer:
                return
            if desk.common(answer):
                self._forecast.follow()
                continue
            try:
                number = None if command(answer)[0] is Word.CLEAR else parse(desk.dialogue.digits(answer))
            except ValueError as error:
                desk.dialogue.say(f"{error} Rien n’a été changé.")
                continue
            said = "non renseigné" if number is None else shown(number)
            if self._keep(partial(save, number), said):
                return

    def _keep(self, edit: Callable[[], object], said: str) -> bool:
        try:
            return self._desk.keep(edit, saved(said))
        finally:
            self._forecast.end_typing()

    # people added by hand

    def _people(self) -> None:
        desk = self._desk
        while True:
            lines = self._forecast.forecast.lines
            many = count(len(lines), "personne") if lines else "Personne"
            desk.dialogue.say(f"{many} dans le tableau.")
            desk.dialogue.say_numbered(map(self._name, range(len(lines))))
            answer = desk.dialogue.ask("Entrée pour l’estimation, ou « ajouter » :", _PEOPLE_HELP)
            word, rest = command(answer)
            if word is Word.NOTHING:
                return
            if word is Word.ADD:
                self._add()
            elif word is Word.REMOVE and (rank := rank_in(rest, len(lines))) is not None:
                self._remove(rank - 1)
            elif desk.common(answer):
                self._forecast.follow()
            else:
                desk.dialogue.misunderstood(
                    answer, "Entrée, « ajouter », ou « retirer » et un numéro du tableau"
                )

    def _add(self) -> None:
        dialogue = self._desk.dialogue
        last_name = dialogue.ask_text("Nom de la personne, ou Entrée pour personne :", _PEOPLE_HELP)
        if not last_name:
            return
        first_name = dialogue.ask_text("Prénom :", _PEOPLE_HELP)
        position = len(self._forecast.forecast.lines)

        def add() -> None:
            self._forecast.add()
            self._forecast.end_typing()
            self._forecast.rename(position, last_name, first_name)

        if self._keep(add, f"{first_name} {last_name}".strip()):
            self._ask_lines(position)

    def _remove(self, position: int) -> None:
        name = self._name(position)
        if self._desk.dialogue.agree(f"Retirer les heures et le coût de {name} ?"):
            self._keep(partial(self._forecast.remove, position), f"{name}, retiré du tableau")

    # the estimate

    def _rate(self) -> None:
        rates = self._forecast.grid.funding.rates
        if not rates:
            return
        names = [*map(forecast.rate, rates), "pas d’estimation"]
        present = self._forecast.table.rate
        shown = forecast.rate(present) if present else "pas d’estimation"
        chosen = self._desk.dialogue.choose(
            names,
            asking("Taux de la Caf", shown, "Numéro, ou Entrée pour garder"),
            "La part du poste que la Caf finance : c’est elle qui la confirme.",
        )
        if chosen is not None:
            rate = rates[chosen - 1] if chosen <= len(rates) else None
            self._keep(partial(self._forecast.choose_rate, rate.id if rate else None), names[chosen - 1])

    def _cap(self) -> None:
        if self._forecast.table.rate is None and not self._forecast.forecast.pro_rata:
            return  # it bounds an estimate: none, no question
        names = (
            f"{euros(self._forecast.grid.funding.yearly_cap_eur)} par poste",
            "proratisé au temps de travail",
        )
        self._desk.dialogue.say(*forecast.ABOUT_CAP.splitlines())
        present = names[self._forecast.forecast.pro_rata]
        chosen = self._desk.dialogue.choose(
            names,
            asking("Plafond annuel", present, "Numéro, ou Entrée pour garder"),
            "Le plafond de chaque personne, entier ou réduit à sa part d’un temps plein.",
        )
        if chosen is not None:
            self._keep(partial(self._forecast.choose_pro_rata, chosen == 2), names[chosen - 1])

    def _diagnosis(self) -> None:
        if self._forecast.grid.funding.diagnosis is None:
            return
        self._number(
            None,
            "Coût du diagnostic initial",
            lambda: _or_none(self._forecast.forecast.diagnosis_cents, forecast.money),
            parse_salary,
            self._forecast.set_diagnosis,
            forecast.money,
        )

    def _say_result(self) -> None:
        table, say = self._forecast.table, self._desk.dialogue.say
        say(
            f"Total : {count(len(table.rows), 'personne')}, {forecast.hours(table.centihours)}, "
            f"{forecast.fte(table.fte_hundredths)}, {forecast.money(table.salary_cents)}."
        )
        say(*filter(None, (forecast.share(table), forecast.basis(table))))
        if (doubt := forecast.doubt(table)) is not None:
            say(doubt)
        if table.diagnosis is not None:
            say(forecast.diagnosis(table.diagnosis))
        say(*forecast.caf_sentences(self._forecast.grid.funding))


def _or_none(value: int | None, shown: Callable[[int], str]) -> str:
    return "" if value is None else shown(value)
