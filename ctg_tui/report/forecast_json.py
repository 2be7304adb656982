"""The forecast table as JSON, for the Caf's own tools: integers only, keys in French, its schema published.

The one JSON file that holds salaries: the submission has no field for them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.forecast import ForecastTable, Row
from ctg_tui.domain.text import clean

FORMAT: Final = "ctg-previsionnel"
VERSION: Final = "1.0"


def build(table: ForecastTable, identity: Identity, *, saved_at: datetime, software: str) -> dict[str, Any]:
    """Return the document: hours in hundredths, salaries in cents, shares in euros; no key for the unknown.

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
        "totaux": {
            "heures_centiemes": table.centihours,
            "etp_centiemes": table.fte_hundredths,
            "salaire_centimes": table.salary_cents,
        },
    }
    if table.rate is not None:
        document["estimation"] = {
            "avertissement": "estimation, sans engagement de la Caf",
            "taux": table.rate.id,
            "taux_pour_cent": table.rate.per_cent,
            "taux_a_confirmer": table.rate.to_confirm,
            "plafond_annuel_eur": table.yearly_cap_eur,
            "plafond_au_prorata_du_poste": table.pro_rata,
            **({} if table.share_eur is None else {"part_caf_eur": table.share_eur}),
        }
    return document


def serialise(document: dict[str, Any]) -> bytes:
    """Return the bytes of the file: UTF-8, LF, indented."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode("utf-8")


def _person(row: Row) -> dict[str, Any]:
    line = row.line
    person: dict[str, Any] = _filled(nom=line.last_name, prenom=line.first_name)
    if line.centihours is not None:
        person |= {"heures_centiemes": line.centihours, "etp_centiemes": row.fte_hundredths}
    if line.salary_cents is not None:
        person["salaire_centimes"] = line.salary_cents
    if row.estimate is not None:
        person["estimation"] = {
            "plafond_centimes": row.estimate.cap_cents,
            "retenu_centimes": row.estimate.retained_cents,
            "part_caf_eur": row.estimate.share_eur,
        }
    return person


def _filled(**texts: str | None) -> dict[str, Any]:
    """Return the texts that are not blank, cleaned."""
    return {key: clean(text).strip() for key, text in texts.items() if text and text.strip()}
