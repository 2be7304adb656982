"""Writing a submission into a folder: verified, then written atomically, synced and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.scores import LineCount, line_count
from ctg_tui.domain.text import fold, short_fingerprint
from ctg_tui.formats import MAX_BYTES, Document, ProblemCode
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.document import serialise
from ctg_tui.submission.reader import Received, examine
from ctg_tui.system.files import atomic_write

_UNSAFE = re.compile(r"[^a-z0-9]+")
_MAX_PART = 40
"""Most characters of a territory or of the names in a file name: some systems limit the whole path to 255."""


@dataclass(frozen=True)
class Counts:
    """The counts of a submission, shown when it is written: its cells are those of the Caf's lines.

    `proposed` is the number of answers on the other lines.
    """

    rated: int
    not_concerned: int
    blank: int
    comments: LineCount
    numbers: LineCount
    actions: LineCount
    proposed: int = 0


@dataclass(frozen=True)
class Checked:
    """A submission that its reader accepts, not written yet. `fingerprint`: 64 hexadecimal digits."""

    name: str
    content: bytes
    fingerprint: str
    counts: Counts


@dataclass(frozen=True)
class Written:
    """A submission written to the disk. `fingerprint` is that of the state, 64 hexadecimal digits."""

    path: Path
    fingerprint: str
    counts: Counts


def counts_of(document: Document) -> Counts:
    """Return the counts of `document`."""
    whole = document["resultats"]["ensemble"]
    indicators = document["indicateurs"]
    lines = frozenset(document["grille"].get("lignes_proposees", ()))
    texts = [row["activite"] for row in document["commentaires"]]
    texts += [row["indicateur"] for row in indicators if "commentaire" in row]
    proposed = document["resultats"].get("propositions", {"ensemble": {"notees": 0, "nc": 0}})["ensemble"]
    return Counts(
        rated=whole["notees"],
        not_concerned=whole["nc"],
        blank=whole["sans_reponse"],
        comments=line_count(texts, lines),
        numbers=line_count([row["indicateur"] for row in indicators if "nombre" in row], lines),
        actions=line_count([row["activite"] for row in document.get("actions", ())], lines),
        proposed=proposed["notees"] + proposed["nc"],
    )


def file_name(document: Document) -> str:
    """Return a portable name such as `CTG_val-de-charente_2027_annuelle_nom_r1_7F3A-21C0.json`.

    A provisional one ends in `_provisoire.json`: the final one of the same state must not replace it.
    """
    territory, evaluation = document["territoire"], document["evaluation"]
    place = next(
        filter(None, (safe_part(territory.get(key, "")) for key in ("identifiant", "nom", "siren"))), ""
    )
    people = "-".join(
        filter(None, (safe_part(person.get("nom", "")) for person in document["charges_de_cooperation"]))
    )
    parts = (
        "CTG",
        place or "territoire",
        str(evaluation["annee"]),
        evaluation["moment"],
        _cut(people) or "sans-nom",
        f"r{document['document']['revision']}",
        short_fingerprint(document["integrite"]["empreinte"]),
    )
    draft = "_provisoire" if document["document"]["etat"] == Status.DRAFT.value else ""
    return f"{'_'.join(parts)}{draft}.json"


def safe_part(text: str) -> str:
    """Return `text` in lower-case ASCII letters, digits and hyphens: what every system takes in a name."""
    return _cut(_UNSAFE.sub("-", fold(text)).strip("-"))


def _cut(part: str) -> str:
    """Return at most `_MAX_PART` characters of a part of a name, whole words if there are several."""
    if len(part) <= _MAX_PART:
        return part
    whole, _, _ = part[: _MAX_PART + 1].rpartition("-")
    return whole or part[:_MAX_PART]


def checked(document: Document, catalogue: Catalogue | None = None) -> Checked:
    """Return the file of `document`, accepted by its reader.

    `catalogue` must know the grid of `--grille` when there is one. Raises Refusal, with the code of the
    first problem, when the reader would not accept it (a final one with blanks, one over `MAX_BYTES`).
    """
    content = serialise(document)
    if len(content) > MAX_BYTES:
        raise Refusal(
            ProblemCode.TOO_LARGE.value,
            f"Le fichier dépasserait {MAX_BYTES // 1_000_000} Mo : personne ne pourrait le vérifier. "
            "Rien n’a été écrit ; vos réponses sont intactes.",
            "Raccourcissez les commentaires les plus longs, puis recommencez.",
        )
    result = examine(content, catalogue or Catalogue())
    if not isinstance(result, Received):
        raise Refusal(
            result[0].code.value,
            f"Le fichier pour la Caf n’a pas été enregistré : {result[0].sentence()} Rien n’a été écrit.",
            "Complétez l’évaluation, ou choisissez « provisoire ».",
        )
    return Checked(file_name(document), content, result.fingerprint, counts_of(document))


def write(folder: Path, document: Document, catalogue: Catalogue | None = None) -> Written:
    """Write `document` into `folder`, replacing a former export of the same state.

    Raises Refusal as `checked` does, WriteRefusal when the folder or the disk does not allow it; nothing is
    written then.
    """
    ready = checked(document, catalogue)
    path = folder / ready.name
    atomic_write(path, ready.content)
    return Written(path, ready.fingerprint, ready.counts)
