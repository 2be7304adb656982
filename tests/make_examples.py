"""The published examples: `python -m tests.make_examples` writes them.

Good ones, in `data/exemples/`, are shipped with the program; after a change of the format, change them and
seal them again (`resealed`). Bad ones, in `tests/data/exemples-refuses/`, have a single fault each, and right
hashes unless the hashes are the fault.
A test fails when they are stale.
"""

from __future__ import annotations

import copy
import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from ctg_tui.domain.assessment import Assessment, Sending, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.text import digest
from ctg_tui.formats import Document
from ctg_tui.submission import assemble, seal, serialise
from tests.example_assessment import FOLDER, published, read_example
from tests.strategies import charente

REFUSED_FOLDER = Path(__file__).parent / "data" / "exemples-refuses"
SOFTWARE = "ctg-tui 0.1.0"
CREATED_AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
IDENTIFIER = UUID("3f2b8c1e-5a47-4d0b-9e6f-7c1a2b3d4e5f")


class Example(NamedTuple):
    """A file and its expected verdict. `code` is None without a problem."""

    name: str
    content: bytes
    valid: bool
    code: str | None
    why: str


def document_of(grid: Grid, assessment: Assessment, status: Status) -> Document:
    return assemble(Sending(1, str(IDENTIFIER), CREATED_AT, status, ""), SOFTWARE, assessment, grid)


def resealed(document: Document) -> bytes:
    """Return the file of `document` with its hashes computed again."""
    document["integrite"]["empreinte"] = digest(
        {key: value for key, value in document.items() if key not in ("document", "fil", "integrite")}
    )
    fingerprint, thread = document["integrite"]["empreinte"], document.get("fil", [])
    document["document"]["controle"] = seal(document["document"], fingerprint, thread)
    return serialise(document)


GOOD: tuple[tuple[str, str], ...] = (
    ("definitif", "une évaluation complète, définitive"),
    ("provisoire", "une évaluation commencée"),
    ("facultatifs", "les blocs facultatifs : évaluation précédente, actions faites"),
    ("fil", "le fil : une note proposée, une question, une réponse, une note convenue"),
    ("grille-de-la-caf", "la grille de la Caf, sans ligne proposée"),
)


def all_examples() -> Iterator[Example]:
    """Yield every example: the good ones written again from what they hold, then those with a fault."""
    for name, why in GOOD:
        found = read_example(name)
        content = serialise(assemble(found.sending, SOFTWARE, found.assessment, found.grid))
        yield Example(f"bon-{name}.json", content, True, None, why)
    draft = published("provisoire")
    of_draft = document_of(charente(), draft, Status.DRAFT)
    for name, code, why, spoil in SPOILT_DOCUMENTS:
        document = copy.deepcopy(of_draft)
        spoil(document)
        yield Example(f"mauvais-{name}.json", resealed(document), False, code, why)
    for name, code, why, spoil_bytes in SPOILT_BYTES:
        yield Example(f"mauvais-{name}.json", spoil_bytes(serialise(of_draft)), False, code, why)


SAID_AT = "2027-03-12T09:30:00Z"


# Faults of content, hashes right.


def put(path: str, value: Any) -> Callable[[Document], None]:
    """Return a function that sets `value` at a path such as `reponses.0.note`."""

    def spoil(document: Document) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = document
        for step in way:
            place = place[step]
        place[last] = value

    return spoil


def _thread(*rows: Document) -> Callable[[Document], None]:
    """Return a function that adds a thread where it belongs, after the results."""

    def spoil(document: Document) -> None:
        document["fil"] = list(rows)
        document["integrite"] = document.pop("integrite")

    return spoil


def _remove(key: str) -> Callable[[Document], None]:
    return lambda document: document.pop(key)


def _repeat_row(document: Document) -> None:
    document["reponses"].insert(1, dict(document["reponses"][0]))


def _swap_rows(document: Document) -> None:
    rows = document["reponses"]
    rows[0], rows[1] = rows[1], rows[0]


