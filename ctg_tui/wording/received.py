"""Received submissions in words: what an import did, other versions of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import (
    Identity,
    Moment,
    PreparationTopic,
    Status,
    Territory,
    answer_text,
)
from ctg_tui.domain.changes import Change, Field, parse_action
from ctg_tui.domain.details import Part, is_another_territory, parse_part
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.sending import Sending
from ctg_tui.domain.text import clean, short_fingerprint
from ctg_tui.domain.thread import parse_said
from ctg_tui.wording.french import MOMENTS, NO_TERRITORY, STATUSES, TOPICS, count, listing, state_of
from ctg_tui.wording.grid import PARTS
from ctg_tui.wording.grid_files import INSTALL_IT
from ctg_tui.wording.lines import action_in_a_line
from ctg_tui.wording.spreadsheet import key_name

if TYPE_CHECKING:
    from datetime import datetime


SALARIES: Final = (
    "« {} » est un tableau prévisionnel : il contient des salaires, il n’est pas gardé avec les fichiers "
    "reçus."
)
READ_ONLY: Final = "Fichier reçu, en lecture seule."
TO_SEE: Final = "à voir"
"""What a person owes an answer to."""
OWN: Final = "fichier de votre propre évaluation"
OTHER_TERRITORY: Final = "le même identifiant pour deux territoires"
SAME_NUMBER: Final = "deux fichiers différents du même envoi"


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
    def sending(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


def grid_taken(file_name: str, number: int) -> str:
    """Return that a workbook gave the grid that `number` files received were filled with."""
    readable = count(number, "fichier reçu se lit maintenant", "fichiers reçus se lisent maintenant")
    return typeset(f"« {file_name} » : c’est la grille de sa Caf, elle est gardée. {readable}.")


def people(identity: Identity) -> str:
    """Return the names of the coordinators, `Prénom Nom et Prénom Nom`; empty without any."""
    names = (f"{person.first_name} {person.last_name}".strip() for person in identity.coordinators)
    return listing(name for name in names if name)


def state_and_number(submission: Described) -> str:
    """Return `définitif, envoi n° 2`."""
    return typeset(f"{STATUSES[submission.status]}, envoi n° {submission.sending}")


def short(submission: Described) -> str:
    """Return `Val de Charente, 2027, annuelle, définitif, envoi n° 2`."""
    parts = (submission.territory_name or NO_TERRITORY, submission.year, MOMENTS[submission.moment])
    return f"{', '.join(map(str, parts))}, {state_and_number(submission)}"


def taken(new: Described, before: Iterable[Described], *, grid_is_known: bool) -> str:
    """Return what was taken, what it comes after, and what is to be looked at."""
    before = tuple(before)
    sentences = [f"{short(new)}."]
    later = [one for one in before if one.sending > new.sending]
    earlier = [one for one in before if one.sending < new.sending]
    if later:
        sentences.append(f"L’envoi n° {max(one.sending for one in later)}, plus récent, est déjà là.")
    elif earlier:
        last = max(earlier, key=lambda one: (one.sending, one.created_at))
        sentences.append(f"Remplace l’envoi n° {last.sending}, code {short_fingerprint(last.fingerprint)}.")
    elif before:
        sentences.append("Un autre fichier de cet envoi était déjà là : les deux sont gardés.")
    if problem := conflict((*before, new)):
        sentences.append(f"À vérifier avec l’expéditeur : {problem}.")
    if not grid_is_known:
        sentences.append("Sa grille est introuvable sur ce poste : ses chiffres ne sont pas recalculés.")
        sentences.append(INSTALL_IT)
    return typeset(" ".join(sentences))


def workbook_written(name: str, folder: str) -> str:
    """Return that the workbook to answer in is written, and what to do with it."""
    return typeset(f"« {name} » est dans {folder}. Complétez les cellules bleues, puis envoyez ce classeur.")


def table_written(name: str, folder: str, counted: int, left_out: int) -> str:
    """Return that the table of all files is written, and how many files it leaves out."""
    left = (
        f" {count(left_out, 'fichier à part y est nommé', 'fichiers à part y sont nommés')}."
        if left_out
        else ""
    )
    return typeset(f"« {name} » est dans {folder} : {count(counted, 'évaluation')}.{left}")


def conflict(of_lineage: Iterable[Described]) -> str:
    """Return why files of one assessment contradict each other; empty when they do not."""
    every = tuple(of_lineage)
    if any(is_another_territory(*two) for two in combinations({one.territory for one in every}, 2)):
        return OTHER_TERRITORY
    numbers = {(one.sending, one.fingerprint) for one in every}
    if len({number for number, _ in numbers}) < len(numbers):
        return SAME_NUMBER
    return ""


def no_folder(name: str) -> tuple[str, str]:
    """Return what happened and what to do when a folder that was named is not there."""
    return f"Le dossier « {name} » n’existe pas. Rien n’a été reçu.", "Vérifiez son nom et où il est."


def empty_folder(name: str) -> tuple[str, str]:
    """Return what happened and what to do when a folder has no file."""
    return (
        f"Le dossier « {name} » ne contient aucun fichier.",
        "Enregistrez-y les pièces jointes des courriels, puis recommencez.",
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


# A file that is another version of one's own assessment, in words: what differs, and the two ways on.

_COUNTED: Final = {
    Field.ANSWER: ("note", "notes"),
    Field.COMMENT: ("commentaire", "commentaires"),
    Field.REMARK: ("commentaire d’indicateur", "commentaires d’indicateurs"),
    Field.NUMBER: ("nombre", "nombres"),
    Field.ACTION: ("action", "actions"),
    Field.PREPARATION: ("texte d’entretien", "textes d’entretien"),
    Field.SAID: ("parole", "paroles"),
}
_NAMED: Final = {Field.GRID: "grille"}

UNKNOWN_GRID: Final = "sa grille est introuvable sur ce poste"
STOPPED: Final = typeset("Arrêté : rien n’a été reçu.")
NOTHING_CHANGED: Final = (
    "Rien n’a été changé. Pour mettre ce contenu à la place du vôtre, ajoutez --remplacer : une sauvegarde "
    "est faite avant."
)


class Difference(NamedTuple):
    """One value that differs: where it is, what is here, what the file says; empty for no value."""

    where: str
    here: str
    there: str

    @property
    def sentence(self) -> str:
        """Return `1.3 Famille : 2 ici, 1 dans le fichier`."""
        here, there = (text.partition("\n")[0] or "rien" for text in (self.here, self.there))
        return typeset(f"{self.where} : {here} ici, {there} dans le fichier")


def differing(changes: Iterable[Change], sent: Sending | None = None, *, other_previous: bool = False) -> str:
    """Return what differs, counted: `3 notes, territoire`; without any, which sending it is."""
    changes = tuple(changes)
    counted = Counter(change.field for change in changes)
    parts = [count(counted[field], *words) for field, words in _COUNTED.items() if counted[field]]
    parts += [name for field, name in _NAMED.items() if counted[field]]
    parts += [PARTS[Part(change.key)] for change in changes if change.field is Field.DETAILS]
    parts += ["évaluation précédente"] * other_previous
    return ", ".join(parts) or f"même contenu, {state_of(sent)}"


def differences(grid: Grid, changes: Iterable[Change]) -> Iterator[Difference]:
    """Yield each value that differs; `grid` is that of the file."""
    for change in changes:
        if change.field in {Field.SET_ASIDE, Field.GRID}:
            if change.field is Field.GRID:
                yield Difference("Grille", "la vôtre", "une autre")
            continue
        yield Difference(_where(grid, change), _shown(change, change.before), _shown(change, change.after))


def _where(grid: Grid, change: Change) -> str:
    match change.field:
        case Field.ANSWER | Field.NUMBER:
            return key_name(grid, change.key)
        case Field.PREPARATION:
            return TOPICS[PreparationTopic(change.key)]
        case Field.DETAILS:
            return PARTS[Part(change.key)].capitalize()
        case Field.SAID:
            said = parse_said(change.after or change.before or "")
            where = "/".join(filter(None, (said.line, said.policy)))
            return f"{key_name(grid, where) if where else 'Sur l’ensemble'}, {said.author or 'sans nom'}"
        case field:
            return f"{key_name(grid, change.key)}, {_COUNTED[field][0]}"


def _shown(change: Change, text: str | None) -> str:
    if text is None:
        return ""
    match change.field:
        case Field.DETAILS:
            return _detail(change.key, text)
        case Field.ACTION:
            return clean(action_in_a_line(parse_action(text)))
        case Field.SAID:
            said = parse_said(text)
            note = "vu" if said.note is None else answer_text(said.note)
            return clean(said.words, multiline=True) or note
        case Field.ANSWER | Field.NUMBER:
            return clean(text)
        case _:
            return f"« {clean(text, multiline=True).strip()} »"


def _detail(key: str, text: str) -> str:
    (value,) = parse_part(key, text).values()
    match Part(key):
        case Part.TERRITORY:
            return clean(value.name) or NO_TERRITORY
        case Part.PEOPLE:
            return people(Identity(2000, next(iter(MOMENTS)), coordinators=value))
        case Part.ADVISER:
            return clean(" ".join(filter(None, value)))
        case Part.MOMENT:
            return MOMENTS[value]
        case _:
            return str(value)


def name_of(what: str) -> str:
    """Return `autre version de votre évaluation (3 notes, territoire)`; `what` is what differs."""
    return typeset(f"autre version de votre évaluation ({what})")


def two_territories(here: Identity, there: Identity) -> str:
    """Return the sentence on a copy that became another territory's."""
    return typeset(
        f"À vérifier avec l’expéditeur : votre évaluation est celle de « {clean(here.territory.name)} », ce "
        f"fichier est devenu celui de « {clean(there.territory.name)} »."
    )


