"""`sauvegarder`, `restaurer`, `effacer` and `docteur`: the upkeep of the database."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from ctg_tui import PROGRAM
from ctg_tui.chart.levels import detect_level
from ctg_tui.cli.options import (
    NOT_A_NUMBER,
    Misuse,
    command,
    database_option,
    database_path,
    is_number,
    json_option,
    option,
)
from ctg_tui.cli.terminal import print_json, print_line, print_message
from ctg_tui.domain.errors import EXIT_DATABASE, Refusal, typeset
from ctg_tui.storage.rows import moment_text
from ctg_tui.system.computer import typed_line, utc_now
from ctg_tui.wording import backups
from ctg_tui.wording.french import MOMENTS, NBSP, count, day_and_time, territory_name

if TYPE_CHECKING:
    from ctg_tui.domain.backups import Backup, Content
    from ctg_tui.services.backups import CheckResult


_ERASING: Final = (
    "L’effacer pour toujours ? Les sauvegardes d’avant et les fichiers mis de côté sont supprimés, une "
    "nouvelle sauvegarde les remplace."
)

yes_option = option(*("--oui", "agreed"), is_flag=True, help="Ne demande pas de confirmation.")


@command("sauvegarder", help="Fait une copie vérifiée de vos évaluations.")
@database_option
@json_option
def back_up(as_json: bool) -> None:
    from ctg_tui.services import backups as upkeep

    backup = upkeep.back_up(database_path(), utc_now)
    if as_json:
        print_json(_backup_facts(backup))
        return
    print_line(f"Sauvegardé et vérifié{NBSP}: {backup.path}")
    print_line(f"{backups.contents(backup.content)}.")


@command(
    "restaurer",
    short_help="Liste les sauvegardes, ou en restaure une.",
    help="Sans rien d’autre, liste les sauvegardes. Avec le numéro de l’une d’elles, la restaure ; l’état "
    "actuel est d’abord sauvegardé et, s’il n’est pas abîmé, peut être restauré de la même façon.",
)
@click.argument("which", metavar="[NUMÉRO|NOM]", required=False)
@yes_option
@database_option
@json_option
def restore(which: str | None, agreed: bool, as_json: bool) -> int:
    from ctg_tui.services import backups as upkeep

    if which is None:
        _list_backups(upkeep.list_backups(database_path()), as_json)
        return 0
    backup = upkeep.chosen_backup(database_path(), which)
    print_message(backups.restoring(backup, upkeep.present_content(database_path())))
    if not agreed:
        _ask("Restaurer cette sauvegarde ?")
    done = upkeep.restore(database_path(), backup.path, utc_now)
    saved = [*([done.undo.path] if done.undo else []), *done.put_aside]
    if as_json:
        facts = {"restauree": str(backup.path), "contenu": _content_facts(done.content)}
        print_json(facts | {"gardes": [str(path) for path in saved]})
        return 0
    print_line(f"Restauré{NBSP}: {backups.contents(done.content)}.")
    for path in saved:
        print_line(f"L’état d’avant est conservé dans{NBSP}: {path}")
    if not done.put_aside:
        print_message(backups.restored(done.undo, done.put_aside))
    return 0


@command(
    "effacer",
    short_help="Efface une évaluation pour toujours.",
    help="Efface pour toujours une évaluation : de vos évaluations et du journal ; une nouvelle sauvegarde "
    "remplace toutes celles d’avant. Pour la retirer seulement de la liste, supprimez-la dans l’interface : "
    "la sauvegarde faite avant est gardée 30 jours. Une évaluation déjà supprimée s’efface par le "
    "numéro qu’elle avait.",
)
@click.argument("which", metavar="ID")
@yes_option
@database_option
@json_option
def erase(which: str, agreed: bool, as_json: bool) -> None:
    from ctg_tui.services import backups as upkeep

    if not is_number(which):
        raise Misuse(NOT_A_NUMBER.format(which))
    print_message(_erasable(int(which)))
    if not agreed:
        _ask(_ERASING)
    done = upkeep.erase(database_path(), int(which), utc_now)
    if as_json:
        print_json({"sauvegarde": str(done.backup.path), "supprimes": list(map(str, done.removed))})
        return
    print_line("L’évaluation est effacée.")
    former = count(len(done.removed), "fichier d’avant supprimé", "fichiers d’avant supprimés")
    print_line(f"Nouvelle sauvegarde{NBSP}: {done.backup.path} ({former}).")
    print_message("Les fichiers que vous avez enregistrés ailleurs restent où ils sont.")


def _erasable(assessment_id: int) -> str:
    """Return what erasing that number removes, in words. Raises Refusal if no assessment ever had it."""
    from ctg_tui.services import backups as upkeep

    identity = upkeep.erasable(database_path(), assessment_id)
    described = (
        "déjà supprimée ; seules des sauvegardes peuvent encore la contenir"
        if identity is None
        else f"{territory_name(identity)}, {identity.year}, {MOMENTS[identity.moment]}"
    )
    return typeset(f"Évaluation {assessment_id} : {described}.")


def _ask(question: str) -> None:
    """Go on if the person types « oui ». Raises Refusal for another answer, Misuse without a person."""
    nobody = Misuse("Confirmation impossible : ajoutez --oui.")
    if sys.stdin is None or not sys.stdin.isatty():
        raise nobody
    sys.stderr.write(typeset(f"{question} Tapez oui pour le faire : "))
    sys.stderr.flush()
    answer = typed_line()
    if not answer:  # Windows takes its null device for a terminal
        raise nobody
    if answer.strip().casefold() != "oui":
        raise Refusal("rien-change", "Rien n’a été changé.")


def _list_backups(backups: tuple[Backup, ...], as_json: bool) -> None:
    if as_json:
        print_json([_backup_facts(backup) for backup in backups])
        return
    if not backups:
        print_message(typeset("Il n’y a pas encore de sauvegarde : elle se fait chaque jour, à l’ouverture."))
    for number, backup in enumerate(backups, start=1):
        print_line(f"{number:>3}  {_described(backup)}")
    if backups:
        print_message(typeset(f"Pour en restaurer une : {PROGRAM} restaurer, suivi de son numéro."))


def _described(backup: Backup) -> str:
    """Format as `12 janvier 2027 à 14:02 (demandée) : 2 évaluations, 203 réponses, 12 commentaires`."""
    reason = backups.REASONS[backup.reason]
    return f"{day_and_time(backup.made_at)} ({reason}){NBSP}: {backups.held(backup)}"


def _backup_facts(backup: Backup) -> dict[str, Any]:
    return {
        "fichier": str(backup.path),
        "date": backup.made_at.isoformat(),
        "raison": backup.reason.value,
        "octets": backup.size,
        "contenu": _content_facts(backup.content),
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


# `docteur`: the state of the database and of the terminal.


@command(
    "docteur",
    short_help="Examine vos évaluations, les sauvegardes et le terminal.",
    help="Examine le fichier de vos évaluations, les sauvegardes, les droits, le disque et le terminal, sans "
    "rien changer, et indique ce qui reste à faire.",
)
@database_option
@json_option
def doctor(as_json: bool) -> int:
    from ctg_tui.services.backups import examine, is_well

    results = examine(database_path(), _terminal())
    if as_json:
        print_json([_facts(result) for result in results])
    else:
        for result in results:
            print_line(f"{_MARKS[result.state.value]:>9}  {result.title}{NBSP}: {result.found}")
            if result.advice:
                print_line(f"{'':>9}  → {result.advice}")
        print_message("Tout va bien." if is_well(results) else "Une action est nécessaire (voir ci-dessus).")
    return 0 if is_well(results) else EXIT_DATABASE


_MARKS: Final = {"bon": "bon", "attention": "attention", "probleme": "problème"}


def _terminal() -> str:
    """Return the size, encoding and drawing level of the terminal of this process."""
    encoding = sys.stdout.encoding or ""
    drawn = f"{encoding}, dessin « {detect_level(encoding, os.environ).value} »"
    if not sys.stdout.isatty():
        return f"Pas de terminal ici ({drawn})."
    size = shutil.get_terminal_size()
    return f"{size.columns} colonnes, {size.lines} lignes, {drawn}."


def _facts(result: CheckResult) -> dict[str, str]:
    return {
        "code": result.code,
        "sujet": result.title,
        "etat": result.state.value,
        "constat": result.found,
        "conseil": result.advice,
    }


COMMANDS = (back_up, restore, erase, doctor)
