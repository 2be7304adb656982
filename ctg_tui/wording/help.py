"""« Le cadre », what the Caf asks for, pays and says; and the words of the example that one visits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from ctg_tui.domain.forecast import Forecast, tabulate
from ctg_tui.domain.grid import Grid, Mission, campaign_closing
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import MONTHS, NARROW, NBSP, count, day, short_day, unbroken_amounts

MARK: Final = "EXEMPLE"
"""Stands before the name of the territory, on every page."""
STATE: Final = "rien n’est enregistré"
"""Stands where other assessments show when they were saved."""
WARNING: Final = f"EXEMPLE{NBSP}: tout y est fictif, rien n’est gardé ni envoyé."
NOT_SENT: Final = f"Ceci est un exemple{NBSP}: aucun fichier n’en est fait. Rien n’a été écrit."
NOT_SENT_ADVICE: Final = "Pour votre propre évaluation, revenez à l’accueil avec Échap, puis appuyez sur N."
NOT_HERE: Final = f"Cette page n’est pas dans l’exemple{NBSP}: elle concerne vos propres fichiers."

NOTES: Final[Mapping[str, str]] = {
    "GridScreen": f"La grille{NBSP}: 0 à 3 ou N pour noter, Entrée pour commenter, Ctrl+Z pour annuler.",
    "FormScreen": f"Les renseignements{NBSP}: le territoire suffit pour commencer, le reste suivra.",
    "IndicatorsScreen": f"Les indicateurs{NBSP}: des faits comptés dans l’année, avec un commentaire.",
    "ResultsScreen": f"Les résultats{NBSP}: Entrée montre le calcul d’un chiffre, G tourne le radar.",
    "PreparationScreen": f"L’entretien avec le contact Caf (CCD){NBSP}: ce qu’il faut dire, et les actions.",
    "ForecastScreen": f"Le prévisionnel{NBSP}: heures et coût par personne, dans un fichier à part.",
    "LogScreen": f"Le carnet{NBSP}: les faits de l’année, à reprendre en commentaire ou en nombre.",
    "SendingScreen": f"L’envoi{NBSP}: ce qui part, pour qui, et ce qui manque. Ici, rien n’est écrit.",
}
"""What each page shows, by the name of its class."""


TITLE: Final = "Le cadre"


class Fact(NamedTuple):
    """A paragraph; `head` stands before it, at the left (a note, a date, an acronym), or is empty.

    `is_ours`: this program's own remark; the Caf's words stand as it wrote them.
    """

    text: str
    head: str = ""
    is_ours: bool = False


class Section(NamedTuple):
    """A heading and its facts."""

    title: str
    facts: tuple[Fact, ...]


def sections(grid: Grid, today: date) -> tuple[Section, ...]:
    """Return the sections of the page that have something to say about `grid`."""
    every = (
        Section("La fonction", (Fact(grid.definition),)),
        Section("Comment noter, et quand répondre NC", tuple(_rating(grid))),
        Section("À quoi sert l’évaluation", (Fact(grid.campaign.principle),)),
        Section("La campagne et les pièces à fournir", tuple(_campaign(grid, today))),
        Section("Ce que la Caf finance", tuple(_funding(grid))),
        Section("Les dates données par la Caf", tuple(_dates(grid, today))),
        Section("Qui est qui à la Caf", tuple(_contacts(grid))),
        Section("Qui a écrit les lignes", tuple(_provenance(mission, grid) for mission in grid.missions)),
        Section("Les mots", tuple(_terms(grid))),
    )
    return tuple(section for section in every if section.facts)


def _rating(grid: Grid) -> Iterator[Fact]:
    for step in grid.scale:
        yield Fact(step.label, step.code)
    for text in grid.instructions:
        yield Fact(text)


def _campaign(grid: Grid, today: date) -> Iterator[Fact]:
    campaign = grid.campaign
    yield Fact(campaign.text)
    opening, closing = MONTHS[campaign.opening_month - 1], campaign_closing(campaign, today.year)
    sentence = (
        f"la campagne va de {opening} à {MONTHS[campaign.closing_month - 1]}, jusqu’au {short_day(closing)} "
        f"inclus. Le jour est une convention de ce programme{NBSP}: la Caf n’écrit que le mois."
    )
    yield Fact(sentence, is_ours=True)
    for document in grid.documents:
        yield Fact(document.label, "Pièce")


def _funding(grid: Grid) -> Iterator[Fact]:
    funding = grid.funding
    yield from (Fact(unbroken_amounts(sentence)) for sentence in funding.sentences)
    for rate in funding.rates:
        yield Fact(unbroken_amounts(rate.text), forecast_words.rate(rate))
        doubt = forecast_words.doubt(tabulate(Forecast(rate=rate.id), funding))
        if doubt:
            yield Fact(doubt, is_ours=True)
    if funding.diagnosis is not None:
        yield Fact(unbroken_amounts(funding.diagnosis.text), "Diagnostic initial")


def _dates(grid: Grid, today: date) -> Iterator[Fact]:
    for known in sorted(grid.dates, key=lambda known: known.day):
        passed = " (passée)" if known.day < today else ""
        yield Fact(known.text, f"{day(known.day)}{passed}")


def _contacts(grid: Grid) -> Iterator[Fact]:
    for contact in grid.contacts:
        first, *others = contact.tasks
        yield Fact(first, contact.name)
        yield from (Fact(task) for task in others)
        if contact.remark:
            yield Fact(contact.remark, is_ours=True)


def _provenance(mission: Mission, grid: Grid) -> Fact:
    """Return `Caf de la Charente, août 2024 (14 lignes)`, the largest share first."""
    sources = [line.source for line in mission.activities] + [line.source for line in mission.indicators]
    shares = Counter(map(grid.provenance, sources)).most_common()
    text = f"{NARROW}; ".join(f"{label} ({count(number, 'ligne')})" for label, number in shares)
    return Fact(text, f"{mission.number} {mission.short_title}")


def _terms(grid: Grid) -> Iterator[Fact]:
    """Yield the words with their meaning; most are not explained by the Caf, which a note says."""
    yield from (Fact(term.meaning, term.acronym) for term in grid.terms)
    if not all(grid.source(term.source).is_authoritative for term in grid.terms):
        text = "la plupart de ces sens viennent de sources publiques, de l’usage ou de notre lecture."
        yield Fact(text, is_ours=True)
