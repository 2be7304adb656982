"""The people of the details: a list to correct, add to, or remove from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from ctg_tui.domain.assessment import Profile
from ctg_tui.domain.grid import Policy
from ctg_tui.services.identity_form import PersonTexts, new_person
from ctg_tui.text_mode.desk import Desk, saved
from ctg_tui.text_mode.dialogue import Back, asking
from ctg_tui.text_mode.places import policy_named
from ctg_tui.text_mode.spoken import number_and_name
from ctg_tui.text_mode.words import Word, command
from ctg_tui.wording.french import PROFILES, count, listing

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


class PeopleQuestions:
    """Asks about the people; `take` saves them all, says its text, and returns whether it is done."""

    def __init__(self, desk: Desk, people: Callable[[], People], take: Callable[[People, str], bool]) -> None:
        self._desk = desk
        self._people = people
        self._take = take

    def run(self) -> None:
        """Ask until the person goes on; without anybody yet, the first name is asked for at once."""
        dialogue = self._desk.dialogue
        if not self._people():
            with suppress(Back):  # to the list, which is empty
                self._add()
        while True:
            people = self._people()
            dialogue.say(f"{count(len(people), 'personne')}." if people else "Aucune personne renseignée.")
            for rank, person in enumerate(people, 1):
                dialogue.say(number_and_name(rank, in_words(person, self._policies)))
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
        number = rest if word is Word.REMOVE else answer
        is_number = number.isascii() and number.isdigit() and len(number) < 6
        if word is Word.ADD:
            self._add()
        elif is_number and 1 <= int(number) <= len(people):
            rank = int(number) - 1
            if word is Word.REMOVE:
                self._remove(people, rank)
            else:
                self._correct(people, rank)
        elif not self._desk.common(answer):
            self._desk.dialogue.misunderstood(answer, "un numéro de la liste, ou « ajouter »")

    def _add(self) -> None:
        people = self._people()
        person = new_person(people, [policy.id for policy in self._policies])
        last_name = self._desk.dialogue.ask_text("Nom de la personne, ou Entrée pour personne :", _NAME_HELP)
        if not last_name:
            return
        if self._take((*people, replace(person, last_name=last_name)), saved(last_name)):
            self._correct(self._people(), len(people), is_new=True)

    def _remove(self, people: People, rank: int) -> None:
        name = _name(people[rank])
        if self._desk.dialogue.agree(f"Retirer {name} de cette évaluation ?"):
            self._take((*people[:rank], *people[rank + 1 :]), saved(f"{name} n’y est plus"))

    def _correct(self, people: People, rank: int, *, is_new: bool = False) -> None:
        """Ask for the parts of one person, each saved at once."""
        dialogue = self._desk.dialogue
        person = people[rank]

        def save(changed: PersonTexts, said: str) -> None:
            nonlocal person, people
            people = (*people[:rank], changed, *people[rank + 1 :])
            if self._take(people, saved(said)):
                person = changed

        if not is_new and (last_name := self._ask("Nom", person.last_name)):
            save(replace(person, last_name=last_name), last_name)
        if first_name := self._ask("Prénom", person.first_name):
            save(replace(person, first_name=first_name), first_name)
        profiles = list(Profile)
        dialogue.say(*(number_and_name(place, PROFILES[each]) for place, each in enumerate(profiles, 1)))
        chosen = dialogue.choose(
            asking("Profil", PROFILES[person.profile], "Numéro, ou Entrée pour garder"),
            "Des indicateurs ne sont demandés qu’à la personne qui porte le projet.",
            len(profiles),
        )
        if chosen is not None:
            profile = profiles[chosen - 1]
            save(replace(person, profile=profile), PROFILES[profile])
        policies = self._ask_policies(person)
        if policies is not None:
            save(replace(person, policies=policies), _policy_names(policies, self._policies))

    def _ask(self, title: str, present: str) -> str:
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


def in_words(person: PersonTexts, policies: Sequence[Policy]) -> str:
    """Return a person: name, profile, policies."""
    return f"{_name(person)}, {PROFILES[person.profile]}, {_policy_names(person.policies, policies)}"


def _name(person: PersonTexts) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _policy_names(chosen: Sequence[str], policies: Sequence[Policy]) -> str:
    return listing(policy.label for policy in policies if policy.id in chosen) or "aucune politique"
