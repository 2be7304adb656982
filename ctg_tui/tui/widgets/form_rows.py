"""Rows of a form: a label, its field, its problem; and the rows of one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from ctg_tui.domain.assessment import Profile
from ctg_tui.domain.errors import Refusal
from ctg_tui.services.details import PersonTexts
from ctg_tui.services.sending import typed_folder
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.fields import ActionLine, Choice, Option, TextField
from ctg_tui.tui.widgets.plain import PlainStatic
from ctg_tui.wording.french import NARROW, NBSP, PROFILES

_LONGEST_PATH: Final = 1_000


class FormRow(Vertical):
    """A label and its field on one line; below, when there is one, the problem with the field.

    `hint` is the advice that the page shows while the field has the focus.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; }
    FormRow > Horizontal { height: auto; }
    FormRow .row--label { width: 17; height: 1; padding-right: 1; color: $discret; }
    FormRow.-ici .row--label { color: $foreground; text-style: bold; }
    FormRow .row--problem { height: auto; margin-left: 17; padding: 0 1; color: $error; display: none; }
    FormRow.-wrong .row--problem { display: block; }
    """

    def __init__(self, label: str, field: Widget, *, hint: str = "", identifier: str | None = None) -> None:
        super().__init__(id=identifier)
        self._label = label
        self.field = field
        self.hint = hint
        self._problem = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield PlainStatic(shown(self._label), classes="row--label")
            yield self.field
        yield PlainStatic(classes="row--problem")

    def on_descendant_focus(self) -> None:
        self.add_class("-ici")

    def on_descendant_blur(self) -> None:
        self.remove_class("-ici")

    def show_problem(self, problem: str) -> None:
        """Show `problem` below the field; empty, hide the line."""
        if problem == self._problem:
            return
        self._problem = problem
        self.query_one(".row--problem", PlainStatic).update(shown(f"! {problem}" if problem else ""))
        self.set_class(bool(problem), "-wrong")


class FolderRow(FormRow):
    """The folder where files are written; `typed` is its field."""

    def __init__(self, proposed: str, *, identifier: str | None = None) -> None:
        self.typed = TextField(proposed, max_length=_LONGEST_PATH)
        super().__init__("Enregistrer dans", self.typed, identifier=identifier)

    def read(self) -> Path | None:
        """Return the folder typed; None, with the problem below the field, when it cannot be written to."""
        try:
            folder = typed_folder(self.typed.value)
        except Refusal as refusal:
            self.show_problem(refusal.sentences())
            return None
        self.show_problem("")
        return folder


class FileRow(FormRow):
    """The path of a file to take, given to `take`; what is no path is said below (`wrong`)."""

    def __init__(
        self,
        label: str,
        path_of: Callable[[str], Path | None],
        wrong: str,
        take: Callable[[Path], object],
        *,
        placeholder: str = "",
        takes_drops: bool = True,
    ) -> None:
        """Make the row; a file dropped elsewhere on the window is taken at once if it `takes_drops`."""
        self.typed = TextField(max_length=_LONGEST_PATH, placeholder=placeholder)
        super().__init__(label, self.typed)
        self._takes_drops = takes_drops
        self._path_of, self._wrong, self._take = path_of, wrong, take

    def drop(self, text: str) -> bool:
        """Take the file whose path was pasted outside the fields; return False for any other text."""
        path = self._path_of(text) if self._takes_drops else None
        if path is not None:
            self._take(path)
        return path is not None

    @on(TextField.Submitted)
    def _on_submitted(self, event: TextField.Submitted) -> None:
        event.stop()
        path = self._path_of(self.typed.value)
        self.show_problem(self._wrong if path is None and self.typed.value.strip() else "")
        if path is not None:
            self._take(path)


class PersonBlock(Vertical):
    """The four rows of a person: name, first name, profile, policies."""

    DEFAULT_CSS = """
    PersonBlock { height: auto; margin-bottom: 1; }
    PersonBlock .person--rank { height: 1; text-style: bold; display: none; }
    PersonBlock.-numbered .person--rank { display: block; }
    PersonBlock #retirer { margin-left: 16; display: none; }
    PersonBlock.-numbered #retirer { display: block; }
    """

    def __init__(self, person: PersonTexts, policies: Sequence[Option]) -> None:
        super().__init__()
        self._ref = person.ref
        self._rank = PlainStatic(classes="person--rank")
        keys = {option.key for option in policies}
        self._elsewhere = tuple(key for key in person.policies if key not in keys)
        """Policies of another grid: left in the person's list."""
        self.first_field = TextField(person.last_name)
        self._first_name = TextField(person.first_name)
        self._profile = Choice(
            [Option(profile.value, label) for profile, label in PROFILES.items()], [person.profile.value]
        )
        self._policies = Choice(policies, person.policies, several=True)

    def compose(self) -> ComposeResult:
        yield self._rank
        yield FormRow(
            "Nom",
            self.first_field,
            hint="Sans nom ni prénom, la personne n’est pas enregistrée.",
        )
        yield FormRow("Prénom", self._first_name, hint="Le prénom de la personne.")
        yield FormRow(
            "Profil",
            self._profile,
            hint=f"← → pour choisir{NARROW}; des indicateurs en dépendent.",
        )
        yield FormRow(
            "Politiques",
            self._policies,
            hint=f"← → puis Espace{NBSP}: cochez celles de cette personne.",
        )
        yield ActionLine("Retirer cette personne", identifier="retirer", by_mouse=True)

    def show_rank(self, rank: int | None) -> None:
        """Show the heading `Personne 2`; an empty one when `rank` is None."""
        self.set_class(rank is not None, "-numbered")
        self._rank.update("" if rank is None else f"Personne {rank}")

    def take(self, person: PersonTexts) -> None:
        """Show `person`, who has the same reference, in place of the typed texts."""
        self.first_field.value, self._first_name.value = person.last_name, person.first_name
        self._profile.choose(person.profile.value)
        self._policies.choose(*person.policies)

    @property
    def texts(self) -> PersonTexts:
        """The texts of the fields."""
        return PersonTexts(
            self._ref,
            self.first_field.value,
            self._first_name.value,
            Profile(self._profile.chosen[0]),
            (*self._policies.chosen, *self._elsewhere),
        )
