"""The state of the base and of what is around it: what was found, what was repaired, what to do."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM, __version__
from ctg_tui.domain.backups import BackupProblem
from ctg_tui.domain.errors import DatabaseRefusal, Refusal, typeset
from ctg_tui.services import maintenance
from ctg_tui.storage import health
from ctg_tui.storage.file_names import aside_files, backup_files, backup_folder, folder_files, leftovers
from ctg_tui.storage.locks import lock_file
from ctg_tui.storage.opening import chosen_database
from ctg_tui.storage.refusals import shown
from ctg_tui.system.drives import is_synchronised, network_share
from ctg_tui.system.local_time import local_time
from ctg_tui.wording.french import NBSP, count, day_and_time, thousands

ENOUGH_BYTES: Final = 50_000_000
"""Free room under which the person is warned: some hundred backups of a large base."""
AT_WORK_SECONDS: Final = 3600
"""The age under which a temporary file may still be somebody's: no write takes that long."""


class State(StrEnum):
    """What a look gave. Only PROBLEM makes the command fail."""

    GOOD = "bon"
    REPAIRED = "repare"
    ATTENTION = "attention"
    PROBLEM = "probleme"


@dataclass(frozen=True)
class CheckResult:
    """One thing looked at. `code` is stable; `found` and `advice` are French sentences."""

    code: str
    title: str
    state: State
    found: str
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", typeset(self.found))
        object.__setattr__(self, "advice", typeset(self.advice))


@dataclass(frozen=True)
class Terminal:
    """What is known of the terminal. `columns` is 0 when there is none."""

    columns: int
    lines: int
    encoding: str
    kind: str
    drawing: str


def examine(database: Path, terminal: Terminal, clock: Callable[[], datetime]) -> tuple[CheckResult, ...]:
    """Look at everything, and repair what can be without losing anything. Raises nothing: all is told."""
    looks = (
        *_told("Versions", _versions()),
        *_told("Base", _database(database, clock)),
        *_told("Sauvegardes", _backups(database, clock)),
        *_told("Droits", _rights(database)),
        *_told("Dossier", _leftovers(database, clock)),
        *_told("Disque", _room(database)),
        *_told("Emplacement", _share(database)),
        *_told("Terminal", _terminal(terminal)),
    )
    once: dict[tuple[str, str], CheckResult] = {}
    for look in looks:  # the same folder may stop several
        once.setdefault((look.code, look.found), look)
    return tuple(once.values())


def is_well(looks: tuple[CheckResult, ...]) -> bool:
    """Whether nothing is left for the person to do at once."""
    return all(look.state is not State.PROBLEM for look in looks)


def _told(title: str, looks: Iterator[CheckResult]) -> Iterator[CheckResult]:
    """The looks at one thing and, where they stop short, what stopped them."""
    try:
        yield from looks
    except Refusal as refusal:
        yield CheckResult(refusal.code, title, State.PROBLEM, refusal.message, refusal.advice)
    except (OSError, ValueError):  # ValueError: a path that no file can have
        yield CheckResult(
            "non-examine",
            title,
            State.PROBLEM,
            "Le système n’a pas permis d’aller plus loin. La base est intacte.",
            "Vérifiez vos droits sur le dossier de la base, puis recommencez.",
        )


def _versions() -> Iterator[CheckResult]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    found = f"ctg-tui {__version__}, Python {python}, SQLite {health.SQLITE_VERSION}, {sys.platform}."
    yield CheckResult("versions", "Versions", State.GOOD, found)


