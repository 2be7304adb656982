"""The details: territory, year, moment, people, adviser, each as one question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final

from ctg_tui.domain.assessment import Moment, Profile
from ctg_tui.domain.details import same_assessment
from ctg_tui.domain.edits import is_column_neutral, turned_policies
from ctg_tui.domain.grid import KnownTerritory, Policy
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.details import (
    FormTexts,
    PersonTexts,
    identity_of,
    known_named,
    matching,
    new_person,
    problems,
    texts_of,
)
from ctg_tui.services.workspace import double_of
from ctg_tui.text_mode.desk import Desk, policy_named, saved
from ctg_tui.text_mode.dialogue import (
    Back,
    Dialogue,
    Word,
    ask_in_turn,
    asking,
    command,
    fold_words,
    rank_in,
)
from ctg_tui.wording.french import MOMENTS, PROFILES, count, is_double, listing
from ctg_tui.wording.grid import column_question

_HELP: Final = (
    "Tapez le numéro d’une personne pour la corriger, « ajouter » pour une autre personne, « retirer 2 » "
    "pour retirer la deuxième. Entrée seule passe à la suite."
)
_NAME_HELP: Final = "Tapez le nom, puis Entrée. Entrée seule ne change rien."
_POLICIES_HELP: Final = (
    "Tapez les politiques dont cette personne a la charge, séparées par des virgules. Entrée seule ne "
    "change rien."
)

People = tuple[PersonTexts, ...]


_MOST_OFFERED: Final = 9
_LONGEST_DEPARTMENT: Final = 3
_TERRITORY_HELP: Final = (
    "Tapez le nom de la collectivité qui porte la CTG, ou quelques lettres : les territoires connus sont "
    "proposés. Entrée seule ne change rien."
)
_CHANGE_HELP: Final = (
    "Le territoire de cette évaluation. « changer » le remplace par un autre : ses notes restent."
)
_QUESTIONS: Final = {
    "year": ("Année", "L’année du tableau prévisionnel, en quatre chiffres, par exemple 2027."),
    "siren": ("SIREN du territoire", "Neuf chiffres. « effacer » le retire."),
    "department": ("Département", "Le numéro du département, par exemple 16. « effacer » le retire."),
    "adviser_name": ("Nom du contact à la Caf", "La personne de la Caf qui reçoit l’auto-évaluation."),
    "adviser_email": (
        "Courriel du contact Caf",
        "Son adresse, pour préparer le courriel. Rien n’est envoyé par le programme.",
    ),
}
_NUMBERS: Final = frozenset({"year", "siren", "department"})
_OPTIONAL: Final = ("siren", "department", "adviser_name", "adviser_email")


class DetailsRoom:
    """Asks for each field of the details, and saves it at once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._territories = known_territories()

    def run(self, *, is_new: bool = False) -> None:
        """Ask for every field, in the order of the form; a new assessment has just got its territory."""
        territory = [] if is_new else [self._territory]
        is_done = ask_in_turn(
            [
                *territory,
                partial(self._field, "year"),
                self._moment,
                partial(self._elsewhere, "siren"),
                partial(self._elsewhere, "department"),
                self._people,
                partial(self._field, "adviser_name"),
                partial(self._field, "adviser_email"),
            ]
        )
        if is_done:
            self._desk.dialogue.say("Fin de l’étape Vous.")

    @property
    def _texts(self) -> FormTexts:
        return texts_of(self._desk.session.assessment.identity)

    def _take_people(self, people: People, said: str) -> bool:
        """Save the people; a policy ticked or unticked is asked about once, with its column."""
        session = self._desk.session
        grid, assessment = session.grid, session.assessment
        identity = identity_of(replace(self._texts, people=people), assessment.identity, self._territories)
        turned = turned_policies(grid, assessment, identity)
        for policy in turned:
            sentence, _ = column_question(grid, assessment, policy)
            if not self._desk.dialogue.agree(sentence):
                return False
        if turned:
            return self._desk.keep(partial(session.identify_with_columns, identity), said)
        return self._save(replace(self._texts, people=people), said)

    def _elsewhere(self, field: str) -> None:
        """Ask for what a known territory brings by itself."""
        if known_named(self._texts.territory, self._territories) is None:
            self._field(field)

    def _save(self, texts: FormTexts, said: str) -> bool:
        session = self._desk.session
        former = session.assessment.identity
        identity = identity_of(texts, former, self._territories)
        try:
            kept = self._desk.keep(partial(session.identify, identity), said)
        finally:
            session.end_typing()
        if kept and not same_assessment(former, identity):
            double = double_of(self._desk.workspace, identity, session.assessment.id)
            if double is not None:
                self._desk.dialogue.say(is_double(double.sentence))
        return kept

    def _territory(self) -> None:
        """Say the territory; it changes only if the person asks for it."""
        name, dialogue = self._texts.territory, self._desk.dialogue
        while name:
            answer = dialogue.ask(
                f"Territoire, {name}. Entrée pour continuer, ou « changer » :", _CHANGE_HELP
            )
            if not answer:
                return
            if fold_words(answer) == "changer":
                break
            if not self._desk.common(answer):
                dialogue.misunderstood(answer, "Entrée, ou « changer »")
        known = ask_territory(self._desk.dialogue, name, self._territories, self._desk.common)
        if known is not None:
            self._save(with_territory(self._texts, known, self._territories), saved(known_name(known)))

    def _field(self, field: str) -> None:
        """Ask for one field until it can be saved, or is left as it is."""
        title, help_text = _QUESTIONS[field]
        desk = self._desk
        while True:
            present: str = getattr(self._texts, field)
            question = asking(title, present) if present else f"{title}, non renseigné :"
            answer = desk.dialogue.ask(question, help_text)
            if not answer:
                return
            if desk.common(answer) or (typed := desk.dialogue.short_text(answer)) is None:
                continue
            if field in _OPTIONAL and command(answer)[0] is Word.CLEAR:
                typed = ""
            if field in _NUMBERS:
                typed = desk.dialogue.digits(typed)
            if field == "department" and len(typed) > _LONGEST_DEPARTMENT:
                desk.dialogue.say("Un numéro de département a trois caractères au plus. Rien n’a été changé.")
                continue
            change: dict[str, Any] = {field: typed}
            texts = replace(self._texts, **change)
            former = desk.session.assessment.identity
            problem = problems(texts, former, self._territories).get(field, "")
            is_refused = problem and identity_of(texts, former, self._territories) == former
            if problem:
                desk.dialogue.say(problem)
            if not is_refused and self._save(texts, saved(f"{title}, {typed or 'non renseigné'}")):
                return

    def _moment(self) -> None:
        dialogue = self._desk.dialogue
        moments = list(Moment)
        present = MOMENTS[self._texts.moment]
        chosen = dialogue.choose(
            [MOMENTS[each] for each in moments],
            asking("Quand", present, "Numéro, ou Entrée pour garder"),
            "Le moment de l’engagement où se fait cette évaluation.",
        )
        if chosen is not None:
            moment = moments[chosen - 1]
            self._save(replace(self._texts, moment=moment), saved(f"Quand, {MOMENTS[moment]}"))

    # the people

    def _people(self) -> None:
        """Ask until the person goes on; without anybody yet, the first name is asked for at once."""
        dialogue = self._desk.dialogue
        if not self._texts.people:
            with suppress(Back):  # to the list, which is empty
                self._add()
        while True:
            people = self._texts.people
            dialogue.say(f"{count(len(people), 'personne')}." if people else "Aucune personne renseignée.")
            dialogue.say_numbered(map(self._in_words, people))
            answer = dialogue.ask("Personnes. Numéro, « ajouter », ou Entrée pour continuer :", _HELP)
            if not answer:
                return
            try:
                self._do(answer, people)
            except Back:
                continue  # back to the list

    @property
    def _policies(self) -> Sequence[Policy]:
        return self._desk.session.grid.policies

    def _do(self, answer: str, people: People) -> None:
        word, rest = command(answer)
        rank = rank_in(rest if word is Word.REMOVE else answer, len(people))
        if word is Word.ADD:
            self._add()
        elif rank is not None:
            (self._remove if word is Word.REMOVE else self._correct)(people, rank - 1)
        elif not self._desk.common(answer):
            self._desk.dialogue.misunderstood(answer, "un numéro de la liste, ou « ajouter »")

    def _in_words(self, person: PersonTexts) -> str:
        return (
            f"{_name(person)}, {PROFILES[person.profile]}, {_policy_names(person.policies, self._policies)}"
        )

    def _add(self) -> None:
        people = self._texts.people
        session = self._desk.session
        grid, assessment = session.grid, session.assessment
        concerned = (one.id for one in self._policies if not is_column_neutral(grid, assessment, one.id))
        person = new_person(people, concerned)
        last_name = self._desk.dialogue.ask_text("Nom de la personne, ou Entrée pour personne :", _NAME_HELP)
        if not last_name:
            return
        if self._take_people((*people, replace(person, last_name=last_name)), saved(last_name)):
            self._correct(self._texts.people, len(people), is_new=True)

    def _remove(self, people: People, rank: int) -> None:
        name = _name(people[rank])
        if self._desk.dialogue.agree(f"Retirer {name} de cette évaluation ?"):
            self._take_people((*people[:rank], *people[rank + 1 :]), saved(f"{name} n’y est plus"))

    def _correct(self, people: People, rank: int, *, is_new: bool = False) -> None:
        """Ask for the parts of one person, each saved at once."""
        dialogue = self._desk.dialogue
        person = people[rank]

        def save(changed: PersonTexts, said: str) -> None:
            nonlocal person, people
            people = (*people[:rank], changed, *people[rank + 1 :])
            if self._take_people(people, saved(said)):
                person = changed

        if not is_new and (last_name := self._ask_name("Nom", person.last_name)):
            save(replace(person, last_name=last_name), last_name)
        if first_name := self._ask_name("Prénom", person.first_name):
            save(replace(person, first_name=first_name), first_name)
        profiles = list(Profile)
        chosen = dialogue.choose(
            [PROFILES[each] for each in profiles],
            asking("Profil", PROFILES[person.profile], "Numéro, ou Entrée pour garder"),
            "Des indicateurs ne sont demandés qu’à la personne qui porte le projet.",
        )
        if chosen is not None:
            profile = profiles[chosen - 1]
            save(replace(person, profile=profile), PROFILES[profile])
        policies = self._ask_policies(person)
        if policies is not None:
            save(replace(person, policies=policies), _policy_names(policies, self._policies))

    def _ask_name(self, title: str, present: str) -> str:
        question = asking(title, present) if present else f"{title} :"
        return self._desk.dialogue.ask_text(question, _NAME_HELP)

    def _ask_policies(self, person: PersonTexts) -> tuple[str, ...] | None:
        """Return the ids of the policies answered; None to keep the present ones."""
        dialogue, grid = self._desk.dialogue, self._desk.session.grid
        present = _policy_names(person.policies, self._policies)
        question = asking("Politiques", present)
        while True:
            answer = dialogue.ask_text(question, _POLICIES_HELP)
            if not answer:
                return None
            chosen = [policy_named(grid, name) for name in answer.replace(" et ", ",").split(",")]
            if None not in chosen:
                wanted = [policy.id for policy in self._policies if policy.id in chosen]
                elsewhere = [each for each in person.policies if each not in grid.policies_by_id]
                return (*wanted, *elsewhere)
            dialogue.misunderstood(answer, listing(policy.label for policy in self._policies))


