"""The page and the interview sheet: every text once, nothing from outside, what was said beside its line."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from jinja2 import UndefinedError

from ctg_tui import report
from ctg_tui.domain.assessment import Action, Cell, Moment, Outcome, PreparationTopic, answer_text
from ctg_tui.domain.text import harmless
from ctg_tui.formats import letters
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
from ctg_tui.services.report import of_assessment
from ctg_tui.wording.french import DASH, NBSP
from tests.databases import open_workspace
from tests.effort import some, tries
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    contents,
    discussed_content,
    full_content,
    hostile_content,
    make_content,
)
from tests.report.pages import Node, read_page
from tests.strategies import charente, charente_of_caf, make_assessment, make_identity

TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in (files(report) / "templates").iterdir()}
SHOWN = tuple(PreparationTopic)[1:]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def page_of(content: ReportContent) -> Node:
    return read_page(html.render(content))


def rows_of(table: Node) -> list[Node]:
    return table.one("tbody").every("tr")


def cells_of(row: Node, class_: str | None = None) -> list[str]:
    """Return the cells of a row, without the name of their column."""
    return [
        plain(cell).removeprefix(plain(cell.one("span", "etiquette"))) for cell in row.every("td", class_)
    ]


def plain(node: Node) -> str:
    return node.text.replace(NBSP, " ")


@given(contents())
@settings(max_examples=tries(60), deadline=None)
def test_every_answer_and_text_is_there(content: ReportContent) -> None:
    grid, assessment, page = content.grid, content.assessment, page_of(content)
    for mission, table in zip(grid.missions, page.every("table", "grille"), strict=True):
        for activity, row in zip(mission.activities, rows_of(table), strict=True):
            answers = [assessment.answers.get(Cell(activity.id, policy.id)) for policy in grid.policies]
            wanted = ["·vide" if answer is None else answer_text(answer) for answer in answers]
            assert [text.strip() for text in cells_of(row, "note")] == wanted
    written = Counter(node.text for node in page.every("p", "ecrit"))
    own = (*assessment.comments.values(), *assessment.remarks.values())
    for text, number in Counter(harmless(text, multiline=True) for text in own if text.strip()).items():
        assert written[text] >= number
    prepared = (text for topic, text in assessment.preparation.items() if topic in SHOWN)
    planned = (text for action in assessment.actions.values() for text in (action.what, action.who))
    for text in (*prepared, *planned):
        assert letters(text) in letters(page.text)


def test_the_first_page_is_short_whatever_is_written_and_the_rest_is_whole_behind() -> None:
    rows = [f"- Le point {rank}, dit avec assez de mots pour deux lignes. " * 3 for rank in range(5)]
    text = "\n".join(rows)
    actions = {line: Action(text, "Prénom Nom", None) for line in charente().activities}
    content = full_content()
    preparation = dict.fromkeys(PreparationTopic, text)
    changed = content.assessment._replace(preparation=preparation, actions=actions)
    page = page_of(replace(content, assessment=changed))
    first = page.one("header")
    assert max(len(item.text) for item in first.every("li")) < 400
    assert len(first.every("li")) == 3 + 3 + 3 + 2
    whole = [node.text for tag in ("p", "span") for node in page.one("main").every(tag, "ecrit")]
    assert whole.count(text) == len(actions) + len(SHOWN)

    paragraph = "Le plan d’actions est suivi chaque trimestre par le comité. " * 5
    preparation = {PreparationTopic.STRONG_POINTS: paragraph}
    page = page_of(replace(content, assessment=changed._replace(preparation=preparation)))
    assert paragraph.strip() in page.one("header").text, "a paragraph alone is whole there, and only there"
    assert paragraph.strip() not in page.one("main").text


def test_the_first_page_says_what_matters_and_on_screen_alone_how_to_answer_by_when() -> None:
    content = full_content(charente_of_caf())
    asked = {PreparationTopic.HELP_ASKED: "Une méthode.", PreparationTopic.MEETING: "5 mars 2027 à 14 h"}
    content = replace(content, assessment=content.assessment._replace(preparation=asked))
    header = page_of(content).one("header")
    low = sum(content.assessment.answers.get(cell) in (0, 1) for cell in content.grid.own_cells)
    result, moved, lowest, few = (plain(line) for line in header.every("p", "cle"))
    assert re.fullmatch(r"Résultat : \d+ % en 2027, \d+ % en 2026\.", result)
    assert moved.startswith("Ce qui a le plus ")
    assert lowest.startswith("Le plus bas ")
    assert few == f"{low} notes sur 22 sont à 0 ou 1."
    assert "Aide demandée à la Caf : Une méthode." in plain(header)
    answer = plain(header.one("p", "repondre"))
    assert answer.startswith("Pour répondre : dans le classeur joint, écrivez dans les cellules bleues")
    assert answer.endswith("renvoyez-le avant l’entretien du 5 mars 2027 à 14 h 00.")
    undated = replace(content, assessment=content.assessment._replace(preparation={}))
    assert "puis renvoyez-le avec une date pour l’entretien." in page_of(undated).one("header").text
    assert "Pour répondre" not in page_of(replace(content, sending=None)).text, "nothing was sent"
    screen, paper = html.style_sheet().split("@media print")
    assert ".repondre, .saut { display: none; }" in paper, "elected members read the paper"
    assert ".repondre, .saut { display: none; }" not in screen


def test_what_has_no_figure_has_a_dash_never_a_percentage() -> None:
    famille, _, social, _ = rows_of(page_of(full_content()).every("table", "chiffres")[0])
    assert "%" in famille.one("strong").text
    assert social.one("strong").text == DASH
    empty = page_of(make_content(charente(), make_assessment(charente())))
    shown = {
        text for table in empty.every("table", "chiffres") for row in rows_of(table) for text in cells_of(row)
    }
    assert shown == {DASH, f"° {DASH}", ""}
    assert empty.every("svg", "radar") == []
    assert empty.one("p", "cle").text == "Aucune note pour l’instant."


def test_a_proposed_line_and_its_figures_bear_the_mark_and_are_never_with_the_caf_s() -> None:
    page, grid = page_of(full_content()), charente()
    heads = [row.one("th") for table in page.every("table", "grille") for row in rows_of(table)]
    heads += [row.one("th") for table in page.every("table", "indicateurs") for row in rows_of(table)]
    for line_id, head in zip((*grid.activities, *grid.indicators), heads, strict=True):
        line = grid.line(line_id)
        assert ("°" in head.text.partition(line.label)[0]) is line.is_proposed, head.text
    missions = {row.one("th").text: cells_of(row) for row in rows_of(page.one("table", "missions"))}
    assert len(missions) == 4, "three missions of proposed lines, and their total"
    assert all("°" in name and all("°" in figure for figure in row) for name, row in missions.items())
    assert "° : ligne proposée, absente du document de la Caf." in plain(page)


def test_a_line_in_discussion_is_one_row_with_the_words_of_both_advisers_and_the_answers() -> None:
    page = page_of(discussed_content())
    section = next(
        one for one in page.every("section") if one.every("h2")[0].text == "En discussion avec la Caf"
    )
    rows = rows_of(section.one("table", "dit"))
    heads = [plain(row.one("th")) for row in rows]
    assert [head.split()[0] for head in heads] == ["1.3", "1.4", "1.10", "Sur"]
    assert heads[0].startswith("1.3 Intègre de façon systématique la notion…Famille ")
    said = [[plain(line) for line in row.every("p", "ecrit")] for row in rows]
    assert said[0] == [
        "Caf (Prénom Une), 22 janvier : « Quels indicateurs avez-vous retenus ? »",
        "Caf (Prénom Deux), 22 janvier : « Trois, c’est un début. »",
        "Prénom Nom, 27 janvier : « Trois, dans le commentaire. »",
    ]
    assert said[1] == ["Caf (Prénom Deux), 22 janvier : Social, 0. « Pas d’analyse à jour. »"]
    assert [cells_of(row, "ou") for row in rows] == [["à voir"], ["à voir"], ["répondu"], ["à voir"]]
    settled = section.one("details")
    assert "open" not in settled.attributes, "counted on paper, and told where one opens it"
    assert plain(settled.one("summary")) == "Réglé : 1 point (1.2 Famille)."
    assert [plain(line) for line in settled.every("p", "ecrit")] == [
        "Caf (Prénom Une), 22 janvier : Famille. « Merci. »",
        "Prénom Nom, 27 janvier : Famille, vu",
    ]
    assert "1 réglée, 1 répondue, 3 à voir (1.3, 1.4 Social, Sur l’ensemble)" in plain(page.one("header"))


def test_the_interview_sheet_has_the_points_and_room_to_write_what_is_agreed_on() -> None:
    page = read_page(html.render_meeting(discussed_content()))
    rows = rows_of(page.one("table", "dit"))
    assert [row.one("th").text.split()[0] for row in rows] == ["1.3", "1.4", "1.10", "Sur"]
    assert [cells_of(row)[-1] for row in rows] == ["", "Social :", "Famille :", ""]
    assert "Prénom Une et Prénom Deux (Caf)" in page.one("dl", "lieu").text
    actions = rows_of(page.one("table", "actions"))
    assert [plain(row.one("th")) for row in actions] == ["1.3", "2.1 °", *["À remplir"] * 3]
    assert page.every("table", "grille") == [], "not the report again"
    first = read_page(html.render_meeting(full_content()))
    assert "Aucun point n’est en discussion." in first.text
    assert "Texte de points-forts." in first.text, "something to speak of"


def test_a_later_sending_names_itself_and_says_what_changed_since_the_one_before() -> None:
    page = page_of(discussed_content())
    assert ", envoi n° 2, du 30 janvier — " in plain(page.one("head").one("title"))
    header = page.one("header")
    assert plain(header.one("p", "envoi")) == "2027 · Envoi n° 2, du 30 janvier, provisoire"
    since = "1 note (1.2 Éducation : 3 → 2), 1 commentaire (1.3), 1 nombre (Indicateur 1.2 : 3 → 4)"
    assert plain(header.one("section", "change").every("p")[0]) == f"Depuis l’envoi n° 1 : {since}."
    lines = rows_of(page.every("table", "grille")[0])
    assert cells_of(lines[1], "note")[1].startswith("•"), "revised since"
    assert "Depuis l’envoi" not in page_of(full_content()).text, "the first one has nothing to compare with"
    assert "Rien n’a changé depuis l’envoi n° 1." in plain(page_of(discussed_content(changes=())))


def test_the_report_of_the_last_year_has_every_action_and_what_became_of_it(tmp_path: Path) -> None:
    board = Action("Tableau de bord partagé", "Prénom Nom", date(2026, 6, 30))
    workspace = open_workspace(tmp_path)
    workspace.create(make_identity()._replace(year=2026), charente())
    workspace.open(1).plan("m1.a02", board)
    last = workspace.duplicate(1, 2027, Moment.END)
    workspace.open(last).close_action("m1.a02", Outcome.DONE, board)
    (section,) = (
        one
        for one in page_of(of_assessment(workspace, last)).every("section")
        if one.every("h2")[0].text == "Toutes les actions de l’engagement"
    )
    workspace.close()
    assert "2026 → Tableau de bord partagé" in section.text
    assert "fait en 2027" in section.text


# What could harm.


def test_a_hostile_text_in_every_place_stays_a_text() -> None:
    repeated = {f"<{slash}{name}" for slash in ("", "/") for name in ("tspan", "li", "section", "h2", "h3")}

    def tags(markup: str) -> set[str]:
        return set(re.findall(r"<[a-zA-Z/!][^\s>]*", markup)) - repeated

    for render in (html.render, html.render_meeting):
        own = tags(render(hostile_content("texte")))
        for text in some(MORE_HOSTILE_TEXTS, step=6):
            markup = render(hostile_content(text))
            assert tags(markup) <= own, text[:60]
            written = [node.text for node in read_page(markup).every("p", "ecrit")]
            assert render is html.render_meeting or written.count(harmless(text, multiline=True)) >= 5
            assert FORBIDDEN.search(markup) is None, text[:60]
            markup.encode("utf-8")


def test_nothing_can_be_loaded_run_or_sent_and_every_value_is_escaped() -> None:
    for name, text in TEMPLATES.items():
        inside = text.replace(' xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"<(script|iframe|img|image|use|object|embed|link|base|form)\b", text), name
        assert not re.search(r"\s(on\w+|src\w*|style|action|data|xlink:href)=", text), name
        assert not re.search(r'href="(?!#)|https?:', inside), name
        assert not re.search(r"\|\s*(safe|xmlattr|tojson)\b|autoescape|Markup|<!--", text), name
        assert not re.search(r"=\s*\{\{", text), f"{name}: an attribute without quotes"
    with pytest.raises(UndefinedError):
        html.environment().get_template("report.html").render()
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
    assert not re.search(r"url\(|@import|@font-face|expression|https?:|<", style)


def test_the_same_assessment_gives_the_same_page_with_a_short_code_that_is_no_signature() -> None:
    content = full_content()
    assert html.render(full_content()) == html.render(content)
    text = page_of(content).text
    assert content.sending is not None
    assert content.sending.fingerprint not in text
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
