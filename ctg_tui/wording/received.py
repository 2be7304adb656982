"""Received submissions in words: what an import did, one row of the list, the receipt to send back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, Protocol

from ctg_tui.domain.assessment import Identity, Moment, Status, Territory
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.fingerprint import short_fingerprint
from ctg_tui.domain.identity import is_another_territory
from ctg_tui.wording.french import MOMENTS, NO_TERRITORY, STATUSES, count, listing

if TYPE_CHECKING:
    from datetime import datetime

SALARIES: Final = (
    "« {} » est un tableau prévisionnel : il contient des salaires, il n’est pas gardé avec les fichiers "
    "reçus."
)
READ_ONLY: Final = "Fichier reçu, en lecture seule."
TO_REVIEW: Final = "0 à 3, N : votre note à côté de la sienne."
OTHER_TERRITORY: Final = "le même identifiant pour deux territoires"
TWO_FINALS: Final = "deux fichiers définitifs différents"


class Described(Protocol):
    """What the sentences need of a received submission."""

    @property
    def territory(self) -> Territory: ...
    @property
    def territory_name(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def moment(self) -> Moment: ...
    @property
    def status(self) -> Status: ...
    @property
    def revision(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def receipt(fingerprint: str) -> str:
    """Return the sentence to send back: `Fichier reçu, code de contrôle 7F3A-21C0.`"""
    return f"Fichier reçu, code de contrôle {short_fingerprint(fingerprint)}."


def copied(said: str) -> str:
    """Return that a receipt is in the clipboard."""
    return f"Copié : {said} Collez ce texte dans votre réponse."


def people(identity: Identity) -> str:
    """Return the names of the coordinators, `Prénom Nom et Prénom Nom`; empty without any."""
    names = (f"{person.first_name} {person.last_name}".strip() for person in identity.coordinators)
    return listing(name for name in names if name)


def state_and_revision(submission: Described) -> str:
    """Return `définitif, révision 2`; the first revision is not named."""
    revised = f", révision {submission.revision}" if submission.revision > 1 else ""
    return STATUSES[submission.status] + revised


def short(submission: Described) -> str:
    """Return `Val de Charente, 2027, annuelle, définitif, révision 2`."""
    parts = (submission.territory_name or NO_TERRITORY, submission.year, MOMENTS[submission.moment])
    return f"{', '.join(map(str, parts))}, {state_and_revision(submission)}"


def taken(new: Described, before: Iterable[Described], *, grid_is_known: bool) -> str:
    """Return what was taken, what it comes after, and what is to be looked at."""
    before = tuple(before)
    sentences = [f"{short(new)}."]
    later = [one for one in before if one.revision > new.revision]
    earlier = [one for one in before if one.revision < new.revision]
    if later:
        sentences.append(f"La révision {max(one.revision for one in later)}, plus récente, est déjà là.")
    elif earlier:
        last = max(earlier, key=lambda one: (one.revision, one.created_at))
        sentences.append(f"Remplace la révision {last.revision}, code {short_fingerprint(last.fingerprint)}.")
    elif before:
        sentences.append("Une autre version de ce fichier était déjà là : les deux sont gardées.")
    if problem := conflict((*before, new)):
        sentences.append(f"À vérifier avec l’expéditeur : {problem}.")
    if not grid_is_known:
        sentences.append("Sa grille est introuvable sur ce poste : ses chiffres ne sont pas recalculés.")
    return typeset(" ".join(sentences))


def conflict(of_lineage: Iterable[Described]) -> str:
    """Return why files of one assessment contradict each other; empty when they do not."""
    every = tuple(of_lineage)
    if any(is_another_territory(*two) for two in combinations({one.territory for one in every}, 2)):
        return OTHER_TERRITORY
    finals = [(one.revision, one.fingerprint) for one in every if one.status is Status.FINAL]
    if len({revision for revision, _ in finals}) < len(set(finals)):
        return TWO_FINALS
    return ""


def no_folder(name: str) -> tuple[str, str]:
    """Return what happened and what to do when a folder that was named is not there."""
    return f"Le dossier « {name} » n’existe pas. Rien n’a été reçu.", "Vérifiez son nom et où il est."


def empty_folder(name: str) -> tuple[str, str]:
    """Return what happened and what to do when a folder has no file."""
    return (
        f"Le dossier « {name} » ne contient aucun fichier.",
        "Enregistrez-y les courriels ou leurs pièces jointes, puis recommencez.",
    )


def left_aside(messages: Sequence[str]) -> str:
    """Return `24 pièces laissées de côté.`; one alone is named. `messages` say of each what it is."""
    number = count(len(messages), "pièce laissée de côté", "pièces laissées de côté")
    return f"{number}. {messages[0]}" if len(messages) == 1 else f"{number}."


def import_summary(taken: int, already: int, refused: int, aside: int) -> str:
    """Return `3 fichiers reçus · 1 déjà là · 2 fichiers refusés · 4 autres fichiers`."""
    parts = [count(taken, "fichier reçu", "fichiers reçus")]
    if already:
        parts.append(count(already, "déjà là", "déjà là"))
    if refused:
        parts.append(count(refused, "fichier refusé", "fichiers refusés"))
    if aside:
        parts.append(count(aside, "autre fichier", "autres fichiers"))
    return " · ".join(parts)
