"""The sentences that the HTML and XLSX reports share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from ctg_tui.domain.assessment import (
    Assessment,
    Coordinator,
    PreparationTopic,
)
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.details import Part
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission, ScaleStep
from ctg_tui.domain.steps import is_asked
from ctg_tui.domain.text import clean
from ctg_tui.domain.thread import Point, PointState
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import (
    NARROW,
    NBSP,
    PROFILES,
    STATUSES,
    TOPICS,
    clock_time,
    count,
    day,
    listing,
    profile_name,
    sending_name,
    thousands,
)
from ctg_tui.wording.grid import PARTS
from ctg_tui.wording.lines import (
    basis,
    line_number,
)
from ctg_tui.wording.thread import NO_NAME, Saying, draft_words, place_of, sayings
from ctg_tui.wording.typed import parse_meeting

NO_ANSWER: Final = "vide"
MISSING: Final = "Ce qui manque"
"""The heading of the findings shown to the Caf, in the reports and in the mail."""
FOREIGN: Final = (
    "Ces réponses portent sur des lignes que la grille de ce rapport n’a pas. Elles sont conservées, "
    "montrées telles quelles, et ne comptent dans aucun pourcentage."
)
UNKNOWN_GRID: Final = (
    f"Le fichier de la grille de cette évaluation est introuvable sur ce poste{NBSP}: ses réponses "
    "sont montrées telles quelles, sans pourcentage ni radar."
)


# What changed since the sending before.

SINCE: Final = "Ce qui a changé"
_MOST_NAMED: Final = 6
"""Values named one by one; the others are counted."""


def since(content: ReportContent) -> tuple[str, ...]:
    """Return what changed since the sending before, in at most two sentences: the notes, then the rest.

    Empty at the first sending.
    """
    if content.former is None:
        return ()
    then = f"envoi n°{NBSP}{content.former.number}"
    by_field: dict[Field, list[str]] = {}
    for change in content.changes:
        by_field.setdefault(change.field, []).append(_changed(content, change))
    notes = by_field.pop(Field.ANSWER, [])
    others = [
        *(
            f"{count(len(by_field[field]), *words)}{_named(by_field[field])}"
            for field, words in _CHANGED.items()
            if field in by_field
        ),
        *by_field.get(Field.PREPARATION, []),
        *dict.fromkeys(by_field.get(Field.DETAILS, [])),
        *(["grille"] if Field.GRID in by_field else []),
    ]
    sentences = [
        *([f"{count(len(notes), 'note')}{_named(notes)}"] if notes else []),
        *([", ".join(others)] if others else []),
    ]
    if not sentences:
        return (f"Rien n’a changé depuis l’{then}.",)
    first, *rest = sentences
    return (f"Depuis l’{then}{NBSP}: {first}.", *(f"{text[:1].upper()}{text[1:]}." for text in rest))


_CHANGED: Final = {
    Field.COMMENT: ("commentaire",),
    Field.NUMBER: ("nombre",),
    Field.REMARK: ("commentaire d’indicateur", "commentaires d’indicateurs"),
    Field.ACTION: ("action prévue", "actions prévues"),
    Field.SAID: ("réponse à la Caf", "réponses à la Caf"),
}


def _changed(content: ReportContent, change: Change) -> str:
    """Return `1.3 Famille 1 → 2` for a note, the place alone for a text."""
    match change.field:
        case Field.ANSWER | Field.NUMBER:
            before, after = (
                NO_ANSWER if text is None else clean(text) for text in (change.before, change.after)
            )
            return f"{_place(content, change.key)} {before} → {after}"
        case Field.PREPARATION:
            topic = TOPICS[PreparationTopic(change.key)]
            return f"{topic[:1].lower()}{topic[1:]}"
        case Field.DETAILS:
            return PARTS[Part(change.key)]
        case Field.COMMENT | Field.ACTION | Field.REMARK:
            return _place(content, change.key)
    return ""


def _place(content: ReportContent, key: str) -> str:
    """Return `1.3 Famille` for a cell, `1.3` for a line, the first words of an indicator."""
    grid = content.grid
    line, _, policy = key.partition("/")
    if grid is None or line not in grid.mission_of:
        return content.line_names.get(line, clean(line))
    if line in grid.indicators:
        return f"«{NBSP}{recalled(grid.indicators[line].label)}{NBSP}»"
    known = grid.policies_by_id.get(policy)
    return f"{line_number(grid, line)}{f' {known.label}' if known else ''}"


def _named(places: Sequence[str]) -> str:
    """Return ` (1.3 Famille 1 → 2, 1.8 Social 2 → 1)`, the first ones alone; empty without a place."""
    named = [place for place in places if place][:_MOST_NAMED]
    if not named:
        return ""
    more = len(places) - len(named)
    others = f" et {count(more, 'autre')}" if more else ""
    return f" ({', '.join(named)}{others})"


_RECALLED: Final = 48


def recalled(label: str) -> str:
    """Return the first words of a label, which recall it where its number stands."""
    shown = clean(label)
    if len(shown) <= _RECALLED:
        return shown
    return f"{shown[:_RECALLED].rpartition(' ')[0] or shown[:_RECALLED]}{NBSP}…"


# What the Caf said, and what was answered.

REMARKS_OF_CAF: Final = "Remarques de la Caf"
_STATES: Final = {
    PointState.SETTLED: ("réglée", "réglées"),
    PointState.ANSWERED: ("répondue", "répondues"),
    PointState.TO_SEE: ("à voir", "à voir"),
}


NOT_SENT: Final = "Réponse, pas encore envoyée"


def told(points: Sequence[Point], grid: Grid | None) -> tuple[Saying, ...]:
    """Return what was said in `points`, the earliest first, then the answers kept and not sent."""
    said = sayings((said for point in points for said in point.rows), grid, nameless=NO_NAME)
    drafts = (point.draft for point in points if point.draft is not None and point.draft.is_kept)
    return (*said, *(Saying(NOT_SENT, draft_words(draft), is_caf=False) for draft in drafts))


def settled_in_a_line(content: ReportContent) -> str:
    """Return `Réglé : 3 points (1.2 Éducation, 1.8 Famille…)`; empty without any."""
    places = [place_of(content.grid, point) for point in content.settled]
    return f"Réglé{NBSP}: {count(len(places), 'point')}{_named(places)}." if places else ""


def remarks_in_words(content: ReportContent) -> str:
    """Return `3 réglées, 4 répondues, 3 à voir (1.3, 1.4 Social, Sur l’ensemble)`; empty without any."""
    remarks = [point for point in content.points if point.authors]
    if not remarks:
        return ""
    counted = Counter(point.state for point in remarks)
    parts = [
        f"{thousands(counted[state])}{NBSP}{words[counted[state] > 1]}"
        for state, words in _STATES.items()
        if counted[state]
    ]
    to_see = list(dict.fromkeys(place_of(content.grid, point) for point in remarks if point.is_to_see))
    return f"{', '.join(parts)}{_named(to_see)}"


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


def before_meeting(content: ReportContent) -> str:
    """Return `avant l’entretien du 11 février 2027`; empty without a meeting to come."""
    meeting = meeting_of(content.assessment)
    is_to_come = meeting is not None and meeting[0] >= content.created_at.date()
    return f"avant l’entretien du {meeting_in_words(content.assessment)}" if is_to_come else ""


def how_to_answer(content: ReportContent, to: str = "") -> str:
    """Return the one instruction: what to fill, and by when; `to` is `moi` or `nous` where one speaks."""
    by_when = before_meeting(content) or (
        "" if meeting_of(content.assessment) else "avec une date pour l’entretien"
    )
    return (
        "dans le classeur joint, écrivez dans les cellules bleues, enregistrez-le, puis "
        f"renvoyez-le{to and f'-{to}'}{by_when and f' {by_when}'}."
    )


def whose(content: ReportContent) -> str:
    """Return territory, year and state, without the fingerprint: for files that can be changed once sent."""
    return f"{content.territory_name} · {content.assessment.identity.year} · {state(content)}"


def state(content: ReportContent) -> str:
    """Return `envoi n° 2, du 30 novembre, provisoire`, or `brouillon` where no files were made of it."""
    if content.sending is None:
        return "brouillon"
    name = sending_name(content.number, content.created_at.date())
    return f"{name}, {STATUSES[content.sending.status]}"


def people(content: ReportContent) -> list[str]:
    """Return the coordinators, each with the profile and policies."""
    return [person(one, content.grid) for one in content.assessment.identity.coordinators]


def person(coordinator: Coordinator, grid: Grid | None) -> str:
    """Format as `Prénom Nom, chef de projet CTG (Famille et Éducation)`."""
    labels = {policy.id: policy.label for policy in grid.policies} if grid else {}
    policies = listing(labels.get(policy, policy) for policy in coordinator.policies)
    name = f"{coordinator.first_name} {coordinator.last_name}".strip() or "Nom non renseigné"
    return f"{name}, {PROFILES[coordinator.profile]}{f' ({policies})' if policies else ''}"


def scale_word(step: ScaleStep) -> str:
    """Return the label of a step up to its colon: « Partiellement »."""
    return step.label.partition(":")[0].strip()


def scale_in_brief(grid: Grid) -> str:
    """Format the scale as `NC Non concerné · 0 Non / pas · 1 Partiellement…`."""
    return " · ".join(f"{step.code}{NBSP}{scale_word(step)}" for step in grid.scale)


def mission_title(mission: Mission) -> str:
    return f"Mission {mission.number}{NBSP}: {mission.title}"


def own_source(grid: Grid, mission: Mission) -> str:
    """Return the source of the lines that carry no mention; empty when the mission has no line."""
    source = usual_source(mission)
    return "" if source is None else f"Lignes sans mention{NBSP}: {grid.provenance(source)}."


def mention(grid: Grid, mission: Mission, line: Activity | Indicator) -> str:
    """Return the source to show beside a line; empty when it is that of most lines, shown once."""
    return grid.provenance(line.source) if line.source != usual_source(mission) else ""


def usual_source(mission: Mission) -> str | None:
    """Return the source of most lines of a mission; None when it has no line."""
    lines: tuple[Activity | Indicator, ...] = (*mission.activities, *mission.indicators)
    return Counter(line.source for line in lines).most_common(1)[0][0] if lines else None


def indicator_type(grid: Grid, indicator: Indicator) -> str:
    """Return the label of an indicator's type (« Suivi »); empty for a heading line."""
    kind = grid.indicator_types_by_id.get(indicator.type or "")
    return kind.label if kind else indicator.type or ""


