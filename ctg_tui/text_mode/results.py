"""The figures as sentences: what is done, the radar, and why a percentage is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ctg_tui.domain.grid import Grid, Mission
from ctg_tui.domain.results import YearRow, Years
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.steps import Finding, FindingCode
from ctg_tui.services.home import SentAndHeard
from ctg_tui.services.workspace import Summary
from ctg_tui.text_mode.dialogue import aloud, heard
from ctg_tui.wording.french import MOMENTS, count, due_words, listing, territory_name
from ctg_tui.wording.lines import basis, finding, total_name, urgency
from ctg_tui.wording.results import key_sentences, why_not_compared


def whose_lines(grid: Grid) -> str:
    """Return on which lines the figures rest."""
    return aloud(f"{basis(grid).partition('. ')[0].removesuffix('.')}.")


def results(found: Years) -> Iterator[str]:
    """Yield the key figure, with that of last year, then what is done and its figures, mission by mission."""
    grid = found.grid
    yield f"Résultats. {whose_lines(grid)}"
    yield from map(aloud, key_sentences(found))
    for row in found.wholes:
        if row.mission is not None:
            yield f"Mission {row.mission.number} : {row.mission.title}."
        yield figures_sentence(found, row)
    yield from map(why_not_compared, found.left_out)


def missing(grid: Grid, findings: tuple[Finding, ...]) -> Iterator[str]:
    """Yield what is left to complete before sending, and advice with its lines; or that all is filled in."""
    if not findings:
        yield "Avant l’envoi : tout est rempli."
    for item in findings:
        said = aloud(finding(item))
        if item.code is FindingCode.LOW_WITHOUT_COMMENT:
            said = f"{said.removesuffix('.')} : {listing(grid.numbers[line] for line in item.places)}."
        yield f"{urgency(item)} : {said}"


def figures_sentence(found: Years, row: YearRow) -> str:
    """Return `Mission 1, 14 réponses sur 42, 66 % : Famille 74 %, Éducation 58 %, Social aucune note.`"""
    total = aloud(total_name(found.grid, row.is_proposed))
    name, whole = total if row.mission is None else mission_name(row.mission), row.present
    by_policy = zip(found.grid.policies, found.by_policy(row), strict=True)
    each = ", ".join(f"{policy.label} {heard(one.present)}" for policy, one in by_policy)
    figures = f" : {each}" if whole.rated else ""
    return f"{name}, {answers_of(whole)}, {heard(whole)}{figures}."


def mission_name(mission: Mission) -> str:
    """Return the number of a mission, and whose lines when they are proposed."""
    name = f"Mission {mission.number}"
    return f"{name}, lignes proposées" if mission.is_proposed else name


def answers_of(tally: Tally) -> str:
    """Return `14 réponses sur 42`."""
    return f"{count(tally.answered, 'réponse')} sur {tally.cells}"


def in_words(summary: Summary, heard_of: SentAndHeard | None, today: date) -> str:
    """Return an assessment of the list: how far it is, what was sent, what the Caf said, when it is due."""
    entry, identity = summary.entry, summary.entry.identity
    name = f"{territory_name(identity)}, {identity.year}, {MOMENTS[identity.moment]}"
    if summary.grid is None or summary.totals is None:
        return f"{name}. Grille introuvable sur ce poste, réponses intactes."
    whole, begun = summary.totals.whole, "en cours, " if entry.sent is None else ""
    whose = " sur les lignes de la Caf" if summary.totals.proposed and whole.rated else ""
    sentences = [f"{name}, {begun}{answers_of(whole)}, {heard(whole)}{whose}."]
    sentences += [f"{line[:1].upper()}{line[1:]}." for line in map(aloud, heard_of.lines if heard_of else ())]
    if entry.sent is None or not entry.sent.is_final:
        sentences.append(due_words(summary.grid.campaign, identity.year, today))
    return " ".join(sentences)
