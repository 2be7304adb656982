"""The HTML report: the same figures, every text once, nothing from outside, few pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given, settings

from ctg_tui.domain.assessment import Action, Cell, PreparationTopic, Rating, answer_text
from ctg_tui.domain.grid import Activity, Indicator
from ctg_tui.domain.results import Years, year_figures
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.text import harmless
from ctg_tui.formats import letters
from ctg_tui.grids.catalogue import parse_grid, shipped_document, shipped_grids
from ctg_tui.grids.toml_file import toml_bytes
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
from ctg_tui.text_mode.grid import described
from ctg_tui.wording.french import DASH, NBSP, percentage
from tests.effort import some, tries
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    contents,
    discussed_content,
    figures_expected,
    full_content,
    hostile_content,
    make_content,
    said_by_caf,
    thread_of,
)
from tests.report.pages import Node, read_page
from tests.strategies import charente, charente_of_caf, fill, make_assessment


def page_of(content: ReportContent) -> Node:
    return read_page(html.render(content))


def rows_of(table: Node) -> list[Node]:
    return table.one("tbody").every("tr")


def figures_of(row: Node) -> list[str]:
    """Return the percentages of a row of figures, without the name of their column."""
    return [cell.text.removeprefix(cell.one("span", "etiquette").text) for cell in row.every("td")]


def expected(tally: Tally, is_proposed: bool) -> str:
    return (f"°{NBSP}" if is_proposed else "") + percentage(tally)


@given(contents())
@settings(max_examples=tries(60), deadline=None)
def test_every_figure_answer_and_text_is_there(content: ReportContent) -> None:
    grid, assessment, page = content.grid, content.assessment, page_of(content)
    assert grid is not None
    (main, *_) = page.every("table", "chiffres")
    every = figures_expected(content)
    total = next(row for row in every if row[0] is None)
    shown = [row.one("strong").text for row in rows_of(main)]
    assert shown == [expected(tally, total[1]) for tally in total[2]], "the Caf's lines, where there are any"
    of_kind = Counter(proposed for mission, proposed, _ in every if mission is not None)
    others = [row for row in every if of_kind[row[1]] > 1 or (row[0] is not None and row[1] is not total[1])]
    missions = [figures_of(row) for table in page.every("table", "missions") for row in rows_of(table)]
    assert missions == [
        [expected(tally, proposed) for tally in tallies]
        for mission, proposed, tallies in others
        if (mission, proposed) != (None, total[1])
    ]
    for mission, table in zip(grid.missions, page.every("table", "grille"), strict=True):
        for activity, row in zip(mission.activities, rows_of(table), strict=True):
            answers = [assessment.answers.get(Cell(activity.id, policy.id)) for policy in grid.policies]
            wanted = ["·vide" if answer is None else answer_text(answer) for answer in answers]
            assert [text.strip() for text in notes_of(row)] == wanted
    written = Counter(node.text for node in page.every("p", "ecrit"))
    own = (*assessment.comments.values(), *assessment.remarks.values())
    for text, number in Counter(harmless(text, multiline=True) for text in own if text.strip()).items():
        assert written[text] >= number
    prepared = (text for topic, text in assessment.preparation.items() if topic in SHOWN)
    planned = (text for action in assessment.actions.values() for text in (action.what, action.who))
    for text in (*prepared, *planned):
        assert letters(text) in letters(page.text)


SHOWN = tuple(PreparationTopic)[1:]


def notes_of(row: Node) -> list[str]:
    """Return the notes of a line, each with last year's where it differs."""
    cells = row.every("td", "note")
    return [cell.text.removeprefix(cell.one("span", "etiquette").text) for cell in cells]


