"""One word for one thing: the words that no French sentence of the program or of its guides may use."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.each_row import each_row

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "ctg_tui"
GRID: Final = ROOT / "data" / "grilles" / "charente-2024-08-proposee.toml"
SCHEMAS: Final = ROOT / "data" / "schemas"
GUIDES: Final = (*("README.md", "docs/guide.md", "docs/informatique.md"),)

WORDS: Final[Mapping[str, str]] = {
    r"\bbases?\b": "vos évaluations, le fichier de vos évaluations",
    r"\bempreintes?\b": "code de contrôle",
    r"\bgestes?\b": "modification",
    r"\bà mesure\b": "automatiquement",
    r"\bfiches?\b": "renseignements",
    r"\bsoumissions?\b": "le fichier pour la Caf",
    r"\bréalisés?\b|\btaux de réalisation\b": "réalisation",
    r"\b(se|s’y) modifient?\b": "modifiable",
    r"\bconseillers?\b": "contact Caf (CCD)",
    r"\bchargés? de coopération\b": "chargé·e de coopération, chargé·es de coopération",
    r"\bchefs? de projet\b": "chef·fe de projet",
    r"\bproposition, à valider\b": "ligne proposée par ctg-tui, absente du document de la Caf",
    r"\bréférentiel national \(Cnaf\)": "d’après le référentiel national, à valider par la Caf",
    r"\bl’échange avec\b": "l’entretien avec",
    r"\bexport(e|er|ez|é|ée|és|ées|s)?\b": "enregistrer, le fichier pour la Caf",
    r"\b(inconnue|pas connue) ici\b": "introuvable sur ce poste",
    r"\bdeux tons\b": "noir et blanc",
    r"\bhors calcul\b": "conservées mais non comptées",
    r"\by revenir\b": "restaurer",
    r"(?<!« enregistré )\b\d\d:\d\d\b(?!:)": "14 h 02",  # the head of a page says « enregistré 14:02 »
}
"""What no sentence says, as a pattern on text with plain spaces, and what it says instead."""

EXCEPTIONS: Final[Mapping[str, str]] = {
    "exporter": "the name of a command",
    "conseiller-absent": "a code of `--json`",
    "chef de projet": "looked for in the Caf's own workbook: her words",
}
"""Whole strings that are names, not sentences, with the reason."""

QUOTED: Final[Mapping[str, str]] = {
    "--base": "the name of an option",
    "ctg-soumission": "the name of a format",
    "CTG_TUI_BASE": "the name of a variable",
    "ctg-tui exporter": "the name of a command",
    "fiches action": "what people of the trade call the sheet of an action",
    "enregistré 14:02": "what the head line shows, where room is short",
    "diagnostics réalisés": "diagnoses that were made, not a heading of figures",
}
"""Parts of sentences that keep a word of the list, with the reason."""


def is_sentence(text: str) -> bool:
    """Return whether a person may read `text`: neither an identifier, nor a style, nor SQL, nor a path."""
    if text in EXCEPTIONS or "{\n" in text or text.lstrip().startswith(("CREATE", "SELECT")):
        return False
    return bool(re.search(r"[A-Za-zéàèêç’] [A-Za-zéàèêç«»(]|[éèêàç’]|^[A-Z][a-zé]+", text))


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each string but docstrings; « … » stands for a value in an f-string."""
    nodes = [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    inside: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))  # a docstring, of a module, a function or a constant
        if isinstance(node, ast.JoinedStr):
            inside.update(id(piece) for piece in node.values)
            yield node.lineno, "".join(map(_piece, node.values))
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value


def _piece(piece: ast.expr) -> str:
    if isinstance(piece, ast.Constant):
        return str(piece.value)
    named = piece.value if isinstance(piece, ast.FormattedValue) else piece
    # A no-break space is written by its name; any other value stands for itself.
    return " " if isinstance(named, ast.Name) and named.id in {"NBSP", "NARROW"} else "…"


def our_words(value: Any) -> Iterator[str]:
    """Yield the texts of a grid that are ours: those of a table whose source is not the Caf's."""
    if isinstance(value, dict):
        if value.get("source") in {"proposition", "referentiel-cnaf"}:
            yield from (text for text in value.values() if isinstance(text, str))
        for child in value.values():
            yield from our_words(child)
    elif isinstance(value, list):
        for child in value:
            yield from our_words(child)


def french(text: str) -> str:
    """Return `text` as it is searched: plain spaces, without the names that may be quoted."""
    for name in QUOTED:
        text = text.replace(name, "")
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def every_sentence() -> Iterator[tuple[str, str]]:
    """Yield where a text is, and the text: package, grid, schemas (a refusal quotes them), guides."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, text in strings(path):
            if is_sentence(text):
                yield f"{path.relative_to(ROOT)}:{line}", text
    for text in our_words(tomllib.loads(GRID.read_text(encoding="utf-8"))):
        yield GRID.name, text
    for path in sorted(SCHEMAS.glob("*.json")):
        for text in re.findall(r'"(?:description|title)": "(.*)"', path.read_text(encoding="utf-8")):
            yield path.name, text
    for name in GUIDES:
        page = (ROOT / name).read_text(encoding="utf-8").partition("\n## For developers")[0]
        for line, text in enumerate(page.splitlines(), start=1):
            yield f"{name}:{line}", re.sub(r"`[^`]*`", "", text)


@cache
def sentences() -> tuple[tuple[str, str], ...]:
    """Return where each text is, and the text as it is searched."""
    return tuple((place, french(text)) for place, text in every_sentence())


@each_row("word", [*WORDS])
def test_no_sentence_uses_a_word_that_has_a_better_one(word: str) -> None:
    pattern = re.compile(word, re.IGNORECASE)
    found = [f"{place}: {text}" for place, text in sentences() if pattern.search(text)]
    assert not found, f"say « {WORDS[word]} »:\n" + "\n".join(found)


def test_every_sentence_of_the_package_and_of_the_guides_is_read() -> None:
    places = {place.partition(":")[0] for place, _ in sentences()}
    assert len([place for place in places if place.startswith("ctg_tui")]) > 60
    assert places >= set(GUIDES)
