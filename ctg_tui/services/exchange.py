"""Any file that a person opens: what it is, what taking it would do, and taking it.

What the Caf answered, in a workbook or in a file, joins the thread of one's own assessment: one union, in any
order, twice or late. Another submission is kept among the files received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui import PROGRAM
from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Assessment, Moment, Said
from ctg_tui.domain.changes import Change, Edit, Field, Operation
from ctg_tui.domain.completing import Completing, completing, difference_key
from ctg_tui.domain.details import cleaned_identity
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS, Thread, is_too_much, points_of, union
from ctg_tui.grids.catalogue import GridFile, grid_file, read_grid_file
from ctg_tui.services import spreadsheet as reading
from ctg_tui.services.files import Piece, is_same, pieces, unforeseen
from ctg_tui.services.received import keep, short
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.spreadsheet.returned_workbook import ReturnedReport, SentFile, read_returned
from ctg_tui.spreadsheet.understanding import Unread
from ctg_tui.storage import journal
from ctg_tui.storage.connection import BackupReason, holds_assessments
from ctg_tui.storage.documents import content_of, hash_of, keep_grid, record_sending, sendings
from ctg_tui.submission import Received, examine, fingerprint_of, serialise
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import shown_name
from ctg_tui.wording import changes as words
from ctg_tui.wording.french import (
    MOMENTS,
    NBSP,
    STATUSES_OF_ASSESSMENT,
    assessment_name,
    count,
    listing,
    people,
    short_day,
    territory_name,
    thousands,
    without_kind,
)

NOTHING_TAKEN: Final = "Rien n’a été repris."
OTHER_STATE: Final = (
    "Ses notes ou ses textes diffèrent des vôtres : ils ne sont pas repris. Pour compléter les vôtres, "
    "choisissez « Mettre dans la mienne », ou « --dans »."
)


class Nature(StrEnum):
    """What a file is; the value is its spelling in `--json`."""

    SUBMISSION = "soumission"
    RETURNED = "classeur"
    WORKBOOK = "tableur"
    GRID = "grille"
    UNKNOWN = "inconnu"


class State(StrEnum):
    """What became of a file: taken, only read, there already, refused."""

    TAKEN = "pris"
    READ = "lu"
    ALREADY = "deja"
    REFUSED = "refuse"


class Found(NamedTuple):
    """What a file is, and what taking it would do; then what became of it.

    `refusal` is why nothing can be done with it. `title` says in French what it is. `own_id` is the number of
    one's own assessment that it is about. `said` is all that it says, `rows` what is new here; `is_here` is
    True when nothing in it is new. A file found in a folder is not `is_given`.

    `state`, `code` and `message` say what became of it, at once where nothing of it is to be written; `taken`
    is how many things said were taken, or read.
    """

    path: Path
    nature: Nature = Nature.UNKNOWN
    refusal: Refusal | None = None
    title: str = ""
    own_id: int | None = None
    received: Received | None = None
    returned: ReturnedReport | None = None
    said: Thread = ()
    rows: Thread = ()
    is_here: bool = False
    is_given: bool = True
    grid: GridFile | None = None
    workbook: reading.WorkbookFile | None = None
    state: State | None = None
    code: str = ""
    message: str = ""
    taken: int = 0

    @property
    def name(self) -> str:
        return shown_name(self.path)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """The cells of a workbook sent back that are not taken."""
        return () if self.returned is None else self.returned.unread


_OWN_DATABASE: Final = "base-ouverte"
_ASIDE: Final = frozenset({"autre-fichier", "salaires", "courriel", "tableau-de-tous", _OWN_DATABASE})
"""Refusals of the files that stand beside others in a folder."""
_TABLES: Final = (".xlsx", ".ods", ".csv", ".xlsm")


def look(workspace: Workspace, path: Path) -> Found:
    """Return what the file at `path` is. Raises DatabaseRefusal."""
    return _look(workspace, Piece(path, is_given=True))


def looked_at(workspace: Workspace, paths: Iterable[Path]) -> Iterator[Found]:
    """Yield what each file at `paths` and in their folders is. Raises DatabaseRefusal."""
    return (_look(workspace, piece) for piece in pieces(paths))


def _look(workspace: Workspace, piece: Piece) -> Found:
    found = Found(piece.path, is_given=piece.is_given)
    try:
        if is_same(piece.path, workspace.store.path):  # closed again, it would drop the locks of SQLite
            why = f"« {found.name} » est le fichier dans lequel vous travaillez."
            raise InvalidDocument(_OWN_DATABASE, why)
        if holds_assessments(piece.path):
            raise InvalidDocument(
                "sauvegarde",
                f"« {found.name} » est une sauvegarde d’évaluations. {NOTHING_TAKEN}",
                f"Pour la remettre en place : « {PROGRAM} restaurer », suivi de son chemin.",
            )
        content = piece.read()
        found = found._replace(nature=_nature_of(piece.path, content))
        return _settled(_of_content(workspace, found, content))
    except InvalidDocument as refusal:
        return _settled(found._replace(refusal=refusal))
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - the other files are read, and this one is named
        return _settled(found._replace(refusal=unforeseen(piece, error)))


def _nature_of(path: Path, content: bytes) -> Nature:
    """Return what a file seems to be; a workbook is one of ours once it is read."""
    suffix = path.suffix.casefold()
    if content.startswith(b"PK") or suffix in _TABLES:
        return Nature.WORKBOOK
    if suffix == ".toml":
        return Nature.GRID
    is_json = suffix == ".json" or content.lstrip().startswith(b"{")
    return Nature.SUBMISSION if is_json else Nature.UNKNOWN


def _settled(found: Found) -> Found:
    """Return a file with what becomes of it, where nothing of it is to be written."""
    if found.refusal is not None:
        is_aside = not found.is_given and found.refusal.code in _ASIDE
        state = State.READ if is_aside else State.REFUSED
        return found._replace(state=state, code=found.refusal.code, message=found.refusal.sentences())
    if found.returned is not None and found.own_id is None:
        why = (
            f" répond à une évaluation qui n’est pas la vôtre ({found.title}). {NOTHING_TAKEN} Envoyez-le à "
            "la personne qui l’a remplie ; ou ouvrez d’abord son fichier pour la Caf et reprenez-la comme la "
            "vôtre."
        )
        return _done(found, State.READ, "evaluation-absente", why)
    if found.returned is not None and not found.returned.rows:
        why = f" : aucune remarque n’y est à reprendre. {NOTHING_TAKEN}"
        return _done(found, State.READ, "classeur-vide", why)
    if found.nature is Nature.WORKBOOK:
        return _done(found, State.READ, "tableur-lu", f" : {found.title}")
    if found.grid is not None and found.is_here:
        return _done(found, State.ALREADY, "grille-deja", f" est déjà installé. {found.title}.")
    return found


def _of_content(workspace: Workspace, found: Found, content: bytes) -> Found:
    name = found.name
    if name.startswith("CTG_") and "_previsionnel" in name:  # as this program names it
        why = "est un tableau prévisionnel : il contient des salaires, il n’est pas gardé ici."
        raise InvalidDocument("salaires", f"« {name} » {why}")
    if found.nature is Nature.WORKBOOK:
        return _workbook(workspace, found, content)
    if found.nature is Nature.SUBMISSION:
        return _submission(workspace, found, content)
    if found.nature is Nature.GRID:
        file = grid_file(content, name)
        is_here = workspace.catalogue.offers(file.grid)
        title = typeset(f"Grille de {count(len(file.grid.activities), 'ligne')} · {file.grid.title}")
        return found._replace(title=title, grid=file, is_here=is_here)
    raise InvalidDocument(
        "autre-fichier",
        f"« {name} » n’est ni un fichier pour la Caf, ni un classeur, ni une grille. {NOTHING_TAKEN}",
        "Vérifiez que c’est le bon fichier.",
    )


def _submission(workspace: Workspace, found: Found, content: bytes) -> Found:
    received = examine(content, workspace.catalogue, found.path)
    given = received.assessment
    found = _about(workspace, found._replace(received=received), given, given.said.values())
    if found.own_id is None:
        kept = content_of(workspace.store, hash_of(serialise(received.document)))
        found = found._replace(is_here=bool(kept))
    else:
        found = found._replace(is_here=found.is_here and _has_state(workspace, found.own_id, received))
    identity, sending = given.identity, received.sending
    moment = "" if identity.moment is Moment.YEARLY else f", {MOMENTS[identity.moment]}"
    parts = [
        "Fichier pour la Caf" if found.own_id is None else "Votre évaluation",
        f"{without_kind(territory_name(identity))} {identity.year}{moment}",
        f"{count(len(found.rows), 'remarque')} à prendre" if found.own_id and found.rows else "",
        f"envoi n°{NBSP}{sending.number}, {STATUSES_OF_ASSESSMENT[sending.status]}",
        people(identity),
    ]
    return found._replace(title=typeset(" · ".join(filter(None, parts))))


def _workbook(workspace: Workspace, found: Found, content: bytes) -> Found:
    """Return what a workbook is: ours, sent back filled, or a Caf's."""
    is_csv = not content.startswith(b"PK")

    def sent_file(document: bytes) -> SentFile:
        received = examine(document, workspace.catalogue, found.path)
        return SentFile(received.sending, received.grid, received.assessment)

    returned = None if is_csv else read_returned(content, found.name, sent_file)
    if returned is None:
        file = reading.read(found.path, workspace.catalogue)
        title = f"Tableur d’une Caf · {file.summary.removesuffix('.')}"
        return found._replace(title=title, workbook=file)
    found = found._replace(nature=Nature.RETURNED, returned=returned, title=_title_of(returned))
    return _about(workspace, found, returned.sent.assessment, returned.rows)


