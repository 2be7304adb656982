"""Building a Grid from the document read in a TOML or JSON file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ctg_tui.domain.grid import (
    Activity,
    Campaign,
    Contact,
    Funding,
    FundingRate,
    Grid,
    Indicator,
    IndicatorType,
    InitialDiagnosis,
    KnownDate,
    Mission,
    Policy,
    RequiredDocument,
    ScaleStep,
    Source,
    Term,
    Theme,
)

if TYPE_CHECKING:
    from ctg_tui.domain.grid_files import LineChange

Document = dict[str, Any]

_SCALE = ("NC", "0", "1", "2", "3")

UNDECLARED_SOURCES: Final = (
    Source("grille-charente-2024", "Caf de la Charente, août 2024", is_authoritative=True),
    Source(
        "referentiel-cnaf",
        "d’après le référentiel national, à valider par la Caf",
        is_authoritative=False,
    ),
    Source(
        "proposition",
        "ligne proposée par ctg-tui, absente du document de la Caf",
        is_authoritative=False,
    ),
    Source("source-publique", "source publique", is_authoritative=False),
)
"""The sources of a grid file made before `[[sources]]` existed."""


def build(document: Document, fingerprint: str) -> Grid:
    """Return the grid of a document already checked, `fingerprint` included."""
    head = document["grille"]
    campaign = document["campagne"]
    funding = document["financement"]
    sources = _sources(document)
    authoritative = frozenset(source.id for source in sources if source.is_authoritative)
    return Grid(
        id=head["id"],
        version=head["version"],
        title=head["titre"],
        definition=head["definition"],
        instructions=tuple(document["mode_operatoire"]["textes"]),
        scale=tuple(
            ScaleStep(row["code"], row["libelle"], row.get("points"), row["source"])
            for row in sorted(document["echelle"], key=lambda row: _SCALE.index(row["code"]))
        ),
        policies=tuple(Policy(row["id"], row["libelle"], row["source"]) for row in document["politiques"]),
        themes=tuple(
            Theme(row["id"], row["libelle"], row["source"]) for row in document.get("thematiques", ())
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
            RequiredDocument(row["id"], row["libelle"], row["source"]) for row in document.get("pieces", ())
        ),
        funding=Funding(
            yearly_cap_eur=funding["plafond_depense_annuelle_eur"],
            sentences=tuple(funding.get("phrases", ())),
            rates=tuple(
                FundingRate(
                    row["id"],
                    row["pour_cent"],
                    row["texte"],
                    row["source"],
                    row.get("a_confirmer", False),
                    row.get("nom", row["id"]),
                )
                for row in funding["taux"]
            ),
            full_time_hours=funding["etp"]["heures_annuelles"],
            diagnosis=_diagnosis(funding.get("diagnostic_initial", {})),
            source=funding["source"],
        ),
        contacts=tuple(
            Contact(row["nom"], tuple(row["missions"]), row.get("remarque", ""), row["source"])
            for row in document.get("interlocuteurs", ())
        ),
        dates=tuple(
            KnownDate(date.fromisoformat(row["jour"]), row["texte"], row["source"])
            for row in document.get("dates", ())
        ),
        terms=tuple(Term(row["sigle"], row["sens"], row["source"]) for row in document.get("glossaire", ())),
        missions=tuple(_mission(row, authoritative) for row in document["missions"]),
        fingerprint=fingerprint,
        sources=sources,
        correspondences={} if "correspondances" not in document else _correspondences(document),
    )


def _diagnosis(row: Document) -> InitialDiagnosis | None:
    """Return the initial diagnosis, None when the grid does not give its rate and its cap."""
    if not {"pour_cent", "plafond_depense_eur"} <= row.keys():
        return None
    return InitialDiagnosis(row["pour_cent"], row["plafond_depense_eur"], row.get("texte", ""), row["source"])


def _correspondences(document: Document) -> dict[str, tuple[LineChange, ...]]:
    from ctg_tui.domain.grid_files import Kind, LineChange

    return {
        table["de"]: tuple(
            LineChange(row["ancien"], row.get("nouveau"), Kind(row["nature"])) for row in table["lignes"]
        )
        for table in document["correspondances"]
    }


def _sources(document: Document) -> tuple[Source, ...]:
    rows: Iterable[Document] | None = document.get("sources")
    if rows is None:
        return UNDECLARED_SOURCES
    return tuple(Source(row["id"], row["libelle"], row["fait_foi"]) for row in rows)


def _mission(row: Document, authoritative: frozenset[str]) -> Mission:
    return Mission(
        id=row["id"],
        number=row["numero"],
        title=row["titre"],
        short_title=row["titre_court"],
        activities=tuple(
            Activity(line["id"], line["libelle"], line["source"], line["source"] not in authoritative)
            for line in row["activites"]
        ),
        indicators=tuple(
            Indicator(
                line["id"],
                line["libelle"],
                line["type"] or None,
                line.get("reserve_a"),
                line["source"],
                line["source"] not in authoritative,
            )
            for line in row.get("indicateurs", ())
        ),
        source=row["source"],
    )
