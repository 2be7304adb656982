"""The lines that two grids share, and filling with another grid: no value is lost, and each comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.assessment import NOT_CONCERNED, Action, Assessment, Cell, Rating
from ctg_tui.domain.changes import (
    Edit,
    Field,
    Operation,
    apply,
    grid_text,
    parse_cell_key,
    parse_grid,
    values_of,
)
from ctg_tui.domain.edits import adoption
from ctg_tui.domain.grid import Grid, known_ids, shared_lines
from tests.each_row import each_row
from tests.strategies import make_assessment, make_grid

FIRST = Cell("m1.a01", "famille")


def adopted(assessment: Assessment, before: Grid, after: Grid) -> Assessment:
    return apply(assessment, adoption(assessment, before, after))


def with_lines(grid: Grid, **labels: str) -> Grid:
    """Return `grid` with these words on its activities, by their ids without the mission: `a01`."""
    (mission,) = grid.missions
    lines = [line._replace(label=labels.get(line.id[3:], line.label)) for line in mission.activities]
    return replace(
        grid, fingerprint=f"sha256:{labels}", missions=(mission._replace(activities=tuple(lines)),)
    )


TEXTS = ("Anime le réseau", "Anime le réseau des acteurs", "Suit le plan", "Évalue", "Accueille", "Informe")
"""Few texts: some lines share one."""
POLICIES = ("famille", "education", "social")
NOTES = (NOT_CONCERNED, *Rating)
BOTH = {"grille-a": "grille-b", "grille-b": "grille-a"}


def redrawn(draw: Random, grid: Grid, grid_id: str, variants: Mapping[str, str], *fates: str) -> Grid:
    """Return `grid` with other words, fewer lines, other ids or another order, and some of its policies."""

    def lines(rows: Sequence[Any]) -> tuple[Any, ...]:
        made = []
        for row in rows:
            match draw.choice(fates):
                case "reworded":
                    made.append(row._replace(label=f"{draw.choice(TEXTS)} {draw.randint(1, 9)}"))
                case "renamed":
                    made.append(row._replace(id=f"{row.id}.b"))
                case "kept":
                    made.append(row)
        draw.shuffle(made)
        return tuple(made)

    return replace(
        grid,
        id=grid_id,
        variant=variants.get(grid_id),
        fingerprint=f"sha256:{draw.random()}",
        policies=tuple(draw.sample(grid.policies, draw.randint(1, len(grid.policies)))),
        missions=tuple(
            mission._replace(activities=lines(mission.activities), indicators=lines(mission.indicators))
            for mission in grid.missions
        ),
    )


def random_assessment(draw: Random, before: Grid, others: Sequence[str]) -> Assessment:
    """Return an assessment of `before` with values on its lines and on `others`."""
    lines, counted = [*before.activities, *others], [*before.indicators, *others]
    cells = [Cell(line, policy) for line in lines for policy in POLICIES]

    def some(values: Sequence[Any], of: Callable[[Any], Any]) -> dict[Any, Any]:
        return {value: of(value) for value in values if draw.random() < 0.6}

    return make_assessment(before)._replace(
        answers=some(cells, lambda _: draw.choice(NOTES)),
        set_aside=some(cells, lambda _: draw.choice(("", "NC", "2"))),
        comments=some([*lines, *before.indicators], lambda line: f"commentaire de {line}"),
        numbers=some(counted, lambda _: draw.randint(0, 99)),
        actions=some(lines, lambda line: Action(f"agir sur {line}")),
    )


@given(st.integers(0, 2**32))
def test_nothing_is_lost_between_random_grids(seed: int) -> None:
    draw = Random(seed)
    shape = tuple(draw.randint(1, 5) for _ in range(draw.randint(1, 3)))
    pairs: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        *(("grille-a", "grille-a", {}), ("grille-a", "grille-b", {})),
        ("grille-a", "grille-b", BOTH),
    )
    before_id, after_id, variants = draw.choice(pairs)
    before = redrawn(draw, make_grid(shape, POLICIES, shape), before_id, variants, "reworded")
    after = redrawn(draw, before, after_id, variants, "kept", "kept", "reworded", "gone", "renamed")
    strangers = [*after.activities, *after.indicators, "m1.a01"]
    owned = [f"{line}@{owner}" for line in strangers for owner in ("grille-a", "grille-b", "grille-c")]
    is_clean = draw.random() < 0.5
    others = draw.sample([*strangers, *owned, "m1.a01@grille-a~", "m9.a99"], 0 if is_clean else 3)
    assessment = random_assessment(draw, before, sorted({*others} - before.mission_of.keys()))
    made = adoption(assessment, before, after)
    there = apply(assessment, made)
    assert parse_grid(grid_text(there))["grid_fingerprint"] == after.fingerprint
    assert _texts(there) == _texts(assessment), "a value is lost, doubled or changed"
    assert apply(there, Edit(Operation.ADOPTION, made).inverse()) == assessment, (
        "undo does not restore everything"
    )
    back = adopted(there, after, before)
    assert _texts(back) == _texts(assessment)
    if not is_clean:
        return
    assert values_of(back) == values_of(assessment), "the former grid does not bring all back"
    shared = shared_lines(before, after)
    for line, comment in there.comments.items():
        assert (line in shared) is (comment == f"commentaire de {line}" and line in after.lines)


def _texts(assessment: Assessment) -> Counter[tuple[str, ...]]:
    """Return every value without the line it belongs to."""
    return Counter(
        (field, parse_cell_key(key).policy, text)
        if field in {Field.ANSWER, Field.SET_ASIDE}
        else (field, text)
        for (field, key), text in values_of(assessment).items()
    )


@each_row(
    "now, is_same",
    [
        ("Anime le réseau", True),
        ("ANIME  le reseau.", True),
        ("3) Anime le réseau (1)", True),
        ("Anime un réseau", False),
    ],
)
def test_in_another_grid_the_same_line_has_the_same_id_and_the_same_words(now: str, is_same: bool) -> None:
    before = with_lines(make_grid((1,), indicators=()), a01="1.2 Anime le réseau")
    after = with_lines(replace(before, id="autre"), a01=now)
    assert ("m1.a01" in shared_lines(before, after)) is is_same
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    there = adopted(filled, before, after)
    assert there.answers == {FIRST if is_same else Cell("m1.a01@essai-1", "famille"): Rating.FULLY}
    assert adopted(there, after, before).answers == filled.answers


def test_within_a_grid_and_its_variant_the_id_alone_says_which_line_it_is() -> None:
    grid = make_grid((2,), indicators=())
    reworded = with_lines(grid, a01="Autrement dit")
    variant = replace(reworded, id="essai-complet", variant=grid.id, fingerprint="sha256:variante")
    for before, after in ((grid, reworded), (grid, variant), (variant, grid)):
        assert shared_lines(before, after) == {"m1.a01", "m1.a02"}
    (mission,) = variant.missions
    shorter = replace(variant, missions=(mission._replace(activities=mission.activities[1:]),))
    filled = make_assessment(grid, {FIRST: Rating.FULLY})
    made = adoption(filled, grid, shorter)
    assert [change.key for change in made] == ["grille"], "the note stays where it is"
    other = replace(with_lines(grid, a01="Tout autre chose"), id="autre")
    there = adopted(adopted(filled, grid, other), other, shorter)
    assert there.answers == filled.answers, "a variant takes back what its grid had"


def test_a_policy_that_is_gone_keeps_its_answers_stored_under_their_line() -> None:
    before, after = make_grid(), make_grid(policies=("education", "social"))
    filled = make_assessment(before, {FIRST: Rating.FULLY})
    assert adopted(filled, before, after).answers == filled.answers


def test_words_name_one_line_and_a_line_one_id() -> None:
    first = with_lines(make_grid((3,), indicators=()), a01="1. Anime", a02="Suit", a03="Suit.")
    second = with_lines(first, a01="Anime", a02="Accueille", a03="Informe")
    known = known_ids((first, second))
    assert known == {(False, "anime"): "m1.a01", (False, "accueille"): "m1.a02", (False, "informe"): "m1.a03"}
    assert known_ids((second, first)) == known
