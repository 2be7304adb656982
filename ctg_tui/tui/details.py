"""Vous: territory, year, moment, people, contact at the Caf; and the form that begins an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from ctg_tui.domain.assessment import Identity, Moment, Profile
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.details import same_assessment
from ctg_tui.domain.edits import is_column_neutral, turned_policies
from ctg_tui.domain.grid import Grid, KnownTerritory, campaign_closing, campaign_year
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.details import (
    FormTexts,
    PersonTexts,
    checked_siren,
    checked_year,
    identity_of,
    known_named,
    matching,
    new_person,
    problems,
    texts_of,
)
from ctg_tui.services.workspace import double_of
from ctg_tui.tui.commands import Command, Destination, FormField, field_steps, leave
from ctg_tui.tui.dialogs import Offer, ask, ask_about_double
from ctg_tui.tui.form_page import Field, FormLine, FormPage, Value, form_commands
from ctg_tui.tui.widgets.fields import Doing, Fact, Heading, Option
from ctg_tui.wording.french import MOMENTS, NARROW, NBSP, PROFILES, count, day, is_double
from ctg_tui.wording.grid import column_question

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Beginning, Workspace


TERRITORY, YEAR, MOMENT, SIREN, DEPARTMENT = "territoire", "annee", "quand", "siren", "departement"
ADVISER, EMAIL = "contact", "courriel"
_ADD, _GRID, _BEGIN, _GRIDS = "ajouter", "grille", "commencer", "grilles"
_LAST, _FIRST, _PROFILE, _POLICIES, _REMOVE = "nom", "prenom", "profil", "politiques", "retirer"

_TERRITORY_PLACEHOLDER: Final = "nom de la commune ou de l’intercommunalité"
_MOMENTS: Final = [Option(moment.value, label) for moment, label in MOMENTS.items()]
_PROFILES: Final = [Option(profile.value, label) for profile, label in PROFILES.items()]


def _territory(value: str, territories: Sequence[KnownTerritory]) -> Field:
    def offers(typed: str) -> list[Offer]:
        return [Offer(one.id, one.name) for one in matching(typed, territories)]

    return Field(
        TERRITORY,
        "Territoire",
        value,
        hint="En Charente, le début du nom suffit.",
        parse=_named,
        offers=offers,
        placeholder=_TERRITORY_PLACEHOLDER,
    )


def _named(text: str) -> str:
    if not text.strip():
        raise ValueError("Donnez le nom du territoire.")
    return text.strip()


def _year(value: int, grid: Grid) -> Field:
    closing = day(campaign_closing(grid.campaign, value))
    return Field(
        YEAR,
        "Année",
        str(value),
        hint=f"À rendre au plus tard le {closing}.",
        is_number=True,
        parse=checked_year,
        length=8,
    )


def _moment(value: Moment) -> Field:
    hint = "Le moment de l’engagement."
    return Field(MOMENT, "Quand", value.value, hint=hint, options=_MOMENTS)


def _elsewhere(texts: FormTexts, territories: Sequence[KnownTerritory]) -> Iterator[Field]:
    """Yield what is typed for a territory that is not known."""
    noted = problems(texts, Identity(0, Moment.YEARLY), territories)
    yield Field(
        SIREN,
        "SIREN",
        texts.siren,
        hint="Neuf chiffres, vérifiés par leur clé de contrôle.",
        is_number=True,
        parse=checked_siren,
        placeholder="facultatif, 9 chiffres",
        note=noted.get("siren", ""),
    )
    yield Field(
        DEPARTMENT,
        "Département",
        texts.department,
        hint=f"Le numéro du département{NBSP}: 16 pour la Charente.",
        is_number=True,
        placeholder="facultatif",
        length=3,
    )


class FormScreen(FormPage):
    """The details of an open assessment. A policy that no person has any more is NC: asked, and one edit."""

    TITLE_IN_HELP = "Vous"
    STEP = 1
    KEY_COMMANDS = (
        Command("fiche.grille", "grid", "grille", "Passer à la grille", ("ctrl+g",), bar=1),
        Command("fiche.ajouter", "add_person", "ajouter une personne", "Ajouter une personne"),
        Command("fiche.retirer", "remove_person", "retirer", "Retirer la personne où l’on se trouve"),
        Command(
            "fiche.territoire",
            "change_territory",
            "changer de territoire",
            "Changer le territoire de cette évaluation",
        ),
        *form_commands("fiche"),
    )

    def __init__(
        self, workspace: Workspace, session: Session | None = None, field: FormField | None = None
    ) -> None:
        """Open the form; `field` takes the focus, the first one by default."""
        super().__init__(workspace, session)
        self._territories = known_territories()
        self._changes_territory = not self.opened.assessment.identity.territory.name
        self._people = self._stored_people() or [self._new_person(())]
        self._asked_for = field
        self._first = self._key_of(field)

    def _key_of(self, field: FormField | None) -> str:
        adviser = self.opened.assessment.identity.adviser
        match field:
            case FormField.TERRITORY:
                self._changes_territory = True
                return TERRITORY
            case FormField.SIREN:
                return SIREN
            case FormField.COORDINATOR:
                return f"{_LAST}:{self._people[0].ref}"
            case FormField.ADVISER:
                return EMAIL if adviser.name.strip() else ADVISER
        return ""

    # rows

    def fields(self) -> Iterable[FormLine]:
        identity, grid = self.opened.assessment.identity, self.opened.grid
        territory = identity.territory
        if self._changes_territory:
            yield _territory(territory.name, self._territories)
        else:
            yield Fact("territoire-choisi", "Territoire", territory.name)
        known = known_named(territory.name, self._territories)
        is_elsewhere = (known is None or territory.siren != known.siren) and not self.is_example
        if is_elsewhere or self._asked_for is FormField.SIREN:
            yield from _elsewhere(texts_of(identity), self._territories)
        yield _year(identity.year, grid)
        yield _moment(identity.moment)
        yield Heading("titre-personnes", "Chargé·es de coopération")
        for rank, person in enumerate(self._people, 1):
            yield from self._person_rows(rank, person)
        yield Doing(_ADD, "+ Ajouter une personne")
        yield Heading("titre-contact", "Contact à la Caf")
        yield Field(
            ADVISER,
            "Nom",
            identity.adviser.name,
            hint="La personne de la Caf qui reçoit l’auto-évaluation.",
            placeholder="prénom et nom",
        )
        texts = texts_of(identity)
        yield Field(
            EMAIL,
            "Courriel",
            identity.adviser.email,
            hint=f"Pour préparer le courriel{NARROW}; rien n’est envoyé d’ici.",
            placeholder="prenom.nom@organisme.fr",
            note=problems(texts, identity).get("adviser_email", ""),
        )
        yield Doing(_GRID, "Passer à la grille")

    def _person_rows(self, rank: int, person: PersonTexts) -> Iterator[FormLine]:
        ref, grid = person.ref, self.opened.grid
        if len(self._people) > 1:
            yield Heading(f"personne:{ref}", f"Personne {rank}", is_soft=True)
        hint = "Sans nom ni prénom, la personne n’est pas enregistrée."
        yield Field(f"{_LAST}:{ref}", "Nom", person.last_name, hint=hint)
        yield Field(f"{_FIRST}:{ref}", "Prénom", person.first_name, hint="Le prénom de la personne.")
        yield Field(
            f"{_PROFILE}:{ref}",
            "Profil",
            person.profile.value,
            hint="Des indicateurs en dépendent.",
            options=_PROFILES,
        )
        yield Field(
            f"{_POLICIES}:{ref}",
            "Politiques",
            tuple(policy.id for policy in grid.policies if policy.id in person.policies),
            hint="Celles de cette personne.",
            options=[Option(policy.id, policy.label) for policy in grid.policies],
            several=True,
        )
        if len(self._people) > 1:
            yield Doing(f"{_REMOVE}:{ref}", "Retirer cette personne", by_mouse=True)

    def _stored_people(self) -> list[PersonTexts]:
        return list(texts_of(self.opened.assessment.identity).people)

    def _new_person(self, others: Sequence[PersonTexts]) -> PersonTexts:
        grid, assessment = self.opened.grid, self.opened.assessment
        concerned = (one.id for one in grid.policies if not is_column_neutral(grid, assessment, one.id))
        return new_person(others, concerned)

    def show_fields(self, *, turned: bool = False) -> None:
        stored = {person.ref: person for person in self._stored_people()}
        if turned:
            self._people = list(stored.values())
        else:
            blank = [person for person in self._people if person.ref not in stored]
            known = {person.ref for person in self._people}
            self._people = [
                *(
                    stored.get(one.ref) or replace(one, last_name="", first_name="")
                    for one in self._people
                    if one.ref in stored or one in blank
                ),
                *(person for ref, person in stored.items() if ref not in known),
            ]
        self._people = self._people or [self._new_person(())]
        super().show_fields(turned=turned)

    # what is typed

    def _texts(self, values: Mapping[str, Value]) -> FormTexts:
        former = texts_of(self.opened.assessment.identity)

        def text(key: str, otherwise: str) -> str:
            value = values.get(key, otherwise)
            return value if isinstance(value, str) else otherwise

        return FormTexts(
            text(TERRITORY, former.territory),
            text(YEAR, former.year),
            Moment(text(MOMENT, former.moment.value)),
            text(SIREN, former.siren),
            text(DEPARTMENT, former.department),
            tuple(self._person(person, values) for person in self._people),
            text(ADVISER, former.adviser_name),
            text(EMAIL, former.adviser_email),
        )

    def _person(self, person: PersonTexts, values: Mapping[str, Value]) -> PersonTexts:
        last, first, profile, chosen = (
            values.get(f"{part}:{person.ref}") for part in (_LAST, _FIRST, _PROFILE, _POLICIES)
        )
        ids = self.opened.grid.policies_by_id
        elsewhere = tuple(policy for policy in person.policies if policy not in ids)
        return PersonTexts(
            person.ref,
            last if isinstance(last, str) else person.last_name,
            first if isinstance(first, str) else person.first_name,
            Profile(profile) if isinstance(profile, str) else person.profile,
            (*chosen, *elsewhere) if isinstance(chosen, tuple) else person.policies,
        )

    def _identity(self, values: Mapping[str, Value]) -> Identity:
        former = self.opened.assessment.identity
        return identity_of(self._texts(values), former, self._territories)

    def keep(self, values: Mapping[str, Value]) -> bool:
        session, former = self.opened, self.opened.assessment.identity
        self._people = [self._person(person, values) for person in self._people]
        identity = self._identity(values)
        if identity != former and not self.save(lambda: session.identify(identity)):
            return False
        if not same_assessment(former, identity):
            double = self.read(lambda: double_of(self.workspace, identity, session.assessment.id), None)
            if double is not None and self.is_open:
                self.show_message(is_double(double.sentence), warning=True)
        return True

    def offered(self, key: str, offer: str) -> None:
        """Fill in the SIREN and department of a known territory."""
        known = next((one for one in self._territories if one.id == offer), None)
        if known is not None:
            texts = replace(
                self._texts(self.values), territory=known.name, siren=known.siren, department=known.department
            )
            former = self.opened.assessment.identity
            identity = identity_of(texts, former, self._territories)
            self.save(lambda: self.opened.identify(identity))
            self.end_typing()

    # a policy ticked or unticked: the column with it

    def changed(self, key: str) -> bool:
        if not key.startswith(_POLICIES):
            return True
        self.flush()
        identity, opened = self._identity(self.values), self.opened
        turned = turned_policies(opened.grid, opened.assessment, identity)
        if not turned:
            return True
        sentence, yes = column_question(opened.grid, opened.assessment, turned[0])

        def show() -> None:
            self.show_fields()
            self.refresh_frame()

        def leave_columns() -> None:
            self.save(lambda: opened.identify_with_columns(identity))
            show()

        def give_back() -> None:
            self.row(key).give_back()
            show()

        ask(self.app, sentence, yes, leave_columns, otherwise=give_back)
        return False

    # actions

    async def pressed(self, key: str) -> None:
        if key == _ADD:
            await self.action_add_person()
        elif key == _GRID:
            self.action_grid()
        elif key.startswith(_REMOVE):
            self._ask_to_remove(key.partition(":")[2])

    def action_grid(self) -> None:
        self.visit(Destination.GRID)

    async def action_add_person(self) -> None:
        self.flush()
        person = self._new_person(self._people)
        self._people = [*self._people, person]
        await self.lay_fields()
        self.focus_field(f"{_LAST}:{person.ref}")

    def action_remove_person(self) -> None:
        _, _, ref = self.current.partition(":")
        if ref:
            self._ask_to_remove(ref)
        else:
            self.show_message("Placez-vous d’abord sur la personne à retirer.")

    def _ask_to_remove(self, ref: str) -> None:
        self.flush()
        person = next((one for one in self._people if one.ref == ref), None)
        if person is None:
            return
        if not person.is_named:
            self._remove(person)
            return
        who = f"{person.first_name} {person.last_name}".strip()
        sentence = f"Retirer {who} de cette évaluation{NARROW}?"
        self.ask(sentence, "Oui, retirer", lambda: self._remove(person))

    def _remove(self, person: PersonTexts) -> None:
        self._people = [one for one in self._people if one.ref != person.ref]
        values = self.values
        self.end_typing()
        self.keep(values)
        self.end_typing()
        self.show_fields()
        self.refresh_frame()
        if self._people:
            self.focus_field(f"{_LAST}:{self._people[0].ref}")

    def action_change_territory(self) -> None:
        """Ask, then show the field of the territory."""

        def change() -> None:
            self._changes_territory = True
            self.call_later(self._show_territory)

        territory = self.opened.assessment.identity.territory
        self.ask(
            f"Changer le territoire de cette évaluation{NARROW}? Ses notes restent, sous un autre nom que "
            f"«{NBSP}{territory.name}{NBSP}».",
            "Changer de territoire",
            change,
        )

    async def _show_territory(self) -> None:
        await self.lay_fields()
        self.focus_field(TERRITORY)


class NewAssessmentScreen(FormPage):
    """The form that begins an assessment; nothing is created before « Commencer »."""

    TITLE_IN_HELP = "Commencer une évaluation"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+g", "begin", "Commencer la grille", show=False)]
    KEY_COMMANDS = (
        Command("nouvelle.commencer", "begin", "commencer", "Commencer la grille", ("f5",), bar=0),
        leave("nouvelle", bar=2, sentence="Revenir à l’accueil sans rien créer"),
        *field_steps("nouvelle"),
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._territories = known_territories()
        self._grid = workspace.catalogue.default
        self._beginning: Beginning | None = None

    def headline(self) -> tuple[str, str]:
        return "Commencer une évaluation", "rien n’est créé avant F5"

    def fields(self) -> Iterable[FormLine]:
        yield _territory("", self._territories)
        name = next((row.settled for row in self.rows if row.key == TERRITORY), "")
        if name and known_named(name, self._territories) is None:
            yield from _elsewhere(FormTexts(name, "", Moment.YEARLY), self._territories)
        year = campaign_year(self._grid.campaign, self.workspace.today())
        yield _year(year, self._grid)
        yield _moment(Moment.YEARLY)
        grids = self.workspace.catalogue.grids
        if len(grids) > 1:
            options = [Option(grid.id, grid.title) for grid in grids]
            cells = len(self._grid.own_cells)
            lines = count(cells // len(self._grid.policies), "ligne")
            hint = (
                f"{lines} × {count(len(self._grid.policies), 'politique')} = {count(cells, 'case')} pour la "
                "Caf. La grille se change aussi plus tard."
            )
            yield Field(_GRIDS, "Grille", self._grid.id, hint=hint, options=options)
        yield Doing(_BEGIN, "Commencer la grille")

    def _typed(self, key: str) -> str:
        value = self.values.get(key, "")
        return value if isinstance(value, str) else ""

    def changed(self, key: str) -> bool:
        if key == _GRIDS:
            self._grid = self.workspace.catalogue.get(self._typed(_GRIDS)) or self._grid
        return True

    def keep(self, values: Mapping[str, Value]) -> bool:
        return True

    async def pressed(self, key: str) -> None:
        self.action_begin()

    def action_begin(self) -> None:
        """Create the assessment of the form and open its grid; a double is asked about."""
        if self._beginning is not None:
            self._open()
            return
        territory = self.row(TERRITORY)
        if territory.is_offering and territory.choose() is None:
            territory.field.focus()
            return
        territory.close()
        for row in self.rows:
            if not row.settle():
                row.field.focus()
                return
        if not territory.text.strip():
            territory.show_problem("Donnez le nom du territoire.")
            territory.field.focus()
            return
        identity = self._identity()
        double = self.read(lambda: double_of(self.workspace, identity), None)
        if double is not None and self.is_current:
            ask_about_double(self, double, lambda: self._create(identity), "Changer l’année ou le moment")
        else:
            self._create(identity)

    def _identity(self) -> Identity:
        name, year = self._typed(TERRITORY), int(self._typed(YEAR))
        known = known_named(name, self._territories)
        texts = FormTexts(
            name,
            str(year),
            Moment(self._typed(MOMENT)),
            known.siren if known else self._typed(SIREN),
            known.department if known else self._typed(DEPARTMENT),
        )
        return identity_of(texts, Identity(year, Moment.YEARLY), self._territories)

    def _create(self, identity: Identity) -> None:
        beginning = self.workspace.begin(identity, self._grid)
        if self.save(beginning.put):
            self._beginning = beginning
            if beginning.session is None and not self.workspace.writer.failure:
                self.save(self.workspace.writer.settle)  # what is typed right behind is for the grid
            self._open()

    def _open(self) -> None:
        """Open the grid of the assessment begun here, once it is on the disk."""
        beginning = self._beginning
        if beginning is not None and beginning.session is None:
            self.save(beginning.open)
        if beginning is not None and beginning.session is not None and self.is_current:
            self.reopen(beginning.session.assessment.id)

    def on_saved(self) -> None:
        self._open()

    def on_turned(self, edit: Edit) -> None:
        """Nothing is undone in a form that created nothing."""

    def not_stored(self) -> str:
        return "L’évaluation n’est pas commencée." if self._holds_something else ""

    @property
    def _holds_something(self) -> bool:
        return self._beginning is None and self._is_typed

    async def action_leave(self) -> None:
        """Go back; nothing is created, which a message says if the person typed anything."""
        if self._holds_something:
            self.show_message("Aucune évaluation n’a été créée.")
        self.post_message(self.Leave(self))
