"""Measure what the real command reads of the drawn layouts: `python -m tests.spreadsheet.measure_layouts`.

Options: `--seed N`, `--details` (each wrong and each lost cell), `--only TEXT` (some layouts),
`--libreoffice` (a few layouts saved again by LibreOffice, which must be installed), `--random N`
(N layouts composed at random in place of those).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl.utils import range_boundaries

from tests.cli.program import Program
from tests.spreadsheet.drawn_at_random import draw_at_random
from tests.spreadsheet.drawn_layouts import Layout, draw_layouts
from tests.spreadsheet.drawn_own_grids import OWN
from tests.spreadsheet.drawn_tables import grid_missions
from tests.spreadsheet.drawn_workbook import Answer, Comment

COLUMNS = ("filled", "right", "new grid", "wrong", "asked", "named", "lost", "unclear", "needless")
"""`unclear`: cells that no reader can tell, not in `filled`; `needless`: other cells asked about."""
SHORT = ("filled", "right", "wrong", "named", "lost", "extra")
AGAIN = {
    "as the Caf issued it": "ods",
    "missions in a tall merged column": "ods",
    "a sheet for each mission": "xlsx",
    "NC written in several ways": "csv",
    "last year before this year": "ods",
    "a percentage of progress, shown 0 % to 100 %": "ods",
}
"""The layouts that LibreOffice saves again, and in which format."""

OWN_LINES = [line for mission in OWN for line in mission.lines]
Found = dict[str, Any]


@dataclass
class Result:
    """What became of the cells of one layout."""

    layout: Layout
    found: Found
    answers: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return self.found.get("etat") != "lu"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--details", action="store_true")
    parser.add_argument("--libreoffice", action="store_true")
    options = parser.parse_args(arguments)
    layouts = draw_at_random(options.random, options.seed) if options.random else draw_layouts(options.seed)
    with TemporaryDirectory() as folder:
        if options.libreoffice:
            layouts = list(_saved_again(layouts, Path(folder)))
        results = [measure(layout, Path(folder)) for layout in layouts if options.only in layout.name]
    for title, is_misleading in (("ORDINARY", False), ("MADE TO MISLEAD", True)):
        _print_table(title, [result for result in results if result.layout.is_misleading is is_misleading])
    if options.details:
        _print_details(results)


def _saved_again(layouts: Iterable[Layout], folder: Path) -> Iterable[Layout]:
    for layout in layouts:
        if extension := AGAIN.get(layout.name):
            source, target = folder / "before.xlsx", folder / "after"
            source.write_bytes(layout.content)
            command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
            command += ["--convert-to", extension, "--outdir", str(target), str(source)]
            subprocess.run(command, check=True, capture_output=True)
            content = (target / f"before.{extension}").read_bytes()
            file_name = f"{Path(layout.file_name).stem}.{extension}"
            name = f"{layout.name}, saved by LibreOffice as {extension.upper()}"
            yield replace(layout, name=name, file_name=file_name, content=content)


def measure(layout: Layout, folder: Path, columns: Iterable[str] = ()) -> Result:
    """Run the command on the layout, with the `columns` said, and sort each of its filled cells."""
    path = folder / layout.file_name
    path.write_bytes(layout.content)
    said = [part for one in columns for part in ("--colonnes", one)]
    answer = Program(folder).run("importer", path, "--json", *said)
    if answer.code not in (0, 3):
        raise RuntimeError(f"{layout.name}: code {answer.code}\n{answer.err}")
    path.unlink()
    result = Result(_with_sheet_of_csv(layout), answer.json[0])
    _sort_answers(result)
    _sort_comments(result)
    _sort_counts(result)
    return result


def columns_known(result: Result) -> list[str]:
    """Return what a person who knows a layout says of its columns, where each policy has one of its own."""
    said: dict[str, str] = {}
    for table in result.found["colonnes"]:
        columns: dict[str, set[str]] = {}
        for address, answer in result.layout.answers.items():
            sheet, _, cell = address.rpartition("!")
            if sheet == table["feuille"]:
                columns.setdefault(_slug(answer.policy), set()).add(re.sub("[0-9]", "", cell))
        if columns and all(len(letters) == 1 for letters in columns.values()):
            names = {"lignes": table["lignes"], **{name: min(one) for name, one in columns.items()}}
            names |= {"commentaires": table["commentaires"]} if table["commentaires"] else {}
            words = " ".join(f"{name}={letters}" for name, letters in names.items())
            said[table["feuille"]] = f"{table['feuille']}: {words}"
    return list(said.values())


def _with_sheet_of_csv(layout: Layout) -> Layout:
    """Return the layout with the sheet name that the command gives to a CSV, which has none."""
    if not layout.file_name.endswith(".csv"):
        return layout

    def named(address: str) -> str:
        return f"Feuille!{address.rpartition('!')[2]}"

    return replace(
        layout,
        answers={named(address): answer for address, answer in layout.answers.items()},
        comments={named(address): comment for address, comment in layout.comments.items()},
        counts={named(address): count for address, count in layout.counts.items()},
        others=frozenset(named(address) for address in layout.others),
    )


def _sort_answers(result: Result) -> None:
    layout, tally = result.layout, result.answers
    read = {entry["adresse"]: entry for entry in result.found.get("lu", ())}
    repeated = {layout.copies[address] for address in read if address in layout.copies}
    for address, answer in layout.answers.items():
        tally["filled" if answer.note is not None else "unclear"] += 1
        fate = _fate(result, address, answer, read.get(address))
        if fate == "lost" and answer in repeated:
            fate = "right"
        elif fate == "lost" and _is_taken_for_an_indicator(result, address, answer):
            fate = "wrong"
        tally[fate] += 1
        if fate in ("wrong", "lost"):
            result.details.append(f"{fate}: {address}, {_meaning(answer)}{_reading(read.get(address))}")
        elif fate == "asked" and answer.note is not None:
            result.details += _asked_amiss(result, address, answer)
    for address, entry in read.items():
        if address not in layout.answers and not _repeats(result, address, entry):
            tally["wrong"] += 1
            result.details.append(f"wrong: {address} is no answer{_reading(entry)}")
    tally["needless"] = sum(_is_in(result, "a_confirmer", address) for address in layout.others)


def _is_taken_for_an_indicator(result: Result, address: str, answer: Answer) -> bool:
    """Tell whether the note became the number of an indicator, or the comment of one of the same row."""
    return any(
        (entry["adresse"] == address and entry["nombre"] is not None)
        or (_row_of(entry["adresse"]) == _row_of(address) and entry["commentaire"] == str(answer.note))
        for entry in result.found.get("indicateurs", ())
    )


def _asked_amiss(result: Result, address: str, answer: Answer) -> list[str]:
    """Return what a question offers to read in that cell when it is not what the person meant."""
    offers = [entry for entry in result.found["a_confirmer"] if entry["adresse"] == address]
    return [
        f"asked amiss: {address}, {_meaning(answer)}{_reading(entry)}"
        for entry in offers
        if (entry["note"], _slug(entry["politique"])) != (answer.note, _slug(answer.policy))
        or _line_fate(result, answer.line, entry["activite"], entry["libelle"]) == "wrong"
    ]


def _repeats(result: Result, address: str, entry: Found) -> bool:
    copied = result.layout.copies.get(address)
    return copied is not None and _fate(result, address, copied, entry) == "right"


def _fate(result: Result, address: str, answer: Answer, entry: Found | None) -> str:
    if entry is not None:
        if answer.note != entry["note"] or _slug(answer.policy) != _slug(entry["politique"]):
            return "wrong"
        return _line_fate(result, answer.line, entry["activite"], entry["libelle"])
    if _is_in(result, "a_confirmer", address):
        return "asked"
    return "named" if result.is_refused or _is_in(result, "non_lu", address) else "lost"


def _line_fate(result: Result, line: str, found_id: str, found_text: str) -> str:
    """Tell whether the line is the right one: by its id in the known grid, by its text in another."""
    is_known = bool(result.found["grille"]["connue"])
    ids = {
        known: text
        for mission in grid_missions()
        for known, text, *_ in (*mission.lines, *mission.indicators)
    }
    if line not in ids:
        return "right" if not is_known and _slug(found_text) == _slug(line) else "wrong"
    if is_known:
        return "right" if found_id == line else "wrong"
    return "new grid" if _slug(ids[line])[:30] in _slug(found_text) else "wrong"


def _is_in(result: Result, part: str, address: str) -> bool:
    """Tell whether a list of the answer speaks of that cell, alone, in a range or by its whole sheet."""
    sheet, _, cell = address.rpartition("!")
    for entry in result.found.get(part, ()):
        named_sheet, _, named = str(entry["adresse"]).rpartition("!")
        if named_sheet == sheet and (named == cell or (":" in named and _is_within(cell, named))):
            return True
        if entry["adresse"] == sheet:
            return True
        end = re.search(r"jusqu’à (.+)!([A-Z]+[0-9]+)", entry.get("raison", ""))
        if end and named_sheet == sheet == end[1] and _is_within(cell, f"{named}:{end[2]}"):
            return True  # one sentence speaks of the whole column
    return False


def _is_within(cell: str, area: str) -> bool:
    first, top, last, bottom = range_boundaries(area)
    column, row, *_ = range_boundaries(cell)
    numbers = (first, column, last, top, row, bottom)
    if None in numbers:
        return False
    return bool(first <= column <= last and top <= row <= bottom)  # type: ignore[operator]


def _sort_comments(result: Result) -> None:
    tally, known = result.comments, result.layout.is_known
    entries = [
        (entry["adresse"], entry["activite"], entry["texte"])
        for entry in result.found.get("commentaires", ())
    ]
    entries += [
        (entry["adresse"], entry["indicateur"], entry["commentaire"])
        for entry in result.found.get("indicateurs", ())
        if entry["commentaire"]
    ]
    met: set[tuple[str, str]] = set()
    for address, comment in result.layout.comments.items():
        tally["filled"] += 1
        holding = [entry for entry in entries if _holds(entry[2], comment.text)]
        right = [
            entry
            for entry in holding
            if (entry[1] == comment.line if known else _row_of(entry[0]) == _row_of(address))
        ]
        if right:
            fate = "right"
            met.update(entry[:2] for entry in right)
        elif any(entry[0] == address for entry in holding):
            fate = "wrong"
        elif _is_mentioned(result, address) or _is_asked_with_others(result, address, comment):
            fate = "named"
        else:
            fate = "lost"
        tally[fate] += 1
        if fate in ("wrong", "lost"):
            result.details.append(f"{fate} comment: {address}, {comment.line} {comment.text!r}")
    for entry in entries:
        if entry[:2] not in met:
            tally["extra"] += 1
            result.details.append(f"extra comment: {entry[0]}, {entry[1]} {entry[2]!r}")


def _is_mentioned(result: Result, address: str) -> bool:
    return result.is_refused or _is_in(result, "non_lu", address) or _is_in(result, "a_confirmer", address)


def _is_asked_with_others(result: Result, address: str, comment: Comment) -> bool:
    """Tell whether one question speaks of all the comments of the line, this one among them."""
    return any(
        _row_of(entry["adresse"]) == _row_of(address) and _holds(entry["texte"], comment.text)
        for entry in result.found.get("a_confirmer", ())
        if entry.get("texte")
    )


def _row_of(address: str) -> str:
    return re.sub(r"![A-Z]+", "!", address)


def _holds(found: str, written: str) -> bool:
    """Tell whether a comment is there, perhaps without its first words or among others of its line."""
    plain = _slug(written.removeprefix("Commentaire : "))
    return plain in _slug(found)


def _sort_counts(result: Result) -> None:
    tally = result.counts
    read = {
        entry["adresse"]: entry
        for entry in result.found.get("indicateurs", ())
        if entry["nombre"] is not None
    }
    for address, count in result.layout.counts.items():
        tally["filled"] += 1
        entry = read.get(address)
        if entry is not None:
            fate = _line_fate(result, count.indicator, entry["indicateur"], entry["libelle"])
            fate = "right" if fate == "right" and entry["nombre"] == count.number else "wrong"
        elif _is_mentioned(result, address):
            fate = "named"
        else:
            fate = "lost"
        tally[fate] += 1
        if fate in ("wrong", "lost"):
            result.details.append(f"{fate} number: {address}, {count.indicator} = {count.number}; {entry}")
    for address, entry in read.items():
        if address not in result.layout.counts:
            tally["wrong"] += 1
            result.details.append(f"wrong number: {address} is no number of an indicator; {entry}")


def _slug(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe"))
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _meaning(answer: Answer) -> str:
    note = "unclear" if answer.note is None else answer.note
    return f"{answer.line[:50]} {answer.policy} = {note}"


def _reading(entry: Found | None) -> str:
    return f"; read {entry['activite']} {entry['politique']} = {entry['note']}" if entry else ""


def _print_table(title: str, results: list[Result]) -> None:
    width = max((len(result.layout.name) for result in results), default=0) + 10
    heads = (*COLUMNS, *(f"c.{name}" for name in SHORT), *(f"n.{name}" for name in SHORT[:-1]))
    print(f"\n{title}: {len(results)} layouts (c. comments, n. numbers of indicators)")
    print(" " * width, *(f"{head:>8}" for head in heads))
    total: Counter[str] = Counter()
    for result in results:
        row = _row(result)
        total.update(row)
        mark = " REFUSED" if result.is_refused else ""
        print(f"{result.layout.name + mark:{width}}", *(f"{row[head] or '·':>8}" for head in heads))
    print(f"{'TOTAL':{width}}", *(f"{total[head]:>8}" for head in heads))
    for result in results:
        if not result.layout.is_known and not result.is_refused:
            made = result.found["grille"]
            if made["connue"] or made["activites"] != len(OWN_LINES):
                print(f"  {result.layout.name}: {made['activites']} lines for {len(OWN_LINES)} drawn")


def _row(result: Result) -> Counter[str]:
    row = Counter(result.answers)
    row.update({f"c.{name}": result.comments[name] for name in SHORT})
    row.update({f"n.{name}": result.counts[name] for name in SHORT})
    return row


def _print_details(results: list[Result]) -> None:
    for result in results:
        if result.details or result.is_refused:
            print(f"\n== {result.layout.name}")
        if result.is_refused:
            print(f"refused: {result.found.get('message')}")
        for line in result.details:
            print(line)


if __name__ == "__main__":
    main()
