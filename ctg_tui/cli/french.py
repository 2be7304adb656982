"""click, in French: its help pages and its usage errors."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from click import exceptions

from ctg_tui import PROGRAM
from ctg_tui.domain.errors import typeset
from ctg_tui.wording.french import NBSP, listing

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

HELP_NAMES = ("-h", "--aide", "--help")
_WORDS = {"help", "short_help", "epilog"}


class Misuse(click.UsageError):
    """A usage error of ours, of the present command: its message is a French sentence already."""

    def __init__(self, message: str, context: click.Context | None = None) -> None:
        super().__init__(message, context or click.get_current_context(silent=True))


class _Text(click.types.StringParamType):
    """A text of the person's: UTF-8, whatever the locale by which Python has read the arguments."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return os.fsencode(value).decode()
        except UnicodeDecodeError:
            name = f"{_name(param, ctx)} : des" if param is not None else "Des"
            raise Misuse(
                f"{name} caractères n’ont pas pu être lus, car ils ne sont pas en UTF-8. Rien n’a été "
                "enregistré. Réglez votre terminal sur UTF-8, ou tapez ce texte sans accents.",
                ctx,
            ) from None


_TEXT = _Text()


class Option(click.Option):
    """An option whose help page shows nothing but our words."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings["help"] = typeset(settings.get("help") or "")
        super().__init__(*arguments, **settings)

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Return nothing: click's « [required] » is English; the help text itself says « obligatoire »."""
        return {}


class Command(click.Command):
    """A command with a French help page, whose arguments that are no paths are texts in UTF-8."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings |= {name: typeset(settings[name]) for name in _WORDS & settings.keys() if settings[name]}
        settings.setdefault("context_settings", {"help_option_names": list(HELP_NAMES)})
        super().__init__(*arguments, **settings)
        for param in self.params:
            if param.type is click.STRING:
                param.type = _TEXT

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:  # click forgets the context of some
            error.ctx = error.ctx or ctx
            raise
        ctx.allow_extra_args = allowed
        if rest and not allowed:
            verb = "est" if len(rest) == 1 else "sont"
            raise Misuse(f"{listing(f'« {one} »' for one in rest)} {verb} de trop.", ctx)
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"Usage{NBSP}: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with formatter.section(f"Options{NBSP}"):
            formatter.write_dl([record for param in options if (record := param.get_help_record(ctx))])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        arguments = [param for param in self.get_params(ctx) if isinstance(param, click.Argument)]
        if any(param.help for param in arguments):
            with formatter.section(f"Arguments{NBSP}"):
                formatter.write_dl([param.get_help_record(ctx) for param in arguments])


def option(*names: str, **settings: Any) -> Callable[[Decorated], Decorated]:
    """Return the decorator of an `Option`."""
    return click.option(*names, cls=Option, **settings)


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
        """Return the commands in the order of the code, which is that of the work."""
        rows = [(name, command.get_short_help_str(120)) for name, command in self.commands.items()]
        with formatter.section(f"Commandes{NBSP}"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def usage_sentences(error: click.UsageError) -> str:
    """Return the French sentences on a usage error: the mistake, and how to see the right form."""
    if isinstance(error, exceptions.NoArgsIsHelpError):
        return error.message
    path = error.ctx.command_path if error.ctx else PROGRAM
    return f"{typeset(_what(error))} Pour voir ce qui est possible{NBSP}: {path} --aide"


def _what(error: click.UsageError) -> str:
    if isinstance(error, Misuse):
        return error.message
    if isinstance(error, exceptions.NoSuchCommand):
        return f"La commande « {error.command_name} » n’existe pas.{_meant(error.possibilities)}"
    if isinstance(error, exceptions.NoSuchOption):
        return f"L’option « {error.option_name} » n’existe pas.{_meant(error.possibilities)}"
    if isinstance(error, exceptions.BadOptionUsage):
        return _bad_option(error)
    if isinstance(error, exceptions.MissingParameter) and error.param is not None:
        kind = "l’argument" if isinstance(error.param, click.Argument) else "l’option"
        return f"Il manque {kind} {_name(error.param, error.ctx)}."
    if isinstance(error, exceptions.BadParameter) and error.param is not None:
        return f"{_name(error.param, error.ctx)}{NBSP}: cette valeur ne convient pas."
    return "Commande incorrecte."


def _bad_option(error: exceptions.BadOptionUsage) -> str:
    params = error.ctx.command.params if error.ctx else []
    option = next((param for param in params if error.option_name in param.opts), None)
    if isinstance(option, click.Option) and option.is_flag:
        return f"L’option « {error.option_name} » ne prend pas de valeur."
    return f"L’option « {error.option_name} » attend une valeur."


def _name(param: click.Parameter, context: click.Context | None) -> str:
    if isinstance(param, click.Option):
        return " ou ".join(param.opts)
    return param.make_metavar(context).rstrip("…") if context else (param.name or "").upper()


def _meant(possibilities: Sequence[str] | None) -> str:
    if not possibilities:
        return ""
    quoted = " ou ".join(f"« {name} »" for name in possibilities)
    return f" Vouliez-vous dire {quoted} ?"
