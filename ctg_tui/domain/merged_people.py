"""The people of several assessments, as those of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.text import fold

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
