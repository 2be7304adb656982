"""Builders of grids and assessments for all tests, and hypothesis strategies of the same.

Builders return the same value each time. Strategies draw values that the program could have made: clean
texts, ids of the grid. Only `any_texts` draws raw input of a person or a file.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from ctg_tui.domain.assessment import (
    MAX_NUMBER,
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Identity,
    Moment,
    PreparationTopic,
    Profile,
    Rating,
    Territory,
)
from ctg_tui.domain.grid import Activity, Grid, Indicator, Mission, Policy
from ctg_tui.domain.text import clean, digest
from ctg_tui.grids.catalogue import known_territories, shipped_grids
from tests.effort import IS_NIGHT

# Builders.

HOSTILE_TEXTS: tuple[str, ...] = (
    "[/foo]",
    "[@click=app.quit]x[/]",
    "[red]rouge[/red]",
    "\\[b]",
    "\x1b]52;c;cGlyYXRl\x07",
    "\x1b[2J\x9b31m",
    "nul\x00fin",
    "bell\x07\x7f",
    "\u202eerdnilyc\u202c",
    "\u2066isolé\u2069",
    "ligne\u2028suite\u2029fin",
    "Word\x0bsaut",
    "e" + "\u0301" * 50,
    "a\u0300\u0315" * 20,
    "=1+1",
    "+SOMME(A1:A9)",
    '@HYPERLINK("https://exemple.fr")',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "&#x3c;b&#x3e;",
    '"}, {"activite": "m1.a01"',
    "tab\tulation\r\nretour\rseul",
    "👩‍👩‍👧‍👦 émoji",
    "\u200d\u200d👩漢ﷺ" * 8,
    "{clé} %s %(x)s ${HOME}",
    "'; DROP TABLE evaluations; --",
    "../../../etc/passwd",
    "CON",
    "=?utf-8?q?x=0D=0ABcc=3A_autre=40exemple.fr?=",
    "=?utf-8?b?G1tKBw0KDQpY?=",
    "\ud800",
    "\ufeffBOM",
    "x" * 40_000,
)
"""One text of each kind known to do harm: on screen, in a spreadsheet, HTML, JSON or the database."""

SOME_HOSTILE_TEXTS = (
    HOSTILE_TEXTS
    if IS_NIGHT
    else ("".join(HOSTILE_TEXTS[:12]), " ".join(HOSTILE_TEXTS[12:-1]), HOSTILE_TEXTS[-1])
)
"""All of them; by day in three texts, for what takes seconds."""


def make_grid(
    lines: Sequence[int] = (3, 2),
    policies: Sequence[str] = ("famille", "education", "social"),
    indicators: Sequence[int] = (2, 1),
    grid_id: str = "essai-1",
    proposed: Collection[str] = (),
) -> Grid:
    """Return a small grid: one mission per entry of `lines`, with that many activities.

    The first indicator of a mission is a heading, the second is reserved to project leads. The lines whose
    ids are in `proposed` are not the Caf's.
    """
    shipped = charente()
    counts = [*indicators, *[0] * len(lines)]
    missions = tuple(
        Mission(
            id=f"m{number}",
            number=number,
            title=f"Mission d’essai {number}",
            short_title=f"Essai {number}",
            activities=tuple(
                Activity(
                    line := f"m{number}.a{rank:02}", f"Activité {number}.{rank}", *_source(line in proposed)
                )
                for rank in range(1, count + 1)
            ),
            indicators=tuple(
                Indicator(
                    line := f"m{number}.i{rank:02}",
                    f"Indicateur {number}.{rank}",
                    None if rank == 1 and counts[number - 1] > 1 else "suivi",
                    Profile.PROJECT_LEAD.value if rank == 2 else None,
                    *_source(line in proposed),
                )
                for rank in range(1, counts[number - 1] + 1)
            ),
        )
        for number, count in enumerate(lines, 1)
    )
    shape = [grid_id, *map(list, (lines, policies, indicators)), sorted(proposed)]
    return replace(
        shipped,
        id=grid_id,
        missions=missions,
        policies=tuple(Policy(policy, policy.capitalize()) for policy in policies),
        fingerprint=f"sha256:{digest(shape)}",
    )


def _source(is_proposed: bool) -> tuple[str, bool]:
    return ("proposition" if is_proposed else "grille-charente-2024", is_proposed)


ASSESSMENT_UUID = "6f1d0c52-8a3e-4b7f-9c21-5e4d3a2b1c0f"


def charente() -> Grid:
    """Return the shipped grid with the proposed lines: what most tests fill."""
    return shipped_grids()[1]


def charente_of_caf() -> Grid:
    """Return the shipped grid of the Caf's lines alone, that of a new assessment."""
    return shipped_grids()[0]


