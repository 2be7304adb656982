"""click, in French; the options that several commands share, the database and assessment that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import click
from click import exceptions

from ctg_tui import PROGRAM
from ctg_tui.cli.terminal import Result, print_result
from ctg_tui.domain.errors import EXIT_USAGE, DatabaseRefusal, Refusal, typeset
from ctg_tui.grids.catalogue import Catalogue, KeptGrids
from ctg_tui.services.workspace import Workspace, open_workspace
from ctg_tui.storage.connection import PATIENCE_SECONDS, chosen_database
from ctg_tui.wording.french import NBSP, listing

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

HELP_NAMES = ("-h", "--aide", "--help")
_WORDS = {"help", "short_help", "epilog"}


class Misuse(Refusal):
    """A wrong usage: the mistake, and how to see the right form of the present command."""

    exit_code = EXIT_USAGE

    def __init__(self, message: str, context: click.Context | None = None) -> None:
        context = context or click.get_current_context(silent=True)
        path = context.command_path if context else PROGRAM
        super().__init__("usage", message, f"Pour voir ce qui est possible : {path} --aide")


class Command(click.Command):
    """A command with a French help page."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings |= {name: typeset(settings[name]) for name in _WORDS & settings.keys() if settings[name]}
        settings.setdefault("context_settings", {"help_option_names": list(HELP_NAMES)})
        super().__init__(*arguments, **settings)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, print what it gives, and return its exit code."""
        result = super().invoke(ctx)
        return print_result(result, as_json=as_json()) if isinstance(result, Result) else result

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=typeset("Usage : "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [(record, one.help) for one in options if (record := one.get_help_record(ctx))]
        with formatter.section(f"Options{NBSP}"):  # without what click adds in English
            formatter.write_dl([(names, words or "") for (names, _), words in records])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


def option(*names: str, **settings: Any) -> Callable[[Decorated], Decorated]:
    """Return the decorator of an option whose help is set as French is."""
    return click.option(*names, **settings | {"help": typeset(settings["help"])})


def command(name: str, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Return the decorator of a `Command`."""
    return click.command(name, cls=Command, **settings)


class Group(Command, click.Group):
    """A group of commands with a French help page."""

    command_class = Command

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings.setdefault("subcommand_metavar", "COMMANDE…")
        super().__init__(*arguments, **settings)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in the order of the code, which is that of the work."""
        rows = [(name, command.get_short_help_str(120)) for name, command in self.commands.items()]
        with formatter.section(f"Commandes{NBSP}"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def usage_refusal(error: click.UsageError) -> Refusal:
    """Return the refusal of what click does not understand; of a group without a command its help page."""
    if isinstance(error, exceptions.NoArgsIsHelpError):
        return Misuse(error.message, error.ctx)
    what = "Il y a un mot de trop dans cette commande, ou il en manque un."
    param = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or getattr(error, "command_name", None)
    if isinstance(param, click.Parameter) and error.ctx is not None:
        name = " ou ".join(param.opts) if isinstance(param, click.Option) else param.make_metavar(error.ctx)
    if name:
        what = f"« {str(name).rstrip('…')} » manque, n’existe pas, ou a une valeur qui ne convient pas."
    return Misuse(what, error.ctx)


NO_ASSESSMENT = "Il n’y a encore aucune évaluation."
NOT_A_NUMBER = "« {} » n’est pas un numéro d’évaluation."
CREATE_ONE = f"Lancez « {PROGRAM} » pour en créer une."


def database_path() -> Path:
    """Return the path of the database of this run."""
    return chosen_database(database())


@contextmanager
def workspace(*, write: bool = False) -> Iterator[Workspace]:
    """Open the workspace of this run, and close it afterwards. Raises Refusal.

    A command waits for another that writes, for a moment.
    """
    opened = open_workspace(database(), write=write, patience=PATIENCE_SECONDS)
    try:
        yield opened
    finally:
        opened.close()


def known_catalogue() -> Catalogue:
    """Return the grids known to this run; the database is read only for any other. Raises InvalidDocument."""

    @cache
    def kept() -> KeptGrids:
        from ctg_tui.storage.documents import kept_grids

        try:
            with workspace() as opened:
                return kept_grids(opened.store)
        except DatabaseRefusal as refusal:
            if refusal.code != "base-absente":
                raise
            return ()

    return Catalogue(kept)


def chosen_id(opened: Workspace, which: str | None) -> int:
    """Return the id `which`; without it the only assessment's.

    Raises Misuse when that names none or several, Refusal when the database is empty.
    """
    if which is not None:
        if not is_number(which):
            raise Misuse(NOT_A_NUMBER.format(which))
        return int(which)
    numbers = [entry.id for entry in opened.store.entries()]
    if not numbers:
        raise Refusal("base-vide", NO_ASSESSMENT, CREATE_ONE)
    if len(numbers) > 1:
        raise Misuse(f"Il y a plusieurs évaluations : indiquez laquelle ({listing(map(str, numbers))}).")
    return numbers[0]


def is_number(text: str) -> bool:
    """Return True if `text` is the number of an assessment rather than the name of a file."""
    return text.isascii() and text.isdigit() and len(text) < 10


class _APath(click.Path):
    """A path as it is given: an empty one, as of a variable that is not set, would be the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(value, param, ctx) if str(value) else self.fail("empty", param, ctx)


