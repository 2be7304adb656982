"""The possible answers of a cell, and an assessment (*évaluation*): one grid being filled, for a year N."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum, IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from ctg_tui.domain.text import digest, fold, row_of

MAX_RATING: Final = 3
MAX_NUMBER: Final = 999_999
"""The largest number of an indicator: seven times the population of the largest territory."""


class Rating(IntEnum):
    """A note of the Caf's scale (grille Caf 16, mode opératoire)."""

    NO = 0
    PARTLY = 1
    MOSTLY = 2
    FULLY = 3


class NotConcerned(Enum):
    """NC: the theme is outside the CTG; the cell leaves numerator and denominator."""

    NOT_CONCERNED = "NC"


NOT_CONCERNED: Final = NotConcerned.NOT_CONCERNED

Answer = Rating | Literal[NotConcerned.NOT_CONCERNED]


class Cell(NamedTuple):
    """Activity × policy, by their grid ids."""

    activity: str
    policy: str


def answer_text(answer: Answer) -> str:
    """Return `0`–`3` or `NC`: the one spelling used by the database, the submission and the screen."""
    return answer.value if isinstance(answer, NotConcerned) else str(int(answer))


def parse_answer(text: str) -> Answer:
    """Return the answer spelt `0`–`3` or `NC`. Raises ValueError for anything else."""
    if text == "NC":
        return NOT_CONCERNED
    if text in {"0", "1", "2", "3"}:
        return Rating(int(text))
    raise ValueError(f"not an answer: {text!r}")


_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class Moment(StrEnum):
    """When in the engagement the self-assessment is made."""

    START = "demarrage"
    YEARLY = "annuelle"
    END = "fin-engagement"


class Profile(StrEnum):
    """A coordinator's place in the CTG; some indicators are asked of project leads only."""

    PROJECT_LEAD = "chef-de-projet"
    THEMATIC = "thematique"


class Status(StrEnum):
    """The state that a file for the Caf declares: a final one lacks nothing. Neither locks anything."""

    DRAFT = "provisoire"
    FINAL = "definitif"


class Sending(NamedTuple):
    """One making of the files for the Caf (*envoi*): its number from 1, the id, date and state of its file.

    `created_at` is UTC, to the second; `fingerprint` is that of the state, 64 hexadecimal digits; `forecast`
    the print of the table that was joined, None without any; `content` the bytes of the file where they are
    read.
    """

    number: int
    identifier: str
    created_at: datetime
    status: Status
    fingerprint: str
    forecast: str | None = None
    content: bytes = b""

    @property
    def is_final(self) -> bool:
        return self.status is Status.FINAL

    @property
    def code(self) -> str:
        """The first 32 bits of the fingerprint, as `7F3A-21C0`: to compare over the phone, no signature."""
        return f"{self.fingerprint[:4]}-{self.fingerprint[4:8]}".upper()


class Territory(NamedTuple):
    """The local authority. `siren` is 9 digits with a valid key, or None when not known."""

    name: str = ""
    siren: str | None = None
    department: str = ""
    known_id: str | None = None


class Coordinator(NamedTuple):
    """A chargé de coopération. `ref` (`c1`, `c2`…) is stable within the assessment."""

    ref: str
    last_name: str
    first_name: str
    profile: Profile
    policies: tuple[str, ...] = ()


class Adviser(NamedTuple):
    """The CCD at the Caf who receives the submission."""

    name: str = ""
    email: str = ""


class Identity(NamedTuple):
    """The form (*fiche*): everything about an assessment that is not an answer."""

    year: int
    moment: Moment
    territory: Territory = Territory()
    coordinators: tuple[Coordinator, ...] = ()
    adviser: Adviser = Adviser()


class Outcome(StrEnum):
    """What became of an action (*devenir*)."""

    DONE = "fait"
    POSTPONED = "reporte"
    ABANDONED = "abandonne"


