"""The files of the forecast: the values of the table, in integers; text stays text; the schema holds."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctg_tui.domain.amounts import MAX_CENTIHOURS, MAX_SALARY_CENTS
from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.forecast import Forecast, ForecastLine, ForecastTable, tabulate
from ctg_tui.domain.text import clean
from ctg_tui.formats.json_schema import Schema
from ctg_tui.grids.catalogue import schema
from ctg_tui.report import forecast_json, forecast_xlsx
from tests.strategies import HOSTILE_TEXTS, charente, identities, lines_of_text, make_identity

AT = datetime(2027, 1, 20, 14, 2, 11, tzinfo=UTC)
FUNDING = charente().funding
SCHEMA = Schema(schema("previsionnel"))
HEAD_ROW = 9

TABLE = tabulate(
    Forecast(
        (
            ForecastLine("Nom", "Prénom", 80_350, 2_400_050, "c1"),
            ForecastLine("Autre", "Prénom", None, 2_800_000),
            ForecastLine("Tiers", "Prénom", 160_700, None),
        ),
        "charente",
        pro_rata=True,
    ),
    FUNDING,
)

tables = st.builds(
    lambda lines, rate, pro_rata: tabulate(Forecast(tuple(lines), rate, pro_rata), FUNDING),
    st.lists(
        st.builds(
            ForecastLine,
            st.just("") | lines_of_text,
            st.just("") | lines_of_text,
            st.none() | st.integers(0, MAX_CENTIHOURS),
            st.none() | st.integers(0, MAX_SALARY_CENTS),
        ),
        max_size=4,
    ),
    st.none() | st.sampled_from([rate.id for rate in FUNDING.rates]),
    st.booleans(),
)


def as_json(table: ForecastTable, identity: Identity | None = None) -> dict[str, Any]:
    document = forecast_json.build(table, identity or make_identity(), saved_at=AT, software="ctg-tui 0.1.0")
    raw = forecast_json.serialise(document)
    assert json.loads(raw) == document
    return document


def sheet(raw: bytes, *, values: bool) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(raw), data_only=values)
    return list(book[forecast_xlsx.SHEET].iter_rows(values_only=True))


def as_xlsx(table: ForecastTable, identity: Identity | None = None) -> bytes:
    return forecast_xlsx.render(table, identity or make_identity(), saved_at=AT)


def test_the_json_has_the_values_of_the_table() -> None:
    assert as_json(TABLE) == {
        "format": "ctg-previsionnel",
        "version": "1.0",
        "document": {"enregistre_le": "2027-01-20T14:02:11Z", "logiciel": "ctg-tui 0.1.0"},
        "evaluation": {"annee": 2027, "moment": "annuelle"},
        "territoire": {
            "nom": "Communauté de communes Val de Charente",
            "siren": "200043016",
            "departement": "16",
            "identifiant": "val-de-charente",
        },
        "temps_plein_heures": 1607,
        "personnes": [
            {
                "nom": "Nom",
                "prenom": "Prénom",
                "heures_centiemes": 80_350,
                "etp_centiemes": 50,
                "salaire_centimes": 2_400_050,
                "estimation": {
                    "plafond_centimes": 2_400_000,
                    "retenu_centimes": 2_400_000,
                    "part_caf_eur": 19_200,
                },
            },
            {"nom": "Autre", "prenom": "Prénom", "salaire_centimes": 2_800_000},
            {"nom": "Tiers", "prenom": "Prénom", "heures_centiemes": 160_700, "etp_centiemes": 100},
        ],
        "totaux": {"heures_centiemes": 241_050, "etp_centiemes": 150, "salaire_centimes": 5_200_050},
        "estimation": {
            "avertissement": "estimation, sans engagement de la Caf",
            "taux": "charente",
            "taux_pour_cent": 80,
            "taux_a_confirmer": True,
            "plafond_annuel_eur": 48_000,
            "plafond_au_prorata_du_poste": True,
            "part_caf_eur": 19_200,
        },
    }


@given(tables, identities(charente()))
def test_every_json_follows_the_published_schema(table: ForecastTable, identity: Identity) -> None:
    assert SCHEMA.violations(as_json(table, identity)) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "ctg-soumission"},
        {"temps_plein_heures": 1607.5},
        {"personnes": [{"salaire": 1}]},
        {"personnes": [{"salaire_centimes": -1}]},
        {"personnes": [{"nom": ""}]},
        {"totaux": {}},
        {"commentaire": "x"},
    ],
)
def test_the_schema_refuses_other_documents(change: dict[str, Any]) -> None:
    assert SCHEMA.violations(as_json(TABLE) | change)


def test_the_schema_is_a_sound_one_and_speaks_french_everywhere() -> None:
    definition = schema("previsionnel")
    assert definition["$schema"] == "http://json-schema.org/draft-07/schema#"

    def described(node: Any) -> bool:
        if not isinstance(node, dict):
            return True
        return bool(node.get("description")) and all(
            described(child) for child in [*node.get("properties", {}).values(), node.get("items")]
        )

    assert described(definition)


def test_the_workbook_is_laid_out_as_the_caf_asks() -> None:
    rows = sheet(as_xlsx(TABLE), values=True)
    assert rows[0][0] == "Tableau prévisionnel 2027"
    assert rows[1][0] == "Communauté de communes Val de Charente (SIREN 200043016)"
    assert rows[HEAD_ROW - 1][:5] == (
        "Nom",
        "Prénom",
        "Volume horaire prévisionnel (heures)",
        "Part d’un temps plein (ETP)",
        "Salaire affecté à la coordination",
    )
    assert rows[HEAD_ROW][:8] == ("Nom", "Prénom", 803.5, 0.5, 24_000.5, 24_000, 24_000, 19_200)
    assert rows[HEAD_ROW + 1][:5] == ("Autre", "Prénom", None, None, 28_000)
    assert rows[HEAD_ROW + 3][:8] == ("Total", None, 2410.5, 1.5, 52_000.5, None, None, 19_200)
    assert "estimation" in rows[HEAD_ROW - 1][7]
    assert "80" in rows[6][0]
    assert "à confirmer" in rows[6][0]
    assert rows[HEAD_ROW + 4][0] == "Le total ne compte que ce qui est renseigné."


def test_without_a_rate_no_amount_of_the_caf_is_shown() -> None:
    table = tabulate(Forecast((ForecastLine("Nom", "Prénom", 80_350, 2_400_050),)), FUNDING)
    rows = sheet(as_xlsx(table), values=True)
    assert len(rows[HEAD_ROW]) == 5
    assert "aucun taux" in rows[4][0]
    assert "estimation" not in as_json(table)


@given(tables)
def test_the_workbook_shows_the_figures_of_the_table(table: ForecastTable) -> None:
    raw = as_xlsx(table)
    rows = sheet(raw, values=True)
    for row, shown in zip(table.rows, rows[HEAD_ROW:], strict=False):
        assert shown[0] == (clean(row.line.last_name)[:16_000] or None)
        hundredths = [row.line.centihours, row.fte_hundredths, row.line.salary_cents]
        if row.estimate is not None:
            hundredths += [row.estimate.cap_cents, row.estimate.retained_cents, 100 * row.estimate.share_eur]
        read = [
            None if value in {None, ""} else round(100 * value) for value in shown[2 : 2 + len(hundredths)]
        ]
        assert read == hundredths


def test_hostile_texts_stay_texts_and_are_not_dropped() -> None:
    lines = tuple(ForecastLine(clean(text), clean(text), 100, 2000) for text in HOSTILE_TEXTS)
    table = tabulate(Forecast(lines, "national"), FUNDING)
    raw = as_xlsx(table, make_identity())
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
    sheet = openpyxl.load_workbook(io.BytesIO(raw))[forecast_xlsx.SHEET]
    for row, text in enumerate(HOSTILE_TEXTS, HEAD_ROW + 1):
        for column, field in enumerate(("last name", "first name"), 1):
            cell = sheet.cell(row, column)
            assert cell.data_type == "s", (field, text[:60])
            assert cell.value == clean(text)[:16_000], (field, text[:60])
    assert SCHEMA.violations(as_json(table)) == ()


def test_two_workbooks_of_one_table_are_the_same_bytes() -> None:
    assert as_xlsx(TABLE) == as_xlsx(TABLE)
