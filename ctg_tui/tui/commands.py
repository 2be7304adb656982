"""Each command is defined once: its keys, its line in the foot, its palette entry, its line of help.

A page declares `KEY_COMMANDS`. From it come the bindings of keys and letters (`bindings`), the bar, the
palette and the help.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final, NamedTuple

from textual.binding import Binding, BindingType

from ctg_tui.domain.assessment import Place

KEY_NAMES: Final[Mapping[str, str]] = {
    "enter": "Entrée",
    "escape": "Échap",
    "delete": "Suppr",
    "space": "Espace",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}
_NAMED: Final = {name: key for key, name in KEY_NAMES.items()}


class Destination(Enum):
    """A page that a command can show: its module and its class; by default it needs an open assessment.

    The page of a step bears its name.
    """

    HOME = ("home", "HomeScreen", True)
    DETAILS = ("details", "FormScreen")
    GRID = ("grid", "GridScreen")
    PREPARATION = ("details", "PreparationScreen")
    FORECAST = ("details", "ForecastScreen")
    SENDING = ("sending", "SendingScreen")
    RESULTS = ("results", "ResultsScreen")
    ANSWERS = ("answers", "AnswersScreen")
    ANSWER = ("answers", "AnswerScreen")
    OPENING = ("opening", "OpeningScreen", True)
    RECEIVED = ("received", "ReceivedScreen", True)
    RESTORE = ("backups", "RestoreScreen", True)

    def __init__(self, module: str, page: str, is_of_files: bool = False) -> None:
        self.module: Final = f"ctg_tui.tui.{module}"
        self.page: Final = page
        self.is_of_files: Final = is_of_files
        """Whether it is about the person's files, not one assessment: the example has no such page."""

    @property
    def is_over(self) -> bool:
        """Whether Échap leads from it to the page below; from the others it leads to Accueil."""
        return self in {Destination.RESULTS, Destination.ANSWERS, Destination.ANSWER, Destination.OPENING}


class Command(NamedTuple):
    """A command that a person can give: its action, its keys and its French words.

    `action` is the name of an `action_…` method of the page: `visit('GRID')` shows another page. `keys` act
    everywhere on the page, also while a text is typed: only keys that type nothing (F-keys, ctrl, Échap).
    `letters` are text in a field. `label` is the word of the foot, `help` the sentence of the help and the
    palette; both are French. `bar` is the rank in the foot, which has 9 keys at most, 6 in a narrow window:
    the highest ranks go first, 0 always stays, None leaves the command to F2; see `widgets.frame` for the
    order. F2 parts those of another `group` by a blank row.
    """

    id: str
    action: str
    label: str
    help: str
    keys: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    bar: int | None = None
    group: str = ""
    palette: bool = True
    shown_keys: str = ""
    priority: bool = False
    when: str = ""
    """The attribute of the page that says whether the command is available; empty: always."""

    @property
    def key_text(self) -> str:
        """The first key, as engraved, for the foot."""
        return self.shown_keys or next((key_name(key) for key in (*self.keys, *self.letters)), "")

    @property
    def pressed(self) -> str:
        """The key that a click on the command presses, by Textual's name."""
        return next(iter((*self.keys, *self.letters)), "") or _NAMED.get(self.shown_keys.split(" ")[0], "")

    @property
    def all_keys_text(self) -> str:
        """All keys, as engraved, for the help; the command without a key says that it is in the palette."""
        return self.shown_keys or " ou ".join(map(key_name, (*self.keys, *self.letters))) or "F2"


def key_name(key: str) -> str:
    """Return a key as it is engraved on a French keyboard: `Échap`, `F3`, `Ctrl+S`, `↵`."""
    if key in KEY_NAMES:
        return KEY_NAMES[key]
    modifier, _, last = key.rpartition("+")
    return f"{modifier.capitalize()}+{last.upper()}" if modifier else last.upper()


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """Bind the keys of commands. A letter acts as a capital too."""
    bound: list[BindingType] = []
    for command in commands:
        capitals = (letter.upper() for letter in command.letters if len(letter) == 1)
        if keys := ",".join((*command.keys, *command.letters, *capitals)):
            label, priority = command.label, command.priority
            bound.append(Binding(keys, command.action, label, show=False, id=command.id, priority=priority))
    return bound