def _name(person: PersonTexts) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _policy_names(chosen: Sequence[str], policies: Sequence[Policy]) -> str:
    return listing(policy.label for policy in policies if policy.id in chosen) or "aucune politique"


def ask_territory(
    dialogue: Dialogue,
    present: str,
    territories: Sequence[KnownTerritory],
    common: Callable[[str], bool],
) -> KnownTerritory | str | None:
    """Return the territory answered, a known one or a name; None to keep `present`."""
    question = asking("Territoire", present) if present else "Territoire :"
    while True:
        answer = dialogue.ask(question, _TERRITORY_HELP)
        if not answer and present:
            return None
        if common(answer) or (typed := dialogue.short_text(answer)) is None:
            continue
        if not typed:
            dialogue.say("Le territoire est nécessaire pour commencer.")
            continue
        exact = [each for each in territories if each.name == typed]
        if exact:
            return exact[0]
        offered = matching(typed, territories)[:_MOST_OFFERED]
        if not offered:
            return typed
        chosen = dialogue.choose(
            [each.name for each in offered],
            f"Numéro du territoire, ou Entrée pour garder « {typed} » :",
            _TERRITORY_HELP,
        )
        return typed if chosen is None else offered[chosen - 1]


def with_territory(
    texts: FormTexts, chosen: KnownTerritory | str, territories: Sequence[KnownTerritory]
) -> FormTexts:
    """Return `texts` with a territory; a known one brings its SIREN unless another was typed."""
    if isinstance(chosen, str):
        return replace(texts, territory=chosen)
    if texts.siren.strip() not in {"", *(territory.siren for territory in territories)}:
        return replace(texts, territory=chosen.name)
    return replace(texts, territory=chosen.name, siren=chosen.siren, department=chosen.department)


def known_name(chosen: KnownTerritory | str) -> str:
    """Return the name of a territory."""
    return chosen if isinstance(chosen, str) else chosen.name
