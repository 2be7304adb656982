"""The text of a grid file made a Grid, and what is wrong with it when it cannot be one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from ctg_tui.domain.fingerprint import digest
from ctg_tui.domain.grid import (
    Activity,
    Campaign,
    Funding,
    FundingRate,
    GlossaryEntry,
    Grid,
    Indicator,
    IndicatorType,
    Mission,
    Policy,
    RequiredDocument,
    ScaleStep,
    Theme,
)
from ctg_tui.domain.text import REPLACEMENT, clean
from ctg_tui.schemas import Violation, join

Document = dict[str, Any]

MAX_DEPTH = 16
"""Far above the schema's own depth."""

_SCALE = ("NC", "0", "1", "2", "3")

# tomllib takes a time that grows with the square of the parts of a dotted key: 30 s for 80 kB of `a.a.a…`.
_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DEEP_KEY = re.compile(rf"(?:^[ \t]*\[{{0,2}}|[{{,])[ \t]*{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{16}}", re.MULTILINE)


class BadTomlError(ValueError):
    """The text is not TOML. The message is French, with the line when it is known."""


def parse(text: str) -> Document:
    """The TOML document, dates as ISO text so that it has a canonical JSON form. Raises BadTomlError."""
    if _DEEP_KEY.search(text):
        raise BadTomlError("une clé y a trop de niveaux séparés par des points")
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise BadTomlError("des listes y sont emboîtées trop profondément") from error
    except ValueError as error:
        where = re.search(r"at line (\d+)", str(error))
        place = f"à la ligne {where[1]}" if where else "quelque part"
        raise BadTomlError(f"la syntaxe TOML est fautive {place}") from error
    return {key: _plain(value, 1) for key, value in document.items()}


