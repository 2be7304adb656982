"""Upkeep of the database: backups, restoration, erasing, and the checks and repairs of `docteur`."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM, __version__
from ctg_tui.domain.backups import Backup, BackupProblem, BackupReason, Content
from ctg_tui.domain.errors import DatabaseRefusal, Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.storage import backups, repair
from ctg_tui.storage.backups import Erased, Held, Restored
from ctg_tui.storage.opening import (
    OTHERS,
    WriterLock,
    aside_files,
    backup_files,
    backup_folder,
    folder_files,
    is_foreign,
    is_shared,
    leftovers,
    local,
    lock_file,
    read_name,
    require_own_file,
)
from ctg_tui.storage.refusals import command, shown
from ctg_tui.storage.repair import LeftOut, Renewed
from ctg_tui.storage.schema import SCHEMA_VERSION, Shape
from ctg_tui.storage.store import Store
from ctg_tui.system.computer import local_time
from ctg_tui.system.places import is_synchronised, network_share, own_folder
from ctg_tui.wording.french import NBSP, count, day_and_time, listing, thousands

__all__ = [
    "Backup",
    "BackupReason",
    "Content",
    "Erased",
    "Held",
    "Restored",
    "back_up",
    "chosen_backup",
    "daily_backup",
    "erasable",
    "erase",
    "latest_sound",
    "list_backups",
    "present_content",
    "renew",
    "renewed_words",
    "restore",
]

Clock = Callable[[], datetime]
_NAMED_ROWS: Final = 5


def back_up(database: Path, clock: Clock) -> Backup:
    """Make a backup that is never rotated, beside any window. Raises DatabaseRefusal, WriteRefusal."""
    with Store(database, clock, write=False) as store:
        return store.back_up(BackupReason.ASKED)


def daily_backup(database: Path, clock: Clock) -> Backup | None:
    """Make the backup of the day, then rotate; None if today has a sound one or the database is empty.

    To be called after the first frame, from any thread: it opens its own connection. Raises DatabaseRefusal,
    WriteRefusal.
    """
    today = local(clock()).date()
    for path in backup_files(database):
        named = read_name(path, database)
        if (
            named
            and named[0].date() == today
            and named[1] is BackupReason.DAILY
            and backups.sound_content(path)
        ):
            return None
    with Store(database, clock, write=False) as store:
        if not store.entries():
            return None
        backup = store.back_up(BackupReason.DAILY)
    backups.rotate(database, clock(), backup.path)
    return backup


def list_backups(database: Path) -> tuple[Backup, ...]:
    """List the backups of `database`, the latest first, with their contents. Raises DatabaseRefusal."""
    return backups.list_backups(database)


def present_content(database: Path) -> Content | None:
    """Return the contents of the database; None when it is damaged."""
    return backups.sound_content(database)


def latest_sound(database: Path, clock: Clock) -> Backup | None:
    """Return the latest backup that can be restored, to propose when the database is damaged or gone."""
    return backups.latest_sound(database, clock())


def chosen_backup(database: Path, which: str) -> Backup:
    """Return the backup that `which` names: its place in the list (1 is the latest) or its file name.

    Raises Refusal (`sauvegarde-absente`), DatabaseRefusal.
    """
    listed = list_backups(database)
    # `int` raises for a number of thousands of digits.
    is_number = which.isascii() and which.isdigit() and len(which) < 10
    if is_number and 0 < int(which) <= len(listed):
        return listed[int(which) - 1]
    for backup in listed:
        if which == backup.path.name:
            return backup
    raise Refusal(
        "sauvegarde-absente",
        f"Il n’y a pas de sauvegarde « {clean(which)} »." if which else "Aucune sauvegarde n’est nommée ici.",
        f"« {PROGRAM} restaurer » sans rien d’autre en donne la liste.",
    )


def restore(database: Path, backup: Path, clock: Clock, lock: WriterLock | None = None) -> Restored:
    """Put `backup` in the place of the database, which must be closed. See `storage.backups`."""
    return backups.restore(database, backup, clock(), lock)


def renew(database: Path, clock: Clock) -> Renewed:
    """Put a fresh file in the place of one that another program altered. See `storage.repair.renew`."""

    return repair.renew(database, clock())


def renewed_words(found: Renewed) -> str:
    """Say what was done with an altered file, and what could not be copied: table, how many rows, keys."""
    kept = listing(f"« {shown(path)} »" for path in found.put_aside)
    said = f"Tout ce qui s’y lit est copié dans un fichier neuf. Celui d’avant est mis de côté : {kept}."
    if not found.left_out:
        return said
    return f"{said} Seul ce fichier contient encore : {', '.join(map(_left_out, found.left_out))}."


def _left_out(one: LeftOut) -> str:
    if one.keys is None:
        return f"la table « {one.table} », qui n’est plus une table de ctg-tui"
    keys = [f"« {clean(key)} »" for key in one.keys[:_NAMED_ROWS]]
    more = ", …" if len(one.keys) > _NAMED_ROWS else ""
    return f"table « {one.table} », {count(len(one.keys), 'ligne')} ({', '.join(keys)}{more})"


def erasable(database: Path, assessment_id: int) -> Held:
    """Return the assessments that erasing this number would remove. See `storage.backups`."""
    return backups.held(database, assessment_id)


def erase(database: Path, assessment_id: int, clock: Clock, *, unreadable_too: bool = False) -> Erased:
    """Erase the bytes of an assessment from the database; one new backup replaces the former ones.

    Files that cannot be read are listed in `left`, or removed with `unreadable_too` when no version can read
    them. Raises DatabaseRefusal, Refusal (`evaluation-absente`), WriteRefusal.
    """
    lock = Store(database, clock).hand_over()  # checked, locked, and its rollback journal gone
    try:
        return backups.erase(database, assessment_id, clock(), unreadable_too=unreadable_too)
    finally:
        lock.release()


class State(StrEnum):
    """The outcome of a check. Only PROBLEM makes the command fail."""

    GOOD = "bon"
    REPAIRED = "repare"
    ATTENTION = "attention"
    PROBLEM = "probleme"


@dataclass(frozen=True)
class CheckResult:
    """The result of one check. `code` is stable; `found` and `advice` are French sentences."""

    code: str
    title: str
    state: State
    found: str
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", typeset(self.found))
        object.__setattr__(self, "advice", typeset(self.advice))


# The checks around the database: rights, leftovers, free space, and its disk.

ENOUGH_BYTES: Final = 50_000_000
"""Free space under which the person is warned: some hundred backups of a large database."""
AT_WORK_SECONDS: Final = 3600
"""The age under which a temporary file may still be in use: no write takes that long."""


NAMED_FILES: Final = 3
"""The shared files that are named; of the others only the number is given."""


def right_checks(database: Path, *, correct: bool) -> Iterator[CheckResult]:
    """Check the program's write access and, on POSIX systems, who else may read the files.

    Rights given to others by accident are removed; those of a shared file only with `correct`. A file of
    another program is left as it is. Raises Refusal, OSError.
    """
    if is_foreign(database):
        return
    yield from _protected(database)
    yield from _lock_kind(database)
    if os.name == "posix":
        yield from _open_to_others(database, correct=correct)


def _protected(database: Path) -> Iterator[CheckResult]:
    """Report the files and folders that the program needs to write to, and may not."""
    for path in (database, lock_file(database), database.parent, backup_folder(database)):
        if path.exists() and not os.access(path, os.W_OK):
            kind = "dossier" if path.is_dir() else "fichier"
            stopped = (
                "les sauvegardes ne peuvent pas être faites"
                if path == backup_folder(database)
                else "vos évaluations peuvent être lues, mais rien ne peut y être écrit"
            )
            yield CheckResult(
                "droits-manquants",
                "Droits",
                State.PROBLEM,
                f"Le {kind} « {shown(path.absolute())} » est protégé, ou en lecture seule : {stopped}.",
                f"Rendez ce {kind} accessible en écriture, ou demandez-en les droits.",
            )


def _lock_kind(database: Path) -> Iterator[CheckResult]:
    """Check that a link or a folder does not stand in the place of the lock: nothing could be written."""
    try:
        require_own_file(lock_file(database))
    except DatabaseRefusal as refusal:
        yield CheckResult("verrou-refuse", "Droits", State.PROBLEM, refusal.message, refusal.advice)


def _open_to_others(database: Path, *, correct: bool) -> Iterator[CheckResult]:
    title = "Droits"
    private = [path for path in (database, lock_file(database), *folder_files(database)) if path.is_file()]
    # Only its own folder is made by the program; any other may be the person's.
    folders = [backup_folder(database), *([database.parent] if database.parent == own_folder() else [])]
    private += [folder for folder in folders if folder.is_dir()]
    open_to_others = [path for path in private if path.stat().st_mode & OTHERS]
    if not open_to_others:
        yield CheckResult("droits", title, State.GOOD, "Vous seul pouvez lire vos fichiers.")
        return
    if not correct and any(map(is_shared, open_to_others)):
        yield CheckResult(
            "droits-partages",
            title,
            State.ATTENTION,
            f"D’autres personnes que vous ont accès à : {listing(_with_rights(open_to_others))}.",
            "Si c’est voulu, ne changez rien. Sinon, "
            f"« {command(database, 'docteur --corriger')} » vous en réserve l’accès.",
        )
        return
    closed = sum(map(_close_to_others, open_to_others))
    if closed == len(open_to_others):
        files = count(closed, "de vos fichiers ou dossiers", "de vos fichiers ou dossiers")
        found = f"D’autres que vous pouvaient lire {files}"
        yield CheckResult("droits", title, State.REPAIRED, f"{found} : c’est corrigé.")
    else:
        yield CheckResult(
            "droits-ouverts",
            title,
            State.ATTENTION,
            "D’autres que vous peuvent lire vos fichiers, et ce disque ne permet pas de le corriger.",
            "Placez le fichier dans votre dossier personnel, sur le disque de l’ordinateur.",
        )


def _with_rights(paths: Sequence[Path]) -> Iterator[str]:
    """Yield the first names with their rights, then how many more there are: a team has many backups."""
    for path in paths[:NAMED_FILES]:
        yield f"« {shown(Path(path.name))} » ({stat.S_IMODE(path.stat().st_mode):o})"
    if others := paths[NAMED_FILES:]:
        yield count(len(others), "autre fichier", "autres fichiers")


def _close_to_others(path: Path) -> bool:
    """Remove the rights of others; return True if the disk did it. The owner's rights stay as they are."""
    try:
        path.chmod(path.stat().st_mode & stat.S_IRWXU)
    except OSError:
        return False
    return not path.stat().st_mode & OTHERS


