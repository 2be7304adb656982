"""The page and the interview sheet: every text once, nothing from outside, the rules of accessibility."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise, product
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from ctg_tui import report
from ctg_tui.domain.assessment import Action, Cell, PreparationTopic, answer_text
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.text import harmless
from ctg_tui.formats import folded_letters
from ctg_tui.report import html
from ctg_tui.report.html import drawing
from ctg_tui.report.tables import ReportContent
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.results import Axis, Figures, in_words
from tests.effort import some, tries
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    contents,
    discussed_content,
    full_content,
    hostile_content,
)
from tests.report.pages import Node, read_page
from tests.strategies import charente, charente_of_caf

TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in (files(report) / "templates").iterdir()}
SHOWN = tuple(PreparationTopic)[1:]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def page_of(content: ReportContent) -> Node:
    return read_page(html.render(content))


def rows_of(table: Node) -> list[Node]:
    return table.one("tbody").every("tr")


def cells_of(row: Node, class_: str | None = None) -> list[str]:
    return [plain(cell) for cell in row.every("td", class_)]


def plain(node: Node) -> str:
    return node.text.replace(NBSP, " ")


@given(contents())
@settings(max_examples=tries(30), deadline=None)
def test_every_answer_and_text_is_there(content: ReportContent) -> None:
    grid, assessment, page = content.grid, content.assessment, page_of(content)
    for mission, table in zip(grid.missions, page.every("table", "grille"), strict=True):
        for activity, row in zip(mission.activities, rows_of(table), strict=True):
            answers = [assessment.answers.get(Cell(activity.id, policy.id)) for policy in grid.policies]
            wanted = ["·vide" if answer is None else answer_text(answer) for answer in answers]
            assert [text.strip() for text in cells_of(row, "note")] == wanted
    written = Counter(node.text for node in page.every("p", "ecrit"))
    own = tuple(assessment.comments.values())
    for text, number in Counter(harmless(text, multiline=True) for text in own if text.strip()).items():
        assert written[text] >= number
    prepared = (text for topic, text in assessment.preparation.items() if topic in SHOWN)
    planned = (text for action in assessment.actions.values() for text in (action.what, action.who))
    for text in (*prepared, *planned):
        assert folded_letters(text) in folded_letters(page.text)


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
    asked = {PreparationTopic.HELP_ASKED: "Une méthode.", PreparationTopic.MEETING: "05/03/2027"}
    content = replace(content, assessment=content.assessment._replace(preparation=asked))
    header = page_of(content).one("header")
    low = sum(content.assessment.answers.get(cell) in (0, 1) for cell in content.grid.own_cells)
    result, moved, few = (plain(line) for line in header.every("p", "cle"))
    assert re.fullmatch(r"Résultat : \d+ % en 2027, \d+ % en 2026\.", result)
    assert moved == "Éducation, la plus basse, a le plus baissé, de 67 à 45 %."
    assert few == f"{low} notes sur 22 sont à 0 ou 1."
    assert "Aide demandée à la Caf : Une méthode." in plain(header)
    answer = plain(header.one("p", "repondre"))
    assert answer.startswith("Pour répondre : dans le classeur joint, écrivez dans les cellules bleues")
    assert answer.endswith("renvoyez-le avant l’entretien du 5 mars 2027.")
    days = [replace(content, created_at=content.created_at.replace(month=3, day=day)) for day in (5, 6)]
    assert ["avant l’entretien" in page_of(one).one("header").text for one in days] == [True, False]
    undated = replace(content, assessment=content.assessment._replace(preparation={}))
    assert "puis renvoyez-le avec une date pour l’entretien." in page_of(undated).one("header").text
    assert "Pour répondre" not in page_of(replace(content, sending=None)).text, "nothing was sent"
    screen, paper = html.style_sheet().split("@media print")
    assert ".repondre, .saut { display: none; }" in paper, "elected members read the paper"
    assert ".repondre, .saut { display: none; }" not in screen


def test_a_proposed_line_and_its_figures_bear_the_mark_and_are_never_with_the_caf_s() -> None:
    page, grid = page_of(full_content()), charente()
    heads = [row.one("th") for table in page.every("table", "grille") for row in rows_of(table)]
    heads += [row.one("th") for table in page.every("table", "indicateurs") for row in rows_of(table)]
    for line_id, head in zip((*grid.activities, *grid.indicators), heads, strict=True):
        line = grid.lines[line_id]
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
    named = (Change(Field.DETAILS, "personnes", None, None),)
    assert "Depuis l’envoi n° 1 : 1 renseignement." in plain(page_of(discussed_content(changes=named)))
    assert "Rien n’a changé depuis l’envoi n° 1." in plain(page_of(discussed_content(changes=())))


# What could harm.


def test_a_hostile_text_in_every_place_stays_a_text() -> None:
    repeated = {
        f"<{slash}{name}" for slash in ("", "/") for name in ("tspan", "li", "section", "h2", "h3", "span")
    }

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


# The French accessibility rules (RGAA 4.1) that a program can check on the page and its style sheet.

PAGES: dict[str, Callable[[], str]] = {
    "discussed": lambda: html.render(discussed_content()),
    "meeting": lambda: html.render_meeting(discussed_content()),
    "hostile": lambda: html.render(hostile_content('"><b>x</b>')),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_has_its_language_landmarks_and_a_link_to_its_content(name: str) -> None:
    page = read_page(PAGES[name]())
    is_well_formed(page)
    assert page.attributes == {"lang": "fr"}  # 8.3
    assert page.one("head").one("title").text.endswith(page.one("h1").text)  # 8.5
    body = page.one("body")
    parts = [child.name for child in body.children if isinstance(child, Node)]
    assert parts == ["a", "header", "main", "footer"]  # 9.2, 12.6
    assert page.every("a")[0].attributes["href"] == "#contenu"  # 12.7
    for link in page.every("a"):  # 6.1, 6.2
        assert page.by_id(link.attributes["href"][1:]).name in {"main", "h2"}
        assert link.text.strip()
    for listing in page.every("ul"):  # 9.3
        assert {child.name for child in listing.children if isinstance(child, Node)} == {"li"}


def is_well_formed(page: Node) -> None:
    levels = [int(node.name[1]) for node in page.walk() if re.fullmatch(r"h[1-6]", node.name)]  # 9.1
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for section in page.every("section"):
        assert page.by_id(section.attributes["aria-labelledby"]).name == "h2"
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]  # 8.2
    assert len(ids) == len(set(ids))
    for table in page.every("table"):  # 5.4, 5.6, 5.7
        assert table.one("caption").text.strip()
        heads = table.one("thead").every("th")
        assert {head.attributes["scope"] for head in heads} == {"col"}
        for row in table.one("tbody").every("tr"):
            cells = [cell for cell in row.children if isinstance(cell, Node)]
            assert len(cells) == len(heads)
            assert cells[0].attributes["scope"] == "row"


def test_the_radar_is_named_described_and_doubled_by_a_table() -> None:  # 1.1, 1.6
    content = full_content()
    page = read_page(html.render(content))
    radar = page.one("svg", "radar")
    assert radar.attributes["role"] == "img"
    named, described = (page.by_id(name) for name in radar.attributes["aria-labelledby"].split())
    assert (named.name, described.name) == ("title", "desc")
    assert described.text == in_words(content.radar)
    for axis in content.radar.axes:
        for value in (axis.now, axis.before):
            shown = "sans note" if value is None else f"à {value}\N{NO-BREAK SPACE}%"
            assert f"{axis.label} {shown}" in described.text
    bars = page.every("svg", "barre")
    assert {bar.attributes["aria-hidden"] for bar in bars} == {"true"}, "the table says the same in figures"


# Every colour has enough contrast (3.2, 3.3), computed from the style sheet.


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_text_can_be_read_and_lines_can_be_seen_on_screen_and_on_paper() -> None:
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01), "the known formula"
    style = html.style_sheet()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    light, paper = (dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", one)) for one in blocks)
    for name, colours in {"screen": light, "paper": light | paper}.items():
        for least, inks, grounds in (
            (4.5, ("texte", "discret", "lien"), ("fond", "fond-tete")),
            (3.0, ("filet", "avant", "texte", "barre"), ("fond", "fond-tete")),
            (3.0, ("avant", "texte"), ("dedans",)),
        ):
            for ink, ground in product(inks, grounds):
                assert contrast(colours[ink], colours[ground]) >= least, (name, ink, ground)
    rest = re.sub(r":root \{.*?\}", "", style, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)|\b(rgb|hsl|color-mix)\(|\bopacity\b", rest)
    assert ".trace.avant { stroke: var(--avant); stroke-width: 2; stroke-dasharray: 6 5; }" in style, (
        "the two outlines differ by more than colour"
    )


# The radar.

_CENTRE = (300, 215)
_RADIUS = 168


def make_figures(*values: int | None, before: tuple[int | None, ...] | None = None) -> Figures:
    past = before or (None,) * len(values)
    axes = tuple(
        Axis(f"{rank} Famille", now, then)
        for rank, (now, then) in enumerate(zip(values, past, strict=True), 1)
    )
    return Figures(axes, "2027", "" if before is None else "2026")


def drawn(figures: Figures) -> Node:
    """Return the drawing as the page has it."""
    markup = html.environment().get_template("radar.svg").render(drawing=drawing(figures))
    return read_page(f"<!DOCTYPE html>\n<html>{markup}</html>")


def sides(root: Node, class_: str = "trace") -> list[tuple[float, float, float, float]]:
    number = r"(-?[\d.]+)"
    paths = " ".join(
        path.attributes["d"] for path in root.every("path") if path.attributes["class"] == class_
    )
    found = re.findall(rf"M{number} {number}L{number} {number}", paths)
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in found]


percentages = st.one_of(st.none(), st.integers(1, 100))


def reach(x: float, y: float) -> float:
    """Return the percentage at a point."""
    return 100 * hypot(x - _CENTRE[0], y - _CENTRE[1]) / _RADIUS


@given(st.integers(3, 20).flatmap(lambda n: st.lists(percentages, min_size=n, max_size=n)))
def test_each_corner_is_as_far_as_its_percentage_and_a_gap_is_never_zero(values: list[int | None]) -> None:
    expected: list[tuple[int, int]] = []
    for rank, value in enumerate(values):
        after = values[(rank + 1) % len(values)]
        if value is not None and after is not None:
            expected.append((value, after))
        elif value is not None and values[rank - 1] is None:
            expected.append((value, value))  # alone between two gaps: a point
    got = sides(drawn(make_figures(*values)))
    assert [(reach(x, y), reach(other_x, other_y)) for x, y, other_x, other_y in got] == [
        pytest.approx(pair, abs=0.1) for pair in expected
    ]
