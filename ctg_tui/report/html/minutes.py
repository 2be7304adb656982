"""The « compte rendu d'entretien »: one page to print, from a review and its answers; no percentage."""

from __future__ import annotations

from collections.abc import Iterable

from ctg_tui.domain.assessment import Answer
from ctg_tui.report import wording
from ctg_tui.report.elements import (
    Element,
    cell,
    column_header,
    definitions,
    element,
    items,
    paragraph,
    row,
    row_header,
    section,
    table,
    written,
)
from ctg_tui.report.html.missions import answer_node
from ctg_tui.report.html.page import CONTENT, whole_page
from ctg_tui.report.minutes import MinutesContent, MinutesRow
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, day_and_time
from ctg_tui.wording.provenance import MARK, MARK_MEANING
from ctg_tui.wording.review import UNKNOWN_HERE, author_names

_AGENDA = ("ordre-du-jour", "À l’ordre du jour")
_LINES = ("lignes", "Notes et remarques")
_QUESTIONS = ("questions", "Questions")
_NOTES = ("Auto-évaluation", "Note du CCD", "Note convenue")
_REMINDER = (
    "Les trois notes sont gardées côte à côte. Les pourcentages reposent sur la seule auto-évaluation, que "
    f"ce compte rendu ne change pas. Un tiret veut dire «{NBSP}sans avis{NBSP}», "
    "jamais un accord."
)

_PRESENT_NOTES = (
    f"Les notes que la Caf a lues sont inconnues ici{NBSP}: la colonne «{NBSP}{_NOTES[0]}{NBSP}» montre "
    "celles d’aujourd’hui."
)


def render(content: MinutesContent) -> str:
    """Return the whole page, to be written as UTF-8. The same content gives the same text."""
    every = (content, *content.others)
    names = author_names(one.review for one in every)
    parts = []
    for rank, (one, name) in enumerate(zip(every, names, strict=True), 1):
        for (key, title), part in ((_LINES, _lines), (_QUESTIONS, _questions)):
            place = (key, title) if len(every) == 1 else (f"{key}-{rank}", f"{title}{NBSP}: {name}")
            parts.append((place, part(place, one)))
    if agenda := tuple(dict.fromkeys(line for one in every for line in one.on_agenda())):
        parts.insert(0, (_AGENDA, section(*_AGENDA, items(agenda))))
    links = (element("a", title, href=f"#{identifier}") for (identifier, title), _ in parts)
    codes = ", ".join(one.codes[0] for one in every)
    footer = f"{content.title} · {content.meeting} · avis {codes}. Fait avec {content.software}."
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
    every = (content, *content.others)
    rows = [
        ("Territoire", review.territory.name.strip() or "non renseigné"),
        ("Date de l’entretien", _each(one.meeting for one in every)),
        ("Contact Caf (CCD)", _each(map(_author, every))),
    ]
    if identity is not None:
        people = "\n".join(wording.person(person, content.grid) for person in identity.coordinators)
        rows += [
            ("Chargé·es de coopération", people or "aucune personne renseignée"),
            ("Évaluation", f"{identity.year}, {MOMENTS[identity.moment]}"),
        ]
    return (
        *rows,
        ("Fichier pour la Caf", _each(map(_file, every))),
        ("Avis", _each(f"code de contrôle {one.codes[0]}" for one in every)),
        ("Compte rendu créé le", f"{day_and_time(content.created_at)}, avec {content.software}"),
    )


def _each(texts: Iterable[str]) -> str:
    """Return a line for each different text."""
    return "\n".join(dict.fromkeys(texts))


def _author(content: MinutesContent) -> str:
    author = content.review.author
    return ", ".join(text for text in author if text.strip()) or "non renseigné"


def _file(content: MinutesContent) -> str:
    return f"version {content.review.revision}, code de contrôle {content.codes[1]}"


def _lines(place: tuple[str, str], content: MinutesContent) -> Element:
    rows = content.rows()
    if not rows:
        return section(*place, paragraph("Aucune remarque.", class_="absent"))
    names = ("Politique", *_NOTES, "Remarque du CCD", "Suite donnée")
    head = row(column_header("Ligne"), *(column_header(name) for name in names))
    return section(
        *place,
        paragraph(_REMINDER, class_="explication"),
        paragraph(MARK_MEANING, class_="legende") if any(MARK in one.number for one in rows) else None,
        None if content.read_is_known else paragraph(_PRESENT_NOTES, class_="explication"),
        table(
            "Ce qui a été dit, ligne par ligne",
            [head],
            [_row(one, is_known=content.self_notes is not None) for one in rows],
            class_="pile actions",
            caption_class="lu",
        ),
    )


def _row(one: MinutesRow, *, is_known: bool) -> Element:
    number = element("span", f"{one.number} ", class_="numero") if one.number else None
    is_line = one.policy == DASH
    notes = zip(_NOTES, (one.self_note, one.adviser_note, one.agreed_note), strict=True)
    return row(
        row_header(number, one.label, class_="libelle"),
        cell(one.policy, label="Politique"),
        *(
            cell(DASH if is_line else _note(name, note, is_known=is_known), label=name, class_="note")
            for name, note in notes
        ),
        _said("Remarque du CCD", one.comment),
        _said("Suite donnée", one.outcome),
    )


def _note(name: str, note: Answer | None, *, is_known: bool) -> Element | str:
    if note is None and name != _NOTES[0]:
        return DASH
    return answer_node(note) if is_known or note is not None else UNKNOWN_HERE


def _said(name: str, text: str) -> Element:
    return cell(written(text) if text.strip() else DASH, label=name, class_="quoi")


def _questions(place: tuple[str, str], content: MinutesContent) -> Element:
    questions = content.questions()
    if not questions:
        return section(*place, paragraph("Aucune question.", class_="absent"))
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
    return section(*place, table(caption, [head], rows, class_="pile actions", caption_class="lu"))
