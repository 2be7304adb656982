"""Any file given: those at hand in the usual folders, what a dropped text names, what each one is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain.backups import Content
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import order_in
from ctg_tui.services.exchange import Found, Nature, look, look_into, nothing_filled, outcome_without_writing
from ctg_tui.services.files import is_folder
from ctg_tui.services.workspace import double_of
from ctg_tui.storage.backups import sound_content
from ctg_tui.storage.opening import holds_assessments
from ctg_tui.system.computer import local_time
from ctg_tui.wording.backups import contents
from ctg_tui.wording.exchange import not_read, typed_over
from ctg_tui.wording.french import count, counts, percentage, short_day
from ctg_tui.wording.grid import place_shown
from ctg_tui.wording.thread import row_words, what_was_said

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.submission.file import Received

ENDS: Final = (
    *(".xlsx", ".ods", ".csv", ".json", ".toml", ".db"),
    *(".xls", ".xlsm", ".eml", ".msg", ".mbox", ".zip"),
)
"""The ends of the names of files that are opened; those of the second row only to say what to do."""
_OURS: Final = "CTG"
"""The folder where the files for the Caf are made."""
_DEPTH_OF_OURS: Final = 4
_MOST_ENTRIES: Final = 5_000
"""Entries looked at in one folder."""
_MOST_SECONDS: Final = 2.0
MOST: Final = 30
"""Files shown of all folders together."""
_NEVER: Final = re.compile(r"(?:~\$|\.).*|(?:CTG_.*_previsionnel|courriel)(?: \(\d+\))?\.(?:xlsx|eml)")
"""Names left out: hidden files, locks of other programs, the forecast and the mail made here to be sent."""
_LONGEST_NAME: Final = 255
"""Characters of one name at most. Windows does not tell a longer one from one that is not there."""


class AtHand(NamedTuple):
    """A file that was found, not opened yet. `changed_at` is in UTC."""

    path: Path
    changed_at: datetime


class Folder(NamedTuple):
    """A folder whose recent files are shown: its name on the screen, and how deep it is searched."""

    name: str
    path: Path
    depth: int = 1


def usual_folders() -> tuple[Folder, ...]:
    """Return the person's downloads, desktop and documents, and the folder of the files for the Caf."""
    import platformdirs  # only for this list

    from ctg_tui.services.sending import default_folder

    return (
        Folder("Téléchargements", Path(platformdirs.user_downloads_dir())),
        Folder("Bureau", Path(platformdirs.user_desktop_dir())),
        Folder("Documents", Path(platformdirs.user_documents_dir())),
        Folder(_OURS, default_folder() / _OURS, _DEPTH_OF_OURS),
    )


def files_at_hand(folder: Folder) -> tuple[AtHand, ...]:
    """Return the files of a folder that may be opened, the latest first; none is opened.

    Bounded in entries and in time. A folder that is not there or cannot be listed gives nothing.
    """
    found = {each.path: each for each in _in_folder(folder.path, folder.depth, monotonic() + _MOST_SECONDS)}
    return latest(*found.values())


def latest(*files: AtHand) -> tuple[AtHand, ...]:
    """Return the latest of `files`, the newest first, each path once."""
    by_path = {each.path: each for each in files}
    ranked = sorted(by_path.values(), key=lambda each: (each.changed_at, each.path.name), reverse=True)
    return tuple(ranked[:MOST])


def _in_folder(folder: Path, depth: int, end: float) -> Iterator[AtHand]:
    try:
        with os.scandir(folder) as scanned:
            entries = list(islice(scanned, _MOST_ENTRIES))
    except OSError:  # absent, or without the right to list it
        return
    for entry in entries:
        if monotonic() > end:
            return
        try:
            is_below = depth > 1 and entry.is_dir(follow_symlinks=False)
        except OSError:  # gone meanwhile
            continue
        if is_below:
            yield from _in_folder(Path(entry.path), depth - 1, end)
        elif _may_be_one(entry.name) and (at := _changed_at(entry)) is not None:
            yield AtHand(Path(entry.path), at)


def _may_be_one(name: str) -> bool:
    return name.lower().endswith(ENDS) and not _NEVER.fullmatch(name)


def _changed_at(entry: os.DirEntry[str]) -> datetime | None:
    """Return when a regular file was last changed; None for anything else."""
    try:
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode):
            return None
        return datetime.fromtimestamp(status.st_mtime, UTC)
    except (OSError, ValueError, OverflowError):  # gone meanwhile, or a date that no calendar has
        return None