A_PATH = _APath(readable=False, path_type=Path)

replace_option = option("--remplacer", "replace", is_flag=True, help="Remplace le fichier s’il existe déjà.")

final_option = option(
    *("--definitif", "final"),
    is_flag=True,
    help="Un envoi définitif : plus aucune case vide, et les personnes nommées. Il ne bloque rien.",
)


_WRITTEN = (".html", ".json", ".xlsx", ".toml")


def output_option(what: str, *suffixes: str) -> Callable[[Decorated], Decorated]:
    """Return the decorator of `--sortie`: the path of `what` is written, a file of a format, or a folder."""
    ends = " ou ".join(suffixes)

    def checked(_: click.Context, __: click.Parameter, path: Path) -> Path:
        suffix = path.suffix.casefold()
        if suffixes and suffix not in suffixes:
            raise Misuse(f"« --sortie » est ici le nom d’un fichier, qui doit finir par {ends}.")
        if not suffixes and suffix in _WRITTEN:
            raise Misuse("« --sortie » est ici un dossier : ce qui y est écrit porte son propre nom.")
        return path

    return option(
        *("--sortie", "path"),
        type=A_PATH,
        required=True,
        metavar="FICHIER" if suffixes else "DOSSIER",
        callback=checked,
        help=f"{what}{f', en {ends}' if suffixes else ''} (obligatoire).",
    )


def database() -> Path | None:
    """Return the database given by `--base`, before or after the name of the command; None for one's own."""
    path: Path | None = click.get_current_context().meta.get("database")
    return path


def as_json() -> bool:
    """Return whether this run answers in JSON."""
    return bool(click.get_current_context().meta.get("as_json"))


def _store(context: click.Context, parameter: click.Parameter, value: Path | bool | None) -> None:
    if value:
        context.meta[str(parameter.name)] = value


database_option = option(
    *("--base", "database"),
    type=A_PATH,
    metavar="FICHIER",
    expose_value=False,
    callback=_store,
    help="Un autre fichier d’évaluations que le vôtre (aussi : la variable CTG_TUI_BASE).",
)
json_option = option(
    *("--json", "as_json"),
    is_flag=True,
    expose_value=False,
    callback=_store,
    help="Écrit le résultat en JSON.",
)


def run_options(function: Decorated) -> Decorated:
    """Add the options of every command that reads evaluations or files: `--base`, `--json`."""
    return database_option(json_option(function))
