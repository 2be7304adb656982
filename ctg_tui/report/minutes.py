"""The « compte rendu d'entretien »: a review, the self-notes beside it, its answers, as one page to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ctg_tui.domain.assessment import Answer, Cell, Identity
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import Decision, FollowUp, Remark, Review, order_in
from ctg_tui.domain.text import short_fingerprint
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
from ctg_tui.report.html import CONTENT, answer_node, whole_page
from ctg_tui.wording.french import DASH, MOMENTS, NBSP, NO_TERRITORY, day, day_and_time
from ctg_tui.wording.lines import MARK, MARK_MEANING, line_number
from ctg_tui.wording.review import UNKNOWN_HERE, author_names

_DECISIONS = {
    Decision.KEPT: "note gardée",
    Decision.TAKEN: "note du CCD retenue",
    Decision.AGREED: "note convenue",
}


_Place = tuple[str | None, str | None]
"""A line, and the policy of a cell of it."""


class MinutesRow(NamedTuple):
    """What was said of a line or, with a policy, of one of its cells. `number` is empty for a line apart."""

    number: str
    label: str
    policy: str
    self_note: Answer | None
    adviser_note: Answer | None
    agreed_note: Answer | None
    comment: str
    on_agenda: bool
    outcome: str


class MinutesQuestion(NamedTuple):
    """A question, the line it is about (empty for none), and its answer (empty for none yet)."""

    number: str
    line: str
    text: str
    answer: str


@dataclass(frozen=True)
class MinutesContent:
    """A meeting as its minutes show it. `fingerprint` is the review's, 64 hexadecimal digits.

    `grid`, `identity`, `self_notes` and `follow_ups` are None when they are not known here; `self_notes` are
    those of the file that the review is about, the present ones without `read_is_known`. `created_at` is
    shown in the zone it carries. `others` are the meetings with other advisers. There is no field for a
    private note.
    """

    review: Review
    fingerprint: str
    grid: Grid | None
    identity: Identity | None
    self_notes: Mapping[Cell, Answer] | None
    created_at: datetime
    software: str
    is_draft: bool = False
    follow_ups: tuple[FollowUp, ...] | None = ()
    read_is_known: bool = True
    others: tuple[MinutesContent, ...] = ()

    @property
    def title(self) -> str:
        """`Compte rendu d’entretien CTG 2027 — Communauté de communes…`."""
        year = "" if self.identity is None else f" {self.identity.year}"
        return f"Compte rendu d’entretien CTG{year} — {self.review.territory.name.strip() or NO_TERRITORY}"

    @property
    def meeting(self) -> str:
        """The day of the meeting in words."""
        return "date à fixer" if self.review.meeting is None else day(self.review.meeting)

    @property
    def codes(self) -> tuple[str, str]:
        """The short codes of the review and of the file that it is about."""
        return short_fingerprint(self.fingerprint), short_fingerprint(self.review.submission)

    def rows(self) -> tuple[MinutesRow, ...]:
        """Return what was said, in the order of the grid, a line before its cells; other lines last."""
        review = self.review
        remarks: dict[_Place, Remark] = {(row.activity, row.policy): row for row in review.remarks}
        agreed: dict[_Place, Answer] = {}
        agreed |= {(one.cell.activity, one.cell.policy): one.note for one in review.agreed}
        answers: dict[_Place, FollowUp] = {
            (row.activity, row.policy): row
            for row in self.follow_ups or ()
            if row.question is None and row.review == self.fingerprint
        }
        made: list[MinutesRow] = []
        rank = order_in(self.grid)
        for key in sorted(dict.fromkeys([*remarks, *agreed, *answers]), key=lambda one: rank(*one)):
            activity, policy = key
            remark, answer = remarks.get(key), answers.get(key)
            made.append(
                MinutesRow(
                    *self._line(activity or ""),
                    self._policy(policy),
                    self._self_note(activity, policy, answer),
                    _adviser_note(remark, answer),
                    agreed.get(key) if answer is None or answer.agreed_note is None else answer.agreed_note,
                    "" if remark is None else remark.comment,
                    remark is not None and remark.on_agenda,
                    UNKNOWN_HERE if self.follow_ups is None else _outcome(answer),
                )
            )
        return tuple(made)

    def questions(self) -> tuple[MinutesQuestion, ...]:
        """Return the questions in their order."""
        given = self.follow_ups or ()
        answers = {row.question: row.text for row in given if row.review == self.fingerprint}
        nothing = UNKNOWN_HERE if self.follow_ups is None else ""
        return tuple(
            MinutesQuestion(
                question.id,
                " ".join(filter(None, self._line(question.activity))) if question.activity else "",
                question.text,
                answers.get(question.id, nothing),
            )
            for question in self.review.questions
        )

    def on_agenda(self) -> tuple[str, ...]:
        """Return the lines to talk about, in the order of the grid."""
        lines = dict.fromkeys(f"{row.number} {row.label}".strip() for row in self.rows() if row.on_agenda)
        return tuple(lines)

    def _line(self, activity: str) -> tuple[str, str]:
        grid = self.grid
        if grid is None or activity not in grid.activities:
            return "", activity
        return line_number(grid, activity), grid.activities[activity].label

    def _policy(self, policy: str | None) -> str:
        if policy is None:
            return DASH
        known = self.grid.policies_by_id if self.grid else {}
        return known[policy].label if policy in known else policy

    def _self_note(self, activity: str | None, policy: str | None, answer: FollowUp | None) -> Answer | None:
        if answer is not None and answer.first_note is not None:
            return answer.first_note
        notes = self.self_notes or {}
        return None if activity is None or policy is None else notes.get(Cell(activity, policy))


def _adviser_note(remark: Remark | None, answer: FollowUp | None) -> Answer | None:
    """Return the note of a remark, else the one that the answer takes for the adviser's."""
    if remark is not None and remark.note is not None:
        return remark.note
    return None if answer is None else answer.adviser_note


def _outcome(answer: FollowUp | None) -> str:
    """Return the decision and the sentence of an answer; empty without one."""
    if answer is None:
        return ""
    decision = "" if answer.decision is None else _DECISIONS[answer.decision]
    return "\n".join(text for text in (decision, answer.text.strip()) if text)


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