def _about(workspace: Workspace, found: Found, given: Assessment, rows: Iterable[Said]) -> Found:
    """Return a file of an assessment with what it says: where that is one's own, what is new."""
    own_id = workspace.store.own_ids().get(given.uuid)
    said = {} if own_id is None else workspace.store.load(own_id).assessment.said
    new = tuple(one for one in rows if one.id not in said)
    is_here = own_id is not None and not new
    return found._replace(own_id=own_id, said=tuple(rows), rows=new, is_here=is_here)


def _title_of(back: ReturnedReport) -> str:
    """Return `Réponse de la Caf · Val de Charente 2027 · Prénom Nom, 12 mars · 3 remarques`."""
    identity = back.sent.assessment.identity
    of = f"{without_kind(territory_name(identity))} {identity.year}"
    if not back.rows and not back.unread:
        return f"Classeur sans réponse · {of}"
    whose = listing(filter(None, dict.fromkeys(clean(said.author).strip() for said in back.rows)))
    on = short_day(local_time(max(said.at for said in back.rows)).date()) if back.rows else ""
    said = count(len(back.rows), "remarque") if back.rows else _unread_words(len(back.unread))
    by = ", ".join(filter(None, (whose, on)))
    return typeset(" · ".join(filter(None, ("Réponse de la Caf", of, by, said))))


