"""The checks of the database and its backups, and the repairs that lose nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from ctg_tui.domain.backups import Backup, BackupProblem, Content
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.domain.text import clean
from ctg_tui.services import maintenance
from ctg_tui.services.checks import CheckResult, State
from ctg_tui.storage import health
from ctg_tui.storage.file_names import backup_files
from ctg_tui.storage.refusals import command, shown
from ctg_tui.storage.schema import SCHEMA_VERSION
from ctg_tui.storage.schema_check import Shape
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import count, day_and_time


def database_checks(database: Path, clock: Callable[[], datetime], *, correct: bool) -> Iterator[CheckResult]:
    """Check the database itself. Raises Refusal."""
    title = "Évaluations"
    try:
        found = health.examine(database)
        if found.indexes_only:
            kept = health.rebuild_indexes(database, clock())
            yield CheckResult(
                "base-index",
                title,
                State.REPAIRED,
                "Le fichier était légèrement endommagé : il a été réparé, sans perte. "
                f"Le fichier d’avant est conservé dans « {shown(kept)} ».",
            )
            found = health.examine(database)
        if found.is_altered:
            if not correct:
                yield _altered(database, clock, found.shape)
                return
            renewed = maintenance.renew(database, clock)
            yield CheckResult(
                "base-alteree",
                title,
                State.ATTENTION if renewed.left_out else State.REPAIRED,
                f"Un autre programme avait changé le fichier ({_changes(renewed.shape)}). "
                + maintenance.renewed_words(renewed),
                _latest(database, clock) if renewed.left_out else "",
            )
            found = health.examine(database)
        if found.content is None:
            yield _damaged(database, clock, "Le fichier de vos évaluations est abîmé.")
            return
    except DatabaseRefusal as refusal:
        if refusal.code == "base-absente":
            yield CheckResult("base-absente", title, State.GOOD, refusal.message, refusal.advice)
        elif refusal.code in {"base-abimee", "base-disparue"}:
            yield _damaged(database, clock, refusal.message)
        else:
            raise
        return
    content = found.content
    changed = "" if content.changed_at is None else f", dernier changement le {_moment(content.changed_at)}"
    yield CheckResult(
        "base",
        title,
        State.GOOD,
        f"« {shown(database)} » est sain : {count(content.assessments, 'évaluation')}, "
        f"{count(content.answers, 'réponse')}, {count(content.comments, 'commentaire')}{changed}.",
    )
    for grid in found.altered_grids:
        yield CheckResult(
            "grille-alteree",
            "Grilles",
            State.ATTENTION,
            f"Un autre programme a modifié la grille « {grid} », gardée avec vos évaluations : vos réponses "
            "sont intactes, mais leurs chiffres ne peuvent plus être calculés.",
            "Installez de nouveau son fichier avec « ctg-tui grille installer FICHIER ».",
        )


def _altered(database: Path, clock: Callable[[], datetime], shape: Shape) -> CheckResult:
    advice = (
        f"Lancez « {command(database, 'docteur --corriger')} » : il met ce fichier de côté, et copie tout ce "
        "qui s’y lit dans un fichier neuf."
    )
    return CheckResult(
        "base-alteree",
        "Évaluations",
        State.PROBLEM,
        f"Un autre programme a changé le fichier ({_changes(shape)}) : ctg-tui n’y enregistre plus rien, car "
        "des réponses pourraient être effacées.",
        f"{advice} {_latest(database, clock)}".strip() if shape.has_lost else advice,
    )


def _latest(database: Path, clock: Callable[[], datetime]) -> str:
    """Return the sentence on the backup that may hold what the file has lost; empty without one."""
    latest = maintenance.latest_sound(database, clock)
    if latest is None or latest.content is None:
        return ""
    return f"S’il manque des réponses, {_restoring(database, latest, latest.content)}"


def _restoring(database: Path, backup: Backup, content: Content) -> str:
    number = backup_files(database).index(backup.path) + 1  # as `restaurer` lists them
    return (
        f"« {command(database, f'restaurer {number}')} » remet la sauvegarde du "
        f"{day_and_time(backup.made_at)}, qui contient {count(content.answers, 'réponse')}."
    )


def _changes(shape: Shape) -> str:
    """Format the changes as `déclencheur « x », table « y »`."""
    named = (
        ("déclencheur", shape.triggers),
        ("index", (*shape.refusing_indexes, *shape.lost_indexes)),
        ("table", shape.altered_tables),
        ("table disparue", shape.lost_tables),
    )
    parts = [f"{kind} « {clean(name)} »" for kind, names in named for name in names]
    if shape.declared != SCHEMA_VERSION:
        parts.append(f"version {shape.declared} au lieu de {SCHEMA_VERSION}")
    return ", ".join(parts) or "des lignes que ctg-tui n’écrit pas"


def _damaged(database: Path, clock: Callable[[], datetime], message: str) -> CheckResult:
    latest = maintenance.latest_sound(database, clock)
    if latest is None or latest.content is None:
        advice = "Il n’y a pas de sauvegarde saine. Gardez ce fichier et demandez de l’aide."
    else:
        restoring = _restoring(database, latest, latest.content)
        advice = f"{restoring} Le fichier abîmé sera mis de côté, jamais effacé."
    return CheckResult("base-abimee", "Évaluations", State.PROBLEM, message, advice)


def backup_checks(database: Path, clock: Callable[[], datetime]) -> Iterator[CheckResult]:
    """Make the backup of the day if it is missing, and check the others. Raises Refusal."""
    title = "Sauvegardes"
    try:
        made = maintenance.daily_backup(database, clock)
    except Refusal as refusal:
        made = None
        if refusal.code not in {
            "base-absente",
            "base-abimee",
            "base-disparue",
        }:  # reported by database_checks
            yield CheckResult(refusal.code, title, State.PROBLEM, refusal.message, refusal.advice)
    if made:
        yield CheckResult(
            "sauvegarde-faite", title, State.REPAIRED, "La sauvegarde du jour manquait : elle est faite."
        )
    listed = maintenance.list_backups(database)
    for problem, (code, one, several, advice) in _BACKUP_PROBLEMS.items():
        names = [f"« {shown(Path(backup.path.name))} »" for backup in listed if backup.problem is problem]
        if names:
            sentence = (
                f"{count(len(names), f'sauvegarde {one}', f'sauvegardes {several}')} : {', '.join(names)}."
            )
            yield CheckResult(code, title, State.ATTENTION, sentence, advice)
    sound = [backup for backup in listed if backup.is_sound]
    if sound:
        sentence = f"{count(len(sound), 'sauvegarde saine', 'sauvegardes saines')}, "
        yield CheckResult(
            "sauvegardes", title, State.GOOD, f"{sentence}la dernière du {day_and_time(sound[0].made_at)}."
        )
    elif listed:
        yield CheckResult("sauvegardes", title, State.ATTENTION, "Aucune sauvegarde saine pour l’instant.")
    else:
        yield CheckResult("sauvegardes", title, State.GOOD, "Aucune sauvegarde pour l’instant.")


_BACKUP_PROBLEMS: Final[Mapping[BackupProblem, tuple[str, str, str, str]]] = {
    BackupProblem.DAMAGED: (
        *("sauvegardes-abimees", "abîmée", "abîmées"),
        "Elles ne servent plus : vous pouvez les supprimer.",
    ),
    BackupProblem.NEWER: (
        *("sauvegardes-plus-recentes", "d’une version plus récente", "d’une version plus récente"),
        "Conservez-les. Installez la dernière version de ctg-tui pour les restaurer.",
    ),
    BackupProblem.BUSY: (
        *("sauvegardes-occupees", "qu’un autre programme utilise", "qu’un autre programme utilise"),
        "Conservez-les. Fermez cet autre programme, puis recommencez.",
    ),
    BackupProblem.UNREADABLE: (
        *("sauvegardes-illisibles", "qui n’a pas pu être lue", "qui n’ont pas pu être lues"),
        "Conservez-les : elles sont peut-être saines. Vérifiez vos droits sur ces fichiers.",
    ),
}
"""For backups that cannot be read: a code, the words for one and for several, advice."""


def _moment(at: datetime) -> str:
    return day_and_time(local_time(at))
