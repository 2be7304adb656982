"""Every form: a wrong value stays in its field, with the cursor and what to write; nothing is stored."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from ctg_tui.domain.assessment import Identity, Moment, Rating, Territory
from ctg_tui.tui.widgets.editor import GrowingText
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.frame import HeadLine
from tests.tui.driving import IDENTITY, WITHOUT_REST, in_database, make, shown
from tests.tui.person import Person

_NO_DAY: Final = (("31/02/2027", "Le 31 février 2027 n’existe pas"), ("bientôt", "Une date s’écrit"))


class Form(NamedTuple):
    """The keys to the first field; for each, its name, the keys from the one before, its wrong values."""

    way: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]], ...]
    identity: Identity | None = IDENTITY
    empties: bool = False
    """Whether a field is emptied to go on: Échap leaves; else Échap gives its value back."""


_HOURS, _AMOUNT, _YEAR = "Un nombre d’heures s’écrit", "Un montant s’écrit", "quatre chiffres"
_SIREN = (("12", "9 chiffres"), ("200043017", "sa clé de contrôle est fausse"))
FORMS: Final = {
    "Vous": Form(
        (".etapes.vous",),
        (("SIREN", (), _SIREN), ("Année", ("down",), (("bientôt", _YEAR), ("²²²²", _YEAR)))),
        IDENTITY._replace(territory=Territory("Ruffec")),
    ),
    "action": Form(
        (".etapes.entretien", *["down"] * 5, "enter", "1.1", "enter", "Réunir", "tab"),
        (("Pour quand", ("tab",), _NO_DAY),),
    ),
    "Prévisionnel": Form(
        (".etapes.previsionnel",),
        (
            ("Heures par an", (), (("bientôt", _HOURS), ("-3", _HOURS))),
            ("Coût annuel (€)", ("down",), (("1250.505 €", _AMOUNT), ("-3", _AMOUNT))),
        ),
        IDENTITY._replace(moment=Moment.START),
    ),
}


def holds(person: Person, field: str, text: str) -> bool:
    """Return whether the line of `field` on the screen has `text`."""
    return any(field in line and text in line for line in shown(person.pilot).splitlines())


@pytest.mark.parametrize("name", FORMS)
async def test_a_wrong_value_keeps_the_cursor_and_its_text_and_says_what_to_write(
    person: Person, name: str
) -> None:
    form = FORMS[name]
    if form.identity is not None:
        make(person.folder, form.identity, rating=Rating.PARTLY)
    async with person.at(*form.way, identity=form.identity, delays=WITHOUT_REST) as person:
        page, before = person.page, in_database(person.folder, "SELECT * FROM value ORDER BY 1, 2, 3")
        for field, keys, wrong in form.fields:
            await person.does(*keys)
            for typed, why in wrong:
                await person.does("end", "ctrl+u", f"{typed}!", "enter")
                person.sees(typed, why)
                assert holds(person, field, typed), field
                await person.does("x")
                person.sees(f"{typed}x")
                assert person.page == page
            await person.does("ctrl+u" if form.empties else "escape")
            assert not holds(person, field, f"{typed}x"), field
            if not form.empties:
                person.sees(f"« {typed}x » n’est pas enregistré ;")
        assert in_database(person.folder, "SELECT * FROM value ORDER BY 1, 2, 3") == before


async def test_undo_takes_back_what_was_typed_wrong_then_the_last_edit_and_says_of_which_line(
    person: Person,
) -> None:
    async with person.at("enter", "2", "escape", ".etapes.previsionnel", "down") as person:
        await person.does("ab", "ctrl+z")
        person.sees("« ab » n’est pas enregistré ; le champ est vide.", not_=("pas encore",))
        assert len(person.stored().answers) == 1, "only the field was taken back"
        await person.does("ctrl+z")
        person.sees("Annulé : note 2, ligne 1.1 Famille.")
        assert not person.stored().answers


@pytest.mark.parametrize(
    "way",
    [(".etapes.vous", *["down"] * 8), (".etapes.entretien", "down"), (".etapes.previsionnel",)],
)
async def test_a_letter_bears_its_mark_before_it_is_painted(person: Person, way: tuple[str, ...]) -> None:
    async with person.at(*way, delays=WITHOUT_REST) as person:
        field = person.pilot.app.focused
        assert isinstance(field, TextField | GrowingText)
        # no message is handled and no frame painted meanwhile
        field.replace("8", 0, 0) if isinstance(field, TextField) else field.insert("L")
        assert "pas encore enregistré" in str(person.pilot.app.screen.query_one(HeadLine).content)


async def test_what_is_refused_holds_the_page_once_and_is_left_knowingly(person: Person) -> None:
    said = "« douze » n’est pas enregistré (Heures par an)."
    async with person.at(".etapes.previsionnel", "douze", "f4") as person:
        person.sees("Un nombre d’heures s’écrit", said, "Recommencez pour partir quand même.")
        assert person.page == "ForecastScreen"
        await person.does("f4")
        assert person.page == "ResultsScreen"
        person.sees(said)
