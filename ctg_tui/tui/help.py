"""The help (*aide*, F1): what the page is for, its main keys, and « Le cadre »."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.forecast import Forecast, tabulate
from ctg_tui.domain.grid import Grid, campaign_closing, campaign_year
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Command, adapted
from ctg_tui.tui.dialogs import ReadingScreen
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, TITLE, Item, Piece, blank, hung, row, words
from ctg_tui.wording import forecast as forecast_words
from ctg_tui.wording.french import MONTHS, NBSP, day, short_day

if TYPE_CHECKING:
    from ctg_tui.tui.page import Page


PURPOSES: Final[Mapping[str, str]] = {
    "HomeScreen": (
        "Vos évaluations, la plus récente en haut, et ce qui manque à celle qui est choisie. Entrée la "
        "continue."
    ),
    "NewAssessmentScreen": (
        "Ici commence une évaluation. Rien n’est créé avant « Commencer », et tout pourra être corrigé."
    ),
    "FormScreen": (
        "Le territoire, l’année, les personnes et votre contact à la Caf. Le territoire suffit pour "
        "commencer, le reste peut venir plus tard."
    ),
    "GridScreen": (
        "Donnez à chaque ligne une note de 0 à 3 par politique, ou N si elle ne vous concerne pas ; toute "
        "autre lettre commence le commentaire. Tout est enregistré, et Ctrl+Z annule, même d’hier. "
        "À côté d’une ligne, ✎ : un commentaire ; ● : un point de la Caf à voir ; Entrée y répond."
    ),
    "PreparationScreen": (
        "De quoi préparer l’entretien avec la Caf : ce qui va, ce qui manque, les actions décidées. Tout"
        " est facultatif ici."
    ),
    "ForecastScreen": (
        "Les heures et le coût de chaque personne, et ce que la Caf pourrait financer. Ces montants ne "
        "partent que dans le tableau prévisionnel ; ce que la Caf en écrit est dans « Le cadre »."
    ),
    "SendingScreen": (
        "Ce qui part à la Caf, et où sont créés les fichiers. Rien n’est envoyé : vous joignez les "
        "fichiers à votre courriel."
    ),
    "ResultsScreen": (
        "Vos résultats, par politique et par ligne, à côté de ceux des années d’avant, et ce qui manque "
        "avant l’envoi. Entrée montre d’où vient un chiffre."
    ),
    "ReceivedScreen": ("Les fichiers que d’autres vous ont envoyés. Entrée en ouvre un."),
    "AnswersScreen": "Ce que la Caf a répondu, point par point, et vos réponses. Entrée ouvre un point.",
    "AnswerScreen": (
        "Ce que la Caf a dit, et votre réponse : un choix, vos mots. Entrée la garde, et elle part avec le "
        "prochain envoi ; Échap la laisse commencée."
    ),
    "OpeningScreen": (
        "Tout fichier s’ouvre d’ici : la réponse de la Caf, le fichier d’un collègue, un tableur, une "
        "grille, une sauvegarde. Rien n’est pris avant votre accord."
    ),
    "FileScreen": (
        "Ce qu’un fichier contient, ligne par ligne, et ce que vous pouvez en faire. Rien de vous n’est "
        "remplacé sans que vous le choisissiez."
    ),
    "WorkbookScreen": (
        "Ce qui a été compris de ce tableur, et ce qui ne l’a pas été. Rien n’est repris avant votre accord."
    ),
    "ColumnsScreen": (
        "Ce que contient chaque colonne de ce tableur : écrivez sa lettre. Trois de ses lignes sont montrées "
        "au-dessus."
    ),
    "RestoreScreen": (
        "Une sauvegarde est faite chaque jour, et avant chaque changement important. Entrée en remet une"
        " en place ; l’état présent est d’abord sauvegardé."
    ),
}
"""What each page is for, in two sentences, by the name of its class."""


GUIDE: Final = typeset("Les autres commandes : F2. Le guide : docs/guide.md, avec ctg-tui.")


NAME: Final = "Le cadre"


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


FUNDING: Final = "Ce que la Caf finance"


def sections(grid: Grid, today: date, first: str = "") -> tuple[Section, ...]:
    """Return the sections that have something to say about `grid`, beginning with the one titled `first`."""
    every = (
        Section("Les dates de cette année", tuple(_dates(grid, today))),
        Section("La fonction", (Fact(grid.definition),)),
        Section("Comment noter, et quand répondre NC", tuple(_rating(grid))),
        Section("À quoi sert l’évaluation", (Fact(grid.campaign.principle),)),
        Section("La campagne et les pièces à fournir", tuple(_campaign(grid, today))),
        Section(FUNDING, tuple(_funding(grid))),
        Section("Qui est qui à la Caf", tuple(_contacts(grid))),
        Section("Les mots", tuple(_terms(grid))),
    )
    return tuple(sorted((one for one in every if one.facts), key=lambda one: one.title != first))


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
        yield Fact(document, "Pièce")


def _funding(grid: Grid) -> Iterator[Fact]:
    funding = grid.funding
    yield from (Fact(sentence) for sentence in funding.sentences)
    for rate in funding.rates:
        yield Fact(rate.text, forecast_words.rate(rate))
        doubt = forecast_words.doubt(tabulate(Forecast(rate=rate.id), funding))
        if doubt:
            yield Fact(doubt, is_ours=True)
    if funding.diagnosis is not None:
        yield Fact(funding.diagnosis.text, "Diagnostic initial")


def _dates(grid: Grid, today: date) -> Iterator[Fact]:
    closing = campaign_closing(grid.campaign, campaign_year(grid.campaign, today))
    yield Fact(
        f"Fin de la campagne{NBSP}: l’auto-évaluation est à rendre ce jour-là au plus tard.", day(closing)
    )
    for known in sorted(grid.dates, key=lambda known: known.day):
        if known.day >= today:
            yield Fact(known.text, day(known.day))


def _contacts(grid: Grid) -> Iterator[Fact]:
    for contact in grid.contacts:
        first, *others = contact.tasks
        yield Fact(first, contact.name)
        yield from (Fact(task) for task in others)
        if contact.remark:
            yield Fact(contact.remark, is_ours=True)


def _terms(grid: Grid) -> Iterator[Fact]:
    """Yield the words with their meaning; most are not explained by the Caf, which a note says."""
    yield from (Fact(term.meaning, term.acronym) for term in grid.terms)
    if not all(grid.source(term.source).is_authoritative for term in grid.terms):
        text = "la plupart de ces sens viennent de sources publiques, de l’usage ou de notre lecture."
        yield Fact(text, is_ours=True)


_LONGEST_HEAD: Final = 10
"""A longer head stands on a line of its own."""


class FrameworkScreen(ReadingScreen):
    """Each section under its heading."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c,C", "close", "Fermer", show=False)]

    def __init__(self, sections: Sequence[Section]) -> None:
        items = (item for one in sections for item in (_heading(one.title), *map(_item, one.facts)))
        super().__init__(NAME, list(items))

    def keys(self) -> tuple[Command, ...]:
        """Return the keys; Échap leads back to the help when it lies below."""
        way_back = "aide" if isinstance(self.app.screen_stack[-2], HelpScreen) else "fermer"
        return adapted(super().keys(), {"close": {"label": way_back}})


