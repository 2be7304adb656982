"""Vous: territory, year, moment, people, adviser. Saved at once, like the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.message import Message
from textual.widget import Widget

from ctg_tui.domain.assessment import Identity, Moment
from ctg_tui.domain.changes import Edit
from ctg_tui.domain.details import same_assessment
from ctg_tui.domain.grid import Grid, KnownTerritory, Policy, campaign_closing, campaign_year
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.details import FormTexts, identity_of, problems
from ctg_tui.services.workspace import double_of
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, Destination, FormField, adapted, field_steps, leave, undo_and_redo
from ctg_tui.tui.dialogs import ask_about_double
from ctg_tui.tui.grid_files import adopt
from ctg_tui.tui.later import Autosave
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.details import People, TerritoryRow
from ctg_tui.tui.widgets.fields import (
    ActionLine,
    Choice,
    Fields,
    FormRow,
    NumberField,
    Option,
    PersonBlock,
    TextField,
)
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import MOMENTS, NARROW, NBSP, day, is_double

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Beginning, Double, Workspace


COMMANDS: Final = (
    Command("fiche.grille", "grid", "remplir la grille", "Passer à la grille", ("ctrl+g",), bar=1),
    Command("fiche.ajouter", "add_person", "ajouter une personne", "Ajouter une personne", bar=3),
    Command("fiche.retirer", "remove_person", "retirer", "Retirer la personne où l’on se trouve", bar=4),
    *undo_and_redo("fiche", bar=5),
    leave("fiche", bar=2),
    *field_steps("fiche"),
)
_EDITING: Final = frozenset({"add_person", "remove_person", "add", "remove", "undo", "redo"})
_READING: Final = {
    "grid": {"label": "voir la grille", "help": "Passer à la grille"},
    "next_field": {"label": "descendre", "help": "Descendre dans la page"},
    "previous_field": {"label": "monter", "help": "Monter dans la page"},
}
"""Word and sentence of the commands that edit nothing, by their action."""


def reading(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands of a form that is only read."""
    return adapted(commands, _READING, without=_EDITING)


# The hint of each field of the form, shown while it has the focus.

HINTS: Final = {
    "territory": "En Charente, le début du nom suffit.",
    "moment": "← → pour choisir le moment de l’engagement.",
    "siren": "Neuf chiffres, vérifiés par leur clé de contrôle.",
    "department": f"Le numéro du département{NBSP}: 16 pour la Charente.",
    "grid": "Les réponses sans ligne équivalente sont conservées.",
    "adviser_name": "La personne de la Caf qui reçoit l’auto-évaluation.",
    "adviser_email": f"Pour préparer le courriel{NARROW}; rien n’est envoyé d’ici.",
}


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


