"""The sentences that the page, the workbook and the mail share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from ctg_tui.domain.assessment import Assessment, Coordinator, PreparationTopic
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.grid import Grid, Mission, ScaleStep
from ctg_tui.domain.thread import PointState
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import (
    NBSP,
    PROFILES,
    STATUSES,
    clock_time,
    count,
    day,
    listing,
    sending_name,
)
from ctg_tui.wording.sending import COUNTED, changed_values
from ctg_tui.wording.spreadsheet import key_name
from ctg_tui.wording.thread import place_of
from ctg_tui.wording.typed import parse_meeting

MISSING: Final = "Ce qui manque"
"""The heading of the findings shown to the Caf, in the page and in the mail."""


_MOST_NAMED: Final = 6
"""Values named one by one; the others are counted."""
_CHANGED: Final = COUNTED | {
    Field.SAID: ("réponse à la Caf", "réponses à la Caf"),
    Field.DETAILS: ("renseignement", "renseignements"),
    Field.GRID: ("changement de grille", "changements de grille"),
}


def since(content: ReportContent) -> str:
    """Return `Depuis l’envoi n° 1 : 1 note (1.3 Famille : 1 → 2), 2 commentaires (1.1, 1.2).`

    Empty at the first sending.
    """
    if content.former is None:
        return ""
    then = f"envoi n°{NBSP}{content.former.number}"
    places: dict[Field, list[str]] = {}
    for change in content.changes:
        places.setdefault(change.field, []).append(_changed(content.grid, change))
    parts = [
        f"{count(len(places[field]), *words)}{_named(places[field])}"
        for field, words in _CHANGED.items()
        if field in places
    ]
    return f"Depuis l’{then}{NBSP}: {', '.join(parts)}." if parts else f"Rien n’a changé depuis l’{then}."


def _changed(grid: Grid, change: Change) -> str:
    """Return `1.3 Famille : 1 → 2` for a value, `1.3` for a text; empty for what is on no line."""
    if change.field in {Field.ANSWER, Field.NUMBER}:
        return next(changed_values(grid, [change]))
    return key_name(grid, change.key) if change.key in grid.mission_of else ""


def _named(places: Sequence[str]) -> str:
    """Return ` (1.3 Famille : 1 → 2, 1.8)`, the first ones alone; empty without a place."""
    named = [place for place in places if place][:_MOST_NAMED]
    more = len(places) - len(named)
    others = f" et {count(more, 'autre')}" if more else ""
    return f" ({', '.join(named)}{others})" if named else ""


# What the Caf said, and what was answered.

_STATES: Final = {
    PointState.SETTLED: ("réglée", "réglées"),
    PointState.ANSWERED: ("répondue", "répondues"),
    PointState.TO_SEE: ("à voir", "à voir"),
}


def settled_in_a_line(content: ReportContent) -> str:
    """Return `Réglé : 3 points (1.2 Éducation, 1.8 Famille…)`; empty without any."""
    places = [place_of(content.grid, point) for point in content.settled]
    return f"Réglé{NBSP}: {count(len(places), 'point')}{_named(places)}." if places else ""


def remarks_in_words(content: ReportContent) -> str:
    """Return `Remarques de la Caf : 3 réglées, 1 à voir (1.4 Social, Sur l’ensemble)`; empty without any."""
    remarks = [point for point in content.points if point.authors]
    counted = Counter(point.state for point in remarks)
    parts = [count(counted[state], *words) for state, words in _STATES.items() if counted[state]]
    to_see = dict.fromkeys(place_of(content.grid, point) for point in remarks if point.is_to_see)
    return f"Remarques de la Caf{NBSP}: {', '.join(parts)}{_named([*to_see])}." if parts else ""


def meeting_of(assessment: Assessment) -> tuple[date, time | None] | None:
    """Return the day and the time of the meeting; None without one that can be read."""
    try:
        meeting = parse_meeting(assessment.preparation.get(PreparationTopic.MEETING, ""), date.min)
    except ValueError:  # a file merged from others may hold two
        return None
    return None if meeting is None or meeting[0].year == date.min.year else meeting


def meeting_in_words(assessment: Assessment) -> str:
    """Return `11 février 2027 à 14 h 30`; empty without a day that can be read."""
    meeting = meeting_of(assessment)
    if meeting is None:
        return ""
    on_day, at = meeting
    return day(on_day) if at is None else f"{day(on_day)} à {clock_time(datetime.combine(on_day, at))}"


def how_to_answer(content: ReportContent, to: str = "") -> str:
    """Return the one instruction: what to fill, and by when; `to` is `-moi` or `-nous` where one speaks."""
    meeting = meeting_of(content.assessment)
    by_when = " avec une date pour l’entretien" if meeting is None else ""
    if meeting is not None and meeting[0] >= content.created_at.date():
        by_when = f" avant l’entretien du {meeting_in_words(content.assessment)}"
    return (
        "dans le classeur joint, écrivez dans les cellules bleues, enregistrez-le, puis "
        f"renvoyez-le{to}{by_when}."
    )


# What the file is.


def whose(content: ReportContent) -> str:
    """Return territory, year and state, without the fingerprint: for files that can be changed once sent."""
    return f"{content.territory_name} · {content.assessment.identity.year} · {state(content)}"


def state(content: ReportContent) -> str:
    """Return `envoi n° 2, du 30 novembre, provisoire`, or `brouillon` where no files were made of it."""
    if content.sending is None:
        return "brouillon"
    name = sending_name(content.sending.number, content.created_at.date())
    return f"{name}, {STATUSES[content.sending.status]}"


def people(content: ReportContent) -> list[str]:
    """Return the coordinators, each with the profile and policies."""
    return [_person(one, content.grid) for one in content.assessment.identity.coordinators]


def _person(coordinator: Coordinator, grid: Grid) -> str:
    """Format as `Prénom Nom, chef de projet CTG (Famille et Éducation)`."""
    labels = {policy.id: policy.label for policy in grid.policies}
    policies = listing(labels.get(policy, policy) for policy in coordinator.policies)
    name = f"{coordinator.first_name} {coordinator.last_name}".strip() or "Nom non renseigné"
    return f"{name}, {PROFILES[coordinator.profile]}{f' ({policies})' if policies else ''}"


def scale_word(step: ScaleStep) -> str:
    """Return the label of a step up to its colon: « Partiellement »."""
    return step.label.partition(":")[0].strip()


def mission_title(mission: Mission) -> str:
    return f"Mission {mission.number}{NBSP}: {mission.title}"


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, cut between words where possible, with an ellipsis."""
    if len(text) <= limit:
        return text
    start = text[:limit].rpartition(" ")[0]
    return f"{start if len(start) > limit // 2 else text[: limit - 1]}…"
