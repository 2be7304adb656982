"""« Envoi » as a form: what is missing, the state, the pieces, the folder; then the files made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.steps import FindingCode
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import Doing, Fact, Field, Form, Kind, Option, Row
from ctg_tui.services.sending import Dossier, default_folder, look, prepare, typed_folder
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.french import STATUSES_OF_ASSESSMENT, count, listing
from ctg_tui.wording.lines import finding, urgency

STATE, FORECAST, FOLDER, CREATE, MADE = "etat", "previsionnel", "dossier", "creer", "crees"
GOES, LACK = "ce-qui-part", "manque"
_STATES: Final = [Option(status.value, word) for status, word in STATUSES_OF_ASSESSMENT.items()]
_JOINED, _APART = "joint", "non-joint"
_JOINING: Final = [Option(_JOINED, "joint, avec les salaires"), Option(_APART, "non joint")]
_FILES: Final = (
    ("_rapport", "À lire"),
    ("_entretien", "Pour l’entretien"),
    ("_reponse", "Pour répondre"),
    ("_tableur", "Tableur rempli"),
    ("_previsionnel", "Prévisionnel"),
    ("", "Pour la Caf"),
)
"""What a file is, by the end of its name."""
_LONGEST_PATH: Final = 1_000
_chosen: Final[WeakKeyDictionary[Workspace, dict[int, dict[str, str]]]] = WeakKeyDictionary()
"""What was chosen for each assessment of an open database: proposed again until the program ends."""


def _as_before(session: Session) -> dict[str, str]:
    """Return the version of the latest sending, without the forecast where it was left out of it."""
    latest, filled = session.sent, session.stored_forecast.saved_at
    chosen = {STATE: Status.DRAFT.value, FORECAST: _JOINED, FOLDER: str(default_folder())}
    if latest is not None:
        chosen[STATE] = latest.status.value
        if latest.forecast is None and filled is not None and filled <= latest.created_at:
            chosen[FORECAST] = _APART
    return chosen


class SendingForm(Form):
    """« Envoi », on an open assessment. Nothing is written before its « créer ».

    `made` is what was written last; `blocking` are the keys of the rows, as they were read last, that say why
    no version is definitive.
    """

    name = "envoi"
    title = "Envoi"

    def __init__(self, workspace: Workspace, session: Session) -> None:
        self._workspace, self._session = workspace, session
        known, key = _chosen.setdefault(workspace, {}), session.assessment.id
        self._chosen = known[key] if key in known else known.setdefault(key, _as_before(session))
        self.made: Dossier | None = None
        self.blocking: list[str] = []

    def rows(self) -> Iterator[Row]:
        """Yield what goes, what is missing, what is chosen and made of it, then the files made."""
        made_of, chosen, joins = self._session.assessment.id, self._chosen, self._joins
        outlook = look(self._workspace, made_of, self.status, with_forecast=joins)
        self.blocking = [f"{LACK}.{lack.code}" for lack in outlook.missing if lack.is_blocking]
        adviser = self._session.assessment.identity.adviser
        who = ", ".join(filter(None, (adviser.name.strip(), adviser.email.strip())))
        yield Fact(GOES, "Ce qui part", f"{listing(outlook.pieces)}.")
        yield Fact("pour", "Pour", who or "contact Caf non renseigné")
        for lack in outlook.missing:
            yield Fact(f"{LACK}.{lack.code}", urgency(lack), finding(lack))
        folder = Field(FOLDER, "Dossier", chosen[FOLDER], self._keeps(FOLDER), limit=_LONGEST_PATH)
        yield folder._replace(parse=lambda text: str(typed_folder(text).absolute()))
        state = Field(STATE, "Version", chosen[STATE], self._keeps(STATE), options=_STATES)
        yield state._replace(kind=Kind.ONE, hint="Toutes deux restent modifiables.")
        if all(lack.code is not FindingCode.FORECAST_BLANK for lack in outlook.missing):
            joined = Field(FORECAST, "Prévisionnel", chosen[FORECAST], self._keeps(FORECAST))
            yield joined._replace(kind=Kind.ONE, options=_JOINING)
        words = f"Créer les fichiers n° {outlook.number} (rien n’est envoyé)"
        yield Doing(CREATE, typeset(words), self.create)
        if self.made is not None:
            yield from _made_rows(self.made)

    @property
    def status(self) -> Status:
        return Status(self._chosen[STATE])

    @property
    def _joins(self) -> bool:
        return self._chosen[FORECAST] == _JOINED

    def _keeps(self, key: str) -> Callable[[str], None]:
        return partial(self._chosen.__setitem__, key)

    def create(self) -> str:
        workspace, made_of, folder = self._workspace, self._session.assessment.id, self._chosen[FOLDER]
        joins, status = self._joins, self.status
        self.made = prepare(workspace, made_of, Path(folder), with_forecast=joins, status=status)
        self._session.question = workspace.question_before(made_of)
        return MADE


def _made_rows(made: Dossier) -> Iterator[Row]:
    *files, _, _ = made.names  # the mail and its text are no attachments
    done = f"{count(len(files), 'fichier')} et le courriel créés et relus. Rien n’a été envoyé."
    yield Fact(MADE, "", done)
    yield Fact(f"{MADE}.dossier", "Dans le dossier", str(made.folder))
    yield Fact(f"{MADE}.joints", "", "Fichiers joints au brouillon de courriel (noms de même début)")
    stem = made.path.stem
    for rank, name in enumerate(files, 1):
        what = next(what for end, what in _FILES if Path(name).stem.partition(" (")[0].endswith(end))
        yield Fact(f"{MADE}.{rank}", what, name if rank == 1 else name.removeprefix(stem))
    if made.sending.is_final:
        yield Fact(f"{MADE}.code", "Code de contrôle", f"{made.sending.code}, à lire au téléphone")
    for rank, left in enumerate(made.not_in_workbook, 1):
        yield Fact(f"{MADE}.tableur.{rank}", "Pas dans le tableur", left.sentence)