def _unread_words(number: int) -> str:
    return count(number, "cellule non reprise", "cellules non reprises")


def _has_state(workspace: Workspace, own_id: int, received: Received) -> bool:
    """Return whether the state of a file is that of an assessment now, or was sent of it."""
    sent = (one.fingerprint for one in sendings(workspace.store, own_id))
    return received.sending.fingerprint in {fingerprint_of(*workspace.load(own_id)), *sent}


# Taking files: all that are given together, or nothing.


def take_all(workspace: Workspace, files: Iterable[Found]) -> tuple[Found, ...]:
    """Take files together, as one edit of each assessment of one's own, or none of them.

    Raises DatabaseRefusal, NotSaved: nothing is then taken.
    """
    said: dict[int, list[Said]] = {}
    store = workspace.store
    with store.writing() as now:
        outcomes = tuple(_taken(workspace, found, said, now) for found in files)
        for own_id, rows in said.items():
            if made := edits.hear(store.load(own_id).assessment, rows):
                journal.record(store, own_id, Edit(Operation.IMPORT, made))
    for own_id in said:
        workspace.read_again(own_id)
    return outcomes


def _done(found: Found, state: State, code: str, text: str, rows: int = 0) -> Found:
    """Return a file with what became of it: `text` follows its name, then how many cells were left."""
    parts = [f"« {found.name} »{text}"]
    if found.unread:
        parts.append(f"{_unread_words(len(found.unread))}.")
    number = rows or (len(found.rows) if state is State.READ else 0)
    return found._replace(state=state, code=code, message=typeset(" ".join(parts)), taken=number)


