"""The generated parts of the docs: `python -m tests.make_docs` writes them, a test compares them.

`docs/commandes.md` is generated whole, the table of `docs/architecture.md` in its place.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import click

from ctg_tui import PROGRAM, tui
from ctg_tui.cli.commands import gather, root
from ctg_tui.domain import errors
from ctg_tui.domain.errors import typeset
from ctg_tui.tui.commands import APP_COMMANDS, STEP_COMMANDS, Command
from ctg_tui.tui.page import Page
from tests import rooms

_Row = TypeVar("_Row", bound=tuple[str, ...])
ROOT: Final = Path(__file__).parents[1]
SHARED_BY: Final = 4
"""An option of that many commands, or a key of that many pages, stands in one table for all of them."""

EXIT_CODES: Final[Mapping[str, str]] = {
    "EXIT_REFUSED": "refusé ou échoué, avec une phrase qui dit pourquoi",
    "EXIT_USAGE": "commande incorrecte",
    "EXIT_INVALID_DOCUMENT": "document invalide (grille, fichier pour la Caf)",
    "EXIT_DATABASE": "fichier des évaluations inutilisable (absent, occupé, abîmé, protégé, trop récent), "
    "changement non enregistré, ou problème trouvé par `docteur`",
    "EXIT_INTERRUPTED": "interrompu (128 + n pour un autre signal)",
}
_MAP: Final = "<!-- The table of rooms and capabilities: python -m tests.make_docs -->"
_END: Final = "<!-- end of the table -->"
_ON_SEVERAL_PAGES: Final = (
    "Là où elles servent, ces touches ont le même effet. F1 montre toutes celles de la page ouverte."
)


def contents() -> dict[Path, str]:
    """Return each file that is generated, with the text it must hold."""
    gather()
    return {
        ROOT / "docs" / "commandes.md": _commands_page(),
        ROOT / "docs" / "architecture.md": _architecture(),
    }


def _leaves(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _usage(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=f"{PROGRAM} {name}", **command.context_settings) as context:
        arguments = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
        required = [
            f"{option.opts[0]} {option.make_metavar(context)}"
            for option in command.params
            if isinstance(option, click.Option) and option.required
        ]
        return " ".join((f"{PROGRAM} {name}", *arguments, *required))


def _description(text: str) -> str:
    """Return the first paragraph of the help of a command, with the lines that it announces by a colon."""
    first, *others = inspect.cleandoc(text).split("\n\n")
    words = " ".join(first.split())
    lines = [line for line in others[0].splitlines() if line != "\b"] if words.endswith(":") else []
    return "\n".join((words, "", "```", *lines, "```")) if lines else words


def _command_list() -> str:
    rows = [(_usage(name, command), command.get_short_help_str(200)) for name, command in _leaves(root)]
    width = max(len(usage) for usage, _ in rows)
    return "\n".join(("```", *(f"{usage:<{width}}   {words}" for usage, words in rows), "```"))


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _table(head: tuple[str, ...], rows: Collection[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table and a blank one; nothing without rows."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows), ""] if rows else []


def _commands_page() -> str:
    lines = ["# Commandes, touches et codes de sortie", ""]
    lines += ["Page générée par `python -m tests.make_docs` : ne pas la modifier.", "", "## Commandes", ""]
    lines += [_command_list(), ""]
    options = {_usage(name, command): (command, _options(command)) for name, command in _leaves(root)}
    common = _shared(rows for _, rows in options.values())
    lines += [typeset("Options de plusieurs commandes :"), "", *_table(("option", "effet"), common)]
    for usage, (command, own) in options.items():
        lines += [f"### `{usage}`", "", _description(command.help or "")]
        if also := [row[0] for row in own if row in common]:
            lines += [typeset(f"Aussi : {', '.join(also)}.")]
        lines += ["", *_table(("option", "effet"), [row for row in own if row not in common])]
    lines += ["## Codes de sortie", "", *_table(("code", "sens"), tuple(_exit_codes()))]
    lines += ["## Touches", ""]
    pages = {title: [_key(command) for command in commands] for title, commands in _pages()}
    keys = _shared(pages.values())
    head = ("touche", "commande", "effet")
    lines += ["### Partout", "", *_table(head, [_key(command) for command in APP_COMMANDS])]
    lines += ["### Dans une évaluation", "", *_table(head, [_key(command) for command in STEP_COMMANDS])]
    lines += ["### Sur plusieurs pages", "", typeset(_ON_SEVERAL_PAGES), "", *_table(head, keys)]
    for title, rows in pages.items():
        lines += [f"### {title}", "", *_table(head, [row for row in rows if row not in keys])]
    return "\n".join(lines).rstrip() + "\n"


def _shared(tables: Iterable[Collection[_Row]]) -> list[_Row]:
    """Return the rows that are in `SHARED_BY` tables, in the order in which they are first met."""
    counts = Counter(row for rows in tables for row in rows)
    return [row for row, count in counts.items() if count >= SHARED_BY]


def _options(command: click.Command) -> list[tuple[str, str]]:
    """Return each option with its words, but `--help`, which every command has."""
    rows = []
    with click.Context(command, info_name=PROGRAM, **command.context_settings) as context:
        for option in command.get_params(context):
            record = option.get_help_record(context)
            if record and isinstance(option, click.Option) and "--help" not in option.opts:
                rows.append((f"`{record[0]}`", record[1]))
    return rows


def _exit_codes() -> Iterator[tuple[str, str]]:
    yield "0", "fait"
    known = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    if known.keys() != EXIT_CODES.keys():
        raise ValueError(f"exit codes without words: {known.keys() ^ EXIT_CODES.keys()}")
    for name, code in sorted(known.items(), key=lambda item: item[1]):
        yield str(code), EXIT_CODES[name]


def _architecture() -> str:
    """Return the page on the rooms, with the table of what stands where."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(_MAP)
    return f"{before}{_MAP}\n\n{rooms.table()}\n\n{_END}{rest.partition(_END)[2]}"


def _pages() -> Iterator[tuple[str, tuple[Command, ...]]]:
    """Yield the title of each page with its own commands."""
    for module in sorted(
        pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."), key=lambda module: module.name
    ):
        loaded = importlib.import_module(module.name)
        for _, page in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(page, Page) and page.KEY_COMMANDS and page.__module__ == loaded.__name__:
                yield page.TITLE_IN_HELP, page.KEY_COMMANDS


def _key(command: Command) -> tuple[str, str, str]:
    return command.all_keys_text, command.word, command.sentence


if __name__ == "__main__":
    for path, text in contents().items():
        path.write_text(text, encoding="utf-8", newline="\n")
