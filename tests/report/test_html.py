"""The HTML report: the same figures, every text, nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings

from ctg_tui.domain.assessment import Cell, answer_text
from ctg_tui.domain.grid import Activity, Indicator
from ctg_tui.domain.scores import Scores, Tally
from ctg_tui.domain.text import harmless
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
from ctg_tui.wording.french import DASH, percentage
from tests.effort import some, tries
from tests.report.contents import (
    MORE_HOSTILE_TEXTS,
    contents,
    figures_expected,
    full_content,
    hostile_content,
    make_content,
)
from tests.report.pages import Node, read_page
from tests.strategies import charente, make_assessment


def figure(cell: Node) -> tuple[str, int, int, int]:
    """Return percentage, noted, NC and blank, as a cell of figures shows them."""
    *_, answered, unanswered = (small.text for small in cell.every("small"))
    rated, not_concerned = re.findall(r"\d+", answered)
    (blank,) = re.findall(r"\d+", unanswered)
    return cell.one("strong").text, int(rated), int(not_concerned), int(blank)


def expected(tally: Tally, is_proposed: bool = False) -> tuple[str, int, int, int]:
    mark = "°\N{NO-BREAK SPACE}" if is_proposed else ""
    return mark + percentage(tally), tally.rated, tally.not_concerned, tally.blank


def scores_of(content: ReportContent) -> Scores:
    assert content.scores is not None
    return content.scores


@given(contents())
@settings(max_examples=tries(60), deadline=None)
def test_every_figure_is_that_of_the_scores(content: ReportContent) -> None:
    grid, scores = content.grid, scores_of(content)
    assert grid is not None
    page = read_page(html.render(content))
    rows = page.one("table", "chiffres").one("tbody").every("tr")
    shown = [[figure(cell) for cell in row.every("td")] for row in rows]
    wanted = figures_expected(content)
    assert shown == [[expected(tally, proposed) for tally in tallies] for _, proposed, tallies in wanted]
    totals = [expected(tallies[-1], proposed)[0] for mission, proposed, tallies in wanted if mission is None]
    assert [total.one("strong").text for total in page.every("p", "ensemble")] == totals
    assert totals[0] == percentage(scores.whole), "the plain figure is on the Caf's lines"
    tables = page.every("table", "grille")
    assert len(tables) == len(grid.missions)
    for mission, table in zip(grid.missions, tables, strict=True):
        for_mission = [
            [expected(tally, proposed) for tally in tallies[:-1]]
            for of, proposed, tallies in wanted
            if of is mission
        ]
        assert [
            [figure(cell) for cell in total.every("td", "figure")] for total in table.every("tr", "total")
        ] == for_mission


@given(contents())
@settings(max_examples=tries(60), deadline=None)
def test_every_answer_is_in_its_cell_and_no_answer_is_none(content: ReportContent) -> None:
    grid = content.grid
    assert grid is not None
    page = read_page(html.render(content))
    for mission, table in zip(grid.missions, page.every("table", "grille"), strict=True):
        lines = table.every("tbody")[0].every("tr")
        assert len(lines) == len(mission.activities)
        for activity, row in zip(mission.activities, lines, strict=True):
            for policy, cell in zip(grid.policies, row.every("td", "note"), strict=True):
                answer = content.assessment.answers.get(Cell(activity.id, policy.id))
                wanted = "·vide" if answer is None else answer_text(answer)
                assert cell.text == policy.label + wanted


@given(contents())
@settings(max_examples=tries(60), deadline=None)
def test_every_text_of_the_assessment_is_in_the_report(content: ReportContent) -> None:
    assessment = content.assessment
    page = read_page(html.render(content))
    written = Counter(node.text for node in page.every("p", "ecrit"))
    texts = [
        *assessment.comments.values(),
        *assessment.remarks.values(),
        *assessment.preparation.values(),
        *(action.what for action in assessment.actions.values()),
        *(action.who for action in assessment.actions.values() if action.who.strip()),
    ]
    assert written == Counter(harmless(text, multiline=True) for text in texts)


def test_all_comments_of_a_full_assessment_are_counted() -> None:
    content = full_content()
    page = read_page(html.render(content))
    comments = page.every("td", "commentaire")
    shown = [text.text for cell in comments for text in cell.every("p", "ecrit")]
    texts = {**content.assessment.comments, **content.assessment.remarks}
    assert len(texts) > 60
    assert Counter(shown) == Counter(texts.values())
    assert content.grid is not None
    proposed = sum(line in content.grid.proposed_lines for line in texts)
    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"{len(texts) - proposed} commentaires (° {proposed}), 1 indicateur chiffré (° 13), " in text
    assert "1 action prévue (° 1)." in text


def test_a_proposed_line_bears_the_mark_in_every_table_and_list() -> None:
    content = full_content()
    grid = content.grid
    assert grid is not None
    page = read_page(html.render(content))
    activities, indicators = grid.activities.values(), grid.indicators.values()
    labels = {line.label: line.is_proposed for line in activities}
    labels |= {line.label: line.is_proposed for line in indicators}
    found: Counter[bool] = Counter()
    for node in (*page.every("th", "libelle"), *page.every("li")):
        for label, is_proposed in labels.items():
            if label in node.text:
                assert ("°" in node.text.partition(label)[0]) is is_proposed, node.text
                found[is_proposed] += 1
    assert found[True] > 37 + 13
    assert found[False] > 14


def tags(markup: str) -> Counter[str]:
    """Return the tags, without those of wrapped titles and of findings."""
    every = Counter(re.findall(r"<[a-zA-Z/!][^\s>]*", markup))
    for name in ("<tspan", "</tspan", "<li", "</li"):
        del every[name]
    return every


def test_a_hostile_text_in_every_place_stays_a_text() -> None:
    plain = tags(html.render(hostile_content("texte")))
    for text in some(MORE_HOSTILE_TEXTS):
        markup = html.render(hostile_content(text))
        assert tags(markup) == plain, text[:60]
        page = read_page(markup)
        written = [node.text for node in page.every("p", "ecrit")]
        assert written.count(harmless(text, multiline=True)) >= 10, text[:60]
        forbidden = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", markup)
        assert forbidden is None, text[:60]
        markup.encode("utf-8")


def test_nothing_can_be_loaded_run_or_sent() -> None:
    page = read_page(html.render(full_content()))
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


def test_the_policy_stands_before_the_style_that_it_allows() -> None:
    names = [node.name for node in read_page(html.render(full_content())).one("head").walk()]
    assert names[:3] == ["head", "meta", "meta"]
    assert names.count("style") == 1


def test_the_same_assessment_gives_the_same_page_but_for_the_date() -> None:
    content = full_content()
    later = replace(content, created_at=content.created_at.replace(day=21))
    first, second = html.render(content), html.render(later)
    assert html.render(full_content()) == first
    changed = [
        (before, after)
        for before, after in zip(first.splitlines(), second.splitlines(), strict=True)
        if before != after
    ]
    assert len(changed) == 1
    assert "20\N{NO-BREAK SPACE}janvier 2027" in changed[0][0]


def test_each_proposal_says_so_and_the_words_of_the_caf_say_where_they_come_from() -> None:
    content = full_content()
    grid = charente()
    page = read_page(html.render(content))
    for mission in grid.missions:
        section = next(
            node
            for node in page.every("section", "mission")
            if node.attributes["aria-labelledby"] == f"mission-{mission.number}"
        )
        rows = [row for table in section.every("table") for row in table.every("th", "libelle")]
        labels = {row.text: row for row in rows if row.attributes["scope"] == "row"}
        lines: list[Activity | Indicator] = [*mission.activities, *mission.indicators]
        for line in lines:
            (row,) = [row for text, row in labels.items() if line.label in text]
            notes = [note.text for note in row.every("small", "provenance")]
            source = grid.provenance(line.source)
            assert notes == ([] if line.source == mission.source else [source])
            assert bool(notes) is line.is_proposed
    first = page.every("section", "mission")[0]
    assert "Lignes sans mention\N{NO-BREAK SPACE}: Caf de la Charente, août 2024." in first.text


def test_a_rubric_without_a_note_has_a_dash_never_a_percentage() -> None:
    content = full_content()
    row = read_page(html.render(content)).one("table", "chiffres").one("tbody").every("tr")[0]
    famille, _, social, *_ = row.every("td")
    assert social.one("strong").text == DASH
    assert "14\N{NO-BREAK SPACE}NC" in social.text
    assert "%" in famille.one("strong").text


def test_an_empty_assessment_has_no_percentage_at_all() -> None:
    page = read_page(html.render(make_content(charente(), make_assessment(charente()))))
    proposed = f"°\N{NO-BREAK SPACE}{DASH}"
    assert {cell.one("strong").text for cell in page.every("td", "figure")} == {DASH, proposed}
    assert [total.one("strong").text for total in page.every("p", "ensemble")] == [DASH, proposed]


def test_an_unknown_grid_is_shown_apart_and_not_scored() -> None:
    content = full_content(grid=None, previous=None)
    page = read_page(html.render(content))
    assert page.every("svg") == []
    assert "est introuvable sur ce poste" in page.by_id("contenu").text
    rows = page.one("table", "apart").one("tbody").every("tr")
    assessment = content.assessment
    ids = {cell.activity for cell in assessment.answers} | set(assessment.comments) | set(assessment.remarks)
    assert {row.one("th").text for row in rows} == ids | set(assessment.actions) | set(assessment.numbers)


def test_lines_that_the_grid_does_not_have_are_apart_and_count_nowhere() -> None:
    content = full_content()
    page = read_page(html.render(content))
    row = page.one("table", "apart").one("tbody").one("tr")
    assert row.one("th").text == "zz.a01"
    assert row.every("td")[0].text == "RéponsesFamille 2"
    without = replace(
        content,
        assessment=content.assessment._replace(
            answers={
                cell: note for cell, note in content.assessment.answers.items() if cell.activity != "zz.a01"
            },
        ),
    )
    assert scores_of(without) == scores_of(content)


def test_the_fingerprint_is_shown_short_and_whole_and_is_no_signature() -> None:
    content = full_content()
    section = read_page(html.render(content)).by_id("contenu").every("section")[-1]
    assert "7F3A-21C0" in section.text
    assert (content.fingerprint or "?") in section.text
    assert "pas une signature" in section.text
    without = read_page(html.render(full_content(fingerprint=None)))
    assert "ce rapport n’a pas de code de contrôle" in without.text


def test_there_is_neither_verdict_nor_red() -> None:
    text = html.render(full_content())
    page = read_page(text).one("body").text.lower()
    for word in ("insuffisant", "seuil atteint", "mauvais", "excellent", "alerte rouge"):
        assert word not in page
    style = read_page(text).one("style").text
    for colour in re.findall(r"#([0-9a-f]{6})\b", style):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
        assert not (red > 150 and green < 80 and blue < 80), f"#{colour} is a red"
