"""Walk through the pages on a realistic assessment: for their pictures, and for the colours they show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from ctg_tui.domain.assessment import Answer, Assessment, Cell, Rating, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.sending import export
from ctg_tui.services.workspace import open_workspace as open_database
from ctg_tui.submission.file import read
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.home import HomeScreen
from ctg_tui.tui.page import Page
from tests.databases import DATABASE_NAME, Clock, open_workspace
from tests.received import an_assessment, receive, submission, write
from tests.strategies import charente, charente_of_caf
from tests.threads import FOUR_QUESTIONS, SIX_NOTES, hears
from tests.tui.driving import Driver, page, press, shown, until, until_painted
from tests.tui.typing import at_rest

EXAMPLE: Final = Path(__file__).parents[2] / "data" / "exemples" / "bon-definitif.json"
HOME: Final = "HomeScreen"
STATES: Final[dict[str, tuple[Destination, tuple[str, ...]]]] = {
    "aide": (Destination.GRID, ("f1",)),
    "cadre": (Destination.GRID, ("f1", "c")),
    "commandes": (Destination.GRID, ("f2",)),
    "grille-phrase": (Destination.GRID, ("p", "a", "r")),
    "chercher": (Destination.GRID, ("f7",)),
    "grille-commentaire": (Destination.GRID, ("enter",)),
    "grille-calcul": (Destination.GRID, ("f8",)),
    "resultats-calcul": (Destination.RESULTS, ("f8",)),
    "resultats-lignes": (Destination.RESULTS, ("g",)),
    "exemple": (Destination.HOME, ("x",)),
    "exemple-resultats": (Destination.HOME, ("x", "f4")),
}
"""More than the pages themselves: the page and the keys that show each."""
_MOST_PAGES = 6
Of = TypeVar("Of")
_BLANK = 3
"""Cells left blank, so that something is missing."""


def fill(database: Path, example: Assessment, grid: Grid | None = None) -> int:
    """Create an assessment in `database` with the content of `example`, and return its id."""
    workspace = open_database(database, write=True, clock=Clock())
    try:
        assessment_id = workspace.create(example.identity, grid or charente())
        session = workspace.open(assessment_id)
        for cell, answer in example.answers.items():
            session.rate(cell, answer)
        for line, text in example.comments.items():
            session.comment(line, text)
        for line, number in example.numbers.items():
            session.count(line, number)
        for line, text in example.remarks.items():
            session.remark(line, text)
        for topic, text in example.preparation.items():
            session.prepare(topic, text)
        for line, action in example.actions.items():
            session.plan(line, action)
        return assessment_id
    finally:
        workspace.close()


def fill_database(folder: Path) -> None:
    """Fill the database of `folder` with the published example, a year before it, and files received."""
    example = read(EXAMPLE, Catalogue()).assessment
    identity = example.identity
    before = {cell: _lower(cell, answer) for cell, answer in example.answers.items()}
    fill(folder / DATABASE_NAME, _with(example, before, identity.year - 1))
    fill(folder / DATABASE_NAME, _with(example, dict(list(example.answers.items())[_BLANK:]), identity.year))
    workspace = open_workspace(folder)
    receive(workspace, write(folder / "recus", [submission(an_assessment())]))
    workspace.close()


def _with(example: Assessment, answers: dict[Cell, Answer], year: int) -> Assessment:
    return example._replace(answers=answers, identity=example.identity._replace(year=year))


def _lower(cell: Cell, answer: Answer) -> Answer:
    """Return a lower note on every other line."""
    is_lowered = isinstance(answer, Rating) and answer > 0 and int(cell.activity[-2:]) % 2
    return Rating(answer - 1) if is_lowered and isinstance(answer, Rating) else answer


async def show(pilot: Driver, destination: Destination, keys: Sequence[str] = ()) -> None:
    """Show a page from Accueil, on the assessment of the cursor, then press `keys`."""
    top = pilot.app.screen
    assert isinstance(top, Page)
    if destination is not Destination.HOME:
        top.go_to(destination)
    await at_rest(pilot)
    await press(pilot, *keys)
    await until_painted(pilot)
    page_above = pilot.app.screen
    if isinstance(page_above, HomeScreen) and page_above.chosen:
        words = ("Continuer", "Relire", "Répondre")
        await until(pilot, lambda: any(one in shown(pilot) for one in words), "what the year needs")


async def go_home(pilot: Driver) -> None:
    """Go back to Accueil by Échap."""
    for _ in range(_MOST_PAGES):
        if page(pilot) == HOME:
            return
        await press(pilot, "escape")
    assert page(pilot) == HOME


@asynccontextmanager
async def shown_page(
    pilot: Driver, destination: Destination, keys: Sequence[str] = ()
) -> AsyncIterator[None]:
    """Show a page for the block, then go back to Accueil."""
    await show(pilot, destination, keys)
    yield
    await go_home(pilot)


class World(NamedTuple):
    """A situation of a person: what fills her folder, and what she looks at."""

    fill: Callable[[Path], object]
    states: Mapping[str, tuple[Destination, tuple[str, ...]]]


def _nothing(folder: Path) -> None:
    """Leave the folder empty."""


def _asked_lines(folder: Path, years: Sequence[int], *, last: int | None = None) -> int:
    """Fill years of the published example by the Caf's lines only, the last with its first `last` notes."""
    example = read(EXAMPLE, Catalogue()).assessment
    answers = {cell: answer for cell, answer in example.answers.items() if cell.activity.startswith("m1.")}
    only = example._replace(comments=_asked(example.comments), numbers=_asked(example.numbers))
    only = only._replace(remarks=_asked(example.remarks), actions=_asked(example.actions))
    made = 0
    for year in years:
        kept = dict(list(answers.items())[:last]) if year == years[-1] else answers
        if (years[-1] - year) % 2:
            kept = {cell: _lower(cell, answer) for cell, answer in kept.items()}
        made = fill(folder / DATABASE_NAME, _with(only, kept, year), charente_of_caf())
    return made