class FormScreen(Page):
    """The form of an open assessment, or of a new one, which is created once it has a territory."""

    TITLE_IN_HELP = "Vous"
    STEP = 1
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    FormScreen {
        #fiche { height: 1fr; padding: 1 2; scrollbar-gutter: stable; }
        &.-normal #fiche, &.-bas #fiche { padding: 0 2; }
        .fiche--titre { height: 1; margin-top: 1; color: $primary; text-style: bold; }
        #fiche-suite { margin-top: 1; }
        #fiche-aide { height: 1; padding: 0 3; color: $discret; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(
        self, workspace: Workspace, session: Session | None = None, field: FormField | None = None
    ) -> None:
        """Open the form; `field` takes the focus, the first one by default."""
        super().__init__(workspace, session)
        self._first_field = field
        self._grid: Grid = session.grid if session else workspace.catalogue.default
        self._territories = known_territories()
        self._saved = session.assessment.identity if session else self._proposed()
        self._beginning: Beginning | None = None  # the assessment created here, until it is open
        self._asked: Identity | None = None
        """The details of a new form whose double was asked about."""
        self._doubles = False
        """Whether the person wants a second assessment beside that one."""
        self._dirty = False
        self._typed_here = False
        """Whether the person typed in the focused field: it is checked when the focus leaves it."""
        self._rest = Autosave(self, self.flush)

    def _proposed(self) -> Identity:
        """Return the identity of a new form: the year of the next campaign, everything else empty."""
        return Identity(campaign_year(self._grid.campaign, self.workspace.today()), Moment.YEARLY)

    # content

    def body(self) -> Iterable[Widget]:
        self._fields = FormFields(self._saved, self._grid.policies, self._territories)
        with Fields(id="fiche", can_focus=False):
            yield from self._fields.rows(self._year_hint(), self._grid_row())
        yield PlainStatic(id="fiche-aide")

    def _grid_row(self) -> Iterator[Widget]:
        """Yield the choice of the grid, when there are several and no page is open above the list."""
        grids = self.workspace.catalogue.grids
        if len(grids) > 1 and len(self.app.screen_stack) <= 2:
            options = [Option(grid.id, grid.title) for grid in grids]
            choice = Choice(options, [self._grid.id], identifier="grilles")
            yield FormRow("Grille", choice, hint=HINTS["grid"])

    def _year_hint(self) -> str:
        closing = campaign_closing(self._grid.campaign, self._saved.year)
        return f"Celle du prévisionnel. Campagne jusqu’au {day(closing)}."

    def headline(self) -> tuple[str, str]:
        if self.session is None:
            return "Nouvelle évaluation", "le territoire suffit pour commencer"
        return super().headline()

    def on_mount(self) -> None:
        self._shown_texts = self._fields.texts()
        self._show_read_only()
        if self._first_field is not None and not self.is_read_only:
            self._fields.widget_of(self._first_field).focus()

    def on_show_again(self) -> None:
        self._show_read_only()

    def _show_read_only(self) -> None:
        """Offer nothing to fill in or to add when nothing can be edited."""
        if not self.is_read_only:
            return
        self.query("#fiche").set(disabled=True)
        self.query("#ajouter, #fiche-suite").set(display=False)
        self.query_one("#fiche-aide", PlainStatic).update("")
        for field in self.query(TextField):
            field.placeholder = "non renseigné"

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: those that edit nothing, when nothing can be edited."""
        every = super().commands()
        return reading(every) if self.is_read_only else every

    # typed values

    @on(Choice.Changed, "#grilles")
    def _on_grid(self, event: Choice.Changed) -> None:
        event.stop()
        self._take_grid(event.choice)

    @on(TextField.Changed)
    @on(Choice.Changed)
    def _on_change(self, event: Message) -> None:
        event.stop()
        texts = self._fields.texts()
        if texts == self._shown_texts:  # sent by the fields as they are mounted
            return
        self._shown_texts = texts
        if event.control is self._fields.territory.name_field:
            self._fields.territory.offer()
        self._dirty = self._typed_here = True
        self._show_problems(also_new=False)
        if self.session is not None:  # without a session, half a territory's name would create an assessment
            self._rest.typed()

    def flush(self) -> None:
        """Save the form; create the assessment of a new one once it has a territory.

        A new form that was left, or that stands below a dialog, creates none: its name may be half typed.
        Nor does one that would be a double, before the person wants it.
        """
        if not self._dirty:
            return
        identity = self._typed_identity
        on_top = self.app.screen is self
        if self.session is None and not (identity.territory.name and (on_top or self._beginning)):
            return
        if self._double() is not None:
            return
        is_new, former = self.session is None, self._saved
        if identity == former or self.save(lambda: self._store(identity)):
            self._saved = identity
            self._dirty = False
            if not is_new and not same_assessment(former, identity):
                self._warn_of_double()
            if self.is_current:
                self.refresh_frame()

    @property
    def _typed_identity(self) -> Identity:
        return identity_of(self._fields.texts(), self._saved, self._territories)

    def _double(self) -> Double | None:
        """Return the assessment that this new form would double; None if the person wants both."""
        if self.session is not None or self._beginning is not None:
            return None
        identity = self._typed_identity
        if self._doubles and self._asked is not None and same_assessment(identity, self._asked):
            return None
        return self.read(lambda: double_of(self.workspace, identity), None)

    def _ask_about_double(self, *, again: bool) -> bool:
        """Ask about the assessment that this new form would double; return whether there is one.

        `again`: also when it was asked about these details before.
        """
        double, identity = self._double(), self._typed_identity
        if double is None or not self.is_current:
            return False
        if again or self._asked is None or not same_assessment(identity, self._asked):
            self._asked, self._doubles = identity, False
            ask_about_double(self, double, self._create_double, "Changer l’année ou le moment")
        return True

    def _create_double(self) -> None:
        self._doubles = True
        self.flush()

    def _warn_of_double(self) -> None:
        """Say that another assessment has the territory, year and moment just saved, too."""
        own_id = self.opened.assessment.id
        double = self.read(lambda: double_of(self.workspace, self._saved, own_id), None)
        if double is not None and self.is_open:
            self.show_message(is_double(double.sentence), warning=True)

    def _store(self, identity: Identity) -> None:
        if self.session is not None:
            self.session.identify(identity)
        elif self._beginning is not None:
            self._beginning.identify(identity)
            self._take_session()
        else:
            self._beginning = self.workspace.begin(identity, self._grid)
            self._beginning.put()
            self._beginning.open()
            self._take_session()

    def _take_session(self) -> None:
        """Go on with the session of the assessment created here, once it is on the disk."""
        if self.session is None and self._beginning is not None:
            self.session = self._beginning.session

    def on_saved(self) -> None:
        if self.session is None and self._beginning is not None:
            self.save(self._beginning.open)
        self._take_session()
        self.refresh_frame()

    def on_turned(self, edit: Edit) -> None:
        self._show_identity()

    def _show_identity(self) -> None:
        """Update the fields whose value changed, after an undo; others stay as typed."""
        former, identity = self._saved, self.opened.assessment.identity
        self._saved = identity
        self._fields.show_changes(former, identity)
        self._shown_texts = self._fields.texts()  # these values come from the assessment: none is typed
        self._show_problems(also_new=False)

    def _take_grid(self, choice: Choice) -> None:
        """Fill with another grid from now on, after a confirmation if the assessment has answers."""
        grid = self.workspace.catalogue.get(choice.chosen[0])
        if grid is None or grid == self._grid:
            return
        if self.session is None:
            self._grid = grid
            self._fields.people.use(grid.policies)
            return
        opened = self.session
        choice.choose(self._grid.id)

        def adopted() -> None:
            self._grid = grid
            self._fields.people.use(grid.policies)
            choice.choose(grid.id)
            self.session = self.workspace.open(opened.assessment.id)

        adopt(self, opened.assessment, grid, f"la grille « {grid.title} »", adopted)

    def _show_problems(self, *, also_new: bool) -> None:
        """Show the problems below their fields; without `also_new`, only update those already shown."""
        found_problems = problems(self._fields.texts(), self._saved, self._territories)
        for field in ("territory", "year", "siren", "adviser_email"):
            row = self.query_one(f"#ligne-{field}", FormRow)
            if also_new or row.has_class("-wrong"):
                row.show_problem(found_problems.get(field, ""))

    def on_territory_row_taken(self, message: TerritoryRow.Taken) -> None:
        """Fill in the SIREN and department of a known territory, unless others were typed."""
        message.stop()
        known = message.known
        if known is not None and self._fields.siren.value.strip() in {
            "",
            *(territory.siren for territory in self._territories),
        }:
            self._fields.siren.fill(known.siren)
            self._fields.department.fill(known.department)
        self.focus_next()

    # from field to field

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        rows = [node for node in event.widget.ancestors if isinstance(node, FormRow)]
        hint = rows[0].hint if rows and not self.is_read_only else ""
        self.query_one("#fiche-aide", PlainStatic).update(shown(hint))
        self._fields.territory.offer()
        if self.session is None and event.widget is not self._fields.territory.name_field:
            self.flush()
            self._ask_about_double(again=False)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if event.widget is self._fields.territory.name_field:
            self._fields.territory.close()
        if self._typed_here:
            self._show_problems(also_new=True)
        self._typed_here = False
        if self.session is not None:  # for a new form, see `on_descendant_focus`
            self.flush()
            self.session.end_typing()

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    def _on_submit(self, event: Message) -> None:
        event.stop()
        if event.control is self._fields.territory.name_field and self._fields.territory.is_offering:
            self._fields.territory.take()
        else:
            self.focus_next()

    def action_next_field(self) -> None:
        if self.is_read_only:
            self.query_one("#fiche").scroll_down(animate=False, force=True)
        elif self._fields.territory.is_offering:
            self._fields.territory.step(1)
        else:
            self.focus_next()

    def action_previous_field(self) -> None:
        if self.is_read_only:
            self.query_one("#fiche").scroll_up(animate=False, force=True)
        elif self._fields.territory.is_offering:
            self._fields.territory.step(-1)
        else:
            self.focus_previous()

    # people

    async def on_action_line_pressed(self, message: ActionLine.Pressed) -> None:
        message.stop()
        if message.line.id == "ajouter":
            await self.action_add_person()
        elif message.line.id == "retirer":
            self._ask_to_remove(
                next(node for node in message.line.ancestors if isinstance(node, PersonBlock))
            )
        else:
            self.action_grid()

    async def action_add_person(self) -> None:
        await self._fields.people.add()

    def action_remove_person(self) -> None:
        block = self._fields.people.current
        if block is None:
            self.show_message("Placez-vous d’abord sur la personne à retirer.")
        else:
            self._ask_to_remove(block)

    def _ask_to_remove(self, block: PersonBlock) -> None:
        if not block.texts.is_named:
            self._remove(block)
            return
        who = f"{block.texts.first_name} {block.texts.last_name}".strip() or "cette personne"
        sentence = f"Retirer {who} de cette évaluation{NARROW}?"
        self.ask(sentence, "Oui, retirer", lambda: self._remove(block))

    def _remove(self, block: PersonBlock) -> None:
        self.query_one("#ajouter").focus()
        self._fields.people.remove_block(block)
        self._dirty = True
        self.flush()

    # leaving

    def action_leave(self) -> None:
        """Go back; a new form creates no assessment, which a message says if the person typed anything."""
        if self.session is not None or self._beginning is not None:
            if self.workspace.writer.failure is None:  # what was typed during the creation follows it
                self.finish()
            self.leave()
        elif self.is_mounted:
            if self._dirty:
                self.show_message("Aucune évaluation n’a été créée.")
            self.post_message(self.Leave(self))

    def finish(self) -> None:
        self.flush()
        if self._beginning is not None and self.session is None:  # on a slow disk, wait for the creation
            self.save(self._finish_beginning)

    def _finish_beginning(self) -> None:
        self.workspace.writer.settle()
        self._take_session()

    def action_grid(self) -> None:
        self.finish()
        if self._ask_about_double(again=True):
            return
        if self.session is None:
            self._show_problems(also_new=True)
            self._fields.territory.name_field.focus()
        elif not self._dirty:
            self.visit(Destination.GRID)