def _database(database: Path, clock: Callable[[], datetime]) -> Iterator[CheckResult]:
    title = "Base"
    try:
        found = health.examine(database)
        if found.indexes_only:
            kept = health.rebuild_indexes(database, clock())
            yield CheckResult(
                "base-index",
                title,
                State.REPAIRED,
                "Les index de la base étaient abîmés : ils ont été reconstruits, aucune réponse n’a changé. "
                f"La base d’avant est gardée dans « {shown(kept)} ».",
            )
            found = health.examine(database)
        if found.content is None:
            yield _damaged(database, clock, "La base est abîmée.")
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
    changed = "" if content.changed_at is None else f", modifiée le {_moment(content.changed_at)}"
    yield CheckResult(
        "base",
        title,
        State.GOOD,
        f"« {shown(database)} » est saine : {count(content.assessments, 'évaluation')}, "
        f"{count(content.answers, 'réponse')}, {count(content.comments, 'commentaire')}{changed}.",
    )


def _damaged(database: Path, clock: Callable[[], datetime], message: str) -> CheckResult:
    latest = maintenance.latest_sound(database, clock)
    if latest is None or latest.content is None:
        advice = "Il n’y a pas de sauvegarde saine. Gardez ce fichier et demandez de l’aide."
    else:
        number = backup_files(database).index(latest.path) + 1  # as `restaurer` lists them
        advice = (
            f"Lancez « {_command(database, f'restaurer {number}')} » : cette sauvegarde date du "
            f"{day_and_time(latest.made_at)} et contient {count(latest.content.answers, 'réponse')}. "
            "Le fichier abîmé sera mis de côté, jamais effacé."
        )
    return CheckResult("base-abimee", "Base", State.PROBLEM, message, advice)


def _command(database: Path, words: str) -> str:
    """What to type to have `words` done about this very base, from any folder."""
    if database == chosen_database(None):
        return f"{PROGRAM} {words}"
    name = shown(database.absolute())
    quoted = f'"{name}"'
    if os.name == "posix" and set(name) & set('"$`\\!'):  # a shell reads these within double quotes too
        quoted = shlex.quote(name)
    return f"{PROGRAM} {words} --base {quoted}"


def _backups(database: Path, clock: Callable[[], datetime]) -> Iterator[CheckResult]:
    title = "Sauvegardes"
    try:
        made = maintenance.daily_backup(database, clock)
    except Refusal as refusal:
        made = None
        if refusal.code not in {"base-absente", "base-abimee", "base-disparue"}:  # told above
            yield CheckResult(refusal.code, title, State.PROBLEM, refusal.message, refusal.advice)
    if made:
        yield CheckResult(
            "sauvegarde-faite", title, State.REPAIRED, "La sauvegarde du jour manquait : elle est faite."
        )
    listed = maintenance.list_backups(database)
    for problem, (code, one, several, advice) in _BACKUP_PROBLEMS.items():
        found = [f"« {shown(Path(backup.path.name))} »" for backup in listed if backup.problem is problem]
        if found:
            told = f"{count(len(found), f'sauvegarde {one}', f'sauvegardes {several}')} : {', '.join(found)}."
            yield CheckResult(code, title, State.ATTENTION, told, advice)
    sound = [backup for backup in listed if backup.is_sound]
    if sound:
        told = f"{count(len(sound), 'sauvegarde saine', 'sauvegardes saines')}, "
        yield CheckResult(
            "sauvegardes", title, State.GOOD, f"{told}la dernière du {day_and_time(sound[0].made_at)}."
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
        "Gardez-les. Installez la dernière version de ctg-tui pour y revenir.",
    ),
    BackupProblem.BUSY: (
        *("sauvegardes-occupees", "qu’un autre programme utilise", "qu’un autre programme utilise"),
        "Gardez-les. Fermez cet autre programme, puis recommencez.",
    ),
    BackupProblem.UNREADABLE: (
        *("sauvegardes-illisibles", "qui n’a pas pu être lue", "qui n’ont pas pu être lues"),
        "Gardez-les : elles sont peut-être saines. Vérifiez vos droits sur ces fichiers, puis recommencez.",
    ),
}
"""What is told of backups that nothing can be read in: a code, the words for one and for several, advice."""


def _rights(database: Path) -> Iterator[CheckResult]:
    yield from _protected(database)
    if os.name == "posix":
        yield from _open_to_others(database)