def received(named: str, warning: str) -> str:
    """Return that a file was received as another version of an assessment, which stays as it is."""
    return typeset(f"C’est une {named} ; la vôtre n’est pas changée. {warning}".strip())


def question(named: str, warning: str) -> str:
    """Return the question before the content of a file takes the place of one's own."""
    return typeset(
        f"C’est une {named}. {warning} Mettre son contenu à la place du vôtre ? Une sauvegarde est faite "
        "avant, et Ctrl+Z, dans la grille, rend le vôtre.".replace("  ", " ")
    )


def not_a_new_one(file_name: str, named: str, assessment_id: int, warning: str) -> Refusal:
    """Return the refusal to make a second assessment of what is one's own; it gives the ways on.

    `warning` is that of a copy that became another territory's.
    """
    return Refusal(
        "autre-version",
        " ".join(filter(None, (f"« {file_name} » : {named}. Rien n’a été repris.", warning))),
        "Pour le garder parmi les fichiers reçus, la vôtre restant comme elle est : "
        f"« {PROGRAM} importer {file_name} ». Pour mettre son contenu à la place du vôtre : « {PROGRAM} "
        f"importer {file_name} --dans {assessment_id} --remplacer ».",
    )


def not_of_this_one(file_name: str, assessment_id: int) -> Refusal:
    """Return the refusal of a file that comes from another assessment."""
    return Refusal(
        "autre-evaluation",
        f"« {file_name} » n’est pas une version de l’évaluation n° {assessment_id}. Rien n’a été changé.",
        "Pour en faire une évaluation à part, ajoutez --nouvelle à la place de --dans.",
    )


