"""The generated parts of the docs: `python -m tests.make_docs` writes them, a test compares them.

`docs/commandes.md` and `docs/base.md` are generated whole.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from ctg_tui import PROGRAM
from ctg_tui.cli.commands import gather, root
from ctg_tui.domain import errors
from ctg_tui.tui import screens
from ctg_tui.tui.commands import APP_COMMANDS, ROAD_COMMANDS, Command
from ctg_tui.tui.screens.page import Page
from tests import database_page

ROOT: Final = Path(__file__).parents[1]

EXIT_CODES: Final[Mapping[str, str]] = {
    "EXIT_REFUSED": "refusé ou échoué, avec une phrase qui dit pourquoi",
    "EXIT_USAGE": "commande incorrecte",
    "EXIT_INVALID_DOCUMENT": "document invalide (grille, fichier pour la Caf)",
    "EXIT_DATABASE": "fichier des évaluations inutilisable (absent, occupé, abîmé, protégé, trop récent), "
    "changement non enregistré, ou problème trouvé par `docteur`",
    "EXIT_INTERRUPTED": "interrompu (128 + n pour un autre signal)",
}


def contents() -> dict[Path, str]:
    """Return each file that is generated, with the text it must hold."""
    gather()
    return {
        ROOT / "docs" / "commandes.md": _commands_page(),
        ROOT / "docs" / "base.md": database_page.page(),
    }


def _leaves(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _usage(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=f"{PROGRAM} {name}") as context:
        arguments = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
        required = [
            f"{option.opts[0]} {option.make_metavar(context)}"
            for option in command.params
            if isinstance(option, click.Option) and option.required
        ]
        return " ".join((f"{PROGRAM} {name}", *arguments, *required))


def _first_sentence(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split())


def _command_list() -> str:
    rows = [(_usage(name, command), command.get_short_help_str(200)) for name, command in _leaves(root)]
    width = max(len(usage) for usage, _ in rows)
    return "\n".join(("```", *(f"{usage:<{width}}   {words}" for usage, words in rows), "```"))


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows), ""]


def _commands_page() -> str:
    lines = ["# Commandes, touches et codes de sortie", ""]
    lines += ["Page générée par `make docs` : ne pas la modifier.", "", "## Commandes", ""]
    lines += [_command_list(), ""]
    for name, command in _leaves(root):
        lines += [f"### `{_usage(name, command)}`", "", _first_sentence(command.help or ""), ""]
        lines += _table(("option", "effet"), _options(command))
    lines += ["## Codes de sortie", "", *_table(("code", "sens"), _exit_codes())]
    lines += ["## Touches", ""]
    for title, commands in _pages():
        lines += [f"### {title}", "", *_table(("touche", "commande", "effet"), _keys(commands))]
    return "\n".join(lines).rstrip() + "\n"


def _options(command: click.Command) -> Iterator[tuple[str, str]]:
    with click.Context(command, info_name=PROGRAM) as context:
        for option in command.get_params(context):
            record = option.get_help_record(context)
            if record and isinstance(option, click.Option) and "--help" not in option.opts:
                yield f"`{record[0]}`", record[1]


def _exit_codes() -> Iterator[tuple[str, str]]:
    yield "0", "fait"
    known = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    if known.keys() != EXIT_CODES.keys():
        raise ValueError(f"exit codes without words: {known.keys() ^ EXIT_CODES.keys()}")
    for name, code in sorted(known.items(), key=lambda item: item[1]):
        yield str(code), EXIT_CODES[name]


def _pages() -> Iterator[tuple[str, tuple[Command, ...]]]:
    """Yield the title of each page with its own commands, then the commands of every page."""
    titles: dict[str, tuple[Command, ...]] = {}
    for module in sorted(pkgutil.iter_modules(screens.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{screens.__name__}.{module.name}")
        for _, page in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(page, Page) and page.KEY_COMMANDS and page.__module__ == loaded.__name__:
                titles[page.TITLE_IN_HELP] = page.KEY_COMMANDS
    yield "Partout", APP_COMMANDS
    yield "Dans une évaluation", ROAD_COMMANDS
    yield from titles.items()


def _keys(commands: tuple[Command, ...]) -> Iterator[tuple[str, str, str]]:
    for command in commands:
        yield command.all_keys_text, command.word, command.sentence


if __name__ == "__main__":
    for path, text in contents().items():
        path.write_text(text, encoding="utf-8", newline="\n")