def make_identity(**changes: Any) -> Identity:
    """Return the form of a project lead of Val de Charente for 2027, with placeholders for people."""
    identity = Identity(
        year=2027,
        moment=Moment.YEARLY,
        territory=Territory(
            "Communauté de communes Val de Charente", "200043016", "16", known_id="val-de-charente"
        ),
        coordinators=(Coordinator("c1", "Nom", "Prénom", Profile.PROJECT_LEAD, ("famille", "education")),),
        adviser=Adviser("Prénom Nom", "prenom.nom@exemple.fr"),
    )
    return identity._replace(**changes)


def turned(identity: Identity, policy: str) -> Identity:
    """Return `identity` with a policy unticked for all or, where nobody has it, ticked for the first."""
    first, *others = identity.coordinators
    if not any(policy in person.policies for person in identity.coordinators):
        return identity._replace(coordinators=(first._replace(policies=(*first.policies, policy)), *others))
    return identity._replace(
        coordinators=tuple(
            person._replace(policies=tuple(one for one in person.policies if one != policy))
            for person in identity.coordinators
        )
    )


def make_assessment(grid: Grid, answers: Mapping[Cell, Answer] | None = None, **changes: Any) -> Assessment:
    """Return an assessment of `grid`, empty but for `answers` and `changes`."""
    assessment = Assessment(
        id=1,
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        identity=make_identity(),
        uuid=ASSESSMENT_UUID,
        answers=dict(answers or {}),
    )
    return assessment._replace(**changes)


def fill(grid: Grid, pattern: Iterable[Answer] = (Rating.MOSTLY,)) -> dict[Cell, Answer]:
    """Return an answer for every cell, repeating `pattern` in grid order."""
    repeated = tuple(pattern)
    return {cell: repeated[rank % len(repeated)] for rank, cell in enumerate(grid.cells)}


def filled_assessment(grid: Grid, **changes: Any) -> Assessment:
    """Return an assessment with all the answers, comments and numbers that the grid allows."""
    pattern = (Rating.NO, Rating.PARTLY, Rating.MOSTLY, Rating.FULLY, NOT_CONCERNED)
    numbered = [line.id for line in grid.indicators.values() if not line.is_heading]
    return make_assessment(
        grid,
        fill(grid, pattern),
        comments={line: f"Commentaire de {line}." for line in (*grid.activities, *numbered)},
        numbers={line: rank for rank, line in enumerate(numbered)},
        **changes,
    )


# Strategies.

_ODD_LETTERS = "éÉçœ’«»�[]{}<>&\"'\\="
_ODD = "\x00\x07\x0b\x1b\x7f\x85\x9b\u0301\u0323\u1ab0\u200b\u200d\u202e\u2028\u2066\ufeff\ufffe\t\r\n "

any_texts = st.one_of(
    st.sampled_from(HOSTILE_TEXTS[:-1]),
    st.text(max_size=80),
    st.text(st.characters(), max_size=40),
    st.text(st.sampled_from(_ODD + _ODD_LETTERS + string.ascii_letters), max_size=80),
)
"""Raw input of a person or a file, hostile or not; lone surrogates included."""

