"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from ctg_tui.cli.french import Decorated, Misuse, option


class _PathType(click.Path):
    """A path that is not blank: pathlib reads an empty text as the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            name = param.opts[0] if isinstance(param, click.Option) else "FICHIER"
            raise Misuse(f"{name} attend un nom de fichier ou de dossier, pas un texte vide.", ctx)
        return super().convert(value, param, ctx)


COMPLETE_VARIABLE = "_CTG_TUI_COMPLETE"
"""The environment variable by which a shell asks for completions."""

A_PATH = _PathType(path_type=Path, readable=False)
"""Whether a path can be read is not checked here: the command reports it with its own code."""

A_NUMBER_OR_PATH = click.Path(readable=False)
"""The number of an assessment, or the path of a file: a text of any bytes, as a path is."""

replace_option = option("--remplacer", "replace", is_flag=True, help="Remplace le fichier s’il existe déjà.")

final_option = option(
    *("--definitif", "final"),
    is_flag=True,
    help="La version définitive : plus aucune case vide, et l’évaluation n’est plus modifiable.",
)


def output_option(
    what: str,
    named: str,
    *suffixes: str,
    names: tuple[str, str] = ("--sortie", "path"),
    required: bool = True,
) -> Callable[[Decorated], Decorated]:
    """Return the decorator of an option that names a file: `what` it is, the end of « Le nom … »."""
    ends = " ou ".join(", ".join(suffixes).rsplit(", ", 1))

    def checked(context: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
        if path is not None and path.suffix.casefold() not in suffixes:
            raise Misuse(f"Le nom {named} doit finir par {ends}.")
        return path

    return option(
        *names,
        type=A_PATH,
        required=required,
        metavar="FICHIER",
        callback=checked,
        help=f"{what}, en {ends}{' (obligatoire)' * required}.",
    )


def folder_option(what: str) -> Callable[[Decorated], Decorated]:
    """Return the decorator of `--sortie` where it names a folder."""
    return option(
        *("--sortie", "folder"), type=A_PATH, required=True, metavar="DOSSIER", help=f"{what} (obligatoire)."
    )


@dataclass
class Where:
    """The database and the grid file of this run; None for the default ones."""

    database: Path | None = None
    grid_file: Path | None = None


def where() -> Where:
    """Return the values of `--base` and `--grille`, given before or after the name of the command."""
    files: Where = click.get_current_context().find_root().ensure_object(Where)
    return files


def _store(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        setattr(context.find_root().ensure_object(Where), str(parameter.name), value)


def _file_option(name: str, field: str, help_text: str) -> Callable[[Decorated], Decorated]:
    """Return the decorator of an option whose value goes to `field` of `Where`."""
    return option(
        *(name, field),
        type=A_PATH,
        metavar="FICHIER",
        expose_value=False,
        callback=_store,
        help=help_text,
    )


base_option = _file_option(
    "--base", "database", "Un autre fichier d’évaluations que le vôtre (aussi : la variable CTG_TUI_BASE)."
)
grid_option = _file_option("--grille", "grid_file", "Une autre grille que celle qui est livrée.")


def database_option(function: Decorated) -> Decorated:
    """Add `--base` to a command that works on the database, which refuses that of a trial version first."""

    @wraps(function)
    def checked(*arguments: Any, **options: Any) -> Any:
        from ctg_tui.storage.opening import chosen_database, refuse_trial  # not for the help pages

        refuse_trial(chosen_database(where().database))
        return function(*arguments, **options)

    return cast("Decorated", base_option(checked))


json_option = option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")


def run_options(function: Decorated) -> Decorated:
    """Add the options of every command that reads evaluations or files: `--base`, `--grille`, `--json`."""
    return database_option(grid_option(json_option(function)))
