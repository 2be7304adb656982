"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from ctg_tui.cli.french import Misuse, Option

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class _PathType(click.Path):
    """A path that names something: pathlib reads an empty text as the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not str(value).strip():
            name = param.opts[0] if isinstance(param, click.Option) else "FICHIER"
            raise Misuse(f"{name} attend un nom de fichier ou de dossier, pas un texte vide.", ctx)
        return super().convert(value, param, ctx)


A_PATH = _PathType(path_type=Path, readable=False)
"""Nothing is asked of a path here: what cannot be read is told with its code, beside the others."""

replace_option = click.option(
    *("--remplacer", "replace"),
    cls=Option,
    is_flag=True,
    help="Remplace le fichier s’il existe déjà.",
)


@dataclass
class Where:
    """The base and the grid file of this run; None where the usual ones are meant."""

    database: Path | None = None
    grid_file: Path | None = None


def where() -> Where:
    """What `--base` and `--grille` said, before or after the name of the command."""
    found: Where = click.get_current_context().find_root().ensure_object(Where)
    return found


def _keep(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        setattr(context.find_root().ensure_object(Where), str(parameter.name), value)


def database_option(function: Decorated) -> Decorated:
    """`--base FICHIER`."""
    return click.option(
        *("--base", "database"),
        cls=Option,
        type=A_PATH,
        metavar="FICHIER",
        expose_value=False,
        callback=_keep,
        help="Une autre base que la vôtre (aussi : la variable CTG_TUI_BASE).",
    )(function)


def grid_option(function: Decorated) -> Decorated:
    """`--grille FICHIER`."""
    return click.option(
        *("--grille", "grid_file"),
        cls=Option,
        type=A_PATH,
        metavar="FICHIER",
        expose_value=False,
        callback=_keep,
        help="Une autre grille que celle qui est livrée.",
    )(function)


def json_option(function: Decorated) -> Decorated:
    """`--json`."""
    return click.option(*("--json", "as_json"), cls=Option, is_flag=True, help="Écrit le résultat en JSON.")(
        function
    )