SPOILT_DOCUMENTS: tuple[tuple[str, str, str, Callable[[Document], Any]], ...] = (
    ("autre-format", "format-inconnu", "un autre format de fichier", put("format", "ctg-previsionnel")),
    ("version-suivante", "version-inconnue", "une version plus récente", put("version", "2.0")),
    ("grille-inconnue", "grille-inconnue", "une autre grille", put("grille.empreinte", f"sha256:{64 * '0'}")),
    ("salaire", "structure", "une clé qui n’est pas prévue", put("charges_de_cooperation.0.salaire", 1)),
    ("note-4", "structure", "une note hors de l’échelle", put("reponses.0.note", 4)),
    ("note-vrai", "structure", "« true » à la place de 1", put("reponses.0.note", True)),
    ("nombre-negatif", "structure", "un nombre négatif", put("indicateurs.0.nombre", -1)),
    ("commentaire-vide", "structure", "un commentaire vide", put("commentaires.0.texte", "  ")),
    ("sans-destinataire", "structure", "un bloc absent", _remove("destinataire")),
    ("virgule", "structure", "4.0 à la place de 4", put("indicateurs.0.nombre", 4.0)),
    ("decompose", "modifie", "un accent écrit à part",
     put("commentaires.0.texte", "e\u0301te\u0301")),
    ("commande", "modifie", "une commande de terminal", put("commentaires.0.texte", "\x1b[2J")),
    ("jour-impossible", "structure", "un 30 février",
     put("document.cree_le", "2027-02-30T14:02:11Z")),
    ("ligne-inconnue", "modifie", "une ligne d’ailleurs",
     put("commentaires.0.activite", "m9.a01")),
    ("ligne-repetee", "modifie", "une case répondue deux fois", _repeat_row),
    ("ordre", "modifie", "des lignes interverties", _swap_rows),
    ("definitif-incomplet", "definitif-incomplet", "dite définitive, sans réponses",
     put("document.etat", "definitif")),
    ("pourcentage", "modifie", "un pourcentage arrangé", put("resultats.ensemble.pourcentage", 99)),
    ("parole-sans-rien", "structure", "une parole qui ne dit rien",
     _thread({"date": SAID_AT, "caf": True})),
    ("parole-politique-seule", "structure", "une politique sans sa ligne",
     _thread({"date": SAID_AT, "caf": True, "politique": "famille", "note": 1})),
    ("parole-repetee", "modifie", "deux fois la même parole",
     _thread(*[{"date": SAID_AT, "caf": True, "texte": "Oui."}] * 2)),
)  # fmt: skip


# Faults of bytes.


def _replace(old: str, new: str) -> Callable[[bytes], bytes]:
    def spoil(content: bytes) -> bytes:
        assert content.count(old.encode()) >= 1, old
        return content.replace(old.encode(), new.encode(), 1)

    return spoil


def _reindent(content: bytes) -> bytes:
    return (json.dumps(json.loads(content), ensure_ascii=False, indent=4) + "\n").encode()


def _sort_of_deep(_: bytes) -> bytes:
    return b'{"format": "ctg-soumission", "reponses": ' + b"[" * 60 + b"]" * 60 + b"}\n"


SPOILT_BYTES: tuple[tuple[str, str, str, Callable[[bytes], bytes]], ...] = (
    ("vide", "json-invalide", "un fichier vide", lambda _: b""),
    ("tronque", "json-invalide", "un fichier coupé en route", lambda content: content[: len(content) // 2]),
    ("liste", "format-inconnu", "une liste", lambda _: b"[]\n"),
    ("bom", "json-invalide", "une marque d’ordre des octets", lambda content: b"\xef\xbb\xbf" + content),
    ("latin-1", "json-invalide", "des accents en Latin-1",
     lambda content: content.decode().encode("latin-1", "replace")),
    ("profond", "structure", "des listes emboîtées", _sort_of_deep),
    ("cle-repetee", "structure", "une clé écrite deux fois",
     _replace('"annee": 2027', '"annee": 2026, "annee": 2027')),
    ("infini", "structure", "un nombre infini", _replace('"nombre": 4', '"nombre": Infinity')),
    ("demesure", "structure", "un nombre de cent chiffres",
     _replace('"nombre": 4', f'"nombre": {"9" * 100}')),
    ("demi-caractere", "modifie", "un demi-caractère",
     _replace("Quatre actions", "\\ud83d actions")),
    ("moins-zero-entier", "modifie", "-0 à la place de 0", _replace('"nc": 0', '"nc": -0')),
    ("note-changee", "modifie", "une note changée à la main",
     _replace('"note": 2', '"note": 3')),
    ("envoi-change", "modifie", "un numéro d’envoi changé à la main",
     _replace('"envoi": 1', '"envoi": 2')),
    ("reindente", "modifie", "réenregistré par un autre logiciel", _reindent),
    ("suite", "json-invalide", "du texte après la fin", lambda content: content + b"{}"),
)  # fmt: skip


def verdicts(examples: list[Example]) -> bytes:
    """Return `verdicts.json`: the validity, code and French reason of each file."""
    table = {
        example.name: {"valide": example.valid, "code": example.code, "pourquoi": example.why}
        for example in examples
    }
    return (json.dumps(table, ensure_ascii=False, indent=2) + "\n").encode()


def contents(every: Iterable[Example], *, valid: bool) -> dict[str, bytes]:
    """Return every file of the folder of good or bad examples, by name."""
    examples = [example for example in every if example.valid is valid]
    files = {example.name: example.content for example in examples}
    assert len(files) == len(examples), "two examples have one name"
    return files | {"verdicts.json": verdicts(examples)}


def main() -> None:
    for folder, every, valid in ((FOLDER, all_examples(), True), (REFUSED_FOLDER, all_examples(), False)):
        files = contents(every, valid=valid)
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.name not in files:
                path.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    ArgumentParser(description=__doc__).parse_args()
    main()