def _taken(workspace: Workspace, found: Found, said: dict[int, list[Said]], now: datetime) -> Found:
    """Take one file, inside the transaction; what it says of one's own assessment is added to `said`."""
    if found.state is not None:
        return found
    if found.grid is not None:
        keep_grid(workspace.store, found.grid)
        return _done(found, State.TAKEN, "grille-prise", f" est installé. {found.title}.")
    if found.own_id is not None:
        return _hear(workspace, found, found.own_id, said)
    received = found.received
    assert received is not None
    kept, was_there = keep(workspace, found.name, received, now)
    if was_there:
        text = f" : déjà parmi les fichiers reçus ({short(kept)})."
        return _done(found, State.ALREADY, "soumission-deja", text)
    text = f", gardé parmi les fichiers reçus : {short(kept)}."
    return _done(found, State.READ, "soumission-gardee", text)


_TOO_MUCH: Final = (
    f" n’est pas repris : avec lui, il y aurait plus de {thousands(MOST_RECEIVED_ROWS)} remarques et "
    "réponses. Ce qui est déjà là reste."
)


def _hear(workspace: Workspace, found: Found, own_id: int, said: dict[int, list[Said]]) -> Found:
    """Return what becomes of a file about one's own assessment."""
    (grid, own), heard = workspace.load(own_id), found.said
    present = union(own.said.values(), said.get(own_id, ()))
    whole = union(present, heard)
    if is_too_much(present, heard):
        return _done(found, State.REFUSED, "fil-plein", _TOO_MUCH)
    said.setdefault(own_id, []).extend(heard)
    differs = found.received is not None and not _has_state(workspace, own_id, found.received)
    number = len(whole) - len(present)
    if not number and differs:
        text = f" est une autre version de votre évaluation. {OTHER_STATE}"
        return _done(found, State.READ, "autre-version", text)
    if not number:
        text = f" : tout ce qui y est dit est déjà dans votre évaluation n° {own_id}."
        return _done(found, State.ALREADY, "deja-la", text)
    own = own._replace(said={one.id: one for one in whole})
    to_see = sum(point.is_to_see for point in points_of(own, grid))
    text = (
        f" : {count(number, 'remarque reprise', 'remarques reprises')} dans votre évaluation n° {own_id} "
        f"({territory_name(own.identity)}, {own.identity.year}), "
        f"{count(to_see, 'point à voir', 'points à voir')}. Ctrl+Z, dans la grille, annule cela."
    )
    return _done(found, State.TAKEN, "fil-pris", f"{text} {OTHER_STATE}" if differs else text, number)


# A submission that becomes one's own assessment: a successor's, or on a new computer.


def take_as_mine(workspace: Workspace, found: Found) -> Found:
    """Make one's own assessment of a submission, thread and all; return what became of it.

    It keeps its stable id, and the file is its latest sending: the next number follows it. Its values are one
    edit. Raises Refusal: the file's own, `pas-une-soumission`, `deja-la` when it is of one's own assessment;
    NotSaved. Nothing is then made.
    """
    received = submission_of(found)
    given = received.assessment
    own_id = workspace.store.own_ids().get(given.uuid)
    if own_id is not None:
        given_path = clean(str(found.path))
        argument = f'"{given_path}"' if " " in given_path else given_path
        raise Refusal(
            "deja-la",
            f"« {found.name} » est un fichier de votre évaluation n° {own_id}. {NOTHING_TAKEN}",
            f"Pour la compléter avec lui : « {PROGRAM} importer {argument} --dans {own_id} ».",
        )
    double = double_of(workspace, given.identity)
    store, grid = workspace.store, received.grid
    with store.writing():
        identity, before = cleaned_identity(given.identity), given.previous_uuid
        own_id = store.create(grid, identity, uuid=given.uuid, previous_uuid=before)
        record_sending(store, own_id, received.sending._replace(content=serialise(received.document)))
        made = edits.differences(store.load(own_id).assessment, given)
        journal.record(store, own_id, Edit(Operation.IMPORT, tuple(made)))
    again = f" Attention : {double.sentence} Celle-ci en est une deuxième." if double else ""
    message = typeset(
        f"Reprise : {assessment_name(identity)}, nouvelle évaluation n° {own_id}. "
        "Un fichier pour la Caf ne contient ni le tableau prévisionnel, ni les années d’avant, ni les "
        f"réponses commencées : une sauvegarde, si.{again}"
    )
    made_of = found._replace(own_id=own_id, state=State.TAKEN, code="soumission-prise")
    return made_of._replace(message=message, taken=len(found.rows))


def submission_of(found: Found) -> Received:
    """Return the submission that a file is. Raises Refusal: the file's own, `pas-une-soumission`."""
    if found.received is None:
        why = f"« {found.name} » n’est pas un fichier pour la Caf. {NOTHING_TAKEN}"
        raise found.refusal or Refusal("pas-une-soumission", why)
    return found.received


