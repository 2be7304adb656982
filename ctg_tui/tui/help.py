"""The help (*aide*, F1): what the page is for, its main keys, and « Le cadre »."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import Forecast, tabulate
from ctg_tui.domain.grid import Grid, campaign_closing, campaign_year
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command
from ctg_tui.tui.dialogs import ReadingScreen
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, TITLE, Item, Piece, blank, hung, row, words
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import MONTHS, NBSP, day, short_day

if TYPE_CHECKING:
    from ctg_tui.tui.page import Page


PURPOSES: Final[Mapping[str, str]] = {
    "HomeScreen": "Vos évaluations, et ce qui manque à celle qui est choisie. Entrée la continue.",
    "NewAssessmentScreen": "Ici commence une évaluation. Tout pourra être corrigé.",
    "FormScreen": (
        "Le territoire, l’année, les personnes et votre contact à la Caf. Le territoire suffit d’abord."
    ),
    "GridScreen": (
        "Donnez à chaque ligne une note de 0 à 3 par politique, ou N si elle ne vous concerne pas ; toute "
        "autre lettre commence le commentaire. Tout est enregistré, et Ctrl+Z annule, même d’hier. "
        "À côté d’une ligne, ✎ : un commentaire ; ● : un point de la Caf. Entrée commente, ou répond à la "
        "Caf sur une ligne ●."
    ),
    "PreparationScreen": "De quoi préparer l’entretien avec la Caf. Tout est facultatif ici.",
    "ForecastScreen": (
        "Les heures et le coût de chaque personne, et ce que la Caf pourrait financer. Ces montants ne "
        "partent que dans le tableau prévisionnel ; ce que la Caf en écrit est dans « Le cadre »."
    ),
    "SendingScreen": (
        "Ce qui part à la Caf, et où sont créés les fichiers. Rien n’est envoyé : vous les joignez à votre "
        "courriel."
    ),
    "ResultsScreen": (
        "Vos résultats à côté de ceux des années d’avant, et ce qui manque avant l’envoi. Entrée montre d’où "
        "vient un chiffre."
    ),
    "ReceivedScreen": "Les fichiers que d’autres vous ont envoyés. Entrée en ouvre un.",
    "AnswersScreen": (
        "Ce que la Caf a répondu, point par point, et vos réponses. Entrée ouvre un point, puis garde la "
        "réponse ; elle part avec le prochain envoi. Échap la laisse commencée."
    ),
    "OpeningScreen": "Tout fichier s’ouvre d’ici. Rien n’est pris avant votre accord.",
    "FileScreen": "Ce que le fichier contient, et ce qui en serait pris. Rien ne l’est avant votre accord.",
    "WorkbookScreen": "Ce qui a été compris de ce tableur, et ce qui ne l’a pas été. Rien n’est repris.",
    "ColumnsScreen": "Ce que contient chaque colonne de ce tableur. ← et → en prennent une autre.",
    "RestoreScreen": (
        "Une sauvegarde est faite chaque jour, et avant chaque changement important. Entrée en remet une en "
        "place ; l’état présent est d’abord sauvegardé."
    ),
}
"""What each page is for, in two sentences, by the name of its class."""


_GUIDE: Final = typeset("Les autres commandes : F2. Le guide : docs/guide.md, avec ctg-tui.")


# « Le cadre »: the Caf's words as it wrote them, and this program's own remarks, marked « Note ».


def framework(grid: Grid, today: date, *, begins_with_funding: bool = False) -> list[Item]:
    """Return what the Caf asks, finances and writes of the dates, section by section."""
    funding = ("Ce que la Caf finance", _funding(grid))
    every = (
        ("Les dates de cette année", _dates(grid, today)),
        ("La fonction", iter([_fact(grid.definition)])),
        ("Comment noter, et quand répondre NC", _rating(grid)),
        ("À quoi sert l’évaluation", iter([_fact(grid.campaign.principle)])),
        ("La campagne et les pièces à fournir", _campaign(grid, today)),
        funding,
        ("Qui est qui à la Caf", _contacts(grid)),
        ("Les mots", _terms(grid)),
    )
    shown_first = sorted(every, key=lambda one: one is not funding) if begins_with_funding else every
    sections = ((title, list(facts)) for title, facts in shown_first)
    return [
        item
        for title, facts in sections
        for item in ((row(None, blank, words(title, TITLE)), *facts) if facts else ())
    ]


_LONGEST_HEAD: Final = 10
"""A longer head stands on a line of its own."""


def _fact(text: str, head: str = "") -> Item:
    """Return a paragraph; `head` stands before it (a note, a date, an acronym)."""
    head, text = shown(head), shown(text)
    if head and len(head) <= _LONGEST_HEAD:
        return row(None, hung(Piece(head.ljust(_LONGEST_HEAD + 2), ACCENT), text))
    return row(None, words(head, ACCENT), hung("  ", text)) if head else row(None, hung("– ", text))


def _remark(text: str) -> Item:
    return row(None, hung("  ", f"Note{NBSP}: {shown(text)}", SOFT))


def _rating(grid: Grid) -> Iterator[Item]:
    yield from (_fact(step.label, step.code) for step in grid.scale)
    yield from map(_fact, grid.instructions)


def _campaign(grid: Grid, today: date) -> Iterator[Item]:
    campaign = grid.campaign
    yield _fact(campaign.text)
    opening, closing = MONTHS[campaign.opening_month - 1], campaign_closing(campaign, today.year)
    yield _remark(
        f"la campagne va de {opening} à {MONTHS[campaign.closing_month - 1]}, jusqu’au {short_day(closing)} "
        f"inclus. Le jour est une convention de ce programme{NBSP}: la Caf n’écrit que le mois."
    )
    yield from (_fact(document, "Pièce") for document in grid.documents)


def _funding(grid: Grid) -> Iterator[Item]:
    funding = grid.funding
    yield from map(_fact, funding.sentences)
    for rate in funding.rates:
        yield _fact(rate.text, forecast_words.rate(rate))
        if doubt := forecast_words.doubt(tabulate(Forecast(rate=rate.id), funding)):
            yield _remark(doubt)
    if funding.diagnosis is not None:
        yield _fact(funding.diagnosis.text, "Diagnostic initial")


def _dates(grid: Grid, today: date) -> Iterator[Item]:
    closing = campaign_closing(grid.campaign, campaign_year(grid.campaign, today))
    last = f"Fin de la campagne{NBSP}: l’auto-évaluation est à rendre ce jour-là au plus tard."
    yield _fact(last, day(closing))
    known = sorted(grid.dates, key=lambda known: known.day)
    yield from (_fact(one.text, day(one.day)) for one in known if one.day >= today)


def _contacts(grid: Grid) -> Iterator[Item]:
    for contact in grid.contacts:
        first, *others = contact.tasks
        yield _fact(first, contact.name)
        yield from map(_fact, others)
        yield from [_remark(contact.remark)] if contact.remark else ()


def _terms(grid: Grid) -> Iterator[Item]:
    """Yield the words with their meaning; most are not explained by the Caf, which a note says."""
    yield from (_fact(term.meaning, term.acronym) for term in grid.terms)
    if not all(grid.source(term.source).is_authoritative for term in grid.terms):
        yield _remark("la plupart de ces sens viennent de sources publiques, de l’usage ou de notre lecture.")


class FrameworkScreen(ReadingScreen):
    """« Le cadre », read from its beginning."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c,C", "close", "Fermer", show=False)]

    def __init__(self, grid: Grid, today: date, *, begins_with_funding: bool = False) -> None:
        super().__init__("Le cadre", framework(grid, today, begins_with_funding=begins_with_funding))


