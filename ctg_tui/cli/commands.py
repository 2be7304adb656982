"""The root command `ctg-tui`, its options, and the commands under it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from ctg_tui import PROGRAM, __version__
from ctg_tui.cli.french import Group, command, option, usage_sentences
from ctg_tui.cli.options import COMPLETE_VARIABLE, base_option, database_option, grid_option, where
from ctg_tui.cli.plain_start import Opening, has_terminal, open_program
from ctg_tui.cli.streams import print_json_error, print_message
from ctg_tui.domain.errors import EXIT_INTERRUPTED, EXIT_REFUSED, EXIT_USAGE, typeset


@click.group(
    cls=Group,
    invoke_without_command=True,
    subcommand_metavar="[COMMANDE…]",
    help="Auto-évaluation des chargé·es de coopération CTG. Sans commande, ouvre l’interface.",
    epilog="Tout reste sur cet ordinateur : rien n’est envoyé, sauf les fichiers que vous envoyez.",
)
@base_option
@grid_option
@option("--version", "version", is_flag=True, help="Affiche la version.")
@click.pass_context
def root(context: click.Context, version: bool) -> int:
    if version:
        sys.stdout.write(f"ctg-tui {__version__}\n")
        context.exit()
    return 0 if context.invoked_subcommand else _open_interface()


def _open_interface() -> int:
    if not has_terminal():
        *names, last = (f"« {PROGRAM} {name} »" for name in _leaves(root))
        print_message(
            typeset(
                "La grille s’ouvre dans un terminal, et il n’y en a pas ici. "
                f"Ces commandes n’en ont pas besoin : {', '.join(names)} et {last}."
            )
        )
        return EXIT_REFUSED
    files = where()
    return open_program(Opening(files.database, files.grid_file))


@command(
    "texte",
    short_help="Tout le travail par questions et réponses (lecteur d’écran).",
    help="Tout le travail par questions et réponses, pour un lecteur d’écran ou un terminal sans dessin. "
    "La variable CTG_TUI_TEXTE=1 en fait la façon d’ouvrir ctg-tui.",
)
@database_option
@grid_option
def talk() -> int:
    from ctg_tui.text_mode.start import run as open_dialogue

    files = where()
    return open_dialogue(files.database, files.grid_file)


def _leaves(group: click.Group, prefix: str = "") -> list[str]:
    names = []
    for name, leaf in group.commands.items():
        names += _leaves(leaf, f"{name} ") if isinstance(leaf, click.Group) else [f"{prefix}{name}"]
    return names


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Raises Refusal; unexpected errors pass through."""
    gather()
    try:
        code = root.main(
            list(arguments), prog_name=PROGRAM, complete_var=COMPLETE_VARIABLE, standalone_mode=False
        )
    except click.Abort:  # click raises it for Ctrl+C
        return EXIT_INTERRUPTED
    except click.UsageError as error:
        message = usage_sentences(error)
        if "--json" in arguments:
            print_json_error("usage", message)
        print_message(message)
        return EXIT_USAGE
    return code if isinstance(code, int) else 0


def gather() -> None:
    """Add every command to the root, in the order of the help page."""
    from ctg_tui.cli import (
        assessments,
        comparing,
        completion,
        consolidating,
        doctor,
        documents,
        grids,
        importing,
        merging,
        noting,
        reports,
        reviewing,
        upkeep,
    )

    families = (
        *(assessments, comparing, merging, consolidating, documents, grids, importing, reviewing),
        *(noting, reports, upkeep, doctor),
        completion,
    )
    for family in families:
        for member in family.COMMANDS:
            root.add_command(member)
    root.add_command(talk)