# A colleague’s file put into one’s own assessment: what it would add, then one edit that undo takes back.


class Listed(NamedTuple):
    """A value that differs, under the key by which it is chosen; `sentence` has its place and both values."""

    key: str
    own: str
    theirs: str
    sentence: str


class Offer(NamedTuple):
    """What a file would add to the assessment `own_id`; nothing is written.

    `fills` are sentences, a value each.
    """

    own_id: int
    found: Completing
    fills: tuple[str, ...]
    differences: tuple[Listed, ...]
    summary: str


def offer_of(workspace: Workspace, own_id: int, received: Received) -> Offer:
    """Return what a submission would add to an assessment that can be edited, and where both differ.

    Raises Refusal (`evaluation-absente`, `grille-inconnue`), NotSaved.
    """
    grid, own = workspace.load(own_id)
    theirs = received.assessment
    found = completing(own, grid, theirs, received.grid, people(theirs.identity))
    fills = tuple(words.fill_words(grid, change) for change in found.fills)
    differences = tuple(_listed(grid, change) for change in found.differences)
    return Offer(own_id, found, fills, differences, _counted(found.changes))


def _listed(grid: Grid, change: Change) -> Listed:
    place = words.place_words(grid, change)
    own, theirs = (words.value_words(change.field, text) for text in (change.before, change.after))
    sentence = typeset(f"{place} : {own} chez vous, {theirs} dans le fichier")
    return Listed(difference_key(change), own, theirs, sentence)


def complete(
    workspace: Workspace, own_id: int, found: Found, chosen: Collection[str] = ()
) -> tuple[Found, Offer]:
    """Put a submission into an assessment after a backup, as one edit; `chosen` are keys of differences.

    Return what became of the file, and what was offered. Raises as `offer_of` does; Refusal: the file's own,
    `pas-une-soumission`, `difference-inconnue`, `fil-plein`; WriteRefusal when the backup fails, NotSaved:
    nothing is then changed.
    """
    received = submission_of(found)
    offer = offer_of(workspace, own_id, received)
    edit = offer.found.edit(chosen)
    present = workspace.store.load(own_id).assessment.said
    if is_too_much(present.values(), received.assessment.said.values()):
        raise Refusal("fil-plein", f"« {found.name} »{_TOO_MUCH}")
    if edit.changes:
        workspace.store.back_up(BackupReason.REPLACEMENT)
        journal.record(workspace.store, own_id, edit)
        workspace.read_again(own_id)
    left, apart = len(offer.differences) - len(set(chosen)), len(offer.found.lines_apart)
    taken = _counted(edit.changes)
    parts = [f"Rien de nouveau dans « {found.name} » : rien n’a été changé"]
    if taken:
        parts = [f"Ajouté à votre évaluation, de « {found.name} » : {taken}"]
    if left:
        parts.append(f"{count(left, 'valeur diffère', 'valeurs diffèrent')} : les vôtres sont gardées")
    if apart:
        lines = count(apart, "ligne du fichier n’est pas", "lignes du fichier ne sont pas")
        parts.append(f"{lines} dans votre grille : rien n’en est pris")
    state, code = (State.TAKEN, "evaluation-completee") if edit.changes else (State.ALREADY, "deja-la")
    rows = sum(change.field is Field.SAID for change in edit.changes)
    done = found._replace(own_id=own_id, state=state, code=code, taken=rows)
    return done._replace(message=typeset(f"{'. '.join(parts)}.")), offer


def _counted(changes: Iterable[Change]) -> str:
    """Return `12 notes, 1 commentaire et 3 remarques`; empty when nothing is taken."""
    numbers = Counter(change.field for change in changes)
    return listing(count(numbers[field], *names) for field, names in words.COUNTED.items() if numbers[field])


# A grid that is installed: offered for new assessments; those that there are keep theirs.


def install(workspace: Workspace, path: Path) -> tuple[Grid, bool]:
    """Store a grid file, unless it is offered already; return its grid, and whether it was stored.

    Raises InvalidDocument and InvalidGrid for a file that is no grid, DatabaseRefusal.
    """
    file = read_grid_file(path)
    is_new = not workspace.catalogue.offers(file.grid)
    if is_new:
        keep_grid(workspace.store, file)
    return file.grid, is_new