_MOST_KEYS: Final = 14
_KNOWN: Final = {"F1", "F2", "Échap"}
"""What the help does not tell: itself, the way up, and, by « F2 », the commands that have no key."""


class HelpScreen(ReadingScreen):
    """What the page is for, its keys in the order of use, and where the rest is."""

    KEYS = (
        ReadingScreen.KEYS[0],
        Command("aide.cadre", "app.framework", "le cadre", "", letters=("c",), bar=0),
        ReadingScreen.KEYS[1],
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "close", "Fermer", show=False),
        Binding("c,C", "app.framework", "Le cadre", show=False),
    ]

    def __init__(self, page: Page) -> None:
        every = (one for one in page.help_commands() if one.palette and one.all_keys_text not in _KNOWN)
        commands = sorted(every, key=_rank)[:_MOST_KEYS]
        width = max((cell_len(one.all_keys_text) for one in commands), default=0) + 3
        keys = (Piece(fit(one.all_keys_text, width), ACCENT) for one in commands)
        items = [
            row(None, words(typeset(PURPOSES.get(type(page).__name__, ""))), blank),
            *(row(None, hung(key, one.sentence)) for key, one in zip(keys, commands, strict=True)),
            row(None, blank, words(_GUIDE, SOFT)),
        ]
        super().__init__(f"Aide · {page.TITLE_IN_HELP}", items)


def _rank(command: Command) -> int:
    """Return the place of a command: notes and arrows, which are none, come first, F5 after the page's."""
    if command.bar is None:
        return 300 if command.id else -1
    return command.bar or 9