def _asked(told: Mapping[str, Of]) -> dict[str, Of]:
    return {line: what for line, what in told.items() if line.startswith("m1.")}


def _answered(folder: Path) -> None:
    """Fill four years, the last one sent and answered by the Caf."""
    made = _asked_lines(folder, (2024, 2025, 2026, 2027))
    workspace = open_workspace(folder)
    export(workspace, made, folder, Status.FINAL)
    workspace.close()
    hears(folder, *SIX_NOTES, *FOUR_QUESTIONS, assessment=made)


def _several(folder: Path) -> None:
    """Fill two years of one territory and one of another, each with its own."""
    _asked_lines(folder, (2026, 2027), last=13)
    other = an_assessment(territory=3)
    fill(folder / DATABASE_NAME, other, charente_of_caf())


WORLDS: Final = {
    "vide": World(
        _nothing,
        {
            "accueil": (Destination.HOME, ()),
            "nouvelle": (Destination.HOME, ("n",)),
            "ouvrir": (Destination.OPENING, ()),
            "exemple": (Destination.HOME, ("x",)),
        },
    ),
    "exemple": World(
        _nothing,
        {
            name: (Destination.HOME, ("x", *keys))
            for name, keys in {
                "vous": (".etapes.renseignements",),
                "mission-2": ("tab",),
                "entretien": (".etapes.entretien",),
                "previsionnel": (".etapes.previsionnel",),
                "envoi": ("f9",),
            }.items()
        },
    ),
    "debut": World(
        lambda folder: _asked_lines(folder, (2027,), last=0),
        {
            "accueil": (Destination.HOME, ()),
            "vous": (Destination.FORM, ()),
            "grille": (Destination.GRID, ()),
            "mission-fermee": (Destination.GRID, ("tab",)),
            "resultats": (Destination.RESULTS, ()),
            "entretien": (Destination.PREPARATION, ()),
            "previsionnel": (Destination.FORECAST, ()),
            "envoi": (Destination.SENDING, ()),
        },
    ),
    "une-mission": World(
        lambda folder: _asked_lines(folder, (2026, 2027), last=13),
        {
            "accueil": (Destination.HOME, ()),
            "grille": (Destination.GRID, ()),
            "phrase": (Destination.GRID, ("p", "a", "r")),
            "calcul": (Destination.GRID, ("f8",)),
            "commentaire": (Destination.GRID, ("enter",)),
            "indicateurs": (Destination.GRID, ("end", "down")),
            "ouvrir": (Destination.GRID, ("tab", "enter")),
            "resultats": (Destination.RESULTS, ()),
            "annees": (Destination.RESULTS, ("end",)),
            "envoi": (Destination.SENDING, ()),
        },
    ),
    "reponse": World(
        _answered,
        {
            "accueil": (Destination.HOME, ()),
            "grille": (Destination.GRID, ()),
            "resultats": (Destination.RESULTS, ()),
            "reponses": (Destination.ANSWERS, ()),
            "envoi": (Destination.SENDING, ()),
            "previsionnel": (Destination.FORECAST, ()),
        },
    ),
    "plusieurs": World(_several, {"accueil": (Destination.HOME, ())}),
}
"""More than the whole example with what was received: each situation by its name."""


def every_page() -> dict[str, tuple[Destination, tuple[str, ...]]]:
    """Return each page and state by its name."""
    pages = {destination.name.lower().replace("_", "-"): (destination, ()) for destination in Destination}
    return {**pages, **STATES}
