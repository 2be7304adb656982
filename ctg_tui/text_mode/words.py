"""The words that a person types: commands and notes, with or without accents and capitals."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from ctg_tui.domain.answers import NOT_CONCERNED, Answer, Rating
from ctg_tui.domain.text import fold
from ctg_tui.wording.typed import UNSHIFTED


class Word(Enum):
    """A command, whatever the question."""

    NOTHING = auto()
    HELP = auto()
    BACK = auto()
    MENU = auto()
    QUIT = auto()
    YES = auto()
    NO = auto()
    SCALE = auto()
    NEXT = auto()
    GO = auto()
    SEARCH = auto()
    COMMENT = auto()
    COLUMN = auto()
    CLEAR = auto()
    UNDO = auto()
    REDO = auto()
    SUMMARY = auto()
    RADAR = auto()
    WHY = auto()
    READ = auto()
    TAKE = auto()
    WRITE = auto()
    ADD = auto()
    REMOVE = auto()
    LOG = auto()
    TAKE_FACTS = auto()
    DONE = auto()
    POSTPONED = auto()
    ABANDONED = auto()
    REVIEW = auto()
    NOTE_KEPT = auto()
    NOTE_TAKEN = auto()
    NOTE_AGREED = auto()


_ALONE: Final[Mapping[str, Word]] = {
    "": Word.NOTHING,
    "?": Word.HELP,
    "aide": Word.HELP,
    "retour": Word.BACK,
    "menu": Word.MENU,
    "quitter": Word.QUIT,
    "oui": Word.YES,
    "o": Word.YES,
    "non": Word.NO,
    "n": Word.NO,
    "echelle": Word.SCALE,
    "suivante": Word.NEXT,
    "suivant": Word.NEXT,
    "commentaire": Word.COMMENT,
    "effacer": Word.CLEAR,
    "annuler": Word.UNDO,
    "refaire": Word.REDO,
    "bilan": Word.SUMMARY,
    "radar": Word.RADAR,
    "pourquoi": Word.WHY,
    "lire": Word.READ,
    "reprendre": Word.TAKE,
    "ecrire": Word.WRITE,
    "ajouter": Word.ADD,
    "carnet": Word.LOG,
    "reprendre carnet": Word.TAKE_FACTS,
    "reprendre le carnet": Word.TAKE_FACTS,
    "fait": Word.DONE,
    "reporte": Word.POSTPONED,
    "abandonne": Word.ABANDONED,
    "avis": Word.REVIEW,
    "gardee": Word.NOTE_KEPT,
    "retenue": Word.NOTE_TAKEN,
    "convenue": Word.NOTE_AGREED,
}
_WITH_MORE: Final[Mapping[str, Word]] = {
    "aller": Word.GO,
    "chercher": Word.SEARCH,
    "nc": Word.COLUMN,
    "retirer": Word.REMOVE,
    "convenue": Word.NOTE_AGREED,
}
_NOTES: Final[Mapping[str, Answer]] = {
    **{str(int(note)): note for note in Rating},
    **dict.fromkeys(("nc", "n", "x", "non concerne", "non concerné"), NOT_CONCERNED),
}
_AZERTY: Final[Mapping[str, Answer]] = dict(zip(UNSHIFTED["azerty"], Rating, strict=False))
"""The keys 0 to 3 of an AZERTY keyboard without Shift."""


def command(text: str) -> tuple[Word | None, str]:
    """Return the command typed, None for anything else, and what follows it: `aller 2.3` is GO, `2.3`."""
    words = text.split()
    typed = fold(" ".join(words))
    known = _ALONE.get(typed) or _ALONE.get(typed.rstrip(" ?") or typed)
    if known is not None:
        return known, ""
    if len(words) > 1 and (known := _WITH_MORE.get(fold(words[0]))) is not None:
        return known, " ".join(words[1:])
    return None, text


def note_of(text: str, *, azerty: bool) -> Answer | None:
    """Return the note typed: `2`, `nc`, and on an AZERTY keyboard `é` for 2; None for anything else."""
    typed = " ".join(text.split())
    if azerty and typed in _AZERTY:
        return _AZERTY[typed]
    return _NOTES.get(typed.casefold())  # not folded: « ² » is no note


def fold_words(text: str) -> str:
    """Return `text` without accents, capitals and needless spaces, to compare with a command."""
    return fold(" ".join(text.split()))
