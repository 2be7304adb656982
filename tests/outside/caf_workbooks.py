"""Caf workbooks with what must be read in each, and the verdict on what `importer F --json` says of them.

A filled cell is read, asked about, or named with its address; never read as something else or left out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl.utils import range_boundaries

from tests.outside.person import ROOT

WORKBOOKS: Final = ROOT / "tests" / "data" / "classeurs"
LINES: Final = "lignes.json"
"""The words of each line and indicator of the Caf's grid and of the one with proposed lines, by id."""
Found = Mapping[str, Any]


class Meant(NamedTuple):
    """What a person means in a cell: a line, a policy (none for an indicator or a comment), a value.

    `line` is the id of a known line, or the words of one of another grid. The value is None where no honest
    note can be told: the cell must be asked about or named.
    """

    line: str
    policy: str
    value: int | float | str | None


@dataclass(frozen=True)
class Truth:
    """What a workbook holds, by address. `copies` repeat an answer by a formula: they may be read."""

    notes: Mapping[str, Meant]
    comments: Mapping[str, Meant]
    numbers: Mapping[str, Meant]
    copies: Mapping[str, Meant] = field(default_factory=dict)
    is_misleading: bool = False


def read_truth(path: Path) -> Truth:
    """Return the truth written beside a workbook."""
    written = json.loads(path.read_bytes())
    notes, comments, numbers, copies = (
        {address: Meant(*meant) for address, meant in written[name].items()}
        for name in ("notes", "commentaires", "nombres", "copies")
    )
    return Truth(notes, comments, numbers, copies, written["trompeur"])


@dataclass
class Verdict:
    """How many cells are filled, how many of them are read, and what is wrong or left out, in words."""

    filled: int = 0
    read: int = 0
    amiss: list[str] = field(default_factory=list)


def judge(found: Found, truth: Truth, lines: Mapping[str, str]) -> Verdict:
    """Return the verdict on what the command says of one workbook."""
    return _Judge(found, truth, lines).verdict()


class _Judge:
    def __init__(self, found: Found, truth: Truth, lines: Mapping[str, str]) -> None:
        self._found, self._truth, self._lines = found, truth, lines
        self._is_refused = found.get("etat") != "lu"
        self._verdict = Verdict()

    def verdict(self) -> Verdict:
        self._judge_notes()
        self._judge_comments()
        self._judge_numbers()
        return self._verdict

    def _judge_notes(self) -> None:
        read = {entry["adresse"]: entry for entry in self._found.get("lu", ())}
        repeated = {self._truth.copies[address] for address in read if address in self._truth.copies}
        for address, meant in self._truth.notes.items():
            self._verdict.filled += meant.value is not None
            entry = read.get(address)
            if entry is not None and self._is_right(entry, meant):
                self._verdict.read += 1
            elif entry is not None:
                self._say(f"wrong: {address} is {meant}, read {entry}")
            elif not (self._is_named(address) or meant in repeated):
                self._say(f"left out: {address}, {meant}")
        for address, entry in read.items():
            copied = self._truth.copies.get(address)
            if address not in self._truth.notes and not (copied and self._is_right(entry, copied)):
                self._say(f"wrong: {address} is no note, read {entry}")

    def _is_right(self, entry: Found, meant: Meant) -> bool:
        same_policy = _slug(meant.policy) == _slug(entry["politique"])
        return entry["note"] == meant.value and same_policy and self._is_line(entry, "activite", meant.line)

    def _is_line(self, entry: Found, key: str, line: str) -> bool:
        """Return whether a line is the right one: by its id in the known grid, by its words in another."""
        is_known = bool(self._found["grille"]["connue"])
        if line not in self._lines:
            return not is_known and _slug(entry["libelle"]) == _slug(line)
        return entry[key] == line if is_known else _slug(self._lines[line])[:30] in _slug(entry["libelle"])

    def _judge_comments(self) -> None:
        entries = [
            (entry["adresse"], entry["activite"], entry["texte"])
            for entry in self._found.get("commentaires", ())
        ]
        entries += [
            (entry["adresse"], entry["indicateur"], entry["commentaire"])
            for entry in self._found.get("indicateurs", ())
        ]
        questions = [entry["adresse"] for entry in self._found.get("a_confirmer", ()) if entry.get("texte")]
        for address, meant in self._truth.comments.items():
            words = _slug(str(meant.value).removeprefix("Commentaire : "))
            holding = [(place, line) for place, line, text in entries if words in _slug(text)]
            is_right = any(
                line == meant.line if meant.line in self._lines else _row(place) == _row(address)
                for place, line in holding
            )
            is_asked = any(_row(place) == _row(address) for place in questions)
            if not is_right and any(place == address for place, _ in holding):
                self._say(f"wrong comment: {address}, {meant}")
            elif not is_right and not is_asked and not self._is_named(address):
                self._say(f"comment left out: {address}, {meant}")

    def _judge_numbers(self) -> None:
        read = {
            entry["adresse"]: entry
            for entry in self._found.get("indicateurs", ())
            if entry["nombre"] is not None
        }
        for address, meant in self._truth.numbers.items():
            entry = read.get(address)
            if entry is None and not self._is_named(address):
                self._say(f"number left out: {address}, {meant}")
            elif entry is not None and not (
                entry["nombre"] == meant.value and self._is_line(entry, "indicateur", meant.line)
            ):
                self._say(f"wrong number: {address} is {meant}, read {entry}")
        for address, entry in read.items():
            if address not in self._truth.numbers:
                self._say(f"wrong number: {address} is none, read {entry}")

    def _is_named(self, address: str) -> bool:
        """Return whether the command asks about a cell or names it, alone, in a range or by its sheet."""
        sheet, _, cell = address.rpartition("!")
        return self._is_refused or any(
            _speaks_of(str(entry["adresse"]), str(entry.get("raison", "")), sheet, cell)
            for part in ("a_confirmer", "non_lu")
            for entry in self._found.get(part, ())
        )

    def _say(self, what: str) -> None:
        self._verdict.amiss.append(what)


def _speaks_of(place: str, reason: str, sheet: str, cell: str) -> bool:
    named_sheet, _, named = place.rpartition("!")
    if place == sheet or (named_sheet == sheet and (named == cell or (":" in named and _in(cell, named)))):
        return True
    end = re.search(r"jusqu’à (.+)!([A-Z]+[0-9]+)", reason)  # one sentence speaks of the whole column
    return end is not None and named_sheet == sheet == end[1] and _in(cell, f"{named}:{end[2]}")


def _in(cell: str, area: str) -> bool:
    bounds = (*range_boundaries(area), *range_boundaries(cell)[:2])
    if None in bounds:
        return False
    first, top, last, bottom, column, row = (int(number or 0) for number in bounds)
    return first <= column <= last and top <= row <= bottom


def _row(address: str) -> str:
    return re.sub(r"![A-Z]+", "!", address)


def _slug(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
