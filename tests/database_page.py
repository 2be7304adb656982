"""`docs/base.md`: the tables of the database, for people who open the file with another program.

The tables and columns come from a new database; the words stand here, and a table without words is an error.
"""

from __future__ import annotations

import sqlite3
import tempfile
import textwrap
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import typeset
from ctg_tui.services.workspace import open_workspace

INTERNAL: Final = ("sqlite_", "_sqlite_")
TABLES: Final[Mapping[str, str]] = {
    "assessment": "Une évaluation : territoire, année, moment, contact Caf, dernière case.",
    "sending": "Les envois : ce qui a été créé pour la Caf, quand, avec le fichier tel quel (`content`).",
    "value": "Tout ce qui est saisi, une rangée par valeur : notes, commentaires, nombres, actions, "
    "personnes, prévisionnel, paroles du fil, réponses pas encore parties… Une case vide n’a pas de "
    "rangée. `field` dit ce que c’est, `key` où. Le prévisionnel, en JSON, **contient des salaires**, en "
    "centimes.",
    "journal": "Chaque modification : avant, après, quand. « fait » compte, « annule » a été annulé. "
    "**Contient des salaires** : celles du prévisionnel en sont.",
    "document": "Ce qui est venu comme un fichier, tel quel : fichiers reçus d’autres personnes (`recu`), "
    "tableurs repris (`tableur`), grilles (`grille`). `facts` est ce qui en est "
    "connu, en JSON ; `lineage` est l’identifiant de l’évaluation dont il s’agit.",
    "grid_line": "Les lignes et les indicateurs des grilles : numéro, intitulé, mission.",
    "grid_policy": "Les politiques des grilles.",
}
VIEWS: Final[Mapping[str, str]] = {
    "answer": "Les réponses : une note de 0 à 3, ou NC.",
    "comment": "Le commentaire d’une ligne.",
    "v_reponses": "Les réponses, avec l’intitulé de leur ligne. Une case vide n’y est pas.",
    "v_pourcentages": "Les pourcentages, par la même règle que ctg-tui : par mission et politique, par "
    "mission, par politique, et l’ensemble (mission vide). Les lignes de la Caf et les lignes proposées ne "
    "sont jamais additionnées. Sans aucune note, `pourcentage` est vide : ni 0 %, ni 100 %.",
    "v_commentaires": "Les commentaires des lignes et des indicateurs, avec leur intitulé et leur nombre.",
}
REQUESTS: Final[Mapping[str, str]] = {
    "Les évaluations, et combien de cases y sont notées": """\
SELECT assessment.id, territory_name, year, moment, count(note) AS reponses
FROM assessment LEFT JOIN answer ON answer.assessment_id = assessment.id
GROUP BY assessment.id ORDER BY year;""",
    "Les pourcentages des missions, d’une année à l’autre": """\
SELECT territoire, annee, mission, pourcentage FROM v_pourcentages
WHERE politique = 'Ensemble' AND lignes = 'Caf' ORDER BY territoire, mission, annee;""",
    "Les notes d’une évaluation, par politique": """\
SELECT policy, note, count(*) AS cases FROM answer
WHERE assessment_id = 1 GROUP BY policy, note ORDER BY policy, note;""",
    "Les commentaires, avec les notes de leur ligne": """\
SELECT comment.activity, group_concat(policy || ' ' || note, ', ') AS notes, text
FROM comment LEFT JOIN answer USING (assessment_id, activity)
WHERE assessment_id = 1 GROUP BY comment.activity;""",
    "Ce qui a été modifié, et quand": """\
SELECT at, field, key, before, after FROM journal
WHERE assessment_id = 1 AND state = 'fait' ORDER BY id DESC LIMIT 20;""",
}
_INTRODUCTION: Final = """\
# Le fichier des évaluations

Page générée par `python -m tests.make_docs` : ne pas la modifier.

Toutes les évaluations d’une personne sont dans un seul fichier SQLite, que `ctg-tui docteur` indique.
D’autres programmes le lisent : DB Browser for SQLite, Datasette, DuckDB, Python.

- **Ouvrez une copie** : `ctg-tui sauvegarder` en fait une et dit où. Les vues sont refaites à chaque
  ouverture.
- Les tables portent les noms du code, en anglais ; les valeurs sont celles des fichiers échangés.
- Une ligne s’écrit `m1.a03` (mission 1, ligne 3), un indicateur `m1.i02`. Les vues `v_…` sont en français,
  avec les intitulés des lignes et les pourcentages.
- Les dates sont en temps universel.
- Les colonnes de la clé sont en gras ; « → » donne la colonne d’une autre table. Sans type indiqué, c’est du
  texte. Seules les colonnes marquées « vide » peuvent l’être (NULL).
"""
_WIDTH: Final = 110
_TYPES: Final[Mapping[str, str]] = {"TEXT": "", "INTEGER": "entier", "BLOB": "octets"}


def page() -> str:
    """Return the page. Raises ValueError if a table has no words, or words have no table."""
    lines = [typeset(_INTRODUCTION), "## Tables", ""]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "base.db"
        open_workspace(path, None, write=True).close()
        with closing(sqlite3.connect(path)) as database:
            if strange := _names(database, "table") ^ TABLES.keys():
                raise ValueError(f"tables without words, or words without a table: {strange}")
            for name in TABLES:
                lines += [f"### `{name}`", "", typeset(TABLES[name]), "", _columns(database, name), ""]
            if strange := _names(database, "view") ^ VIEWS.keys():
                raise ValueError(f"views without words, or words without a view: {strange}")
            lines += ["## Vues", ""]
            for name in VIEWS:
                lines += [f"### `{name}`", "", typeset(VIEWS[name]), "", _columns(database, name), ""]
    lines += ["## Requêtes", ""]
    for title, request in REQUESTS.items():
        lines += [typeset(f"{title} :"), "", "```sql", request, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _names(database: sqlite3.Connection, kind: str) -> set[str]:
    names = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))}
    return {name for name in names if not name.startswith(INTERNAL)}


def _columns(database: sqlite3.Connection, table: str) -> str:
    """Return the columns of a table in lines of `_WIDTH` at most; of a view, their names alone."""
    references = {
        row[3]: f"→ `{row[2]}.{row[4]}`" for row in database.execute(f"PRAGMA foreign_key_list({table})")
    }
    columns = []
    for _, name, kind, not_null, _, key, _ in database.execute(f"PRAGMA table_xinfo({table})"):
        bold = "**" if key else ""
        notes = (_TYPES.get(kind, kind), references.get(name, ""), "" if key or not_null else "vide")
        shown = "" if table in VIEWS else ", ".join(filter(None, notes))
        columns.append(f"{bold}`{name}`{bold}" + (f" ({shown})" if shown else ""))
    return "\n".join(textwrap.wrap(", ".join(columns), _WIDTH, break_on_hyphens=False))
