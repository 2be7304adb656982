"""`sauvegarder`, `restaurer` and `effacer`: looking after the base."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from ctg_tui import PROGRAM
from ctg_tui.cli.databases import NOT_A_NUMBER, database_path, is_number, moment_text
from ctg_tui.cli.french import Command, Misuse, Option
from ctg_tui.cli.options import database_option, json_option
from ctg_tui.cli.streams import say, tell, tell_error, tell_json
from ctg_tui.domain.errors import EXIT_REFUSED, typeset
from ctg_tui.services.workspace import utc_now
from ctg_tui.wording import backups
from ctg_tui.wording.french import MOMENTS, NBSP, count, day_and_time, territory_name

if TYPE_CHECKING:
    from ctg_tui.domain.backups import Backup, Content


_NOTHING_DONE: Final = "Rien n’a été changé."

yes_option = click.option(
    *("--oui", "agreed"), cls=Option, is_flag=True, help="Ne demande pas de confirmation."
)


@click.command("sauvegarder", cls=Command, help="Fait une copie vérifiée de la base.")
@database_option
@json_option
def back_up(as_json: bool) -> None:
    from ctg_tui.services import maintenance

    made = maintenance.back_up(database_path(), utc_now)
    if as_json:
        tell_json(_backup_facts(made))
        return
    tell(f"Sauvegardé et vérifié{NBSP}: {made.path}")
    tell(f"{backups.contents(made.content)}.")


@click.command(
    "restaurer",
    cls=Command,
    short_help="Liste les sauvegardes, ou en met une à la place de la base.",
    help="Sans rien d’autre, liste les sauvegardes. Avec le numéro de l’une d’elles, la met à la place de la "
    "base ; ce qui y était est gardé et, s’il n’est pas abîmé, peut revenir de la même façon.",
)
@click.argument("which", metavar="[NUMÉRO|NOM]", required=False)
@yes_option
@database_option
@json_option
def restore(which: str | None, agreed: bool, as_json: bool) -> int:
    from ctg_tui.services import maintenance

    if which is None:
        _list_backups(maintenance.list_backups(database_path()), as_json)
        return 0
    backup = maintenance.chosen_backup(database_path(), which)
    say(_told(backup))
    if not (agreed or _agrees("Mettre cette sauvegarde à la place de la base ?")):
        return _nothing_done(as_json)
    done = maintenance.restore(database_path(), backup.path, utc_now)
    kept = [*([done.undo.path] if done.undo else []), *done.put_aside]
    if as_json:
        facts = {"restauree": str(backup.path), "contenu": _content_facts(done.content)}
        tell_json(facts | {"gardes": [str(path) for path in kept]})
        return 0
    tell(f"Restauré{NBSP}: {backups.contents(done.content)}.")
    for path in kept:
        tell(f"Ce qui y était est gardé{NBSP}: {path}")
    return 0


@click.command(
    "effacer",
    cls=Command,
    short_help="Efface une évaluation pour toujours.",
    help="Efface pour toujours une évaluation : de la base, de ses sauvegardes et de son journal. Pour la "
    "retirer seulement de la liste, supprimez-la dans l’interface : la sauvegarde faite avant est gardée "
    "30 jours au moins. Une évaluation déjà supprimée s’efface par le numéro qu’elle avait.",
)
@click.argument("which", metavar="ID")
@click.option(
    *("--illisibles-aussi", "unreadable_too"),
    cls=Option,
    is_flag=True,
    help="Supprime aussi les fichiers que plus rien ne peut lire : ils ne peuvent pas être réécrits.",
)
@yes_option
@database_option
@json_option
def erase(which: str, unreadable_too: bool, agreed: bool, as_json: bool) -> int:
    from ctg_tui.services import maintenance

    if not is_number(which):
        raise Misuse(NOT_A_NUMBER.format(which), click.get_current_context())
    say(_what_goes(int(which)))
    if not (agreed or _agrees("L’effacer pour toujours, aussi des sauvegardes ?")):
        return _nothing_done(as_json)
    done = maintenance.erase(database_path(), int(which), utc_now, unreadable_too=unreadable_too)
    if as_json:
        rewritten = [str(path) for path in done.rewritten]
        tell_json({"reecrits": rewritten, "illisibles": [str(path) for path in done.left]})
        return 0
    tell(f"Effacé{NBSP}: {count(len(done.rewritten), 'fichier réécrit', 'fichiers réécrits')} sans elle.")
    say("Les fichiers que vous avez exportés restent où ils sont.")
    for path in done.left:
        say(typeset(f"Illisible, peut encore la contenir : {path}"))
    if done.left:
        say("Supprimez ces fichiers vous-même si vous n’en avez plus besoin.")
    return 0


def _what_goes(assessment_id: int) -> str:
    """One line for each assessment that had this number: a restoration can give it again."""
    from ctg_tui.services import maintenance

    found = maintenance.erasable(database_path(), assessment_id)
    where = "" if found.in_database else " Elle n’est plus que dans des sauvegardes."
    return "\n".join(
        f"Évaluation {assessment_id}{NBSP}: {territory_name(one)}, {one.year}, {MOMENTS[one.moment]}.{where}"
        for one in found.identities.values()
    )


def _agrees(question: str) -> bool:
    """Whether the person types « oui ». Raises Misuse where nobody can."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise Misuse("Il n’y a personne à qui demander ici : ajoutez --oui.", click.get_current_context())
    sys.stderr.write(typeset(f"{question} Tapez oui pour le faire : "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() == "oui"


def _nothing_done(as_json: bool) -> int:
    if as_json:
        tell_error("rien-change", _NOTHING_DONE)
    say(_NOTHING_DONE)
    return EXIT_REFUSED


def _list_backups(backups: tuple[Backup, ...], as_json: bool) -> None:
    if as_json:
        tell_json([_backup_facts(backup) for backup in backups])
        return
    if not backups:
        say(typeset("Il n’y a pas encore de sauvegarde : la première se fait le premier jour d’usage."))
    for number, backup in enumerate(backups, start=1):
        tell(f"{number:>3}  {_told(backup)}")
    if backups:
        say(typeset(f"Pour en remettre une en place : {PROGRAM} restaurer, suivi de son numéro."))


def _told(backup: Backup) -> str:
    """`12 janvier 2027 à 14:02 (demandée) : 2 évaluations, 203 réponses, 12 commentaires`."""
    reason = backups.REASONS[backup.reason]
    return f"{day_and_time(backup.made_at)} ({reason}){NBSP}: {backups.held(backup)}"


def _backup_facts(backup: Backup) -> dict[str, Any]:
    return {
        "fichier": str(backup.path),
        "date": backup.made_at.isoformat(),
        "raison": backup.reason.value,
        "octets": backup.size,
        "contenu": _content_facts(backup.content),
        "probleme": backup.problem,
    }


def _content_facts(content: Content | None) -> dict[str, Any] | None:
    if content is None:
        return None
    return {
        "evaluations": content.assessments,
        "reponses": content.answers,
        "commentaires": content.comments,
        "modifie_le": None if content.changed_at is None else moment_text(content.changed_at),
    }


COMMANDS = (back_up, restore, erase)