class Action(NamedTuple):
    """A step planned for a line that the coordinator chose to work on. `due` may be unknown.

    `outcome` is what became of it, None while it is only planned.
    """

    what: str = ""
    who: str = ""
    due: date | None = None
    outcome: Outcome | None = None


class Place(NamedTuple):
    """Where the cursor stands: a mission and, in its table, a line (activity or indicator) and a policy."""

    mission: str
    line: str | None = None
    policy: str | None = None


class PreparationTopic(StrEnum):
    """A part of the preparation sheet for the meeting with the adviser: its day and time, then texts."""

    MEETING = "rendez-vous"
    STRONG_POINTS = "points-forts"
    WEAK_POINTS = "points-a-travailler"
    HELP_ASKED = "aide-demandee"
    TRAINING = "formation"


SAID: Final = {
    "at": "date",
    "author": "auteur",
    "is_caf": "caf",
    "about": "fichier",
    "line": "activite",
    "policy": "politique",
    "read": "note_lue",
    "note": "note",
    "words": "texte",
    "answers": "repond_a",
}
"""The French names of the fields of a row of the thread, in files and in the database."""
ID_LENGTH: Final = 32
"""Hexadecimal digits of the id of a row."""


class Said(NamedTuple):
    """One thing said by one person: of a line, of one of its cells (`policy`), or of the whole assessment.

    `at` is in UTC, to the second. `about` names the file that its author had before them
    (`domain.thread.file_print`), and `read` the self-note in it. `note` is proposed, kept or agreed on.
    `answers` are the ids of the rows that it answers: a person’s row that answers without note nor words says
    « vu »; a Caf’s row that answers says what was agreed on in the interview (*convenu*).
    """

    at: datetime
    author: str = ""
    is_caf: bool = False
    about: str = ""
    line: str | None = None
    policy: str | None = None
    read: Answer | None = None
    note: Answer | None = None
    words: str = ""
    answers: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Who said what, where, about which file: 32 hexadecimal digits. The date is not a part of it.

        Two people of one name, however they spell its accents and case, are one author.
        """
        return _id_of(self)

    @property
    def cell(self) -> Cell | None:
        return None if self.line is None or self.policy is None else Cell(self.line, self.policy)

    @property
    def is_agreement(self) -> bool:
        """Whether it was agreed on in the interview."""
        return self.is_caf and bool(self.answers)


@lru_cache(maxsize=9_600)  # twice the longest thread
def _id_of(said: Said) -> str:
    row = row_of(said, SAID)
    places = ("caf", "fichier", "activite", "politique", "note", "texte")
    return digest([fold(said.author), *map(row.get, places), row["repond_a"] or None])[:ID_LENGTH]


class Draft(NamedTuple):
    """An answer that was not sent. Until `is_kept` it is still being typed, and settles nothing."""

    note: Answer | None = None
    words: str = ""
    answers: tuple[str, ...] = ()
    is_kept: bool = False


class Assessment(NamedTuple):
    """The form, answers, texts and numbers of one assessment. Mappings are keyed by grid ids.

    `comments` are those of its lines, indicators among them.

    `said` is the thread, by the id of each row, and `drafts` the answers that were not sent, by their place
    (`domain.thread.draft_key`).

    `set_aside` spells the former answer (empty: none) of each cell made NC by an edit of its whole column.
    Ids that the grid no longer has stay here and are shown apart. `uuid` is the same for the whole life of an
    assessment and of what is sent of it; `previous_uuid` is that of the one it follows.
    """

    id: int
    grid_id: str
    grid_version: str
    grid_fingerprint: str
    identity: Identity
    uuid: str = ""
    previous_uuid: str | None = None
    answers: Mapping[Cell, Answer] = _NOTHING
    set_aside: Mapping[Cell, str] = _NOTHING
    comments: Mapping[str, str] = _NOTHING
    numbers: Mapping[str, int] = _NOTHING
    preparation: Mapping[PreparationTopic, str] = _NOTHING
    actions: Mapping[str, Action] = _NOTHING
    said: Mapping[str, Said] = _NOTHING
    drafts: Mapping[str, Draft] = _NOTHING
