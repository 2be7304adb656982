"""Put a colleague’s file into one’s own assessment: what it would add, then one edit that undo takes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.backups import BackupReason
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.completing import Completing, completing, difference_key
from ctg_tui.domain.details import same_territory
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.thread import MOST_RECEIVED_ROWS, is_too_much
from ctg_tui.services.exchange import Found, State, submission_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.storage import journal
from ctg_tui.submission import Received
from ctg_tui.wording import changes as words
from ctg_tui.wording.french import MOMENTS, assessment_name, count, listing, people, thousands


class Listed(NamedTuple):
    """A value that differs, under the key by which it is chosen; `sentence` has both values."""

    key: str
    place: str
    own: str
    theirs: str
    sentence: str


class Offer(NamedTuple):
    """What a file would add to the assessment `own_id`; nothing is written.

    `fills` are sentences, a value each; `warning` is empty unless the file is of another territory, year or
    moment.
    """

    own_id: int
    found: Completing
    fills: tuple[str, ...]
    differences: tuple[Listed, ...]
    summary: str
    warning: str


def look(workspace: Workspace, own_id: int, received: Received) -> Offer:
    """Return what a submission would add to an assessment that can be edited, and where both differ.

    Raises Refusal (`evaluation-absente`, `grille-inconnue`), NotSaved.
    """
    grid, own = workspace.load(own_id)
    theirs = received.assessment
    found = completing(own, grid, theirs, received.grid, people(theirs.identity))
    return Offer(
        own_id,
        found,
        tuple(words.fill_words(grid, change) for change in found.fills),
        tuple(_listed(grid, change) for change in found.differences),
        counted(found.changes),
        _warning(own.identity, theirs.identity),
    )


def _listed(grid: Grid, change: Change) -> Listed:
    place = words.place_words(grid, change)
    own, theirs = (words.value_words(change.field, text) for text in (change.before, change.after))
    sentence = typeset(f"{place} : {own} chez vous, {theirs} dans le fichier")
    return Listed(difference_key(change), place, own, theirs, sentence)


def complete(
    workspace: Workspace, own_id: int, found: Found, chosen: Collection[str] = ()
) -> tuple[Found, Offer]:
    """Put a submission into an assessment after a backup, as one edit; `chosen` are keys of differences.

    Return what became of the file, and what was offered. Raises as `look` does; Refusal: the file's own,
    `pas-une-soumission`, `difference-inconnue`, `fil-plein`; WriteRefusal when the backup fails, NotSaved:
    nothing is then changed.
    """
    received = submission_of(found)
    offer = look(workspace, own_id, received)
    edit = offer.found.edit(chosen)
    present = workspace.store.load(own_id).assessment.said
    if is_too_much(present.values(), received.assessment.said.values()):
        raise Refusal(
            "fil-plein",
            f"« {found.name} » porterait les échanges à plus de {thousands(MOST_RECEIVED_ROWS)} remarques. "
            "Rien n’a été changé.",
        )
    if edit.changes:
        workspace.store.back_up(BackupReason.REPLACEMENT)
        journal.record(workspace.store, own_id, edit)
        workspace.read_again(own_id)
    left, apart = len(offer.differences) - len(set(chosen)), len(offer.found.lines_apart)
    taken = counted(edit.changes)
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


def _warning(own: Identity, theirs: Identity) -> str:
    """Return what to look at where both are not of one territory, as far as it is known, year and moment."""
    is_named = bool(own.territory.name.strip() and theirs.territory.name.strip())
    is_same = same_territory(own.territory, theirs.territory) or not is_named
    if (own.year, own.moment) == (theirs.year, theirs.moment) and is_same:
        return ""
    return typeset(
        f"À vérifier : ce fichier est celui de {assessment_name(theirs)}, {MOMENTS[theirs.moment]} ; "
        f"votre évaluation est {assessment_name(own)}, {MOMENTS[own.moment]}."
    )


def counted(changes: Iterable[Change]) -> str:
    """Return `12 notes, 1 commentaire et 3 remarques`; empty when nothing is taken."""
    numbers = Counter(change.field for change in changes)
    return listing(count(numbers[field], *names) for field, names in words.COUNTED.items() if numbers[field])