def test_a_long_text_is_short_on_the_first_page_and_whole_behind() -> None:
    rows = [f"- Le point {rank}, dit avec assez de mots pour deux lignes. " * 3 for rank in range(5)]
    text = "\n".join(rows)
    content = full_content()
    actions = {line: Action(text, "Prénom Nom", None) for line in charente().activities}
    preparation = dict.fromkeys(PreparationTopic, text)
    changed = content.assessment._replace(preparation=preparation, actions=actions)
    page = page_of(replace(content, assessment=changed))
    first = page.one("header")
    assert max(len(item.text) for item in first.every("li")) < 400
    assert len(first.every("li")) == 3 + 3 + 3 + 2
    whole = [node.text for tag in ("p", "span") for node in page.one("main").every(tag, "ecrit")]
    assert whole.count(text) == len(actions) + len(SHOWN)


def test_the_first_page_says_what_matters_and_on_screen_how_to_answer_by_when() -> None:
    content = full_content(grid=charente_of_caf())
    asked = {PreparationTopic.HELP_ASKED: "Une méthode.", PreparationTopic.MEETING: "5 mars 2027 à 14 h"}
    content = replace(content, assessment=content.assessment._replace(preparation=asked))
    page = page_of(content)
    scores, own = content.scores, charente_of_caf().cells
    assert scores is not None
    low = sum(content.assessment.answers.get(cell) in (0, 1) for cell in own)
    assert [line.text.replace(NBSP, " ") for line in page.every("p", "cle")] == [
        f"Résultat 2027 : {scores.whole.percentage} % des points possibles.",
        f"{low} notes sur {scores.whole.rated} sont à 0 ou 1.",
    ]
    assert "Aide demandée à la Caf : Une méthode." in page.one("header").text.replace(NBSP, " ")
    answer = page.one("p", "repondre").text.replace(NBSP, " ")
    assert answer.startswith("Pour répondre : dans le classeur joint, écrivez dans les cellules bleues")
    assert answer.endswith("renvoyez-le avant l’entretien du 5 mars 2027 à 14 h 00.")
    undated = replace(content, assessment=content.assessment._replace(preparation={}))
    assert "puis renvoyez-le avec une date pour l’entretien." in page_of(undated).one("header").text
    mine = page_of(replace(content, sending=None))
    assert "Pour répondre" not in mine.text, "what was not sent waits for no answer"
    screen, paper = page.one("style").text.split("@media print")
    assert ".repondre, .saut { display: none; }" in paper, "elected members read the paper"
    assert ".repondre, .saut { display: none; }" not in screen


def test_the_years_stand_beside_this_year_and_last_years_note_beside_each_that_changed() -> None:
    grid = charente_of_caf()
    given = {2025: Rating.NO, 2026: Rating.PARTLY, 2027: Rating.MOSTLY}
    every = []
    for year, note in given.items():
        made = make_assessment(grid, fill(grid, (note, Rating.FULLY)))
        every.append(made._replace(id=year, identity=made.identity._replace(year=year)))
    years = Years(grid, tuple(year_figures(one, grid, grid) for one in every))
    page = page_of(make_content(grid, every[-1], years=years))
    table = page.one("table", "chiffres")
    heads = [head.text for head in table.one("thead").every("th")]
    assert heads[:5] == ["Politique", "2027", "2026", "2025", "écart"]
    for row, policy in zip(rows_of(table), (*grid.policies_by_id, None), strict=True):
        shown = [one or Tally() for one in reversed(years.total(False, policy).tallies)]
        moved = (shown[0].percentage or 0) - (shown[1].percentage or 0)
        assert figures_of(row)[:4] == [*map(percentage, shown), f"+{NBSP}{moved}"]
    assert [line.text.replace(NBSP, " ") for line in page.every("p", "cle")] == [
        "Résultat 2027 : 83 % des points possibles, contre 67 % en 2026.",
        "Les trois politiques progressent\N{NARROW NO-BREAK SPACE}; aucune note n’est à 0 ou 1.",
    ]
    assert page.every("table", "missions") == [], "one mission has no second table"
    full = full_content()
    assert full.previous is not None
    now = full.assessment.answers
    smalls = [note.text for cell in page_of(full).every("td", "note") for note in cell.every("small")]
    before = full.previous.answers
    assert smalls == [answer_text(note) for cell, note in before.items() if now.get(cell) != note]