def cmd(
    name: str, keys: str, action: str, label: str, bar: int | None, sentence: str, **more: Any
) -> Command:
    """Return a command in one line, `name` being its id and `sentence` its help.

    Of `keys`, letters and those of lists act in lists only, the others everywhere on the page.
    """
    letters = tuple(one for one in keys.split() if len(one) == 1 or one in _OF_LISTS)
    everywhere = tuple(one for one in keys.split() if one not in letters)
    return Command(name, action, label, sentence, everywhere, letters, bar, **more)


_OF_LISTS: Final = {"enter", "space", "delete"}


def undo_and_redo(page: str, bar: int | None) -> tuple[Command, Command]:
    """Return the two commands of `page` (first part of their ids); undo stands in the foot."""
    undo, redo = "Annuler la dernière modification", "Refaire ce qui vient d’être annulé"
    return (
        cmd(f"{page}.annuler", "ctrl+z", "undo", "annuler", bar, undo),
        cmd(f"{page}.refaire", "ctrl+y", "redo", "refaire", None, redo),
    )


def leave(page: str, sentence: str = "Revenir à la page précédente") -> Command:
    """Return the command that leaves `page`."""
    return Command(f"{page}.retour", "leave", "retour", sentence, ("escape",), bar=0)


def field_steps(page: str) -> tuple[Command, Command]:
    """Return the commands that go from field to field of `page`."""
    down = cmd(f"{page}.suivant", "down", "step_field(1)", "champ", 8, "Champ suivant", shown_keys="↑ ↓")
    up = cmd(f"{page}.precedent", "up", "step_field(-1)", "précédent", None, "Champ précédent")
    return down._replace(palette=False), up._replace(palette=False)


def adapted(
    commands: Iterable[Command], words: Mapping[str, Mapping[str, Any]], without: Collection[str] = ()
) -> tuple[Command, ...]:
    """Return `commands` with other `words`, by their actions, and without those of the actions `without`."""
    return tuple(one._replace(**words.get(one.action, {})) for one in commands if one.action not in without)


APP_COMMANDS: Final = tuple(
    one._replace(group="Partout")
    for one in (
        cmd("app.aide", "f1", "help", "Aide", 0, "Les touches et les commandes de cette page"),
        cmd("app.commandes", "f2", "palette", "autres", 0, "Toutes les commandes", palette=False),
        cmd(
            *("app.cadre", "", "framework", "le cadre", None),
            "Le cadre : ce que la Caf demande et finance",
            shown_keys="F1 puis C",
        ),
        cmd("app.enregistre", "ctrl+s", "reassure", "enregistré ?", None, "Rien à faire", palette=False),
        cmd("app.reglages", "", "settings", "réglages", None, "Réglages : thème clair, sombre ou contrasté"),
        cmd("app.quitter", "ctrl+q", "quit", "quitter", None, "Quitter", priority=True),
    )
)

STEP_COMMANDS: Final = tuple(
    one._replace(group="Les étapes")
    for one in (
        cmd("etapes.suite", "f5", "next_step", "suite", 0, "Continuer, à la page suivante de l’année"),
        cmd(
            *("etapes.vous", "", "visit('DETAILS')", "Vous", None),
            "Vous : personnes, contact Caf, changer de grille",
        ),
        cmd("etapes.grille", "ctrl+g", "visit('GRID')", "Grille", None, "Remplir la grille"),
        cmd(
            *("etapes.entretien", "", "visit('PREPARATION')", "Entretien", None),
            "Préparer l’entretien avec la Caf",
        ),
        cmd(
            *("etapes.previsionnel", "", "visit('FORECAST')", "Prévisionnel", None),
            "Remplir le tableau prévisionnel : heures, salaires",
        ),
        cmd(
            *("etapes.envoi", "f9", "visit('SENDING')", "Envoi", 14),
            "Préparer l’envoi à la Caf (rien n’est envoyé)",
        ),
        cmd(
            *("etapes.resultats", "f4", "visit('RESULTS')", "Résultats", 3),
            "Résultats : chiffres, radar, ce qui manque",
        ),
    )
)
"""The commands of every page of an assessment: the way on, the steps, results, sending."""


Landing = Place | str | Path
"""What a page opens at: a line of the grid, a field of the form, a point of the Caf, a file to open."""
