"""`noter`: a fact into the log of a territory, and exit codes as elsewhere."""

from __future__ import annotations

import os
from datetime import date

import pytest

from tests.cli.program import Program
from tests.databases import OF_LOGS, rows
from tests.each_row import each_row
from tests.effort import some

FACTS = (
    "SELECT value ->> '$.texte', value ->> '$.lignes', value ->> '$.indicateurs', value ->> '$.nombre'"
    " FROM value WHERE field = 'carnet'"
)


def test_a_fact_is_noted_for_the_only_territory(filled: Program) -> None:
    done = filled.run("noter", "COPIL, 9 présents", "--ligne", "1.3", "--indicateur", "1.i2", "--nombre", "1")
    assert done.code == 0, done.err
    assert "COPIL, 9 présents · 1.3, Nombre de réunions" in done.out
    assert rows(filled.database, FACTS) == [("COPIL, 9 présents", '["m1.a03"]', '["m1.i02"]', 1)]


def test_a_day_without_its_year_is_a_past_one(program: Program) -> None:
    done = program.run("noter", "Comité", "--territoire", "Ici", "--date", "31 décembre", "--json")
    assert date.fromisoformat(done.json["date"]) <= date.today()  # noqa: DTZ011 - a typed day is local


def test_without_an_assessment_the_territory_is_asked_for(program: Program) -> None:
    assert program.run("noter", "COPIL").code == 2
    assert program.run("noter", "COPIL", "--territoire", " ").code == 2
    begun = program.run("noter", "COPIL", "--territoire", "Val de Charente")
    assert begun.code == 0
    assert "premier fait" in begun.err
    assert program.run("noter", "COTECH").code == 0
    assert program.run("noter", "Autre", "--territoire", "Ailleurs").code == 0
    several = program.run("noter", "COPIL")
    assert several.code == 2
    assert "Ailleurs" in several.err
    assert program.run("noter", "COTECH", "--territoire", "ailleurs").code == 0
    assert rows(program.database, "SELECT count(*) FROM log") == [(2,)]


@each_row(
    "options, code",
    [
        *((["--ligne", "9.9"], 1), (["--ligne", "1.3/famille"], 1), (["--indicateur", "1.i99"], 1)),
        *((["--nombre", "-1"], 2), (["--nombre", "quatre"], 2)),
        *((["--date", "31/02"], 2), (["--date", "bientôt"], 2)),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_noted(filled: Program, options: list[str], code: int) -> None:
    done = filled.run("noter", "COPIL", *options)
    assert (done.code, done.out) == (code, "")
    assert done.err.strip()
    assert rows(filled.database, FACTS) == []


def test_a_fact_of_two_thousand_characters_is_kept_whole_and_one_more_is_refused(filled: Program) -> None:
    assert filled.run("noter", "é" * 2_000).code == 0
    longer = filled.run("noter", "e" * 2_001)
    assert (longer.code, "n’a pas été noté" in longer.said) == (1, True)
    assert [str(text) for text, *_ in rows(filled.database, FACTS)] == ["é" * 2_000]


def test_an_empty_fact_is_refused(filled: Program) -> None:
    assert filled.run("noter", " ").code == 1
    assert rows(filled.database, FACTS) == []


@each_row(
    "sentence, options",
    [
        *(("R\udce9union", []), ("R\udce9union, d\u2019où r\u00e9union", []), ("\udced\udca0\udc80", [])),
        *(("COPIL", ["--territoire", "Orl\udce9ans"]), ("COPIL", ["--nombre", "\udcff"])),
        *(("COPIL", ["--ligne", "1.3", "--ligne", "\udce9"]), ("COPIL", ["--date", "1er f\udce9vrier"])),
    ],
)
def test_a_text_that_is_not_utf_8_is_refused_and_nothing_is_noted(
    filled: Program, sentence: str, options: list[str]
) -> None:
    done = filled.run("noter", sentence, *options)
    assert (done.code, done.out) == (2, "")
    assert "pas en UTF-8" in done.said
    assert "Rien n’a été enregistré." in done.said
    assert rows(filled.database, FACTS) == []
    refused = filled.run("noter", sentence, *options, "--json")
    assert (refused.code, refused.json["erreur"]["code"]) == (2, "usage")


@pytest.mark.skipif(os.name == "nt", reason="Windows gives arguments as text")
@pytest.mark.parametrize("locale", some(["C", "POSIX", "fr_FR.ISO-8859-1"]))
def test_a_text_in_utf_8_is_taken_whatever_the_locale(program: Program, locale: str) -> None:
    environment = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    names = ("--territoire", "Orléans", "--date", "1er février")
    assert program.run_process("noter", "L’été à Segonzac", *names, environment=environment).code == 0
    refused = program.run_process("noter", "R\udce9union", environment=environment)
    assert (refused.code, refused.out) == (2, "")
    assert rows(program.database, f"SELECT json_extract(value, '$.texte') {OF_LOGS}") == [
        ("L’été à Segonzac",)
    ]
    assert rows(program.database, "SELECT territory_name FROM log") == [("Orléans",)]