def leftover_checks(database: Path, clock: Callable[[], datetime]) -> Iterator[CheckResult]:
    """Remove temporary files left by crashes, and count the files put aside. Raises Refusal, OSError."""
    title = "Dossier"
    now = clock().timestamp()
    # A younger one may be in use by another window.
    left = [path for path in leftovers(database) if abs(now - path.stat().st_mtime) > AT_WORK_SECONDS]
    for path in left:
        path.unlink()
    if left:
        found = count(len(left), "fichier provisoire", "fichiers provisoires")
        yield CheckResult("restes", title, State.REPAIRED, f"{found} d’un arrêt brutal : c’est nettoyé.")
    aside = aside_files(database)
    if aside:
        yield CheckResult(
            "mis-de-cote",
            title,
            State.ATTENTION,
            f"{count(len(aside), 'fichier mis', 'fichiers mis')} de côté dans "
            f"« {shown(backup_folder(database))} ».",
            "Quand vous n’en avez plus besoin, vous pouvez les supprimer.",
        )


def room_checks(database: Path) -> Iterator[CheckResult]:
    """Check the free space of the disk. Raises OSError."""
    folder = next((folder for folder in database.absolute().parents if folder.is_dir()), database.absolute())
    free = shutil.disk_usage(folder).free
    found = f"{thousands(free // 1_000_000)}{NBSP}Mo libres."
    if free >= ENOUGH_BYTES:
        yield CheckResult("place", "Disque", State.GOOD, found)
        return
    yield CheckResult(
        "place",
        "Disque",
        State.PROBLEM,
        found,
        "Libérez de la place : vos réponses pourraient ne plus être enregistrées.",
    )