lines_of_text = any_texts.map(clean).filter(lambda text: bool(text.strip()))
"""Clean, one line, not blank."""

paragraphs = any_texts.map(lambda text: clean(text, multiline=True)).filter(lambda text: bool(text.strip()))
"""Clean, with newlines perhaps, not blank."""

answers: st.SearchStrategy[Answer] = st.one_of(st.sampled_from(Rating), st.just(NOT_CONCERNED))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Draw small grids of every shape: 1–4 missions of 1–6 activities, 1–4 policies; some lines proposed."""
    lines = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    policies = ("famille", "education", "social", "logement")[: draw(st.integers(1, 4))]
    indicators = draw(st.lists(st.integers(0, 3), min_size=len(lines), max_size=len(lines)))
    whole = make_grid(lines, policies, indicators)
    missions = draw(st.sets(st.sampled_from(whole.missions[1:]))) if len(lines) > 1 else set()
    proposed = {line.id for mission in missions for line in mission.activities}
    proposed |= draw(st.sets(st.sampled_from(tuple(whole.indicators)))) if whole.indicators else set()
    return make_grid(lines, policies, indicators, proposed=proposed)


@st.composite
def answered(draw: st.DrawFn, grid: Grid) -> dict[Cell, Answer]:
    """Draw answers to none, some or all of the cells of `grid`."""
    if draw(st.booleans()):
        return {cell: draw(answers) for cell in grid.cells}
    return draw(st.dictionaries(st.sampled_from(grid.cells), answers))


@st.composite
def identities(draw: st.DrawFn, grid: Grid) -> Identity:
    """Draw forms, from blank to full."""
    known = draw(st.sampled_from(known_territories()))
    territory = draw(
        st.sampled_from(
            [
                Territory(),
                Territory(name=draw(lines_of_text)),
                known,
            ]
        )
    )
    policies = st.lists(st.sampled_from(grid.policies), unique=True).map(
        lambda chosen: tuple(policy.id for policy in grid.policies if policy in chosen)
    )
    people = tuple(
        Coordinator(
            f"c{rank}",
            draw(lines_of_text)[:100],
            draw(lines_of_text)[:100],
            draw(st.sampled_from(Profile)),
            draw(policies),
        )
        for rank in range(1, draw(st.integers(0, 3)) + 1)
    )
    adviser = draw(st.sampled_from([Adviser(), Adviser(draw(lines_of_text)[:100], "prenom.nom@exemple.fr")]))
    return Identity(draw(st.integers(2020, 2100)), draw(st.sampled_from(Moment)), territory, people, adviser)


actions = st.builds(
    Action,
    what=paragraphs,
    who=st.one_of(st.just(""), lines_of_text),
    due=st.none() | st.dates(date(2020, 1, 1), date(2099, 12, 31)),
)


@st.composite
def assessments(draw: st.DrawFn, grid: Grid | None = None) -> tuple[Grid, Assessment]:
    """Draw a grid (unless given) and an assessment of it, with texts, numbers, preparation and actions."""
    grid = draw(grids()) if grid is None else grid
    lines = st.sampled_from(tuple(grid.activities))
    numbered = tuple(line.id for line in grid.indicators.values() if not line.is_heading)
    assessment = make_assessment(
        grid,
        draw(answered(grid)),
        identity=draw(identities(grid)),
        comments=draw(st.dictionaries(st.sampled_from(tuple(grid.lines)), paragraphs, max_size=6)),
        numbers=draw(st.dictionaries(st.sampled_from(numbered), st.integers(0, MAX_NUMBER), max_size=3))
        if numbered
        else {},
        preparation=draw(st.dictionaries(st.sampled_from(PreparationTopic), paragraphs)),
        actions=draw(st.dictionaries(lines, actions, max_size=3)),
    )
    return grid, assessment
