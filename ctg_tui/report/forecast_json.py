"""The forecast table as JSON, for the Caf's own tools: integers only, keys in French, its schema published.

The one JSON file that holds salaries: the submission has no field for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.estimate import Reading
from ctg_tui.domain.forecast import ForecastTable, Post, Row
from ctg_tui.domain.text import clean

FORMAT: Final = "ctg-previsionnel"
VERSION: Final = "1.0"
_WARNING: Final = "estimation, sans engagement de la Caf"


def build(table: ForecastTable, identity: Identity, *, saved_at: datetime, software: str) -> dict[str, Any]:
    """Return the document: hours in hundredths, costs in cents, shares in euros; no key for the unknown.

    `saved_at` is when the table was last saved: the same table gives the same document.
    """
    territory = identity.territory
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "document": {
            "enregistre_le": saved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "logiciel": clean(software),
        },
        "evaluation": {"annee": identity.year, "moment": identity.moment.value},
        "territoire": _filled(
            nom=territory.name,
            siren=territory.siren,
            departement=territory.department,
            identifiant=territory.known_id,
        ),
        "temps_plein_heures": table.full_time_hours,
        "personnes": [_person(row) for row in table.rows],
        "postes": [_post(post) for post in table.posts],
        "totaux": {
            "heures_centiemes": table.centihours,
            "etp_centiemes": table.fte_hundredths,
            "cout_salarial_centimes": table.salary_cents,
        },
    }
    if table.rate is not None:
        document["estimation"] = {
            "avertissement": _WARNING,
            "taux": table.rate.id,
            "taux_nom": table.rate.name,
            "taux_pour_cent": table.rate.per_cent,
            "taux_a_confirmer": table.rate.to_confirm,
            "plafond_annuel_eur": table.yearly_cap_eur,
            "plafond_au_prorata_du_poste": table.pro_rata,
            "parts": _shares(table.shares_eur),
        }
    if table.diagnosis is not None:
        document["diagnostic_initial"] = {
            "avertissement": _WARNING,
            "cout_centimes": table.diagnosis.cost_cents,
            "taux_pour_cent": table.diagnosis.rule.per_cent,
            "plafond_eur": table.diagnosis.rule.cap_eur,
            "part_caf_eur": table.diagnosis.share_eur,
        }
    return document


def serialise(document: dict[str, Any]) -> bytes:
    """Return the bytes of the file: UTF-8, LF, indented."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode("utf-8")


def _person(row: Row) -> dict[str, Any]:
    line = row.line
    person: dict[str, Any] = _filled(nom=line.last_name, prenom=line.first_name)
    person["poste"] = row.post.number
    if line.centihours is not None:
        person |= {"heures_centiemes": line.centihours, "etp_centiemes": row.fte_hundredths}
    if line.salary_cents is not None:
        person["cout_salarial_centimes"] = line.salary_cents
    return person


def _post(post: Post) -> dict[str, Any]:
    found: dict[str, Any] = {"numero": post.number, "personnes": len(post.positions)}
    if post.centihours is not None:
        found["heures_centiemes"] = post.centihours
    if post.cost_cents is not None:
        found["cout_salarial_centimes"] = post.cost_cents
    if post.estimate is not None:
        found["estimation"] = {
            "plafond_centimes": post.estimate.cap_cents,
            "retenu_centimes": post.estimate.retained_cents,
            "parts": _shares(post.estimate.shares_eur),
        }
    return found


def _shares(shares: Mapping[Reading, int]) -> list[dict[str, Any]]:
    """Return one share per reading of the Caf's sentence."""
    return [{"lecture": reading.value, "part_caf_eur": share} for reading, share in shares.items()]


def _filled(**texts: str | None) -> dict[str, Any]:
    """Return the texts that are not blank, cleaned."""
    return {key: clean(text).strip() for key, text in texts.items() if text and text.strip()}
