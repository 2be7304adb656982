"""`remplir`: fill a form from the command line, field by field, as the interface does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import click

from ctg_tui.cli.options import Misuse, chosen_id, command, option, run_options, workspace
from ctg_tui.cli.terminal import Result
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import fold
from ctg_tui.services.editing import AsksFirst
from ctg_tui.services.forms import ADD, NEW, REMOVE, Fact, Field, Form, Kind, Row, Value

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_TO_AGREE: Final = typeset("Pour répondre oui : « --oui ».")
_REMOVAL: Final = re.compile(r"\w+\.\d+")
FORMS: Final = ("vous", "entretien", "previsionnel", "reponse", "envoi")


def form_of(name: str, opened: Workspace, session: Session) -> Form:
    """Return one of `FORMS` of an open assessment."""
    from ctg_tui.services.answers import AnswerForm
    from ctg_tui.services.details import DetailsForm
    from ctg_tui.services.forecast import ForecastForm
    from ctg_tui.services.meeting import MeetingForm
    from ctg_tui.services.sending_form import SendingForm

    match name:
        case "vous":
            return DetailsForm(opened, session)
        case "entretien":
            return MeetingForm(opened, session)
        case "previsionnel":
            return ForecastForm(session)
        case "reponse":
            return AnswerForm(session)
    return SendingForm(opened, session)


@command(
    "remplir",
    short_help="Remplit un formulaire, champ par champ.",
    help="Remplit un formulaire d’une évaluation : vous, entretien, previsionnel, reponse, envoi. Chaque "
    "valeur s’écrit CHAMP=VALEUR ; sans valeur, les champs sont listés. « personnes.2.nom=… » est la "
    "deuxième personne, « personnes.+.nom=… » une personne de plus, « personnes.2= » la retire, et de même "
    "« actions.+.ligne=1.3 actions.+.quoi=… ». Plusieurs choix se séparent par des virgules. Une réponse à "
    "la Caf se nomme par la « cle » de ce qui est dit : « CLE.choix=garder CLE.texte=… ». « creer=oui », à "
    "la fin de l’envoi, crée les fichiers. « remplir nouvelle vous territoire=… annee=2027 » commence une "
    "évaluation, puis remplit « vous » ; ce mot peut manquer.",
)
@click.argument("which", metavar="ID|nouvelle")
@click.argument("name", metavar="[FORMULAIRE]", required=False)
@click.argument("given", metavar="[CHAMP=VALEUR…]", nargs=-1)
@option("--oui", "agrees", is_flag=True, help="Répond oui à ce qui serait demandé.")
@run_options
def fill(which: str, name: str | None, given: tuple[str, ...], agrees: bool) -> Result:
    if which == "nouvelle":
        return _begin(_parsed(given if name in {None, "vous"} else (name, *given)), agrees=agrees)
    if name is None or name not in FORMS:
        raise Misuse(f"Le formulaire est à nommer : {', '.join(FORMS)}.")
    values = _parsed(given)
    if "creer" in [*values][:-1]:
        raise Misuse("« creer=oui » vient en dernier : la suite ne serait pas dans les fichiers.")
    with workspace(write=bool(values)) as opened:
        assessment_id = chosen_id(opened, which)
        form = form_of(name, opened, opened.open(assessment_id, asks=not agrees))
        said = _fill(form, values)
        return _shown(form, assessment_id, f"Évaluation n° {assessment_id}, {form.title}.", said)


def _parsed(given: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in given:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise Misuse(f"« {pair} » : écrivez CHAMP=VALEUR.")
        if key.strip() in values:
            raise Misuse(f"« {key.strip()} » est donné deux fois. Écrivez une commande par valeur.")
        values[key.strip()] = value
    return values


def _begin(values: Mapping[str, str], *, agrees: bool) -> Result:
    """Create an assessment, one like another only when it `agrees`; then fill what « Vous » has beyond."""
    from ctg_tui.services.details import ADVISER_NAME, EMAIL, SIREN, NewForm
    from ctg_tui.services.workspace import double_of

    with workspace(write=True) as opened:
        new = NewForm(opened)
        after = {SIREN, ADVISER_NAME, EMAIL}
        first = {key: value for key, value in values.items() if "." not in key and key not in after}
        _fill(new, first)
        try:
            identity = new.identity
        except ValueError as error:
            nameless = f"{error} Rien n’a été créé."
            raise Refusal("champ-refuse", nameless, "Ajoutez « territoire=… ».") from error
        double = double_of(opened, identity)
        if double is not None and not agrees:
            advice = "Pour en faire une deuxième : ajoutez « --oui »."
            raise Refusal("evaluation-en-double", f"{double.sentence} Rien n’a été créé.", advice)
        made = opened.create(identity, new.grid)
        form = form_of("vous", opened, opened.open(made))
        later = {key: value for key, value in values.items() if key not in first}
        said = _fill(form, later, first)
        return _shown(form, made, f"Évaluation n° {made} commencée.", said)


def _fill(form: Form, values: Mapping[str, str], kept_before: Iterable[str] = ()) -> list[str]:
    """Put each value in its field, in the order given; return what is to be said of them.

    The first value that is refused ends it: those before are kept, if the form is stored, and the sentence
    says so; with them those of another form. An item added to a list has to be stored in the end.
    """
    said: list[str] = []
    added: dict[str, str] = {}
    """The item that each list got for `+`, by its name."""
    places: dict[str, str] = {}
    """The key of the row of each value given, by the key as typed."""

    def waiting() -> dict[str, str]:
        """Return the part that would keep the item of each value not stored yet, by the key as typed."""
        parts = form.needed
        items = {typed: place.rpartition(".")[0] for typed, place in places.items()}
        return {typed: parts[item] for typed, item in items.items() if item in parts}

    def before() -> str:
        kept = [*kept_before, *(typed for typed in places if form.is_stored and typed not in waiting())]
        return f" Enregistré avant : {', '.join(kept)}." if kept else " Rien n’a été enregistré."

    for typed, value in values.items():
        try:
            place = _place_of(form, typed, added)
            said.append(_put(form, place, value))
        except ValueError as error:
            raise Refusal("champ-refuse", f"{typed} : {error}{before()}") from error
        except Refusal as refusal:
            refusal.message += typeset(before())
            refusal.advice = _TO_AGREE if isinstance(refusal, AsksFirst) else refusal.advice
            raise
        places[typed] = place
    form.end_typing()
    for first, part in waiting().items():
        item = first.rpartition(".")[0]
        given = ", ".join(typed for typed in waiting() if typed.startswith(f"{item}."))
        raise Refusal("champ-refuse", f"{given} : gardé seulement avec « {item}.{part}=… ».{before()}")
    return [sentence for sentence in said if sentence]


def _place_of(form: Form, typed: str, added: dict[str, str]) -> str:
    """Return the key of the row that a typed key names; a list gets its new item once."""
    name, _, part = typed.partition(f".{NEW}.")
    if not part or ADD not in form.doings:
        return typed
    if name not in added:
        added[name] = form.doings[ADD].run().rpartition(".")[0]
    return f"{added[name]}.{part}"


def _put(form: Form, key: str, value: str) -> str:
    is_removal = _REMOVAL.fullmatch(key) is not None and not value
    doing = form.doings.get(f"{key}.{REMOVE}" if is_removal else key)
    if doing is not None and doing.key != ADD:
        if not is_removal and fold(value) != "oui":
            raise ValueError("Écrivez « oui » pour le faire.")
        doing.run()
        return ""
    if is_removal:
        raise Refusal("champ-inconnu", f"« {key} » ne se retire pas, ou n’existe pas.")
    field = form.fields.get(key)
    wanted: Value = tuple(value.split(",")) if field is not None and field.kind is Kind.SEVERAL else value
    done = form.take(key, wanted)
    form.end_typing()
    return done


def _shown(form: Form, assessment_id: int, head: str, said: Iterable[str] = ()) -> Result:
    """Return the fields of a form with what they hold, below its `head`, then what is `said` of it.

    What is only read begins with « # ».
    """
    rows, values = list(form.rows()), _values(form)
    facts = {row.key: row.text for row in rows if isinstance(row, Fact) and row.label}
    return Result(
        {"id": assessment_id, "formulaire": form.name, "champs": values, "faits": facts},
        (head, *filter(None, map(_line, rows)), *said),
    )


def _values(form: Form) -> dict[str, str | list[str]]:
    return {
        key: one.value if isinstance(one.value, str) else [*one.value] for key, one in form.fields.items()
    }


def _line(row: Row) -> str:
    match row:
        case Field():
            return f"{row.key}={row.value if isinstance(row.value, str) else ','.join(row.value)}"
        case Fact():
            return f"# {' : '.join(filter(None, (row.label, row.text)))}"
    return ""


COMMANDS = (fill,)
