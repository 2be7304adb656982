"""The help (*aide*, F1): what the page is for, its main keys, and « Le cadre »."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import Forecast, tabulate
from ctg_tui.domain.grid import Funding, Grid, campaign_closing, campaign_year
from ctg_tui.domain.text import clean
from ctg_tui.tui.characters import fit
from ctg_tui.tui.commands import Command
from ctg_tui.tui.dialogs import ReadingScreen
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, TITLE, Item, Piece, gap, hung, row, words
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import NBSP, day

PURPOSES: Final[Mapping[str, str]] = {
    "HomeScreen": "Vos évaluations, et ce qui manque à celle qui est choisie. Entrée la continue.",
    "NewAssessmentScreen": "Ici commence une évaluation. Tout pourra être corrigé.",
    "FormScreen": "Le territoire, l’année, les personnes, le contact à la Caf. Le territoire suffit d’abord.",
    "GridScreen": (
        "Tout est enregistré, et Ctrl+Z annule, même d’hier. À côté d’une ligne, ✎ est un commentaire, ● un "
        "point de la Caf."
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
    "ResultsScreen": "Vos résultats à côté de ceux des années d’avant. Entrée montre d’où vient un chiffre.",
    "ReceivedScreen": "Les fichiers que d’autres vous ont envoyés. Entrée en ouvre un.",
    "AnswersScreen": (
        "Ce que la Caf a répondu, point par point, et vos réponses. Entrée ouvre un point, puis garde la "
        "réponse ; elle part avec le prochain envoi. Échap la laisse commencée."
    ),
    "OpeningScreen": (
        "Les fichiers récents de vos téléchargements, de votre bureau, de vos documents et du dossier CTG. "
        "Rien n’est pris avant votre accord."
    ),
    "FileScreen": "Ce que le fichier contient, et ce qui en serait pris. Rien ne l’est avant votre accord.",
    "WorkbookScreen": "Ce qui a été compris de ce tableur, et ce qui ne l’a pas été. Rien n’est repris.",
    "ColumnsScreen": "Ce que contient chaque colonne de ce tableur. ← et → en prennent une autre.",
    "RestoreScreen": (
        "Une sauvegarde est faite chaque jour, et avant chaque changement important. Entrée en remet une en "
        "place ; l’état présent est d’abord sauvegardé."
    ),
}
"""What each page is for, in two sentences, by the name of its class."""


# « Le cadre »: the Caf's words as it wrote them; what this program adds is marked « Note ».

_Fact = tuple[str, str]
"""What stands before a paragraph (a note, a date, an acronym, or nothing), and the paragraph."""
_NOTE: Final = "Note"
_LONGEST_HEAD: Final = 10
"""A longer head stands on a line of its own."""


def framework(grid: Grid, today: date) -> list[Item]:
    """Return what the Caf asks, finances and writes of the dates, section by section."""
    return [
        item
        for title, facts in _sections(grid, today)
        for item in ((row(None, words(title, TITLE)), *map(_item, facts), gap()) if facts else ())
    ]


def _sections(grid: Grid, today: date) -> list[tuple[str, list[_Fact]]]:
    campaign, funding = grid.campaign, grid.funding
    closing = campaign_closing(campaign, campaign_year(campaign, today))
    last = f"Fin de la campagne{NBSP}: l’auto-évaluation est à rendre ce jour-là au plus tard."
    convention = f"la Caf n’écrit que le mois{NBSP}; le jour est une convention de ce programme."
    diagnosis = [("Diagnostic initial", funding.diagnosis)] * bool(funding.diagnosis)
    document, pieces = grid.document, grid.document.get("pieces", ())
    days = ((date.fromisoformat(row["jour"]), row["texte"]) for row in document.get("dates", ()))
    dates = sorted((on, text) for on, text in days if on >= today)
    contacts = document.get("interlocuteurs", ())
    sentences = document["financement"].get("phrases", ())
    terms = ((row["sigle"], row["sens"]) for row in document.get("glossaire", ()))
    return [
        (
            "Les dates de cette année",
            [(day(closing), last), *((day(on), text) for on, text in dates), (_NOTE, convention)],
        ),
        ("La fonction", [("", document["grille"]["definition"])]),
        (
            "Comment noter, et quand répondre NC",
            [
                *grid.scale.items(),
                *(("", text) for text in document["mode_operatoire"]["textes"]),
            ],
        ),
        ("À quoi sert l’évaluation", [("", document["campagne"]["principe"]["texte"])]),
        (
            "La campagne et les pièces à fournir",
            [("", document["campagne"]["texte"]), *(("Pièce", row["libelle"]) for row in pieces)],
        ),
        ("Ce que la Caf finance", [*(("", text) for text in sentences), *_rates(funding), *diagnosis]),
        ("Qui est qui à la Caf", [fact for one in contacts for fact in _tasks(one)]),
        ("Les mots, et leur sens le plus courant", [*terms]),
    ]


def _rates(funding: Funding) -> Iterator[_Fact]:
    for rate in funding.rates:
        yield forecast_words.rate(rate), rate.text
        if doubt := forecast_words.doubt(tabulate(Forecast(rate=rate.id), funding)):
            yield _NOTE, doubt


def _tasks(contact: Mapping[str, Any]) -> Iterator[_Fact]:
    yield from zip((contact["nom"], *[""] * len(contact["missions"])), contact["missions"], strict=False)
    if contact.get("remarque"):
        yield _NOTE, contact["remarque"]


def _item(fact: _Fact) -> Item:
    head, text = clean(fact[0]), clean(fact[1])
    if head == _NOTE:
        return row(None, hung("  ", f"{_NOTE}{NBSP}: {text}", SOFT))
    if len(head) <= _LONGEST_HEAD:
        return row(None, hung(Piece(head.ljust(_LONGEST_HEAD + 2), ACCENT) if head else "– ", text))
    return row(None, words(head, ACCENT), hung("  ", text))


_MOST_KEYS: Final = 13
"""With what the grid is for, they are in sight at 80×24."""
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
        items = [row(None, words(typeset(PURPOSES.get(type(page).__name__, ""))))]
        for _, group in groupby(commands, lambda one: bool(one.id)):
            items.append(gap())
            for one in group:
                key = Piece(fit(one.all_keys_text, width), ACCENT)
                items.append(row(None, hung(key, typeset(one.help))))
        super().__init__(f"Aide · {page.TITLE_IN_HELP}", items)


def _rank(command: Command) -> int:
    """Return the place of a command: notes and arrows, which are none, come first, then Entrée."""
    if command.bar is None:
        return 300 if command.id else -1
    return command.bar or (0 if "enter" in command.letters else 9)