def disk_checks(database: Path) -> Iterator[CheckResult]:
    """Check whether the database is on a network share, or in a synchronised folder."""
    if is_synchronised(database):
        yield CheckResult(
            "dossier-synchronise",
            "Emplacement",
            State.ATTENTION,
            "Le fichier est dans un dossier que OneDrive synchronise : ouvert sur deux ordinateurs, vous "
            "auriez deux versions différentes.",
            "Ne l’ouvrez que sur celui-ci, ou déplacez-le hors de OneDrive avec son dossier « sauvegardes », "
            "puis ouvrez-le avec « --base FICHIER ».",
        )
        return
    kind = network_share(database)
    if kind is None:
        yield CheckResult(
            "disque-local", "Emplacement", State.GOOD, "Le fichier est sur un disque de cet ordinateur."
        )
        return
    yield CheckResult(
        "partage-reseau",
        "Emplacement",
        State.ATTENTION,
        f"Le fichier est sur un partage réseau ({kind}) : chaque réponse attend le réseau pour être "
        "enregistrée.",
        "N’ouvrez jamais le même fichier depuis deux ordinateurs à la fois.",
    )


# The checks of the database and its backups, and the repairs that lose nothing.


def database_checks(database: Path, clock: Callable[[], datetime], *, correct: bool) -> Iterator[CheckResult]:
    """Check the database itself. Raises Refusal."""
    title = "Évaluations"
    try:
        found = repair.examine(database)
        if found.indexes_only:
            kept = repair.rebuild_indexes(database, clock())
            yield CheckResult(
                "base-index",
                title,
                State.REPAIRED,
                "Le fichier était légèrement endommagé : il a été réparé, sans perte. "
                f"Le fichier d’avant est conservé dans « {shown(kept)} ».",
            )
            found = repair.examine(database)
        if found.is_altered:
            if not correct:
                yield _altered(database, clock, found.shape)
                return
            renewed = renew(database, clock)
            yield CheckResult(
                "base-alteree",
                title,
                State.ATTENTION if renewed.left_out else State.REPAIRED,
                f"Un autre programme avait changé le fichier ({_changes(renewed.shape)}). "
                + renewed_words(renewed),
                _latest(database, clock) if renewed.left_out else "",
            )
            found = repair.examine(database)
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
    latest = latest_sound(database, clock)
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
    latest = latest_sound(database, clock)
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
        made = daily_backup(database, clock)
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
    listed = list_backups(database)
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