def test_a_line_in_discussion_is_one_row_with_the_words_of_both_advisers_and_the_answers() -> None:
    page = page_of(discussed_content())
    (section,) = (
        one for one in page.every("section") if one.every("h2")[0].text == "En discussion avec la Caf"
    )
    rows = rows_of(section.one("table", "dit"))
    heads = [row.one("th").text.replace(NBSP, " ") for row in rows]
    assert [head.split()[0] for head in heads] == ["1.3", "1.4", "1.10", "Sur"]
    assert heads[0].startswith("1.3 Intègre de façon systématique la notion …Famille ")
    said = [[line.text.replace(NBSP, " ") for line in row.every("p", "ecrit")] for row in rows]
    assert said[0] == [
        "Caf (Prénom Une), 22 janvier : « Quels indicateurs avez-vous retenus ? »",
        "Caf (Prénom Deux), 22 janvier : « Trois, c’est un début. »",
        "Prénom Nom, 27 janvier : « Trois, dans le commentaire. »",
    ]
    assert said[1] == ["Caf (Prénom Deux), 22 janvier : Social, 0. « Pas d’analyse à jour. »"]
    assert said[2][0].startswith("Caf (Prénom Deux), 22 janvier : Famille, 3 plutôt que ")
    assert [row.one("td", "ou").text.removeprefix("Où en est-on") for row in rows] == [
        "à voir",
        "à voir",
        "répondu",
        "à voir",
    ]
    assert f"Réglé{NBSP}: 1{NBSP}point (1.2 Famille)." in section.text
    settled = section.one("details")
    assert "open" not in settled.attributes, "counted on paper, and told where one opens it"
    told = [line.text.replace(NBSP, " ") for line in settled.every("p", "ecrit")]
    assert told == [
        "Caf (Prénom Une), 22 janvier : Famille. « Merci. »",
        "Prénom Nom, 27 janvier : Famille, vu",
    ]
    summary = page.one("header").text.replace(NBSP, " ")
    assert "1 réglée, 2 répondues, 3 à voir (1.3, 1.4 Social, Sur l’ensemble)" in summary


def test_the_interview_sheet_has_the_points_and_room_to_write_what_is_agreed_on() -> None:
    page = read_page(html.render_meeting(discussed_content()))
    rows = rows_of(page.one("table", "dit"))
    assert [row.one("th").text.split()[0] for row in rows] == ["1.3", "1.4", "1.10", "Sur"]
    agreed = [row.every("td")[-1].text.replace(NBSP, " ").removeprefix("Convenu") for row in rows]
    assert agreed == ["", "Social :", "Famille :", ""]
    assert "Prénom Une et Prénom Deux (Caf)" in page.one("dl", "lieu").text
    actions = rows_of(page.one("table", "actions"))
    assert [row.one("th").text.replace(NBSP, " ") for row in actions] == ["1.3", "2.1 °", *["À remplir"] * 3]
    assert page.every("table", "grille") == [], "not the report again"
    first = read_page(html.render_meeting(full_content()))
    assert "Aucun point n’est en discussion." in first.text
    assert "Texte de points-forts." in first.text, "something to speak of"


def test_the_same_words_of_two_advisers_about_one_file_are_there_once_under_both_names() -> None:
    both = [said_by_caf(name, "Merci de préciser.", line="m1.a05") for name in ("Prénom Une", "Prénom Deux")]
    content = full_content()
    content = replace(content, assessment=content.assessment._replace(said=thread_of(*both)))
    (row,) = rows_of(page_of(content).one("table", "dit"))
    (said,) = (line.text.replace(NBSP, " ") for line in row.every("p", "ecrit"))
    assert said.startswith("Caf (Prénom ")
    assert "Une" in said
    assert "Deux" in said
    assert said.endswith("« Merci de préciser. »")