def missing_number(indicator: Indicator, assessment: Assessment) -> str:
    """Return why an indicator has no number: it is asked, or reserved; empty for a heading."""
    if indicator.is_heading:
        return ""
    if indicator.reserved_for is None or is_asked(indicator, assessment):
        return "à renseigner"
    return f"réservé au {profile_name(indicator.reserved_for)}"


def how_to_read(grid: Grid) -> str:
    """Return in three sentences what the notes and percentages are, and on which lines they rest."""
    scale = ", ".join(f"{step.code} ({clean(scale_word(step)).lower()})" for step in grid.scale)
    return (
        f"Comment lire{NBSP}: chaque ligne est notée pour chaque politique, {scale}. Le pourcentage "
        f"est la part des points possibles{NARROW}; NC et les cases vides ne comptent pas. {basis(grid)} "
        "Ils décrivent la fonction, pas les personnes."
    )


def control_code(content: ReportContent) -> str:
    """Return the code of what was sent and what it is good for, or why there is none yet."""
    if not content.is_sent:
        return "Brouillon, sans code de contrôle."
    return (
        f"Code de contrôle {content.short_fingerprint}{NBSP}: il révèle une erreur de copie{NARROW}; "
        "il ne remplace pas une signature."
    )


def signed(number: int) -> str:
    """Return `+ 14`, `− 3`, `0`."""
    sign = "+" if number > 0 else "\N{MINUS SIGN}"
    return f"{sign}{NBSP}{abs(number)}" if number else "0"
