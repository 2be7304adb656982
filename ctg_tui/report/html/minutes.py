"""The « compte rendu d'entretien »: one page to print, from a review and its answers; no percentage."""

from __future__ import annotations

from ctg_tui.domain.answers import Answer
from ctg_tui.report import wording
from ctg_tui.report.elements import Element, element
from ctg_tui.report.html.missions import answer_node
from ctg_tui.report.html.page import CONTENT, whole_page
from ctg_tui.report.html.parts import (
    cell,
    column_header,
    definitions,
    items,
    paragraph,
    row,
    row_header,
    section,
    table,
    written,
)
from ctg_tui.report.minutes import MinutesContent, MinutesRow
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, day_and_time
from ctg_tui.wording.provenance import MARK, MARK_MEANING

_AGENDA = ("ordre-du-jour", "À l’ordre du jour")
_LINES = ("lignes", "Notes et remarques")
_QUESTIONS = ("questions", "Questions")
_NOTES = ("Auto-évaluation", "Note du CCD", "Note convenue")
_REMINDER = (
    "Les trois notes sont gardées côte à côte. Les pourcentages reposent sur la seule auto-évaluation, que "
    f"ce compte rendu ne change pas. Un tiret veut dire «{NBSP}sans avis{NBSP}», "
    "jamais un accord."
)


def render(content: MinutesContent) -> str:
    """Return the whole page, to be written as UTF-8. The same content gives the same text."""
    parts = [(_LINES, _lines(content)), (_QUESTIONS, _questions(content))]
    if agenda := content.on_agenda():
        parts.insert(0, (_AGENDA, section(*_AGENDA, items(agenda))))
    links = (element("a", title, href=f"#{identifier}") for (identifier, title), _ in parts)
    code, _ = content.codes
    footer = f"{content.title} · {content.meeting} · avis {code}. Fait avec {content.software}."
    return whole_page(
        content.title,
        content.software,
        element(
            "header",
            element("h1", content.title),
            paragraph("Avis provisoire, à discuter.", class_="provisoire") if content.is_draft else None,
            definitions(_facts(content), class_="faits"),
        ),
        element("nav", items(links), aria_label="Sommaire"),
        element("main", *(part for _, part in parts), id=CONTENT, tabindex="-1"),
        element("footer", paragraph(footer)),
    )


def _facts(content: MinutesContent) -> tuple[tuple[str, str], ...]:
    review, identity = content.review, content.identity
    author = ", ".join(text for text in (review.author.name, review.author.email) if text.strip())
    code, submission = content.codes
    rows = [
        ("Territoire", review.territory.name.strip() or "non renseigné"),
        ("Date de l’entretien", content.meeting),
        ("Contact Caf (CCD)", author or "non renseigné"),
    ]
    if identity is not None:
        people = "\n".join(wording.person(person, content.grid) for person in identity.coordinators)
        rows += [
            ("Chargé·es de coopération", people or "aucune personne renseignée"),
            ("Évaluation", f"{identity.year}, {MOMENTS[identity.moment]}"),
        ]
    return (
        *rows,
        ("Fichier pour la Caf", f"révision {review.revision}, code de contrôle {submission}"),
        ("Avis", f"code de contrôle {code}"),
        ("Compte rendu créé le", f"{day_and_time(content.created_at)}, avec {content.software}"),
    )


def _lines(content: MinutesContent) -> Element:
    rows = content.rows()
    if not rows:
        return section(*_LINES, paragraph("Aucune remarque.", class_="absent"))
    names = ("Politique", *_NOTES, "Remarque du CCD", "Suite donnée")
    head = row(column_header("Ligne"), *(column_header(name) for name in names))
    return section(
        *_LINES,
        paragraph(_REMINDER, class_="explication"),
        paragraph(MARK_MEANING, class_="legende") if any(MARK in one.number for one in rows) else None,
        table(
            "Ce qui a été dit, ligne par ligne",
            [head],
            [_row(one) for one in rows],
            class_="pile actions",
            caption_class="lu",
        ),
    )


def _row(one: MinutesRow) -> Element:
    number = element("span", f"{one.number} ", class_="numero") if one.number else None
    is_line = one.policy == DASH
    notes = zip(_NOTES, (one.self_note, one.adviser_note, one.agreed_note), strict=True)
    return row(
        row_header(number, one.label, class_="libelle"),
        cell(one.policy, label="Politique"),
        *(cell(DASH if is_line else _note(name, note), label=name, class_="note") for name, note in notes),
        _said("Remarque du CCD", one.comment),
        _said("Suite donnée", one.outcome),
    )


def _note(name: str, note: Answer | None) -> Element | str:
    return DASH if note is None and name != _NOTES[0] else answer_node(note)


def _said(name: str, text: str) -> Element:
    return cell(written(text) if text.strip() else DASH, label=name, class_="quoi")


def _questions(content: MinutesContent) -> Element:
    questions = content.questions()
    if not questions:
        return section(*_QUESTIONS, paragraph("Aucune question.", class_="absent"))
    head = row(*(column_header(name) for name in ("N°", "Ligne", "Question", "Réponse")))
    rows = [
        row(
            row_header(question.number.replace("q", ""), class_="numero"),
            cell(question.line or DASH, label="Ligne"),
            _said("Question", question.text),
            _said("Réponse", question.answer),
        )
        for question in questions
    ]
    caption = f"Les questions{NBSP}: leur ligne, leur réponse"
    return section(*_QUESTIONS, table(caption, [head], rows, class_="pile actions", caption_class="lu"))