# All the checks of `docteur`, with repairs and advice.


@dataclass(frozen=True)
class Terminal:
    """The size and encoding of the terminal. `columns` is 0 without a terminal."""

    columns: int
    lines: int
    encoding: str
    kind: str
    drawing: str


def examine(
    database: Path, terminal: Terminal, clock: Callable[[], datetime], *, correct: bool = False
) -> tuple[CheckResult, ...]:
    """Run every check, with the repairs that neither lose data nor remove access rights.

    With `correct`, also copy a database that another program altered into a fresh file, and take away the
    rights of those with whom the files are shared. Never raises: errors become results.
    """
    results = (
        *_reported("Versions", _versions()),
        *_reported("Évaluations", database_checks(database, clock, correct=correct)),
        *_reported("Sauvegardes", backup_checks(database, clock)),
        *_reported("Droits", right_checks(database, correct=correct)),
        *_reported("Dossier", leftover_checks(database, clock)),
        *_reported("Disque", room_checks(database)),
        *_reported("Emplacement", disk_checks(database)),
        *_reported("Terminal", _terminal(terminal)),
    )
    once: dict[tuple[str, str], CheckResult] = {}
    for result in results:  # one folder may stop several checks
        once.setdefault((result.code, result.found), result)
    return tuple(once.values())


def is_well(results: tuple[CheckResult, ...]) -> bool:
    """Return True if no check ended in a problem."""
    return all(result.state is not State.PROBLEM for result in results)


def _reported(title: str, results: Iterator[CheckResult]) -> Iterator[CheckResult]:
    """Yield the results of one check and, if an error stops it, that error as a result."""
    try:
        yield from results
    except Refusal as refusal:
        yield CheckResult(refusal.code, title, State.PROBLEM, refusal.message, refusal.advice)
    except (OSError, ValueError):  # ValueError: a path that no file can have
        yield CheckResult(
            "non-examine",
            title,
            State.PROBLEM,
            "Le système n’a pas permis d’aller plus loin. Vos évaluations sont intactes.",
            "Vérifiez vos droits sur ce dossier, puis recommencez.",
        )


def _versions() -> Iterator[CheckResult]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    found = f"ctg-tui {__version__}, Python {python}, SQLite {repair.SQLITE_VERSION}, {sys.platform}."
    yield CheckResult("versions", "Versions", State.GOOD, found)


def _terminal(terminal: Terminal) -> Iterator[CheckResult]:
    title = "Terminal"
    if terminal.columns == 0:
        yield CheckResult("terminal-absent", title, State.GOOD, "Pas de terminal ici : rien à vérifier.")
        return
    size = f"{terminal.columns} colonnes, {terminal.lines} lignes"
    facts = (
        f"{size}, {terminal.encoding}, dessin « {terminal.drawing} » (TERM : {terminal.kind or 'absent'})."
    )
    if terminal.columns < 60 or terminal.lines < 16:
        advice = (
            "Agrandissez la fenêtre : il faut au moins 60 colonnes et 16 lignes, 80 et 24 pour tout voir."
        )
        yield CheckResult("terminal-petit", title, State.PROBLEM, facts, advice)
    elif terminal.drawing == "ascii":
        advice = "Les accents peuvent manquer : choisissez un terminal en UTF-8."
        yield CheckResult("terminal-simple", title, State.ATTENTION, facts, advice)
    elif terminal.columns < 80 or terminal.lines < 24:
        advice = "Agrandissez la fenêtre : tout se voit à partir de 80 colonnes et 24 lignes."
        yield CheckResult("terminal-etroit", title, State.ATTENTION, facts, advice)
    else:
        yield CheckResult("terminal", title, State.GOOD, facts)
