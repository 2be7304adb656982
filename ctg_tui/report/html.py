"""The report and the interview sheet as pages to print: one file each, nothing from outside, no script.

`templates/` holds them as they read in a browser; each value is cleaned and escaped where it is written.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from ctg_tui import SOFTWARE
from ctg_tui.domain.assessment import PreparationTopic, answer_text
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean, harmless, short_fingerprint
from ctg_tui.report import tables
from ctg_tui.report.content import ReportContent
from ctg_tui.report.radar import drawing
from ctg_tui.report.tables import shortened
from ctg_tui.wording import french, lines, results
from ctg_tui.wording.steps import finding
from ctg_tui.wording.workbook import policy_names, shown_number

if TYPE_CHECKING:
    from jinja2 import Environment

_ITEMS: Final = 3
_LETTERS: Final = 110
"""What the first page shows of a text, in rows and in characters, so that it stays one page."""
_BULLET: Final = re.compile(r"^\s*[-–—•*]\s+")


def render(content: ReportContent) -> str:
    """Return the whole report, to be written as UTF-8. The same content gives the same text."""
    written = {topic: text for topic, text in content.assessment.preparation.items() if text.strip()}
    strong, weak, asked = (
        _items(written.get(topic, ""))
        for topic in (
            PreparationTopic.STRONG_POINTS,
            PreparationTopic.WEAK_POINTS,
            PreparationTopic.HELP_ASKED,
        )
    )
    actions = [f"{number} {lines.action_in_a_line(action)}" for number, action in tables.planned(content)]
    planned = [shortened(one, _LETTERS) for one in actions[:_ITEMS]]
    first_page = {" ".join(one) for one in (strong, weak, asked)}
    values = {
        "to_answer": tables.how_to_answer(content) if content.is_sent else "",
        "years": results.year_names(content.years)[::-1],
        "drawing": None if content.radar.is_empty else drawing(content.radar),
        "strong": strong,
        "weak": weak,
        "planned": planned,
        "others_planned": len(actions) - _ITEMS,
        "asked": " ".join(asked),
        "actions": tables.planned(content) if actions != planned else (),
        "texts": [
            (french.TOPICS[topic], text)
            for topic, text in written.items()
            if topic is not PreparationTopic.MEETING and " ".join(_rows(text)) not in first_page
        ],
        "findings": [finding(one) for one in content.findings],
        "code": short_fingerprint(content.sending.fingerprint) if content.sending else "",
        "notices": [results.why_not_compared(one) for one in content.years.left_out],
    }
    return _page("report.html", content, tables.whose(content), values)


def render_meeting(content: ReportContent) -> str:
    """Return the sheet of the interview: what is in discussion, and room to write what is agreed on."""
    identity = content.assessment.identity
    spoke = dict.fromkeys(name for point in content.points for name in point.authors if name.strip())
    of_caf = french.listing(spoke or filter(None, [identity.adviser.name.strip()]))
    values = {
        "present": " ; ".join(filter(None, (french.people(identity), of_caf and f"{of_caf} (Caf)"))),
        "texts": tables.prepared(content),
        "actions": tables.planned(content),
    }
    return _page("entretien.html", content, f"Entretien · {tables.whose(content)}", values)


def _page(template: str, content: ReportContent, footer: str, values: dict[str, Any]) -> str:
    style = style_sheet(harmless(footer))
    made: str = (
        environment()
        .get_template(template)
        .render(
            content=content,
            grid=content.grid,
            policies=[*policy_names(content.grid).values()],
            state=tables.state(content),
            style=style,
            policy=security_policy(style),
            **values,
        )
    )
    return made


def _items(text: str) -> list[str]:
    """Return the first rows of a text; a paragraph alone has the room of all rows."""
    rows = _rows(text)[:_ITEMS]
    return [shortened(row, _ITEMS * _LETTERS // len(rows)) for row in rows]


def _rows(text: str) -> list[str]:
    """Return the rows of a text in the person's words, without the marks of a list."""
    rows = (_BULLET.sub("", clean(row)).strip() for row in text.split("\n"))
    return [row for row in rows if row]


def style_sheet(footer: str = "") -> str:
    """Return the style sheet of a page whose paper bears `footer` at its foot."""
    shown = "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in footer)
    rules = (files(__package__) / "report.css").read_text(encoding="utf-8")
    return f'{rules}\n@page {{ @bottom-left {{ content: "{shown}"; }} }}\n'


def security_policy(style: str) -> str:
    """Return the policy: nothing is loaded, run or sent, and the one style sheet is allowed by its hash."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def environment() -> Environment:
    """Return what fills the templates: each value cleaned and escaped, a missing one is an error."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # only when a page is made
    from markupsafe import Markup

    templates = files(__package__) / "templates"
    made = Environment(
        loader=FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: harmless(value, multiline=True) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["one_line"] = harmless
    made.filters["typeset"] = typeset
    made.filters["style"] = Markup  # only the style sheet, which a test keeps from holding a <
    shared = {"french": french, "lines": lines, "results": results, "tables": tables}
    made.globals |= shared | {"answer_text": answer_text, "software": SOFTWARE, "shown_number": shown_number}
    return made
