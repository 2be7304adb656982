"""Merging the assessments of several people, of one territory, year and moment, into a new draft.

Cell by cell: what all say, or one alone, is taken; NC from somebody who does not work on that policy gives
way; different notes are a conflict, left blank, never a mean. No answer is no opinion. Texts are all kept,
each passage under the names of its authors. The order of the sides changes nothing; where nothing conflicts,
neither does merging them in several steps.

In a merged text, a passage that everybody wrote has no heading; the others follow a line with the names of
their authors and a colon. It is read back into the same passages, so that merging it again repeats none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from typing import Final, NamedTuple, TypeVar
from uuid import UUID, uuid5

from ctg_tui.domain.assessment import (
    NOT_CONCERNED,
    Action,
    Adviser,
    Answer,
    Assessment,
    Cell,
    Coordinator,
    Identity,
    Outcome,
    PreparationTopic,
    Profile,
    Territory,
)
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Contribution, FollowUp
from ctg_tui.domain.text import fold

_SEPARATOR: Final = ", "
_END: Final = "\N{NO-BREAK SPACE}:"


class Passage(NamedTuple):
    """A text and the names of those who wrote it."""

    authors: frozenset[str]
    text: str


def read_passages(text: str, names: Mapping[str, str]) -> Iterator[Passage]:
    """Yield the passages of a text. `names` gives each heading's name the one it has from now on.

    What stands under no heading was written by everybody.
    """
    authors = frozenset(names.values())
    lines: list[str] = []
    for line in text.split("\n"):
        found = _authors(line, names)
        if found is None:
            lines.append(line)
            continue
        if lines:
            is_gap = not lines[-1]
            yield Passage(authors, "\n".join(lines[:-1] if is_gap else lines))
        authors, lines = found, []
    yield Passage(authors, "\n".join(lines))


def _authors(line: str, names: Mapping[str, str]) -> frozenset[str] | None:
    """Return the authors that a heading names; None for any other line."""
    if not line.endswith(_END):
        return None
    written = line.removesuffix(_END).split(_SEPARATOR)
    return frozenset(names[name] for name in written) if all(name in names for name in written) else None


def joined(passages: Iterable[Passage], everybody: Sequence[str]) -> str:
    """Return one text of all passages, in the order of `everybody`; those of equal text are one."""
    by_text: dict[str, frozenset[str]] = {}
    for authors, text in passages:
        if text:
            by_text[text] = by_text.get(text, frozenset()) | authors
    if len(by_text) == 1:
        ((text, authors),) = by_text.items()
        if authors == frozenset(everybody):
            return text
    ranks = {name: rank for rank, name in enumerate(everybody)}
    ordered = sorted((sorted(ranks[name] for name in authors), text) for text, authors in by_text.items())
    return "\n\n".join(
        f"{_SEPARATOR.join(everybody[rank] for rank in authors)}{_END}\n{text}" for authors, text in ordered
    )


# What people disagree on: a person chooses.

Value = Answer | int | date | Outcome
Chosen = TypeVar("Chosen", bound=Value)


class Kind(Enum):
    """What people may disagree on."""

    NOTE = auto()
    NUMBER = auto()
    DUE = auto()
    OUTCOME = auto()


class Item(NamedTuple):
    """What one value is about: a cell, the number of an indicator, the date or outcome of an action."""

    kind: Kind
    line: str
    policy: str | None = None


class Opinion(NamedTuple):
    """The value of one side. `refs` are its people in the merged assessment."""

    refs: tuple[str, ...]
    value: Value


class Conflict(NamedTuple):
    """An item on which sides differ: blank in the merged assessment until a person chooses."""

    item: Item
    opinions: tuple[Opinion, ...]


class Difference(Enum):
    """What differs apart from the answers: blank in the merged assessment."""

    ADVISER = auto()
    PREVIOUS = auto()
    FOLLOW_UP = auto()
    POLICIES = auto()


# The people of several assessments, as those of one.

UNNAMED = "Personne sans nom"

PersonKey = tuple[str, ...]


class People(NamedTuple):
    """The people, numbered `c1`, `c2`… by name, and the new ref of each ref of each assessment."""

    people: tuple[Coordinator, ...]
    refs: tuple[Mapping[str, str], ...]

    @property
    def names(self) -> dict[str, str]:
        """The name of each ref as it stands over a text; two people never share one."""
        return names_of(self.people)


def names_of(people: Iterable[Coordinator]) -> dict[str, str]:
    """Return the name of each ref; a number tells namesakes apart."""
    names: dict[str, str] = {}
    for person in people:
        name = f"{person.first_name} {person.last_name}".replace(",", " ").strip() or UNNAMED
        namesakes = sum(other == name or other.startswith(f"{name} (") for other in names.values())
        names[person.ref] = f"{name} ({namesakes + 1})" if namesakes else name
    return names


def merged_people(groups: Sequence[Sequence[Coordinator]], policies: Sequence[str]) -> People:
    """Return the people of every group, the same name being the same person.

    `policies` is the order of those of the grid. A person is project lead if one group says so.
    """
    keyed = [list(_keys(group)) for group in groups]
    found: dict[PersonKey, list[Coordinator]] = {}
    for key, person in (pair for group in keyed for pair in group):
        found.setdefault(key, []).append(person)
    refs = {key: f"c{rank}" for rank, key in enumerate(sorted(found), 1)}
    people = tuple(_one(refs[key], found[key], policies) for key in sorted(found))
    return People(people, tuple({person.ref: refs[key] for key, person in group} for group in keyed))


def _keys(group: Iterable[Coordinator]) -> Iterator[tuple[PersonKey, Coordinator]]:
    """Yield each person with the key of who they are: the name, and the rank among namesakes of the group."""
    seen: Counter[PersonKey] = Counter()
    for person in group:
        name: PersonKey = (fold(person.last_name), fold(person.first_name))
        if not any(name):
            name = (*name, person.profile.value, *person.policies)
        seen[name] += 1
        yield (*name, f"{seen[name]:03}"), person


def _one(ref: str, versions: Sequence[Coordinator], policies: Sequence[str]) -> Coordinator:
    last_name, first_name = min((person.last_name, person.first_name) for person in versions)
    is_lead = any(person.profile is Profile.PROJECT_LEAD for person in versions)
    # Blank means every policy: to narrow it would turn that person's NC into one that gives way.
    is_told = all(person.policies for person in versions)
    followed = {policy for person in versions for policy in person.policies if is_told}
    return Coordinator(
        ref,
        last_name,
        first_name,
        Profile.PROJECT_LEAD if is_lead else Profile.THEMATIC,
        tuple(policy for policy in policies if policy in followed),
    )


_NAMESPACE: Final = UUID("6f6d1c1e-6a5b-5b0e-9d51-2f1f0c0f7c3a")
_NO_ACTION: Final = Action()
_AND: Final = ", "
"""Between the people of a merged action."""

Key = TypeVar("Key", bound=Hashable)
One = TypeVar("One")


class Side(NamedTuple):
    """A file to merge. `contributions` are the files merged in it, or itself alone."""

    grid: Grid
    assessment: Assessment
    fingerprint: str
    contributions: tuple[Contribution, ...]

    @property
    def fingerprints(self) -> frozenset[str]:
        return frozenset(row.fingerprint for row in self.contributions)


class Merged(NamedTuple):
    """The merged assessment and how it came about. `repeated` counts the sides that another one holds."""

    grid: Grid
    assessment: Assessment
    people: People
    conflicts: tuple[Conflict, ...]
    differences: tuple[Difference, ...]
    repeated: int


def merge(sides: Sequence[Side]) -> Merged:
    """Return the merge of `sides`, all filled with one grid; what conflicts is left blank."""
    kept = _distinct(sides)
    work = _Merge(kept)
    grid = work.grid
    answers = {cell: note for cell in grid.cells if (note := work.note(cell)) is not None}
    numbers = {line: number for line in grid.indicators if (number := work.number(line)) is not None}
    actions = {line: action for line in grid.activities if (action := work.action(line)) != _NO_ACTION}
    made = Assessment(
        id=0,
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        identity=work.identity(),
        uuid=str(uuid5(_NAMESPACE, "\n".join(sorted({row.fingerprint for row in work.contributions()})))),
        previous_uuid=work.only({side.assessment.previous_uuid for side in kept}, Difference.PREVIOUS, None),
        open_missions=work.open_missions,
        answers=answers,
        comments=work.texts(grid.activities, lambda assessment: assessment.comments),
        numbers=numbers,
        remarks=work.texts(grid.indicators, lambda assessment: assessment.remarks),
        preparation=work.texts(PreparationTopic, lambda assessment: assessment.preparation),
        actions=actions,
        follow_ups=work.follow_ups(),
        contributions=work.contributions(),
    )
    return Merged(
        grid=grid,
        assessment=made,
        people=work.people,
        conflicts=tuple(work.conflicts),
        differences=tuple(difference for difference in Difference if difference in work.differences),
        repeated=len(sides) - len(kept),
    )


def _distinct(sides: Sequence[Side]) -> list[Side]:
    """Return the sides that no other holds, in an order that does not depend on the one given."""
    ordered = sorted(
        sides, key=lambda side: (-len(side.fingerprints), sorted(side.fingerprints), side.fingerprint)
    )
    kept: list[Side] = []
    for side in ordered:
        is_held = any(
            side.fingerprint == other.fingerprint or side.fingerprints < other.fingerprints for other in kept
        )
        if not is_held:
            kept.append(side)
    return kept


class _Merge:
    """The merge under way: its conflicts and differences gather here."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = sides
        self.open_missions = frozenset(one for side in sides for one in side.assessment.open_missions)
        self.grid = sides[0].grid.through(self.open_missions)
        groups = [side.assessment.identity.coordinators for side in sides]
        self.people = merged_people(groups, tuple(self.grid.policies_by_id))
        self.conflicts: list[Conflict] = []
        self.differences: set[Difference] = set()
        names = self.people.names
        self._everybody = [*names.values()]
        self._names = [
            {name: names[refs[ref]] for ref, name in names_of(group).items()}
            for group, refs in zip(groups, self.people.refs, strict=True)
        ]

    def note(self, cell: Cell) -> Answer | None:
        """Return the answer of a cell."""
        item = Item(Kind.NOTE, cell.activity, cell.policy)
        return self._value(item, lambda assessment: assessment.answers.get(cell))

    def number(self, indicator: str) -> int | None:
        """Return the number of an indicator."""
        return self._value(Item(Kind.NUMBER, indicator), lambda assessment: assessment.numbers.get(indicator))

    def action(self, line: str) -> Action:
        """Return the action of a line: its texts together, the date and outcome agreed on."""

        def planned(assessment: Assessment) -> Action:
            return assessment.actions.get(line, _NO_ACTION)

        due = self._value(Item(Kind.DUE, line), lambda assessment: planned(assessment).due)
        outcome = self._value(Item(Kind.OUTCOME, line), lambda assessment: planned(assessment).outcome)
        whos = {who for side in self.sides for who in planned(side.assessment).who.split(_AND) if who}
        return Action(
            self._text(lambda assessment: planned(assessment).what),
            _AND.join(sorted(whos)),
            due,
            outcome,
        )

    def _value(self, item: Item, value_in: Callable[[Assessment], Chosen | None]) -> Chosen | None:
        """Return what is agreed on, None when nothing is, and remember the conflict."""
        given = [
            (side, tuple(refs.values()), value)
            for side, refs in zip(self.sides, self.people.refs, strict=True)
            if (value := value_in(side.assessment)) is not None
        ]
        firm = {value for side, _, value in given if not self._gives_way(side, item, value)}
        values = firm or {value for *_, value in given}
        if len(values) <= 1:
            return next(iter(values), None)
        opinions = sorted(
            (Opinion(refs, value) for _, refs, value in given),
            key=lambda one: [int(ref[1:]) for ref in one.refs],
        )
        self.conflicts.append(Conflict(item, tuple(opinions)))
        return None

    def _gives_way(self, side: Side, item: Item, value: Value) -> bool:
        """Return True for NC from people none of whom works on the policy."""
        people = side.assessment.identity.coordinators
        is_nc = item.kind is Kind.NOTE and value is NOT_CONCERNED
        return is_nc and bool(people) and all(p.policies and item.policy not in p.policies for p in people)

    def texts(
        self, keys: Iterable[Key], texts_of: Callable[[Assessment], Mapping[Key, str]]
    ) -> Mapping[Key, str]:
        """Return the texts of each key, under their authors; a key without any has none."""

        def text_of(key: Key) -> str:
            return self._text(lambda assessment: texts_of(assessment).get(key, ""))

        return {key: text for key in keys if (text := text_of(key))}

    def _text(self, text_of: Callable[[Assessment], str]) -> str:
        passages: list[Passage] = []
        for side, names in zip(self.sides, self._names, strict=True):
            text = text_of(side.assessment)
            if not text:
                continue
            if side.assessment.contributions:
                passages += read_passages(text, names)
            else:
                passages.append(Passage(frozenset(names.values()), text))
        return joined(passages, self._everybody)

    def identity(self) -> Identity:
        """Return the details: those of all, blank where they differ."""
        merged = {person.ref: person for person in self.people.people}
        for side, refs in zip(self.sides, self.people.refs, strict=True):
            people = side.assessment.identity.coordinators
            if any(person.policies and not merged[refs[person.ref]].policies for person in people):
                self.differences.add(Difference.POLICIES)
        identities = [side.assessment.identity for side in self.sides]
        places = [identity.territory for identity in identities]
        advisers = [identity.adviser for identity in identities]
        return Identity(
            identities[0].year,
            identities[0].moment,
            Territory(
                min({place.name for place in places} - {""}, default=""),
                min({place.siren for place in places if place.siren}, default=None),
                min({place.department for place in places} - {""}, default=""),
                min({place.known_id for place in places if place.known_id}, default=None),
            ),
            self.people.people,
            Adviser(
                self.only({adviser.name for adviser in advisers}, Difference.ADVISER, ""),
                self.only({adviser.email for adviser in advisers}, Difference.ADVISER, ""),
            ),
        )

    def only(self, values: set[One], difference: Difference, blank: One) -> One:
        """Return the one value that is not `blank`; `blank` when there are several, which is remembered."""
        given = values - {blank}
        if len(given) > 1:
            self.differences.add(difference)
        return next(iter(given)) if len(given) == 1 else blank

    def contributions(self) -> tuple[Contribution, ...]:
        """Return the files merged, each with its people as they are numbered here."""
        people: dict[Contribution, set[str]] = {}
        for side, refs in zip(self.sides, self.people.refs, strict=True):
            for row in side.contributions:
                found = people.setdefault(row._replace(coordinators=()), set())
                found.update(refs[ref] for ref in row.coordinators if ref in refs)
        return tuple(
            sorted(
                row._replace(coordinators=tuple(sorted(refs, key=lambda ref: int(ref[1:]))))
                for row, refs in people.items()
            )
        )

    def follow_ups(self) -> tuple[FollowUp, ...]:
        """Return every remark once, with what became of it; answers that differ are all there, as texts."""
        versions: dict[FollowUp, list[FollowUp]] = {}
        for side in self.sides:
            for row in side.assessment.follow_ups:
                about = FollowUp(row.review, row.activity, row.policy, row.question)
                versions.setdefault(about, []).append(row)
        past = {about.review for about, rows in versions.items() if any(row.is_past for row in rows)}
        return tuple(
            self._follow_up(about, [row._replace(is_past=about.review in past) for row in rows])
            for about, rows in versions.items()
        )

    def _follow_up(self, about: FollowUp, rows: Sequence[FollowUp]) -> FollowUp:
        if len(set(rows)) == 1:
            return rows[0]
        only, which = self.only, Difference.FOLLOW_UP
        # By paragraph: a text merged before holds those of its authors already.
        paragraphs = (part for text in sorted({row.text for row in rows}) for part in text.split("\n\n"))
        return about._replace(
            first_note=only({row.first_note for row in rows}, which, None),
            adviser_note=only({row.adviser_note for row in rows}, which, None),
            agreed_note=only({row.agreed_note for row in rows}, which, None),
            decision=only({row.decision for row in rows}, which, None),
            text="\n\n".join(part for part in dict.fromkeys(paragraphs) if part),
            author=max(row.author for row in rows),
            remark=max(row.remark for row in rows),
            on_agenda=any(row.on_agenda for row in rows),
            is_past=any(row.is_past for row in rows),
        )