def _protected(database: Path) -> Iterator[CheckResult]:
    """What the program has to write to, and may not."""
    for path in (database, lock_file(database), database.parent, backup_folder(database)):
        if path.exists() and not os.access(path, os.W_OK):
            kind = "dossier" if path.is_dir() else "fichier"
            stopped = (
                "les sauvegardes ne peuvent pas être faites"
                if path == backup_folder(database)
                else "la base peut être lue, mais rien ne peut y être écrit"
            )
            yield CheckResult(
                "droits-manquants",
                "Droits",
                State.PROBLEM,
                f"Le {kind} « {shown(path.absolute())} » est protégé, ou en lecture seule : {stopped}.",
                f"Rendez ce {kind} accessible en écriture, ou demandez-en les droits.",
            )


def _open_to_others(database: Path) -> Iterator[CheckResult]:
    title = "Droits"
    private = [path for path in (database, lock_file(database), *folder_files(database)) if path.is_file()]
    open_to_others = [path for path in private if path.stat().st_mode & 0o077]
    # The base's own folder may be any folder of the person's, but for the one that we made.
    ours = [backup_folder(database), *([database.parent] if database == chosen_database(None) else [])]
    open_to_others += [folder for folder in ours if folder.is_dir() and folder.stat().st_mode & 0o077]
    if not open_to_others:
        yield CheckResult("droits", title, State.GOOD, "Vous seul pouvez lire vos fichiers.")
        return
    closed, refused = 0, []
    for path in open_to_others:
        try:
            path.chmod(path.stat().st_mode & 0o700)  # a protection stays: it is the person's
            closed += not path.stat().st_mode & 0o077
        except OSError:
            refused.append(path)
    if closed == len(open_to_others):
        found = f"{count(closed, 'fichier était lisible', 'fichiers étaient lisibles')} par d’autres que vous"
        yield CheckResult("droits", title, State.REPAIRED, f"{found} : c’est corrigé.")
    else:
        yield CheckResult(
            "droits-ouverts",
            title,
            State.ATTENTION,
            "D’autres que vous peuvent lire vos fichiers, et ce disque ne permet pas de le corriger.",
            "Placez la base dans votre dossier personnel, sur le disque de l’ordinateur.",
        )


def _leftovers(database: Path, clock: Callable[[], datetime]) -> Iterator[CheckResult]:
    title = "Dossier"
    now = clock().timestamp()
    # A younger one may be what another window is writing at this moment.
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


def _room(database: Path) -> Iterator[CheckResult]:
    folder = next((folder for folder in database.absolute().parents if folder.is_dir()), database.absolute())
    free = shutil.disk_usage(folder).free
    found = f"{thousands(free // 1_000_000)}{NBSP}Mo libres."
    if free >= ENOUGH_BYTES:
        yield CheckResult("place", "Disque", State.GOOD, found)
        return
    yield CheckResult(
        "place", "Disque", State.PROBLEM, found, "Libérez de la place : vos réponses pourraient attendre."
    )


def _share(database: Path) -> Iterator[CheckResult]:
    if is_synchronised(database):
        yield CheckResult(
            "dossier-synchronise",
            "Emplacement",
            State.ATTENTION,
            "La base est dans un dossier que OneDrive synchronise : ouverte sur deux ordinateurs, elle se "
            "séparerait en deux.",
            "Ne l’ouvrez que sur celui-ci, ou copiez-la hors de OneDrive et ouvrez la copie avec "
            "« --base FICHIER ».",
        )
        return
    kind = network_share(database)
    if kind is None:
        yield CheckResult(
            "disque-local", "Emplacement", State.GOOD, "La base est sur un disque de cet ordinateur."
        )
        return
    yield CheckResult(
        "partage-reseau",
        "Emplacement",
        State.ATTENTION,
        f"La base est sur un partage réseau ({kind}) : chaque réponse attend le réseau pour être "
        "enregistrée.",
        "N’ouvrez jamais la même base depuis deux ordinateurs à la fois.",
    )


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


def _moment(at: datetime) -> str:
    return day_and_time(local_time(at))
