"""Any file given: those at hand in the usual folders, what a dropped text names, what each one is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import order_in
from ctg_tui.services.backups import contents
from ctg_tui.services.exchange import Found, Nature, State, look, looked_at
from ctg_tui.services.files import is_folder, is_same
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.storage.backups import sound_content
from ctg_tui.storage.connection import Content, holds_assessments
from ctg_tui.system.computer import local_time
from ctg_tui.wording.french import count, listing, short_day
from ctg_tui.wording.thread import place_of, row_words, what_was_said

ENDS: Final = (
    *(".xlsx", ".ods", ".csv", ".json", ".toml", ".db"),
    *(".xls", ".xlsm", ".eml", ".msg", ".mbox", ".zip"),
)
"""The ends of the names of files that are opened; those of the second row only to say what to do."""
_OURS: Final = "CTG"
"""The folder where the files for the Caf are made."""
_DEPTH_OF_OURS: Final = 4
_MOST: Final = 30
"""Files shown of all folders together."""
_NEVER: Final = re.compile(r"(?:~\$|\.).*|(?:CTG_.*_previsionnel|courriel)(?: \(\d+\))?\.(?:xlsx|eml)")
"""Names left out: hidden files, locks of other programs, the forecast and the mail made here to be sent."""


def usual_folders() -> dict[str, Path]:
    """Return by their names on the screen the folders whose recent files are shown."""
    import platformdirs  # only for this list

    from ctg_tui.services.sending import default_folder

    return {
        "Téléchargements": Path(platformdirs.user_downloads_dir()),
        "Bureau": Path(platformdirs.user_desktop_dir()),
        "Documents": Path(platformdirs.user_documents_dir()),
        _OURS: default_folder() / _OURS,
    }


def recent_files() -> dict[Path, datetime]:
    """Return the files of the usual folders that may be opened, newest first, with their last change in UTC.

    None is opened here. A folder that is not there or cannot be listed gives nothing.
    """
    found = {}
    for name_of_folder, folder in usual_folders().items():
        depth = _DEPTH_OF_OURS if name_of_folder == _OURS else 1
        for place, folders, names in os.walk(folder):
            if len(Path(place).relative_to(folder).parts) + 1 >= depth:
                folders.clear()
            for name in names:
                path = Path(place, name)
                if name.lower().endswith(ENDS) and not _NEVER.fullmatch(name) and (at := _changed_at(path)):
                    found[path] = at
    ranked = sorted(found, key=lambda path: (found[path], path.name), reverse=True)
    return {path: found[path] for path in ranked[:_MOST]}


def _changed_at(path: Path) -> datetime | None:
    """Return when a regular file was last changed; None for anything else."""
    try:
        status = path.lstat()
        return datetime.fromtimestamp(status.st_mtime, UTC) if stat.S_ISREG(status.st_mode) else None
    except (OSError, ValueError, OverflowError):  # gone meanwhile, or a date that no calendar has
        return None


def dropped_path(text: str) -> Path | None:
    """Return the path that a terminal pastes for a dropped file or folder; None for any other text.

    Terminals quote it, escape its spaces, or give it as a `file://` address. A name without one of the ends
    of the files that are opened is a path only if something is there.
    """
    from urllib.parse import unquote

    typed = text.strip().strip("\"'")
    if typed.startswith("file://"):
        typed = unquote(typed.removeprefix("file://"))
        typed = typed[1:] if re.match(r"/[A-Za-z]:", typed) else typed
    elif os.name != "nt" and "\\" in typed and not os.path.exists(typed):  # noqa: PTH110 - False for no path
        typed = re.sub(r"\\(.)", r"\1", typed)
    if not typed or "\n" in typed or "\0" in typed:
        return None
    path = Path(os.path.expanduser(typed))  # noqa: PTH111 - Path.expanduser raises for an unknown user
    # One known by its end is not looked at here: a network folder may not answer.
    is_path = typed.lower().endswith(ENDS) or os.path.exists(path)  # noqa: PTH110 - False for no path
    return path if is_path else None


class Act(Enum):
    """What can be done with a file, in words, and what it does; nothing is done before the person chooses."""

    TAKE = "Prendre", "Ce qui est dit se place à côté de vos lignes. Ctrl+Z l’enlève en une fois."
    READ = "Lire", "Il est gardé parmi les fichiers reçus, où vous le lirez."
    MINE = (
        "Prendre comme la mienne",
        (
            "Vous continuez cette évaluation ici, avec ce que la Caf en a dit ; votre envoi suit le sien. "
            "N’y sont pas : le prévisionnel, les années d’avant, les réponses commencées."
        ),
    )
    COMPLETE = (
        "Mettre dans la mienne",
        "Vos cases vides se remplissent, ses textes s’ajoutent aux vôtres ; vous choisissez ce qui diffère.",
    )
    WORKBOOK = "Lire le tableur", "Vous verrez ce qui y est compris, case par case, avant de rien prendre."
    INSTALL = (
        "Installer la grille",
        "Elle sera proposée pour vos nouvelles évaluations ; les autres gardent la leur.",
    )
    RESTORE = (
        "Restaurer",
        "Toutes vos évaluations reviennent à cet état ; l’état présent est d’abord sauvegardé.",
    )


class Seen(NamedTuple):
    """What stands at a path: a file, the files of a folder, or a database of this program (`backup`)."""

    path: Path
    found: tuple[Found, ...] = ()
    is_folder: bool = False
    backup: Content | None = None

    @property
    def first(self) -> Found | None:
        """What the file is; None for a folder and for a database."""
        return None if self.is_folder or not self.found else self.found[0]


def see(workspace: Workspace, path: Path) -> Seen:
    """Return what stands at `path`; nothing is written. Raises DatabaseRefusal."""
    if is_folder(path):
        return Seen(path, tuple(looked_at(workspace, (path,))), is_folder=True)
    is_backup = path.suffix.casefold() == ".db" and not is_same(path, workspace.store.path)
    if is_backup and holds_assessments(path) and (content := sound_content(path)):
        return Seen(path, backup=content)
    return Seen(path, (look(workspace, path),))


def acts_on(workspace: Workspace, seen: Seen, chosen: int | None) -> tuple[tuple[Act, ...], int | None]:
    """Return what can be done with what was seen, the first one first, and the assessment it can complete.

    That is the one which the file is of, else the one `chosen`, else one of the same territory and year, else
    the only one. Raises DatabaseRefusal.
    """
    found = seen.first
    if seen.backup is not None:
        return (Act.RESTORE,), None
    if found is None:
        return ((Act.TAKE,) if takeable(seen) else ()), None
    if found.workbook is not None:
        return (Act.WORKBOOK,), None
    if found.state is not None:
        return (), None
    if found.nature is Nature.GRID:
        return (Act.INSTALL,), None
    said = (Act.TAKE,) if found.rows else ()
    if found.received is None or (found.own_id is not None and found.is_here):
        return said, None
    if found.own_id is not None:
        return (*said, Act.COMPLETE), found.own_id
    entries = workspace.store.entries()
    double = double_of(workspace, found.received.assessment.identity)
    only = entries[0].id if len(entries) == 1 else None
    into = chosen or (only if double is None else double.id)
    if not entries and not workspace.store.has_submissions():  # a new computer, a successor
        return (Act.MINE, Act.READ), None
    return (Act.READ, *((Act.COMPLETE,) if into else ()), Act.MINE), into


def takeable(seen: Seen) -> tuple[Found, ...]:
    """Return the files of which something is taken or kept, in the order of the list."""
    return tuple(each for each in seen.found if not each.is_here and each.state is None)


# What a file is in words, and line by line what is going to be taken of it.

_ALREADY: Final = "Rien de nouveau : tout ce qu’il dit est déjà ici."


class Row(NamedTuple):
    """A row of the preview: what stands at the left, and its text; `is_strong` is a title or a warning."""

    text: str
    head: str = ""
    is_strong: bool = False


def when(changed_at: datetime, today: date) -> str:
    """Return `aujourd’hui`, `hier`, `12 mars`, `12 mars 2026`."""
    day = local_time(changed_at).date()
    days = (today - day).days
    if days in {0, 1}:
        return ("aujourd’hui", "hier")[days]
    return short_day(day) if day.year == today.year else f"{short_day(day)} {day.year}"


def title(seen: Seen) -> str:
    """Return what a file is, and whose: `Réponse de la Caf · Val de Charente 2027 · Prénom Nom, 12 mars`."""
    found = seen.first
    if seen.backup is not None:
        return typeset(f"Sauvegarde · {contents(seen.backup)}")
    if found is None:
        return typeset(f"Dossier · {count(len(seen.found), 'fichier')}, dont {len(takeable(seen))} à prendre")
    if found.refusal is not None and found.refusal.code == "courriel":
        return "Courriel · enregistrez sa pièce jointe"
    return clean(found.title or f"Rien à prendre · {found.name}")


def preview(seen: Seen) -> Iterator[Row]:
    """Yield what a file is, then line by line what is going to be taken of it."""
    yield Row(title(seen), is_strong=True)
    if seen.first is not None:
        yield from _of_file(seen.first)
    elif seen.backup is None:
        yield from _of_folder(seen)


def _of_folder(seen: Seen) -> Iterator[Row]:
    aside = [found for found in seen.found if found.refusal is not None and found.state is State.READ]
    first = {found.path for found in takeable(seen)}  # in sight before one agrees
    for found in sorted(seen.found, key=lambda found: found.path not in first):
        if found.refusal is None:
            what = f"« {clean(found.name)} » : {clean(found.title)}"
            yield Row(typeset(f"{what}. {_ALREADY}" if found.is_here else what))
            yield from _not_read(found)
        elif found.state is State.REFUSED:
            yield Row(found.refusal.sentences())
    if aside:
        yield Row(typeset(f"Laissés de côté : {listing(f'« {clean(found.name)} »' for found in aside)}."))


def _of_file(found: Found) -> Iterator[Row]:
    back = found.returned
    if found.refusal is None:
        source = found.received if back is None else back.sent
        grid = None if source is None else source.grid
        rank = order_in(grid)
        for said in sorted(found.rows, key=lambda said: rank(said.line, said.policy)):
            # Of a file, each is said by its author: there are several.
            text = what_was_said(said) if found.received is None else row_words(said)
            yield Row(clean(text, multiline=True), place_of(grid, said))
        yield from _not_read(found)
    if found.message and found.workbook is None:
        yield Row(clean(found.message))
    elif found.is_here:
        yield Row(typeset(_ALREADY))


def _not_read(found: Found) -> Iterator[Row]:
    """Yield each cell that is not taken, with its address."""
    for unread in found.unread:
        yield Row(unread.sentence, "Pas pris", is_strong=True)


def act_words(act: Act, seen: Seen) -> tuple[str, str]:
    """Return the words of an act, and what it does: `Prendre : 3 remarques`."""
    words, meaning = act.value
    if act is Act.TAKE:
        number = sum(len(found.rows) for found in seen.found)
        words = "Prendre ces fichiers" if seen.is_folder else f"Prendre : {count(number, 'remarque')}"
    return typeset(words), typeset(meaning)