def test_a_later_sending_names_itself_and_says_what_changed_since_the_one_before() -> None:
    page = page_of(discussed_content())
    assert ", envoi n° 2, du 30 janvier — " in page.one("head").one("title").text.replace(NBSP, " ")
    header = page.one("header")
    assert header.one("p", "envoi").text.replace(NBSP, " ") == "2027 · Envoi n° 2, du 30 janvier, provisoire"
    told = [line.text.replace(NBSP, " ") for line in header.one("section", "change").every("p")]
    assert told[:2] == [
        "Depuis l’envoi n° 1 : 1 note (1.2 Éducation 3 → 2).",
        "1 commentaire (1.3), 1 nombre (« Nombre de réunions de l'instance de pilotage … » 3 → 4).",
    ]
    line = rows_of(page.every("table", "grille")[0])
    assert notes_of(line[1])[1].startswith("•"), "revised since"
    assert "(modifié)" in line[2].text
    assert "Depuis l’envoi" not in page_of(full_content()).text, "the first one has nothing to compare with"
    same = page_of(discussed_content(changes=()))
    assert "Rien n’a changé depuis l’envoi n° 1." in same.text.replace(NBSP, " ")


def test_a_proposed_line_bears_the_mark_and_each_line_where_it_comes_from() -> None:
    page, grid = page_of(full_content()), charente()
    (section,) = page.every("section", "mission")
    tables = section.every("table")
    found: Counter[bool] = Counter()
    for mission in grid.missions:
        (usual,) = [grid.source(line.source) for line in mission.activities[-1:]]
        assert f"Lignes sans mention{NBSP}: {usual.label}." in section.text
        lines: list[Activity | Indicator] = [*mission.activities, *mission.indicators]
        rows = [row.one("th") for table in tables[: 1 + bool(mission.indicators)] for row in rows_of(table)]
        del tables[: 1 + bool(mission.indicators)]
        for line, head in zip(lines, rows, strict=True):
            assert ("°" in head.text.partition(line.label)[0]) is line.is_proposed, head.text
            notes = [note.text for note in head.every("small", "provenance")]
            assert (grid.provenance(line.source) in notes) is (line.source != usual.id)
            found[line.is_proposed] += 1
    assert not tables
    assert found[True] > 37 + 12
    assert found[False] > 14


def test_a_hostile_text_in_every_place_stays_a_text() -> None:
    def tags(markup: str) -> Counter[str]:
        every = Counter(re.findall(r"<[a-zA-Z/!][^\s>]*", markup))
        for name in (
            "<tspan",
            "</tspan",
            "<li",
            "</li",
            "<section",
            "</section",
            "<h2",
            "</h2",
            "<h3",
            "</h3",
        ):
            del every[name]
        return every

    for render in (html.render, html.render_meeting):
        plain = tags(render(hostile_content("texte")))
        for text in some(MORE_HOSTILE_TEXTS):
            markup = render(hostile_content(text))
            assert tags(markup).keys() <= plain.keys(), text[:60]
            written = [node.text for node in read_page(markup).every("p", "ecrit")]
            assert render is html.render_meeting or written.count(harmless(text, multiline=True)) >= 5
            assert FORBIDDEN.search(markup) is None, text[:60]
            markup.encode("utf-8")


FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def test_a_picture_of_the_radar_stands_alone_for_a_slide() -> None:
    content = full_content(grid=charente_of_caf())
    assert content.figures is not None
    picture = html.render_radar(content.figures)
    root = ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "class=" not in picture, "its colours stand in it"
    texts = [text for text in root.itertext() if text.strip()]
    assert {"100", "50"} <= set(texts)
    assert any(text.startswith("Famille") for text in texts)


def test_what_a_network_agreed_on_for_a_note_stands_below_its_line() -> None:
    document = shipped_document()
    document["missions"][0]["activites"][5]["reperes"] = {"3": "lu par les élus", "2": "tenu, <non> partagé"}
    grid = parse_grid(toml_bytes(document), "réseau.toml")
    page = page_of(make_content(grid, make_assessment(grid)))
    row = rows_of(page.every("table", "grille")[0])[5]
    told = [text.text.replace(NBSP, " ") for text in row.every("small", "repere")]
    assert told == ["2 : tenu, <non> partagé", "3 : lu par les élus"]
    said = " ".join(described(grid, make_assessment(grid), "m1.a06")).replace(NBSP, " ")
    assert "Repères : 2 : tenu, <non> partagé" in said
    assert not any(one.landmarks for each in shipped_grids() for one in each.activities.values()), (
        "none is invented for the Caf's lines"
    )