def _plain(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise BadTomlError("des tables y sont emboîtées trop profondément")
    if isinstance(value, dict):
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def cleaned(document: Document) -> tuple[Document, tuple[Violation, ...]]:
    """`document` with every text as it may be stored, and the texts that hold what may not be."""
    found: list[Violation] = []

    def visit(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {key: visit(item, join(path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [visit(item, f"{path}[{position}]") for position, item in enumerate(value)]
        if isinstance(value, float):
            found.append(Violation(path, "un nombre à virgule n’est pas permis."))
        if not isinstance(value, str):
            return value
        text = clean(value)
        if text.count(REPLACEMENT) > value.count(REPLACEMENT):
            found.append(Violation(path, "ce texte contient un caractère de commande, à retirer."))
        return text

    return visit(document, ""), tuple(found)


def inconsistencies(document: Document) -> Iterator[Violation]:
    """What the schema cannot say: ids that clash or point nowhere, scale, ranks, dates."""
    yield from _repeated(_line_ids(document))
    for table in ("thematiques", "types_indicateur", "pieces"):
        yield from _repeated(_ids(table, document.get(table, ())))
    yield from _repeated(_ids("financement.taux", document["financement"]["taux"]))
    yield from _pointers(document)
    yield from _scale(document["echelle"])
    for position, mission in enumerate(document["missions"]):
        if mission["numero"] != position + 1:
            yield _expected(f"missions[{position}].numero", f"{position + 1}, son rang")
    for key in ("ouverture", "cloture"):
        day = document["campagne"].get(key)
        if day is not None and not _is_day(day):
            yield Violation(f"campagne.{key}", "cette date n’existe pas.")


def _line_ids(document: Document) -> list[tuple[str, str]]:
    """Ids that share one namespace, since answers, comments and numbers are kept under them."""
    ids = _ids("politiques", document["politiques"])
    for n, mission in enumerate(document["missions"]):
        ids.append((f"missions[{n}].id", mission["id"]))
        for kind in ("activites", "indicateurs"):
            ids += _ids(f"missions[{n}].{kind}", mission.get(kind, ()))
    return ids


def _ids(path: str, rows: Iterable[Document], key: str = "id") -> list[tuple[str, str]]:
    return [(f"{path}[{position}].{key}", row[key]) for position, row in enumerate(rows)]


def _expected(path: str, expected: str) -> Violation:
    return Violation(path, f"attendu : {expected}.")


def _repeated(ids: list[tuple[str, str]]) -> Iterator[Violation]:
    seen: set[str] = set()
    for path, identifier in ids:
        if identifier in seen:
            yield Violation(path, f"l’identifiant « {identifier} » est déjà pris dans cette grille.")
        seen.add(identifier)


def _pointers(document: Document) -> Iterator[Violation]:
    kinds = {row["id"] for row in document["types_indicateur"]}
    policies = {row["id"] for row in document["politiques"]}
    for n, theme in enumerate(document.get("thematiques", ())):
        policy = theme.get("politique_suggeree")
        if policy is not None and policy not in policies:
            path = f"thematiques[{n}].politique_suggeree"
            yield Violation(path, f"la politique « {policy} » n’existe pas.")
    for n, mission in enumerate(document["missions"]):
        for rank, indicator in enumerate(mission.get("indicateurs", ())):
            if indicator["type"] and indicator["type"] not in kinds:
                path = f"missions[{n}].indicateurs[{rank}].type"
                yield Violation(path, f"le type « {indicator['type']} » n’est pas dans [[types_indicateur]].")


def _scale(steps: list[Document]) -> Iterator[Violation]:
    yield from _repeated(_ids("echelle", steps, "code"))
    for n, step in enumerate(steps):
        neutral = step["code"] == "NC"
        if step["neutralise"] is not neutral:
            yield _expected(f"echelle[{n}].neutralise", "true" if neutral else "false")
        if step.get("points") != (None if neutral else int(step["code"])):
            yield _expected(f"echelle[{n}].points", "aucun point" if neutral else step["code"])


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def build(document: Document) -> Grid:
    """The grid of a document known to be right: no check is made here."""
    head = document["grille"]
    campaign = document["campagne"]
    funding = document["financement"]
    return Grid(
        id=head["id"],
        version=head["version"],
        title=head["titre"],
        organisation=head["organisme"],
        definition=head["definition"],
        instructions=tuple(document["mode_operatoire"]["textes"]),
        scale=tuple(
            ScaleStep(row["code"], row["libelle"], row.get("points"), row["source"])
            for row in sorted(document["echelle"], key=lambda row: _SCALE.index(row["code"]))
        ),
        policies=tuple(Policy(row["id"], row["libelle"], row["source"]) for row in document["politiques"]),
        themes=tuple(
            Theme(row["id"], row["libelle"], row.get("politique_suggeree"), row["source"])
            for row in document.get("thematiques", ())
        ),
        indicator_types=tuple(
            IndicatorType(row["id"], row["libelle"], row["source"]) for row in document["types_indicateur"]
        ),
        campaign=Campaign(
            text=campaign["texte"],
            opening_month=campaign["ouverture_mois"],
            closing_month=campaign["cloture_mois"],
            principle=campaign["principe"]["texte"],
            source=campaign["source"],
        ),
        documents=tuple(
            RequiredDocument(row["id"], row["libelle"], row["donnees_nominatives"], row["source"])
            for row in document.get("pieces", ())
        ),
        funding=Funding(
            yearly_cap_eur=funding["plafond_depense_annuelle_eur"],
            rates=tuple(
                FundingRate(
                    row["id"], row["pour_cent"], row["texte"], row["source"], row.get("a_confirmer", False)
                )
                for row in funding["taux"]
            ),
            full_time_hours=funding["etp"]["heures_annuelles"],
            source=funding["source"],
        ),
        missions=tuple(_mission(row) for row in document["missions"]),
        glossary=tuple(
            GlossaryEntry(row["sigle"], row["sens"], row["source"]) for row in document.get("glossaire", ())
        ),
        fingerprint=f"sha256:{digest(document)}",
    )


def _mission(row: Document) -> Mission:
    return Mission(
        id=row["id"],
        number=row["numero"],
        title=row["titre"],
        short_title=row["titre_court"],
        activities=tuple(Activity(line["id"], line["libelle"], line["source"]) for line in row["activites"]),
        indicators=tuple(
            Indicator(
                line["id"], line["libelle"], line["type"] or None, line.get("reserve_a"), line["source"]
            )
            for line in row.get("indicateurs", ())
        ),
        source=row["source"],
    )
