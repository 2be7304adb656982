"""The root command `ctg-tui`, its options, and the commands under it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import chain

import click

from ctg_tui import PROGRAM, __version__
from ctg_tui.cli.options import Group, command, database, database_option, option, usage_refusal
from ctg_tui.cli.terminal import open_program
from ctg_tui.domain.errors import EXIT_INTERRUPTED


@click.group(
    cls=Group,
    invoke_without_command=True,
    subcommand_metavar="[COMMANDE…]",
    help="Auto-évaluation des chargé·es de coopération CTG. Sans commande, ouvre l’interface.",
    epilog="Tout reste sur cet ordinateur : rien n’est envoyé, sauf les fichiers que vous envoyez.",
)
@database_option
@option("--version", "version", is_flag=True, help="Affiche la version.")
@click.pass_context
def root(context: click.Context, version: bool) -> int:
    if version:
        sys.stdout.write(f"ctg-tui {__version__}\n")
        context.exit()
    return 0 if context.invoked_subcommand else open_program(database())


@command(
    "texte",
    help="Tout le travail par questions et réponses (lecteur d’écran, terminal sans dessin).",
)
@database_option
def talk() -> int:
    from ctg_tui.text_mode.home import run as open_dialogue

    return open_dialogue(database())


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code. Raises Refusal; unexpected errors pass through."""
    gather()
    try:
        code = root.main(list(arguments), prog_name=PROGRAM, standalone_mode=False)
    except click.Abort:  # click raises it for Ctrl+C
        return EXIT_INTERRUPTED
    except click.UsageError as error:
        raise usage_refusal(error) from error
    return code if isinstance(code, int) else 0


def gather() -> None:
    """Add every command to the root, in the order of the help page."""
    from ctg_tui.cli import backups, form, received, results, sending, spreadsheet

    rooms = (results, form, received, spreadsheet, sending, backups)
    for member in chain.from_iterable(room.COMMANDS for room in rooms):
        root.add_command(member)
    root.add_command(talk)