def dropped_path(text: str) -> Path | None:
    """Return the path that a terminal pastes for a dropped file or folder; None for any other text.

    Terminals quote it, escape its spaces, or give it as a `file://` address. A name without one of the ends
    of the files that are opened is a path only if something is there.
    """
    from urllib.parse import unquote, urlsplit

    typed = text.strip().strip("\"'")
    if not typed or "\n" in typed:
        return None
    if typed.startswith("file://"):
        try:
            address = unquote(urlsplit(typed).path)
        except ValueError:  # no address at all
            return None
        typed = address[1:] if re.match(r"/[A-Za-z]:", address) else address
    elif os.name != "nt" and "\\" in typed and not os.path.exists(typed):  # noqa: PTH110 - False for no path
        typed = re.sub(r"\\(.)", r"\1", typed)
    try:
        path = Path(typed).expanduser()
    except RuntimeError:  # the home folder of a user unknown here
        path = Path(typed)
    except ValueError:  # what no path can hold
        return None
    if typed.lower().endswith(ENDS):  # not looked at here: a network folder may not answer
        return path if "\0" not in typed and len(path.name) <= _LONGEST_NAME else None
    return path if os.path.exists(path) else None  # noqa: PTH110 - False for what can be no path


class Act(StrEnum):
    """What can be done with a file; nothing is done before the person chooses.

    TAKE puts what is said of one's own assessment into it, READ keeps a file among those received, MINE goes
    on with it as one's own assessment, COMPLETE leads to what it would add to that of one's own. WORKBOOK
    leads to its own page, GRID takes the lines of a Caf's workbook that files received are filled with,
    INSTALL a grid's file, RESTORE puts a backup back.
    """

    TAKE = "prendre"
    READ = "lire"
    MINE = "la-mienne"
    COMPLETE = "dans-la-mienne"
    WORKBOOK = "tableur"
    GRID = "sa-grille"
    INSTALL = "installer"
    RESTORE = "restaurer"


class Seen(NamedTuple):
    """What stands at a path: a file, the files of a folder, or a database of this program (`backup`)."""

    path: Path
    found: tuple[Found, ...] = ()
    is_folder: bool = False
    backup: Content | None = None
    is_open: bool = False
    """Whether it is the very database that is open."""

    @property
    def first(self) -> Found | None:
        """What the file is; None for a folder and for a database."""
        return None if self.is_folder or not self.found else self.found[0]


def see(workspace: Workspace, path: Path) -> Seen:
    """Return what stands at `path`; nothing is written. Raises DatabaseRefusal."""
    if is_folder(path):
        return Seen(path, look_into(workspace, path), is_folder=True)
    if path.suffix.casefold() == ".db" and _is_same(path, workspace.store.path):
        return Seen(path, is_open=True)  # opening it a second time would drop the lock of the first
    if path.suffix.casefold() == ".db" and holds_assessments(path) and (content := sound_content(path)):
        return Seen(path, backup=content)
    return Seen(path, (look(workspace, path),))


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):  # one of them is not there
        return False


def own_to_complete(workspace: Workspace, seen: Seen, chosen: int | None) -> int | None:
    """Return the number of the assessment of one's own that a file can complete; None without one.

    It is that which the file is of, else the one `chosen`, else one of the same territory and year, else the
    only one. Raises DatabaseRefusal.
    """
    found = seen.first
    if found is None or found.received is None:
        return None
    if found.own_id is not None or chosen is not None:
        return found.own_id or chosen
    double = double_of(workspace, found.received.assessment.identity)
    entries = workspace.store.entries()
    return double.id if double is not None else entries[0].id if len(entries) == 1 else None


def acts(seen: Seen, *, has_files: bool, into: int | None = None) -> tuple[Act, ...]:
    """Return what can be done with what was seen, the first one first; nothing without a choice.

    `has_files` says whether there is an assessment of one's own or a file received: without any, a file is
    first taken as one's own.
    `into` is the one that it can complete.
    """
    if seen.is_folder:
        return (Act.TAKE,) if takeable(seen) else ()
    if seen.backup is not None:
        return (Act.RESTORE,)
    found = seen.first
    if found is None or (outcome_without_writing(found) is not None and found.nature is not Nature.WORKBOOK):
        return ()
    match found.nature:
        case Nature.WORKBOOK if found.refusal is None:
            return (Act.WORKBOOK, Act.GRID) if found.readable else (Act.WORKBOOK,)
        case Nature.WORKBOOK if found.refusal is not None and found.refusal.code == WITHOUT_GRID:
            return (Act.WORKBOOK,)
        case Nature.GRID:
            return (Act.INSTALL,)
        case Nature.SUBMISSION if found.own_id is None:
            complete = () if into is None else (Act.COMPLETE,)
            return (Act.READ, *complete, Act.MINE) if has_files else (Act.MINE, Act.READ)
        case Nature.SUBMISSION:
            said = (Act.TAKE,) if found.rows else ()
            return said if found.is_here else (*said, Act.COMPLETE)
        case Nature.RETURNED if found.rows:
            return (Act.TAKE,)
    return ()


