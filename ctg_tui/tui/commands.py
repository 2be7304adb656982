"""Each command is defined once: its keys, its line in the key bar, its palette entry, its line of help.

A page declares `KEY_COMMANDS`. From it come the bindings (`bindings`), the bar, the palette and the help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from textual.binding import Binding, BindingType

from ctg_tui.domain.errors import typeset

KEY_NAMES: Final[Mapping[str, str]] = {
    "enter": "Entrée",
    "escape": "Échap",
    "delete": "Suppr",
    "backspace": "Retour arrière",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "Page préc.",
    "pagedown": "Page suiv.",
    "home": "Début",
    "end": "Fin",
    "tab": "Tab",
    "shift+tab": "Maj+Tab",
    "space": "Espace",
    "ampersand": "&",
    "quotation_mark": '"',
}


class Command(NamedTuple):
    """One thing a person can ask for. `action` is the name of an `action_…` method of its page.

    `keys` act everywhere on the page, also while a text is typed: only keys that type nothing (F-keys, ctrl,
    Échap). `letters` act only while no text field has the focus. `label` is the word of the key bar, `help`
    the sentence of the help and the palette; both are French. `bar` is the rank in the key bar: the highest
    give way first when there is no room, None leaves it out. `group` is the heading in the help.
    """

    id: str
    action: str
    label: str
    help: str
    keys: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    bar: int | None = None
    group: str = "Cette page"
    palette: bool = True
    shown_keys: str = ""
    priority: bool = False

    @property
    def word(self) -> str:
        """The label as it is shown."""
        return typeset(self.label)

    @property
    def sentence(self) -> str:
        """The help as it is shown."""
        return typeset(self.help)

    @property
    def key_text(self) -> str:
        """The keys as a person reads them: the first one in the bar, all of them in the help."""
        return self.shown_keys or next((key_name(key) for key in (*self.keys, *self.letters)), "")

    @property
    def all_keys_text(self) -> str:
        """All the keys; a command without any is found in the palette."""
        return self.shown_keys or " ou ".join(map(key_name, (*self.keys, *self.letters))) or "F2"


def key_name(key: str) -> str:
    """A key as it is engraved on a French keyboard: `Échap`, `F3`, `Ctrl+S`, `↵`."""
    if key in KEY_NAMES:
        return KEY_NAMES[key]
    *modifiers, last = key.split("+")
    name = KEY_NAMES.get(last, last.upper() if len(last) == 1 or last[:1] == "f" else last)
    return "+".join([*("Ctrl" if one == "ctrl" else "Maj" for one in modifiers), name])


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The bindings of a page: the keys that act everywhere on it."""
    return [
        Binding(",".join(one.keys), one.action, one.label, show=False, id=one.id, priority=one.priority)
        for one in commands
        if one.keys
    ]


def letters(commands: Iterable[Command]) -> Mapping[str, Command]:
    """The command of each letter, for the one widget of a page that takes letters; capitals too when free."""
    own = {key: one for one in commands for key in one.letters}
    capitals = {key.upper(): one for key, one in own.items() if len(key) == 1}
    return {**capitals, **own}


def letter_bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The same, for a widget that leaves its keys to bindings."""
    return [
        Binding(key, f"screen.{one.action}", one.label, show=False) for key, one in letters(commands).items()
    ]


def in_bar(commands: Iterable[Command]) -> Sequence[Command]:
    """The commands of the key bar, in the order they are declared."""
    return [one for one in commands if one.bar is not None]


APP_COMMANDS: Final = (
    Command(
        "app.aide",
        "help",
        "aide",
        "Les touches et les commandes de cette page",
        ("f1",),
        bar=0,
        group="Partout",
    ),
    Command(
        "app.commandes",
        "palette",
        "commandes",
        "Chercher une commande par son nom",
        ("f2",),
        bar=60,
        group="Partout",
        palette=False,
    ),
    Command(
        "app.enregistre",
        "reassure",
        "enregistré ?",
        "Rien à faire : tout est enregistré à mesure",
        ("ctrl+s",),
        group="Partout",
        palette=False,
    ),
    Command(
        "app.theme",
        "theme",
        "thème",
        "Changer de thème : clair, sombre, contraste élevé, deux tons",
        group="Partout",
    ),
    Command(
        "app.clavier",
        "keyboard",
        "clavier",
        "Choisir la disposition du clavier : AZERTY, AZERTY AFNOR, BÉPO, QWERTY",
        group="Partout",
    ),
    Command(
        "app.quitter",
        "quit",
        "quitter",
        "Quitter (tout est déjà enregistré)",
        ("ctrl+q",),
        bar=99,
        group="Partout",
        priority=True,
    ),
)
