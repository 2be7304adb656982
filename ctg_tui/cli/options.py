"""The options that several commands share, and the database and assessment that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, cast

import click

from ctg_tui import PROGRAM
from ctg_tui.cli.french import Decorated, Misuse, option
from ctg_tui.domain.errors import Refusal
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.outputs import protected_files
from ctg_tui.services.workspace import StoredShelf, Workspace, open_workspace, opened_for_a_moment
from ctg_tui.storage.opening import chosen_database
from ctg_tui.storage.store import Store
from ctg_tui.system.computer import utc_now
from ctg_tui.wording.french import listing

NO_ASSESSMENT = "Il n’y a encore aucune évaluation."
NOT_A_NUMBER = "« {} » n’est pas un numéro d’évaluation."
CREATE_ONE = f"Lancez « {PROGRAM} » pour en créer une."


def database_path() -> Path:
    """Return the path of the database of this run."""
    return chosen_database(where().database)


@contextmanager
def workspace(*, write: bool = False) -> Iterator[Workspace]:
    """Open the workspace of this run, and close it afterwards. Raises Refusal."""
    files = where()
    opened = open_workspace(files.database, files.grid_file, write=write)
    try:
        yield opened
    finally:
        opened.close()


def known_catalogue() -> Catalogue:
    """Return the grids known to this run; the database is read only for any other. Raises InvalidDocument."""

    def open_store() -> Store:
        return Store(database_path(), utc_now, write=False)

    return Catalogue(where().grid_file, StoredShelf(lambda: opened_for_a_moment(open_store)))


@contextmanager
def opened_for(names: Iterable[Path]) -> Iterator[tuple[Workspace | None, Catalogue]]:
    """Open the workspace if one of `names` is an assessment's number; give the known grids in any case."""
    if any(is_number(str(name)) for name in names):
        with workspace() as opened:
            yield opened, opened.catalogue
    else:
        yield None, known_catalogue()


def never_replaced(*read: Path | None) -> tuple[Path, ...]:
    """Return the files that no output of this run replaces, those that are `read` among them."""
    return protected_files(database_path(), *filter(None, (*read, where().grid_file)))


def chosen_id(opened: Workspace, which: str | None, *, latest: bool) -> int:
    """Return the id `which`; without it the only assessment's or, with `latest`, the last changed one's.

    Raises Misuse when that names none or several, Refusal when the database is empty.
    """
    if which is not None:
        if not is_number(which):
            raise Misuse(NOT_A_NUMBER.format(which))
        return int(which)
    entries = [summary.entry for summary in opened.summaries()]
    if not entries:
        raise Refusal("base-vide", NO_ASSESSMENT, CREATE_ONE)
    if len(entries) > 1 and not latest:
        numbers = listing(str(entry.id) for entry in entries)
        raise Misuse(f"Il y a plusieurs évaluations : indiquez laquelle ({numbers}).")
    return entries[0].id


def is_number(text: str) -> bool:
    """Return True if `text` is the number of an assessment rather than the name of a file."""
    return text.isascii() and text.isdigit() and len(text) < 10


def moment_text(at: datetime) -> str:
    """Format a moment for JSON: UTC, to the second, `2027-01-20T14:02:11Z`."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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
        from ctg_tui.storage.opening import chosen_database, refuse_trial

        refuse_trial(chosen_database(where().database))
        return function(*arguments, **options)

    return cast("Decorated", base_option(checked))


json_option = option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")


def run_options(function: Decorated) -> Decorated:
    """Add the options of every command that reads evaluations or files: `--base`, `--grille`, `--json`."""
    return database_option(grid_option(json_option(function)))
