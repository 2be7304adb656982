"""`completion`: the script by which a shell completes commands, options and file names with Tab."""

from __future__ import annotations

import sys
from typing import Final

import click

from ctg_tui import PROGRAM
from ctg_tui.cli.french import command
from ctg_tui.cli.options import COMPLETE_VARIABLE

_NAME: Final = "ctg-tui"
_SHELLS: Final = ("bash", "zsh", "fish", "powershell")
_LAUNCHERS: Final = {
    "bash": 'ctg-tui() {{ {} "$@"; }}\n',
    "powershell": "function ctg-tui {{ {} @args }}\n",
}
"""What gives the program its short name where it is started by `py -m`."""


@command(
    "completion",
    short_help="Écrit le script qui complète les commandes avec Tab.",
    help="Écrit le script qui complète les commandes, les options et les noms de fichiers avec la touche "
    "Tab. À mettre une fois :\n\n"
    '\b\nbash        dans ~/.bashrc : eval "$('
    f'{PROGRAM} completion bash)"\n'
    'zsh         dans ~/.zshrc : eval "$(ctg-tui completion zsh)"\n'
    "fish        ctg-tui completion fish > ~/.config/fish/completions/ctg-tui.fish\n"
    f"powershell  dans $PROFILE : {PROGRAM} completion powershell | Out-String | iex",
)
@click.argument("shell", metavar="|".join(_SHELLS), type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    sys.stdout.write(script(shell))


def script(shell: str, program: str = PROGRAM) -> str:
    """Return click's script for `shell`. Where `program` is started by `py -m`, it also defines `ctg-tui`."""
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    if completer is None:
        raise ValueError(f"click completes nothing for {shell}")
    made = completer(click.get_current_context().find_root().command, {}, _NAME, COMPLETE_VARIABLE)
    text = completer.source_template % made.source_vars()
    return (
        text
        if program == _NAME
        else _LAUNCHERS.get(shell, "").format(program) + text.replace(" $1)", f" {program})")
    )


COMMANDS = (completion,)
