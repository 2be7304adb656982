"""The page of each round: what the Caf said, what was answered, what changed since the files before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.domain.thread import Choice, Point
from ctg_tui.services import exchange
from ctg_tui.services.editing import Session
from ctg_tui.services.report import of_assessment
from ctg_tui.services.sending import Dossier, prepare
from ctg_tui.services.workspace import Workspace
from ctg_tui.wording.french import NBSP
from tests.databases import Clock
from tests.report.pages import Node, read_page
from tests.returned import WHOLE, answered
from tests.services.dossiers import example

Notes = dict[tuple[str, str], int]


def the_caf_answers(
    workspace: Workspace, sent: Dossier, author: str, notes: Notes, remarks: dict[str, str]
) -> None:
    """Fill the workbook of a sending as one adviser, and take it back."""
    (report,) = sent.folder.glob("*_rapport.xlsx")
    path = sent.folder / f"réponse de {author}.xlsx"
    answered(report.read_bytes(), path, notes, remarks, author=author, at=workspace.clock())
    outcome = exchange.take(workspace, exchange.look(workspace, path))
    assert outcome.state is exchange.State.TAKEN, outcome.message


def point_at(session: Session, line: str | None, policy: str | None = None) -> Point:
    (found,) = [point for point in session.points if (point.line, point.policy) == (line, policy)]
    return found


def page_of(sent: Dossier) -> Node:
    (path,) = sent.folder.glob("*_rapport.html")
    return read_page(path.read_text(encoding="utf-8"))


def texts(nodes: list[Node]) -> list[str]:
    return [node.text.replace(NBSP, " ") for node in nodes]


def rows_of(page: Node) -> dict[str, str]:
    """Return where each line in discussion stands, by its number."""
    rows = page.one("table", "dit").one("tbody").every("tr")
    return {
        row.one("th").text.replace(NBSP, " ").split()[0]: row.one("td", "ou")
        .text.replace(NBSP, " ")
        .removeprefix("Où en est-on")
        for row in rows
    }


def test_three_rounds_with_two_advisers_are_on_the_page_and_in_the_mail(
    workspace: Workspace, clock: Clock, out: Path
) -> None:
    made = example(workspace)
    cell = Cell("m1.a02", "famille")
    workspace.open(made).rate(cell, Rating.PARTLY)
    first = prepare(workspace, made, out)
    assert "Depuis l’envoi" not in page_of(first).text
    assert "La Caf n’a encore rien dit de ces lignes." in page_of(first).text

    clock.now += timedelta(days=2)
    asked = {"1.3": "Quels indicateurs ?", WHOLE: "Les élus sont-ils associés ?"}
    the_caf_answers(workspace, first, "Prénom Une", {("1.2", "famille"): 3}, asked)
    the_caf_answers(workspace, first, "Prénom Deux", {}, {"1.3": "Trois, c’est un début.", "1.4": "Merci."})
    assert of_assessment(workspace, made).sending is None, "since then it is a draft again"

    session = workspace.open(made)
    session.keep_answer(point_at(session, *cell), Choice.TAKE, "")
    one, other = [point for point in session.points if point.line == "m1.a03"]
    session.keep_answer(one, Choice.SEEN, "Fréquentation, délai, recours.")
    session.keep_answer(point_at(session, "m1.a04"), Choice.SEEN, "")
    session.comment("m1.a03", "Trois indicateurs choisis.")
    clock.now += timedelta(days=2)
    second = prepare(workspace, made, out)
    page = page_of(second)
    assert rows_of(page) == {"1.3": "à voir", "Sur": "à voir"}
    said = " ".join(texts(page.one("table", "dit").every("p")))
    for words in ("Quels indicateurs ?", "Trois, c’est un début.", "Fréquentation, délai, recours."):
        assert said.count(words) == 1
    (settled,) = page.every("summary")
    assert settled.text.replace(NBSP, " ") == "Réglé : 2 points (1.2 Famille, 1.4)."
    told = " ".join(texts(page.one("header").every("p")))
    assert (
        "Depuis l’envoi n° 1 : 1 note (1.2 Famille 1 → 3). 1 commentaire (1.3), 3 réponses à la Caf." in told
    )
    assert second.mail is not None
    mail = second.mail.text.replace(NBSP, " ")
    assert "il remplace celui du 12 janvier." in mail
    assert "3. Remarques de la Caf : 2 réglées, 1 répondue, 2 à voir (1.3, Sur l’ensemble).\n" in mail
    before = {path.name: path.read_bytes() for path in second.folder.iterdir()}
    prepare(workspace, made, out)
    assert {path.name: path.read_bytes() for path in second.folder.iterdir()} == before, (
        "made again: the same"
    )

    clock.now += timedelta(days=2)
    the_caf_answers(workspace, second, "Prénom Une", {}, {"1.3": "Et le délai d’accueil ?"})
    session = workspace.open(made)
    for point in session.points:
        if point.is_to_see:
            session.keep_answer(point, Choice.SEEN, "Oui, le 18 mars.")
    session.rate(Cell("m1.a05", "famille"), Rating.NO)
    clock.now += timedelta(days=2)
    third = page_of(prepare(workspace, made, out))
    assert rows_of(third) == {"1.3": "répondu", "Sur": "répondu"}
    told = " ".join(texts(third.one("header").every("p")))
    assert "Depuis l’envoi n° 2 : 1 note (1.5 Famille " in told
    every = third.text
    for words in ("Merci.", "Quels indicateurs ?", "Et le délai d’accueil ?", "Les élus sont-ils associés ?"):
        assert every.count(words) == 1, "nothing that was said is missing, and nothing is there twice"
    assert other.authors != one.authors
