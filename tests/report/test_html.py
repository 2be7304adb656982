"""The HTML report: the same figures, every text once, nothing from outside, few pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings

from ctg_tui.domain.assessment import Cell, PreparationTopic, Rating, answer_text
from ctg_tui.domain.grid import Activity, Indicator
from ctg_tui.domain.results import Years, year_figures
from ctg_tui.domain.scores import Tally
from ctg_tui.domain.text import harmless
from ctg_tui.report import html
from ctg_tui.report.content import ReportContent
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


def figure(cell: Node) -> tuple[str, ...]:
    """Return the percentage and the counts that a cell of figures shows."""
    return (cell.one("strong").text, *(small.text.replace(NBSP, " ") for small in cell.every("small")))


def expected(tally: Tally, is_proposed: bool) -> tuple[str, ...]:
    def counted(number: int, word: str) -> str:
        return f"{number} {word}{'s' * (number > 1)}"

    parts = (
        counted(tally.rated, "notée") if tally.rated else "",
        f"{tally.not_concerned} NC" if tally.not_concerned else "",
        f"{tally.blank} vide" if tally.blank else "",
    )
    points = [f"{counted(tally.points, 'point')} sur {tally.maximum}"] if tally.rated else []
    mark = f"°{NBSP}" if is_proposed else ""
    return mark + percentage(tally), *points, ", ".join(filter(None, parts))


@given(contents())
@settings(max_examples=tries(60), deadline=None)
def test_every_figure_answer_and_text_is_there_and_none_twice(content: ReportContent) -> None:
    grid, assessment, page = content.grid, content.assessment, page_of(content)
    assert grid is not None
    large = rows_of(page.one("table", "annees"))[0]
    rows = [large, *(row for table in page.every("table", "missions") for row in rows_of(table))]
    shown = [[figure(cell) for cell in row.every("td")] for row in rows]
    every = figures_expected(content)
    main = next(row for row in every if row[0] is None)
    assert shown[0] == [expected(tally, main[1]) for tally in main[2]], (
        "the large figures are the Caf's lines'"
    )
    of_kind = Counter(proposed for mission, proposed, _ in every if mission is not None)
    others = [row for row in every if of_kind[row[1]] > 1 or (row[0] is not None and row[1] is not main[1])]
    assert shown[1:] == [
        [expected(tally, proposed) for tally in tallies]
        for mission, proposed, tallies in others
        if (mission, proposed) != (None, main[1])
    ]
    for mission, table in zip(grid.missions, page.every("table", "grille"), strict=True):
        for activity, row in zip(mission.activities, rows_of(table), strict=True):
            answers = [assessment.answers.get(Cell(activity.id, policy.id)) for policy in grid.policies]
            wanted = ["·vide" if answer is None else answer_text(answer) for answer in answers]
            labels = [policy.label for policy in grid.policies]
            cells = [cell.text for cell in row.every("td", "note")]
            assert cells == [f"{label}{note}" for label, note in zip(labels, wanted, strict=True)]
    texts = [
        *assessment.comments.values(),
        *assessment.remarks.values(),
        *(text for topic, text in assessment.preparation.items() if topic is not PreparationTopic.MEETING),
        *(text for action in assessment.actions.values() for text in (action.what, action.who)),
    ]
    written = Counter(node.text for node in page.every("p", "ecrit"))
    assert written == Counter(harmless(text, multiline=True) for text in texts if text.strip())


def test_the_first_lines_say_what_matters_and_how_to_answer_by_when() -> None:
    content = full_content()
    grid = charente()
    asked = {PreparationTopic.HELP_ASKED: "Une méthode.", PreparationTopic.MEETING: "5 mars 2027 à 14 h"}
    content = replace(content, assessment=content.assessment._replace(preparation=asked))
    first, answer = (node.text.replace(NBSP, " ") for node in page_of(content).one("header").every("p")[-2:])
    scores = content.scores
    assert scores is not None
    low = {cell.activity for cell, note in content.assessment.answers.items() if note in (0, 1)}
    own = len([line for line in low if line in grid.activities and not grid.activities[line].is_proposed])
    assert first == f"Lignes de la Caf : {scores.whole.percentage} %, {own} lignes à 0 ou 1 · aide demandée."
    assert answer.startswith("Pour répondre : dans le classeur joint, écrivez dans les cellules bleues")
    assert answer.endswith("renvoyez-le avant l’entretien du 5 mars 2027 à 14 h 00.")
    undated = replace(content, assessment=content.assessment._replace(preparation={}))
    assert "puis renvoyez-le avec une date pour l’entretien." in page_of(undated).one("header").text
    mine = page_of(replace(content, sending=None))
    assert "Pour répondre" not in mine.text, "what was not sent waits for no answer"


def test_the_years_stand_below_this_year_and_what_changed_beside_each_note() -> None:
    grid = charente_of_caf()
    given = {2025: Rating.NO, 2026: Rating.PARTLY, 2027: Rating.MOSTLY}
    every = []
    for year, note in given.items():
        made = make_assessment(grid, fill(grid, (note, Rating.FULLY)))
        every.append(made._replace(id=year, identity=made.identity._replace(year=year)))
    years = Years(grid, tuple(year_figures(one, grid, grid) for one in every))
    page = page_of(make_content(grid, every[-1], years=years))
    table = rows_of(page.one("table", "annees"))
    assert [row.one("th").text for row in table] == ["2027", "2026", "2025"]
    shown = [[cell.one("strong").text for cell in row.every("td")] for row in table]
    for rank, row in enumerate(reversed(shown)):
        wholes = [years.total(False, policy) for policy in (*grid.policies_by_id, None)]
        assert row == [percentage(one.tallies[rank] or Tally()) for one in wholes]
    assert page.every("table", "missions") == [], "one mission has no second table"
    full = full_content()
    assert full.previous is not None
    smalls = [note.text for cell in page_of(full).every("td", "note") for note in cell.every("small")]
    now_given = full.assessment.answers
    changed = [note for cell, note in full.previous.past.answers.items() if now_given.get(cell) != note]
    assert smalls == [f"2026{NBSP}: {answer_text(note)}" for note in changed]


def test_a_line_in_discussion_is_one_row_with_the_words_of_both_advisers_and_the_answers() -> None:
    page = page_of(discussed_content())
    section = page.every("section")[-1]
    assert section.one("h2").text == "Entretien"
    assert "Prénom Une\nPrénom Deux" in section.text
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
        "1 répondu, 1 à voir",
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
    agreed = [row.every("td")[-1].text.replace(NBSP, " ") for row in rows]
    assert agreed == ["", "Social :", "Famille :", ""]
    summary = page.every("section")[0].text.replace(NBSP, " ")
    assert "1 réglée, 2 répondues, 3 à voir (1.3, 1.4 Social, Sur l’ensemble)" in summary


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
    assert header.one("p", "envoi").text.replace(NBSP, " ") == "Envoi n° 2, du 30 janvier, provisoire"
    told = [line.text.replace(NBSP, " ") for line in header.every("p")]
    assert (
        "Depuis l’envoi n° 1 : 1 note (1.2 Éducation 3 → 2). 1 commentaire (1.3), 1 nombre "
        "(« Nombre de réunions de l'instance de pilotage … » 3 → 4)."
    ) in told
    assert "Depuis l’envoi" not in page_of(full_content()).text, "the first one has nothing to compare with"
    same = page_of(discussed_content(changes=()))
    assert "Rien n’a changé depuis l’envoi n° 1." in same.text.replace(NBSP, " ")


def test_a_proposed_line_bears_the_mark_and_each_line_where_it_comes_from() -> None:
    page, grid = page_of(full_content()), charente()
    found: Counter[bool] = Counter()
    for mission, section in zip(grid.missions, page.every("section", "mission"), strict=True):
        (usual,) = [grid.source(line.source) for line in mission.activities[-1:]]
        assert f"Lignes sans mention{NBSP}: {usual.label}." in section.text
        rows = [row.one("th") for table in section.every("table") for row in rows_of(table)]
        lines: list[Activity | Indicator] = [*mission.activities, *mission.indicators]
        for line, head in zip(lines, rows, strict=True):
            assert ("°" in head.text.partition(line.label)[0]) is line.is_proposed, head.text
            notes = [note.text for note in head.every("small", "provenance")]
            assert notes == ([] if line.source == usual.id else [grid.provenance(line.source)])
            found[line.is_proposed] += 1
    assert found[True] > 37 + 12
    assert found[False] > 14


def test_a_hostile_text_in_every_place_stays_a_text() -> None:
    def tags(markup: str) -> Counter[str]:
        every = Counter(re.findall(r"<[a-zA-Z/!][^\s>]*", markup))
        for name in ("<tspan", "</tspan", "<li", "</li"):  # wrapped titles, findings
            del every[name]
        return every

    plain = tags(html.render(hostile_content("texte")))
    for text in some(MORE_HOSTILE_TEXTS):
        markup = html.render(hostile_content(text))
        assert tags(markup) == plain, text[:60]
        written = [node.text for node in read_page(markup).every("p", "ecrit")]
        assert written.count(harmless(text, multiline=True)) >= 10, text[:60]
        forbidden = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", markup)
        assert forbidden is None, text[:60]
        markup.encode("utf-8")


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
    assert first != second
    assert first.replace(f"20{NBSP}janvier", f"21{NBSP}janvier") == second


def test_what_was_not_answered_has_a_dash_never_a_percentage() -> None:
    page = page_of(full_content())
    famille, _, social, *_ = rows_of(page.one("table", "annees"))[0].every("td")
    assert "%" in famille.one("strong").text
    assert figure(social) == (DASH, "14 NC")
    empty = page_of(make_content(charente(), make_assessment(charente())))
    shown = {cell.one("strong").text for cell in empty.every("td", "figure")}
    assert shown == {DASH, f"°{NBSP}{DASH}"}
    assert empty.every("svg") == []


def test_lines_that_the_grid_does_not_have_are_apart_and_count_nowhere() -> None:
    assert page_of(full_content()).every("table", "apart") == [], "a file that is sent"
    content = full_content(sending=None)
    (row,) = rows_of(page_of(content).one("table", "apart"))
    assert (row.one("th").text, row.every("td")[0].text) == ("zz.a01", "RéponsesFamille 2")
    answers = {cell: note for cell, note in content.assessment.answers.items() if cell.activity != "zz.a01"}
    assert replace(content, assessment=content.assessment._replace(answers=answers)).scores == content.scores
    unknown = full_content(grid=None, previous=None)
    page = page_of(unknown)
    assert page.every("svg") == []
    assert "est introuvable sur ce poste" in page.by_id("contenu").text
    assessment = unknown.assessment
    ids = {cell.activity for cell in assessment.answers} | set(assessment.comments) | set(assessment.remarks)
    ids |= set(assessment.actions) | set(assessment.numbers)
    assert {row.one("th").text for row in rows_of(page.one("table", "apart"))} == ids


def test_the_fingerprint_is_shown_short_and_whole_and_is_no_signature() -> None:
    content = full_content()
    page = page_of(content)
    assert "7F3A-21C0" in page.one("header").text
    method = page.one("section", "methode").text
    assert content.fingerprint is not None
    assert content.fingerprint in method
    assert "pas une signature" in method
    assert "ce rapport n’a pas de code de contrôle" in page_of(full_content(sending=None)).text


def test_there_is_neither_verdict_nor_red() -> None:
    page = page_of(full_content())
    for word in ("insuffisant", "seuil atteint", "mauvais", "excellent", "alerte rouge"):
        assert word not in page.one("body").text.lower()
    for colour in re.findall(r"#([0-9a-f]{6})\b", page.one("style").text):
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
        assert not (red > 150 and green < 80 and blue < 80), f"#{colour} is a red"


def test_how_to_answer_is_on_the_screen_and_not_on_the_paper_that_elected_members_read() -> None:
    style = page_of(full_content()).one("style").text
    screen, paper = style.split("@media print")
    assert ".repondre { display: none; }" in paper
    assert ".repondre { display: none; }" not in screen
    assert ".papier { display: none; }" in screen, "what is filled in by hand is on the paper alone"
