"""The fields of the form: made from an identity, read as typed texts, updated after an undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual.widget import Widget

from ctg_tui.domain.assessment import Identity, Moment
from ctg_tui.domain.grid import KnownTerritory, Policy
from ctg_tui.services.details import FormTexts
from ctg_tui.tui.commands import FormField
from ctg_tui.tui.screens.form_hints import HINTS
from ctg_tui.tui.widgets.fields import ActionLine, Choice, Option, TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.number_field import NumberField
from ctg_tui.tui.widgets.people import People
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.tui.widgets.territory_row import TerritoryRow
from ctg_tui.wording.french import MOMENTS


class FormFields:
    """The widgets of an identity: territory, year, moment, people, adviser."""

    def __init__(
        self, identity: Identity, policies: Sequence[Policy], territories: Sequence[KnownTerritory]
    ) -> None:
        territory = identity.territory
        self.territory = TerritoryRow(territory.name, territories, HINTS["territory"])
        self.siren = NumberField(territory.siren or "", placeholder="facultatif, 9 chiffres")
        self.department = NumberField(territory.department, placeholder="facultatif", max_length=3)
        self.people = People(identity.coordinators, policies)
        self._year = NumberField(str(identity.year), max_length=4)
        self._moment = Choice(
            [Option(moment.value, label) for moment, label in MOMENTS.items()], [identity.moment.value]
        )
        self._adviser_name = TextField(identity.adviser.name, placeholder="prénom et nom")
        self._adviser_email = TextField(identity.adviser.email, placeholder="prenom.nom@organisme.fr")

    def rows(self, year_hint: str, grid_row: Iterable[Widget]) -> Iterator[Widget]:
        """Yield the rows in the order of the form, with `grid_row` after the department."""
        yield self.territory
        yield FormRow("Année N", self._year, hint=year_hint, identifier="ligne-year")
        yield FormRow("Moment", self._moment, hint=HINTS["moment"])
        yield FormRow("SIREN", self.siren, hint=HINTS["siren"], identifier="ligne-siren")
        yield FormRow("Département", self.department, hint=HINTS["department"])
        yield from grid_row
        yield PlainStatic("Chargé·es de coopération", classes="fiche--titre")
        yield self.people
        yield ActionLine("+ Ajouter une personne", identifier="ajouter")
        yield PlainStatic("Contact Caf (CCD)", classes="fiche--titre")
        yield FormRow("Nom", self._adviser_name, hint=HINTS["adviser_name"])
        yield FormRow(
            "Courriel",
            self._adviser_email,
            hint=HINTS["adviser_email"],
            identifier="ligne-adviser_email",
        )
        yield ActionLine("Remplir la grille", identifier="fiche-suite")

    def widget_of(self, field: FormField) -> Widget:
        """Return the widget to fill in for `field`: of the adviser, the field that is wrong."""
        match field:
            case FormField.TERRITORY:
                return self.territory.name_field
            case FormField.SIREN:
                return self.siren
            case FormField.COORDINATOR:
                return self.people.first.first_field
            case FormField.ADVISER:
                return self._adviser_email if self._adviser_name.value.strip() else self._adviser_name

    def texts(self) -> FormTexts:
        """Return the texts of the fields as typed."""
        return FormTexts(
            self.territory.name_field.value,
            self._year.value,
            Moment(self._moment.chosen[0]),
            self.siren.value,
            self.department.value,
            self.people.texts,
            self._adviser_name.value,
            self._adviser_email.value,
        )

    def show_changes(self, former: Identity, identity: Identity) -> None:
        """Update the fields whose value differs between the identities; the others stay as typed."""
        for field, before, after in (
            (self.territory.name_field, former.territory.name, identity.territory.name),
            (self._year, str(former.year), str(identity.year)),
            (self.siren, former.territory.siren or "", identity.territory.siren or ""),
            (self.department, former.territory.department, identity.territory.department),
            (self._adviser_name, former.adviser.name, identity.adviser.name),
            (self._adviser_email, former.adviser.email, identity.adviser.email),
        ):
            if before != after:
                field.value = after
        self._moment.choose(identity.moment.value)
        if former.coordinators != identity.coordinators:
            self.people.show(identity.coordinators)
