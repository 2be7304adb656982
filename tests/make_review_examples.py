"""The published examples of reviews, good and bad; `python -m tests.make_examples` writes them too.

Bad ones have a single fault each, and right hashes unless the hashes are the fault.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ctg_tui.domain.assessment import NOT_CONCERNED, Adviser, Cell, Rating, Status
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import AgreedNote, Remark, Review, ReviewQuestion
from ctg_tui.formats import Document, written
from ctg_tui.formats import ProblemCode as Code
from ctg_tui.submission.document import Header, fingerprint_of
from ctg_tui.submission.review import document_of, ordered
from tests.make_examples import CREATED_AT, IDENTIFIER, SOFTWARE, Example, put, resealed
from tests.received import an_assessment
from tests.strategies import charente, make_grid

FOLDER = Path(__file__).parent.parent / "data" / "exemples-avis"
REFUSED_FOLDER = Path(__file__).parent / "data" / "avis-refuses"
HEADER = Header(str(IDENTIFIER), CREATED_AT, SOFTWARE)


def example_review(grid: Grid | None = None) -> Review:
    """Return a review of the example assessment, with every kind of row."""
    assessment = an_assessment()
    grid = grid or charente()
    first, second = list(grid.activities)[:2]
    policy, other = (one.id for one in grid.policies[:2])
    review = Review(
        submission=fingerprint_of(charente(), assessment),
        assessment=assessment.uuid,
        sending=1,
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        territory=assessment.identity.territory,
        author=Adviser("Prénom Nom", "prenom.nom@exemple.fr"),
        meeting=date(2027, 2, 11),
        remarks=(
            Remark(first, comment="Très clair.\nÀ montrer aux autres.", on_agenda=True),
            Remark(first, policy, Rating.MOSTLY),
            Remark(second, other, NOT_CONCERNED, "Cette politique n’est pas dans la convention."),
        ),
        questions=(
            ReviewQuestion("q1", "Qui suit le tableau de bord ?", second),
            ReviewQuestion("q2", "Quand aura lieu le prochain comité de pilotage ?"),
        ),
        agreed=(AgreedNote(Cell(first, policy), Rating.MOSTLY),),
    )
    return ordered(review, grid)


def all_examples() -> Iterator[Example]:
    """Yield every example, good ones first."""
    review = example_review()
    whole = document_of(review, HEADER)
    draft = Header(str(IDENTIFIER), CREATED_AT, SOFTWARE, Status.DRAFT)
    bare = review._replace(meeting=None, remarks=(), questions=(), agreed=(), author=Adviser())
    elsewhere = example_review(make_grid())
    for name, document, why in (
        ("bon-complet", whole, "notes, commentaires, questions, entretien, note convenue"),
        ("bon-vide", document_of(bare, draft), "aucune remarque : sans avis, pas d’accord"),
        ("bon-grille-inconnue", document_of(elsewhere, HEADER), "une autre grille : lu, gardé à part"),
    ):
        yield Example(f"{name}.json", written(document), True, None, why)
    for name, code, why, spoil in SPOILT:
        document = copy.deepcopy(whole)
        spoil(document)
        yield Example(f"mauvais-{name}.json", resealed(document), False, code, why)
    good = written(whole)
    for name, code, why, spoil_bytes in SPOILT_BYTES:
        content = spoil_bytes(good)
        assert content != good, name
        yield Example(f"mauvais-{name}.json", content, False, code, why)


def _swap(block: str) -> Callable[[Document], None]:
    return lambda document: document[block].reverse()


def _repeat(block: str) -> Callable[[Document], None]:
    return lambda document: document[block].insert(1, dict(document[block][0]))


SPOILT: tuple[tuple[str, Code, str, Callable[[Document], Any]], ...] = (
    ("autre-format", Code.UNKNOWN_FORMAT, "un autre format de fichier", put("format", "ctg-soumission")),
    ("version-suivante", Code.UNKNOWN_VERSION, "une version plus récente", put("version", "2.0")),
    ("note-4", Code.STRUCTURE, "une note hors de l’échelle", put("lignes.1.note_conseiller", 4)),
    ("note-vrai", Code.STRUCTURE, "« true » à la place de 1", put("lignes.1.note_conseiller", True)),
    ("note-sans-politique", Code.STRUCTURE, "une note sans sa politique",
     put("lignes.0.note_conseiller", 2)),
    ("remarque-vide", Code.STRUCTURE, "une remarque qui ne dit rien",
     put("lignes.0", {"activite": "m1.a01"})),
    ("pas-a-l-ordre", Code.STRUCTURE, "« false » à la place de rien", put("lignes.0.ordre_du_jour", False)),
    ("note-privee", Code.STRUCTURE, "une note privée", put("lignes.0.prive", "À ne pas dire.")),
    ("salaire", Code.STRUCTURE, "une clé qui n’est pas prévue", put("auteur.salaire", 1)),
    ("commentaire-vide", Code.STRUCTURE, "un commentaire vide", put("lignes.0.commentaire", "  ")),
    ("virgule", Code.STRUCTURE, "2.0 à la place de 2", put("lignes.1.note_conseiller", 2.0)),
    ("commande", Code.MODIFIED, "une commande de terminal", put("questions.0.texte", "\x1b[2J")),
    ("deux-lignes", Code.MODIFIED, "un nom sur deux lignes", put("auteur.nom", "Prénom\nNom")),
    ("jour-impossible", Code.STRUCTURE, "un 30 février", put("entretien.date", "2027-02-30")),
    ("grille-incoherente", Code.MODIFIED, "une autre version", put("grille.version", "2025-01")),
    ("ligne-repetee", Code.STRUCTURE, "deux remarques sur une case", _repeat("lignes")),
    ("ordre", Code.MODIFIED, "des lignes interverties", _swap("lignes")),
    ("questions-ordre", Code.STRUCTURE, "q2 avant q1", _swap("questions")),
)  # fmt: skip

SPOILT_BYTES: tuple[tuple[str, Code, str, Callable[[bytes], bytes]], ...] = (
    ("tronque", Code.NOT_JSON, "un fichier coupé en route", lambda content: content[: len(content) // 2]),
    ("bom", Code.NOT_JSON, "une marque d’ordre des octets", lambda content: b"\xef\xbb\xbf" + content),
    ("cle-repetee", Code.STRUCTURE, "une clé écrite deux fois",
     lambda content: content.replace(b'"nom"', b'"nom": "X", "nom"', 1)),
    ("note-changee", Code.MODIFIED, "une note changée à la main",
     lambda content: content.replace(b'"note_conseiller": 2', b'"note_conseiller": 3', 1)),
    ("etat-change", Code.MODIFIED, "un état changé à la main",
     lambda content: content.replace(b'"etat": "definitif"', b'"etat": "provisoire"', 1)),
)  # fmt: skip