def _heading(title: str) -> Item:
    return row(None, blank, words(title, TITLE))


def _item(fact: Fact) -> Item:
    head, text = shown(fact.head), shown(fact.text)
    if head and len(head) <= _LONGEST_HEAD:
        return row(None, hung(Piece(head.ljust(_LONGEST_HEAD + 2), ACCENT), text))
    above = [words(head, ACCENT)] if head else []
    if fact.is_ours:
        return row(None, *above, hung("  ", f"Note{NBSP}: {text}", SOFT))
    return row(None, *above, hung("  " if head else "– ", text))


_MOST_KEYS: Final = 14
_NO_COMMAND: Final = -1
_UNRANKED: Final = 300
_AFTER_THE_PAGE_S: Final = 9
"""The rank of what always stays in the foot, F5."""
_TO_FRAMEWORK: Final = Command("aide.cadre", "framework", NAME.lower(), "", letters=("c",), bar=0)


class HelpScreen(ReadingScreen):
    """What the page is for, its keys in the order of use, and where the rest is."""

    KEYS = (ReadingScreen.KEYS[0], _TO_FRAMEWORK, *ReadingScreen.KEYS[1:])
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "close", "Fermer", show=False),
        Binding("c,C", "framework", "Le cadre", show=False),
    ]

    def __init__(self, page: Page, framework: Callable[[], Screen[None]]) -> None:
        purpose = PURPOSES.get(type(page).__name__, "")
        commands = [each for each in page.help_commands() if each.palette and _is_in_help(each)]
        commands = sorted(commands, key=_rank)[:_MOST_KEYS]
        width = max((cell_len(one.all_keys_text) for one in commands), default=0) + 3
        keys = (Piece(fit(one.all_keys_text, width), ACCENT) for one in commands)
        items = [
            row(None, words(typeset(purpose)), blank),
            *(row(None, hung(key, one.sentence)) for key, one in zip(keys, commands, strict=True)),
            row(None, blank, words(GUIDE, SOFT)),
        ]
        super().__init__(f"Aide · {page.TITLE_IN_HELP}", items)
        self._framework = framework

    def action_framework(self) -> None:
        self.app.push_screen(self._framework())


def _is_in_help(command: Command) -> bool:
    """Return whether the help tells a command: those given by F2 alone, F1 and the way up are known."""
    return command.all_keys_text not in {"F1", "F2", "Échap"}


def _rank(command: Command) -> int:
    """Return the place of a command in the help: notes and arrows, which are none, come first."""
    if command.bar is not None:
        return command.bar or _AFTER_THE_PAGE_S
    return _UNRANKED if command.id else _NO_COMMAND
