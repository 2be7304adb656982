"""The page: head, sections in order, the parts they share, a security policy that forbids any request."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.grid import Grid
from ctg_tui.report import wording
from ctg_tui.report.content import ReportContent
from ctg_tui.report.elements import Element, Node, definitions, element, items, paragraph, section, serialise
from ctg_tui.report.html import annexes, missions
from ctg_tui.report.html.missions import mission_id, mission_section
from ctg_tui.wording.french import NBSP
from ctg_tui.wording.results import DifferentLine, DifferentLines

ID = "depuis"


def changes(content: ReportContent) -> Element | None:
    """Return the section; None when nothing can be compared."""
    found = content.differences
    if found is None:
        return None
    parts = (node for one in found.sections for node in _section(one))
    return section(ID, found.title, paragraph(found.summary), *parts)


def _section(lines: DifferentLines) -> tuple[Node, ...]:
    return element("h3", lines.title), items(map(_line, lines.lines), class_="lignes")


def _line(line: DifferentLine) -> str:
    notes = f"{NBSP}: {line.notes}" if line.notes else ""
    return f"{line.number} {line.label}{notes}"


CONTENT = "contenu"


def render(content: ReportContent) -> str:
    """Return the whole report, to be written as UTF-8. The same content gives the same text."""
    parts = _header(content), _contents(content), _main(content), _footer(content)
    return whole_page(content.title, content.software, *parts)


@cache
def style_sheet() -> str:
    """Return the style sheet of the report, as it stands in the page."""
    return (files(__package__) / "style.css").read_text(encoding="utf-8")


@cache
def security_policy() -> str:
    """Return the policy: nothing is loaded, run or sent, and the one style sheet is allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(style_sheet().encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def whole_page(title: str, software: str, *body: Element) -> str:
    """Return a page whose part `CONTENT` is one key away from its top."""
    document = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=security_policy()),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="generator", content=software),
            element("title", title),
            element("style", style_sheet()),
        ),
        element("body", element("a", "Aller au contenu", href=f"#{CONTENT}", class_="saut"), *body),
        lang="fr",
    )
    return f"<!DOCTYPE html>\n{serialise(document)}\n"


def _header(content: ReportContent) -> Element:
    draft = content.assessment.status is Status.DRAFT
    return element(
        "header",
        element("h1", content.title),
        paragraph("Document de travail, à discuter avec la Caf.", class_="provisoire") if draft else None,
        definitions(wording.facts(content), class_="faits"),
    )


def _contents(content: ReportContent) -> Element:
    places = [(missions.ID, missions.TITLE)]
    if content.grid is not None:
        places += [
            (mission_id(mission), f"{mission.number}{NBSP}{mission.short_title}")
            for mission in content.grid.missions
        ]
    if (found := content.differences) is not None:
        places.append((ID, found.title))
    places.append(annexes.PREPARATION)
    if content.foreign_lines:
        places.append(annexes.FOREIGN)
    places += [annexes.METHOD, annexes.FINGERPRINT]
    links = (element("a", title, href=f"#{identifier}") for identifier, title in places)
    return element("nav", items(links), aria_label="Sommaire")


def _main(content: ReportContent) -> Element:
    return element(
        "main",
        missions.summary(content),
        *(() if content.grid is None else _missions(content, content.grid)),
        changes(content),
        annexes.preparation(content),
        annexes.foreign(content),
        annexes.method(content),
        annexes.fingerprint(content),
        id=CONTENT,
        tabindex="-1",
    )


def _missions(content: ReportContent, grid: Grid) -> tuple[Element, ...]:
    scores = content.scores
    if scores is None:
        return ()
    return tuple(mission_section(content, grid, scores, mission) for mission in grid.missions)


def _footer(content: ReportContent) -> Element:
    return element("footer", paragraph(f"{wording.reminder(content)}. Fait avec {content.software}."))