def takeable(seen: Seen) -> tuple[Found, ...]:
    """Return the files of a folder of which something is taken or kept, in the order of the list."""
    return tuple(
        each
        for each in seen.found
        if not each.is_here
        and each.nature in {Nature.RETURNED, Nature.SUBMISSION}
        and outcome_without_writing(each) is None
    )


# What a file is in words, and line by line what is going to be taken of it.

WITHOUT_GRID: Final = "tableur-sans-grille"
"""The refusal of a workbook whose headings say nothing: the person can say its columns."""
MOST_ROWS: Final = 200
"""Things said that are shown of one file."""
UNCHANGED: Final = "Vos notes et vos textes ne changent pas."
READING: Final = "Lecture…"
ALREADY: Final = "Rien de nouveau : tout ce qu’il dit est déjà ici."
OF_ANOTHER: Final = (
    "Ce classeur répond à une évaluation reçue, qui n’est pas la vôtre. Il se lit ici ; envoyez-le à qui l’a "
    "remplie."
)
OF_NOTHING_HERE: Final = (
    "L’évaluation à laquelle ce classeur répond n’est pas ici. Il se lit ici ; rien n’en est pris."
)


class Row(NamedTuple):
    """A row of the preview: what stands at the left, and its text; `is_warning` says that it was not read."""

    text: str
    head: str = ""
    is_title: bool = False
    is_warning: bool = False


def when(changed_at: datetime, today: date) -> str:
    """Return `aujourd’hui`, `hier`, `12 mars`, `12 mars 2026`."""
    day = local_time(changed_at).date()
    days = (today - day).days
    if days in {0, 1}:
        return ("aujourd’hui", "hier")[days]
    return short_day(day) if day.year == today.year else f"{short_day(day)} {day.year}"


def title(seen: Seen) -> str:
    """Return what a file is, in one line."""
    if seen.is_open:
        return "Vos évaluations, déjà ouvertes"
    if seen.backup is not None:
        return "Sauvegarde de ctg-tui"
    if seen.is_folder:
        return typeset(f"Dossier : {count(len(seen.found), 'fichier')}")
    found = seen.first
    if found is not None and found.refusal is not None and found.refusal.code == "courriel":
        return clean(f"Un courriel · {found.name}")
    return "" if found is None else clean(found.title or found.name)


def preview(seen: Seen) -> Iterator[Row]:
    """Yield what a file is, then line by line what is going to be taken of it."""
    yield Row(title(seen), is_title=True)
    yield Row("")
    if seen.is_open:
        yield Row("C’est le fichier dans lequel vous travaillez.")
    elif seen.backup is not None:
        yield Row(typeset(f"Elle contient : {contents(seen.backup)}."))
    elif seen.is_folder:
        yield from _of_folder(seen)
    elif seen.first is not None:
        yield from _of_file(seen.first)


def _of_folder(seen: Seen) -> Iterator[Row]:
    if not seen.found:
        yield Row("Il est vide.")
        return
    first = takeable(seen)  # in sight before one agrees
    yield Row(typeset(f"À prendre : {count(len(first), 'fichier')} sur {len(seen.found)}, en tête."))
    names = {found.path for found in first}
    for found in sorted(seen.found, key=lambda found: found.path not in names):
        yield Row("")
        yield Row(clean(found.name), is_title=True)
        if found.refusal is not None:
            yield Row(found.refusal.sentences(), is_warning=True)
        else:
            yield Row(clean(found.title))
            if found.is_here and (found.returned is None or found.sent_or_received):
                yield Row(typeset(ALREADY))
            yield from _not_read(found)


def _of_file(found: Found) -> Iterator[Row]:
    outcome = outcome_without_writing(found)
    is_of_another = found.returned is not None and found.own_id is None
    is_told = found.refusal is not None or found.nature is not Nature.WORKBOOK
    is_answer = found.returned is not None and found.refusal is None
    if outcome is not None and is_told and not is_answer:
        yield Row(clean(outcome.message))
        return
    if is_answer and not found.sent_or_received:
        yield Row(clean(nothing_filled(found)))
        yield Row("")
    grid = _grid_of(found)
    if found.received is not None and found.own_id is None:
        yield from _of_received(found.received)
    rows = found.returned.rows if found.returned is not None and is_of_another else found.rows
    rank = order_in(grid)
    for said in sorted(rows, key=lambda said: rank(said.line, said.policy))[:MOST_ROWS]:
        words = what_was_said(said) if found.received is None else row_words(said)  # a file of several people
        yield Row(clean(words, multiline=True), place_shown(grid, said))
        yield Row("")
    if len(rows) > MOST_ROWS:
        yield Row(f"et {len(rows) - MOST_ROWS} autres")
        yield Row("")
    yield from _not_read(found)
    if found.returned is not None:
        for changed in found.returned.changed:
            yield Row(typed_over(*changed), "Pas pris", is_warning=True)
            yield Row("")
    if is_of_another:
        yield Row(OF_ANOTHER if found.is_of_received else OF_NOTHING_HERE)
    elif found.is_here and (found.sent_or_received or not is_answer):
        yield Row(typeset(ALREADY))
    elif found.own_id is not None and found.rows:
        yield Row(UNCHANGED)


