"""The memory of what was shared: without it, two files of nearly the same persons could be subtracted.

It is a file beside the database and holds no name: fingerprints of what was counted, and of who was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from ctg_tui.domain.consolidation import Entry, person_keys
from ctg_tui.domain.disclosure import LEAST, Publication
from ctg_tui.domain.errors import InvalidDocument, Refusal
from ctg_tui.system.files import FOLDER_MODE, atomic_write, read_regular, shown_name, write_refusal

FORMAT: Final = "ctg-partages"
_MAX_BYTES: Final = 100_000_000
_PARTS: Final = ("membres", "cles", "montres")


def memory_of(database: Path) -> Path:
    """Return the path of the memory of `database`, which may not exist yet."""
    return database.with_name(f"{database.name}.partages.json")


def remembered(memory: Path) -> tuple[Publication, ...]:
    """Return what was shared so far, oldest first. Raises Refusal (`partages-illisibles`)."""
    try:
        content = json.loads(read_regular(memory, _MAX_BYTES))
        if content["format"] != FORMAT:
            raise ValueError("another format")
        return tuple(map(_publication, content["partages"]))
    except InvalidDocument as error:
        if error.code == "fichier-absent":
            return ()
        raise _unreadable(memory) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _unreadable(memory) from error


def _publication(stored: dict[str, Any]) -> Publication:
    members, keys, shown = (frozenset(map(str, stored[part])) for part in _PARTS)
    return Publication(members, keys, shown, str(stored["grille"]))


def remember(memory: Path, publications: Iterable[Publication]) -> None:
    """Keep `publications`, in place of those kept before. Raises WriteRefusal."""
    kept: list[dict[str, Any]] = [
        {
            **{part: sorted(values) for part, values in zip(_PARTS, one[: len(_PARTS)], strict=True)},
            "grille": one.grid,
        }
        for one in publications
    ]
    text = json.dumps({"format": FORMAT, "partages": kept}, ensure_ascii=False)
    try:
        memory.parent.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise write_refusal(memory, error) from error
    atomic_write(memory, text.encode("utf-8"))


def member_of(entry: Entry) -> str:
    """Return the fingerprint of what is counted of a submission."""
    return entry.fingerprint[-32:]


def keys_of(entries: Iterable[Entry]) -> frozenset[str]:
    """Return hashes that tell whether two publications are about one person or assessment, in one year."""
    return frozenset(
        hashlib.sha256(f"{entry.identity.year} {key}".encode()).hexdigest()[:16]
        for entry in entries
        for key in (entry.lineage, *person_keys(entry))
    )


def compatible(entries: Sequence[Entry], before: Sequence[Publication]) -> tuple[Publication, ...]:
    """Return the publications that can be subtracted from one of `entries`, each wholly part of it.

    Raises Refusal `partage-trop-proche` when one would leave something out, or tell fewer than five persons
    apart: what changed would be known.
    """
    members = [member_of(entry) for entry in entries]
    present, keys = frozenset(members), keys_of(entries)
    touched = tuple(one for one in before if one.keys & keys)
    apart: dict[tuple[bool, ...], int] = {}
    for member in members:
        place = tuple(member in one.members for one in touched)
        apart[place] = apart.get(place, 0) + 1
    if any(not one.members <= present for one in touched):
        raise Refusal(
            "partage-trop-proche",
            "Un fichier déjà partagé compte en partie les mêmes personnes : la différence des deux ferait "
            "connaître des réponses. Rien n’a été écrit.",
            "Redonnez exactement les mêmes fichiers, ou ajoutez au moins cinq personnes à ces mêmes "
            "fichiers, sans en retirer ni en remplacer.",
        )
    if min(apart.values()) < LEAST:
        raise Refusal(
            "partage-trop-proche",
            "Un fichier déjà partagé compte les mêmes personnes à moins de cinq près : la différence des "
            "deux ferait connaître leurs réponses. Rien n’a été écrit.",
            "Attendez d’avoir reçu au moins cinq fichiers de plus, ou redonnez exactement les mêmes.",
        )
    return touched


def _unreadable(memory: Path) -> Refusal:
    return Refusal(
        "partages-illisibles",
        f"La liste des partages déjà faits, « {shown_name(memory)} », ne peut pas être lue : un nouveau "
        "partage pourrait faire connaître des réponses par différence. Rien n’a été écrit.",
        "Remettez ce fichier, à côté de vos évaluations, tel qu’il était.",
    )