def test_nothing_can_be_loaded_run_or_sent() -> None:
    page = page_of(full_content())
    names = [node.name for node in page.one("head").walk()]
    assert names[:3] == ["head", "meta", "meta"], "the policy stands before the style that it allows"
    (policy,) = [
        meta.attributes["content"]
        for meta in page.every("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    style = page.one("style").text
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]
    assert "unsafe" not in policy
    assert not re.search(r"url\(|@import|@font-face|expression|https?:", style)
    attributes = {name for node in page.walk() for name in node.attributes}
    assert not attributes & {"src", "srcset", "style", "action", "data", "poster", "background"}
    assert not [name for name in attributes if name.startswith("on")]
    assert {node.attributes["href"][0] for node in page.walk() if "href" in node.attributes} == {"#"}


def test_the_same_assessment_gives_the_same_page_but_for_the_date() -> None:
    content = full_content()
    first, second = (
        html.render(replace(content, created_at=content.created_at.replace(day=day))) for day in (20, 21)
    )
    assert html.render(full_content()) == first
    moved = re.sub(r"20(\xa0|\\a0 )janvier", r"21\1janvier", first)
    assert first != second
    assert re.sub("sha256-[^&]*", "", moved) == re.sub("sha256-[^&]*", "", second)


def test_what_was_not_answered_has_a_dash_never_a_percentage() -> None:
    page = page_of(full_content())
    famille, _, social, _ = rows_of(page.every("table", "chiffres")[0])
    assert "%" in famille.one("strong").text
    assert social.one("strong").text == DASH
    empty = page_of(make_content(charente(), make_assessment(charente())))
    shown = {
        text
        for table in empty.every("table", "chiffres")
        for row in rows_of(table)
        for text in figures_of(row)
    }
    assert shown == {DASH, f"°{NBSP}{DASH}", ""}
    assert empty.every("svg", "radar") == []
    assert empty.one("p", "cle").text == "Aucune note pour l’instant."


def test_lines_that_the_grid_does_not_have_are_apart_and_count_nowhere() -> None:
    assert "Lignes hors grille" not in page_of(full_content()).text, "a file that is sent"
    content = full_content(sending=None)
    (row,) = rows_of(page_of(content).every("table", "grille")[-1])
    assert row.one("th").text == "zz.a01 Famille\N{NO-BREAK SPACE}2"
    answers = {cell: note for cell, note in content.assessment.answers.items() if cell.activity != "zz.a01"}
    assert replace(content, assessment=content.assessment._replace(answers=answers)).scores == content.scores
    unknown = full_content(grid=None, previous=None)
    page = page_of(unknown)
    assert page.every("svg") == []
    assert "est introuvable sur ce poste" in page.text
    assessment = unknown.assessment
    ids = {cell.activity for cell in assessment.answers} | set(assessment.comments) | set(assessment.remarks)
    ids |= set(assessment.actions) | set(assessment.numbers)
    assert {row.one("th").text.split()[0] for row in rows_of(page.one("table", "grille"))} == ids


def test_the_code_is_shown_short_and_is_no_signature() -> None:
    content = full_content()
    text = page_of(content).text
    assert content.fingerprint is not None
    assert content.fingerprint not in text
    assert text.count("7F3A-21C0") == 1
    assert "pas une signature" in text
    assert "sans code de contrôle" in page_of(full_content(sending=None)).text


def test_there_is_neither_verdict_nor_red() -> None:
    page = page_of(full_content())
    for word in ("insuffisant", "seuil atteint", "mauvais", "excellent", "alerte rouge"):
        assert word not in page.one("body").text.lower()
    for colour in re.findall(r"#([0-9a-f]{6})\b", page.one("style").text):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
        assert not (red > 150 and green < 80 and blue < 80), f"#{colour} is a red"