def _not_read(found: Found) -> Iterator[Row]:
    """Yield each cell that could not be read, with its address."""
    for unread in found.unread:
        yield Row(not_read(unread.address, unread.value, unread.reason), "Pas lu", is_warning=True)
        yield Row("")


def _of_received(received: Received) -> Iterator[Row]:
    """Yield what stands in someone else's file, in figures."""
    given = received.assessment
    if received.scores is not None:
        yield Row(counts(received.scores.whole), "Notes")
        yield Row(percentage(received.scores.whole), "Résultat")
    texts = len(given.comments) + len(given.remarks)
    yield Row(count(texts, "commentaire"), "Textes")
    yield Row("")


def _grid_of(found: Found) -> Grid | None:
    if found.returned is not None:
        return found.returned.grid
    return None if found.received is None else found.received.grid


MEANINGS: Final = {
    Act.TAKE: "Ce qui est dit se place à côté de vos lignes. Ctrl+Z l’enlève en une fois.",
    Act.READ: "Il est gardé parmi les fichiers reçus, et ses résultats s’ouvrent.",
    Act.MINE: (
        "Vous continuez cette évaluation ici, avec ce que la Caf en a dit ; le prochain envoi suit le sien. "
        "N’y sont pas : le prévisionnel, les années d’avant, les réponses commencées."
    ),
    Act.COMPLETE: (
        "Vos cases vides se remplissent, ses textes s’ajoutent sous les vôtres ; ce qui diffère, vous le "
        "choisissez."
    ),
    Act.WORKBOOK: "Vous verrez ce qui y est compris, case par case, avant de rien prendre.",
    Act.GRID: "Ses lignes servent à lire les fichiers reçus qui les attendent ; aucune note n’est prise.",
    Act.INSTALL: "Elle sera proposée pour vos nouvelles évaluations ; les autres gardent la leur.",
    Act.RESTORE: "Toutes vos évaluations reviennent à cet état ; l’état présent est d’abord sauvegardé.",
}
"""What each act does, before it is chosen."""


def act_words(act: Act, seen: Seen) -> str:
    """Return the words of an act: `Prendre les 3 points`."""
    if act is Act.TAKE:
        number = sum(len(found.rows) for found in seen.found)
        said = count(number, "remarque", "remarques")
        return typeset(f"Prendre : {said}") if not seen.is_folder else "Prendre ces fichiers"
    if act is Act.WORKBOOK and seen.first is not None and seen.first.refusal is not None:
        return "Dire ses colonnes"
    return {
        Act.READ: "Lire",
        Act.MINE: "Prendre comme la mienne",
        Act.COMPLETE: "Mettre dans la mienne",
        Act.WORKBOOK: "Lire le tableur",
        Act.GRID: "Prendre sa grille",
        Act.INSTALL: "Installer la grille",
        Act.RESTORE: "Restaurer",
    }[act]


def why_nothing(seen: Seen) -> str:
    """Return why nothing can be done with a file that was read."""
    found = seen.first
    if found is not None and found.returned is not None and not found.sent_or_received:
        return nothing_filled(found)
    if found is None or found.returned is None or found.own_id is not None:
        return ALREADY
    return OF_ANOTHER if found.is_of_received else OF_NOTHING_HERE


def is_own_with_nothing(seen: Seen) -> bool:
    """Return whether it is a piece of one's own sending of which nothing can be taken."""
    found = seen.first
    if found is None:
        return False
    if found.refusal is not None:
        return found.refusal.code == "autre-piece"
    return (
        found.is_here
        and found.own_id is not None
        and (found.returned is None or found.returned.is_unanswered)
    )


def faint(seen: Seen) -> bool:
    """Return whether nothing can be done with the file, which is then shown faint."""
    if seen.is_open:
        return True
    found = seen.first
    return found is not None and (
        found.refusal is not None or found.nature is Nature.UNKNOWN or found.is_here
    )