def replaced(file_name: str, what: str, *, is_edit: bool) -> str:
    """Return what was put in place; `what` is what differed, `is_edit` whether there is something to undo."""
    after = f"{'son contenu est maintenant celui' if is_edit else 'elle suit maintenant la version'} de "
    after += f"« {file_name} » ({what})"
    undo = " ; Ctrl+Z, dans la grille, rend le vôtre" if is_edit else ""
    return typeset(f"Votre évaluation : {after}. Une sauvegarde a été faite avant{undo}.")


def other_previous(here: str | None, there: str | None) -> Difference:
    """Return that a file says that it follows another assessment, or none."""
    return Difference("Évaluation précédente", "la vôtre" * bool(here), "une autre" * bool(there))


def previous_stays() -> str:
    """Return that the assessment of the year before is not replaced with the content."""
    return typeset(
        "L’évaluation précédente reste celle d’ici : vos chiffres de l’an dernier ne changent pas."
    )


def unchanged() -> str:
    """Return that a file had no content to put in place."""
    return typeset("Votre évaluation : son contenu était déjà celui-là.")


def already(file_name: str, assessment_id: int) -> str:
    """Return that the content of a file is that of an assessment."""
    return typeset(f"« {file_name} » : déjà là, c’est votre évaluation n° {assessment_id}.")


def read_so_far(done: int) -> str:
    """Return the progress shown while files are read."""
    return f"{count(done, 'fichier lu', 'fichiers lus')}… (Ctrl+C pour arrêter)"
