"""`sauvegarder`, `restaurer`, `effacer` and `docteur`: the upkeep of the database."""

from __future__ import annotations

import sys
from typing import Any, Final

import click

from ctg_tui import PROGRAM
from ctg_tui.cli import options
from ctg_tui.cli.terminal import Result, print_message
from ctg_tui.domain.errors import EXIT_DATABASE, Refusal, typeset
from ctg_tui.domain.text import fold, row_of
from ctg_tui.services import backups
from ctg_tui.services.backups import REASONS, Backup, contents, examine
from ctg_tui.system.computer import typed_line, utc_now
from ctg_tui.wording.french import MOMENTS, count, day_and_time, territory_name

yes_option = options.option(*("--oui", "agreed"), is_flag=True, help="Ne demande pas de confirmation.")


@options.command("sauvegarder", help="Fait une copie vérifiée de vos évaluations.")
@options.run_options
def back_up() -> Result:
    with options.workspace() as opened:
        backup = opened.back_up()
    lines = (f"Sauvegardé et vérifié : {backup.path}", f"{contents(backup.content)}.")
    return Result(_backup_facts(backup), lines)


@options.command(
    "restaurer",
    short_help="Liste les sauvegardes, ou en restaure une.",
    help="Sans rien d’autre, liste les sauvegardes. Avec le numéro de l’une d’elles, ou le chemin d’un "
    "fichier de sauvegarde, la restaure ; l’état actuel est d’abord sauvegardé et, s’il n’est pas abîmé, "
    "peut être restauré de la même façon.",
)
@click.argument("which", metavar="[NUMÉRO|FICHIER]", required=False)
@yes_option
@options.run_options
def restore(which: str | None, agreed: bool) -> Result:
    if which is None:
        return _listed(backups.list_backups(options.database_path()))
    backup = backups.chosen_backup(options.database_path(), which)
    if not agreed:
        _ask(backups.restore_question(backup, backups.sound_content(options.database_path())))
    done = backups.restore(options.database_path(), backup.path, utc_now)
    saved = [*([done.undo.path] if done.undo else []), *done.put_aside]
    return Result(
        {
            "restauree": str(backup.path),
            "contenu": row_of(done.content, _CONTENT, short=False),
            "gardes": [str(path) for path in saved],
        },
        (f"Restauré : {contents(done.content)}.",),
        (backups.restored(done.undo, done.put_aside),),
    )


def _listed(found: tuple[Backup, ...]) -> Result:
    """Return each backup, as `12 janvier 2027 à 14:02 (demandée) : 2 évaluations, 203 cases remplies`."""
    lines = (
        f"{number:>3}  {day_and_time(one.made_at)} ({REASONS[one.reason]}) : {contents(one.content)}"
        for number, one in enumerate(found, start=1)
    )
    advice = (
        f"Pour en restaurer une : {PROGRAM} restaurer, suivi de son numéro."
        if found
        else "Il n’y a pas encore de sauvegarde : elle se fait chaque jour, à l’ouverture."
    )
    return Result([_backup_facts(backup) for backup in found], lines, (advice,))


@options.command(
    "effacer",
    short_help="Efface une évaluation pour toujours.",
    help="Efface pour toujours une évaluation : de vos évaluations et du journal ; une nouvelle sauvegarde "
    "remplace toutes celles d’avant. Pour la retirer seulement de la liste, supprimez-la dans l’interface : "
    "la sauvegarde faite avant est gardée 30 jours. Une évaluation déjà supprimée s’efface par le "
    "numéro qu’elle avait.",
)
@click.argument("which", metavar="ID")
@yes_option
@options.run_options
def erase(which: str, agreed: bool) -> Result:
    if not options.is_number(which):
        raise options.Misuse(options.NOT_A_NUMBER.format(which))
    with options.workspace() as opened:
        identity = opened.erasable(int(which))
    described = (
        "déjà supprimée ; seules des sauvegardes peuvent encore la contenir"
        if identity is None
        else f"{territory_name(identity)}, {identity.year}, {MOMENTS[identity.moment]}"
    )
    print_message(f"Évaluation {which} : {described}.")
    if not agreed:
        _ask(
            "L’effacer pour toujours ? Les sauvegardes d’avant et les fichiers mis de côté sont supprimés, "
            "une nouvelle sauvegarde les remplace."
        )
    with options.workspace(write=True) as opened:
        done = opened.erase(int(which))
    former = count(len(done.removed), "fichier d’avant supprimé", "fichiers d’avant supprimés")
    return Result(
        {"sauvegarde": str(done.backup.path), "supprimes": list(map(str, done.removed))},
        ("L’évaluation est effacée.", f"Nouvelle sauvegarde : {done.backup.path} ({former})."),
        ("Les fichiers que vous avez enregistrés ailleurs restent où ils sont.",),
    )


def _ask(question: str) -> None:
    """Go on if the person types « oui ». Raises Refusal for another answer, Misuse without a person."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise options.Misuse("Confirmation impossible : ajoutez --oui.")
    sys.stderr.write(typeset(f"{question} Tapez oui pour le faire : "))
    sys.stderr.flush()
    if typed_line().strip().casefold() != "oui":
        raise Refusal("rien-change", "Rien n’a été changé.")


_CONTENT: Final = {"assessments": "evaluations", "answers": "reponses", "comments": "commentaires"}


def _backup_facts(backup: Backup) -> dict[str, Any]:
    return {
        "fichier": str(backup.path),
        "date": backup.made_at.isoformat(),
        "raison": backup.reason.value,
        "octets": backup.path.stat().st_size,
        "contenu": None if backup.content is None else row_of(backup.content, _CONTENT, short=False),
    }


# `docteur`: the state of the database.


@options.command(
    "docteur",
    short_help="Examine vos évaluations et les sauvegardes.",
    help="Examine le fichier de vos évaluations, ses droits, son emplacement et les sauvegardes, sans rien "
    "changer, et indique ce qui reste à faire.",
)
@options.run_options
def doctor() -> Result:
    facts, lines = [], []
    for title, (code, found, advice) in examine(options.database_path()).items():
        state = "problème" if advice else "bon"
        facts.append({"code": code, "sujet": title, "etat": fold(state), "constat": found, "conseil": advice})
        lines += [f"{state:>9}  {title} : {found}", *([f"{'':>9}  → {advice}"] if advice else ())]
    if not any(fact["conseil"] for fact in facts):
        return Result(facts, lines, ("Tout va bien.",))
    return Result(facts, lines, ("Une action est nécessaire (voir ci-dessus).",), EXIT_DATABASE)


COMMANDS = (back_up, restore, erase, doctor)
